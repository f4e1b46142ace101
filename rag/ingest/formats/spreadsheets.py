"""Excel and OpenDocument spreadsheets -> listings: the rows of every sheet that is a table of records.

Values alone are read: no macro, no link and no formula does anything. A date is as exact as the sheet shows it: a cell
that shows "March 1951" contains the first of March.
"""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any, TypeAlias

from lxml import etree  # type: ignore[import-untyped]  # it comes without types

from rag.errors import SourceError
from rag.ingest.formats.column_mapping import Mapper
from rag.ingest.formats.files import LARGEST, SourceFile
from rag.ingest.formats.protocol import Extracted, fold, shortened
from rag.ingest.formats.tables import TOP, advice, below_caption, heading, read_rows
from rag.ingest.formats.xml_reader import attribute, children, name, text

Rows: TypeAlias = Iterator[tuple[int, list[str] | str]]

Merged = dict[tuple[int, int], int]  # by row and column of the first cell of a merged one: its last row

SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})

_ZIP, _OLE = b"PK\3\4", b"\xd0\xcf\x11\xe0"
_LARGEST = 4 * LARGEST  # bytes of all parts, unpacked
_MOST_CELLS = 20_000_000
_MOST_COLUMNS = 1000  # of one row; more are empty ones, repeated to the edge of the sheet
_INERT = re.compile(r"/(?:media|embeddings|printerSettings|drawings|externalLinks)/|vbaProject|\.bin$|^Pictures/")
_LONGEST = 1 << 20  # characters of a cell; programs themselves allow 32,767
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
_TOO_MANY = "it has more cells than are read; save the table alone, as CSV"
_NO_TABLE = {"word/document.xml": "a Word document", "ppt/presentation.xml": "a presentation"}


def sniff(opened: SourceFile) -> bool:
    return opened.head.startswith((_ZIP, _OLE))


def read(opened: SourceFile) -> Iterator[Extracted]:
    sheets, choice = _sheets(opened), opened.choice
    if choice.table and choice.table not in sheets:
        raise opened.fault(0, f"it has no sheet {choice.table!r}; choose one of: {', '.join(sheets) or 'none'}")
    unknown: dict[str, list[list[str]]] = {}
    read_any = False
    for title, rows in sheets.items():
        if choice.table and title != choice.table:
            continue
        top = list(islice((row for row in rows if any(row[1])), TOP))
        header, count = heading([row for _, row in top if not isinstance(row, str)], choice)
        if not count:
            unknown[title] = [row for _, row in top if isinstance(row, list)]
            continue
        read_any = True
        mapper = Mapper(opened, f"spreadsheet, sheet {title}")
        yield from read_rows((row for row in chain(top, rows) if any(row[1])), mapper, header)
        yield from mapper.end()
    if not read_any:
        filled = {title: rows for title, rows in unknown.items() if rows}
        named = "; ".join(
            f"{title} has {shortened(tuple(map(fold, filter(None, below_caption(rows)[0]))))}"
            for title, rows in filled.items()
        )
        cure = advice(next(iter(filled.values()), [[]]), choice)
        raise opened.fault(0, f"no column of its sheets is known; {named or 'they are empty'}: {cure}")


def _sheets(opened: SourceFile) -> dict[str, Rows]:
    """The rows of each visible sheet, each with its number; SourceError where the file is damaged or no spreadsheet."""
    if opened.head.startswith(_OLE):
        return _old_excel(opened)
    parts = _parts(opened)
    if "content.xml" in parts:
        return _open_document(opened, parts["content.xml"])
    if "xl/workbook.xml" in parts:
        return _excel(opened, parts)
    kind = next((kind for part, kind in _NO_TABLE.items() if part in parts), "a zip archive")
    raise opened.fault(0, f"it is {kind}; {'unpack it' if 'zip' in kind else 'save its text or table as .txt or .csv'}")


