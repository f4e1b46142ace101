"""Question + profile -> the names it means and every spelling that the collection has of them.

The collection may have a word under another spelling (Alekseev, Alexeyev), another name (Peking, Beijing) or an
abbreviation (CPCz); the reader may misspell it, or spell it by ear (Gorbatschow). The question loses nothing: other
spellings are searched beside the reader's own word.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.index.ports import QueryTerm
from rag.language.phrases import Phrases
from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tables import word_lists
from rag.language.tokens import Token, folded, tokens
from rag.language.word_list import is_english, other_spellings
from rag.names.annotate import bearer, bearers
from rag.names.authority import Authorities, NameKind, packaged, phrase
from rag.names.people import may_be_one
from rag.names.profile import Name, Profile
from rag.query.spelling_correction import SpellingCorrector

_GIVEN, _RANKS = word_lists("name_words")["given"], word_lists("name_words")["ranks"]


@dataclass(frozen=True, slots=True)
class Respelling:
    """A word of the question that the collection lacks, and what the collection has in its place."""

    given: str
    found: str


@dataclass(frozen=True, slots=True)
class NamedSpan:
    """A part of a question that names a person, place or body of the collection."""

    start: int  # offset of its first character
    end: int  # offset after its last
    name: str
    kind: NameKind
    spellings: tuple[str, ...]  # what a record contains that names it, as words of the index
    is_shared: bool = False  # whether a person named in full shares these spellings with others: Raul Castro
    is_derived: bool = False  # whether it names a place by a word derived from it: Soviet
    # Where another is meant by the surname alone, the full names by which this one is counted.
    full: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NamesFound:
    """What the words of a question mean in this collection."""

    # Every word of the question, in order, each in exactly one term; its first spelling is the question's own.
    terms: tuple[QueryTerm, ...]
    names: tuple[str, ...] = ()  # the people, places and bodies of the collection that it names
    corrections: tuple[Respelling, ...] = ()  # what is searched beside the reader's own spelling
    absent: tuple[str, ...] = ()  # words and names that the collection has under no spelling
    spans: tuple[NamedSpan, ...] = ()  # where it names them, in order


class Names:
    """Finds the names of one collection in questions. Safe under threads; make one for each profile."""

    def __init__(self, profile: Profile, authorities: Authorities | None = None) -> None:
        """Arrange the collection's names, and those known beforehand: the package's own by default."""
        self._authorities = authorities or packaged()
        self._demonyms = frozenset(phrase(word) for name in self._authorities.names for word in name.of)
        self._words = profile.words
        self._forms = {name.text: name.forms for name in profile.names}
        self._bearers = bearers(profile)
        self._firsts: dict[str, list[Name]] = defaultdict(list)
        parts = set(self._bearers)
        for name in profile.names:
            if name.kind in (NameKind.PERSON, NameKind.PLACE):
                parts.update(word for form in name.forms for word in form.split())
            for first in name.firsts:
                self._firsts[first].append(name)
        self._shown = _shown(profile)
        self._meant = _meant(profile, self._authorities)
        self._finder = Phrases(self._meant)
        settled = {word for form in self._meant for word in form.split()} | _RANKS
        self._corrector = SpellingCorrector(profile.words, parts, settled)

    def read(self, question: str, *, names: bool = True, spelling: bool = True) -> NamesFound:
        """What the words of a question mean here.

        Args:
            question: In the reader's own words.
            names: Look for names, and for their other spellings.
            spelling: Correct words that the collection does not have.
        """
        text = unicodedata.normalize("NFC", question)
        asked = tokens(text)
        meant = [token.word for token in asked]
        if spelling:
            capitals = text.isupper() and len(asked) > 1  # then they mark no abbreviation
            written = [token.word if capitals else token.text for token in asked]
            meant = [self._corrector.correct(word) or self._as_spelt_here(folded(word)) for word in written]
            meant = [self._unless_another(asked, meant, at) for at in range(len(asked))]
        reading = _NameReading(text, asked, meant)
        at = 0
        for first, end in [*(self._spans(asked, meant) if names else ()), (len(asked), len(asked))]:
            for word in range(at, first):
                self._word(reading, word, names=names)
            if first < end:
                self._name(reading, first, end)
            at = end
        return NamesFound(
            tuple(reading.terms),
            tuple(reading.names),
            tuple(reading.corrections),
            tuple(reading.absent),
            tuple(
                self._in_full(replace(span, is_derived=phrase(text[span.start : span.end]) in self._demonyms))
                for span in reading.spans
            ),
        )

    def kind_of(self, name: str) -> NameKind | None:
        """What a name known beforehand names, in this collection or not."""
        forms = self._authorities.forms
        return next((kind for kind, known in forms.items() if phrase(name) in known), None)

    def country_of(self, seat: str) -> tuple[str, ...]:
        """The spellings of the country whose government sits in a town; none for any other place."""
        name = self._meant.get(self._authorities.seats.get(phrase(seat), ""))
        return name.forms if name else ()

    def is_name(self, word: str) -> bool:
        """Whether a word, as one writes it, names a person, place or body of the collection."""
        return self.spelled(word) is not None

    def spelled(self, word: str) -> str | None:
        """How the collection spells a word that names a person, place or body of it; None for another."""
        meant = self._corrector.correct(word) or folded(word)
        known = meant in self._bearers or meant in self._firsts or self._meant.get(meant) is not None
        return self._written(meant) if known else None

    def forms(self, name: str) -> tuple[str, ...]:
        """The spellings that the collection has of a name, as words; none where it is not known."""
        return self._forms.get(name, ())

    def has(self, word: str) -> bool:
        """Whether a record has a word, as the index has it."""
        return word in self._words

    def _as_spelt_here(self, word: str) -> str:
        """A word, or where the collection has only its British or American spelling, that."""
        others = () if word in self._words or word in _RANKS else other_spellings(word)
        return next((each for each in others if each in self._words), word)

    def _unless_another(self, asked: Sequence[Token], meant: Sequence[str], at: int) -> str:
        """A word as corrected, unless a given name before it is of nobody here: Margaret Thatcher is no Thacher."""
        word, before = asked[at].word, asked[at - 1].word if at else ""
        people = self._bearers.get(meant[at], ())
        if word == meant[at] or before not in _GIVEN or not people or not is_english(word):
            return meant[at]
        is_one = any(may_be_one((before, meant[at]), form.split()) for name in people for form in name.forms)
        return meant[at] if is_one else word

    def _in_full(self, span: NamedSpan) -> NamedSpan:
        """A person named in full, of whose surname others are meant: Raul Castro, where Castro is Fidel."""
        if not span.is_shared:
            return span
        people = [name for surname in span.spellings for name in self._bearers.get(surname, ())]
        if {name.text for name in people if name.forms} == {span.name}:  # Ball can only be George Ball
            return span
        return replace(span, full=tuple(form for name in people if name.text == span.name for form in name.forms))

    def _spans(self, asked: Sequence[Token], meant: Sequence[str]) -> Iterator[tuple[int, int]]:
        return (
            (first, end) for first, end in self._finder.spans(meant) if self._authorities.is_cased(asked[first:end])
        )

    def _word(self, reading: _NameReading, at: int, *, names: bool) -> None:
        """Read a word that is no part of a known name."""
        token, word = reading.asked[at], reading.meant[at]
        reading.correct(at, self._written(word))
        called = reading.meant[at + 1] if names and at + 1 < len(reading.meant) else ""
        if called and word in _GIVEN and word not in self._words and self._is_alone(called):
            reading.add([token.word, *self._surnames(called)], is_name=True)
            reading.name(at, at + 1, bearer(self._bearers[called], ""), NameKind.PERSON, (), shared=False)
            return
        person = self._person(reading, at) if names else None
        reading.add([token.word, word, *(self._surnames(word) if names else ())], is_name=person is not None)
        if word not in self._words:
            reading.absent[token.text] = None
        if person:
            reading.names[person] = None
            reading.name(at, at + 1, person, NameKind.PERSON, self._surnames(word), shared=self._is_shared([word]))

    def _name(self, reading: _NameReading, first: int, end: int) -> None:
        """Read a full name."""
        form = " ".join(reading.meant[first:end])
        name = self._meant[form] or self._meant.get(self._authorities.seats.get(form, ""))
        if name is None:
            reading.absent[reading.text(first, end)] = None
        elif name.kind is not NameKind.TERM:
            reading.names[name.text] = None
            reading.name(
                first,
                end,
                name.text,
                name.kind,
                name.surnames or _shortest([*name.forms, *([form] if self._is_so_called(name, form) else [])]),
                shared=self._is_shared(name.surnames),
            )
        if name is None or (name.kind is NameKind.PERSON and form in name.forms and end - first > 1):
            for at in range(first, end):
                word = reading.meant[at]
                reading.correct(at, self._written(word))
                spellings = [reading.asked[at].word, word, *self._surnames(word)]
                reading.add(spellings, is_name=name is not None)
            return
        given = " ".join(token.word for token in reading.asked[first:end])
        spellings = [given, form, *_shortest([*name.surnames, *name.forms])]
        reading.add(spellings, is_name=name.kind is not NameKind.TERM)
        if given != form or (form not in self._demonyms and any(word not in self._words for word in form.split())):
            shown = self._written(form) if given != form else name.text
            reading.corrections[Respelling(reading.text(first, end), shown)] = None

    def _is_so_called(self, name: Name, form: str) -> bool:
        """Whether words are the name itself and the collection has them, if only within others: South Korea."""
        return form == phrase(name.text) and self._words.keys() >= {*form.split()}

    def _written(self, word: str) -> str:
        """A word of the collection as people write it: Görög."""
        return self._shown.get(word, word.title() if word in self._bearers else word)

    def _is_shared(self, surnames: Iterable[str]) -> bool:
        """Whether several people bear one of these surnames."""
        return any(len(self._bearers.get(surname, ())) > 1 for surname in surnames)

    def _is_alone(self, surname: str) -> bool:
        """Whether the collection never gives a given name to those who bear this surname."""
        return surname in self._bearers and not any(name.forms for name in self._bearers[surname])

    def _surnames(self, word: str) -> Iterator[str]:
        """Every spelling of a surname."""
        return (other for name in self._bearers.get(word, ()) for other in name.surnames)

    def _person(self, reading: _NameReading, at: int) -> str | None:
        """The person whom a part of a name means; None for nobody, or somebody not in the collection."""
        word, before = reading.meant[at], reading.meant[at - 1] if at else ""
        people = self._bearers.get(word, [])
        if (before in _GIVEN or before in self._firsts) and not self._is_alone(word):
            people = [name for name in people if any(may_be_one((before, word), form.split()) for form in name.forms)]
        elif before and reading.is_given(at - 1) and not (before in self._words or before in _GIVEN | FUNCTION_WORDS):
            return None
        if people:
            return bearer(people, before)
        called = [] if word in _GIVEN or word in self._bearers else self._firsts.get(word, [])
        return called[0].text if len(called) == 1 else None


def _shortest(forms: Sequence[str]) -> list[str]:
    """These forms without those that contain another: a search for Soviet finds Soviet Union."""
    kept: list[str] = []
    for form in sorted(set(forms), key=lambda form: (form.count(" "), form)):
        if not any(f" {short} " in f" {form} " for short in kept):
            kept.append(form)
    return kept


class _NameReading:
    """A question while it is read."""

    def __init__(self, text: str, asked: Sequence[Token], meant: Sequence[str]) -> None:
        self.asked = asked
        self.meant = meant
        self.names: dict[str, None] = {}
        self.corrections: dict[Respelling, None] = {}
        self.absent: dict[str, None] = {}
        self.terms: list[QueryTerm] = []
        self.spans: list[NamedSpan] = []
        self._text = text

    def name(self, first: int, end: int, name: str, kind: NameKind, spellings: Iterable[str], *, shared: bool) -> None:
        """Add what words name; words that follow each other and name the same are one span."""
        start, several = self.asked[first].start, end - first > 1
        before = self.spans[-1] if self.spans and first else None
        if before and (before.name, before.end) == (name, self.asked[first - 1].end):
            start, several = self.spans.pop().start, True
        found = tuple(dict.fromkeys(spellings)) or (" ".join(self.meant[first:end]),)
        self.spans.append(NamedSpan(start, self.asked[end - 1].end, name, kind, found, is_shared=shared and several))

    def text(self, first: int, end: int) -> str:
        """These words as the question has them."""
        return self._text[self.asked[first].start : self.asked[end - 1].end]

    def is_given(self, at: int) -> bool:
        """Whether an unknown word is written as a name; the first word of a question only where it is the only one."""
        return self.asked[at].text[0].isupper() and (at > 0 or all(token.text[0].isupper() for token in self.asked))

    def correct(self, at: int, shown: str) -> None:
        """Say so where a word was misspelt, and how the right one is written."""
        if self.meant[at] != self.asked[at].word:
            self.corrections[Respelling(self.asked[at].text, shown)] = None

    def add(self, spellings: Sequence[str], *, is_name: bool) -> None:
        """Add a term."""
        self.terms.append(QueryTerm(tuple(dict.fromkeys(spellings)), is_name=is_name))


def _shown(profile: Profile) -> dict[str, str]:
    """Words of names, as they are written: "gorog" -> "Görög"."""
    proper = [name for name in reversed(profile.names) if name.kind in (NameKind.PERSON, NameKind.PLACE)]
    return {token.word: token.text for name in proper for token in tokens(name.text)}


def _meant(profile: Profile, authorities: Authorities) -> dict[str, Name | None]:
    """Each spelling of a name, as words, -> that name; None where it is known and not in the collection."""
    by_kind: dict[NameKind, dict[str, Name]] = {kind: {} for kind in NameKind}
    for name in profile.names:
        by_kind[name.kind].update((form, name) for form in name.forms)
    found: dict[str, Name | None] = {}
    for kind in (NameKind.PLACE, NameKind.BODY, NameKind.PERSON, NameKind.TERM):
        found = {**by_kind[kind], **found}
    alone = {surname: name for name in profile.names if not name.forms for surname in name.surnames}
    surnames = Counter(_surname(known.name) for known in authorities.names if known.kind is NameKind.PERSON)
    for known in reversed(authorities.names):  # of two with one spelling the later counts
        forms = [phrase(spelling) for spelling in known.spellings]
        owner = next((by_kind[known.kind][form] for form in forms if form in by_kind[known.kind]), None)
        if owner is None and known.kind is NameKind.PERSON:  # JFK, where records say Kennedy and no more
            owner = alone.get(_surname(known.name)) if surnames[_surname(known.name)] == 1 else None
        for form in forms:
            found.setdefault(form, owner)
    return found


def _surname(name: str) -> str:
    return phrase(name).rpartition(" ")[2]
