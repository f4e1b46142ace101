"""Our side, in a process of its own. The first build or question loads the model; what is opened stays open.

Usage: python -m tests.bench.ours
"""

from __future__ import annotations

import sys
from functools import cache, partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from rag.assistant import Assistant
from rag.assistant.encoder import Encoder
from rag.assistant.reading import Reading
from rag.build import build as build_sources
from rag.embed import PACKAGED, check_packaged, folder_of, load_embedder, open_embedder
from rag.index.shelf import Shelf
from rag.kindred import Kindred
from rag.names.profile import Profile
from rag.names.reading import Names
from rag.question import ALL_ASPECTS
from rag.question import understand as understand_question
from rag.record import EVERYTHING
from rag.retrieve import placed
from rag.sentences import sentences
from rag.settings import Settings
from tests.bench import cost
from tests.bench.collection import QUESTIONS, prepare, records_of
from tests.bench.floor import least
from tests.bench.vocabulary import large, questions
from tests.bench.worker import serve
from tests.bench.written import alone, enlarge

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rag.embed import Embedder, Vectors
    from tests.bench.cost import Cost

RAG = str(Path(sys.executable).with_name("rag"))
ARGUMENTS = (sys.executable, "-m", "tests.bench.ours")

_K = 5
_BATCH = 256  # texts that a build embeds at once


class TimedEmbedder:
    """An embedder that counts the seconds it takes."""

    def __init__(self, embedder: Embedder) -> None:
        """Take the embedder that does the work."""
        self._embedder = embedder
        self.name, self.weights, self.dimensions = embedder.name, embedder.weights, embedder.dimensions
        self.seconds = 0.0
        self.texts = 0

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        begun = perf_counter()
        vectors = self._embedder.embed_documents(texts)
        self.seconds += perf_counter() - begun
        self.texts += len(texts)
        return vectors

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self.embed_documents(texts)


def load() -> None:
    """Import what takes seconds, so that no build pays for it."""
    import onnxruntime  # type: ignore[import-untyped]  # noqa: F401, PLC0415 - whoever directs the run must stay small


def build(source: str, home: str) -> Mapping[str, float]:
    """Do what `rag build --only` does; seconds, and of these those of the encoder, and the texts that it was given."""
    embedder = TimedEmbedder(open_embedder(PACKAGED))
    spent = cost.of_call(partial(build_sources, _settings(Path(home)), [Path(source)], only=True, embedder=embedder))
    return {"cpu": spent.cpu, "wall": spent.wall, "encoder": embedder.seconds, "texts": embedder.texts}


def build_alone(source: str, home: str) -> Cost:
    """Build without the vectors of sentences."""
    return cost.of_call(partial(alone, source, home))


def encoding(source: str, every: int) -> float:
    """Seconds that the encoder takes for all texts of a build, by every so-manieth batch of them by length."""
    records = records_of(Path(source))
    texts = {text for record in records for text in (record.text, record.title, *sentences(record.summary))}
    order = sorted(texts, key=lambda text: (len(text), text))
    batches = [order[begin : begin + _BATCH] for begin in range(0, len(order), _BATCH)]
    chosen = batches[min(every, len(batches)) // 2 :: every]
    embedder = open_embedder(PACKAGED)
    embedder.embed_documents(order[:1])
    begun = perf_counter()
    for batch in chosen:
        embedder.embed_documents(batch)
    return (perf_counter() - begun) * len(texts) / sum(map(len, chosen))


def ask(home: str, questions: Sequence[str]) -> list[Mapping[str, object]]:
    """What each cost, and the ids of the records cited or next best."""
    return [_asked(_assistant(Path(home)), question) for question in questions]


def read_ahead(home: str) -> None:
    """Do what a server does when it starts."""
    _assistant(Path(home)).read_ahead()


def answer(home: str, questions: Sequence[str]) -> list[tuple[Cost, ...]]:
    """Of each question what the answer costs, what finding the records alone does, and the encoder alone, in turns."""
    assistant = _assistant(Path(home))
    shelf = Shelf(Path(home), weights=check_packaged())
    embedder = load_embedder(PACKAGED)
    reading = Reading(Encoder(lambda: embedder), Kindred(folder_of(PACKAGED)))

    def find(question: str) -> None:
        reader = shelf.reader()
        asked = reading.asked(reader, question, (), EVERYTHING, ALL_ASPECTS)
        placed(reader, reading.query(reader, asked, asked.where, []), _K)

    for question in questions:  # the first time all is opened
        assistant.ask(question, k=_K)
        find(question)
    spent = []
    for number, question in enumerate(questions):
        parts = (
            partial(assistant.ask, question, k=_K),
            partial(find, question),
            partial(embedder.embed_questions, [question]),
        )
        turns = [(number + turn) % len(parts) for turn in range(len(parts))]
        of_part = {part: cost.of_call(parts[part]) for part in turns}
        spent.append(tuple(of_part[part] for part in range(len(parts))))
    return spent


def memory(home: str, questions: Sequence[str]) -> list[tuple[str, int]]:
    """What this process has held at most, in bytes, after each stage of serving."""
    told = [("libraries imported", cost.peak())]
    assistant = _assistant(Path(home))
    assistant.coverage()
    told.append(("a generation opened", cost.peak()))
    assistant.warm()
    told.append(("the encoder loaded", cost.peak()))
    assistant.ask(questions[0], k=_K)
    told.append(("one question answered", cost.peak()))
    for question in questions:
        assistant.ask(question, k=_K)
    return [*told, (f"{len(questions)} questions answered", cost.peak())]


def understand(home: str | None) -> tuple[Cost, list[Cost]]:
    """Arrange the names of the collection, or of the large vocabulary where none is given, and read questions."""
    profile = large() if home is None else Profile.from_bytes(Shelf(Path(home)).reader().profile())
    arranged = cost.of_call(lambda: Names(profile))
    names = Names(profile)

    def read(question: str) -> None:
        understand_question(question, (), EVERYTHING, names, ALL_ASPECTS)

    asked = questions(profile, QUESTIONS)
    for question in asked:  # the grammar of dates is built by the first
        read(question)
    return arranged, [cost.of_call(partial(read, question)) for question in asked]


def _asked(assistant: Assistant, question: str) -> Mapping[str, object]:
    found: list[str] = []

    def answered() -> None:
        answer = assistant.ask(question, k=_K)
        found.extend(citation.hit.record.id for citation in answer.citations)
        found.extend(hit.record.id for hit in answer.nearest)

    spent = cost.of_call(answered)
    return {"cpu": spent.cpu, "wall": spent.wall, "found": found}


def _settings(home: Path) -> Settings:
    return Settings.load({"RAG_VECTORS": str(home)})


@cache
def _assistant(home: Path) -> Assistant:
    return Assistant.open(_settings(home))


_ASKED = (prepare, load, build, build_alone, encoding, enlarge, ask, read_ahead, answer, memory, understand, least)
FUNCTIONS: Mapping[str, Callable[..., object]] = {each.__name__: each for each in (*_ASKED, cost.peak)}
"""What is asked of this process, by name."""

if __name__ == "__main__":
    serve(FUNCTIONS)
