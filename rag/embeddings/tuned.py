"""Encoders that have learned a collection's language: each a folder beside the generations, and which a build takes.

    vectors/models/
      ADOPTED                             name of the one that the next build embeds with; none for the packaged model
      JUDGED                              a line for each run that came so far: the digest of the records
      all-MiniLM-L6-v2-tuned-<12 digits>/ a whole model, named by its weights
        model.safetensors                 each weight at its place in the packaged file, so that the same graph runs it
        tuned.json                        SHA-256 of the weights, figures, how it was made

Generations name the SHA-256 of their model, so that each is asked with its own, also after a rollback.
"""

import json
import shutil
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag.embeddings.weights import PACKAGE, PACKAGED, PACKAGED_FILE, sha256_of
from rag.errors import ModelError
from rag.platform import sync

Learned: TypeAlias = "Mapping[str, NDArray[np.float32]]"  # weights by their names in the file

_MODELS = "models"
_POINTER = "ADOPTED"
_JUDGED = "JUDGED"
_CARD = "tuned.json"
_WEIGHTS = PACKAGED_FILE.name
_NEEDED = ("*.json", "vocab.txt", "*/config.json")  # of the packaged model's folder
_DIGITS = 12
_CURE = "run `rag tune` again, or `rag tune --undo` and `rag build`"


def is_tuned(folder: Path) -> bool:
    """Whether this folder has a model that `rag tune` made."""
    return (folder / _CARD).is_file()


def tuned_of(vectors: Path, weights: str) -> Path | None:
    """The tuned model of these weights beside the generations, if there is one."""
    folder = vectors / _MODELS / f"{PACKAGED}-tuned-{weights[:_DIGITS]}"
    return folder if weights.isalnum() and is_tuned(folder) else None


def adopted(vectors: Path) -> Path | None:
    """The model that the next build embeds with; None for the packaged one. ModelError where it is lost."""
    pointer = vectors / _MODELS / _POINTER
    try:
        name = pointer.read_text(encoding="ascii", errors="replace").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ModelError(f"{pointer}: cannot be read ({error.strerror}); make it readable") from error
    folder = tuned_of(vectors, name.rpartition("-")[2])
    if folder is None or folder.name != name:
        raise ModelError(f"{pointer}: names {name[:60]!r}, which is not there; {_CURE}")
    return folder


def model_of(model: str, vectors: Path) -> str:
    """The model that a build embeds with: the one of the settings, or what was adopted in place of the packaged one."""
    return str(adopted(vectors) or model) if model == PACKAGED else model


def card_of(folder: Path) -> dict[str, Any]:
    """What is known of a tuned model: its weights, figures, how it was made; ModelError."""
    try:
        card = json.loads((folder / _CARD).read_bytes())
        return {**card, "weights": str(card["weights"])}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ModelError(f"{folder / _CARD}: cannot be read ({error}); {_CURE}") from error


def check_tuned(folder: Path) -> str:
    """SHA-256 of a tuned model's weights; ModelError where they are not those written, or not at their places."""
    file, expected = folder / _WEIGHTS, card_of(folder)["weights"]
    try:
        found = sha256_of(file)
        placed = file.read_bytes()[: len(_header())] == _header()
    except OSError as error:
        raise ModelError(f"{file}: cannot be read ({error.strerror}); {_CURE}") from error
    if found != expected or not placed:
        raise ModelError(f"{file}: SHA-256 is {found}, expected {expected}; {_CURE}")
    return found


def write_weights(folder: Path, learned: Learned, share: float) -> None:
    """Write the packaged weights, each at its place, moved by this share of the way to what was learned."""
    content = bytearray(PACKAGED_FILE.read_bytes())
    header = _header()
    places = json.loads(header[8:])
    for name, wanted in learned.items():
        begin, end = (len(header) + offset for offset in places[name]["data_offsets"])
        original = np.frombuffer(content[begin:end], "<f4")
        content[begin:end] = (original + share * (wanted.ravel() - original)).astype("<f4").tobytes()
    (folder / _WEIGHTS).write_bytes(content)


def complete(folder: Path, card: Mapping[str, object]) -> str:
    """Make a folder with written weights a whole model; the SHA-256 of its weights."""
    for pattern in _NEEDED:
        for source in PACKAGE.glob(pattern):
            target = folder / source.relative_to(PACKAGE)
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(source, target)
    weights = sha256_of(folder / _WEIGHTS)
    (folder / _CARD).write_text(json.dumps({"weights": weights, **card}, indent=1) + "\n", encoding="utf-8")
    return weights


def adopt(vectors: Path, folder: Path) -> Path:
    """Move a complete model beside the generations and let the next build embed with it."""
    weights = check_tuned(folder)
    models = vectors / _MODELS
    target = models / f"{PACKAGED}-tuned-{weights[:_DIGITS]}"
    models.mkdir(parents=True, exist_ok=True)
    if not is_tuned(target):
        for file in filter(Path.is_file, folder.rglob("*")):
            file.chmod(0o644)  # a server may run as another user
            sync(file)
        folder.chmod(0o755)
        shutil.rmtree(target, ignore_errors=True)
        shutil.move(folder, target)
    with tempfile.NamedTemporaryFile("w", dir=models, delete=False) as pointer:
        pointer.write(f"{target.name}\n")
    Path(pointer.name).chmod(0o644)
    Path(pointer.name).replace(models / _POINTER)
    sync(models)
    return target


def count_judged(vectors: Path, content: str) -> int:
    """Note that one more candidate is judged on these records; how many have been, with this one."""
    file = vectors / _MODELS / _JUDGED
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+", encoding="ascii") as noted:
        noted.write(f"{content}\n")
        noted.seek(0)
        return noted.read().split().count(content)


def undo(vectors: Path) -> bool:
    """Let the next build embed with the packaged model again; whether another had been adopted."""
    pointer = vectors / _MODELS / _POINTER
    was = pointer.exists()
    pointer.unlink(missing_ok=True)
    return was


def prune(vectors: Path, needed: Collection[str]) -> None:
    """Remove each tuned model that is not adopted and of whose weights no generation is."""
    kept = {folder.name for weights in needed if (folder := tuned_of(vectors, weights))}
    if (current := adopted(vectors)) is not None:
        kept.add(current.name)
    for folder in (vectors / _MODELS).glob(f"{PACKAGED}-tuned-*/"):
        if folder.name not in kept:
            shutil.rmtree(folder)


def carry(source: Path, target: Path, weights: str) -> None:
    """Copy the tuned model of these weights, if it is one, beside the generations elsewhere."""
    folder = tuned_of(source, weights)
    if folder is not None and tuned_of(target, weights) is None:
        shutil.copytree(folder, target / _MODELS / folder.name)


def _header() -> bytes:
    """What the packaged file of weights says of its places, with the length before it."""
    with PACKAGED_FILE.open("rb") as opened:
        length = opened.read(8)
        return length + opened.read(int.from_bytes(length, "little"))
