"""Figures agree with counts made by hand; the collection that is asked is a tiny one that matches words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.answer import Answer, Citation, Sentence, Status
from rag.assistant.assistant import Found
from rag.evaluate import evaluate, evaluate_file, evaluate_folder
from rag.evaluate.figures import (
    Figure,
    citing_figures,
    interval,
    ranking_figures,
    refusal_figures,
    score,
)
from rag.evaluate.outcomes import Outcome, Way
from rag.evaluate.question_sets import TOP_GRADE, Question
from rag.evaluate.report import EvaluationReport
from rag.query.understanding import Understanding
from rag.record import Hit, Record
from rag.search.related import Related
from rag.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rag.query.enquiry import Turn

RECORDS = (
    Record("pier", "Resolution on a pier", "", None),
    Record("harbour", "Report on the harbour", "", None),
    Record("letter", "Letter on the harbour and a pier", "", None),
)


LISTED = 1


class WordMatcher:
    """A real collection, only a stupid one: it ranks by words in common, lists and cites the first."""

    def __init__(self, records: Sequence[Record] = RECORDS) -> None:
        """Take its records."""
        self._records = records

    def _hits(self, text: str) -> list[Hit]:
        asked = set(text.lower().split())
        common = {record.id: len(asked & set(record.text.lower().split())) for record in self._records}
        found = [record for record in self._records if common[record.id]]
        return [Hit(record, 1.0) for record in sorted(found, key=lambda record: -common[record.id])]

    def search(self, text: str, *, k: int = 10) -> Found:
        """See Answering."""
        hits = tuple(self._hits(text)[: min(k, LISTED)])
        return Found(hits, len(hits), None, None)

    def ranking(self, text: str, *, k: int) -> Sequence[Hit]:
        """See Answering."""
        return self._hits(text)[:k]

    def ask(self, question: str, *, history: Sequence[Turn] = (), k: int = 5) -> Answer:
        """See Answering."""
        text = " ".join([*(turn.question for turn in history), question])
        hits = self._hits(text)[:k]
        return Answer(
            status=Status.ANSWERED if hits else Status.NOT_FOUND,
            question=question,
            understood=Understanding(text),
            sentences=tuple(Sentence(hit.record.title, (1,)) for hit in hits[:1]),
            citations=tuple(Citation(1, hit, ()) for hit in hits[:1]),
            nearest=tuple(hits[1:]),
            notes=(),
            generation="one",
        )

    def related(self, record_id: str, *, k: int = 5) -> Sequence[Related]:
        """See Answering."""
        (own,) = (record for record in self._records if record.id == record_id)
        return [Related(hit, ()) for hit in self._hits(own.text) if hit.record.id != record_id][:k]

    def records(self, *, cursor: str | None = None, limit: int = 50) -> Found:
        """See Answering."""
        del limit  # one record a page, so that the pages are read on
        place = int(cursor or 0)
        following = str(place + 1) if place + 1 < len(self._records) else None
        return Found((Hit(self._records[place]),), len(self._records), following, None)


def question(kind: str = "fact", **grades: int) -> Question:
    return Question("q", kind, "a question", grades)


def outcome(ranking: str, *, refused: bool | None = None, kind: str = "fact", **grades: int) -> Outcome:
    return Outcome(question(kind, **grades), Way.ASK, tuple(ranking.split()), refused)


def values(each: Outcome) -> dict[str, float]:
    return dict(score([each])[0].values)


def values_of(figures: Sequence[Figure], way: Way, kind: str) -> dict[str, float]:
    return {figure.measure: figure.value for figure in figures if figure.way is way and figure.kind == kind}


def test_a_perfect_ranking_scores_one_on_every_measure() -> None:
    assert values(outcome("a b", a=2, b=1)) == {"nDCG@10": 1.0, "P@1": 1.0, "R@100": 1.0, "RR": 1.0}


def test_a_ranking_without_the_answer_scores_zero() -> None:
    assert values(outcome("x y", a=2)) == {"nDCG@10": 0.0, "P@1": 0.0, "R@100": 0.0, "RR": 0.0}
    assert values(outcome("", a=2)) == {"nDCG@10": 0.0, "P@1": 0.0, "R@100": 0.0, "RR": 0.0}


def test_measures_of_a_middling_ranking_are_those_counted_by_hand() -> None:
    # Gains 3 and 1: found 1 at rank 2 and 3 at rank 4; at best 3 at rank 1 and 1 at rank 2.
    found, best = 1 / np.log2(3) + 3 / np.log2(5), 3 / np.log2(2) + 1 / np.log2(3)

    assert values(outcome("x b y a z", a=2, b=1, c=0)) == pytest.approx(
        {"nDCG@10": found / best, "P@1": 0.0, "R@100": 1.0, "RR": 0.5}
    )


def test_related_records_are_judged_by_the_first_five() -> None:
    related = Outcome(question(a=2, b=2), Way.RELATED, tuple("vwxyzab"))

    assert score([related])[0].values["nDCG@5"] == 0.0


@given(
    st.permutations("abcdefghijkl"),
    st.dictionaries(st.sampled_from("abcdefghijklmno"), st.integers(0, TOP_GRADE), min_size=1),
)
def test_each_measure_agrees_with_ir_measures(ranking: list[str], grades: dict[str, int]) -> None:
    measures = {
        ir_measures.nDCG(gains={grade: 2**grade - 1 for grade in range(TOP_GRADE + 1)}) @ 10: "nDCG@10",
        ir_measures.P @ 1: "P@1",
        ir_measures.R @ 100: "R@100",
        ir_measures.RR: "RR",
    }
    # Scores that fall from rank to rank: the library sorts by score.
    run = {"q": {record: -float(rank) for rank, record in enumerate(ranking)}}
    expected = {measures[each.measure]: each.value for each in ir_measures.iter_calc(measures, {"q": grades}, run)}

    judged = Outcome(Question("q", "fact", "", grades), Way.ASK, tuple(ranking))

    assert values(judged) == pytest.approx(expected)


def test_figures_are_means_by_kind_and_over_all_kinds() -> None:
    outcomes = [outcome("a", a=1), outcome("x a", a=1), outcome("x", kind="date", a=1)]
    figures = ranking_figures(score(outcomes))

    assert values_of(figures, Way.ASK, "all")["RR"] == pytest.approx((1 + 0.5 + 0) / 3)
    assert values_of(figures, Way.ASK, "fact")["RR"] == pytest.approx(0.75)
    assert values_of(figures, Way.ASK, "date")["RR"] == 0.0
    assert {figure.n for figure in figures if figure.kind == "fact"} == {2}


def test_questions_without_an_answer_count_for_refusal_only() -> None:
    outcomes = [outcome("x", refused=True, kind="noanswer"), outcome("a", refused=False, a=1)]

    assert {figure.kind for figure in ranking_figures(score(outcomes))} == {"fact"}


def test_refusals_are_counted_against_both_kinds_of_error() -> None:
    outcomes = [
        *[outcome("", refused=True, kind="noanswer")] * 3,
        outcome("x", refused=False, kind="noanswer"),
        outcome("", refused=True, a=1),
        *[outcome("a", refused=False, a=1)] * 4,
    ]
    figures = refusal_figures(outcomes)

    assert {(each.kind, each.measure): (each.value, each.n) for each in figures} == {
        ("noanswer", "refusal recall"): (0.75, 4),
        ("refused", "refusal precision"): (0.75, 4),
        ("answerable", "wrongly refused"): (0.2, 5),
    }


def test_citing_is_counted_by_record_and_beginning_by_question() -> None:
    right, wrong = question(a=2), question(a=2)
    several = question(a=2, b=1, c=1, d=0)
    outcomes = [
        Outcome(right, Way.ASK, ("a",), refused=False, cited=("a", "x"), first=("a",)),
        Outcome(wrong, Way.ASK, ("a",), refused=False, cited=("x",), first=("x",)),
        Outcome(several, Way.ASK, ("a",), refused=False, cited=("a", "b", "d"), first=("d",)),
    ]

    assert {(each.kind, each.measure): (each.value, each.n) for each in citing_figures(outcomes)} == {
        ("one relevant record", "begins with it"): (0.5, 2),
        ("fact", "relevant cited"): (3 / 5, 5),
        ("fact", "cited irrelevant"): (3 / 6, 6),
    }


def test_a_figure_over_nothing_is_left_out() -> None:
    assert [each.measure for each in refusal_figures([outcome("a", refused=False, a=1)])] == ["wrongly refused"]
    assert refusal_figures([]) == ranking_figures([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_an_interval_contains_the_mean_and_is_the_same_on_every_run(values: list[float]) -> None:
    low, high = interval(values, [1.0] * len(values))

    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
    assert interval(values, [1.0] * len(values)) == (low, high)


def test_an_interval_narrows_as_questions_are_added() -> None:
    # The standard error of a share of one half over n questions is 0.5 / sqrt(n).
    for n in (16, 400):
        low, high = interval([0.0, 1.0] * (n // 2), [1.0] * n)

        assert (high - low) / 2 == pytest.approx(1.96 * 0.5 / np.sqrt(n), rel=0.15)


def test_a_question_file_is_asked_in_every_way_its_kinds_allow(tmp_path: Path) -> None:
    lines = [
        {"id": "1", "kind": "fact", "question": "harbour report", "relevant": [named("harbour", 2)]},
        {"id": "2", "kind": "noanswer", "question": "Mount Everest", "relevant": []},
        {"id": "3", "kind": "followup", "after": "resolution", "question": "harbour", "relevant": [named("pier", 2)]},
        {"id": "4", "kind": "related", "record": {"title": "Report on the harbour"}, "relevant": [named("letter", 1)]},
    ]
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    figures = evaluate_file(path, WordMatcher()).figures

    assert values_of(figures, Way.SEARCH, "fact")["nDCG@10"] == 1.0
    assert values_of(figures, Way.ASK, "noanswer") == {"refusal recall": 1.0}
    assert values_of(figures, Way.ALONE, "followup")["R@100"] == 0.0
    assert values_of(figures, Way.GLUED, "followup")["R@100"] == 1.0
    assert values_of(figures, Way.REWRITTEN, "followup")["R@100"] == 1.0
    assert values_of(figures, Way.HISTORY, "followup")["R@100"] == 1.0
    assert values_of(figures, Way.ASK, "one relevant record") == {"begins with it": 1.0}
    assert values_of(figures, Way.RELATED, "related")["nDCG@5"] == 1.0


def two_volumes(folder: Path) -> Path:
    """A folder of two documents, each a volume, and a question to each."""
    documents = [{"_id": f"{volume}/1", "title": "harbour", "text": "", "volume": volume} for volume in "AB"]
    queries = [{"_id": f"q{volume}", "text": "harbour", "volume": volume} for volume in "AB"]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, documents)), encoding="utf-8")
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)), encoding="utf-8")
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nqA\tA/1\t1\nqB\tB/1\t1\n", encoding="utf-8")
    return folder


def test_each_volume_of_a_folder_is_a_collection_of_its_own(tmp_path: Path) -> None:
    evaluated = evaluate_folder(two_volumes(tmp_path), lambda volume: WordMatcher(volume.records))

    assert values_of(evaluated.figures, Way.SEARCH, "all")["P@1"] == 1.0
    assert [each.kind for each in evaluated.figures if each.way is Way.SEARCH and each.measure == "RR"] == [
        "all",
        "A",
        "B",
    ]
    assert {each.outcome.ranking for each in evaluated.scored} == {("A%2F1",), ("B%2F1",)}


def test_a_folder_is_measured_where_no_collection_is_published(tmp_path: Path) -> None:
    settings = Settings.load({"RAG_VECTORS": str(tmp_path / "vectors")})

    report = evaluate(settings, [two_volumes(tmp_path)])

    assert values_of(report.sets[0].figures, Way.SEARCH, "all")["P@1"] == 1.0


def test_the_table_and_the_json_say_the_same(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    lines = [
        {"id": "d1", "kind": "fact", "question": "harbour pier", "relevant": [named("pier", 2)]},
        {"id": "d2", "kind": "noanswer", "question": "Mount Everest", "relevant": []},
    ]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    report = EvaluationReport((evaluate_file(path, WordMatcher()),))
    (found,) = json.loads(json.dumps(report.as_json()))
    rows = [cells(row) for row in report.table(verbose=True).splitlines()]
    rr = {"way": "search", "kind": "fact", "measure": "RR", "value": 0.5, "low": 0.5, "high": 0.5, "n": 1}

    assert found["name"] == "questions.jsonl"
    assert rr in found["figures"]
    assert cells("n  nDCG@10  P@1  R@100  RR  R@100 listed") in rows
    assert cells("search  fact  1  0.631 (0.631-0.631)  0.000 (0.000-0.000)") in [row[:7] for row in rows]
    judged = "nDCG@10 0.631  P@1 0.000  R@100 1.000  RR 0.500  R@100 listed 0.000"
    assert cells(f"search  fact  d1  {judged}  ranks 2  harbour pier") in rows
    assert cells("ask  noanswer  d2  ranks none  refused  Mount Everest") in rows


def cells(row: str) -> list[str]:
    return row.split()


def named(record_id: str, grade: int) -> dict[str, object]:
    (title,) = (record.title for record in RECORDS if record.id == record_id)
    return {"date": None, "title": title, "grade": grade}
