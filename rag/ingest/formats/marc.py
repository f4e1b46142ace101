"""MARC 21, as it is exchanged or as XML, by pymarc -> listings."""

import io
import logging
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pymarc

from rag.dates.archival_date import ArchivalDate, parse_date
from rag.ingest.formats.column_mapping import Mapper
from rag.ingest.formats.files import SourceFile
from rag.ingest.formats.mods import ADDRESSEE
from rag.ingest.formats.protocol import Extracted, repaired
from rag.ingest.formats.xml_reader import dated

SUFFIXES = frozenset({".mrc", ".marc", ".mrk"})

_LEADER = re.compile(rb"\s*[0-9]{5}[a-z ][a-z ]{2}[ a-z0-9][ a-z0-9]22[0-9]{5}.{3}45")
_MNEMONIC = b"=LDR  "  # of MarcEdit, which writes a field on each line
_MAIN = ("100", "110", "111")
_NAMES = ("100", "110", "111", "700", "710", "711", "600", "610", "611")
_SUBJECTS = ("650", "653", "655", "630", "648")
_FULL_STOP = re.compile(r"(?<=[^\W\d_]{4})\.$")  # not of an abbreviation
_DIVISIONS = frozenset("xyzv")
# For each field of a record the subfields that give it, with alternatives where the first has none.
_MARC_21 = {
    "title": "245abnp",
    "summary": "520ab | 545ab | 500a",
    "date": "264c | 260c | 245fg",
    "places": "651a 264a 260a 752a",
    "languages": "041a",
    "type": "655a",
    "archive": "852ab | 851a",
    "hierarchy": "773t",
    "source": "099a 852hij",
    "rights": "506a 540a",
    "source_url": "856u",
}
_UNIMARC = {  # in which the libraries of France, Italy, Portugal and Russia write
    "title": "200aehi",
    "summary": "330a | 300a",
    "date": "214d | 210d",
    "people": "710a 711a 712a",
    "places": "607a",
    "languages": "101a",
    "type": "608a",
    "rights": "371a",
    "source_url": "856u",
}
_SINGLE = ("title", "date", "type", "archive", "hierarchy")


def sniff(opened: SourceFile) -> bool:
    return opened.head.lstrip(b"\xef\xbb\xbf\r\n").startswith(_MNEMONIC) or _LEADER.match(opened.head) is not None


def read(opened: SourceFile) -> Iterator[Extracted]:
    logging.getLogger("pymarc").setLevel(logging.CRITICAL)  # what it warns of becomes faults
    mapper = Mapper(opened, "MARC 21")
    with opened.bytes() as stream:
        reader: Any = pymarc.MARCReader(stream, permissive=True, utf8_handling="replace")
        if not _LEADER.match(opened.head):
            fields = re.sub(r"\n+(?==LDR  )", "\n\n", opened.whole().replace("\r\n", "\n").strip("\ufeff\n"))
            reader = pymarc.MARCMakerReader(io.StringIO(repaired(fields)))  # type: ignore[arg-type]  # or a file
        for number, found in enumerate(_records(reader), 1):
            if found is None:
                seen = getattr(reader, "current_exception", "a line of it is no field")
                reason = f"record {number} is not whole MARC ({seen}); correct it or fetch it again"
                yield mapper.fault(0, reason)
            else:
                yield mapper.read(0, record(found))
    yield from mapper.end()


def _records(reader: Iterator[pymarc.Record]) -> Iterator[pymarc.Record | None]:
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


def of_json(row: dict[str, Any]) -> dict[str, Any] | None:
    """The row of one record in MARC-in-JSON; None where it is none."""
    try:
        (found,) = pymarc.JSONHandler().elements([deepcopy(row)])  # type: ignore[no-untyped-call]
        return record(found)
    except Exception:  # noqa: BLE001 - as above
        return None


def record(marc: pymarc.Record) -> dict[str, Any]:
    """Map the fields of MARC 21, or of UNIMARC, to those of a record."""
    unimarc = "200" in marc and "245" not in marc

    def of(wanted: str) -> list[str]:
        """The texts of the first of several alternatives that the record has."""
        alternatives = ({part[:3]: part[3:] for part in either.split()} for either in wanted.split("|"))
        found = ([_words(field, codes[field.tag]) for field in marc.get_fields(*codes)] for codes in alternatives)
        return next(filter(None, (list(filter(None, texts)) for texts in found)), [])

    row: dict[str, Any] = {field: of(wanted) for field, wanted in (_UNIMARC if unimarc else _MARC_21).items()}
    row |= {field: next(iter(row[field]), "") for field in _SINGLE if field in row}
    row |= {"id": next((field.data for field in marc.get_fields("001") if field.data), "")}
    row |= {"summary": " ".join(row["summary"])}
    if unimarc:
        people = [", ".join(field.get_subfields("a", "b")) for field in marc.get_fields("700", "701", "702")]
        return row | {"people": people + row["people"], "subjects": list(map(_subject, marc.get_fields("606", "610")))}
    coded = next((field.data for field in marc.get_fields("008") if field.data), "")
    named = marc.get_fields(*_NAMES)
    return row | {
        "title": re.sub(r"\s+(?=[:;,])", "", _FULL_STOP.sub("", row["title"])),
        "date": _date(coded, row["date"]),
        "people": list(map(_person, named)),
        "authors": [_person(field) for field in marc.get_fields(*_MAIN)],
        "recipients": [_person(field) for field in named if _roles(field) & ADDRESSEE],
        "subjects": list(map(_subject, marc.get_fields(*_SUBJECTS))),
        "languages": row["languages"] or [coded[35:38].strip("| ")],
        "archive": _FULL_STOP.sub("", row["archive"]),
        "source": list(dict.fromkeys(row["source"])),
    }


def _words(field: pymarc.Field, codes: str) -> str:
    """These subfields without the punctuation that leads to the next one."""
    return _trimmed(" ".join(field.get_subfields(*codes)))


def _trimmed(words: str) -> str:
    return re.sub(r"\s*[/:;,=]\s*$", "", words).strip()


def _person(field: pymarc.Field) -> str:
    return _words(field, "abcq").rstrip(" ,")


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
