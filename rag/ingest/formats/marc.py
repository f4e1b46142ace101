"""MARC 21, as it is exchanged or as XML, by pymarc -> listings."""

import io
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pymarc

from rag.dates.archival_date import ArchivalDate, parse_date
from rag.ingest.formats.column_mapping import Mapper
from rag.ingest.formats.files import SourceFile
from rag.ingest.formats.protocol import Extracted
from rag.ingest.formats.xml_reader import dated

SUFFIXES = frozenset({".mrc", ".marc"})

_LEADER = re.compile(rb"\s*[0-9]{5}[a-z ][a-z ]{2}[ a-z0-9][ a-z0-9]22[0-9]{5}.{3}45")
_ADDRESSEE = frozenset({"addressee", "rcp", "recipient"})
_NAMES = ("100", "110", "111", "700", "710", "711", "600", "610", "611")
_SUBJECTS = ("650", "653", "655", "630", "648")
_FULL_STOP = re.compile(r"(?<=[^\W\d_]{4})\.$")  # not of an abbreviation
_DIVISIONS = frozenset("xyzv")


def sniff(opened: SourceFile) -> bool:
    return _LEADER.match(opened.head) is not None


def read(opened: SourceFile) -> Iterator[Extracted]:
    logging.getLogger("pymarc").setLevel(logging.CRITICAL)  # what it warns of becomes faults
    mapper = Mapper(opened, "MARC 21")
    with opened.bytes() as stream:
        reader = pymarc.MARCReader(stream, permissive=True, utf8_handling="replace")
        for number, found in enumerate(_records(reader), 1):
            if found is None:
                reason = f"record {number} is not whole MARC ({reader.current_exception}); correct it or fetch it again"
                yield mapper.fault(0, reason)
            else:
                yield mapper.read(0, record(found))
    yield from mapper.end()


def _records(reader: pymarc.MARCReader) -> Iterator[pymarc.Record | None]:
    """Its records, None for each that is damaged."""
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except (pymarc.exceptions.PymarcException, ValueError, LookupError):
            yield None
            return


def of_xml(content: bytes) -> dict[str, Any] | None:
    """The row of one record in MARCXML; None where it is none."""
    try:
        found = next(filter(None, pymarc.parse_xml_to_array(io.BytesIO(content))), None)  # type: ignore[no-untyped-call]
    except Exception:  # noqa: BLE001 - pymarc raises whatever the XML leads to
        return None
    return None if found is None else record(found)


def record(marc: pymarc.Record) -> dict[str, Any]:
    """Map the fields of MARC to those of a record."""

    def of(codes: str, *tags: str) -> list[str]:
        """The texts of these subfields of each field."""
        return [words for field in marc.get_fields(*tags) if (words := _trimmed(" ".join(field.get_subfields(*codes))))]

    if "200" in marc and "245" not in marc:
        return _unimarc(marc, of)
    people = [(_person(field), _roles(field)) for field in marc.get_fields(*_NAMES)]
    numbers = [*of("a", "099"), *of("hij", "852")]
    coded = next((field.data for field in marc.get_fields("008") if field.data), "")
    return {
        "id": next((field.data for field in marc.get_fields("001") if field.data), ""),
        "title": re.sub(r"\s+(?=[:;,])", "", _FULL_STOP.sub("", next(iter(of("abnp", "245")), ""))),
        "summary": " ".join(of("ab", "520") or of("ab", "545") or of("a", "500")),
        "date": _date(coded, next(iter(of("c", "264") or of("c", "260") or of("fg", "245")), "")),
        "people": [person for person, _ in people],
        "recipients": [person for person, roles in people if roles & _ADDRESSEE],
        "places": of("a", "651", "264", "260", "752"),
        "subjects": [_subject(field) for field in marc.get_fields(*_SUBJECTS)],
        "languages": of("a", "041") or [coded[35:38].strip("| ")],
        "type": next(iter(of("a", "655")), ""),
        "archive": _FULL_STOP.sub("", next(iter(of("ab", "852") or of("a", "851")), "")),
        "hierarchy": next(iter(of("t", "773")), ""),
        "source": "; ".join(dict.fromkeys(numbers)),
        "rights": [*of("a", "506"), *of("a", "540")],
        "source_url": of("u", "856"),
    }


def _unimarc(marc: pymarc.Record, of: Callable[..., list[str]]) -> dict[str, Any]:
    """The same of UNIMARC, in which the libraries of France, Italy, Portugal and Russia write."""
    people = [", ".join(field.get_subfields("a", "b")) for field in marc.get_fields("700", "701", "702")]
    return {
        "id": next((field.data for field in marc.get_fields("001") if field.data), ""),
        "title": next(iter(of("aehi", "200")), ""),
        "summary": " ".join(of("a", "330") or of("a", "300")),
        "date": next(iter(of("d", "214") or of("d", "210")), ""),
        "people": [*people, *of("a", "710", "711", "712")],
        "places": of("a", "607"),
        "subjects": [_subject(field) for field in marc.get_fields("606", "610")],
        "languages": of("a", "101"),
        "type": next(iter(of("a", "608")), ""),
        "rights": of("a", "371"),
        "source_url": of("u", "856"),
    }


def _trimmed(words: str) -> str:
    """The words without the punctuation that leads to the next subfield."""
    return re.sub(r"\s*[/:;,=]\s*$", "", words).strip()


def _person(field: pymarc.Field) -> str:
    return _trimmed(" ".join(field.get_subfields(*"abcq"))).rstrip(" ,")


def _roles(field: pymarc.Field) -> set[str]:
    return {role.casefold().strip(" .,") for role in field.get_subfields("e", "4")}


def _subject(field: pymarc.Field) -> str:
    """Mills -- Ohio -- History."""
    return " -- ".join(_trimmed(part.value) for part in field.subfields if part.code == "a" or part.code in _DIVISIONS)


def _date(coded: str, shown: str) -> ArchivalDate | str:
    """The date as displayed, made exact by the coded one."""
    kind, first, last = coded[6:7], coded[7:11].strip(" |"), coded[11:15].strip(" |")
    ends = list(dict.fromkeys(filter(None, (first, last))))
    match kind:
        case "e" if len(first + last) == len("19621027"):
            exact = f"{first}-{last[:2]}-{last[2:]}"
        case "i" | "k" | "m" | "d" | "c" | "q" if "9999" not in first:
            exact = "/".join(ends).replace("9999", "..")
        case "s" | "p" | "t":
            exact = first
        case _:
            exact = ""
    shown = shown.strip("[]. ©") if parse_date(shown).edtf is None else shown
    return dated(shown, "" if "u" in exact.lower() else exact)
