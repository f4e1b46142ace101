"""Tokens -> what they say. grammar.lark has the shapes; each method here gives the meaning of one.

What the words leave open is decided once:

- A year of two digits is 19xx: this is how archives of the twentieth century write.
- 05/06/1962 is the fifth of June or the sixth of May, so no more than 1962; 27/10/1962 and 10/27/1962 have one
  reading only. With dots the day comes first (05.06.1962), as everywhere that people write dots.
- 10 February 1723/4 is one day of 1724: the year began in March. In other months, or later, it is either year.
- A day that the month does not have is left out: 30 February 1961 is February 1961.
- Early, mid and late are thirds: months 1-4, 5-8, 9-12 of a year; days 1-10, 11-20, 21-end of a month; years 0-3, 4-6,
  7-9 of a decade. The edges inside the period are approximate and marked so.
- "Before" and "after" exclude the period they name; "since", "until" and "by" include it.
- A range may give month or year once, at either end: "3-9 May 1961", "November to February 1963" (from 1962).
"""

import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from lark import Lark, Token, Transformer, UnexpectedInput, v_args

from rag.dates.spans import Cut, DatePart, Said
from rag.dates.vocabulary import AMOUNTS, DECADES, MONTH_DAYS, MONTHS, ORDINALS, SEASONS, feast_day

_LADY_DAY = (3, 25)  # on which the year began
_NEW_YEAR_IN_JANUARY = 1752  # in Britain, the last to change
_LAST_OF_DECADE = 9
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def sayings(words: Sequence[Token]) -> Iterator[tuple[Said, int]]:
    """What the first words say by the grammar, longest first, each with how many words it takes."""
    parser = _grammar().parse_interactive()
    whole_at = []
    for count, word in enumerate(words, 1):
        try:
            parser.feed_token(word)
        except UnexpectedInput:
            break
        state = parser.parser_state
        if "$END" in state.parse_conf.states[state.position]:
            whole_at.append(count)
    # Each is parsed anew from the first word: copies of a lark parser share trees, and parsing changes them.
    for count in reversed(whole_at):
        parser = _grammar().parse_interactive()
        for word in words[:count]:
            parser.feed_token(word)
        with suppress(UnexpectedInput):
            yield parser.feed_token(Token("$END", "")), count


