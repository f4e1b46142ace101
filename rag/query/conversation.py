"""A question and the turns before -> what it goes on from: records that were shown, or a question made anew.

The grammar is data, `conversation.toml` of a language. A follow-up that it reads asks of records that were shown ("the
second one", "when was that?"), or it is the question before with something moved, narrowed or put in its place ("the
next day", "only telegrams", "no, I meant Raul"), as a text that can be asked alone. What it does not read may still
lean on the turns before by its words: `rag.query.followup`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from rag.dates.wording import period
from rag.language.document_types import TYPE_WORDS, types_of
from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tables import filled, table
from rag.language.tokens import tokens
from rag.query.conditions import Marked, mark
from rag.query.date_expressions import find_dates, means_any_record
from rag.query.days_moved import dated, hull, moved
from rag.query.intent import CHAT, Intent, asks, read_shape
from rag.query.like_for_like import LED, exchanged, proper_names, replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rag.dates.archival_date import Interval
    from rag.query.followup import Leaning
    from rag.query.names import Names
    from rag.record import Record

TURNS = 8
"""Turns looked back on, at most: as many as a page shows."""

FEW = 2
"""Content words up to which a question without a name says too little on its own."""

POINTS = 0.25
"""Chance from which on a question that leans takes a word along. nDCG@10 is flat from .2 to .45."""

MAY = 0.5
"""The same for a question of more words, without a name, that may stand alone.

Without these questions nDCG@10 of every second of CANARD's follow-ups falls from .349 to .318, of mtRAG's from .924 to
.907.
"""

_CLOSING = " ?!.…。"
_SENTENCES = re.compile(r"[?!]\s+\w|[^\W\d_]{3,}\.\s+\w")
_MONTH, _YEAR = 28, 365  # days, at least
_WHOLE = 3  # records told in full, at most, where several are pointed at


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of the turns before.

    Attributes:
        cited: The records that a turn cited, in order, by its number from 0.
        among: Those of these records that a description fits.
        lists: Whether a question asks for records, by naming them or a topic, and there are some.
        catalogued: Whether it asks for records in so many words, and there are some.
        lean: What a question takes along from the questions before it, of words from a chance on.
    """

    names: Names
    cited: Callable[[int], Sequence[Record]]
    among: Callable[[str, Sequence[Record]], Sequence[Record]]
    lists: Callable[[str], bool]
    catalogued: Callable[[str], bool]
    lean: Callable[[Sequence[str], str, float], Leaning]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question as it is meant after the turns before it.

    Attributes:
        text: The question as it stands alone, for people.
        asked: The same as it is read; empty where records are asked for as a whole.
        since: The turn with whose words it begins; it may lean on those before.
        ids: Ids of the only records that it asks of; None for all.
        shown: Ids of records that were shown and are not wanted again.
        told: Whether the records of `ids` are themselves wanted.
        field: What their fields are asked for; empty for nothing.
        intent: The kind of answer; None where the text says it.
        read: Whether the grammar read it.
        least: Chance from which on it takes words of turns before `since` along; 1 where it takes none.
        topic: The question that the next turn goes on from.
    """

    text: str
    asked: str
    since: int
    topic: str
    ids: tuple[str, ...] | None = None
    shown: frozenset[str] = frozenset()
    told: bool = False
    field: str = ""
    intent: Intent | None = None
    read: bool = True
    least: float = 1.0

    @property
    def kept(self) -> tuple[str, ...] | None:
        """The only records that the next turn asks of too; those that were only told do not stay."""
        return None if self.told else self.ids


def follow(question: str, before: Sequence[str], memory: Memory) -> tuple[FollowUp, dict[int, str]]:
    """Read a question after the questions before it, oldest first; with these, by their number, as they were read.

    A turn that was made anew of earlier ones stands in their place.
    """
    thread = _Thread(memory)
    for at, earlier in enumerate(before):
        if at >= len(before) - TURNS:
            thread.turns.append(thread.read(earlier, at))
        else:
            thread.turns.append(_alone(earlier, at))
    said: dict[int, str] = {}
    for at, turn in enumerate(thread.turns):
        if turn.topic:
            said = {number: text for number, text in said.items() if number < turn.since} | {at: turn.topic}
    return thread.read(question, len(before)), said


def _alone(question: str, at: int) -> FollowUp:
    topic = "" if read_shape(question).intent in CHAT else question
    return FollowUp(question, question, at, topic, read=False)


class _Thread:
    """The turns so far, while a question is read."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.turns: list[FollowUp] = []

    def read(self, question: str, at: int) -> FollowUp:
        """What a question means after these turns."""
        text = " ".join(question.split())
        if not self.turns:
            return _alone(text, at)
        reading = _Reading(self, text, at)
        for found in reading.moves():
            if found is not None:
                return found
        return replace(_alone(text, at), least=reading.least())

    def spoken(self, at: int, *, listed: bool = False) -> int | None:
        """The latest turn before this one that cited records; where `listed`, that did not tell of some before it."""
        for each in range(at - 1, max(at - 1 - TURNS, -1), -1):
            if not (listed and (self.turns[each].told or self.turns[each].field)) and self.memory.cited(each):
                return each
        return None


