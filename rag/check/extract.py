"""A text -> its sentences, each with its quotations, addresses and dates, and where a title may begin."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter

from rag.check.archives import sources
from rag.check.text_compare import is_date_word, words_and_dates
from rag.dates.archival_date import ArchivalDate, dates_in, is_date
from rag.language.document_types import OPENINGS, TITLE, document_type
from rag.language.phrases import Phrases
from rag.language.sentences import sentences
from rag.language.tables import any_of, table
from rag.language.tokens import Token

_WORDS = table("citation_words")
_RUNS_ON = re.compile(rf"(?:[,\-–—]|\b(?:{any_of(_WORDS['runs_on'])}))$")
_SEEN = re.compile(rf"(?:{any_of(_WORDS['seeing'])}|©)[^.;]*$", re.IGNORECASE)
_LEADING = frozenset(_WORDS["leading"].split())  # what leads from a title to its date
_TYPE_BEGINS = re.compile(
    rf"\b(?:(?:{any_of(_WORDS['before_type'])})\s+)*(?:{any_of(' '.join(map(str.capitalize, OPENINGS)))})\b"
    rf"(?=[^.;:!?]{{0,60}}?\s(?:{any_of(_WORDS['after_type'])})\b)"
)

_CONTROL = re.compile(r"[^\S\n]|[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_PARAGRAPH = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_ITEM = re.compile(r"\s*(?:[-*•‣–]\s|\[?\(?\d{1,3}[\].)]\s|\d{1,3}\s+[A-Z“\"])")
_LISTED = re.compile(rf";\s+(?=(?:(?:{any_of(_WORDS['listing'])})\s+){{0,2}}[\"“‘'«(]?[A-Z])")
_MOST_LISTED = 500  # places of one paragraph that may part its references
_TYPED = r"(?:[^'\n]|(?<=\w)'(?=\w))"
# Marks that open and close a quotation, outermost first; an apostrophe closes nothing within a word. Each looks no
# further than the next mark that opens one, or a fixed number of them: time grows with the text, not with its square.
_QUOTED = re.compile(
    "|".join(
        (
            r"“(?P<a>(?:[^“”]|“[^“”]*”){1,3000}+)”",
            r"„(?P<b>[^„“”]+)[“”]",
            r"«(?P<c>(?:[^«»]|«[^«»]*»){1,3000}+)»",
            r"»(?P<d>[^«»]+)«",
            r"``(?P<e>[^`]{1,3000}?)''",
            r'(?<!\w)"(?P<f>[^"]+)"(?!\w)',
            r"(?<![\w‘])‘(?P<g>(?:[^‘’]|’(?=\w)|‘[^‘’]*’(?!\w)){1,1000}+)’(?!\w)",
            rf"(?<![\w'])'(?P<h>{_TYPED}{{1,1000}}+(?:'(?=\w){_TYPED}{{1,1000}}+){{0,2}})'(?!\w)",  # 'Give 'em hell'
            r"‹(?P<i>[^‹›]+)›",
            r"「(?P<j>[^「」]+)」",
        )
    ),
    re.DOTALL,
)
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>\"“”«»]+|(?<![\w/.])/?records/[a-z0-9][\w.~%-]*|(?<![\w-])\d{4}-\d\d-\d\d-[a-z0-9-]{8,}\b"
    r"|(?<![\w-])undated-[a-z0-9-]+-[0-9a-f]{6}\b",
    re.IGNORECASE,
)

_MARGIN = 60  # characters of a line from which on it may wrap at a margin
_REACH = 120  # characters before a date that say whose date it is


@dataclass(frozen=True, slots=True)
class TextSpan:
    """Characters [start, end) of the text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class TextDate:
    """A date and where it stands in the text."""

    date: ArchivalDate
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TextSentence:
    """A sentence, a footnote, or a line of a list."""

    start: int  # offset of its first character in the text
    text: str
    words: tuple[Token, ...]  # its words, with offsets in the whole text; a date is one word
    quotes: tuple[TextSpan, ...]
    addresses: tuple[TextSpan, ...]
    dates: tuple[TextDate, ...]
    sources: frozenset[int]  # offsets in the text where it names an archive, or says how a copy came about
    alone: bool  # whether it is a paragraph or line of its own, such as a pasted reference

    @property
    def end(self) -> int:
        """Offset after its last character."""
        return self.start + len(self.text)

    def between(self, start: int, end: int) -> str:
        """Its characters between two offsets of the text."""
        return self.text[start - self.start : end - self.start]

    def words_in(self, span: TextSpan) -> range:
        """Which of its words begin in a span: their places in `words`."""
        first, last = (bisect_left(self.words, at, key=attrgetter("start")) for at in (span.start, span.end))
        return range(first, last)


def readable(text: str) -> str:
    """The text in composed form, without control characters; line breaks stay."""
    lines = text.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _CONTROL.sub(" ", re.sub("[\u2028\u2029\x0b\x0c\x85]", "\n", lines))).strip()


def read(text: str, archives: Phrases) -> list[TextSentence]:
    """The sentences of a readable text, in order; `archives` finds the archives known by name."""
    parts = _with_their_dates(text, _split(text))
    return [_sentence(start, part, archives, alone=alone) for start, part, alone in parts]


def _split(text: str) -> Iterator[tuple[int, str, bool]]:
    """(offset, text, alone) of each sentence."""
    for start, paragraph in _paragraphs(text):
        found = [*_sentences(paragraph)]
        for offset, sentence in found:
            for within, part in _references_of_list(sentence):
                yield start + offset + within, part, len(found) == 1


