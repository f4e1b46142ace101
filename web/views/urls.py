"""Searches, questions and records -> addresses of pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, quote_plus, urlencode

from starlette.requests import Request

from rag.dates.archival_date import Interval, edtf_of
from rag.record import EXCLUSIONS, FIELDS

PAGE = 10  # hits on a page, unless the reader wants more


class Chip(NamedTuple):
    """A part of what was understood or chosen, and the address without it; without a text the address with it again."""

    kind: str
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Search:
    """The boxes of the search page, and the values and records selected."""

    q: str = ""
    date_from: str = ""
    date_to: str = ""
    sort: str = "relevance"
    raw: bool = False
    fields: tuple[tuple[str, tuple[str, ...]], ...] = ()  # fields with their chosen values, at least one each
    ids: tuple[str, ...] = ()  # records that the reader selected on any page; they do not narrow the search
    fit: str = ""  # "certain" or "possible" for records that are only so within the dates; else empty
    without: tuple[str, ...] = ()  # what the reader took away of the understanding
    match: str = ""  # "meaning" for records near in meaning that do not contain the words; else empty
    k: int = PAGE  # hits on a page
    view: str = ""  # "compact" for titles and dates alone; else empty

    def but(self, **changes: object) -> Search:
        """This search with other values of these attributes."""
        return replace(self, **changes)  # type: ignore[arg-type] # as the attributes are

    def url(self, page: int = 1) -> str:
        """The address of a page of this search, without empty or default parameters."""
        given = {
            "q": self.q,
            "date_from": self.date_from,
            "date_to": self.date_to,
            "fit": self.fit,
            "sort": self.sort if self.sort != "relevance" else "",
            "raw": "true" if self.raw else "",
            "match": self.match,
            "k": str(self.k) if self.k != PAGE else "",
            "view": self.view,
        }
        pairs = [(name, value) for name, value in given.items() if value]
        pairs += [("without", taken) for taken in self.without]
        along = [*([("page", page)] if page > 1 else ()), *(("id", record_id) for record_id in self.ids)]
        query = urlencode([*pairs, *self.values(), *along])
        return f"/search?{query}" if query else "/search"

    @property
    def query(self) -> str:
        """The parameters of what contains the words, without selected records."""
        return replace(self, ids=(), match="", k=PAGE, view="").url().partition("?")[2]

    def table(self, name: str) -> str:
        """The address of a table of all that is found."""
        address = replace(self, ids=(), k=PAGE, view="").url()
        return f"{address}{'&' if '?' in address else '?'}format={name}"

    def values(self) -> Iterator[tuple[str, str]]:
        """Each chosen value with its field."""
        for field, values in self.fields:
            for value in values:
                yield field, value

    def chosen(self, field: str) -> tuple[str, ...]:
        """The chosen values of this field."""
        return dict(self.fields).get(field, ())

    def adding(self, field: str) -> Callable[[str], str]:
        """Value -> the address, on the search page, of this search with that value too; encodes the rest only once."""
        here = self.url().partition("?")[2]
        before = f"?{here}{'&' if here else ''}{field}="
        return lambda value: before + _quoted(value)

    def within(self) -> Callable[[str, str], str]:
        """First and last day in EDTF -> the address of this search within them; encodes the common part only once."""
        before = f"/search?{urlencode({'q': self.q})}&" if self.q else "/search?"
        after = replace(self, q="", date_from="", date_to="").url().partition("?")[2]
        return lambda low, high: f"{before}date_from={low}&date_to={high}{'&' if after else ''}{after}"

    def toggled(self, field: str, value: str) -> Search:
        """This search with the value, or without it where it was chosen."""
        pairs = list(self.values())
        pair = (field, value)
        return self._with_values([chosen for chosen in pairs if chosen != pair] if pair in pairs else [*pairs, pair])

    def only(self, field: str, value: str) -> Search:
        """This search with this value as the only one of its field."""
        return self._with_values([*(chosen for chosen in self.values() if chosen[0] != field), (field, value)])

    def during(self, start: dt.date, end: dt.date) -> Search:
        """This search within these days."""
        low, _, high = (edtf_of(Interval(start, end)) or "").partition("/")
        return replace(self, date_from=low, date_to=high or low)

    def toggled_part(self, name: str) -> Search:
        """This search without this part of the understanding, or with it again."""
        left = tuple(each for each in self.without if each != name)
        return replace(self, without=left if left != self.without else (*left, name))

    def without_dates(self) -> Search:
        """This search without dates."""
        return replace(self, date_from="", date_to="", fit="")

    def _with_values(self, pairs: Sequence[tuple[str, str]]) -> Search:
        fields: dict[str, list[str]] = {}
        for field, value in pairs:
            fields.setdefault(field, []).append(value)
        return replace(self, fields=tuple((field, tuple(values)) for field, values in fields.items()))


_quoted = lru_cache(maxsize=4096)(quote_plus)  # most pages have the same values


# Parameters that select records.
SELECTING = frozenset({"q", "date_from", "date_to", "fit", "raw", "without", *FIELDS, *EXCLUSIONS})


def search_query(request: Request, also: Collection[str] = ()) -> str:
    """The parameters of a request that select records: no page, no format, no empty box of a form."""
    pairs = request.query_params.multi_items()
    return urlencode([(name, value) for name, value in pairs if value and name in {*SELECTING, *also}])


def ask_url(question: str) -> str:
    """The address of a question's answer."""
    return f"/?{urlencode({'q': question})}"


def field_url(field: str, value: str) -> str:
    """The address of all records with this value."""
    return Search().only(field, value).url()


def value_url(field: str, value: str) -> str:
    """The page of a person or place; of another value, the address of all records with it."""
    return f"/{field}/{quote(value, safe='')}" if field in {"people", "places"} else field_url(field, value)


def records_url(path: str, ids: Sequence[str]) -> str:
    """The address of a page about several records."""
    return f"{path}?{urlencode([('id', record_id) for record_id in ids])}"
