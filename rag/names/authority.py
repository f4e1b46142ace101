"""Files of names -> the names known beforehand: of places, people, bodies and archives.

A file is TOML. Each of its sections `places`, `people`, `bodies` and `archives` has lines of two forms:

    "Name" = ["Another name", "A third"]
    "Name" = { also = ["Another name"], of = ["Adjective", "Inhabitants"] }

The section `events` has lines such as "Event" = { days = "1961-04-17", until = "1961-04-20", also = ["Another name"] }.
`towns` lists places with one spelling only, in one text, commas between; `seats` gives seats of government and their
countries likewise ("Sofia: Bulgaria"): where no record names the one, the other is meant. `cased` lists names that
are other words in lower case (US): these count only in capitals. RAG_AUTHORITIES names files that follow the
package's own. A name takes the place of the same name in an earlier file; `replace = true` takes the place of all
earlier files. Questions follow the files at once, the people and places of records with the next build.
"""

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from rag.dates.edtf import Interval, edtf_interval
from rag.errors import SettingsError
from rag.language.phrases import Phrases
from rag.language.tokens import Token, words

# (section, name), (other names, demonyms and adjectives)
_Entry = tuple[tuple[str, str], tuple[tuple[str, ...], tuple[str, ...]]]

_PACKAGED = Path(__file__).with_name("authorities")


class NameKind(Enum):
    """What a name names."""

    PERSON = "person"
    PLACE = "place"
    BODY = "body"
    TERM = "term"  # no name, but a thing that the collection abbreviates: ICBM


_KINDS = {"places": NameKind.PLACE, "people": NameKind.PERSON, "bodies": NameKind.BODY}
_KEYS = {
    **dict.fromkeys((*_KINDS, "archives", "events"), dict),
    "towns": str,
    "seats": str,
    "cased": list,
    "replace": bool,
}


@dataclass(frozen=True, slots=True)
class AuthorityName:
    """One name."""

    name: str  # what it is called here
    kind: NameKind
    also: tuple[str, ...] = ()  # its other names
    of: tuple[str, ...] = ()  # its demonyms and adjectives; only places have any

    @property
    def spellings(self) -> tuple[str, ...]:
        """Everything that may be written for it, the name first."""
        return (self.name, *self.also, *self.of)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on days known beforehand."""

    name: str
    days: Interval  # from which one counts what was before and after it
    until: dt.date | None  # its last day


@dataclass(frozen=True)
class Authorities:
    """All names known beforehand."""

    names: tuple[AuthorityName, ...]  # those of places, people and bodies
    archives: tuple[str, ...]  # what archives are called, every name of each
    cased: frozenset[str]  # names in capitals that are other words in lower case ("US")
    events: Mapping[str, Event]  # each spelling of an event, as words, -> the event
    seats: Mapping[str, str]  # seats of government, as words, -> their countries, likewise

    @cached_property
    def forms(self) -> dict[NameKind, dict[str, AuthorityName]]:
        """Each spelling, as words, -> its name, by kind."""
        found: dict[NameKind, dict[str, AuthorityName]] = {kind: {} for kind in _KINDS.values()}
        for name in self.names:
            found[name.kind].update((phrase(spelling), name) for spelling in name.spellings)
        return found

    @cached_property
    def impersonal(self) -> dict[str, NameKind]:
        """Each spelling of a place or body, as words, -> which of the two it is."""
        return {form: kind for kind in (NameKind.PLACE, NameKind.BODY) for form in self.forms[kind]}

    def is_cased(self, found: Sequence[Token]) -> bool:
        """Whether these words of a name are written as the name (US), not as the other word that they are (us)."""
        return len(found) != 1 or found[0].text.isupper() or found[0].word.upper() not in self.cased

    @cached_property
    def finder(self) -> Phrases:
        """Finds places and bodies in running words."""
        return Phrases(self.impersonal)


@cache
def packaged() -> Authorities:
    """The names that the package brings."""
    return read_authorities()


def read_authorities(paths: Sequence[Path] = ()) -> Authorities:
    """The names of the package's files and then of these; SettingsError for a file that cannot be used."""
    entries: dict[tuple[str, str], tuple[tuple[str, ...], tuple[str, ...]]] = {}
    cased: set[str] = set()
    events: dict[str, Event] = {}
    seats: dict[str, str] = {}
    for path in (*sorted(_PACKAGED.glob("*.toml")), *paths):
        table = _read(path)
        if table.get("replace"):
            for known in (entries, cased, events, seats):
                known.clear()
        cased.update(_texts(f"{path}: cased", table.get("cased", [])))
        entries.update(_entries(path, table))
        events.update(_events(path, table))
        seats.update(_seats(path, table))
    return Authorities(
        tuple(AuthorityName(name, _KINDS[key], *more) for (key, name), more in entries.items() if key in _KINDS),
        tuple(each for (key, name), (also, _) in entries.items() if key not in _KINDS for each in (name, *also)),
        frozenset(cased),
        events,
        seats,
    )


def _read(path: Path) -> dict[str, Any]:
    """The file, its keys checked."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror}); correct RAG_AUTHORITIES or unset it"
        raise SettingsError(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f'{path}: is not TOML ({error}); write a section [places], and lines such as: "Peking" = ["Beijing"]'
        raise SettingsError(message) from error
    if wrong := sorted(key for key, value in table.items() if not isinstance(value, _KEYS.get(key, ()))):
        raise SettingsError(f"{path}: {wrong[0]}: is no section or setting of this form; known are {', '.join(_KEYS)}")
    return table


def _entries(path: Path, table: dict[str, Any]) -> Iterator[_Entry]:
    for key in (*_KINDS, "archives"):
        for name, value in table.get(key, {}).items():
            lists = value if isinstance(value, dict) else {"also": value}
            place = f"{path}: [{key}] {name}"
            if unknown := sorted(lists.keys() - {"also", "of"}):
                raise SettingsError(f"{place}: {unknown[0]} is unknown; known are also, of")
            yield (key, name), (_texts(place, lists.get("also", [])), _texts(place, lists.get("of", [])))
    for town in filter(None, map(str.strip, table.get("towns", "").split(","))):
        yield ("places", " ".join(town.split())), ((), ())


def _seats(path: Path, table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for each in filter(None, map(str.strip, table.get("seats", "").split(","))):
        seat, _, country = each.partition(":")
        if not phrase(country):
            raise SettingsError(f"{path}: seats: {each!r} names no country; write one such as Sofia: Bulgaria")
        yield phrase(seat), phrase(country)


def _events(path: Path, table: dict[str, Any]) -> Iterator[tuple[str, Event]]:
    for name, value in table.get("events", {}).items():
        place = f"{path}: [events] {name}"
        if not isinstance(value, dict) or value.keys() - {"days", "until", "also"}:
            raise SettingsError(
                f'{place}: {value!r} is no event; write one such as {{ days = "1961-04-17", also = ["The landing"] }}'
            )
        try:
            days, until = (edtf_interval(str(value.get(key, value.get("days", "")))) for key in ("days", "until"))
        except ValueError as error:
            raise SettingsError(f"{place}: {error}; write days in EDTF, such as 1961-04-17/1961-04-19") from error
        event = Event(name, days, until.end)
        yield from ((phrase(spelling), event) for spelling in (name, *_texts(place, value.get("also", []))))


def _texts(place: str, value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(text, str) for text in value):
        return tuple(value)
    raise SettingsError(f'{place}: {value!r} is no list of texts; write one such as ["Peking", "Peiping"]')


def phrase(name: str) -> str:
    """A name as its words, one space between: "U.S." is "u s"."""
    return " ".join(words(name))