def _parts(opened: SourceFile) -> dict[str, bytes]:
    """The parts of the file by name, without pictures and programs; SourceError where they are more than is read."""
    with _reading(opened), opened.bytes() as stream, zipfile.ZipFile(io.BytesIO(stream.read(LARGEST))) as packed:
        wanted = [
            info for info in packed.infolist() if not (_INERT.search(info.filename) or info.filename.endswith("/"))
        ]
        small = sum(info.file_size for info in wanted) <= _LARGEST
        parts = {info.filename: packed.read(info) for info in wanted} if small else {}
    if not small:
        raise opened.fault(0, f"it unpacks to more than {_LARGEST >> 20} MiB; save it as CSV")
    return parts


@contextmanager
def _reading(opened: SourceFile) -> Iterator[None]:
    """Turn whatever a library raises at what it reads into a fault of the file."""
    try:
        yield
    except SourceError:
        raise
    except Exception as error:
        reason = f"the spreadsheet cannot be read ({fold(str(error))[:100]}); open it and save it again"
        raise opened.fault(0, reason) from error


def _excel(opened: SourceFile, parts: dict[str, bytes]) -> dict[str, Rows]:
    import openpyxl  # type: ignore[import-untyped]  # noqa: PLC0415 - without types; only where a file is Excel

    plain = io.BytesIO()  # what was counted, so that nothing else is unpacked
    with zipfile.ZipFile(plain, "w") as packed:
        for part, content in parts.items():
            packed.writestr(part, content)
    with _reading(opened):
        book = openpyxl.load_workbook(plain, read_only=True, data_only=True, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    return {
        sheet.title: _filled_down(
            _excel_rows(opened, sheet),
            _merged(parts.get(sheet._worksheet_path.lstrip("/"), b"")),  # noqa: SLF001 - no public name
        )
        for sheet in sheets
    }


def _merged(sheet: bytes) -> Merged:
    """The first cell and the last row of each range of cells of one column that are merged."""
    from openpyxl.utils import range_boundaries  # type: ignore[import-untyped]  # noqa: PLC0415 - as above

    ranges = (range_boundaries(found.decode()) for found in set(_MERGED.findall(sheet)))
    return {(top, left - 1): bottom for left, top, _, bottom in ranges if bottom > top}


def _filled_down(rows: Rows, merged: Merged) -> Rows:
    """The rows with the value of each merged cell in every row that it covers."""
    last: dict[int, tuple[int, str]] = {}  # by column: the last row of the cell, and its value
    for number, row in rows:
        if isinstance(row, list) and (merged or last):
            last |= {at: (merged[number, at], cell) for at, cell in enumerate(row) if (number, at) in merged}
            last = {at: until for at, until in last.items() if until[0] >= number}
            cells = [*row, *[""] * (max(last, default=0) + 1 - len(row))]
            yield number, [last[at][1] if at in last else cell for at, cell in enumerate(cells)]
        else:
            yield number, row


def _excel_rows(opened: SourceFile, sheet: Any) -> Rows:  # noqa: ANN401 - openpyxl comes without types
    sheet.reset_dimensions()  # some programs write too small ones
    cells = 0
    with _reading(opened):
        for number, row in enumerate(sheet.iter_rows(), 1):
            cells += len(row)
            if cells > _MOST_CELLS:
                raise opened.fault(number, _TOO_MANY)
            if any(isinstance(cell.value, str) and len(cell.value) > _LONGEST for cell in row):
                yield number, f"it has a cell of more than {_LONGEST:,} characters; shorten it"
            else:
                yield (
                    number,
                    [_shown(cell.value, str(getattr(cell, "number_format", ""))) for cell in row[:_MOST_COLUMNS]],
                )


def _old_excel(opened: SourceFile) -> dict[str, Rows]:
    import xlrd  # type: ignore[import-untyped]  # noqa: PLC0415 - without types; only where a file is old Excel

    with _reading(opened), opened.bytes() as stream:
        book = xlrd.open_workbook(
            file_contents=stream.read(LARGEST), formatting_info=True, on_demand=False, logfile=io.StringIO()
        )
        return {
            sheet.name: _filled_down(
                _old_rows(opened, book, sheet),
                {(top + 1, left): bottom for top, bottom, left, _ in sheet.merged_cells if bottom > top + 1},
            )
            for sheet in book.sheets()
            if sheet.visibility == 0
        }


def _old_rows(opened: SourceFile, book: Any, sheet: Any) -> Rows:  # noqa: ANN401 - xlrd comes without types
    from xlrd import XL_CELL_BOOLEAN, XL_CELL_DATE, XL_CELL_ERROR, xldate_as_datetime  # noqa: PLC0415 - as above

    def shown(cell: Any) -> str:  # noqa: ANN401 - as above
        if cell.ctype in {XL_CELL_BOOLEAN, XL_CELL_ERROR}:
            return ""
        if cell.ctype == XL_CELL_DATE:
            shape = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
            return _shown(xldate_as_datetime(cell.value, book.datemode), shape)
        return _shown(cell.value)

    with _reading(opened):
        for number in range(sheet.nrows):
            yield number + 1, list(map(shown, sheet.row(number)[:_MOST_COLUMNS]))


def _shown(value: object, shape: str = "d") -> str:
    """A value as the sheet shows it; a date by the letters for day, month and year in the shape of its cell."""
    match value:
        case None | bool():
            return ""
        case dt.datetime() | dt.date():
            shape = re.sub(r'\[[^\]]*\]|"[^"]*"|\\.', "", shape).lower()
            length = 10 if "d" in shape else 7 if "m" in shape and "y" in shape else 4 if "y" in shape else 10
            return value.isoformat()[:length]
        case float() if value.is_integer():
            return str(int(value))
        case str() if value.startswith("#") and value.rstrip("!?").isupper() and value.endswith(("!", "?")):  # #REF!
            return ""
    return str(value)


def _open_document(opened: SourceFile, content: bytes) -> dict[str, Rows]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    with _reading(opened):
        root = etree.fromstring(content, parser)
    tables = [element for element in root.iter() if name(element) == "table"]
    if not tables:
        raise opened.fault(0, "it is a document of OpenOffice without a table; save its text as .txt")
    return {
        attribute(table, "name"): _filled_down(_open_document_rows(opened, table, merged), merged)
        for table in tables
        if _visible(root, table)
        for merged in [Merged()]
    }


def _visible(root: Any, table: Any) -> bool:  # noqa: ANN401 - as above
    """Whether the style of a sheet lets it be seen."""
    style = attribute(table, "style-name")
    own = (each for each in root.iter() if name(each) == "style" and attribute(each, "name") == style)
    return all(attribute(part, "display") != "false" for each in own for part in each)


def _open_document_rows(opened: SourceFile, table: Any, merged: Merged) -> Rows:  # noqa: ANN401 - as above
    """The rows; `merged` gets the cells of each that reach down, before it is given."""
    number = cells = 0
    for row in (element for element in table.iter() if name(element) == "table-row"):
        values: list[str] = []
        for cell in children(row, "table-cell", "covered-table-cell"):
            times = _times(cell, "number-columns-repeated")
            if (down := _times(cell, "number-rows-spanned")) > 1:
                merged[number + 1, len(values)] = number + down
            values += [_displayed(cell)] * min(times, _MOST_COLUMNS - len(values))
        while values and not values[-1]:
            values.pop()
        again = _times(row, "number-rows-repeated")
        cells += len(values) * again
        if cells > _MOST_CELLS:
            raise opened.fault(number, _TOO_MANY)
        for _ in range(again if values else 0):
            number += 1
            yield number, values
        number += 0 if values else again


def _times(element: Any, repeated: str) -> int:  # noqa: ANN401 - as above
    times = attribute(element, repeated)
    return int(times) if times.isdecimal() and len(times) < len("10000000") else 1


def _displayed(cell: Any) -> str:  # noqa: ANN401 - as above
    """What a cell shows; a whole day as its value has it, since the order of figures is a matter of taste."""
    shown = " ".join(map(text, children(cell, "p")))
    day = attribute(cell, "date-value")
    parts = re.findall(r"[0-9]+", shown) + re.findall(r"[^\W\d_]{3,}", shown)[:1]
    return day[:10] if day and len(parts) > len(("March", "1951")) else shown
