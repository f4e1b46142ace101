"""TEI P5 -> listings: one of every `div` that is a document, as in *Foreign Relations*; else one of the whole text.

A document's head, dateline and source note are its editors' own. Its summary is theirs too where they wrote one; where
they did not, its opening sentences stand in for it.
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
    below,
    children,
    dated,
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
    from rag.ingest.formats.files import Opened
    from rag.ingest.formats.protocol import ColumnChoice, Told
    from rag.ingest.formats.xml_reader import Element

SUFFIXES = frozenset({".xml"})

_ROOTS = frozenset({"TEI", "teiCorpus"})
_DOCUMENTS = frozenset({"document", "letter"})
_PEOPLE = 100  # names kept of one document
_OPENING = 700  # characters of a document that stand in for a summary
_SUMMARY = re.compile(r"Summary\s?:\s*", re.IGNORECASE)
_SOURCE = re.compile(r"\[?Source\s?:\s*", re.IGNORECASE)
_DAY = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2}(?!\d)"
)
_FRUS = "https://history.state.gov/historicaldocuments"


def sniff(opened: Opened, choice: ColumnChoice) -> bool:
    """See Kind."""
    del choice
    return root(opened) in _ROOTS


def read(opened: Opened, choice: ColumnChoice) -> Iterator[Told]:
    """See Kind."""
    mapper = Mapper(opened.file, "TEI", choice)
    volume = _Volume()
    for event, element in elements(opened):
        called = name(element)
        if event == "start":
            if called == "TEI":
                volume = _Volume()
            continue
        try:
            if called == "teiHeader":
                volume.describe(element)
            elif called == "persName" and (own := attribute(element, "id")):
                volume.people[f"#{own}"] = text(element)
            elif called == "div" and attribute(element, "type") in _DOCUMENTS:
                volume.documents += 1
                yield mapper.read(element.sourceline, _document(element, volume))
                element.clear(keep_tail=True)
            elif called == "TEI" and not volume.documents:
                yield mapper.read(element.sourceline, _whole(element, volume))
        except EntityError as error:
            yield mapper.fault(element.sourceline, str(error))
    yield from mapper.end()


@dataclass(slots=True)
class _Volume:
    """What is common to the documents of one TEI element.

    Attributes:
        frus: Its name at the Office of the Historian, if it is one of theirs.
        people: The full names that references such as "#p_KNS1" stand for.
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
        titles = list(below(first(header, "titleStmt"), "title"))
        best = next((each for each in titles if attribute(each, "type") in {"complete", "main"}), None)
        self.title = text(best if best is not None else next(iter(titles), None))
        numbers = {attribute(each, "type"): text(each) for each in below(first(header, "publicationStmt"), "idno")}
        self.frus = numbers.get("frus", "")
        self.id = self.frus or next(iter(numbers.values()), "")
        self.rights = text(first(header, "availability"))[:1000]
        self.languages = [text(each) for each in below(first(header, "langUsage"), "language")]


def _document(div: Element, volume: _Volume) -> dict[str, Any]:
    """The record of one document of a volume."""
    own, number = attribute(div, "id"), attribute(div, "n")
    head = next(children(div, "head"), None)
    title = text(head, {"note"})
    if number:
        title = re.sub(rf"^\[?{re.escape(number)}\.?\]?\s+", "", title)
    summary, source = _noted(div)
    summary = summary or _opening(div)
    dateline = first(div, "dateline")
    date = _date(first(dateline, "date"), div)
    if not summary:  # a calendar of documents: the head is all there is
        title, summary = _calendared(title)
        date = date or next(iter(dates_in(title)), "") or _supplied(title, _chapter(div))
    return {
        "id": f"{volume.id}/{own}" if volume.id and own else "",
        "title": title,
        "summary": summary,
        "date": date,
        "people": _people(div, volume),
        "places": [text(each) for each in below(dateline, "placeName")],
        "languages": volume.languages,
        "archive": volume.title,
        "source": source,
        "rights": volume.rights,
        "source_url": f"{_FRUS}/{volume.frus}/{own}" if volume.frus and own else "",
        "chapter": _chapter(div),
    }


