"""One value of a row, at any depth -> the texts that it says."""

import json
import re
from collections.abc import Mapping
from typing import Any

from rag.dates.archival_date import ArchivalDate
from rag.ingest.formats.column_names import MULTIVALUED
from rag.ingest.formats.markup import readable
from rag.ingest.formats.protocol import fold

_SUBDIVISION = re.compile(r"\s*[|$‡][xyzv]\s")  # Mills |z Ohio, as MARC writes it
_RELATOR = re.compile(r"(?:^|(?<=\|))relators:\w+:\w+:")  # of Islandora: relators:pht:person:Berg, Nils
_SEPARATORS = re.compile(r"\s*(?:[;|\n\x1d]|\^\^)\s*")  # FileMaker parts values by a group separator
_LANGUAGE_SEPARATORS = re.compile(r"\s*[;|,/\n]\s*")
_BARRED = frozenset({"hierarchy", "source_url", "images", "other_dates"})  # their values may have semicolons
_BARS = re.compile(r"\s*[|\n]+\s*")
_BETWEEN_LINKS = re.compile(r"[\s;,]+(?=https?://)")  # as nothing else: an address may have each of them but blanks
# What databases and people write for an empty value.
NOTHING = frozenset({"null", r"\n", "nan", "<na>", "-", "--", "\u2013", "\u2014", "n/a"})

_NOBODY = NOTHING | {
    "unknown", "?", "none", "not known", "unidentified", "n.n.", "n. n.", "unbekannt", "inconnu", "inconnue",
    "desconocido", "sconosciuto", "onbekend", "nieznany", "neznámý", "неизвестен", "s.l.", "s. l.",
}  # fmt: skip
_LINKED = re.compile(r"^https?://\S+\s*", re.IGNORECASE)  # an address before a name: http://vocab.example/1 Mills
_LINKS = frozenset({"source_url", "images"})
_LINK_KEYS = ("url", "@url", "objectUrl", "contentUrl", "@id")
_ADDRESS = re.compile(r"https?://|/", re.IGNORECASE)
_LABEL_KEYS = (
    "@value", "displayDate", "name", "value", "content", "term", "label", "prefLabel", "title", "literal", "text",
    "#text", "heading", "display_title", "display_name", "termName", "raw", "o:label", "display_string",
)  # fmt: skip
_PERSON_KEYS = (("family", "given"), ("lastName", "firstName"), ("primary_name", "rest_of_name"))
_DATE_KEYS = ("displayDate", "display", "displayText", "expression", "logicalDate")
_LANGUAGE_TAG = re.compile(r"(?!id$)[a-z]{2}([-_]\w+)?|eng|und|def|@?none|default")
_ENGLISH = re.compile(r"eng?([-_]\w+)?")
_KEYS_WITHOUT_TEXT = frozenset({"id", "@id", "uri", "url", "key", "type", "@type", "language", "@language", "lang"})
_RANGE_KEYS = (
    ("start", "end"), ("begin", "end"), ("from", "to"), ("earliest", "latest"), ("earliestDate", "latestDate"),
    ("startDate", "endDate"), ("notBefore", "notAfter"), ("inclusiveStartDate", "inclusiveEndDate"),
    ("coverageStartDate", "coverageEndDate"),
)  # fmt: skip
_QUALIFIERS = ("type", "role")  # ends of keys that only say what another value is
_PARENT = re.compile(r"parent|(?:is)?part_?of", re.IGNORECASE)
_LEVELS = (
    "recordgroup", "recordgrp", "fonds", "collection", "subgroup", "subgrp", "subfonds", "series", "subseries", "file",
    "fileunit", "item",
)  # fmt: skip


def texts_of(value: object, field: str) -> list[str | None]:
    """The texts in a value, at any depth; None for each unreadable object."""
    if isinstance(value, str):
        return list(_split(value, field))
    texts: list[str | None] = []
    left: list[object] = [value]
    while left:
        match left.pop():  # truth values and NaN have no text
            case list() as several:
                left.extend(reversed(_of_creation(several) if field == "date" else several))
            case dict() as thing if filled := {key: part for key, part in thing.items() if not _empty(part)}:
                if (inner := _inner(filled, field)) is None:
                    texts.append(None)
                left.append(inner)
            case str() as text:
                texts.append(fold(readable(text)))
            case ArchivalDate() as date:
                texts.append(date.text)
            case int() | float() as number if not isinstance(number, bool) and str(number) != "nan":
                texts.append(str(int(number) if isinstance(number, float) and number.is_integer() else number))
    return texts


def _of_creation(dates: list[Any]) -> list[Any]:
    """The dates when a document was made, where ArchivesSpace says of each what it dates; its bulk only alone."""
    made = [
        date for date in dates if isinstance(date, dict) and date.get("label") == "creation" and "date_type" in date
    ]
    return [date for date in made if date["date_type"] != "bulk"] or made or dates


def _empty(value: object) -> bool:
    return value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip())


def _split(text: str, field: str) -> list[str]:
    """The values in one text, several where its field may have several."""
    text = readable(text)
    if field == "people":
        text = _RELATOR.sub("", text)
    if field == "subjects":
        text = _SUBDIVISION.sub(" -- ", text)
    if field in _BARRED:
        return _json_list(text) or list(map(fold, _BARS.split(_BETWEEN_LINKS.sub("|", text))))
    if field not in MULTIVALUED:
        return [fold(text)]
    separators = _LANGUAGE_SEPARATORS if field == "languages" else _SEPARATORS
    return _json_list(text) or list(map(fold, separators.split(text)))


