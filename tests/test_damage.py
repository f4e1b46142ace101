"""Files of the published generation are cut short or written over under a server: it goes on with what is good."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sys
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


def workers(process: subprocess.Popen[str]) -> list[int]:
    """The processes that answer."""
    if sys.platform != "linux":
        pytest.skip("only Linux lists the children of a process under /proc, and kills them with it")
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
    return [int(each) for each in children if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes()]


def test_a_worker_that_a_bus_error_ends_is_followed_by_another(address: tuple[str, subprocess.Popen[str]]) -> None:
    site, process = address
    before = asked(site).json()
    os.kill(workers(process)[0], signal.SIGBUS)

    assert asked(site).json() == before


def test_a_killed_server_takes_its_workers_along_whatever_they_are_at(
    address: tuple[str, subprocess.Popen[str]],
) -> None:
    host, _, port = address[0].removeprefix("http://").partition(":")
    (worker,) = workers(address[1])
    os.kill(worker, signal.SIGSTOP)  # as on a machine that has no time for it: it can do nothing by itself
    address[1].kill()

    for _ in range(100):
        try:
            socket.create_connection((host, int(port))).close()  # a worker that goes on later would take it
        except ConnectionRefusedError:
            return
        time.sleep(0.1)
    os.kill(worker, signal.SIGKILL)
    pytest.fail("the address is still served")


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
