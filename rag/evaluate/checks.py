r"""Labelled texts -> how well the checker judges them: precision and recall by verdict.

A line of the file holds, between tabs: the set it belongs to, what it is, the verdicts expected in the order of the
text and the records meant (beginnings of their ids, "-" for none), both between semicolons, and the text, a new line
written as \n. Lines that begin with # are comments.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from rag.check.verdicts import Verdict
from rag.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from rag.check.verdicts import Checked, Finding

NOTHING = "nothing"
"""Stands for a claim that was not found, or for one that nobody made."""

_COLUMNS = 5


@dataclass(frozen=True, slots=True)
class Case:
    """A text and what should be said of each of its claims.

    Attributes:
        line: Where it stands in the file, from 1.
        records: For each verdict the beginning of the id of the record meant, or "-".
    """

    line: int
    set: str
    what: str
    verdicts: tuple[str, ...]
    records: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """One claim: what was expected of it, and what came out.

    Attributes:
        right: Whether the nearest record is the one meant; True where none is meant.
    """

    case: Case
    expected: str
    given: str
    right: bool


def read_cases(path: Path) -> list[Case]:
    """Read a file of labelled texts; SourceError names the line of what is amiss."""
    known = {verdict.value for verdict in Verdict}
    cases = []
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise SourceError(str(path), 0, "is no UTF-8; save it as such") from error
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = line.split("\t")
        if len(parts) != _COLUMNS:
            raise SourceError(str(path), number, f"has {len(parts)} columns, not {_COLUMNS}; separate them by tabs")
        verdicts, records = parts[2].split(";"), parts[3].split(";")
        if unknown := [each for each in verdicts if each not in known]:
            raise SourceError(str(path), number, f"{unknown[0]!r} is no verdict; they are {', '.join(sorted(known))}")
        text = parts[4].replace("\\n", "\n")
        cases.append(Case(number, parts[0], parts[1], tuple(verdicts), tuple(records), text))
    if not cases:
        raise SourceError(str(path), 0, "holds no case; write one text to a line")
    return cases


def measure(check: Callable[[str], Checked], cases: Sequence[Case]) -> list[CheckOutcome]:
    """Check every text; claims are compared in the order of the text."""
    return [outcome for case in cases for outcome in _outcomes(case, check(case.text))]


def _outcomes(case: Case, checked: Checked) -> Iterator[CheckOutcome]:
    pairs = zip_longest(case.verdicts, case.records[: len(case.verdicts)], checked.findings)
    for expected, record, finding in pairs:
        right = record in {None, "-"} or (finding is not None and _nearest(checked, finding).startswith(record))
        given = finding.verdict.value if finding is not None else NOTHING
        yield CheckOutcome(case, expected or NOTHING, given, right)


def _nearest(checked: Checked, finding: Finding) -> str:
    return checked.citations[finding.citations[0] - 1].hit.record.id if finding.citations else ""


def table(outcomes: Sequence[CheckOutcome]) -> str:
    """Precision and recall by verdict, for each set; then what came out otherwise than expected."""
    by_set: defaultdict[str, list[CheckOutcome]] = defaultdict(list)
    for outcome in outcomes:
        by_set[outcome.case.set].append(outcome)
    lines = [f"{'':12} {'verdict':10} {'expected':>8} {'given':>6} {'right':>6} {'precision':>10} {'recall':>7}"]
    for name, own in [*by_set.items(), ("all", outcomes)]:
        for verdict in Verdict:
            expected, given, right = counted(own, verdict.value)
            lines.append(
                f"{name:12} {verdict.value:10} {expected:8} {given:6} {right:6} "
                f"{_share(right, given):>10} {_share(right, expected):>7}"
            )
    lines += [
        "",
        f"{len(outcomes)} claims; false exact: {false_exact(outcomes)}; nearest record wrong: {_strayed(outcomes)}",
    ]
    lines += [
        f"line {each.case.line} ({each.case.what}): {each.expected} expected, {each.given} given"
        + ("" if each.right else ", another record")
        for each in outcomes
        if each.expected != each.given or not each.right
    ]
    return "\n".join(lines)


def counted(outcomes: Sequence[CheckOutcome], verdict: str) -> tuple[int, int, int]:
    """How many claims should have had this verdict, how many had it, and how many both, with the right record."""
    expected = sum(each.expected == verdict for each in outcomes)
    given = sum(each.given == verdict for each in outcomes)
    right = sum(each.expected == verdict == each.given and each.right for each in outcomes)
    return expected, given, right


def false_exact(outcomes: Sequence[CheckOutcome]) -> int:
    """Claims called exact that are not, or of another record."""
    return sum(each.given == "exact" and (each.expected != "exact" or not each.right) for each in outcomes)


def _strayed(outcomes: Sequence[CheckOutcome]) -> int:
    return sum(not each.right for each in outcomes)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def figures(outcomes: Sequence[CheckOutcome]) -> dict[str, object]:
    """The same as JSON."""
    confused = Counter((each.expected, each.given) for each in outcomes)
    return {
        "claims": len(outcomes),
        "false_exact": false_exact(outcomes),
        "nearest_wrong": _strayed(outcomes),
        "verdicts": {
            verdict.value: dict(zip(("expected", "given", "right"), counted(outcomes, verdict.value), strict=True))
            for verdict in Verdict
        },
        "confused": [{"expected": a, "given": b, "claims": count} for (a, b), count in sorted(confused.items())],
    }
