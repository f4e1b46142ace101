"""A curators' title -> what kind of document it is, where the title says so: "Telegram", "Record of conversation".

The kind is the first that the title names; a diary or a journal gives way to what stands in it. Where a source has a
type of its own, that is kept.
"""

from __future__ import annotations

import re

CONVERSATION = "Record of conversation"

_TALK = r"(?:conversations?|talks?|meetings?|discussions?|interviews?)"
_KINDS = {
    CONVERSATION: rf"(?:records?|summary|minutes|notes?|memorand(?:um|a)|memcon|report|transcripts?|stenogram)"
    rf"(?: from| of| on)?(?: an?| the| his)? {_TALK}|conversations? (?:between|with)|interviews?",
    "Agreement": "agreements?|accords?",
    "Cable": "cables?|airgrams?",
    "Communiqué": "communiqu[eé]s?",
    "Decision": "decisions?|decrees?",
    "Declaration": "declarations?",
    "Diary": "diar(?:y|ies)|journals?",
    "Directive": "directives?|instructions?",
    "Letter": "letters?|correspondence",
    "Memorandum": "memorand(?:um|a|ums)|memos?|aide[- ]m[eé]moire",
    "Message": "messages?",
    "Minutes": "minutes",
    "Note": "notes?",
    "Protocol": "protocols?",
    "Record": "records?(?= of)",
    "Report": "reports?",
    "Resolution": "resolutions?",
    "Speech": "speech(?:es)?|address by",
    "Statement": "statements?|comments? by",
    "Summary": "summary",
    "Telegram": "telegrams?",
    "Transcript": "transcripts?|stenograms?",
    "Treaty": "treat(?:y|ies)",
}
_NAMED = re.compile(
    rf"\b(?:{'|'.join(f'(?P<k{at}>{spelt})' for at, spelt in enumerate(_KINDS.values()))})\b", re.IGNORECASE
)


def document_type(title: str) -> str | None:
    """What kind of document the title says it is; None where it says nothing of it."""
    kinds = list(_KINDS)
    named = [kinds[int((found.lastgroup or "k0")[1:])] for found in _NAMED.finditer(title)]
    return next((each for each in named if each != "Diary"), named[0] if named else None)
