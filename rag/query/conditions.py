"""A question -> the conditions that its words put on records: who, where, which type, from whom to whom, and what not.

The grammar is data, `conditions.toml` of a language. The question is read with its names and document types
replaced by marks ({N0} for a person, {P0} for another name, {T0} for a type), so that a pattern says "letters from
{name} to {name}" and no more.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache, lru_cache, partial
from typing import Any

from rag.dates.archival_date import Interval
from rag.language.document_types import TYPE_WORDS
from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tables import pattern, patterns, table
from rag.language.tokens import folded, tokens, words
from rag.names.authority import NameKind
from rag.query.names import NamedSpan

_WITHIN_IDS = frozenset("-~/")
_MARK = re.compile(r"\{([NPT])(\d+)\}")


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a question says that records must satisfy, in words for people; each value can be taken away."""

    people: tuple[str, ...] = ()
    not_people: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    not_places: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    not_types: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()  # who wrote ("from")
    recipients: tuple[str, ...] = ()  # who was written to ("to")
    phrases: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    shelfmarks: tuple[str, ...] = ()
    not_dates: tuple[Interval, ...] = ()  # days that no record may be of
    every_year: tuple[str, ...] = ()  # days of whatever year, as the question has them
    either: tuple[str, ...] = ()  # people and places joined by "or"
    descending: bool = False  # whether the latest are to come first

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) for each in _LISTS)

    def merged(self, other: Conditions) -> Conditions:
        """These and the others, each value once."""
        both: dict[str, Any] = {
            each.name: tuple(dict.fromkeys((*getattr(self, each.name), *more)))
            for each in _LISTS
            if (more := getattr(other, each.name))
        }
        return replace(self, **both) if both else self

    def without(self, taken: Iterable[str]) -> Conditions:
        """What is left when a reader takes away fields ("people") or values of fields ("types:telegram")."""
        left = self
        for each in taken:
            name, colon, value = each.partition(":")
            name = _FIELDS.get(name, name)
            if name in {known.name for known in _LISTS}:
                kept = tuple(v for v in getattr(left, name) if colon and folded(str(v)) != folded(value))
                left = replace(left, **{name: kept})  # type: ignore[arg-type]  # a list's name
        return left


NO_CONDITIONS = Conditions()

_LISTS = [each for each in fields(Conditions) if each.name != "descending"]

# What a reader can take away, by the names of the interface.
REMOVABLE = ("language", "intent", "people", "not_people", "places", "not_places", "types", "not_types", "from", "to",
             "phrases", "not_words", "ids", "shelfmarks", "not_dates", "parts")  # fmt: skip

_FIELDS = {"from": "senders", "to": "recipients"}


@dataclass(frozen=True, slots=True)
class Marked:
    """A question with marks in place of what it names."""

    text: str
    names: tuple[NamedSpan, ...] = ()  # what each {N} or {P} stands for
    types: tuple[str, ...] = ()  # what each {T} stands for, as the question has it
    spelt: tuple[str, ...] = ()  # what each {N} stands for, likewise

    def plain(self, text: str) -> str:
        """A part of the text with the marks replaced by what they stand for."""
        return _MARK.sub(lambda mark: (self.types if mark[1] == "T" else self.spelt)[int(mark[2])], text)


def mark(text: str, names: Sequence[NamedSpan], types: re.Pattern[str]) -> Marked:
    """Replace names and document types by marks; no type is a part of a name, or of what the records are about."""
    text = unicodedata.normalize("NFC", text)  # as the names were read
    found = [
        (each.start, each.end, f"{{{'N' if each.kind is NameKind.PERSON else 'P'}{at}}}")
        for at, each in enumerate(names)
    ]
    spelt: list[str] = []
    taken = [(start, end) for start, end, _ in found]
    for part in ("subject", "asking"):
        taken += [each.span() for each in _pattern(part, "pattern").finditer(text)]
    for each in types.finditer(text):
        if not any(start < each.end() and each.start() < end for start, end in taken):
            found.append((*each.span(), f"{{T{len(spelt)}}}"))
            spelt.append(each.group())
    marked, at = [], 0
    for start, end, sign in sorted(found):
        marked += [text[at:start], sign]
        at = end
    whole = _pattern("verb", "pattern").sub(
        lambda verb: _MARK.sub(lambda sign: spelt[int(sign[2])] if sign[1] == "T" else sign[0], verb.group()),
        "".join([*marked, text[at:]]),
    )
    return Marked(whole, tuple(names), tuple(spelt), tuple(text[n.start : n.end] for n in names))


