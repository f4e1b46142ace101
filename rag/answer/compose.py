"""Evidence -> the sentences that answer together: from which records, which of their sentences, in which order.

How many there are is decided by the evidence. The best record always answers. Another answers beside it where it comes
near its score and speaks of the same matter: of every name that the question asks for and the best record tells of, and
of half as much of the question's words; where no name tells records apart, it has a sentence about as near to the
question as any. Several that answer alike stand in the order of their dates, a line each.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress

import numpy as np

from rag.answer.draft import AnswerDraft, Quote
from rag.answer.highlights import Marker
from rag.answer.refusal import LISTED
from rag.answer.requirements import Requirements
from rag.language.sentences import sentences
from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tables import word_lists
from rag.language.tokens import as_written, folded, words
from rag.record import Filter, Hit, Record
from rag.search.ranking import Evidence
from rag.search.stages import stage

RECORDS = 8  # records that an answer cites, at most: as many lines as are read at a glance

BESIDE = 0.70
"""Share of the best record's score from which on another may answer beside it.

Without it, of the records cited for facts and paraphrases .22 and .60 are irrelevant, not .18 and .56.
"""

NAMED = 0.50
"""The same where nothing but names is asked for: then whoever tells of them answers.

At BESIDE's share one follow-up of the reference desk's 77 over FRUS fails.
"""

TOLD = 0.50
"""Share of the question's words that the best record has that another needs which tells of the same names.

Without it, of the records cited for facts .56 are irrelevant, not .18.
"""

NEARLY = 0.88
"""Share of the nearest sentence's cosine that a record's own needs where no name tells records apart.

Without it, of the records cited for topics .28 are irrelevant, not .14; at 1, .52 of the relevant are cited, not .76.
"""

GROUP = 3  # records from which on an answer is a list, a line each

LEVEL = 0.85
"""Share of the best record's score that the second needs for a list to go by date and not by evidence.

At 0 the share of answers that begin with their one relevant record falls from .96 to .92; above 1 timelines fail.
"""

MOST = 3
"""Sentences of a record that answers alone, at most; two of the best where two records answer.

At 1 the reference desk passes 38 of the seeds' 136 turns, not 40.
"""


AS_MUCH = 0.70
"""Share of the most that any record tells of what is asked, from which on a record answers.

At .5 of the records cited for facts .05 are irrelevant, not .00, and two turns of the reference desk fail.
"""

TELLING, SHOWING, REPEATING = 0.30, 0.30, 0.70
"""Cosines that a sentence gains which tells what is asked, that it gains which shows the kind of thing asked for (a
role, a place, a person, a day), and that it loses which only repeats the title.

Of the labelled records .88 are quoted with the best sentence first; without the first .79, without the third .79.
Without the second .17 of what is quoted is useless, not .12.
"""

BEHIND = 0.15
"""Cosines by which a sentence may fall behind the best of its record and still be quoted where a matter is asked.

Without it .34 of what is quoted of the labelled records is useless, not .12.
"""

HARDLY = 2
"""Words up to which a sentence that has them besides its title says hardly more.