def _sentences(paragraph: str) -> Iterator[tuple[int, str]]:
    """Sentences; a quotation of several is one."""
    quoted = _quoted_spans(paragraph)
    start: int | None = None
    at = 0
    for sentence in sentences(paragraph):
        at = paragraph.index(sentence, at)
        start = at if start is None else start
        at += len(sentence)
        if not _inside(at, quoted):
            yield start, paragraph[start:at]
            start = None
    if start is not None:
        yield start, paragraph[start:at]


def _quoted_spans(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _QUOTED.finditer(text)]


def _inside(at: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a place is within one of these spans, which are in order."""
    before = bisect_left(spans, (at,))
    return before > 0 and at < spans[before - 1][1]


def _references_of_list(text: str) -> Iterator[tuple[int, str]]:
    """The references of a footnote that lists several: "Telegram ..., 1962; see also Cable ..."."""
    start = 0
    if ";" in text:
        quoted = _quoted_spans(text)
        for mark in islice(_LISTED.finditer(text), _MOST_LISTED):
            before, after = text[max(start, mark.start() - TITLE) : mark.start()], text[mark.end() : mark.end() + TITLE]
            if not _inside(mark.start(), quoted) and document_type(before) and document_type(after):
                yield start, text[start : mark.start()]
                start = mark.end()
    yield start, text[start:]


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Paragraphs and lines of lists; a line that only wraps stays with the one before."""
    at = 0
    for block in _PARAGRAPH.split(text):
        at = text.index(block, at)
        quoted = _quoted_spans(block)
        start = position = at
        before = ""
        for line in block.split("\n"):
            if start < position - 1 and not (_inside(position - at, quoted) or _wraps(before, line)):
                yield start, text[start : position - 1]
                start = position
            before = line
            position += len(line) + 1
        if start < position - 1:
            yield start, text[start : position - 1]
        at += len(block)


def _wraps(before: str, line: str) -> bool:
    """Whether a line continues the one before it."""
    if _ITEM.match(line):
        return False
    bare = line.strip()
    return bool(bare) and (bare[0].islower() or _RUNS_ON.search(before.rstrip()) is not None or _is_wide(before))


def _is_wide(line: str) -> bool:
    """Whether a line reaches the margin without ending a sentence."""
    last = line.rstrip()
    return len(last) >= _MARGIN and last[-1] not in ".!?:;)]”\"'’»" and not last[-1].isdigit()


def _with_their_dates(text: str, parts: Iterable[tuple[int, str, bool]]) -> Iterator[tuple[int, str, bool]]:
    """A date that stands alone joins the title before it or, heading a listing, the one after."""
    heading: int | None = None  # where a date stands that heads what follows
    before: tuple[int, str, bool] | None = None
    for start, part, alone in parts:
        if is_date(part):
            if before is not None and not dates_in(before[1]) and document_type(before[1]):
                before = (before[0], text[before[0] : start + len(part)], before[2])
                continue
            if before is not None:
                yield before
                before = None
            heading = start if heading is None else heading
            continue
        if before is not None:
            yield before
        first = start if heading is None else heading
        before, heading = (first, text[first : start + len(part)], alone or heading is not None), None
    if before is not None:
        yield before


def _sentence(start: int, text: str, archives: Phrases, *, alone: bool) -> TextSentence:
    addresses = tuple(
        TextSpan(start + match.start(), start + match.start() + len(found), found)
        for match in _ADDRESS.finditer(text)
        if (found := match[0].rstrip(".,;:)]'’"))
    )
    bare = text
    for span in addresses:  # an address has no words
        bare = bare[: span.start - start] + " " * (span.end - span.start) + bare[span.end - start :]
    read = words_and_dates(bare)
    words = tuple(word._replace(start=word.start + start, end=word.end + start) for word in read)
    return TextSentence(
        start,
        text,
        words,
        tuple(_quotes(bare, start)),
        addresses,
        tuple(_dates(bare, start, words)),
        frozenset(start + at for at in sources(bare, read, archives)),
        alone,
    )


def _quotes(text: str, start: int) -> Iterator[TextSpan]:
    for match in _QUOTED.finditer(text):
        name = match.lastgroup or "a"
        yield TextSpan(start + match.start(name), start + match.end(name), match[name])


def _dates(text: str, start: int, words: Sequence[Token]) -> Iterator[TextDate]:
    """The dates of documents; not those on which somebody looked at one."""
    for word in words:
        at = word.start - start
        if is_date_word(word.word) and not _SEEN.search(text, max(0, at - _REACH), at):
            yield from (TextDate(date, word.start, word.end) for date in dates_in(word.text)[:1])


def references(sentence: TextSentence) -> Iterator[TextSpan]:
    """Words put like a title, "Telegram from A to B", up to the date or the archive."""
    base = done = sentence.start
    for match in _TYPE_BEGINS.finditer(sentence.text):
        start, after = base + match.start(), base + match.end()
        if start < done:
            continue
        ends = [date.start for date in sentence.dates if date.start > after]
        ends += [quote.end for quote in sentence.quotes if quote.start <= start < quote.end]
        ends += [at for at in sentence.sources if at >= after]
        done = min([*ends, sentence.end])
        title = _without_tail(sentence.between(start, done))
        yield TextSpan(start, start + len(title), title)


def _without_tail(title: str) -> str:
    """The title without the marks and words that lead to its date."""
    while True:
        title = title.rstrip(' \n,;:.(“"')
        before, *last = title.rsplit(None, 1) or [""]
        if not last or last[0] not in _LEADING:
            return title
        title = before
