"""Records of a reading list with the reader's notes -> a file in every format."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from rag.cite import STYLES, Site, cite_all
from rag.cite.work import Work
from rag.language.message import worded
from rag.record import Record
from rag.schemas.table import COLUMNS, TABLES, record_rows
from web.export.as_markdown import plain
from web.export.as_rtf import document, footnoted, heading, paragraph
from web.translation import gettext


@dataclass(frozen=True, slots=True)
class Listed:
    """A record on the list: as it is cited, with the reader's note; empty for none."""

    record: Record
    citation: str
    note: str


class FileFormat(NamedTuple):
    """A format of files: its name for people, its media type and the ending of its files."""

    name: str
    media_type: str
    suffix: str


# Every format by its name in addresses.
FORMATS = {
    "word": FileFormat(worded("Word, with footnotes and bibliography"), "application/rtf", "rtf"),
    "markdown": FileFormat("Markdown", "text/markdown", "md"),
    **{key: FileFormat(style.name, style.media_type, style.suffix) for key, style in STYLES.items()},
    **{key: FileFormat(table.name, table.media_type, key) for key, table in TABLES.items()},
}

# Those that the page of a list offers; citations as text are on a page of their own.
OFFERED = ("word", "markdown", "ris", "bibtex", "csl-json", "csv", "jsonl")


def listed(records: Sequence[Record], notes: Sequence[str], site: Site) -> tuple[Listed, ...]:
    """Each record as a note of Chicago style cites it."""
    citations = cite_all(records, "chicago", site=site)[1].splitlines()
    return tuple(Listed(*each) for each in zip(records, citations, notes, strict=True))


def written(entries: Sequence[Listed], key: str, site: Site) -> str:
    """The file in this format."""
    records = [entry.record for entry in entries]
    if key in STYLES:
        return STYLES[key].write([_work(entry, site) for entry in entries])
    if key in TABLES:
        noted = zip(record_rows(records, site), entries, strict=True)
        rows = ({**row, "note": entry.note or None} for row, entry in noted)
        return "".join(TABLES[key].write(rows, (*COLUMNS, "note")))
    bibliography = cite_all(records, "chicago-bibliography", site=site)[1].splitlines()
    return "".join((_markdown if key == "markdown" else _word)(entries, bibliography, site))


def _work(entry: Listed, site: Site) -> Work:
    work = Work.of(entry.record, site)
    said = f"{work.note} {gettext('My note')}: {' '.join(entry.note.split())}"
    return replace(work, note=said) if entry.note else work


def _markdown(entries: Sequence[Listed], bibliography: Sequence[str], site: Site) -> Iterator[str]:
    title = gettext("Reading list: %(name)s", name=site.name)
    yield f"# {plain(title)}\n\n{site.accessed.isoformat()}\n"
    for number, entry in enumerate(entries, start=1):
        yield f"\n{number}. {plain(entry.citation)}\n"
        yield from (f"\n   {plain(line)}\n" for line in entry.note.splitlines() if line.strip())
    yield f"\n## {plain(gettext('Bibliography'))}\n"
    yield from (f"\n- {plain(line)}\n" for line in bibliography)


def _word(entries: Sequence[Listed], bibliography: Sequence[str], site: Site) -> Iterator[str]:
    yield from document(
        [
            heading(gettext("Reading list: %(name)s", name=site.name)),
            *(part for entry in entries for part in _word_entry(entry)),
            heading(gettext("Bibliography")),
            *(paragraph(line) for line in bibliography),
        ]
    )


def _word_entry(entry: Listed) -> Iterator[str]:
    yield footnoted(entry.record.title, entry.citation)
    if entry.record.summary:
        yield paragraph(f"“{entry.record.summary}”", indented=True)
    yield from (paragraph(line) for line in entry.note.splitlines() if line.strip())
