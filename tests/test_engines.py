"""Every engine behind the index answers alike: a folder, a file of milvus-lite, a real Milvus server."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import httpx2
import numpy as np
import pytest
from fastapi.testclient import TestClient

from rag.assistant.assistant import Assistant
from rag.cli import main
from rag.cli.doctor import State, examine
from rag.dates.archival_date import ArchivalDate, Interval
from rag.embeddings.similar_words import NO_WORD_TABLE
from rag.errors import EngineUnavailable, GenerationError, NothingToBuild, RecordNotFound, SettingsError
from rag.evaluate import evaluate_file
from rag.index.milvus.address import parse
from rag.index.milvus.engine import Engine
from rag.index.milvus.record_vectors import FEW, condition
from rag.index.open import open_index
from rag.index.ports import Identity, IndexEntry, Matching, Order, Passages, QueryTerm
from rag.ingest.copy import copy
from rag.record import EVERYTHING, Filter, Record
from rag.settings import NO_SECRET, Secret, Settings
from tests.engines import balanced
from tests.serving import started
from web.app import create_app

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.index.ports import Index, IndexReader
    from rag.ingest.report import BuildReport
    from tests.engines import MilvusServer

pytest_plugins = ["engines"]

COUNT, DIMENSIONS = 1200, 64
IDENTITY = Identity("clusters", "0" * 64, DIMENSIONS, ("/seeds",))
BEGIN = dt.date(1960, 1, 1)
DAYS = 400  # on each of which are three records
QUESTIONS = Path("tests/evaluation/questions.jsonl")


def clustered() -> NDArray[np.float32]:
    """Vectors as texts have them: topics with noise."""
    random = np.random.default_rng(3)
    topics = random.standard_normal((24, DIMENSIONS))
    vectors = topics[random.integers(0, 24, COUNT)] + 0.5 * random.standard_normal((COUNT, DIMENSIONS))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32)


VECTORS = clustered()


def record(number: int) -> Record:
    day = BEGIN + dt.timedelta(days=number % DAYS)
    return Record(
        f"r{number}",
        f"Note {number}",
        "Grain and sugar." if number % 3 else "Arms, and the grain of Cuba.",
        ArchivalDate(str(day), str(day), day, day),
        people=(f"Person {number % 40}",),
        type=("Letter", "Report", None)[number % 3],
    )


RECORDS = [record(number) for number in range(COUNT)]


def first_days(count: int) -> Filter:
    return Filter(when=Interval(BEGIN, BEGIN + dt.timedelta(days=count - 1)))


FILTERS = {
    "all": EVERYTHING,
    "10 %": first_days(40),
    "1 %": first_days(4),
    "3 records": first_days(1),
    "a person": Filter(fields=(("people", frozenset({"Person 7"})),)),
    "not a type": Filter(not_fields=(("type", frozenset({"Letter"})),)),
    "a word": Filter(words=(("arms",),), when=first_days(200).when),
    "some ids": Filter(ids=frozenset(f"r{number}" for number in range(0, 300, 7))),
    "nobody": Filter(fields=(("people", frozenset({"nobody"})),)),
}


def entries(count: int = COUNT, begin: int = 0) -> list[IndexEntry]:
    return [
        IndexEntry(RECORDS[n], VECTORS[n], Passages((RECORDS[n].title,), VECTORS[n : n + 1]))
        for n in range(begin, count)
    ]


def publish(index: Index, what: list[IndexEntry], keep: int = 2) -> str:
    with index.writer(IDENTITY, keep=keep) as writer:
        for begin in range(0, len(what), 1000):
            writer.add(what[begin : begin + 1000])
        return writer.publish(b"profile", NO_WORD_TABLE)


def exact(question: NDArray[np.float32], passing: list[int], k: int) -> list[str]:
    cosines = VECTORS[passing] @ question
    return [f"r{passing[place]}" for place in np.argsort(-cosines)[:k]]


@dataclass
class History:
    """A collection published twice, the second time while it is asked, then as a graph and without its last record."""

    settings: Settings
    first: IndexReader
    second: IndexReader
    answered: int
    failures: list[Exception]


@pytest.fixture(scope="module", params=["embedded", "lite", "server"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of each engine, in a folder of their own."""
    folder = tmp_path_factory.mktemp(request.param)
    settings = Settings(seeds=folder, vectors=folder / "vectors")
    if request.param == "lite":
        return replace(settings, index=str(folder / "milvus.db"))
    if request.param == "server":
        server: MilvusServer = request.getfixturevalue("milvus_server")
        return replace(settings, index=server.address("contract"))
    return settings


