"""Questions with and without an answer -> rag/answer/answerability_head.json.

The features of each question are those of `rag.answer.answerability`. Questions near the subject and turns of the
reference desk say whether they have an answer; where one has, and few records give it, the question counts a second
time, without these records, as one that has none. Only what the records are asked for in words of its own counts, as
only that is judged.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from rag.answer.answerability import HEAD, LIKELY, AnswerFeatures, answer_features
from rag.assistant import from_evidence
from rag.assistant.assistant import Assistant
from rag.settings import Settings
from tests.followups.__main__ import learned

TESTS = Path(__file__).parent.parent
NEAR = TESTS / "evaluation" / "near_subject.jsonl"
DESK = TESTS / "reference_desk"
REFUSED = ("refusal", "false premise")
UNREAD = "sev-b"  # turns that nothing may learn from
FACTS = ("who", "fact", "when", "where", "number inside", "yes/no", "definition", "misspelt", "place")
FEW = 4  # records that answer, up to which a question counts a second time without them
FOLDS = 10
PENALTY = 30.0
WEIGHT = 3.0
"""What an answer wrongly refused costs, where one wrongly given costs 1."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question that was judged."""

    question: str
    source: str
    answered: bool
    features: AnswerFeatures


def examples(assistants: Mapping[str, Assistant], sets: list[Path]) -> Iterator[Example]:
    """Every question whose answer is judged, over the collections that are here."""
    for line in NEAR.read_text(encoding="utf-8").splitlines():
        each = json.loads(line)
        yield from _asked(assistants, each, "near", answered=each["answered"])
    for path in sets:
        for line in path.read_text(encoding="utf-8").splitlines():
            turn = json.loads(line)
            if turn["history"] or turn["id"].startswith(UNREAD):
                continue
            if any(each.get("status") == "not_found" for each in turn["expect"].get("any_of", [turn["expect"]])):
                yield from _asked(assistants, turn, path.stem, answered=False)
                continue
            if turn["kind"] in REFUSED:  # what is false in it may be answered by what is true
                continue
            gold = [] if "any_of" in turn["expect"] else _answering(turn["expect"])
            if turn["expect"].get("status", "answered" if gold else "") != "answered":
                continue
            yield from _asked(assistants, turn, path.stem, answered=True)
            if gold and len(gold) <= FEW and turn["kind"] in FACTS:
                yield from _asked(assistants, turn, f"{path.stem}, taken away", answered=False, without=gold)


def _answering(expect: Mapping[str, Any]) -> list[str]:
    return [id_ for key in ("first", "cites", "cites_some") for id_ in expect.get(key, ())]


def _asked(
    assistants: Mapping[str, Assistant],
    turn: Mapping[str, Any],
    source: str,
    *,
    answered: bool,
    without: list[str] | None = None,
) -> Iterator[Example]:
    """The features of one question, if it has any; `without` names records that are left out of what is found."""
    if turn["collection"] not in assistants:
        return
    found: list[AnswerFeatures] = []

    def spy(requirements: Any, weighed: Any, *rest: Any) -> AnswerFeatures:  # noqa: ANN401 - as the one it stands for
        if left := [each for each in weighed if each.hit.record.id not in (without or ())]:
            found.append(answer_features(requirements, left, *rest))
        return answer_features(requirements, weighed, *rest)

    with patch.object(from_evidence, "answer_features", spy):
        assistants[turn["collection"]].ask(turn["question"])
    if found:
        yield Example(turn["question"], source, answered, found[0])


def main() -> int:
    """Learn, print how questions left out of the learning fare, and write the weights."""
    parser = argparse.ArgumentParser(prog="python -m tests.answerability", description=__doc__.splitlines()[0])
    parser.add_argument("vectors", nargs="+", metavar="COLLECTION=DIR", help="where each collection is built")
    parser.add_argument("--turns", nargs="*", type=Path, default=[], help="further turns of a reference desk")
    args = parser.parse_args()
    assistants = {
        name: Assistant.open(Settings.load({"RAG_VECTORS": folder}))
        for name, _, folder in (each.partition("=") for each in args.vectors)
    }
    found = list(examples(assistants, [*sorted(DESK.glob("*.jsonl")), *args.turns]))
    rows = np.array([astuple(each.features) for each in found], float)  # (n, 13)
    answered = np.array([float(each.answered) for each in found])
    fold = np.array([sum(map(ord, each.question)) % FOLDS for each in found])
    left_out = np.zeros(len(found))
    for each in range(FOLDS):
        weights, bias = _learned(rows[fold != each], answered[fold != each])
        left_out[fold == each] = rows[fold == each] @ weights + bias
    refused = left_out < np.log(LIKELY / (1.0 - LIKELY))
    for source in sorted({each.source for each in found}):
        for label in (True, False):
            of = [at for at, each in enumerate(found) if each.source == source and each.answered is label]
            if of:
                sys.stdout.write(f"{source:22} {'answered' if label else 'unanswerable':13} {len(of):4} ")
                by_rule = sum(not found[at].features.enough for at in of)
                sys.stdout.write(f"refused {int(refused[of].sum()):4}, by the rule {by_rule:4}\n")
    weights, bias = _learned(rows, answered)
    names = [each.name for each in fields(AnswerFeatures)]
    learned_now = {"bias": round(bias, 4), **dict(zip(names, np.round(weights, 4).tolist(), strict=True))}
    HEAD.write_text(f"{json.dumps(learned_now, indent=1)}\n", encoding="utf-8")
    return 0


def _learned(rows: NDArray[np.float64], answered: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Weights (13,) and bias; an answer counts WEIGHT times."""
    times = np.where(answered == 1.0, int(WEIGHT), 1)
    return learned(np.repeat(rows, times, axis=0), np.repeat(answered, times), PENALTY)


if __name__ == "__main__":
    sys.exit(main())
