"""A text -> where it names the archive that has a document, or says how the copy came about.

An archive's name is one that the authority files, the settings or the records give, or has the form of one: "British
Library", "National Archives of Australia".
"""

import re
from collections.abc import Iterable, Sequence
from itertools import chain

from rag.index.ports import IndexReader
from rag.language.phrases import Phrases
from rag.language.tables import any_of, table
from rag.language.tokens import Token
from rag.language.word_list import is_english
from rag.names.authority import phrase
from rag.record import EVERYTHING

_WORDS = table("citation_words")
_CAPITAL = r"(?<!\w)[^\W\d_a-z][\w.'’&-]{0,40}"
_JOINS, _TYPES = any_of(_WORDS["archive_joins"]), any_of(_WORDS["archive_types"])
_OF = rf"(?: (?:{any_of(_WORDS['archive_of'])}) {_CAPITAL}(?: {_CAPITAL}){{0,3}})"
_FORM = re.compile(rf"(?:{_CAPITAL} (?:(?:{_JOINS}) )*){{1,8}}(?:{_TYPES})\b{_OF}{{0,3}}|\b(?:{_TYPES}){_OF}{{1,3}}")
_REACH = 24  # characters before an archive that say whether a title is about it
_ABOUT = re.compile(rf"\b(?:{any_of(_WORDS['subject'])}) $")


def source_finder(reader: IndexReader, names: Iterable[str]) -> Phrases:
    """Finds these archives and those of the records by name, and words that say how a copy came about."""
    records = [name for value in reader.facets("archive", EVERYTHING) for name in (value, value.partition(",")[0])]
    known = [words for name in (*names, *records) if (words := phrase(name)) and not is_english(words)]
    return Phrases([*known, *map(phrase, _WORDS["copying"].split(","))])


def sources(text: str, words: Sequence[Token], finder: Phrases) -> frozenset[int]:
    """Offsets where a text names an archive, or how a copy came about; not an archive that a title is about.

    Args:
        text: A sentence.
        words: All of its words.
        finder: Finds known archives by name.
    """
    known = (words[first].start for first, _ in finder.spans([word.word for word in words]))
    formed = (found.start() for found in _FORM.finditer(text))
    return frozenset(at for at in chain(known, formed) if not _ABOUT.search(text, max(0, at - _REACH), at))
