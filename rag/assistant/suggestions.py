"""A query with words that no record contains -> what may have been meant, by the words next to them.

Bay of pgis: of the words like "pgis", the collection has "pigs" after "Bay of". So even a short word is recognised,
which alone would be like too many others.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from rapidfuzz import process
from rapidfuzz.distance import OSA

from rag.assistant.context import OpenCollection
from rag.index.ports import IndexReader, Order
from rag.language.phonetics import sound
from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tokens import Token, tokens, words
from rag.language.word_list import is_english
from rag.names.authority import Authorities
from rag.record import Filter

_SHORTEST = 3  # letters of a word that is compared
_LONG = 7  # a word of so many letters may have two slips, else one
_ALONE = 4  # letters of a word that is recognised by them alone; a shorter one must sound the same
_CANDIDATES = 40  # words that are compared in their place, the nearest and commonest
_MOST = 3  # words of one query that are looked at


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a reader may have meant."""

    given: tuple[str, ...]  # words of the query that no record contains, a few of them
    text: str  # the query with the collection's own words
    is_sure: bool  # whether records have these words in a row, and no word replaced is an English one


@dataclass(frozen=True, slots=True)
class _Replacement:
    """Text in place of [start, end) of a query."""

    start: int
    end: int
    text: str
    is_sure: bool


def suggest(collection: OpenCollection, query: str) -> Suggestion | None:
    """What is meant by the words of a query that no record contains; None where nothing is like them."""
    text = unicodedata.normalize("NFC", query)
    asked = tokens(text)
    missing = list(islice((at for at, token in enumerate(asked) if _is_missing(collection, token.word)), _MOST))
    found = [each for at in missing if (each := _replacement(collection, asked, at))]
    at = len(text)
    for each in reversed(found):
        if each.end <= at:
            text, at = f"{text[: each.start]}{each.text}{text[each.end :]}", each.start
    if text.casefold() == query.casefold():
        return None
    return Suggestion(tuple(asked[at].text for at in missing), text, all(each.is_sure for each in found))


def _is_missing(collection: OpenCollection, word: str) -> bool:
    """Whether a word carries meaning, and no record contains it under any ending."""
    known = word in FUNCTION_WORDS or word in collection.frequencies
    return not known and not collection.reader.count(Filter(words=((word,),)))


def _replacement(collection: OpenCollection, asked: Sequence[Token], at: int) -> _Replacement | None:
    """What is meant by the word at `at`: a like word that records have next to its neighbours, else the most like."""
    reader, frequencies, word = collection.reader, collection.frequencies, asked[at].word
    if len(word) < _SHORTEST or not word.isalpha():
        return None
    slips = 2 if len(word) >= _LONG else 1
    near = process.extract(word, frequencies.keys(), scorer=OSA.distance, score_cutoff=slips, limit=None)
    likest = sorted((sound(other) != sound(word), slips, -frequencies[other], other) for other, slips, _ in near)
    likest = likest[:_CANDIDATES]
    beside = [
        (reader.count(Filter(words=((phrase,),))), -place, first, last, phrase)
        for place, (*_, other) in enumerate(likest)
        for first, last in _neighbourhoods(asked, at)
        for phrase in [" ".join(other if each == at else asked[each].word for each in range(first, last))]
    ]
    records, place, first, last, phrase = max(beside, default=(0, 0, 0, 0, ""))
    if records:
        is_sure = not (likest[-place][0] and is_english(word))
        return _Replacement(asked[first].start, asked[last - 1].end, written(reader, phrase), is_sure)
    if known := _known(collection.authorities, asked, at, slips):
        return known
    if not likest or (likest[0][0] and (len(word) < _ALONE or is_english(word))):
        return None
    return _Replacement(asked[at].start, asked[at].end, written(reader, likest[0][3]), is_sure=False)


def _known(authorities: Authorities, asked: Sequence[Token], at: int, slips: int) -> _Replacement | None:
    """A name known beforehand, of several words, that differs from what is asked by a slip in this one."""
    for name in authorities.names:
        for spelling in name.spellings:
            spelt = words(spelling)
            for place, word in enumerate(spelt) if len(spelt) > 1 else ():
                part = tuple(token.word for token in asked[max(at - place, 0) : at - place + len(spelt)])
                others = part[:place] + part[place + 1 :] == spelt[:place] + spelt[place + 1 :]
                if others and len(part) == len(spelt) and OSA.distance(word, part[place]) <= slips:
                    first = at - place
                    return _Replacement(asked[first].start, asked[first + len(spelt) - 1].end, spelling, is_sure=False)
    return None


def _neighbourhoods(asked: Sequence[Token], at: int) -> Iterator[tuple[int, int]]:
    """[first, last) of the words from the content word before to this one, and from this one to the next."""
    content = [place for place, token in enumerate(asked) if token.word not in FUNCTION_WORDS]
    place = content.index(at)
    if place:
        yield content[place - 1], at + 1
    if place + 1 < len(content):
        yield at, content[place + 1] + 1


def written(reader: IndexReader, phrase: str) -> str:
    """A phrase as the first record has it that contains it."""
    phrase_words = phrase.split()
    for record in reader.page(Filter(words=((phrase,),)), Order.DATE, 0, 1):
        for text in (unicodedata.normalize("NFC", part) for part in (record.title, record.summary)):
            found = tokens(text)
            for at in range(len(found) - len(phrase_words) + 1):
                part = found[at : at + len(phrase_words)]
                if [token.word for token in part] == phrase_words:
                    return text[part[0].start : part[-1].end]
    return phrase
