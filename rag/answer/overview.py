"""The records of a topic -> an overview: for each period a sentence or a few, chosen to cover what there is of it.

The records chosen for a period are near its other records and the topic, and far from those chosen already (maximal
marginal relevance: Carbonell and Goldstein, SIGIR 1998).
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from rag.answer.catalogue import Catalogue, catalogue_of, records_of
from rag.answer.compose import first_day, worth_quoting
from rag.answer.draft import AnswerDraft, Quote
from rag.answer.highlights import Marker
from rag.dates.edtf import Interval
from rag.dates.wording import period
from rag.embeddings import Vectors
from rag.index.ports import IndexReader, Order
from rag.language.message import together, worded
from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tables import word_lists
from rag.language.tokens import tokens
from rag.language.word_list import is_english
from rag.names.authority import NameKind
from rag.query.conditions import Conditions
from rag.query.intent import Intent
from rag.query.understanding import Understanding
from rag.record import EVERYTHING, Filter, Record
from rag.search.ranking import Query, evidence_of

FEW = 10  # records up to which a topic is widened to those that have any of its words

# Words of a topic from which on records that have all of them are meant, however few. At 9 two of the 24 questions
# about a year in `make bench` list records by one common word and miss the one they are about.
SPECIFIC = 3

PERIODS = 8  # periods of an overview, at most: what is read at a glance
SENTENCES = 6  # sentences that it has at least, where it has fewer periods and as many records

_VISITING = word_lists("acts")["visiting"]
_VAGUE = word_lists("verdict_words")["vague"]
_MOST_RECORDS = 500  # records that an overview covers, at most
_REDUNDANCY = 0.5  # weight of the cosine to what is chosen already


def topic_records(reader: IndexReader, understood: Understanding) -> tuple[Filter, Catalogue]:
    """The records of a topic and the catalogue's line on them.

    Where few records have all words of the topic, and these are few too: those with its names and any of its words.
    Where few or none have these: those with its names. Of a topic that has a name of its own, as many as have that.
    """
    vague = _vague(understood)
    unknown = names_unlisted(understood)
    words = tuple(word for word in understood.words if word not in _VAGUE and word not in unknown)
    own = {(word,) for word in understood.words if word not in unknown}
    known, known_days = understood.where.words, understood.where.when is not None
    named = tuple(each for each in understood.listing.words if each not in own and each not in (*known, *vague))
    filters = [(*named, *((word,) for word in words))]
    if words[1:]:
        filters.append((*named, words))
    if named and words:
        on_the_way = _VISITING & {*words} and known_days
        filters.append(_names_of_journey(reader, understood, named) if on_the_way else named)
    listings = [replace(understood.listing, words=(*known, *groups)) for groups in filters]
    totals = [*map(reader.count, listings)]
    at = 0
    if totals[0] <= FEW and listings[1:] and not (totals[0] and len(words) >= SPECIFIC):
        either = 1 if words[1:] else 0
        few_named = not totals[0] and named and totals[-1] <= FEW
        at = len(listings) - 1 if few_named or not totals[either] else either
    is_one = understood.intent is Intent.OVERVIEW and totals[at] == 1 and len(named) > 1
    if is_one and totals[-1] > 1:  # an overview is of several: dealings with revolutionary Cuba
        at = len(listings) - 1
    titled = _titled(understood, words)
    if at == 0 and titled and totals[0] <= FEW:
        groups = (*named, *((word,) for word in titled))
        wider = replace(understood.listing, words=(*known, *groups))
        if reader.count(wider) > totals[0]:
            listings[0], filters[0], words = wider, groups, titled
    left = _conditions_left(understood, filters[at]).merged(Conditions(places=tuple(unknown.values())))
    read = replace(understood, words=words if {*filters[at]} - {*named} else (), conditions=left)
    return listings[at], catalogue_of(reader, listings[at], read, joint="or" if at else "and")


def names_unlisted(understood: Understanding) -> dict[str, str]:
    """Capitalised words of a topic that are not English, as written: names that no list has."""
    written = {token.word: token.text for token in tokens(understood.asked) if token.text[0].isupper()}
    return {word: written[word] for word in understood.words if word in written and not is_english(word)}


def _titled(understood: Understanding, words: Sequence[str]) -> tuple[str, ...]:
    """Those of the words that have a capital beside another such: the freighter Midnight Sun."""
    said = tokens(understood.asked)
    capital = [token.text[0].isupper() and at > 0 and token.word not in FUNCTION_WORDS for at, token in enumerate(said)]
    beside = {
        token.word
        for at, token in enumerate(said)
        if capital[at] and (capital[at - 1] or capital[at + 1 : at + 2] == [True])
    }
    return tuple(word for word in words if word in beside) if not beside.issuperset(words) else ()


def _names_of_journey(
    reader: IndexReader, understood: Understanding, named: tuple[tuple[str, ...], ...]
) -> tuple[tuple[str, ...], ...]:
    """The places or the people of a journey, whichever more records of its days name."""
    places = {each.spellings for each in understood.spans if each.kind is NameKind.PLACE}
    groups = [tuple(each for each in named if (each in places) is is_place) for is_place in (True, False)]
    return max(filter(None, groups), key=lambda group: reader.count(replace(understood.where, words=group)))


def _conditions_left(understood: Understanding, groups: Sequence[tuple[str, ...]]) -> Conditions:
    """The conditions of a question without the people and places that are none of these groups of spellings."""
    dropped = {each.name for each in understood.spans if each.spellings not in groups}
    conditions = understood.conditions
    return replace(
        conditions,
        people=tuple(each for each in conditions.people if each not in dropped),
        places=tuple(each for each in conditions.places if each not in dropped),
    )


def _vague(understood: Understanding) -> list[tuple[str, ...]]:
    """Places that only qualify a vague word: US policy."""
    said = tokens(understood.asked)
    found = []
    for span in understood.spans:
        after = next((token.word for token in said if token.start >= span.end), "")
        if span.kind is NameKind.PLACE and after in _VAGUE and len(understood.spans) > 1:
            found.append(span.spellings)
    return found


def overview(reader: IndexReader, query: Query, where: Filter, marker: Marker) -> AnswerDraft:
    """A sentence or a few for each period, under its heading, by date."""
    records = reader.page(where, Order.DATE, 0, _MOST_RECORDS)
    parts = _periods(records)
    vectors = reader.vectors([record.id for record in records])  # (n, dim)
    row = {record.id: at for at, record in enumerate(records)}
    said: list[int] = []
    chosen: list[tuple[str, Record]] = []
    most = -(-SENTENCES // max(len(parts), 1))
    for heading, own in parts:
        rows = [row[record.id] for record in own]
        for at in _covering(vectors, rows, query, said, min(most, len(rows))):
            said.append(at)
            chosen.append((heading, records[at]))
    evidence = {
        each.hit.record.id: each
        for each in evidence_of(reader, replace(query, where=EVERYTHING), [], [record for _, record in chosen])
    }
    quotes = []
    for heading, record in sorted(chosen, key=lambda each: first_day(each[1])):
        found = evidence[record.id]
        (at,) = worth_quoting(found, marker, None, 1)
        text = found.passages.texts[at]
        quotes.append(Quote(text, found.hit, marker.marks(text), heading))
    return AnswerDraft(tuple(quotes), by_date=True)


def by_day(draft: AnswerDraft) -> AnswerDraft:
    """A list with a heading for each day, or for the month or year where no day is known."""

    def heading(record: Record) -> str:
        days = next((Interval(date.start, date.end) for date in record.dates if date.start or date.end), None)
        return period(days) if days else worded("Undated")

    return replace(draft, quotes=tuple(replace(quote, group=heading(quote.hit.record)) for quote in draft.quotes))


def _covering(vectors: Vectors, rows: Sequence[int], query: Query, said: Sequence[int], most: int) -> list[int]:
    """The rows that represent a period, by maximal marginal relevance."""
    own = vectors[rows]  # (r, dim)
    worth = own @ own.mean(axis=0)
    if query.vector is not None:
        worth = worth + own @ query.vector
    chosen: list[int] = []
    while len(chosen) < most:
        before = [*said, *chosen]
        likeness = (own @ vectors[before].T).max(axis=1) if before else np.zeros(len(rows))
        open_rows = [at for at, each in enumerate(rows) if each not in chosen]
        chosen.append(rows[max(open_rows, key=lambda at: worth[at] - _REDUNDANCY * likeness[at])])
    return chosen


def _periods(records: Sequence[Record]) -> list[tuple[str, list[Record]]]:
    """The records by period, with a heading each: by day, month or year, as few as are read; undated ones last."""
    dated = [(day, record) for record in records if (day := first_day(record)) < dt.date.max]
    years = sorted({day.year for day, _ in dated})
    step = -(-len(years) // PERIODS)
    blocks = {year: years[at // step * step :][:step] for at, year in enumerate(years)}
    units: tuple[Callable[[dt.date], Interval], ...] = (
        lambda day: Interval(day, day),
        lambda day: Interval(day.replace(day=1), _last(day)),
        lambda day: Interval(dt.date(blocks[day.year][0], 1, 1), dt.date(blocks[day.year][-1], 12, 31)),
    )
    found: dict[Interval, list[Record]] = {}
    for unit in units:
        found = {}
        for day, record in dated:
            found.setdefault(unit(day), []).append(record)
        if len(found) <= min(PERIODS, len(dated) // 2):
            break
    parts: list[tuple[str, list[Record]]] = [
        (together(period(days), " · ", records_of(len(own))), own) for days, own in found.items()
    ]
    if undated := [record for record in records if first_day(record) == dt.date.max]:
        parts.append((together(worded("Undated"), " · ", records_of(len(undated))), undated))
    return parts


def _last(day: dt.date) -> dt.date:
    """The last day of its month."""
    return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
