"""What is known of the turns before a question, and what the question is taken to mean after them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rag.dates.archival_date import Interval
from rag.query.carry_over import CarryOver
from rag.query.date_shift import with_dates
from rag.query.events import Events
from rag.query.intent import Intent
from rag.query.names import Names
from rag.record import Record

TURNS = 8  # turns looked back on, at most: as many as a page shows


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of the turns before."""

    names: Names
    events: Events  # from which days are counted
    cited: Callable[[int], Sequence[Record]]  # the records that a turn cited, in order, by its number from 0
    among: Callable[[str, Sequence[Record]], Sequence[Record]]  # those of these records that a description fits
    nearest: Callable[
        [str, Sequence[Record]], Sequence[Record]
    ]  # those that come nearest to its words, in the same order
    can_list: Callable[
        [str], bool
    ]  # whether a question asks for records, by naming them or a topic, and there are some
    asks_catalogue: Callable[[str], bool]  # whether it asks for records in so many words, and there are some
    together: Callable[[str], bool]  # whether a record names all that a text names
    # What a question takes along from the questions before it, of words from a chance on.
    carry_over: Callable[[Sequence[str], str, float], CarryOver]

    def with_dates(self, question: str, days: Interval) -> str:
        """The question, asked of these days instead of any that it names."""
        return with_dates(question, days, self.events.dates(question))


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question as it is meant after the turns before it."""

    text: str  # the question as it stands alone, for people
    asked: str  # the same as it is read; empty where records are asked for as a whole
    since: int  # the turn with whose words it begins; it may need words of those before
    topic: str  # the question that the next turn goes on from
    ids: tuple[str, ...] | None = None  # ids of the only records that it asks of; None for all
    shown: frozenset[str] = frozenset()  # ids of records that were shown and are not wanted again
    pointed: bool = False  # whether the records of `ids` are themselves wanted
    field: str = ""  # what their fields are asked for; empty for nothing
    intent: Intent | None = None  # the kind of answer; None where the text says it
    read: bool = True  # whether the grammar read it
    min_chance: float = 1.0  # chance from which on words of turns before `since` are carried over; 1: none
    own: bool = False  # whether it is a question of its own, but for what stands in the place of a pronoun or of days
    nearest: bool = False  # whether the records of `ids` only come nearest to what it says
    narrows: bool = False  # whether it asks for a part of what the turn before asks for

    @property
    def scope(self) -> tuple[str, ...] | None:
        """The only records that the next turn asks of too; those that were only pointed at or asked do not stay."""
        return None if (self.pointed and not self.nearest) or self.own else self.ids


@dataclass(slots=True)
class Thread:
    """The turns so far, as they were read, while a question is read."""

    memory: Memory
    turns: list[FollowUp] = field(default_factory=list)

    @property
    def antecedent(self) -> FollowUp:
        """The turn that the next one goes on from: the latest that was not only polite and left something of a list."""
        past = reversed(list(enumerate(self.turns)))
        gone_on = (turn for at, turn in past if turn.topic and not (turn.narrows and not self.memory.cited(at)))
        return next(gone_on, self.turns[-1])

    def last_citing(self, *, listed: bool = False) -> int | None:
        """The latest turn that cited records; where `listed`, one that did not tell of some before it.

        Of these it is the latest that cited several, if any did.
        """
        one = None
        for at in range(len(self.turns) - 1, max(len(self.turns) - 1 - TURNS, -1), -1):
            is_detail = listed and (self.turns[at].pointed or self.turns[at].field)
            if is_detail or not (cited := self.memory.cited(at)):
                continue
            if not listed or len(cited) > 1:
                return at
            one = at if one is None else one
        return one
