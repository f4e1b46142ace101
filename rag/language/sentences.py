"""A text -> its sentences, each to the letter.

Own code, because sentencex, syntok and pysbd cut "Yu. V. Petrov", "Cde. Roca" and "d. 131" in two. A missing cut makes
a quotation longer; a wrong cut falsifies it. So in doubt there is no cut, and a quotation or bracket that closes stays
with the words around it: alone, a quoted sentence would pass for the curator's.
"""

import re
from collections.abc import Iterator
from itertools import chain

from rag.language.tables import word_lists

_ABBREVIATIONS = word_lists("abbreviations")

_OPENERS = r"[\"'([{“„«¿¡\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{EN DASH}—-]*+"
_CLOSERS = r"[\"')\]}“”»\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}]*+"
_WORD = re.compile(rf"{_OPENERS}(?P<core>\S*?)(?<![.!?…])(?P<stop>[.!?…]++)(?P<closers>{_CLOSERS})")
_STOPPED = re.compile(r"(?<!\S)(?P<word>[^\s.!?…]*+[.!?…]\S*+)\s++(?=(?P<following>\S++))")
_BEGIN = re.compile(rf"{_OPENERS}(?P<core>\w\S*)")
_ENUMERATOR = re.compile(r"[(\[]?(?:\d{1,5}|[ivx]{1,5}|[a-z])[.)\]]+", re.IGNORECASE)

# A quotation of more characters is a text of its own, and is cut into its sentences.
_WHOLE = "{1,600}"
_TOGETHER = re.compile(
    "|".join(
        (
            rf"“[^“”]{_WHOLE}”",
            rf"„[^„“”]{_WHOLE}[“”]",
            rf"«[^«»]{_WHOLE}»",
            rf'(?<![^\s(\[])"(?=\S)[^"]{_WHOLE}(?<=\S)"',
            rf"\([^()]{_WHOLE}\)",
            rf"\[[^\[\]]{_WHOLE}\]",
        )
    )
)


def sentences(text: str) -> tuple[str, ...]:
    """Each sentence, a substring of `text`, in order; together they are all of it but the white space between them."""
    return tuple(cut(text))


def cut(text: str) -> Iterator[str]:
    """The same, one by one: the text is read only as far as is asked for."""
    begin = len(text) - len(text.lstrip())
    spans = chain((match.span() for match in _TOGETHER.finditer(text)), [(len(text), len(text))])
    start, end = next(spans)
    for found in _STOPPED.finditer(text):
        first, last = found.span("word")
        while end < last:
            start, end = next(spans)
        if not start < last < end and _ends(found["word"], found["following"], alone=first == begin):
            yield text[begin:last]
            begin = found.start("following")
    if begin < len(text):
        yield text[begin:].rstrip()


def _ends(word: str, following: str, *, alone: bool) -> bool:
    """Whether a sentence ends between these two words; `alone` says that it would be `word` only."""
    last, begin = _WORD.fullmatch(word), _BEGIN.fullmatch(following)
    if last is None or begin is None or begin["core"][0].islower() or (alone and _ENUMERATOR.fullmatch(word)):
        return False
    if not last["core"]:
        return bool(last["closers"])  # a bare "…" leaves words out of a sentence, `…”` closes a quotation
    return last["stop"] != "." or not _abbreviated(last["core"].lower(), begin["core"])


def _abbreviated(word: str, following: str) -> bool:
    """Whether the point of `word` marks an abbreviation, and no end of a sentence."""
    part = word.rpartition(".")[2]
    if not _ABBREVIATIONS["leaning"].isdisjoint((word, part)):
        return True
    if part in _ABBREVIATIONS["clipped"] or (len(part) == 1 and part.isalpha()):
        begins = following.rstrip(",;:")
        return not (begins == begins.capitalize() and begins.lower() in _ABBREVIATIONS["beginning"])
    return part in _ABBREVIATIONS["numbered"] and following[0].isdigit()
