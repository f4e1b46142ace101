"""The pages' words -> the reader's language, by one gettext catalogue: `locale/<language>/LC_MESSAGES/messages.po`.

What the code says is English. The catalogues are read as translators write them, once a process: nothing has to be
compiled, so a checkout and an installed package are alike.
"""

import datetime as dt
import io
from collections.abc import MutableMapping
from contextvars import ContextVar
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.errors import SettingsError
from rag.language.message import Message, Month, TypeName, TypeNames
from web.accept import preferences

SOURCE = "en"  # the language of the code
NAME = "lang"  # the parameter and the cookie with which a reader chooses
TYPE = "document type"  # the context of their names

_FOLDER = Path(__file__).with_name("locale")
_KEPT = 365 * 24 * 3600  # seconds

# The languages of the pages.
LANGUAGES = tuple(sorted({SOURCE, *(path.parent.parent.name for path in _FOLDER.glob("*/LC_MESSAGES/messages.po"))}))

_asked: ContextVar[tuple[str, str]] = ContextVar("asked", default=(SOURCE, ""))


def language() -> str:
    """The language of the page that answers this request."""
    return _asked.get()[0]


def languages() -> tuple[tuple[str, str, str], ...]:
    """Each language with its own name for itself, and the address of this page in it."""
    here = _asked.get()[1]
    return tuple((each, _own_name(each), f"{here}{NAME}={each}") for each in LANGUAGES)


def template(*forms: str, num: int = 1) -> str:
    """A message in the reader's language, its places for values empty; forms are one and, where it counts, several."""
    catalogue = _catalogue(language())
    return catalogue.gettext(*forms) if len(forms) == 1 else catalogue.ngettext(forms[0], forms[1], num)


def gettext(message: str, **values: object) -> str:
    """A message in the reader's language, with these values in it."""
    return template(message) % values


def ngettext(one: str, several: str, num: int, **values: object) -> str:
    """A message that counts."""
    return template(one, several, num=num) % {"num": number(num), **values}


def translated(text: object) -> str:
    """What the program says, in the reader's language; any other text as it is."""
    said = str(text)
    match text:
        case str() if language() == SOURCE:
            pass
        case Message():
            said = _said(text)
        case TypeNames():
            said = document_type(text.one)
        case TypeName():
            said = document_type(text)
        case Month():
            said = date(text, "yMMMM")
        case dt.date():
            said = date(text)
        case int():
            said = number(text)
        case tuple():
            said = ", ".join(map(translated, text))
    return said


def document_type(name: str) -> str:
    """A type of document; as the source calls it where the program does not know it."""
    known = name[:1].upper() + name[1:]
    said = _catalogue(language()).pgettext(TYPE, known)
    return name if said == known else said


def _said(message: Message) -> str:
    values = {name: translated(value) for name, value in message.values.items()}
    return template(*message.forms, num=message.num) % values if message.forms else "".join(values.values())


def number(value: int) -> str:
    """A number as the reader writes it: 32,178 or 32.178."""
    return _number(value, language())


def date(value: dt.date, form: str = "long") -> str:
    """A day as the reader writes it: 27 October 1962; by the names of its parts in CLDR (yMMMM) a part of it."""
    return _date(value, form, language())


@lru_cache(maxsize=4096)  # pages repeat them, and Babel takes its time
def _number(value: int, locale: str) -> str:
    return format_decimal(value, locale=locale)


@lru_cache(maxsize=4096)
def _date(value: dt.date, form: str, locale: str) -> str:
    spoken = "en_GB" if locale == SOURCE else locale  # 27 October 1962, as the program's own sentences say it
    return format_date(value, form, spoken) if form == "long" else format_skeleton(form, value, locale=spoken)


@cache
def _own_name(each: str) -> str:
    return str(Locale.parse(each).get_display_name(each)).capitalize()


@cache
def _catalogue(each: str) -> NullTranslations:
    if each == SOURCE:
        return NullTranslations()
    compiled = io.BytesIO()
    with (_FOLDER / each / "LC_MESSAGES" / "messages.po").open("rb") as written:
        write_mo(compiled, read_po(written, each))
    compiled.seek(0)
    return GNUTranslations(compiled)


def known(each: str) -> str:
    """A language of the settings, with its catalogue read; any other is refused."""
    if each not in LANGUAGES:
        raise SettingsError(f"RAG_LANGUAGE: {each!r} is no language of the pages; give one of {', '.join(LANGUAGES)}")
    for one in LANGUAGES:
        _catalogue(one)
    return each


def best(accepted: str, default: str) -> str:
    """The language that a browser asks for (RFC 9110, Accept-Language), as far as the pages have it."""
    tags = (tag.partition("-")[0] for tag in preferences(accepted))
    return next((tag if tag != "*" else default for tag in tags if tag in (*LANGUAGES, "*")), default)


class Language:
    """Finds the language of each request: the reader's choice, else the browser's, else that of the settings."""

    def __init__(self, app: ASGIApp, default: str) -> None:
        self._app = app
        self._default = default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        chosen, kept = (given.get(NAME, "") for given in (request.query_params, request.cookies))
        chosen, kept = (each if each in LANGUAGES else "" for each in (chosen, kept))
        spoken = chosen or kept or best(request.headers.get("accept-language", ""), self._default)
        query = urlencode([pair for pair in request.query_params.multi_items() if pair[0] != NAME])
        here = f"?{query}{'&' if query else ''}"  # without its path, which could name another site

        async def send_marked(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                answered = MutableHeaders(scope=message)
                if answered.get("content-type", "").startswith("text/html"):
                    answered["Content-Language"] = spoken
                    answered.add_vary_header("Accept-Language")
                    answered.add_vary_header("Cookie")
                    if chosen:
                        answered.append("Set-Cookie", f"{NAME}={chosen}; Path=/; Max-Age={_KEPT}; SameSite=Lax")
            await send(message)

        token = _asked.set((spoken, here))
        try:
            await self._app(scope, receive, send_marked)
        finally:
            _asked.reset(token)
