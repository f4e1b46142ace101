"""Records -> what a question must know of the collection as a whole: its words, and its names in every spelling."""

from __future__ import annotations

import json
import unicodedata
import zlib
from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from rag.abbreviations import abbreviations
from rag.errors import GenerationError
from rag.mentions import mentions
from rag.people import People, Person, may_be_one
from rag.spelling import Phrases, sound, tokens
from rag.variants import Kind, phrase, variants

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rag.abbreviations import Abbreviation
    from rag.record import Record
    from rag.spelling import Token
    from rag.variants import Known

_FORMAT = 1
_ORDINARY = 0.2  # share of the records with a word that write it in lower case, from which on it is no name


@dataclass(frozen=True, slots=True)
class Name:
    """Someone, somewhere or some body that the collection names, or a term that it abbreviates.

    Attributes:
        text: What it is called, for people to read.
        forms: Its full spellings found in the collection, as words ("a i alekseev", "u s").
        surnames: Spellings, as words, by which a person is called alone ("alekseev", "alexeev").
        ranks: Words of rank that introduce a person ("ambassador").
        records: How many records name it in full.
    """

    text: str
    kind: Kind
    forms: tuple[str, ...]
    surnames: tuple[str, ...] = ()
    ranks: tuple[str, ...] = ()
    records: int = 0


@dataclass(frozen=True, slots=True)
class Profile:
    """A collection as a whole, made when it is built and read when it is asked.

    Attributes:
        records: How many records there are.
        words: Word, as the index sees it, -> how many records hold it, in title or summary.
        names: The names found, the most frequent first within a kind.
    """

    records: int
    words: Mapping[str, int]
    names: tuple[Name, ...] = ()

    @classmethod
    def make(cls, records: Iterable[Record]) -> Self:
        """Read every record once."""
        reading = _Reading()
        for record in records:
            reading.add(record)
        return cls(
            reading.records,
            dict(sorted(reading.words.items())),
            tuple(reading.names()),
        )

    def to_bytes(self) -> bytes:
        """Compressed JSON, with the number of its format."""
        names = [{**asdict(name), "kind": name.kind.value} for name in self.names]
        whole = {"format": _FORMAT, "records": self.records, "words": self.words, "names": names}
        return zlib.compress(json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode())

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """What `to_bytes` made; GenerationError for anything else."""
        try:
            whole: dict[str, Any] = json.loads(zlib.decompress(data))
            if whole["format"] != _FORMAT:
                message = f"the profile has format {whole['format']}, not {_FORMAT}; run `rag build` to make it anew"
                raise GenerationError(message)
            names = (
                Name(
                    each["text"],
                    Kind(each["kind"]),
                    tuple(each["forms"]),
                    tuple(each["surnames"]),
                    tuple(each["ranks"]),
                    each["records"],
                )
                for each in whole["names"]
            )
            return cls(whole["records"], whole["words"], tuple(names))
        except (zlib.error, ValueError, KeyError, TypeError) as error:
            message = f"the profile is damaged ({error}); run `rag build` to make it anew"
            raise GenerationError(message) from error