def _pattern(section: str, key: str) -> re.Pattern[str]:
    return patterns("conditions", section, key)[0]


def split_exclusions(text: str, excludes: Callable[[str], bool]) -> tuple[str, tuple[str, ...]]:
    """A question without the parts that say what is not wanted, and those parts, without the words that begin them.

    Args:
        excludes: Whether such a part says which records are not wanted; one that does not stays in the question.
    """
    if not _pattern("exclude", "hint").search(text):
        return " ".join(text.split()), ()
    unwanted: list[str] = []
    at = 0
    lead, end, closing = (_pattern("exclude", each) for each in ("lead", "end", "closing"))
    for each in patterns("conditions", "exclude", "following"):
        if (match := each.search(text)) and excludes(part := lead.sub("", match["part"], count=1).strip()):
            unwanted.append(part)
            text = f"{text[: match.start()]} {text[match.end() :]}"
    while True:
        found = [match for each in patterns("conditions", "exclude", "markers") if (match := each.search(text, at))]
        if not found:
            return " ".join(text.split()), tuple(unwanted)
        first = min(found, key=lambda match: match.start())
        opened = lead.match(text, first.end())
        begin = opened.end() if opened else first.end()
        kind = TYPE_WORDS.match(text, begin)  # the memoranda of conversation are of one type
        stop = end.search(text, kind.end() if kind else begin + 1)
        until = stop.start() if stop else len(text)
        part = text[begin:until].strip(" ,;.?!")
        if part and not excludes(part):
            at = first.end()
            continue
        if part:
            unwanted.append(part)
        text = f"{text[: first.start()]} {closing.sub('', text[until:], count=1)}"


def split_only(text: str) -> tuple[str, tuple[str, ...]]:
    """A question without the parts that say what alone is wanted (", only telegrams"), and those parts."""
    marker = _pattern("only", "marker")
    found = list(marker.finditer(text))
    return marker.sub(" ", text).strip(), tuple(each["part"].strip() for each in found)


@dataclass(frozen=True, slots=True)
class Roles:
    """Who wrote to whom, as marked text, and the text without the words that say so."""

    rest: str
    senders: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    between: tuple[str, ...] = ()


def read_roles(text: str, *, listed: bool = True) -> Roles:
    """Read senders and recipients from a marked question; `listed` is one that asks for records."""
    parties: dict[str, list[str]] = defaultdict(list)
    text = _pattern("roles", "group").sub(r"\g<keep> \g<place>", text)
    text = _pattern("roles", "no_party").sub(r"\g<keep> ", text)
    roles, made = table("conditions")["roles"], partial(pattern, "conditions")
    for hint, whole in (*roles["patterns"], *(roles["listed"] if listed else ())):
        while made(hint).search(text) and (match := made(whole).search(text)):
            groups = match.groupdict()
            for role in ("from", "to", "between"):
                if groups.get(role):
                    parties[role].append(groups[role])
            text = f"{text[: match.start()]} {groups.get('keep') or ''} {text[match.end() :]}"
    return Roles(" ".join(text.split()), *(tuple(parties[role]) for role in ("from", "to", "between")))


def read_shelfmarks(text: str, exists: Callable[[str], bool]) -> tuple[str, tuple[str, ...]]:
    """The text without the places where documents are kept ("NSC Files, Box 742"), and these places.

    Args:
        exists: Whether a source note has a place that could be something else ("the Herter papers").
    """
    found: list[str] = []
    for key in ("pattern", "holdings"):
        for match in _pattern("shelfmarks", key).finditer(text):
            shelfmark = match["shelfmark"].strip(" ,")
            if key == "pattern" or exists(shelfmark):
                found.append(shelfmark)
                text = text.replace(match.group(), " ", 1)
    return " ".join(text.split()) if found else text, tuple(found)


