"""A folder of pages, or an archive in JSON lines -> records, and questions that each have something to find there."""

from __future__ import annotations

import json
import lzma
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.dates import dates_in, parse_date
from rag.record import Listing, Record
from rag.sources import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

QUESTIONS = 24
CHANGED = 10

_TOPIC = 7  # words of a record that a question about it is made of
_FORMS = ("What does the archive hold on {topic}?", "Who spoke of {topic}?", "What happened in {year} with {topic}?")


@dataclass(frozen=True, slots=True)
class Collection:
    """What is measured on.

    Attributes:
        questions: QUESTIONS of them, each about a record, in its words.
        ids: As many ids of records.
    """

    name: str
    records: int
    questions: tuple[str, ...]
    ids: tuple[str, ...]


def prepare(source: Path, file: Path) -> Collection:
    """Read the records, write their texts to `file` for the peer, a JSON string a line, and think of questions."""
    records = list(records_of(source))
    with file.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(record.text) + "\n" for record in records)
    chosen = [records[number * len(records) // QUESTIONS] for number in range(QUESTIONS)]
    questions = tuple(_question(record, _FORMS[number % len(_FORMS)]) for number, record in enumerate(chosen))
    return Collection(source.name.partition(".")[0], len(records), questions, tuple(record.id for record in chosen))


def records_of(source: Path) -> Iterator[Record]:
    """The records of a folder, or of an archive (.jsonl, .jsonl.xz: id, title and, where known, date, summary, ...)."""
    if source.is_dir():
        yield from read([source]).records
        return
    with (lzma.open if source.suffix == ".xz" else open)(source, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            told = json.loads(line)
            yield Record(
                id=re.sub(r"[^A-Za-z0-9._~-]+", "-", told["id"]),
                title=" ".join(told["title"].split()),
                summary=" ".join((told.get("summary") or "").split()),
                date=parse_date(told["date"]) if told.get("date") else None,
                dates_in_title=dates_in(told["title"]),
                listings=(Listing(source.name, number),),
                source_url=told.get("url"),
                source=told.get("source"),
            )


def changed(records: Sequence[Record]) -> list[Record]:
    """The same records, CHANGED of them with one more sentence; all of them where they are fewer."""
    step = max(1, len(records) // CHANGED)
    altered = set(range(0, step * CHANGED, step))
    return [
        replace(record, summary=f"{record.summary} The summary was revised.") if at in altered else record
        for at, record in enumerate(records)
    ]


def _question(record: Record, form: str) -> str:
    topic = " ".join((record.summary or record.title).rstrip(".?!").split()[:_TOPIC])
    start = record.date.start if record.date else None
    return form.format(topic=topic, year=start.year if start else "those years")
