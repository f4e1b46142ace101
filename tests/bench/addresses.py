"""A collection -> addresses of every page in every state, every feed and every file."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.bench.collection import Collection

_TOGETHER = 10  # records cited at once


def addresses(collection: Collection, receipt: str, named: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
    """Addresses by the kind of page; `named` are the people and places that most records name.

    The first of each is not measured, because it compiles a template. Where a page is to be measured without a cache,
    the addresses differ, and records cited for the first time are not among those whose pages are shown.
    """
    asked = [urlencode({"q": question}) for question in collection.questions]
    same = [""] * len(asked)
    half = len(collection.ids) // 2
    alone, cited = collection.ids[:half], collection.ids[half:]
    together = urlencode([("id", each) for each in cited[-_TOGETHER:]])
    words = [each for values in named.values() for each in values]
    return {
        "/": [f"/{each}" for each in same],
        "/?q=...": [f"/?{query}" for query in asked],
        "/?q=..., a follow-up": [f"/?h={query[2:]}&q=Who+spoke+of+it%3F" for query in asked],
        "/?q=..., the third turn": [f"/?h={query[2:]}&h=Who+spoke+of+it%3F&q=Why%3F" for query in asked],
        "/?q=..., a list of 50": [f"/?{urlencode({'q': f'List documents about {name}', 'k': 50})}" for name in words],
        "/?q=..., not in the collection": [
            f"/?q=Who+won+the+football+world+cup+of+{2000 + n}" for n in range(len(asked))
        ],
        "/search": [f"/search{each}" for each in same],
        "/search?q=...": [f"/search?{query}" for query in asked],
        "/search, a value chosen": [f"/search?summary=with{each}" for each in same],
        "/search, days": [f"/search?date_from={1950 + n}&date_to={1970 + n}" for n in range(len(asked))],
        "/search, page 2": [f"/search?page=2{each}" for each in same],
        "/search, 50 a page": [f"/search?k=50{each}" for each in same],
        "/search?q=..., 50 a page": [f"/search?{urlencode({'q': name, 'k': 50})}" for name in words],
        "/search?q=..., 50 titles": [f"/search?{urlencode({'q': name, 'k': 50, 'view': 'compact'})}" for name in words],
        "/search, nothing found": [f"/search?{query}&people=nobody" for query in asked],
        "/records/{id}": [f"/records/{id_}" for id_ in alone],
        "/people/{name}, /places/{name}": [
            f"/{field}/{quote(name, safe='')}" for field, values in named.items() for name in values
        ],
        "/list, ten records": [f"/list?{together}{each}" for each in same],
        "/similar, three records": [
            f"/similar?{urlencode([('id', each) for each in collection.ids[n : n + 3]])}" for n in range(half)
        ],
        "/cite, ten records for the first time": [f"/cite?id={cited[0]}", f"/cite?{together}"],
        "/cite, ten records": [f"/cite?{together}{each}" for each in same],
        "/cite, of a search": [f"/cite?{query}" for query in asked],
        "/check": [f"/check{each}" for each in same],
        "/check?text=...": [f"/check?{urlencode({'text': question})}" for question in collection.questions],
        "/replay": [f"/replay?{urlencode({'receipt': receipt})}{each}" for each in same],
        "/about": [f"/about{each}" for each in same],
        "/help": [f"/help{each}" for each in same],
        "/docs": [f"/docs{each}" for each in same],
        "/search.atom": [f"/search.atom{each}" for each in same],
        "/search.atom?q=...": [f"/search.atom?{query}" for query in asked],
        "/sitemap-1.xml": [f"/sitemap-1.xml{each}" for each in same],
        "/conversation.md": [f"/conversation.md?{query}" for query in asked],
        "/conversation.json": [f"/conversation.json?{query}" for query in asked],
        "/api/v1/citations, ten records as RIS": [f"/api/v1/citations?style=ris&{together}{each}" for each in same],
    }
