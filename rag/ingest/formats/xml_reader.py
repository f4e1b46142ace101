"""XML -> its elements, one after the other. Nothing is fetched, and nothing huge is built in memory.

Only the named characters of HTML (&nbsp;, &eacute;) are resolved, and only in a file that declares no entities.

Elements are looked up by their local names: archives use the same ones with and without namespaces.
"""

import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from html.entities import name2codepoint
from typing import Any, BinaryIO, TypeAlias

from lxml import etree  # type: ignore[import-untyped]  # it comes without types

from rag.dates.archival_date import ArchivalDate, parse_date
from rag.ingest.formats.files import SourceFile
from rag.ingest.formats.protocol import fold, repaired, unstorable

Element: TypeAlias = Any

_SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
_BEGIN = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<", b"\xfe\xff\0<")
_CHARACTERS = {f"&{html};".encode(): b"&#%d;" % code for html, code in name2codepoint.items() if code >= ord("\x80")}
_ENTITY = re.compile(rb"&[a-zA-Z0-9]+;")
_DECLARED = re.compile(rb"[^>]{0,200}\sencoding\s*=")
_UTF_8 = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?!\?xml[^>]*encoding\s*=\s*[\"'](?!utf-?8))", re.IGNORECASE)
_LONGEST = max(map(len, _CHARACTERS))  # bytes
_BEGUN = re.compile(rb"&[a-zA-Z0-9]*\Z")
# These separate the words before and after them.
_NOT_READ = frozenset({"fw", "del"})  # heads of pages, and what a writer struck out
_CHOICE, _READINGS = "choice", ("corr", "reg", "expan")  # of two readings, the editor's
_BLOCKS = frozenset({"p", "lb", "item", "head", "cell", "row", "lg", "l", "div", "list", "note", "part"})


def root(opened: SourceFile) -> str | None:
    """Return the local name of the outermost element, empty where none begins; None where the file is not XML."""
    head = opened.head.lstrip(b" \t\r\n")
    if not head.startswith(_BEGIN):
        return None
    parser = etree.XMLPullParser(("start",), **_SAFE)
    with suppress(etree.XMLSyntaxError):  # the root may come before the error
        parser.feed(head)
    return next((name(element) for _, element in parser.read_events()), "")


def elements(opened: SourceFile) -> Iterator[tuple[str, Element]]:
    """Yield the start and end of each element in order; SourceError where the XML is broken."""
    with opened.bytes() as stream:
        source = stream if b"<!ENTITY" in opened.head else _Characters(stream, opened)
        encoding = None if _DECLARED.match(opened.head) else _known(opened.found_encoding())
        parsing = etree.iterparse(
            source, ("start", "end"), remove_comments=True, remove_pis=True, encoding=encoding, **_SAFE
        )
        try:
            for event, element in parsing:
                if isinstance(element.tag, str):
                    yield event, element
        except etree.XMLSyntaxError as error:
            # For an unknown entity only the log has the name and the line.
            fatal = parsing.error_log.filter_from_fatals()
            line, message = (fatal[0].line, fatal[0].message) if len(fatal) else (error.lineno or 0, error.msg)
            raise opened.fault(line, f"the XML is broken here ({message}); correct it, what follows is lost") from error


def _known(encoding: str | None) -> str | None:
    """The encoding, if the parser knows its name."""
    with suppress(LookupError):
        etree.XMLParser(encoding=encoding)
        return encoding
    return None


class _Characters:
    """A stream that any XML may contain: named characters of HTML as numbers, a few bytes that are no UTF-8 mended."""

    def __init__(self, stream: BinaryIO, opened: SourceFile) -> None:
        self._stream = stream
        self._opened = opened
        self._mends = _UTF_8.match(opened.head) is not None and opened.found_encoding() is None

    def read(self, size: int) -> bytes:
        """Read about so many bytes; none only at the end."""
        content = self._stream.read(size)
        while (_BEGUN.search(content[-_LONGEST:]) or content[-1:] >= b"\x80") and (more := self._stream.read(1)):
            content += more
        if self._mends and unstorable(words := content.decode("utf-8", "surrogateescape")):
            self._opened.mended = True
            content = repaired(words).encode()
        return _ENTITY.sub(lambda entity: _CHARACTERS.get(entity[0], entity[0]), content)


def name(element: Element) -> str:
    """Return its name without namespace; empty for anything but an element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: Element, local: str) -> str:
    """Return the value of an attribute in any namespace; empty where there is none."""
    value = next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == local), "")
    return fold(str(value))


def namespace(element: Element) -> str:
    """Return the address of its namespace; empty where it has none."""
    return str(element.tag)[1:].partition("}")[0] if str(element.tag).startswith("{") else ""


def descendants(element: Element | None, *names: str) -> Iterator[Element]:
    """Yield every element of these names within it, in order."""
    if element is not None:
        yield from (inner for inner in element.iterdescendants() if name(inner) in names)


def first(element: Element | None, *path: str) -> Element | None:
    """Follow a path: the first descendant of the first name, within it the first of the next name, and so on."""
    for step in path:
        element = next(descendants(element, step), None)
    return element


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """Yield every child of these names."""
    if element is not None:
        yield from (child for child in element if name(child) in names)


def text(element: Element | None, without: Collection[str] = ()) -> str:
    """Return its text on one line, without the elements named in `without`."""
    return "" if element is None else fold("".join(_pieces(element, without)))


def _pieces(element: Element, without: Collection[str]) -> Iterator[str]:
    yield element.text or ""
    read = (
        next((child for tag in _READINGS for child in children(element, tag)), None)
        if name(element) == _CHOICE
        else None
    )
    for child in element:
        if child.tag is etree.Entity:
            raise EntityError(child.name)
        tag = name(child)
        if tag and tag not in without and tag not in _NOT_READ and (read is None or child is read):
            space = " " if tag in _BLOCKS and attribute(child, "break") != "no" else ""
            yield space
            yield from _pieces(child, without)
            yield space
        yield child.tail or ""


class EntityError(ValueError):
    """A text has an entity that is not resolved."""

    def __init__(self, entity: str) -> None:
        super().__init__(f"it uses the entity &{entity};, and entities are not resolved; write its text instead")


def dated(display: str, normal: str) -> ArchivalDate | str:
    """Return a date as displayed, with the days of its normal form where the display has none or is less exact."""
    displayed, exact = parse_date(display), parse_date(normal)
    if not display or not exact.edtf:
        return display or normal
    if displayed.edtf and (displayed.vague or _days(displayed) <= _days(exact)):
        return displayed
    return ArchivalDate(displayed.text, exact.edtf, exact.start, exact.end)


def _days(date: ArchivalDate) -> int:
    """How many days it can mean."""
    return (date.end - date.start).days if date.start and date.end else 10**6
