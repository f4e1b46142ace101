"""The doctor looks at everything and says of each thing how it stands; where it is ill, the cure."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from functools import partialmethod
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.cli.doctor import State, examine
from rag.embeddings.onnx_backend import GraphEmbedder
from rag.ingest.build import build
from rag.settings import Settings
from tests.fakes import WordCountEmbedder, flip
from tests.pages import HARBOUR, numbered

if TYPE_CHECKING:
    from rag.cli.doctor import HealthCheck
    from rag.ingest.report import BuildReport


SITE = "https://reading.example"


class Packaged(WordCountEmbedder):
    """Says that it is the packaged model, as the settings want it."""

    def __init__(self) -> None:
        """Only the name is another's."""
        super().__init__("all-MiniLM-L6-v2")


@pytest.fixture
def built(tmp_path: Path) -> Settings:
    """A collection of one page, published twice."""
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "page.txt").write_text(numbered(HARBOUR), encoding="utf-8")
    settings = Settings(seeds=tmp_path / "seeds", vectors=tmp_path / "vectors")
    build(settings, embedder=Packaged())
    build(settings, embedder=Packaged())
    return settings


def generations(settings: Settings) -> list[Path]:
    """The generations' folders, the newest last."""
    return sorted(path for path in settings.vectors.iterdir() if path.is_dir())


def ill(settings: Settings) -> list[HealthCheck]:
    return [each for each in examine(replace(settings, site=SITE)) if each.state is not State.OK]


def test_packages_that_are_broken_missing_or_too_old_are_named_with_their_cures_and_the_rest_is_examined(
    built: Settings, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    (broken / "faiss_cpu-0.1.dist-info").mkdir(parents=True)
    (broken / "faiss_cpu-0.1.dist-info" / "METADATA").write_text("Name: faiss-cpu\nVersion: 0.1\n", encoding="utf-8")
    for module in ("tantivy", "torch", "sentence_transformers", "lark"):
        (broken / f"{module}.py").write_text("raise SystemExit('\\x1b[31mboom')", encoding="utf-8")
    code = "import sys; from rag.cli import main; sys.exit(main(['doctor']))"
    environment = {"PYTHONPATH": f"{broken}{os.pathsep}{Path.cwd()}", "RAG_VECTORS": str(built.vectors)}

    ended = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)  # noqa: PLW1510, S603

    assert (ended.returncode, ended.stderr) == (1, "")
    lines = ended.stdout.splitlines()
    assert all(re.match("(OK  |WARN|FAIL)  ", line) for line in lines)
    for package in ("tantivy", "torch", "sentence-transformers", "lark"):
        (said,) = (line for line in lines if line.startswith(f"FAIL  {package} "))
        assert "cannot be imported (SystemExit: \N{REPLACEMENT CHARACTER}[31mboom)" in said
        assert f"; pip install --force-reinstall '{package}" in said
    assert any(re.fullmatch(r"FAIL  faiss-cpu 0\.1 is not >=1.*; pip install 'faiss-cpu>=.*'", line) for line in lines)
    assert any(line.startswith("FAIL  collection: cannot be examined (SystemExit") for line in lines)
    for said in ("OK    numpy ", "OK    encoder: the model's graph", f"OK    {built.vectors / 'embedded.sqlite'}"):
        assert any(line.startswith(said) for line in lines)


