"""The Markdown files of `web/help` -> the help pages. Links between the files also work in the repository."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from markdown_it import MarkdownIt
from markdown_it.token import Token
from starlette.exceptions import HTTPException

from web.page import Page, render

router = APIRouter()

_FOLDER = Path(__file__).parent.parent / "help"
_INDEX = "index"
_LINK = re.compile(r"([\w-]+)\.md(?=#|$)")


@dataclass(frozen=True, slots=True)
class Article:
    """One file of the help."""

    href: str  # address on the site
    title: str  # its heading
    body: str  # the file as HTML


@dataclass(frozen=True, slots=True)
class HelpPage(Page):
    """One article, with links to all of them."""

    template: ClassVar[str] = "help.html"

    article: Article
    articles: tuple[Article, ...]


@router.get("/help")
@router.get("/help/{page}")
def help_page(page: str = "") -> HTMLResponse:
    """Show an article; without a name, the index."""
    href = f"/help/{page}" if page else "/help"
    shown = next((article for article in articles() if article.href == href), None)
    if shown is None:
        raise HTTPException(404)
    return render(HelpPage(article=shown, articles=articles()))


@cache
def articles() -> tuple[Article, ...]:
    """The index, then the others in its order."""
    names = re.findall(r"\]\(([\w-]+)\.md\)", _text(_INDEX))
    return tuple(article(name, _text(name)) for name in (_INDEX, *names))


def article(name: str, text: str) -> Article:
    """A file as the site shows it; the first line is its heading."""
    markdown = MarkdownIt("commonmark", {"html": False, "typographer": True}).enable(["table", "smartquotes"])
    tokens = list(_for_the_site(markdown.parse(text)))
    return Article(_address(name), tokens[1].content, markdown.renderer.render(tokens, markdown.options, {}))


def _text(name: str) -> str:
    return (_FOLDER / f"{name}.md").read_text(encoding="utf-8")


def _for_the_site(tokens: list[Token]) -> Iterator[Token]:
    """Add anchors to headings and scrolling to tables, and turn links to files into addresses."""
    anchor = ""
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            anchor = _anchor(tokens[place + 1].content)
            token.attrSet("id", anchor)
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("href", _LINK.sub(lambda link: _address(link[1]), str(child.attrs["href"])))
        if token.type == "table_open":
            yield _html(f'<div class="scroll" tabindex="0" role="group" aria-labelledby="{anchor}">\n')
        yield token
        if token.type == "table_close":
            yield _html("</div>\n")


def _html(text: str) -> Token:
    return Token("html_block", "", 0, content=text)


def _anchor(heading: str) -> str:
    """The anchor of a heading, as repository hosts make it: lower case, hyphens, no other punctuation."""
    return re.sub(r"[^\w\s-]", "", heading.lower()).replace(" ", "-")


def _address(name: str) -> str:
    """The address of a file of the help."""
    return "/help" if name == _INDEX else f"/help/{name}"
