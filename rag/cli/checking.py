"""`rag check`: a footnote, a quotation, a paragraph -> a verdict on each reference and quotation."""

import argparse
import json
import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path

from rag.check import Checked, Finding
from rag.cli.opening import opened
from rag.settings import Settings


def run_check(args: argparse.Namespace, settings: Settings) -> int:
    """Print a verdict on each reference and quotation."""
    if args.evaluate:
        from rag.evaluate.checks import figures, measure, read_cases, table

        outcomes = measure(opened(settings).check, read_cases(Path(args.text)))
        print(json.dumps(figures(outcomes), indent=2) if args.json else table(outcomes))
        return 0
    text = sys.stdin.buffer.read().decode("utf-8", "replace") if args.text == "-" else args.text
    checked = opened(settings).check(text)
    if args.json:
        from rag.schemas import CheckOut

        print(CheckOut.of(checked).model_dump_json(indent=2))
    else:
        print("\n".join(_lines(checked)))
    return 0


def _lines(checked: Checked) -> Iterable[str]:
    for finding in checked.findings:
        yield f"{_worded(finding).upper()}  {textwrap.shorten(finding.text, 86, placeholder=' …')}"
        for reason in finding.reasons:
            yield textwrap.fill(reason, 100, initial_indent="    ", subsequent_indent="    ")
        if any(part.side.value != "both" for part in finding.parts):
            shown = "".join(_marked(part.side.value, part.text) for part in finding.parts)
            yield textwrap.fill(shown, 100, initial_indent="    ", subsequent_indent="    ")
        for number in finding.citations:
            hit = checked.citations[number - 1].hit
            date = hit.record.date.text if hit.record.date else "undated"
            yield f"    [{number}] {date}: {hit.record.title}\n        {hit.record.id}"
        yield ""
    yield from checked.notes


def _worded(finding: Finding) -> str:
    return "not in this collection" if finding.verdict.value == "not_found" else finding.verdict.value


def _marked(side: str, text: str) -> str:
    """Only in the text: [-...-]; only in the record: {+...+}, as `wdiff` marks words."""
    return {"given": f"[-{text}-]", "held": f"{{+{text}+}}"}.get(side, text)
