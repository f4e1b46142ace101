"""The names that archives give their columns -> the fields of a record.

Names are compared without case, spaces and punctuation ("Document URL", "document_url", "documentUrl"). A field of one
value takes the first of its columns that is not empty, so a displayed form stands before the forms derived from it. A
field of several values takes all its columns.
"""

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

MULTIVALUED = ("people", "places", "subjects", "languages", "senders", "recipients", "sent_from")
"""The fields that may have several values."""

_TABLE = tomllib.loads(files("rag.ingest.formats").joinpath("column_names.toml").read_text(encoding="utf-8"))
_KNOWN: dict[str, list[str]] = {field: names.split() for field, names in _TABLE["names"].items()}
_KINDS: dict[str, list[str]] = {kind: names.split() for kind, names in _TABLE["kinds"].items()}

PARTS = ("reference", "container", "other_dates")
"""What goes into a source or beside a date; no person chooses a column for it."""

FIELDS = tuple(field for field in _KNOWN if field not in PARTS)
"""The fields that a column can give."""

_NAMES_ALONE = frozenset({"title", "id", "type", "source_url"})  # with a mere name they list things, not documents
_PREFIX = re.compile(
    r"^field_|(?:dc|dcterms|dublin core)\s*[:._,]|^(?-i:dc|dcterms|edm)(?-i:(?=[A-Z]))|\[.*\]$|\s\(.*\)$"
    r"|_(?:(?:te|dt|is|bs|s|t|i)s(?:i|m|im)|s(?:i|im)|tim)$",  # Solr says so what a field holds: title_tesim
    re.IGNORECASE,
)


def guess(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the columns of each field that has any, the best first."""
    by_plain: dict[str, str] = {}
    for name in names:
        if name != "@context":
            by_plain.setdefault(plain(name), name)
    if "date" in by_plain and "begindate" in by_plain:
        by_plain = {name: column for name, column in by_plain.items() if name not in _KINDS["lives"]}
    guessed = {
        field: columns
        for field, known in _KNOWN.items()
        if (columns := tuple(by_plain[name] for name in known if name in by_plain))
    }
    for field in MULTIVALUED:  # Author 1, Author 2
        numbered = (column for name, column in by_plain.items() if _unnumbered(name) in _KNOWN[field])
        if several := tuple(dict.fromkeys((*guessed.get(field, ()), *numbered))):
            guessed[field] = several
    if "people" in by_plain:  # what it leaves out of a sender or recipient is an office
        parties = {column for side in ("senders", "recipients") for column in guessed.get(side, ())}
        guessed["people"] = tuple(column for column in guessed["people"] if column not in parties)
    if "data" in by_plain and "date" not in guessed and not by_plain.keys().isdisjoint(_KINDS["data_titles"]):
        guessed["date"] = (by_plain["data"],)
    if "summary" not in guessed and (texts := [by_plain[name] for name in _KINDS["full_text"] if name in by_plain]):
        guessed["summary"] = tuple(texts[:1])
    if guessed.keys() <= _NAMES_ALONE and guessed.keys() >= {"title"} and plain(guessed["title"][0]) in _KINDS["names"]:
        del guessed["title"]
    return guessed


@lru_cache(maxsize=1 << 12)
def stamps(names: tuple[str, ...]) -> frozenset[str]:
    """Return the columns in which a program may have noted when it made the record, not when the document was made."""
    by_plain = {plain(name): name for name in names}
    if by_plain.keys().isdisjoint(_KINDS["changes"]):
        return frozenset()
    return frozenset(by_plain[name] for name in _KINDS["stamps"] if name in by_plain)


def is_full_text(name: str) -> bool:
    """Whether a column of this name has the document itself."""
    return name in _KINDS["full_text"]


def is_wrapper(name: str) -> bool:
    """Whether an object of this name within a row describes the same document."""
    return plain(name) in _KINDS["wrappers"]


def displayed(name: str) -> bool:
    """Whether this column has a date as people read it, to which a last day adds nothing."""
    return plain(name) in _KINDS["displayed"]


def _unnumbered(name: str) -> str:
    """The name without its number; empty for a name that has none."""
    bare = re.sub(r"[0-9]", "", name)
    return bare if bare != name else ""


@lru_cache(maxsize=1 << 14)  # the same names stand in every row of JSON
def plain(name: str) -> str:
    """Return the name without case, spaces, punctuation and the prefix of Dublin Core."""
    return re.sub(r"[\W_]+", "", _PREFIX.sub("", name.strip()).casefold())
