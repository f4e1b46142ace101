"""A record and its related records -> their positions on a timeline.

Positions are in percent of the width. A dot that would cover another one is a level higher.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.dates.archival_date import ArchivalDate
from rag.record import Record
from web.translation import date as day
from web.views.dates import dated as in_words

_LEFT, _RIGHT = 4.0, 96.0  # percent: leaves room for half a dot
_APART = 7.0  # percent between two dots of one level, at least; enough on a phone
_ROW = 26  # pixels


@dataclass(frozen=True, slots=True)
class Moment:
    """A record on the timeline."""

    number: int  # place in the list of related records, from 1; 0 for the record itself
    label: str  # date and title
    href: str
    x: float  # its first day; `end` is its last
    end: float
    y: int  # pixels from the top to its middle


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """Records on a timeline."""

    moments: tuple[Moment, ...]
    first: str
    last: str
    height: int  # in pixels
    undated: int  # number of related records without a place on it


def timeline(record: Record, related: Sequence[Record]) -> TimelineRow | None:
    """The timeline; None where all have the same date."""
    numbered = enumerate([record, *related])
    dated = [(number, shown, date) for number, shown in numbered if (date := _complete(shown)) is not None]
    starts = [date.start for _, _, date in dated if date.start]
    ends = [date.end for _, _, date in dated if date.end]
    if not dated or dated[0][0] != 0 or min(starts) == max(ends):
        return None
    low, high = min(starts), max(ends)
    scale = (_RIGHT - _LEFT) / (high - low).days
    reached: list[float] = []  # the end of each level's last dot
    moments = []
    for number, shown, date in sorted(dated, key=lambda one: (one[2].start or low, one[0])):
        x = _LEFT + ((date.start or low) - low).days * scale
        end = _LEFT + ((date.end or high) - low).days * scale
        level = next((at for at, last in enumerate(reached) if x - last >= _APART), len(reached))
        reached[level : level + 1] = [end]
        moments.append(Moment(number, f"{in_words(date)}: {shown.title}", shown.url, round(x, 2), round(end, 2), level))
    top = _ROW * len(reached)  # until here `y` is a level, from here on pixels
    return TimelineRow(
        moments=tuple(replace(moment, y=top - _ROW * moment.y - _ROW // 2) for moment in moments),
        first=day(low),
        last=day(high),
        height=top + _ROW,
        undated=1 + len(related) - len(dated),
    )


def _complete(record: Record) -> ArchivalDate | None:
    """The record's first date with a known start and end."""
    return next((date for date in record.dates if date.start and date.end), None)
