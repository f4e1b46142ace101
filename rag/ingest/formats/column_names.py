"""The names that archives give their columns -> the fields of a record.

Names are compared without case, spaces and punctuation ("Document URL", "document_url", "documentUrl"). A field of one
value takes the first of its columns that is not empty, so a displayed form stands before the forms derived from it. A
field of several values takes all its columns.
"""

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

# The fields that may have several values.
MULTIVALUED = ("people", "places", "subjects", "languages", "senders", "recipients", "sent_from")


def _bare(text: str) -> str:
    """The text without accents."""
    if text.isascii():
        return text
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


_TABLE = tomllib.loads(_bare(files("rag.ingest.formats").joinpath("column_names.toml").read_text(encoding="utf-8")))
_KNOWN: dict[str, list[str]] = {field: names.split() for field, names in _TABLE["names"].items()}
_KINDS: dict[str, dict[str, None]] = {kind: dict.fromkeys(names.split()) for kind, names in _TABLE["kinds"].items()}
_FIELDS_OF: dict[str, list[str]] = {}
for _field, _names in _KNOWN.items():
    for _name in _names:
        _FIELDS_OF.setdefault(_name, []).append(_field)
# Words of which names, and lines below a table, are made, by what they are.
LEVELS = {word: int(depth) for depth, words in _TABLE["levels"].items() for word in words.split()}
WORDS: dict[str, frozenset[str]] = {kind: frozenset(words.split()) for kind, words in _TABLE["words"].items()}
_MOST = 200  # names of one row whose meaning is cached

# What goes into a source or beside a date; no person chooses a column for it.
PARTS = ("reference", "container", "other_dates", "calendar", "authors")

FIELDS = tuple(field for field in _KNOWN if field not in PARTS)  # the fields that a column can give
_NAMED = frozenset({"people", "senders", "recipients", "places", "archive", "hierarchy", "authors"})
_OF_DOCUMENTS = frozenset({"id", "title", "summary", "source", "source_url", "reference"})
_LABELS = frozenset({"name", "label", "value", "text", "title", "display", "preflabel", "term", "en", "logicaldate"})
_PATH = re.compile(r"[\w@:]+(?:\.[\w@:]+)+")  # sourceResource.title
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")  # dateOfLetter
_WORDS = re.compile(r"[\W_]+")
_BEGIN = re.compile("start|begin|earliest|debut|desde|inici|inizio|vanaf|(?:from|von)$")
_NOTED = frozenset({"date", "date_end", "people", "authors"})  # what a program says of its own doings
_MOST_WORDS = 6  # of a name; what is longer is a sentence
_NAMES_ALONE = frozenset(
    {"title", "id", "type", "source_url", "places"}
)  # with a mere name they list things, not documents
_PREFIX = re.compile(
    r"^field_|(?:dc|dcterms|dublin core|bibo|schema|rico)\s*[:._,]|^(?-i:dc|dcterms|edm)(?-i:(?=[A-Z]))|\[.*\]$"
    r"|\s\((?!(?:from|to|start|end|von|bis|de|fin|desde|hasta|od|do)\)).*\)$|\((?:e?s|e|r|in|nen|innen)\)|[/*:]-?in(?:nen)?\b|\s*\^\^.*$|(?<=\w)\s*@[a-z]{2}(?:-\w+)?$"
    r"|_(?:(?:te|dt|is|bs|s|t|i)s(?:i|m|im)|s(?:s|i|im)?|tim|txt|t)$",  # Solr says so what a field holds: title_tesim
    re.IGNORECASE,
)


# Of each program its rules, then the columns that give fields in what it writes; column_names.toml says more.
_EXPORTERS = [
    {key: (words,) if key == "link" else tuple(words.split()) for key, words in rules.items()}
    for rules in _TABLE["exporters"]
]


def _exporters(names: Collection[str]) -> list[dict[str, tuple[str, ...]]]:
    """The programs that may have written these names together."""
    return [
        exporter
        for exporter in _EXPORTERS
        if all(name in names for name in exporter["has"])
        and any(name in names for name in exporter.get("any", exporter["has"]))
    ]


