"""A spelling of a date -> EDTF, its earliest and its latest day; what the source leaves open stays open."""

import calendar
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from rag.dates.edtf import Interval, Point, edtf_interval, edtf_of
from rag.dates.other_languages import in_english, names_a_century
from rag.dates.republican import in_our_calendar
from rag.dates.vocabulary import DATING

__all__ = [
    "ArchivalDate",
    "Fit",
    "Interval",
    "dates_in",
    "edtf_interval",
    "edtf_of",
    "fit",
    "is_date",
    "overlaps",
    "parse_date",
]

_LONGEST = 200  # characters; no archive spells one date at more length
_BRACKETS = str.maketrans("", "", "[](){}<>")  # cataloguers put what they supply in brackets: [1962], 19[62?]
_BOTH_STYLES = re.compile(r"^([0-9]{1,2})\.?( [^\W\d_]+\.?)? \(([0-9]{1,2})\.?( [^\W\d_]+\.?)?\)(?= )")  # 12 (24) May
_JOINED = re.compile(r"(?<=[./][0-9]{4})[-\u2013](?=[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{4})")  # 3.8.1891-5.8.1891
_DUAL_ISO = re.compile(r"([0-9]{4}/(?:[0-9]{1,2}|[0-9]{4}))-(0[1-9]|1[0-2])(?:-([0-9]{2}))?")  # 1723/4-02-10
_EARLY_YEAR = re.compile(  # AD 871, 871-899 CE: with no sign of an era it may be any number
    r"(?P<about>c(?:irc)?a?\.? )?(?:(?P<sign>A\.? ?D\.?|C\.? ?E\.?|[Aa]nno [Dd]omini|n\. ?Chr\.?|d\. ?C\.?) )?"
    r"(?P<low>[1-9][0-9]{1,2})(?: ?[-\u2013/] ?(?P<high>[1-9][0-9]{1,3}))?"
    r"(?(sign)| (?:A\.? ?D\.?|C\.? ?E\.?|n\. ?Chr\.?|d\. ?C\.?|apr?\.? ?J\.?-?C\.?|н\. ?э\.?|n\. ?[le]\.))"
)
_FULL = re.compile(r".*[0-9]{1,2}\D+(?:[0-9]{1,2}|[XVI]+)\D+[0-9]{4}.*|.*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*", re.DOTALL)


class Fit(Enum):
    """How a record's date relates to the days of a question."""

    CERTAIN = "certain"
    POSSIBLE = "possible"
    OUTSIDE = "outside"
    UNDATED = "undated"


@dataclass(frozen=True, slots=True)
class ArchivalDate:
    """A date as the source gives it, and what it means."""

    text: str  # the source's own spelling, white space folded
    edtf: str | None  # EDTF level 0 or 1, or None where the spelling is not understood
    start: dt.date | None  # earliest day it can mean, or None where unknown
    end: dt.date | None  # latest day it can mean, or None where unknown

    @property
    def understood(self) -> bool:
        """Whether it has a first or a last day; with one open side it means "before" or "since" a day."""
        return self.start is not None or self.end is not None

    @property
    def vague(self) -> bool:
        """Whether the source calls it uncertain or approximate, so that its first and last day are not firm."""
        return self.edtf is not None and any(mark in self.edtf for mark in "?~%")


@lru_cache(maxsize=1 << 16)  # collections repeat their dates
def parse_date(text: str) -> ArchivalDate:
    """Read a source's spelling of one date; a spelling that is not understood keeps its text and nothing else.

    `rag.dates.grammar` has the rules for what a spelling leaves open. A field with words beside its date ("Moscow,
    October 27, 1962") means that date. With other digits beside it, it means no more than the year: they may be part
    of the date.
    """
    folded = " ".join(text.split())
    edtf = _edtf(folded) or (_spelt(folded) if len(folded) <= _LONGEST else None)
    return ArchivalDate(folded, None, None, None) if edtf is None else _date(folded, edtf)


