"""What a follow-up is known by, wherever that stands in it, and what it says beside."""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache

from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tables import filled, table

_MARKS = " +.,;:!?…–—-'’\"()“”"
_POSSESSIVE = re.compile(r"['’]s?$")


def cued(section: str, text: str, also: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """Each way of going on that a question has a cue of, with what it says beside.

    Args:
        also: Words that say nothing either.
    """
    for key, cue in _cues(section).items():
        if cue.search(text):
            yield key, core(cue.sub(" ", text), also)


def has_cue(section: str, key: str, text: str) -> bool:
    """Whether a question has this cue."""
    return _cues(section)[key].search(text) is not None


def shift_cue(text: str) -> tuple[dict[str, str], str]:
    """What a question says of days beside those before, by the keys of `moved`, and what it says besides."""
    found = {key: match[0].lower() for key, cue in _cues("moved").items() if (match := cue.search(text))}
    for cue in _cues("moved").values():
        text = cue.sub(" ", text)
    return found, core(text)


def core(text: str, also: Collection[str] = ()) -> str:
    """A question without the words at its ends that say nothing, but with the preposition before what is left."""
    said = [bare for word in text.split() if (bare := word.strip(_MARKS))]
    leads, empty, beside = _lists("leads"), _empty(), {*also} - _lists("never")
    plain = [word.lower().replace("’", "'") for word in said]
    tells = [at for at, word in enumerate(plain) if word not in empty and word not in beside]
    if not tells:
        return ""
    first = tells[0]
    while first > 0 and said[first - 1].lower() in {"the", "a", "an"}:
        first -= 1
    first = first - 1 if first > 0 and said[first - 1].lower() in leads else tells[0]
    return _POSSESSIVE.sub("", " ".join(said[first : tells[-1] + 1]))


@cache
def _cues(section: str) -> Mapping[str, re.Pattern[str]]:
    whole = table("conversation")
    return {key: re.compile(filled(each, whole["words"]), re.IGNORECASE) for key, each in whole[section].items()}


@cache
def _lists(key: str) -> frozenset[str]:
    return frozenset(table("conversation")["empty"][key].split())


@cache
def _empty() -> frozenset[str]:
    """The words that say nothing by themselves in a follow-up."""
    return (_lists("words") | FUNCTION_WORDS) - _lists("never")
