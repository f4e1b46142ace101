"""Judged questions are read as they stand, and a fault is named with its line and its cure."""

from __future__ import annotations

import json
import lzma
from typing import TYPE_CHECKING

import pytest

from rag.dates.archival_date import parse_date
from rag.errors import SourceError
from rag.evaluate.question_sets import read_questions, read_volumes
from rag.query.enquiry import Turn
from rag.record import Record

if TYPE_CHECKING:
    from pathlib import Path

PIER = Record("pier", "Resolution on a pier", "", parse_date("December 02, 1961"))
LETTER = Record("letter", "Letter to the harbour master", "", None)

GOOD = {"id": "1", "kind": "fact", "question": "Who built the pier?", "relevant": []}


def relevant(**changes: object) -> dict[str, object]:
    return {"date": "December 2, 1961", "title": "Resolution on a pier", "grade": 2, **changes}


def written(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def folder(tmp_path: Path, qrels: str) -> Path:
    documents = [
        {"_id": "a/1", "title": "  A harbour ", "text": "It is\ndeep.", "date": "1961"},
        {"_id": "2", "title": "", "text": "A pier was built. It is of stone.  It is long."},
        {"_id": "3", "title": "", "text": ""},
    ]
    history = ["user: What was built?", "agent: A pier: of stone.", "user: When?"]
    queries = [{"_id": "q1", "text": "and its length?", "history": history}, {"_id": "q2", "text": "unjudged"}]
    with lzma.open(tmp_path / "corpus.jsonl.xz", "wt", encoding="utf-8") as file:
        file.write("\n".join(map(json.dumps, documents)))
    with lzma.open(tmp_path / "queries.jsonl.xz", "wt", encoding="utf-8") as file:
        file.write("\n".join(map(json.dumps, queries)))
    (tmp_path / "qrels.tsv").write_text(qrels, encoding="utf-8")
    return tmp_path


def test_records_are_found_however_days_are_padded_and_words_spaced(tmp_path: Path) -> None:
    line = GOOD | {
        "relevant": [relevant(title="Resolution  on a\npier"), relevant(date=None, title=LETTER.title, grade=1)]
    }
    (question,) = read_questions(written(tmp_path, json.dumps(line), ""), [PIER, LETTER])

    assert question.grades == {"pier": 2, "letter": 1}


def test_a_followup_has_the_question_before_it(tmp_path: Path) -> None:
    line = GOOD | {"kind": "followup", "after": "Was there a pier?", "relevant": [relevant()]}
    (question,) = read_questions(written(tmp_path, json.dumps(line)), [PIER])

    assert question.history == (Turn("Was there a pier?"),)


def test_a_related_question_stands_on_a_record(tmp_path: Path) -> None:
    line = {"id": "r", "kind": "related", "record": {"title": LETTER.title}, "relevant": [relevant()]}
    (question,) = read_questions(written(tmp_path, json.dumps(line)), [PIER, LETTER])

    assert question.record == "letter"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "Invalid JSON"),
        ("[]", "correct the line"),
        (json.dumps({"id": "1"}), "kind: Field required; correct the line"),
        (json.dumps(GOOD), "no record is relevant: name one, or make the kind noanswer"),
        (
            json.dumps(GOOD | {"question": " "}),
            "it asks nothing: give a question, or a record whose related records are wanted",
        ),
        (json.dumps(GOOD | {"relevant": [relevant(grade=-1)]}), "relevant.0.grade: Input should be greater"),
        (
            json.dumps(GOOD | {"relevant": [relevant(title="A quay")]}),
            "no record of 'December 2, 1961' titled 'A quay'; correct",
        ),
        (json.dumps(GOOD | {"relevant": [relevant(date="1961")]}), "no record of '1961' titled"),
    ],
)
def test_a_faulty_line_is_named_with_its_cure(tmp_path: Path, line: str, fault: str) -> None:
    path = written(tmp_path, json.dumps(GOOD | {"kind": "noanswer"}), "", line)

    with pytest.raises(SourceError) as caught:
        read_questions(path, [PIER])

    assert str(caught.value).startswith(f"{path}:3: ")
    assert fault in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none\.jsonl: cannot be read \(No such file"):
        read_questions(tmp_path / "none.jsonl", [])


@pytest.mark.parametrize("name", ["questions.jsonl", "questions.jsonl.xz"])
def test_a_damaged_file_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\xff\xfe")

    with pytest.raises(SourceError, match=rf"{name}:1: is damaged \(.*\); fetch the file anew"):
        read_questions(tmp_path / name, [])


def test_a_folder_is_read_with_its_judged_queries_and_their_turns(tmp_path: Path) -> None:
    (volume,) = read_volumes(folder(tmp_path, "query-id\tcorpus-id\tscore\nq1\t2\t1\nq1\ta/1\t0\n"))
    (question,) = volume.questions

    assert (question.id, question.kind, question.grades) == ("q1", "query", {"2": 1, "a%2F1": 0})
    assert question.history == (Turn("What was built?", "A pier: of stone."), Turn("When?"))


def test_a_document_without_a_title_is_titled_by_its_first_sentence(tmp_path: Path) -> None:
    (volume,) = read_volumes(folder(tmp_path, "query-id\tcorpus-id\tscore\n"))
    harbour, pier, empty = volume.records

    assert (harbour.id, harbour.title, harbour.summary) == ("a%2F1", "A harbour", "It is deep.")
    assert harbour.date is not None
    assert harbour.date.edtf == "1961"
    assert (pier.title, pier.summary) == ("A pier was built.", "It is of stone. It is long.")
    assert (empty.title, empty.summary) == ("3", "")


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("q1\t9\t1", "the corpus has no document '9'; remove the line or complete the corpus"),
        ("q1\t2", "expected query-id, corpus-id and a grade of 0 to 20, with tabs between"),
        ("q1\t2\tgood", "expected query-id, corpus-id and a grade of 0 to 20, with tabs between"),
    ],
)
def test_a_faulty_judgement_is_named_with_its_line(tmp_path: Path, row: str, fault: str) -> None:
    with pytest.raises(SourceError, match=fault) as caught:
        list(read_volumes(folder(tmp_path, f"query-id\tcorpus-id\tscore\nq1\t2\t1\n{row}\n")))

    assert caught.value.line == 3


def test_a_folder_without_a_corpus_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"corpus\.jsonl: cannot be read"):
        list(read_volumes(tmp_path))
