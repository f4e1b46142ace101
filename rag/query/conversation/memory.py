"""What is known of the turns before a question, and what the question is taken to mean after them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rag.dates.archival_date import Interval
from rag.query.date_expressions import DateExpression
from rag.query.days_moved import dated
from rag.query.followup import Leaning
from rag.query.intent import Intent
from rag.query.names import Names
from rag.record import Record

TURNS = 8
"""Turns looked back on, at most: as many as a page shows."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of the turns before.

    Attributes:
        cited: The records that a turn cited, in order, by its number from 0.
        among: Those of these records that a description fits.
        lists: Whether a question asks for records, by naming them or a topic, and there are some.
        days: The days that a question asks for, also those beside an event.
        catalogued: Whether it asks for records in so many words, and there are some.
        lean: What a question takes along from the questions before it, of words from a chance on.
    """

    names: Names
    cited: Callable[[int], Sequence[Record]]
    among: Callable[[str, Sequence[Record]], Sequence[Record]]
    lists: Callable[[str], bool]
    days: Callable[[str], DateExpression | None]
    catalogued: Callable[[str], bool]
    lean: Callable[[Sequence[str], str, float], Leaning]

    def dated(self, question: str, days: Interval) -> str:
        """The question, asked of these days instead of any that it names."""
        return dated(question, days, self.days(question))


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question as it is meant after the turns before it.

    Attributes:
        text: The question as it stands alone, for people.
        asked: The same as it is read; empty where records are asked for as a whole.
        since: The turn with whose words it begins; it may lean on those before.
        ids: Ids of the only records that it asks of; None for all.
        shown: Ids of records that were shown and are not wanted again.
        pointed: Whether the records of `ids` are themselves wanted.
        field: What their fields are asked for; empty for nothing.
        intent: The kind of answer; None where the text says it.
        read: Whether the grammar read it.
        least: Chance from which on it takes words of turns before `since` along; 1 where it takes none.
        topic: The question that the next turn goes on from.
        own: Whether it is a question of its own, but for what stands in the place of a pronoun or of days.
        narrows: Whether it asks for a part of what the turn before asks for.
    """

    text: str
    asked: str
    since: int
    topic: str
    ids: tuple[str, ...] | None = None
    shown: frozenset[str] = frozenset()
    pointed: bool = False
    field: str = ""
    intent: Intent | None = None
    read: bool = True
    least: float = 1.0
    own: bool = False
    narrows: bool = False

    @property
    def kept(self) -> tuple[str, ...] | None:
        """The only records that the next turn asks of too; those that were only pointed at or asked do not stay."""
        return None if self.pointed or self.own else self.ids


@dataclass(slots=True)
class Thread:
    """The turns so far, as they were read, while a question is read."""

    memory: Memory
    turns: list[FollowUp] = field(default_factory=list)

    @property
    def topic(self) -> FollowUp:
        """The turn that the next one goes on from: the latest that was not only polite and left something of a list."""
        past = reversed(list(enumerate(self.turns)))
        gone_on = (turn for at, turn in past if turn.topic and not (turn.narrows and not self.memory.cited(at)))
        return next(gone_on, self.turns[-1])

    def spoken(self, *, listed: bool = False) -> int | None:
        """The latest turn that cited records; where `listed`, that did not tell of some before it."""
        for at in range(len(self.turns) - 1, max(len(self.turns) - 1 - TURNS, -1), -1):
            if not (listed and (self.turns[at].pointed or self.turns[at].field)) and self.memory.cited(at):
                return at
        return None