def guess(names: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Return the columns of each field that has any, the best first."""
    names = tuple(names)
    return (_guessed if len(names) <= _MOST else _guessed.__wrapped__)(names)


@lru_cache(maxsize=1 << 12)  # the same names stand in every row of JSON
def _guessed(names: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    by_plain: dict[str, str] = {}
    for name in names:
        if name != "@context" and by_plain.setdefault(plain(name), name).startswith("@"):
            by_plain[plain(name)] = name  # an address or a class, where there is nothing shorter
    exporters = _exporters(by_plain) if len(by_plain) > 1 else []
    without = {name for exporter in exporters for name in exporter.get("without", ())}
    guessed: dict[str, tuple[str, ...]] = {}
    for field, known in _KNOWN.items():
        preferred = [name for exporter in exporters for name in exporter.get(field, ())]
        several = (*preferred, *known, *_numbered(by_plain, field))
        if columns := tuple(by_plain[name] for name in dict.fromkeys(several) if name in by_plain.keys() - without):
            guessed[field] = columns
    for name in (by_plain[name] for name in by_plain if name not in _FIELDS_OF and name not in without):
        for field in _composed(name):
            guessed[field] = (*guessed.get(field, ()), name)
    if "summary" not in guessed and (texts := [by_plain[name] for name in _KINDS["full_text"] if name in by_plain]):
        guessed["summary"] = tuple(texts[:1])
    if guessed.keys() <= _NAMES_ALONE and guessed.keys() >= {"title"} and plain(guessed["title"][0]) in _KINDS["names"]:
        del guessed["title"]
    return guessed | _people(guessed, listed="people" in by_plain)


@lru_cache(maxsize=1 << 12)
def _composed(name: str) -> tuple[str, ...]:
    """The fields of a known name with words beside it: Date of the letter, Producer name, Record URL, Laufzeit bis."""
    if _PATH.fullmatch(name):
        return _dotted(name)
    words = _WORDS.sub(" ", _bare(_HUMP.sub(" ", _PREFIX.sub("", name))).casefold()).split()
    said = [word for word in words if word not in WORDS["joining"] and not word.isdecimal()]
    if not said or len(words) > _MOST_WORDS:
        return ()
    rest = [word for word in said if word not in WORDS["documents"]]
    if not WORDS["links"].isdisjoint(rest):
        return _address(set(rest) - WORDS["links"])
    fields = _edge((words[0], words[-1]), rest) or _with_names(rest)
    return tuple(field for field in fields if field not in _NOTED) if likely_noted(name) else fields


def _edge(ends: tuple[str, str], words: list[str]) -> tuple[str, ...]:
    """The field of the first or the last day of a date: Laufzeit bis, Year from."""
    for edge, field in (("ends", "date_end"), ("begins", "date")):
        others = "".join(word for word in words if word not in WORDS[edge])
        if not WORDS[edge].isdisjoint(ends) and others in WORDS["dates"]:
            return (field,)
    return ()


def _with_names(words: list[str]) -> tuple[str, ...]:
    """The fields of these words, or of somebody or something whose name this is: Producer name."""
    known = "".join(words)
    if known in _FIELDS_OF and known not in _KINDS["stamps"] and known not in _KINDS["names"]:
        return tuple(_FIELDS_OF[known])
    named = "".join(word for word in words if word not in WORDS["names"])
    return tuple(field for field in _FIELDS_OF.get(named, ()) if field in _NAMED)


def _address(of: Collection[str]) -> tuple[str, ...]:
    """The fields of an address of this: of a picture, of the document, or of something else."""
    if not WORDS["pictures"].isdisjoint(of):
        return ("images",)
    fields = {field for word in of for field in _FIELDS_OF.get(word, ())}
    return () if fields - _OF_DOCUMENTS or not WORDS["elsewhere"].isdisjoint(of) else ("source_url",)


def _dotted(path: str) -> tuple[str, ...]:
    """The fields of a path into an object, as tables have it that were made of JSON: sourceResource.date.begin."""
    *outer, last = [plain(step) for step in path.split(".") if not step.isdecimal()] or [""]
    above = next(
        (_FIELDS_OF[step] for step in reversed(outer) if step in _FIELDS_OF and step not in _KINDS["wrappers"]), None
    )
    own = _FIELDS_OF.get(last, [])
    if above is None:
        return tuple(own) if all(step in _KINDS["wrappers"] for step in outer) else ()
    return tuple(above) if last in _LABELS or set(own) & set(above) else ()


def _numbered(names: Iterable[str], field: str) -> Iterator[str]:
    """Author 1, Author 2."""
    if field in MULTIVALUED:
        for name in names:
            bare = re.sub(r"[0-9]", "", name)
            if bare != name and bare in _KNOWN[field]:
                yield name


def _people(guessed: Mapping[str, tuple[str, ...]], *, listed: bool) -> dict[str, tuple[str, ...]]:
    """The columns of people, with senders and recipients; what a list of people leaves out of these is an office."""
    parties = [column for side in ("senders", "recipients") for column in guessed.get(side, ())]
    people = guessed.get("people", ())
    both = [column for column in people if column not in parties] if listed else dict.fromkeys((*people, *parties))
    return {"people": tuple(both)} if both else {}


def split_names(names: Sequence[str]) -> dict[int, tuple[int, str]]:
    """Return where surnames stand, for each where the forename stands and whose: Author Surname, Author Forename."""
    whose: dict[str, dict[str, int]] = {"surnames": {}, "forenames": {}}
    for at, name in enumerate(map(plain, names)):
        for kind, columns in whose.items():
            if ending := max((word for word in WORDS[kind] if name.endswith(word)), key=len, default=""):
                columns.setdefault(name.removesuffix(ending), at)
    forenames = whose["forenames"]
    return {at: (forenames[of], of or "person") for of, at in whose["surnames"].items() if of in forenames}


@lru_cache(maxsize=1 << 12)
def link_of(names: tuple[str, ...]) -> str:
    """Return how the program that writes these columns addresses a record, with {id} or {source_url}; or empty."""
    return next((exporter["link"][0] for exporter in _exporters({*map(plain, names)}) if "link" in exporter), "")


@lru_cache(maxsize=1 << 12)
def stamps(names: tuple[str, ...]) -> frozenset[str]:
    """Return the columns in which a program may have noted when it made the record, not when the document was made."""
    by_plain = {plain(name): name for name in names}
    noted = () if by_plain.keys().isdisjoint(_KINDS["changes"]) else _KINDS["stamps"]
    composed = (name for name in names if plain(name) not in _FIELDS_OF and "date" in _composed(name))
    created = [name for name in composed if any(plain(name).endswith(each) for each in _KINDS["creations"])]
    return frozenset((*created, *(by_plain[name] for name in noted if name in by_plain)))


def likely_noted(name: str) -> bool:
    """Whether a column of this name may have dates that a program noted."""
    return any(part in plain(name) for part in _KINDS["noted"])


def is_full_text(name: str) -> bool:
    """Whether a column of this name has the document itself."""
    return name in _KINDS["full_text"]


def is_known(name: str) -> bool:
    """Whether a column has just this name."""
    return plain(name) in _FIELDS_OF


def is_wrapper(name: str) -> bool:
    """Whether an object of this name within a row describes the same document."""
    return plain(name) in _KINDS["wrappers"]


def displayed(name: str) -> bool:
    """Whether this column has a date as people read it, to which a last day adds nothing."""
    return plain(name) in _KINDS["displayed"]


@lru_cache(maxsize=1 << 12)
def parts_beside(year: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns of the month and the day, or of the month alone, that stand beside this one of a year."""
    if plain(year) not in _KINDS["years"]:
        return ()
    columns = [next((name for name in names if plain(name) in _KINDS[part]), "") for part in ("months", "days")]
    return tuple(filter(None, columns)) if columns[0] else ()


def begins(name: str) -> bool:
    """Whether this column has the first day of a date, of which another may have the last."""
    return _BEGIN.search(plain(name)) is not None


@lru_cache(maxsize=1 << 14)  # the same names stand in every row of JSON
def plain(name: str) -> str:
    """Return the name without case, spaces, punctuation and the prefix of Dublin Core."""
    return _WORDS.sub("", _bare(_PREFIX.sub("", name.strip()).casefold()))