class _Reading:
    """One question after a thread, and each way in which it may go on."""

    def __init__(self, thread: _Thread, text: str, at: int) -> None:
        self.thread, self.memory, self.at, self.said = thread, thread.memory, at, text
        plain = text.rstrip(_CLOSING)
        self.whole = plain
        self.continues = False
        for key, joins in (("polite", False), ("joining", True), ("polite", False), ("closing", False), ("too", True)):
            trimmed = _opener(key).sub("", plain, count=1)
            while key != "joining" and (once := _opener(key).sub("", trimmed, count=1)) != trimmed:
                trimmed = once
            self.continues |= joins and trimmed != plain
            plain = trimmed
        self.plain = plain
        self.marked: Marked = mark(plain, self.memory.names.read(plain, spelling=False).spans, TYPE_WORDS)
        self.topic = self._topic()

    def _topic(self) -> FollowUp:
        """The turn that this one goes on from: the latest that was not only polite."""
        return next((turn for turn in reversed(self.thread.turns) if turn.topic), self.thread.turns[-1])

    def moves(self) -> Iterator[FollowUp | None]:
        """Each reading that fits, the surest first; none of several sentences."""
        if _SENTENCES.search(self.plain):
            return
        if self._matches("nothing", "patterns", self.whole):
            yield FollowUp(self.said, self.said, self.at, "", intent=Intent.HELP)
        if not self.topic.topic:
            return
        yield self._exchanged()
        yield self._stepped()
        yield self._pointing()
        yield self._described()
        yield self._more()
        yield self._shifted()
        yield self._viewed()
        yield self._field()
        for section, key in (("instead", "correcting"), ("instead", "asking")):
            for rest in self._rests(section, key):
                yield self._instead(rest)
        for rest in self._rests("narrow", "patterns"):
            yield self._narrowed(rest)
        for rest in self._rests("narrow", "without"):
            yield self._without(rest)
        if self.continues or self._is_days() or LED.match(self.plain):
            yield self._instead(self.plain)

    # Patterns

    def _matches(self, section: str, key: str, text: str | None = None) -> re.Match[str] | None:
        tried = self.marked.text if text is None else text
        return next((match for each in _patterns(section, key) if (match := each.fullmatch(tried))), None)

    def _rests(self, section: str, key: str) -> Iterator[str]:
        for each in _patterns(section, key):
            if (match := each.fullmatch(self.marked.text)) and match["rest"]:
                yield self.marked.plain(match["rest"])

    def _is_days(self) -> bool:
        """Whether it names days and nothing else ("in 1963?")."""
        when = find_dates(self.plain, year=self._year())
        return when is not None and not when.soft and not when.rest.strip(_CLOSING)

    def least(self) -> float:
        """From which chance on a question that no pattern reads takes words along.

        It leans where it opens by going on, or stands on a pronoun whose noun it does not name, or has few words and no
        name. With more words and no name it may.
        """
        if self.continues or any(each.search(self.said) for each in _patterns("leaning", "pointing")):
            return POINTS
        plain = _pattern("expletive").sub("", self.said)
        person, thing = (_pattern(each).search(plain) for each in ("person", "thing"))
        named = [each.start for each in proper_names(plain, self.memory.names)]
        few = sum(token.word not in FUNCTION_WORDS for token in tokens(plain)) <= FEW
        if pronoun := person or thing:
            before = sum(start < pronoun.start() for start in named)
            leans = (
                not before or (person is None and few) or (before == 1 and bool(_pattern("object").match(pronoun[0])))
            )
            return POINTS if leans else 1.0
        if named or self._asks_for_records():
            return 1.0
        return POINTS if few else MAY

    def _asks_for_records(self) -> bool:
        """Whether it asks for whatever there is of some days or type: little is said, but nothing lacks."""
        when = find_dates(self.said)
        if when is not None and when.only_filter and _pattern("elliptic").fullmatch(when.rest) is None:
            return True
        return self.memory.catalogued(self.said)

    # What it goes on to

    def _asked(self, text: str, **more: object) -> FollowUp:
        """The topic made anew."""
        text = " ".join(text.split())
        return replace(FollowUp(text, text, self.topic.since, text, least=self.topic.least), **more)  # type: ignore[arg-type]

    def _of(self, records: Sequence[Record], text: str, **more: object) -> FollowUp:
        """The question put to records that were shown."""
        ids = tuple(record.id for record in records)
        return replace(FollowUp(text, "", self.topic.since, self.topic.topic, ids), **more)  # type: ignore[arg-type]

    def _exchanged(self) -> FollowUp | None:
        if (match := self._matches("instead", "exchanged")) is None:
            return None
        sender = match.groupdict().get("sender")
        text = exchanged(self.topic.topic, self.memory.names, self.marked.plain(sender) if sender else "")
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
            return self._of(records[:_WHOLE], title, told=True)
        asked = self.marked.plain(f"{about} {after}".strip())
        readings = (_Reading(self.thread, text, self.at) for text in (f"{asked} it", asked))
        field = next(filter(None, (reading.field() for reading in readings)), "")
        return self._of(records, f"{title}: {self.said}", asked=asked, told=True, field=field)

    def _pointed(self, groups: Mapping[str, str | None]) -> Sequence[Record]:
        """The records that are pointed at: one by its number, or those spoken of last."""
        kind = types_of(self.marked.plain(groups.get("kind") or ""))
        ordinal = groups.get("ordinal")
        turn = self.thread.spoken(self.at, listed=ordinal is not None)
        records = self.memory.cited(turn) if turn is not None else ()
        if same := [record for record in records if record.type in kind]:
            records = same
        if ordinal:
            place = _ordinal(ordinal)
            if number := groups.get("number"):
                return records[: _number(number)] if place > 0 else records[-_number(number) :]
            return records[place - 1 : place] if place > 0 else records[-1:]
        several = groups.get("it") in {"them", "these", "those", None}
        return records if several else records[:1]

    def _stepped(self) -> FollowUp | None:
        """The record beside the one told last, or the days beside those asked for."""
        if (match := self._matches("pointing", "stepping")) is None:
            return None
        back = match["way"].lower() in table("conversation")["shift"]["back"].split()
        told, turn = self.thread.turns[-1], self.thread.spoken(self.at, listed=True)
        listed = [record.id for record in self.memory.cited(turn)] if turn is not None else []
        if turn is not None and told.told and told.ids and told.ids[0] in listed:
            place = listed.index(told.ids[0]) + (-1 if back else 1)
            records = self.memory.cited(turn)[place : place + 1] if place >= 0 else ()
            return self._of(records, f"“{records[0].title}”", told=True) if records else self._none(turn)
        asked = find_dates(self.topic.topic)
        if (
            asked is None
            or asked.soft
            or (to := moved(asked.interval, -1 if back else 1, 1, _unit(asked.interval))) is None
        ):
            return None
        return self._asked(dated(self.topic.topic, to))

    def _beyond(self, groups: Mapping[str, str | None]) -> FollowUp | None:
        """A number that the list shown does not reach."""
        if not groups.get("ordinal") or (turn := self.thread.spoken(self.at, listed=True)) is None:
            return None
        return self._none(turn)

    def _none(self, turn: int) -> FollowUp:
        """No record, beside those that a turn cited."""
        shown = frozenset(record.id for record in self.memory.cited(turn))
        return self._of((), self.said, told=True, shown=shown)

    def _described(self) -> FollowUp | None:
        turn = self.thread.spoken(self.at, listed=True)
        if turn is None:
            return None
        for rest in self._rests("pointing", "described"):
            if found := self.memory.among(rest, self.memory.cited(turn)):
                return self._of(found[:1], f"“{found[0].title}”", told=True)
        return None

    def _more(self) -> FollowUp | None:
        if (match := self._matches("more", "patterns")) is None:
            return None
        text, rest = self.topic.topic, self.marked.plain(match.groupdict().get("rest") or "")
        if rest and (text := replaced(text, rest, self.memory.names, add=False) or "") == "":
            return None
        return self._asked(text, shown=self._shown(), ids=self.topic.kept)

    def _shown(self) -> frozenset[str]:
        turns = range(max(self.topic.since, self.at - TURNS), self.at)
        return frozenset(record.id for turn in turns for record in self.memory.cited(turn))

    def _shifted(self) -> FollowUp | None:
        if (match := self._matches("shift", "patterns")) is None:
            return None
        words = table("conversation")["shift"]
        groups = match.groupdict()
        said = groups["way"].lower()
        way = 0 if said == words["same"] else -1 if said in words["back"].split() else 1
        unit = (groups.get("unit") or "").lower().removesuffix("s")
        place = groups.get("ordinal")
        days = hull(self._pointed(groups)) if place else self._days(first=said in words["thence"].split())
        to = moved(days, way, _number(groups.get("number") or "1"), unit) if days else None
        if to is None:
            return None
        again = unit or self.thread.turns[-1].told
        return self._asked(dated(self.topic.topic, to), shown=frozenset() if again else self._shown())

    def _days(self, *, first: bool) -> Interval | None:
        """The days that it goes on from: of the record told last, of the question before, of the records cited."""
        turn = self.thread.spoken(self.at)
        records = self.memory.cited(turn) if turn is not None else ()
        asked = find_dates(self.topic.topic)
        if asked is not None and not asked.soft and not (turn is not None and self.thread.turns[turn].told):
            return asked.interval
        return hull(records[:1] if first and not self.memory.lists(self.topic.topic) else records)

    def _viewed(self) -> FollowUp | None:
        for key in table("conversation")["view"]:
            if match := self._matches("view", key):
                if key == "count" and _pattern("amount").fullmatch(self.plain) and asks(self.topic.topic):
                    return None
                rest = self.marked.plain(match.groupdict().get("rest") or "")
                topic = self._only(rest) if rest else self.topic.topic
                intent = Intent.COUNT if key == "whole" else Intent(key)
                ids = self.topic.kept
                turn = self.thread.spoken(self.at, listed=True)
                since = next(at for at, each in enumerate(self.thread.turns) if each is self.topic)
                if key != "whole" and turn is not None and turn >= since and not self.memory.lists(topic):
                    ids = tuple(record.id for record in self.memory.cited(turn))
                told = intent in {Intent.FIRST, Intent.LAST}
                if ids is not None:
                    every = table("conversation")["instead"]["any"]
                    topic = f"{every}, only {rest}" if rest else every
                text = f"{self.topic.topic.rstrip(_CLOSING)}: {self.said}"
                asked = self._asked(topic, intent=intent, ids=ids, told=told)
                return replace(asked, text=text, topic=self.topic.topic if told or ids is not None else topic)
        return None

    def _field(self) -> FollowUp | None:
        turn = self.thread.spoken(self.at)
        if turn is None or (field := self.field()) is None:
            return None
        records = self.memory.cited(turn)
        title = f"“{records[0].title}”" if len(records) == 1 else self.topic.topic.rstrip(_CLOSING)
        return self._of(
            records, f"{title}: {self.said}", asked=self.topic.asked or self.topic.topic, told=True, field=field
        )

    def field(self) -> str | None:
        """The field of records that it asks for by itself."""
        return next((key for key in table("conversation")["field"] if self._matches("field", key)), None)

    def _instead(self, rest: str) -> FollowUp | None:
        """A question before with this in the place of its like: the topic's, or one that the topic leans on."""
        for turn in reversed(self.thread.turns):
            if not turn.topic:
                continue
            alone = turn.least >= 1.0
            if text := replaced(turn.topic, self._with_year(rest), self.memory.names, add=alone):
                return replace(self._asked(text), since=turn.since, least=turn.least)
            if alone:
                break
        return None

    def _narrowed(self, rest: str) -> FollowUp | None:
        return self._asked(self._only(rest), ids=self.topic.kept)

    def _only(self, rest: str) -> str:
        """The topic with a condition more: other days, or what records must also be."""
        topic, rest = self.topic.topic.rstrip(_CLOSING), self._with_year(rest).strip(_CLOSING)
        when = find_dates(rest) or find_dates(f"in {rest}")
        if when is not None and not when.soft:
            topic, rest = dated(topic, when.interval), when.rest.strip(_CLOSING)
        if not rest or means_any_record(rest):
            return topic
        return f"{topic}, only {rest}"

    def _without(self, rest: str) -> FollowUp | None:
        rest = self._with_year(rest)
        when = find_dates(rest) or find_dates(f"in {rest}")
        if when is not None and when.only_filter:
            rest = period(when.interval)
        return self._asked(f"{self.topic.topic.rstrip(_CLOSING)}, without {rest}", ids=self.topic.kept)

    def _with_year(self, rest: str) -> str:
        """A day or month that stands without a year, with the year that is spoken of."""
        year = self._year()
        joined = rest if find_dates(rest, year=year) else f"in {rest}"
        if year is None or find_dates(joined) is not None or find_dates(joined, year=year) is None:
            return rest
        return f"{rest} {year}"

    def _year(self) -> int | None:
        asked = find_dates(self.topic.topic)
        if asked is not None and asked.year is not None:
            return asked.year
        turn = self.thread.spoken(self.at)
        days = hull(self.memory.cited(turn)) if turn is not None else None
        return days.start.year if days and days.start and days.end and days.start.year == days.end.year else None


