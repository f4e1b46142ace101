"""A quoted sentence and its marks -> the pieces that a page prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answer.highlights import Side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.answer.answer import Sentence
    from rag.answer.highlights import Mark


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a sentence; all pieces together are the sentence.

    Attributes:
        side: "word" or "meaning" where it matches a word of the question; else empty.
        why: The same in words.
    """

    text: str
    side: str = ""
    why: str = ""


def pieces(sentence: Sentence) -> tuple[Piece, ...]:
    """Cut a sentence at its marks."""
    return tuple(piece for piece in _cut(sentence) if piece.text)


def _cut(sentence: Sentence) -> Iterator[Piece]:
    text, at = sentence.text, 0
    for mark in sentence.marks:
        yield Piece(text[at : mark.start])
        yield Piece(text[mark.start : mark.end], mark.side.value, _why(mark))
        at = mark.end
    yield Piece(text[at:])


def _why(mark: Mark) -> str:
    return f"your word “{mark.asked}”" if mark.side is Side.WORD else f"similar to your word “{mark.asked}”"
