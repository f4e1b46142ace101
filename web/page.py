"""A page's fields -> HTML: each page is a dataclass with a template that uses exactly its fields."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import ClassVar
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup
from starlette.responses import HTMLResponse

from web import translation
from web.collection import appearance, collection, names, root
from web.views.dates import dated, meaning
from web.views.highlights import why
from web.views.metadata import kind
from web.views.urls import value_url


class Page:
    """The fields of one template."""

    __slots__ = ()
    template: ClassVar[str]


@dataclass(frozen=True, slots=True)
class ErrorPage(Page):
    """An error, and links to go on from."""

    template: ClassVar[str] = "error.html"

    status: int
    title: str
    detail: str
    again: bool  # whether the same address may have the page in a moment, with all that was asked


def render(page: Page, status: int = 200, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """The response for a page."""
    return HTMLResponse(html(page), status, headers)


def host(address: str) -> str:
    """The name of the site that an address is of; the address where it has none."""
    try:
        return urlsplit(address).netloc.removeprefix("www.") or address
    except ValueError:
        return address


def html(page: Page) -> str:
    """The page as HTML."""
    context = {field.name: getattr(page, field.name) for field in fields(page)}  # type: ignore[arg-type] # all are dataclasses
    return environment.get_template(page.template).render(context)


def _gettext(message: str, /, **values: object) -> Markup:
    """A message of a template; it is ours and may have elements in it, its values are escaped."""
    said = _said(translation.language(), message)
    return said % values if values else said


def _ngettext(one: str, several: str, num: int, /, **values: object) -> Markup:
    return Markup(translation.template(one, several, num=num)) % {"num": translation.number(num), **values}  # noqa: S704


@cache  # a page says some of them at each record
def _said(_language: str, message: str) -> Markup:
    return Markup(translation.template(message))  # noqa: S704


_INDENTED = re.compile(r"([%#]\})?\n\s*")
# Space beside a tag that begins or ends a block says nothing.
_BLOCK = r"</?(?:article|aside|blockquote|details|dd|div|dl|dt|form|h\d|li|nav|ol|p|section|ul)\b"
_BESIDE_BLOCKS = re.compile(rf"\s+(?={_BLOCK})|({_BLOCK}[^<>{{}}]*>)\n")


class _Dense(Extension):
    """Takes the indentation out of templates, a quarter of a long page; values keep theirs."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002
        # Jinja drops the line end after its own tags, so that the space is all that parts what stands around them.
        dense = _INDENTED.sub(lambda end: f"{end[1]}\n " if end[1] else "\n", source)
        return _BESIDE_BLOCKS.sub(lambda beside: beside[1] or "", dense)


environment = Environment(
    loader=PackageLoader("web"),
    autoescape=True,
    auto_reload=False,  # templates change only with the program
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    extensions=["jinja2.ext.i18n", _Dense],
)
environment.policies["ext.i18n.trimmed"] = True
environment.newstyle_gettext = True  # type: ignore[attr-defined] # the extension's
environment.globals["_"] = environment.globals["gettext"] = _gettext
environment.globals["ngettext"] = _ngettext
environment.filters["dated"] = dated
environment.filters["meaning"] = meaning
environment.filters["kind"] = kind
environment.filters["counted"] = translation.number
environment.filters["translated"] = translation.translated
environment.filters["host"] = host
environment.filters["value_url"] = value_url
environment.filters["why"] = why
environment.globals["collection"] = collection
environment.globals["appearance"] = appearance
environment.globals["names"] = names
environment.globals["language"] = translation.language
environment.globals["languages"] = translation.languages
environment.globals["root"] = root
environment.globals["here"] = ""  # pages that the header links to set their own address


def compile_templates() -> None:
    """Compile all templates, so that no request waits for it."""
    for name in environment.list_templates():
        environment.get_template(name)
