"""A search -> an Atom feed of its records, the newest of the collection first (RFC 4287)."""

import datetime as dt

from fastapi import APIRouter, Request, Response
from lxml import etree  # type: ignore[import-untyped] # without types
from lxml.builder import ElementMaker  # type: ignore[import-untyped]

from rag.cite.work import Work
from rag.record import Match
from web.collection import collection
from web.parameters import AssistantDep, Raw, SiteDep, WhereDep, Without, Words
from web.views.urls import search_query

router = APIRouter()

ENTRIES = 50  # records in a feed, at most

_atom = ElementMaker(namespace="http://www.w3.org/2005/Atom", nsmap={None: "http://www.w3.org/2005/Atom"})


@router.get("/search.atom")
def feed(
    request: Request,
    assistant: AssistantDep,
    site: SiteDep,
    where: WhereDep,
    q: Words = "",
    raw: Raw = False,  # noqa: FBT002
    without: Without = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    """Return the feed of a search; its parameters are those of the search."""
    found = assistant.search(
        q.strip() or None, k=ENTRIES, where=where, sort="entered", raw=raw, without=without, match=Match.WORDS
    )
    records = [hit.record for hit in found.hits]
    entered = assistant.entered([record.id for record in records])
    query = search_query(request)
    address = f"{site.root.rstrip('/')}/search{{}}{f'?{query}' if query else ''}"
    name = collection()
    root = _atom.feed(
        _atom.id(address.format(".atom")),
        _atom.title(f"{site.name}: {_printable(q)}" if q.strip() else site.name),
        _atom.updated(_time(max(entered, default=dt.datetime.fromtimestamp(0, dt.UTC)))),
        _atom.link(rel="self", type="application/atom+xml", href=address.format(".atom")),
        _atom.link(rel="alternate", type="text/html", href=address.format("")),
        _atom.author(_atom.name(name.institution or site.name)),
        *([_atom.rights(name.rights)] if name.rights else []),
    )
    for record, time in zip(records, entered, strict=True):
        root.append(_entry(Work.of(record, site), f"{site.root.rstrip('/')}{record.url}", _time(time)))
    return Response(
        etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True),
        media_type="application/atom+xml; charset=utf-8",
    )


def _entry(work: Work, here: str, time: str) -> etree._Element:
    date = [work.issued.text] if work.issued else []
    return _atom.entry(
        _atom.id(here),
        _atom.title(work.title),
        _atom.updated(time),
        _atom.published(time),
        _atom.link(rel="alternate", type="text/html", href=here),
        _atom.summary(". ".join([*date, work.summary or f"A {work.genre}"])),
    )


def _time(time: dt.datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable())
