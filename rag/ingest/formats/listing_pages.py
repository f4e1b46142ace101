"""A saved listing page -> listings: date, title and usually a summary, one below the other.

One reader serves every layout, because layouts differ only in their furniture. Its rules:

- Blank lines separate paragraphs; the lines of a paragraph are folded into one. On a page without blank lines around
  its dates every line is a paragraph.
- A paragraph that is only a date begins a listing; the next one is its title, all others its summary. Where the first
  date has a bullet, only dates with a bullet begin listings, so that a summary may contain a bare date. On other pages
  a bare date in a summary does begin one, for nothing distinguishes it; the range line then disagrees with the count.
- A range line ("1 - 10 of 31") begins a page and says how many listings it must yield.
- Furniture ends a listing: the site's own words, or text at the margin where the title was indented. The text after
  it, up to the next date, and the text above the first date belong to no listing. Page numbers are skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.dates.archival_date import is_date, parse_date
from rag.errors import SourceError
from rag.ingest.formats.date_columns import DayOrder
from rag.ingest.formats.files import SourceFile
from rag.ingest.formats.protocol import (
    MOST_MENDED,
    CollectionTitle,
    Extracted,
    Item,
    SourceNote,
    fold,
    lines_of,
    numbered,
    repaired,
    unstorable,
)
from rag.record import Listing, ListingPage, Record

SUFFIXES = frozenset({".txt"})

_DASH = r"[-—\N{EN DASH}]"
_RANGE = re.compile(
    rf"(?:(?:showing|displaying|results?:?|items)\s)?(?P<first>\d[\d,.]{{0,12}})\s?{_DASH}\s?(?P<last>\d[\d,.]{{0,12}})"
    r"\sof\s\d[\d,.]{0,12}(?:\s(?:results|items|documents|records))?",
    re.IGNORECASE,
)
_BULLET = re.compile(rf"(?:[•‣◦▪●○∙·*]\s?|{_DASH}\s)")
# A capital first: wrapped prose may leave a word alone on its line.
_PAGE_HEAD = re.compile(
    r"(?=[A-Z])(?i:skip to (?:main )?content|search in|digital archive international history declassified)"
)
_FURNITURE = re.compile(
    rf"{_PAGE_HEAD.pattern}|(?=[A-Z])(?i:search|results:?|documents|pagination|footer|back to top|"
    "(?:first|previous|next|last) page|(?:load|show) more)"
)
# These are dates only where a date may come: elsewhere they are page numbers or prose.
_YEAR = r"(?:1\d{3}|20\d\d)"
_YEAR_OR_NONE = re.compile(
    rf"\[?(?:(?:the )?{_YEAR}s?\s?\??(?:\s?(?:{_DASH}|/)\s?(?:{_YEAR}|\d\d)\??)?|undated|no date|n\.\s?d\.|"
    r"(?:date )?(?:un|not )known)\]?",
    re.IGNORECASE,
)
_PAGE_NUMBERS = re.compile(r"(?:current )?(?:page )?[\d\s…«»<>|•·]{1,100}(?:of \d{1,9})?", re.IGNORECASE)
_SEARCH_BOX = re.compile(r"search in", re.IGNORECASE)  # the site's name is in the line below it
_DATED = re.compile(rf"(?:[•‣◦▪●○∙·*]\s?)?([^:]{{6,60}}?)(?::|\s{_DASH})\s+(\S.*)")  # 4 May 1912: Letter
_FEWEST_DATED = 3  # lines of a date and a title that make a list
_LONGEST_NAME = 120  # characters
_LONGEST_DATE = 60  # characters; a longer paragraph is prose


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one text contains."""

    items: tuple[Item, ...]  # in reading order
    faults: tuple[SourceError, ...]  # what could not be read, by line; empty only if nothing was lost
    pages: tuple[ListingPage, ...]  # the listing pages in the text
    title: str = ""  # the title of the collection, or empty
    mended: int = 0  # how many listings had bytes that are not UTF-8


