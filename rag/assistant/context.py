"""A generation with all that its questions need: its names, its background, its thesaurus, and the encoder."""

import datetime as dt
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import chain

import numpy as np

from rag.answer.highlights import Marker
from rag.answer.refusal import LISTED, evidence_threshold
from rag.assistant.encoder import Encoder
from rag.dates.archival_date import Interval
from rag.embeddings.background import Background
from rag.embeddings.similar_words import Thesaurus
from rag.embeddings.word_vectors import WordVectors
from rag.errors import QuestionError, RecordNotFound
from rag.index.analyzer import terms_of
from rag.index.ports import IndexReader, Order
from rag.language.document_types import container_words, types_of
from rag.language.message import worded
from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tokens import words
from rag.names.authority import Authorities
from rag.names.profile import Profile
from rag.query.carry_over import carry_over
from rag.query.conditions import Conditions
from rag.query.conversation import Memory
from rag.query.enquiry import ALL_ASPECTS, Aspect, Turn
from rag.query.events import Events
from rag.query.intent import CATALOGUED, Intent, asks
from rag.query.names import Names
from rag.query.question import Vocabulary, read, understand
from rag.query.structure import names_records
from rag.query.understanding import Understanding
from rag.record import EVERYTHING, FIELDS, UNCOUNTED, Filter, Record
from rag.search.ranking import Query, evidence_of
from rag.search.stages import stage

# Weight of the question's vector as encoded with the turns before, relative to its own. At 0 one turn of the
# reference desk fails; nDCG@10 of the sixty follow-ups over FRUS is .670, not .667.
CONTEXT = 0.6


_TITLES = 50  # records looked through for the days of an event
_ABOUT_ONE_TIME = dt.timedelta(days=31)

# Share of records with a type from which on a type in a question filters; below, it is a word like any other. At 0
# nDCG@10 on Cranfield, where some titles open with "study" or "report", falls from .579 to .563.
TYPED = 0.5

# Share of the best score from which on a record shown before is among the nearest to what a follow-up keeps of them. At
# 1 one turn of the reference desk fails.
NEAREST = 0.8

# Share of the records of a topic from which on one of its words only says what the others are. At 1 three of
# the reference desk's lists and counts miss records.
IMPLIED = 0.65


