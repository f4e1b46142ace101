"""A text -> its sentences, each to the letter.

Own code because the libraries measured (sentencex, syntok, pysbd) cut "Yu. V. Petrov", "Cde. Roca" and "d. 131" in two.
A cut that is missed only makes a quotation longer; a wrong one falsifies it. So in doubt nothing is cut, and a
quotation or a bracket that closes stays with the words around it: a quoted sentence alone would pass for the curator's.
"""

from __future__ import annotations

import re
from itertools import pairwise

_OPENERS = r"[\"'([{“„«¿¡\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{EN DASH}—-]*+"
_CLOSERS = r"[\"')\]}“”»\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}]*+"
_WORD = re.compile(rf"{_OPENERS}(?P<core>\S*?)(?<![.!?…])(?P<stop>[.!?…]++)(?P<closers>{_CLOSERS})")
_BEGIN = re.compile(rf"{_OPENERS}(?P<core>\w\S*)")
_ENUMERATOR = re.compile(r"[(\[]?(?:\d{1,5}|[ivx]{1,5}|[a-z])[.)\]]+", re.IGNORECASE)

# Past this many characters a quotation is a text of its own and is read sentence by sentence.
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

# Abbreviations, without their point. First those that never end a sentence: what they belong to follows.
_LEANING = re.compile(
    """adm|amb|brig|capt|cdes?|cdr|cmdr|col|comrs?|drs?|fr|gen|gov|hon|lt|maj|messrs|mlle|mme|mrs?|ms|msgr|pres|prof|pvt|
    rep|rev|sec|sens?|sgt|sra|supt|vadm|ca|cf|e[.]g|i[.]e|viz|vs""",
    re.VERBOSE,
)
# Those that end one only before a word that begins sentences: initials ("N. S.", "Yu. V.", "U.S.", "p.m.", "d. 131"),
# months, firms and offices.
_CLIPPED = re.compile(
    r"""[^\W\d_]|yu|ya|ye|yo|zh|kh|ts|ch|sh|shch|dzh|th|ph|iu|ia|
    jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|
    assn|bros|co|corp|dept|deptel|dist|div|embtel|est|ft|gov't|inc|jr|ltd|mt|sr|st|univ""",
    re.VERBOSE,
)
# Those that do not end one before a number.
_NUMBERED = re.compile(
    "app|approx|arts?|bldg|ch|docs?|figs?|fol|ll|nos?|op|paras?|par|pp|pt|rm|sect|ser|vols?",
)
_BEGINNER = re.compile(
    """(?:A|According|After|Although|An|And|Another|As|At|Attached|Because|Before|Both|But|By|Despite|During|Each|Finally|
    Following|For|From|He|Her|His|However|If|In|It|Its|Later|Many|Meanwhile|Most|Neither|Nevertheless|No|None|Nor|Not|
    Nothing|Of|On|One|Others?|She|Since|So|Some|Such|That|The|Their|Then|There|Therefore|These|They|This|Those|Though|Thus|
    To|Under|Until|We|What|When|Where|Whether|Which|While|With)[,;:]?""",
    re.VERBOSE,
)


def sentences(text: str) -> tuple[str, ...]:
    """Each sentence, a substring of `text`, in order; together all of it but the white space between them."""
    words = list(re.finditer(r"\S+", text))
    if not words:
        return ()
    spans = iter([*(match.span() for match in _TOGETHER.finditer(text)), (len(text), len(text))])
    start, end = next(spans)
    found: list[str] = []
    first = words[0]
    for word, following in pairwise(words):
        while end < word.end():
            start, end = next(spans)
        together = start < word.end() < end
        if not together and _ends(word.group(), following.group(), alone=word is first):
            found.append(text[first.start() : word.end()])
            first = following
    found.append(text[first.start() : words[-1].end()])
    return tuple(found)


def _ends(word: str, following: str, *, alone: bool) -> bool:
    """Whether a sentence ends between these two; `alone` where it would consist of `word` only."""
    last, begin = _WORD.fullmatch(word), _BEGIN.fullmatch(following)
    if last is None or begin is None or begin["core"][0].islower() or (alone and _ENUMERATOR.fullmatch(word)):
        return False
    if not last["core"]:
        return bool(last["closers"])  # a bare "…" leaves words out of a sentence, `…”` closes a quotation
    return last["stop"] != "." or not _abbreviated(last["core"].lower(), begin["core"])


def _abbreviated(word: str, following: str) -> bool:
    """Whether the point of `word` is an abbreviation's and no full stop beside."""
    part = word.rpartition(".")[2]
    if _LEANING.fullmatch(word) or _LEANING.fullmatch(part):
        return True
    if _CLIPPED.fullmatch(part):
        return not _BEGINNER.fullmatch(following)
    return bool(_NUMBERED.fullmatch(part)) and following[0].isdigit()
