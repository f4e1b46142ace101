"""Files of the published generation are cut short or written over under a server: it goes on with what is good."""

from __future__ import annotations

import os
import shutil
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest

from rag.index.open import open_index
from rag.ingest.build import build
from tests.serving import started

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from rag.ingest.report import BuildReport
    from rag.settings import Settings


@pytest.fixture
def twice(tmp_path: Path, settings: Settings, report: BuildReport) -> Settings:
    """The seeds, published twice."""
    assert report.records
    vectors = tmp_path / "vectors"
    shutil.copytree(settings.vectors, vectors)
    again = replace(settings, vectors=vectors)
    build(again)
    return again


@pytest.fixture
def address(twice: Settings) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server of one worker."""
    with started(twice.vectors) as served:
        yield served


def asked(address: str) -> httpx2.Response:
    """The answer to a question, asked again where the worker ended under it."""
    for _ in range(5):
        try:
            return httpx2.post(f"{address}/api/v1/ask", json={"question": "What did Castro say?"}, timeout=60)
        except httpx2.TransportError:
            continue
    pytest.fail("nobody answers any more")


def noticed(address: str, status: int = 200) -> httpx2.Response:
    """What /readyz says once it says that something is wrong: a server looks at its files every second."""
    for _ in range(300):
        said = httpx2.get(f"{address}/readyz", timeout=60)
        if said.status_code == status and ("fault" in said.json() or "detail" in said.json()):
            return said
        time.sleep(0.1)
    pytest.fail("nothing is noticed")


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="only Linux lists the children of a process there")
def test_a_worker_that_a_bus_error_ends_is_followed_by_another(address: tuple[str, subprocess.Popen[str]]) -> None:
    site, process = address
    before = asked(site).json()
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
    os.kill(int(children[-1]), signal.SIGBUS)

    assert asked(site).json() == before


def test_a_generation_cut_short_under_a_server_gives_way_to_the_last_good_one(
    address: tuple[str, subprocess.Popen[str]], twice: Settings
) -> None:
    site, _ = address
    before = asked(site).json()
    older, newer = open_index(twice).names()
    assert httpx2.get(f"{site}/readyz").json() == {"status": "ready", "generation": newer}
    for file in ("vectors.faiss", "passages.i8", "texts.u64", "uses.npy"):
        os.truncate(twice.vectors / newer / file, 0)

    answers = [asked(site) for _ in range(3)]  # a bus error, where a question comes before the next look at the files
    assert [(each.status_code, each.json()["answer"]) for each in answers] == [(200, before["answer"])] * 3
    said = noticed(site)
    assert (said.status_code, said.json()["generation"]) == (200, older)
    assert "cannot be read" in said.json()["fault"]
    assert str(twice.vectors) not in said.text


def test_without_any_good_generation_a_server_says_so_and_names_no_place(
    address: tuple[str, subprocess.Popen[str]], twice: Settings
) -> None:
    site, _ = address
    for name in open_index(twice).names():
        file = twice.vectors / name / "rows.sqlite"
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)

    assert noticed(site, 503).status_code == 503
    for path in ("/readyz", "/api/v1/records"):
        refused = httpx2.get(f"{site}{path}", timeout=60)
        assert refused.status_code == 503
        assert "rag doctor" in refused.json()["detail"]
        assert str(twice.vectors) not in refused.text
