"""What a build did, or would do -> lines for people, and a file of all faults beside the generation."""

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self, TypeVar

from rag.errors import SourceError, printable
from rag.index.open import open_index
from rag.ingest.formats.protocol import ColumnMapping, numbered, shortened
from rag.ingest.read import Collected, SourceContents
from rag.record import ListingPage, Record
from rag.settings import Settings

_SHOWN = 50  # pages, mappings and faults printed
_FEW = 3  # files whose columns a dry run shows one by one
_FAULTS = ".faults.csv"
_Shown = TypeVar("_Shown")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCounts(SourceContents):
    """What the sources contain, in numbers."""

    records: int
    without_summary: int  # records without a summary
    undated: int  # records without a date that could be understood

    @classmethod
    def of(cls, collected: Collected, **more: Any) -> Self:  # noqa: ANN401 - the fields that a subclass adds
        """Count."""
        records = collected.records
        return cls(
            **{each.name: getattr(collected, each.name) for each in fields(SourceContents)},
            records=len(records),
            without_summary=sum(not record.summary for record in records),
            undated=sum(all(date.edtf is None for date in record.dates) for record in records),
            **more,
        )

    @property
    def merged(self) -> int:
        """Listings merged into the record of an earlier one."""
        return self.listings - self.records

    def _count_lines(self) -> Iterator[str]:
        counts = {"file": self.files, "listing": self.listings, "record": self.records}
        yield ", ".join((*(numbered(count, noun) for noun, count in counts.items()), f"{self.merged} merged"))
        yield f"{self.without_summary} without summary, {self.undated} undated"

    def _file_lines(self) -> Iterator[str]:
        yield from self._reading_lines()
        if self.skipped:
            yield f"  {numbered(len(self.skipped), 'other file')} skipped: {shortened(self.skipped)}"
        if self.notes:
            yield f"{numbered(len(self.notes), 'note')}:"
        yield from _first(self.notes, lambda note: [f"  {note}"], "notes more")

    def _reading_lines(self) -> Iterator[str]:
        """How each file was read."""
        yield from self._page_lines()
        yield from _first(self.mappings, ColumnMapping.lines, "files more")

    def _page_lines(self) -> Iterator[str]:
        def line(page: ListingPage) -> list[str]:
            return [f"  {page.file}: {page.page or 'no range line'}: {numbered(page.listings, 'listing')}"]

        yield from _first(self.pages, line, "pages more")

    def _fault_lines(self, most: int | None = None) -> Iterator[str]:
        yield numbered(len(self.faults), "fault") + (":" if self.faults else "")
        yield from _first(self.faults, lambda fault: [f"  {fault}"], "more", most)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport(SourceCounts):
    """What a build did, in numbers."""

    generation: str
    embedded: int  # texts whose vectors this build computed
    reused: int  # texts whose vectors an earlier build computed
    fault_file: Path | None = None  # the file that lists all faults; None where there are none

    def lines(self) -> Iterator[str]:
        """The report for people."""
        yield from self._count_lines()
        yield f"{numbered(self.embedded, 'text')} embedded, {self.reused} reused"
        yield from self._file_lines()
        yield from self._fault_lines(_SHOWN)
        if self.fault_file is not None:
            yield f"all faults are listed in {self.fault_file}"
        yield f"published {self.generation}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun(SourceCounts):
    """What a build would do."""

    new: int  # records whose ids the published generation does not have
    changed: int  # records whose text or date differs from the published one
    gone: int  # published records that the new generation would not have
    samples: tuple[Record, ...] = field(default=())  # a few records, as they would be published
    refusal: str = ""  # why a build would publish nothing; empty where it would publish

    @property
    def lists_faults(self) -> bool:
        """Whether its lines have the faults, since the refusal does not say all of them."""
        return not self.refusal or any(str(fault) not in self.refusal for fault in self.faults)

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
        yield f"  read as {_counted(formats)}; {numbered(rows, 'row')} in all"
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
            read = (record.date and record.date.edtf) or "not understood"
            yield f"    {printable(f'{date} ({read}): {record.title}')}"
            if record.summary:
                yield f"    {printable(record.summary[:200])}"
        if self.lists_faults:
            yield from self._fault_lines()
        if not self.refusal:
            yield f"would add {self.new}, change {self.changed} and remove {self.gone} records; nothing was published"


def _first(
    shown: Sequence[_Shown], lines: Callable[[_Shown], Iterable[str]], more: str, most: int | None = _SHOWN
) -> Iterator[str]:
    """The lines of the first of these, and how many are left."""
    for each in shown[:most]:
        yield from lines(each)
    if most is not None and len(shown) > most:
        yield f"  and {len(shown) - most} {more}"


def _counted(names: Counter[str]) -> str:
    """Each name with how often it occurs, the commonest first."""
    return shortened(tuple(f"{name} ({count})" for name, count in names.most_common()))


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
