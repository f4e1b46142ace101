"""llm_gate_cases.tsv: true sentences and lies about the seeds, and how the gate judges them.

Half of them were written before the gate was tuned, half ("check") after, to see whether it had only learnt the first.
`python -m tests.llm_gate_cases` prints the table.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.assistant.assistant import Assistant
from rag.llm.gate import Gate
from rag.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.llm.gate import GatedSentence
    from rag.record import Record

CASES = Path(__file__).with_name("llm_gate_cases.tsv")
TRUE = "true"


@dataclass(frozen=True, slots=True)
class Case:
    """One sentence.

    Attributes:
        half: "tuning" or "check".
        kind: "true", or what sort of lie it is.
        records: How the ids of the records put before the model end, in the order of their numbers.
    """

    half: str
    kind: str
    records: tuple[str, ...]
    text: str


def cases() -> Iterator[Case]:
    """Every line of the table."""
    with CASES.open(encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith("#"):
                half, kind, records, text = line.rstrip("\n").split("\t")
                yield Case(half, kind, tuple(records.split()), text)


def judged(assistant: Assistant) -> list[tuple[Case, GatedSentence]]:
    """Every case, judged by the real gate."""
    records: dict[str, Record] = {
        hit.record.id.rpartition("-")[2]: hit.record for hit in assistant.records(limit=100).hits
    }
    gates: dict[tuple[str, ...], Gate] = {}
    found = []
    for case in cases():
        if case.records not in gates:
            cited = [records[end] for end in case.records]
            passages = assistant.passages([record.id for record in cited])
            given = dict(enumerate(zip(cited, passages, strict=True), start=1))
            gates[case.records] = Gate(given, assistant.names, assistant.meanings)
        found.append((case, gates[case.records].judge(case.text)))
    return found


def table(results: list[tuple[Case, GatedSentence]]) -> Iterator[str]:
    """How many of each sort stand, and each one that was judged wrongly."""
    every = Counter((case.half, case.kind) for case, _ in results)
    stand = Counter((case.half, case.kind) for case, found in results if found.stands)
    yield f"{'half':8} {'sort':20} {'n':>3} {'stand':>5}"
    for (half, kind), count in sorted(every.items()):
        yield f"{half:8} {kind:20} {count:3} {stand[half, kind]:5}"
    for case, found in results:
        if found.stands is not (case.kind == TRUE):
            yield f"{case.half} {case.kind}: {case.text} {'; '.join(reason.text for reason in found.reasons)}"


if __name__ == "__main__":
    sys.stdout.write("\n".join(table(judged(Assistant.open(Settings.load(os.environ))))) + "\n")
