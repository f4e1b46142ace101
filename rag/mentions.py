"""Title and summary -> the people they introduce, by the grammar of archival English; no model, no list of people.

A capitalised run is a person where something says so: initials (A. I. Alekseev), a given name (Fidel Castro), a rank
before it (Ambassador to Cuba Kudryavtsev), a talk with or between (Conversation with Hafizullah Amin), brackets after an
office (Hungarian Embassy (Görög)), a verb that only people do (Chen asks), or a person it is listed with. Where nothing
says so there is no mention: a name introduced once is known everywhere in the collection, so precision comes first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.spelling import Phrases, tokens
from rag.variants import Kind, phrase, variants

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENGLISH = variants().english
_NEVER = _ENGLISH.ranks | _ENGLISH.offices | _ENGLISH.papers | _ENGLISH.openings
_ROW = 3  # names in a row that need nothing else to vouch for them
_FAR = 16  # words between a rank and the name it introduces, at most
_LONGEST = 6  # words of a person's name
_INSIDE = re.compile(r"[ .]*|-|[ .]*[\"'‘’“”][ ]*")  # may stand between two words of a name
_SENTENCE = re.compile(r"[.?!:;][\"”’')]*\s*[\"“‘'(]*$")  # a sentence ended before this word
_TALKS = frozenset(
    "conversation conversations meeting meetings talk talks discussion discussions interview memcon dialogue".split()
)
_WITH = frozenset("with between among".split())
_AUTHORED = frozenset("diary journal letter telegram cable message memorandum note report speech papers statement".split())
_BY = frozenset("of from to by".split())


@dataclass(frozen=True, slots=True)
class Mention:
    """A person introduced.

    Attributes:
        form: The name as it is written, white space folded.
        rank: The nearest word of rank before it, as the index sees it; None where there is none.
        sure: Whether initials, a given name or a rank vouch for it, not the sentence alone.
    """

    form: str
    rank: str | None
    sure: bool


def mentions(text: str) -> list[Mention]:
    """Every person that a text (in composed form) introduces, in order, repeated as often."""
    if _shouted(text):
        return []
    return list(_Reader(text).mentions())


def _shouted(text: str) -> bool:
    """Whether a text is in capitals throughout, so that capitals mean nothing."""
    return sum(letter.isupper() for letter in text) > sum(letter.islower() for letter in text)


_KNOWN = frozenset(
    phrase(name) for each in variants().known if each.kind is not Kind.PERSON for name in each.spellings
)  # places and bodies that are known beforehand
_PHRASES = Phrases(_KNOWN)


class _Reader:
    """One text, read from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens(text)
        self._known: set[int] = set()  # words of places and bodies
        for first, end in _PHRASES.spans([token.word for token in self._tokens]):
            if self._tokens[first].text[0].isupper() and not self._is_surname_of_given(first, end):
                self._known.update(range(first, end))

    def mentions(self) -> Iterator[Mention]:
        """Runs that something vouches for, and the runs that are listed with them."""
        at = 0
        listed: frozenset[int] = frozenset()
        while at < len(self._tokens):
            end = self._run(at)
            if end == at:
                at += 1
                continue
            mention = self._judge(at, end, listed=at in listed)
            if mention is not None:
                if end - at > 1 or self._opens_list(at) or self._speaks(at, end):
                    listed |= self._row(at)
                yield mention
            at = end

    def _judge(self, first: int, end: int, *, listed: bool) -> Mention | None:
        """The person that this run is, or None."""
        run = self._tokens[first:end]
        initial = self._is_initial(first)
        given = run[0].word in _ENGLISH.given and len(run) > 1
        rank = self._rank(first, vouched=initial or given)
        form = re.sub(r"\s+", " ", self._text[run[0].start : run[-1].end])
        if initial or given or rank is not None:
            return Mention(form, rank, sure=True)
        if self._introduced(first, alone=end - first == 1) or self._in_brackets(first, end) or listed or self._speaks(first, end):
            return Mention(form, None, sure=False)
        return None

    def _run(self, first: int) -> int:
        """Where the capitalised run that begins at `first` ends; `first` where none begins that could be a person."""
        if not (self._is_initial(first) or self._is_name(first)):
            return first
        end = first + 1
        while end < len(self._tokens) and end - first < _LONGEST and _INSIDE.fullmatch(self._gap(end)):
            gap = self._gap(end)
            if gap.strip() == "." and not self._is_initial(end - 1):
                break  # a sentence ends here
            if gap == "-" and self._tokens[end].text.islower():
                end += 1  # Tse-tung
            elif gap == "-" and self._tokens[end - 1].word not in _ENGLISH.given and end - first < 2:
                break  # Khrushchev-Kennedy
            elif gap in ("’", "'") and not self._tokens[end].text[0].isupper():
                break  # Castro's
            elif self._is_initial(end) or self._is_name(end):
                end += 1
            elif self._opens_particle(end):
                end += 1
            else:
                break
        while end > first and (self._is_initial(end - 1) or self._tokens[end - 1].word in _ENGLISH.particles and end - first > 1):
            if not self._tokens[end - 1].text[0].isupper() or self._is_initial(end - 1):
                end -= 1
            else:
                break
        return end

    def _is_initial(self, at: int) -> bool:
        """Whether this word is an initial: N., Yu. (but not the U. of U.S.)."""
        token = self._tokens[at]
        if at in self._known or not token.text[0].isupper() or not self._text.startswith(".", token.end):
            return False
        return len(token.text) == 1 or token.word in _ENGLISH.initials

    def _is_name(self, at: int) -> bool:
        """Whether this word could be a part of a person's name."""
        token = self._tokens[at]
        if at in self._known or token.word in _NEVER or not token.text[0].isupper() or not token.word.isalpha():
            return False
        if len(token.text) == 1:
            return token.text == "U"  # U Thant
        capitals = sum(letter.isupper() for letter in token.text)
        return capitals == 1 or (capitals == 2 and not token.text[:2].isupper() and not token.text[-1].isupper())  # McCloy

    def _opens_particle(self, at: int) -> bool:
        """Whether a particle stands here with a name after it: dos Santos."""
        return (
            self._tokens[at].word in _ENGLISH.particles
            and self._tokens[at].text.islower()
            and at + 1 < len(self._tokens)
            and self._gap(at + 1) == " "
            and (self._is_name(at + 1) or self._opens_particle(at + 1))
        )

    def _is_surname_of_given(self, first: int, end: int) -> bool:
        """Whether a place's name ends a person's: George Washington, Hamilton Jordan."""
        if first == 0 or end - first != 1 or self._gap(first) != " ":
            return False
        before = self._tokens[first - 1]
        return before.word in _ENGLISH.given and before.text[0].isupper() and before.word not in _KNOWN

    def _rank(self, first: int, *, vouched: bool) -> str | None:
        """The rank that introduces the name at `first`, looking back over its office and country."""
        if first == 0:
            return None
        if not vouched and self._tokens[first - 1].word in _ENGLISH.links - {"d", "affaires", "interim", "acting"}:
            return None  # Minister of Posts: an office, not a person
        commas = 0
        for at in range(first - 1, max(first - _FAR, 0) - 1, -1):
            gap = self._gap(at + 1).strip()
            commas += gap.startswith(",")
            if gap not in ("", ",", "-", ".", "’", "'") or commas > 1 or (gap == "." and at + 1 != first):
                return None
            token = self._tokens[at]
            if token.word in _ENGLISH.ranks:
                return token.word
            office = token.word in _ENGLISH.offices and token.text[0].isupper()
            if not (office or at in self._known or token.word in _ENGLISH.links or token.word == "s"):
                return None
        return None

    def _introduced(self, first: int, *, alone: bool) -> bool:
        """Whether the words before say that a person comes: conversation with, between, diary of."""
        if first == 0 or self._gap(first) != " ":
            return False
        before = self._tokens[first - 1].word
        if before in ("between", "among") or (before in _WITH | _BY and len(self._row(first)) >= _ROW):
            return True
        if alone or first == 1:
            return False
        talk = self._tokens[first - 2].word
        return (before in _WITH and talk in _TALKS) or (before in _BY and talk in _AUTHORED)

    def _in_brackets(self, first: int, end: int) -> bool:
        """Whether the run alone stands in brackets after an office: Embassy in Havana (Görög)."""
        if first == 0 or not self._gap(first).endswith("(") or not self._gap(end).startswith(")"):
            return False
        before = self._tokens[max(first - 6, 0) : first]
        return any(token.word in _ENGLISH.ranks | _ENGLISH.offices for token in before)

    def _speaks(self, first: int, end: int) -> bool:
        """Whether a verb that only people do follows a run, or two, that open a sentence: Chen asks."""
        if end >= len(self._tokens) or self._gap(end) != " ":
            return False
        if first > 0 and not _SENTENCE.search(self._gap(first)):
            return False
        if self._tokens[end].word == "and" and (second := self._run(end + 1)) > end + 1:
            end = second
        return end < len(self._tokens) and self._gap(end) == " " and self._tokens[end].word in _ENGLISH.verbs

    def _row(self, first: int) -> frozenset[int]:
        """Where each name of the row of names that begins at `first` begins; the last is joined by "and"."""
        starts: list[int] = []
        complete = 0  # names up to the last "and"
        joined = False
        while (end := self._run(first)) > first:
            starts.append(first)
            complete = len(starts) if joined else complete
            if end >= len(self._tokens) or self._gap(end) not in (" ", ", "):
                break
            joined = self._tokens[end].word == "and"
            if not joined and self._gap(end) == " ":
                break
            first = end + joined
            if first >= len(self._tokens):
                break
        return frozenset(starts[:complete])

    def _opens_list(self, first: int) -> bool:
        """Whether what stands before a name lets a list of names follow."""
        return first > 0 and self._tokens[first - 1].word in _WITH | _BY

    def _gap(self, at: int) -> str:
        """What stands before the word at `at`; after the last word, what ends the text."""
        return self._text[
            self._tokens[at - 1].end if at else 0 : self._tokens[at].start if at < len(self._tokens) else len(self._text)
        ]
