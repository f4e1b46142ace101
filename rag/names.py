"""Question + profile -> the names it means and every spelling under which the collection holds them.

    question   which words are names, which are misspelt, what else the collection writes for them
    record     which people and places its title and summary name

Both are read with the same eyes: what the collection introduced somewhere is known everywhere.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.profile import Name, is_cased
from rag.speller import Speller
from rag.spelling import Phrases, folded, tokens
from rag.variants import Kind, phrase, variants

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.profile import Profile
    from rag.record import Record
    from rag.spelling import Token

_ENGLISH = variants().english
_NO_NAME = _ENGLISH.ranks | _ENGLISH.offices | _ENGLISH.papers | _ENGLISH.openings


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or a name of several words, of a question.

    Attributes:
        given: As the question has it.
        spellings: What counts as the same, as words; several in one spelling follow each other. The given one first.
    """

    given: str
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Respelling:
    """A word of the question that the collection does not hold, and the one that is searched beside it."""

    given: str
    found: str


@dataclass(frozen=True, slots=True)
class NamesFound:
    """What the words of a question mean in this collection.

    Attributes:
        terms: Every word of the question, in order, each in exactly one term.
        names: People, places and bodies that the collection holds and the question names.
        corrections: Spellings searched beside the reader's own.
        absent: Names and words of the question that the collection holds under no spelling.
    """

    terms: tuple[Term, ...]
    names: tuple[str, ...] = ()
    corrections: tuple[Respelling, ...] = ()
    absent: tuple[str, ...] = ()


class Names:
    """The names of one collection, arranged to be looked up. Safe under threads; make one for each profile."""

    def __init__(self, profile: Profile) -> None:
        """Arrange them."""
        self._words = profile.words
        self._forms: dict[Kind, dict[str, Name]] = {kind: {} for kind in Kind}
        self._surnames: dict[str, list[Name]] = defaultdict(list)
        self._firsts: dict[str, list[Name]] = defaultdict(list)
        for name in profile.names:
            for form in name.forms:
                self._forms[name.kind].setdefault(form, name)
            for surname in name.surnames:
                self._surnames[surname].append(name)
            if name.kind is Kind.PERSON:
                for first in {form.partition(" ")[0] for form in name.forms if " " in form}:
                    self._firsts[first].append(name)
        self._finders = {kind: Phrases(forms) for kind, forms in self._forms.items()}
        self._meant = _meant(self._forms)
        self._finder = Phrases(self._meant)
        settled = {word for form in self._meant for word in form.split()}
        self._speller = Speller(profile.words, self._called(), settled)

    def read(self, question: str, *, names: bool = True, spelling: bool = True) -> NamesFound:
        """What the words of a question mean here.

        Args:
            names: Look for names and their variants.
            spelling: Look for what words unknown to the collection were meant to be.
        """
        asked = tokens(unicodedata.normalize("NFC", question))
        right = [self._speller.correct(token.text) if spelling else None for token in asked]
        reading = _Reading(self, asked, [found or token.word for found, token in zip(right, asked, strict=True)])
        return reading.found(names=names)

    def is_name(self, word: str) -> bool:
        """Whether a word, as one writes it, names a person, place or body of the collection."""
        plain = self._speller.correct(word) or folded(word)
        return plain in self._surnames or plain in self._firsts or self._meant.get(plain) is not None

    def named(self, record: Record) -> Record:
        """The record with the people and places that its title and summary name, where its source names none."""
        texts = [tokens(unicodedata.normalize("NFC", text)) for text in (record.title, record.summary)]
        return replace(
            record,
            people=record.people or tuple(self._people(texts)),
            places=record.places or tuple(self._places(texts)),
        )

    def spellings(self, word: str) -> tuple[str, ...]:
        """A word and, where it is a surname, the collection's other spellings of it."""
        others = (other for name in self._surnames.get(word, ()) for other in name.surnames)
        return tuple(dict.fromkeys([word, *others]))

    def _called(self) -> Iterator[str]:
        """Every word that is a part of a person's or place's name."""
        yield from self._surnames
        for kind in (Kind.PERSON, Kind.PLACE):
            for form in self._forms[kind]:
                yield from (word for word in form.split() if len(word) > _SHORT)

    def _places(self, texts: Sequence[list[Token]]) -> list[str]:
        found = dict.fromkeys(name.text for text in texts for _, _, name in self._spans(text, Kind.PLACE))
        # Korean, beside North Korea, is North Korean.
        return [place for place in found if not any(other.endswith(f" {place}") for other in found)]

    def _people(self, texts: Sequence[list[Token]]) -> list[str]:
        whole = [self._spans(text, Kind.PERSON) for text in texts]
        present = {name.text: name for spans in whole for _, _, name in spans}
        firsts = {form.partition(" ")[0] for name in present.values() for form in name.forms if " " in form}
        found: dict[str, None] = {}
        for text, spans in zip(texts, whole, strict=True):
            places = {at for kind in (Kind.PLACE, Kind.BODY) for first, end, _ in self._spans(text, kind) for at in range(first, end)}
            inside = {at for first, end, _ in spans for at in range(first, end)}
            starts = {first: name for first, _, name in spans}
            for at, token in enumerate(text):
                if at in starts:
                    found[starts[at].text] = None
                elif at not in inside | places and token.text[0].isupper() and token.word in self._surnames:
                    if token.word not in firsts and not self._in_compound(text, at, places):
                        found.update(dict.fromkeys(self._alone(text, at, present)))
        return list(found)

    def _alone(self, text: list[Token], at: int, present: Mapping[str, Name]) -> list[str]:
        """Whom a surname that stands alone names: at most one, who may be known by no more than it."""
        bearers = self._surnames[text[at].word]
        here = [name for name in bearers if name.text in present]
        if here:
            return [here[0].text] if len(here) == 1 else []
        return [self.bearer(text[at].word, text[at - 1].word if at else None)]

    def bearer(self, surname: str, rank: str | None) -> str:
        """Who bears a surname: the one person, the only one of that rank, or the bare name of several."""
        bearers = self._surnames[surname]
        ranked = [name for name in bearers if rank in name.ranks]
        if len(bearers) == 1 or len(ranked) == 1:
            return (ranked or bearers)[0].text
        return max(bearers, key=lambda name: name.records).text.rpartition(" ")[2]

    def _spans(self, text: list[Token], kind: Kind) -> list[tuple[int, int, Name]]:
        """(first, end, name) of each name of this kind in a record's text."""
        running = [token.word for token in text]
        return [
            (first, end, self._forms[kind][" ".join(running[first:end])])
            for first, end in self._finders[kind].spans(running)
            if text[first].text[0].isupper() and is_cased(text[first:end])
        ]
