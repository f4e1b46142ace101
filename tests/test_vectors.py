"""Inverted lists find the vectors that comparing all of them finds."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.index.embedded.generation import verify
from rag.index.embedded.mapped_file import MappedFile
from rag.index.embedded.vectors import VectorsWriter, open_vectors
from rag.record import Record
from tests.fakes import WordCountEmbedder, shelve

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.embeddings import Vectors
    from rag.index.embedded.vectors import RecordVectors

COUNT, DIMENSIONS, KINDS = 3000, 96, 40
NEAR = 3e-4  # how far a cosine in half precision may lie from exact
CHANCE = np.random.default_rng(7)


def unit(vectors: NDArray[np.floating]) -> Vectors:
    scaled: Vectors = (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)
    return scaled


MIDDLES = unit(CHANCE.standard_normal((KINDS, DIMENSIONS)))
VECTORS = unit(MIDDLES[CHANCE.integers(KINDS, size=COUNT)] + 0.075 * CHANCE.standard_normal((COUNT, DIMENSIONS)))
QUESTIONS = unit(MIDDLES[:20] + 0.1 * CHANCE.standard_normal((20, DIMENSIONS)))
MASKS = {
    "all": np.ones(COUNT, np.bool_),
    "half": CHANCE.random(COUNT) < 0.5,
    "of one kind": VECTORS @ MIDDLES[0] > 0.5,
    "one in a thousand": np.arange(COUNT) % 1000 == 5,
    "none": np.zeros(COUNT, np.bool_),
}


def written(folder: Path, vectors: Vectors) -> tuple[str, RecordVectors]:
    writer = VectorsWriter(folder, DIMENSIONS)
    for begin in range(0, len(vectors), 700):
        writer.add(vectors[begin : begin + 700])
    return writer.save(), open_vectors(folder)


@pytest.fixture(params=[10_000, 2000, 100], ids="flat up to {}".format)
def index(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RecordVectors:
    monkeypatch.setattr("rag.index.embedded.vectors.FLAT", request.param)
    kind, index = written(tmp_path, VECTORS)
    assert kind == ("flat" if request.param > COUNT else "lists")
    return index


@pytest.mark.parametrize("passing", MASKS)
@pytest.mark.parametrize("k", [1, 10, 400, COUNT + 1])
def test_what_lists_find_is_what_sorting_every_cosine_finds(
    index: RecordVectors, monkeypatch: pytest.MonkeyPatch, passing: str, k: int
) -> None:
    # Every list is read and every row scored; how few suffice is another question.
    monkeypatch.setattr("rag.index.embedded.vectors.SHARE", 1.0)
    monkeypatch.setattr("rag.index.embedded.vectors.MORE", COUNT)
    mask = MASKS[passing]
    for question in QUESTIONS:
        cosines = VECTORS @ question
        rows, found = index.nearest(question, k, None, None if passing == "all" else mask)

        expected = np.sort(cosines[mask])[::-1][:k]
        assert mask[rows].all()
        assert len(set(rows.tolist())) == len(rows) == len(expected)
        np.testing.assert_allclose(found, expected, atol=NEAR)
        np.testing.assert_allclose(cosines[rows], expected, atol=NEAR)


@pytest.mark.parametrize("passing", MASKS)
def test_a_share_of_the_lists_finds_nearly_all_and_as_many_as_were_asked_for(
    index: RecordVectors, passing: str
) -> None:
    mask = MASKS[passing]
    hits = wanted = 0
    for question in QUESTIONS:
        rows, _ = index.nearest(question, 10, None, mask)
        cosines = np.where(mask, VECTORS @ question, -2)
        best = np.argsort(-cosines)[: min(10, int(mask.sum()))]
        assert len(rows) == len(best)
        hits, wanted = hits + len(set(rows.tolist()) & set(best.tolist())), wanted + len(best)

    assert hits >= 0.95 * wanted


def test_where_the_lists_give_too_few_all_rows_are_compared(index: RecordVectors) -> None:
    rows, _ = index.nearest(QUESTIONS[0], COUNT, None, None)

    assert sorted(rows.tolist()) == list(range(COUNT))


def test_a_search_keeps_to_its_own_thread(index: RecordVectors) -> None:
    tasks, began = Path("/proc/self/task"), list[int]()

    def search() -> None:
        before = len(list(tasks.iterdir()))
        for question in QUESTIONS:
            index.nearest(question, 400, None, None)
            index.nearest(question, 400, None, MASKS["half"])
        index.take(list(range(COUNT)))
        began.append(len(list(tasks.iterdir())) - before)

    # OpenMP keeps the number of threads, and those that it began, for each thread that calls it.
    caller = threading.Thread(target=search)
    caller.start()
    caller.join()
    assert began[0] <= 0  # threads of other tests may end meanwhile


def test_scattered_reads_of_a_large_file_do_not_fill_the_memory(tmp_path: Path) -> None:
    file, row, count = tmp_path / "rows", 2**12, 2**16
    with file.open("wb") as opened:
        opened.truncate(row * count)  # 256 MB that take no room on the disk
    mapped = MappedFile(file, np.dtype((np.uint8, row)))

    def resident() -> int:
        """KB of the file that count to this process."""
        lines = Path("/proc/self/smaps").read_text(encoding="utf-8").splitlines()
        begin = next(number for number, line in enumerate(lines) if line.endswith(str(file)))
        return int(next(line for line in lines[begin:] if line.startswith("Rss:")).split()[1])

    for begin in range(0, count, 256):
        mapped.rows.take(np.arange(begin, begin + 256, 16), axis=0)
        mapped.has_read(16)

    assert resident() <= 2**17
    assert not mapped.rows[[3, count - 1]].any()


def test_vectors_of_an_earlier_program_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.index.embedded.vectors.FLAT", 100)
    written(tmp_path, VECTORS)
    (tmp_path / "vectors.f16").unlink()
    VECTORS.tofile(tmp_path / "vectors.f32")

    np.testing.assert_array_equal(open_vectors(tmp_path).take([5, 0]), VECTORS[[5, 0]])
    VECTORS[1:].tofile(tmp_path / "vectors.f32")
    with pytest.raises(ValueError, match="2999 vectors lie beside lists of 3000"):
        open_vectors(tmp_path)


def test_vectors_are_taken_by_row(index: RecordVectors) -> None:
    np.testing.assert_allclose(index.take([5, 0, COUNT - 1]), VECTORS[[5, 0, COUNT - 1]], rtol=2**-11, atol=1e-7)
    assert index.take([]).shape == (0, DIMENSIONS)


@pytest.mark.parametrize(("count", "kind"), [(40, "flat"), (41, "lists")])
def test_a_generation_says_which_index_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, kind: str
) -> None:
    monkeypatch.setattr("rag.index.embedded.vectors.FLAT", 40)
    records = [Record(f"r{number}", f"Pier {number}", "", None) for number in range(count)]

    folder = tmp_path / shelve(tmp_path, records, WordCountEmbedder())

    manifest = verify(folder, all_digests=True)
    assert manifest.index == kind
    assert {file.path for file in manifest.files if file.path.startswith("vectors")} == (
        {"vectors.faiss"} if kind == "flat" else {"vectors.faiss", "vectors.f16"}
    )
