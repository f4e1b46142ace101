"""Records -> their profile: how many records have each word, and every name that they introduce or that is known."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from rag.language.phonetics import sound
from rag.language.phrases import Phrases
from rag.language.tokens import Token, tokens
from rag.names.abbreviations import Abbreviation, abbreviations
from rag.names.authority import Authorities, AuthorityName, NameKind, packaged, phrase
from rag.names.mentions import mentions
from rag.names.people import People, may_be_one
from rag.names.profile import Name, Profile
from rag.record import Record

_ORDINARY = 0.2  # a word is no name where more than this share of its records write it in lower case


def profile_of(records: Iterable[Record], authorities: Authorities | None = None) -> Profile:
    """Read every record once; `authorities` are the names known beforehand, the package's own by default."""
    census = _Census(authorities or packaged())
    for record in records:
        census.add(record)
    return Profile(census.records, dict(sorted(census.words.items())), tuple(census.names()))


class _Census:
    """Counts, record by record, and gives the names at the end."""

    def __init__(self, authorities: Authorities) -> None:
        self.records = 0
        self.words: Counter[str] = Counter()
        self._lower: Counter[str] = Counter()  # records that have a word in lower case
        self._people = People()
        self._towns: Counter[str] = Counter()  # as written -> records that introduce them
        self._short: Counter[Abbreviation] = Counter()
        self._forms: dict[AuthorityName, Counter[str]] = defaultdict(Counter)  # form -> records that have it
        self._seen: Counter[AuthorityName] = Counter()
        self._authorities = authorities
        # One finder for each kind, so that the Soviet Union is found inside its Communist Party.
        self._finders = {kind: Phrases(forms) for kind, forms in authorities.forms.items()}

    def add(self, record: Record) -> None:
        """Count one record."""
        texts = [unicodedata.normalize("NFC", text) for text in (record.title, record.summary)]
        found = [tokens(text) for text in texts]
        introduced = [
            mention
            for text, words in zip(texts, found, strict=True)
            for mention in mentions(text, words, self._authorities)
        ]
        known = dict.fromkeys(name_and_form for words in found for name_and_form in self._known(words))
        self.records += 1
        self.words.update({token.word for words in found for token in words})
        self._lower.update({token.word for words in found for token in words if token.text.islower()})
        self._people.add(mention for mention in introduced if mention.kind is NameKind.PERSON)
        self._towns.update({mention.form for mention in introduced if mention.kind is NameKind.PLACE})
        self._short.update({abbreviation for text in texts for abbreviation in abbreviations(text)})
        self._seen.update({name for name, _ in known})
        for name, form in known:
            self._forms[name][form] += 1

    def names(self) -> Iterator[Name]:
        """Every name, once the last record is read."""
        people = list(self._people.people(is_ordinary=self._is_ordinary))
        names: list[Name] = []
        for known, forms in self._forms.items():
            if known.kind is NameKind.PERSON:
                same, people = _parted(people, known)
                people.append(_joined(known, forms, self._seen[known], same))
            else:
                names.append(Name(known.name, known.kind, tuple(sorted(forms)), records=self._seen[known]))
        counted = sorted(self._short.items(), key=lambda item: (-item[1], item[0].short, item[0].long))
        for abbreviation, records in counted:
            _spell_out(names, abbreviation, records)
        names += people
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
        """The known names in these words, each with its spelling."""
        running = [token.word for token in words]
        for kind, finder in self._finders.items():
            for first, end in finder.spans(running):
                if words[first].text[0].isupper() and self._authorities.is_cased(words[first:end]):
                    form = " ".join(running[first:end])
                    yield self._authorities.forms[kind][form], form


def _spell_out(names: list[Name], abbreviation: Abbreviation, records: int) -> None:
    """Add both forms of an abbreviation to the name that has either; else make them a name."""
    both = {phrase(abbreviation.short), phrase(abbreviation.long)}
    for at, name in enumerate(names):
        if not both.isdisjoint(name.forms):
            names[at] = replace(name, forms=tuple(sorted(both.union(name.forms))))
            return
    first, *_, last = abbreviation.long.split()
    kind = NameKind.BODY if first[0].isupper() and last[0].isupper() else NameKind.TERM
    names.append(Name(abbreviation.long, kind, tuple(sorted(both)), records=records))


def _parted(people: Iterable[Name], known: AuthorityName) -> tuple[list[Name], list[Name]]:
    """The collection's people who are this known person, and the others."""
    spellings = {phrase(name) for name in known.spellings}
    name = phrase(known.name).split()
    surname_sound = sound(name[-1])
    parted: tuple[list[Name], list[Name]] = ([], [])
    for person in people:
        same = not spellings.isdisjoint(person.forms or person.surnames) or any(
            sound(form.rpartition(" ")[2]) == surname_sound and may_be_one(form.split(), name) for form in person.forms
        )
        parted[not same].append(person)
    return parted


def _joined(known: AuthorityName, forms: Mapping[str, int], records: int, people: Sequence[Name]) -> Name:
    """A known person with everything that the collection calls them."""
    spelt = {phrase(name): name for name in known.spellings}
    commonest = spelt[max(sorted(forms), key=lambda form: forms[form])]
    best = max(people, key=lambda person: person.records).text if people else commonest
    return Name(
        known.name if phrase(known.name) in forms else best,
        NameKind.PERSON,
        forms=_all([forms, *(person.forms for person in people)]),
        surnames=_all(person.surnames for person in people),
        firsts=_all(person.firsts for person in people),
        ranks=_all(person.ranks for person in people),
        records=max([records, *(person.records for person in people)]),
    )


def _all(parts: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(sorted({text for part in parts for text in part}))
