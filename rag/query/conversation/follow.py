"""A question and all questions before it -> what each is taken to mean, one after the other."""

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.dates.archival_date import Interval
from rag.dates.vocabulary import SEASONS
from rag.language.tables import table
from rag.query.conversation.dependence import DEPENDENT, INDEPENDENT, carry_threshold
from rag.query.conversation.grammar import core, has_cue, number, patterns, way
from rag.query.conversation.memory import TURNS, FollowUp, Memory, Thread
from rag.query.conversation.moves import Moves
from rag.query.conversation.reading import Reading
from rag.query.date_expressions import find_dates
from rag.query.date_shift import shifted, with_dates
from rag.query.intent import CHAT, Intent, read_shape


def follow(question: str, before: Sequence[str], memory: Memory) -> tuple[FollowUp, dict[int, str]]:
    """Read a question after the questions before it, oldest first; with these, by their number, as they were read.

    A turn that was made anew of earlier ones stands in their place.
    """
    thread = Thread(memory)
    for at, earlier in enumerate(before):
        if at >= len(before) - TURNS:
            thread.turns.append(_read(thread, earlier))
        else:
            thread.turns.append(_alone(earlier, at))
    said: dict[int, str] = {}
    for at, turn in enumerate(thread.turns):
        if turn.topic:
            said = {number: text for number, text in said.items() if number < turn.since} | {at: turn.topic}
    return _read(thread, question), said


def _with_spoken_days(thread: Thread, text: str) -> tuple[str, bool]:
    """A question with days in the place of words that point at them: anything Cuban from that same year?

    And whether they are other days than those spoken of, so that something else is asked for: who spoke the next day?
    """
    spoken = (*patterns("shift", "spoken"), *patterns("shift", "beside"))
    match = next((match for each in spoken if (match := each.search(text))), None)
    if match is None:
        return text, False
    rest = f"{text[: match.start()]}{text[match.end() :]}"
    step = way(match.groupdict().get("way") or table("conversation")["shift"]["same"])
    says_more = core(rest) or has_cue("cues", "more", rest) or (step and read_shape(rest).intent is Intent.WHO)
    days = Moves(thread).days(match["unit"].lower(), first=True) if says_more else None
    whole = _days_beside(days, step, match) if days else None
    return (with_dates(rest, whole), step != 0) if whole else (text, False)


def _days_beside(days: Interval, step: int, said: re.Match[str]) -> Interval | None:
    """The days that a unit and a number of it stand for, beside these: that summer, two years later."""
    unit = said["unit"].lower()
    if unit in SEASONS and days.start is not None:
        found = find_dates(f"in the {unit} of {days.start.year}")
        return found.interval if found else None
    return shifted(days, step, number(said.groupdict().get("number") or "1"), unit)


def _alone(question: str, at: int) -> FollowUp:
    topic = "" if read_shape(question).intent in CHAT else question
    return FollowUp(question, question, at, topic, read=False)


def _read(thread: Thread, question: str) -> FollowUp:
    """What a question means after these turns."""
    text = " ".join(question.split())
    if not thread.turns:
        return _alone(text, 0)
    text, is_of_other_days = _with_spoken_days(thread, text)
    reading = Reading(thread, text)
    found = next((each for each in reading.moves() if each is not None), None)
    if found is not None:
        return found
    named = reading.named(text)
    alone = _alone(named, len(thread.turns))
    min_chance = INDEPENDENT
    if not is_of_other_days:
        min_chance = DEPENDENT if named == text and reading.is_dependent() else INDEPENDENT
        min_chance = min(min_chance, carry_threshold(named, thread.memory, continues=reading.continues))
    shown = Moves(thread).shown() if patterns("more", "else")[0].search(text) else frozenset[str]()
    return replace(alone, shown=shown, read=named != text, own=named != text, min_chance=min_chance)
