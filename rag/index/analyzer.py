"""Text -> the terms that the index holds and a question is searched by."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

REMEMBERED = 4096  # words and names whose terms are, and how rare they are


ANALYZER = (
    TextAnalyzerBuilder(Tokenizer.simple())
    .filter(Filter.lowercase())
    .filter(Filter.ascii_fold())
    .filter(Filter.stemmer("english"))
    .build()
)


def analyze(text: str) -> list[str]:
    """The words of a text as they are indexed: stems in lower case, without accents."""
    return ANALYZER.analyze(composed(text))


@lru_cache(REMEMBERED)
def terms_of(spelling: str) -> tuple[str, ...]:
    """The same of a word or name: a question needs those of its few several times."""
    return tuple(analyze(spelling))


def composed(text: str) -> str:
    """Join letters with their accents, which the tokenizer would otherwise split off."""
    return unicodedata.normalize("NFC", text)
