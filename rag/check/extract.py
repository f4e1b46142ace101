"""A text -> its sentences, and in each what is quoted, which addresses and dates it gives, where a title may begin."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.check.text_compare import dated
from rag.dates.archival_date import dates_in, is_date
from rag.language.english.citation_words import BOILERPLATE, KIND_BEGINS, RUNS_ON, SAW, TAIL
from rag.language.english.document_types import document_type
from rag.language.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.dates.archival_date import ArchivalDate
    from rag.language.tokens import Token

_CONTROL = re.compile(r"[^\S\n]|[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_PARAGRAPH = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_ITEM = re.compile(r"\s*(?:[-*•‣–]\s|\[?\(?\d{1,3}[\].)]\s|\d{1,3}\s+[A-Z“\"])")
_LISTED = re.compile(r";\s+(?=(?:(?:and|see|cf\.|also|compare)\s+){0,2}[\"“‘'«(]?[A-Z])")
# Marks that open and close a quotation, outermost first; an apostrophe closes nothing within a word.
_QUOTED = re.compile(
    "|".join(  # noqa: FLY002 - one kind of mark to a line
        (
            r"“(?P<a>(?:[^“”]|“[^“”]*”){1,3000}+)”",
            r"„(?P<b>[^„“”]+)[“”]",
            r"«(?P<c>(?:[^«»]|«[^«»]*»){1,3000}+)»",
            r"»(?P<d>[^«»]+)«",
            r"``(?P<e>[^`]{1,3000}?)''",
            r'(?<!\w)"(?P<f>[^"]+)"(?!\w)',
            r"(?<![\w‘])‘(?P<g>(?:[^‘’]|’(?=\w)|‘[^‘’]*’){1,1000}+)’(?!\w)",
            r"(?<![\w'])'(?P<h>(?:[^'\n]|'(?=\w)){1,1000}+)'(?!\w)",
            r"‹(?P<i>[^‹›]+)›",
            r"「(?P<j>[^「」]+)」",
        )
    ),
    re.DOTALL,
)
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>\"“”«»]+|(?<![\w/.])/?records/[a-z0-9][\w.~%-]*|\b\d{4}-\d\d-\d\d-[a-z0-9-]{8,}\b"
    r"|\bundated-[a-z0-9-]+-[0-9a-f]{6}\b",
    re.IGNORECASE,
)

_MARGIN = 60  # characters from which on a line may have broken off at a margin
_REACH = 120  # characters before a date that say what it is the date of


@dataclass(frozen=True, slots=True)
class TextSpan:
    """Characters [start, end) of the text, and what they enclose."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Dated:
    """A date and where it stands in the text."""

    date: ArchivalDate
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TextSentence:
    """A sentence, a footnote, or a line of a list.

    Attributes:
        start: Offset of its first character in the text.
        words: Its words, their offsets counted from the text's beginning; a date is one word.
        alone: Whether it is a paragraph or line of its own: a reference pasted as it is.
    """

    start: int
    text: str
    words: tuple[Token, ...]
    quotes: tuple[TextSpan, ...]
    addresses: tuple[TextSpan, ...]
    dates: tuple[Dated, ...]
    alone: bool

    @property
    def end(self) -> int:
        """Offset after its last character."""
        return self.start + len(self.text)


def readable(text: str) -> str:
    """The text in composed form, without characters that are no writing; lines stay."""
    lines = text.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _CONTROL.sub(" ", re.sub("[\u2028\u2029\x0b\x0c\x85]", "\n", lines))).strip()


def read(text: str) -> list[TextSentence]:
    """The sentences of a readable text, in order."""
    return [_sentence(start, part, alone=alone) for start, part, alone in _with_their_dates(text, [*_split(text)])]


def _split(text: str) -> Iterator[tuple[int, str, bool]]:
    for start, paragraph in _paragraphs(text):
        found = [*_unbroken(paragraph)]
        for at, each in found:
            for begun, part in _listed(each):
                yield start + at + begun, part, len(found) == 1


def _unbroken(paragraph: str) -> Iterator[tuple[int, str]]:
    """Sentences; those of one quotation, however long, are one."""
    quoted = [match.span() for match in _QUOTED.finditer(paragraph)]
    begun: int | None = None
    at = 0
    for each in sentences(paragraph):
        at = paragraph.index(each, at)
        begun = at if begun is None else begun
        at += len(each)
        if not any(start < at < end for start, end in quoted):
            yield begun, paragraph[begun:at]
            begun = None
    if begun is not None:
        yield begun, paragraph[begun:at]


