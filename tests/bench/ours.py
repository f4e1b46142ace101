"""Our side, in a process of its own. The first build or question loads the model; collections stay open.

Usage: python -m tests.bench.ours
"""

from __future__ import annotations

import sys
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from rag.assistant.assistant import Assistant
from rag.assistant.context import OpenCollections
from rag.assistant.encoder import Encoder
from rag.embeddings import PACKAGED, check_packaged, folder_of, load_embedder
from rag.embeddings.word_vectors import WordVectors
from rag.index.open import open_index
from rag.ingest.copy import copy
from rag.names.authority import packaged
from rag.names.profile import Profile
from rag.query.enquiry import ALL_ASPECTS
from rag.query.names import Names
from rag.query.question import Vocabulary
from rag.query.question import understand as understand_question
from rag.record import EVERYTHING
from rag.search.ranking import top_places
from rag.settings import Settings
from tests.bench import cost
from tests.bench.vocabulary import large, questions
from tests.bench.worker import serve

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.bench.cost import Cost

RAG = str(Path(sys.executable).with_name("rag"))
ARGUMENTS = (sys.executable, "-m", "tests.bench.ours")

_K = 5
_READ = 24  # questions that are only read


def ask(home: str, questions: Sequence[str], index: str = "") -> list[Mapping[str, object]]:
    """The cost of each question, and the ids of the records cited or nearest; `index` is what RAG_INDEX may be."""
    return [_asked(_assistant(Path(home), index), question) for question in questions]


def copied(home: str, source: str, index: str) -> None:
    """Do what `rag copy` does."""
    copy(_settings(Path(home)), source, index)


def read_ahead(home: str) -> None:
    """Do what a server does when it starts."""
    _assistant(Path(home)).read_ahead()


def answer(home: str, questions: Sequence[str]) -> list[tuple[Cost, ...]]:
    """The cost of each question's answer, of finding its records alone, and of the encoder alone, in turn."""
    assistant = _assistant(Path(home))
    shelf = open_index(_settings(Path(home)), accepts=check_packaged().__eq__)
    embedder = load_embedder(PACKAGED)
    collections = OpenCollections(Encoder(lambda: embedder), WordVectors(folder_of(PACKAGED)), packaged())

    def find(question: str) -> None:
        reader = shelf.reader()
        collection = collections.of(reader)
        top_places(reader, collection.query(collection.understand(question, (), EVERYTHING, ALL_ASPECTS), []), _K)

    for question in questions:  # the first time opens everything
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
    """The peak memory of this process, in bytes, after each stage of serving."""
    stages = [("libraries imported", cost.peak())]
    assistant = _assistant(Path(home))
    assistant.coverage()
    stages.append(("a generation opened", cost.peak()))
    assistant.warm()
    stages.append(("the encoder loaded", cost.peak()))
    assistant.ask(questions[0], k=_K)
    stages.append(("one question answered", cost.peak()))
    for question in questions:
        assistant.ask(question, k=_K)
    return [*stages, (f"{len(questions)} questions answered", cost.peak())]


def understand(home: str | None) -> tuple[Cost, list[Cost]]:
    """Prepare the names of the collection, or of the large vocabulary without one, and understand questions."""
    profile = large() if home is None else Profile.from_bytes(open_index(_settings(Path(home))).reader().profile())
    arranged = cost.of_call(lambda: Names(profile))
    names = Names(profile)

    def read(question: str) -> None:
        understand_question(question, (), EVERYTHING, Vocabulary(names), ALL_ASPECTS)

    asked = questions(profile, _READ)
    for question in asked:  # the first one builds the grammar of dates
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


def _settings(home: Path, index: str = "") -> Settings:
    return Settings.load({"RAG_VECTORS": str(home)} | ({"RAG_INDEX": index} if index else {}))


@cache
def _assistant(home: Path, index: str = "") -> Assistant:
    return Assistant.open(_settings(home, index))


def _built(function: str, *args: object) -> object:
    from tests.bench.builds import FUNCTIONS as BUILDS  # noqa: PLC0415 - a build needs 5 MB that a server does not

    return BUILDS[function](*args)


_BUILDS = ("prepare", "load", "build", "build_alone", "encoding", "enlarge", "least")
_ASKED = (ask, copied, read_ahead, answer, memory, understand, cost.peak)
FUNCTIONS: Mapping[str, Callable[..., object]] = {
    **{each.__name__: each for each in _ASKED},
    **{name: partial(_built, name) for name in _BUILDS},
}
"""Functions of this process by name."""

if __name__ == "__main__":
    serve(FUNCTIONS)
