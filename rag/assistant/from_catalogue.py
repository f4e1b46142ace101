"""What is asked of the catalogue -> records counted, listed, first, last or pointed at; None where there is none."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain

from rag.answer.about import about_collection, small_talk, unsaid
from rag.answer.answer import Status
from rag.answer.catalogue import Catalogue, catalogue_of, field_line, plural
from rag.answer.compose import SCORE_SHARE, compose, first_sentences, whole_summaries
from rag.answer.draft import AnswerDraft
from rag.answer.overview import by_day, names_unlisted, overview, topic_records
from rag.answer.refusal import LISTED, evidence_threshold, nearest_dates
from rag.answer.subjects import subjects
from rag.answer.verdict import Premise, PremiseKind, absent
from rag.assistant.context import OpenCollection, existing
from rag.assistant.from_evidence import from_evidence
from rag.dates.archival_date import Fit
from rag.index.ports import IndexReader, Order
from rag.language import message
from rag.language.document_types import same_types
from rag.language.message import counted, worded
from rag.query.intent import CATALOGUED, CHAT, Intent, asked_field, asks
from rag.query.understanding import Understanding
from rag.record import Filter, Hit, Record
from rag.search.example_questions import examples
from rag.search.ranking import Query, evidence_of, rank

# Records of a topic up to which others are looked for that come near it in other words. At 0 two of the reference
# desk's timelines have fewer records than they should; at 5 nothing changes.
SCARCE = 3

LOOKED_THROUGH = 12  # records among which these are: of 25 no more come near


def from_catalogue(
    collection: OpenCollection, understood: Understanding, query: Callable[[], Query], k: int, notes: list[str]
) -> AnswerDraft | None:
    """What the catalogue answers; None where the question asks what records say, or the catalogue has none.

    Args:
        query: What is searched, where something is.
    """
    reader, intent = collection.reader, understood.intent
    if intent in CHAT:
        notes += small_talk(intent, examples(reader))
        return AnswerDraft(status=Status.ABOUT)
    if intent is Intent.ABOUT or (intent is Intent.COUNT and not understood.listing):
        return AnswerDraft(catalogue=about_collection(reader, understood), status=Status.ABOUT)
    if understood.conditions.ids or (understood.follow_up is not None and understood.follow_up.ids == ()):
        return _records_pointed_at(collection, understood, query)
    if intent not in CATALOGUED:
        return None
    return _listing(collection, understood, query, k, notes)


def _records_pointed_at(
    collection: OpenCollection, understood: Understanding, query: Callable[[], Query]
) -> AnswerDraft:
    """Of the records pointed at: what is asked of them, what their fields say, or the whole summaries."""
    reader, follow_up = collection.reader, understood.follow_up
    records = reader.records(understood.conditions.ids)
    if follow_up is not None and not follow_up.ids:
        shown = [*map(Hit, existing(reader, sorted(follow_up.shown)))]
        few = counted(
            "The answer before this one cites one record.",
            "The answer before this one cites %(num)s records.",
            len(shown),
        )
        return AnswerDraft(nearest=shown, reason=few, status=Status.NOT_FOUND)
    if follow_up is not None and not follow_up.asked:
        return whole_summaries(records)
    evidence = evidence_of(reader, query(), [], records)
    line = None
    if follow_up is not None:
        places = {record.id: place for place, record in enumerate(records)}
        evidence.sort(key=lambda each: places[each.hit.record.id])
        line = field_line(records, follow_up.field)
    return replace(compose(evidence, collection.marker(understood), every=True), catalogue=line)


def _listing(
    collection: OpenCollection, understood: Understanding, query: Callable[[], Query], k: int, notes: list[str]
) -> AnswerDraft | None:
    """The records that are asked for, counted and listed; None where a topic's words leave none."""
    reader, intent = collection.reader, understood.intent
    listing = understood.listing
    if intent in {Intent.OVERVIEW, Intent.TIMELINE}:
        if absent(reader, subjects(understood)):
            return None
        listing, catalogue = topic_records(reader, understood)
        if intent is Intent.TIMELINE or catalogue.total > 1:
            listing = _with_near(collection, understood, listing, query, notes)
    else:
        listing = listing if understood.only_filter else _only_certain(reader, listing)
        listing, catalogue = _by_names(reader, understood) or (listing, catalogue_of(reader, listing, understood))
    if not catalogue.total:
        return _nothing_listed(reader, understood, catalogue)
    if understood.only_filter and intent is Intent.LIST and not understood.conditions.descending:
        return replace(list_all(reader, listing, notes), catalogue=catalogue)
    if intent is Intent.OVERVIEW and catalogue.total > 1:
        return replace(overview(reader, query(), listing, collection.marker(understood)), catalogue=catalogue)
    if intent is Intent.OVERVIEW:
        return replace(from_evidence(collection, understood, query(), k, None), catalogue=catalogue)
    order = Order.DATE_DESCENDING if intent is Intent.LAST or understood.conditions.descending else Order.DATE
    most = {Intent.COUNT: k, Intent.FIRST: 1, Intent.LAST: 1}.get(intent, LISTED)
    shown = _telling(reader, understood, listing, query, most, notes) if intent is Intent.TIMELINE else listing
    records = reader.page(shown, order, 0, most)
    if intent in {Intent.FIRST, Intent.LAST}:
        draft = compose(evidence_of(reader, query(), [], records), collection.marker(understood), every=True)
    else:
        draft = first_sentences(records, listing)
        draft = _with_same_type(reader, listing, order, draft) if intent is Intent.LIST else draft
        draft = by_day(draft) if intent is Intent.TIMELINE else draft
        if (more := catalogue.total - len(records)) > 0 and intent is not Intent.COUNT:
            notes.append(
                counted(
                    "%(num)s more record is not shown here; a search lists them all.",
                    "%(num)s more records are not shown here; a search lists them all.",
                    more,
                )
            )
    return replace(draft, catalogue=catalogue)


