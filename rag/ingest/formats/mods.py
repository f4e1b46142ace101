"""A description in MODS -> a row of named values."""

from typing import Any

from rag.dates.archival_date import ArchivalDate
from rag.ingest.formats.xml_reader import Element, attribute, children, dated, descendants, name, text

_DATES = ("dateCreated", "dateIssued", "dateOther", "copyrightDate")  # the surest first; others are of the record
_MARKS = {"approximate": "~", "questionable": "?", "inferred": "?"}
_PLACES = ("geographic", "hierarchicalGeographic", "geographicCode")
_KINDS = ("genre", "typeOfResource")
_PICTURES = frozenset({"preview", "raw object"})
_AUTHOR = frozenset({"author", "aut", "creator", "cre", "correspondent", "crp", "sender"})
ADDRESSEE = frozenset({"addressee", "rcp", "recipient"})  # roles of who receives a letter

_SUBJECT = ("topic", "geographic", "temporal", "titleInfo", "genre", "occupation")


def record(mods: Element) -> dict[str, Any]:
    """Map the elements of MODS to the fields of a record."""
    hosts = [part for part in children(mods, "relatedItem") if attribute(part, "type") in {"host", "series"}]
    subjects = list(children(mods, "subject"))
    locations = [*children(mods, "location"), *(place for host in hosts for place in children(host, "location"))]
    kept = [
        place_name for place in locations for part in children(place, "physicalLocation") if (place_name := text(part))
    ]
    urls = [url for place in locations for url in children(place, "url")]
    names = [(_name(person), _roles(person)) for person in children(mods, "name")]
    shelf = [text(part) for place in locations for part in descendants(place, "shelfLocator", "subLocation")]
    languages = [_language(language) for language in children(mods, "language")]
    return {
        "id": next(filter(None, (text(part) for part in descendants(mods, "recordIdentifier"))), "")
        or next((text(part) for part in children(mods, "identifier") if attribute(part, "type") != "uri"), ""),
        "title": next(filter(None, map(_title, children(mods, "titleInfo"))), ""),
        **_summary(mods),
        "date": _date(mods),
        "people": [person for person, _ in names]
        + [_name(person) for part in subjects for person in children(part, "name")],
        "authors": [person for person, roles in names if roles & _AUTHOR],
        "recipients": [person for person, roles in names if roles & ADDRESSEE],
        "places": [text(place) for part in subjects for place in children(part, *_PLACES)]
        + [
            text(term)
            for origin in children(mods, "originInfo")
            for term in descendants(origin, "placeTerm")
            if attribute(term, "type") != "code"
        ],
        "subjects": [" -- ".join(words) for part in subjects if (words := list(map(text, children(part, *_SUBJECT))))],
        "languages": [language for language in languages if language],
        "type": next(filter(None, (text(kind) for tag in _KINDS for kind in children(mods, tag))), ""),
        "archive": next(iter(kept), "") or next(filter(None, map(_host, hosts)), ""),
        "hierarchy": " > ".join(filter(None, map(_host, reversed(hosts)))) if kept else "",
        "source": ", ".join(dict.fromkeys(shelf)),
        "rights": list(map(text, children(mods, "accessCondition"))),
        "images": [text(url) for url in urls if attribute(url, "access") in _PICTURES],
        "source_url": [text(url) for url in urls if attribute(url, "access") not in _PICTURES]
        + [text(part) for part in children(mods, "identifier") if attribute(part, "type") in {"uri", "hdl"}],
    }


def _summary(mods: Element) -> dict[str, str]:
    """Its abstract, else its notes."""
    texts = ((kind, " ".join(map(text, children(mods, kind)))) for kind in ("abstract", "note"))
    kind, words = next(((kind, words) for kind, words in texts if words), ("", ""))
    return {"summary": words, "text_kind": kind}


def _title(title: Element) -> str:
    """Its parts in their order: The ferry: a view. Part 2."""
    if attribute(title, "type") in {"abbreviated", "translated", "uniform", "alternative"}:
        return ""
    begin = " ".join(text(part) for part in children(title, "nonSort", "title"))
    return ". ".join(
        filter(
            None,
            (
                ": ".join([begin, *map(text, children(title, "subTitle"))]),
                *map(text, children(title, "partNumber", "partName")),
            ),
        )
    )


def _host(related: Element) -> str:
    return next(filter(None, map(_title, children(related, "titleInfo"))), "")


def _name(person: Element) -> str:
    """Berg, Nils, without the dates of a life."""
    parts = {attribute(part, "type"): text(part) for part in reversed(list(children(person, "namePart")))}
    return ", ".join(filter(None, (parts.get("family"), parts.get("given")))) or parts.get("", "")


def _roles(person: Element) -> set[str]:
    return {text(term).casefold() for term in descendants(person, "roleTerm")}


def _language(language: Element) -> str:
    terms = list(children(language, "languageTerm"))
    return next((text(term) for term in terms if attribute(term, "type") == "text"), text(terms[0]) if terms else "")


def _date(mods: Element) -> ArchivalDate | str:
    """The first kind of date that there is: as displayed, made exact by its machine-readable form."""
    for kind in _DATES:
        dates = [date for origin in children(mods, "originInfo") for date in children(origin, kind)]
        shown = next(
            (text(date) for date in dates if not attribute(date, "encoding") and not attribute(date, "point")), ""
        )
        coded = {
            attribute(date, "point"): _marked(date)
            for date in reversed(dates)
            if attribute(date, "encoding") or attribute(date, "point")
        }
        exact = coded.get("") or "/".join(coded.get(end, "..") for end in ("start", "end") if coded)
        if shown or exact:
            return dated(shown, exact)
    return ""


def _marked(date: Element) -> str:
    words = text(date)
    return words + _MARKS.get(attribute(date, "qualifier"), "") if words and name(date) else words
