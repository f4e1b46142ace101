"""A question after a thread of others -> each way in which it may go on."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.dates.archival_date import overlaps
from rag.dates.wording import period
from rag.language.document_types import PLURALS, TYPE_WORDS, types_of
from rag.language.tables import table
from rag.query.conditions import mark
from rag.query.conversation.grammar import number, ordinal, patterns, trimmed, way
from rag.query.conversation.leaning import least, says_little
from rag.query.conversation.memory import TURNS, FollowUp
from rag.query.conversation.pronouns import has_person, named_for, people_of, person_of
from rag.query.date_expressions import find_dates, means_any_record
from rag.query.days_moved import dated, hull, moved
from rag.query.intent import Intent, asks
from rag.query.like_for_like import LED, ROLES, exchanged, replaced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rag.dates.archival_date import Interval
    from rag.query.conversation.memory import Thread
    from rag.record import Record

_CLOSING = " ?!.…。"
_SENTENCES = re.compile(r"[?!]\s+\w|[^\W\d_]{3,}\.\s+\w")
_LONGEST = 200  # characters of a question that is read
_MONTH, _YEAR = 28, 365  # days, at least
_ANY = 2000  # a year, to see whether one lacks
_WHOLE = 3  # records quoted in full, at most, where several are pointed at


class Reading:
    """One question after a thread, and each way in which it may go on."""

    def __init__(self, thread: Thread, text: str) -> None:
        """Take off what only opens or closes the question, and mark what it names."""
        self._thread, self._memory, self._said = thread, thread.memory, text
        self._whole = text.rstrip(_CLOSING)
        self._plain, self.continues = trimmed(self._whole)
        self._marked = mark(self._plain, self._memory.names.read(self._plain, spelling=False).spans, TYPE_WORDS)
        self._topic = thread.topic

    def moves(self) -> Iterator[FollowUp | None]:
        """Each reading that fits, the surest first; none of several sentences."""
        if len(self._plain) > _LONGEST or _SENTENCES.search(self._plain):
            return
        if self._matches("nothing", "patterns", self._whole):
            yield FollowUp(self._said, self._said, len(self._thread.turns), "", intent=Intent.HELP)
        if not self._topic.topic:
            return
        yield self._exchanged()
        yield self._stepped()
        yield self._of_month()
        yield self._pointing()
        yield self._talked()
        yield self._described()
        yield self._more()
        yield self._viewed()
        yield self._shifted()
        yield self._dated()
        yield self._field()
        yield from self._corrected()
        for rest in self._rests("instead", "asking"):
            yield self._instead(rest)
        for rest in self._rests("narrow", "patterns"):
            yield self._narrowed(rest)
        for rest in self._rests("narrow", "without"):
            yield self._without(rest)
        if self.continues or self._is_days() or LED.match(self._plain) or self._is_type():
            yield self._instead(self._plain)

    # Patterns

    def _matches(self, section: str, key: str, text: str | None = None) -> re.Match[str] | None:
        tried = self._marked.text if text is None else text
        return next((match for each in patterns(section, key) if (match := each.fullmatch(tried))), None)

    def _rests(self, section: str, key: str) -> Iterator[str]:
        for each in patterns(section, key):
            if (match := each.fullmatch(self._marked.text)) and match["rest"]:
                yield self._meant(match["rest"])

    def _meant(self, rest: str) -> str:
        """A part of the question in the words of a question itself, with the person that "he" stands for."""
        for said in (rest, self._marked.plain(rest)):
            for meaning in table("conversation")["means"]:
                if match := self._matches("means", meaning, said):
                    meant = self._marked.plain(match.expand(meaning))
                    return named_for(meant, person_of(self._topic.topic, self._memory.names))
        return named_for(self._marked.plain(rest), person_of(self._topic.topic, self._memory.names))

    def _is_days(self) -> bool:
        """Whether it names days and nothing else ("in 1963?")."""
        when = find_dates(self._with_year(self._plain))
        return when is not None and not when.soft and not when.rest.strip(_CLOSING)

    def _is_type(self) -> bool:
        """Whether it names types of documents and nothing else, of which a list asked for none."""
        spans = self._memory.names.read(self._topic.topic, spelling=False).spans
        untyped = not mark(self._topic.topic, spans, TYPE_WORDS).types
        return (
            bool(self._marked.types)
            and untyped
            and self._matches("instead", "types") is not None
            and self._memory.lists(self._topic.topic)
        )

    # What it goes on to

    def _asked(self, text: str, **more: object) -> FollowUp:
        """The topic made anew."""
        text = " ".join(text.split())
        return replace(FollowUp(text, text, self._topic.since, text, least=self._topic.least), **more)  # type: ignore[arg-type]

    def _of(self, records: Sequence[Record], text: str, **more: object) -> FollowUp:
        """The question put to records that were shown."""
        ids = tuple(record.id for record in records)
        return replace(FollowUp(text, "", self._topic.since, self._topic.topic, ids), **more)  # type: ignore[arg-type]

    def _exchanged(self) -> FollowUp | None:
        if (match := self._matches("instead", "exchanged")) is None:
            return None
        sender = match.groupdict().get("sender")
        text = exchanged(self._topic.topic, self._memory.names, self._marked.plain(sender) if sender else "")
        return self._asked(text) if text else None

    def _pointing(self) -> FollowUp | None:
        if (match := self._matches("pointing", "patterns")) is None:
            return None
        groups = match.groupdict()
        records = self._pointed(groups)
        if not records:
            return self._beyond(groups)
        about, after = ((groups.get(each) or "").strip() for each in ("about", "after"))
        title = " · ".join(f"“{record.title}”" for record in records[:_WHOLE])
        if not about:
            return self._of(records[:_WHOLE], title, pointed=True)
        asked = self._marked.plain(f"{about} {after}".strip())
        readings = (Reading(self._thread, text) for text in (f"{asked} it", asked))
        field = next(filter(None, (reading.field() for reading in readings)), "")
        return self._of(records, f"{title}: {self._said}", asked=asked, pointed=True, field=field)

    def _pointed(self, groups: Mapping[str, str | None]) -> Sequence[Record]:
        """The records that are pointed at: one by its number, or those spoken of last."""
        kind = types_of(self._marked.plain(groups.get("kind") or ""))
        said, many = groups.get("ordinal"), groups.get("number")
        turn = self._thread.spoken(listed=said is not None)
        records = self._memory.cited(turn) if turn is not None else ()
        if same := [record for record in records if record.type in kind]:
            records = same
        if said:
            place = ordinal(said)
            if many:
                return records[: number(many)] if place > 0 else records[-number(many) :]
            return records[place - 1 : place] if place > 0 else records[-1:]
        several = groups.get("it") in {"them", "these", "those", None}
        return records if several else records[:1]

    def _stepped(self) -> FollowUp | None:
        """The record beside the one pointed at last, or the days beside those asked for."""
        if (match := self._matches("pointing", "stepping")) is None:
            return None
        step = way(match["way"])
        last, turn = self._thread.turns[-1], self._thread.spoken(listed=True)
        listed = [record.id for record in self._memory.cited(turn)] if turn is not None else []
        if turn is not None and last.pointed and last.ids and last.ids[0] in listed:
            place = listed.index(last.ids[0]) + step
            records = self._memory.cited(turn)[place : place + 1] if place >= 0 else ()
            return self._of(records, f"“{records[0].title}”", pointed=True) if records else self._none(turn)
        asked = self._memory.days(self._topic.topic)
        if asked is None or asked.soft or (to := moved(asked.interval, step, 1, _unit(asked.interval))) is None:
            return None
        return self._asked(self._memory.dated(self._topic.topic, to))

    def _beyond(self, groups: Mapping[str, str | None]) -> FollowUp | None:
        """A number that the list shown does not reach."""
        if not groups.get("ordinal") or (turn := self._thread.spoken(listed=True)) is None:
            return None
        return self._none(turn)

    def _none(self, turn: int) -> FollowUp:
        """No record, beside those that a turn cited."""
        shown = frozenset(record.id for record in self._memory.cited(turn))
        return self._of((), self._said, pointed=True, shown=shown)

    def _of_month(self) -> FollowUp | None:
        """A day of the month spoken of, where no list that was shown has so many records."""
        turn = self._thread.spoken(listed=True)
        beyond = (match := self._matches("shift", "day")) and int(match["day"]) > len(
            self._memory.cited(turn) if turn is not None else ()
        )
        return self._instead(self._plain) if beyond else None

    def _talked(self) -> FollowUp | None:
        """What the records tell that were cited last, where it asks for no more than that."""
        turn = self._thread.spoken()
        records = self._memory.cited(turn) if turn is not None and self._matches("pointing", "talk") else ()
        if not records or (len(records) > _WHOLE and self._memory.lists(self._topic.topic)):
            return None
        title = " · ".join(f"“{record.title}”" for record in records[:_WHOLE])
        return self._of(records[:_WHOLE], f"{title}: {self._said}", pointed=True)

    def _dated(self) -> FollowUp | None:
        """A question that names other days first or last: that before, where it only repeats it, or one of its own."""
        for each in patterns("shift", "asking"):
            if (match := each.fullmatch(self._marked.text)) is None:
                continue
            lead, rest = Reading(self._thread, self._marked.plain(match["lead"])), self._marked.plain(match["rest"])
            if (days := lead.days()) is None:
                continue
            if (
                self._matches("shift", "repeating", rest)
                and rest.split()[0].lower() == self._topic.topic.split()[0].lower()
            ):
                return self._asked(self._memory.dated(self._topic.topic, days), own=True)
            text = dated(self.named(rest), days)
            return replace(
                self._asked(text),
                since=len(self._thread.turns),
                own=True,
                least=least(text, self._memory, continues=self.continues),
            )
        return None

    def days(self) -> Interval | None:
        """The days that it names and nothing else, by themselves or from those spoken of."""
        if match := self._matches("shift", "patterns"):
            return self._moved(match.groupdict())
        when = find_dates(self._with_year(self._plain))
        return when.interval if when is not None and self._is_days() else None

    def named(self, text: str) -> str:
        """A question with the person in the place of a pronoun: one named first, or else in the question before.

        One that says little needs more of that question than a name, and leans on it.
        """
        if (match := self._matches("instead", "named")) and has_person(match["rest"]):
            return named_for(self._marked.plain(match["rest"]), self._marked.plain(match["who"]))
        names = self._memory.names
        if says_little(text) or people_of(text, names):
            return text
        return named_for(text, person_of(self._topic.topic, names))

    def _described(self) -> FollowUp | None:
        for rest in self._rests("pointing", "described"):
            if not PLURALS.isdisjoint(rest.lower().split()):
                return self._narrowed(rest)
            turn = self._thread.spoken(listed=True)
            if turn is not None and (found := self._memory.among(rest, self._memory.cited(turn))):
                return self._of(found[:1], f"“{found[0].title}”", pointed=True)
        return None

    def _more(self) -> FollowUp | None:
        if (match := self._matches("more", "patterns")) is None:
            return None
        text, rest = self._topic.topic, self._marked.plain(match.groupdict().get("rest") or "")
        if rest and (text := replaced(text, rest, self._memory.names, add=False) or "") == "":
            return None
        return self._asked(text, shown=self._shown(), ids=self._topic.kept)

    def _shown(self) -> frozenset[str]:
        turns = range(max(self._topic.since, len(self._thread.turns) - TURNS), len(self._thread.turns))
        return frozenset(record.id for turn in turns for record in self._memory.cited(turn))

    def _shifted(self) -> FollowUp | None:
        match = self._matches("shift", "patterns")
        if match is None or (to := self._moved(match.groupdict())) is None:
            return None
        again = match.groupdict().get("unit") or self._thread.turns[-1].pointed
        return self._asked(self._memory.dated(self._topic.topic, to), shown=frozenset() if again else self._shown())

    def _moved(self, groups: Mapping[str, str | None]) -> Interval | None:
        """The days before or after those that it goes on from."""
        said = (groups.get("way") or "after").lower()
        unit = (groups.get("unit") or "").lower().removesuffix("s")
        thence = said in table("conversation")["shift"]["thence"].split()
        days = hull(self._pointed(groups)) if groups.get("ordinal") else self._days(first=thence)
        return moved(days, way(said), number(groups.get("number") or "1"), unit) if days else None

    def _days(self, *, first: bool) -> Interval | None:
        """The days that it goes on from: of the last record pointed at, the question before, the records cited."""
        turn = self._thread.spoken()
        records = self._memory.cited(turn) if turn is not None else ()
        asked = self._memory.days(self._topic.topic)
        if asked is not None and not asked.soft and not (turn is not None and self._thread.turns[turn].pointed):
            return asked.interval
        return hull(records[:1] if first and not self._memory.lists(self._topic.topic) else records)

    def _viewed(self) -> FollowUp | None:
        """What was shown, or all of the list that it came from, in another view; or those of it that are so."""
        found = next((key for key in table("conversation")["view"] if self._matches("view", key)), None)
        if found is None or (found == "count" and self._matches("leaning", "amount") and asks(self._topic.topic)):
            return None
        match = self._matches("view", found)
        rest = self._meant(match.groupdict().get("rest") or "") if match else ""
        topic = self._only(rest) if rest else self._topic.topic
        intent = Intent.COUNT if found == "whole" else Intent(found)
        pointed = intent in {Intent.FIRST, Intent.LAST}
        text = f"{self._topic.topic.rstrip(_CLOSING)}: {self._said}"
        ids, turn = self._topic.kept, self._thread.spoken(listed=True)
        cited = self._memory.cited(turn) if turn is not None else ()
        since = next(at for at, each in enumerate(self._thread.turns) if each.topic == self._topic.topic)
        if found != "whole" and turn is not None and turn >= since and not self._memory.lists(self._topic.topic):
            ids = tuple(record.id for record in cited)
        some = self._memory.among(rest, cited) if ids is not None else self._memory.lists(topic)
        if rest and intent is Intent.LIST and cited and not some:
            return self._of(cited, text, asked=self._plain, own=True, narrows=True)
        if ids is not None:
            every = table("conversation")["instead"]["any"]
            topic = f"{every}, only {rest}" if rest else every
        asked = self._asked(topic, intent=intent, ids=ids, pointed=pointed, narrows=bool(rest))
        return replace(asked, text=text, topic=topic if rest and not pointed else self._topic.topic)

    def _field(self) -> FollowUp | None:
        if (field := self.field()) is None or (turn := self._thread.spoken()) is None:
            return None
        records = self._memory.cited(turn)
        title = f"“{records[0].title}”" if len(records) == 1 else self._topic.topic.rstrip(_CLOSING)
        return self._of(
            records, f"{title}: {self._said}", asked=self._topic.asked or self._topic.topic, pointed=True, field=field
        )

    def field(self) -> str | None:
        """The field of records that it asks for by itself."""
        return next((key for key in table("conversation")["field"] if self._matches("field", key)), None)

    def _corrected(self) -> Iterator[FollowUp | None]:
        """The question before with what was meant in the place of what it says."""
        for each in patterns("instead", "correcting"):
            if (match := each.fullmatch(self._marked.text)) is None:
                continue
            old = self._marked.plain(match.groupdict().get("old") or "")
            rest = self._marked.plain(match["rest"])
            if (at := self._topic.topic.lower().find(f" {old.lower()}")) >= 0 and old:
                before, after = self._topic.topic[: at + 1], self._topic.topic[at + 1 + len(old) :]
                yield self._asked(f"{before}{rest}{after}")
            yield self._instead(rest)

    def _instead(self, rest: str) -> FollowUp | None:
        """A question before with this in the place of its like: the topic's, or one that the topic leans on."""
        for turn in reversed(self._thread.turns):
            if not turn.topic:
                continue
            alone = turn.least >= 1.0
            if text := replaced(turn.topic, self._with_year(rest), self._memory.names, add=alone):
                return replace(self._asked(text), since=turn.since, least=turn.least)
            if alone:
                break
        return None

    def _narrowed(self, rest: str) -> FollowUp | None:
        led = LED.match(rest)
        text = None
        if led is not None and led["lead"].lower() in ROLES:  # whoever wrote, another did not
            text = replaced(self._topic.topic, rest, self._memory.names, add=False)
        return self._asked(text or self._only(rest), ids=self._topic.kept, narrows=True)

    def _only(self, rest: str) -> str:
        """The topic with a condition more: other days, or what records must also be."""
        topic, rest = self._topic.topic.rstrip(_CLOSING), self._with_year(rest).strip(_CLOSING)
        when = find_dates(rest) or find_dates(f"in {rest}")
        if when is not None and not when.soft:
            topic, rest = dated(topic, when.interval), when.rest.strip(_CLOSING)
        if not rest or means_any_record(rest):
            return topic
        return f"{topic}, only {rest}"

    def _without(self, rest: str) -> FollowUp | None:
        parts = [f"{rest} {year}" for year in self._years(rest)] or [rest]
        when = [find_dates(f"in {part}") for part in parts]
        parts = [
            period(days.interval) if days and days.only_filter else part for part, days in zip(parts, when, strict=True)
        ]
        text = "".join([self._topic.topic.rstrip(_CLOSING), *(f", without {part}" for part in parts)])
        return self._asked(text, ids=self._topic.kept, narrows=True)

    def _with_year(self, rest: str) -> str:
        """A day or month that stands without a year, with the year that is spoken of, or of any where it is several."""
        asked = find_dates(self._topic.topic)
        month = moved(asked.interval, 0, 1, "month") if asked is not None else None
        if month and (match := self._matches("shift", "day", rest)):
            return f"{match['day']} {period(month)}"
        years = self._years(rest)
        if not years:
            return rest
        if len(years) == 1:
            return f"{rest} {years[0]}"
        return rest if LED.match(rest) else f"in {rest}"

    def _years(self, rest: str) -> list[int]:
        """The years in which a day or month without one is meant: the year asked for, or those of what was shown."""
        joined = f"in {rest}" if find_dates(rest, year=_ANY) is None else rest
        if find_dates(joined) is not None or find_dates(joined, year=_ANY) is None:
            return []
        asked = find_dates(self._topic.topic)
        if asked is not None and asked.year is not None:
            return [asked.year]
        turn = self._thread.spoken()
        dates = [date for record in (self._memory.cited(turn) if turn is not None else ()) for date in record.dates[:1]]
        years = sorted({date.start.year for date in dates if date.start})
        meant = {year: when.interval for year in years if (when := find_dates(joined, year=year)) is not None}
        return [year for year in meant if any(overlaps(date, meant[year]) for date in dates)] or years[:1]


def _unit(days: Interval) -> str:
    """The unit that days are one of; a week where they are several."""
    if days.start is None or days.end is None or days.start == days.end:
        return "day"
    length = (days.end - days.start).days + 1
    return "week" if length < _MONTH else "month" if length < _YEAR else "year"
