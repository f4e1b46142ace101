"""TEI P5 -> listings: one for each `div` that is a document, as in *Foreign Relations*; else one for the whole text.

A document's title, date and source come from its editors: head, dateline and source note. So does its summary, if they
wrote one; its opening sentences replace a missing summary.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rag.dates.archival_date import dates_in, is_date, parse_date
from rag.ingest.formats.column_mapping import Mapper
from rag.ingest.formats.xml_reader import (
    EntityError,
    attribute,
    children,
    dated,
    descendants,
    elements,
    first,
    name,
    root,
    text,
)
from rag.language.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.dates.archival_date import ArchivalDate
    from rag.ingest.formats.files import SourceFile
    from rag.ingest.formats.protocol import ColumnChoice, Extracted
    from rag.ingest.formats.xml_reader import Element

SUFFIXES = frozenset({".xml"})

_ROOTS = frozenset({"TEI", "teiCorpus"})
_DOCUMENTS = frozenset({"document", "letter"})
_PEOPLE = 100  # names of one document
_OPENING = 700  # characters of a document that replace a missing summary
_SUMMARY = re.compile(r"Summary\s?:\s*", re.IGNORECASE)
_SOURCE = re.compile(r"\[?Source\s?:\s*", re.IGNORECASE)
_DAY = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2}(?!\d)"
)
_FRUS = "https://history.state.gov/historicaldocuments"


def sniff(opened: SourceFile, choice: ColumnChoice) -> bool:
    """See SourceFormat."""
    del choice
    return root(opened) in _ROOTS


def read(opened: SourceFile, choice: ColumnChoice) -> Iterator[Extracted]:
    """See SourceFormat."""
    mapper = Mapper(opened.file, "TEI", choice)
    volume = _Volume()
    for event, element in elements(opened):
        tag = name(element)
        if event == "start":
            if tag == "TEI":
                volume = _Volume()
            continue
        try:
            if tag == "teiHeader":
                volume.describe(element)
            elif tag == "persName" and (person_id := attribute(element, "id")):
                volume.people[f"#{person_id}"] = text(element)
            elif tag == "div" and attribute(element, "type") in _DOCUMENTS:
                volume.documents += 1
                yield mapper.read(element.sourceline, _document(element, volume))
                element.clear(keep_tail=True)
            elif tag == "TEI" and not volume.documents:
                yield mapper.read(element.sourceline, _whole(element, volume))
        except EntityError as error:
            yield mapper.fault(element.sourceline, str(error))
    yield from mapper.end()


@dataclass(slots=True)
class _Volume:
    """What the documents of one TEI element have in common.

    Attributes:
        frus: Its id at the Office of the Historian, if they published it.
        people: Full names, by references such as "#p_KNS1".
    """

    id: str = ""
    frus: str = ""
    title: str = ""
    rights: str = ""
    languages: list[str] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict)
    documents: int = 0

    def describe(self, header: Element) -> None:
        """Read its header."""
        titles = list(descendants(first(header, "titleStmt"), "title"))
        best = next((title for title in titles if attribute(title, "type") in {"complete", "main"}), None)
        self.title = text(best if best is not None else next(iter(titles), None))
        numbers = descendants(first(header, "publicationStmt"), "idno")
        ids = {attribute(number, "type"): text(number) for number in numbers}
        self.frus = ids.get("frus", "")
        self.id = self.frus or next(iter(ids.values()), "")
        self.rights = text(first(header, "availability"))[:1000]
        self.languages = list(map(text, descendants(first(header, "langUsage"), "language")))


def _document(div: Element, volume: _Volume) -> dict[str, Any]:
    """The record of one document of a volume."""
    own_id, number = attribute(div, "id"), attribute(div, "n")
    head = next(children(div, "head"), None)
    title = text(head, {"note"})
    if number:
        title = re.sub(rf"^\[?{re.escape(number)}\.?\]?\s+", "", title)
    summary, source = _summary_and_source(div)
    summary = summary or _opening(div)
    dateline = first(div, "dateline")
    date = _date(first(dateline, "date"), div)
    if not summary:  # a calendar of documents: each has only a head
        title, *rest = sentences(title) or ("",)
        summary = " ".join(rest)
        date = date or next(iter(dates_in(title)), "") or _date_by_chapter(title, _chapters(div))
    return {
        "id": f"{volume.id}/{own_id}" if volume.id and own_id else "",
        "title": title,
        "summary": summary,
        "date": date,
        "people": _people(div, volume),
        "places": list(map(text, descendants(dateline, "placeName"))),
        "languages": volume.languages,
        "archive": volume.title,
        "source": source,
        "rights": volume.rights,
        "source_url": f"{_FRUS}/{volume.frus}/{own_id}" if volume.frus and own_id else "",
        "chapter": _chapters(div),
    }


def _whole(tei: Element, volume: _Volume) -> dict[str, Any]:
    """The record of a text without documents, from its header."""
    header, body = first(tei, "teiHeader"), first(tei, "text")
    described = first(header, "msDesc")
    when = first(header, "creation", "date")
    for path in (("correspDesc", "date"), ("history", "origDate"), ("sourceDesc", "date")):
        when = first(header, *path) if when is None else when
    abstract = first(header, "abstract")
    summary = text(abstract if abstract is not None else first(described, "summary"))
    source = first(described, "msIdentifier")
    authors = descendants(first(header, "titleStmt"), "author")
    correspondents = descendants(first(header, "correspDesc"), "persName")
    return {
        "id": volume.id,
        "title": volume.title,
        "summary": summary or _opening(body),
        "date": _date(when, tei),
        "people": list(map(text, (*authors, *correspondents))),
        "places": list(map(text, descendants(first(header, "correspDesc"), "placeName"))),
        **_correspondence(header),
        "subjects": list(map(text, descendants(first(header, "textClass"), "term"))),
        "languages": volume.languages,
        "archive": text(first(source, "repository")),
        "source": ", ".join(map(text, source)) if source is not None else text(first(header, "sourceDesc")),
        "rights": volume.rights,
    }


def _correspondence(header: Element | None) -> dict[str, list[str]]:
    """Who sent the letter, to whom and from where; nothing where the header describes several letters."""
    described = list(descendants(header, "correspDesc"))
    acts = list(descendants(described[0], "correspAction")) if len(described) == 1 else []

    def of(act: str, *names: str) -> list[str]:
        return [text(each) for one in acts if attribute(one, "type") == act for each in descendants(one, *names)]

    return {
        "senders": of("sent", "persName", "orgName"),
        "recipients": of("received", "persName", "orgName"),
        "sent_from": of("sent", "placeName", "settlement"),
    }


def _summary_and_source(div: Element) -> tuple[str, str]:
    """The editors' summary and source, from their notes."""
    notes = list(descendants(div, "note"))
    summary = next((text(note) for note in notes if attribute(note, "type") == "summary"), "")
    note = next((note for note in notes if attribute(note, "type") == "source" or _SOURCE.match(text(note))), None)
    paragraphs = [text(part) for part in (list(children(note, "p")) or [note]) if part is not None]
    summaries = [_SUMMARY.sub("", part, count=1) for part in paragraphs if _SUMMARY.match(part)]
    source = " ".join(part for part in paragraphs if not _SUMMARY.match(part))
    return summary or " ".join(summaries), _SOURCE.sub("", source, count=1)


