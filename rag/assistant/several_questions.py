"""An enquiry that holds several questions -> one answer, each question under its own heading; any other as it is."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import TypeVar

from rag.answer.answer import Answer, Status
from rag.answer.catalogue import Catalogue
from rag.answer.draft import Quote, numbered
from rag.answer.replay import receipt_of
from rag.assistant.ask import answer
from rag.assistant.context import OpenCollection
from rag.language.message import listed, paragraph, quoted, together, worded
from rag.query.enquiry import Aspect, Enquiry, Turn
from rag.query.parts import PartQuestion, Parts, read_parts
from rag.query.understanding import Understanding
from rag.record import Hit

_T = TypeVar("_T")


def answer_each(collection: OpenCollection, enquiry: Enquiry) -> Answer:
    """Answer every question of an enquiry from this collection, with a receipt for the whole."""
    made = _answered(collection, enquiry)
    return replace(made, kept=receipt_of(made, enquiry, collection.reader))


def _answered(collection: OpenCollection, enquiry: Enquiry) -> Answer:
    is_read = Aspect.NAMES in enquiry.understand and enquiry.among is None and "parts" not in enquiry.without
    parts = read_parts(enquiry.question, collection.vocabulary.names) if is_read else None
    if parts is None or not parts.asked or len(parts.asked) > enquiry.k:
        return answer(collection, enquiry)
    answers: list[Answer] = []
    history = enquiry.history
    for number, part in enumerate(parts.asked):
        left = enquiry.k - sum(len(each.citations) for each in answers)
        most = max(1, left // (len(parts.asked) - number))
        answers.append(answer(collection, replace(enquiry, question=part.question, history=history, k=most)))
        if parts.fewer is None:
            history = (*history, Turn(part.question, records=answers[-1].cited))
    return _joined(enquiry, parts, answers)


def _joined(enquiry: Enquiry, parts: Parts, answers: Sequence[Answer]) -> Answer:
    """One answer of several, numbered anew."""
    sentences, citations = numbered(
        [
            Quote(
                sentence.text,
                each.citations[number - 1].hit,
                sentence.marks,
                part.heading if answers[1:] else sentence.group,
            )
            for part, each in zip(parts.asked, answers, strict=True)
            for sentence in each.sentences
            for number in sentence.citations
        ]
    )
    first, *others = answers
    catalogue = _counted(parts, answers)
    notes = [_left_aside(parts)] if parts.is_partial else []
    if others:
        for part, each in zip(parts.asked, answers, strict=True):
            notes += _notes(part, each, counted=catalogue is not None)
    else:
        notes += first.notes
    is_about = any(each.status is Status.ABOUT for each in answers)
    cited = {citation.hit.record.id for citation in citations}
    nearest: dict[str, Hit] = {}
    for hit in sorted((hit for each in answers for hit in each.nearest), key=lambda hit: -(hit.score or 0.0)):
        if hit.record.id not in cited:
            nearest.setdefault(hit.record.id, hit)
    return replace(
        first,
        status=Status.ANSWERED if sentences else Status.ABOUT if is_about else first.status,
        question=enquiry.question,
        understood=_understood(enquiry, parts, answers),
        sentences=sentences,
        citations=citations,
        nearest=() if others and sentences else tuple(nearest.values())[: enquiry.k],
        notes=tuple(dict.fromkeys(notes)),
        by_date=all(each.by_date for each in answers),
        undated=max(each.undated for each in answers),
        catalogue=catalogue,
        verdict=None if others and sentences else first.verdict,
        weighing=None if others else first.weighing,
    )


def _notes(part: PartQuestion, answer: Answer, *, counted: bool) -> list[str]:
    """What there is to say of one of several questions besides what is quoted."""
    verdict = [answer.verdict.text] if answer.verdict else []
    catalogue = [answer.catalogue.text] if answer.catalogue and not counted else []
    return [together(part.heading, ": ", note) for note in dict.fromkeys([*verdict, *catalogue, *answer.notes])]


def _left_aside(parts: Parts) -> str:
    return worded(
        "Of what you wrote, only this was read as a question: %(questions)s.",
        questions=listed(quoted(part.question for part in parts.asked)),
    )


def _understood(enquiry: Enquiry, parts: Parts, answers: Sequence[Answer]) -> Understanding:
    """What the whole was taken to ask; what each part says of days and conditions holds for that part alone."""
    read = [each.understood for each in answers]
    headings = tuple(part.heading for part in parts.asked)
    if len(read) == 1:
        return replace(read[0], parts=headings if parts.is_partial else ())
    return Understanding(
        text=enquiry.question,
        meaning=enquiry.question,
        terms=_all(each.terms for each in read),
        names=_all(each.names for each in read),
        corrections=_all(each.corrections for each in read),
        absent=_all(each.absent for each in read),
        parts=headings,
    )


def _all(lists: Iterable[Iterable[_T]]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(lists)))


def _counted(parts: Parts, answers: Sequence[Answer]) -> Catalogue | None:
    """The one catalogue line that the parts have; where two are compared, both, the one asked for first."""
    lines = [each.catalogue for each in answers]
    known = [line for line in lines if line]
    if parts.fewer is None or not known:
        return known[0] if len(known) == 1 else None
    totals = {part.heading: line.total if line else 0 for part, line in zip(parts.asked, lines, strict=True)}
    ranked = sorted(totals, key=totals.__getitem__, reverse=not parts.fewer)
    first = max(known, key=lambda line: -line.total if parts.fewer else line.total)
    counts = "; ".join(f"{heading}: {totals[heading]:,}" for heading in ranked)
    return replace(first, text=paragraph([f"{counts}.", *(line.text for line in known)]))
