"""The benchmarks: that they run and what they count, never how fast anything is."""

from __future__ import annotations

import json
import lzma
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.bench import cost, needed, ours, site
from tests.bench.addresses import addresses
from tests.bench.collection import CHANGED, QUESTIONS, Collection, changed, prepare, records_of
from tests.bench.command import as_json, main
from tests.bench.figures import Figure, Sample, figures, table
from tests.bench.groups import GROUPS
from tests.bench.peers import __main__ as peers
from tests.bench.peers.environments import Peer
from tests.bench.run import Run
from tests.bench.vocabulary import WORDS, large, questions
from tests.bench.worker import Worker, WorkerError
from tests.bench.written import enlarge
from tests.fakes import index_of
from tests.pages import HARBOUR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.assistant.assistant import Assistant
    from rag.settings import Settings

PROGRAM = """
import os
from tests.bench.worker import serve
serve({"twice": lambda x: print("loud") or 2 * x, "die": lambda: os._exit(3), "fail": lambda: 1 / 0})
"""


class Here(Worker):
    """Our side in this process, so that the model is loaded once."""

    def __init__(self, _arguments: Sequence[str]) -> None:
        """Start nothing."""

    def call(self, function: str, *args: object) -> Any:  # noqa: ANN401 - as what it stands for
        """Call it; what it gives goes through JSON, as from another process."""
        return json.loads(json.dumps({**ours.FUNCTIONS, **site.FUNCTIONS}[function](*args), default=vars_of))

    def __exit__(self, *_: object) -> None:
        """There is nothing to end."""