def _telling(
    reader: IndexReader,
    understood: Understanding,
    listing: Filter,
    query: Callable[[], Query],
    most: int,
    notes: list[str],
) -> Filter:
    """The records of a timeline; where it is too long to show, those nearest to the question, not the first."""
    if understood.only_filter or reader.count(listing) <= most:
        return listing
    notes.append(worded("The %(shown)s nearest to the question are shown.", shown=most))
    return Filter(ids=frozenset(hit.record.id for hit in rank(reader, replace(query(), where=listing), most)))


def _by_names(reader: IndexReader, understood: Understanding) -> tuple[Filter, Catalogue] | None:
    """The records of a topic that none has in all its words, by its names alone: the quarrel over the Chamizal."""
    conditions = understood.conditions
    is_topic = understood.words and understood.names and not (conditions.senders or conditions.recipients)
    if not is_topic or understood.intent not in {Intent.LIST, Intent.COUNT} or reader.count(understood.listing):
        return None
    listing, catalogue = topic_records(reader, understood)
    unlisted = names_unlisted(understood)
    plain = {word for word in understood.words if word not in unlisted}
    return (listing, catalogue) if plain.isdisjoint(chain.from_iterable(listing.words)) else None


def _with_near(
    collection: OpenCollection,
    understood: Understanding,
    listing: Filter,
    query: Callable[[], Query],
    notes: list[str],
) -> Filter:
    """The records of a topic, or where these are few, also those that come nearest to it in other words."""
    reader = collection.reader
    few = reader.page(listing, Order.DATE, 0, SCARCE + 1)
    if not 0 < len(few) <= SCARCE or not (understood.words or understood.names):
        return listing
    scores = {hit.record.id: hit.score or 0.0 for hit in rank(reader, query(), LOOKED_THROUGH)}
    threshold = max(
        evidence_threshold(understood, collection.background), SCORE_SHARE * max(scores.values(), default=0.0)
    )
    known = {record.id for record in few}
    near = {record_id for record_id, score in scores.items() if score >= threshold} - known
    if not near:
        return listing
    notes.append(
        counted(
            "%(num)s more record is close to the topic without using its words, and is listed too.",
            "%(num)s more records are close to the topic without using its words, and are listed too.",
            len(near),
        )
    )
    return Filter(ids=frozenset(known | near))


