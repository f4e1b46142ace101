"""JSON-LD -> the documents that it describes, each with the things that it refers to."""

from collections.abc import Iterator, Mapping
from typing import Any

from rag.ingest.formats.column_names import guess
from rag.ingest.formats.nested import DESCRIPTIVE

# Kinds of schema.org that are no document.
_NO_DOCUMENT = frozenset({
    "WebSite", "WebPage", "CollectionPage", "ItemPage", "SearchResultsPage", "AboutPage", "BreadcrumbList",
    "ListItem", "ItemList", "Thing", "Place", "Organization", "ArchiveOrganization", "Library", "Museum",
    "Person", "SearchAction", "Collection", "ArchiveCollection", "DataCatalog",
})  # fmt: skip
_NO_RECORDS = frozenset({"ItemSet", "Person", "Organization", "Place"})
_WITHIN = ("@graph", "itemListElement", "item", "mainEntity", "hasPart")


def documents(data: object) -> Iterator[dict[str, Any]]:
    """The documents, at any depth, in order."""
    graph = data.get("@graph") if isinstance(data, dict) else data
    named = (
        {thing["@id"]: thing for thing in graph if isinstance(thing, dict) and isinstance(thing.get("@id"), str)}
        if isinstance(graph, list)
        else {}
    )
    left: list[object] = [data]
    while left:
        match left.pop(0):
            case list() as several:
                left[:0] = several
            case dict() as thing:
                kinds = _kinds(thing)
                if kinds - _NO_DOCUMENT - {"None"} and guess(thing).keys() & DESCRIPTIVE:
                    yield {name: _resolved(value, named) for name, value in thing.items()}
                else:
                    left[:0] = [thing[key] for key in _WITHIN if key in thing]


def what_else(thing: Mapping[str, Any]) -> str:
    """What it describes in place of a document: a set of items, a person; empty for a document."""
    kinds = _kinds(thing) - {"Item"}
    return min(kinds) if kinds <= _NO_RECORDS and kinds else ""


def _kinds(thing: Mapping[str, Any]) -> set[str]:
    """Its kinds, without their vocabulary."""
    kinds = thing.get("@type")
    return {str(kind).rpartition(":")[2].rpartition("/")[2] for kind in (kinds if isinstance(kinds, list) else [kinds])}


def _resolved(value: object, named: Mapping[str, Any]) -> object:
    """The thing of the same graph to which a value refers; else the value."""
    if isinstance(value, list):
        return [_resolved(each, named) for each in value]
    referred = value.get("@id") if isinstance(value, dict) and len(value) == 1 else None
    return named.get(referred, value) if isinstance(referred, str) else value
