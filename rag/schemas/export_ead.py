"""Records -> an EAD 3 finding aid that `rag build` reads again: a component for each, within the one it is a part of.

What EAD has no element for stands in its `localtype`: the kind of a text, an image, a source that no path begins.
"""

from collections.abc import Iterable, Iterator

from lxml import etree  # type: ignore[import-untyped]  # it comes without types

from rag.ingest.formats.xml_reader import Element
from rag.record import BELOW, Record

_EAD = "http://ead3.archivists.org/schema/"
_LEVELS = ("fonds", "recordgrp", "collection", "series", "subfonds", "subgrp", "subseries", "class", "file", "item")
_HEADING = 'level="otherlevel" otherlevel="heading"'
_BEGIN = f"""<?xml version="1.0" encoding="UTF-8"?>
<ead xmlns="{_EAD}">
<control><recordid>reading-room</recordid><filedesc><titlestmt><titleproper>Records</titleproper></titlestmt></filedesc>
<maintenancestatus value="derived"/><maintenanceagency><agencyname>Reading Room</agencyname></maintenanceagency>
<maintenancehistory><maintenanceevent><eventtype value="derived"/><eventdatetime/><agenttype value="machine"/>
<agent>rag export</agent></maintenanceevent></maintenancehistory></control>
<archdesc {_HEADING}><did><abstract>Records as their curators describe them.</abstract></did>
<dsc>
"""
_END = "</dsc>\n</archdesc>\n</ead>\n"


def as_ead(records: Iterable[Record]) -> Iterator[str]:
    """A finding aid: a record stands within the record that it is a part of, else under headings of the same titles."""
    yield _BEGIN
    listed = list(records)
    inner = {branch for record in listed for branch in record.branches}
    whole = {
        (*record.hierarchy, record.title) for record in listed if BELOW.join((*record.hierarchy, record.title)) in inner
    }
    around: list[Record | str] = []  # what is open: records, or titles of headings

    def place(record: Record) -> tuple[tuple[str, ...], bool]:
        """Before its parts, and after others of their kind."""
        own = (*record.hierarchy, record.title)
        return (own, False) if own in whole else (record.hierarchy, True)

    for record in sorted(listed, key=place):
        path = record.hierarchy
        same = 0
        while same < min(len(around), len(path)) and _continues(around[same], path[same], record):
            same += 1
        yield "</c>\n" * (len(around) - same)
        del around[same:]
        for title in path[same:]:
            heading = _added(etree.Element("did"), "unittitle", title).getparent()
            yield f"<c {_HEADING}>{etree.tostring(heading, encoding='unicode')}\n"
            around.append(title)
        around.append(record)
        yield etree.tostring(_component(record), encoding="unicode").removesuffix("</c>")
    yield "</c>\n" * len(around) + _END


def _continues(outer: Record | str, title: str, record: Record) -> bool:
    """Whether a record may stand in what is open: it has this title, and nothing to inherit that the record lacks."""
    if isinstance(outer, str):
        return outer == title
    inherited = ((outer.archive, record.archive), (outer.languages, record.languages))
    return outer.title == title and all(own or not others for others, own in inherited)


def _component(record: Record) -> Element:
    kind = record.type or ""
    level = kind if kind in _LEVELS else "item" if kind else "otherlevel"
    component = etree.Element("c", level=level, **({} if kind else {"otherlevel": "record"}))
    did = etree.SubElement(component, "did")
    _added(did, "unittitle", record.title)
    path = BELOW.join(record.hierarchy)
    source = record.source or ""
    shelfmark = source.removeprefix(path).removeprefix("; ")
    whole = {} if path + ("; " + shelfmark if path and shelfmark else shelfmark) == source else {"localtype": "source"}
    _added(did, "unitid", source if whole else shelfmark, identifier=record.id.replace("~", "/"), **whole)
    if record.date:
        exact = {"normal": record.date.edtf, "encodinganalog": "edtf"} if record.date.edtf else {}
        _added(did, "unitdate", record.date.text, **exact)
    for date in record.other_dates:
        _added(did, "unitdate", date.text, datechar="other")
    if record.archive:
        _part(etree.SubElement(did, "repository"), "corpname", record.archive)
    for language in record.languages:
        _added(_only(did, "langmaterial"), "language", language)
    for address in record.source_urls or filter(None, [record.source_url]):
        _added(did, "dao", daotype="unknown", href=address)
    for image in record.images:
        _added(did, "dao", daotype="derived", href=image, localtype="image")
    if record.summary and record.text_kind in {"summary", "abstract"}:
        _added(did, "abstract", record.summary, localtype=record.text_kind)
    elif record.summary:
        tag = "scopecontent" if record.text_kind == "scope" else "odd"
        _added(etree.SubElement(component, tag, localtype=record.text_kind), "p", record.summary)
    if record.rights:
        _added(etree.SubElement(component, "userestrict"), "p", record.rights)
    _index_terms(component, record)
    return component


def _index_terms(component: Element, record: Record) -> None:
    for tag, values, relator in (
        ("name", record.people, ""),
        ("name", record.senders, "sender"),
        ("name", record.recipients, "recipient"),
        ("geogname", record.places, ""),
        ("geogname", record.sent_from, "sent from"),
        ("subject", record.subjects, ""),
        ("genreform", [record.type] if record.type and record.type not in _LEVELS else [], ""),
    ):
        for value in values:
            _part(_only(component, "controlaccess"), tag, value, **({"relator": relator} if relator else {}))


def _only(outer: Element, tag: str) -> Element:
    """The child of this name."""
    found = outer.find(tag)
    return etree.SubElement(outer, tag) if found is None else found


def _part(outer: Element, tag: str, value: str, **attributes: str) -> None:
    _added(etree.SubElement(outer, tag, **attributes), "part", value)


def _added(outer: Element, tag: str, text: str = "", **attributes: str) -> Element:
    added = etree.SubElement(outer, tag, **{name: storable(value) for name, value in attributes.items()})
    added.text = storable(text)
    return added


def storable(text: str) -> str:
    """The text without the control characters that no XML can contain."""
    return "".join(character for character in text if character >= " " and character not in "\ufffe\uffff")
