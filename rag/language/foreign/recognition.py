"""A text -> the language that it is in, by the words that ask and join; in doubt it is English.

Own code, because py3langid takes 71 of 2,515 English titles for another language, and lingua is a download of 96 MB.
"""

import re
import unicodedata
from calendar import month_name
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import chain, product

from rag.language.document_types import types_of
from rag.language.foreign.lexicon import CODES, Lexicon, entries, greetings, languages, lexicon, plain, rows
from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tables import word_lists
from rag.language.tokens import folded
from rag.language.word_list import is_english

_WORD = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_NOT_RUSSIAN = re.compile(r"[іїєґўђјљњћџ]", re.IGNORECASE)
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)
_GENITIVE = re.compile(r"\w['\u2019]s\b")  # of English alone: Kissinger's

_MONTHS = frozenset(month_name)
_RECORDS = word_lists("question_words")["records"]

_ENOUGH = 2.0
"""Evidence from which on a text is in a language; a word that asks is enough.

At 1 12 of 32,178 English titles are taken for another language, and none at 2.
"""

_SHARED = 3.0  # evidence that is enough where English has every one of the words too


def language_of(text: str, before: str | None = None) -> str | None:
    """The code of the language that a text is in; None for English, and in doubt.

    Words that ask and join decide; where they are too few, and none is English alone, words of its topic count too.

    Args:
        before: The language of the question before, of which one that leans on it needs to show little.
    """
    if _CYRILLIC.search(text):
        russian = len(_CYRILLIC.findall(text)) > len(_LATIN.findall(text)) and not _NOT_RUSSIAN.search(text)
        return "ru" if russian else None
    words = _WORD.findall(unicodedata.normalize("NFC", text).lower())
    if greeted := greetings().get(" ".join(words)):
        return greeted[0]
    known = {word: weights for word in words if (weights := _weights().get(word))}
    english = [known.get(word, {}) for word in words if word in FUNCTION_WORDS]
    if {} in english and all(weight < 1 for weights in known.values() for weight in weights.values()):
        return None
    genitives = len(_GENITIVE.findall(text))
    against = {code: 2.0 * (genitives + sum(code not in weights for weights in english)) for code in CODES}
    shown = {code: _opening(words, code) - against[code] for code in CODES}
    own = {code: float(_opening(words, code) >= 1) for code in CODES}  # of that, what English has not
    for code, weight in chain.from_iterable(weights.items() for weights in known.values()):
        shown[code] += weight
        own[code] += weight if weight >= 1 else 0.0
    if before is not None and shown[before] == max(shown.values()) > 0:
        return before
    found = _best(shown, own)
    strange = [_strange(word) for word in words]
    if not _decided(shown[found], own[found]) and any(strange):
        for code in (code for code, much in against.items() if not much):
            topics = _topics(lexicon(code), words, strange, known_by_others=shown[code] > 0)
            shown[code] += topics.total()
            own[code] += topics["words"]
        found = _best(shown, own)
    return found if _decided(shown[found], own[found]) else None


def _opening(words: Sequence[str], code: str) -> float:
    """How much it speaks for a language that a text begins as its questions do: "come", and more so "chi era"."""
    known = _asking()[code]
    if any(" ".join(words[:end]) in known for end in range(2, 5)):
        return 1.0
    return 0.5 if words and words[0] in known else 0.0


def _best(shown: Mapping[str, float], own: Mapping[str, float]) -> str:
    return max(CODES, key=lambda code: (shown[code], own[code]))


def _decided(shown: float, own: float) -> bool:
    return shown >= (_ENOUGH if own else _SHARED)


def _topics(known: Lexicon, words: Sequence[str], strange: Sequence[bool], *, known_by_others: bool) -> Counter[str]:
    """How many of these words are of a topic that English writes otherwise: "names", and plain "words".

    Args:
        strange: Which of the words no English text has.
        known_by_others: Whether words that join speak for the language too. Then what documents are called counts
            twice, for who asks for "telegramas de Dobrynin" says little else, and so does a compound: Raketenkrise.
    """
    at, found = 0, Counter[str]()
    while at < len(words):
        entry = known.longest(words, at) if any(strange[at : at + 2]) else None
        end, english = entry or (at + 1, "")
        spelt = " ".join(words[at:end])
        is_topic = any(strange[at:end]) and (end > at + 1 or spelt not in known.function)
        if english and is_topic and folded(english) != plain(spelt):
            kind = "words" if english[0].islower() or english in _MONTHS else "names"
            is_much = known_by_others and (english in _RECORDS or types_of(english) or " " in english)
            found[kind] += (end - at) * (2 if is_much else 1)
        at = end
    return found


@cache
def _weights() -> dict[str, dict[str, float]]:
    """How much each word speaks for each language: one that asks is enough alone, one that English has says little."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for row, code in product(rows("function_words.tsv"), CODES):
        for word in (entry for entry in entries(row[code]) if " " not in entry):
            for spelt in {word, plain(word)}:
                shared = 0.25 if spelt in FUNCTION_WORDS else 0.5
                found[spelt].setdefault(
                    code, shared if not _strange(spelt) else _ENOUGH if row["kind"] == "asks" else 1.0
                )
    for row, code in product(rows("words.tsv"), CODES):  # so "documents" does not speak against French
        for word in FUNCTION_WORDS.intersection(entries(row[code])):
            found[word].setdefault(code, 0.25)
    return dict(found)


@cache
def _asking() -> dict[str, frozenset[str]]:
    """The words by which a question of each language begins."""
    asking = [row for row in rows("function_words.tsv") if row["kind"] == "asks"]
    return {code: frozenset(chain.from_iterable(entries(row[code]) for row in asking)) for code in CODES}


@cache
def _in_names() -> frozenset[str]:
    return frozenset(languages()["names"].split())


def _strange(word: str) -> bool:
    """Whether no English text has a word, not even in a name."""
    return len(word) > 1 and not word[0].isdigit() and word not in _in_names() and not is_english(word)
