"""What a follow-up can make of the question before it and the records that were shown."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain

from rag.dates.archival_date import Interval, overlaps
from rag.dates.wording import period
from rag.index.analyzer import terms_of
from rag.language.document_types import TYPE_WORDS, types_of
from rag.language.tables import table
from rag.query.conditions import mark
from rag.query.conversation.grammar import patterns
from rag.query.conversation.memory import TURNS, FollowUp, Thread
from rag.query.date_expressions import LEAP_YEAR, find_dates, means_any_record
from rag.query.date_shift import date_range, shifted, with_dates
from rag.query.intent import Intent
from rag.query.substitution import PREPOSITIONAL, ROLES, proper_names, substituted
from rag.record import Record

CLOSING = " ?!.…。"
WHOLE = 3  # records quoted in full, at most, where several are pointed at

_TRAILING = re.compile(r" (?:in|in (?:it|them))$")  # others with Novotny in
_BETWEEN = re.compile(rf",? {table('conversation')['words']['joining']} |, ")
_UNITS = ("day", "week", "month", "year", "decade")  # the shortest first
_MONTH, _YEAR = 28, 365  # days, at least


class Moves:
    """What can be made of a thread: its question anew, or one to the records that were shown."""

    def __init__(self, thread: Thread) -> None:
        self._thread, self._memory = thread, thread.memory
        self.turn = thread.antecedent
        self.topic = self.turn.topic

    @cached_property
    def is_list(self) -> bool:
        """Whether the topic asks for records."""
        return self._memory.can_list(self.topic)

    @cached_property
    def types(self) -> frozenset[str]:
        """The document types that the topic names."""
        spans = self._memory.names.read(self.topic, spelling=False).spans
        return frozenset(kind for word in mark(self.topic, spans, TYPE_WORDS).types for kind in types_of(word)[:1])

    def asked(self, text: str, **more: object) -> FollowUp:
        """The topic made anew."""
        text = " ".join(text.split())
        return replace(FollowUp(text, text, self.turn.since, text, min_chance=self.turn.min_chance), **more)  # type: ignore[arg-type]

    def of_records(self, records: Sequence[Record], text: str, **more: object) -> FollowUp:
        """A question put to records that were shown."""
        ids = tuple(record.id for record in records)
        return replace(FollowUp(text, "", self.turn.since, self.topic, ids), **more)  # type: ignore[arg-type]

    def nothing(self, turn: int, said: str) -> FollowUp:
        """No record, beside those that a turn cited."""
        shown = frozenset(record.id for record in self._memory.cited(turn))
        return self.of_records((), said, pointed=True, shown=shown)

    def cited(self, *, listed: bool = False) -> Sequence[Record]:
        """The records spoken of last."""
        turn = self._thread.last_citing(listed=listed)
        return self._memory.cited(turn) if turn is not None else ()

    def shown(self) -> frozenset[str]:
        """The ids of all records shown since the topic began."""
        turns = range(max(self.turn.since, len(self._thread.turns) - TURNS), len(self._thread.turns))
        return frozenset(record.id for turn in turns for record in self._memory.cited(turn))

    def more(self, rest: str = "") -> FollowUp | None:
        """The same question without what was shown."""
        rest = _TRAILING.sub("", rest)
        text = substituted(self.topic, rest, self._memory.names, add=False) if rest else self.topic
        if rest and not self.is_list and proper_names(rest, self._memory.names, inside=True):
            text = f"{table('conversation')['instead']['any']} {rest}"
        return self.asked(text, shown=self.shown(), ids=self.turn.scope) if text else None

    def others(self) -> FollowUp | None:
        """Those of a list that were not kept of it; None where the whole list was shown last."""
        at = self._thread.turns.index(self.turn)
        whole = next((turn for turn in reversed(self._thread.turns[:at]) if turn.topic), None)
        if whole is None or not (self.turn.narrows and self.is_list):
            return None
        kept = frozenset(record.id for record in self.cited(listed=True))
        return self.asked(whole.topic, shown=kept, ids=whole.scope, intent=Intent.LIST)

    def widened(self) -> FollowUp | None:
        """The list from which a part was kept, whole again; None where nothing was left out of it."""
        at = self._thread.turns.index(self.turn)
        whole = next((turn for turn in reversed(self._thread.turns[: at + 1]) if turn.topic and not turn.narrows), None)
        if whole is None or whole is self.turn:
            return None
        return self.asked(whole.topic, ids=whole.scope, intent=Intent.LIST)

    def shifted(self, days: Interval, *, again: bool) -> FollowUp:
        """The question of other days; where not `again`, without what was shown."""
        shown = frozenset[str]() if again or self._thread.turns[-1].pointed else self.shown()
        return self.asked(self._memory.with_dates(self.topic, days), shown=shown)

    def days(self, unit: str = "", *, first: bool = False) -> Interval | None:
        """The days that it goes on from: of the last record pointed at, the question before, the records cited.

        Where these are longer than the unit to go on by, and no list is of them, the days of the first record cited: a
        day later than what somebody said in 1968.
        """
        days = self._days(first=first)
        is_part = (
            days is not None
            and not self.is_list
            and unit in _UNITS
            and _UNITS.index(unit_of(days)) > _UNITS.index(unit)
        )
        return (date_range(self.cited()[:1]) or days) if is_part else days

    def _days(self, *, first: bool) -> Interval | None:
        turn = self._thread.last_citing()
        asked = self._memory.events.dates(self.topic)
        if asked is not None and not asked.soft and not (turn is not None and self._thread.turns[turn].pointed):
            return asked.interval
        records = self.cited()
        return date_range(records[:1] if first and not self.is_list else records)

    def about_cited(self, said: str) -> FollowUp | None:
        """What is asked of the records cited last."""
        records = self.cited()
        return self.whole_records(records, said) if records else None

    def described(self, part: str) -> Sequence[Record]:
        """Those of the records listed last, but not all, that are of these days, described so, or so titled."""
        cited, said = self.cited(listed=True), {*terms_of(PREPOSITIONAL.sub("", part, count=1))}
        titled = [each for each in cited if said <= {*terms_of(each.title)}]
        found = self.of_days(self.with_year(part)) or self._memory.among(part, cited) or titled
        return found if len(found) < max(len(cited), 2) else ()

    def of_days(self, said: str) -> Sequence[Record]:
        """Those of the records listed last that are of these days."""
        when = find_dates(f"in {said}")
        if when is None or not when.only_filter:
            return ()
        return [each for each in self.cited(listed=True) if each.date and overlaps(each.date, when.interval)]

    def whole_records(self, records: Sequence[Record], said: str = "") -> FollowUp:
        """All that these records tell, the first few of many, to whatever is said of them."""
        return self.of_records(records[:WHOLE], f"{titles(records)}{said and f': {said}'}", pointed=True)

    def field(self, field: str, said: str) -> FollowUp | None:
        """What a field of the records says that were cited last; all that they tell where `field` is empty."""
        records = self.cited()
        if not records:
            return None
        title = f"“{records[0].title}”" if len(records) == 1 else self.topic.rstrip(CLOSING)
        asked = self.turn.asked or self.topic
        return self.of_records(records, f"{title}: {said}", asked=asked, pointed=True, field=field)

    def as_view(self, view: str, said: str, rest: str = "") -> FollowUp:
        """What was shown, or all of the list that it came from, in another view; or those of it that are so."""
        topic = self.with_condition(rest) if rest else self.topic
        intent = Intent.COUNT if view == "whole" else Intent(view)
        pointed = intent in {Intent.FIRST, Intent.LAST}
        text = f"{self.topic.rstrip(CLOSING)}: {said}"
        ids, turn = self.turn.scope, self._thread.last_citing(listed=True)
        cited = self.cited(listed=True)
        if view != "whole" and turn is not None and not self.is_list:
            ids = tuple(record.id for record in cited)
        some = self._memory.among(rest, cited) if ids is not None else self._memory.can_list(topic)
        if rest and intent is Intent.LIST and not some:
            return self.of_records(cited, text, asked=said, own=True, narrows=True)
        if ids is not None:
            every = table("conversation")["instead"]["any"]
            topic = f"{every}, only {rest}" if rest else every
        asked = self.asked(topic, intent=intent, ids=ids, pointed=pointed, narrows=bool(rest))
        return replace(asked, text=text, topic=topic if rest and not pointed else self.topic)

    def corrected(self, rest: str) -> FollowUp | None:
        """The question with this in the place of the first of its like, whatever records name together."""
        return self.with_replacement(rest, is_together=lambda _: False)

    def with_replacement(self, rest: str, *, is_together: Callable[[str], bool] | None = None) -> FollowUp | None:
        """A question before with this in the place of its like: the topic's, or one that the topic depends on."""
        for turn in reversed(self._thread.turns):
            if not turn.topic:
                continue
            alone = turn.min_chance >= 1.0
            if text := substituted(
                turn.topic,
                self.with_year(rest),
                self._memory.names,
                add=alone,
                is_together=is_together or self._memory.together,
            ):
                return replace(self.asked(text), since=turn.since, min_chance=turn.min_chance)
            if alone:
                break
        return None

    def with_correction(self, old: str, rest: str) -> FollowUp | None:
        """The question with what was meant in the place of these words of it; None where it lacks them."""
        at = f" {self.topic.lower()}".find(f" {old.lower()}")
        return self.asked(f"{self.topic[:at]}{rest}{self.topic[at + len(old) :]}") if at >= 0 and old else None

    def narrowed(self, rest: str) -> FollowUp:
        """A part of what the question asks for."""
        led = PREPOSITIONAL.match(rest)
        text = None
        if led is not None and led["lead"].lower() in ROLES:  # whoever wrote, another did not
            text = substituted(self.topic, rest, self._memory.names, add=False)
        text = text or self.with_condition(rest)
        cited = self.cited(listed=True)
        if not self._memory.can_list(text) and self._memory.among(rest, cited):
            return self.as_view("list", rest, rest)
        if not self._memory.can_list(text) and (found := self._memory.nearest(rest, cited)):
            return self.of_records(found, text, asked=rest, pointed=True, nearest=True, narrows=True)
        return self.asked(text, ids=self.turn.scope, narrows=True)

    def with_condition(self, rest: str) -> str:
        """The topic with a condition more: other days, or what records must also be."""
        topic, rest = self.topic.rstrip(CLOSING), self.with_year(rest).strip(CLOSING)
        when = find_dates(rest) or find_dates(f"in {rest}")
        if when is not None and not when.soft:
            topic, rest = with_dates(topic, when.interval), when.rest.strip(CLOSING)
        if not rest or means_any_record(rest):
            return topic
        return f"{topic}, only {rest}"

    def without(self, rest: str) -> FollowUp:
        """The question but for a part, or for those of the records shown that it is about."""
        parts = _BETWEEN.split(rest)
        if parts[1:] and not proper_names(rest, self._memory.names, inside=True):
            shown = [self._meant(part)[:1] for part in parts]
            if all(shown):
                return self._without_shown([*chain(*shown)], rest)
        about = PREPOSITIONAL.match(rest)
        if about and (found := self._meant(rest[about.end() :].strip())):
            return self._without_shown(found, rest)
        parts = [f"{rest} {year}" for year in self._years(rest)] or [rest]
        when = [find_dates(f"in {part}") for part in parts]
        parts = [
            period(days.interval) if days and days.only_filter else part for part, days in zip(parts, when, strict=True)
        ]
        text = "".join([self.topic.rstrip(CLOSING), *(f", without {part}" for part in parts)])
        return self.asked(text, ids=self.turn.scope, narrows=True)

    def _meant(self, part: str) -> Sequence[Record]:
        """Those of the records listed last that a part describes, or the one that comes nearest to it."""
        return self.described(part) or self._memory.nearest(part, self.cited(listed=True))[:1]

    def _without_shown(self, records: Sequence[Record], said: str) -> FollowUp:
        """The question but for some of the records that were shown."""
        shown = frozenset(record.id for record in records)
        text = f"{self.topic.rstrip(CLOSING)}, without {said}"
        return replace(self.asked(self.topic, shown=shown, ids=self.turn.scope, narrows=True), text=text)

    def with_year(self, rest: str) -> str:
        """A day or month that stands without a year, with the year that is spoken of."""
        asked = find_dates(self.topic)
        days = asked.interval if asked is not None else date_range(self.cited(listed=True))
        month = shifted(days, 0, 1, "month") if days else None
        if month and asked is None and not (days and days.start and month.start and days.start >= month.start):
            month = None  # the records shown are of several
        if month and (match := next((m for each in patterns("shift", "day") if (m := each.fullmatch(rest))), None)):
            return f"{match['day']} {period(month)}"
        years = self._years(rest)
        return f"{rest} {years[0]}" if years else rest

    def _years(self, rest: str) -> list[int]:
        """The years in which a day or month without one is meant: the year asked for, or those of what was shown."""
        joined = f"in {rest}" if find_dates(rest, year=LEAP_YEAR) is None else rest
        if find_dates(joined) is not None or find_dates(joined, year=LEAP_YEAR) is None:
            return []
        asked = find_dates(self.topic)
        if asked is not None and asked.year is not None:
            return [asked.year]
        dates = [date for record in self.cited() for date in record.dates[:1]]
        years = sorted({date.start.year for date in dates if date.start})
        meant = {year: when.interval for year in years if (when := find_dates(joined, year=year)) is not None}
        return [year for year in meant if any(overlaps(date, meant[year]) for date in dates)] or years[:1]


def titles(records: Sequence[Record]) -> str:
    """What the first few of these records are called."""
    return " · ".join(f"“{record.title}”" for record in records[:WHOLE])


def unit_of(days: Interval) -> str:
    """The unit that days are one of; a week where they are several."""
    if days.start is None or days.end is None or days.start == days.end:
        return "day"
    length = (days.end - days.start).days + 1
    return "week" if length < _MONTH else "month" if length < _YEAR else "year"
