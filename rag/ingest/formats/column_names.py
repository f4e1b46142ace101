"""The names that archives give their columns -> the fields of a record.

Names are compared without case, spaces and signs ("Document URL", "document_url", "documentUrl"). Of a field with
several columns the first that is not empty counts, so what is displayed stands before what was derived from it; a field
that may have several values takes them from all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MANY = ("people", "places", "subjects", "languages")
"""Fields of a record that may have several values."""

_NAMES = {
    "id": "id recordid documentid docid identifier uuid unitid referencecode",
    "title": "title documenttitle heading headline unittitle titleproper name label caption",
    "summary": "summary abstract description scopeandcontent scopecontent keycontentsummary shortdescription",
    "date": """frontenddocdate datedisplay displaydate date docdate documentdate originalpublicationdate datecreated
        authored dated unitdate issued publicationdate daterange daterangestart datestart startdate year""",
    "date_end": "dateend enddate daterangeend dateto",
    "people": """people persons person names authors author creators creator contributors contributor recipients
        recipient sender associatedpeopleorgs associatedpeopleorganizations participants""",
    "places": "places place originalcoverages coverages coverage associatedplaces spatial countries country",
    "subjects": "subjects subject subjectsdiscussed topics topic keywords keyword tags",
    "languages": "languages language lang doclang",
    "type": "type doctype documenttype genre kind",
    "archive": """archive originalarchive originalarchivetitle repositories repository holdinginstitution collections
        collection volumetitle containertitle""",
    "source": "source archivallocation archivelocation callnumber shelfmark sourcenote",
    "rights": "rights license licence copyright rightsstatement",
    "source_url": "sourceurl url documenturl permalink uri link",
}
FIELDS = tuple(_NAMES)
"""Fields that a column can tell."""

_KNOWN = {field: names.split() for field, names in _NAMES.items()}
# The document itself is no summary of it; but where nothing better is there, its words are what can be searched.
_DOCUMENT = ("text", "body", "content", "fulltext")
_PREFIX = re.compile(r"dc(?:terms)?[:._]|\[.*\]$", re.IGNORECASE)


def guess(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The columns of each field, the best first; a field that no column tells is left out."""
    by_plain: dict[str, str] = {}
    for name in names:
        by_plain.setdefault(_plain(name), name)
    guessed = {
        field: columns
        for field, known in _KNOWN.items()
        if (columns := tuple(by_plain[plain] for plain in known if plain in by_plain))
    }
    if "summary" not in guessed and (texts := tuple(by_plain[plain] for plain in _DOCUMENT if plain in by_plain)):
        guessed["summary"] = texts[:1]
    return guessed


def _plain(name: str) -> str:
    """The name without case, spaces, signs and the prefix of Dublin Core."""
    return re.sub(r"[\W_]+", "", _PREFIX.sub("", name.strip()).casefold())
