"""A reading list <-> its address. The server stores nothing: a browser keeps the list, and its address carries it.

    /list?id=pier&note=see+box+7&id=storm

A note belongs to the record before it. With a script notes stay in the browser; without it, the address has them too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from rag.errors import QuestionError
from rag.language.message import worded
from web.request_bodies import LONGEST, MOST


@dataclass(frozen=True, slots=True)
class ListEntry:
    """A record on the list, by its id, with the reader's note; empty for none."""

    id: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReadingList:
    """Records in the reader's order, each once."""

    entries: tuple[ListEntry, ...] = ()

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> ReadingList:
        """Read the parameters of an address or form."""
        notes: dict[str, str] = {}
        latest = ""
        for name, value in pairs:
            if name == "id" and value:
                latest = value
                notes.setdefault(latest, "")
            elif name == "note" and latest:
                notes[latest] = notes[latest] or value.strip()
        if len(notes) > MOST or any(len(text) > LONGEST for entry in notes.items() for text in entry):
            message = worded(
                "id, note: a list has %(most)s records at most, a note %(longest)s characters; shorten it",
                most=MOST,
                longest=LONGEST,
            )
            raise QuestionError(message)
        return cls(tuple(ListEntry(*entry) for entry in notes.items()))

    @property
    def ids(self) -> tuple[str, ...]:
        """The records' ids."""
        return tuple(entry.id for entry in self.entries)

    def url(self) -> str:
        """The address, with the notes."""
        pairs = (pair for entry in self.entries for pair in (("id", entry.id), ("note", entry.note)) if pair[1])
        return f"/list?{urlencode([*pairs])}".rstrip("?")

    def moved(self, record_id: str, by: int) -> ReadingList:
        """The list with this record moved by so many places, as far as there are any."""
        if record_id not in self.ids:
            return self
        at = self.ids.index(record_id)
        others = self.without(record_id).entries
        to = max(at + by, 0)
        return ReadingList((*others[:to], self.entries[at], *others[to:]))

    def without(self, record_id: str) -> ReadingList:
        """The list without this record."""
        return ReadingList(tuple(entry for entry in self.entries if entry.id != record_id))

    def noted(self, ids: Sequence[str]) -> tuple[str, ...]:
        """The notes of these records."""
        notes = {entry.id: entry.note for entry in self.entries}
        return tuple(notes[record_id] for record_id in ids)
