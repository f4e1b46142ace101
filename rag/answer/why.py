"""An answer -> why it is as it is, in plain words: what was understood, which records were weighed, why the verdict."""

from collections.abc import Iterator
from dataclasses import dataclass

from rag.answer.answer import Answer, Status, Weighing
from rag.answer.answerability import LIKELY
from rag.answer.compose import SCORE_SHARE
from rag.answer.verdict import PremiseKind
from rag.language.message import Message, counted, listed, quoted, together, worded
from rag.query.in_words import described

MOST = 8  # records that are named, at most


@dataclass(frozen=True, slots=True)
class Explanation:
    """A part of the explanation: a heading and what it says, a line each."""

    heading: str
    lines: tuple[str, ...]


def why(answer: Answer) -> tuple[Explanation, ...]:
    """Why an answer is as it is; the page, the API and the command line say the same."""
    return (
        Explanation(worded("What was understood"), tuple(_understood(answer))),
        Explanation(worded("What was compared"), tuple(_weighed(answer))),
        Explanation(worded("Why this answer"), tuple(_decided(answer))),
    )


def _understood(answer: Answer) -> Iterator[str]:
    understood = answer.understood
    if understood.rewritten:
        yield worded("The question follows on from the one before, and was read as: %(text)s", text=understood.text)
    parts = described(understood)
    yield from (together(kind, ": ", text, ".") for kind, text in parts)
    if not parts and not understood.rewritten:
        yield worded("Only its words: it names no dates, people or kinds of document that would narrow the search.")


def _weighed(answer: Answer) -> Iterator[str]:
    weighing = answer.weighing
    if weighing is None:
        yield _unweighed(answer)
        return
    yield worded(
        "Every record that fits was compared with the question, by meaning and by the words they share, and given 0 to "
        "100 points. In this collection a question about anything else gets about %(noise)s, so %(bar)s are needed. "
        "The best records:",
        noise=_points(weighing.background),
        bar=_points(weighing.threshold),
    )
    numbers = {citation.hit.record.id: citation.number for citation in answer.citations}
    best = weighing.hits[0].score or 0.0 if weighing.hits else 0.0
    for hit in weighing.hits[:MOST]:
        record, score = hit.record, hit.score or 0.0
        said = [worded("%(points)s points", points=_points(score))]
        if weighing.required:
            points = _points(weighing.coverage.get(record.id, 0.0))
            said.append(worded("covers %(points)s%% of what is asked", points=points))
        if number := numbers.get(record.id):
            shared = _shared(answer, number)
            said += [worded("has %(words)s", words=listed(shared))] if shared else []
            said.append(worded("quoted as %(number)s", number=number))
        elif not answer.sentences:
            said.append(worded("not quoted"))
        else:
            far = score < SCORE_SHARE * best
            said.append(worded("not quoted, far behind the best") if far else worded("not quoted, others say more"))
        date = f", {record.date.text}" if record.date else ""
        yield together(record.title, date, ": ", *[part for each in said for part in (each, "; ")][:-1], ".")


def _unweighed(answer: Answer) -> str:
    if answer.status is Status.ABOUT:
        return worded("No records: the question is about the collection, or is put to this program itself.")
    if len(answer.understood.parts) > 1:
        return worded("Each question for itself.")
    if answer.understood.conditions.ids or answer.understood.follow_up:
        return counted(
            "%(num)s record shown before, to which the question points.",
            "%(num)s records shown before, to which the question points.",
            len(answer.citations),
        )
    return worded("Nothing was compared: every record that fits is counted, however close it is to the question.")


def _shared(answer: Answer, number: int) -> list[Message]:
    """The question's words to which the sentences answer that are quoted from a source."""
    marks = (mark for sentence in answer.sentences if number in sentence.citations for mark in sentence.marks)
    return quoted(dict.fromkeys(mark.asked for mark in marks))


def _decided(answer: Answer) -> Iterator[str]:
    weighing, verdict = answer.weighing, answer.verdict
    if verdict:
        yield verdict.text
        yield _consequence(verdict.kind, weighing)
    elif answer.catalogue and not weighing:
        yield worded("The catalogue says: %(line)s", line=answer.catalogue.text)
    elif weighing and weighing.chosen:
        yield worded("You chose the records, so they are quoted, however close they are to the question.")
    elif weighing and not answer.sentences:
        best = weighing.hits[0].score or 0.0 if weighing.hits else 0.0
        yield worded(
            "The best record has %(best)s of the %(bar)s points needed, so none is quoted.",
            best=_points(best),
            bar=_points(weighing.threshold),
        )
    elif weighing and weighing.hits:
        yield counted(
            "The best record has %(best)s points; %(bar)s are needed. "
            "The sentences closest to the question are quoted word for word from %(num)s record.",
            "The best record has %(best)s points; %(bar)s are needed. "
            "The sentences closest to the question are quoted word for word from %(num)s records.",
            len(answer.citations),
            best=_points(weighing.hits[0].score or 0.0),
            bar=_points(weighing.threshold),
        )
    if answer.sentences:
        yield (
            worded("The quotations are in order of date.")
            if answer.by_date
            else worded("The records with most points come first.")
        )
    yield from answer.notes


def _consequence(kind: PremiseKind, weighing: Weighing | None) -> str:
    match kind:
        case PremiseKind.ABSENT:
            return worded("What no record names is not answered from records that are merely similar.")
        case PremiseKind.APART:
            return worded("So what there is on each is shown under its own heading; none of it is the answer.")
        case PremiseKind.UNANSWERED if weighing and weighing.required:
            best = max(weighing.coverage.values(), default=0.0)
            return worded(
                "The best sentence covers %(best)s%% of what is asked: %(words)s. It is %(chance)s%% likely that a "
                "record answers; at least %(least)s%% is needed.",
                words=listed(quoted(weighing.required)),
                best=_points(best),
                chance=_points(weighing.chance),
                least=_points(LIKELY),
            )
        case PremiseKind.UNANSWERED:
            return worded("So nothing is quoted as if it were the answer.")


def _points(share: float) -> int:
    return round(100 * share)
