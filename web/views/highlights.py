"""A text and what answers to the reader's words in it -> the pieces that a page prints."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from rag.answer.answer import Sentence
from rag.answer.highlights import Mark, Marker, Side
from rag.index.ports import QueryTerm
from web.translation import gettext


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a sentence; all pieces together are the sentence."""

    text: str
    side: str = ""  # "word" or "meaning" where it matches a word of the question; else empty
    why: str = ""  # the same in words
    asked: str = ""  # that word


def pieces(sentence: Sentence) -> tuple[Piece, ...]:
    """Cut a sentence at its marks."""
    return _cut(sentence.text, sentence.marks)


def marking(words: Sequence[tuple[str, ...]]) -> Callable[[str], tuple[Piece, ...]]:
    """Words with their spellings -> what cuts a text wherever it has one of them."""
    marker = Marker([QueryTerm(spellings, is_name=True) for spellings in words], [1.0] * len(words))  # as they stand
    return cache(lambda text: _cut(text, marker.marks(text) if words else ()))  # a page asks twice: to show, and why


def _cut(text: str, marks: Sequence[Mark]) -> tuple[Piece, ...]:
    return tuple(piece for piece in _pieces(text, marks) if piece.text)


def _pieces(text: str, marks: Sequence[Mark]) -> Iterator[Piece]:
    at = 0
    for mark in marks:
        yield Piece(text[at : mark.start])
        yield Piece(text[mark.start : mark.end], mark.side.value, _why(mark), mark.asked)
        at = mark.end
    yield Piece(text[at:])


def _why(mark: Mark) -> str:
    if mark.side is Side.WORD:
        return gettext("your word “%(word)s”", word=mark.asked)
    return gettext("similar to your word “%(word)s”", word=mark.asked)