def read_ids(text: str, exists: Callable[[str], str | None]) -> tuple[str, tuple[str, ...]]:
    """The text without the ids and addresses of records that are here, and those ids."""
    found: dict[str, str] = {}
    for candidate in dict.fromkeys(text.split()):
        if _WITHIN_IDS.isdisjoint(candidate[1:-1]) or not any(map(str.isdecimal, candidate)):
            continue
        if (record_id := exists(candidate.rstrip(".,;:?!)"))) is not None:
            found[candidate] = record_id
    for candidate in found:
        text = text.replace(candidate, " ")
    return " ".join(text.split()), tuple(dict.fromkeys(found.values()))


def read_order(text: str) -> tuple[str, bool]:
    """The text without the words that say in which order it is wanted, and whether that is the latest first."""
    by_date, latest = _pattern("order", "by_date"), _pattern("order", "latest")
    descending = latest.search(text) is not None
    return " ".join(by_date.sub(" ", latest.sub(" ", text)).split()).rstrip(" ,;"), descending


def implied_type(text: str) -> tuple[str, str]:
    """The text without a verb that implies a type, and that type: sent, of telegrams; empty where there is none."""
    for kind in table("conditions")["implied"]:
        if (verbs := _pattern("implied", kind)).search(text):
            return " ".join(verbs.sub(" ", text).split()), kind
    return text, ""


def alternatives(text: str, marked: Marked) -> tuple[str, ...]:
    """The names in a part of a marked text that are joined by "or"."""
    found = _pattern("either", "pattern").finditer(text)
    signs = (sign for each in found for sign in _MARK.finditer(each.group()))
    return tuple(dict.fromkeys(marked.names[int(sign[2])].name for sign in signs))


def without_about(text: str) -> str:
    """A marked text without the phrases that only say that a record is about something, or what part of it is meant."""
    return " ".join(_pattern("about", "phrases").sub(" ", text).split())


def is_about(word: str) -> bool:
    """Whether a word only says that a record is about something."""
    return word in _about("words")


def speaking(question: str) -> str | None:
    """The verb by which a question asks who speaks of something; None where it asks nothing of the kind."""
    found = _pattern("about", "speaking").match(question)
    return folded(found["verb"]) if found else None


def is_kind(word: str) -> bool:
    """Whether a word before a name says only of what kind it is: Operation."""
    return word in _about("kinds")


@cache
def _about(key: str) -> frozenset[str]:
    return frozenset(map(folded, table("conditions")["about"][key].split()))


def marks_of(text: str, marked: Marked, kinds: frozenset[NameKind]) -> list[NamedSpan]:
    """The names of these kinds whose marks stand in a part of a marked text."""
    found = (marked.names[int(sign[2])] for sign in _MARK.finditer(text) if sign[1] != "T")
    return [name for name in found if name.kind in kinds]


def values_naming(party: str, values: Iterable[str], spellings: Sequence[str]) -> frozenset[str]:
    """Those values of a field that contain one of these spellings, or without any, all words of the party."""
    said = {token.word for token in tokens(party)} - FUNCTION_WORDS
    wanted = [set(spelling.split()) for spelling in spellings] or [said]
    found = _by_word(tuple(values))
    return frozenset[str]().union(
        *(frozenset.intersection(*(found.get(word, frozenset()) for word in want)) for want in wanted if want)
    )


def values_keeping(shelfmark: str, values: Iterable[str]) -> frozenset[str]:
    """Those source notes that have each part of a shelf mark: "NSC Files", "Box 742"."""
    parts = [" ".join(words(part)) for part in re.split("[,;:/]", shelfmark)]
    notes = {note: f" {' '.join(words(note))} " for note in values_naming(shelfmark, values, ())}
    return frozenset(note for note, said in notes.items() if all(f" {part} " in said for part in parts))


@lru_cache(maxsize=16)
def _by_word(values: tuple[str, ...]) -> Mapping[str, frozenset[str]]:
    """Each word of the values of a field -> the values that contain it."""
    found: dict[str, set[str]] = defaultdict(set)
    for value in values:
        for word in words(value):
            found[word].add(value)
    return {word: frozenset(containing) for word, containing in found.items()}
