"""An answer -> the same in a model's words, sentence by sentence as the gate judges them, and the outcome."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from rag.answer.answer import Answer
from rag.assistant.assistant import Assistant
from rag.errors import RagError, WritingError
from rag.llm.claims import Splitter
from rag.llm.client import Endpoint
from rag.llm.gate import Gate, GatedSentence, Reason, ReasonKind
from rag.llm.prompt import NOTHING, prompt
from rag.settings import Settings

logger = logging.getLogger(__name__)

ENOUGH = 0.5  # share of a reply's sentences that must stand, at least, for the reader to get any
SENTENCES = 12  # sentences of a reply that are read, at most; reading ends sooner where one comes again
RECORDS = 8  # records that a model is given, at most: the first cited
AT_ONCE = 4  # replies under way at once, at most: each occupies a thread of the server until its model has finished

_ENDS = (".", "!", "?", "…", '"', "”", "’", ")", "]")
_THINKING, _THOUGHT = "<think>", "</think>"


class WritingOutcome(Enum):
    """What the reader gets."""

    WRITTEN = "written"  # the model's sentences that stand
    EXTRACTIVE = "extractive"  # the curators' own words, as without a model


@dataclass(frozen=True, slots=True)
class Written:
    """The outcome of a reply, once it has ended."""

    outcome: WritingOutcome
    model: str  # the model's name
    stand: int  # how many sentences stand
    struck: int  # how many do not
    notes: tuple[str, ...]  # sentences for the reader: why the answer is extractive


class AnswerWriter:
    """Has one model write answers. Safe under threads."""

    def __init__(self, assistant: Assistant, endpoint: Endpoint) -> None:
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
        """Each sentence as soon as it is judged, then the outcome. Never raises for what a model does."""
        if answer.understood.only_filter or not answer.citations:
            yield self._ended([], "There is nothing here to write in other words.")
            return
        if not self._places.acquire(blocking=False):
            yield self._ended([], "The language model is busy with other readers.")
            return
        judged: list[GatedSentence] = []
        try:
            for sentence in self._judged(answer):
                judged.append(sentence)
                yield sentence
        except RagError as error:
            yield self._ended(judged, str(error))
            return
        finally:
            self._places.release()
        yield self._ended(judged)

    def _judged(self, answer: Answer) -> Iterator[GatedSentence]:
        cited = {citation.number: citation.hit.record for citation in answer.citations[:RECORDS]}
        passages = self._assistant.passages([record.id for record in cited.values()])
        given = {number: (record, own) for (number, record), own in zip(cited.items(), passages, strict=True)}
        gate = Gate(given, self._assistant.names, self._assistant.meanings)
        splitter = Splitter()
        pieces = _without_thinking(self._endpoint.reply(prompt(answer.understood.text, cited)))
        read: set[str] = set()
        try:
            for piece in pieces:
                for sentence in splitter.feed(piece):
                    # A small model that repeats itself does so for ever.
                    if sentence in read or len(read) == SENTENCES:
                        return
                    read.add(sentence)
                    yield _answering(gate.judge(sentence))
        except WritingError:
            for sentence in list(splitter.end())[: SENTENCES - len(read)]:
                yield _broken(gate.judge(sentence))
            raise
        for sentence in list(splitter.end())[: SENTENCES - len(read)]:
            if sentence in read:
                return
            last = _answering(gate.judge(sentence))
            yield last if last.text.endswith(_ENDS) else _broken(last)

    def _ended(self, judged: Sequence[GatedSentence], fault: str = "") -> Written:
        stand = sum(sentence.stands for sentence in judged)
        written = not fault and stand > 0 and stand >= ENOUGH * len(judged)
        if fault:
            notes = [fault]
        elif not judged:
            notes = ["The language model wrote nothing."]
        elif written:
            notes = []
        elif not any(sentence.citations for sentence in judged):
            notes = ["The language model declined, or cited no record."]
        else:
            notes = ["Too little of what the language model wrote stands."]
        if not written:
            notes.append("The curators’ own words are the answer.")
        logger.info("written: %d sentences stand, %d are struck", stand, len(judged) - stand)
        outcome = WritingOutcome.WRITTEN if written else WritingOutcome.EXTRACTIVE
        return Written(outcome, self.model, stand, len(judged) - stand, tuple(notes))


def _answering(judged: GatedSentence) -> GatedSentence:
    """End the reply where the model says that the records do not answer."""
    if NOTHING in judged.text.upper():
        raise WritingError("The language model found no answer in these records.")
    return judged


def _broken(judged: GatedSentence) -> GatedSentence:
    return replace(judged, reasons=(Reason(ReasonKind.BROKEN, "the reply ended here"), *judged.reasons))


def _without_thinking(pieces: Iterable[str]) -> Iterator[str]:
    """A reply without the thinking that some models begin with."""
    pieces = iter(pieces)
    opening = ""
    for piece in pieces:
        opening = (opening + piece).lstrip()
        if _THOUGHT in opening:
            opening = opening.partition(_THOUGHT)[2]
            break
        if not _THINKING.startswith(opening[: len(_THINKING)]):
            break
    else:
        if opening.startswith(_THINKING):
            return
    yield opening
    yield from pieces
