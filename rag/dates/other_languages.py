"""A date field in another language -> the same date in English words, so that one grammar reads them all.

Months are those of CLDR, as Babel has them; the few words beside them stand in rag/language/other_date_words.toml.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files

from rag.dates.vocabulary import KINDS

_LANGUAGES = ("de", "de_AT", "fr", "es", "it", "pt", "nl", "pl", "cs", "ru")
_WORD = re.compile(r"[^\W\d_]+(?:/m\b)?\.?")
_ORDINAL = re.compile(r"\b([0-9]{1,2})(?:\.|er\b|re\b|e\b|ème\b|º|°)(?=\s*(?:[-\u2013/]\s*[0-9]{1,2}[.er ]|[^\W\d_]))")
_DECADE = re.compile(
    r"\b(?:années|anni|años|anos|lata|léta|jaren)\s+([0-9]{3}0)\b\.?"
    "|\\b([0-9]{3}0)(?:er\\b(?:[- ]Jahren?\\b)?|-?\u0435\\b|-es\\b)",  # the letter is Cyrillic
    re.IGNORECASE,
)
_ROMAN = r"(?=[XVI])(?P<{}>X{{0,2}}(?:IX|IV|V?I{{0,3}}))"
_CENTURY = re.compile(
    rf"\b{_ROMAN.format('first')}(?:e|ème|º)?\s+(?:siècle|wiek\w*|w\b\.?|век\w*|в\b\.?|století|stol\b\.?|eeuw|secolo)"
    rf"|\b(?:(?i:siècle|siglo|secolo|sec\.|século|wiek|saec\.)|s\.)\s+{_ROMAN.format('last')}\b"
)
_NUMERALS = {"IX": 9, "IV": 4, "X": 10, "V": 5, "I": 1}
_FEWEST = 2  # letters of a word by which a date field is taken for one of another language


def names_a_century(text: str) -> bool:
    """Whether it has a century in Roman numerals, the one date without a figure."""
    return _CENTURY.search(text) is not None


def in_english(text: str) -> str | None:
    """The text with words of other languages in English; None where it has none."""
    counted = _CENTURY.sub(_century, _DECADE.sub(lambda found: f"{found[1] or found[2]}s", text))
    counted = _ORDINAL.sub(r"\1 ", counted)
    return _translated(counted) or (counted if counted != text else None)


def _century(found: re.Match[str]) -> str:
    numerals = re.findall("|".join(_NUMERALS), found["first"] or found["last"])
    return f"{sum(map(_NUMERALS.__getitem__, numerals))}th century"


def _translated(text: str) -> str | None:
    words = [word.rstrip(".").lower() for word in _WORD.findall(text)]
    if all(word in KINDS or len(word) < _FEWEST for word in words):
        return None
    known = _words()
    if not any(word in known and word not in KINDS for word in words):
        return None

    def translated(match: re.Match[str]) -> str:
        word = match[0].rstrip(".").lower()
        return match[0] if word in KINDS else known.get(word, match[0])

    return " ".join(_WORD.sub(translated, text).split())


@cache
def _words() -> dict[str, str]:
    """Each word of other languages with its English."""
    from babel import Locale  # noqa: PLC0415 - only where a date is not English

    listed = tomllib.loads(files("rag.language").joinpath("other_date_words.toml").read_text(encoding="utf-8"))
    known = {word: english for english, words in listed.items() if isinstance(words, str) for word in words.split()}
    english = Locale("en").months["format"]["wide"]
    for language in _LANGUAGES:
        for context in Locale.parse(language).months.values():
            for width in ("abbreviated", "wide"):
                for number, name in context.get(width, {}).items():
                    known[name.rstrip(".").lower()] = english[number]
    return known