At 0 of the labelled records .81 are quoted with the best sentence first, at 4 .83, not .88.
"""

_PLAIN = FUNCTION_WORDS | word_lists("name_words")["papers"]


@stage("compose")
def compose(
    ranking: Sequence[Evidence], marker: Marker, requirements: Requirements | None = None, *, every: bool = False
) -> AnswerDraft:
    """The sentences that answer; of a ranking that is not empty, at least one; of `every` record, if so asked."""
    telling = _telling(ranking, requirements)
    if every:
        answering = ranking
    elif requirements is not None and (requirements.wants_partners or requirements.defines):
        answering = telling[: LISTED if requirements.wants_partners else RECORDS]
    else:
        answering = _answering(telling, marker)
    by_date = len(answering) >= GROUP and _score(answering[1]) >= LEVEL * _score(answering[0])
    most = [MOST, 2, 1][min(len(answering), GROUP) - 1] if answering else 0
    chosen = [
        (evidence.passages.texts[row], evidence.hit)
        for rank, evidence in enumerate(answering)
        for row in worth_quoting(evidence, marker, requirements, 1 if rank else most)
    ]
    marker.look_up(text for text, _ in chosen)
    if by_date:
        chosen.sort(key=lambda each: first_day(each[1].record))
    return AnswerDraft(tuple(Quote(text, hit, marker.marks(text)) for text, hit in chosen), by_date)


def _telling(ranking: Sequence[Evidence], requirements: Requirements | None) -> Sequence[Evidence]:
    """Of these records those that tell what is asked, where a matter is asked; who tells the most comes first."""
    if requirements is None or not requirements.asks_of_content:
        return ranking
    covered = {each.hit.record.id: float(requirements.coverage_by(each).max()) for each in ranking}
    best = max(covered.values(), default=0.0)
    if not best:
        return ranking
    least = max(min(requirements.threshold, best), AS_MUCH * best)
    telling = [each for each in ranking if covered[each.hit.record.id] >= least]
    if not requirements.defines:
        return sorted(telling, key=lambda each: -_score(each) * covered[each.hit.record.id])
    shown = {each.hit.record.id: float(requirements.answer_type.shown_by(each).max()) for each in telling}
    most = max(shown.values(), default=0.0)
    return [each for each in telling if shown[each.hit.record.id] >= AS_MUCH * most]


def _answering(ranking: Sequence[Evidence], marker: Marker) -> list[Evidence]:
    """The records that answer, the best first."""
    if not ranking:
        return []
    bar = (NAMED if marker.only_names else BESIDE) * _score(ranking[0])
    best, *others = (each for each in ranking if _score(each) >= bar)
    asked = marker.terms_in(best.passages.texts)
    if names := asked & marker.telling:
        share = TOLD * marker.share(asked)
        found = [marker.terms_in(each.passages.texts) for each in others]
        beside = [names <= each and marker.share(each) >= share for each in found]
    else:
        nearest = [max(_nearness(each, marker)) for each in (best, *others)]
        beside = [each >= NEARLY * max(nearest) for each in nearest[1:]]
    return [best, *compress(others, beside)][:RECORDS]


def _nearness(evidence: Evidence, marker: Marker) -> list[float]:
    """How near each of the record's passages comes to the question."""
    if evidence.hit.dense is None:  # without the encoder there are no cosines, and the words must do
        return [marker.share(marker.terms_in([text])) for text in evidence.passages.texts]
    return [float(each) for each in evidence.nearness]


def worth_quoting(evidence: Evidence, marker: Marker, requirements: Requirements | None, most: int) -> list[int]:
    """The rows of the record's passages worth quoting, in its own order.

    The title is one of them where there is no summary, or where no sentence shows or tells more of what is asked for.
    """
    title, *body = evidence.passages.texts
    if not body:
        return [0]
    is_plain = requirements is None or not requirements.asks_of_content
    if is_plain and len(body) <= most:
        return [*range(1, 1 + len(body))]
    value = np.array(_nearness(evidence, marker))
    repeats = np.array([False, *_repeating(body, title)])
    if requirements is None or is_plain:
        value -= REPEATING * repeats
        return sorted(sorted(range(1, len(value)), key=lambda row: -value[row])[:most])
    covered, shown = requirements.coverage_by(evidence, alone=True), requirements.answer_type.shown_by(evidence)
    if not requirements.wants_partners:  # who asks for them is answered by just what the title says
        value -= REPEATING * (repeats & (covered <= covered[0]))
    value += TELLING * covered + SHOWING * shown
    first = 0 if shown[0] > 0.0 and shown[0] >= shown[1:].max() and covered[0] >= covered[1:].max() else 1
    best, *others = sorted(range(first, len(value)), key=lambda row: -value[row])[:most]
    rows = {best, *(row for row in others if value[row] >= value[best] - BEHIND)}
    if not any(shown[row] for row in rows) and shown.any():
        rows.add(int(shown.argmax()))
    return sorted(rows)


def _repeating(body: Iterable[str], title: str) -> Iterator[bool]:
    """Whether each sentence says hardly more than the title: that a conversation took place, and who had it."""
    known = _PLAIN | {*words(title)}
    for text in body:
        said = {folded(word) for word in as_written(text) if word.islower()}
        yield len(said - known) <= HARDLY


def _score(evidence: Evidence) -> float:
    return evidence.hit.score or 0.0


def first_day(record: Record) -> dt.date:
    """The earliest known day of the listed date, or else of the title's; undated records come last."""
    days: Iterator[dt.date | None] = (date.start or date.end for date in record.dates)
    return next((day for day in days if day), dt.date.max)


def listed(records: Iterable[Record], where: Filter) -> AnswerDraft:
    """A line for each record, for a question that is only a filter: its first sentence; its title where it has none.

    A first sentence that is another record's too gives way to the title, so that each keeps a line of its own where it
    can; records of one title and no summary share theirs.
    """
    quotes: list[Quote] = []
    said: set[str] = set()
    for record in records:
        first, *_ = (*sentences(record.summary), record.title)
        text = record.title if first in said else first
        said.add(text)
        quotes.append(Quote(text, Hit(record, fit=where.fit(record))))
    return AnswerDraft(tuple(quotes), by_date=True)


def whole(records: Iterable[Record]) -> AnswerDraft:
    """Each record's summary, sentence by sentence; its title where it has none."""
    return AnswerDraft(
        tuple(Quote(text, Hit(record)) for record in records for text in sentences(record.summary) or (record.title,))
    )
