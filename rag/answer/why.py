"""An answer -> why it is as it is, in plain words: what was understood, which records were weighed, why the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answer.answer import Status
from rag.answer.catalogue import listed, records_of
from rag.answer.compose import BESIDE
from rag.answer.verdict import PremiseKind
from rag.query.in_words import described

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.answer.answer import Answer, Weighing

MOST = 8
"""Records that are named, at most."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A part of the explanation: a heading and what it says, a line each."""

    heading: str
    lines: tuple[str, ...]


def why(answer: Answer) -> tuple[Explanation, ...]:
    """Why an answer is as it is; the page, the API and the command line say the same."""
    return (
        Explanation("What was understood", tuple(_understood(answer))),
        Explanation("What was weighed", tuple(_weighed(answer))),
        Explanation("Why this answer", tuple(_decided(answer))),
    )


def _understood(answer: Answer) -> Iterator[str]:
    understood = answer.understood
    if understood.rewritten:
        yield f"The question goes on from the one before, and was read as “{understood.text}”."
    parts = described(understood)
    yield from (f"{kind}: {text}." for kind, text in parts)
    if not parts and not understood.rewritten:
        yield "The words alone: they name no days, nobody and no kind of document that would narrow the search."


def _weighed(answer: Answer) -> Iterator[str]:
    weighing = answer.weighing
    if weighing is None:
        yield _unweighed(answer)
        return
    yield (
        "Every record that fits was compared with the question, by meaning and by the words they share. Evidence goes "
        f"from 0 to 100; in this collection any question at all reaches about {_points(weighing.noise)}, so that "
        f"{_points(weighing.bar)} are needed. The best records:"
    )
    numbers = {citation.hit.record.id: citation.number for citation in answer.citations}
    best = weighing.hits[0].score or 0.0 if weighing.hits else 0.0
    for hit in weighing.hits[:MOST]:
        record, score = hit.record, hit.score or 0.0
        said = [f"evidence {_points(score)}"]
        if weighing.telling:
            said.append(f"tells {_points(weighing.coverage.get(record.id, 0.0))} of 100 of what is asked")
        if number := numbers.get(record.id):
            shared = _shared(answer, number)
            said += [f"has {listed(shared)}"] if shared else []
            said.append(f"quoted as {number}")
        elif not answer.sentences:
            said.append("not quoted")
        else:
            said.append("not quoted, far behind the best" if score < BESIDE * best else "not quoted, others tell more")
        date = f", {record.date.text}" if record.date else ""
        yield f"{record.title}{date}: {'; '.join(said)}."


def _unweighed(answer: Answer) -> str:
    if answer.status is Status.ABOUT:
        return "No record: the question is about the collection or to this program."
    if len(answer.understood.parts) > 1:
        return "Each question for itself."
    if answer.understood.conditions.ids or answer.understood.follow_up:
        return f"{records_of(len(answer.citations))} shown before, to which the question points."
    return "Nothing: every record that fits is counted, and none left out for being less near to the question."


def _shared(answer: Answer, number: int) -> list[str]:
    """The question's words to which the sentences answer that are quoted from a source."""
    marks = (mark for sentence in answer.sentences if number in sentence.citations for mark in sentence.marks)
    return [f"“{word}”" for word in dict.fromkeys(mark.asked for mark in marks)]


def _decided(answer: Answer) -> Iterator[str]:
    weighing, verdict = answer.weighing, answer.verdict
    if verdict:
        yield verdict.text
        yield _consequence(verdict.kind, weighing)
    elif answer.catalogue and not weighing:
        yield f"The catalogue says: {answer.catalogue.text}"
    elif weighing and weighing.chosen:
        yield "You chose the records, so these are quoted, however near they are."
    elif weighing and not answer.sentences:
        best = weighing.hits[0].score or 0.0 if weighing.hits else 0.0
        yield f"The best record reaches {_points(best)} of the {_points(weighing.bar)} needed, so none is quoted."
    elif weighing and weighing.hits:
        yield (
            f"The best record reaches {_points(weighing.hits[0].score or 0.0)}; {_points(weighing.bar)} are needed. "
            f"From {records_of(len(answer.citations))} the sentences nearest to the question are quoted, to the letter."
        )
    if answer.sentences:
        yield "Quotations stand by date." if answer.by_date else "The best evidence stands first."
    yield from answer.notes


def _consequence(kind: PremiseKind, weighing: Weighing | None) -> str:
    match kind:
        case PremiseKind.ABSENT:
            return "What no record names is not answered from what is merely near."
        case PremiseKind.APART:
            return "So what there is on each stands under a heading of its own, and none of it is the answer."
        case PremiseKind.UNTOLD if weighing and weighing.telling:
            best = max(weighing.coverage.values(), default=0.0)
            return (
                f"A sentence must tell of {listed([f'“{word}”' for word in weighing.telling])}: the best tells "
                f"{_points(best)} of 100, and {_points(weighing.least)} are needed."
            )
    return "So nothing is quoted as if it were the answer." if kind is PremiseKind.UNTOLD else "So they are quoted."


def _points(share: float) -> int:
    return round(100 * share)
