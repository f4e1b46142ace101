"""No record, whoever wrote it, tells the terminal that shows it what to do."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rag.cli import main
from rag.dates.archival_date import parse_date
from rag.ingest.build import publish
from rag.record import Listing, Record

if TYPE_CHECKING:
    from pathlib import Path

    from rag.settings import Settings

EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\x85\x7f\u202egnp\u2066x\u2069\rover\N{LEFT-TO-RIGHT MARK}"
OBEYED = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
PIER = Record(
    "pier",
    f"Report on the pier {EVIL}",
    f"The pier stood in the harbour. {EVIL} Ships came to it.",
    replace(parse_date("May 3, 1951"), text=f"May 3, 1951 {EVIL}"),
    (),
    (Listing(f"page{EVIL}.html", 1, f"1 - 3 {EVIL}"),),
    people=(f"Jan {EVIL} Kask",),
    archive=f"Havn {EVIL}",
    source=f"Fond {EVIL}",
    rights=f"CC0 {EVIL}",
    source_url=f"https://havn.example/{EVIL}",
    hierarchy=(f"Papers {EVIL}",),
)
TWIN = replace(PIER, id="twin", title=f"Second report on the pier {EVIL}")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Path:
    """A collection of two records that no archive would send."""
    vectors = tmp_path_factory.mktemp("hostile")
    publish(replace(settings, vectors=vectors), [PIER, TWIN])
    return vectors


def printed(vectors: Path, capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    assert main([*argv, "--vectors", str(vectors)]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    "argv",
    [
        ("ask", "What stood in the harbour?", "--explain"),
        ("search", "pier"),
        ("search", "pier", "--format", "chicago"),
        ("show", "pier"),
        *(("show", "pier", "--format", style) for style in ("json", "bibtex", "ris", "csl-json", "mla")),
        ("check", "Report on the pier, May 3, 1951"),
        ("export",),
        ("export", "--format", "csv"),
    ],
    ids=" ".join,
)
def test_nothing_that_a_terminal_obeys_is_printed(
    hostile: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, argv: tuple[str, ...]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    text = printed(hostile, capsys, *argv)

    assert "pier" in text
    assert not OBEYED.search(text)


def test_json_says_the_same_as_without_and_writing_from_right_to_left_is_left_alone(
    hostile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = json.loads(printed(hostile, capsys, "show", "pier", "--format", "json"))

    assert shown["title"] == PIER.title
    assert "\N{LEFT-TO-RIGHT MARK}" in printed(hostile, capsys, "show", "pier")


def test_what_is_exported_into_a_file_or_a_program_is_as_the_records_have_it(
    hostile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert PIER.title in printed(hostile, capsys, "export", "--format", "csv")
