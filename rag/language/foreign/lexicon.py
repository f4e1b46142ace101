"""The tables of other languages -> a lexicon for each: what its words are in English, and by what it is recognised."""

import csv
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from rag.language.tokens import folded

CODES = ("de", "fr", "es", "it", "pt", "ru", "pl", "cs")  # the languages of the tables, as in BCP 47

_FOLDER = Path(__file__).parent
_COMPOUND = 4  # letters that end a compound of two words, at least: Raketen|abzug
_HEAD = 3  # letters of a stem, at least
_LONGEST = 64  # letters of an entry
_LINKS = ("s", "es", "n", "en", "")


@dataclass
class Lexicon:
    """What the words of a language are in English."""

    code: str
    traits: Mapping[str, Any]
    words: dict[str, str] = field(default_factory=dict)  # each word or phrase, joined by one space, in lower case
    stems: dict[str, str] = field(default_factory=dict)  # the same for those with any ending
    heads: set[str] = field(default_factory=set)  # the first letters of all of these
    reach: dict[str, int] = field(default_factory=dict)  # the most words of a phrase that begins with this one
    function: frozenset[str] = frozenset()  # words that ask or join
    # What words are in English that are treated apart -> of what kind they are: "said" and, for verbs of letters,
    # "sends"; "points" for pronouns.
    kinds: Mapping[str, str] = field(default_factory=dict)

    def add(self, spelt: str, english: str) -> None:
        """Take an entry; of two with one spelling the first counts."""
        first, *more = spelt.split(" ")
        into = self.stems if spelt.endswith("*") else self.words
        into.setdefault(spelt.removesuffix("*"), english)
        self.heads.add(spelt.removesuffix("*")[:_HEAD])
        self.reach[first] = max(self.reach.get(first, 1), 1 + len(more))

    def longest(self, words: Sequence[str], at: int) -> tuple[int, str] | None:
        """Where the longest entry that begins with this word ends, and its English; None where none does."""
        if words[at][:_HEAD] not in self.heads and plain(words[at])[:_HEAD] not in self.heads:
            return None
        if at + 1 < len(words) and words[at + 1][0].isdigit() and (numbered := self.words.get(f"{words[at]} #")):
            return at + 1, numbered
        most = max(self.reach.get(words[at], 1), self.reach.get(plain(words[at]), 1))
        for end in range(min(at + most, len(words)), at, -1):
            english = self.english(" ".join(words[at:end]))
            if english is not None:
                return end, english
        return None

    def english(self, phrase: str, parts: int = 3) -> str | None:
        """A word or phrase in English, "" for one that says nothing, None for an unknown one.

        Args:
            parts: Words of a compound, at most.
        """
        for spelt in dict.fromkeys((phrase, plain(phrase))):
            for known in (self.words, self.stems):
                if spelt in known:
                    return known[spelt]
            for end in range(min(len(spelt), _LONGEST) - 1, _HEAD - 1, -1):
                first, rest = spelt[:end], spelt[end:]
                stem = self.stems.get(first)
                compound = stem is None and first in self.words and first not in self.function
                if " " in rest or (stem is None and not compound):
                    continue
                second = self._second(rest, parts - 1)
                if stem or second:
                    return f"{stem or self.words[first]} {second}".strip()
        return None

    def _second(self, rest: str, parts: int) -> str:
        """The English of what follows the first word of a compound; "" where the rest is an ending."""
        if not (parts and self.traits.get("nouns") and _COMPOUND <= len(rest) < _LONGEST):
            return ""
        found = (self.english(rest.removeprefix(link), parts) for link in _LINKS if rest.startswith(link))
        return next(filter(None, found), "")


@cache
def lexicon(code: str) -> Lexicon:
    """All that is known of the language with this code."""
    made = Lexicon(code, languages()[code])
    said = [row for row in rows("function_words.tsv") if row["kind"] != "greets"]
    function = [(entry, row["english"]) for row in said for entry in entries(row[code])]
    topics = [(entry, row["english"]) for row in rows("words.tsv") for entry in entries(row[code])]
    made.function = frozenset(entry for entry, _ in function)
    made.kinds = {row["english"]: row["kind"] for row in said if row["kind"] in {"said", "sends", "points"}}
    for entry, english in (*function, *topics):
        made.add(entry, english)
    for entry, english in (*function, *topics):  # what is typed without its marks gives way to what is written so
        made.add(plain(entry), english)
    return made


@cache
def greetings() -> dict[str, tuple[str, str]]:
    """What says hello, thank you or help and nothing else -> its language, and the English."""
    greeting = [row for row in rows("function_words.tsv") if row["kind"] == "greets"]
    said = [(entry, code, row["english"]) for row in greeting for code in CODES for entry in entries(row[code])]
    return {spelt: (code, english) for entry, code, english in reversed(said) for spelt in (plain(entry), entry)}


def plain(phrase: str) -> str:
    """A phrase without the marks on its letters, as it is often typed."""
    return phrase if phrase.isascii() else " ".join(map(folded, phrase.replace("\u0451", "\u0435").split(" ")))


@cache
def languages() -> dict[str, Any]:
    """What else is true of each language, by its code."""
    return tomllib.loads((_FOLDER / "languages.toml").read_text(encoding="utf-8"))


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a table, by its columns."""
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def entries(cell: str) -> Iterator[str]:
    """The words and phrases of a cell, in lower case."""
    return filter(None, map(str.strip, unicodedata.normalize("NFC", cell).lower().split(",")))
