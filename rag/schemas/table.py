"""Records and answers -> a table, a citation a row: CSV in which a spreadsheet runs nothing, or JSON Lines."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from rag.answer.answer import Answer
from rag.cite import Site, cite
from rag.record import Record

Row: TypeAlias = Mapping[str, str | None]

COLUMNS = ("id", "title", "date", "type", "archive", "source", "url", "source_url", "quote", "citation")
ANSWER_COLUMNS = ("question", "status", "note", *COLUMNS)

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # noqa: RUF001 - some spreadsheets also run the wide ones


def record_rows(records: Iterable[Record], site: Site) -> Iterator[Row]:
    """A row for each record, with its summary as the quote."""
    return (_row(record, record.summary, site) for record in records)


def cited_rows(answer: Answer, site: Site) -> Iterator[Row]:
    """A row for each record that an answer cites, with all that is quoted from it."""
    return (_row(citation.hit.record, " … ".join(citation.quotes), site) for citation in answer.citations)


def answer_rows(answer: Answer, site: Site) -> Iterator[Row]:
    """The question with each sentence of its answer and each record that it is quoted from; without any, one row."""
    said = [line.text for line in (answer.catalogue, answer.verdict) if line]
    asked = {
        "question": answer.question,
        "status": answer.status.value,
        "note": " ".join((*said, *answer.notes)) or None,
    }
    for sentence in answer.sentences:
        for number in sentence.citations:
            yield asked | _row(answer.citations[number - 1].hit.record, sentence.text, site)
    if not answer.sentences:
        yield asked


def _row(record: Record, quote: str, site: Site) -> dict[str, str | None]:
    return {
        "id": record.id,
        "title": record.title,
        "date": (record.date.edtf or record.date.text) if record.date else None,
        "type": record.type,
        "archive": record.archive,
        "source": record.source,
        "url": f"{site.root}{record.url}" if site.is_public else record.url,
        "source_url": record.source_url,
        "quote": quote or None,
        "citation": cite(record, "chicago", site=site)[1].strip(),
    }


def as_csv(rows: Iterable[Row], columns: Sequence[str] = COLUMNS) -> Iterator[str]:
    """A heading, then a line for each row."""
    yield _line(columns)
    for row in rows:
        yield _line([_inert(row.get(name) or "") for name in columns])


def as_jsonl(rows: Iterable[Row], columns: Sequence[str] = COLUMNS) -> Iterator[str]:
    """An object for each row, with null for what is not known."""
    for row in rows:
        yield f"{json.dumps({name: row.get(name) for name in columns}, ensure_ascii=False)}\n"


def _line(values: Iterable[str]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written).writerow(values)
    return written.getvalue()


def _inert(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{text}" if text.lstrip().startswith(_FORMULA) or text[:1] in {"\t", "\r", "\n"} else text


class Table(NamedTuple):
    """A format of tables."""

    name: str  # for people
    media_type: str  # of a file in it
    # Rows and names of columns -> the pieces of the file.
    write: Callable[[Iterable[Row], Sequence[str]], Iterator[str]]


# Every format of tables by its name in addresses and commands.
TABLES = {
    "csv": Table("CSV", "text/csv; charset=utf-8", as_csv),
    "jsonl": Table("JSON Lines", "application/jsonl", as_jsonl),
}
