"""A build that is stopped, by a signal or by a full disk, says so, loses nothing and goes on where it was."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import sys
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from unittest import mock

import pytest

from rag.cli import main
from rag.index.embedded.fulltext import FullTextWriter
from rag.index.open import open_index
from rag.ingest.build import build
from rag.ingest.source_list import resolve
from rag.settings import Settings
from tests.fakes import WordCountEmbedder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rag.embeddings import Vectors

ROWS = 700


class Counting(WordCountEmbedder):
    """Counts what it embeds, and gives itself a signal once it has embedded enough."""

    def __init__(self, enough: int = 1 << 30, stop: signal.Signals = signal.SIGKILL) -> None:
        """Nothing is embedded yet."""
        super().__init__()
        self.count = 0
        self._enough, self._stop = enough, stop

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """As its parent."""
        if self.count + len(texts) > self._enough:
            os.kill(os.getpid(), self._stop)
        self.count += len(texts)
        return super().embed_documents(texts)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    file = tmp_path / "rows.csv"
    lines = [f"{number},Note {number},It is about pier {number} of the harbour.\n" for number in range(ROWS)]
    file.write_text("id,title,summary\n" + "".join(lines), encoding="utf-8")
    return file


def in_a_child(work: Callable[..., object], *given: object, said: Path = Path(os.devnull)) -> int:
    """The exit code of a new process that does this; a signal's number, negative, where one ended it.

    Not a fork: in this process other tests may have left threads, and what a thread had locked stays locked in a fork.
    Its standard error goes into the file `said`, for those threads write on this process's own.
    """
    child = get_context("spawn").Process(target=_noted, args=(said, work, *given))
    child.start()
    child.join()
    assert child.exitcode is not None
    return child.exitcode


def _noted(said: Path, work: Callable[..., object], *given: object) -> None:
    with said.open("w", encoding="utf-8") as file:
        os.dup2(file.fileno(), 2)
    work(*given)


def stopped_build(
    seeds: Path, vectors: Path, stop: signal.Signals, given: Sequence[Path] = (), columns: Sequence[str] = ()
) -> None:
    """Build until a thousand texts are embedded."""
    build(Settings(seeds=seeds, vectors=vectors), given, columns, embedder=Counting(1000, stop))


def cramped_build(vectors: Path, rows: Path, room: int) -> None:
    """Build by the command line where no file may grow past so many bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    with mock.patch("rag.ingest.build.open_embedder", return_value=WordCountEmbedder()):
        assert main(["build", "--vectors", str(vectors), str(rows)]) == 1


def cramped_reading(vectors: Path, rows: Path) -> None:
    """Build from the standard input where no file may grow past a thousand bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    with rows.open("rb") as stream:
        os.dup2(stream.fileno(), 0)
        sys.stdin = os.fdopen(0)
        assert main(["build", "-", "--vectors", str(vectors)]) == 1


def cramped_words(folder: Path) -> None:
    """Begin an index of words where no file may grow past ten bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
    with pytest.raises(OSError, match="could not be written") as refused:
        FullTextWriter(folder / "words", folder / "texts")
    assert refused.value.filename == str(folder / "words")


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGKILL])
def test_what_a_stopped_build_embedded_is_not_embedded_again(tmp_path: Path, rows: Path, stop: signal.Signals) -> None:
    settings = Settings(seeds=rows, vectors=tmp_path / "vectors")
    whole = build(Settings(seeds=rows, vectors=tmp_path / "whole"), embedder=Counting()).embedded

    status = in_a_child(stopped_build, rows, settings.vectors, stop)

    assert status == -stop
    assert open_index(settings).published() is None
    rest = Counting()
    report = build(settings, embedder=rest)
    assert (report.embedded, report.embedded + report.reused) == (rest.count, whole)
    assert report.reused >= 700  # all but the batch in which it was stopped


