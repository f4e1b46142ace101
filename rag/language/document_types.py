"""A title, or a word of a question -> the type of document that it names: "Telegram", "Record of conversation".

A title is of the first type that it names; a diary gives way to what stands in it. A type that the source gives goes
before this one. Who lists telegrams wants the cables too; kin of other types stand in where a collection lacks them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, pairwise

from rag.language.tables import any_of, table

_TABLE = table("document_types")
_WORDS: list[tuple[str, str]] = [*_TABLE["types"].values(), _TABLE["other"]["words"]]


def _pattern(named: Mapping[str, str]) -> re.Pattern[str]:
    """Regular expressions by type -> one with a group for each of them."""
    return re.compile(rf"\b(?:{'|'.join(f'({each})' for each in named.values())})\b", re.IGNORECASE | re.VERBOSE)


def _words(listed: Iterable[str]) -> str:
    return any_of(f"{', '.join(filter(None, listed))},").removesuffix("|")


TITLE = 500  # characters in which a title or reference names its type

_TYPE_WORDS = {kind: _words(pair) for kind, pair in _TABLE["types"].items()}
_OF_TITLES = _TABLE["phrases"] | _TABLE["titles"] | _TYPE_WORDS
TYPES = tuple(_OF_TITLES)  # every type that a title may name

_NAMED = _pattern(_OF_TITLES)


def _asked() -> dict[str, str]:
    """What a question may call the documents of each type: phrases first, then the longest words first."""
    own: dict[str, str] = _TABLE["questions"]
    plain = {kind: ", ".join(filter(None, pair)) for kind, pair in _TABLE["types"].items()} | own
    words = {kind: sorted(map(str.strip, listed.split(",")), key=len, reverse=True) for kind, listed in plain.items()}
    spelled = {kind: _words(listed) for kind, listed in words.items() if any(listed)}
    return {
        kind: "|".join(filter(None, (_TABLE["phrases"].get(kind), spelled.get(kind))))
        for kind in (*_TABLE["phrases"], *(kind for kind in spelled if kind not in _TABLE["phrases"]))
    }


_ASKED = _asked()
# Every word or phrase by which a question may name a type, for one document or for several.
TYPE_WORDS = _pattern(_ASKED)


def types_of(word: str) -> tuple[str, ...]:
    """The type that this word or phrase of a question names, then its kin; none where it names none."""
    found = TYPE_WORDS.fullmatch(word.strip())
    if found is None:
        return ()
    kind = list(_ASKED)[(found.lastindex or 1) - 1]
    kin = [
        *_TABLE["kin"]["wide"].get(kind, ()),
        *(each for own in _TABLE["kin"]["families"] if kind in own for each in own),
    ]
    return tuple(dict.fromkeys((kind, *kin)))


def container_words(kind: str) -> tuple[str, ...]:
    """What documents of a type are called that give way to others in titles; none for any other type."""
    singular = _TABLE["types"][kind][0] if kind in _TABLE["containers"]["types"] else ""
    return tuple(filter(None, singular.split(", ")))


def same_types(kind: str) -> tuple[str, ...]:
    """Types that are this one under another name."""
    return tuple(each for names in _TABLE["kin"]["same"] if kind in names for each in names if each != kind)


def _first_words(lists: Iterable[str]) -> Iterator[str]:
    return (word.partition(" ")[0] for listed in lists for word in listed.split(", ") if word)


PLURALS = frozenset(_first_words(several for _, several in _WORDS))  # what several documents of one type are called
OPENINGS = sorted(set(_first_words(chain.from_iterable(_WORDS))))  # first words of what documents are called


def document_type(title: str) -> str | None:
    """What type of document the title says it is in its first TITLE characters; None where it says nothing of it."""
    found = [*_NAMED.finditer(title[:TITLE])]
    heads = [each for each, after in pairwise(found) if title[each.end() : after.start()] != " "] + found[-1:]
    named = [TYPES[(each.lastindex or 1) - 1] for each in heads]  # a decision memorandum is a memorandum
    return next((kind for kind in named if kind not in _TABLE["containers"]["types"]), named[0] if named else None)