def _opening(body: Element | None) -> str:
    """The first sentences of a text."""
    words = ""
    for paragraph in descendants(body, "p"):
        if not any(name(outer) == "note" for outer in paragraph.iterancestors()):
            words = f"{words} {text(paragraph, {'note'})}".strip()
        if len(words) > _OPENING:
            break
    opening = ""
    for sentence in sentences(words):
        if opening and len(opening) + len(sentence) > _OPENING:
            break
        opening = f"{opening} {sentence}".strip()
    return opening


def _date_by_chapter(title: str, chapters: list[str]) -> str:
    """The date of an entry whose chapter ("October 1962") supplies the year, in brackets; empty where none does."""
    chapter = parse_date(chapters[-1]) if chapters and is_date(chapters[-1]) else None
    if chapter is None or not chapter.start or not chapter.end or chapter.start.year != chapter.end.year:
        return ""
    if (day := _DAY.search(title)) is None:
        return f"[{chapters[-1]}]"
    date = parse_date(f"{day[0]}, [{chapter.start.year}]")
    inside = date.start and date.end and chapter.start <= date.start and date.end <= chapter.end
    return date.text if inside else ""


def _date(date: Element | None, div: Element) -> ArchivalDate | str:
    """A date as written, made exact by its attributes; without a date, the days in the document's own attributes."""
    if date is None:
        return dated("", _span(attribute(div, "doc-dateTime-min"), attribute(div, "doc-dateTime-max")))
    when = attribute(date, "when").partition("T")[0]
    for begin, end in (("from", "to"), ("notBefore", "notAfter")):
        when = when or _span(attribute(date, begin), attribute(date, end))
    return dated(text(date), when)


def _span(begin: str, end: str) -> str:
    """Two days as one EDTF date."""
    days = [day.partition("T")[0] for day in (begin, end) if day]
    return "/".join(dict.fromkeys(days))


def _people(div: Element, volume: _Volume) -> list[str]:
    """The people named in its head or signature, or listed by the volume; by full name where the volume lists it."""
    found = []
    for person in descendants(div, "persName"):
        around = {name(outer) for outer in person.iterancestors()}
        known = volume.people.get(attribute(person, "corresp") or attribute(person, "ref"))
        if "note" not in around and (known or around & {"head", "signed"}):
            found.append(known or text(person))
    return list(dict.fromkeys(found))[:_PEOPLE]


def _chapters(div: Element) -> list[str]:
    """The heads of the chapters around it, the outermost first."""
    around = [outer for outer in div.iterancestors() if name(outer) == "div"]
    return [text(head, {"note"}) for outer in reversed(around) for head in list(children(outer, "head"))[:1]]
