"""A question after a thread of others -> each way in which it may go on."""

import re
from collections.abc import Iterator
from dataclasses import replace

from rag.dates.archival_date import Interval
from rag.language.document_types import TYPE_WORDS
from rag.language.tables import table
from rag.query.conversation.cues import core, cued, has_cue, shift_cue
from rag.query.conversation.grammar import anew, patterns, way
from rag.query.conversation.leaning import least
from rag.query.conversation.matching import Matched
from rag.query.conversation.memory import FollowUp
from rag.query.conversation.moves import WHOLE, unit_of
from rag.query.date_expressions import find_dates
from rag.query.days_moved import beside, dated, nearest
from rag.query.intent import Intent, asks
from rag.query.like_for_like import LED, exchanged

_SENTENCES = re.compile(r"[?!]\s+\w|[^\W\d_]{3,}\.\s+\w")
_LONGEST = 200  # characters of a question that is read
_ANY = 2000  # a year, to see whether one lacks
_PART = 6  # words of a part that is kept, left out or exchanged, at most
_VIEWS = frozenset({"whole", "count", "timeline", "first", "last", "overview", "list"})


class Reading(Matched):
    """One question after a thread, and each way in which it may go on."""

    def moves(self) -> Iterator[FollowUp | None]:
        """Each reading that fits, the surest first."""
        if len(self._plain) > _LONGEST:
            return
        sentences = _SENTENCES.search(self._plain) is not None
        if self._matches("nothing", "patterns", self._whole) and not sentences:
            yield self._chat(Intent.HELP)
        yield self._anew()
        if self._topic and not sentences:
            yield from self._pointed_at()
        if self._topic:
            yield from self._singled()
        if not (asks_all := self._matches("leaning", "every")):
            yield from self._cued()
        if self._topic and not sentences:
            yield from self._of_shown()
            yield from self._remade()
        if self._topic and not asks_all:
            yield from self._asked_of()
            yield from self._parted()

    def _pointed_at(self) -> Iterator[FollowUp | None]:
        """By patterns of the whole question: records that were shown."""
        yield self._exchanged()
        yield self._stepped()
        yield self._of_month()
        yield self._pointing()
        yield self._on.of_the_last(self._said) if self._matches("pointing", "talk") else None

    def _of_shown(self) -> Iterator[FollowUp | None]:
        """Likewise: what it asks of the list that was shown, and in another order or time."""
        yield self._described()
        yield self._more()
        yield self._viewed()
        yield self._shifted()
        yield self._dated()

    def _remade(self) -> Iterator[FollowUp | None]:
        """Likewise: with a part of the question kept, left out or put in the place of another."""
        yield from self._corrected()
        for rest in self._rests("instead", "asking"):
            yield self._on.instead(rest)
        for rest in self._rests("narrow", "patterns"):
            yield self._on.narrowed(self._with_days_said(rest))
        for rest in self._rests("narrow", "without"):
            yield self._on.without(rest)
        if self.continues or self._is_days() or LED.match(self._plain) or self._is_type():
            yield self._on.instead(self._plain)

    def _chat(self, intent: Intent) -> FollowUp:
        return FollowUp(self._said, self._said, len(self._thread.turns), "", intent=intent)

    def _anew(self) -> FollowUp | None:
        """A question of its own, without the words that say so."""
        if (text := anew(self._said)) is None:
            return None
        return FollowUp(text, text, len(self._thread.turns), text, own=True)

    def _cued(self) -> Iterator[FollowUp | None]:
        """By what the question has anywhere, where its other words say nothing."""
        bare = [key for key, rest in cued("cues", self._cue, self._said_before) if not rest]
        if "chat" in bare:
            yield self._chat(Intent.THANKS)
        if not self._topic:
            return
        yield self._turned()
        for key in bare:
            if key == "more":
                yield self._on.more()
            elif key == "outcome":
                yield self._on.of_the_last(self._said) or self._on.viewed("last", self._said)
            elif key in _VIEWS and not (key == "count" and self._matches("leaning", "amount") and asks(self._topic)):
                yield self._on.viewed(key, self._said)
        if to := self._shift_cued():
            yield self._on.shifted(to, again=True)

    def _shift_cued(self) -> Interval | None:
        """The days beside those before, by cues."""
        shift, named = shift_cue(self._cue)
        days = self._on.days(first="on" in shift) if shift else None
        if days is None:
            return None
        step = "before" if "back" in shift else "after" if "on" in shift else "same"
        if named:
            return nearest(days, way(step), named) if step != "same" and len(shift) == 1 else None
        if not shift.keys() & {"unit", "number"} or not shift.keys() - {"unit", "number"}:
            return None
        unit = shift.get("unit", unit_of(days)).removesuffix("s")
        unit = table("conversation")["shift"]["parts"].get(unit, unit)
        if "rest" in shift or "start" in shift:
            return beside(days, 1 if "rest" in shift else -1, unit)
        return self._moved({"way": step, "unit": unit, "span" if "span" in shift else "number": shift.get("number")})

    def _asked_of(self) -> Iterator[FollowUp | None]:
        """By a cue, where its other words say nothing: what it asks of the records cited last."""
        for key, rest in cued("asked", self._cue, self._said_before):
            if not rest:
                yield self._on.of_the_last(self._said) if key == "beside" else self._on.field(key, self._said)

    def _singled(self) -> Iterator[FollowUp | None]:
        """One of those that were listed, by its number, its day or what it is."""
        for numbered in patterns("pointing", "numbered"):
            if (match := numbered.search(self._cue)) and not core(numbered.sub(" ", self._cue), self._said_before):
                found = self._pointed(match.groupdict())
                day = f"the {match['ordinal']}"
                if not found and (when := self._on.with_year(day)) != day:
                    found = self._on.of_days(when)
                    yield None if found else self._on.narrowed(when)
                yield self._on.told_of(found[:1]) if found else self._beyond(match.groupdict())
        if self._matches("pointing", "single") and (rest := core(self._cue)) and len(rest.split()) <= _PART:
            found = self._on.described(self._marked.plain(rest))
            yield self._on.told_of(found[:1]) if 0 < len(found) <= WHOLE else None

    def _turned(self) -> FollowUp | None:
        """Who wrote to whom, the other way round: as it says, or by naming the two in this order."""
        said = self._named_here()
        places = [self._topic.find(name) for name in said]
        beside = re.sub(r"\{[NP]\d+\}", "", self._cue)
        is_turned = not core(beside) and len(places) > 1 and places == sorted(places, reverse=True) and places[-1] >= 0
        cues = [
            key for key, rest in cued("cues", beside, self._said_before) if not rest and min(places, default=0) >= 0
        ]
        if not is_turned and "reverse" not in cues:
            return None
        text = exchanged(self._topic, self._memory.names)
        return self._on.asked(text) if text else None

    def _parted(self) -> Iterator[FollowUp | None]:
        """The question with a part kept, left out or exchanged, by a cue, or where it says nothing but a part."""
        is_mistaken = patterns("instead", "mistaken")[0].search(self._cue) is not None
        yield self._meant_instead()
        if self.named(self._plain) != self._plain:
            return
        if asks(self._plain) and not self._matches("instead", "doing"):
            return
        cues = sorted(cued("part", self._cue), key=lambda each: not (is_mistaken and each[0] == "correct"))
        for key, rest in [*cues, ("", core(self._cue))]:
            if not rest or len(rest.split()) > _PART:
                continue
            part = self._meant(rest)
            if key == "without":
                yield self._on.without(part)
            elif key == "only":
                yield self._on.narrowed(part)
            elif not key and self._matches("instead", "telling") and not self.continues:
                continue
            elif key == "correct" or self._is_of_one_kind(rest) or self._has_like(rest):
                yield self._on.instead(part)
        if (led := LED.match(self._plain)) and len(led["rest"].split()) < _PART and self._on.lists:
            yield self._on.narrowed(self._plain)

    def _meant_instead(self) -> FollowUp | None:
        """The question with a name in the place of one that it says and the question before has."""
        if not has_cue("part", "correct", self._cue):
            return None
        said = self._named_here()
        old = [name for name in said if name in self._topic]
        new = [name for name in said if name not in self._topic]
        return self._on.corrected(old[0], new[0]) if len(old) == len(new) == 1 else None

    def _has_like(self, part: str) -> bool:
        """Whether a part ends as one of the question before does: population policy, and food policy."""
        last = part.rsplit(maxsplit=1)[-1].lower()
        return len(part.split()) > 1 and f" {last}" in self._topic.lower() and find_dates(part) is None

    def _named_here(self) -> list[str]:
        """The names that the question has, as it spells them."""
        return [self._marked.plain(sign) for sign in re.findall(r"\{[NP]\d+\}", self._cue)]

    def _is_of_one_kind(self, part: str) -> bool:
        """Whether a part is names, types or days alone, so that it asks for nothing by itself."""
        is_days = (
            when := find_dates(part if LED.match(part) else f"in {part}", year=_ANY)
        ) is not None and not when.soft
        is_named = "{" in part and not core(re.sub(r"\{\w+\}", " ", part))
        kinds = [is_named, TYPE_WORDS.search(part) is not None, is_days]
        return sum(kinds) == 1 and not (is_days and self._memory.catalogued(self._plain) and not self.continues)

    def _dated(self) -> FollowUp | None:
        """A question that names other days first or last: that before, where it only repeats it, or one of its own."""
        for each in patterns("shift", "asking"):
            if (match := each.fullmatch(self._marked.text)) is None:
                continue
            lead, rest = Reading(self._thread, self._marked.plain(match["lead"])), self._marked.plain(match["rest"])
            if (days := lead.days()) is None:
                continue
            if self._matches("shift", "repeating", rest) and rest.split()[0].lower() == self._topic.split()[0].lower():
                return self._on.asked(self._memory.dated(self._topic, days), own=True)
            text = dated(self.named(rest), days)
            return replace(
                self._on.asked(text),
                since=len(self._thread.turns),
                own=True,
                least=least(text, self._memory, continues=self.continues),
            )
        return None

    def _with_days_said(self, part: str) -> str:
        """A part that ends by days beside those spoken of, with these days: from him after that."""
        said = part.split()
        for at in range(1, len(said)):
            to = self._matches("shift", "patterns", " ".join(said[at:]))
            if to and (days := self._moved(to.groupdict())) is not None:
                return dated(" ".join(said[:at]), days)
        return part

    def days(self) -> Interval | None:
        """The days that it names and nothing else, by themselves or from those spoken of."""
        if match := self._matches("shift", "patterns"):
            return self._moved(match.groupdict())
        if (days := self._shift_cued()) is not None:
            return days
        when = find_dates(self._on.with_year(self._plain))
        return when.interval if when is not None and self._is_days() else None
