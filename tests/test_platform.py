"""Where a system lacks what Linux has the program builds and answers all the same, and lets one build run at a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.ingest.build import build
from rag.platform import cpus, read_at, sync
from tests.fakes import WordCountEmbedder, index_of

if TYPE_CHECKING:
    from rag.assistant.assistant import Assistant
    from rag.ingest.report import BuildReport
    from rag.settings import Settings

ASKED = "What did Castro and Mikoyan discuss in November 1962?"


def elsewhere(system: str, *argv: str, vectors: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """What `rag` does on such a system."""
    script = Path(__file__).with_name("elsewhere.py")
    env = {"RAG_VECTORS": str(vectors), "PYTHONPATH": str(script.parents[1]), **more}
    return subprocess.run(  # noqa: S603
        [sys.executable, str(script), system, *argv], capture_output=True, check=False, env=env, text=True
    )


@pytest.mark.parametrize("system", ["windows", "unknown"])
def test_the_same_collection_is_built_and_the_same_answer_given_on_any_system(
    tmp_path: Path, system: str, settings: Settings, report: BuildReport, assistant: Assistant
) -> None:
    before = build(replace(settings, vectors=tmp_path), embedder=WordCountEmbedder()).generation

    built = elsewhere(system, "build", vectors=tmp_path, RAG_KEEP="1")
    asked = elsewhere(system, "ask", ASKED, "--json", vectors=tmp_path)

    warning = "" if system == "windows" else f"{tmp_path}/.lock: this system locks no files; run one build at a time\n"
    assert [(each.returncode, each.stderr) for each in (built, asked)] == [(0, warning), (0, "")]
    published = index_of(tmp_path).published()
    assert published
    assert index_of(tmp_path).names() == [published] != [before]
    assert published.rpartition("-")[2] == report.generation.rpartition("-")[2]  # the digest of its content
    told = [(each["text"], each["citations"]) for each in json.loads(asked.stdout)["answer"]]
    assert told == [(each.text, list(each.citations)) for each in assistant.ask(ASKED).sentences]


def test_windows_lets_one_build_run_at_a_time(tmp_path: Path) -> None:
    with index_of(tmp_path).lock():
        refused = elsewhere("windows", "build", vectors=tmp_path)

    assert refused.returncode == 1
    assert refused.stderr == f"rag: {tmp_path}: another build is running; wait for its end, then build again\n"


def test_where_no_pipe_can_be_asked_a_reader_that_turns_away_is_no_error(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    script = Path(__file__).with_name("elsewhere.py")
    command = [sys.executable, str(script), "windows", "generations", "--vectors", str(tmp_path)]
    env = {"PYTHONPATH": str(script.parents[1])}
    with os.fdopen(writing) as unread:
        ended = subprocess.run(command, stdout=unread, stderr=subprocess.PIPE, check=False, env=env)  # noqa: S603

    assert (ended.returncode, ended.stderr) == (0, b"")


def test_without_affinity_every_core_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert cpus() == len(os.sched_getaffinity(0))
    monkeypatch.delattr(os, "sched_getaffinity")
    assert cpus() == os.cpu_count()
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert cpus() == 1


@pytest.mark.parametrize("lacks", ["", "pread"])
def test_threads_read_one_file_at_different_places(tmp_path: Path, lacks: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytes(range(256)) * 256
    (tmp_path / "numbers").write_bytes(content)
    if lacks:
        monkeypatch.delattr(os, lacks)
    offsets = range(0, len(content), 7)

    with (tmp_path / "numbers").open("rb", buffering=0) as file, ThreadPoolExecutor(8) as threads:
        read = list(threads.map(lambda offset: read_at(file, 100, offset), offsets))

    assert read == [content[offset : offset + 100] for offset in offsets]


def test_a_file_that_cannot_be_waited_for_is_a_fault_and_a_folder_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()

    def refuse(*_: object) -> int:
        raise PermissionError

    monkeypatch.setattr(os, "open", refuse)
    sync(tmp_path)
    with pytest.raises(PermissionError):
        sync(tmp_path / "file")
