"""An answer -> the same in a model's words, sentence by sentence as they are judged, and what became of it all."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from rag.errors import RagError, WritingError
from rag.llm.claims import Splitter
from rag.llm.client import Endpoint
from rag.llm.gate import Gate, GatedSentence, Reason, ReasonKind
from rag.llm.prompt import NOTHING, prompt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rag.answer.answer import Answer
    from rag.assistant.assistant import Assistant
    from rag.settings import Settings

logger = logging.getLogger(__name__)

ENOUGH = 0.5
"""Share of a reply's sentences that must stand for it to be given at all."""

SENTENCES = 12
"""Sentences of a reply that are read, at most; it ends sooner where one comes again."""

RECORDS = 8
"""Records put before a model, at most: the first cited."""

AT_ONCE = 4
"""Replies under way at once, at most: each holds a thread of the server until its model has done."""

_ENDS = (".", "!", "?", "…", '"', "”", "’", ")", "]")
_THINKING = ("<think>", "</think>")


class WritingOutcome(Enum):
    """What the reader is given."""

    WRITTEN = "written"  # the model's sentences that stand
    EXTRACTIVE = "extractive"  # the curators' own, as if no model had been asked


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a reply, once it has ended.

    Attributes:
        model: Who wrote it.
        stand: Sentences that stand.
        struck: Sentences that do not.
        notes: Sentences for the reader: why the extractive answer is given, what was cut.
    """

    outcome: WritingOutcome
    model: str
    stand: int
    struck: int
    notes: tuple[str, ...]


class AnswerWriter:
    """Has answers written by one model. Safe under threads."""

    def __init__(self, assistant: Assistant, endpoint: Endpoint) -> None:
        """Take finished parts."""
        self._assistant = assistant
        self._endpoint = endpoint
        self._places = threading.BoundedSemaphore(AT_ONCE)

    @classmethod
    def of(cls, assistant: Assistant, settings: Settings) -> AnswerWriter | None:
        """The writer that the settings ask for, or None: by default there is none."""
        endpoint = Endpoint.of(settings)
        return None if endpoint is None else cls(assistant, endpoint)

    @property
    def model(self) -> str:
        """The model's name."""
        return self._endpoint.model

    def write(self, answer: Answer) -> Iterator[GatedSentence | Written]:
        """Each sentence as soon as it is judged, then what became of all. Never raises for what a model does."""
        if answer.understood.only_filter or not answer.citations:
            yield self._ended([], "There is nothing here to be written in other words.")
            return
        if not self._places.acquire(blocking=False):
            yield self._ended([], "The language model is busy with other readers.")
            return
        judged: list[GatedSentence] = []
        try:
            for each in self._judged(answer):
                judged.append(each)
                yield each
        except RagError as error:
            yield self._ended(judged, str(error))
            return
        finally:
            self._places.release()
        yield self._ended(judged)

    def _judged(self, answer: Answer) -> Iterator[GatedSentence]:
        cited = {citation.number: citation.hit.record for citation in answer.citations[:RECORDS]}
        passages = self._assistant.passages([record.id for record in cited.values()])
        given = {number: (record, read) for (number, record), read in zip(cited.items(), passages, strict=True)}
        gate = Gate(given, self._assistant.names, self._assistant.meanings)
        splitter = Splitter()
        pieces = _spoken(self._endpoint.reply(prompt(answer.understood.text, cited)))
        said: set[str] = set()
        try:
            for piece in pieces:
                for sentence in splitter.feed(piece):
                    # A small model that says the same again says it for ever.
                    if sentence in said or len(said) == SENTENCES:
                        return
                    said.add(sentence)
                    yield _answering(gate.judge(sentence))
        except WritingError:
            for sentence in list(splitter.end())[: SENTENCES - len(said)]:
                yield _broken(gate.judge(sentence))
            raise
        for sentence in list(splitter.end())[: SENTENCES - len(said)]:
            if sentence in said:
                return
            found = _answering(gate.judge(sentence))
            yield found if found.text.endswith(_ENDS) else _broken(found)

    def _ended(self, judged: Iterable[GatedSentence], fault: str = "") -> Written:
        judged = list(judged)
        stand = sum(each.stands for each in judged)
        written = not fault and stand > 0 and stand >= ENOUGH * len(judged)
        if fault:
            notes = [fault]
        elif not judged:
            notes = ["The language model wrote nothing."]
        elif written:
            notes = []
        elif not any(each.citations for each in judged):
            notes = ["The language model declined, or cited no record."]
        else:
            notes = ["Too little of what the language model wrote stands."]
        if not written:
            notes.append("The curators’ own words are the answer.")
        logger.info("written: %d sentences stand, %d are struck", stand, len(judged) - stand)
        outcome = WritingOutcome.WRITTEN if written else WritingOutcome.EXTRACTIVE
        return Written(outcome, self.model, stand, len(judged) - stand, tuple(notes))


def _answering(judged: GatedSentence) -> GatedSentence:
    """Let the agreed words for "no answer" end the reply."""
    if NOTHING in judged.text.upper():
        message = "The language model found no answer in these records."
        raise WritingError(message)
    return judged


def _broken(judged: GatedSentence) -> GatedSentence:
    return GatedSentence(
        judged.text, judged.citations, (Reason(ReasonKind.BROKEN, "the reply ended here"), *judged.reasons)
    )


def _spoken(pieces: Iterable[str]) -> Iterator[str]:
    """A reply without what some models think aloud before it."""
    begun, ended = _THINKING
    held: str | None = ""
    for piece in pieces:
        if held is None:
            yield piece
            continue
        held += piece
        opening = held.lstrip()
        if ended in opening:
            yield opening.partition(ended)[2]
            held = None
        elif not begun.startswith(opening[: len(begun)]):
            yield held
            held = None
    if held and not held.lstrip().startswith(begun):
        yield held
