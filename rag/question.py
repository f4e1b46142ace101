"""Words (and the turns before) -> what is asked: text, days, names, and the words that carry it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from rag.followup import complete
from rag.index.ports import Word
from rag.when import find_when

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.dates import Interval
    from rag.profile import Profile
    from rag.record import Filter

FUNCTION_WORDS = frozenset(
    """
    a about after again all also am an and any are as at be because been before being but by can could d did do does
    doing don down during each few for from further had has have having he her here hers him his how i if in into is
    it its itself just let ll m many may me might more most much must my no nor not of off on once one only or other
    our out over own please re s same shall she should so some such t than that the their them then there these they
    this those to too under until up upon us ve very was we were what when where whether which while who whom whose
    why will with would you your
    tell told say said says talk talked show find list give describe explain happen happened mean meant
    record records document documents text texts paper papers file files archive archives collection source sources
    anything everything something
    """.split()
)
"""Words that ask rather than name what is asked for; no evidence on their own."""

_TOKEN = re.compile(r"[^\W_]+")


class Aspect(Enum):
    """What may be understood of a question; a reader can take each away."""

    DATES = "dates"
    NAMES = "names"
    SPELLING = "spelling"
    HISTORY = "history"


ALL_ASPECTS = frozenset(Aspect)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question asked before, and the answer's text where the caller kept it."""

    question: str
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """A spelling in the question and the collection's own spelling that is searched beside it."""

    given: str
    found: str


@dataclass(frozen=True, slots=True)
class Understood:
    """What a question is taken to ask.

    Attributes:
        text: The question as it stands alone: a follow-up with what it lacked.
        when: The days it asks for, or None.
        when_text: The words of the question that say so, or None.
        names: People, places and bodies it names, as the collection spells them.
        corrections: Spellings searched beside the reader's own.
        rewritten: Whether `text` was completed from the turns before.
        only_filter: Whether nothing but days is asked for ("documents from 1968").
    """

    text: str
    when: Interval | None = None
    when_text: str | None = None
    names: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    rewritten: bool = False
    only_filter: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A question made ready for retrieval.

    Attributes:
        meaning: The text to embed: what stands alone, without the words that became a filter.
        words: The words that carry it, with the collection's own spellings of each.
        where: The reader's own filter, or the one read from the question.
        hint: Days that the question mentions without asking for them ("the 1962 crisis"), or None.
    """

    understood: Understood
    meaning: str
    words: tuple[Word, ...]
    where: Filter
    hint: Interval | None = None


def understand(
    question: str, history: Sequence[Turn], where: Filter, profile: Profile, aspects: frozenset[Aspect]
) -> Asked:
    """Read a question as far as `aspects` allow; a filter that is given replaces the days read from it."""
    text = " ".join(question.split())
    completed = None
    if Aspect.HISTORY in aspects and history:
        before = [" ".join(turn.question.split()) for turn in history]
        completed = complete(text, before, content=carrying, is_name=profile.is_name)
    text = completed or text
    when = find_when(text) if Aspect.DATES in aspects else None
    asks_days = when is not None and not when.soft
    if when is not None and asks_days and where.when is None:
        where = replace(where, when=when.interval)
    meaning = when.rest if when is not None and asks_days and when.rest.strip() else text
    return Asked(
        Understood(
            text=text,
            when=where.when,
            when_text=when.text if when is not None and asks_days else None,
            rewritten=completed is not None,
            only_filter=when is not None and asks_days and when.only_filter,
        ),
        meaning=meaning,
        words=content_words(meaning),
        where=where,
        hint=when.interval if when is not None and when.soft else None,
    )


def tokens(text: str) -> list[str]:
    """The words of a text in its own spelling, split as the lexical index splits."""
    return _TOKEN.findall(text)


def content_words(text: str) -> tuple[Word, ...]:
    """The words that carry what is asked, each once, in order; all words where none does."""
    return _words(token for token in tokens(text) if token.casefold() not in FUNCTION_WORDS)


def _words(found: Iterable[str]) -> tuple[Word, ...]:
    return tuple(Word((token,)) for token in {token.casefold(): token for token in found}.values())


def carrying(text: str) -> list[str]:
    """The words of a text that carry what is asked, in its own spelling; empty where none does."""
    return [token for token in tokens(text) if token.casefold() not in FUNCTION_WORDS]