@pytest.fixture(scope="module")
def history(place: Settings) -> History:
    index = open_index(place)
    publish(index, entries())
    first, answered, failures, done = index.reader(), [0], [], threading.Event()

    def ask() -> None:
        while not done.wait(0.05):
            try:
                assert len(index.reader().nearest(VECTORS[5], 10, FILTERS["10 %"])) == 10
                answered[0] += 1
            except Exception as error:  # noqa: BLE001 - the test looks at each
                failures.append(error)

    asking = [threading.Thread(target=ask) for _ in range(2)]
    with patch("rag.index.milvus.record_vectors.FLAT", 0), patch("rag.index.milvus.index.LOOK", 0.0):
        try:
            for thread in asking:
                thread.start()
            publish(index, entries(COUNT - 1))
        finally:
            done.set()
            for thread in asking:
                thread.join()
        return History(place, first, index.reader(), answered[0], failures)


@pytest.fixture(scope="module")
def folder_reader(tmp_path_factory: pytest.TempPathFactory) -> IndexReader:
    """The same records in a folder, to compare with."""
    folder = tmp_path_factory.mktemp("compared")
    index = open_index(Settings(seeds=folder, vectors=folder))
    publish(index, entries())
    return index.reader()


@pytest.mark.parametrize("few", [0, COUNT], ids=["by the engine", "few compared here"])
def test_the_nearest_are_those_of_comparing_all_under_every_filter(
    history: History, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FEW, "FLAT", few)
    reader = history.first
    for where in FILTERS.values():
        passing = [int(each.id[1:]) for each in reader.page(where, Order.DATE, 0, COUNT)]
        for question in VECTORS[:: COUNT // 5]:
            found = reader.nearest(question, 10, where)

            assert list(found) == exact(question, passing, 10)
            np.testing.assert_allclose(
                [*found.values()], [VECTORS[int(each[1:])] @ question for each in found], atol=1e-5
            )


@pytest.mark.parametrize("name", ["all", "10 %", "1 %", "3 records", "a word"])
def test_a_graph_finds_nearly_all_of_the_nearest_and_never_fewer_than_there_are(
    history: History, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FEW, "HNSW", 0)
    reader, where = history.second, FILTERS[name]
    passing = [int(each.id[1:]) for each in reader.page(where, Order.DATE, 0, COUNT)]
    asked = VECTORS[:: COUNT // 10]
    shares = []
    for question in asked:
        found, expected = reader.nearest(question, 10, where), exact(question, passing, 10)
        assert len(found) == len(expected)
        shares.append(len(found.keys() & expected) / len(expected))

    assert np.mean(shares) >= 0.97


def test_lists_counts_and_words_are_those_of_the_folder(history: History, folder_reader: IndexReader) -> None:
    def everything(reader: IndexReader) -> list[object]:
        words = [QueryTerm(("arms",)), QueryTerm(("cuba", "kuba"), 2.0)]
        matching = Matching((("grain",), ("arms",)), 2)
        seen: list[object] = [len(reader), reader.content, reader.identity, reader.profile(), reader.idf(words)]
        for where in FILTERS.values():
            seen += [
                reader.count(where, matching),
                reader.facets("people", where),
                reader.top_values("type", where, 1),
                reader.timeline(where, [BEGIN, BEGIN + dt.timedelta(days=50), BEGIN + dt.timedelta(days=DAYS)]),
                reader.page(where, Order.DATE_DESCENDING, 3, 20),
                reader.search_words(words, 20, where),
            ]
        seen += [reader.neighbours("r5"), reader.ids(10, 5), [each.texts for each in reader.passages(["r7", "r1"])]]
        return seen

    assert everything(history.first) == everything(folder_reader)
    ids = ["r9", "r2", "r9", "r1199"]
    np.testing.assert_array_equal(history.first.vectors(ids), folder_reader.vectors(ids))
    question = VECTORS[8]
    np.testing.assert_array_equal(
        history.first.passage_cosines(question, ids), folder_reader.passage_cosines(question, ids)
    )
    with pytest.raises(RecordNotFound):
        history.first.vectors(["nobody"])
    with pytest.raises(ValueError, match="64 finite numbers"):
        history.first.nearest(question[:5], 3, EVERYTHING)


def test_while_a_new_generation_is_published_no_question_fails(history: History) -> None:
    assert (history.failures, history.answered > 0) == ([], True)
    assert (len(history.first), len(history.second)) == (COUNT, COUNT - 1)
    assert history.second.generation > history.first.generation


def test_what_left_the_sources_is_found_no_more(history: History) -> None:
    question = VECTORS[COUNT - 1]

    assert next(iter(history.first.nearest(question, 1, EVERYTHING))) == f"r{COUNT - 1}"
    assert f"r{COUNT - 1}" not in history.second.nearest(question, 10, EVERYTHING)


def test_all_of_a_generation_is_verified_and_another_machine_answers_alike(history: History, tmp_path: Path) -> None:
    settings = history.settings
    elsewhere = replace(settings, vectors=tmp_path) if settings.index else settings
    index = open_index(elsewhere)
    reader = index.reader()

    assert [each.records for each in index.generations()][:2] == [COUNT - 1, COUNT]
    assert index.verify(history.first.generation) == COUNT
    assert reader.generation == history.second.generation
    for where in FILTERS.values():
        assert reader.nearest(VECTORS[3], 10, where) == history.second.nearest(VECTORS[3], 10, where)
        assert reader.page(where, Order.ENTERED, 0, 9) == history.second.page(where, Order.ENTERED, 0, 9)
    assert reader.entered(["r1"]) == history.first.entered(["r1"])


@pytest.fixture
def lite(tmp_path: Path) -> Settings:
    """A file of milvus-lite without a collection."""
    return Settings(seeds=tmp_path, vectors=tmp_path / "vectors", index=str(tmp_path / "own.db"))


def test_the_same_again_changes_nothing_and_old_generations_go(lite: Settings) -> None:
    index = open_index(lite)
    with pytest.raises(GenerationError, match="no generation is published; run `rag build`"):
        index.reader()
    names = [publish(index, entries(50)) for _ in range(3)]
    again = open_index(lite).reader()

    assert index.names() == names[1:]
    assert len(again) == 50
    assert again.content == open_index(replace(lite, vectors=lite.vectors / "other")).reader().content
    assert len(Engine(parse(lite.index), NO_SECRET).collections()) == 5  # two for each generation, and their list
    assert index.roll_back() == names[1]
    assert open_index(lite).published() == names[1]


def test_a_file_is_served_by_the_worker_alone(lite: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_INDEX", lite.index)

    with started(lite.vectors) as (address, _), httpx2.Client(base_url=address, timeout=60) as client:
        found = client.post("/api/v1/ask", json={"question": "What did Castro tell Mikoyan?"})

    assert found.json()["status"] == "answered"


def test_what_is_not_published_leaves_nothing_and_what_is_wrong_is_refused(lite: Settings) -> None:
    index = open_index(lite)
    publish(index, entries(20))
    with pytest.raises(ValueError, match="already"), index.writer(IDENTITY) as writer:
        writer.add([*entries(5), *entries(5)])
    with pytest.raises(NothingToBuild), index.writer(IDENTITY) as writer:
        writer.publish(b"", NO_WORD_TABLE)

    assert len(open_index(lite).reader()) == 20
    assert len(Engine(parse(lite.index), NO_SECRET).collections()) == 3


def test_a_damaged_cache_is_made_again_and_damage_on_the_server_is_found(lite: Settings) -> None:
    index = open_index(lite)
    name = publish(index, entries(30))
    (folder,) = lite.vectors.glob(f"replica/*/{name}")
    (folder / "profile.bin").write_bytes(b"damaged")

    assert open_index(lite).reader().profile() == b"profile"

    shutil.rmtree(folder)
    engine = Engine(parse(lite.index), NO_SECRET)
    (vectors,) = [each for each in engine.collections() if not each.endswith(("_texts", "_generations"))]
    engine.call(lambda client: client.delete(vectors, ids=[7], timeout=9))
    reader = open_index(lite).reader()

    with pytest.raises(EngineUnavailable, match="lacks 1 of 30"):
        reader.vectors(["r7"])
    with pytest.raises(GenerationError, match="not what was written"):
        index.verify(name)


def test_no_text_enters_a_condition(history: History) -> None:
    if not history.settings.index:
        pytest.skip("a folder has no conditions")
    evil = 'x"] or 1 == 1 or codes in ["'
    where = Filter(
        fields=(("people", frozenset({evil, "Person 7"})),), words=((evil,),), ids=frozenset({"r7", evil, "r8"})
    )

    written = condition(history.first._filtered(where)[0])  # type: ignore[attr-defined]  # noqa: SLF001 - what is sent

    assert set(written.replace("array_contains_any(codes,", "").replace("row in", "").replace("and", "")) <= set(
        "[]() 0123456789,"
    )
    assert set(history.first.nearest(VECTORS[0], 5, where)) == set()


@pytest.fixture(scope="module")
def copied(settings: Settings, report: BuildReport, place: Settings) -> Settings:
    """The seeds, copied to each engine."""
    assert report.records
    if not place.index:
        target = str(place.vectors.parent / "copied")
        copy(settings, str(settings.vectors), target)
        return replace(settings, vectors=Path(target))
    target = place.index.replace("contract", "seeds") if "://" in place.index else f"{place.index}-seeds.db"
    own = replace(settings, vectors=place.vectors.parent / "seeds", index=target)
    copy(own, str(settings.vectors), target)
    return own


@pytest.fixture(scope="module")
def expected_gains(settings: Settings, report: BuildReport) -> dict[str, float]:
    """What the folder reaches."""
    assert report.records
    return gains(settings)


def test_questions_are_answered_as_from_the_folder(
    copied: Settings, settings: Settings, expected_gains: dict[str, float]
) -> None:
    there, here = Assistant.open(copied), Assistant.open(settings)
    asked = [json.loads(line).get("question") for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]

    for question in filter(None, asked[::8]):
        answer, expected = there.ask(question), here.ask(question)
        assert (answer.status, answer.sentences, answer.cited) == (expected.status, expected.sentences, expected.cited)
        assert [hit.record.id for hit in answer.nearest] == [hit.record.id for hit in expected.nearest]
    if copied.index:
        assert gains(copied) == pytest.approx(expected_gains, abs=0.005)


def gains(settings: Settings) -> dict[str, float]:
    """NDCG@10 over all questions, by the way they were asked."""
    figures = evaluate_file(QUESTIONS, Assistant.open(settings)).figures
    return {each.way.value: each.value for each in figures if each.measure == "nDCG@10" and each.kind == "all"}


def test_a_copy_of_the_copy_has_the_same_records_vectors_and_days_of_entry(
    copied: Settings, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = copied.index or str(copied.vectors)

    with patch.dict("os.environ", {"RAG_VECTORS": str(copied.vectors)}):
        assert main(["copy", "--from", source, "--to", str(tmp_path / "back")]) == 0

    assert "copied 57 records" in capsys.readouterr().out
    before = open_index(settings).reader()
    after = open_index(Settings(seeds=tmp_path, vectors=tmp_path / "back")).reader()
    ids = before.ids(0, 57)
    assert (after.ids(0, 57), after.content, after.profile()) == (ids, before.content, before.profile())
    assert after.entered(ids) == before.entered(ids)
    assert after.word_table()[:].tobytes() == before.word_table()[:].tobytes()
    np.testing.assert_array_equal(after.vectors(ids), before.vectors(ids))
    for own, others in zip(after.passages(ids), before.passages(ids), strict=True):
        np.testing.assert_array_equal(own.vectors, others.vectors)


def test_the_doctor_says_which_engine_does_what(copied: Settings) -> None:
    checks = examine(copied)

    assert not [each for each in checks if each.state is State.FAIL]
    expected = "words, filters and counts come from the cache" if copied.index else "embedded: FAISS compares vectors"
    assert any(expected in each.what for each in checks)


def test_a_server_killed_during_a_build_loses_nothing_and_the_site_recovers_by_itself(
    milvus_server: MilvusServer, settings: Settings, report: BuildReport, tmp_path: Path
) -> None:
    assert report.records
    served = replace(settings, vectors=tmp_path, index=milvus_server.address("served"))
    copy(served, str(settings.vectors), served.index)
    client = TestClient(create_app(Assistant.open(served)))
    question = {"question": "Why did Castro object to the withdrawal of the missiles?"}
    before = client.post("/api/v1/ask", json=question)
    building = open_index(replace(served, index=milvus_server.address("killed"), vectors=tmp_path / "builder"))
    beginning = open_index(replace(served, index=milvus_server.address("begun"), vectors=tmp_path / "beginner"))

    with building.writer(IDENTITY) as writer:
        writer.add(entries(600))
        milvus_server.kill()
        refused = client.post("/api/v1/ask", json=question)
        starting = threading.Thread(target=milvus_server.start)
        starting.start()
        with beginning.lock():  # a build that begins now waits for the server
            held = beginning.published()
        writer.add(entries(COUNT, 600))
        name = writer.publish(b"profile", NO_WORD_TABLE)
        starting.join()

    assert (before.status_code, refused.status_code) == (200, 503)
    assert refused.headers["Retry-After"].isdecimal()
    assert "Traceback" not in refused.text
    assert held is None
    assert building.verify(name) == COUNT
    assert client.post("/api/v1/ask", json=question).json()["answer"] == before.json()["answer"]


def test_a_replica_that_is_killed_costs_no_request_that_is_made_again(
    milvus_server: MilvusServer, settings: Settings, report: BuildReport, tmp_path: Path
) -> None:
    assert report.records
    served = replace(settings, vectors=tmp_path, index=milvus_server.address("balanced"))
    copy(served, str(settings.vectors), served.index)
    body = {"question": "Why did Castro object to the withdrawal of the missiles?"}
    answers, again = list[object](), list[int]()

    with patch.dict("os.environ", RAG_INDEX=served.index), ExitStack() as running:
        (first, doomed), (second, _) = (running.enter_context(started(tmp_path / name)) for name in ("a", "b"))
        address = running.enter_context(balanced([first, second]))

        def ask(number: int) -> None:
            if number == 8:
                doomed.kill()
            answer = httpx2.post(f"{address}/api/v1/ask", json=body, timeout=60)
            if answer.status_code == 502:
                again.append(number)
                answer = httpx2.post(f"{address}/api/v1/ask", json=body, timeout=60)
            assert answer.status_code == 200
            answers.append(answer.json()["answer"])

        with ThreadPoolExecutor(3) as asking:
            list(asking.map(ask, range(24)))

    assert answers == 24 * answers[:1]
    assert again


def test_a_machine_that_is_lost_while_a_cluster_embeds_costs_no_record(
    settings: Settings, report: BuildReport, tmp_path: Path
) -> None:
    run = subprocess.run(  # noqa: S603 - Ray's processes are not this one's
        [sys.executable, "-m", "tests.ray_nodes", str(tmp_path)], capture_output=True, text=True, check=True
    )
    outcome = json.loads(run.stdout.splitlines()[-1])

    assert outcome["code"] == 0
    assert outcome["killed"] < outcome["stored"]  # in the middle
    here, there = open_index(settings).reader(), open_index(replace(settings, vectors=tmp_path)).reader()
    ids = here.ids(0, report.records + 1)
    assert there.ids(0, report.records + 1) == ids
    assert there.content == here.content
    assert np.vecdot(there.vectors(ids), here.vectors(ids)).min() >= 0.9999
    for own, others in zip(there.passages(ids), here.passages(ids), strict=True):
        assert np.vecdot(own.vectors, others.vectors).min() >= 0.9999


def test_a_cluster_that_is_not_there_is_named_and_so_is_what_is_not_installed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as wrong:
        main(["build", "--on", "milvus://here:1"])
    assert wrong.value.code == 2
    assert "is no cluster; write ray, or ray://HOST:PORT" in capsys.readouterr().err

    with patch.dict(sys.modules, {"ray": None}), patch.dict("os.environ", {"RAG_VECTORS": str(tmp_path)}):
        assert main(["build", "--on", "ray"]) == 1
    assert "ray is not installed; pip install 'reading-room[cluster]'" in capsys.readouterr().err


@pytest.mark.parametrize(
    "index", ["milvus://host/x", "milvus://host:1/a-b", "http://host:1/x", "folder", "milvus://u:secret@host:1/x"]
)
def test_an_address_that_cannot_be_used_is_refused_before_anything_is_done(index: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"RAG_INDEX: .* cannot be used") as refusal:
        open_index(Settings(seeds=tmp_path, vectors=tmp_path, index=index))

    assert "secret" not in str(refusal.value)


def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    settings = Settings(
        seeds=tmp_path, vectors=tmp_path, index="milvus://127.0.0.1:1/x", index_token=Secret("user:opensesame")
    )
    index = open_index(settings)

    for call in (index.reader, index.names, lambda: index.engine):
        with pytest.raises(EngineUnavailable, match=r"milvus://127.0.0.1:1/x: .*start the server") as refusal:
            call()
        assert "opensesame" not in repr(refusal.value)


def test_the_client_is_imported_only_where_it_is_used_and_its_absence_has_a_cure() -> None:
    program = (
        "import sys; sys.modules['pymilvus'] = None\n"
        "from pathlib import Path; from dataclasses import replace; from rag.settings import Settings\n"
        "from rag.index.open import open_index; from rag.errors import SettingsError\n"
        "folder = Settings(seeds=Path('.'), vectors=Path('.')); open_index(folder)\n"
        "try: open_index(replace(folder, index='x.db'))\n"
        "except SettingsError as error: print(error)"
    )

    run = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program], cwd=Path.cwd(), capture_output=True, text=True, check=True
    )

    assert "pip install 'reading-room[cluster]'" in run.stdout
