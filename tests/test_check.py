"""References and quotations against the seeds: what is true is found, what is not is never called exact."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from rag.assistant.assistant import Assistant
from rag.check import LONGEST, TextSide, Verdict
from rag.check.text_compare import compare, plain, same_text, verbatim
from rag.check.word_diff import content_words
from rag.cli import main
from rag.errors import ModelError, QuestionError, SourceError
from rag.evaluate.checks import false_exact, measure, read_cases, tally
from rag.index.open import open_index
from rag.language.tokens import tokens
from rag.names.authority import read_authorities
from rag.names.build_profile import profile_of
from rag.record import Collection
from rag.schemas import CheckOut
from tests.fakes import WordCountEmbedder, index_of, shelve

if TYPE_CHECKING:
    import httpx2

    from rag.check import Checked, Finding
    from rag.embeddings import Embedder
    from rag.record import Record
    from rag.settings import Settings

pytest_plugins = ["serving"]

CASES = Path(__file__).parent / "checks.tsv"
QUOTED = 8  # words from which on a stretch of a summary stands in no other text


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
    expected, _, right = tally(outcomes, "exact")

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
@examples(max_examples=150)
def test_a_stretch_of_a_summary_is_exact_and_with_one_word_changed_it_never_is(
    assistant: Assistant, records: list[Record], data: st.DataObject
) -> None:
    record = data.draw(st.sampled_from([each for each in records if len(each.summary.split()) >= QUOTED]))
    words = record.summary.split()
    first = data.draw(st.integers(0, len(words) - QUOTED))
    last = data.draw(st.integers(first + QUOTED, len(words)))
    stretch = " ".join(words[first:last])
    assume(not re.search(r"[“”\"]", stretch))
    assume(content_words(tokens(stretch)) >= QUOTED / 2)

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
    compared = compare(first, second)

    assert "".join(each.text for each in compared if each.side is not TextSide.RECORD) == first
    assert plain("".join(each.text for each in compared if each.side is not TextSide.GIVEN)) == plain(second)
    if all(each.side is TextSide.BOTH for each in compared):
        assert same_text(first, second)


@given(text=st.text(alphabet=st.sampled_from("ab .\n\"'“”‘’«»[]…@1962/<>&\x00\u202e\ud800é"), max_size=400))
@examples(max_examples=100)
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
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    monkeypatch.setenv("RAG_VECTORS", str(settings.vectors))
    assert assistant.generation
    assert main(["check", "Telegram from A.I. Mikoyan in Havana to CC CPSU (1), November 2, 1962"]) == 0
    shown = capsys.readouterr().out
    assert "ALTERED" in shown
    assert "[-Havana-]{+New York+}" in shown
    assert main(["check", "--evaluate", str(CASES)]) == 0
    assert "false exact: 0" in capsys.readouterr().out


PASTED = (
    "In the Notes of Conversation between A.I. Mikoyan and Fidel Castro, November 3, 1962, <b>nothing</b> is said. "
    "“Mikoyan discusses the American decision to exclude the Cubans from negotiations with the US.” "
    "He promised “two hundred tractors and a sugar mill before the end of winter”."
)


def test_the_page_marks_what_differs_and_says_so_to_a_screen_reader(client: httpx2.Client) -> None:
    page = client.post("/check", data={"text": PASTED}).text
    verdicts = re.findall(r'<span class="judged (\w+)">', page)

    assert verdicts == ["exact", "altered", "not_found"]
    assert re.search(r"<del><span class=\"unseen\">[^<]*</span>American\s*<", page)
    assert re.search(r"<ins><span class=\"unseen\">[^<]*</span>Soviet\s*<", page)
    assert "<b>" not in page
    assert page.count('href="/records/') >= 3


def test_page_api_and_assistant_find_the_same(client: httpx2.Client, assistant: Assistant) -> None:
    checked = client.post("/api/v1/check", json={"text": PASTED}).json()
    page = client.get("/check", params={"text": PASTED}).text
    citations = {each["number"]: each for each in checked["citations"]}

    assert checked == CheckOut.of(assistant.check(PASTED)).model_dump(mode="json")
    assert [each["verdict"] for each in checked["findings"]] == re.findall(r'<span class="judged (\w+)">', page)
    for finding in checked["findings"]:
        assert checked["text"][finding["start"] : finding["end"]] == finding["text"]
        assert all(citations[number]["record"]["url"] in page for number in finding["citations"])


@pytest.mark.parametrize("text", ["", " \r\n ", "\x00\u202e", "y" * (LONGEST + 1)])
def test_what_cannot_be_checked_is_refused_by_page_and_api_with_the_reason(client: httpx2.Client, text: str) -> None:
    page = client.post("/check", data={"text": text})
    answer = client.post("/api/v1/check", json={"text": text})

    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert "text" in answer.json()["detail"]


def test_lines_are_counted_as_the_box_counts_them(client: httpx2.Client) -> None:
    text = "a\r\n" * (LONGEST // 2)

    assert client.post("/check", data={"text": text}).status_code == 200


@pytest.mark.parametrize(
    ("days", "verdict"), [(0, Verdict.EXACT), (1, Verdict.NEAR), (30, Verdict.NEAR), (40, Verdict.ALTERED)]
)
def test_a_date_is_a_slip_up_to_a_month_away_and_beyond_that_another(
    assistant: Assistant, days: int, verdict: Verdict
) -> None:
    given = dt.date(1968, 4, 15) + dt.timedelta(days=days)
    text = f"“Directive Sent to the Soviet Ambassador, Havana,” {given:%B} {given.day}, {given.year}"

    assert only(assistant.check(text)).verdict is verdict


def test_a_quotation_credited_to_another_record_is_altered(assistant: Assistant) -> None:
    words = "“Castro’s response to a Soviet Foreign Ministry telegram regarding the prohibition of special arms”"
    rightly = assistant.check(
        f"{words} (Telegram from Soviet Ambassador to Cuba A.I. Alekseev to USSR Foreign Ministry, October 27, 1962)"
    )
    wrongly = assistant.check(f"{words} (Telegram from Nikita Khrushchev to Anastas Mikoyan, November 11, 1962)")

    assert [each.verdict for each in rightly.findings] == [Verdict.EXACT, Verdict.EXACT]
    assert [each.verdict for each in wrongly.findings] == [Verdict.ALTERED, Verdict.EXACT]
    assert "not in the record that the text names for them" in wrongly.findings[0].reasons[0]


def test_a_true_title_with_more_words_behind_it_is_not_exact(assistant: Assistant, records: list[Record]) -> None:
    for record in records:
        checked = assistant.check(
            f"“{record.title} on the Price of Oranges,” {record.date.text if record.date else ''}"
        )
        assert Verdict.EXACT not in {each.verdict for each in checked.findings}, record.title


TITLE = "Telegram from A.I. Mikoyan in New York to CC CPSU (1)"
BEFORE_A_SOURCE = (
    "{}, {}, November 2, 1962",
    "{} from {}, November 2, 1962",
    "{} from the {}, November 2, 1962",
    "{}, November 2, 1962, from the {}",
    "{} {}",
)


@pytest.mark.parametrize("form", BEFORE_A_SOURCE)
@pytest.mark.parametrize(
    "archive",
    ["National Security Archive", "British Library", "Churchill Archives Centre", "National Archives of Australia"],
)
def test_a_true_title_is_exact_whatever_archive_the_text_names(assistant: Assistant, form: str, archive: str) -> None:
    found = only(assistant.check(form.format(TITLE, archive)))

    assert (found.verdict, found.text) == (Verdict.EXACT, TITLE)


@pytest.mark.parametrize("archive", ["the National Security Archive", "the British Library"])
def test_an_archive_that_a_title_is_about_is_no_source(assistant: Assistant, archive: str) -> None:
    for joined in ("to", "on", "for"):
        assert only(assistant.check(f"{TITLE} {joined} {archive}, November 2, 1962")).verdict is Verdict.ALTERED
    assert only(assistant.check(f"Report on {archive}, 3 May 1962")).text == f"Report on {archive}"


def test_the_settings_and_files_of_names_say_what_an_archive_is_called(
    assistant: Assistant, settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "names.toml"
    file.write_text('[archives]\n"Harbour House" = ["Havneriet"]\n', encoding="utf-8")
    ours = Assistant(
        open_index(settings),
        pytest.fail,
        called=Collection(title="Papers of the Lund Family", institution="Lund University"),
        authorities=read_authorities([file]),
    )

    for archive in ("Papers of the Lund Family", "Lund University", "Harbour House", "Havneriet"):
        text = f"{TITLE} from {archive}, November 2, 1962"
        assert only(assistant.check(text)).verdict is Verdict.ALTERED
        assert only(ours.check(text)).verdict is Verdict.EXACT


def test_the_records_say_what_an_archive_is_called(records: list[Record], tmp_path: Path) -> None:
    embedder = WordCountEmbedder()
    shelve(
        tmp_path,
        [replace(record, archive="Lund Papers, Havn") for record in records],
        embedder,
        profile=profile_of(records).to_bytes(),
    )
    ours = Assistant(index_of(tmp_path), lambda: embedder)

    for archive in ("Lund Papers", "Lund Papers, Havn"):
        assert only(ours.check(f"{TITLE} from {archive}, November 2, 1962")).verdict is Verdict.EXACT


def test_words_are_enough_where_the_encoder_cannot_be_loaded(settings: Settings, assistant: Assistant) -> None:
    def missing() -> Embedder:
        message = "no encoder here"
        raise ModelError(message)

    alone = Assistant(open_index(settings), missing)
    paraphrase = alone.check("Castro was hurt because nobody in Moscow had asked him before the weapons left.")

    assert alone.check(PASTED).findings == assistant.check(PASTED).findings
    assert only(paraphrase).verdict is Verdict.UNDECIDED
    assert "Castro" in nearest(paraphrase, only(paraphrase)).text
