"""What a build did, or would do -> lines for people, and a file of all faults beside the generation."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from rag.errors import SourceError, printable
from rag.index.open import open_index
from rag.ingest.formats.protocol import ColumnMapping, SourceNote, shortened
from rag.ingest.read import Collected
from rag.record import ListingPage, Record
from rag.settings import Settings

_SHOWN = 50  # pages, mappings and faults printed
_FEW = 3  # files whose columns a dry run shows one by one
_FAULTS = ".faults.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCounts:
    """What the sources contain, in numbers.

    Attributes:
        without_summary: Records without a summary.
        undated: Records without a date that could be understood.
        skipped: Files in folders whose endings no format takes.
    """

    files: int
    listings: int
    records: int
    without_summary: int
    undated: int
    pages: tuple[ListingPage, ...]
    mappings: tuple[ColumnMapping, ...]
    skipped: tuple[str, ...]
    faults: tuple[SourceError, ...]
    notes: tuple[SourceNote, ...]

    @classmethod
    def of(cls, collected: Collected, **more: Any) -> Self:  # noqa: ANN401 - the fields that a subclass adds
        """Count."""
        records = collected.records
        return cls(
            files=collected.files,
            listings=collected.listings,
            records=len(records),
            without_summary=sum(not record.summary for record in records),
            undated=sum(all(date.edtf is None for date in record.dates) for record in records),
            pages=collected.pages,
            mappings=collected.mappings,
            skipped=collected.skipped,
            faults=collected.faults,
            notes=collected.notes,
            **more,
        )

    @property
    def merged(self) -> int:
        """Listings merged into the record of an earlier one."""
        return self.listings - self.records

    def _count_lines(self) -> Iterator[str]:
        yield f"{self.files} files, {self.listings} listings, {self.records} records, {self.merged} merged"
        yield f"{self.without_summary} without summary, {self.undated} undated"

    def _file_lines(self) -> Iterator[str]:
        yield from self._reading_lines()
        if self.skipped:
            yield f"  {len(self.skipped)} other files skipped: {shortened(self.skipped)}"
        if self.notes:
            yield f"{len(self.notes)} notes:"
        for note in self.notes[:_SHOWN]:
            yield f"  {note}"
        if len(self.notes) > _SHOWN:
            yield f"  and {len(self.notes) - _SHOWN} notes more"

    def _reading_lines(self) -> Iterator[str]:
        """How each file was read."""
        yield from self._page_lines()
        for mapping in self.mappings[:_SHOWN]:
            yield from mapping.lines()
        if len(self.mappings) > _SHOWN:
            yield f"  and {len(self.mappings) - _SHOWN} files more"

    def _page_lines(self) -> Iterator[str]:
        for page in self.pages[:_SHOWN]:
            yield f"  {page.file}: {page.page or 'no range line'}: {page.listings} listings"
        if len(self.pages) > _SHOWN:
            yield f"  and {len(self.pages) - _SHOWN} pages more"

    def _fault_lines(self, most: int | None = None) -> Iterator[str]:
        yield f"{len(self.faults)} faults" + (":" if self.faults else "")
        for fault in self.faults[:most]:
            yield f"  {fault}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport(SourceCounts):
    """What a build did, in numbers.

    Attributes:
        embedded: Texts whose vectors this build computed.
        reused: Texts whose vectors an earlier build computed.
        fault_file: The file that lists all faults; None where there are none.
    """

    generation: str
    embedded: int
    reused: int
    fault_file: Path | None = None

    def lines(self) -> Iterator[str]:
        """The report for people."""
        yield from self._count_lines()
        yield f"{self.embedded} texts embedded, {self.reused} reused"
        yield from self._file_lines()
        yield from self._fault_lines(_SHOWN)
        if len(self.faults) > _SHOWN:
            yield f"  and {len(self.faults) - _SHOWN} more"
        if self.fault_file is not None:
            yield f"all faults are listed in {self.fault_file}"
        yield f"published {self.generation}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun(SourceCounts):
    """What a build would do.

    Attributes:
        new: Records whose ids the published generation does not have.
        changed: Records whose text or date differs from the published one.
        gone: Published records that the new generation would not have.
        samples: A few records, as they would be published.
        refusal: Why a build would publish nothing; empty where it would publish.
    """

    new: int
    changed: int
    gone: int
    samples: tuple[Record, ...] = field(default=())
    refusal: str = ""

    def _reading_lines(self) -> Iterator[str]:
        """Column by column; of a folder of many files three lines for all."""
        if len(self.mappings) + len(self.pages) <= _FEW:
            yield from self._page_lines()
            for mapping in self.mappings:
                yield from mapping.column_lines()
            return
        formats = Counter(mapping.format_name for mapping in self.mappings)
        formats.update({"listing page": len(self.pages)} if self.pages else {})
        rows = sum(mapping.rows for mapping in self.mappings) + sum(page.listings for page in self.pages)
        yield f"  read as {_counted(formats)}; {rows} rows in all"
        given = Counter(field for mapping in self.mappings for field, _ in mapping.fields)
        yield f"  fields given, by files with columns: {_counted(given) or 'none'}"
        unused = Counter(name for mapping in self.mappings for name in mapping.unused)
        yield f"  columns not used, by files: {_counted(unused) or 'none'}"

    def lines(self) -> Iterator[str]:
        """The report for people, with every fault."""
        yield from self._count_lines()
        yield from self._file_lines()
        for record in self.samples:
            yield f"  {record.id}"
            date = record.date.text if record.date else "no date"
            yield f"    {printable(f'{date} ({_understood(record)}): {record.title}')}"
            if record.summary:
                yield f"    {printable(record.summary[:200])}"
        if not self.refusal or any(str(fault) not in self.refusal for fault in self.faults):
            yield from self._fault_lines()
        if not self.refusal:
            yield f"would add {self.new}, change {self.changed} and remove {self.gone} records; nothing was published"


def _counted(names: Counter[str]) -> str:
    """Each name with how often it occurs, the commonest first."""
    return shortened(tuple(f"{name} ({count})" for name, count in names.most_common()))


def _understood(record: Record) -> str:
    return (record.date and record.date.edtf) or "not understood"


def list_faults(faults: tuple[SourceError, ...], settings: Settings, generation: str) -> Path | None:
    """Write every fault to a file beside this generation, and remove the files of deleted generations."""
    kept = {f"{name}{_FAULTS}" for name in open_index(settings).names()}
    for old in settings.vectors.glob(f"*{_FAULTS}"):
        if old.name not in kept:
            old.unlink(missing_ok=True)
    if not faults:
        return None
    file = settings.vectors / f"{generation}{_FAULTS}"
    with file.open("w", encoding="utf-8", newline="", errors="replace") as opened:
        writer = csv.writer(opened)
        writer.writerow(("file", "line", "reason"))
        writer.writerows((fault.file, fault.line or "", fault.reason) for fault in faults)
    return file