def test_a_package_that_is_not_there_is_named(built: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.cli.packages.version", lambda name: version("none" if name == "rispy" else name))

    (found,) = ill(built)
    assert re.fullmatch(r"FAIL  rispy is not installed; pip install 'rispy>=.*'", found.line())


def test_where_nothing_is_wrong_every_line_says_so(settings: Settings, report: BuildReport) -> None:
    lines = [each.line() for each in examine(replace(settings, site=SITE))]

    assert all(line.startswith("OK    ") for line in lines)
    for said in (
        "Python 3.",
        f"address {SITE}",
        "torch ",
        "sentence-transformers ",
        f"seeds {settings.seeds}",
        "onnxruntime ",
        "model all-MiniLM-L6-v2, weights 53aa51172d14",
        "encoder: the model's graph, run by onnxruntime",
        f"generation {report.generation}: 57 records, all files unchanged",
        f"source {settings.seeds}",
        f"{settings.vectors / 'embedded.sqlite'}: saved vectors are undamaged",
    ):
        assert any(said in line for line in lines), said


@pytest.mark.parametrize(
    ("site", "found"), [("", "is not set"), ("http://127.0.0.1:8000", "http://127.0.0.1:8000 is a local address")]
)
def test_without_a_public_address_the_doctor_warns(built: Settings, site: str, found: str) -> None:
    (warned,) = (each for each in examine(replace(built, site=site)) if each.state is State.WARN)

    assert warned.line().startswith(f"WARN  RAG_SITE {found}; set it to the address by which others reach this site")


def test_on_windows_the_doctor_says_how_far_it_was_tried(built: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.system", lambda: "Windows")

    (found,) = ill(built)
    assert found.line().startswith(
        "WARN  Windows: simulated in tests, never tried; if a build fails while a server runs"
    )


def test_without_a_generation_the_cure_is_a_build(tmp_path: Path) -> None:
    for vectors in (tmp_path, tmp_path / "missing"):
        (found,) = ill(Settings(seeds=tmp_path, vectors=vectors))

        assert found.line() == f"FAIL  {vectors} has no generation; run `rag build`"
        assert found.failed


@pytest.mark.parametrize(
    "file", ["rows.sqlite", "vectors.faiss", "passages.i8", "columns.npz", "profile.bin", "uses.npy"]
)
def test_a_flipped_bit_is_found_and_what_is_in_use_instead_is_named(built: Settings, file: str) -> None:
    older, newest = generations(built)
    flip(newest / file)
    damaged, instead = ill(built)

    assert damaged.state is State.FAIL
    assert f"{newest / file}: its content is not what was written; run `rag build`" in damaged.line()
    assert instead.line() == f"WARN  generation {older.name} is in use instead"


def test_with_no_good_generation_only_the_damage_is_reported(built: Settings) -> None:
    for folder in generations(built):
        flip(folder / "rows.sqlite")

    (damaged,) = ill(built)
    assert damaged.failed


def test_a_missing_file_and_a_pointer_to_nothing_are_faults(built: Settings) -> None:
    (generations(built)[-1] / "words" / "meta.json").unlink()
    assert "words/meta.json: cannot be read" in ill(built)[0].what

    (built.vectors / "CURRENT").write_text("nowhere", encoding="utf-8")
    assert "'nowhere' is not a generation's name" in ill(built)[0].what


def test_a_flipped_bit_in_the_saved_vectors_is_a_warning_with_its_cure(built: Settings) -> None:
    file = built.vectors / "embedded.sqlite"
    content = bytearray(file.read_bytes())
    content[2 * 4096 + 12] ^= 1
    file.write_bytes(content)

    (found,) = ill(built)

    # SQLite words it otherwise from version to version.
    assert re.match(rf"WARN  {re.escape(str(file))}: damaged \(.*\bpage 3\b", found.line())
    assert found.line().endswith(
        "; run `rag build`; if it is still damaged, delete it, and the next build embeds every text again"
    )
    assert file.read_bytes() == content

    build(built, embedder=Packaged())
    assert not ill(built)


def test_a_build_that_was_killed_while_it_saved_vectors_is_reported_with_its_cure(built: Settings) -> None:
    file = built.vectors / "embedded.sqlite"
    journal = file.with_name(f"{file.name}-journal")
    with closing(sqlite3.connect(file)) as writing:
        writing.execute("PRAGMA cache_size = 1")  # so that the change reaches the file before it is finished
        writing.execute("INSERT INTO embedded SELECT randomblob(16), randomblob(4096) FROM used, used, used")
        halves = file.read_bytes(), journal.read_bytes()
    file.write_bytes(halves[0])
    journal.write_bytes(halves[1])

    (found,) = ill(built)
    assert found.line() == (
        f"WARN  {file}: a build did not finish writing it"
        "; run `rag build`; if a build is running, check again when it has ended"
    )

    build(built, embedder=Packaged())
    assert not ill(built)


def test_a_source_that_is_gone_is_a_warning_with_its_cure(built: Settings) -> None:
    built.seeds.rename(built.seeds.with_name("moved"))
    seeds, source = ill(built)

    assert {seeds.state, source.state} == {State.WARN}
    assert seeds.line() == f"WARN  seeds {built.seeds} is missing; set RAG_SEEDS, or name sources to `rag build`"
    assert source.line().startswith(f"WARN  source {built.seeds} is missing; restore it, or ")


def test_another_model_than_the_generations_is_a_fault(built: Settings) -> None:
    (found,) = ill(replace(built, model="/models/other"))

    assert found.failed
    assert found.line().endswith(
        "it was built by all-MiniLM-L6-v2, but RAG_MODEL is /models/other"
        "; run `rag build`, or set RAG_MODEL to all-MiniLM-L6-v2"
    )


def test_a_folder_of_generations_that_is_none_is_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("no folder", encoding="utf-8")
    (found,) = ill(Settings(seeds=tmp_path, vectors=file))

    assert found.failed
    assert found.line() == (
        f"FAIL  {file / 'CURRENT'}: cannot be read (Not a directory); correct RAG_VECTORS, or make it readable"
    )


def test_a_graph_that_cannot_be_run_is_a_warning_with_its_cure(
    built: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(GraphEmbedder, "__init__", partialmethod(GraphEmbedder.__init__, tmp_path / "gone.onnx"))

    (found,) = (each for each in ill(built) if "encoder" in each.what)

    assert found.line().startswith("WARN  encoder: sentence-transformers")
    assert found.line().endswith("install Reading Room again")
