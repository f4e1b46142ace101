"""The benchmarks: that they run and what they count, never how fast anything is."""

from __future__ import annotations

import json
import lzma
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.bench import cost
from tests.bench.addresses import addresses
from tests.bench.collection import CHANGED, QUESTIONS, Collection, changed, prepare, records_of
from tests.bench.command import as_json, lines, main
from tests.bench.figures import Sample, rows, table
from tests.bench.rounds import GROUPS, measure
from tests.bench.vocabulary import WORDS, large, questions
from tests.pages import HARBOUR

if TYPE_CHECKING:
    from pathlib import Path

    from rag.assistant import Assistant
    from rag.settings import Settings

BOTH_SIDES = (
    *(f"{name}, {of}" for name in ("build", "build, 10 changed", "build, nothing new") for of in ("CPU", "wall")),
    *("build, speed", "build, peak memory", "build, on disk"),
    *(f"start to first answer, {of}" for of in ("CPU", "wall", "peak memory")),
    *("question, wall p50", "question, wall p95", "question, CPU"),
)
OURS_ALONE = (
    *("rag --help, CPU", "rag --help, wall"),
    *("question over HTTP, wall p50", "question over HTTP, wall p95", "question over HTTP, server's mean CPU"),
    *(f"arranging the names, {of}, CPU" for of in ("harbour", "50,000 words")),
    *(f"understanding 12 words, {of}, CPU {at}" for of in ("harbour", "50,000 words") for at in ("p50", "p95")),
    *(f"page {page}, CPU" for page in addresses(Collection("", 3, ("",), ("a", "b")), "")),
)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A handful of records in JSON lines."""
    file = tmp_path / "harbour.jsonl.xz"
    with lzma.open(file, "wt", encoding="utf-8") as opened:
        for number, told in enumerate(HARBOUR, 1):
            line = {"id": f"harbour/d{number}", "date": told.date, "title": told.title, "summary": told.summary}
            opened.write(json.dumps(line) + "\n")
    return file


def test_a_run_measures_every_figure_and_of_both_sides_what_both_can_do(archive: Path) -> None:
    report = measure(archive, 1, GROUPS, process=partial(ThreadPoolExecutor, 1))

    printed = "\n".join(lines(report))
    written = {row["name"]: row for row in json.loads(as_json(report))["rows"]}
    assert written.keys() == {*BOTH_SIDES, *OURS_ALONE}
    assert all(name in printed for name in written)
    assert all(row["value"] > 0 and row["n"] > 0 and row["unit"] for row in written.values())
    assert {name for name, row in written.items() if row["ratio"]} == {*BOTH_SIDES}


def test_the_command_measures_only_what_is_asked_for(archive: Path, tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    bench = (sys.executable, "-m", "tests.bench", "--rounds", "1", "--only", "help")
    subprocess.run([*bench, "--archive", archive, "--json", file], check=True, capture_output=True)  # noqa: S603 - our own
    told = json.loads(file.read_text(encoding="utf-8"))

    assert (told["collection"], told["records"], told["rounds"]) == ("harbour", 3, 1)
    assert [row["name"] for row in told["rows"]] == ["rag --help, CPU", "rag --help, wall"]


@pytest.mark.parametrize("wrong", [["--archive", "nowhere.jsonl"], ["--rounds", "0"], ["--only", "nothing"]])
def test_wrong_usage_is_refused_before_anything_is_measured(wrong: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(wrong)


def test_a_row_is_the_median_over_all_rounds_and_its_ratio_to_the_peers() -> None:
    ours = [
        Sample("build, wall", "s", (4.0,)),
        Sample("question", "ms", (1.0,)),
        Sample("build, wall", "s", (2.0, 3.0)),
    ]
    peer = [Sample("build, wall", "s", (6.0,))]
    build, question = rows(ours, peer)

    assert (build.value, build.n, build.peer, build.ratio) == (3.0, 3, 6.0, 0.5)
    assert (question.value, question.n, question.peer, question.ratio) == (1.0, 1, None, None)


def test_of_a_tail_the_95th_percentile_is_a_row_too() -> None:
    values = tuple(float(value) for value in range(101))
    half, most = rows([Sample("question", "ms", values, tail=True)], [])

    assert (half.name, half.value) == ("question p50", 50.0)
    assert (most.name, most.value) == ("question p95", 95.0)


def test_the_table_gives_a_line_to_each_row_under_one_heading() -> None:
    made = rows([Sample("a", "s", (1234.5,)), Sample("b", "s", (0.01,))], [Sample("a", "s", (1.0,))])
    _, first, second = table(made)

    assert first.split() == ["a", "1,234", "1.000", "s", "1", "1234.50"]
    assert second.split() == ["b", "0.010", "s", "1"]


def test_a_process_that_fails_is_no_figure(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        cost.of_process([sys.executable, "-c", "raise SystemExit(3)"], tmp_path, {})


def test_a_call_costs_what_it_computes() -> None:
    nothing, much = cost.of_call(lambda: None), cost.of_call(lambda: sum(range(10**6)))

    assert nothing.cpu < much.cpu
    assert much.rss > 0


def test_each_question_finds_the_record_that_it_was_made_of(
    settings: Settings, assistant: Assistant, tmp_path: Path
) -> None:
    collection = prepare(settings.seeds, tmp_path / "texts.jsonl")
    found = [
        id_ in {hit.record.id for hit in assistant.search(question, k=10).hits}
        for question, id_ in zip(collection.questions, collection.ids, strict=True)
    ]

    assert len(found) == QUESTIONS
    assert sum(found) > 0.8 * QUESTIONS


def test_ten_records_are_changed_and_no_other(settings: Settings) -> None:
    records = list(records_of(settings.seeds))
    altered = [after for before, after in zip(records, changed(records), strict=True) if after != before]

    assert len(altered) == CHANGED
    assert all(record.summary.endswith("The summary was revised.") for record in altered)


def test_the_large_vocabulary_is_the_same_every_time() -> None:
    profile = large()

    assert len(profile.words) == WORDS
    assert profile == large()
    assert {word for name in profile.names for form in name.forms for word in form.split()} <= profile.words.keys()


def test_questions_have_twelve_words() -> None:
    asked = questions(large(), 24)

    assert {len(question.split()) for question in asked} == {12}
    assert len(set(asked)) == 24