def _pattern(key: str) -> re.Pattern[str]:
    """The one pattern that says what makes a question lean."""
    return _patterns("leaning", key)[0]


def _number(word: str) -> int:
    """Two -> 2, 12 -> 12."""
    word = word.strip().lower()
    return int(word) if word.isdigit() else int(table("conversation")["shift"]["numbers"].get(word, 1))


def _unit(days: Interval) -> str:
    """The unit that days are one of; a week where they are several."""
    if days.start is None or days.end is None or days.start == days.end:
        return "day"
    length = (days.end - days.start).days + 1
    return "week" if length < _MONTH else "month" if length < _YEAR else "year"


def _ordinal(word: str) -> int:
    """Second -> 2, 3rd -> 3, last -> -1."""
    digits = re.match(r"\d+", word)
    return int(digits.group()) if digits else int(table("conversation")["pointing"]["ordinals"][word.lower()])


@cache
def _patterns(section: str, key: str) -> tuple[re.Pattern[str], ...]:
    whole = table("conversation")
    return tuple(re.compile(filled(each, whole["words"]), re.IGNORECASE) for each in whole[section][key])


@cache
def _opener(key: str) -> re.Pattern[str]:
    """What opens or closes a question and says nothing."""
    pattern: str = table("conversation")["openers"][key]
    return re.compile(pattern if pattern.endswith("$") else f"^{pattern}", re.IGNORECASE)
