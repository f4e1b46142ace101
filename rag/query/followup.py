"""A question and the turns before -> the question as it stands alone; no language model.

A question leans on the one before when it opens by pointing back ("and in 1960?", "how about Guevara?"), stands on a
pronoun whose noun it does not name ("did they mention Laos?"), or says too little on its own ("the president?"). What
it lacks is then taken from the question before, itself completed; what it replaces (other days, another name) is
dropped. A question that leans on nothing is a new topic and takes nothing along.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.language.tables import table
from rag.query.date_expressions import find_dates

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rag.query.date_expressions import DateExpression

TURNS = 4
"""Questions looked back on, at most.

At 1 nDCG@10 of every fourth of CANARD's follow-ups falls from .219 to .168.
"""

_FEW = 2
"""Content words up to which a question without a name says too little on its own.

At 0 nDCG@10 of every fourth of CANARD's follow-ups falls from .219 to .186.
"""

OPENERS, INSTEAD, POINTING, PERSON, THING, EXPLETIVE, ELLIPTIC = (
    re.compile("|".join(table("followup_words")[turn]), re.IGNORECASE)
    for turn in ("openers", "instead", "pointing", "person", "thing", "expletive", "elliptic")
)

_NAME = re.compile(r"[^\W\d_]\w*(?:[-’'.]\w+)*")


def complete(
    question: str,
    before: Sequence[str],
    *,
    content: Callable[[str], Sequence[str]],
    is_name: Callable[[str], bool],
) -> str | None:
    """The question with what it lacks, or None where it stands alone.

    Args:
        before: The questions asked before, oldest first.
        content: The words of a text that carry what is asked.
        is_name: Whether a word names a person, place or body of the collection.
    """
    topic: str | None = None
    for earlier in before[-TURNS:]:
        topic = _joined(topic, earlier, content, is_name) or earlier
    return _joined(topic, question, content, is_name)


def _joined(
    topic: str | None, question: str, content: Callable[[str], Sequence[str]], is_name: Callable[[str], bool]
) -> str | None:
    if topic is None or not topic.strip() or not _leans(question, content, is_name):
        return None
    before = find_dates(topic)
    when, year = find_dates(question), _year(before)
    instead = INSTEAD.match(question)
    rest = (question[instead.end() :] if instead else OPENERS.sub("", question, count=1)).strip()
    if when is None and year is not None and (lent := find_dates(question, year=year)) is not None:
        when, rest = lent, f"{rest.rstrip(' ?.!')} {year}"
    if when is not None and before is not None:
        topic = before.rest
    if instead and (swapped := _swapped(topic, rest.rstrip(" ?.!"), is_name)):
        return swapped
    return f"{topic.rstrip(' ?.!')}? {rest}" if when is None else f"{topic.rstrip(' ?.!')} {rest}"


def _year(when: DateExpression | None) -> int | None:
    """The one year that all of these days lie in, or None."""
    if when is None or when.interval.start is None or when.interval.end is None:
        return None
    return when.interval.start.year if when.interval.start.year == when.interval.end.year else None


def _leans(question: str, content: Callable[[str], Sequence[str]], is_name: Callable[[str], bool]) -> bool:
    if OPENERS.match(question) or INSTEAD.match(question) or POINTING.search(question):
        return True
    plain = EXPLETIVE.sub("", question)
    person, thing = PERSON.search(plain), THING.search(plain)
    pronoun = person or thing
    named = [found.start() for found in _names(plain, is_name)]
    words = content(question)
    if pronoun is not None:
        return not any(start < pronoun.start() for start in named) or (person is None and len(words) <= _FEW)
    return len(words) <= _FEW and not named and not _is_whole(question)


def _is_whole(question: str) -> bool:
    """Whether it asks for whatever there is of some days ("documents from 1968"): little is said, but nothing lacks."""
    when = find_dates(question)
    return when is not None and when.only_filter and ELLIPTIC.fullmatch(when.rest) is None


def _names(text: str, is_name: Callable[[str], bool]) -> list[re.Match[str]]:
    """Words that name something: known to the collection, or capitalised inside the sentence."""
    return [
        found
        for found in _NAME.finditer(text)
        if found.group()[0].isupper() and (found.start() > 0 or is_name(found.group())) and len(found.group()) > 1
    ]


def _swapped(topic: str, name: str, is_name: Callable[[str], bool]) -> str | None:
    """The topic with its first name replaced, where a lone name is put in its stead."""
    old = _names(topic, is_name)
    alone = _names(name, lambda _: True)
    if (
        not old
        or not alone
        or alone[0].start() > 0
        or alone[-1].end() < len(name)
        or name.casefold() in topic.casefold()
    ):
        return None
    first = last = old[0]
    for each in old[1:]:
        if topic[last.end() : each.start()] != " ":
            break
        last = each
    return f"{topic[: first.start()]}{name}{topic[last.end() :]}"