def is_date(text: str) -> bool:
    """Whether a line is only a date, as in a list of records: "November 2, 1962", "September, 1959".

    A number alone is no date, not even a year: lines of digits count pages and number files. Digits alone must give
    day, month and year.
    """
    from rag.dates.phrases import whole  # noqa: PLC0415 - the grammar is built only where spellings are read

    line = text.strip().strip("[]").rstrip(".,;: ")
    if len(line) > _LONGEST or not DATING.search(line) or not (phrase := whole(line) or whole(in_english(line) or "")):
        return False
    if "_TO" in {phrase.shapes[0], phrase.shapes[-1]}:  # half of a longer line
        return False
    shapes = set(phrase.shapes)
    if shapes & {"MONTH", "SEASON", "HYPHENED"}:
        return True
    if shapes & {"YMD", "NUMERIC"}:
        return _FULL.fullmatch(line) is not None
    return "YEAR" in shapes and bool(shapes & {"_CIRCA", "_BETWEEN", "_BEFORE", "_AFTER", "EARLY", "MID", "LATE"})


def dates_in(text: str) -> tuple[ArchivalDate, ...]:
    """The dates in a running text such as a title, in its order; a year alone is one."""
    from rag.dates.phrases import phrases  # noqa: PLC0415 - the grammar is built only where spellings are read

    if not DATING.search(text):
        return ()
    return tuple(
        _date(" ".join(text[phrase.start : phrase.end].split()), str(span))
        for phrase in phrases(text)
        for span in phrase.spans
    )


def fit(dates: Sequence[ArchivalDate], asked: Interval) -> Fit:
    """How a record relates to the days of a question, by the best of its dates.

    CERTAIN if one of its dates lies wholly inside them and is not vague, POSSIBLE if one overlaps them.
    """
    known = [date for date in dates if date.understood]
    if not known:
        return Fit.UNDATED
    if any(_inside(date, asked) and not date.vague for date in known):
        return Fit.CERTAIN
    return Fit.POSSIBLE if any(overlaps(date, asked) for date in known) else Fit.OUTSIDE


def overlaps(date: ArchivalDate, interval: Interval) -> bool:
    """Whether the date can mean a day of the interval; never if it is not understood."""
    return (
        date.understood
        and (date.end is None or interval.start is None or interval.start <= date.end)
        and (date.start is None or interval.end is None or date.start <= interval.end)
    )


def apart(first: ArchivalDate | Interval, second: ArchivalDate | Interval) -> int:
    """Days between the two where they are nearest; 0 where they can be the same."""
    before = (first.start - second.end).days if first.start and second.end else 0
    after = (second.start - first.end).days if second.start and first.end else 0
    return max(before, after, 0)


def _inside(date: ArchivalDate, interval: Interval) -> bool:
    return (interval.start is None or (date.start is not None and interval.start <= date.start)) and (
        interval.end is None or (date.end is not None and date.end <= interval.end)
    )


def _date(text: str, edtf: str) -> ArchivalDate:
    days = edtf_interval(edtf)
    return ArchivalDate(text, edtf, days.start, days.end)


def _edtf(text: str) -> str | None:
    """The text without hours and unknown digits, if it is EDTF and not open on both sides."""
    low, slash, high = text.partition("/")
    try:
        if edtf_interval(text) != Interval(None, None):
            return slash.join(end if end == ".." else end and str(Point.parse(end)) for end in (low, high))
    except ValueError:
        return None
    return None


def _spelt(text: str) -> str | None:
    """What the words of a date field mean, in EDTF."""
    from rag.dates.phrases import field  # noqa: PLC0415 - the grammar is built only where spellings are read

    text = in_our_calendar(text)
    dating = DATING.search(text) or names_a_century(text)
    text = _JOINED.sub(" - ", _BOTH_STYLES.sub(_older_first, text))
    if dual := _DUAL_ISO.fullmatch(text):
        text = f"{dual[3] or ''} {calendar.month_name[int(dual[2])]} {dual[1]}"
    if early := _EARLY_YEAR.fullmatch(text.translate(_BRACKETS)):
        mark = "~" if early["about"] else ""
        return "/".join(f"{year:0>4}{mark}" for year in (early["low"], early["high"]) if year)
    span = field(text.translate(_BRACKETS).strip(" .,;:")) if dating else None
    return None if span is None else str(span)


def _older_first(styles: re.Match[str]) -> str:
    """A day in both calendars, the older style first: the lower number, or the higher one in another month."""
    first, second = f"{styles[1]}{styles[2] or ''}", f"{styles[3]}{styles[4] or ''}"
    lower = int(styles[3]) < int(styles[1])
    newer_first = lower if styles[2] == styles[4] else styles[2] and styles[4] and not lower
    return f"{second}/{first}" if newer_first else f"{first}/{second}"
