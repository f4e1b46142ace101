"""RIS and BibTeX, as reference managers and this program write them -> listings."""

import logging
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from rag.cite.work import GENRES
from rag.errors import SourceError
from rag.ingest.formats.column_mapping import Mapper
from rag.ingest.formats.files import SourceFile
from rag.ingest.formats.protocol import Extracted, Item, fold

SUFFIXES = frozenset({".ris", ".bib", ".enw"})

_RIS = re.compile(r"^(?:\ufeff)?[ \t]*TY  ?- ?[A-Z]", re.MULTILINE)
_REFER = re.compile(r"[\s\ufeff]*%0 ")
_REFER_TAGS = {
    "A": "AU",
    "E": "A2",
    "T": "TI",
    "D": "PY",
    "8": "DA",
    "X": "AB",
    "K": "KW",
    "U": "UR",
    "G": "LA",
    "C": "CY",
}
_REFER_KINDS = {"Personal Communication": "PCOMM", "Manuscript": "MANSCPT", "Newspaper Article": "NEWS"}
_RIS_END = re.compile(r"^ER  ?-.*$", re.MULTILINE)
_BIBTEX = re.compile(
    r"^(?:\ufeff)?[ \t]*@\s*(?!comment|preamble|string)[a-z]+\s*\{[^\s,={}\"]+\s*,", re.MULTILINE | re.IGNORECASE
)
_MANUSCRIPT_LOCATION = "AV"  # a tag that rispy does not know
_OWN = frozenset({"catalogue entry", *(genre.name for genre in GENRES.values())} - {"note", "abstract"})  # in citations
_EDTF = re.compile(r"[,{]\s*date\s*=\s*[{\"]\s*([0-9X./~?%-]+)\s*[}\"]", re.IGNORECASE)
_KEY = re.compile(r"^([ \t]*@\s*[a-z]+\s*\{\s*)([^\s,={}\"]+)(?=\s*,)", re.MULTILINE | re.IGNORECASE)
_REPEATED = "\N{SYMBOL FOR UNIT SEPARATOR}"  # after a key that an earlier entry has, which the parser refuses
_DUAL = re.compile(r"[0-9]{3}(?:0/1|1/2|2/3|3/4|4/5|5/6|6/7|7/8|8/9)")
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
# For each field of a record the tags of RIS, as rispy calls them, or the fields of BibTeX that give it, the best first.
_RIS_TAGS = {
    "id": ("id",),
    "title": ("title", "primary_title", "short_title"),
    "summary": ("abstract", "notes_abstract"),
    "places": ("place_published",),
    "subjects": ("keywords",),
    "languages": ("language",),
    "type": ("type_of_work",),
    "archive": ("name_of_database", "database_provider"),
    "source": ("call_number",),
    "source_url": ("urls",),
}
_RIS_PEOPLE = ("authors", "first_authors", "secondary_authors")
_BIBTEX_FIELDS = {
    "summary": ("abstract", "annotation", "annote"),
    "date": ("date", "origdate"),
    "places": ("location", "address"),
    "languages": ("language", "langid"),
    "type": ("type", "howpublished"),
    "archive": ("archive", "library", "institution"),
    "source": ("archivelocation", "shelfmark", "number"),
    "source_url": ("url",),
}
_KINDS = {"PCOMM": "letter", "MANSCPT": "manuscript", "NEWS": "newspaper article"}


def sniff(opened: SourceFile) -> bool:
    return (
        _REFER.match(opened.start) is not None
        or _RIS.search(opened.start) is not None
        or _BIBTEX.search(opened.start) is not None
    )


def read(opened: SourceFile) -> Iterator[Extracted]:
    refer = _REFER.match(opened.start) is not None
    ris = refer or _RIS.search(opened.start) is not None
    mapper = Mapper(opened, "EndNote" if refer else "RIS" if ris else "BibTeX")
    yield from (_ris if ris else _bibtex)(_as_ris(opened.whole()) if refer else opened.whole(), mapper)
    yield from mapper.end()


def _as_ris(refer: str) -> str:
    """The references of EndNote's own format in RIS, line by line."""
    ended = re.sub(r"\s*\n(?=%0 )", "\nER  - \n", refer.strip("\ufeff\r\n "))
    kinds = re.sub(
        r"^%0 (.*)", lambda kind: f"TY  - {_REFER_KINDS.get(kind[1].strip(), 'GEN')}", ended, flags=re.MULTILINE
    )
    return re.sub(r"^%(.) ", lambda tag: f"{_REFER_TAGS.get(tag[1], 'N1')}  - ", kinds, flags=re.MULTILINE)


def _ris(text: str, mapper: Mapper) -> Iterator[Item | SourceError]:
    import rispy  # type: ignore[import-untyped]  # noqa: PLC0415 - without types; only where a file is RIS

    start, line = 0, 1
    for end in [*_RIS_END.finditer(text), None]:
        stop = end.end() if end else len(text)
        begin = _RIS.search(text, start, stop)
        if begin is None:
            line, start = line + text.count("\n", start, stop), stop
            continue
        first = line + text.count("\n", start, begin.end())
        one = text[begin.start() : stop] + ("" if end else "\nER  - \n")
        try:
            for reference in rispy.loads(
                re.sub(r"^([A-Z][A-Z0-9])  ?-(?! )", r"\1  - ", one, flags=re.MULTILINE).replace("\r", "\n")
            ):
                yield mapper.read(first, _of_ris(reference))
        except (rispy.parser.ParseError, ValueError, KeyError, IndexError, TypeError) as error:
            yield mapper.fault(first, f"the reference is not RIS ({error}); correct it")
        line, start = line + text.count("\n", start, stop), stop


