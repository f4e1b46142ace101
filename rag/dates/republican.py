"""A date of the French Republic's calendar (12 floréal an III) -> the same days of ours, in ISO digits.

Its years began near the autumn equinox, the first on 22 September 1792, and had twelve months of thirty days and five
days beside them; the years III, VII and XI had six. It was used until the end of 1805.
"""

import datetime as dt
import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files

_FIRST = dt.date(1792, 9, 22)
_DAYS, _MONTHS = 30, 12
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV")
_NUMBER = rf"(?:{'|'.join(reversed(_ROMAN))}|[0-9]{{1,2}})\b"
_MARK = re.compile(rf"\b(?:an|year)\.?\s+{_NUMBER}", re.IGNORECASE)


def in_our_calendar(text: str) -> str:
    """The text with its Republican dates in ours, if it has any; a day may take its year from the next."""
    if not _MARK.search(text):
        return text
    plain = "".join(mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark))
    months, shape = _shape()
    found = list(shape.finditer(plain))
    year = 0
    for date in reversed(found):
        year = _number(date["year"] or date["alone"]) or year
        month = months.index(date["month"].lower()) if date["month"] else _MONTHS
        if days := _days(year, None if date["alone"] else month, int(date["day"] or 0)):
            plain = plain[: date.start()] + days + plain[date.end() :]
    return plain


def _days(year: int, month: int | None, day: int) -> str:
    """A day, or the first and last of a month or year; empty where there are none. Month 12 is the days beside."""
    leap = year % 4 == 3  # noqa: PLR2004 - true of all years that it had
    length = 365 + leap if month is None else _DAYS if month < _MONTHS else 5 + leap
    if not year or day > length:
        return ""
    begin = _FIRST + dt.timedelta(365 * (year - 1) + year // 4 + _DAYS * (month or 0) + max(day - 1, 0))
    return f"{begin}" if day else f"{begin} - {begin + dt.timedelta(length - 1)}"


def _number(year: str | None) -> int:
    """The year, 0 for none and for one that the calendar did not have."""
    if not year:
        return 0
    number = int(year) if year.isdecimal() else _ROMAN.index(year.upper()) + 1
    return number if number <= len(_ROMAN) else 0


@cache
def _shape() -> tuple[list[str], re.Pattern[str]]:
    """The names of the months, and the shape of a date."""
    words = tomllib.loads(files("rag.language").joinpath("other_date_words.toml").read_text("utf-8"))["republican"]
    months = words["months"].split()
    year = rf"(?:an|year)\.?\s+(?P<year>{_NUMBER})"
    month = rf"(?:(?P<month>{'|'.join(months)})|(?:{words['days_beside']}))"
    day = rf"(?:(?P<day>[0-9]{{1,2}})(?:er|e|st|nd|rd|th)?\s+)?{month}"
    alone = rf"(?:^|(?<=-)|(?<=- ))(?:l')?an\.?\s+(?P<alone>{_NUMBER})(?=\s*(?:$|[-,;(]|de la))"
    return months, re.compile(rf"\b{day}\b(?:,?\s+(?:de\s+)?(?:l')?{year})?|{alone}", re.IGNORECASE)
