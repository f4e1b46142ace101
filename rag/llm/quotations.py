"""Text -> its quotations; a quotation -> whether a source has it to the letter, as `rag.check` compares letters.

A quotation must be one unbroken run of whole words of one text: with words left out in the middle, or taken from two
texts, it is none.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rag.check.text_compare import verbatim

_QUOTED = re.compile(
    r"“(?P<curly>[^“”]*)”|„(?P<low>[^„“”]*)[“”]|«(?P<angled>[^«»]*)»|\"(?P<straight>[^\"“”]*)\""
    r"|(?<![\w'])[\u2018'](?P<single>[^\u2018\u2019'\"“”]*(?:(?<=\w)[\u2019'](?=\w)[^\u2018\u2019'\"“”]*)*)[\u2019'](?!\w)"
)
_MARKS = re.compile(r"[\"“”„«»]")


@dataclass(frozen=True, slots=True)
class QuotedText:
    """A text and its quotations."""

    quotations: tuple[str, ...]  # the words between quotation marks, without the marks, in order
    outside: str  # the text without its quotations
    open: bool  # whether a quotation mark has no partner


def quotations_of(text: str) -> QuotedText:
    """Split a text from its quotations."""
    found = tuple(next(part for part in match.groups() if part is not None).strip() for match in _QUOTED.finditer(text))
    outside = _QUOTED.sub(" … ", text)
    return QuotedText(tuple(filter(None, found)), outside, _MARKS.search(outside) is not None)


def is_open(text: str) -> bool:
    """Whether a quotation begins and does not end."""
    return quotations_of(text).open


def is_verbatim(quotation: str, texts: Iterable[str]) -> bool:
    """Whether one of the texts has this quotation, to the letter."""
    return any(verbatim(quotation, text) is not None for text in texts)
