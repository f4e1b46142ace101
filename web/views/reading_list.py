"""A reading list <-> its address. The server stores nothing: a browser keeps the list, and its address carries it.

    /list?id=pier&note=see+box+7&id=storm

A note belongs to the record before it. With a script notes stay in the browser; without it, the address has them too.
A list is the reader's notes, empty for none, by the ids of its records, in the reader's order.
"""

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from rag.errors import QuestionError
from rag.language.message import worded
from web.request_bodies import LONGEST, MOST


def read(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The list that an address or form says; each record stands on it once."""
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
            "a list has %(most)s records at most, a note %(longest)s characters; shorten it",
            most=MOST,
            longest=LONGEST,
        )
        raise QuestionError(message)
    return notes


def url(notes: Mapping[str, str]) -> str:
    """The address, with the notes."""
    pairs = [pair for record_id, note in notes.items() for pair in (("id", record_id), ("note", note)) if pair[1]]
    return f"/list?{urlencode(pairs)}".rstrip("?")


def moved(notes: Mapping[str, str], record_id: str, by: int) -> dict[str, str]:
    """The list with this record moved by so many places, as far as there are any."""
    ids = [each for each in notes if each != record_id]
    if record_id in notes:
        ids.insert(max([*notes].index(record_id) + by, 0), record_id)
    return {each: notes[each] for each in ids}
