"""A row of named values -> a listing. Every format with columns uses this."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

from rag.dates.archival_date import ArchivalDate, edtf_interval, parse_date
from rag.errors import SourceError, printable
from rag.ingest.formats.column_names import FIELDS, MULTIVALUED, guess
from rag.ingest.formats.protocol import ColumnMapping, Item, fold, unstorable
from rag.language.sentences import sentences
from rag.record import Listing, Record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from rag.ingest.formats.protocol import ColumnChoice

_LONGEST = {"summary": 200_000, "title": 4_000}  # characters
_LONGEST_OTHER = 4_000  # characters of a value of any other field
_MOST = 500  # values of one field, columns of one row
_TITLE = 160  # characters of a sentence used as a title
_SHAPES = 256  # sets of columns cached
_SEPARATORS = re.compile(r"\s*[;|\n]\s*")
_LANGUAGE_SEPARATORS = re.compile(r"\s*[;|,/\n]\s*")
_WEB = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_LABEL_KEYS = ("@value", "name", "value", "label", "prefLabel", "title", "literal", "text", "#text")
_LANGUAGE_TAG = re.compile(r"(?!id$)[a-z]{2}([-_]\w+)?|eng|und|@?none|default")
_ENGLISH = re.compile(r"eng?([-_]\w+)?")
_KEYS_WITHOUT_TEXT = frozenset({"id", "@id", "uri", "url", "key", "type", "@type", "language", "@language", "lang"})
_RANGE_KEYS = (("start", "end"), ("begin", "end"), ("from", "to"))
# Records of the Wilson Center's old API, known by this column, leave out the beginning of their addresses.
_WILSON, _WILSON_COLUMN = "https://digitalarchive.wilsoncenter.org", "frontend_doc_date"


class Mapper:
    """Maps the rows of one file. It guesses columns by their names as it meets them."""

    def __init__(self, file: str, format_name: str, choice: ColumnChoice, present: Collection[str] = ()) -> None:
        """Prefer the chosen columns to guesses, wherever the file has them.

        `present` names chosen columns that the file has, though perhaps not in its first rows.
        """
        self._file = file
        self._format_name = printable(format_name)
        self._chosen = choice.columns
        self._present = present
        self._shapes: dict[tuple[str, ...], dict[str, tuple[str, ...]]] = {}
        self._used: dict[str, dict[str, None]] = {field: {} for field in FIELDS}
        self._columns: dict[str, None] = {}
        self._unreadable: dict[str, list[int]] = {}  # by column: the lines of its unreadable objects
        self._rows = 0

    def read(self, line: int, row: Mapping[str, Any]) -> Item | SourceError:
        """Return the listing of the row that begins in this line, or why there is none."""
        self._rows += 1
        if len(row) > _MOST:
            return self._fault(line, f"the row has {len(row)} columns, more than the {_MOST} that are read")
        columns = self._columns_of(row)
        found: dict[str, Any] = {}
        for field, names in columns.items():
            by_column = [self._values(line, row, name, field) for name in names]
            if field in MULTIVALUED:
                found[field] = tuple(dict.fromkeys(value for values in by_column for value in values))
            else:
                found[field] = next((text for values in by_column if (text := "; ".join(values))), "")
        if fault := _invalid(found):
            return self._fault(line, fault)
        title, summary, own_id = found.get("title", ""), found.get("summary", ""), found.get("id", "")
        title = title or _title(summary) or own_id
        if not title or (title == own_id and not any(value for field, value in found.items() if field != "id")):
            has = ", ".join(list(row)[:12]) or "nothing"
            return self._fault(line, f"it has neither title nor summary; it has {has}: choose by --map title=COLUMN")
        url = found.get("source_url", "")
        if url.startswith("/") and _WILSON_COLUMN in row:
            url = _WILSON + url
        return Item(
            line,
            Record(
                id=own_id,
                title=title,
                summary=summary,
                date=_parsed_date(row, columns) or between(found.get("date", ""), found.get("date_end", "")),
                listings=(Listing(self._file, self._rows),),
                source_url=url if _WEB.fullmatch(url) else None,
                people=found.get("people", ()),
                places=found.get("places", ()),
                subjects=found.get("subjects", ()),
                languages=found.get("languages", ()),
                senders=found.get("senders", ()),
                recipients=found.get("recipients", ()),
                sent_from=found.get("sent_from", ()),
                type=found.get("type") or None,
                archive=found.get("archive") or None,
                source=found.get("source") or None,
                rights=found.get("rights") or None,
            ),
        )

    def fault(self, line: int, reason: str) -> SourceError:
        """Count a row that the format could not split into columns, and return its fault."""
        self._rows += 1
        return self._fault(line, reason)

    def end(self) -> Iterator[ColumnMapping | SourceError]:
        """Yield the mapping of the whole file, after the faults of its columns."""
        for name, lines in self._unreadable.items():
            rows = f"{len(lines)} row{'s' if len(lines) > 1 else ''}"
            reason = f"in {rows}, first in this, {name!r} has an object without name or value, which was left out"
            yield self._fault(lines[0], f"{reason}; write it as text")
        used = {name for names in self._used.values() for name in names}
        yield ColumnMapping(
            self._file,
            self._format_name,
            self._rows,
            tuple((field, tuple(map(printable, names))) for field, names in self._used.items() if names),
            tuple(printable(name) for name in self._columns if name not in used),
        )

    def _columns_of(self, row: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
        """The columns of each field, for all rows with just the columns of this one."""
        names = tuple(row)
        if (cached := self._shapes.get(names)) is not None:
            return cached
        chosen = {
            field: columns
            for field, columns in self._chosen.items()
            if not columns or any(name in row or name in self._present for name in columns)
        }
        taken = {**guess(names), **chosen}
        if len(self._shapes) < _SHAPES:
            self._shapes[names] = taken
            self._columns.update(dict.fromkeys(names))
            for field, columns in taken.items():
                self._used[field].update(dict.fromkeys(name for name in columns if name in row))
        return taken

    def _values(self, line: int, row: Mapping[str, Any], name: str, field: str) -> list[str]:
        """The texts in one column of a row; notes the line if an object in it is unreadable."""
        values = _values(row.get(name), field)
        if None in values:
            self._unreadable.setdefault(name, []).append(line)
        return [text for text in values if text]

    def _fault(self, line: int, reason: str) -> SourceError:
        return SourceError(self._file, line, reason)


def _parsed_date(row: Mapping[str, Any], columns: Mapping[str, tuple[str, ...]]) -> ArchivalDate | None:
    """The date, if the format has parsed it already; None where it is still text."""
    values = (row.get(name) for name in columns.get("date", ()))
    return next((value for value in values if isinstance(value, ArchivalDate)), None)


def between(begin: str, end: str) -> ArchivalDate | None:
    """Return the date from the first day of `begin` to the last of `end`; None where both are empty.

    A first day alone is the whole date: tables write so what took one day. A last day alone leaves the first open.
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


