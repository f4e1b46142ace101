"""The calls that an agent can make: a body in, what the API returns out, without what a model has no use for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from rag.assistant.assistant import Assistant, between
from rag.cite import StyleName
from rag.schemas import AnswerOut, CheckOut, FoundOut, HitsOut, RecordOut, RelatedListOut, Shape
from web.api.ask import answered
from web.api.check import check
from web.api.records import related
from web.api.search import similar
from web.pages.about import longest
from web.request_bodies import LONGEST, MOST, AskIn, CheckIn, Count, FiltersIn, RequestBody, SimilarIn

# No `from __future__ import annotations` here: pydantic reads annotations at run time.

NOTE = "A curator's summary: a lead, not the document."  # stands in each result

# Fields that stand neither in a schema nor in a result: a model pays for each word that it reads.
_SILENT = frozenset(
    {"among", "min_score", "understand", "vector", "without"}
    | {
        "by_date",
        "carried",
        "copy_of",
        "dates",
        "dates_in_title",
        "differences",
        "end",
        "english",
        "facets",
        "file",
        "fit",
        "images",
    }
    | {"intent", "language", "listings", "marks", "page", "parts", "position", "receipt", "rewritten", "score"}
    | {"source_urls", "start", "timeline", "words", "at_least", "explain", "why", "branches"}
)


class SearchIn(RequestBody):
    """Words to look for."""

    q: str = Field(default="", max_length=LONGEST, description="empty: all, by date")
    k: Count = 10
    filters: FiltersIn = FiltersIn()
    sort: Literal["relevance", "date", "-date"] = "relevance"
    cursor: str | None = Field(default=None, max_length=LONGEST, description="`next` of the page before")


Id = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST)]


class RecordIn(RequestBody):
    """One record."""

    id: Id


class RelatedIn(RecordIn):
    """One record, to go on from."""

    k: Count = 5


class CiteIn(RequestBody):
    """Records to cite."""

    ids: list[Id] = Field(min_length=1, max_length=MOST)
    style: StyleName = "chicago"


class CoverageIn(RequestBody):
    """Nothing."""


class CitationsOut(Shape):
    """Citations as text."""

    citations: str
    media_type: str


class CoverageOut(Shape):
    """What the collection holds, and what it lacks."""

    title: str
    institution: str
    rights: str
    records: int
    undated: int
    without_summary: int
    years: dict[str, int] = Field(description="records by year")
    gaps: list[str] = Field(description="EDTF; months without records")
    generation: str


@dataclass(frozen=True, slots=True)
class Tool:
    """A call."""

    use: str  # when to use it, for a model
    body: type[RequestBody]
    shape: type[Shape]
    # Body, assistant and the site's address, or an empty one -> the result.
    call: Callable[[Any, Assistant, str], Shape]

    @property
    def input_schema(self) -> dict[str, Any]:
        """What to send."""
        return outline(self.body.model_json_schema(), body=True)

    @property
    def output_schema(self) -> dict[str, Any]:
        """What comes back; fields that are empty are left out."""
        schema = outline(self.shape.model_json_schema(mode="serialization"), body=False)
        return {**schema, "properties": {"note": {"type": "string"}, **schema["properties"]}, "required": ["note"]}

    def result(self, arguments: object, assistant: Assistant, root: str) -> dict[str, Any]:
        """Make the call; ValidationError where the arguments are not its body."""
        shape = self.call(self.body.model_validate(arguments), assistant, root)
        fields: dict[str, Any] = brief(shape.model_dump(mode="json", by_alias=True), root)
        return {"note": NOTE, **fields}


def outline(schema: dict[str, Any], *, body: bool) -> dict[str, Any]:
    """A JSON Schema without `_SILENT`: of a body the whole, of a result its fields and those of its lists."""

    def outlined(node: dict[str, Any], level: int, *, listed: bool = False) -> dict[str, Any]:
        node = next((each for each in node.get("anyOf", ()) if each.get("type") != "null"), {}) | node
        described = {"description": node["description"]} if body and level == 1 and "description" in node else {}
        if "$ref" in node:
            node = schema["$defs"][node["$ref"].rpartition("/")[2]]
        short = {"type": node["type"], **described}
        if body and "enum" in node:
            short["enum"] = node["enum"]
        if "items" in node and (body or "$ref" in node["items"]):
            short["items"] = outlined(node["items"], level, listed=True)
        if "properties" in node and (body or listed or level == 0):
            fields = {name: each for name, each in node["properties"].items() if name not in _SILENT}
            short["properties"] = {name: outlined(each, level + 1) for name, each in fields.items()}
        if body and "required" in node:
            short["required"] = node["required"]
        return short

    return outlined(schema, 0)


def brief(value: Any, root: str) -> Any:  # noqa: ANN401 - any JSON
    """JSON without what stands in `_SILENT` or is empty; the site's own paths become addresses."""
    if isinstance(value, list):
        return [brief(each, root) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {name: brief(each, root) for name, each in value.items() if name not in _SILENT}
    if "url" in kept:
        kept["url"] = f"{root}{kept['url']}"
    return {name: each for name, each in kept.items() if each not in (None, "", [], {})}


def _search(body: SearchIn, assistant: Assistant, _root: str) -> FoundOut:
    where = between(body.filters.date_from, body.filters.date_to)
    return FoundOut.of(
        assistant.search(body.q.strip() or None, k=body.k, where=where, sort=body.sort, cursor=body.cursor)
    )


def _cite(body: CiteIn, assistant: Assistant, root: str) -> CitationsOut:
    media_type, text = assistant.cite_all(body.ids, body.style, site=assistant.site(root))
    return CitationsOut(citations=text, media_type=media_type)


def _coverage(_body: CoverageIn, assistant: Assistant, _root: str) -> CoverageOut:
    holds, called = assistant.coverage(), assistant.collection
    return CoverageOut(
        title=called.title,
        institution=called.institution,
        rights=called.rights,
        records=holds.records,
        undated=holds.undated,
        without_summary=holds.without_summary,
        years=dict(holds.years),
        gaps=[f"{gap.start:%Y-%m}/{gap.end:%Y-%m}" for gap in longest(assistant.empty_months())],
        generation=holds.generation,
    )


# Every tool by its name; all of them only read.
TOOLS = {
    "ask": Tool(
        "Answer a question from the archive in its curators' own words, with citations; or not_found. Start here. "
        "Dates are EDTF (1962-10).",
        AskIn,
        AnswerOut,
        lambda body, assistant, _: AnswerOut.of(answered(body, assistant), explain=body.explain),
    ),
    "search": Tool("List records by words and meaning, or all by date.", SearchIn, FoundOut, _search),
    "record": Tool(
        "Read one record.", RecordIn, RecordOut, lambda body, assistant, _: RecordOut.of(assistant.record(body.id))
    ),
    "related": Tool(
        "List records related to one, with reasons.",
        RelatedIn,
        RelatedListOut,
        lambda body, assistant, _: related(body.id, assistant, body.k),
    ),
    "similar": Tool(
        "List records near in meaning to exactly one of text, id, ids.",
        SimilarIn,
        HitsOut,
        lambda body, assistant, _: similar(body, assistant),
    ),
    "check": Tool(
        "Check references and quotations in a text you wrote against the records, before you show it.",
        CheckIn,
        CheckOut,
        lambda body, assistant, _: check(body, assistant),
    ),
    "cite": Tool("Cite records in a style.", CiteIn, CitationsOut, _cite),
    "coverage": Tool("Say what the collection holds and lacks.", CoverageIn, CoverageOut, _coverage),
}
