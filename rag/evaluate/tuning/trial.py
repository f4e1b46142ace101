"""A few records as a collection of their own, built and asked with one encoder by the program that serves."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from rag.assistant.assistant import Assistant
from rag.embeddings import PACKAGED, Embedder, folder_of
from rag.embeddings.cache import FILE
from rag.embeddings.word_vectors import WordVectors
from rag.evaluate.figures import score
from rag.evaluate.outcomes import Outcome, Way
from rag.evaluate.question_sets import Question
from rag.evaluate.tuning.pairs import Pair
from rag.index.open import open_index
from rag.ingest.build import publish
from rag.record import EVERYTHING, Hit, Record
from rag.settings import Settings

_DEPTH = 10


class Trial:
    """The collection, in a folder that goes with it; a context manager."""

    def __init__(self, records: Sequence[Record], embedder: Embedder, embedded: Path | None = None) -> None:
        """Build it; `embedded` is a folder of generations whose saved vectors serve again."""
        self._folder = tempfile.TemporaryDirectory(prefix="reading-room-", ignore_cleanup_errors=True)
        place = Path(self._folder.name)
        settings = Settings(seeds=place, vectors=place, keep=1)
        if embedded is not None and (embedded / FILE).is_file():
            shutil.copyfile(embedded / FILE, place / FILE)
        publish(settings, records, embedder=embedder)
        self._embedder = embedder
        self._reader = open_index(settings).reader()
        self.assistant = Assistant(open_index(settings), lambda: embedder, WordVectors(folder_of(PACKAGED)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._reader.close()
        self._folder.cleanup()

    def ranking(self, question: str, k: int) -> Sequence[Hit]:
        """The fused ranking of the words as they stand, under no filter."""
        return self.assistant.ranking(question, k=k, understand=frozenset())

    def answerable(self, pairs: Sequence[Pair], depth: int) -> list[tuple[Pair, float]]:
        """The pairs whose record is among the first so many, each with what `fused` gives it."""
        ranked = [(pair, [hit.record.id for hit in self.ranking(pair.question, depth)]) for pair in pairs]
        return [(pair, _ndcg(pair, found[:_DEPTH])) for pair, found in ranked if pair.relevant[0] in found]

    def fused(self, pairs: Sequence[Pair]) -> list[float]:
        """nDCG@10 of the fused ranking, for each pair."""
        return [_ndcg(pair, [hit.record.id for hit in self.ranking(pair.question, _DEPTH)]) for pair in pairs]

    def dense(self, pairs: Sequence[Pair]) -> list[float]:
        """nDCG@10 of the ranking by the vectors of records alone, for each pair."""
        vectors = self._embedder.embed_questions([pair.question for pair in pairs])
        return [
            _ndcg(pair, list(self._reader.nearest(vector, _DEPTH, EVERYTHING)))
            for pair, vector in zip(pairs, vectors, strict=True)
        ]


def _ndcg(pair: Pair, ranking: Sequence[str]) -> float:
    question = Question(pair.question, pair.kind, pair.question, dict.fromkeys(pair.relevant, 1))
    return score([Outcome(question, Way.SEARCH, tuple(ranking))])[0].values["nDCG@10"]