@v_args(inline=True)
class _Meaning(Transformer[Token, Said]):
    """The meaning of each rule of grammar.lark, by its name."""

    def start(self, said: DatePart | Said) -> Said:
        return said if isinstance(said, Said) else Said(said, said)

    def between(self, low: DatePart, high: DatePart) -> Said:
        if low.day and (high.year or "").endswith("XX"):  # 12th to 13th century
            low = self.century(low.day)
        return Said(low, high)

    def both(self, low: DatePart, high: DatePart) -> Said:
        return Said(low, high, both=True)

    def before(self, high: DatePart) -> Said:
        return Said(None, high, before=True)

    def after(self, low: DatePart) -> Said:
        return Said(low, None, after=True)

    def since(self, low: DatePart) -> Said:
        return Said(low, None)

    def until(self, high: DatePart) -> Said:
        return Said(None, high)

    def after_before(self, low: DatePart, high: DatePart) -> Said:
        return Said(low, high, after=True, before=True)

    def since_before(self, low: DatePart, high: DatePart) -> Said:
        return Said(low, high, before=True)

    def after_until(self, low: DatePart, high: DatePart) -> Said:
        return Said(low, high, after=True)

    def about(self, part: DatePart) -> DatePart:
        return replace(part, mark="~")

    def doubted(self, part: DatePart) -> DatePart:
        return replace(part, mark="%" if part.mark == "~" else "?")

    def cut_out(self, cut: Cut, part: DatePart) -> DatePart:
        return replace(part, cut=cut)

    def third(self, which: Token, _period: Token | None = None) -> Cut:
        return Cut(("EARLY", "MID", "LATE").index(which.type), 3)

    def outer_third(self, which: int, _period: Token) -> Cut:
        return Cut((which or 3) - 1, 3)

    def run(self, which: int, count: Token, period: Token) -> Cut:
        number = _number(count) if count.type == "NUM" else AMOUNTS[count.lower()]
        return Cut(which, None, (number, period.lower()))

    def half(self, which: int | Token) -> Cut:
        return Cut((_nth(which) or 2) - 1, 2)

    def quarter(self, which: int | Token) -> Cut:
        return Cut((_nth(which) or 4) - 1, 4)

    def one_day(self, which: int) -> Cut:
        return Cut(which, None, (1, "days"))

    def week(self, which: int | None = None) -> Cut:
        return Cut(which, None)

    def nth(self, which: Token) -> int:
        return ORDINALS[which.lower()] if which.type == "NTH" else _number(which)

    def num(self, digits: Token) -> int:
        return _number(digits)

    def year(self, digits: Token) -> str:
        return _year(digits.lstrip("'\u2019"))

    any_year = year

    def written(self, *words: int | Token | str) -> DatePart:
        """Day, month or season, and year, in whatever order."""
        day = next((word for word in words if isinstance(word, int)), None)
        month = next((SEASONS.get(word.lower()) or _month(word) for word in words if isinstance(word, Token)), None)
        year = next((word for word in words if isinstance(word, str) and not isinstance(word, Token)), None)
        return DatePart(year, month, day)

    def last_digits(self, digits: Token) -> DatePart:
        return DatePart(digits=str(digits))

    def decade(self, said: Token) -> DatePart:
        if decade := DECADES.get(re.split(r"[\s-]", said.lower())[-1]):
            return DatePart(decade)
        digits = said.strip("sS'\u2019")
        if digits.endswith("00"):  # the 1800s are a century
            return DatePart(f"{digits[:2]}XX")
        tens = f"{digits[:-1]}X"
        return DatePart(tens) if digits[2:] else DatePart(f"19{tens}", digits=tens)  # 1950s; 50s

    def century(self, which: int) -> DatePart:
        return DatePart(f"{which - 1:02}XX")

    def day_month_digits(self, day: int, month: Token, year: int) -> DatePart:
        return DatePart(f"19{year:02}", _month(month), day)

    def feast(self, said: Token, year: str) -> DatePart:
        day = feast_day(said, int(year))
        return DatePart(year, day.month, day.day)

    def ymd(self, said: Token) -> DatePart:
        date = said.upper().split("T")[0]
        fields = [date[:4], date[4:6], date[6:]] if date.isdigit() else re.findall("[0-9]+", date)
        year, month, day = (*(int(field) for field in fields), 0)[:3]
        known = month in range(1, 13) or month in SEASONS.values()  # 1962-00-00 and 1962-13-01 say the year
        return DatePart(f"{year:04}", month if known else None, day if known and day else None)

    def numeric(self, said: Token) -> DatePart:
        first, second, year = re.split(r"[./ -]+", said)
        if second.upper() in _ROMAN:
            return DatePart(_year(year), _ROMAN.index(second.upper()) + 1, int(first))
        if not second.isdigit():
            return DatePart()
        orders = [(int(first), int(second)), (int(second), int(first))]
        readings = [(day, month) for day, month in orders if month in range(1, 13) and day in range(32)]
        if "." in said:
            del readings[1:]
        if len(set(readings)) != 1:
            return DatePart(_year(year))
        day, month = readings[0]
        return DatePart(_year(year), month, day or None)

    def hyphened(self, said: Token) -> DatePart:
        day, month, year = said.split("-")
        number = _month(month)
        return DatePart(_year(year), number, int(day)) if number else DatePart()

    def month_slash_year(self, said: Token) -> DatePart:
        month, year = said.split("/")
        return DatePart(_year(year), int(month))

    def dual(self, *words: int | Token) -> DatePart:
        (years,) = (word for word in words if isinstance(word, Token) and word.type == "DUAL")
        part = self.written(*(word for word in words if word is not years))
        return _dual(part.month, part.day, years)

    def unspecified(self, said: Token) -> DatePart:
        digits = re.match("[0-9]+", said)
        return DatePart((digits[0] if digits else "").ljust(4, "X"))


def _month(word: str) -> int | None:
    """The month that a word, or its first three letters, means; None where it means none."""
    word = word.lower().removesuffix(".")
    return MONTHS.get(word) or MONTHS.get(word[:3])


def _dual(month: int | None, day: int | None, years: Token) -> DatePart:
    """A day of January to March whose year began in March: of the later year by our reckoning. Else either year."""
    first = int(years[:4])
    if month and (month, day or 0) < _LADY_DAY and first < _NEW_YEAR_IN_JANUARY:
        return DatePart(f"{first + 1:04}", month, day)
    if first % 10 < _LAST_OF_DECADE:
        return DatePart(f"{first // 10:03}X")
    return DatePart(f"{first // 100:02}XX" if (first + 1) % 100 else None)


def _year(digits: str) -> str:
    return f"19{digits}" if len(digits) == len("62") else digits


def _number(digits: str) -> int:
    if digits.lower() in MONTH_DAYS:
        return MONTH_DAYS.index(digits.lower()) + 1
    return int(digits.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))


@cache
def _grammar() -> Lark:
    grammar = files("rag.dates").joinpath("grammar.lark").read_text(encoding="utf-8")
    # lark's lexer does nothing here: date_tokens.py gives the tokens, one by one.
    # Making the parser is slow, so it stays in a file where Python has its compiled modules.
    file = Path(__file__).with_name("__pycache__") / "grammar.lalr"
    may_write = os.access(file.parent, os.W_OK) and not sys.dont_write_bytecode
    cache = str(file) if file.exists() or may_write else False
    return Lark(grammar, parser="lalr", lexer="basic", transformer=_Meaning(), cache=cache)


def _nth(which: int | Token) -> int:
    """The number of a part, which may stand in its token: Q3."""
    return int(which[1:]) if isinstance(which, Token) else which
