"""The date columns of a table -> dates of documents: never a program's stamp, a day of the future or a guessed order.

Days and months in figures ("9/8/1993") are read in the order that other dates of the file prove, if they all prove the
same one.
"""

import datetime as dt
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from rag.dates.archival_date import ArchivalDate, edtf_interval, parse_date
from rag.ingest.formats.protocol import Item, Revision, SourceNote, fold

_FIGURES = re.compile(r"(?<![\d/.-])(\d{1,2})([/-])(\d{1,2})\2(\d{4}|\d{2})(?![\d/]|-\d)")
_JOINED = re.compile(r"(?<=/\d{4})[-\u2013](?=\d{1,2}/\d{1,2}/)")  # between two days
_MONTHS = 12
_TIME_OF_DAY = re.compile(r"\d[T ](?!00:00(?::00)?(?:\.0+)?(?:Z|[+-]00:?00)?$)\d\d:\d\d")
# Solr, and so the Internet Archive, writes a year as the midnight that begins it, and a month likewise.
_MIDNIGHT = re.compile(r"(\d{4})-(?:(01)-01[T ]00:00:00(?:\.0+)?(?:Z|[+-]00:?00)?|(\d\d)-01T00:00:00(?:\.0+)?Z)")
_NOUGHT = re.compile(
    r"1900-01-00.*|1899-12-30.*|(?:0?0[/.-]0?1|0?1[/.-]0?0)[/.-]1900"
)  # what Excel shows for an empty cell
_YEAR = re.compile(r"[12][0-9]{3}")
_JULIAN = re.compile(r"^(?!.*greg).*(?:jul|giul|юлиан|old style|alte[rn]? stil|\bO\.?S\b)", re.IGNORECASE)
_ONE_AGE = 100  # years
_NEVER = 9000  # years from here on mean "not known" or "still open"
_FIRST_CATALOGUES = 1990  # no program noted earlier when it made a record


def is_stamp(text: str) -> bool:
    """Whether a program noted it: the date of a document has no time of day."""
    return _TIME_OF_DAY.search(text) is not None


def is_recent(text: str) -> bool:
    """Whether a program can have noted this date when it made a record."""
    start = parse_date(text).start
    return start is None or start.year >= _FIRST_CATALOGUES


def chosen_first(texts: list[str], *, events: bool) -> list[str]:
    """Several dates of one record, the one to show first.

    Those of one age are shown together, or in their order where they are of several events; else the earliest is
    shown, since later ones tell what became of the document.
    """
    known = {text: parsed for text in texts if (parsed := parse_date(text)).start and parsed.end}
    if len(texts) == 1 or len(known) < len(texts):
        return texts
    years = [
        year for date in known.values() for year in ((date.start or dt.date.min).year, (date.end or dt.date.max).year)
    ]
    if max(years) - min(years) < _ONE_AGE:
        return texts if events else ["; ".join(texts)]
    return sorted(texts, key=lambda text: known[text].start or dt.date.max)


def between(begin: str, end: str) -> ArchivalDate | None:
    """Return the date from the first day of `begin` to the last of `end`; None where both are empty.

    A first day alone is the whole date: tables write so what took one day. A last day alone leaves the first open.
    """
    if begin == end or not end:
        return possible(_parsed(begin)) if begin else None
    first, last = possible(_parsed(begin)), possible(_parsed(end))
    text, low = f"{begin} – {end}" if begin else f"until {end}", first.edtf or ".."
    if not last.edtf:
        return first if first.edtf else ArchivalDate(text, None, None, None)
    if low == last.edtf or "/" in low + last.edtf:
        return last if low == ".." else first
    try:
        days = edtf_interval(f"{low}/{last.edtf}")
    except ValueError:  # it ends before it begins
        return first
    return ArchivalDate(text, f"{low}/{last.edtf}", days.start, days.end)


