"""A file of turns -> turns -> outcomes -> a table by kind."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.reference_desk.desk import cited_ids, own_words, quoted
from tests.reference_desk.expectations import Heard, faults, judge, places

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tests.reference_desk.desk import Desk, Reply

SEEDS = Path(__file__).with_name("turns.jsonl")
"""The turns over the seeds."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation, and what is expected of its reply."""

    id: str
    collection: str
    kind: str
    history: tuple[str, ...]
    question: str
    expect: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A turn that was put; `reply` is None where it could not be asked or read."""

    turn: Turn
    reply: Reply | None
    wrong: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The verdict, for programs."""
        turn = self.turn
        return {"id": turn.id, "kind": turn.kind, "passed": not self.wrong, "wrong": self.wrong, "reply": self.reply}


def read(path: Path) -> list[Turn]:
    """Read a file of turns; ValueError names the line of what is amiss."""
    turns: dict[str, Turn] = {}
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                turn = _turn(json.loads(line))
                if turn.id in turns:
                    message = f"the id {turn.id} stands twice; give each turn its own"
                    raise ValueError(message)  # noqa: TRY301 - named with its line below
            except (KeyError, ValueError) as error:
                fault = f"lacks {error}; add it" if isinstance(error, KeyError) else error
                message = f"{path}:{number}: {fault}"
                raise ValueError(message) from error
            turns[turn.id] = turn
    return list(turns.values())


def _turn(line: Mapping[str, Any]) -> Turn:
    for fault in faults(line["expect"]):
        raise ValueError(fault)
    history = tuple(line["history"])
    return Turn(line["id"], line["collection"], line["kind"], history, line["question"], line["expect"])


def put(turns: Iterable[Turn], desks: Mapping[str, Desk]) -> Iterator[Outcome]:
    """Ask each turn at the desk of its collection, and judge what comes."""
    for turn in turns:
        desk = desks[turn.collection]
        try:
            reply = desk.ask(turn.question, turn.history, places(turn.expect))
            yield Outcome(turn, reply, tuple(judge(Heard(turn.expect, reply, desk, turn.history))))
        except (OSError, LookupError, TypeError, ValueError) as error:
            yield Outcome(turn, None, (f"could not be asked or read: {error!r}",))


def table(outcomes: Sequence[Outcome]) -> str:
    """How many turns of each kind passed, and of all."""
    kinds = defaultdict(list)
    for outcome in sorted(outcomes, key=lambda each: each.turn.kind):
        kinds[outcome.turn.kind].append(not outcome.wrong)
    kinds["all"] = [not outcome.wrong for outcome in outcomes]
    width = max(map(len, [*kinds, "kind"]))
    rows = (
        f"{kind:{width}} | {len(passed):3} | {sum(passed):3}  {sum(passed) / max(len(passed), 1):4.0%}"
        for kind, passed in kinds.items()
    )
    return "\n".join([f"{'kind':{width}} |   n | passed", *rows])


def shown(outcome: Outcome) -> str:
    """A turn that failed: what is wrong, and what came."""
    turn, reply = outcome.turn, outcome.reply or {}
    understood = (reply.get("understood") or {}).get("text")
    lines = [
        f"wrong: {'; '.join(outcome.wrong):.300}",
        f"got: {reply.get('status')}; read as {understood!r}",
        *(f"says: {line}" for line in own_words(reply)),
        *(f"quotes: {line:.160}" for line in quoted(reply)[:8]),
        f"cites: {', '.join(cited_ids(reply)[:12])}",
    ]
    heading = f"{turn.id} [{turn.kind}] {' > '.join([*turn.history, turn.question])}"
    return "\n    ".join([heading, *lines])
