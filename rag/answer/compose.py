"""Evidence -> the sentences that answer together: from which records, which of their sentences, in which order.

The evidence decides how many records answer. The best record always does. Another does where its score is near the
best and it is about the same: it has every distinctive name of the question that the best record has, and half as much
of the question's words. Where the question has no distinctive name, its nearest sentence must be about as near as any,
or the record has every word of the question.
Three records or more make a list, a line each, by date.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import compress

import numpy as np

from rag.answer.draft import AnswerDraft, Quote
from rag.answer.highlights import Marker
from rag.answer.requirements import Requirements
from rag.language.sentences import cut, sentences
from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tables import word_lists
from rag.language.tokens import as_written, folded, words
from rag.record import Filter, Hit, Record
from rag.search.ranking import Evidence
from rag.search.stages import stage

RECORDS = 8  # records that an answer cites, at most: as many lines as are read at a glance

# Share of the best record's score that another needs to be cited too. Without it, of the records cited for facts and
# paraphrases .22 and .60 are irrelevant, not .18 and .56.
SCORE_SHARE = 0.70

# The same where the question is nothing but names. At SCORE_SHARE one follow-up of the reference desk's 77 over FRUS
# fails.
SCORE_SHARE_OF_NAMES = 0.50

# Share of the question's words in the best record that another with the same names needs. Without it, of the records
# cited for facts .56 are irrelevant, not .18.
WORD_SHARE = 0.50

# Share of the nearest sentence's cosine that a record's nearest needs where the question has no distinctive name.
# Without it, of the records cited for topics .28 are irrelevant, not .14; at 1, .52 of the relevant are cited, not
# .76.
COSINE_SHARE = 0.88

LIST_FROM = 3  # records from which on an answer is a list, a line each

# Share of the best record's score that the second needs for a list to be sorted by date and not by evidence. At 0 the
# share of answers that begin with their one relevant record falls from .96 to .92; above 1 timelines fail.
BY_DATE_SHARE = 0.85

# Sentences quoted, at most, of the only record that answers; of the best of two, 2. At 1 the reference desk passes 38
# of the seeds' 136 turns, not 40.
MOST = 3


# Share of the best coverage from which on a record answers. At .5 of the records cited for facts .05 are irrelevant,
# not .00, and two turns of the reference desk fail.
COVERAGE_SHARE = 0.70

# Added to the cosine of a sentence: for its coverage of what is asked, for the expected type of answer (a role, a
# place, a person, a day); and subtracted where it only repeats the title. Of the labelled records .88 are quoted with
# the best sentence first; without the first .79, without the third .79. Without the second .17 of what is quoted is
# useless, not .12.
COVERAGE_GAIN, TYPE_GAIN, REPEAT_LOSS = 0.30, 0.30, 0.70

# How far the value of a sentence may be below the best of its record for it to be quoted too. Without it .34 of what
# is quoted of the labelled records is useless, not .12.
MAX_GAP = 0.15

# Words besides those of its title up to which a sentence only repeats the title. At 0 of the labelled records .81 are
# quoted with the best sentence first, at 4 .83, not .88.
NEW_WORDS = 2

_PLAIN = FUNCTION_WORDS | word_lists("name_words")["papers"]


@stage("compose")
def compose(
    ranking: Sequence[Evidence],
    marker: Marker,
    requirements: Requirements | None = None,
    most: int = RECORDS,
    *,
    every: bool = False,
) -> AnswerDraft:
    """The sentences that answer, at least one of a ranking that is not empty; where `every`, some of every record.

    Args:
        most: How many records are cited at most; the best are kept, whatever their dates.
    """
    covering = _covering(ranking, requirements)
    if every:
        answering = ranking
    elif requirements is not None and (requirements.wants_partners or requirements.defines):
        answering = covering[: most if requirements.wants_partners else min(most, RECORDS)]
    else:
        answering = _answering(covering, marker)[:most]
    by_date = len(answering) >= LIST_FROM and _score(answering[1]) >= BY_DATE_SHARE * _score(answering[0])
    of_first = [MOST, 2, 1][min(len(answering), LIST_FROM) - 1] if answering else 0
    chosen = [
        (evidence.passages.texts[row], evidence.hit)
        for rank, evidence in enumerate(answering)
        for row in worth_quoting(evidence, marker, requirements, 1 if rank else of_first)
    ]
    marker.look_up(text for text, _ in chosen)
    if by_date:
        chosen.sort(key=lambda each: first_day(each[1].record))
    return AnswerDraft(tuple(Quote(text, hit, marker.marks(text)) for text, hit in chosen), by_date)


def _covering(ranking: Sequence[Evidence], requirements: Requirements | None) -> Sequence[Evidence]:
    """The records that cover enough of what is asked, by coverage and score; all where nothing is required."""
    if requirements is None or not requirements.asks_of_content:
        return ranking
    covered = requirements.best_coverage(ranking)
    best = max(covered.values(), default=0.0)
    if not best:
        return ranking
    least = max(min(requirements.threshold, best), COVERAGE_SHARE * best)
    covering = [each for each in ranking if covered[each.hit.record.id] >= least]
    if not requirements.defines:
        return sorted(covering, key=lambda each: -_score(each) * covered[each.hit.record.id])
    shown = {each.hit.record.id: float(requirements.answer_type.shown_by(each).max()) for each in covering}
    most = max(shown.values(), default=0.0)
    return [each for each in covering if shown[each.hit.record.id] >= COVERAGE_SHARE * most]


def _answering(ranking: Sequence[Evidence], marker: Marker) -> list[Evidence]:
    """The best record, and those that answer too."""
    if not ranking:
        return []
    bar = (SCORE_SHARE_OF_NAMES if marker.only_names else SCORE_SHARE) * _score(ranking[0])
    best, *others = (each for each in ranking if _score(each) >= bar)
    asked = marker.terms_in(best.passages.texts)
    if names := asked & marker.distinctive:
        share = WORD_SHARE * marker.share(asked)
        found = [marker.terms_in(each.passages.texts) for each in others]
        beside = [names <= each and marker.share(each) >= share for each in found]
    else:
        nearest = [max(_nearness(each, marker)) for each in (best, *others)]
        beside = [
            cosine >= COSINE_SHARE * max(nearest) or marker.share(marker.terms_in(each.passages.texts)) >= 1.0
            for cosine, each in zip(nearest[1:], others, strict=True)
        ]
    return [best, *compress(others, beside)][:RECORDS]


def _nearness(evidence: Evidence, marker: Marker) -> list[float]:
    """The cosine of the question and each of the record's passages."""
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
        value -= REPEAT_LOSS * repeats
        return sorted(sorted(range(1, len(value)), key=lambda row: -value[row])[:most])
    covered, shown = requirements.coverage_by(evidence, alone=True), requirements.answer_type.shown_by(evidence)
    if not requirements.wants_partners:  # who asks for them is answered by just what the title says
        value -= REPEAT_LOSS * (repeats & (covered <= covered[0]))
    value += COVERAGE_GAIN * covered + TYPE_GAIN * shown
    first = 0 if shown[0] > 0.0 and shown[0] >= shown[1:].max() and covered[0] >= covered[1:].max() else 1
    best, *others = sorted(range(first, len(value)), key=lambda row: -value[row])[:most]
    rows = {best, *(row for row in others if value[row] >= value[best] - MAX_GAP)}
    if not any(shown[row] for row in rows) and shown.any():
        rows.add(int(shown.argmax()))
    return sorted(rows)