@lru_cache(maxsize=1 << 12)  # each short paragraph is tested more than once
def is_date_alone(text: str) -> bool:
    """Return whether a paragraph is only a date."""
    return 0 < len(text) <= _LONGEST_DATE and is_date(text)


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """Lines that belong together, folded."""

    line: int  # its first line, from 1
    text: str  # a date without its bullet, or any other text as it is
    date: bool  # whether it is only a date
    bullet: bool  # whether it is a date with a bullet
    indented: bool
    broken: int  # the number of its first line with `unstorable` text, or 0

    @classmethod
    def of(cls, lines: Sequence[tuple[int, str]]) -> _Paragraph:
        """Fold lines, each with its number."""
        number, first = lines[0]
        text = fold(repaired(" ".join(line for _, line in lines)))
        bare = _BULLET.sub("", text, count=1) if _BULLET.match(text) else text
        date = is_date_alone(bare)
        bullet = len(bare) < len(text) and (date or _YEAR_OR_NONE.fullmatch(bare) is not None)
        broken = next((number for number, line in lines if unstorable(line)), 0)
        return cls(number, bare if bullet else text, date, bullet, first[:1].isspace(), broken)


@dataclass(slots=True)
class _Page:
    """A page being read."""

    range_line: _Paragraph | None = None  # "1 - 10 of 31", if it has one
    expected: int = 0  # how many listings the range line promises
    listings: int = 0  # how many were read

    @property
    def text(self) -> str | None:
        """The text of the range line."""
        return self.range_line.text if self.range_line else None


class _PageReader:
    """One file being read, paragraph by paragraph."""

    def __init__(self, file: str) -> None:
        self.items: list[Item] = []
        self.faults: list[SourceError] = []
        self.pages: list[ListingPage] = []
        self._file = file
        self._page = _Page()
        self._position = 0
        self._open: list[_Paragraph] = []  # date, title and summary of the listing being read
        self._bulleted = False
        self._title_due = False
        self.title = ""
        self.mended: list[int] = []  # the lines of listings with `unstorable` text

    def take(self, paragraph: _Paragraph) -> None:
        """Read the next paragraph."""
        if self._title_due and not (self.title or paragraph.date):
            self.title = paragraph.text if len(paragraph.text) <= _LONGEST_NAME else ""
        self._title_due = _SEARCH_BOX.fullmatch(paragraph.text) is not None
        if numbers := _RANGE.fullmatch(paragraph.text):
            self._close()
            if paragraph.text != self._page.text:  # some pages repeat the line at their foot
                first, last = (int(re.sub(r"\D", "", numbers[name])) for name in ("first", "last"))
                self._turn(_Page(paragraph, max(0, last - first + 1)))
        elif self._opens(paragraph):
            # The layout may change between listings, because one file may contain several pages.
            self._bulleted = self._bulleted if self._open else paragraph.bullet
            self._close()
            self._open.append(paragraph)
        elif _FURNITURE.fullmatch(paragraph.text) or self._at_margin(paragraph):
            self._close()
            if self._page.listings and _PAGE_HEAD.fullmatch(paragraph.text):
                self._turn(_Page())
        elif self._open and not _PAGE_NUMBERS.fullmatch(paragraph.text):
            self._open.append(paragraph)

    def end(self) -> None:
        """Finish the last listing and page."""
        self._close()
        self._turn(_Page())

    def _opens(self, paragraph: _Paragraph) -> bool:
        if self._open and self._bulleted and not paragraph.bullet:
            return False
        date_due = bool(self._open) or not self._page.listings
        return paragraph.date or (date_due and _YEAR_OR_NONE.fullmatch(paragraph.text) is not None)

    def _at_margin(self, paragraph: _Paragraph) -> bool:
        return len(self._open) > 1 and self._open[1].indented and not paragraph.indented

    def _close(self) -> None:
        if not self._open:
            return
        (date, *rest), self._open = self._open, []
        if not rest:
            self._fault(date.line, f"the date {date.text!r} has no title below it; add the title or take the date out")
            return
        self._position += 1
        if broken := max(paragraph.broken for paragraph in (date, *rest)):
            self.mended.append(broken)
            if len(self.mended) > MOST_MENDED:
                reason = f"the listing of {date.text!r} has bytes that are not UTF-8, as many others"
                self._fault(broken, f"{reason}; save the file as UTF-8")
                return
        self._page.listings += 1
        record = Record(
            id="",
            title=rest[0].text,
            summary=" ".join(paragraph.text for paragraph in rest[1:]),
            date=parse_date(date.text),
            listings=(Listing(self._file, self._position, self._page.text),),
        )
        self.items.append(Item(date.line, record))

    def _turn(self, page: _Page) -> None:
        ended, self._page = self._page, page
        if ended.range_line is None and not ended.listings:
            return
        self.pages.append(ListingPage(self._file, ended.text, ended.listings))
        if ended.range_line and ended.expected != ended.listings:
            promised = f"the page says {ended.text!r}, which is {ended.expected}"
            self._fault(ended.range_line.line, f"{promised}, but {ended.listings} could be read; save the page again")

    def _fault(self, line: int, reason: str) -> None:
        self.faults.append(SourceError(self._file, line, reason))


