"""A folder of pages, or an archive -> questions about its records, and its texts for the peers."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import NothingToBuild
from rag.ingest.read import read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.record import Record

QUESTIONS = 24
CHANGED = 10

_TOPIC = 7  # words of a record in a question about it
_PLAIN = ("What does the archive hold on {topic}?", "Who spoke of {topic}?")
_DATED = "What happened in {year} with {topic}?"
_LONG = 80  # characters of a summary that says what a record is about, at least


@dataclass(frozen=True, slots=True)
class Collection:
    """Records and questions.

    Attributes:
        questions: QUESTIONS of them, each about a record, in its words; every third one names its year.
        plain: As many about the same records, without a year.
        dated: As many about the same records, with a year.
        ids: Ids of these records.
        rows: Their places in the file of texts.
        texts: File of the records' texts, a JSON string a line.
        changed: File of the records as JSON lines, CHANGED of them with one more sentence.
    """

    name: str
    source: str
    records: int
    questions: tuple[str, ...]
    plain: tuple[str, ...]
    dated: tuple[str, ...]
    ids: tuple[str, ...]
    rows: tuple[int, ...]
    texts: str
    changed: str


def prepare(source: str, folder: str) -> Collection:
    """Read the records, write the two files into the folder, and make questions."""
    records = records_of(Path(source))
    texts, altered = Path(folder) / "texts.jsonl", Path(folder) / "changed.jsonl"
    _write(texts, [record.text for record in records])
    _write(altered, [_line(record) for record in changed(records)])
    rows = _chosen(records)
    chosen = [records[row] for row in rows]
    plain = tuple(_question(record, _PLAIN[number % len(_PLAIN)]) for number, record in enumerate(chosen))
    dated = tuple(_question(record, _DATED) for record in chosen)
    mixed = tuple(dated[number] if number % 3 == 2 else plain[number] for number in range(QUESTIONS))
    return Collection(
        name=f"{len(records):,}",
        source=source,
        records=len(records),
        questions=mixed,
        plain=plain,
        dated=dated,
        ids=tuple(record.id for record in chosen),
        rows=tuple(rows),
        texts=str(texts),
        changed=str(altered),
    )


def records_of(source: Path) -> list[Record]:
    """The records of a source, as `rag build` reads them; NothingToBuild where there are none."""
    collected = read([source])
    if not collected.records:
        message = f"{source}: it has no record"
        raise NothingToBuild(message)
    return list(collected.records)


def changed(records: Sequence[Record]) -> list[Record]:
    """The records, CHANGED of them (or all, if fewer) with one more sentence."""
    step = max(1, len(records) // CHANGED)
    altered = set(range(0, step * CHANGED, step))
    return [
        replace(record, summary=f"{record.summary} The summary was revised.") if at in altered else record
        for at, record in enumerate(records)
    ]


def _chosen(records: Sequence[Record]) -> list[int]:
    """Rows of QUESTIONS records from all over the collection, with long summaries if possible."""
    long = [row for row, record in enumerate(records) if len(record.summary) >= _LONG] or list(range(len(records)))
    return [long[number * len(long) // QUESTIONS] for number in range(QUESTIONS)]


def _question(record: Record, form: str) -> str:
    topic = " ".join((record.summary or record.title).rstrip(".?!").split()[:_TOPIC])
    start = record.date.start if record.date else None
    return form.format(topic=topic, year=start.year if start else "those years")


def _line(record: Record) -> dict[str, object]:
    date = record.date.text if record.date else None
    return {"id": record.id, "date": date, "title": record.title, "summary": record.summary, "url": record.source_url}


def _write(file: Path, values: Sequence[object]) -> None:
    with file.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(value) + "\n" for value in values)
