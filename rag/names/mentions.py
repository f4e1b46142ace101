"""Title and summary -> the people and towns they introduce, by the grammar of archival English.

A run of capitalised words is a person where there is evidence: initials (A. I. Alekseev), a given name (Fidel Castro),
a rank before it (Ambassador to Cuba Kudryavtsev), a talk with or between (Conversation with Hafizullah Amin), brackets
after an office (Hungarian Embassy (Görög)), a verb that only people do (Chen asks), or a list with another person.
Without evidence there is no mention: a name introduced once counts in the whole collection, so precision comes first.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.language.tables import word_lists
from rag.language.tokens import Token
from rag.names.authority import Authorities, NameKind, packaged

_WORDS = word_lists("name_words")

# Words that are no part of a person's name, however they are written.
NO_NAME = frozenset[str]().union(*(_WORDS[kind] for kind in ("ranks", "offices", "papers", "openings", "verbs")))

_ROW = 3  # so many names in a row need no other evidence
_FAR = 16  # words between a rank and the name it introduces, at most
_NEAR = 6  # words between an office and the name in brackets after it, at most
_LONGEST = 6  # words of a person's name
_APOSTROPHES = ("'", "\N{RIGHT SINGLE QUOTATION MARK}")
_OPENING = re.compile(r" [\"'\u2018\u201c(]")
_CLOSING = re.compile(r"[\"'\u2019\u201d)] ")
_SENTENCE = re.compile(r"[.?!:;][\"'\u2019\u201d)]*\s*[\"'\u2018\u201c(]*$")  # a sentence ended before this word


@dataclass(frozen=True, slots=True)
class Mention:
    """A person or town introduced."""

    form: str  # the name as it is written, white space folded
    kind: NameKind
    rank: str | None = None  # the nearest word of rank before a person, as the index has it; None where there is none
    sure: bool = False  # whether initials, a given name or a rank show that it is a person, not the sentence alone


def mentions(text: str, found: Sequence[Token], authorities: Authorities | None = None) -> list[Mention]:
    """Every person and town that a text with these words introduces, in order, as often as it does."""
    # In a text that is all capitals, capitals mean nothing.
    capitals = sum(map(str.isupper, text)) > sum(map(str.islower, text))
    return [] if capitals else list(_Reader(text, found, authorities or packaged()).mentions())


class _Reader:
    """One text, read from left to right. A word goes by its position; the characters before it are its gap."""

    def __init__(self, text: str, found: Sequence[Token], authorities: Authorities) -> None:
        self._text = text
        self._tokens = found
        self._places_and_bodies = authorities.impersonal
        self._known: dict[int, NameKind] = {}  # words of known places and bodies
        for first, end in authorities.finder.spans([token.word for token in found]):
            if self._is_capital(first) and not self._is_surname_of_given(first, end):
                kind = self._places_and_bodies[" ".join(token.word for token in found[first:end])]
                self._known.update(dict.fromkeys(range(first, end), kind))

    def mentions(self) -> Iterator[Mention]:
        """Runs with evidence, and the runs listed with them."""
        at = receiver = 0
        listed: frozenset[int] = frozenset()
        while at < len(self._tokens):
            end = self._run(at)
            if end == at:
                at += 1
                continue
            mention = self._judge(
                at, end, listed=at in listed or (at == receiver and self._tokens[at - 1].word == "to")
            )
            if mention is not None:
                if end - at > 1 or self._opens_row(at) or self._speaks(at, end):
                    listed |= self._row(at)
                receiver = end + 1  # from one to another
                yield mention
            at = end

    def _judge(self, first: int, end: int, *, listed: bool) -> Mention | None:
        """The person or town that this run names, or None."""
        form = " ".join(self._text[self._tokens[first].start : self._tokens[end - 1].end].split())
        if self._is_site(first, end):
            return Mention(form, NameKind.PLACE)
        named = self._is_initial(first) or (end - first > 1 and self._tokens[first].word in _WORDS["given"])
        rank = self._rank(first, named=named)
        if named or rank is not None:
            return Mention(form, NameKind.PERSON, rank, sure=True)
        if listed or self._introduced(first, end) or self._in_brackets(first, end) or self._speaks(first, end):
            return Mention(form, NameKind.PERSON)
        return None

    # --- Where a name begins and ends ---

    def _run(self, first: int) -> int:
        """Where the capitalised run from `first` ends; `first` where no run that could be a name begins there."""
        if not (self._is_initial(first) or self._is_name(first)):
            return first
        end = first + 1
        quoted = False
        while end < len(self._tokens) and end - first < _LONGEST:
            gap, token = self._gap(end), self._tokens[end]
            quoted = quoted or bool(_OPENING.fullmatch(gap))
            if token.text.islower() and (gap == "-" or (gap in _APOSTROPHES and len(token.text) > 1)):
                end += 1  # Tse-tung, Mas'uud
            elif self._joins(first, end, quoted=quoted) and (
                self._is_initial(end) or self._is_name(end) or self._opens_particle(end) or self._is_lord(first, end)
            ):
                end += 1
            else:
                break
        while end > first and self._is_initial(end - 1):
            end -= 1
        return end

    def _joins(self, first: int, at: int, *, quoted: bool) -> bool:
        """Whether the gap before the word at `at` may stand inside a name that began at `first`."""
        gap, before = self._gap(at), self._tokens[at - 1]
        return (
            gap == " "
            or bool(_OPENING.fullmatch(gap))  # Ernesto 'Che' Guevara
            or (quoted and bool(_CLOSING.fullmatch(gap)))
            or (gap.strip() == "." and self._is_initial(at - 1))
            or (gap == "-" and (before.word in _WORDS["given"] or at - first > 1))  # but Khrushchev-Kennedy
            or (gap in _APOSTROPHES and len(before.text) == 1)  # O'Neill
        )

    def _is_initial(self, at: int) -> bool:
        """Whether this word is an initial: N., Yu. (but not the U. of U.S.)."""
        token = self._tokens[at]
        if at in self._known or not self._is_capital(at) or not self._text.startswith(".", token.end):
            return False
        return len(token.text) == 1 or token.word in _WORDS["initials"]

    def _is_name(self, at: int) -> bool:
        """Whether this word could be a part of a name: McCloy, but neither NATO nor Ministry."""
        token = self._tokens[at]
        if at in self._known or token.word in NO_NAME or not self._is_capital(at) or not token.word.isalpha():
            return False
        if len(token.text) == 1:
            irish = self._gap(at + 1) in _APOSTROPHES and self._text[token.end + 1 : token.end + 2].isupper()
            return token.text == "U" or irish  # U Thant, O'Neill
        return sum(map(str.isupper, token.text[1:])) <= int(token.text[1].islower()) and not token.text[-1].isupper()

    def _opens_particle(self, at: int) -> bool:
        """Whether this word is a particle with a name after it: dos Santos."""
        token = self._tokens[at]
        return (
            token.word in _WORDS["particles"]
            and token.text.islower()
            and at + 1 < len(self._tokens)
            and self._gap(at + 1) == " "
            and (self._is_name(at + 1) or self._opens_particle(at + 1))
        )

    def _is_lord(self, first: int, at: int) -> bool:
        """Whether a word of rank is here the surname after a given name: Winston Lord."""
        if self._tokens[at].word not in _WORDS["also_surnames"] or self._tokens[first].word not in _WORDS["given"]:
            return False
        followed = at + 1 < len(self._tokens) and self._gap(at + 1) == " " and self._is_name(at + 1)
        return self._is_capital(at) and not followed

    def _is_surname_of_given(self, first: int, end: int) -> bool:
        """Whether a place's name is here a person's surname: George Washington."""
        if first == 0 or end - first != 1 or self._gap(first) != " ":
            return False
        before = self._tokens[first - 1].word
        return before in _WORDS["given"] and before not in self._places_and_bodies and self._is_capital(first - 1)

    # --- The evidence ---

    def _is_site(self, first: int, end: int) -> bool:
        """Whether the run is a town: Embassy in Asmara, in Asmara, Ethiopia."""
        if first < 1 or self._tokens[first - 1].word not in _WORDS["at"] or self._gap(first) != " ":
            return False
        post = first > 1 and self._tokens[first - 2].word in _WORDS["posts"]
        return post or (self._gap(end) == ", " and self._known.get(end) is NameKind.PLACE)

    def _rank(self, first: int, *, named: bool) -> str | None:
        """The rank that introduces the name at `first`; its office and country may stand between."""
        if first == 0 or (not named and self._tokens[first - 1].word in _WORDS["links"] - {"d", "interim"}):
            return None  # Minister of Posts: an office, not a person
        commas = 0
        for at in range(first - 1, max(first - _FAR, 0) - 1, -1):
            gap, token = self._gap(at + 1).strip(), self._tokens[at]
            commas += gap == ","
            if gap not in ("", ",", "-", ".", *_APOSTROPHES) or commas > 1 or (gap == "." and at + 1 != first):
                return None
            if token.word in _WORDS["ranks"]:
                return token.word
            office = token.word in _WORDS["offices"] and self._is_capital(at)
            if not (office or at in self._known or token.word in _WORDS["links"] or token.word == "s"):
                return None
        return None

    def _introduced(self, first: int, end: int) -> bool:
        """Whether the words before announce a person: conversation with, between, diary of."""
        if first == 0 or self._gap(first) != " ":
            return False
        before, paper = self._tokens[first - 1].word, self._tokens[first - 2].word if first > 1 else ""
        if before in ("between", "among") or (
            before in _WORDS["together"] | _WORDS["by"] and len(self._row(first)) >= _ROW
        ):
            return True
        if end - first == 1:
            return before in _WORDS["by"] and paper in _WORDS["personal"]
        return (before in _WORDS["together"] and paper in _WORDS["talks"]) or (
            before in _WORDS["by"] and paper in _WORDS["authored"]
        )

    def _in_brackets(self, first: int, end: int) -> bool:
        """Whether the run stands alone in brackets after an office: Embassy in Havana (Görög)."""
        if first == 0 or not self._gap(first).endswith("(") or not self._gap(end).startswith(")"):
            return False
        before = self._tokens[max(first - _NEAR, 0) : first]
        return any(token.word in _WORDS["ranks"] | _WORDS["offices"] for token in before)

    def _speaks(self, first: int, end: int) -> bool:
        """Whether one run or two open a sentence, and a verb follows that only people do: Chen asks."""
        if end >= len(self._tokens) or self._gap(end) != " ":
            return False
        if first > 0 and not _SENTENCE.search(self._gap(first)):
            return False
        if self._tokens[end].word == "and" and end + 1 < len(self._tokens):
            end = max(self._run(end + 1), end)
        return end < len(self._tokens) and self._gap(end) == " " and self._tokens[end].word in _WORDS["verbs"]

    def _opens_row(self, first: int) -> bool:
        """Whether the word before a name may introduce a row of names."""
        return first > 0 and self._tokens[first - 1].word in _WORDS["together"] | _WORDS["by"]

    def _row(self, first: int) -> frozenset[int]:
        """Where each name of the row that begins at `first` begins; "and" joins the last one."""
        starts: list[int] = []
        complete = 0  # names up to the last "and"
        joined = False
        while first < len(self._tokens) and (end := self._run(first)) > first:
            starts.append(first)
            complete = len(starts) if joined else complete
            if end >= len(self._tokens) or self._gap(end) not in (" ", ", "):
                break
            joined = self._tokens[end].word == "and"
            if not joined and self._gap(end) == " ":
                break
            first = end + joined
        return frozenset(starts[:complete])

    def _is_capital(self, at: int) -> bool:
        return self._tokens[at].text[0].isupper()

    def _gap(self, at: int) -> str:
        """The characters before the word at `at`; after the last word, the end of the text."""
        start = self._tokens[at - 1].end if at else 0
        return self._text[start : self._tokens[at].start if at < len(self._tokens) else len(self._text)]
