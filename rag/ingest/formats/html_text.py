"""A page of HTML -> its paragraphs as a reader sees them, those of each listing in the order of a saved text."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # it comes without types

from rag.ingest.formats.column_names import MULTIVALUED, guess
from rag.ingest.formats.listing_pages import is_date_alone, is_range
from rag.ingest.formats.protocol import fold
from rag.ingest.formats.xml_reader import Element

_INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var",
    "wbr",
})  # fmt: skip
_UNSEEN = frozenset({
    "script", "style", "template", "noscript", "head", "nav", "footer", "aside", "form", "button", "select",
    "iframe", "svg", "object",
})  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "dt"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_LONGEST_LABEL = 40  # characters
_FEWEST_LABELS = 3  # that make a page the description of one document
_FEWEST = 2  # dates that make a page a list, paragraphs that make a listing


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of a page."""

    text: str
    element: Element  # the innermost block element around it
    href: str  # where its first link leads, as written; empty where it has none
    label: str = ""  # the name of a column before a colon at its beginning: "Date: 24 February 1848"

    @property
    def is_date(self) -> bool:
        """Whether it is only a date; a year is one where its element is called so."""
        called = "date" in self.element.get("class", "") and re.fullmatch("[12][0-9]{3}", self.text) is not None
        return called or is_date_alone(self.text)


def blocks(body: Element) -> list[Block]:
    """Return the paragraphs in their order, without what no reader sees. A date alone in an element is one."""
    found: list[Block] = []
    words: list[str] = []
    href, current, unseen = "", body, 0

    def end() -> None:
        nonlocal href
        if text := fold("".join(words)):
            label, colon, rest = (part.strip() for part in text.partition(":"))
            label = label if colon and rest and len(label) <= _LONGEST_LABEL and guess((label,)) else ""
            dated = "date" in guess((label,)) and is_date_alone(rest)
            found.append(Block(rest if dated else text, current, href, label))
        words.clear()
        href = ""

    for event, element in etree.iterwalk(body, ("start", "end")):
        hidden = element.tag in _UNSEEN or "hidden" in element.attrib or _HIDDEN.search(element.get("style", ""))
        if event == "start":
            unseen += bool(hidden)
        if not unseen:
            if element.tag not in _INLINE or is_date_alone(fold("".join(element.itertext()))):
                end()
                current = element if event == "start" else element.getparent()
            if event == "start":
                href = href or (element.get("href", "") if element.tag == "a" else "")
                words.append(element.text or "")
        if event == "end":
            unseen -= bool(hidden)
            words.append("" if unseen else element.tail or "")
    end()
    return found


def entries(page: Element) -> Iterator[tuple[dict[str, list[str]], str]]:
    """What lists of terms and tables of two columns say of each document, by names, with its first link."""
    for whole in page.iter("dl", "table"):
        if whole.tag == "dl":
            pairs = [(part.tag == "dt", part) for part in whole.iter("dt", "dd")]
        else:
            rows = [list(row.iter("th", "td")) for row in whole.iter("tr")]
            paired = all(len(cells) == len(("name", "value")) for cells in rows)
            pairs = [(not at, cell) for cells in rows if paired for at, cell in enumerate(cells)]
        row: dict[str, list[str]] = {}
        name = href = ""
        for names, part in pairs:
            text = fold("".join(part.itertext()))
            if names:
                name = text.rstrip(": ")
                if name in row and name == next(iter(row)):  # the next document of the same list
                    yield row, href
                    row, href = {}, ""
                row.setdefault(name, [])
            elif name:
                row[name].append(text)
                href = href or next((link.get("href") for link in part.iter("a") if link.get("href")), "")
        if row:
            above = [] if "title" in guess(row) else whole.xpath("preceding-sibling::*[1]")
            titles = [fold("".join(part.itertext())) for part in above if part.tag in _HEADINGS]
            yield row | ({"title": titles} if titles else {}), href


