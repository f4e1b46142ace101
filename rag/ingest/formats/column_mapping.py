"""A row of named values -> a listing. Every kind of source that has columns maps them here."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

from rag.dates.archival_date import ArchivalDate, edtf_interval, parse_date
from rag.errors import SourceError, printable
from rag.ingest.formats.column_names import FIELDS, MANY, guess
from rag.ingest.formats.protocol import Item, Mapped, fold, untellable
from rag.language.sentences import sentences
from rag.record import Listing, Record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from rag.ingest.formats.protocol import ColumnChoice

_LONGEST = {"summary": 200_000, "title": 4_000}  # characters
_LONG = 4_000  # characters of any other value
_MOST = 500  # values of one field, columns of one row
_TITLE = 160  # characters of a sentence that stands in for a title
_SHAPES = 256  # sets of columns remembered
_SEPARATORS = re.compile(r"\s*[;|\n]\s*")
_LANGUAGES = re.compile(r"\s*[;|,/\n]\s*")
_WEB = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_CALLED = ("@value", "name", "value", "label", "prefLabel", "title", "literal", "text", "#text")
_LANGUAGE = re.compile(r"(?!id$)[a-z]{2}([-_]\w+)?|eng|und|@?none|default")
_ENGLISH = re.compile(r"eng?([-_]\w+)?")
_NO_WORDS = frozenset({"id", "@id", "uri", "url", "key", "type", "@type", "language", "@language", "lang"})
_ENDS = (("start", "end"), ("begin", "end"), ("from", "to"))
# In a record of the Wilson Center's old API the address lacks its beginning.
_WILSON, _WILSON_COLUMN = "https://digitalarchive.wilsoncenter.org", "frontend_doc_date"


class Mapper:
    """Reads the rows of one file, guessing its columns by their names as it meets them."""

    def __init__(self, file: str, kind: str, choice: ColumnChoice, there: Collection[str] = ()) -> None:
        """What was chosen wins over what is guessed, in a file that has it.

        `there` are columns that it has though its first rows may not.
        """
        self._file = file
        self._kind = printable(kind)
        self._chosen = choice.columns
        self._there = there
        self._shapes: dict[tuple[str, ...], dict[str, tuple[str, ...]]] = {}
        self._met: dict[str, dict[str, None]] = {field: {} for field in FIELDS}
        self._columns: dict[str, None] = {}
        self._untold: dict[str, list[int]] = {}  # by column: the lines whose objects could not be read
        self._rows = 0

    def read(self, line: int, row: Mapping[str, Any]) -> Item | SourceError:
        """The listing of a row that begins in this line, or why there is none."""
        self._rows += 1
        if len(row) > _MOST:
            return self._fault(line, f"the row has {len(row)} columns, more than the {_MOST} that are read")
        columns = self._shape(row)
        found: dict[str, Any] = {}
        for field, names in columns.items():
            many = [self._values(line, row, name, field) for name in names]
            if field in MANY:
                found[field] = tuple(dict.fromkeys(value for values in many for value in values))
            else:
                found[field] = next((text for values in many if (text := "; ".join(values))), "")
        if fault := _unfit(found):
            return self._fault(line, fault)
        title, summary, own = found.get("title", ""), found.get("summary", ""), found.get("id", "")
        title = title or _title(summary) or own
        if not title or (title == own and not any(value for field, value in found.items() if field != "id")):
            told = ", ".join(list(row)[:12]) or "nothing"
            return self._fault(line, f"it has neither title nor summary; it has {told}: choose by --map title=COLUMN")
        url = found.get("source_url", "")
        if url.startswith("/") and _WILSON_COLUMN in row:
            url = _WILSON + url
        return Item(
            line,
            Record(
                id=own,
                title=title,
                summary=summary,
                date=_dated(row, columns) or between(found.get("date", ""), found.get("date_end", "")),
                listings=(Listing(self._file, self._rows),),
                source_url=url if _WEB.fullmatch(url) else None,
                people=found.get("people", ()),
                places=found.get("places", ()),
                subjects=found.get("subjects", ()),
                languages=found.get("languages", ()),
                type=found.get("type") or None,
                archive=found.get("archive") or None,
                source=found.get("source") or None,
                rights=found.get("rights") or None,
            ),
        )

    def fault(self, line: int, reason: str) -> SourceError:
        """A row that could not even be told apart."""
        self._rows += 1
        return self._fault(line, reason)

    def end(self) -> Iterator[Mapped | SourceError]:
        """What the columns were taken for, and what could not be read of them."""
        for name, lines in self._untold.items():
            rows = f"{len(lines)} row{'s' if len(lines) > 1 else ''}, first in this"
            reason = f"what {name!r} holds in {rows}, is an object without name or value and was left out"
            yield self._fault(lines[0], f"{reason}; write it as text")
        used = {name for names in self._met.values() for name in names}
        yield Mapped(
            self._file,
            self._kind,
            self._rows,
            tuple((field, tuple(map(printable, names))) for field, names in self._met.items() if names),
            tuple(printable(name) for name in self._columns if name not in used),
        )

    def _shape(self, row: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
        """The columns of each field in rows with just these columns."""
        names = tuple(row)
        if (known := self._shapes.get(names)) is not None:
            return known
        if fits := len(self._shapes) < _SHAPES:
            self._columns.update(dict.fromkeys(names))
        chosen = {
            field: columns
            for field, columns in self._chosen.items()
            if not columns or any(name in row or name in self._there for name in columns)
        }
        taken = {**guess(names), **chosen}
        if fits:
            self._shapes[names] = taken
            for field, columns in taken.items():
                self._met[field].update(dict.fromkeys(name for name in columns if name in row))
        return taken

    def _values(self, line: int, row: Mapping[str, Any], name: str, field: str) -> list[str]:
        """The texts that a column holds; what could not be read of it is remembered."""
        values = _values(row.get(name), field)
        if None in values:
            self._untold.setdefault(name, []).append(line)
        return [text for text in values if text]

    def _fault(self, line: int, reason: str) -> SourceError:
        return SourceError(self._file, line, reason)


def _dated(row: Mapping[str, Any], columns: Mapping[str, tuple[str, ...]]) -> ArchivalDate | None:
    """A date that the kind of source has understood already; None where it is still words."""
    told = (row.get(name) for name in columns.get("date", ()))
    return next((date for date in told if isinstance(date, ArchivalDate)), None)


def between(begin: str, end: str) -> ArchivalDate | None:
    """A date, or all days from the first to the last of two; None where nothing is given.

    A first day alone is the date, as tables have it of what took a day. A last alone is not: any before may be meant.
    """
    if begin == end or not end:
        return parse_date(begin) if begin else None
    first, last = parse_date(begin), parse_date(end)
    text, low = f"{begin} – {end}" if begin else f"until {end}", first.edtf or ".."
    if not last.edtf:
        return first if first.edtf else ArchivalDate(text, None, None, None)
    if low == last.edtf or "/" in low + last.edtf:
        return last if low == ".." else first
    try:
        days = edtf_interval(f"{low}/{last.edtf}")
    except ValueError:  # it ends before it begins
        return first
    return ArchivalDate(text, f"{low}/{last.edtf}", days.start, days.end)


def _unfit(found: Mapping[str, Any]) -> str | None:
    """Why these values cannot be kept; None where they can."""
    for field, value in found.items():
        if isinstance(value, tuple) and len(value) > _MOST:
            return f"it has {len(value)} {field}, more than the {_MOST} that are read"
        for text in (value,) if isinstance(value, str) else value:
            if len(text) > (longest := _LONGEST.get(field, _LONG)):
                return f"its {field} has {len(text):,} characters, more than the {longest:,} that are read; shorten it"
            if untellable(text):
                return f"its {field} holds bytes that are not UTF-8; save the file as UTF-8"
    return None


def _values(value: object, field: str) -> list[str | None]:
    """The texts that a value holds, at any depth; None for each object that could not be read."""
    if isinstance(value, str):
        return list(_parted(value, field))
    texts: list[str | None] = []
    left: list[object] = [value]
    while left:
        match left.pop():  # neither a truth value nor NaN tells anything
            case list() as several:
                left.extend(reversed(several))
            case dict() as thing if told := [each for each in thing.items() if not _empty(each[1])]:
                if (inner := _inner(dict(told), field)) is None:
                    texts.append(None)
                left.append(inner)
            case str() as text:
                texts.append(fold(text))
            case ArchivalDate() as date:
                texts.append(date.text)
            case int() | float() as number if not isinstance(number, bool) and not math.isnan(number):
                texts.append(str(int(number) if isinstance(number, float) and number.is_integer() else number))
    return texts


def _empty(value: object) -> bool:
    return value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip())


def _parted(text: str, field: str) -> list[str]:
    """The texts that one text holds, where its field may have several."""
    if field not in MANY:
        return [fold(text)]
    return _listed(text) or list(map(fold, (_LANGUAGES if field == "languages" else _SEPARATORS).split(text)))


def _listed(text: str) -> list[str]:
    """The texts of a JSON list within a text, as tables hold them."""
    if not text.startswith("["):
        return []
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return [each for each in _values(listed, "") if each] if isinstance(listed, list) else []


def _inner(thing: Mapping[str, Any], field: str) -> object:
    """What an object says, by its name, its value or in one language, English first; None where it cannot be told.

    {"id": "1", "name": "Moscow"}, {"@value": "1962"}, {"en": "Pier", "de": "Kai"}, {"start": "1961", "end": "1963"}; a
    date or a person as CSL-JSON writes them.
    """
    if days := _csl_days(thing.get("date-parts")):
        return days
    if "family" in thing:
        return ", ".join(str(thing[part]) for part in ("family", "given") if part in thing)
    if called := next((key for key in _CALLED if key in thing), None):
        return thing[called]
    if field == "date" and (ends := next((ends for ends in _ENDS if thing.keys() <= set(ends)), None)):
        told = [thing.get(end, "..") for end in ends]
        return "/".join(map(str, dict.fromkeys(told))) if all(isinstance(day, str | int) for day in told) else None
    words = {key: told for key, told in thing.items() if key not in _NO_WORDS or field == "source_url"}
    if len(words) == 1 or all(map(_LANGUAGE.fullmatch, words)):
        return next((words[key] for key in words if _ENGLISH.fullmatch(key)), next(iter(words.values()), None))
    return None


def _csl_days(parts: object) -> str:
    """The days of [[1962, 10, 16], [1962, 10, 28]]; empty where it is anything else."""
    dates = [each for each in parts if isinstance(each, list)] if isinstance(parts, list) else []
    return "/".join(
        filter(None, ("-".join(str(part).zfill(2) for part in each if str(part).isdecimal()) for each in dates))
    )


def _title(summary: str) -> str:
    """A summary's first sentence, cut between words where it is long."""
    first = next(iter(sentences(summary[: 8 * _TITLE])), "")
    return (
        first
        if len(first) <= _TITLE
        else first[: _TITLE + 1].rpartition(" ")[0] + "…"
        if " " in first
        else first[:_TITLE]
    )