def _whole(tei: Element, volume: _Volume) -> dict[str, Any]:
    """The record of a text that is one document, by its header."""
    header, body = first(tei, "teiHeader"), first(tei, "text")
    described = first(header, "msDesc")
    when = first(header, "creation", "date")
    for path in (("correspDesc", "date"), ("history", "origDate"), ("sourceDesc", "date")):
        when = first(header, *path) if when is None else when
    abstract = first(header, "abstract")
    summary = text(abstract if abstract is not None else first(described, "summary"))
    source = first(described, "msIdentifier")
    sent = list(below(first(header, "correspDesc"), "persName", "placeName"))
    return {
        "id": volume.id,
        "title": volume.title,
        "summary": summary or _opening(body),
        "date": _date(when, tei),
        "people": [
            text(each) for each in (*below(first(header, "titleStmt"), "author"), *sent) if name(each) != "placeName"
        ],
        "places": [text(each) for each in sent if name(each) == "placeName"],
        "subjects": [text(each) for each in below(first(header, "textClass"), "term")],
        "languages": volume.languages,
        "archive": text(first(source, "repository")),
        "source": ", ".join(map(text, source)) if source is not None else text(first(header, "sourceDesc")),
        "rights": volume.rights,
    }


def _noted(div: Element) -> tuple[str, str]:
    """The editors' summary and source, from the note that holds either."""
    notes = list(below(div, "note"))
    summary = next((text(each) for each in notes if attribute(each, "type") == "summary"), "")
    note = next((each for each in notes if attribute(each, "type") == "source" or _SOURCE.match(text(each))), None)
    paragraphs = [text(each) for each in (list(children(note, "p")) or [note]) if each is not None]
    told = [each for each in paragraphs if _SUMMARY.match(each)]
    source = " ".join(each for each in paragraphs if each not in told)
    return summary or " ".join(_SUMMARY.sub("", each, count=1) for each in told), _SOURCE.sub("", source, count=1)


def _opening(body: Element | None) -> str:
    """The first sentences of a text."""
    words = ""
    for paragraph in below(body, "p"):
        if not any(name(each) == "note" for each in paragraph.iterancestors()):
            words = f"{words} {text(paragraph, {'note'})}".strip()
        if len(words) > _OPENING:
            break
    taken = ""
    for sentence in sentences(words):
        if taken and len(taken) + len(sentence) > _OPENING:
            break
        taken = f"{taken} {sentence}".strip()
    return taken


def _calendared(head: str) -> tuple[str, str]:
    """A head that tells all -> title and summary."""
    title, *rest = sentences(head) or ("",)
    return title, " ".join(rest)


def _supplied(title: str, chapters: list[str]) -> str:
    """The date of an entry that leaves the year to its chapter ("October 1962"); in brackets what that supplies."""
    chapter = parse_date(chapters[-1]) if chapters and is_date(chapters[-1]) else None
    if chapter is None or not chapter.start or not chapter.end or chapter.start.year != chapter.end.year:
        return ""
    if (day := _DAY.search(title)) is None:
        return f"[{chapters[-1]}]"
    date = parse_date(f"{day[0]}, [{chapter.start.year}]")
    inside = date.start and date.end and chapter.start <= date.start and date.end <= chapter.end
    return date.text if inside else ""


def _date(date: Element | None, div: Element) -> ArchivalDate | str:
    """A date as it is written, with what its attributes say more of it; else what those of the document say."""
    if date is None:
        return dated("", _span(attribute(div, "doc-dateTime-min"), attribute(div, "doc-dateTime-max")))
    when = attribute(date, "when").partition("T")[0]
    for begin, end in (("from", "to"), ("notBefore", "notAfter")):
        when = when or _span(attribute(date, begin), attribute(date, end))
    return dated(text(date), when)


def _span(begin: str, end: str) -> str:
    """Two days as one EDTF date."""
    days = [each.partition("T")[0] for each in (begin, end) if each]
    return "/".join(dict.fromkeys(days))


def _people(div: Element, volume: _Volume) -> list[str]:
    """Who is named in head and text, by their full names where the volume lists them."""
    found = []
    for person in below(div, "persName"):
        around = {name(each) for each in person.iterancestors()}
        known = volume.people.get(attribute(person, "corresp") or attribute(person, "ref"))
        if "note" not in around and (known or around & {"head", "signed"}):
            found.append(known or text(person))
    return list(dict.fromkeys(found))[:_PEOPLE]


def _chapter(div: Element) -> list[str]:
    """The heads of what it stands in, from the outermost."""
    around = [each for each in div.iterancestors() if name(each) == "div"]
    return [text(head, {"note"}) for each in reversed(around) for head in list(children(each, "head"))[:1]]
