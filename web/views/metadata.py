"""A record -> metadata in a page's head: tags for reference managers such as Zotero, JSON-LD for search engines.

Zotero reads Dublin Core, Highwire's names and its own `z:itemType`, without which it would save a web page.
"""

from collections.abc import Iterator, Mapping

from rag.cite import Site, csl
from rag.cite.work import Work
from rag.language.message import worded
from rag.record import Record, TextKind
from web.translation import gettext

_KINDS: dict[TextKind, str] = {
    "summary": worded("Curator’s summary"),
    "scope": worded("Scope note"),
    "abstract": worded("Abstract"),
    "note": worded("Note"),
    "opening": worded("Opening of the document"),
}


def kind(record: Record) -> str:
    """What the text of a record is: "Curator’s summary", "Scope note"."""
    return gettext(_KINDS[record.text_kind])


def tags(record: Record, site: Site) -> tuple[tuple[str, str], ...]:
    """Names and contents of meta elements, without empty ones."""
    return tuple((name, content) for name, content in _tags(Work.of(record, site)) if content)


def _tags(work: Work) -> Iterator[tuple[str, str]]:
    date = _date(work)
    yield "z:itemType", csl.KIND
    yield "DC.type", work.genre
    for dublin, highwire, content in (
        ("title", "title", work.title),
        ("date", "publication_date", date.replace("-", "/")),
        ("identifier", "public_url", work.url),
        ("publisher", "publisher", ", ".join(filter(None, (work.collection, work.institution)))),
    ):
        yield f"DC.{dublin}", date if dublin == "date" else content
        yield f"citation_{highwire}", content
    yield "DCTERMS.abstract", work.summary
    yield "DC.description", work.note
    yield "DC.source", ", ".join(filter(None, (work.archive, work.location)))
    for language in work.languages:
        yield "DC.language", language
    for subject in work.subjects:
        yield "DC.subject", subject
    yield "DC.rights", work.rights


def json_ld(record: Record, site: Site) -> Mapping[str, object]:
    """The record in the vocabulary of schema.org: a component of an archive, part of this collection."""
    work, here = Work.of(record, site), f"{site.root.rstrip('/')}{record.url}"
    about = [
        *({"@type": "Person", "name": name} for name in record.people),
        *({"@type": "Place", "name": name} for name in record.places),
        *({"@type": "Thing", "name": name} for name in work.subjects),
    ]
    properties = {
        "@context": "https://schema.org",
        "@type": "ArchiveComponent",
        "@id": here,
        "url": here,
        "identifier": work.id,
        "name": work.title,
        "genre": record.type,
        "abstract": work.summary,
        "creditText": work.note,
        "dateCreated": _date(work),
        "temporalCoverage": work.issued.edtf or work.issued.text if work.issued else None,
        "about": about,
        "inLanguage": work.languages,
        "itemLocation": work.location,
        "holdingArchive": work.archive and {"@type": "ArchiveOrganization", "name": work.archive},
        "sameAs": record.source_url,
        "image": work.images,
        "copyrightNotice": work.rights,
        "isPartOf": {
            "@type": "Collection",
            "name": work.collection,
            "url": f"{site.root.rstrip('/')}/",
        },
        "provider": work.institution and {"@type": "Organization", "name": work.institution},
    }
    return {name: value for name, value in properties.items() if value}


def _date(work: Work) -> str:
    """The date in ISO 8601 where it is one certain day, month or year; else empty."""
    issued = work.issued
    return issued.edtf or "" if issued and len(issued.days) == 1 and not issued.circa else ""
