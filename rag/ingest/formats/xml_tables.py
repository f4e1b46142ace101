"""XML that programs write from a table -> listings: an element for each record, and in it one for each column.

Calm, CONTENTdm and Access export so. The records are the children of the root, or of these; or the root is the only
one. FileMaker and Excel write rows of cells instead, whose names stand apart or in the first row.
"""

from collections.abc import Iterator
from itertools import chain, islice

from lxml import etree  # type: ignore[import-untyped]  # it comes without types

from rag.ingest.formats.column_mapping import Mapper
from rag.ingest.formats.column_names import guess
from rag.ingest.formats.files import SourceFile
from rag.ingest.formats.protocol import Extracted
from rag.ingest.formats.tables import TOP, by_column, heading, known, read_rows, unknown
from rag.ingest.formats.xml_reader import Element, EntityError, attribute, children, elements, name, root, text

SUFFIXES = frozenset({".xml"})

_STYLE = "style"
_DEPTHS = (1, 0, 2)  # elements around a record
_GRIDS = {"FMPXMLRESULT": ("ROW", "COL", "DATA"), "Workbook": ("Row", "Cell", "Data")}  # rows, cells, texts
_OF_ONE = ("date", "summary")  # what a document has beside its title, and a list of documents has not
_FEED = "channel"  # of RSS, which has a title of its own
_MOST_CELLS = 500  # of one row


def sniff(opened: SourceFile) -> bool:
    return root(opened) not in {None, "", "html"} and (root(opened) in _GRIDS or _depth(opened) is not None)


def read(opened: SourceFile) -> Iterator[Extracted]:
    if root(opened) in _GRIDS:
        yield from _read_grid(opened)
        return
    depth = _depth(opened)
    mapper = Mapper(opened, "XML table")
    for element, _ in _rows(opened, depth or 0):
        try:
            yield mapper.read(element.sourceline, by_column(*_columns(element)))
        except EntityError as error:
            yield mapper.fault(element.sourceline, str(error))
        element.clear(keep_tail=True)
    yield from mapper.end()


def unknown_columns(opened: SourceFile) -> tuple[str, ...]:
    """The names in the first rows, where these are alike; none of them may be known."""
    for depth in _DEPTHS:
        first, second = [*(names for _, names in islice(_rows(opened, depth), 2)), [], []][:2]
        if first == second and len(set(first)) > 1:
            return tuple(dict.fromkeys(first))
    return ()


def _columns(row: Element) -> tuple[list[str], list[str | list[str]]]:
    """The names of its elements and what they say; of one that only groups others, these."""
    parts = [part for group in row for part in (group if len(group) and not guess((name(group),)) else (group,))]
    return list(map(name, parts)), list(map(_said, parts))


def _said(element: Element) -> str | list[str]:
    """Its text, or those of its elements apart: <authors><author>; EndNote's <style> only says how it looks."""
    leaves = [leaf for leaf in element.iter(etree.Element) if name(leaf) != _STYLE and not _groups(leaf)]
    return text(element) if leaves in ([], [element]) else list(map(text, leaves))


def _groups(element: Element) -> bool:
    return any(name(inner) != _STYLE for inner in element)


def _read_grid(opened: SourceFile) -> Iterator[Extracted]:
    rows = _cells(opened)
    top = list(islice(rows, TOP))
    header, count = heading([row for _, row in top], opened.choice)
    if not count:
        raise opened.fault(1, f"it is a table, but {unknown([row for _, row in top] or [['']], opened.choice)}")
    mapper = Mapper(opened, "XML table")
    yield from read_rows((row for row in chain(top, rows) if any(row[1])), mapper, header)
    yield from mapper.end()


def _cells(opened: SourceFile) -> Iterator[tuple[int, list[str]]]:
    """The rows of cells; first, of FileMaker, the names of its fields."""
    row, cell, said = _GRIDS[root(opened) or ""]
    for event, element in elements(opened):
        if event == "start":
            continue
        if name(element) == "METADATA":
            yield element.sourceline, [attribute(one, "NAME") for one in children(element, "FIELD")]
        elif name(element) == row:
            cells: list[str] = []
            for one in children(element, cell):
                at = attribute(one, "Index")  # Excel leaves out empty cells before it
                cells += [""] * (min(int(at), _MOST_CELLS) - 1 - len(cells) if at.isdecimal() else 0)
                cells.append("; ".join(map(text, children(one, said))))
            yield element.sourceline, cells
            element.clear(keep_tail=True)


def _depth(opened: SourceFile) -> int | None:
    """How many elements are around each record; None where the first ones at no depth have names that are known."""
    for depth in _DEPTHS:
        row = next(_rows(opened, depth), None)
        if row is None:
            continue
        names = row[1] if depth else [name(leaf) for leaf in row[0] if not len(leaf)]  # what contains records has none
        if known(names, opened.choice) and (depth or not guess(names).keys().isdisjoint(_OF_ONE)):
            return depth
    return None


def _rows(opened: SourceFile, depth: int) -> Iterator[tuple[Element, list[str]]]:
    """Each element at this depth that has others, with their names."""
    for event, element in elements(opened):
        if (
            event == "end"
            and len(element)
            and sum(1 for _ in element.iterancestors()) == depth
            and name(element) != _FEED
        ):
            yield element, list(map(name, element))