def vars_of(value: cost.Cost) -> object:
    return {"cpu": value.cpu, "wall": value.wall}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A handful of records in JSON lines."""
    file = tmp_path / "harbour.jsonl.xz"
    with lzma.open(file, "wt", encoding="utf-8") as opened:
        for number, entry in enumerate(HARBOUR, 1):
            line = {"id": f"harbour/d{number}", "date": entry.date, "title": entry.title, "summary": entry.summary}
            opened.write(json.dumps(line) + "\n")
    return file


def test_a_run_measures_every_group_and_leaves_out_a_peer_that_cannot_be_measured(
    archive: Path, tmp_path: Path
) -> None:
    said: list[str] = []
    collection = prepare(str(archive), str(tmp_path))
    run = Run(
        folder=tmp_path,
        ours=ours.ARGUMENTS,
        site=site.ARGUMENTS,
        rag=ours.RAG,
        collections=[collection],
        peers=[],
        rounds=1,
        builds=1,
        sizes=(7,),
        known=None,
        engines=(),
        say=said.append,
        start=Here,
    )
    samples = [sample for group in GROUPS.values() for sample in group(run)]
    report = json.loads(as_json(samples))
    measured = {(each["group"], each["name"], each["column"]): each["value"] for each in report["figures"]}

    assert {group for group, _, _ in measured} == {*GROUPS}
    assert all(value > 0 for value in measured.values())
    assert measured["peers", "records asked about, of 24, among five", "ours"] == QUESTIONS
    shown = addresses(Collection("", "", 3, ("",), (), (), ("a", "b"), (), "", ""), "", {})
    pages = {page for group, page, _ in measured if group == "pages"}
    assert pages <= {*shown, *(f"{page}: the largest" for page in shown)}
    assert {"/search, 50 a page", "/search, 50 a page: the largest", "/docs"} <= pages
    assert {column for group, _, column in measured if group == "sizes"} == {"3", "7 enlarged"}
    needed = {re.sub(" p50.*|:.*", "", each["name"]) for each in report["needed"]}
    assert needed >= {"understanding 12 words, CPU", "slowest page, CPU, 3 records", "largest page, 3 records"}


def test_a_peer_that_fails_is_left_out_and_said_so(archive: Path, tmp_path: Path) -> None:
    said: list[str] = []
    run = Run(
        folder=tmp_path,
        ours=ours.ARGUMENTS,
        site=site.ARGUMENTS,
        rag=ours.RAG,
        collections=[prepare(str(archive), str(tmp_path))],
        peers=[Peer("none such", "nowhere", None, hybrid=False)],
        rounds=1,
        builds=1,
        sizes=(),
        known=None,
        engines=(),
        say=said.append,
        start=lambda arguments: Here(arguments) if arguments == list(ours.ARGUMENTS) else Worker(arguments),
    )
    columns = {sample.column for sample in GROUPS["peers"](run)}

    assert columns == {"ours", "ours, records alone"}
    assert [line for line in said if line.startswith("none such is left out")]


def test_a_peer_takes_what_it_has_in_common_with_us_in_our_version() -> None:
    def pins(file: Path) -> dict[str, str]:
        return dict(line.split("==") for line in file.read_text(encoding="utf-8").split())

    own = pins(Path(".setup/constraints.txt"))

    for peer in Path(".setup/peers").glob("*.txt"):
        assert {name: pin for name, pin in pins(peer).items() if own.get(name, pin) != pin} == {}


def test_the_peer_by_hand_finds_what_was_asked_about(archive: Path, tmp_path: Path) -> None:
    collection = prepare(str(archive), str(tmp_path))
    peers.build("by_hand", collection.texts, str(tmp_path / "home"))
    asked = peers.ask("by_hand", str(tmp_path / "home"), collection.plain[:1])

    assert asked[0]["found"][0] == collection.rows[0]  # type: ignore[index] # a list of rows


def test_the_command_measures_only_what_is_asked_for(archive: Path, tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    bench = (sys.executable, "-m", "tests.bench", "--rounds", "1", "--groups", "help", "--seeds", archive)
    ended = subprocess.run([*bench, "--json", file], check=True, capture_output=True, text=True)  # noqa: S603 - our own
    report = json.loads(file.read_text(encoding="utf-8"))

    assert {each["name"] for each in report["figures"]} == {"rag --help, wall", "rag --help, CPU"}
    assert report["faults"] == []
    assert "| rag --help, CPU |" in ended.stdout


@pytest.mark.parametrize(
    "wrong",
    [["nowhere.jsonl"], ["--rounds", "0"], ["--groups", "nothing"], ["--peers", "none"], ["--sizes", "many"]],
)
def test_wrong_usage_is_refused_before_anything_is_measured(wrong: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(wrong)


def test_a_program_in_a_process_of_its_own_answers_and_its_faults_are_reported() -> None:
    with Worker([sys.executable, "-c", PROGRAM]) as worker:
        assert worker.call("twice", 21) == 42
        with pytest.raises(WorkerError, match="ZeroDivisionError"):
            worker.call("fail")
        assert worker.call("twice", 4) == 8
        with pytest.raises(WorkerError, match="the process ended"):
            worker.call("die")


def test_a_figure_is_the_median_over_all_rounds_and_its_ratio_is_to_the_best_peer() -> None:
    measured = figures(
        [
            Sample("peers", "build", "ours", "s", (4.0,)),
            Sample("peers", "build", "slow", "s", (60.0,)),
            Sample("peers", "build", "quick", "s", (6.0,)),
            Sample("peers", "build", "ours", "s", (2.0, 3.0)),
        ]
    )
    *_, row = table(measured)

    assert measured[0] == Figure("peers", "build", "ours", "s", 3.0, 3)
    assert row == "| build | 3.00 s | 60.0 s | 6.00 s | 0.50 |"


def test_sizes_rise_and_each_is_compared_with_the_smallest() -> None:
    measured = figures(
        [Sample("sizes", "a question", column, "ms", (value,)) for column, value in (("1,000", 3.0), ("57", 2.0))]
    )
    first, _, row = table(measured, "57")

    assert first == "|  | 57 | 1,000 |"
    assert row == "| a question | 2.00 ms | 3.00 ms (1.50) |"


def test_of_a_tail_the_95th_percentile_is_a_figure_too() -> None:
    values = tuple(float(value) for value in range(101))
    half, most = figures([Sample("http", "a question", "57", "ms", values, tail=True)])

    assert (half.name, half.value) == ("a question p50", 50.0)
    assert (most.name, most.value) == ("a question p95", 95.0)


def test_hybrid_and_dense_peers_each_have_their_own_target() -> None:
    measured = figures(
        [
            Sample("peers", "a question", column, "ms", (value,), tail=True)
            for column, value in (("ours", 8.0), ("txtai, hybrid", 20.0), ("LanceDB, hybrid", 40.0), ("Chroma", 15.0))
        ]
    )

    assert [(each.value, each.most) for each in needed.needed(measured)] == [(0.4, 1 / 3), (8 / 15, 1 / 2)]


def test_a_process_that_fails_is_no_figure(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        cost.of_process([sys.executable, "-c", "raise SystemExit(3)"], tmp_path, {})


def test_a_call_costs_what_it_computes() -> None:
    nothing, much = cost.of_call(lambda: None), cost.of_call(lambda: sum(range(10**6)))

    assert nothing.cpu < much.cpu
    assert cost.peak() > 0


def test_an_enlarged_collection_has_the_real_records_and_near_duplicates(
    settings: Settings, assistant: Assistant, tmp_path: Path
) -> None:
    n = len(assistant.ids(0, 1000)[0])
    enlarge(str(settings.vectors), str(tmp_path), 2 * n + 5)
    reader = index_of(tmp_path).reader()
    ids = reader.ids(0, 10 * n)
    vectors = reader.vectors(ids)

    assert len(set(ids)) == len(reader) == 2 * n + 5
    assert ids[:n] == assistant.ids(0, n)[0]
    cosines = np.einsum("ij,ij->i", vectors[:n], vectors[n : 2 * n])
    np.testing.assert_allclose(cosines, 1 / np.sqrt(1 + 0.3**2), atol=0.02)


def test_each_question_finds_the_record_that_it_was_made_of(
    settings: Settings, assistant: Assistant, tmp_path: Path
) -> None:
    collection = prepare(str(settings.seeds), str(tmp_path))
    found = [
        id_ in {hit.record.id for hit in assistant.search(question, k=10).hits}
        for question, id_ in zip(collection.questions, collection.ids, strict=True)
    ]

    assert len(found) == QUESTIONS
    assert sum(found) > 0.8 * QUESTIONS


def test_ten_records_are_changed_and_no_other(settings: Settings) -> None:
    records = records_of(settings.seeds)
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