def _invalid(found: Mapping[str, Any]) -> str | None:
    """Why these values cannot be stored; None where they can."""
    for field, value in found.items():
        if isinstance(value, tuple) and len(value) > _MOST:
            return f"it has {len(value)} {field}, more than the {_MOST} that are read"
        for text in (value,) if isinstance(value, str) else value:
            if len(text) > (longest := _LONGEST.get(field, _LONGEST_OTHER)):
                return f"its {field} has {len(text):,} characters, more than the {longest:,} that are read; shorten it"
            if unstorable(text):
                return f"its {field} has bytes that are not UTF-8; save the file as UTF-8"
    return None


def _values(value: object, field: str) -> list[str | None]:
    """The texts in a value, at any depth; None for each unreadable object."""
    if isinstance(value, str):
        return list(_split(value, field))
    texts: list[str | None] = []
    left: list[object] = [value]
    while left:
        match left.pop():  # truth values and NaN have no text
            case list() as several:
                left.extend(reversed(several))
            case dict() as thing if filled := {key: part for key, part in thing.items() if not _empty(part)}:
                if (inner := _inner(filled, field)) is None:
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


def _split(text: str, field: str) -> list[str]:
    """The values in one text, several where its field may have several."""
    if field not in MULTIVALUED:
        return [fold(text)]
    separators = _LANGUAGE_SEPARATORS if field == "languages" else _SEPARATORS
    return _json_list(text) or list(map(fold, separators.split(text)))


def _json_list(text: str) -> list[str]:
    """The texts of a JSON list in a cell; empty where the cell is anything else."""
    if not text.startswith("["):
        return []
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return [text for text in _values(listed, "") if text] if isinstance(listed, list) else []


def _inner(thing: Mapping[str, Any], field: str) -> object:
    """The part of an object that says what it is: a name, a value, or one language, English first; None for none.

    {"id": "1", "name": "Moscow"}, {"@value": "1962"}, {"en": "Pier", "de": "Kai"}, {"start": "1961", "end": "1963"}; a
    date or a person as CSL-JSON writes them.
    """
    if days := _csl_days(thing.get("date-parts")):
        return days
    if "family" in thing:
        return ", ".join(str(thing[part]) for part in ("family", "given") if part in thing)
    if label := next((key for key in _LABEL_KEYS if key in thing), None):
        return thing[label]
    if field == "date" and (ends := next((ends for ends in _RANGE_KEYS if thing.keys() <= set(ends)), None)):
        bounds = [thing.get(end, "..") for end in ends]
        return "/".join(map(str, dict.fromkeys(bounds))) if all(isinstance(day, str | int) for day in bounds) else None
    texts = {key: part for key, part in thing.items() if key not in _KEYS_WITHOUT_TEXT or field == "source_url"}
    if len(texts) == 1 or all(map(_LANGUAGE_TAG.fullmatch, texts)):
        return next((texts[key] for key in texts if _ENGLISH.fullmatch(key)), next(iter(texts.values()), None))
    return None


def _csl_days(parts: object) -> str:
    """The days of [[1962, 10, 16], [1962, 10, 28]]; empty where it is anything else."""
    dates = [date for date in parts if isinstance(date, list)] if isinstance(parts, list) else []
    days = ("-".join(str(part).zfill(2) for part in date if str(part).isdecimal()) for date in dates)
    return "/".join(filter(None, days))


def _title(summary: str) -> str:
    """A summary's first sentence, cut between words where it is long."""
    first = next(iter(sentences(summary[: 8 * _TITLE])), "")
    if len(first) <= _TITLE:
        return first
    return first[: _TITLE + 1].rpartition(" ")[0] + "…" if " " in first else first[:_TITLE]