@dataclass(frozen=True, slots=True)
class OpenCollection:
    """One generation, open for questions."""

    reader: IndexReader
    encoder: Encoder
    vocabulary: Vocabulary
    background: Background
    thesaurus: Thesaurus
    authorities: Authorities  # the names known beforehand
    frequencies: Mapping[str, int]  # word of the collection -> how many records have it

    @stage("understand")
    def understand(
        self,
        text: str,
        history: Sequence[Turn],
        where: Filter,
        aspects: frozenset[Aspect],
        without: Sequence[str] = (),
        cited: Callable[[int], Sequence[Record]] = lambda _: (),
    ) -> Understanding:
        """What a question asks of this collection; QuestionError where it is empty.

        Args:
            cited: The records that a turn of the history cited, by its number from 0.
        """
        if not text.strip():
            message = worded("the question is empty; ask in plain words, for instance: What did Castro tell Mikoyan?")
            raise QuestionError(message)
        vocabulary = self.vocabulary
        aspects = aspects if vocabulary.extent else aspects - {Aspect.DATES}
        memory = Memory(
            vocabulary.names,
            vocabulary.events,
            cited,
            among=self._among,
            nearest=self._nearest,
            can_list=partial(self._asks_catalogue, topic=True),
            asks_catalogue=self._asks_catalogue,
            together=self._together,
            carry_over=partial(carry_over, attend=self.encoder.attend, cosines=self.thesaurus.cosines),
        )
        understood = understand(text, history, where, vocabulary, aspects, without, memory)
        if understood.words and not vocabulary.extent and understood.intent in CATALOGUED - {Intent.COUNT}:
            return replace(understood, intent=Intent.FIND, is_topic=True)  # in no order of dates, so by evidence
        return self._without_implied(self._widened(understood))

    def _without_implied(self, understood: Understanding) -> Understanding:
        """A listing without words that most records of the rest have: Cousins of the Saturday Review is Cousins."""
        if understood.intent not in CATALOGUED - {Intent.OVERVIEW, Intent.TIMELINE}:
            return understood
        listing, words = understood.listing, list(understood.words)
        for word in sorted(understood.words, key=lambda each: -self.reader.count(Filter(words=((each,),)))):
            rest = replace(listing, words=tuple(each for each in listing.words if each != (word,)))
            total = self.reader.count(listing) if rest.words and rest != listing else 0
            if total and total >= IMPLIED * self.reader.count(rest):
                listing = rest
                words.remove(word)
        return replace(understood, listing=listing, words=tuple(words))

    def _widened(self, understood: Understanding) -> Understanding:
        """A listing that no record fits: by dates in titles too, with related or any types, if that finds some."""
        where = understood.listing
        if understood.intent not in CATALOGUED or (where.when is None and not where.fields):
            return understood
        rest = where.without("type")
        types = tuple(kind for word in understood.conditions.types for kind in types_of(word)[:1])
        types = tuple(kind for kind in types if not container_words(kind))  # which are found by title as it is
        are_here = not types or not {*self.vocabulary.values("type")}.isdisjoint(types)
        found = self.reader.count(where)
        if not (found and are_here) and (titled := self._so_titled(types, rest)):
            return replace(understood, listing=titled)
        if found:
            return understood
        asked = dict(where.fields).get("type", frozenset())
        others = frozenset(chain.from_iterable(map(types_of, asked))) - asked
        wider = [replace(where, listed=False)]
        if others:
            present = others.intersection(self.reader.facets("type", rest))
            wider.append(replace(rest, fields=(*rest.fields, ("type", present))))
        if asked.intersection(self.vocabulary.values("type")) and (rest.fields or rest.words):
            wider.append(rest)
        return next((replace(understood, listing=each) for each in wider if self.reader.count(each)), understood)

    def _so_titled(self, types: tuple[str, ...], where: Filter) -> Filter | None:
        """The records whose titles have the one type that none is of: minutes of a talk; None where none has."""
        if len(types) != 1:
            return None
        said, kind = replace(where, words=(*where.words, types)), {*terms_of(types[0])}
        page = self.reader.page(said, Order.DATE, 0, LISTED)
        titled = frozenset(each.id for each in page if kind <= {*terms_of(each.title)})
        return replace(said, ids=titled) if titled else None

    def _asks_catalogue(self, question: str, *, topic: bool = False) -> bool:
        """Whether a question asks for records, by a topic too if so wanted, and there are some."""
        alone = read(question, EVERYTHING, self.vocabulary, ALL_ASPECTS)
        plainly = alone.intent in CATALOGUED and (topic or names_records(question))
        topical = topic and alone.intent is Intent.FIND and not asks(question)
        return (plainly or topical) and self.reader.count(alone.listing) > 0

    def _together(self, text: str) -> bool:
        """Whether a record names all that a text names."""
        named = tuple(span.spellings for span in self.vocabulary.names.read(text, spelling=False).spans)
        return self.reader.count(Filter(words=named)) > 0

    def _among(self, description: str, records: Sequence[Record]) -> list[Record]:
        """Those of the records that a description fits."""
        listing = read(description, EVERYTHING, self.vocabulary, ALL_ASPECTS).listing
        return self._fitting(listing, records) if listing else []

    def _nearest(self, description: str, records: Sequence[Record]) -> list[Record]:
        """Those of the records that come nearest to the words of a description, and fit whatever else it says."""
        described = read(description, EVERYTHING, self.vocabulary, ALL_ASPECTS)
        parties = Conditions(senders=described.conditions.senders, recipients=described.conditions.recipients)
        if parties and parties == described.conditions and described.where.when is None:
            spellings = tuple(span.spellings for span in described.spans)  # the one by Lund, who is only named there
            return self._fitting(Filter(words=spellings, listed=True), records)
        if not described.words:
            return []
        said = {term.spellings[0] for term in described.terms if not term.is_name}
        names = tuple(forms for forms in described.listing.words if said.isdisjoint(forms))
        fitting = self._fitting(replace(described.listing, words=names), records)
        evidence = evidence_of(self.reader, self.query(described, []), [], fitting)
        scores = {each.hit.record.id: each.hit.score or 0.0 for each in evidence}
        least = max(NEAREST * max(scores.values(), default=0.0), evidence_threshold(described, self.background))
        return [record for record in fitting if scores[record.id] >= least]

    def _fitting(self, listing: Filter, records: Sequence[Record]) -> list[Record]:
        """Those of the records that pass a filter, in the same order."""
        ids = Filter(ids=frozenset(record.id for record in records))
        fit = {each.id for each in self.reader.page(listing.joined(ids), Order.DATE, 0, len(records))}
        return [record for record in records if record.id in fit]

    def query(self, understood: Understanding, notes: list[str]) -> Query:
        """What is searched; `notes` gains a sentence where there is no encoder."""
        vector = self.encoder.question(self.reader, understood.meaning)
        if vector is None:
            notes.append(worded("Searching by meaning is not possible now; records are found by their words alone."))
        elif understood.carry_over.context is not None:
            mixed = vector + CONTEXT * understood.carry_over.context
            vector = mixed / np.linalg.norm(mixed)
        return Query(vector, understood.expanded(self.thesaurus), understood.where)

    def marker(self, understood: Understanding) -> Marker:
        """What finds the question's words in a record's."""
        return Marker(understood.terms, self.reader.idf(understood.terms), self.thesaurus)


