"""variants.toml -> what is known of names beforehand: other names, demonyms, the words that show a name in English."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import resources
from typing import Any

from rag.language.tokens import folded, words

_NO_NAME = ("ranks", "offices", "papers", "openings", "verbs")


class NameKind(Enum):
    """What a name names."""

    PERSON = "person"
    PLACE = "place"
    BODY = "body"
    TERM = "term"  # no name, but a thing that the collection abbreviates: ICBM


@dataclass(frozen=True, slots=True)
class AuthorityName:
    """One line of the table.

    Attributes:
        name: What it is called here.
        also: Its other names.
        of: Its demonyms and adjectives; only places have any.
    """

    name: str
    kind: NameKind
    also: tuple[str, ...] = ()
    of: tuple[str, ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        """Everything that may be written for it, the name first."""
        return (self.name, *self.also, *self.of)


@dataclass(frozen=True, slots=True)
class NameWords:
    """The words, as the index sees them, by which a name is recognised in English prose.

    Attributes:
        no_name: Those that are no part of a person's name, however they are written.
    """

    ranks: frozenset[str]
    offices: frozenset[str]
    papers: frozenset[str]
    openings: frozenset[str]
    links: frozenset[str]
    verbs: frozenset[str]
    also_surnames: frozenset[str]
    posts: frozenset[str]
    talks: frozenset[str]
    personal: frozenset[str]
    authored: frozenset[str]
    together: frozenset[str]
    by: frozenset[str]
    at: frozenset[str]
    particles: frozenset[str]
    initials: frozenset[str]
    given: frozenset[str]
    no_name: frozenset[str]


@dataclass(frozen=True, slots=True)
class Authorities:
    """The whole table.

    Attributes:
        cased: Names in capitals that are other words in lower case ("US").
    """

    known: tuple[AuthorityName, ...]
    english: NameWords
    cased: frozenset[str]


@cache
def variants() -> Authorities:
    """The table beside this module, read once."""
    return _variants(tomllib.loads(resources.files("rag.names").joinpath("variants.toml").read_text(encoding="utf-8")))


def _variants(table: dict[str, Any]) -> Authorities:
    places = (
        AuthorityName(name, NameKind.PLACE, tuple(line.get("also", ())), tuple(line.get("of", ())))
        for name, line in table["places"].items()
    )
    plain = (AuthorityName(" ".join(name.split()), NameKind.PLACE) for name in table["plain"].split(","))
    people = (AuthorityName(name, NameKind.PERSON, tuple(also)) for name, also in table["people"].items())
    bodies = (AuthorityName(name, NameKind.BODY, tuple(also)) for name, also in table["bodies"].items())
    english = {name: frozenset(map(folded, listed.split())) for name, listed in table["english"].items()}
    english["no_name"] = frozenset().union(*(english[name] for name in _NO_NAME))
    return Authorities((*places, *plain, *people, *bodies), NameWords(**english), frozenset(table["cased"]))


def phrase(name: str) -> str:
    """A name as its words, one space between: "U.S." is "u s"."""
    return " ".join(words(name))
