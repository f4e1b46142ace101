"""TEI P5 -> listings: of each document, of each letter that a header lists (CMIF), or of the text as a whole.

A `div` that is a document, as in *Foreign Relations*, is one; a lone one without a head is as its header describes it.

A document's title, date and source come from its editors: head, dateline and source note. So does its summary, if they
wrote one; its opening sentences replace a missing summary.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from rag.dates.archival_date import ArchivalDate, Interval, dates_in, edtf_of, is_date, parse_date
from rag.ingest.formats.column_mapping import Mapper
from rag.ingest.formats.files import SourceFile
from rag.ingest.formats.protocol import Extracted
from rag.ingest.formats.row_values import named
from rag.ingest.formats.xml_reader import (
    Element,
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

_Row: TypeAlias = tuple[int, dict[str, Any]]

SUFFIXES = frozenset({".xml"})

_ROOTS = frozenset({"TEI", "teiCorpus", "teiHeader"})
# Where a header says when its text was written, the surest first.
_DATED = (("creation", "date"), ("correspDesc", "date"), ("history", "origDate"), ("sourceDesc", "date"))
_DOCUMENTS = frozenset({"document", "letter"})
_REGISTERS = ("listPerson", "listPlace", "listOrg", "listBibl", "listEvent", "listObject")
_PARTIES = ("persName", "orgName", "name", "rs")
_PEOPLE = 100  # names of one document
_DOUBTED = frozenset({"low", "conjecture"})
_OPENING = 700  # characters of a document that replace a missing summary
_SUMMARY = re.compile(r"Summary\s?:\s*", re.IGNORECASE)
_SOURCE = re.compile(r"\[?Source\s?:\s*", re.IGNORECASE)
_DAY = re.compile(rf"(?:{'|'.join(calendar.month_name[1:])}) \d{{1,2}}(?!\d)")
_FRUS = "https://history.state.gov/historicaldocuments"


def sniff(opened: SourceFile) -> bool:
    return root(opened) in _ROOTS


def read(opened: SourceFile) -> Iterator[Extracted]:
    mapper = Mapper(opened, "TEI")
    volume = _Volume()
    for event, element in elements(opened):
        if event == "start":
            volume = _Volume() if name(element) == "TEI" else volume
            continue
        if name(element) == "TEI" and _is_register(element, volume):
            reason = "it is a register of people, places or works, no document; take it out of the source"
            yield mapper.fault(element.sourceline, reason)
            continue
        try:
            for line, row in _ended(element, volume):
                yield mapper.read(line, row)
        except EntityError as error:
            yield mapper.fault(element.sourceline, str(error))
    yield from mapper.end()


def _is_register(tei: Element, volume: _Volume) -> bool:
    """Whether all its text is an index."""
    parts = list(children(tei, "text", "standOff"))
    listed = any(first(part, register) is not None for part in parts for register in _REGISTERS)
    return listed and not (
        volume.documents or volume.letters or any(text(part, {*_REGISTERS, "head"}) for part in parts)
    )


def _ended(element: Element, volume: _Volume) -> Iterator[_Row]:
    """The records that are whole where this element ends, each with its line."""
    tag = name(element)
    if tag == "teiHeader":
        volume.describe(element)
    if tag == "persName" and (person_id := attribute(element, "id")):
        volume.people[f"#{person_id}"] = text(element)
    elif tag == "div" and attribute(element, "type") in _DOCUMENTS:
        volume.documents += 1
        document = element.sourceline, _document(element, volume)
        if volume.documents == 1 and next(children(element, "head"), None) is None:
            volume.alone, volume.opening = document, _opening(element)
            return
        yield from (each for each in (volume.alone, document) if each)
        volume.alone = None
        element.clear(keep_tail=True)
    elif tag == "TEI" or (tag == "teiHeader" and element.getparent() is None):
        yield from _text(element, volume)


def _text(tei: Element, volume: _Volume) -> Iterator[_Row]:
    """The record of a text that is not made of documents, or those of the letters that it lists."""
    if volume.alone and not volume.letters and not volume.dated:
        yield volume.alone
    elif volume.alone or not volume.documents:
        listed = volume.is_calendar(tei)
        yield from ((tei.sourceline, row) for row in (_calendar(volume) if listed else [_whole(tei, volume)]))


@dataclass(slots=True)
class _Volume:
    """What the documents of one TEI element have in common."""

    id: str = ""
    frus: str = ""  # its id at the Office of the Historian, if they published it
    title: str = ""
    rights: str = ""
    languages: list[str] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict)  # full names, by references such as "#p_KNS1"
    documents: int = 0
    letters: list[Element] = field(default_factory=list)  # the descriptions of letters in its header
    dated: bool = False  # whether its header dates the text itself
    # Works from which letters are taken, by references such as "#b1".
    sources: dict[str, str] = field(default_factory=dict)
    alone: _Row | None = None  # the first document, if it has no head and no other has come
    opening: str = ""  # its first sentences

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
        around = [attribute(outer, "lang") for outer in (header, *header.iterancestors())]
        self.languages = list(map(text, descendants(first(header, "langUsage"), "language"))) or list(
            filter(None, around[1:])
        )
        self.letters = list(descendants(header, "correspDesc"))
        self.dated = any(first(header, *path) is not None for path in _DATED)
        works = descendants(first(header, "sourceDesc"), "bibl", "biblStruct", "biblFull")
        self.sources = {f"#{attribute(work, 'id')}": text(work) for work in works}

    def is_calendar(self, tei: Element) -> bool:
        """Whether it only lists letters, as CMIF does: several, or one with its address, and no text of any."""
        listed = len(self.letters) > 1 or any(attribute(letter, "ref") for letter in self.letters)
        return listed and not text(first(tei, "text"))


def _document(div: Element, volume: _Volume) -> dict[str, Any]:
    """The record of one document of a volume."""
    own_id, number = attribute(div, "id"), attribute(div, "n")
    head = next(children(div, "head"), None)
    title = text(head, {"note"})
    if number:
        title = re.sub(rf"^\[?{re.escape(number)}\.?\]?\s+", "", title)
    written, source = _summary_and_source(div)
    summary = written or _opening(div)
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
        "text_kind": "summary" if written else "opening",
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
    """The record of a text without documents, or with one that its header describes."""
    header = tei if name(tei) == "teiHeader" else first(tei, "teiHeader")
    described = first(header, "msDesc")
    when = next((date for path in _DATED if (date := first(header, *path)) is not None), None)
    abstract = first(header, "abstract")
    summary = text(abstract if abstract is not None else first(described, "summary"))
    kept = first(described, "msIdentifier")
    numbers = [text(part) for part in kept if name(part) != "repository"] if kept is not None else []
    authors = descendants(first(header, "titleStmt"), "author")
    correspondents = descendants(first(header, "correspDesc"), "persName", "orgName")
    return {
        "id": volume.id,
        "title": volume.title,
        "summary": summary or volume.opening or _opening(first(tei, "text")),
        "text_kind": ("summary" if abstract is None else "abstract") if summary else "opening",
        "date": _date(when, tei),
        "people": list(map(text, (*authors, *correspondents))),
        "places": list(map(text, descendants(first(header, "correspDesc"), "placeName", "settlement"))),
        **(_correspondence(volume.letters[0]) if len(volume.letters) == 1 else {}),
        "subjects": list(map(text, descendants(first(header, "textClass"), "term"))),
        "languages": volume.languages,
        "archive": text(first(kept, "repository")),
        "source": ", ".join(filter(None, numbers)) if kept is not None else text(first(header, "sourceDesc")),
        "rights": volume.rights,
        "images": [attribute(page, "url") or attribute(page, "facs") for page in descendants(tei, "graphic", "pb")],
        "source_url": volume.id,
    }


def _calendar(volume: _Volume) -> Iterator[dict[str, Any]]:
    """A record for each letter that the header lists."""
    for letter in volume.letters:
        parties = _correspondence(letter)
        dates = [date for act in _acts(letter, "sent") for date in descendants(act, "date")]
        address = attribute(letter, "ref")
        source = attribute(letter, "source")
        yield {
            "id": address or attribute(letter, "id") or attribute(letter, "key"),
            "title": "" if parties["senders"] or parties["recipients"] else "unknown to unknown",
            "summary": " ".join(map(text, descendants(letter, "note"))),
            "date": _shortest(_date(next(iter(dates), None), letter)),
            "people": [*parties["senders"], *parties["recipients"]],
            "places": parties["sent_from"],
            **parties,
            "archive": volume.title,
            "source": volume.sources.get(source, source),
            "rights": volume.rights,
            "source_url": address,
        }


def _shortest(date: ArchivalDate | str) -> ArchivalDate | str:
    """The date, as a month or a year where it spans just that."""
    if not isinstance(date, str) or not date:
        return date
    read = parse_date(date)
    shorter = read.edtf and not read.vague and edtf_of(Interval(read.start, read.end))
    return shorter or date


def _correspondence(letter: Element) -> dict[str, list[str]]:
    """Who sent a letter, to whom and from where."""

    def of(act: str, *names: str) -> list[str]:
        said = (
            text(each)
            for one in _acts(letter, act)
            for each in descendants(one, *names)
            if attribute(each, "type") != "place"
        )
        return list(filter(None, map(named, said)))

    return {
        "senders": of("sent", *_PARTIES),
        "recipients": of("received", *_PARTIES),
        "sent_from": of("sent", "placeName", "settlement"),
    }


def _acts(letter: Element, kind: str) -> Iterator[Element]:
    return (act for act in descendants(letter, "correspAction") if attribute(act, "type") == kind)


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
    doubted = (
        when and "/" not in when and (attribute(date, "cert") in _DOUBTED or attribute(date, "evidence") in _DOUBTED)
    )
    return dated(text(date), f"{when}?" if doubted else when)


def _span(begin: str, end: str) -> str:
    """Two days as one EDTF date; a day alone leaves the other side open."""
    days = [day.partition("T")[0] for day in (begin or (end and ".."), end or (begin and "..")) if day]
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
