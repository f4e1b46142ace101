"""A question as it is spoken -> in full: what've you got? which one's about the mill?"""

import re
from functools import cache

from rag.language.tables import table


def in_full(text: str) -> str:
    """The text without contractions: "what is" for "what's"."""
    if "'" not in text and "’" not in text:
        return text
    for contracted, full in _patterns():
        text = contracted.sub(full, text)
    return text


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    known = table("spellings")["contractions"]
    return [
        (re.compile(each.replace("{asking}", known["asking"]).replace("'", "['’]"), re.IGNORECASE), full)
        for each, full in known["in_full"]
    ]
