"""A page of HTML -> its paragraphs as a reader sees them, those of each listing in the order of a saved text."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lxml import etree  # type: ignore[import-untyped]  # it comes without types

from rag.dates.archival_date import is_date
from rag.ingest.formats.column_names import guess
from rag.ingest.formats.listing_pages import is_range
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
_LONGEST_DATE = 60  # characters
_FEWEST = 2  # dates that make a page a list, paragraphs that make a listing


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of a page."""

    text: str
    element: Element  # the innermost block element around it
    href: str  # where its first link leads, as written; empty where it has none

    @property
    def is_date(self) -> bool:
        """Whether it is only a date."""
        return _is_date(self.text)


def _is_date(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_DATE and is_date(text)


def _unlabelled(text: str) -> str:
    """A date without the word for it: "Date : 24 février 1848"; other text as it is."""
    label, colon, rest = text.partition(":")
    return rest.strip() if colon and "date" in guess((label,)) and _is_date(rest.strip()) else text


def blocks(body: Element) -> list[Block]:
    """Return the paragraphs in their order, without what no reader sees. A date alone in an element is one."""
    found: list[Block] = []
    words: list[str] = []
    href, current, unseen = "", body, 0

    def end() -> None:
        nonlocal href
        if text := fold("".join(words)):
            found.append(Block(_unlabelled(text), current, href))
        words.clear()
        href = ""

    for event, element in etree.iterwalk(body, ("start", "end")):
        hidden = element.tag in _UNSEEN or "hidden" in element.attrib or _HIDDEN.search(element.get("style", ""))
        if event == "start":
            unseen += bool(hidden)
        if not unseen:
            if element.tag not in _INLINE or _is_date(fold("".join(element.itertext()))):
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
    return _checked(parts[0], parts[1:]) if rank else None


def _checked(others: list[Block], listings: list[list[Block]]) -> tuple[list[Block], list[list[Block]]] | None:
    """The listings, if there are several, each has one date and a title, and no other date is left."""
    whole = all(len(several) >= _FEWEST and sum(block.is_date for block in several) == 1 for several in listings)
    return (others, listings) if len(listings) >= _FEWEST and whole and not any(b.is_date for b in others) else None


def _around(block: Block) -> Iterator[Element]:
    """The elements around a paragraph, from the inside; the last is the page itself."""
    yield block.element
    yield from block.element.iterancestors()
