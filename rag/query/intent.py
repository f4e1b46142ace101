"""A question -> the kind of answer it asks for, and the words that are left when those that say so are taken off.

The grammar is data, `intents.toml` of a language: patterns for each intent, tried in order. A question that none fits
asks for whatever there is on it (`Intent.FIND`), unless a model that was learned from labelled questions is sure of
another intent; one that is surer still overrules a pattern.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache, lru_cache

from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tables import pattern, patterns, table, word_lists
from rag.language.tokens import words
from rag.query.phrasing import model

_Find = Callable[[str], re.Match[str] | None]

_CLOSING = " ?!.…。,;"
_JOINTS = " ,:;-\u2013"


class Intent(Enum):
    """The kind of answer that a question asks for."""

    FIND = "find"
    COUNT = "count"
    LIST = "list"
    FIRST = "first"
    LAST = "last"
    WHEN = "when"
    WHERE = "where"
    WHO = "who"
    HOW_MANY = "how_many"
    YES_NO = "yes_no"
    COMPARE = "compare"
    OVERVIEW = "overview"
    TIMELINE = "timeline"
    CHANGED = "changed"
    ABOUT = "about"
    GREETING = "greeting"
    THANKS = "thanks"
    HELP = "help"


# Intents that ask for records themselves, so that the people, places and words that they name filter them.
CATALOGUED = frozenset({Intent.COUNT, Intent.LIST, Intent.FIRST, Intent.LAST, Intent.TIMELINE, Intent.OVERVIEW})

# Intents that compare two.
COMPARISONS = frozenset({Intent.COMPARE, Intent.CHANGED})

# Intents that speak to the assistant and ask nothing of the records.
CHAT = frozenset({Intent.GREETING, Intent.THANKS, Intent.HELP})


@dataclass(frozen=True, slots=True)
class QuestionShape:
    """A question as its asking words shape it."""

    intent: Intent
    rest: str  # the question without the words that only say what kind of answer is wanted
    topic: str | None = None  # where the model agrees on records, the part of it that says what they are of


# Chances from which on the model reads a question that no pattern does, and one that a pattern reads otherwise. Of the
# labelled questions left out, 96 and 97 % of what it reads so are right (`python -m tests.phrasing --test`). From SURE
# on it also says what is asked for where records are, whoever reads the intent.
SURE, SURER = 0.8, 0.85


_LINKING = word_lists("question_words")["linking"]


@lru_cache(maxsize=64)
def read_shape(question: str, *, learned: bool = True) -> QuestionShape:
    """The kind of answer that a question asks for; its names and document types may be marked (`conditions.mark`).

    Args:
        learned: Whether the model reads it too, and not the patterns alone.
    """
    text = without_politeness(" ".join(question.split()))
    shape = _by_patterns(text)
    said = FUNCTION_WORDS.intersection(words(text))
    if not learned or shape.intent in CHAT or asked_field(text) or not said:  # mere words
        return shape
    if shape.intent is Intent.FIND and (fronted := _fronted(text)):
        return fronted
    found = model("intents").read(text, shape.intent.value)
    intent = Intent(found.kind)
    is_unsure = found.chance < (SURE if shape.intent in {Intent.FIND, intent} else SURER)
    is_mere_topic = (intent, shape.intent) == (Intent.LIST, Intent.FIND) and said <= _LINKING
    if is_unsure or is_mere_topic:
        return shape
    topic = model("intents").topic(text, found.kind) if intent in CATALOGUED else None
    if intent is shape.intent:
        return replace(shape, topic=topic)
    if intent in {*CHAT, Intent.ABOUT} and not model("intents").knows(text):
        return shape  # it is of something: how do I open an account?
    return QuestionShape(intent, text, topic)


# Intents of questions on what records say, which a question without a word on any matter does not ask.
_OF_CONTENT = frozenset({Intent.FIND, Intent.WHEN, Intent.WHERE, Intent.WHO, Intent.HOW_MANY, Intent.YES_NO})

# Chance from which on the model reads a question whose words only ask; where a pattern reads it, or it names somebody.
_BARE, _BARE_NAMED = 0.4, 0.6


def read_bare(question: str, *, dated: bool, named: bool) -> QuestionShape:
    """The kind of answer where all words only ask: records, or where there are no days or names, the collection.

    Args:
        question: Without its days, its names marked.
        dated: Whether it asks for days.
        named: Whether it names people, places or bodies.
    """
    shape = read_shape(question)
    text = without_politeness(" ".join(question.split()))
    if shape.intent not in _OF_CONTENT or asked_field(text) or FUNCTION_WORDS.issuperset(words(text)):
        return shape
    chances = model("intents").read(text, shape.intent.value).chances
    of_records = dated or named
    likeliest = max(
        CATALOGUED if of_records else {*CATALOGUED, Intent.ABOUT}, key=lambda each: chances.get(each.value, 0.0)
    )
    if chances.get(likeliest.value, 0.0) >= (_BARE if shape.intent is Intent.FIND and not named else _BARE_NAMED):
        return QuestionShape(likeliest, text, "" if of_records else None)
    return QuestionShape(Intent.LIST, text, "") if dated and not named else shape


# What a question asks that names first what it is of: the abbot, when did he die?
_FRONTED = frozenset({Intent.WHEN, Intent.WHERE, Intent.HOW_MANY, Intent.YES_NO})


def _fronted(text: str) -> QuestionShape | None:
    """A question that names first what it is of, and then asks: Astor and the party chief, when did they meet?"""
    asked = pattern("intents", table("intents")["words"]["fronted"]).search(text)
    shape = _by_patterns(asked["asked"]) if asked else None
    return replace(shape, rest=text) if shape and shape.intent in _FRONTED else None


def _by_patterns(text: str) -> QuestionShape:
    for intent, find, spelt in _grammar():
        if found := find(spelt)(text):
            rest = found.groupdict().get("rest") or f"{text[: found.start()].rstrip(_JOINTS)} {text[found.end() :]}"
            return QuestionShape(intent, " ".join(rest.split()).strip(_JOINTS))
    return QuestionShape(Intent.FIND, text)


def without_politeness(text: str) -> str:
    """A question without polite phrases at its beginning and end, and without its closing marks."""
    start, end = (patterns("intents", "polite", each)[0] for each in ("start", "end"))
    text = text.rstrip(_CLOSING)
    while (
        shorter := end.sub("", text[found.end() :] if (found := start.match(text)) else text).rstrip(_CLOSING)
    ) != text:
        if not shorter:
            break
        text = shorter
    return text


def asked_field(text: str) -> str:
    """The field of a record that a question asks for, by which the question also describes it; empty for none."""
    return next((each for each in table("intents")["fields"] if patterns("intents", "fields", each)[0].match(text)), "")


def asked_aspect(text: str) -> str:
    """The field of records that a question about the collection asks for; empty for none: who is named most?"""
    aspects = table("small_talk")["aspects"]
    return next((field for field, said in aspects.items() if re.search(rf"\b(?:{said})\b", text, re.IGNORECASE)), "")


def asked_besides(text: str) -> str:
    """The field that the last words of a question ask for besides; empty for none: who saw him, and when?"""
    asked = table("intents")["besides"]
    return next((each for each in asked if patterns("intents", "besides", each)[0].search(text)), "")


def asks(text: str) -> bool:
    """Whether a text opens with a question word: it asks what records say, and not for the records."""
    return re.match(table("intents")["words"]["question"], text, re.IGNORECASE) is not None


@cache
def _grammar() -> Sequence[tuple[Intent, Callable[[str], _Find], str]]:
    """The patterns of the intents, in order; the cues come before the intents that ask what records say.

    Each is compiled when the first question comes to it: all take a tenth of the time to a first answer.
    """
    whole, cues = table("intents")["intents"], table("intents")["cues"]
    found: list[tuple[Intent, Callable[[str], _Find], str]] = []
    for name, spelt in whole.items():
        if name == Intent.LIST.value:
            found += [(Intent(cue), _within, each) for cue in cues for each in cues[cue]]
        found += [(Intent(name), _from_start, each) for each in ([spelt] if isinstance(spelt, str) else spelt)]
    return found


@cache
def _within(spelt: str) -> _Find:
    return pattern("intents", rf"(?<!\w)(?:{spelt})(?!\w)").search


@cache
def _from_start(spelt: str) -> _Find:
    return pattern("intents", spelt).match