def existing(reader: IndexReader, ids: Iterable[str]) -> list[Record]:
    """Those of these records that are here, in this order."""
    found: list[Record] = []
    for each in ids:
        try:
            found += reader.records([each])
        except RecordNotFound:
            continue
    return found


class OpenCollections:
    """Opens one generation after another for questions. Safe under threads."""

    def __init__(self, encoder: Encoder, word_vectors: WordVectors, authorities: Authorities) -> None:
        self._encoder = encoder
        self._word_vectors = word_vectors
        self._authorities = authorities
        self._opening = threading.Lock()
        self._last: OpenCollection | None = None

    def of(self, reader: IndexReader) -> OpenCollection:
        """The generation of this reader, opened once."""
        with self._opening:
            if self._last is None or self._last.reader is not reader:
                profile = Profile.from_bytes(reader.profile())
                names = Names(profile, self._authorities)
                vocabulary = Vocabulary(
                    names,
                    cache(partial(_values, reader)),
                    partial(_id_of, reader),
                    Events(self._authorities.events, partial(_days_of, reader, names)),
                    reader.extent(EVERYTHING),
                )
                self._last = OpenCollection(
                    reader,
                    self._encoder,
                    vocabulary,
                    profile.background,
                    Thesaurus(self._word_vectors, profile.words, reader.word_table()),
                    self._authorities,
                    profile.words,
                )
            return self._last


def _values(reader: IndexReader, field: str) -> Collection[str]:
    """All values that a field of records has here; of types none where fewer than TYPED have one."""
    counts = reader.facets(field, EVERYTHING) if field in {*FIELDS, *UNCOUNTED} else {}
    return tuple(counts) if field != "type" or sum(counts.values()) >= TYPED * len(reader) else ()


def _id_of(reader: IndexReader, named: str) -> str | None:
    """The id of the record that an id or an address of this site names; None where it is not here."""
    tried = (named, named.rpartition("/records/")[2], named.replace("/", "~"))
    return next((record.id for record in existing(reader, tried)), None)


def _days_of(reader: IndexReader, names: Names, event: str) -> Interval | None:
    """The days of the records whose titles name an event by two words at least, if they are of about the same time."""
    said = [
        term.spellings for term in names.read(event).terms if term.is_name or term.spellings[0] not in FUNCTION_WORDS
    ]
    named = [
        record.date
        for record in reader.page(Filter(words=tuple(said)), Order.DATE, 0, _TITLES if len(said) > 1 else 0)
        if record.date is not None
        and all(any(f" {form} " in f" {' '.join(words(record.title))} " for form in forms) for forms in said)
    ]
    days = [day for date in named for day in (date.start, date.end) if day is not None]
    return Interval(min(days), max(days)) if days and max(days) - min(days) <= _ABOUT_ONE_TIME else None
