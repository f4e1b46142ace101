"""XML that programs write from a table -> listings: an element for each record, and in it one for each column.

Calm, CONTENTdm, Access and FileMaker export so. The records are the children of the root, or of these.
"""

from collections.abc import Iterator
from itertools import islice

from lxml import etree  # type: ignore[import-untyped]  # it comes without types

from rag.ingest.formats.column_mapping import Mapper
from rag.ingest.formats.column_names import guess
from rag.ingest.formats.files import SourceFile
from rag.ingest.formats.protocol import Extracted
from rag.ingest.formats.tables import by_column, known
from rag.ingest.formats.xml_reader import Element, EntityError, elements, name, root, text

SUFFIXES = frozenset({".xml"})

_STYLE = "style"
_DEPTHS = (1, 2)  # elements around a record


def sniff(opened: SourceFile) -> bool:
    return root(opened) not in {None, "", "html"} and _depth(opened) > 0


def read(opened: SourceFile) -> Iterator[Extracted]:
    depth = _depth(opened)
    mapper = Mapper(opened, "XML table")
    for element, _ in _rows(opened, depth):
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


def _depth(opened: SourceFile) -> int:
    """How many elements are around each record; 0 where the first ones at no depth have names that are known."""
    firsts = ((depth, next(_rows(opened, depth), None)) for depth in _DEPTHS)
    return next((depth for depth, row in firsts if row and known(row[1], opened.choice)), 0)


def _rows(opened: SourceFile, depth: int) -> Iterator[tuple[Element, list[str]]]:
    """Each element at this depth that has others, with their names."""
    for event, element in elements(opened):
        if event == "end" and len(element) and sum(1 for _ in element.iterancestors()) == depth:
            yield element, list(map(name, element))
