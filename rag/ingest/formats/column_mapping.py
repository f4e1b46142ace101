"""A row of named values -> a listing. Every format with columns uses this."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rag.dates.archival_date import ArchivalDate
from rag.errors import SourceError, printable
from rag.ingest.formats.column_names import FIELDS, MULTIVALUED, PARTS, displayed, guess, plain, stamps
from rag.ingest.formats.date_columns import DayOrder, between, is_recent, is_stamp, possible
from rag.ingest.formats.markup import readable
from rag.ingest.formats.protocol import ColumnMapping, Item, SourceNote, fold, unstorable
from rag.language.sentences import sentences
from rag.record import Listing, Record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from rag.ingest.formats.protocol import ColumnChoice, Revision

_LONGEST = {"summary": 200_000, "title": 4_000}  # characters
_LONGEST_OTHER = 4_000  # characters of a value of any other field
_MOST = 500  # values of one field, columns of one row
_SHOWN = 12  # columns that a fault lists
_TITLE = 160  # characters of a sentence used as a title
_SHAPES = 256  # sets of columns cached
_SEPARATORS = re.compile(r"\s*[;|\n]\s*")
_LANGUAGE_SEPARATORS = re.compile(r"\s*[;|,/\n]\s*")
_WEB = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_LABEL_KEYS = (
    "@value", "displayDate", "name", "value", "label", "prefLabel", "title", "literal", "text", "#text", "heading",
    "display_name", "termName", "raw",
)  # fmt: skip
_NOTHING = frozenset({"null", r"\n", "nan", "<na>"})  # what databases write for an empty value
_NOBODY = frozenset({"unknown", "n/a", "none", "not known", "unbekannt", "inconnu", "desconocido", "s.l.", "[s.l.]"})
_NAMED = frozenset({"people", "places", "senders", "recipients", "sent_from"})
_ALL_DIGITS = re.compile(r"\d{1,6}[a-z]?", re.IGNORECASE)
_LANGUAGE_TAG = re.compile(r"(?!id$)[a-z]{2}([-_]\w+)?|eng|und|@?none|default")
_ENGLISH = re.compile(r"eng?([-_]\w+)?")
_KEYS_WITHOUT_TEXT = frozenset({"id", "@id", "uri", "url", "key", "type", "@type", "language", "@language", "lang"})
# Columns of a row's own number, of the number of the row above it, or of how many rows are above it.
_FAMILY = (
    frozenset({"legacyid", "objectid"}),
    frozenset({"parentid"}),
    frozenset({"hierarchy", "hierarchicalrelationship"}),
)
_DEEPEST = 3  # digits
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
        self._used: dict[str, dict[str, None]] = {field: {} for field in (*FIELDS, *PARTS)}
        self._columns: dict[str, None] = {}
        self._unreadable: dict[str, list[int]] = {}  # by column: the lines of its unreadable objects
        self._lost: dict[str, list[int]] = {}  # by what was cut or left out: the lines
        self._order = DayOrder()
        self._family: dict[str, tuple[str, Record]] = {}  # by a row's own number: its path of titles, its record
        self._rows = 0

    def read(self, line: int, row: Mapping[str, Any]) -> Item | SourceError:
        """Return the listing of the row that begins in this line, or why there is none."""
        self._rows += 1
        if len(row) > _MOST:
            return self._fault(line, f"the row has {len(row)} columns, more than the {_MOST} that are read")
        columns = self._columns_of(row)
        found: dict[str, Any] = {}
        for field, names in columns.items():
            if field == "date":  # `_date` chooses among its columns
                continue
            by_column = [self._values(line, row, name, field) for name in names]
            if field in MULTIVALUED:
                found[field] = tuple(dict.fromkeys(value for values in by_column for value in values))
            elif field == "source_url":
                found[field] = [value for values in by_column for value in values]
            elif field == "context":
                found[field] = next((" > ".join(values) for values in by_column if values), "")
            elif field == "container":
                found[field] = _container(row, names, by_column)
            else:
                found[field] = next((text for values in by_column if (text := "; ".join(values))), "")
        if fault := self._cut(line, found):
            return self._fault(line, fault)
        title, summary, own_id = found.get("title", ""), found.get("summary", ""), found.get("id", "")
        title = title or _title(summary) or own_id
        date = self._date(line, row, columns, found)
        if not title or (title == own_id and not (date or any(found[field] for field in found if field != "id"))):
            has = ", ".join(list(row)[:_SHOWN]) or "nothing"
            return self._fault(line, f"it has neither title nor summary; it has {has}: choose by --map title=COLUMN")
        record = Record(
            id=own_id,
            title=title,
            summary=summary,
            date=date,
            listings=(Listing(self._file, self._rows),),
            source_url=_address(row, found),
            people=found.get("people", ()),
            places=found.get("places", ()),
            subjects=found.get("subjects", ()),
            languages=found.get("languages", ()),
            senders=found.get("senders", ()),
            recipients=found.get("recipients", ()),
            sent_from=found.get("sent_from", ()),
            type=found.get("type") or None,
            archive=found.get("archive") or None,
            source=_source(found) or None,
            rights=found.get("rights") or None,
        )
        return Item(line, self._placed(row, record, found))

    def fault(self, line: int, reason: str) -> SourceError:
        """Count a row that the format could not split into columns, and return its fault."""
        self._rows += 1
        return self._fault(line, reason)

    def end(self) -> Iterator[ColumnMapping | SourceError | SourceNote | Revision]:
        """Yield the mapping of the whole file, after the faults and notes of its columns."""
        for name, lines in self._unreadable.items():
            rows = f"{len(lines)} row{'s' if len(lines) > 1 else ''}"
            reason = f"in {rows}, first in this, {name!r} has an object without name or value, which was left out"
            yield self._fault(lines[0], f"{reason}; write it as text")
        for lost, lines in self._lost.items():
            rows = f"{len(lines)} row{'s' if len(lines) > 1 else ''}, the first in line {lines[0]}"
            yield SourceNote(self._file, f"{lost}, in {rows}")
        yield from self._order.end(self._file)
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
        value = row[name] if name in row else _reached(row, name)
        if field == "context" and isinstance(value, list) and all(isinstance(one, dict) for one in value):
            value = sorted(value, key=lambda one: -int(one["distance"]) if isinstance(one.get("distance"), int) else 0)
        values = _values(value, field)
        if None in values:
            self._unreadable.setdefault(name, []).append(line)
        if name == "@type":  # of JSON-LD: schema:Letter
            values = [text and text.rpartition(":")[2] for text in values if text and not text.startswith("o:")]
        nothing = _NOBODY | _NOTHING if field in _NAMED else _NOTHING
        return [text for text in values if text and text.casefold() not in nothing]

    def _cut(self, line: int, found: dict[str, Any]) -> str | None:
        """Cut values that are too long and leave out what cannot be stored; the fault where no record is left then."""
        for field, value in found.items():
            longest = _LONGEST.get(field, _LONGEST_OTHER)
            texts = (value,) if isinstance(value, str) else value
            kept = [text for text in texts if not unstorable(text)]
            if len(kept) < len(texts):
                if field in _LONGEST:
                    return f"its {field} has bytes that are not UTF-8; save the file as UTF-8"
                self._lose(line, f"{field} with bytes that are not UTF-8 left out")
            if any(len(text) > longest for text in kept):
                self._lose(
                    line, f"{field} of more than {longest:,} characters {'cut' if field in _LONGEST else 'left out'}"
                )
                kept = (
                    [text[:longest].rpartition(" ")[0] or text[:longest] for text in kept]
                    if field in _LONGEST
                    else [text for text in kept if len(text) <= longest]
                )
            if len(kept) > _MOST:
                self._lose(line, f"{field} after the first {_MOST} left out")
            found[field] = "".join(kept) if isinstance(value, str) else type(value)(kept[:_MOST])
        return None

    def _lose(self, line: int, what: str) -> None:
        self._lost.setdefault(what, []).append(line)

    def _date(
        self, line: int, row: Mapping[str, Any], columns: Mapping[str, tuple[str, ...]], found: Mapping[str, Any]
    ) -> ArchivalDate | None:
        """The date of the first column that has one which no program noted."""
        names = columns.get("date", ())
        if parsed := next((row[name] for name in names if isinstance(row.get(name), ArchivalDate)), None):
            return possible(parsed)
        program = stamps(tuple(row)) if "@type" not in row else frozenset[str]()
        dates = [
            (text, displayed(name))
            for name in names
            if (text := "; ".join(self._values(line, row, name, "date")).partition("|")[0].strip())
            and not (name in program and is_recent(text))
        ]
        begin, alone = next((date for date in dates if not is_stamp(date[0])), dates[0] if dates else ("", False))
        end = "" if alone else found.get("date_end", "")
        if len(begin) > _LONGEST_OTHER or unstorable(begin):
            begin = ""
        for text in (begin, end):
            self._order.learn(text)
        return between(begin, end)

    def _placed(self, row: Mapping[str, Any], record: Record, found: Mapping[str, Any]) -> Record:
        """The record with the titles and the archive of the rows that it is said to be a part of."""
        own, above, depth = (
            next((_number(row[name]) for name in row if plain(name) in names), "") for names in _FAMILY
        )
        if depth.isdecimal() and len(depth) < _DEEPEST:
            own, above = depth, str(int(depth) - 1)
        if not own:
            return record
        path, parent = self._family.get(above, ("", record))
        self._family[own] = (
            " > ".join(filter(None, (path, record.title))),
            (
                record := replace(
                    record, archive=record.archive or parent.archive, rights=record.rights or parent.rights
                )
            ),
        )
        if not path:
            return record
        shelfmark = found.get("source") or found.get("reference") or record.id
        parts = (path, shelfmark, found.get("container"))
        return replace(record, source="; ".join(dict.fromkeys(filter(None, parts))))

    def _fault(self, line: int, reason: str) -> SourceError:
        return SourceError(self._file, line, reason)


def _address(row: Mapping[str, Any], found: Mapping[str, Any]) -> str | None:
    """The first address of the web among its links, its id at last."""
    links = [*found.get("source_url", ()), found.get("id", "")]
    if _WILSON_COLUMN in row:
        links = [_WILSON + link if link.startswith("/") else link for link in links]
    return next((link for link in links if _WEB.fullmatch(link)), None)


def _source(found: Mapping[str, Any]) -> str:
    """Where the document is: what it is a part of, its shelfmark, its box."""
    shelfmark = found.get("source") or (found.get("reference") if found.get("context") else "")
    return "; ".join(dict.fromkeys(filter(None, (found.get("context"), shelfmark, found.get("container")))))


def _container(row: Mapping[str, Any], names: tuple[str, ...], by_column: list[list[str]]) -> str:
    """Box 4, Folder 2: a number alone is preceded by the name of its column, or by what stands in that of its type."""
    kinds = {f"indicator{plain(name)[4:]}": str(value) for name, value in row.items() if plain(name).startswith("type")}
    return ", ".join(
        f"{kinds.get(plain(name), name).strip().capitalize()} {text}" if _ALL_DIGITS.fullmatch(text) else text
        for name, values in zip(names, by_column, strict=True)
        for text in values[:1]
    )


def _number(value: object) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _reached(row: Mapping[str, Any], path: str) -> object:
    """What a dotted path leads to: `sourceResource.date`; None where it leads nowhere."""
    found: object = row
    for step in path.split("."):
        found = [each.get(step) for each in found if isinstance(each, dict)] if isinstance(found, list) else found
        found = found.get(step) if isinstance(found, dict) else found if isinstance(found, list) else None
    return found if "." in path else None


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
                texts.append(fold(readable(text)))
            case ArchivalDate() as date:
                texts.append(date.text)
            case int() | float() as number if not isinstance(number, bool) and not math.isnan(number):
                texts.append(str(int(number) if isinstance(number, float) and number.is_integer() else number))
    return texts


def _empty(value: object) -> bool:
    return value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip())


def _split(text: str, field: str) -> list[str]:
    """The values in one text, several where its field may have several."""
    text = readable(text)
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
    if days := _csl_days(thing.get("date-parts"), thing.get("circa")) or (
        _day(thing) if field in {"date", "date_end"} else ""
    ):
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


def _day(thing: Mapping[str, Any]) -> str:
    """The day of {"year": 1962, "month": 11, "day": 14, "dateQualifier": "ca."}, as exact as it is given."""
    parts = [str(thing[part]).zfill(2) for part in ("year", "month", "day") if isinstance(thing.get(part), int)]
    return f"{'ca. ' * ('dateQualifier' in thing)}{'-'.join(parts)}" if isinstance(thing.get("year"), int) else ""


def _csl_days(parts: object, circa: object) -> str:
    """The days of [[1962, 10, 16], [1962, 10, 28]]; empty where it is anything else."""
    dates = [date for date in parts if isinstance(date, list)] if isinstance(parts, list) else []
    days = ("-".join(str(part).zfill(2) for part in date if str(part).isdecimal()) for date in dates)
    return "/".join(f"{day}{'~' * bool(circa)}" for day in days if day)


def _title(summary: str) -> str:
    """A summary's first sentence, cut between words where it is long."""
    first = next(iter(sentences(summary[: 8 * _TITLE])), "")
    if len(first) <= _TITLE:
        return first
    return first[: _TITLE + 1].rpartition(" ")[0] + "…" if " " in first else first[:_TITLE]
