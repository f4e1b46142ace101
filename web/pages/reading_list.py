"""The reader's list -> its page with notes, order and citations, and its files."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, ClassVar
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from rag.assistant.assistant import Assistant
from rag.cite import Site
from rag.errors import QuestionError, RecordNotFound
from rag.language.message import worded
from rag.record import Record
from web.export.reading_list import FORMATS, OFFERED, FileFormat, Listed, listed, written
from web.page import Page, render
from web.parameters import AssistantDep, SiteDep
from web.request_bodies import LONGEST
from web.views import reading_list as on_list
from web.views.urls import records_url

router = APIRouter()

# Pages about all records of a list.
WAYS = (
    ("/", worded("Ask about these")),
    ("/similar", worded("More like these")),
    ("/cite", worded("Cite these in other styles")),
    ("/search", worded("Select more in Browse")),
)


@dataclass(frozen=True, slots=True)
class ListPage(Page):
    """A reading list."""

    template: ClassVar[str] = "list.html"

    entries: tuple[Listed, ...]
    missing: int  # number of its records that the collection does not have
    href: str  # address of the list without notes
    # Formats in which it can be saved, by their names in addresses.
    files: tuple[tuple[str, FileFormat], ...] = tuple((key, FORMATS[key]) for key in OFFERED)
    ways: tuple[tuple[str, str], ...] = WAYS
    longest: int = LONGEST  # characters of a note, at most


async def _pairs(request: Request) -> list[tuple[str, str]]:
    """What the form says: in the address, or in a body, which has room for every note."""
    if request.method != "POST":
        return request.query_params.multi_items()
    return parse_qsl((await request.body()).decode(errors="replace"))


PairsDep = Annotated[list[tuple[str, str]], Depends(_pairs)]


@router.api_route("/list", methods=["GET", "POST"])
def reading_list(request: Request, pairs: PairsDep, assistant: AssistantDep, site: SiteDep) -> Response:
    """Show a list, change it, or save it; without any record, say how to begin one."""
    notes, given = on_list.read(pairs), dict(pairs)
    if given.keys() & {"up", "down", "remove"}:
        at = {str(place): record_id for place, record_id in enumerate(notes, 1)}
        up, down, gone = (at.get(given.get(each, ""), "") for each in ("up", "down", "remove"))
        notes = on_list.moved(on_list.moved(notes, up, -1), down, 1)
        notes.pop(gone, None)
        return RedirectResponse(on_list.url(notes), 303)
    if given.get("to") in dict(WAYS):
        return RedirectResponse(records_url(given["to"], [*notes]), 303)
    # A file is of all its records or none: nobody would see which are gone.
    records = tuple(assistant.selected([*notes]) if "format" in given else _present(assistant, notes))
    entries = listed(records, [notes[record.id] for record in records], site)
    if "format" in given:
        return _file(entries, given["format"], site)
    if request.method == "POST" or ("note", "") in pairs:  # what a form sends, as a short address
        return RedirectResponse(on_list.url(notes), 303)
    return render(ListPage(entries, len(notes) - len(records), records_url("/list", [record.id for record in records])))


def _present(assistant: Assistant, ids: Iterable[str]) -> Iterator[Record]:
    """The records of the list that the collection has."""
    for record_id in ids:
        with suppress(RecordNotFound):
            yield from assistant.selected([record_id])


def _file(entries: Sequence[Listed], key: str, site: Site) -> Response:
    if key not in FORMATS:
        message = worded(
            "format: %(given)s is not known; known are %(known)s", given=repr(key[:40]), known=tuple(FORMATS)
        )
        raise QuestionError(message)
    kind = FORMATS[key]
    saved = {"Content-Disposition": f'attachment; filename="reading-list.{kind.suffix}"'}
    return Response(written(entries, key, site), media_type=kind.media_type, headers=saved)
