"""A folder of finished files -> a generation: sealed, published, verified and finally removed.

vectors/
  CURRENT               the name of the published generation; replaced by one rename
  <generation>/         UTC time and digest of its content, so that names sort by age
    manifest.json       written last: what the generation is, size and SHA-256 of every file
  models/               encoders that learned the collection's language (`rag.embeddings.tuned`)
  .building-*/          being written, or left behind by a killed build
  .lock                 locked by the one build that may run
"""

import datetime as dt
import hashlib
import json
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from functools import partial
from io import BufferedReader
from pathlib import Path
from typing import IO, Any, TypeVar

from rag.errors import GenerationError, RagError
from rag.index.embedded.corruption import CURE, damaged, unreadable
from rag.index.json_values import restored
from rag.index.ports import Identity
from rag.platform import lock_file, sync

logger = logging.getLogger(__name__)

SCHEMA = 8  # format of files and manifest; raise it with every change that an older reader would misread

POINTER = "CURRENT"

_MANIFEST = "manifest.json"
_BUILDING = ".building-"
_NAME = re.compile(r"(\d{8}T\d{6}Z)-[0-9a-f]{8}")
_TIME = "%Y%m%dT%H%M%SZ"
_QUICK = 64 * 2**20  # bytes up to which a file's digest is checked at every opening


