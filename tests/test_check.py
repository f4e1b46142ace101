"""References and quotations against the seeds: what is true is found, what is not is never called exact."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rag.check import LONGEST, Verdict, Where
from rag.check.letters import parts, plain, same, verbatim
from rag.check.measuring import counted, false_exact, measure, read_cases
from rag.check.wording import content
from rag.cli import main
from rag.errors import QuestionError, SourceError
from rag.names.spelling import tokens

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.check import Checked, Finding
    from rag.record import Record

CASES = Path(__file__).parent / "checks.tsv"
QUOTED = 8  # words from which on a stretch of a summary is long enough to be told from any other text


def only(checked: Checked) -> Finding:
    assert len(checked.findings) == 1, checked.findings
    return checked.findings[0]


def nearest(checked: Checked, finding: Finding) -> Record:
    return checked.citations[finding.citations[0] - 1].hit.record


@pytest.fixture(scope="module")
def records(assistant: Assistant) -> list[Record]:
    return [hit.record for hit in assistant.records(limit=100).hits]


def test_on_the_labelled_texts_nothing_is_called_exact_falsely_and_the_true_are_found(assistant: Assistant) -> None:
    outcomes = measure(assistant.check, read_cases(CASES))
    expected, _, right = counted(outcomes, "exact")

    assert len(outcomes) >= 60
    assert false_exact(outcomes) == 0
    assert right >= 0.95 * expected


def test_every_record_is_found_by_its_title_and_date(assistant: Assistant, records: list[Record]) -> None:
    for record in records:
        assert record.date is not None
        for text in (f"{record.title}, {record.date.text}", f"“{record.title},” {record.date.text}, Digital Archive."):
            checked = assistant.check(text)
            first = checked.findings[0]
            assert first.verdict is Verdict.EXACT, (text, first)
            assert nearest(checked, first).title == record.title


@given(data=st.data())
@settings(max_examples=150)
def test_a_stretch_of_a_summary_is_exact_and_with_one_word_changed_it_never_is(
    assistant: Assistant, records: list[Record], data: st.DataObject
) -> None:
    record = data.draw(st.sampled_from([each for each in records if len(each.summary.split()) >= QUOTED]))
    words = record.summary.split()
    first = data.draw(st.integers(0, len(words) - QUOTED))
    last = data.draw(st.integers(first + QUOTED, len(words)))
    stretch = " ".join(words[first:last])
    assume(not re.search(r"[“”\"]", stretch))
    assume(content(tokens(stretch)) >= QUOTED / 2)

    quoted = assistant.check(f"It says: “{stretch}”")
    assert [each.verdict for each in quoted.findings] == [Verdict.EXACT]

    at = data.draw(st.integers(first, last - 1))
    other = data.draw(st.sampled_from([word for each in records for word in each.summary.split()[:6]]))
    changed = " ".join([*words[first:at], other, *words[at + 1 : last]])
    assume(not re.search(r"[“”\"]", changed))
    assume(not any(verbatim(changed, each.summary) for each in records))
    falsified = assistant.check(f"It says: “{changed}”")
    assert Verdict.EXACT not in {each.verdict for each in falsified.findings}


@given(first=st.text(max_size=60), second=st.text(max_size=60))
def test_the_parts_of_a_comparison_are_both_texts_whole(first: str, second: str) -> None:
    compared = parts(first, second)

    assert "".join(each.text for each in compared if each.side is not Where.HELD) == first
    assert plain("".join(each.text for each in compared if each.side is not Where.GIVEN)) == plain(second)
    if all(each.side is Where.BOTH for each in compared):
        assert same(first, second)


@given(text=st.text(alphabet=st.sampled_from("ab .\n\"'“”‘’«»[]…@1962/<>&\x00\u202e\ud800é"), max_size=400))
@settings(max_examples=100)
def test_whatever_is_pasted_is_read_to_the_letter_or_refused_in_one_line(assistant: Assistant, text: str) -> None:
    try:
        checked = assistant.check(text)
    except QuestionError:
        assert not any(map(str.isalnum, text))
        return
    for finding in checked.findings:
        assert checked.text[finding.start : finding.end] == finding.text
        assert finding.reasons
        assert all(1 <= number <= len(checked.citations) for number in finding.citations)


def test_a_text_that_is_too_long_or_empty_is_refused_with_the_bound(assistant: Assistant) -> None:
    with pytest.raises(QuestionError, match="at most 20,000"):
        assistant.check("x" * (LONGEST + 1))
    with pytest.raises(QuestionError, match="empty"):
        assistant.check("“ … ”")


def test_a_file_of_labelled_texts_is_refused_by_the_line_of_its_fault(tmp_path: Path) -> None:
    path = tmp_path / "cases.tsv"
    path.write_text("a\tb\texact\t-\tText\na\tb\tperhaps\t-\tText\n", encoding="utf-8")

    with pytest.raises(SourceError, match=r"cases.tsv:2: 'perhaps' is no verdict"):
        read_cases(path)


def test_the_command_marks_what_differs_and_measures_a_file(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], settings: object
) -> None:
    monkeypatch.setenv("RAG_VECTORS", str(settings.vectors))  # type: ignore[attr-defined] # the fixture of conftest
    assert assistant.generation
    assert main(["check", "Telegram from A.I. Mikoyan in Havana to CC CPSU (1), November 2, 1962"]) == 0
    shown = capsys.readouterr().out
    assert "ALTERED" in shown
    assert "[-Havana-]{+New York+}" in shown
    assert main(["check", "--evaluate", str(CASES)]) == 0
    assert "false exact: 0" in capsys.readouterr().out
