"""A description in LIDO, the museums' format -> a row of named values."""

from typing import Any

from rag.dates.archival_date import ArchivalDate
from rag.ingest.formats.column_names import plain
from rag.ingest.formats.xml_reader import Element, dated, descendants, first, text

# Events by which an object comes to be, in words or by LIDO's own numbers; all others happen to it: it is acquired,
# shown, restored.
_MAKING = frozenset({
    "production", "creation", "making", "manufacture", "writing", "herstellung", "schopfung", "entstehung",
    "erstellung", "anfertigung", "ausfuhrung", "lido00007", "lido00012",
})  # fmt: skip


def record(lido: Element) -> dict[str, Any]:
    """Map the elements of LIDO to the fields of a record, in the first language that describes it."""
    described = first(lido, "descriptiveMetadata")
    described = lido if described is None else described
    made = next((event for event in descendants(described, "event") if _is_making(event)), None)
    kept = first(described, "repositorySet")
    return {
        "id": text(first(lido, "lidoRecID")),
        "title": _name(first(described, "titleSet")),
        "summary": " ".join(_texts(described, "descriptiveNoteValue")),
        "date": _date(first(made, "eventDate")),
        "people": [*map(_name, descendants(made, "nameActorSet")), *map(_name, descendants(described, "subjectActor"))],
        "places": [*map(_name, descendants(made, "eventPlace")), *map(_name, descendants(described, "subjectPlace"))],
        "subjects": [text(first(concept, "term")) for concept in descendants(described, "subjectConcept")],
        "type": text(first(described, "objectWorkType", "term")),
        "archive": _name(first(kept, "repositoryName")),
        "source": text(first(kept, "workID")),
        "rights": _texts(first(lido, "rightsWorkSet"), "term", "creditLine")[:1],
        "images": _texts(lido, "linkResource"),
        "source_url": _texts(lido, "recordInfoLink"),
    }


def _name(element: Element | None) -> str:
    """What it is called, by the first of its spellings."""
    return text(first(element, "appellationValue"))


def _texts(element: Element | None, *names: str) -> list[str]:
    return list(map(text, descendants(element, *names)))


def _is_making(event: Element) -> bool:
    """Whether what is described came to be by this event."""
    kinds = (kind.rpartition("/")[2] for kind in _texts(first(event, "eventType"), "term", "conceptID"))
    return not _MAKING.isdisjoint(map(plain, kinds))


def _date(date: Element | None) -> ArchivalDate | str:
    """A date as displayed, made exact by its first and last day."""
    ends = [text(first(date, end)) or ".." for end in ("earliestDate", "latestDate")]
    return dated(text(first(date, "displayDate")), "/".join(dict.fromkeys(ends)).strip("."))
