"""A row of named values -> a listing. Every kind of source that has columns maps them here."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rag.dates import ArchivalDate, edtf_interval, parse_date
from rag.errors import SourceError, printable
from rag.record import Listing, Record
from rag.sentences import sentences
from rag.sources.columns import FIELDS, MANY, guess
from rag.sources.item import Item, Mapped, fold, untellable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rag.sources.item import Choice

_LONGEST = {"summary": 200_000, "title": 4_000}  # characters
_LONG = 4_000  # characters of any other value
_MOST = 500  # values of one field, columns of one row
_TITLE = 160  # characters of a sentence that stands in for a title
_SHAPES = 256  # sets of columns remembered
_SEPARATORS = re.compile(r"\s*[;|\n]\s*")
_LANGUAGES = re.compile(r"\s*[;|,/\n]\s*")
_WEB = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
# In a record of the Wilson Center's old API the address lacks its beginning.
_WILSON, _WILSON_COLUMN = "https://digitalarchive.wilsoncenter.org", "frontend_doc_date"


class Mapper:
    """Reads the rows of one file, guessing its columns by their names as it meets them."""

    def __init__(self, file: str, kind: str, choice: Choice) -> None:
        """What was chosen wins over what is guessed."""
        self._file = file
        self._kind = printable(kind)
        self._chosen = choice.columns
        self._shapes: dict[tuple[str, ...], dict[str, tuple[str, ...]]] = {}
        self._met: dict[str, dict[str, None]] = {field: {} for field in FIELDS}
        self._columns: dict[str, None] = {}
        self._rows = 0

    def read(self, line: int, row: Mapping[str, Any]) -> Item | SourceError:
        """The listing of a row that begins in this line, or why there is none."""
        self._rows += 1
        if len(row) > _MOST:
            return self._fault(line, f"the row has {len(row)} columns, more than the {_MOST} that are read")
        columns = self._shape(row)
        found: dict[str, Any] = {}
        for field, names in columns.items():
            many = [_values(row.get(name), field) for name in names]
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
        """What the columns were taken for, and the columns chosen that no row has."""
        for field, names in self._chosen.items():
            for name in names:
                if self._rows and name not in self._columns:
                    has = ", ".join(list(self._columns)[:30])
                    yield self._fault(0, f"no row has the column {name!r} chosen for {field}; it has {has}")
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
        guessed = {**guess(names), **self._chosen}
        if len(self._shapes) < _SHAPES:
            self._shapes[names] = guessed
            self._columns.update(dict.fromkeys(names))
            for field, columns in guessed.items():
                self._met[field].update(dict.fromkeys(name for name in columns if name in row))
        return guessed

    def _fault(self, line: int, reason: str) -> SourceError:
        return SourceError(self._file, line, reason)


def _dated(row: Mapping[str, Any], columns: Mapping[str, tuple[str, ...]]) -> ArchivalDate | None:
    """A date that the kind of source has understood already; None where it is still words."""
    told = (row.get(name) for name in columns.get("date", ()))
    return next((date for date in told if isinstance(date, ArchivalDate)), None)


def between(begin: str, end: str) -> ArchivalDate | None:
    """A date, or all days from the first to the last of two; None where nothing is given."""
    if not begin or not end or begin == end:
        return parse_date(begin or end) if begin or end else None
    first, last = parse_date(begin), parse_date(end)
    if not first.edtf or not last.edtf or "/" in first.edtf + last.edtf:
        return first if first.edtf else last
    try:
        edtf = f"{first.edtf}/{last.edtf}"
        days = edtf_interval(edtf)
    except ValueError:  # it ends before it begins
        return first
    return replace(first, text=f"{begin} – {end}", edtf=edtf, start=days.start, end=days.end)


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


def _values(value: object, field: str) -> list[str]:
    """The texts that a value holds, none of them empty."""
    if isinstance(value, str):
        texts: Iterable[str] = [value]
        if field in MANY:
            texts = _listed(value) or (_LANGUAGES if field == "languages" else _SEPARATORS).split(value)
        return [text for each in texts if (text := fold(each))]
    if isinstance(value, dict):
        return [text] if (text := _named(value)) else []
    if isinstance(value, list):
        return [text for each in value for text in _values(each, "")]
    if value is None or isinstance(value, bool) or value != value:  # noqa: PLR0124 - NaN is what differs from itself
        return []
    if isinstance(value, ArchivalDate):
        return [value.text]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return [str(value)]


def _listed(text: str) -> list[str]:
    """The texts of a JSON list within a text, as tables hold them."""
    if not text.startswith("["):
        return []
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return _values(listed, "") if isinstance(listed, list) else []


def _named(thing: Mapping[str, object]) -> str:
    """What an object is called: {"id": "1", "name": "Moscow"}; a date or a person as CSL-JSON writes them."""
    if "date-parts" in thing:
        parts = thing["date-parts"]
        first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
        return "-".join(f"{int(part):02}" for part in first if str(part).isdecimal())
    if "family" in thing:
        return fold(", ".join(str(thing[part]) for part in ("family", "given") if thing.get(part)))
    for key in ("name", "value", "label", "title", "literal", "text", "#text"):
        if isinstance(name := thing.get(key), str) and name.strip():
            return fold(name)
    return ""


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
