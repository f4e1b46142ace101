"""The examples of the help page on formats are read as it says."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]  # it comes without types
import pymarc
import pytest

from rag.ingest.read import FORMATS, read

HELP = Path(__file__).parents[1] / "web/help/importing.md"
EXAMPLES = re.findall(r"^\| `(\.\w+)` \| `(.+)` \|$", HELP.read_text(encoding="utf-8"), re.MULTILINE)


def written(file: Path, example: str) -> Path:
    """The example as a file; cells as a spreadsheet, a database or MARC."""
    rows = [[cell.strip() for cell in line.split("¦")] for line in example.split("⏎")]
    match file.suffix:
        case ".xlsx":
            book = openpyxl.Workbook()
            for row in rows:
                book.active.append(row)
            book.save(file)
        case ".sqlite":
            with closing(sqlite3.connect(file)) as connection:
                connection.execute(f"CREATE TABLE documents ({', '.join(rows[0])})")
                connection.execute("INSERT INTO documents VALUES (?, ?)", rows[1])
                connection.commit()
        case ".mrc":
            record = pymarc.Record()
            for name, value in zip(*rows, strict=True):
                field = pymarc.Field(name[:3], subfields=[pymarc.Subfield(name[3], value)])
                record.add_field(field)  # type: ignore[no-untyped-call]
            file.write_bytes(record.as_marc())
        case _:
            file.write_text("\n".join(line.strip() for line in example.split("⏎")) + "\n", encoding="utf-8")
    return file


@pytest.mark.parametrize(("ending", "example"), EXAMPLES)
def test_an_example_is_read_as_the_help_says(tmp_path: Path, ending: str, example: str) -> None:
    collected = read([written(tmp_path / f"example{ending}", example)])

    assert not collected.faults
    assert [(record.title, record.date and record.date.edtf) for record in collected.records] == [
        ("Telegram on dues", "1962-10-27")
    ]


def test_every_format_has_an_example() -> None:
    endings = {ending for ending, _ in EXAMPLES}

    assert [sorted(each.SUFFIXES) for each in FORMATS if endings.isdisjoint(each.SUFFIXES)] == []
