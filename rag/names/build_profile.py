"""Records -> their profile: every word counted, and all that the records introduce or the table knows named."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.language.phonetics import sound
from rag.language.phrases import Phrases
from rag.language.tokens import tokens
from rag.names.abbreviations import abbreviations
from rag.names.authority import NameKind, phrase, variants
from rag.names.mentions import mentions
from rag.names.people import People, Person, may_be_one
from rag.names.profile import Name, Profile, is_cased

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rag.language.tokens import Token
    from rag.names.abbreviations import Abbreviation
    from rag.names.authority import AuthorityName
    from rag.record import Record

_ORDINARY = 0.2  # share of the records with a word that write it in lower case, from which on it is no name


def profile_of(records: Iterable[Record]) -> Profile:
    """Read every record once."""
    census = _Census()
    for record in records:
        census.add(record)
    return Profile(census.records, dict(sorted(census.words.items())), tuple(census.names()))


class _Census:
    """Counts, record by record, and tells the names at the end."""

    def __init__(self) -> None:
        self.records = 0
        self.words: Counter[str] = Counter()
        self._lower: Counter[str] = Counter()  # records that hold a word in lower case
        self._people = People()
        self._towns: Counter[str] = Counter()  # as written -> records that introduce them
        self._short: Counter[Abbreviation] = Counter()
        self._forms: dict[AuthorityName, Counter[str]] = defaultdict(Counter)  # form -> records that hold it
        self._seen: Counter[AuthorityName] = Counter()
        self._table: dict[NameKind, dict[str, AuthorityName]] = defaultdict(dict)
        for known in variants().known:
            self._table[known.kind].update((phrase(name), known) for name in known.spellings)
        # One finder for each kind, so that the Soviet Union is found inside its Communist Party.
        self._phrases = {kind: Phrases(forms) for kind, forms in self._table.items()}

    def add(self, record: Record) -> None:
        """Count one record."""
        texts = [unicodedata.normalize("NFC", text) for text in (record.title, record.summary)]
        found = [tokens(text) for text in texts]
        introduced = [each for text, words in zip(texts, found, strict=True) for each in mentions(text, words)]
        known = {each for words in found for each in self._known(words)}
        self.records += 1
        self.words.update({token.word for words in found for token in words})
        self._lower.update({token.word for words in found for token in words if token.text.islower()})
        self._people.add(each for each in introduced if each.kind is NameKind.PERSON)
        self._towns.update({each.form for each in introduced if each.kind is NameKind.PLACE})
        self._short.update({each for text in texts for each in abbreviations(text)})
        self._seen.update({each for each, _ in known})
        for each, form in known:
            self._forms[each][form] += 1

    def names(self) -> Iterator[Name]:
        """Everything named, once the last record is read."""
        people = list(self._people.people(is_ordinary=self._is_ordinary))
        names: list[Name] = []
        for known, forms in self._forms.items():
            if known.kind is NameKind.PERSON:
                same, people = _parted(people, known)
                people.append(_joined(known, forms, self._seen[known], same))
            else:
                names.append(Name(known.name, known.kind, tuple(sorted(forms)), records=self._seen[known]))
        for each, records in sorted(self._short.items(), key=lambda item: (-item[1], item[0].short, item[0].long)):
            _spell_out(names, each, records)
        names += [
            Name(each.name, NameKind.PERSON, each.forms, each.surnames, each.firsts, each.ranks, each.records)
            for each in people
        ]
        taken = {form for name in names for form in (*name.forms, *name.surnames)}
        names += [
            Name(town, NameKind.PLACE, (phrase(town),), records=records)
            for town, records in self._towns.items()
            if phrase(town) not in taken and not any(map(self._is_ordinary, phrase(town).split()))
        ]
        yield from sorted(names, key=lambda name: (name.kind.value, -name.records, name.text))

    def _is_ordinary(self, word: str) -> bool:
        return self._lower[word] > _ORDINARY * self.words[word]

    def _known(self, words: Sequence[Token]) -> Iterator[tuple[AuthorityName, str]]:
        """What of the table these words name, and how it is spelt."""
        running = [token.word for token in words]
        for kind, phrases in self._phrases.items():
            for first, end in phrases.spans(running):
                if words[first].text[0].isupper() and is_cased(words[first:end]):
                    form = " ".join(running[first:end])
                    yield self._table[kind][form], form


def _spell_out(names: list[Name], each: Abbreviation, records: int) -> None:
    """Join a short form and its long one, to the name that is known by either."""
    both = {phrase(each.short), phrase(each.long)}
    for at, name in enumerate(names):
        if not both.isdisjoint(name.forms):
            names[at] = replace(name, forms=tuple(sorted(both.union(name.forms))))
            return
    first, *_, last = each.long.split()
    kind = NameKind.BODY if first[0].isupper() and last[0].isupper() else NameKind.TERM
    names.append(Name(each.long, kind, tuple(sorted(both)), records=records))


def _parted(people: Iterable[Person], known: AuthorityName) -> tuple[list[Person], list[Person]]:
    """Those of the collection's people whom a line of the table means, and the others."""
    spellings = {phrase(name) for name in known.spellings}
    name = phrase(known.name).split()
    heard = sound(name[-1])
    parted: tuple[list[Person], list[Person]] = ([], [])
    for person in people:
        meant = not spellings.isdisjoint(person.forms or person.surnames) or any(
            sound(form.rpartition(" ")[2]) == heard and may_be_one(form.split(), name) for form in person.forms
        )
        parted[not meant].append(person)
    return parted


def _joined(known: AuthorityName, forms: Mapping[str, int], records: int, people: Sequence[Person]) -> Person:
    """One person of the table with all that the collection calls them."""
    spelt = {phrase(name): name for name in known.spellings}
    commonest = spelt[max(sorted(forms), key=lambda form: forms[form])]
    best = max(people, key=lambda person: person.records).name if people else commonest
    return Person(
        name=known.name if phrase(known.name) in forms else best,
        forms=_all([forms, *(person.forms for person in people)]),
        surnames=_all(person.surnames for person in people),
        firsts=_all(person.firsts for person in people),
        ranks=_all(person.ranks for person in people),
        records=max([records, *(person.records for person in people)]),
    )


def _all(parts: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(sorted({each for part in parts for each in part}))
