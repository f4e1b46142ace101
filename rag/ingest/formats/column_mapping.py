"""A row of named values -> a listing. Every format with columns uses this."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any
from urllib.parse import quote

from rag.dates.archival_date import ArchivalDate, parse_date
from rag.errors import SourceError, printable
from rag.ingest.formats.column_names import (
    FIELDS,
    LEVELS,
    MULTIVALUED,
    PARTS,
    begins,
    displayed,
    guess,
    is_full_text,
    is_wrapper,
    link_of,
    parts_beside,
    plain,
    stamps,
)
from rag.ingest.formats.date_columns import (
    DayOrder,
    between,
    by_calendar,
    chosen_first,
    exactly,
    in_parts,
    is_recent,
    is_stamp,
    possible,
)
from rag.ingest.formats.files import SourceFile
from rag.ingest.formats.nested import leaves
from rag.ingest.formats.protocol import (
    MOST_MENDED,
    ColumnMapping,
    Item,
    Revision,
    SourceNote,
    numbered,
    repaired,
    unstorable,
)
from rag.ingest.formats.row_family import RowFamily
from rag.ingest.formats.row_values import NOTHING, lineage, named, reached, texts_of
from rag.language.sentences import sentences
from rag.record import TEXT_KINDS, Listing, Record, TextKind

_LONGEST = {"summary": 200_000, "title": 4_000}  # characters
_LONGEST_OTHER = 4_000  # characters of a value of any other field
_MOST = 500  # values of one field, columns of one row
_GENERIC = frozenset({"id", "type", "source_url", "places"})  # with these alone an id is no title
_LISTS = frozenset({"source_url", "images", "hierarchy", "other_dates", "authors"})
_KEYWORDS = frozenset({"keywords", "keyword"})
_LINKED_DATA = frozenset({"@type", "issued"})  # JSON-LD and CSL-JSON separate keywords by commas
_EVENTS = re.compile(r"\s*\|+\s*")  # of several events, AtoM writes the dates so
_SAMPLE = 50  # rows whose values are looked at
_EXAMPLES, _EXAMPLE = 2, 40  # values of a column, and their characters
_SHOWN = 12  # columns that a fault lists
_TITLE = 160  # characters of a sentence used as a title
_SHAPES = 256  # sets of columns cached
_WEB = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_NAMED = frozenset({"people", "places", "senders", "recipients", "sent_from", "subjects"})
_BELOW = re.compile(r"\s+(?:>+|[»›→])\s+")
_NUMBER = re.compile(r"\d{1,6}[A-Za-z]?|[IVXLC]+")


class Mapper:
    """Maps the rows of one file. It guesses columns by their names as it meets them."""

    def __init__(self, opened: SourceFile, format_name: str, present: Collection[str] = ()) -> None:
        """Prefer the chosen columns to guesses, wherever the file has them.

        `present` names chosen columns that the file has, though perhaps not in its first rows.
        """
        self._file = opened.file
        self._format_name = printable(format_name)
        self._chosen = opened.choice.columns
        self._present = present
        self._shapes: dict[tuple[str, ...], Mapping[str, tuple[str, ...]]] = {}
        self._used: dict[str, dict[str, None]] = {field: {} for field in (*FIELDS, *PARTS)}
        self._columns: dict[str, None] = {}
        self._unreadable: dict[str, list[int]] = {}  # by column: the lines of its unreadable objects
        self._lost: dict[str, list[int]] = {}  # by what was cut or left out: the lines
        self._seen: dict[str, dict[str, None]] = {}  # by column: its first values
        self._orders: dict[str, DayOrder] = {}  # by column
        self._open: dict[str, set[int]] = {}  # by column: the lines of dates that its order decides
        self._family = RowFamily()
        self._rows = 0

    def read(self, line: int, row: Mapping[str, Any]) -> Item | SourceError:
        """Return the listing of the row that begins in this line, or why there is none."""
        self._rows += 1
        if len(row) > _MOST:
            return self._fault(line, f"the row has {len(row)} columns, more than the {_MOST} that are read")
        columns = self._columns_of(row)
        if self._rows <= _SAMPLE:
            self._look(row)
        found = self._found(line, row, columns)
        if not self._cut(line, found):
            return self._fault(line, "its title has bytes that are not UTF-8, as many others; save the file as UTF-8")
        title, summary, own_id = found.get("title", ""), found.get("summary", ""), found.get("id", "")
        title = title or _letter(found) or _title(summary) or own_id
        date, *others = (
            by_calendar(each, found.get("calendar", "")) for each in self._dates(line, row, columns, found)
        )
        links = list(dict.fromkeys(_addresses(row, found)))
        if not title or (
            title == own_id and not (date or any(found[field] for field in found if field not in _GENERIC))
        ):
            has = ", ".join(islice((path for path, _ in leaves(row)), _SHOWN)) or "nothing"
            return self._fault(line, f"it has neither title nor summary; it has {has}: choose by --map title=COLUMN")
        fields: dict[str, Any] = {field: found.get(field, ()) for field in MULTIVALUED}
        fields |= {field: found.get(field) or None for field in ("type", "archive", "rights")}
        record = Record(
            id=own_id,
            title=title,
            summary=summary,
            date=date,
            listings=(Listing(self._file, self._rows),),
            source_url=links[0] if links else None,
            source=_source(found) or None,
            **fields,
            text_kind=_text_kind(columns, found),
            hierarchy=tuple(_path(found)),
            other_dates=tuple(filter(None, others)),
            source_urls=tuple(links) if len(links) > 1 else (),
            images=tuple(dict.fromkeys(filter(_WEB.fullmatch, found.get("images", ())))),
        )
        shelfmark = found.get("source") or found.get("reference") or record.id
        return Item(line, self._family.placed(row, record, (shelfmark, found.get("container", ""))))

    def _found(self, line: int, row: Mapping[str, Any], columns: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
        """What the columns of each field say, but for the date: `_dates` chooses among its columns."""
        found: dict[str, Any] = {}
        for field, names in columns.items():
            if field == "date":
                continue
            by_column = [self._values(line, row, name, "people" if field == "authors" else field) for name in names]
            if field in MULTIVALUED:
                found[field] = tuple(dict.fromkeys(value for values in by_column for value in values))
            elif field in _LISTS:
                found[field] = [value for values in by_column for value in values]
            elif field == "container":
                found[field] = _container(row, names, by_column)
            else:
                values = next(filter(None, by_column), [])
                found[field] = _joined(values) if field == "summary" else "; ".join(values)
        if found.get("recipients") and not found.get("senders"):  # who wrote what has a recipient sent it
            found["senders"] = tuple(dict.fromkeys(found.get("authors", ())))
        return found

    def fault(self, line: int, reason: str) -> SourceError:
        """Count a row that the format could not split into columns, and return its fault."""
        self._rows += 1
        return self._fault(line, reason)

    def note(self, text: str) -> SourceNote:
        """What a person must know of the file."""
        return SourceNote(self._file, text)

    def end(self) -> Iterator[ColumnMapping | SourceError | SourceNote | Revision]:
        """Yield the mapping of the whole file, after the faults and notes of its columns."""
        for name, lines in self._unreadable.items():
            where = f"in {numbered(len(lines), 'row')}, first in this, {name!r}"
            reason = f"{where} has an object without name or value, which was left out; write it as text"
            yield self._fault(lines[0], reason)
        for lost, lines in self._lost.items():
            rows = f"{numbered(len(lines), 'row')}, the first in line {lines[0]}"
            yield SourceNote(self._file, f"{lost}, in {rows}")
        yield from self._family.end()
        for column, order in self._orders.items():
            where = f"{printable(column)}: " if len(self._orders) > 1 else ""
            yield from order.end(self._file, where, self._open.get(column, ()))
        used = {name for names in self._used.values() for name in names}
        yield ColumnMapping(
            self._file,
            self._format_name,
            self._rows,
            tuple(
                (field, tuple(map(printable, names)))
                for field, names in self._used.items()
                if names and field != "authors"
            ),
            tuple(printable(name) for name in self._unused(used)),
            tuple((printable(name), tuple(seen)) for name, seen in self._seen.items()),
        )

    def _unused(self, used: Collection[str]) -> Iterator[str]:
        """The columns that give nothing; of an object, its own."""
        for name in self._columns:
            within = [path for path in self._seen if path.startswith(f"{name}.")]
            yield from (path for path in within or [name] if path not in used and name not in used)

    def _look(self, row: Mapping[str, Any]) -> None:
        """Note the first values of each column."""
        for name, value in (*row.items(), *leaves(row)):
            if name not in self._seen and len(self._seen) > _MOST:
                continue
            seen = self._seen.setdefault(name, {})
            if len(seen) < _EXAMPLES and (text := next(filter(None, texts_of(value, "")), "")):
                seen[printable(text[:_EXAMPLE])] = None

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
        value = row[name] if name in row else reached(row, name)
        if value is not None and name not in row:
            self._used[field][name] = None
        if isinstance(value, dict) and field == "summary" and is_wrapper(name):
            return []
        values = texts_of(lineage(value) if field == "hierarchy" else value, field)
        if (
            isinstance(value, str)
            and plain(name) in _KEYWORDS
            and len(values) == 1
            and not _LINKED_DATA.isdisjoint(row)
        ):
            values = [word.strip() for word in str(values[0]).split(",")]
        if None in values:
            self._unreadable.setdefault(name, []).append(line)
        if name == "@type":  # of JSON-LD: schema:Letter
            values = [text and text.rpartition(":")[2] for text in values if text and not text.startswith("o:")]
        if field in _NAMED:
            return list(filter(None, (named(text) for text in values if text)))
        if field == "hierarchy" and plain(name) in LEVELS:
            values = [f"{name.strip()} {text}" if text and _NUMBER.fullmatch(text) else text for text in values]
        return [text for text in values if text and text.casefold() not in NOTHING]

    def _cut(self, line: int, found: dict[str, Any]) -> bool:
        """Cut values that are too long, and mend or leave out what cannot be stored; whether there is a record then."""
        for field, value in found.items():
            longest = _LONGEST.get(field, _LONGEST_OTHER)
            texts = (value,) if isinstance(value, str) else value
            kept = [text for text in texts if not unstorable(text)]
            if len(kept) < len(texts):
                mended = field in _LONGEST
                kept = [repaired(text) for text in texts] if mended else kept
                how = ", which were read as Windows-1252 or left out" if mended else " left out"
                self._lose(line, what := f"{field} with bytes that are not UTF-8{how}")
                if field == "title" and len(self._lost[what]) > max(MOST_MENDED, self._rows // MOST_MENDED):
                    return False
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
        return True

    def _lose(self, line: int, what: str) -> None:
        self._lost.setdefault(what, []).append(line)

    def _dates(
        self, line: int, row: Mapping[str, Any], columns: Mapping[str, tuple[str, ...]], found: Mapping[str, Any]
    ) -> list[ArchivalDate | None]:
        """The date of the first column that has one which no program noted, then further ones of that column."""
        names = columns.get("date", ())
        others = [possible(parse_date(text)) for text in found.get("other_dates", ())]
        if parsed := next((row[name] for name in names if isinstance(row.get(name), ArchivalDate)), None):
            return [possible(parsed), *others]
        if exact := next(filter(None, (exactly(row[name], row.get("edtf")) for name in names if name in row)), None):
            return [exact, *others]
        program = frozenset[str]() if "@type" in row or "date" in self._chosen else stamps(tuple(row))
        for name, values, noted in self._dated_columns(line, row, names, program):
            texts = [text for value in values for text in _EVENTS.split(value) if text]
            if beside := parts_beside(name, tuple(row)):
                self._used["date"].update(dict.fromkeys(beside))
                texts = [
                    in_parts(text, *("".join(self._values(line, row, part, "")) for part in beside)) for text in texts
                ]
            texts = [text for text in texts if noted or not (is_stamp(text) or (name in program and is_recent(text)))]
            if texts := [text for text in dict.fromkeys(texts) if len(text) < _LONGEST_OTHER and not unstorable(text)]:
                begin, *more = chosen_first(texts, events=any("|" in value for value in values))
                whole = displayed(name) or any(begins(other) and row.get(other) for other in names if other != name)
                end = "" if whole else found.get("date_end", "")
                order = self._orders.setdefault(name, DayOrder())
                if order.learn(begin) | order.learn(end):
                    self._open.setdefault(name, set()).add(line)
                return [between(begin, end), *map(possible, map(parse_date, more)), *others]
        return [between("", found.get("date_end", "")), *others]

    def _dated_columns(
        self, line: int, row: Mapping[str, Any], names: Sequence[str], program: frozenset[str]
    ) -> Iterator[tuple[str, list[str], bool]]:
        """Each column of dates with its values, and whether to take those that a program may have noted: at last."""
        columns = [(name, self._values(line, row, name, "date")) for name in names]
        yield from ((name, values, False) for name, values in columns)
        yield from ((name, values, True) for name, values in columns if name not in program)

    def _fault(self, line: int, reason: str) -> SourceError:
        return SourceError(self._file, line, reason)


def _joined(texts: Sequence[str]) -> str:
    """Several texts as one."""
    ends = (text + (" " if text.endswith((".", "!", "?")) else "; ") for text in texts[:-1])
    return "".join((*ends, *texts[-1:]))


def _addresses(row: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    """The addresses of the web among its links; else its id, if that is one, or how its exporter addresses it."""
    links, own_id, form = found.get("source_url", []), found.get("id", ""), link_of(tuple(row))
    if "{source_url}" in form:
        links = [form.format(source_url=link) if link.startswith("/") else link for link in links]
    addresses = list(filter(_WEB.fullmatch, links)) or list(filter(_WEB.fullmatch, [own_id]))
    yield from addresses or ([form.format(id=quote(own_id))] if own_id and "{id}" in form else [])


def _path(found: Mapping[str, Any]) -> list[str]:
    """The titles of what it is a part of."""
    paths = (titles for titles in found.get("hierarchy", ()) if not titles.isdecimal())  # some count their levels
    levels = (titles.split("/") if titles.startswith("/") else _BELOW.split(titles) for titles in paths)
    return [title for titles in levels for title in titles if title]


def _source(found: Mapping[str, Any]) -> str:
    """Where the document is: what it is a part of, its shelfmark, its box."""
    path = " > ".join(_path(found))
    shelfmark = found.get("source") or found.get("reference")
    path = "" if shelfmark and shelfmark.startswith(path) else path
    return "; ".join(dict.fromkeys(filter(None, (path, shelfmark, found.get("container")))))


def _text_kind(columns: Mapping[str, tuple[str, ...]], found: Mapping[str, Any]) -> TextKind:
    """What the text is that serves as summary: what the row says of it, else what its column is called."""
    said, column = found.get("text_kind", "").casefold(), plain(next(iter(columns.get("summary", ())), ""))
    if not found.get("summary"):
        return "summary"
    for words in (said, column):
        if kind := next((kind for kind in TEXT_KINDS if kind in words), "opening" if is_full_text(words) else None):
            return kind
    return "summary"


def _container(row: Mapping[str, Any], names: tuple[str, ...], by_column: list[list[str]]) -> str:
    """Box 4, Folder 2: a number alone is preceded by the name of its column, or by what stands in that of its type."""
    kinds = {f"indicator{plain(name)[4:]}": str(value) for name, value in row.items() if plain(name).startswith("type")}
    return ", ".join(
        f"{kinds.get(plain(name), name).strip().capitalize()} {text}" if _NUMBER.fullmatch(text) else text
        for name, values in zip(names, by_column, strict=True)
        for text in values
    )


def _letter(found: Mapping[str, Any]) -> str:
    """Who wrote to whom; empty where neither is known."""
    parties = ["; ".join(found.get(side, ())) for side in ("senders", "recipients")]
    return " to ".join(party or "unknown" for party in parties) if any(parties) else ""


def _title(summary: str) -> str:
    """A summary's first sentence, cut between words where it is long."""
    first = next(iter(sentences(summary[: 8 * _TITLE])), "")
    if len(first) <= _TITLE:
        return first
    return first[: _TITLE + 1].rpartition(" ")[0] + "…" if " " in first else first[:_TITLE]
