"""The words that stand about a citation without being part of it."""

from __future__ import annotations

import re

RUNS_ON = re.compile(r"(?:[,\-–—]|\b(?:a|an|and|at|between|by|for|from|in|of|on|or|regarding|the|to|with))$")

SAW = re.compile(
    r"(?:accessed|retrieved|visited|viewed|consulted|bulletin|translated|\bcopyright|©)[^.;]*$", re.IGNORECASE
)

BOILERPLATE = re.compile(
    r"(?:Wilson Center|Woodrow Wilson|(?:Cold War )?International History|History and Public Policy Program|"
    r"Digital Archive|CWIHP|contributed (?:by|to)|translated (?:by|for)|(?:copy )?(?:courtesy|obtained)|(?:accessed|"
    r"retrieved)\b|available at|in (?:the )?possession|AVP ?RF|RGANI|TsKhSD|National Security Archive)",
    re.IGNORECASE,
)

TAIL = re.compile(r"(?:\s+(?:dated|of|on|from)|[\s,;:.(“\"]+)+$")  # what leads from a title to its date

KIND_BEGINS = re.compile(
    r"\b(?:(?:Top Secret|Secret|Soviet|Polish|Handwritten|Draft|From the|Excerpt from|Summary of)\s+)*"
    r"(?:Record|Summary|Minutes|Notes?|Memorand(?:um|a)|Memo|Report|Transcript|Stenogram|Conversation|Interview|Agreement"
    r"|Cable|Airgram|Communiqu[eé]|Decision|Decree|Declaration|Diary|Journal|Directive|Instructions?|Letter|Message"
    r"|Protocol|Resolution|Speech|Statement|Comment|Telegram|Treaty|Dispatch|Despatch)\b"
    r"(?=[^.;:!?]{0,60}?\s(?:from|to|between|of|with|by|for|on|regarding|concerning|about|in|at|sent|No)\b)"
)