def _json_list(text: str) -> list[str]:
    """The texts of a JSON list in a cell; empty where the cell is anything else."""
    if not text.startswith("["):
        return []
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return [text for text in texts_of(listed, "") if text] if isinstance(listed, list) else []


def _inner(thing: Mapping[str, Any], field: str) -> object:
    """The part of an object that says what it is: a name, a value, or one language, English first; None for none.

    {"id": "1", "name": "Moscow"}, {"@value": "1962"}, {"en": "Pier", "de": "Kai"}, {"start": "1961", "end": "1963"}; a
    date or a person as CSL-JSON writes them.
    """
    if words := _composed(thing, field):
        return words
    if field in _LINKS:
        return _linked(thing, field)
    if label := next((key for key in (*(_DATE_KEYS if field == "date" else ()), *_LABEL_KEYS) if key in thing), ""):
        return thing[label]
    texts = {key: part for key, part in thing.items() if key not in _KEYS_WITHOUT_TEXT}
    texts = {key: part for key, part in texts.items() if not key.lower().endswith(_QUALIFIERS)} or texts
    if len(texts) == 1 or all(map(_LANGUAGE_TAG.fullmatch, texts)):
        return next((texts[key] for key in texts if _ENGLISH.fullmatch(key)), next(iter(texts.values()), None))
    return [part for part in texts.values() if isinstance(part, dict | list)] or None


def _linked(thing: Mapping[str, Any], field: str) -> object:
    """The first address in it, or all that may have one; None where it has none."""
    named = dict.fromkeys((*_LINK_KEYS, *_LABEL_KEYS, *thing))
    links = (thing[key] for key in named if isinstance(thing.get(key), str) and _ADDRESS.match(thing[key]))
    inner = [part for part in thing.values() if isinstance(part, dict | list)]
    return next(links, inner if inner or field == "images" else None)


def named(text: str) -> str:
    """The name in a text, without an address before it; empty where nobody and no place is named."""
    name = _LINKED.sub("", text)
    return "" if name.casefold().strip("[]()") in _NOBODY else name


def lineage(value: object) -> object:
    """What a record is a part of, the outermost first, where the source has it nested, or by level or distance."""
    if isinstance(value, dict):
        above = [lineage(part) for name, part in value.items() if _PARENT.match(name) and isinstance(part, dict | list)]
        return [*above, {name: part for name, part in value.items() if not _PARENT.match(name)}] if above else value
    if not (isinstance(value, list) and all(isinstance(one, dict) for one in value)):
        return value
    levels = [str(one.get("level") or one.get("levelOfDescription") or "").casefold() for one in value]
    if all(isinstance(one.get("distance"), int) for one in value):
        value = sorted(value, key=lambda one: -one["distance"])
    elif value and all(level in _LEVELS for level in levels):
        value = [
            one for _, one in sorted(zip(map(_LEVELS.index, levels), value, strict=True), key=lambda pair: pair[0])
        ]
    return list(map(lineage, value))


def _composed(thing: Mapping[str, Any], field: str) -> object:
    """A day, days, a person or a place in a box whose parts stand apart; empty where it is none of these."""
    if field == "date" and (ends := next((ends for ends in _RANGE_KEYS if thing.keys() <= set(ends)), None)):
        return "/".join(dict.fromkeys(next(filter(None, texts_of(thing.get(end, ".."), field)), "..") for end in ends))
    if field == "container" and "indicator_2" in thing:  # ArchivesSpace: a folder within its box
        return [thing.get("top_container"), f"{thing.get('type_2', '')} {thing['indicator_2']}".strip()]
    if field == "date" and "date_type" in thing:  # ArchivesSpace
        return thing.get("expression") or "/".join(
            dict.fromkeys(str(thing[end]) for end in ("begin", "end") if end in thing)
        )
    if days := _csl_days(thing.get("date-parts"), thing.get("circa")):
        return days
    named = next((parts for parts in _PERSON_KEYS if parts[0] in thing), ())
    if not named:
        return _day(thing) if field in {"date", "date_end"} else ""
    family, *given = (str(thing[part]) for part in named if part in thing)
    return ", ".join((f"{thing.get('non-dropping-particle', '')} {family}".strip(), *given))


def _day(thing: Mapping[str, Any]) -> str:
    """The day of {"year": 1962, "month": 11, "day": 14, "dateQualifier": "ca."}, as exact as it is given."""
    parts = [str(thing.get(part, "")) for part in ("year", "month", "day")]
    days = "-".join(part.zfill(2) for part in parts if part.isdecimal())
    return f"{'ca. ' * ('dateQualifier' in thing)}{days}" if parts[0].isdecimal() else ""


def _csl_days(parts: object, circa: object) -> str:
    """The days of [[1962, 10, 16], [1962, 10, 28]]; empty where it is anything else."""
    dates = [date for date in parts if isinstance(date, list)] if isinstance(parts, list) else []
    days = ("-".join(str(part).zfill(2) for part in date if str(part).isdecimal()) for date in dates)
    return "/".join(f"{day}{'~' * bool(circa)}" for day in days if day)


def reached(row: Mapping[str, Any], path: str) -> object:
    """What a dotted path leads to: `sourceResource.date`; None where it leads nowhere."""
    found: object = row
    for step in path.split("."):
        found = [each.get(step) for each in found if isinstance(each, dict)] if isinstance(found, list) else found
        found = found.get(step) if isinstance(found, dict) else found if isinstance(found, list) else None
    return found if "." in path else None
