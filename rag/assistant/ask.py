"""An enquiry put to a collection -> the answer, or no with the reason and the nearest records."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from rag.answer.about import about_collection, small_talk, unsaid
from rag.answer.answer import Answer, Status, Weighing, numbered
from rag.answer.catalogue import catalogue_of, plural
from rag.answer.compose import NOTHING, Composed, Quote, compose, listed, whole
from rag.answer.demand import Demand
from rag.answer.field_line import field_line
from rag.answer.overview import by_day, overview, topic
from rag.answer.refusal import CLEAR, LISTED, nearest_dates, noise, refusal, undated_note
from rag.answer.replay import receipt_of
from rag.answer.sides import Part, naming, part_on, sides
from rag.answer.subjects import Subject, subjects
from rag.answer.verdict import Premise, PremiseKind, absent, apart, untold
from rag.assistant.recollection import Recollection, known
from rag.dates.archival_date import Fit
from rag.errors import QuestionError, RecordNotFound
from rag.index.ports import Order
from rag.language.document_types import same_types
from rag.query.intent import CHAT, Intent, asked_field, asks
from rag.query.structure import CATALOGUED
from rag.record import Filter, Hit
from rag.search.ranking import first_places, of_these, placed, retrieve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answer.catalogue import Catalogue
    from rag.answer.highlights import Marker
    from rag.assistant.context import OpenCollection
    from rag.index.ports import IndexReader
    from rag.query.enquiry import Enquiry
    from rag.query.question import Understanding
    from rag.record import Record
    from rag.search.ranking import Evidence, Query

logger = logging.getLogger(__name__)

WEIGHED = 12
"""Records that are weighed for whether any tells what is asked, however few are wanted."""

LEAST = 0.60
"""Share of the best record's score that one needs to be weighed for what it tells.

