"""XML -> its elements, one after the other. Nothing is fetched, nothing huge is held.

No entity is resolved but the letters of HTML (&nbsp;, &eacute;), and these only in a file that declares none itself.

Elements are looked up by their local names: archives use the same ones with and without namespaces.
"""

from __future__ import annotations

import re
from contextlib import suppress
from html.entities import name2codepoint
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

from lxml import etree  # type: ignore[import-untyped]  # it comes without types

from rag.dates.archival_date import ArchivalDate, parse_date
from rag.ingest.formats.protocol import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from rag.ingest.formats.files import Opened

    Element: TypeAlias = Any

_SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
_BEGIN = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<", b"\xfe\xff\0<")
_NUMBERED = {f"&{called};".encode(): b"&#%d;" % code for called, code in name2codepoint.items() if code >= ord("\x80")}
_LETTER = re.compile(rb"&[a-zA-Z0-9]+;")
_PLAIN = {b"<![CDATA[": b"]]>", b"<!--": b"-->", b"<?": b"?>"}  # begin and end of what holds no entities
_BEGUN = re.compile(b"|".join(map(re.escape, _PLAIN)))
_LONGEST = max(map(len, (*_NUMBERED, *_PLAIN)))  # bytes
_CUT = re.compile(rb"(&[a-zA-Z0-9]*|<(!(-|\[[A-Z]*)?)?|\]\]?|--?|\?)\Z")
# Words on either side of these are apart.
_BLOCKS = frozenset({"p", "lb", "item", "head", "cell", "row", "lg", "l", "div", "list", "note", "part"})


def root(opened: Opened) -> str | None:
    """The local name of the outermost element, empty where none begins; None where the file is no XML."""
    head = opened.head.lstrip(b" \t\r\n")
    if not head.startswith(_BEGIN):
        return None
    parser = etree.XMLPullParser(("start",), **_SAFE)
    with suppress(etree.XMLSyntaxError):  # what comes first may be whole
        parser.feed(head)
    return next((name(element) for _, element in parser.read_events()), "")


def elements(opened: Opened) -> Iterator[tuple[str, Element]]:
    """Where each element starts and ends, in order; SourceError where the XML breaks off."""
    with opened.bytes() as stream:
        source = stream if b"<!ENTITY" in opened.head else _Lettered(stream)
        parsing = etree.iterparse(source, ("start", "end"), remove_comments=True, remove_pis=True, **_SAFE)
        try:
            for event, element in parsing:
                if isinstance(element.tag, str):
                    yield event, element
        except etree.XMLSyntaxError as error:
            # Of an entity that is not known the exception says neither what nor where; the log does.
            told = parsing.error_log.filter_from_fatals()
            line, said = (told[0].line, told[0].message) if len(told) else (error.lineno or 0, error.msg)
            raise opened.fault(line, f"the XML is broken here ({said}); correct it, what follows is lost") from error


class _Lettered:
    """A stream in which the letters that HTML has names for stand as numbers, which any XML may hold.

    What stands in CDATA, in a comment or in a processing instruction is left as it is.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._end = b""  # of what is left as it is, where the last piece ended within it

    def read(self, size: int) -> bytes:
        """About as many bytes; none at the end alone."""
        content = self._stream.read(size)
        for _ in range(_LONGEST):
            if not _CUT.search(content[-_LONGEST:]):
                break
            content += self._stream.read(1)
        return b"".join(self._pieces(content))

    def _pieces(self, content: bytes) -> Iterator[bytes]:
        start = 0
        while start < len(content):
            if self._end:
                found = content.find(self._end, start)
                stop = len(content) if found < 0 else found + len(self._end)
                self._end = self._end if found < 0 else b""
                yield content[start:stop]
            else:
                begun = _BEGUN.search(content, start)
                stop = begun.end() if begun else len(content)
                self._end = _PLAIN[begun[0]] if begun else b""
                yield _LETTER.sub(lambda named: _NUMBERED.get(named[0], named[0]), content[start:stop])
            start = stop


def name(element: Element) -> str:
    """Its name without namespace; empty for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: Element, local: str) -> str:
    """The value of an attribute, whatever its namespace; empty where it has none."""
    value = next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == local), "")
    return fold(str(value))


def below(element: Element | None, *names: str) -> Iterator[Element]:
    """Every element of these names within it, in order."""
    if element is not None:
        yield from (each for each in element.iterdescendants() if name(each) in names)


def first(element: Element | None, *path: str) -> Element | None:
    """The first element of the last name within the first of the name before it, and so on."""
    for step in path:
        element = next(below(element, step), None)
    return element


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """Every child of these names."""
    if element is not None:
        yield from (each for each in element if name(each) in names)


def text(element: Element | None, without: Collection[str] = ()) -> str:
    """Its words on one line, those of elements in `without` left out."""
    return "" if element is None else fold("".join(_pieces(element, without)))


def _pieces(element: Element, without: Collection[str]) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag is etree.Entity:
            raise EntityError(child.name)
        called = name(child)
        if called and called not in without:
            space = " " if called in _BLOCKS else ""
            yield space
            yield from _pieces(child, without)
            yield space
        yield child.tail or ""


class EntityError(ValueError):
    """An entity that is not resolved stands in a text."""

    def __init__(self, entity: str) -> None:
        """Say which, and what to do."""
        super().__init__(f"it uses the entity &{entity};, and entities are not resolved; write its text instead")


def dated(display: str, normal: str) -> ArchivalDate | str:
    """A date as it is displayed, with what its normal form says where that is all or more that is known."""
    shown, meant = parse_date(display), parse_date(normal)
    if not display or not meant.edtf:
        return display or normal
    if shown.edtf and (shown.vague or _days(shown) <= _days(meant)):
        return shown
    return ArchivalDate(shown.text, meant.edtf, meant.start, meant.end)


def _days(date: ArchivalDate) -> int:
    """How many days it can mean."""
    return (date.end - date.start).days if date.start and date.end else 10**6
