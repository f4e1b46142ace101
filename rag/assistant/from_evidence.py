"""What is asked of the records -> the sentences that answer it, or why none does."""

from collections.abc import Sequence
from dataclasses import replace

from rag.answer.answer import Weighing
from rag.answer.answerability import answer_features, chance
from rag.answer.catalogue import Catalogue, catalogue_of, field_line
from rag.answer.comparison import AnswerSection, comparison, naming
from rag.answer.compose import compose
from rag.answer.draft import AnswerDraft, Quote
from rag.answer.highlights import Marker
from rag.answer.refusal import LISTED, MARGIN, background_score, refusal
from rag.answer.requirements import WORDED_FREELY, Requirements
from rag.answer.subjects import Subject, subjects
from rag.answer.verdict import absent, apart, unanswered
from rag.assistant.context import OpenCollection
from rag.index.ports import IndexReader
from rag.query.intent import Intent, asked_besides
from rag.query.understanding import Understanding
from rag.record import Hit, Record
from rag.search.ranking import Evidence, Query, evidence_of, first_places, retrieve, top_places

WEIGHED = 12  # records whose coverage is measured, at least, however few are wanted

# Share of the best record's score that a record needs for its coverage to be measured. At 0 of the near-subject
# questions that nothing answers 3 more are answered.
WEIGHED_SHARE = 0.60

# Records of a day up to which the day tells which are meant, however little else is asked. At 0 two turns of the
# reference desk are refused.
OF_A_DAY = 3

PER_SECTION = 3  # records in each section of an answer, at most

# Fields of the cited records that the answer states too: their sentences may not.
_ASKED_FIELDS = {Intent.WHEN: "date", Intent.WHERE: "place"}


def from_evidence(
    collection: OpenCollection, understood: Understanding, query: Query, k: int, ticked: Sequence[Record] | None
) -> AnswerDraft:
    """The sentences that answer by the evidence; of ticked records, some in any case."""
    reader = collection.reader
    weighed = top_places(reader, query, max(k, WEIGHED))
    ranking = first_places(weighed, k)
    nearest = [each.hit for each in ranking]
    marker = collection.marker(understood)
    about = subjects(understood)
    verdict = absent(reader, about)
    basis = background_score(collection.background)
    hits = tuple(each.hit for each in weighed)
    weighing = Weighing(hits, basis, basis + MARGIN, chosen=ticked is not None)
    is_meant = _day_tells(reader, understood)
    if verdict:
        reason: str | None = verdict.text
    else:
        reason = None if is_meant else refusal(ranking, understood, collection.background)
    if ticked is not None:
        draft = compose(evidence_of(reader, query, ranking, ticked), marker, every=True)
        return replace(draft, nearest=nearest, reason=reason, weighing=weighing)
    pair = None if verdict else apart(reader, about, understood)
    sections = comparison(reader, understood, about) if not verdict else []
    if pair:
        verdict, names = pair
        sections = [AnswerSection(each.name, naming(query.where, [each])) for each in names]
    if sections:
        draft = _limited(_in_sections(reader, query, sections, marker, k), nearest, k, k)
        return replace(draft, verdict=verdict, weighing=weighing)
    nothing = AnswerDraft(nearest=nearest, verdict=verdict, weighing=weighing)
    if reason:
        return nothing if verdict else replace(nothing, reason=reason)
    about = [each for each in about if reader.count(each.filter)]
    requirements = Requirements(understood, about, marker, reader.idf(understood.terms))
    if requirements.asks_of_content:
        weighed = _with_named(reader, query, about, weighed, 4 * LISTED if requirements.wants_partners else WEIGHED)
        coverage = requirements.best_coverage(weighed)
        likely = chance(
            answer_features(requirements, weighed, len(understood.absent), basis),
            asks_whether=understood.intent is Intent.YES_NO,
        )
        hits = tuple(each.hit for each in weighed)
        weighing = replace(weighing, hits=hits, required=requirements.words, coverage=coverage, chance=likely)
    verdict, is_quotable = unanswered(reader, understood, requirements, weighed, weighing.chance, meant=is_meant)
    if not is_quotable:
        return replace(nothing, verdict=verdict, weighing=weighing)
    most = LISTED if requirements.wants_partners else k
    draft = compose(weighed if requirements.asks_of_content else ranking, marker, requirements, most)
    if requirements.defines and draft.quotes:
        line: Catalogue | None = catalogue_of(reader, understood.listing, understood)
    else:
        cited = {quote.hit.record.id: quote.hit.record for quote in draft.quotes}
        field = _ASKED_FIELDS.get(understood.intent) or asked_besides(understood.english)
        line = field_line([*cited.values()], field)
    return replace(_limited(draft, nearest, k, most), catalogue=line, verdict=verdict, weighing=weighing)


def _day_tells(reader: IndexReader, understood: Understanding) -> bool:
    """Whether the day asked for tells alone which records are meant: few are of it, and they lack no word."""
    days = understood.when
    is_day = days is not None and days.start is not None and days.start == days.end
    lacks = not ({*understood.absent} - WORDED_FREELY).isdisjoint(understood.words)
    return is_day and not lacks and 0 < reader.count(understood.where) <= OF_A_DAY


def _limited(draft: AnswerDraft, nearest: Sequence[Hit], k: int, most: int) -> AnswerDraft:
    """The answer of the first few records cited, and with them the nearest others up to k in all."""
    kept = list(dict.fromkeys(quote.hit.record.id for quote in draft.quotes))[:most]
    quotes = tuple(quote for quote in draft.quotes if quote.hit.record.id in kept)
    others = [hit for hit in nearest if hit.record.id not in kept][: max(k - len(kept), 0)]
    return replace(draft, quotes=quotes, nearest=others)


def _with_named(
    reader: IndexReader, query: Query, about: Sequence[Subject], weighed: Sequence[Evidence], most: int
) -> list[Evidence]:
    """These records, and the best of those that name all who are asked about, by falling score."""
    named = naming(query.where, [each for each in about if not each.is_circumstance])
    found = retrieve(reader, replace(query, where=named), most) if named != query.where else []
    once = {each.hit.record.id: each for each in (*found, *weighed)}
    least = WEIGHED_SHARE * (weighed[0].hit.score or 0.0) if weighed else 0.0
    near = [each for each in once.values() if (each.hit.score or 0.0) >= least]
    return sorted(near, key=lambda each: -(each.hit.score or 0.0))[:most]


def _in_sections(
    reader: IndexReader, query: Query, sections: Sequence[AnswerSection], marker: Marker, k: int
) -> AnswerDraft:
    """The sentences of each section under its heading, of k records at most; one said before only where it is alone."""
    quotes: list[Quote] = []
    for left, section in zip(range(len(sections), 0, -1), sections, strict=True):
        most = min(PER_SECTION, -((len({quote.hit.record.id for quote in quotes}) - k) // left))
        draft = compose(retrieve(reader, replace(query, where=section.where), most), marker)
        said = {quote.text for quote in quotes}
        new = [quote for quote in draft.quotes if quote.text not in said]
        quotes += [replace(quote, group=section.heading) for quote in new or draft.quotes]
    return AnswerDraft(tuple(quotes))