At 0 of the near-subject questions that nothing answers 3 more are answered.
"""

FEW = 3
"""Records cited last, up to which a follow-up that finds nothing is asked of these."""

EACH = 3
"""Records on each of two that no record names together: enough to see that they have other company."""

_ASKED_FIELDS = {Intent.WHEN: "date", Intent.WHERE: "place"}
"""What is also said of the records cited, because their sentences need not say it."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """What there is to say, before it is numbered.

    Attributes:
        nearest: The best hits, cited or not.
        reason: Why nothing is quoted, or None.
        query: What was searched; None where days alone were asked for.
        weighing: How the records were weighed; None where none was.
    """

    composed: Composed = NOTHING
    nearest: Sequence[Hit] = ()
    reason: str | None = None
    query: Query | None = None
    catalogue: Catalogue | None = None
    status: Status | None = None
    verdict: Premise | None = None
    weighing: Weighing | None = None


def answer(collection: OpenCollection, enquiry: Enquiry) -> Answer:
    """Answer an enquiry from this collection."""
    reader = collection.reader
    recollection = Recollection(reader, enquiry, partial(answer, collection))
    understood = collection.understand(
        enquiry.question,
        enquiry.history,
        enquiry.where,
        frozenset(enquiry.understand),
        enquiry.without,
        recollection.cited,
    )
    notes = [*(understood.gloss.notes if understood.gloss else ())]
    understood = _without_empty_roles(reader, understood, notes)
    where, when = understood.where, understood.when
    notes += undated_note(reader, where)
    ticked = None if enquiry.among is None else _ticked(reader, enquiry.among)
    draft = None
    if ticked is None:
        draft = _of_catalogue(collection, understood, enquiry.k, notes)
    if draft is None and understood.only_filter:
        draft = _list(reader, where, ticked, notes)
    elif draft is None:
        draft = _find(collection, understood, enquiry.k, ticked, notes)
        if ticked is None:
            draft = _beside_the_quotes(reader, understood, _of_the_last(collection, understood, recollection, draft))
    if (
        draft.status is None
        and (ticked is not None or not draft.composed.quotes)
        and when is not None
        and not reader.count(where)
    ):
        nothing, nearest = nearest_dates(reader, where, when)
        if draft.query is not None:
            at_any_time = replace(draft.query, where=replace(where, when=None))
            nearest = [each.hit for each in retrieve(reader, at_any_time, enquiry.k)]
        draft = _Draft(draft.composed, nearest, nothing)
    if where.on and draft.reason is None and draft.status is None and not draft.composed.quotes:
        draft = replace(draft, reason=catalogue_of(reader, where, understood).text)
    if ticked is None and not (draft.composed.quotes or draft.nearest or draft.status is Status.ABOUT):
        query = collection.query(replace(understood, where=enquiry.where), notes)
        draft = replace(draft, nearest=[each.hit for each in retrieve(reader, query, enquiry.k)])
    reason = draft.reason if ticked is None else _of_ticked(ticked, where, draft.reason)
    sentences, citations = numbered(draft.composed.quotes)
    cited = {citation.hit.record.id for citation in citations}
    most = enquiry.k if ticked is None else LISTED
    logger.info("asked: %d sentences from %d records", len(sentences), len(citations))
    made = Answer(
        status=draft.status or (Status.ANSWERED if sentences else Status.NOT_FOUND),
        question=enquiry.question,
        understood=understood,
        sentences=sentences,
        citations=citations,
        nearest=tuple(hit for hit in draft.nearest if hit.record.id not in cited)[:most],
        notes=tuple(dict.fromkeys([reason, *notes] if reason else notes)),
        generation=reader.generation,
        by_date=draft.composed.by_date,
        undated=reader.count_undated(where) if when is not None else 0,
        catalogue=draft.catalogue,
        verdict=draft.verdict,
        weighing=draft.weighing,
    )
    return replace(made, receipt=receipt_of(made, enquiry, reader).line())


def _without_empty_roles(reader: IndexReader, understood: Understanding, notes: list[str]) -> Understanding:
    """The question without who wrote to whom, where it asks what was written and no record is so: `notes` says it."""
    anybody = understood.where.without("sender").without("sent_from").without("recipient")
    if understood.intent is not Intent.FIND or anybody == understood.where or reader.count(understood.where):
        return understood
    notes.append(catalogue_of(reader, understood.where, understood).text)
    return replace(understood, where=anybody)


def _of_catalogue(collection: OpenCollection, understood: Understanding, k: int, notes: list[str]) -> _Draft | None:
    """What the catalogue answers; None where the question asks what records say, or the catalogue has none."""
    reader, intent = collection.reader, understood.intent
    if intent in CHAT:
        notes += small_talk(intent, collection.examples())
        return _Draft(status=Status.ABOUT)
    if intent is Intent.ABOUT or (intent is Intent.COUNT and not understood.listing):
        return _Draft(catalogue=about_collection(reader, understood.english, ""), status=Status.ABOUT)
    if understood.conditions.ids or (understood.follow_up is not None and understood.follow_up.ids == ()):
        return _pointed_at(collection, understood, notes)
    if intent not in CATALOGUED:
        return None
    return _of_listing(collection, understood, k, notes)


def _pointed_at(collection: OpenCollection, understood: Understanding, notes: list[str]) -> _Draft:
    """What records say that are pointed at: what is asked of them, what their fields say, or all."""
    reader, follow_up = collection.reader, understood.follow_up
    records = reader.records(understood.conditions.ids)
    if follow_up is not None and not follow_up.ids:
        shown = [Hit(record) for id_ in follow_up.shown for record in known(reader, id_)]
        few = "one record" if len(shown) == 1 else f"{len(shown)} records"
        return _Draft(nearest=shown, reason=f"The answer before cites {few}.", status=Status.NOT_FOUND)
    if follow_up is not None and not follow_up.asked:
        return _Draft(whole(records))
    query = collection.query(understood, notes)
    evidence = of_these(reader, query, [], records)
    line = None
    if follow_up is not None:
        places = {record.id: place for place, record in enumerate(records)}
        evidence.sort(key=lambda each: places[each.hit.record.id])
        line = field_line(records, follow_up.field)
    return _Draft(compose(evidence, collection.marker(understood), every=True), catalogue=line)


def _beside_the_quotes(reader: IndexReader, understood: Understanding, draft: _Draft) -> _Draft:
    """The draft with what the catalogue says of its topic, or of a field that is asked for."""
    if draft.composed.quotes and (line := _beside(reader, understood)):
        draft = replace(draft, catalogue=line)
    if draft.composed.quotes and (field := asked_field(understood.english)):
        draft = _on_field(draft, field)
    return draft


def _of_the_last(
    collection: OpenCollection, understood: Understanding, recollection: Recollection, draft: _Draft
) -> _Draft:
    """What the few records say that were cited last, where a question leans on them and finds nothing elsewhere."""
    is_absent = draft.verdict is not None and draft.verdict.kind is PremiseKind.ABSENT
    if not understood.rewritten or draft.query is None or draft.composed.quotes or is_absent:
        return draft
    ids = frozenset(record.id for record in recollection.cited_last())
    passing = draft.query.where.joined(Filter(ids=ids))
    records = collection.reader.page(passing, Order.DATE, 0, FEW) if len(ids) <= FEW else []
    evidence = of_these(collection.reader, draft.query, [], records)
    if refusal(evidence, understood, collection.background):
        return draft
    return _Draft(compose(evidence, collection.marker(understood)), draft.nearest, query=draft.query)


def _of_listing(collection: OpenCollection, understood: Understanding, k: int, notes: list[str]) -> _Draft | None:
    """The records that are asked for, counted and listed; None where a topic's words leave none."""
    reader, intent = collection.reader, understood.intent
    listing = understood.listing
    if intent in {Intent.OVERVIEW, Intent.TIMELINE}:
        if absent(reader, subjects(understood)):
            return None
        listing, catalogue = topic(reader, understood)
    else:
        listing = listing if understood.only_filter else _certain(reader, listing)
        catalogue = catalogue_of(reader, listing, understood)
    if not catalogue.total:
        return _of_nothing(reader, understood, catalogue)
    if understood.only_filter and intent is Intent.LIST and not understood.conditions.descending:
        return replace(_list(reader, listing, None, notes), catalogue=catalogue)
    if intent is Intent.OVERVIEW and catalogue.total > 1:
        query = collection.query(understood, notes)
        return _Draft(overview(reader, query, listing, collection.marker(understood)), catalogue=catalogue)
    if intent is Intent.OVERVIEW:
        return replace(_find(collection, understood, k, None, notes), catalogue=catalogue)
    order = Order.DATE_DESCENDING if intent is Intent.LAST or understood.conditions.descending else Order.DATE
    most = {Intent.COUNT: k, Intent.FIRST: 1, Intent.LAST: 1}.get(intent, LISTED)
    records = reader.page(listing, order, 0, most)
    if intent in {Intent.FIRST, Intent.LAST}:
        query = collection.query(understood, notes)
        composed = compose(of_these(reader, query, [], records), collection.marker(understood), every=True)
    else:
        composed = listed(records, listing)
        composed = _with_same_type(reader, listing, order, composed) if intent is Intent.LIST else composed
        composed = by_day(composed) if intent is Intent.TIMELINE else composed
        if (more := catalogue.total - len(records)) > 0 and intent is not Intent.COUNT:
            notes.append(f"{more:,} more records are not shown here; the search page lists them all.")
    return _Draft(composed, catalogue=catalogue)