def sniff(opened: SourceFile) -> bool:
    return has_listings(opened.whole())


def read(opened: SourceFile) -> Iterator[Extracted]:
    parsed = parse(opened.whole(), opened.file)
    order = DayOrder()
    for item in parsed.items:
        order.learn(item.record.date.text if item.record.date else "")
    yield from parsed.items
    yield from order.end(opened.file)
    if parsed.mended:
        bad = "has bytes that are not UTF-8, which were read as Windows-1252 or left out"
        yield SourceNote(opened.file, f"{numbered(parsed.mended, 'listing')} {bad}")
    yield from parsed.faults
    yield from parsed.pages
    if parsed.title:
        yield CollectionTitle(parsed.title)


def has_listings(text: str) -> bool:
    """Return whether a line is only a date, or a range line."""
    return any(_Paragraph.of([line]).date or _RANGE.fullmatch(fold(line[1])) for line in _lines(text))


def is_range(text: str) -> bool:
    """Return whether a paragraph says which part of a list its page shows: "1 - 10 of 31"."""
    return _RANGE.fullmatch(text) is not None


def is_furniture(text: str) -> bool:
    """Return whether a paragraph is of the site around a list: "Search", "Next page"."""
    return _FURNITURE.fullmatch(text) is not None


def parse(text: str, file: str) -> Parsed:
    """Read every listing of the page or pages in `text`."""
    reader = _PageReader(file)
    for paragraph in _paragraphs(text):
        reader.take(paragraph)
    reader.end()
    faults = sorted(reader.faults, key=lambda fault: fault.line)
    return Parsed(tuple(reader.items), tuple(faults), tuple(reader.pages), reader.title, len(reader.mended))


def _paragraphs(text: str) -> Iterator[_Paragraph]:
    """Yield the paragraphs of a page; a date in the first line of one is a paragraph of its own."""
    blocks = [(_Paragraph.of(block[:1]), block) for block in _blocks(_lines(text))]
    alone = [len(block) == 1 for first, block in blocks if first.date]
    spaced = 2 * sum(alone) > len(alone)  # most dates have blank lines around them
    for first, block in blocks:
        if spaced and not first.date:
            yield _Paragraph.of(block)
            continue
        yield first
        if spaced and block[1:]:
            yield _Paragraph.of(block[1:])
        else:
            yield from (_Paragraph.of([line]) for line in block[1:])


def _lines(text: str) -> list[tuple[int, str]]:
    """Its lines, each with its number; where most begin with a date, this and what follows it are apart."""
    lines = list(enumerate(lines_of(text), 1))
    dated = {
        number: said for number, line in lines if (said := _DATED.fullmatch(fold(line))) and is_date_alone(said[1])
    }
    filled = [line for _, line in lines if line.strip()]
    if len(dated) < _FEWEST_DATED or 2 * len(dated) < len(filled) or any(map(is_date_alone, filled)):
        return lines
    return [
        (number, part)
        for number, line in lines
        for part in (("", dated[number][1], "", dated[number][2], "") if number in dated else (line,))
    ]


def _blocks(lines: Sequence[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """Yield blocks of (number, line) between blank lines; a bulleted date begins one, furniture is one by itself."""
    block: list[tuple[int, str]] = []
    for number, line in lines:
        text = fold(line)
        alone = _RANGE.fullmatch(text) or _FURNITURE.fullmatch(text)
        if block and (not text or alone or (_BULLET.match(text) and _Paragraph.of([(number, line)]).bullet)):
            yield block
            block = []
        if text:
            block.append((number, line))
        if alone:
            yield block
            block = []
    if block:
        yield block