def _of_ris(reference: dict[str, Any]) -> dict[str, Any]:
    """A row from what rispy calls the tags."""
    row = {field: next(filter(None, map(reference.get, tags)), "") for field, tags in _RIS_TAGS.items()}
    people = [person for kind in _RIS_PEOPLE for person in reference.get(kind, ())]
    kind = str(reference.get("type_of_reference", ""))
    letter = kind == "PCOMM"
    return row | {
        "date": _ris_dates(reference),
        "people": people,
        "authors": people,
        "recipients": reference.get("subsidiary_authors", ()) if letter else (),
        "type": "" if row["type"] in _OWN else row["type"] or _KINDS.get(kind, ""),
        "source": next(iter((reference.get("unknown_tag") or {}).get(_MANUSCRIPT_LOCATION, ())), "") or row["source"],
    }


def _ris_dates(reference: dict[str, Any]) -> str:
    """The day, with the year that may stand elsewhere; else the year."""
    day, *years = (_ris_date(reference.get(name, "")) for name in ("date", "year", "publication_year"))
    year = next(filter(None, years), "")
    if day and year and not re.search(r"[0-9]{4}", day):
        return f"{day} {year}"
    return year if day and year and year[:4] not in day else day or year


def _ris_date(text: str) -> str:
    """YYYY/MM/DD/text, any part of which may be empty: the text where it says a date, or more than a year alone."""
    if _DUAL.fullmatch(str(text).strip()):  # 1723/4 is no month
        return str(text).strip()
    year, month, day, words = (*(part.strip() for part in str(text).split("/", 3)), "", "", "", "")[:4]
    if words and not re.search(r"\d", words):  # "Spring" beside a year, "Monday" beside a day
        words = "" if month else f"{words} {year}"
    return words or "-".join(part.zfill(2) for part in (year, month, day) if part)


def _bibtex(text: str, mapper: Mapper) -> Iterator[Item | SourceError]:
    from bibtexparser.entrypoint import parse_string  # noqa: PLC0415 - slow to import
    from bibtexparser.middlewares import LatexDecodingMiddleware, MonthIntMiddleware  # noqa: PLC0415

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what it warns of becomes faults
    library = parse_string(_with_own_keys(text), append_middleware=[MonthIntMiddleware(), LatexDecodingMiddleware()])
    for block in library.blocks:
        if block in library.failed_blocks:
            error = getattr(block, "error", None)
            reason = fold(str(getattr(error, "abort_reason", "") or error or "it breaks off"))
            yield mapper.fault((block.start_line or 0) + 1, f"the entry is not BibTeX ({reason[:200]}); correct it")
    for entry in library.entries:
        values = {key.lower(): str(field.value) for key, field in entry.fields_dict.items()}
        if exact := _EDTF.search(entry.raw or ""):  # LaTeX's tie is EDTF's mark of an approximate date
            values["date"] = exact[1]
        key = entry.key.partition(_REPEATED)[0]
        yield mapper.read((entry.start_line or 0) + 1, _of_bibtex(key, entry.entry_type, values))


def _with_own_keys(text: str) -> str:
    """The text with a key of its own for each entry."""
    seen = Counter[str]()

    def own(entry: re.Match[str]) -> str:
        seen[key := entry[2]] += 1
        return entry[1] + key + (f"{_REPEATED}{seen[key]}" if seen[key] > 1 else "")

    return _KEY.sub(own, text)


def _of_bibtex(key: str, kind: str, values: dict[str, str]) -> dict[str, Any]:
    """A row from the fields of BibTeX and biblatex."""
    plain = {name: re.sub(r"[{}]", "", value) for name, value in values.items()}
    row = {field: next(filter(None, map(plain.get, names)), "") for field, names in _BIBTEX_FIELDS.items()}
    parts = [part for name in ("year", "month", "day") if (part := plain.get(name, ""))]
    month = plain.get("month", "")
    year = "-".join(part.zfill(2) for part in parts) if month.isdecimal() or not month else " ".join(reversed(parts))
    senders, recipients = (_AND.split(plain[role]) if plain.get(role) else [] for role in ("sender", "recipient"))
    note, how = plain.get("note", ""), row["type"]
    rights = note.startswith("A c") or "ights" in note or "http" in note
    kind = "" if kind.lower() in {"misc", "online"} else kind
    return row | {
        "id": key,
        "title": ": ".join(filter(None, (plain.get("title"), plain.get("subtitle")))),
        "date": row["date"] or year,
        "people": [person for role in ("author", "editor") for person in _AND.split(plain.get(role, "")) if person]
        + senders
        + recipients,
        "authors": _AND.split(plain.get("author", "")),
        "senders": senders,
        "recipients": recipients,
        "subjects": re.split(r"\s*[,;]\s*", plain.get("keywords", "")),
        "type": kind if how in _OWN or how.startswith("http") else how or kind,
        "source": row["source"] or ("" if rights else note),
        "rights": "" if note.startswith("A c") else note if rights else "",
    }
