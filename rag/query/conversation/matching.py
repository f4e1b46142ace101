"""A question after a thread of others, by patterns of the whole of it."""

import re
from collections.abc import Iterator, Mapping, Sequence

from rag.dates.archival_date import Interval
from rag.language.document_types import PLURALS, TYPE_WORDS, types_of
from rag.language.tables import table
from rag.query.conditions import mark
from rag.query.conversation.cues import cued
from rag.query.conversation.grammar import number, ordinal, patterns, trimmed, way
from rag.query.conversation.leaning import says_little
from rag.query.conversation.memory import FollowUp, Thread
from rag.query.conversation.moves import CLOSING, WHOLE, Moves, unit_of
from rag.query.conversation.pronouns import has_person, named_for, people_of, person_of
from rag.query.date_expressions import find_dates
from rag.query.days_moved import hull, joined, moved
from rag.query.like_for_like import exchanged
from rag.record import Record

_SEVERAL = frozenset({"them", "these", "those"})


class Matched:
    """One question after a thread, and what the patterns find in it."""

    def __init__(self, thread: Thread, text: str) -> None:
        """Take off what only opens or closes the question, and mark what it names."""
        self._thread, self._memory, self._said = thread, thread.memory, text
        self._whole = text.rstrip(CLOSING)
        self._plain, self.continues = trimmed(self._whole)
        self._marked = mark(self._plain, self._memory.names.read(self._plain, spelling=False).spans, TYPE_WORDS)
        self._on = Moves(thread)
        self._topic = self._on.topic
        self._cue = re.sub(r"\{T\d+\}", lambda sign: self._marked.plain(sign[0]), self._marked.text)
        same = (kind for kind in self._marked.types if {*types_of(kind)} & self._on.types) if self._topic else ()
        self._said_before = [word for kind in same for word in kind.lower().split()]

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
                    return named_for(meant, person_of(self._topic, self._memory.names))
        return named_for(self._marked.plain(rest), person_of(self._topic, self._memory.names))

    def named(self, text: str) -> str:
        """A question with the person in the place of a pronoun: one named first, or else in the question before.

        One that says little needs more of that question than a name, and leans on it.
        """
        if (match := self._matches("instead", "named")) and has_person(match["rest"]):
            return named_for(self._marked.plain(match["rest"]), self._marked.plain(match["who"]))
        names = self._memory.names
        if says_little(text) or people_of(text, names):
            return text
        return named_for(text, person_of(self._topic, names))

    def field(self) -> str | None:
        """The field of records that it asks for by itself."""
        asked = cued("asked", self._cue, self._said_before)
        return next((key for key, rest in asked if key != "beside" and not rest), None)

    def _is_days(self) -> bool:
        """Whether it names days and nothing else ("in 1963?")."""
        when = find_dates(self._on.with_year(self._plain))
        return when is not None and not when.soft and not when.rest.strip(CLOSING)

    def _is_type(self) -> bool:
        """Whether it names types of documents and nothing else, of which a list asked for none."""
        return self._matches("instead", "types") is not None and not self._on.types and self._on.lists

    def _exchanged(self) -> FollowUp | None:
        if (match := self._matches("instead", "exchanged")) is None:
            return None
        sender = match.groupdict().get("sender")
        text = exchanged(self._topic, self._memory.names, self._marked.plain(sender) if sender else "")
        return self._on.asked(text) if text else None

    def _pointing(self) -> FollowUp | None:
        if (match := self._matches("pointing", "patterns")) is None:
            return None
        groups = match.groupdict()
        records = self._pointed(groups)
        if not records:
            return self._beyond(groups)
        about, after = ((groups.get(each) or "").strip() for each in ("about", "after"))
        title = " · ".join(f"“{record.title}”" for record in records[:WHOLE])
        if not about and groups.get("it") in _SEVERAL and self._on.lists:
            return self._on.viewed("list", self._said)
        if not about:
            return self._on.told_of(records)
        asked = self._marked.plain(f"{about} {after}".strip())
        readings = (type(self)(self._thread, text) for text in (f"{asked} it", asked))
        field = next(filter(None, (reading.field() for reading in readings)), "")
        return self._on.of(records, f"{title}: {self._said}", asked=asked, pointed=True, field=field)

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
            return records[place - 1 : place] if place > 0 else records[place:][:1]
        return records if groups.get("it") in {*_SEVERAL, None} else records[:1]

    def _beyond(self, groups: Mapping[str, str | None]) -> FollowUp | None:
        """A number that the list shown does not reach."""
        if not groups.get("ordinal") or (turn := self._thread.spoken(listed=True)) is None:
            return None
        return self._on.none(turn, self._said)

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
            return self._on.told_of(records) if records else self._on.none(turn, self._said)
        asked = self._memory.days(self._topic)
        if asked is None or asked.soft or (to := moved(asked.interval, step, 1, unit_of(asked.interval))) is None:
            return None
        return self._on.asked(self._memory.dated(self._topic, to))

    def _of_month(self) -> FollowUp | None:
        """A day of the month spoken of, where no list that was shown has so many records."""
        match = self._matches("shift", "day")
        beyond = match and int(match["day"]) > len(self._on.cited(listed=True))
        return self._on.instead(self._plain) if beyond else None

    def _described(self) -> FollowUp | None:
        for rest in self._rests("pointing", "described"):
            if not PLURALS.isdisjoint(rest.lower().split()):
                return self._on.narrowed(rest)
            cited = self._on.cited(listed=True)
            if found := self._memory.among(rest, cited) or self._on.described(rest):
                return self._on.told_of(found[:1])
        return None

    def _more(self) -> FollowUp | None:
        match = self._matches("more", "patterns")
        return self._on.more(self._marked.plain(match.groupdict().get("rest") or "")) if match else None

    def _shifted(self) -> FollowUp | None:
        match = self._matches("shift", "patterns")
        to = self._moved(match.groupdict()) if match else None
        return self._on.shifted(to, again=bool(match.groupdict().get("unit"))) if match and to else None

    def _moved(self, groups: Mapping[str, str | None]) -> Interval | None:
        """The days before or after those that it goes on from."""
        said = (groups.get("way") or "after").lower()
        unit = (groups.get("unit") or "").lower().removesuffix("s")
        thence = said in table("conversation")["shift"]["thence"].split()
        days = hull(self._pointed(groups)) if groups.get("ordinal") else self._on.days(first=thence)
        if days is None:
            return None
        last = moved(days, way(said), number(groups.get("span") or groups.get("number") or "1"), unit)
        first = moved(days, way(said), 1, unit) if groups.get("span") else None
        return joined(first, last) if first and last else last

    def _viewed(self) -> FollowUp | None:
        found = next((key for key in table("conversation")["view"] if self._matches("view", key)), None)
        match = self._matches("view", found) if found else None
        return self._on.viewed(found, self._said, self._meant(match["rest"])) if found and match else None

    def _corrected(self) -> Iterator[FollowUp | None]:
        """The question before with what was meant in the place of what it says."""
        for each in patterns("instead", "correcting"):
            if match := each.fullmatch(self._marked.text):
                rest = self._marked.plain(match["rest"])
                yield self._on.corrected(self._marked.plain(match.groupdict().get("old") or ""), rest)
                yield self._on.instead(rest)
