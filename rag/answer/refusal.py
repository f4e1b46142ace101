"""What is asked and what was found -> the honest no: nothing near enough, nothing of these days, nobody so named."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from rag.dates.archival_date import Interval, apart, overlaps
from rag.dates.wording import period
from rag.embeddings.background import Background
from rag.index.ports import IndexReader, Order
from rag.language.message import counted, listed, quoted, worded
from rag.query.understanding import Understanding
from rag.record import Filter, Hit
from rag.search.ranking import RECORD_WEIGHT, SENTENCE_WEIGHT, Evidence

LISTED = 50  # records that a question which is only a filter lists, at most


_DAY = dt.timedelta(days=1)


def undated_note(reader: IndexReader, where: Filter) -> list[str]:
    """What to say of records without a date, where days are asked for; nothing where there are none."""
    undated = reader.count_undated(where) if where.when is not None else 0
    if not undated:
        return []
    return [
        counted(
            "%(num)s record without a date is left out.",
            "%(num)s records without a date are left out.",
            undated,
        )
    ]


def nearest_dates(reader: IndexReader, where: Filter, when: Interval) -> tuple[str, list[Hit]]:
    """That no record is of these days, and the nearest days that have records; with these records, by day."""
    before_and_after = []
    if when.start is not None and when.start > dt.date.min:
        before_and_after.append((Interval(None, when.start - _DAY), Order.DATE_DESCENDING))
    if when.end is not None and when.end < dt.date.max:
        before_and_after.append((Interval(when.end + _DAY, None), Order.DATE))
    # Pages go by the listed date, but one in the title may be the nearer: so the first is not always the nearest.
    found = [
        sorted(
            (
                (apart(date, when), date.text if date.vague else period(Interval(date.start, date.end)), record)
                for record in reader.page(replace(where, when=days), order, 0, LISTED)
                for date in record.dates
                if overlaps(date, days)
            ),
            key=lambda each: each[0],
        )
        for days, order in before_and_after
    ]
    beside = list(dict.fromkeys(each[0][1] for each in found if each))
    records = {record.id: record for _, _, record in sorted(chain(*found), key=lambda each: each[0])}
    dates = listed(beside)
    near = counted("; the nearest date is %(dates)s", "; the nearest dates are %(dates)s", len(beside), dates=dates)
    said = {"days": period(when), "near": near if beside else ""}
    if where.not_ids:
        nothing = worded("Nothing else of this kind is from %(days)s%(near)s.", **said)
    elif where.timeless():
        nothing = worded("Nothing of this kind is from %(days)s%(near)s.", **said)
    else:
        nothing = worded("The collection has nothing from %(days)s%(near)s.", **said)
    return nothing, [Hit(record) for record in records.values()]


# Score above the collection's background from which on a question is answered. At 0 refusal recall over the
# development questions falls from 1.00 to .57, wrong refusals on SciFact from .057 to .010.
MARGIN = 0.08


UNKNOWN_MARGIN = 0.15  # score beyond that, asked of what a search lists by meaning where it names what no record names


_NAMED = 3  # words named in a reason, at most


def evidence_threshold(understood: Understanding, background: Background) -> float:
    """The score from which on a record is evidence: clear of what any question reaches here.

    It must stand clearer still where the question names what no record names, for then whatever is near is near to
    something else.
    """
    return background_score(background) + MARGIN + (UNKNOWN_MARGIN if understood.unknown else 0.0)


def refusal(ranking: Sequence[Evidence], understood: Understanding, background: Background) -> str | None:
    """Why the collection does not answer, in a sentence; None where it does.

    The best record must stand clear of what any question reaches here, by meaning and words together.
    """
    if ranking and (ranking[0].hit.score or 0.0) >= background_score(background) + MARGIN:
        return None
    telling = [each for each in understood.terms if not understood.uses.is_put_otherwise(each.spellings[0])]
    if understood.absent and len(understood.absent) >= len(telling):
        return unmentioned(understood.absent)
    return worded("No record comes close enough to the question to answer it.")


def background_score(background: Background) -> float:
    """The score that any question reaches here."""
    return RECORD_WEIGHT * background.record + SENTENCE_WEIGHT * background.passage


def unmentioned(words: Sequence[str]) -> str:
    """That no record has any of these words, in a sentence."""
    return worded("No record mentions %(words)s.", words=listed(quoted(words[:_NAMED]), "or"))
