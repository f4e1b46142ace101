"""Text -> what it quotes; a quotation -> whether a source has it to the letter.

To the letter means: after white space is folded, composed letters are joined (NFC) and typographic quotation marks,
apostrophes and dashes are made plain, the quotation is one unbroken run of whole words of one text. A point or
comma that English puts inside the closing mark may be the writer's. Nothing is put together: words left out in the
middle, or taken from two texts, make no quotation.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PLAIN = str.maketrans(
    {
        # One sort for all: a quotation inside a quotation changes its marks.
        **dict.fromkeys('"\u201c\u201d\u201e\u201f\u00ab\u00bb\u2018\u2019\u201a\u201b\u2032\u2033\u02bc', "'"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        "\u2026": "...",
        "\u00ad": None,
    }
)
_QUOTED = re.compile(
    r"“(?P<curly>[^“”]*)”|„(?P<low>[^„“”]*)[“”]|«(?P<angled>[^«»]*)»|\"(?P<straight>[^\"“”]*)\""
    r"|(?<![\w'])[\u2018'](?P<single>[^\u2018\u2019'\"“”]*(?:(?<=\w)[\u2019'](?=\w)[^\u2018\u2019'\"“”]*)*)[\u2019'](?!\w)"
)
_SPACED_DASH = re.compile(r"\s*-{1,3}\s+|\s+-{1,3}\s*|--+")
_MARKS = re.compile(r"[\"“”„«»]")


@dataclass(frozen=True, slots=True)
class Quoting:
    """A text told from what it quotes.

    Attributes:
        quotations: What stands between quotation marks, without them, in order.
        outside: The text with every quotation taken out.
        open: Whether a quotation mark has no partner.
    """

    quotations: tuple[str, ...]
    outside: str
    open: bool


def quoting(text: str) -> Quoting:
    """Tell a text from what it quotes."""
    found = tuple(next(part for part in match.groups() if part is not None).strip() for match in _QUOTED.finditer(text))
    outside = _QUOTED.sub(" … ", text)
    return Quoting(tuple(filter(None, found)), outside, _MARKS.search(outside) is not None)


def is_open(text: str) -> bool:
    """Whether a quotation has begun that has not ended."""
    return quoting(text).open


def plain(text: str) -> str:
    """The text as quotations are compared: composed, white space folded, quotation marks and dashes plain."""
    folded = " ".join(unicodedata.normalize("NFC", text).translate(_PLAIN).split())
    return _SPACED_DASH.sub(" - ", folded)


def is_verbatim(quotation: str, texts: Iterable[str]) -> bool:
    """Whether one of the texts has this quotation, to the letter."""
    wanted = plain(quotation)
    texts = [plain(text) for text in texts]
    return any(
        _holds(text, form) for form in (wanted, wanted.rstrip(".,;")) if any(map(str.isalnum, form)) for text in texts
    )


def _holds(text: str, wanted: str) -> bool:
    """Whether the text has these words, whole ones."""
    at = text.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        begins = at == 0 or not (text[at - 1].isalnum() and wanted[0].isalnum())
        ends = end == len(text) or not (text[end].isalnum() and wanted[-1].isalnum())
        if begins and ends:
            return True
        at = text.find(wanted, at + 1)
    return False