def _repeating(body: Iterable[str], title: str) -> Iterator[bool]:
    """Whether each sentence only repeats the title: that a conversation took place, and who took part."""
    known = _PLAIN | {*words(title)}
    for text in body:
        said = {folded(word) for word in as_written(text) if word.islower()}
        yield len(said - known) <= NEW_WORDS


def _score(evidence: Evidence) -> float:
    return evidence.hit.score or 0.0


def first_day(record: Record) -> dt.date:
    """The earliest known day of the listed date, or else of the title's; undated records come last."""
    days: Iterator[dt.date | None] = (date.start or date.end for date in record.dates)
    return next((day for day in days if day), dt.date.max)


def first_sentences(records: Iterable[Record], where: Filter) -> AnswerDraft:
    """A line for each record of a list: its first sentence with most of the words asked for, or its title.

    A sentence that is another record's too gives way to the title, so that each keeps a line of its own where it
    can; records of one title and no summary share theirs.
    """
    quotes: list[Quote] = []
    said: set[str] = set()
    for record in records:
        first = _telling(record, where.words)
        text = record.title if first in said else first
        said.add(text)
        quotes.append(Quote(text, Hit(record, fit=where.fit(record))))
    return AnswerDraft(tuple(quotes), by_date=True)


def _telling(record: Record, asked: Sequence[Sequence[str]]) -> str:
    """The first sentence that begins words with most of the spellings asked for; the title where there is none."""
    said = cut(record.summary)
    return max(said, key=partial(_said, asked=asked), default=record.title) if asked else next(said, record.title)


def _said(sentence: str, asked: Sequence[Sequence[str]]) -> int:
    """Of how many of the words asked for a sentence begins a word with a spelling."""
    text = f" {' '.join(words(sentence))}"
    return sum(any(f" {spelling}" in text for spelling in spellings) for spellings in asked)


def whole_summaries(records: Iterable[Record]) -> AnswerDraft:
    """Each record's summary, sentence by sentence; its title where it has none."""
    return AnswerDraft(
        tuple(Quote(text, Hit(record)) for record in records for text in sentences(record.summary) or (record.title,))
    )