def _certain(reader: IndexReader, listing: Filter) -> Filter:
    """A filter that leaves out what is only possibly of the days asked for, where something certainly is."""
    certain = replace(listing, only=Fit.CERTAIN)
    return certain if listing.when and listing.only is None and reader.count(certain) else listing


def _of_nothing(reader: IndexReader, understood: Understanding, catalogue: Catalogue) -> _Draft | None:
    """That no record is as asked, and which are nearest in time; None where the words of a topic leave that open."""
    if understood.words or not understood.conditions or (understood.is_topic and understood.when):
        return None
    none = _Draft(reason=catalogue.text, catalogue=catalogue, status=Status.NOT_FOUND)
    if understood.when is None:
        return none
    reason, nearest = nearest_dates(reader, understood.listing, understood.when)
    return replace(none, reason=reason, nearest=nearest)


def _with_same_type(reader: IndexReader, where: Filter, order: Order, composed: Composed) -> Composed:
    """A list and, each under its heading, what is of its type by another name: cables beside telegrams."""
    asked = dict(where.fields).get("type", frozenset())
    others = frozenset(chain.from_iterable(map(same_types, asked))) - asked
    also = replace(where.without("type"), fields=(*where.without("type").fields, ("type", others)))
    records = reader.page(also, order, 0, LISTED - len(composed.quotes)) if others else []
    if not records:
        return composed
    headed = [
        replace(quote, group=" and ".join(map(plural, sorted(kinds))))
        for kinds, quotes in ((asked, composed.quotes), (others, listed(records, also).quotes))
        for quote in quotes
    ]
    return replace(composed, quotes=tuple(headed))


