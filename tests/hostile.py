"""Questions that no reader means well: what breaks terminals, parsers, engines, databases and encodings.

`python -m tests.hostile` puts ten thousand of them to the published collection and prints what came of it.
"""

from __future__ import annotations

import os
import random
import sys
from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING

from rag.assistant.assistant import Assistant
from rag.errors import QuestionError
from rag.query.enquiry import Turn
from rag.settings import Settings
from tests.questions import Put

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rag.answer.answer import Answer

LONGEST = 2000
"""Characters of a question, at most."""

PLAIN = Put("What did Mikoian tell Castro in November 1962?")
"""What is asked before and after, to see that nothing changed."""

HOSTILE = (
    "\0\1\2\x1b[2J Castro \x7f\x08",
    "(" * 2000,
    "(" * 1000 + "[" * 1000,
    "[{(" * 600,
    "Castro " + "{[(" * 600 + " missiles",
    "\u202e\u2067Castro\u2069 \u200f missiles \u200e",
    "AND OR NOT",
    "AND OR NOT title:^~* +missiles -castro (",
    "title:Castro AND summary:^~* OR (missiles",
    "+Castro -missiles ~2 ^99 [a TO z] {1 TO *}",
    "missiles^9999999 castro~99 [a TO z] {1962 TO *}",
    '"missiles',
    'Castro" OR "1"="1',
    "'; DROP TABLE record; --",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "<b>missiles</b> &amp; &lt;Cuba&gt;",
    "{{ missiles }} {% raw %} ${jndi:ldap://cuba} ${7*7} %s %n {0}",
    "../../etc/passwd %00 Cuba",
    "\ud800 Castro \udfff",
    "\ufeff\u2028\u2029\x85\x0b\x0c",
    "e\u0301" * 500,
    "\N{ROCKET} missiles " + "\N{ROCKET}" * 300,
    "от Кастро к Микояну в 1962",
    "\N{FULLWIDTH DIGIT NINE}" * 4 + " \N{CIRCLED DIGIT ONE} ½",
    "9" * 500,
    "31 February 1962",
    "1962-13-45/0000",
    "between 1970 and 1960",
    "the the the of of",
    "?",
    "x" * 2000,
    "Castro " * 285,
    "and and and and",
)
"""Each of them goes for a weakness of its own."""

_PIECES = (
    *HOSTILE,
    "Castro",
    "Mikoian",
    "in 1962",
    "and",
    "how about",
    "he",
    "the missiles",
    "May",
    " ",
    "\n",
    "?",
    ",",
)
_RANGES = (
    (0x00, 0x1F),
    (0x20, 0x7E),
    (0x80, 0x24F),
    (0x300, 0x36F),
    (0x590, 0x6FF),
    (0x2000, 0x206F),
    (0x3040, 0x30FF),
)
_WIDER = ((0xD800, 0xDFFF), (0xE000, 0xF8FF), (0xFE00, 0xFFFF), (0x1F300, 0x1FAFF), (0xE0000, 0xE01EF))
_LONG = 50  # one question in so many runs to the full length


def hostile(count: int, seed: int = 1962) -> Iterator[Put]:
    """So many, the same in every run: first each one written, then mixtures of pieces and of any characters at all."""
    chance = random.Random(seed)  # noqa: S311 - the questions must be the same in every run
    for number in range(count):
        if number < len(HOSTILE):
            yield Put(HOSTILE[number])
            continue
        before = tuple(_mixed(chance, 80) for _ in range(chance.choice((0, 0, 0, 1, 4))))
        yield Put(_mixed(chance, LONGEST if number % _LONG == 0 else 160), before, k=chance.randint(1, 20))


def _mixed(chance: random.Random, longest: int) -> str:
    """Pieces and runs of characters, strung together with or without spaces."""
    parts: list[str] = []
    for _ in range(chance.randint(1, 8) * longest // 80):
        if chance.random() < 0.6:
            parts.append(chance.choice(_PIECES)[: chance.randint(1, 40)])
        else:
            first, last = chance.choice((*_RANGES, *_WIDER))
            parts.append("".join(chr(chance.randint(first, last)) for _ in range(chance.randint(1, 12))))
    return chance.choice(("", " ")).join(parts)[:longest]


def digests(folder: Path) -> dict[str, str]:
    """Every file below a folder, with its SHA-256."""
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def answered(assistant: Assistant, put: Put) -> Answer | None:
    """What is answered; None where there is nothing but white space, which is refused by the one documented error."""
    try:
        return assistant.ask(put.question, history=[Turn(each) for each in put.before], k=put.k, among=put.among)
    except QuestionError:
        if put.question.strip():
            raise
        return None


def outcome(assistant: Assistant, put: Put) -> str:
    """What came of a question, in one word and, where it raised, what."""
    try:
        answer = answered(assistant, put)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
        return f"raised {type(error).__name__}: {error}"
    return answer.status.value if answer else "empty"


def main() -> None:
    """Put the questions, then print what came of them, each one that raised, and what changed."""
    settings = Settings.load(os.environ)
    assistant = Assistant.open(settings)
    files, plain = digests(settings.vectors), assistant.ask(PLAIN.question)
    counts: Counter[str] = Counter()
    longest = 0
    for number, put in enumerate(hostile(10_000), 1):
        came = outcome(assistant, put)
        longest = max(longest, len(put.question))
        counts[came.partition(" ")[0]] += 1
        if came.startswith("raised"):
            sys.stdout.write(f"{put!r}\n  {came}\n")
        if number % 1000 == 0:
            sys.stderr.write(f"{number} asked\n")
    told = ", ".join(f"{count} {came}" for came, count in sorted(counts.items()))
    sys.stdout.write(f"{counts.total()} asked: {told}; {counts['raised']} raised; longest {longest} characters\n")
    same = "unchanged" if digests(settings.vectors) == files else "CHANGED"
    again = "the same" if assistant.ask(PLAIN.question) == plain else "ANOTHER"
    sys.stdout.write(f"{len(files)} files of {assistant.generation} {same}; a plain question has {again} answer\n")


if __name__ == "__main__":
    main()
