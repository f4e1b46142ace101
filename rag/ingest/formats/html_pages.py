"""A page that a browser saved -> listings: of what it says in JSON-LD or in its head, of its tables, or of its text.

The text is read as a reader sees it. Where each date has an element of its own around it, with a title and no other
date, that element is a listing, whatever the order within; else the page is read as if its text had been saved.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_string, policy
from typing import Any
from urllib.parse import urljoin

from lxml import etree  # type: ignore[import-untyped]  # it comes without types

from rag.ingest.formats import listing_pages
from rag.ingest.formats.column_mapping import Mapper
from rag.ingest.formats.column_names import guess
from rag.ingest.formats.files import SourceFile
from rag.ingest.formats.html_text import blocks, described, entries, in_order
from rag.ingest.formats.linked_data import documents
from rag.ingest.formats.markup import readable
from rag.ingest.formats.protocol import Extracted, fold
from rag.ingest.formats.tables import heading, looks_like_names, read_rows, unknown
from rag.ingest.formats.xml_reader import Element

SUFFIXES = frozenset({".html", ".htm", ".xhtml", ".mhtml", ".mht"})

_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_MHTML = re.compile(
    rb"(?:[A-Z][\w-]*:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){1,12}?Content-Type:\s*multipart/related", re.IGNORECASE
)
_LIST = 2  # listings
_BEGINNING = 4096  # bytes in which a page says that it is one
_WEB = re.compile(r"https?://", re.IGNORECASE)
_SAVED_FROM = re.compile(r"saved from url=\(\d+\)(\S+)")


def sniff(opened: SourceFile) -> bool:
    return (
        _MHTML.match(opened.head) is not None or _HTML.search(opened.head[:_BEGINNING].replace(b"\0", b"")) is not None
    )


def read(opened: SourceFile) -> Iterator[Extracted]:
    from lxml import html  # noqa: PLC0415 - only where a file is a page

    content = (_archived(opened) or opened.whole()).replace("\0", "")
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        page = html.document_fromstring(content.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise opened.fault(0, f"the page cannot be read ({fold(str(error))[:100]}); save it again") from error
    base = _address(page, content)
    if rows := [*_linked_data(page)] or [*documents([*_microdata(page)])] or [*_meta(page)] or _entries(page, base):
        mapper = Mapper(opened, "HTML, its own data")
        for row in rows:
            yield mapper.read(0, row)
        yield from mapper.end()
        return
    grids = [_grid(table) for table in page.iter("table")]
    found = False
    for grid in grids:
        header, count = heading([cells for _, cells in grid], opened.choice)
        if count and len(grid) > header + 1:
            mapper = Mapper(opened, "HTML table")
            found = True
            yield from read_rows(_with_links(grid, header, base), mapper, header)
            yield from mapper.end()
    if not found:
        for grid in grids:
            if names := _unknown(grid):
                raise opened.fault(grid[0][0].sourceline or 0, f"it has a table, but {unknown(names, opened.choice)}")
        yield from _listings(opened, page, base)


def _archived(opened: SourceFile) -> str:
    """The page of a web archive of one file (MHTML); empty for any other."""
    if not _MHTML.match(opened.head):
        return ""
    message = message_from_string(opened.whole(), policy=policy.default)
    page = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
    try:
        return "" if page is None else str(page.get_content())
    except (LookupError, ValueError, KeyError):
        return ""


def _address(page: Element, content: str) -> str:
    """Where the page was saved from, as far as it says so."""
    for path in ("//base/@href", "//link[@rel='canonical']/@href", "//meta[@property='og:url']/@content"):
        for address in page.xpath(path):
            if str(address).startswith("http"):
                return str(address)
    saved = _SAVED_FROM.search(content[:_BEGINNING])
    return saved[1] if saved else ""


def _linked_data(page: Element) -> Iterator[dict[str, Any]]:
    """The documents that it describes in JSON-LD."""
    for script in page.iter("script"):
        if "ld+json" in (script.get("type") or ""):
            try:
                yield from documents(json.loads(script.text or "null"))
            except (ValueError, RecursionError):
                continue


def _meta(page: Element) -> Iterator[dict[str, Any]]:
    """What its head says in Dublin Core, if it is the page of one document."""
    values: dict[str, list[str]] = {}
    for meta in page.iter("meta"):
        name = (meta.get("name") or "").strip()
        if re.match(r"dc(?:terms)?\.", name, re.IGNORECASE) and (content := meta.get("content")):
            values.setdefault(name, []).append(content)
    if "title" in guess(values) and len(guess(values)) > 1:
        yield dict(values)


def _microdata(page: Element) -> Iterator[dict[str, Any]]:
    """What it says of documents in microdata (itemscope, itemprop), which has the names of JSON-LD."""
    for item in page.xpath("//*[@itemscope][@itemtype][not(ancestor::*[@itemscope])]"):
        row: dict[str, Any] = {"@type": item.get("itemtype").rpartition("/")[2]}
        for said in item.xpath(".//*[@itemprop]"):
            if said.xpath("ancestor::*[@itemscope][1]")[0] is not item:
                continue
            given = (said.get(name) for name in ("content", "datetime", "href", "src"))
            row.setdefault(said.get("itemprop"), []).append(next(filter(None, given), fold("".join(said.itertext()))))
        yield row


def _entries(page: Element, base: str) -> list[dict[str, Any]]:
    """The documents that it describes one below the other, each in a list of terms or a table of its own."""
    rows: list[dict[str, Any]] = []
    for row, href in entries(page):
        fields = guess(row).keys()
        if "title" in fields and len(fields) > 1:
            rows.append(row if "source_url" in fields or not href else {**row, "link": urljoin(base, href)})
    return rows if len(rows) >= _LIST else []


def _grid(table: Element) -> list[tuple[Element, list[str]]]:
    """Its own rows but those of its foot, with the cells that reach down from the rows above."""
    rows: list[tuple[Element, list[str]]] = []
    above: dict[int, tuple[int, str]] = {}  # by column: for how many rows a cell reaches down, and its text
    for row in table.iter("tr"):
        if next(row.iterancestors("table")) is not table or next(row.iterancestors("tfoot", "table")).tag == "tfoot":
            continue
        cells: list[str] = []
        below: dict[int, tuple[int, str]] = {}
        for cell in (*(cell for cell in row if cell.tag in {"td", "th"}), None):
            while len(cells) in above:
                down, words = above.pop(len(cells))
                below |= {len(cells): (down - 1, words)} if down > 1 else {}
                cells.append(words)
            if cell is not None:
                words = fold(readable(etree.tostring(cell, encoding="unicode", with_tail=False)))
                down = _span(cell, "rowspan")
                for _ in range(_span(cell, "colspan")):
                    below |= {len(cells): (down - 1, words)} if down > 1 else {}
                    cells.append(words)
        above = below
        rows.append((row, cells))
    return rows


def _unknown(grid: list[tuple[Element, list[str]]]) -> list[list[str]]:
    """The rows of a table by its shape: equally wide, below a row of nothing but headings; none of another."""
    rows = [cells for _, cells in grid]
    headed = bool(grid) and all(cell.tag == "th" for cell in grid[0][0]) and looks_like_names(rows[0])
    return rows if headed and len(rows) > 1 and len(set(map(len, rows))) == 1 else []


def _span(cell: Element, of: str) -> int:
    span = cell.get(of, "1")
    return min(int(span), 100) if span.isdecimal() and span.isascii() and len(span) < len("10000") else 1


def _with_links(rows: list[tuple[Element, list[str]]], header: int, base: str) -> Iterator[tuple[int, list[str] | str]]:
    """The rows, each with the address of its first link, where no column has addresses."""
    width = len(rows[header][1])
    linked = "source_url" in guess(rows[header][1])
    for number, (row, cells) in enumerate(rows):
        link = next((urljoin(base, a.get("href")) for a in row.iter("a") if a.get("href")), "")
        more = [*cells, *[""] * (width - len(cells)), "link" if number == header else link]
        yield row.sourceline or 0, cells if linked or len(cells) > width else more


def _listings(opened: SourceFile, page: Element, base: str) -> Iterator[Extracted]:
    """The listings of its text, with the links of their titles; the lines of a page say nothing to a reader."""
    alive = list(page.iter())  # lxml forgets which element is which where nothing refers to it
    paragraphs = blocks(next(page.iter("body"), page))
    links = {block.text: urljoin(base, block.href) for block in paragraphs if block.href}
    parsed = listing_pages.parse("\n\n".join(in_order(paragraphs)), opened.file)
    row = described(paragraphs) if len(parsed.items) < _LIST else {}
    del alive
    if row:
        mapper = Mapper(opened, "HTML, one document")
        yield mapper.read(0, row if "source_url" in guess(row) else {**row, "source_url": base})
        yield from mapper.end()
        return
    for item in parsed.items:
        link = links.get(item.record.title, "")
        yield replace(item, line=0, record=replace(item.record, source_url=link if _WEB.match(link) else None))
    yield from (opened.fault(0, fault.reason) for fault in parsed.faults)
    yield from parsed.pages
