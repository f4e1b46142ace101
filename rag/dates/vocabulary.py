"""The words of dates, from the language's table: what month, season, decade or place in a row each means."""

import datetime as dt
import re

from dateutil.easter import easter  # type: ignore[import-untyped]  # it has no types

from rag.language.tables import any_of, table

_TABLE = table("date_words")

# 1 to 12, by each spelling.
MONTHS = {word: number for number, spelt in enumerate(_TABLE["months"], 1) for word in spelt.split()}

SEASONS: dict[str, int] = _TABLE["seasons"]  # 21 to 24, as EDTF counts them

# Decades of the twentieth century in EDTF.
DECADES = {word: f"19{digit}X" for digit, word in enumerate(_TABLE["decades"].split(), 2)}

CENTURY: str = _TABLE["century"]  # before the word of a decade, or of a year within the century

# The years of the twentieth century from 1920 on, by the words after that of the century.
YEARS = {
    f"{ten} {unit}".strip(): f"19{tens * 10 + units}"
    for tens, ten in enumerate(_TABLE["tens"].split(), 2)
    for units, unit in enumerate(["", *_TABLE["units"].split()])
}

ORDINALS: dict[str, int] = _TABLE["ordinals"]  # which of several parts a word means; 0 is the last

MONTH_DAYS: list[str] = _TABLE["month_days"].split()  # the words for the days of a month, from the first on

# How many days, weeks, months or years a word counts.
AMOUNTS: dict[str, int] = {word: table("numerals")["values"][word] for word in _TABLE["amounts"].split()}

# The kind of token that a word is, as grammar.lark names it.
KINDS = {
    **dict.fromkeys(AMOUNTS, "AMOUNT"),
    **dict.fromkeys(MONTHS, "MONTH"),
    **dict.fromkeys(SEASONS, "SEASON"),
    **dict.fromkeys(DECADES, "DECADE"),
    **dict.fromkeys(ORDINALS, "NTH"),
    **dict.fromkeys(_TABLE["weekdays"].split(), "WEEKDAY"),
    **{word: kind for kind, words in _TABLE["tokens"].items() for word in words.split()},
}

# What no date goes without, and what one goes without only if a year is lent to it; quick to see.
DATING = re.compile(
    rf"[0-9]|{CENTURY}|{any_of(' '.join(DECADES))}|{any_of(_TABLE['tokens']['_CENTURY'])}", re.IGNORECASE
)
YEARLY = re.compile(any_of(" ".join((*MONTHS, *SEASONS))), re.IGNORECASE)

# A feast or public holiday, as a regular expression.
FEASTS = rf"(?:{'|'.join(_TABLE['feasts'])})(?![\w-])".replace("'", "['\u2019]")


def feast_day(name: str, year: int) -> dt.date:
    """The day of a feast in a year: always the same, so many days from Easter, or so many weeks into a month."""
    words = name.replace("\u2019", "'")
    on = next(rule for spelt, rule in _TABLE["feasts"].items() if re.fullmatch(spelt, words, re.IGNORECASE))
    if "easter" in on:
        sunday: dt.date = easter(year)
        return sunday + dt.timedelta(days=on["easter"])
    if "day" in on:
        return dt.date(year, on["month"], on["day"])
    first = dt.date(year, on["month"], 1)
    return first + dt.timedelta(days=(on["weekday"] - first.weekday()) % 7 + 7 * (on["nth"] - 1))
