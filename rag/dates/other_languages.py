"""A date field in another language -> the same date in English words, so that one grammar reads them all.

Months are those of CLDR, as Babel has them; the few words beside them stand in rag/language/other_date_words.toml.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

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
_SEVERAL = rf"(?:{_ROMAN}(?:e|ème|º)?\s*[-\u2013/]\s*)?{_ROMAN}"
_CENTURY = re.compile(
    rf"\b{_SEVERAL.format('begin', 'first')}(?:(?:e|ème|º|th)?\s+(?:centur(?:y|ies)|siècles?|wiek\w*|ww?\b\.?|век\w*"
    r"|вв?\b\.?|století|stol\b\.?|eeuw|secol[oi])|(?:e|ème)\s+s\b\.?)"
    r"|\b(?:(?i:siècles?|siglos?|secol[oi]|secc?\.|séculos?|wiek|saec\.)|ss?\.)\s+"
    rf"{_SEVERAL.format('start', 'last')}\b"
)
_NUMBERED_MONTH = re.compile(r"\b(7|8|9|10|VII|VIII|IX|X)(?:bre|ber|bris)\b\.?", re.IGNORECASE)  # 8bre is October
_NUMERALS = {"IX": 9, "IV": 4, "X": 10, "V": 5, "I": 1}
_FEWEST = 2  # letters of a word by which a date field is taken for one of another language


def names_a_century(text: str) -> bool:
    """Whether it has a century in Roman numerals, the one date without a figure."""
    return _CENTURY.search(text) is not None


def in_english(text: str) -> str | None:
    """The text with words of other languages in English; None where it has none."""
    counted = _NUMBERED_MONTH.sub(_month, text)
    for meaning, words in _phrases():
        counted = words.sub(meaning, counted)
    counted = _CENTURY.sub(_century, _DECADE.sub(lambda found: f"{found[1] or found[2]}s", counted))
    counted = _ORDINAL.sub(r"\1 ", counted)
    return _translated(counted) or (counted if counted != text else None)


def _month(found: re.Match[str]) -> str:
    numbers = {"7": "September", "8": "October", "9": "November", "10": "December"}
    roman = {"VII": "7", "VIII": "8", "IX": "9", "X": "10"}
    return numbers[roman.get(found[1].upper(), found[1])]


def _century(found: re.Match[str]) -> str:
    ends = (found["begin"] or found["start"], found["first"] or found["last"])
    numbers = (sum(_NUMERALS[each] for each in re.findall("|".join(_NUMERALS), end)) for end in ends if end)
    return f"{'-'.join(f'{number}th' for number in numbers)} century"


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
def _phrases() -> list[tuple[str, re.Pattern[str]]]:
    """What words mean together, in English, with what they are in other languages."""
    phrases, article = _listed()["phrases"].items(), r"(?:(?:d[aeou]l?|des|dem|der)\s+)?"
    return [
        (f"{meaning} ", re.compile(rf"(?<!\w)(?:{words})(?!\w)\s*{article}", re.IGNORECASE))
        for meaning, words in phrases
    ]


@cache
def _listed() -> dict[str, Any]:
    return tomllib.loads(files("rag.language").joinpath("other_date_words.toml").read_text(encoding="utf-8"))


@cache
def _words() -> dict[str, str]:
    """Each word of other languages with its English."""
    from babel import Locale  # noqa: PLC0415 - only where a date is not English

    known = {word: english for english, words in _listed().items() if isinstance(words, str) for word in words.split()}
    english = Locale("en").months["format"]["wide"]
    for language in _LANGUAGES:
        for context in Locale.parse(language).months.values():
            for width in ("abbreviated", "wide"):
                for number, name in context.get(width, {}).items():
                    known[name.rstrip(".").lower()] = english[number]
    return known
