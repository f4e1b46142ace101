"""A page's fields -> HTML: each page is a dataclass with a template that uses exactly its fields."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import ClassVar
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from web import translation
from web.collection import appearance, collection, names, root
from web.views.dates import dated, meaning
from web.views.metadata import kind
from web.views.urls import value_url

# Indentation is a quarter of a long page; that of what a reader typed, and of a file that is shown, stays.
_INDENTATION = re.compile(r"(?:\n|(?<=>) (?=\s*<))\s*")
_VERBATIM = re.compile(r"(?s)(<(?:pre|textarea)\b.*?</(?:pre|textarea)>)")


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
    written = environment.get_template(page.template).render(context)
    parts = _VERBATIM.split(written)
    for at, part in enumerate(parts):
        tag, end, text = part.partition(">") if at % 2 else (part, "", "")
        parts[at] = _INDENTATION.sub("\n", tag) + end + text
    return "".join(parts)


def _gettext(message: str, /, **values: object) -> Markup:
    """A message of a template; it is ours and may have elements in it, its values are escaped."""
    said = Markup(translation.template(message))  # noqa: S704
    return said % values if values else said


def _ngettext(one: str, several: str, num: int, /, **values: object) -> Markup:
    return Markup(translation.template(one, several, num=num)) % {"num": translation.number(num), **values}  # noqa: S704


environment = Environment(
    loader=PackageLoader("web"),
    autoescape=True,
    auto_reload=False,  # templates change only with the program
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    extensions=["jinja2.ext.i18n"],
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
