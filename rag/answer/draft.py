"""What there is to say to a question, before it is numbered and signed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.answer.answer import Citation, Sentence, Status, Weighing
from rag.answer.catalogue import Catalogue
from rag.answer.highlights import Mark
from rag.answer.verdict import Premise
from rag.record import Hit


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence chosen for an answer, the hit it is from, and where it answers to the question's words."""

    text: str
    hit: Hit
    marks: tuple[Mark, ...] = ()
    group: str | None = None  # the heading of its section, or None


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    """What there is to say."""

    quotes: tuple[Quote, ...] = ()  # the sentences of the answer, in its order
    by_date: bool = False  # whether that order is of dates; else the best evidence comes first
    nearest: Sequence[Hit] = ()  # the best hits, cited or not
    reason: str | None = None  # why nothing is quoted, or None
    catalogue: Catalogue | None = None
    status: Status | None = None
    verdict: Premise | None = None
    weighing: Weighing | None = None  # how the records were weighed; None where none was


def numbered(chosen: Iterable[Quote]) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    """Number the citations in reading order; a section gives a text of several records once, citing all."""
    by_text: dict[tuple[str | None, str], dict[str, Hit]] = {}
    by_record: dict[str, list[str]] = {}
    hits: dict[str, Hit] = {}
    marks: dict[str, tuple[Mark, ...]] = {}
    for each in chosen:
        record_id = each.hit.record.id
        by_text.setdefault((each.group, each.text), {})[record_id] = each.hit
        hits.setdefault(record_id, each.hit)
        marks[each.text] = each.marks
        by_record.setdefault(record_id, []).append(each.text)
    read = dict.fromkeys(record_id for cited in by_text.values() for record_id in cited)
    numbers = {record_id: number for number, record_id in enumerate(read, start=1)}
    lines = tuple(
        Sentence(text, tuple(sorted(numbers[record_id] for record_id in cited)), marks[text], group)
        for (group, text), cited in by_text.items()
    )
    citations = tuple(
        Citation(number, hits[record_id], tuple(dict.fromkeys(by_record[record_id])))
        for record_id, number in numbers.items()
    )
    return lines, citations
