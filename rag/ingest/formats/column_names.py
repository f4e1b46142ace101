"""The names that archives give their columns -> the fields of a record.

Names are compared without case, spaces and punctuation ("Document URL", "document_url", "documentUrl"). A field of one
value takes the first of its columns that is not empty, so a displayed form stands before the forms derived from it. A
field of several values takes all its columns.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MULTIVALUED = ("people", "places", "subjects", "languages", "senders", "recipients", "sent_from")
"""The fields that may have several values."""

_NAMES = {
    "id": "id recordid documentid docid identifier uuid unitid referencecode",
    "title": "title documenttitle heading headline unittitle titleproper name label caption",
    "summary": "summary abstract description scopeandcontent scopecontent keycontentsummary shortdescription",
    "date": """frontenddocdate datedisplay displaydate date docdate documentdate originalpublicationdate datecreated
        authored dated unitdate issued publicationdate daterange daterangestart datestart startdate year""",
    "date_end": "dateend enddate daterangeend dateto",
    "people": """people persons person names authors author creators creator contributors contributor recipients
        recipient sender senders addressee addressees associatedpeopleorgs associatedpeopleorganizations
        participants""",
    "places": "places place originalcoverages coverages coverage associatedplaces spatial countries country",
    "senders": "senders sender sentby letterwriter letterwriters",
    "recipients": "recipients recipient addressee addressees sentto",
    "sent_from": "sentfrom placesent sendingplace placeofwriting",
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
"""The fields that a column can give."""

_KNOWN = {field: names.split() for field, names in _NAMES.items()}
# The document's own text is not a summary of it, but the only text to search where there is nothing better.
_FULL_TEXT = ("text", "body", "content", "fulltext")
_PREFIX = re.compile(r"dc(?:terms)?[:._]|\[.*\]$", re.IGNORECASE)


def guess(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the columns of each field that has any, the best first."""
    by_plain: dict[str, str] = {}
    for name in names:
        by_plain.setdefault(_plain(name), name)
    guessed = {
        field: columns
        for field, known in _KNOWN.items()
        if (columns := tuple(by_plain[plain] for plain in known if plain in by_plain))
    }
    if "summary" not in guessed and (texts := tuple(by_plain[plain] for plain in _FULL_TEXT if plain in by_plain)):
        guessed["summary"] = texts[:1]
    return guessed


def _plain(name: str) -> str:
    """The name without case, spaces, punctuation and the prefix of Dublin Core."""
    return re.sub(r"[\W_]+", "", _PREFIX.sub("", name.strip()).casefold())