def _only_certain(reader: IndexReader, listing: Filter) -> Filter:
    """The filter without records that only may be of the days asked for, where others certainly are."""
    certain = replace(listing, only=Fit.CERTAIN)
    return certain if listing.when and listing.only is None and reader.count(certain) else listing


def _nothing_listed(reader: IndexReader, understood: Understanding, catalogue: Catalogue) -> AnswerDraft | None:
    """That no record satisfies the conditions, and the nearest in time; None where words are left to search."""
    if understood.words or not understood.conditions or (understood.is_topic and understood.when):
        return None
    none = AnswerDraft(reason=catalogue.text, catalogue=catalogue, status=Status.NOT_FOUND)
    if understood.when is None:
        return none
    reason, nearest = nearest_dates(reader, understood.listing, understood.when)
    return replace(none, reason=reason, nearest=nearest)


def _with_same_type(reader: IndexReader, where: Filter, order: Order, draft: AnswerDraft) -> AnswerDraft:
    """A list and, under headings, records of the same type by another name: cables besides telegrams."""
    asked = dict(where.fields).get("type", frozenset())
    others = frozenset(chain.from_iterable(map(same_types, asked))) - asked
    also = replace(where.without("type"), fields=(*where.without("type").fields, ("type", others)))
    records = reader.page(also, order, 0, LISTED - len(draft.quotes)) if others else []
    if not records:
        return draft
    headed = [
        replace(quote, group=message.listed([message.TypeNames(plural(kind), kind) for kind in sorted(kinds)]))
        for kinds, quotes in ((asked, draft.quotes), (others, first_sentences(records, also).quotes))
        for quote in quotes
    ]
    return replace(draft, quotes=tuple(headed))


def list_all(reader: IndexReader, where: Filter, notes: list[str]) -> AnswerDraft:
    """A line for each record of the days asked for."""
    records = reader.page(where, Order.DATE, 0, LISTED)
    if reader.count(where) > (shown := len(records)):
        notes.append(worded("The first %(shown)s by date are quoted.", shown=shown))
    return first_sentences(records, where)


def list_ticked(reader: IndexReader, where: Filter, ticked: Sequence[Record]) -> AnswerDraft:
    """A line for each record that the reader ticked; the nearest are those of the days asked for."""
    records = reader.page(where, Order.DATE, 0, LISTED)
    return replace(first_sentences(ticked, where), nearest=[Hit(record, fit=where.fit(record)) for record in records])


def with_catalogue_line(reader: IndexReader, understood: Understanding, draft: AnswerDraft) -> AnswerDraft:
    """The draft with the catalogue line on its topic, or on a field that is asked for."""
    if draft.quotes and (line := _topic_line(reader, understood)):
        draft = replace(draft, catalogue=line)
    if draft.quotes and (field := asked_field(understood.english)):
        draft = _with_field(draft, field)
    return draft


def _topic_line(reader: IndexReader, understood: Understanding) -> Catalogue | None:
    """The catalogue line on a topic or a name; None where the question asks what records say."""
    is_topic = understood.intent is Intent.FIND and not asks(understood.english) and not understood.carry_over.carried
    is_name = len(understood.names) == 1 and not understood.words
    if not (is_topic or is_name) or not understood.listing.words:
        return None
    line = catalogue_of(reader, understood.listing, understood)
    return line if line.total else None


def _with_field(draft: AnswerDraft, field: str) -> AnswerDraft:
    """The first record alone, with the value of its field, or that it has none."""
    record = draft.quotes[0].hit.record
    quotes = tuple(quote for quote in draft.quotes if quote.hit.record.id == record.id)
    line = field_line([record], field)
    verdict = draft.verdict if line else Premise(PremiseKind.UNANSWERED, unsaid(field))
    return replace(draft, quotes=quotes, catalogue=line, verdict=verdict)
