"""An answer -> questions to go on with, made of what its records name, each of which the collection can answer."""

import calendar
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from rag.answer.answer import Answer
from rag.assistant.context import OpenCollection
from rag.query.enquiry import ALL_ASPECTS
from rag.record import EVERYTHING, Record
from rag.search.example_questions import about

_MOST = 3
_FEWEST = 2  # records that a question must lead to: one alone was probably just shown
_TRIED = 6  # candidates, so that a page need not wait


def next_questions(collection: OpenCollection, answer: Answer) -> tuple[str, ...]:
    """Up to three questions, each tried before it is offered: the records that it asks for are counted."""
    records = [citation.hit.record for citation in answer.citations] or [hit.record for hit in answer.nearest]
    candidates = dict.fromkeys(_candidates(records, set(answer.understood.names)))
    candidates.pop(answer.question, None)
    return tuple(islice((each for each in islice(candidates, _TRIED) if _leads(collection, each)), _MOST))


def _candidates(records: Sequence[Record], asked: set[str]) -> Iterator[str]:
    """One of each kind, then the next of each."""
    people = Counter(person for record in records for person in record.people if person not in asked)
    known = Counter(person for record in records for person in record.people if person in asked)
    beside = [person for person, _ in people.most_common(2)]
    months = Counter(month for record in records if (month := _month(record)))
    for place in range(2):
        for first in list(known)[:1]:
            others = [person for person in beside[place : place + 1] if not {*first.split()} & {*person.split()}]
            yield from (f"Which records name {first} and {person}?" for person in others)
        yield from map(about, beside[place : place + 1])
        yield from (f"Documents from {month}" for month, _ in months.most_common(2)[place : place + 1])


def _month(record: Record) -> str:
    """The month of its date; empty where that is less exact."""
    days = record.date and record.date.start, record.date and record.date.end
    if not (days[0] and days[1]) or (days[0].year, days[0].month) != (days[1].year, days[1].month):
        return ""
    return f"{calendar.month_name[days[0].month]} {days[0].year}"


def _leads(collection: OpenCollection, question: str) -> bool:
    """Whether there are records of what it asks for."""
    understood = collection.understand(question, (), EVERYTHING, ALL_ASPECTS)
    return not understood.absent and collection.reader.count(understood.listing) >= _FEWEST
