r"""Labelled texts -> how well the checker judges them: precision and recall by verdict.

A line of the file has five columns, separated by tabs: its set, a name for the case, the expected verdicts in the order
of the text and the records meant (beginnings of their ids, "-" for none), both separated by semicolons, and the text,
with \n for a line break. Lines that begin with # are comments.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from rag.check.verdicts import Checked, Finding, Verdict
from rag.errors import SourceError

NOTHING = "nothing"  # stands for a claim that the checker did not find, or for one that the text does not make

_COLUMNS = 5


@dataclass(frozen=True, slots=True)
class Case:
    """A text and the verdict expected on each of its claims."""

    line: int  # number of its line in the file, from 1
    set: str
    name: str
    verdicts: tuple[str, ...]
    records: tuple[str, ...]  # for each verdict the beginning of the id of the record meant, or "-"
    text: str


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """One claim, with the verdict expected and the verdict given."""

    case: Case
    expected: str
    given: str
    found: bool  # whether the nearest record is the one meant; True where none is meant


def read_cases(path: Path) -> list[Case]:
    """Read a file of labelled texts; SourceError names a faulty line."""
    known = {verdict.value for verdict in Verdict}
    cases = []
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise SourceError(str(path), 0, "is not UTF-8; save it as UTF-8") from error
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = line.split("\t")
        if len(parts) != _COLUMNS:
            raise SourceError(str(path), number, f"has {len(parts)} columns, not {_COLUMNS}; separate them by tabs")
        verdicts, records = parts[2].split(";"), parts[3].split(";")
        if unknown := [verdict for verdict in verdicts if verdict not in known]:
            raise SourceError(str(path), number, f"{unknown[0]!r} is no verdict; they are {', '.join(sorted(known))}")
        text = parts[4].replace("\\n", "\n")
        cases.append(Case(number, parts[0], parts[1], tuple(verdicts), tuple(records), text))
    if not cases:
        raise SourceError(str(path), 0, "has no case; write one text to a line")
    return cases


def measure(check: Callable[[str], Checked], cases: Sequence[Case]) -> list[CheckOutcome]:
    """Check every text, and compare its claims with those expected, in the order of the text."""
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
    """Precision and recall by verdict, for each set; then the claims that differ from those expected."""
    by_set: defaultdict[str, list[CheckOutcome]] = defaultdict(list)
    for outcome in outcomes:
        by_set[outcome.case.set].append(outcome)
    lines = [f"{'':12} {'verdict':10} {'expected':>8} {'given':>6} {'right':>6} {'precision':>10} {'recall':>7}"]
    for name, own in [*by_set.items(), ("all", outcomes)]:
        for verdict in Verdict:
            expected, given, right = tally(own, verdict.value)
            lines.append(
                f"{name:12} {verdict.value:10} {expected:8} {given:6} {right:6} "
                f"{_share(right, given):>10} {_share(right, expected):>7}"
            )
    lines += [
        "",
        f"{len(outcomes)} claims; false exact: {false_exact(outcomes)}; nearest record wrong: {_missed(outcomes)}",
    ]
    lines += [
        f"line {outcome.case.line} ({outcome.case.name}): {outcome.expected} expected, {outcome.given} given"
        + ("" if outcome.found else ", another record")
        for outcome in outcomes
        if outcome.expected != outcome.given or not outcome.found
    ]
    return "\n".join(lines)


def tally(outcomes: Sequence[CheckOutcome], verdict: str) -> tuple[int, int, int]:
    """How many claims should have this verdict, how many have it, and how many both, with the right record."""
    expected = sum(outcome.expected == verdict for outcome in outcomes)
    given = sum(outcome.given == verdict for outcome in outcomes)
    right = sum(outcome.expected == verdict == outcome.given and outcome.found for outcome in outcomes)
    return expected, given, right


def false_exact(outcomes: Sequence[CheckOutcome]) -> int:
    """How many claims are called exact and are not, or with the wrong record."""
    return sum(outcome.given == "exact" and (outcome.expected != "exact" or not outcome.found) for outcome in outcomes)


def _missed(outcomes: Sequence[CheckOutcome]) -> int:
    return sum(not outcome.found for outcome in outcomes)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def figures(outcomes: Sequence[CheckOutcome]) -> dict[str, object]:
    """The same as JSON."""
    confused = Counter((outcome.expected, outcome.given) for outcome in outcomes)
    return {
        "claims": len(outcomes),
        "false_exact": false_exact(outcomes),
        "nearest_wrong": _missed(outcomes),
        "verdicts": {
            verdict.value: dict(zip(("expected", "given", "right"), tally(outcomes, verdict.value), strict=True))
            for verdict in Verdict
        },
        "confused": [{"expected": a, "given": b, "claims": count} for (a, b), count in sorted(confused.items())],
    }