class _Reading:
    """What has been read so far."""

    def __init__(self) -> None:
        self.records = 0
        self.words: Counter[str] = Counter()
        self._short: Counter[Abbreviation] = Counter()
        self._lower: Counter[str] = Counter()  # records that hold a word in lower case
        self._people = People()
        self._known: dict[Kind, dict[str, Known]] = {kind: {} for kind in Kind}
        for known in variants().known:
            self._known[known.kind].update((phrase(name), known) for name in known.spellings)
        # One finder for each kind, so that the Soviet Union is found inside its Communist Party.
        self._phrases = {kind: Phrases(known) for kind, known in self._known.items() if known}
        self._forms: dict[Known, Counter[str]] = {}  # form -> records that hold it
        self._seen: Counter[Known] = Counter()

    def add(self, record: Record) -> None:
        """Count one record."""
        self.records += 1
        texts = [unicodedata.normalize("NFC", text) for text in (record.title, record.summary)]
        found = [tokens(text) for text in texts]
        self.words.update({token.word for text in found for token in text})
        self._lower.update({token.word for text in found for token in text if token.text.islower()})
        self._people.add(mention for text in texts for mention in mentions(text))
        self._short.update({each for text in texts for each in abbreviations(text)})
        spans = {span for text in found for span in self._spans(text)}
        for known, form in spans:
            self._forms.setdefault(known, Counter())[form] += 1
        self._seen.update({known for known, _ in spans})

    def names(self) -> Iterator[Name]:
        """Everything named, once the last record is read."""
        people = list(self._people.people(is_ordinary=self._is_ordinary))
        found: list[Name] = []
        for known, forms in self._forms.items():
            if known.kind is Kind.PERSON:
                same = [person for person in people if _is(person, known)]
                people = [person for person in people if person not in same]
                people.append(_joined(known, forms, self._seen[known], same))
            else:
                found.append(Name(known.name, known.kind, tuple(sorted(forms)), records=self._seen[known]))
        for each, records in sorted(self._short.items(), key=lambda item: (-item[1], item[0].short, item[0].long)):
            _spell_out(found, each, records)
        found += [Name(each.name, Kind.PERSON, each.forms, each.surnames, each.ranks, each.records) for each in people]
        yield from sorted(found, key=lambda name: (name.kind.value, -name.records, name.text))

    def _is_ordinary(self, word: str) -> bool:
        return self._lower[word] > _ORDINARY * self.words[word]

    def _spans(self, text: list[Token]) -> Iterator[tuple[Known, str]]:
        running = [token.word for token in text]
        for kind, phrases in self._phrases.items():
            for first, end in phrases.spans(running):
                if text[first].text[0].isupper() and is_cased(text[first:end]):
                    form = " ".join(running[first:end])
                    yield self._known[kind][form], form


def _spell_out(names: list[Name], each: Abbreviation, records: int) -> None:
    """Join a short form and its long one, to a name that is known by either."""
    both = (phrase(each.short), phrase(each.long))
    for at, name in enumerate(names):
        if name.text == each.long or set(both) & set(name.forms):
            names[at] = replace(name, forms=tuple(sorted({*name.forms, *both})))
            return
    proper = all(word[0].isupper() for word in (each.long.split()[0], each.long.split()[-1]))
    names.append(Name(each.long, Kind.BODY if proper else Kind.TERM, tuple(sorted(both)), records=records))


def is_cased(found: list[Token]) -> bool:
    """Whether this is not one of the table's names in capitals written as the other word that it is ("us")."""
    return len(found) != 1 or found[0].text.isupper() or found[0].word.upper() not in variants().cased


def _is(person: Person, known: Known) -> bool:
    """Whether the table means this person of the collection."""
    spellings = {phrase(name) for name in known.spellings}
    if spellings & {*person.forms, *(() if person.forms else person.surnames)}:
        return True
    name = phrase(known.name).split()
    return any(
        sound(form.rpartition(" ")[2]) == sound(name[-1]) and may_be_one(form.split(), name) for form in person.forms
    )


def _joined(known: Known, forms: Mapping[str, int], records: int, people: list[Person]) -> Person:
    """One person of the table with all that the collection calls them."""
    whole = phrase(known.name)
    spelt = {phrase(name): name for name in known.spellings}
    best = max(people, key=lambda person: person.records).name if people else spelt[max(forms, key=lambda form: forms[form])]
    return Person(
        name=known.name if whole in forms else best,
        forms=tuple(sorted({*forms, *(form for person in people for form in person.forms)})),
        surnames=tuple(sorted({surname for person in people for surname in person.surnames})),
        ranks=tuple(sorted({rank for person in people for rank in person.ranks})),
        records=max([records, *(person.records for person in people)]),
    )