def test_a_bare_build_goes_on_with_what_the_stopped_one_was_given(tmp_path: Path, rows: Path) -> None:
    (tmp_path / "seeds.csv").write_text("id,title,summary\n1,A seed,It is another.\n", encoding="utf-8")
    settings = Settings(seeds=tmp_path / "seeds.csv", vectors=tmp_path / "vectors")
    given = ["title=title"]

    status = in_a_child(stopped_build, settings.seeds, settings.vectors, signal.SIGKILL, [rows], given)

    assert status == -signal.SIGKILL
    assert build(settings, embedder=Counting()).records == ROWS
    assert resolve(settings, ()).chosen == ((str(rows), "title=title"),)
    assert not (settings.vectors / "UNFINISHED").exists()


def test_to_go_back_to_an_older_generation_ends_what_was_not_finished(tmp_path: Path, rows: Path) -> None:
    (tmp_path / "seeds.csv").write_text("id,title,summary\n1,A seed,It is another.\n", encoding="utf-8")
    settings = Settings(seeds=tmp_path / "seeds.csv", vectors=tmp_path / "vectors")
    build(settings, embedder=Counting())
    build(settings, embedder=Counting())
    in_a_child(stopped_build, settings.seeds, settings.vectors, signal.SIGKILL, [rows])
    assert str(rows) in resolve(settings, ()).sources

    open_index(settings).roll_back()

    assert resolve(settings, ()).sources == (str(settings.seeds),)


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"after": "", "sources": 3, "chosen": []}', b"\xff"])
def test_a_damaged_note_of_what_was_not_finished_is_left_aside(tmp_path: Path, damage: bytes) -> None:
    settings = Settings(seeds=tmp_path, vectors=tmp_path / "vectors")
    settings.vectors.mkdir()
    (settings.vectors / "UNFINISHED").write_bytes(damage)

    assert resolve(settings, ()).sources == (str(tmp_path),)


@pytest.mark.parametrize("room", [30_000, 200_000, 600_000], ids=lambda room: f"{room} bytes")
def test_a_full_disk_is_reported_in_one_line_and_what_is_published_goes_on(
    tmp_path: Path, rows: Path, room: int
) -> None:
    settings = Settings(seeds=rows, vectors=tmp_path / "vectors")
    before = build(settings, embedder=WordCountEmbedder("before")).generation

    said = tmp_path / "said.txt"
    assert in_a_child(cramped_build, settings.vectors, rows, room, said=said) == 0
    complaint = said.read_text(encoding="utf-8")
    assert complaint.startswith(f"rag: {settings.vectors}")
    assert ": None;" not in complaint
    assert complaint.endswith("correct the path, or make room and allow it\n")
    assert complaint.count("\n") == 1
    assert open_index(settings).published() == before
    assert not list(settings.vectors.glob(".building-*"))
    assert build(settings, embedder=WordCountEmbedder()).records == ROWS


@pytest.mark.parametrize(
    "late", ["rag.ingest.build.list_faults", "rag.ingest.build.clean_up", "rag.embeddings.cache.EmbeddingCache.prune"]
)
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), sqlite3.OperationalError("disk is full")])
def test_what_fails_once_a_generation_is_published_is_a_warning(
    tmp_path: Path,
    rows: Path,
    late: str,
    error: Exception,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings = Settings(seeds=rows, vectors=tmp_path / "vectors")

    def fails(*_: object) -> NoReturn:
        raise error

    monkeypatch.setattr(late, fails)
    report = build(settings, embedder=WordCountEmbedder())

    assert open_index(settings).published() == report.generation
    (warning,) = caplog.messages
    assert warning.startswith(f"{settings.vectors}: ")
    assert warning.endswith("; the new generation is in use all the same; make room, and build again")


def test_a_full_disk_names_where_the_standard_input_is_kept(tmp_path: Path, rows: Path) -> None:
    vectors = tmp_path / "vectors"

    said = tmp_path / "said.txt"
    assert in_a_child(cramped_reading, vectors, rows, said=said) == 0
    place = vectors / "received"
    assert (
        said.read_text(encoding="utf-8")
        == f"rag: {place}: File too large; correct the path, or make room and allow it\n"
    )
    assert list(place.iterdir()) == []


def test_an_index_of_words_that_the_disk_has_no_room_to_begin_names_its_place(tmp_path: Path) -> None:
    assert in_a_child(cramped_words, tmp_path) == 0
