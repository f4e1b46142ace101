"""A question and the turns before it -> each way in which it may go on from them, by patterns, cues and a model."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from rag.dates.archival_date import Interval
from rag.language.document_types import TYPE_WORDS, types_of
from rag.language.tables import table
from rag.query.conditions import mark, read_order
from rag.query.conversation.dependence import is_short
from rag.query.conversation.grammar import (
    core,
    cued,
    has_cue,
    has_person,
    number,
    ordinal,
    patterns,
    people_of,
    person_of,
    shift_cue,
    trimmed,
    way,
    with_person,
    without_new_topic,
)
from rag.query.conversation.memory import FollowUp, Thread
from rag.query.conversation.moves import CLOSING, Moves, titles, unit_of
from rag.query.date_expressions import LEAP_YEAR, find_dates
from rag.query.date_shift import by_date, shifted, spanning, with_dates
from rag.query.intent import Intent, asks
from rag.query.phrasing import Phrasing, model
from rag.query.substitution import PREPOSITIONAL, exchanged, proper_names
from rag.query.word_uses import word_uses
from rag.record import Record

_SENTENCES = re.compile(r"[?!]\s+\w|[^\W\d_]{3,}\.\s+\w")
_PARTS: Mapping[str, Callable[[Moves, str], FollowUp | None]] = {
    "narrow": Moves.narrowed,
    "without": Moves.without,
    "swap": Moves.with_replacement,
    "correct": Moves.corrected,
}
_DEPENDENT = 0.5  # chance, by the model, from which on a question with a name depends on the turns before
_LONGEST = 200  # characters of a question that is read
_PART = 6  # words of a part that is kept, left out or exchanged, at most
_VIEWS = frozenset({"whole", "count", "timeline", "first", "last", "overview", "list"})
_JOINTS = f"{CLOSING},:;–-"
_SURE = 0.8  # chance from which on the model reads
_PLURAL = frozenset({"them", "these", "those"})


def _asking(text: str) -> list[str]:
    """The words of a question that surely only ask, but for types of documents and words for days beside others."""
    surely = word_uses().read(text).surely_ask()
    return [word for word in surely if not TYPE_WORDS.search(word) and not shift_cue(word)[0]]


class Reading:
    """One question after a thread, and each way in which it may go on."""

    def __init__(self, thread: Thread, text: str) -> None:
        """Take off what only opens or closes the question, and mark what it names."""
        self._thread, self._memory, self._said = thread, thread.memory, text
        self._whole = text.rstrip(CLOSING)
        self._plain, self.continues = trimmed(self._whole)
        self._marked = mark(self._plain, self._memory.names.read(self._plain, spelling=False).spans, TYPE_WORDS)
        self._moves = Moves(thread)
        self._topic = self._moves.topic
        self._cue = re.sub(r"\{T\d+\}", lambda sign: self._marked.plain(sign[0]), self._marked.text)
        same = (kind for kind in self._marked.types if types_of(kind)[0] in self._moves.types) if self._topic else ()
        # Words that say nothing here: the type of what was shown, and what only asks.
        self._empty = [word for kind in same for word in kind.lower().split()]
        self._empty += () if asks(self._plain) else _asking(self._plain)

    def _matches(self, section: str, key: str, text: str | None = None) -> re.Match[str] | None:
        tried = self._marked.text if text is None else text
        return next((match for each in patterns(section, key) if (match := each.fullmatch(tried))), None)

    def _rest_groups(self, section: str, key: str) -> Iterator[str]:
        for each in patterns(section, key):
            if (match := each.fullmatch(self._marked.text)) and match["rest"]:
                yield self._as_condition(match["rest"])

    def _as_condition(self, rest: str) -> str:
        """A part of the question in the words of a question itself, with the person that "he" stands for."""
        for said in (rest, self._marked.plain(rest)):
            for meaning in table("conversation")["means"]:
                if match := self._matches("means", meaning, said):
                    meant = self._marked.plain(match.expand(meaning))
                    return with_person(meant, person_of(self._topic, self._memory.names))
        return with_person(self._marked.plain(rest), person_of(self._topic, self._memory.names))

    def named(self, text: str) -> str:
        """A question with the person in the place of a pronoun: one named first, or else in the question before.

        One that says little needs more of that question than a name, and depends on it.
        """
        if (match := self._matches("instead", "named")) and has_person(match["rest"]):
            return with_person(self._marked.plain(match["rest"]), self._marked.plain(match["who"]))
        names = self._memory.names
        if is_short(text) or people_of(text, names):
            return text
        return with_person(text, person_of(self._topic, names))

    def field(self) -> str | None:
        """The field of records that it asks for by itself."""
        asked = cued("asked", self._cue, self._empty)
        return next((key for key, rest in asked if key != "beside" and not rest), None)

    def _is_days(self) -> bool:
        """Whether it names days and nothing else ("in 1963?")."""
        when = find_dates(self._moves.with_year(self._plain))
        return when is not None and not when.soft and not when.rest.strip(CLOSING)

    def _of_kind(self, kind: str) -> FollowUp | None:
        """What was shown in another view, more of it, or from whom to whom the other way round; or mere politeness."""
        if kind in _VIEWS:
            return self._moves.as_view(kind, self._said)
        if kind == "chat":
            return self._small_talk(Intent.THANKS)
        if kind == "reverse":
            text = exchanged(self._topic, self._memory.names)
            return self._moves.asked(text) if text else None
        return self._more() if kind == "more" else None

    def _pointing(self) -> FollowUp | None:
        if (match := self._matches("pointing", "patterns")) is None:
            return None
        groups = match.groupdict()
        records = self._pointed(groups)
        if not records:
            return self._beyond(groups)
        about, after = ((groups.get(each) or "").strip() for each in ("about", "after"))
        if not about and groups.get("it") in _PLURAL:
            return self._moves.as_view("list", self._said)
        return self._asked_of(records, self._marked.plain(f"{about} {after}".strip()) if about else "")

    def _asked_of(self, records: Sequence[Record], asked: str) -> FollowUp:
        """What is asked of records pointed at; all that they tell, where that is nothing."""
        if not asked:
            return self._moves.whole_records(records)
        readings = (Reading(self._thread, text) for text in (f"{asked} it", asked))
        field = next(filter(None, (reading.field() for reading in readings)), "")
        return self._moves.of_records(
            records, f"{titles(records)}: {self._said}", asked=asked, pointed=True, field=field
        )

    def _pointed(self, groups: Mapping[str, str | None]) -> Sequence[Record]:
        """The records that are pointed at: one by its number, or those spoken of last."""
        said, many = groups.get("ordinal"), groups.get("number")
        turn = self._thread.last_citing(listed=said is not None)
        records = self._memory.cited(turn) if turn is not None else ()
        if said:
            place = ordinal(said)
            if many:
                return records[: number(many)] if place > 0 else records[-number(many) :]
            if re.fullmatch(table("conversation")["words"]["dated"], said, re.IGNORECASE):
                records = by_date(records)
            place = place or (len(records) + 1) // 2  # the middle one
            return records[place - 1 : place] if place > 0 else records[place:][:1]
        return records if groups.get("it") in {*_PLURAL, None} else records[:1]

    def _beyond(self, groups: Mapping[str, str | None]) -> FollowUp | None:
        """A number that the list shown does not reach: a day of the month spoken of, or no record."""
        day = f"the {groups.get('ordinal')}"
        if (when := self._moves.with_year(day)) != day:
            return self._moves.narrowed(when)
        turn = self._thread.last_citing(listed=True) if groups.get("ordinal") else None
        return None if turn is None else self._moves.nothing(turn, self._said)

    def _neighbour(self) -> FollowUp | None:
        """The record beside the one pointed at last, or the days beside those asked for."""
        if (match := self._matches("pointing", "stepping")) is None:
            return None
        step = way(match["way"])
        last, turn = self._thread.turns[-1], self._thread.last_citing(listed=True)
        listed = [record.id for record in self._memory.cited(turn)] if turn is not None else []
        if turn is not None and last.pointed and last.ids and last.ids[0] in listed:
            place = listed.index(last.ids[0]) + step
            records = self._memory.cited(turn)[place : place + 1] if place >= 0 else ()
            return self._moves.whole_records(records) if records else self._moves.nothing(turn, self._said)
        asked = self._memory.events.dates(self._topic)
        if asked is None or asked.soft or (to := shifted(asked.interval, step, 1, unit_of(asked.interval))) is None:
            return None
        return self._moves.asked(self._memory.with_dates(self._topic, to))

    def _described_within(self) -> FollowUp | None:
        """One of those that were listed, by what it is, in a question that asks something of it; or another such."""
        text, last = self._marked.text, self._thread.turns[-1]
        if last.pointed and (match := self._matches("pointing", "another")):
            found = self._memory.among(self._marked.plain(match["rest"]), self._moves.cited(listed=True))
            found = [each for each in found if each.id not in (last.ids or ())]
            return self._moves.whole_records(found[:1]) if found else None
        if has_cue("part", "without", self._cue):
            return None
        for match in filter(None, (each.search(text) for each in patterns("pointing", "within"))):
            if found := self._moves.described(self._marked.plain(match["rest"]).strip()):
                left = f"{text[: match.start()]} {text[match.end() :]}"
                return self._asked_of(found[:1], self._marked.plain(left).strip(_JOINTS) if core(left) else "")
        return None

    def _placed_within(self) -> FollowUp | None:
        """One of those that were listed, by its place, in a question that asks something of it."""
        text = self._marked.text
        for match in filter(None, (each.search(text) for each in patterns("pointing", "placed"))):
            left = f"{text[: match.start()]} {text[match.end() :]}"
            if core(left) and (found := self._pointed(match.groupdict())):
                return self._asked_of(found[:1], self._marked.plain(left).strip(_JOINTS))
        return None

    def _reordered(self) -> FollowUp | None:
        """The list before, the latest first, where no more is said."""
        return (
            self._moves.asked(f"{self._topic.rstrip(CLOSING)}, {self._plain}") if read_order(self._plain)[1] else None
        )

    def _by_more_patterns(self) -> FollowUp | None:
        match = self._matches("more", "patterns")
        return self._more(self._marked.plain(match.groupdict().get("rest") or "")) if match else None

    def _more(self, rest: str = "") -> FollowUp | None:
        is_rest = any(each.search(self._said) for each in patterns("more", "others"))
        return (self._moves.others() if is_rest and not rest else None) or self._moves.more(rest)

    def _days_by_patterns(self) -> FollowUp | None:
        match = self._matches("shift", "patterns")
        to = self._days_shifted(match.groupdict()) if match else None
        return self._moves.shifted(to, again=bool(match.groupdict().get("unit"))) if match and to else None

    def _days_shifted(self, groups: Mapping[str, str | None]) -> Interval | None:
        """The days before or after those that it goes on from."""
        said = (groups.get("way") or "").lower()
        unit = (groups.get("unit") or "").lower().removesuffix("s")
        is_next = said in table("conversation")["shift"]["next"].split()
        if (days := self._moves.days(unit, first=is_next)) is None:
            return None
        last = shifted(days, way(said), number(groups.get("span") or groups.get("number") or "1"), unit)
        first = shifted(days, way(said), 1, unit) if groups.get("span") else None
        return spanning(first, last) if first and last else last

    def _by_view_patterns(self) -> FollowUp | None:
        found = ((key, self._matches("view", key)) for key in table("conversation")["view"])
        views = (
            self._moves.as_view(key, self._said, self._as_condition(m.groupdict().get("rest") or ""))
            for key, m in found
            if m
        )
        return next(views, None)

    def _by_corrections(self) -> Iterator[FollowUp | None]:
        """The question before with what was meant in the place of what it says."""
        yield self._name_corrected()
        for each in patterns("instead", "correcting"):
            if match := each.fullmatch(self._marked.text):
                rest = self._marked.plain(match["rest"])
                yield self._moves.with_correction(self._marked.plain(match.groupdict().get("old") or ""), rest)
                yield self._moves.corrected(rest)

    def moves(self) -> Iterator[FollowUp | None]:
        """Each reading that fits, the surest first."""
        if len(self._plain) > _LONGEST:
            return
        sentences = _SENTENCES.search(self._plain) is not None
        yield self._small_talk_alone() if not sentences else None
        yield self._new_question()
        if self._topic and not sentences:
            yield from self._by_pointing_patterns()
        if self._topic:
            yield from self._single_record()
        if self._topic and not sentences:
            yield self._whole_by_model()
        if not self.is_dependent():
            yield from self._by_view_cues()
        if self._topic and not sentences:
            yield self._by_more_patterns()
            yield self._by_view_patterns()
            yield self._days_by_patterns()
            yield from self._by_substitution_patterns()
        if self._topic:
            yield from self._by_field_cues()
            yield from self._by_part_cues()
        if self._topic and not sentences:
            yield self._part_by_model()

    @cached_property
    def _phrasing(self) -> Phrasing:
        """What the model takes the question for."""
        return model("moves").read(self._marked.text)

    def _whole_by_model(self) -> FollowUp | None:
        """As the model takes it, where it asks of all that was shown and says nothing that could be left out."""
        kind = self._phrasing.kind
        is_sure = self._phrasing.chance >= _SURE and model("moves").knows(self._marked.text)
        return self._of_kind(kind) if is_sure else None

    def _part_by_model(self) -> FollowUp | None:
        """As the model takes it, where it keeps, leaves out or exchanges a part."""
        kind = self._phrasing.kind
        if self._phrasing.chance < _SURE or kind not in _PARTS:
            return None
        part = model("moves").topic(self._marked.text, kind)
        return _PARTS[kind](self._moves, self._as_condition(part)) if part else None

    def is_dependent(self) -> bool:
        """Whether the model takes it for a question about what was spoken of, however it is worded."""
        return self._phrasing.chances["lean"] >= _DEPENDENT

    def _by_pointing_patterns(self) -> Iterator[FollowUp | None]:
        """By patterns of the whole question: records that were shown."""
        yield self._of_kind("reverse") if self._matches("instead", "exchanged") else None
        yield self._moves.widened() if self._matches("more", "widened") else None
        yield self._neighbour()
        yield self._reordered()
        yield self._placed_within()
        yield self._described_within()
        yield self._pointing()
        yield self._moves.about_cited(self._said) if self._matches("pointing", "talk") else None

    def _by_substitution_patterns(self) -> Iterator[FollowUp | None]:
        """Likewise: a question with a part kept, left out or put in the place of another."""
        yield from self._by_corrections()
        for rest in self._rest_groups("instead", "asking"):
            yield self._moves.with_replacement(rest)
        for rest in self._rest_groups("narrow", "patterns"):
            yield self._moves.narrowed(self._with_days_said(rest))
        for rest in self._rest_groups("narrow", "without"):
            yield self._moves.without(rest)
        if self.continues or self._is_days() or PREPOSITIONAL.match(self._plain):
            yield self._moves.with_replacement(self._plain)

    def _small_talk_alone(self) -> FollowUp | None:
        """A question that only closes the conversation, or that answers what nobody asked."""
        if self._matches("nothing", "closing", self._whole) and "?" not in self._said:
            return self._small_talk(Intent.THANKS)
        return self._small_talk(Intent.HELP) if self._matches("nothing", "patterns", self._whole) else None

    def _small_talk(self, intent: Intent) -> FollowUp:
        return FollowUp(self._said, self._said, len(self._thread.turns), "", intent=intent)

    def _new_question(self) -> FollowUp | None:
        """A question of its own, without the words that say so."""
        text = without_new_topic(self._said)
        return None if text is None else FollowUp(text, text, len(self._thread.turns), text, own=True)

    def _by_view_cues(self) -> Iterator[FollowUp | None]:
        """By what the question has anywhere, where its other words say nothing."""
        bare = [key for key, rest in cued("cues", self._cue, self._empty) if not rest]
        for key in sorted(bare, key="chat".__ne__):
            yield self._of_kind(key) if self._topic or key == "chat" else None
        if self._topic and (to := self._days_by_cues()):
            yield self._moves.shifted(to, again=True)

    def _days_by_cues(self) -> Interval | None:
        """The days beside those before, by cues."""
        shift, named = shift_cue(self._cue)
        if named or not shift.keys() & {"unit", "number"} or not shift.keys() - {"unit", "number"}:
            return None
        days = self._moves.days(first="on" in shift)
        if days is None:
            return None
        step = "before" if "back" in shift else "after" if "on" in shift else "same"
        unit = shift.get("unit", unit_of(days)).removesuffix("s")
        unit = table("conversation")["shift"]["parts"].get(unit, unit)
        return self._days_shifted(
            {"way": step, "unit": unit, "span" if "span" in shift else "number": shift.get("number")}
        )

    def _by_field_cues(self) -> Iterator[FollowUp | None]:
        """By a cue, where its other words say nothing: what it asks of the records cited last."""
        for key, rest in cued("asked", self._cue, self._empty):
            if not rest:
                yield self._moves.about_cited(self._said) if key == "beside" else self._moves.field(key, self._said)

    def _single_record(self) -> Iterator[FollowUp | None]:
        """One of those that were listed, by its number; a day of the month, where they are fewer."""
        for numbered in patterns("pointing", "numbered"):
            if (match := numbered.search(self._cue)) and not core(numbered.sub(" ", self._cue), self._empty):
                found = self._pointed(match.groupdict())
                yield self._moves.whole_records(found[:1]) if found else self._beyond(match.groupdict())

    def _by_part_cues(self) -> Iterator[FollowUp | None]:
        """The question with a part kept, left out or exchanged, by a cue, or where it says nothing but a part."""
        is_mistaken = patterns("instead", "mistaken")[0].search(self._cue) is not None
        is_telling = self._matches("instead", "telling") is not None
        if self.named(self._plain) != self._plain or asks(self._plain):
            return
        cues = sorted(cued("part", self._cue), key=lambda each: not (is_mistaken and each[0] == "correct"))
        for key, rest in [*cues, ("", core(self._cue))]:
            is_said = key in {"without", "narrow", "correct"}
            if 0 < len(rest.split()) <= _PART and (is_said or (self._is_of_one_kind(rest) and (key or not is_telling))):
                yield _PARTS[key or "swap"](self._moves, self._as_condition(rest))
        if (led := PREPOSITIONAL.match(self._plain)) and len(led["rest"].split()) < _PART:
            yield self._moves.narrowed(self._plain)

    def _name_corrected(self) -> FollowUp | None:
        """The question with a name in the place of one that it says and the question before has."""
        if not has_cue("part", "correct", self._cue):
            return None
        said = self._named_here()
        old = [name for name in said if name in self._topic]
        new = [name for name in said if name not in self._topic]
        if len(old) != 1 or len(new) != 1:
            return None
        named = (self._topic[each.start : each.end] for each in proper_names(self._topic, self._memory.names))
        whole = next((name for name in named if old[0] in name), old[0])
        end = next((Intent(key) for key in ("first", "last") if has_cue("cues", key, self._cue)), None)
        return replace(self._moves.with_correction(whole, new[0]) or self._moves.asked(self._topic), intent=end)

    def _named_here(self) -> list[str]:
        """The names that the question has, as it spells them."""
        return [self._marked.plain(sign) for sign in re.findall(r"\{[NP]\d+\}", self._cue)]

    def _is_of_one_kind(self, part: str) -> bool:
        """Whether a part is names, types or days alone, so that it asks for nothing by itself."""
        is_days = (
            when := find_dates(part if PREPOSITIONAL.match(part) else f"in {part}", year=LEAP_YEAR)
        ) is not None and not when.soft
        is_named = "{" in part and not core(re.sub(r"\{\w+\}", " ", part))
        kinds = [is_named, TYPE_WORDS.search(part) is not None, is_days]
        return sum(kinds) == 1 and not (is_days and self._memory.asks_catalogue(self._plain))

    def _with_days_said(self, part: str) -> str:
        """A part that ends by days beside those spoken of, with these days: from him after that."""
        said = part.split()
        for at in range(1, len(said)):
            to = self._matches("shift", "patterns", " ".join(said[at:]))
            if to and (days := self._days_shifted(to.groupdict())) is not None:
                return with_dates(" ".join(said[:at]), days)
        return part