def _beside(reader: IndexReader, understood: Understanding) -> Catalogue | None:
    """The catalogue's line on a topic or a name; none beside an answer to a question on what records say."""
    is_topic = understood.intent is Intent.FIND and not asks(understood.english) and not understood.leaning.carried
    is_name = len(understood.names) == 1 and not understood.words
    if not (is_topic or is_name) or not understood.listing.words:
        return None
    line = catalogue_of(reader, understood.listing, understood)
    return line if line.total else None


def _on_field(draft: _Draft, field: str) -> _Draft:
    """The first record alone, with what its field says, or that it says nothing."""
    record = draft.composed.quotes[0].hit.record
    quotes = tuple(quote for quote in draft.composed.quotes if quote.hit.record.id == record.id)
    line = field_line([record], field)
    verdict = draft.verdict if line else Premise(PremiseKind.UNTOLD, unsaid(field))
    return replace(draft, composed=replace(draft.composed, quotes=quotes), catalogue=line, verdict=verdict)


def _list(reader: IndexReader, where: Filter, ticked: Sequence[Record] | None, notes: list[str]) -> _Draft:
    """A line for each record of the days asked for, or for each that is ticked."""
    records = reader.page(where, Order.DATE, 0, LISTED)
    if (more := reader.count(where) - len(records)) > 0:
        notes.append(f"{more} more records are of these days; the search page lists them all.")
    if ticked is None:
        return _Draft(listed(records, where), ())
    return _Draft(listed(ticked, where), [Hit(record, fit=where.fit(record)) for record in records])


def _find(
    collection: OpenCollection, understood: Understanding, k: int, ticked: Sequence[Record] | None, notes: list[str]
) -> _Draft:
    """The sentences that answer by the evidence; of what is ticked some in any case."""
    reader = collection.reader
    query = collection.query(understood, notes)
    weighed = placed(reader, query, max(k, WEIGHED))
    ranking = first_places(weighed, k)
    nearest = [each.hit for each in ranking]
    marker = collection.marker(understood)
    about = subjects(understood)
    verdict = absent(reader, about)
    basis = noise(collection.background)
    hits = tuple(each.hit for each in weighed)
    weighing = Weighing(hits, basis, basis + CLEAR, chosen=ticked is not None)
    reason = verdict.text if verdict else refusal(ranking, understood, collection.background)
    if ticked is not None:
        composed = compose(of_these(reader, query, ranking, ticked), marker, every=True)
        return _Draft(composed, nearest, reason, query, weighing=weighing)
    pair = None if verdict else apart(reader, about, understood)
    parts = sides(reader, understood, about) if not verdict else []
    if pair:
        verdict, names = pair
        parts = [part_on(reader, each.name, naming(query.where, [each])) for each in names]
    if parts:
        draft = _within(_of_each(reader, query, parts, marker, k), nearest, k, query, k, verdict)
        return replace(draft, weighing=weighing)
    if reason:
        return _Draft(NOTHING, nearest, None if verdict else reason, query, verdict=verdict, weighing=weighing)
    about = [each for each in about if reader.count(each.filter)]
    demand = Demand(understood, about, marker, reader.idf(understood.terms))
    if demand.is_of_a_matter:
        weighed = _with_named(reader, query, about, weighed, 4 * LISTED if demand.wants_partners else WEIGHED)
        coverage = {each.hit.record.id: float(demand.coverage_by(each).max()) for each in weighed}
        hits = tuple(each.hit for each in weighed)
        weighing = replace(weighing, hits=hits, telling=demand.words, coverage=coverage, least=demand.least)
    if verdict := untold(reader, understood, demand, weighed):
        return _Draft(NOTHING, nearest, None, query, verdict=verdict, weighing=weighing)
    composed = compose(weighed if demand.is_of_a_matter else ranking, marker, demand)
    if demand.defines and composed.quotes:
        line: Catalogue | None = catalogue_of(reader, understood.listing, understood)
    else:
        cited = {quote.hit.record.id: quote.hit.record for quote in composed.quotes}
        line = field_line([*cited.values()], _ASKED_FIELDS.get(understood.intent, ""))
    most = LISTED if demand.wants_partners else k
    return replace(_within(composed, nearest, k, query, most), catalogue=line, weighing=weighing)


