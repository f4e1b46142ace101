"""A note on one document, as text or Markdown -> one listing.

It says what it is in front matter (YAML between lines of dashes) or in lines above its text: "Date: 27 October 1962".
Its title may be its first line; its text is the summary.
"""

import re
import tomllib
from collections.abc import Iterator
from email import message_from_string, policy
from itertools import takewhile
from typing import Any

from rag.ingest.formats.column_mapping import Mapper
from rag.ingest.formats.column_names import guess
from rag.ingest.formats.files import SourceFile
from rag.ingest.formats.listing_pages import is_date_alone, is_furniture, is_range
from rag.ingest.formats.protocol import Extracted, fold, lines_of

SUFFIXES = frozenset({".md", ".markdown", ".eml", ".mbox"})

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_YAML_LIST = re.compile(r"\s*- \w+:\s")
_MIME = re.compile(r"(?:[A-Z][\w-]*: .*\r?\n(?:[ \t].*\r?\n)*)*?(?:MIME-Version|Content-Transfer-Encoding): ")
_MAILBOX = re.compile(r"^From \S+ .*\d\d:\d\d.*\d{4}[ \t]*\r?\n(?=[A-Z][\w-]*: )", re.MULTILINE)  # above each mail
_LONGEST = 1 << 15  # characters of front matter
_TOML = re.compile(r"\A\ufeff?\+\+\+[ \t]*\r?\n(.*?)\r?\n\+\+\+[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_LINE = re.compile(r"\s*[*_]{0,2}([^\W\d_]{2,20})[*_]{0,2}\s*:[*_]{0,2}\s+(\S.*)")
# What names mean in a note that mean something else, or nothing, at the head of a column.
_MEANS = {
    **dict.fromkeys(("from", "von", "de", "da", "van", "od", "от"), "senders"),
    **dict.fromkeys(("to", "an", "à", "para", "aan", "do", "кому"), "recipients"),
    **dict.fromkeys(("place", "ort", "lieu", "luogo", "lugar", "plaats", "miejsce", "místo", "место"), "sent_from"),
    "dated": "date",
}
_OF_THE_BODY = frozenset({"summary", "text_kind", "hierarchy", "images", "date_end"})  # fields that no such line gives
_MAIL = re.compile(r"[A-Z][\w]*(?:-[A-Z][\w]*)+: .*")  # Content-Type: text/plain
_ADDRESS = re.compile(r"\s*<[^<>\s]+@[^<>\s]+>")  # Anna Falk <anna@falk.example>
_ORDINAL = re.compile(r"\W*(?:[^\W\d_]+\W+)?[0-9]{1,5}\W*")  # Record 12
_FEWEST = 2  # lines that make a card, cards that make a list
_MOST_ABOVE = 2  # lines of a title that stands above its date
_TOP = 12  # lines, blank ones left out, in which a note says what it is
_HEADING = re.compile(r"\s*(?:#{1,6}\s+)?")
_WIKI_LINK = re.compile(r"!?\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")  # [[Anna Falk|Anna]]
_NAME = re.compile(r"(1\d{3}|20\d\d)(?:-(\d\d))?(?:-(\d\d))?(?![\d])")  # 1962-10-27-telegram.txt


def sniff(opened: SourceFile) -> bool:
    start = opened.start
    if _YAML_LIST.match(start):
        return False
    if _FRONT_MATTER.match(start) or _TOML.match(start) or "date" in guess(_said(lines_of(start))[0]):
        return True
    return opened.path.suffix.lower() in {".txt", *SUFFIXES} and _date_below_title(lines_of(opened.whole())) > 0


def _date_below_title(lines: list[str]) -> int:
    """Where the one line stands that is only a date, below a title of a line or two; 0 in any other text."""
    filled = [number for number, line in enumerate(lines) if line.strip()]
    dates = [number for number in filled if is_date_alone(lines[number])]
    top = filled[1 : _MOST_ABOVE + 1]
    listed = any(is_range(fold(line)) or is_furniture(fold(line)) for line in lines)
    return (
        dates[0]
        if len(dates) == 1 and dates[0] in top and len(filled) > filled.index(dates[0]) + 1 and not listed
        else 0
    )


def read(opened: SourceFile) -> Iterator[Extracted]:
    text = opened.whole()
    mapper = Mapper(opened, "note")
    mails = [mail for mail in _MAILBOX.split(text) if mail.strip()] if _MAILBOX.match(text) else []
    if cards := [] if mails or _FRONT_MATTER.match(text) or _TOML.match(text) else _cards(lines_of(_decoded(text))):
        yield from (mapper.read(line, row) for line, row in cards)
    else:
        yield from (mapper.read(1, _note(opened, _decoded(one))) for one in mails or [text])
    yield from mapper.end()


def _note(opened: SourceFile, text: str) -> dict[str, Any]:
    """What one note or mail says."""
    values: dict[str, Any] = {}
    if matter := _FRONT_MATTER.match(text):
        values = _values(opened, matter[1])
    elif matter := _TOML.match(text):
        values = _toml_values(opened, matter[1])
    said, body = _said(lines_of(text[matter.end() :] if matter else text))
    if not (said or values) and (at := _date_below_title(body)):
        said = {"date": body.pop(at).strip()}
    row = {**said, **{_MEANS.get(name.lower(), name): _unlinked(value) for name, value in values.items()}}
    guessed = guess(row)
    if "title" not in guessed and {"senders", "recipients"} & guessed.keys() and row.get("subject"):
        row["title"] = row.pop("subject")  # of mail
    elif "title" not in guessed:
        first = next((line for line in body if line.strip()), "")
        row["title"] = _HEADING.sub("", first, count=1)
        body = body[body.index(first) + 1 :] if first else body
    if "summary" not in guessed:
        body = [line for line in body if line.strip("=-_* \t")]  # lines that underline or part
        row["summary"] = fold(_unlinked(" ".join(_HEADING.sub("", line, count=1) for line in body)))
        row["text_kind"] = "note"
    name = opened.path.name
    if "date" not in guessed and (dated := _NAME.match(name)):
        row["date"] = "-".join(filter(None, dated.groups()))
    return row


def _unlinked(value: Any) -> Any:  # noqa: ANN401 - whatever front matter has
    """A text without the brackets of links to other notes."""
    return (
        [*map(_unlinked, value)]
        if isinstance(value, list)
        else _WIKI_LINK.sub(r"\1", value)
        if isinstance(value, str)
        else value
    )


def _decoded(text: str) -> str:
    """The text of a mail as its program shows it, with the lines above that say from whom and when; else the text."""
    if not _MIME.match(text):
        return text
    message = message_from_string(text, policy=policy.default)
    try:
        body = message.get_body(("plain",))
        words = str(body.get_content()) if body is not None else ""
        heads = [f"{name}: {message[name]}" for name in ("From", "To", "Subject", "Date") if message[name]]
    except (LookupError, ValueError, AttributeError, IndexError, TypeError):  # whatever damaged heads lead to
        return text
    return "\n".join((*heads, "", words)) if words else text


def _cards(lines: list[str]) -> list[tuple[int, dict[str, str]]]:
    """The cards of a text, each with its first line: paragraphs of such lines, each about a document of its own."""
    cards: list[tuple[int, dict[str, str]]] = []
    for first in (at for at, line in enumerate(lines) if line.strip() and not (at and lines[at - 1].strip())):
        paragraph = list(takewhile(str.strip, lines[first:]))
        said, others = _said(paragraph)
        if len(guess(said)) >= _FEWEST:
            cards.append((first + 1, said))
        words = fold(" ".join(line for line in others if not _ORDINAL.fullmatch(line)))
        if cards and words:
            cards[-1][1]["text"] = " ".join(filter(None, (cards[-1][1].get("text"), words)))
    titles = [guess(said).keys() & {"title", "senders", "recipients"} for _, said in cards]
    return cards if len(cards) >= _FEWEST and all(titles) else []


def _said(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """What the lines above the text say, and the other lines."""
    said: dict[str, str] = {}
    seen = 0
    others: list[str] = []
    for line in lines:
        seen += bool(line.strip())
        named = _LINE.fullmatch(line) if seen <= _TOP else None
        column = _MEANS.get(named[1].lower(), named[1].lower()) if named else ""
        if named and guess((column,)).keys() - _OF_THE_BODY:
            said.setdefault(column, _ADDRESS.sub("", named[2]))
        elif not (said and seen <= _TOP and _MAIL.fullmatch(line)):
            others.append(line)
    return said, others


def _values(opened: SourceFile, matter: str) -> dict[str, Any]:
    """The values of front matter; all are text, and none refers to another."""
    import yaml  # type: ignore[import-untyped]  # noqa: PLC0415 - without types; only where a note has front matter

    if len(matter) > _LONGEST:
        raise opened.fault(1, f"its front matter is longer than the {_LONGEST >> 10} KiB that are read; shorten it")
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(matter, Loader=yaml.BaseLoader)):
            raise opened.fault(1, "its front matter has references (*name); write their values instead")
        values = yaml.load(matter, Loader=yaml.BaseLoader)  # noqa: S506 - it makes nothing but texts, lists and dicts
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise opened.fault(1, f"its front matter is not YAML ({fold(str(error))[:120]}); correct it") from error
    return {str(name): value for name, value in values.items()} if isinstance(values, dict) else {}


def _toml_values(opened: SourceFile, matter: str) -> dict[str, Any]:
    """The same of front matter in TOML; a date as it is written."""
    try:
        values = tomllib.loads(matter[:_LONGEST])
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise opened.fault(1, f"its front matter is not TOML ({fold(str(error))[:120]}); correct it") from error
    return {name: str(value) if hasattr(value, "isoformat") else value for name, value in values.items()}
