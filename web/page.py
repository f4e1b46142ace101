"""A page's fields -> HTML: each page is one dataclass with one template, filled with exactly its fields."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, ClassVar

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from web.collection import collection, root
from web.views.dates import meant

if TYPE_CHECKING:
    from collections.abc import Mapping


class Page:
    """What one template shows; each field is a name the template uses."""

    __slots__ = ()
    template: ClassVar[str]


@dataclass(frozen=True, slots=True)
class ErrorPage(Page):
    """What went wrong, and a way on."""

    template: ClassVar[str] = "error.html"

    status: int
    title: str
    detail: str


def render(page: Page, status: int = 200, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """The page as it is sent."""
    return HTMLResponse(filled(page), status, headers)


def filled(page: Page) -> str:
    """The page's template, filled with exactly its fields."""
    shown = {field.name: getattr(page, field.name) for field in fields(page)}  # type: ignore[arg-type] # all are dataclasses
    return environment.get_template(page.template).render(shown)


environment = Environment(
    loader=PackageLoader("web"),
    autoescape=True,
    auto_reload=False,  # a template changes with the program; to look whether it did takes a tenth of a ms a page
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
environment.filters["meant"] = meant
environment.filters["counted"] = "{:,}".format
environment.globals["collection"] = collection
environment.globals["root"] = root
environment.globals["here"] = ""  # a page that the masthead leads to says which it is


def compile_templates() -> None:
    """Compile all of them now; the first to need one would wait for it."""
    for name in environment.list_templates():
        environment.get_template(name)
