"""A page of HTML -> its paragraphs as a reader sees them, those of each listing in the order of a saved text."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree  # type: ignore[import-untyped]  # it comes without types

from rag.dates.archival_date import is_date
from rag.ingest.formats.listing_pages import is_range
from rag.ingest.formats.protocol import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    """A paragraph of a page.

    Attributes:
        element: The innermost block element around it.
        href: Where its first link leads, as written; empty where it has none.
    """

    text: str
    element: Element
    href: str

    @property
    def is_date(self) -> bool:
        """Whether it is only a date."""
        return _is_date(self.text)


def _is_date(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_DATE and is_date(text)


def blocks(body: Element) -> list[Block]:
    """Return the paragraphs in their order, without what no reader sees. A date alone in an element is one."""
    found: list[Block] = []
    words: list[str] = []
    href, current, unseen = "", body, 0

    def end() -> None:
        nonlocal href
        if text := fold("".join(words)):
            found.append(Block(text, current, href))
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
    """
    dates = Counter(outer for block in paragraphs if block.is_date for outer in _around(block))
    holders = {
        outer for block in paragraphs if block.is_date for outer in list(_around(block))[:-1] if dates[outer] == 1
    }
    listings: dict[Element | None, list[Block]] = {}
    for block in paragraphs:
        holder = next((outer for outer in reversed(list(_around(block))) if outer in holders), None)
        listings.setdefault(holder, []).append(block)
    others = listings.pop(None, [])
    alone = any(block.is_date for block in others) or any(len(several) < _FEWEST for several in listings.values())
    if alone or len(listings) < _FEWEST:
        yield from (block.text for block in paragraphs)
        return
    yield from (block.text for block in others if is_range(block.text))
    for several in listings.values():
        date = next(block for block in several if block.is_date)
        rest = [block for block in several if block is not date]
        headed = (block for block in rest if block.element.tag in _HEADINGS)
        title = next(headed, next((block for block in rest if block.href), rest[0]))
        yield from (block.text for block in (date, title, *(block for block in rest if block is not title)))


def _around(block: Block) -> Iterator[Element]:
    """The elements around a paragraph, from the inside; the last is the page itself."""
    yield block.element
    yield from block.element.iterancestors()
