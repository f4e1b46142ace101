"""Record + profile -> the record with the people and places that its title and summary name.

A surname alone means the one who bears it in full in the same record, else the only one who bears it in the
collection, else the only one of the rank before it (President Kennedy). Where several remain, the bare surname is all
that is known.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.language.phrases import Phrases
from rag.language.tokens import tokens
from rag.names.authority import NameKind, variants
from rag.names.profile import is_cased

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from rag.names.profile import Name, Profile
    from rag.record import Record

_ENGLISH = variants().english
_FAMOUS = 10  # times as often as all others of the surname together is one named who is meant by it


class Annotator:
    """Names what records name; make one for each profile."""

    def __init__(self, profile: Profile) -> None:
        """Arrange the profile's names to be looked up."""
        self._forms: dict[NameKind, dict[str, Name]] = {NameKind.PERSON: {}, NameKind.PLACE: {}, NameKind.BODY: {}}
        for name in profile.names:
            if name.kind in self._forms:
                self._forms[name.kind].update((form, name) for form in name.forms)
        self._finders = {kind: Phrases(forms) for kind, forms in self._forms.items()}
        self._bearers = bearers(profile)

    def named(self, record: Record) -> Record:
        """The record with the names that its own words give it; names from its source are left as they are."""
        texts = [_Text(text, self._finders, self._forms) for text in (record.title, record.summary)]
        return replace(
            record,
            people=record.people or tuple(dict.fromkeys(self._people(texts))),
            places=record.places or tuple(dict.fromkeys(_places(texts))),
        )

    def _people(self, texts: Sequence[_Text]) -> Iterator[str]:
        whole = [name for text in texts for _, _, name in text.names[NameKind.PERSON]]
        firsts = {form.partition(" ")[0] for name in whole for form in name.forms if " " in form}
        present = {name.text for name in whole}
        for text in texts:
            starts = {first: name for first, _, name in text.names[NameKind.PERSON]}
            for at, token in enumerate(text.tokens):
                if at in starts:
                    yield starts[at].text
                elif token.word in self._bearers and token.word not in firsts and self._stands_alone(text, at):
                    whom = self._alone(text, at, present)
                    present.update(whom)
                    yield from whom

    def _alone(self, text: _Text, at: int, present: AbstractSet[str]) -> list[str]:
        """Whom a surname alone names: at most one, and nobody where two of them are named in full."""
        people = self._bearers[text.tokens[at].word]
        here = [name.text for name in people if name.text in present]
        if not here:
            return [bearer(people, text.tokens[at - 1].word if at else "")]
        return here if len(here) == 1 else []

    def _stands_alone(self, text: _Text, at: int) -> bool:
        """Whether this surname is written as a name, and is no part of a place's or a stranger's."""
        if at in text.taken or not text.tokens[at].text[0].isupper():
            return False
        before = text.tokens[at - 1] if at else None
        if before is None or text.gap(at) != " " or not before.text[0].isupper() or at - 1 in text.taken:
            return True
        return before.word in _ENGLISH.no_name or (text.opens(at - 1) and before.word not in _ENGLISH.given)


class _Text:
    """A text, its words, and the names that stand in it whole: (first word, word after the last, name)."""

    def __init__(
        self, text: str, finders: Mapping[NameKind, Phrases], forms: Mapping[NameKind, Mapping[str, Name]]
    ) -> None:
        self._text = unicodedata.normalize("NFC", text)
        self.tokens = tokens(self._text)
        running = [token.word for token in self.tokens]
        self.names = {
            kind: [
                (first, end, forms[kind][" ".join(running[first:end])])
                for first, end in finder.spans(running)
                if self.tokens[first].text[0].isupper() and is_cased(self.tokens[first:end])
            ]
            for kind, finder in finders.items()
        }
        self.taken = {at for spans in self.names.values() for first, end, _ in spans for at in range(first, end)}

    def gap(self, at: int) -> str:
        """What stands before the word at `at`."""
        return self._text[self.tokens[at - 1].end if at else 0 : self.tokens[at].start]

    def opens(self, at: int) -> bool:
        """Whether the word at `at` opens a sentence."""
        return at == 0 or any(mark in self.gap(at) for mark in ".?!:;")


def _places(texts: Sequence[_Text]) -> Iterator[str]:
    for text in texts:
        people = [(first, end) for first, end, _ in text.names[NameKind.PERSON]]
        for first, end, name in text.names[NameKind.PLACE]:
            if not any(begin <= first and end <= until for begin, until in people):  # George Washington
                yield name.text


def bearers(profile: Profile) -> dict[str, list[Name]]:
    """Surname, as a word, -> the people who bear it, the best attested first."""
    found: dict[str, list[Name]] = defaultdict(list)
    for name in profile.names:
        for surname in name.surnames:
            found[surname].append(name)
    return dict(found)


def bearer(names: Sequence[Name], before: str) -> str:
    """Who is meant by a surname that these people bear, after the word `before`; the bare surname where it is open."""
    ranked = [name for name in names if before in name.ranks]
    if len(ranked) == 1:
        return ranked[0].text
    if names[0].records >= _FAMOUS * sum(name.records for name in names[1:]):
        return names[0].text
    return names[0].text.rpartition(" ")[2]
