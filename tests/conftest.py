"""What holds for every test, and the collection of the seeds, built once by the real model."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings as hypothesis_settings

from rag.assistant.assistant import Assistant
from rag.cli import main
from rag.ingest.build import build
from rag.settings import Settings
from tests.pages import HARBOUR, numbered

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rag.ingest.report import BuildReport

# Hugging Face's libraries read it when any of them is first imported, whichever test that is.
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
# Its threads outlive the tests that speak to Milvus, and would write on the standard error of others.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")

# The same examples in each run: what passed here passes there. `--hypothesis-seed=random` looks further. How long one
# takes says nothing about the program on a shared machine.
hypothesis_settings.register_profile("reading-room", deadline=None, derandomize=True)
hypothesis_settings.load_profile("reading-room")


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The project's own seeds, and a folder of this run's for generations."""
    vectors: Path = tmp_path_factory.mktemp("vectors")
    return Settings.load({"RAG_VECTORS": str(vectors)})


@pytest.fixture(scope="session")
def report(settings: Settings) -> BuildReport:
    """What the build of the seeds said of itself."""
    return build(settings)


@pytest.fixture(scope="session")
def assistant(settings: Settings, report: BuildReport) -> Assistant:
    """An assistant that answers from the seeds; tests must not publish into its folder."""
    assert report.records
    return Assistant.open(settings)


@pytest.fixture
def rag(
    settings: Settings, report: BuildReport, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Run a command over the seeds; its status, what it printed and what it complained of."""
    assert report.records
    monkeypatch.setenv("RAG_VECTORS", str(settings.vectors))

    def run(*argv: str) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            status = main(argv)
        except SystemExit as end:
            status = int(end.code or 0)
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def fresh(tmp_path: Path) -> Settings:
    """Settings of a collection that was never built; its seeds are one page of three listings."""
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "harbour.txt").write_text(numbered(HARBOUR), encoding="utf-8")
    return Settings(seeds=tmp_path / "seeds", vectors=tmp_path / "vectors")
