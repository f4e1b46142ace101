"""A reader's text -> the questions in it, each to be answered on its own, and whether anything else was left aside.

Of a long text what asks is taken; where that names nobody and nothing of the collection, it takes along the names of
the rest. A question that is only one stays as it is written.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from rag.language.sentences import sentences
from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tables import pattern, patterns, table
from rag.language.tokens import tokens
from rag.query.date_expressions import ASKING, RECORDS
from rag.query.intent import CHAT, Intent, asks, read_shape
from rag.query.names import Names, NamesFound

_LONG = 30  # words from which on what does not ask is left aside
_FEWEST = 3  # words of a question
_HINT = 5  # words after a question up to which they only add to it
_DEPENDENT = {key: patterns("conversation", "dependence", key)[0] for key in ("person", "thing")}
_LONGEST = 1000  # characters of a sentence that is looked into


@dataclass(frozen=True, slots=True)
class PartQuestion:
    """One question."""

    heading: str  # as the reader put it
    question: str  # what is asked of the collection


@dataclass(frozen=True, slots=True)
class Parts:
    """The questions of a text."""

    asked: tuple[PartQuestion, ...] = ()  # each of them; none where the text is one question as it stands
    is_partial: bool = False  # whether a part of the text was left aside
    # Where the parts are counts to be compared: whether the fewer are asked for, and not the more.
    fewer: bool | None = None


SINGLE = Parts()


def read_parts(text: str, names: Names) -> Parts:
    """The questions of a text."""
    if len(text) <= _LONGEST and (found := _counts_compared(text)):
        return found
    said = [each for each in sentences(text) if each.strip()]
    spoken = [each for each in said if read_shape(each).intent not in CHAT] if len(said) > 1 else said
    asking = [each for each in spoken if _asks(each)]
    is_long = len(tokens(text)) > _LONG and len(said) > 1
    if question := _with_hint(text):
        return Parts((PartQuestion(_heading(text), question),))
    if not asking or (
        len(asking) < len(spoken) and len(asking) == 1 and (not is_long or _only_points(asking[0], names))
    ):
        return SINGLE
    clauses = [clause for each in asking for clause in _clauses(_request(each) if is_long else each)]
    is_partial = is_long and len(asking) < len(spoken)
    if len(clauses) == 1 and not is_partial and len(spoken) == len(said):
        return SINGLE
    context: dict[str, None] = {}
    if is_partial:
        context = dict.fromkeys(name for each in spoken if each not in asking for name in names.read(each).names)
    return Parts(
        tuple(PartQuestion(_heading(each), _in_context(_alone(each), context, names)) for each in clauses), is_partial
    )


def _with_hint(text: str) -> str | None:
    """A question and the few words after it, which say how or of what more closely, as one sentence; else None.

    How did the dispute unfold? In order.
    """
    question, mark, hint = text.partition("? ")
    is_hint = 0 < len(tokens(hint)) <= _HINT and "?" not in hint and not asks(hint)
    return f"{question}, {hint.strip()}" if mark and is_hint and read_shape(hint).intent not in CHAT else None


def _alone(clause: str) -> str:
    """A clause without the "and" that joins it to the one before, where it names somebody or something itself."""
    bare = _pattern("between", "joined").sub("", clause.lstrip())
    return bare if any(token.text[0].isupper() for token in tokens(bare)[1:]) else clause


def _in_context(clause: str, context: Collection[str], names: Names) -> str:
    """A clause with the names of the rest of a text that it lacks."""
    found = names.read(clause)
    lacking = [name for name in context if name not in found.names]
    if not lacking or _names_what_no_list_has(clause, found):
        return clause
    return f"{clause.strip(' .?!')} ({', '.join(lacking)})"


def _names_what_no_list_has(clause: str, found: NamesFound) -> bool:
    """Whether a word has a capital that belongs to no known name: the Tribune meetings, which need no context."""
    known = {at for span in found.spans for at in range(span.start, span.end)}
    return any(
        token.text[0].isupper() and token.word not in FUNCTION_WORDS and token.start not in known
        for token in tokens(clause)[1:]
    )


def _counts_compared(text: str) -> Parts | None:
    """The two counts of a question for which of two has more."""
    for spelt, counting in table("parts")["more"]["patterns"]:
        if found := pattern("parts", spelt).fullmatch(text.strip(" ?.!")):
            named = found.groupdict()
            what = (named.get("what") or table("parts")["more"]["any"]).strip()
            template = counting.replace("{what}", what).replace("{lead}", named.get("lead") or "")
            each = [named[side].strip() for side in ("one", "other")]
            asked = tuple(PartQuestion(_heading(one), template.replace("{each}", one)) for one in each)
            return Parts(asked, fewer=named["side"].lower() in table("parts")["more"]["fewer"].split())
    return None


def _only_points(sentence: str, names: Names) -> bool:
    """Whether a sentence asks for what the others describe, and says no more of it: could you point me to it?"""
    said = [token.word for token in tokens(_request(sentence)) if token.word not in FUNCTION_WORDS | RECORDS | ASKING]
    pointing = any(_DEPENDENT[key].search(sentence) for key in _DEPENDENT)
    return pointing and len(said) < _FEWEST and not names.read(sentence).spans


def _asks(sentence: str) -> bool:
    if FUNCTION_WORDS.issuperset(token.word for token in tokens(sentence)):
        return False
    return sentence.rstrip().endswith("?") or any(
        _pattern("asks", way).match(sentence) for way in ("request", "opening")
    )


def _request(sentence: str) -> str:
    """A sentence without the words that only ask politely."""
    bare = _pattern("asks", "closing").sub("", _pattern("asks", "request").sub("", sentence, count=1)).strip(" ,:")
    return bare if len(tokens(bare)) >= _FEWEST else sentence


def _clauses(sentence: str) -> list[str]:
    """The questions of one sentence, in order."""
    whole, sentence = sentence, _pattern("between", "first").sub("", _pattern("between", "several").sub("", sentence))
    if len(sentence) > _LONGEST or not asks(sentence):
        return [whole]
    clauses, at = [], 0
    for found in _pattern("between", "pattern").finditer(sentence):
        if _is_whole(sentence[at : found.start()]) and _is_whole(sentence[found.end() :]):
            clauses.append(sentence[at : found.start()])
            at = found.end()
    return [*clauses, sentence[at:]] if clauses and read_shape(sentence).intent is not Intent.COMPARE else [whole]


def _is_whole(clause: str) -> bool:
    """Whether a clause has enough words to ask something, one of them of its own, and does more than lead in."""
    words = [token.word for token in tokens(clause)]
    leads = _pattern("between", "leading").match(clause.strip(" ,"))
    return len(words) >= _FEWEST and not FUNCTION_WORDS.issuperset(words) and not leads


def _heading(clause: str) -> str:
    return clause.strip(" ,;:?!.")[:1].upper() + clause.strip(" ,;:?!.")[1:]


def _pattern(section: str, key: str) -> re.Pattern[str]:
    return patterns("parts", section, key)[0]
