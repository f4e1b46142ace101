"""Text -> terms, by tantivy's analyzer: what is indexed, and what a question is searched by."""

import unicodedata
from functools import lru_cache

from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

CACHED = 4096  # words and names whose terms and document frequencies stay in memory

ANALYZER = (
    TextAnalyzerBuilder(Tokenizer.simple())
    .filter(Filter.lowercase())
    .filter(Filter.ascii_fold())
    .filter(Filter.stemmer("english"))
    .build()
)


def analyze(text: str) -> list[str]:
    """The terms of a text, in order: stems in lower case, without accents."""
    return ANALYZER.analyze(composed(text))


@lru_cache(CACHED)
def terms_of(spelling: str) -> tuple[str, ...]:
    """The terms of a word or name, cached: one question needs the same few several times."""
    return tuple(analyze(spelling))


def composed(text: str) -> str:
    """Join letters with their accents, which the tokenizer would otherwise split off."""
    return unicodedata.normalize("NFC", text)
