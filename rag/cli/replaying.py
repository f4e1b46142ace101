"""`rag replay`: a receipt -> the same answer, or what changed since."""

import argparse
import json
import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path

from rag.answer.receipt import FORM, receipts_in
from rag.answer.replay import Replay
from rag.cli.asking import cited
from rag.cli.opening import opened
from rag.errors import ReceiptError
from rag.settings import Settings


def run_replay(args: argparse.Namespace, settings: Settings) -> int:
    """Say of each receipt whether its answer is the same."""
    from rag.schemas import ReplayOut

    lines = _lines(args.receipt)
    assistant = opened(settings)
    for place, line in enumerate(lines):
        replay = assistant.replay(line)
        if args.json:
            print(json.dumps(ReplayOut.of(replay).model_dump(mode="json"), ensure_ascii=False))
        else:
            print("\n".join(["", *_replay_lines(replay)] if place else _replay_lines(replay)))
    return 0


def _lines(given: str) -> tuple[str, ...]:
    """The receipt on the command line, or those of a file."""
    if given != "-" and given.startswith("rr") and not Path(given[:200]).is_file():
        return (given,)
    try:
        text = sys.stdin.read() if given == "-" else Path(given).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ReceiptError(f"{given}: is not a text file ({error.reason}); give a file with a receipt") from error
    found = receipts_in(text) or ((text,) if text.lstrip().startswith("rr") else ())  # `replay` names the fault
    if not found:
        place = "standard input" if given == "-" else given
        raise ReceiptError(f"{place}: has no receipt; a receipt is a line that begins with {FORM}.")
    return found


def _replay_lines(replay: Replay) -> Iterable[str]:
    yield textwrap.fill(f"Question: {replay.receipt.asked.question}", 100)
    yield textwrap.fill(f"Understood: {replay.answer.understood.text}", 100)
    yield "The same records and quotes as before." if replay.same else "Not the same as before:"
    for change in replay.changes:
        yield textwrap.fill(
            f"{change.record_id} {change.text}" if change.record_id else change.text,
            100,
            initial_indent="  ",
            subsequent_indent="  ",
            break_on_hyphens=False,
        )
        for lost in change.lost:
            yield textwrap.fill(f"before: {lost}", 100, initial_indent="    ", subsequent_indent="    ")
    yield from map(cited, replay.answer.sentences)
    for citation in replay.answer.citations:
        yield f"[{citation.number}] {citation.hit.record.id}"
