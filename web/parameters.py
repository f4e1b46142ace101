"""Request -> arguments of the assistant; pages and API share these parameters."""

from dataclasses import replace
from typing import Annotated, Literal, TypeAlias

from fastapi import Depends, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import StringConstraints

from rag import cite
from rag.assistant.assistant import Assistant, between
from rag.cite import Site
from rag.dates.archival_date import Fit
from rag.llm.writer import AnswerWriter
from rag.record import EXCLUSIONS, FIELDS, Filter, Match
from web.collection import Served
from web.request_bodies import BRANCHES, LONGEST, MOST

API = "/api/v1"  # where all calls of the API are

# Fields and exclusions with their values, in the order of FIELDS, EXCLUSIONS and of the request.
Fields: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]


# `async def`, because these are too short to be worth a thread.
async def _served(request: Request) -> Served:
    served: Served = request.scope["served"]
    return served


ServedDep = Annotated[Served, Depends(_served)]


async def _assistant(served: ServedDep) -> Assistant:
    return served.assistant


async def _writer(served: ServedDep) -> AnswerWriter | None:
    return served.writer


_Listed = list[Annotated[str, StringConstraints(max_length=LONGEST)]]
Values = Annotated[_Listed, Query(max_length=MOST, description="Values of this field; a record must have one of them.")]
NotValues = Annotated[
    _Listed, Query(max_length=MOST, description="Values of this field; a record must have none of them.")
]

Branches = Annotated[_Listed, Query(max_length=MOST, description=BRANCHES)]


async def _fields(  # noqa: PLR0913, PLR0917 - a parameter is a query parameter
    people: Values = [],  # noqa: B006 - FastAPI copies it
    places: Values = [],  # noqa: B006
    type: Values = [],  # noqa: A002, B006 - the interface's own word
    year: Values = [],  # noqa: B006
    precision: Values = [],  # noqa: B006
    file: Values = [],  # noqa: B006
    summary: Values = [],  # noqa: B006
    subjects: Values = [],  # noqa: B006
    languages: Values = [],  # noqa: B006
    archive: Values = [],  # noqa: B006
    sender: Values = [],  # noqa: B006
    recipient: Values = [],  # noqa: B006
    sent_from: Values = [],  # noqa: B006
    inside: Branches = [],  # noqa: B006
    not_people: NotValues = [],  # noqa: B006
    not_places: NotValues = [],  # noqa: B006
    not_type: NotValues = [],  # noqa: B006
) -> Fields:
    given = (
        people, places, type, year, precision, file, summary, subjects, languages, archive,
        sender, recipient, sent_from, inside, not_people, not_places, not_type,
    )  # fmt: skip
    named = zip((*FIELDS, *EXCLUSIONS), given, strict=True)
    return tuple((field, tuple(dict.fromkeys(values))) for field, values in named if values)


Fitting = Annotated[
    Literal["certain", "possible"] | None,
    Query(description="Only records that are certainly, or possibly, within the dates."),
]


def _where(
    fields: Annotated[Fields, Depends(_fields)],
    date_from: Annotated[str, Query(description="EDTF: 1962, 1962-10, 1962-10-27, 196X; its first day counts.")] = "",
    date_to: Annotated[str, Query(description="EDTF; its last day counts.")] = "",
    fit: Fitting = None,
) -> Filter:
    # A form also sends its empty boxes.
    return narrowed(between(date_from.strip() or None, date_to.strip() or None), fields, fit)


def narrowed(where: Filter, fields: Fields, fit: str | None = None) -> Filter:
    """The filter with a condition for each field, and this fit to its dates."""
    only = Fit(fit) if fit else None
    return replace(where.having(dict(fields)), only=only)


async def known_parameters(request: Request) -> None:
    """Refuse a query parameter that the OpenAPI document does not name for this call, so that no filter is ignored."""
    call = request.app.openapi()["paths"][f"{API}{request.scope['route'].path}"][request.method.lower()]
    known = [each["name"] for each in call.get("parameters", ()) if each["in"] == "query"]
    unknown = [
        {
            "type": "extra_forbidden",
            "loc": ("query", name),
            "msg": f"is not known; known are {', '.join(known) or 'none'}",
        }
        for name in dict.fromkeys(request.query_params)
        if name not in known
    ]
    if unknown:
        raise RequestValidationError(unknown)


async def _site(request: Request, served: ServedDep) -> Site:
    """Where the reader sees a record, today: at the public address, or at that of the request."""
    return served.assistant.site(served.root(str(request.base_url)))


WriterDep = Annotated[AnswerWriter | None, Depends(_writer)]
AssistantDep = Annotated[Assistant, Depends(_assistant)]
SiteDep = Annotated[Site, Depends(_site)]
FieldsDep = Annotated[Fields, Depends(_fields)]
WhereDep = Annotated[Filter, Depends(_where)]
Words = Annotated[str, Query(max_length=LONGEST, description="Words to search for; empty for all records by date.")]
Count = Annotated[int, Query(ge=1, le=MOST, description="Number of records.")]
StyleName = Annotated[cite.StyleName, Query(description="The format.")]
Sort = Annotated[Literal["relevance", "date", "-date", "entered"], Query(description="Order of the hits.")]
Raw = Annotated[bool, Query(description="Search for the words as typed, with quotation marks, -, AND, OR and NOT.")]
Without = Annotated[
    list[Annotated[str, StringConstraints(max_length=LONGEST)]],
    Query(
        max_length=MOST,
        description="What not to understand: `dates`, `names`, `spelling`, `intent`, a field of `understood.filters`, "
        "or a value of one (`types:telegram`).",
    ),
]
Matched = Annotated[
    Match | None, Query(description="Only records that contain the words, or only those near in meaning.")
]
_DIGITS = {"pattern": "^[0-9]{1,9}$"}  # for the description alone: the assistant's own message says more
Cursor = Annotated[
    str | None, Query(max_length=LONGEST, description="`next` of the page before.", json_schema_extra=_DIGITS)
]
RecordId = Annotated[str, Path(alias="id", max_length=LONGEST, description="The record's id.")]