def _within(
    composed: Composed, nearest: Sequence[Hit], k: int, query: Query, most: int, verdict: Premise | None = None
) -> _Draft:
    """The answer of the first few records cited, and with them the nearest others up to k in all."""
    kept = list(dict.fromkeys(quote.hit.record.id for quote in composed.quotes))[:most]
    quotes = tuple(quote for quote in composed.quotes if quote.hit.record.id in kept)
    others = [hit for hit in nearest if hit.record.id not in kept][: max(k - len(kept), 0)]
    return _Draft(replace(composed, quotes=quotes), others, None, query, verdict=verdict)


def _with_named(
    reader: IndexReader, query: Query, about: Sequence[Subject], weighed: Sequence[Evidence], most: int
) -> list[Evidence]:
    """These records, and the best of those that name all who are asked about, by falling score."""
    named = naming(query.where, [each for each in about if not each.is_circumstance])
    found = retrieve(reader, replace(query, where=named), most) if named != query.where else []
    once = {each.hit.record.id: each for each in (*found, *weighed)}
    least = LEAST * (weighed[0].hit.score or 0.0) if weighed else 0.0
    near = [each for each in once.values() if (each.hit.score or 0.0) >= least]
    return sorted(near, key=lambda each: -(each.hit.score or 0.0))[:most]


def _of_each(reader: IndexReader, query: Query, parts: Sequence[Part], marker: Marker, k: int) -> Composed:
    """What there is on each of these for itself, under its heading; of k records at most."""
    quotes: list[Quote] = []
    for left, part in zip(range(len(parts), 0, -1), parts, strict=True):
        most = min(EACH, -((len({quote.hit.record.id for quote in quotes}) - k) // left))
        composed = compose(retrieve(reader, replace(query, where=part.where), most), marker)
        quotes += [replace(quote, group=part.heading) for quote in composed.quotes]
    return Composed(tuple(quotes))


def _ticked(reader: IndexReader, among: Sequence[str]) -> list[Record]:
    """The records to answer from."""
    try:
        return reader.records(among)
    except RecordNotFound as error:
        message = f"among: {error}"
        raise QuestionError(message) from error


def _of_ticked(ticked: Sequence[Record], where: Filter, reason: str | None) -> str | None:
    """What a reader who ticked records must know besides: why the collection as a whole did not answer, if so."""
    if not ticked:
        return "No record is chosen; choose those to answer from."
    outside = sum(where.fit(record) is Fit.OUTSIDE for record in ticked)
    said = [reason and f"{reason} These sentences are only the nearest in the records that were chosen."]
    if outside:
        said.append(
            f"Outside the days asked for {'lies one record' if outside == 1 else f'lie {outside} records'} chosen."
        )
    return " ".join(filter(None, said)) or None
