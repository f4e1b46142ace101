"""What a question is about + the records -> what they say of its premise, before any quotation.

A question takes for granted that the people and things that it names have to do with each other. Each sentence of an
answer may be true and the answer false, where one record tells of the one and another of the other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from itertools import combinations
from typing import TYPE_CHECKING

from rag.answer.catalogue import from_to
from rag.answer.refusal import unmentioned
from rag.dates.wording import period
from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tables import word_lists
from rag.language.tokens import tokens
from rag.names.authority import NameKind
from rag.query.intent import Intent
from rag.record import Filter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.index.ports import IndexReader
    from rag.language.tokens import Token
    from rag.query.question import Understanding


class PremiseKind(Enum):
    """What the records as a whole say to a question."""

    TOGETHER = "together"
    APART = "apart"
    ABSENT = "absent"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class Premise:
    """What the records as a whole say to a question, in the program's own words: the verdict before the quotations."""

    kind: PremiseKind
    text: str


@dataclass(frozen=True, slots=True)
class Subject:
    """A person, body, place or thing that a question is about.

    Attributes:
        name: For people to read.
        spellings: What a record contains that names it.
        is_person: Whether it is, or may be, someone.
        is_circumstance: Whether it only says where.
    """

    name: str
    spellings: tuple[str, ...]
    is_person: bool
    is_circumstance: bool

    @property
    def filter(self) -> Filter:
        """What passes the records that name it."""
        return Filter(words=(self.spellings,))


_WORDS = word_lists("verdict_words")
_TITLES = frozenset().union(*(word_lists("name_words")[each] for each in ("ranks", "offices", "papers")))
_TITLES -= _WORDS["unnamed"]
_ARTICLES = frozenset({"a", "an", "the"})


def subjects(understood: Understanding) -> list[Subject]:
    """Whom and what a question is about, by its names and its capitals, in order; each once."""
    text = understood.asked
    said = tokens(text)
    found: list[tuple[int, Subject]] = []
    taken: set[int] = set()
    for span in understood.spans:
        taken |= {token.start for token in said if span.start <= token.start < span.end}
        is_place = span.kind is NameKind.PLACE
        written = text[span.start : span.end]
        if is_place and written.casefold() != span.name.casefold():  # Soviet, Cuban: of whatever follows
            continue
        circumstance = span.kind is not NameKind.PERSON and _before(said, span.start) in _WORDS["circumstances"]
        found.append((span.start, Subject(span.name, span.spellings, span.kind is NameKind.PERSON, circumstance)))
    spelt = {term.spellings[0]: term.spellings for term in understood.terms}
    for token in _capitals(said[1:]):
        if token.start not in taken:
            circumstance = _before(said, token.start) in _WORDS["circumstances"]
            spellings = spelt.get(token.word, (token.word,))
            found.append((token.start, Subject(token.text, spellings, is_person=True, is_circumstance=circumstance)))
    once = {each.spellings: each for _, each in sorted(found, key=lambda each: each[0])}
    return list(once.values())


def _capitals(said: Sequence[Token]) -> Iterator[Token]:
    """The words with a capital that are no titles; none where words like "about" have one too."""
    if not any(token.text.istitle() and token.word in FUNCTION_WORDS for token in said):
        yield from (token for token in said if token.text[0].isupper() and token.word not in _TITLES)


def _before(said: Sequence[Token], start: int) -> str:
    """The word before this place, articles aside."""
    before = [token.word for token in said if token.start < start and token.word not in _ARTICLES]
    return before[-1] if before else ""


def absent(reader: IndexReader, about: Sequence[Subject]) -> Premise | None:
    """That no record names someone or something that a question names."""
    missing = [each.name for each in about if not reader.count(each.filter)]
    return Premise(PremiseKind.ABSENT, unmentioned(missing)) if missing else None


def apart(
    reader: IndexReader, about: Sequence[Subject], understood: Understanding
) -> tuple[Premise, tuple[Subject, Subject]] | None:
    """That no record within the filter names two together that a question speaks of together, and these two."""
    if understood.intent in {Intent.COMPARE, Intent.CHANGED}:
        return None
    where = understood.where
    central = [each for each in about if not each.is_circumstance]
    pairs = central if len(central) == 2 else [each for each in central if each.is_person]  # noqa: PLR2004 - a pair
    for one, other in combinations(pairs, 2):
        both = one.filter.joined(other.filter)
        if not reader.count(replace(both.joined(where), when=where.when)):
            return Premise(PremiseKind.APART, _apart(reader, one, other, where)), (one, other)
    return None


def _apart(reader: IndexReader, one: Subject, other: Subject, where: Filter) -> str:
    days = f" of {period(where.when)}" if where.when else ""
    both = one.filter.joined(other.filter)
    elsewhere = reader.count(both) if where else 0
    named = " and ".join(
        f"{each.name} is named in {_records(reader.count(each.filter))}{from_to(reader.extent(each.filter))}"
        for each in (one, other)
    )
    return (
        f"No record{days} names both {one.name} and {other.name}"
        f"{f' ({_records(elsewhere)} of other days or kinds do)' if elsewhere else ''}; {named}."
    )


def _records(total: int) -> str:
    return f"{total:,} record{'' if total == 1 else 's'}"