def exactly(value: object, edtf: object) -> ArchivalDate | None:
    """The date of which EDTF stands beside its text, in a column or in {"text": ..., "edtf": ...}; None without."""
    text, exact = (value.get("text"), value.get("edtf")) if isinstance(value, dict) else (value, edtf)
    if not (isinstance(text, str) and text and isinstance(exact, str) and exact):
        return None
    with suppress(ValueError):
        days = edtf_interval(exact)
        return possible(ArchivalDate(fold(text), exact, days.start, days.end))
    return None


def possible(date: ArchivalDate) -> ArchivalDate:
    """The date without what no document has: days of the future, and years that mean "still open"."""
    if _NOUGHT.fullmatch(date.text):
        return ArchivalDate(date.text, None, None, None)
    if date.start and (date.start > dt.date.today() or date.start == dt.date.min):  # noqa: DTZ011 - a day is enough
        return ArchivalDate(date.text, None, None, None)
    if date.edtf and date.end and date.end.year >= _NEVER:
        return replace(date, edtf=f"{date.edtf.partition('/')[0]}/..", end=None)
    return date


def in_parts(year: str, month: str, day: str = "") -> str:
    """The date of a row that has it in columns of its parts; the year where the others make none with it."""
    if not _YEAR.fullmatch(year) or not month:
        return year
    figures = (part.zfill(2) for part in (month, day) if part)
    text = "-".join((year, *figures)) if month.isdecimal() else " ".join(filter(None, (day, month, year)))
    return text if parse_date(text).edtf else year


def by_calendar(date: ArchivalDate | None, calendar: str) -> ArchivalDate | None:
    """The date, approximate where its row says that it is of the Julian calendar."""
    if date is None or not date.edtf or not _JULIAN.search(calendar):
        return date
    ends = (end if end == ".." or end[-1] in "?~%" else f"{end}~" for end in date.edtf.split("/"))
    return replace(date, edtf="/".join(ends))


def _parsed(text: str) -> ArchivalDate:
    midnight = _MIDNIGHT.fullmatch(text)
    if midnight is None:
        return parse_date(text)
    year, _, month = midnight.groups()
    return replace(parse_date(f"{year}-{month}" if month else year), text=text)


@dataclass(slots=True)
class DayOrder:
    """What the dates in figures of one column or page prove of their order.

    Attributes:
        proofs: For day first and month first, a date that can be read in no other order.
    """

    day_first: str = ""
    month_first: str = ""
    open: int = 0  # how many can be read in both

    def learn(self, text: str) -> bool:
        """Look at one date; return whether it can be read in both orders."""
        before = self.open
        for figures in _FIGURES.finditer(_JOINED.sub(" - ", text)):
            first, second = int(figures[1]), int(figures[3])
            if first > _MONTHS >= second:
                self.day_first = self.day_first or figures[0]
            elif second > _MONTHS >= first:
                self.month_first = self.month_first or figures[0]
            else:
                self.open += first != second
        return self.open > before

    def end(self, file: str, where: str = "", lines: Collection[int] | None = None) -> Iterator[SourceNote | Revision]:
        """Say how the open ones are read, if anything proves it; `lines` are theirs, None for all."""
        if self.open and bool(self.day_first) != bool(self.month_first):
            order, proof = ("day", self.day_first) if self.day_first else ("month", self.month_first)
            dates = f"dates in figures that have two readings ({self.open}) are read {order} first"
            yield SourceNote(file, f"{where}{dates}, as {proof!r} proves")
            yield Revision(lambda item: self._settled(item) if lines is None or item.line in lines else item)

    def _settled(self, item: Item) -> Item:
        """The item, with its date in the order that is proved."""
        date = item.record.date
        if date is None:
            return item
        iso = _FIGURES.sub(self._iso, _JOINED.sub(" - ", date.text))
        if iso == date.text or not (settled := parse_date(iso)).edtf:
            return item
        return replace(item, record=replace(item.record, date=replace(settled, text=date.text)))

    def _iso(self, figures: re.Match[str]) -> str:
        day, month = (figures[1], figures[3]) if self.day_first else (figures[3], figures[1])
        year = figures[4] if len(figures[4]) > len("62") else f"19{figures[4]}"
        return f"{year}-{int(month):02}-{int(day):02}"
