"""Text -> tokens: the words and digits that can belong to a date, and what joins them."""

import re
from collections.abc import Iterator

from lark import Token

from rag.dates.vocabulary import CENTURY, DECADES, FEASTS, KINDS, MONTH_DAYS, MONTHS, YEARS

_ABBREVIATED = frozenset({"MONTH", "WEEKDAY", "_CIRCA"})  # may end in a full stop
_HYPHENATED = frozenset({"EARLY", "MID", "LATE"})  # "mid-1962"
_SILENT = frozenset({"WEEKDAY", "HOUR", "space"})  # a date does not need them

_ENDS = r"(?![\w-]|[.,][0-9]|/(?![0-9]{4}(?![0-9]))\w)"  # no longer number, decimal, word or code
_YEAR = r"(?:[0-9]{4}|[0-9]{2})"
_ISO = r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"  # spreadsheets leave out zeros
_FEAST = FEASTS.replace(" ", r"\ ")
_ROMAN = r"[XVIxvi]{1,4}"
_DAY_IN_WORDS = rf"(?:{'|'.join(reversed(MONTH_DAYS))})(?=\s+of\s+(?:{'|'.join(MONTHS)})\b)"
_IN_WORDS = "|".join(year.replace(" ", r"[\s-]") for year in reversed(YEARS))
_YEAR_IN_WORDS = rf"{CENTURY}[\s-](?:{_IN_WORDS})(?![\w-])"
_DECADE_IN_WORDS = rf"{CENTURY}[\s-](?:{'|'.join(DECADES)})\b"
_AFTER_MONTH = 3  # tokens from a month to its year: Feb. 10, 1723
_OLD_CALENDAR = "1752"  # from this year on, nowhere did a year begin in March
_OTHER_YEAR = re.compile(r"([/\u2013-])([0-9]{1,2}|[0-9]{4})(?![\w/.-])(?=(?:,?\s*([^\W\d_]+))?)")
_BETWEEN = re.compile(r"[\s-]+")
_JOINED = re.compile(r"[\w'\u2019]")
_TOKEN = re.compile(
    rf"""
      (?P<space> \s+ )
    | (?P<HOUR> (?:[,\u2013-]\s{{0,3}})?(?:at\s)?(?:
          [0-9]{{1,2}}(?:[:.][0-9]{{2}})?\s?[ap]\.?\s?m\b\.?
        | [0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:\.[0-9]{{1,9}})?)?
            (?:\s?(?:z|utc|gmt|hours|hrs|h)\b|\s?[+-][0-9]{{4}}\b)?
        | [0-2][0-9][0-5][0-9](?:\s?(?:hours|hrs)|[hz])\b | (?:noon|midnight)\b ),? )
    | (?P<YMD> {_ISO}(?:t[0-9]{{2}}:[0-9:.]{{2,16}}(?:z|[+-][0-9:]{{2,5}})?)?{_ENDS}
        | {_ISO}(?=-(?:[0-9]{{1,2}}|{_ISO}){_ENDS})
        | [0-9]{{4}}-(?:0[0-9]|1[0-2]|2[1-4]){_ENDS} | [0-9]{{4}}/[0-9]{{1,2}}/[0-9]{{1,2}}{_ENDS}
        | [0-9]{{4}}\.\s?[0-9]{{1,2}}\.\s?[0-9]{{1,2}}{_ENDS}\.?
        | [12][0-9]{{3}}(?:0[0-9]|1[0-2])(?:[0-2][0-9]|3[01]){_ENDS} )
    | (?P<NUMERIC> [0-9]{{1,2}}(?: \.\s?(?:[0-9]{{1,2}}|{_ROMAN})\.\s? | /(?:[0-9]{{1,2}}|{_ROMAN})/
        | -(?:[0-9]{{1,2}}|{_ROMAN})- | \s{_ROMAN}\s ){_YEAR}{_ENDS} )
    | (?P<HYPHENED> [0-9]{{1,2}}-[a-z]{{3,9}}\.?-{_YEAR}{_ENDS} )
    | (?P<MONTH_SLASH_YEAR> (?:0?[1-9]|1[0-2])/(?:[12][0-9]{{3}}|[3-9][0-9]){_ENDS} )
    | (?P<DECADE> (?:1[0-9]{{2}}0|20[0-9]0|['\u2019]?[2-9]0)['\u2019]?s\b | {_DECADE_IN_WORDS} )
    | (?P<UNSPECIFIED> (?:[0-9]{{3}}[-_?xu]|[0-9]{{2}}(?:--|__|\?\?|xx|uu))(?!\w|[-.,/][0-9]) )
    | (?P<YEAR> (?:[12][0-9]{{3}}|['\u2019][0-9]{{2}})(?!\w|[.,][0-9]) | {_YEAR_IN_WORDS} )
    | (?P<NUM> (?:0?[1-9]|[12][0-9]|3[01])(?:st|nd|rd|th|d)?(?!\w|\.[0-9]|,[0-9]{{3}}(?![0-9])) | {_DAY_IN_WORDS} )
    | (?P<YY> (?:3[2-9]|[4-9][0-9]|00)(?!\w|[.,][0-9]) )
    | (?P<FEAST> {_FEAST} )
    | (?P<QUARTER> q[1-4]\b )
    | (?P<HALF> h[12]\b )
    | (?P<_CENTURY> -century\b | (?<=[0-9](?:st|nd|rd|th)\s)c(?:ent)?(?!\w)\.? )
    | (?P<_ABOUT> on\s+or\s+about\b )
    | (?P<_CIRCA> ca?\.?\s?(?=[0-9]) | (?<![0-9])(?<![0-9]\s)~ )
    | (?P<_BEFORE> pre[-\s](?=[0-9]) )
    | (?P<_AFTER> post-(?=[0-9]) )
    | (?P<_ONWARDS> on(?=\s*(?:$|[?.!,;])) )
    | (?P<word> [^\W\d_]+(?:-first\b)? )(?:\w|[-'\u2019.,]\w){{0,64}}
    | (?P<_DASH> --?|[\u2013\u2014\u2212/] )
    | (?P<_COMMA> , )
    | (?P<_AND> & )
    | (?P<_QUERY> \?+ )
    | (?P<OTHER> \w+(?:[-'\u2019.,]\w+)*|. )
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


def tokens(text: str) -> Iterator[Token]:
    """Every token of the text in its order, without weekdays and hours; "OTHER" belongs to no date."""
    at = month = count = 0
    while match := _TOKEN.match(text, at):
        start, (kind, at) = at, _kind(match)
        if kind in _SILENT:
            continue
        count += 1
        if kind == "MONTH":
            month = count
        elif kind == "YEAR" and (other := _other_year(text, at, after=bool(month) and count - month <= _AFTER_MONTH)):
            # 10 Feb 1723/4 is one day; digits that name no next year are not the days of a range either.
            if _follows(match[0], other[2]):
                kind, at = "DUAL", other.end()
            else:
                yield Token(kind, text[start:at], start, end_pos=at)
                start, kind, at = at, "OTHER", other.end()
        yield Token(kind, _in_figures(text[start:at]) if kind == "YEAR" else text[start:at], start, end_pos=at)


def _in_figures(year: str) -> str:
    """A year in figures: nineteen sixty-two is 1962."""
    return YEARS.get(_BETWEEN.sub(" ", year.lower()).removeprefix(f"{CENTURY} "), year)


def _other_year(text: str, at: int, *, after: bool) -> re.Match[str] | None:
    """One or two digits joined to the year that ends here, where they belong to it: it stands beside a month.

    Not the day of another month: 25 Oct 1917/7 Nov 1917. A dash joins a range, unless the year is of the old calendar.
    """
    other = _OTHER_YEAR.match(text, at)
    if other is None:
        return None
    before = KINDS.get((other[3] or "").lower()) == "MONTH"
    joined = _follows(text[at - 4 : at], other[2])
    if (other[1] != "/" or len(other[2]) > len("24")) and not (joined and text[at - 4 : at] < _OLD_CALENDAR):
        return None
    return other if after != before and (after or joined) else None


def _follows(year: str, digits: str) -> bool:
    """Whether the digits end the year after this one."""
    return str(int(year) + 1).endswith(digits) if year.isdigit() else False


def _kind(match: re.Match[str]) -> tuple[str, int]:
    """Kind and end of a token. A word of no date takes everything that is joined to it: IL-28, Castro's."""
    kind, text = match.lastgroup or "OTHER", match.string
    if kind != "word":
        return kind, match.end()
    end = match.end("word")
    kind = KINDS.get(match["word"].lower(), "OTHER")
    if kind == "OTHER" or _JOINED.match(text, end):
        return "OTHER", match.end()
    if kind in _ABBREVIATED:
        end += text.startswith(".", end)
    if kind in _HYPHENATED:
        end += text.startswith("-", end)
    if kind == "WEEKDAY":
        end += text.startswith(",", end)
    return kind, end
