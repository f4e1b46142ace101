"""What a build did, or would do -> lines for people, and every fault in a file beside the generation."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from rag.errors import printable
from rag.index.embedded.generation import names
from rag.ingest.formats.protocol import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rag.errors import SourceError
    from rag.ingest.formats.protocol import Mapped
    from rag.ingest.read import Collected
    from rag.record import PageHeld, Record

_SHOWN = 50  # pages, and faults, that are told in lines
_FAULTS = ".faults.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCounts:
    """What the sources told, in numbers.

    Attributes:
        merged: Listings that are one record with an earlier one.
        untold: Records without a summary.
        undated: Records without an understood date.
        passed: Files in folders that were passed over for their endings.
    """

    files: int
    listings: int
    records: int
    untold: int
    undated: int
    pages: tuple[PageHeld, ...]
    mapped: tuple[Mapped, ...]
    passed: tuple[str, ...]
    faults: tuple[SourceError, ...]

    @classmethod
    def of(cls, collected: Collected, **more: Any) -> Self:  # noqa: ANN401 - the fields that a subclass adds
        """Count."""
        records = collected.records
        return cls(
            files=collected.files,
            listings=collected.listings,
            records=len(records),
            untold=sum(not record.summary for record in records),
            undated=sum(all(date.edtf is None for date in record.dates) for record in records),
            pages=collected.pages,
            mapped=collected.mapped,
            passed=collected.passed,
            faults=collected.faults,
            **more,
        )

    @property
    def merged(self) -> int:
        """Listings that are one record with an earlier one."""
        return self.listings - self.records

    def _counted(self) -> Iterator[str]:
        yield f"{self.files} files, {self.listings} listings, {self.records} records, {self.merged} merged"
        yield f"{self.untold} without summary, {self.undated} undated"

    def _by_file(self) -> Iterator[str]:
        for page in self.pages[:_SHOWN]:
            yield f"  {page.file}: {page.page or 'no range line'}: {page.listings} held"
        if len(self.pages) > _SHOWN:
            yield f"  and {len(self.pages) - _SHOWN} pages more"
        for mapped in self.mapped[:_SHOWN]:
            yield from mapped.lines()
        if len(self.mapped) > _SHOWN:
            yield f"  and {len(self.mapped) - _SHOWN} files more"
        if self.passed:
            yield f"  {len(self.passed)} other files passed over: {shortened(self.passed)}"

    def _blamed(self, most: int | None = None) -> Iterator[str]:
        yield f"{len(self.faults)} faults" + (":" if self.faults else "")
        for fault in self.faults[:most]:
            yield f"  {fault}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport(SourceCounts):
    """What a build did, in numbers.

    Attributes:
        embedded: Texts whose vector was computed now.
        reused: Texts whose vector was known from an earlier build.
        listed: The file in which all faults are listed, None where there is none.
    """

    generation: str
    embedded: int
    reused: int
    listed: Path | None = None

    def lines(self) -> Iterator[str]:
        """The report for people."""
        yield from self._counted()
        yield f"{self.embedded} texts embedded, {self.reused} reused"
        yield from self._by_file()
        yield from self._blamed(_SHOWN)
        if len(self.faults) > _SHOWN:
            yield f"  and {len(self.faults) - _SHOWN} more"
        if self.listed is not None:
            yield f"all faults are listed in {self.listed}"
        yield f"published {self.generation}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun(SourceCounts):
    """What a build would do.

    Attributes:
        new: Records with an id that the published generation does not have.
        changed: Records whose text or date is another there.
        gone: Records that would leave it.
        samples: A few records, as they would be kept.
        refusal: Why a build would publish nothing; empty where it would.
    """

    new: int
    changed: int
    gone: int
    samples: tuple[Record, ...] = field(default=())
    refusal: str = ""

    def lines(self) -> Iterator[str]:
        """The report for people, with every fault."""
        yield from self._counted()
        yield from self._by_file()
        for record in self.samples:
            yield f"  {record.id}"
            date = record.date.text if record.date else "no date"
            yield f"    {printable(f'{date} ({_understood(record)}): {record.title}')}"
            if record.summary:
                yield f"    {printable(record.summary[:200])}"
        yield from self._blamed()
        if not self.refusal:
            yield f"would add {self.new}, change {self.changed} and remove {self.gone} records; nothing was published"


def _understood(record: Record) -> str:
    return (record.date and record.date.edtf) or "not understood"


def list_faults(faults: tuple[SourceError, ...], vectors: Path, generation: str) -> Path | None:
    """Write every fault to a file beside this generation, and remove those of generations that are no more."""
    kept = {f"{name}{_FAULTS}" for name in names(vectors)}
    for file in vectors.glob(f"*{_FAULTS}"):
        if file.name not in kept:
            file.unlink(missing_ok=True)
    if not faults:
        return None
    listed = vectors / f"{generation}{_FAULTS}"
    with listed.open("w", encoding="utf-8", newline="", errors="replace") as opened:
        writer = csv.writer(opened)
        writer.writerow(("file", "line", "reason"))
        writer.writerows((fault.file, fault.line or "", fault.reason) for fault in faults)
    return listed