def described(paragraphs: Sequence[Block]) -> dict[str, Any]:
    """Return what a page of one document says under labels, such as <dt>Date</dt>; empty for any other page.

    A label is the name of a column, or looks as those do; its values stand below it in the element around it.
    """
    named = [block for block in paragraphs if len(block.text) <= _LONGEST_LABEL and guess((block.text.rstrip(": "),))]
    looks = {_look(block) for block in named}
    values: dict[str, list[str]] = {}
    label: Block | None = None
    for block in paragraphs:
        if block.label:
            values.setdefault(block.label, []).append(block.text.removeprefix(block.label).lstrip(": "))
        elif _look(block) in looks and len(block.text) <= _LONGEST_LABEL:
            label = block
            if label.text.rstrip(": ") in values:
                return {}
            values[label.text.rstrip(": ")] = []
        elif label is not None and label.element.getparent() in list(_around(block)):
            values[label.text.rstrip(": ")].append(block.text)
    row = {
        name: said if guess((name,)).keys() & {*MULTIVALUED} else " ".join(said)
        for name, said in values.items()
        if said
    }
    fields = guess(row).keys()
    if sum(bool(guess((name,))) for name in row) < _FEWEST_LABELS or not fields & {"date", "summary"}:
        return {}
    title = next((block.text for block in paragraphs if block.element.tag == "h1"), "")
    return row if "title" in fields else {"title": title, **row} if title else {}


def _look(block: Block) -> tuple[str, str]:
    return block.element.tag, block.element.get("class", "")


def in_order(paragraphs: Sequence[Block]) -> Iterator[str]:
    """Yield their texts; where each date has an element of its own with a title, its date and title come first.

    Then nothing else but lines such as "1 - 10 of 31" is kept: no text after a listing can be taken for its summary.
    So it is where each date has a heading above it, and no other date below the same heading.
    """
    others, listings = _by_element(paragraphs) or _by_heading(paragraphs) or (list(paragraphs), [])
    yield from (block.text for block in others if not listings or is_range(block.text))
    for several in listings:
        date = next(block for block in several if block.is_date)
        rest = [block for block in several if block is not date]
        headed = (block for block in rest if block.element.tag in _HEADINGS)
        title = next(headed, next((block for block in rest if block.href), rest[0]))
        yield from (block.text for block in (date, title, *(block for block in rest if block is not title)))


def _by_element(paragraphs: Sequence[Block]) -> tuple[list[Block], list[list[Block]]] | None:
    """What stands outside, and in, the outermost elements that have one date; None where these make no listings."""
    dates = Counter(outer for block in paragraphs if block.is_date for outer in _around(block))
    holders = {
        outer for block in paragraphs if block.is_date for outer in list(_around(block))[:-1] if dates[outer] == 1
    }
    listings: dict[Element | None, list[Block]] = {}
    for block in paragraphs:
        holder = next((outer for outer in reversed(list(_around(block))) if outer in holders), None)
        listings.setdefault(holder, []).append(block)
    return _checked(listings.pop(None, []), list(listings.values()))


def _by_heading(paragraphs: Sequence[Block]) -> tuple[list[Block], list[list[Block]]] | None:
    """What stands above, and below, the headings of the lowest rank that have dates; None where these make none."""
    below = [first.element.tag for first, second in pairwise(paragraphs) if second.is_date]
    rank = next((tag for tag in below if tag in _HEADINGS), "")
    parts: list[list[Block]] = [[]]
    for block in paragraphs:
        if block.element.tag == rank:
            parts.append([])
        parts[-1].append(block)
    dated = [block for block in parts[-1][1:2] if block.is_date]
    alone = len(parts) == _FEWEST and dated and not any(block.href for block in parts[1][2:3])
    if alone:  # the page of one document; what follows below other headings is no part of it
        parts[1][1:] = takewhile(lambda block: block.element.tag not in _HEADINGS, parts[1][1:])
    return _checked(parts[0], parts[1:], fewest=1 if alone else _FEWEST) if rank else None


def _checked(
    others: list[Block], listings: list[list[Block]], fewest: int = _FEWEST
) -> tuple[list[Block], list[list[Block]]] | None:
    """The listings, if there are so many, each has one date and a title, and no other date is left."""
    whole = all(len(several) >= _FEWEST and sum(block.is_date for block in several) == 1 for several in listings)
    return (others, listings) if len(listings) >= fewest and whole and not any(b.is_date for b in others) else None


def _around(block: Block) -> Iterator[Element]:
    """The elements around a paragraph, from the inside; the last is the page itself."""
    yield block.element
    yield from block.element.iterancestors()
