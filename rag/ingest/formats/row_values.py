"""One value of a row, at any depth -> the texts that it says."""

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from rag.dates.archival_date import ArchivalDate
from rag.ingest.formats.column_names import MULTIVALUED
from rag.ingest.formats.markup import readable
from rag.ingest.formats.protocol import fold

_SUBDIVISION = re.compile(r"\s*[|$‡][xyzv]\s")  # Mills |z Ohio, as MARC writes it
_RELATOR = re.compile(r"(?:^|(?<=\|))relators:\w+:\w+:")  # of Islandora: relators:pht:person:Berg, Nils
_SEPARATORS = re.compile(r"\s*(?:[;|\n]|\^\^)\s*")
_LANGUAGE_SEPARATORS = re.compile(r"\s*[;|,/\n]\s*")
_BARRED = frozenset({"hierarchy", "source_url", "images", "other_dates"})  # their values may have semicolons
_BARS = re.compile(r"\s*[|\n]+\s*")
_LINK_KEYS = ("url", "objectUrl", "@id")
_LABEL_KEYS = (
    "@value", "displayDate", "name", "value", "content", "term", "label", "prefLabel", "title", "literal", "text",
    "#text", "heading", "display_title", "display_name", "termName", "raw", "o:label",
)  # fmt: skip
_PERSON_KEYS = (("family", "given"), ("lastName", "firstName"))
_DATE_KEYS = ("displayDate", "expression", "logicalDate")
_LANGUAGE_TAG = re.compile(r"(?!id$)[a-z]{2}([-_]\w+)?|eng|und|def|@?none|default")
_ENGLISH = re.compile(r"eng?([-_]\w+)?")
_KEYS_WITHOUT_TEXT = frozenset({"id", "@id", "uri", "url", "key", "type", "@type", "language", "@language", "lang"})
_RANGE_KEYS = (("start", "end"), ("begin", "end"), ("from", "to"))


def texts_of(value: object, field: str) -> list[str | None]:
    """The texts in a value, at any depth; None for each unreadable object."""
    if isinstance(value, str):
        return list(_split(value, field))
    texts: list[str | None] = []
    left: list[object] = [value]
    while left:
        match left.pop():  # truth values and NaN have no text
            case list() as several:
                left.extend(reversed(several))
            case dict() as thing if filled := {key: part for key, part in thing.items() if not _empty(part)}:
                if (inner := _inner(filled, field)) is None:
                    texts.append(None)
                left.append(inner)
            case str() as text:
                texts.append(fold(readable(text)))
            case ArchivalDate() as date:
                texts.append(date.text)
            case int() | float() as number if not isinstance(number, bool) and not math.isnan(number):
                texts.append(str(int(number) if isinstance(number, float) and number.is_integer() else number))
    return texts


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
        return _json_list(text) or list(map(fold, _BARS.split(text)))
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
    links, dates = (*_LINK_KEYS, *_LABEL_KEYS), (*_DATE_KEYS, *_LABEL_KEYS)
    labels = {"source_url": links, "images": links, "date": dates}.get(field, _LABEL_KEYS)
    if label := next((key for key in labels if key in thing), None):
        return thing[label]
    if field == "date" and (ends := next((ends for ends in _RANGE_KEYS if thing.keys() <= set(ends)), None)):
        bounds = [thing.get(end, "..") for end in ends]
        return "/".join(map(str, dict.fromkeys(bounds))) if all(isinstance(day, str | int) for day in bounds) else None
    texts = {key: part for key, part in thing.items() if key not in _KEYS_WITHOUT_TEXT or field == "source_url"}
    if len(texts) == 1 or all(map(_LANGUAGE_TAG.fullmatch, texts)):
        return next((texts[key] for key in texts if _ENGLISH.fullmatch(key)), next(iter(texts.values()), None))
    return [part for part in texts.values() if isinstance(part, dict | list)] or None


def _composed(thing: Mapping[str, Any], field: str) -> str:
    """A day or a person whose parts stand apart; empty where it is neither."""
    if days := _csl_days(thing.get("date-parts"), thing.get("circa")):
        return days
    named = next((parts for parts in _PERSON_KEYS if parts[0] in thing), ())
    if not named:
        return _day(thing) if field in {"date", "date_end"} else ""
    return ", ".join(str(thing[part]) for part in named if part in thing)


def _day(thing: Mapping[str, Any]) -> str:
    """The day of {"year": 1962, "month": 11, "day": 14, "dateQualifier": "ca."}, as exact as it is given."""
    parts = [str(thing[part]).zfill(2) for part in ("year", "month", "day") if isinstance(thing.get(part), int)]
    return f"{'ca. ' * ('dateQualifier' in thing)}{'-'.join(parts)}" if isinstance(thing.get("year"), int) else ""


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