@dataclass(frozen=True, slots=True)
class Stored:
    """One file of a generation."""

    path: str  # relative to the generation's folder
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation is."""

    schema: int
    generation: str
    identity: Identity
    content: str  # SHA-256 over weights and records: the same for every build of the same records
    records: int
    passages: int
    files: tuple[Stored, ...]
    index: str = "flat"  # how vectors are searched: "flat" compares all, "lists" those in the nearest inverted lists


_Shape = TypeVar("_Shape")


def current(vectors: Path) -> str | None:
    """Name of the published generation, None where there is none; GenerationError where the pointer is damaged."""
    try:
        name = (vectors / POINTER).read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unreadable(vectors / POINTER, error) from error
    if not _NAME.fullmatch(name):
        raise GenerationError(
            f"{vectors / POINTER}: {name[:40]!r} is not a generation's name; {CURE}, or `rag rollback` to use one kept"
        )
    return name


def names(vectors: Path) -> list[str]:
    """Every generation, the oldest first; `verify` checks whether one is whole."""
    try:
        return sorted(folder.name for folder in vectors.glob("*/") if _NAME.fullmatch(folder.name))
    except OSError as error:
        raise unreadable(vectors, error) from error


def by_preference(vectors: Path) -> list[str]:
    """Every generation: the published one first, then the newest first."""
    try:
        published = current(vectors)
    except GenerationError:
        published = None
    return sorted(names(vectors), key=lambda name: (name == published, name), reverse=True)


def published_at(name: str) -> dt.datetime:
    """When this generation was published."""
    return dt.datetime.strptime(name.partition("-")[0], _TIME).replace(tzinfo=dt.UTC)


def verify(
    folder: Path, *, all_digests: bool = False, any_schema: bool = False, only: Collection[str] | None = None
) -> Manifest:
    """Read a generation's manifest and compare its files with it; GenerationError names what does not fit.

    Args:
        all_digests: Compute every digest; otherwise only the size of files above 64 MiB is checked.
        any_schema: Accept the generation of an older program, if its manifest still has these fields.
        only: Check these files alone.
    """
    manifest = _unsealed(folder, partial(restored, Manifest), any_schema=any_schema)
    if manifest.generation != folder.name:
        raise damaged(folder, f"its manifest is that of {manifest.generation}")
    for stored in manifest.files:
        if only is None or stored.path in only:
            _check(stored, folder / stored.path, all_digests=all_digests)
    return manifest


def _check(stored: Stored, file: Path, *, all_digests: bool) -> None:
    try:
        with file.open("rb") as opened:
            size = os.fstat(opened.fileno()).st_size
            if size != stored.bytes:
                raise damaged(file, f"{size} bytes instead of {stored.bytes}")
            if (all_digests or size <= _QUICK) and _sha256(opened) != stored.sha256:
                raise damaged(file, "its content is not what was written")
    except OSError as error:
        raise unreadable(file, error) from error


def made_of(folder: Path) -> Identity:
    """What a generation was made from, even where other files are damaged or its schema is foreign; GenerationError.

    The sources that a person named must outlive a lost file and a newer schema.
    """
    return _unsealed(folder, lambda manifest: restored(Identity, manifest["identity"]), any_schema=True)


def _is_whole(folder: Path) -> bool:
    try:
        verify(folder)
    except GenerationError:
        return False
    return True


def _unsealed(folder: Path, shape: Callable[[Any], _Shape], *, any_schema: bool) -> _Shape:
    """What a manifest says, in this shape; GenerationError."""
    file = folder / _MANIFEST
    try:
        sealed = json.loads(file.read_bytes())
        if not any_schema and (schema := sealed["manifest"]["schema"]) != SCHEMA:
            raise damaged(file, f"schema {schema!r} is foreign, this program reads {SCHEMA}")
        if _seal(sealed["manifest"]) != sealed["sha256"]:
            raise damaged(file, "its content is not what was written")
        return shape(sealed["manifest"])
    except OSError as error:
        raise unreadable(file, error) from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise damaged(file, "it is not a manifest") from error


def _seal(manifest: object) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()


def _sha256(opened: BufferedReader) -> str:
    return hashlib.file_digest(opened, "sha256").hexdigest()


def _stored(file: Path, folder: Path) -> Stored:
    with file.open("rb") as opened:
        return Stored(file.relative_to(folder).as_posix(), file.stat().st_size, _sha256(opened))


class BuildLock(AbstractContextManager["BuildLock"]):
    """Locked by the one build that may run, before it reads the list of sources. A context."""

    def __init__(self, vectors: Path) -> None:
        """Take it; RagError while another build has it."""
        vectors.mkdir(parents=True, exist_ok=True)
        self._file: IO[bytes] = (vectors / ".lock").open("ab")
        try:
            lock_file(self._file)
        except BlockingIOError as error:
            self._file.close()
            raise RagError(f"{vectors}: another build is running; wait for its end, then build again") from error

    def close(self) -> None:
        """Release it."""
        self._file.close()

    def __exit__(self, *_: object) -> None:
        self.close()


class BuildFolder:
    """Where the running build writes; readers see nothing of it before `publish`."""

    def __init__(self, vectors: Path, lock: object = None) -> None:
        """Take the lock unless `lock` is given, remove what killed builds left, make an empty folder."""
        self._own = BuildLock(vectors) if lock is None else None
        self._vectors = vectors
        for leftover in vectors.glob(f"{_BUILDING}*"):
            shutil.rmtree(leftover)
        self.folder = Path(tempfile.mkdtemp(prefix=_BUILDING, dir=vectors))

    def publish(
        self, identity: Identity, *, content: str, records: int, passages: int, index: str, name: str | None = None
    ) -> Manifest:
        """Seal the folder, under this name or a new one, and point readers at it."""
        files = sorted(file for file in self.folder.rglob("*") if file.is_file())
        for file in files:
            file.chmod(0o644)  # readers may be other users than the builder
            sync(file)
        manifest = Manifest(
            SCHEMA,
            name or new_name(names(self._vectors), content),
            identity,
            content,
            records,
            passages,
            tuple(_stored(file, self.folder) for file in files),
            index,
        )
        written = asdict(manifest)
        sealed = json.dumps({"sha256": _seal(written), "manifest": written}, indent=1)
        _write(self.folder / _MANIFEST, sealed)
        for folder in {file.parent for file in files} | {self.folder}:
            folder.chmod(0o755)
            sync(folder)
        self.folder.rename(self._vectors / manifest.generation)
        sync(self._vectors)
        point(self._vectors, manifest.generation)
        return manifest

    def prune(self, keep: int) -> None:
        """Keep the published generation and the newest whole ones, `keep` in all; remove the others."""
        kept = {current(self._vectors)}
        for name in reversed(names(self._vectors)):
            if len(kept) < keep and _is_whole(self._vectors / name):
                kept.add(name)
            if name not in kept:
                self._remove(self._vectors / name)

    def _remove(self, generation: Path) -> None:
        """Hide it at once by a rename, then remove it; if this build is killed, the next one removes the rest."""
        try:
            renamed = generation.rename(self._vectors / f"{_BUILDING}{generation.name}")
        except PermissionError as error:  # on Windows nothing is renamed that a server has open
            message = "%s: cannot be removed (%s); once no server uses it, a later build will"
            logger.warning(message, generation, error.strerror)
        else:
            shutil.rmtree(renamed)

    def close(self) -> None:
        """Remove what was not published and release the lock."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._own is not None:
            self._own.close()


def new_name(existing: Sequence[str], digest: str) -> str:
    """Now, or a second after the newest generation if the clock went back."""
    time = dt.datetime.now(dt.UTC)
    if existing:
        time = max(time, published_at(max(existing)) + dt.timedelta(seconds=1))
    return f"{time.strftime(_TIME)}-{digest[:8]}"


def point(vectors: Path, generation: str) -> None:
    """Make this the published generation, in one step."""
    temporary = vectors / f".{POINTER}"
    _write(temporary, f"{generation}\n")
    temporary.replace(vectors / POINTER)
    sync(vectors)


def _write(file: Path, text: str) -> None:
    """Write a file that any user may read, and wait until it is on the disk."""
    with file.open("w", encoding="ascii") as opened:
        file.chmod(0o644)
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