def _listed(text: str) -> Iterator[tuple[int, str]]:
    """The references of a footnote that lists several: "Telegram ..., 1962; see also Cable ..."."""
    begun = 0
    if ";" in text:
        quoted = [match.span() for match in _QUOTED.finditer(text)]
        for mark in _LISTED.finditer(text):
            inside = any(start < mark.start() < end for start, end in quoted)
            if not inside and document_type(text[begun : mark.start()]) and document_type(text[mark.end() :]):
                yield begun, text[begun : mark.start()]
                begun = mark.end()
    yield begun, text[begun:]


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Paragraphs and lines of lists; a line that only wraps stays with the one before."""
    at = 0
    for block in _PARAGRAPH.split(text):
        at = text.index(block, at)
        begun, kept = at, ""
        position = at
        quoted = [match.span() for match in _QUOTED.finditer(block)]
        for line in block.split("\n"):
            inside = any(start < position - at <= end for start, end in quoted)
            if kept and not (inside or _wraps(kept, line)):
                yield begun, kept
                begun, kept = position, ""
            kept = text[begun : position + len(line)]
            position += len(line) + 1
        if kept:
            yield begun, kept
        at += len(block)


def _wraps(kept: str, line: str) -> bool:
    """Whether a line goes on with the one before it."""
    if _ITEM.match(line):
        return False
    bare = line.strip()
    return bool(bare) and (bare[0].islower() or RUNS_ON.search(kept.rstrip()) is not None or _wide(kept))


def _wide(kept: str) -> bool:
    """Whether what came before broke off at a margin: long, and no sentence's end."""
    last = kept.rsplit("\n", 1)[-1].rstrip()
    return len(last) >= _MARGIN and last[-1] not in ".!?:;)]”\"'’»" and not last[-1].isdigit()


def _with_their_dates(text: str, found: Sequence[tuple[int, str, bool]]) -> Iterator[tuple[int, str, bool]]:
    """A date that stands alone goes with the title before it, or, heading a listing, with the one after."""
    pending: int | None = None
    held: tuple[int, str, bool] | None = None
    for start, part, alone in found:
        if is_date(part):
            if held is not None and not dates_in(held[1]) and document_type(held[1]):
                held = (held[0], text[held[0] : start + len(part)], held[2])
            else:
                if held is not None:
                    yield held
                    held = None
                pending = start if pending is None else pending
            continue
        if held is not None:
            yield held
        first = start if pending is None else pending
        held, pending = (first, text[first : start + len(part)], alone or pending is not None), None
    if held is not None:
        yield held


def _sentence(start: int, text: str, *, alone: bool) -> TextSentence:
    addresses = tuple(
        TextSpan(start + match.start(), start + match.start() + len(found), found)
        for match in _ADDRESS.finditer(text)
        if (found := match[0].rstrip(".,;:)]'’"))
    )
    bare = text
    for each in addresses:  # an address is no words
        bare = bare[: each.start - start] + " " * (each.end - each.start) + bare[each.end - start :]
    words = tuple(each._replace(start=each.start + start, end=each.end + start) for each in dated(bare))
    return TextSentence(
        start, text, words, tuple(_quotes(bare, start)), addresses, tuple(_dates(bare, start, words)), alone
    )


def _quotes(text: str, start: int) -> Iterator[TextSpan]:
    for match in _QUOTED.finditer(text):
        name = match.lastgroup or "a"
        yield TextSpan(start + match.start(name), start + match.end(name), match[name])


def _dates(text: str, start: int, words: Sequence[Token]) -> Iterator[Dated]:
    """The dates of a document; not those on which somebody looked at it."""
    for word in words:
        if word.word.startswith("@") and not SAW.search(text, max(0, word.start - start - _REACH), word.start - start):
            yield from (Dated(date, word.start, word.end) for date in dates_in(word.text)[:1])


def boilerplate(text: str, at: int) -> bool:
    """Whether an archive, a translator or an address is named at this place."""
    return BOILERPLATE.match(text, at) is not None


def references(sentence: TextSentence) -> Iterator[TextSpan]:
    """Words put like a title of this sort: "Telegram from A to B"; up to the date or the archive."""
    text, base = sentence.text, sentence.start
    done = 0
    for match in KIND_BEGINS.finditer(text):
        start = match.start()
        if start < done:
            continue
        ends = [each.start - base for each in sentence.dates if each.start - base > match.end()]
        ends += [each.end - base for each in sentence.quotes if each.start - base <= start < each.end - base]
        if boiler := BOILERPLATE.search(text, match.end()):
            ends.append(boiler.start())
        done = min([*ends, len(text)])
        run = TAIL.sub("", text[start:done])
        yield TextSpan(base + start, base + start + len(run), run)
