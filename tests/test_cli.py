"""The command line prints what the assistant says, for people or as the API does, and keeps its exit statuses."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from rag.answer.why import why
from rag.assistant.assistant import between
from rag.cli import main
from rag.cli.commands import STYLES
from rag.cli.progress import ProgressLine
from rag.index.open import open_index
from rag.record import Filter, Match
from rag.schemas import AnswerOut, FoundOut, RecordOut, RelatedListOut
from rag.settings import SETTING_NAMES, Settings
from tests.pages import HARBOUR, numbered

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import BaseModel

    from rag.assistant.assistant import Assistant
    from rag.ingest.report import BuildReport

    Rag = Callable[..., tuple[int, str, str]]

RAG = str(Path(sys.executable).with_name("rag"))
CASTRO = "Why did Castro object to the withdrawal of the missiles?"
HEAVY = (
    "torch",
    "onnxruntime",
    "numpy",
    "faiss",
    "tantivy",
    "lark",
    "pydantic",
    "sentence_transformers",
    "fastapi",
    "uvicorn",
)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine's, no file where one stands."""
    for name in SETTING_NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def shaped(shape: BaseModel) -> Any:  # noqa: ANN401 - JSON is anything
    """What the API would return."""
    return json.loads(shape.model_dump_json())


def ids(printed: str) -> list[str]:
    """The ids of records, each on a line of its own."""
    return re.findall(r"(?m)^ {10}(\d{4}-[\w.~-]+-[0-9a-f]{6})$", printed)


def test_ask_prints_the_answer_with_its_sources_and_the_same_as_json(rag: Rag, assistant: Assistant) -> None:
    status, out, err = rag("ask", CASTRO, "-k", "7")
    as_json = rag("ask", CASTRO, "-k", "7", "--json")
    answer = assistant.ask(CASTRO, k=7)

    assert (status, err) == (0, "")
    folded = " ".join(out.split())
    for sentence in answer.sentences:
        assert f"{sentence.text} {''.join(f'[{number}]' for number in sentence.citations)}" in folded
    assert "Sources: curators’ summaries, not the documents" in out
    assert ids(out) == [hit.record.id for hit in (*(each.hit for each in answer.citations), *answer.nearest)]
    assert len(ids(out)) == 7

    assert (as_json[0], as_json[2]) == (0, "")
    assert json.loads(as_json[1]) == shaped(AnswerOut.of(answer))


def test_a_receipt_is_written_and_replayed_from_file_line_and_json(rag: Rag, tmp_path: Path) -> None:
    file = tmp_path / "receipt.txt"
    _, asked, _ = rag("ask", CASTRO, "--receipt", str(file), "--json")
    line = file.read_text(encoding="ascii").strip()
    saved = tmp_path / "answer.json"
    saved.write_text(asked, encoding="utf-8")
    replays = [rag("replay", given) for given in (line, str(file), str(saved))]

    assert json.loads(asked)["receipt"] == line
    assert [status for status, _, _ in replays] == [0, 0, 0]
    assert "The same records and quotes as before." in replays[0][1]
    assert {out for _, out, _ in replays} == {replays[0][1]}
    file.write_text(line[:40] + line[41:], encoding="ascii")
    assert rag("replay", str(file))[::2] == (
        1,
        "rag: the receipt was miscopied: its checksum does not fit; copy it whole from where it was given\n",
    )
    file.write_text("nothing of the kind", encoding="ascii")
    assert "has no receipt" in rag("replay", str(file))[2]


@pytest.mark.parametrize("question", [CASTRO, "Who won the football world cup in Argentina?", "documents from 1968"])
def test_ask_explains_in_the_words_of_the_api(rag: Rag, assistant: Assistant, question: str) -> None:
    _, out, _ = rag("ask", question, "--explain")
    shape = json.loads(rag("ask", question, "--explain", "--json")[1])
    folded = " ".join(out.split())

    assert [each["heading"] for each in shape["why"]] == ["What was understood", "What was compared", "Why this answer"]
    assert shape["why"] == [
        {"heading": each.heading, "lines": list(each.lines)} for each in why(assistant.ask(question))
    ]
    for reason in shape["why"]:
        assert all(" ".join(line.split()) in folded for line in reason["lines"])
    assert "why" not in json.loads(rag("ask", question, "--json")[1])


def test_ask_answers_from_the_records_named(rag: Rag, assistant: Assistant) -> None:
    nearest = assistant.ask(CASTRO).nearest[0].record.id
    _, out, _ = rag("ask", CASTRO, "--among", nearest, "--json")

    assert [each["record"]["id"] for each in json.loads(out)["citations"]] == [nearest]


def test_ask_says_no_with_the_reason(rag: Rag) -> None:
    status, out, err = rag("ask", "How tall is Mount Everest?")

    assert (status, err) == (0, "")
    assert out.startswith("Not in this collection.\nNo record mentions “Mount” or “Everest”.\n\nNearest records\n")
    assert len(ids(out)) == 5


def test_search_keeps_to_values_of_fields(rag: Rag, assistant: Assistant) -> None:
    status, out, _ = rag("search", "Castro", "--where", "type=Telegram", "--where", "type=Cable", "--json")
    where = Filter(fields=(("type", frozenset({"Telegram", "Cable"})),))

    assert status == 0
    assert json.loads(out) == shaped(FoundOut.of(assistant.search("Castro", where=where)))
    assert {hit["record"]["type"] for hit in json.loads(out)["hits"]} == {"Telegram", "Cable"}


def test_search_refuses_a_field_that_records_do_not_have(rag: Rag) -> None:
    status, _, err = rag("search", "Castro", "--where", "colour=red")

    assert status == 2
    assert "'colour=red' is not FIELD=VALUE; the fields are people, places" in err


def test_ask_takes_days_of_its_own(rag: Rag, assistant: Assistant) -> None:
    status, out, _ = rag("ask", "documents from 1968", "--from", "1990-06", "--to", "1990-08", "--json")

    assert status == 0
    assert json.loads(out) == shaped(
        AnswerOut.of(assistant.ask("documents from 1968", where=between("1990-06", "1990-08")))
    )
    assert [each["record"]["date"]["text"] for each in json.loads(out)["citations"]] == [
        "June 20, 1990",
        "August 31, 1990",
    ]


def test_a_question_in_no_encoding_at_all_is_asked_all_the_same(rag: Rag) -> None:
    for form in ([], ["--json"]):
        status, out, _ = rag("ask", "Castro \udce9\udcff", *form)

        assert status == 0
        assert out.encode()


@pytest.mark.parametrize(
    ("argv", "asked"),
    [
        (["documents from 1962", "--sort", "-date", "-k", "3"], {"k": 3, "sort": "-date"}),
        (["documents from 1962", "--from", "1968"], {"where": between("1968", None)}),
        (["documents from 1962", "--to", "1961", "--sort=-date"], {"where": between(None, "1961"), "sort": "-date"}),
    ],
)
def test_search_prints_what_the_assistant_finds(
    rag: Rag, assistant: Assistant, argv: list[str], asked: dict[str, Any]
) -> None:
    found = assistant.search("documents from 1962", **asked)
    status, out, err = rag("search", *argv)
    as_json = rag("search", *argv, "--json")

    assert (status, err) == (0, "")
    assert ids(out) == [hit.record.id for hit in found.hits] != []
    assert f"\n{len(found.hits)} of {found.total} records found\n" in out
    assert json.loads(as_json[1]) == shaped(FoundOut.of(found))


def test_search_prints_scores_and_marks_what_is_only_near_in_meaning(rag: Rag, assistant: Assistant) -> None:
    _, out, _ = rag("search", "Castro and the missiles")
    found = assistant.search("Castro and the missiles")
    marks = ["~" if hit.match is Match.MEANING else " " for hit in found.hits]
    counted = f"{found.total} with the words, {found.near} near in meaning (~)"

    assert re.findall(r"(?m)^([ ~]) {3}\d", out) == marks
    assert f"\n10 of {found.total + found.near} records found: {counted}\n" in out

    assert [float(score) for score in re.findall(r"(?m)^[ ~] {3}(\d\.\d{3}) \w", out)] == [
        round(hit.score or 0.0, 3) for hit in assistant.search("Castro and the missiles").hits
    ]


def test_related_prints_records_with_their_reasons(rag: Rag, assistant: Assistant) -> None:
    report = next(
        hit.record for hit in assistant.records(limit=100).hits if hit.record.title.startswith("Malinovsky Report")
    )
    related = assistant.related(report.id, k=3)
    status, out, err = rag("related", report.id, "-k", "3")
    as_json = rag("related", report.id, "-k", "3", "--json")

    assert (status, err) == (0, "")
    assert ids(out) == [each.hit.record.id for each in related]
    assert all(f"\n          {'; '.join(each.reasons)}\n" in out for each in related)
    assert json.loads(as_json[1]) == shaped(RelatedListOut.of(related))


def test_show_prints_a_record_for_people(rag: Rag, assistant: Assistant) -> None:
    session = next(
        hit.record for hit in assistant.records(limit=100).hits if hit.record.title.startswith("Transcript of the SED")
    )
    status, out, err = rag("show", session.id)

    assert (status, err) == (0, "")
    assert session.title in out
    assert "\nDate     September 5, 1985  (1985-09-05)\n         in the title: 5 September 1989  (1989-09-05)\n" in out
    assert "\nListed   004_8cd7b962cf6ab52f.txt, number 1, on the page 11 - 20 of 24\n" in out
    assert f"\nId       {session.id}\n" in out
    assert session.summary in " ".join(out.split())
    assert out.endswith("(A curator's summary, not the document itself.)\n")


def test_a_collection_or_a_search_is_exported(rag: Rag, assistant: Assistant, tmp_path: Path) -> None:
    every = [hit.record.id for hit in assistant.records(limit=100).hits]
    file = tmp_path / "found.csv"
    status, out, err = rag("export")
    written = rag("export", "Castro", "--from", "1962", "--to", "1962", "--format", "csv", "--output", str(file))

    assert (status, err, written) == (0, "", (0, "", ""))
    assert [json.loads(line)["id"].replace("/", "~") for line in out.splitlines()] == every
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert 0 < len(rows) < len(every)
    assert all(row["edtf"].startswith("1962") or "1962" in row["title"] for row in rows)


def test_show_prints_every_record_in_every_format(rag: Rag, assistant: Assistant) -> None:
    for hit in assistant.records(limit=100).hits[::16]:
        for style in STYLES:
            status, out, err = rag("show", hit.record.id, "--format", style)

            assert (status, err) == (0, "")
            if style == "json":
                assert json.loads(out) == shaped(RecordOut.of(hit.record))
            elif style == "text":
                assert "summary" in out
            else:
                assert out.rstrip("\n") == assistant.cite(hit.record.id, style, site=assistant.site(""))[1].rstrip("\n")


def test_a_record_without_a_summary_says_so(rag: Rag, assistant: Assistant) -> None:
    (untold,) = [hit.record for hit in assistant.records(limit=100).hits if not hit.record.summary]

    assert rag("show", untold.id)[1].endswith("\n(No summary.)\n")


@pytest.mark.parametrize(
    ("argv", "fault"),
    [
        (["show", "elsewhere"], "no record has the id 'elsewhere'; `rag search` finds records by their words"),
        (["show", "\udcff"], "no record has the id '?'"),
        (["related", "elsewhere"], "no record has the id 'elsewhere'"),
        (["ask", " "], "the question is empty; ask in plain words"),
        (
            ["ask", "x", "--from", "1963", "--to", "1962"],
            "the first date, 1963, is later than the last, 1962; exchange them",
        ),
        (["search", "x", "--from", "octember"], "date_from: 'octember' is not a date"),
        (["ask", "x", "--vectors", "missing"], "missing: no generation is published; run `rag build`"),
        (["ask", "x", "--vectors", "file"], "file/CURRENT: cannot be read (Not a directory); "),
        (["build", "--vectors", "file"], "File exists; "),
        (["build", "missing.txt", "--only", "--vectors", "new"], "missing.txt: there is no such file or folder"),
        (["serve", "--port", "99999"], "RAG_PORT: 99999 is not a port; give 0 to 65535"),
        (["evaluate", "missing.jsonl"], "missing.jsonl: cannot be read"),
    ],
)
def test_an_operational_error_is_one_line_with_the_cure_and_status_1(
    rag: Rag, tmp_path: Path, argv: list[str], fault: str
) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    status, out, err = rag(*argv)

    assert (status, out) == (1, "")
    assert err.startswith("rag: ")
    assert err.count("\n") == 1
    assert fault in err


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["read"],
        ["ask"],
        ["ask", "x", "-k", "0"],
        ["ask", "x", "-k", "101"],
        ["ask", "x", "-k", "many"],
        ["search", "x", "--sort", "size"],
        ["show", "x", "--format", "docx"],
        ["serve", "--port", "http"],
        ["build", "--strictly"],
        ["evaluate"],
    ],
)
def test_wrong_usage_is_status_2(rag: Rag, argv: list[str]) -> None:
    status, out, err = rag(*argv)

    assert (status, out) == (2, "")
    assert err.startswith("usage: rag")


def test_an_unknown_setting_is_refused(rag: Rag, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_VECTOR", "vectors")
    status, out, err = rag("doctor")

    assert (status, out) == (1, "")
    assert err.startswith("rag: unknown settings: RAG_VECTOR; known are RAG_ACCENT, RAG_AUTHORITIES, ")


def test_a_folder_that_is_named_wins_over_the_setting(
    rag: Rag, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_VECTORS", "elsewhere")

    assert rag("search", "documents from 1968", "--vectors", str(settings.vectors))[0] == 0


def test_doctor_says_ok_and_ends_with_0(rag: Rag, report: BuildReport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_SITE", "https://reading.example")
    status, out, err = rag("doctor")

    assert (status, err) == (0, "")
    assert all(line.startswith("OK    ") for line in out.splitlines())
    assert f"generation {report.generation}: 57 records" in out


def test_doctor_says_fail_with_the_cure_and_ends_with_1(rag: Rag, settings: Settings, tmp_path: Path) -> None:
    status, out, _ = rag("doctor", "--vectors", "none")
    assert status == 1
    assert "\nFAIL  none has no generation; run `rag build`\n" in out

    copy = tmp_path / "copy"
    shutil.copytree(settings.vectors, copy)
    file = next(copy.glob("*/rows.sqlite"))
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    status, out, _ = rag("doctor", "--vectors", str(copy))
    assert status == 1
    assert f"\nFAIL  {file}: its content is not what was written; run `rag build`" in out


def test_build_prints_its_report_and_embeds_nothing_that_is_known(
    rag: Rag, settings: Settings, report: BuildReport, tmp_path: Path
) -> None:
    (tmp_path / "new").mkdir()
    shutil.copy(settings.vectors / "embedded.sqlite", tmp_path / "new")
    status, out, err = rag("build", "--vectors", "new")

    assert (status, err) == (0, "")
    assert out.splitlines()[:3] == [
        "5 files, 60 listings, 57 records, 3 merged",
        "1 without summary, 0 undated",
        f"0 texts embedded, {report.embedded} reused",
    ]
    assert "  001_96587afc2d9c085d.txt: 121 - 130 of 300: 10 listings\n" in out
    assert rag("show", "elsewhere", "--vectors", "new")[0] == 1
    assert rag("search", "documents from 1968", "--vectors", "new")[0] == 0


def test_build_adds_a_path_and_prints_its_faults_unless_it_is_strict(rag: Rag, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(numbered(HARBOUR, "1 - 4 of 4"), encoding="utf-8")

    status, out, err = rag("build", "page.txt", "--strict", "--vectors", "new")
    assert (status, out) == (1, "")
    assert err.startswith("rag: nothing was published: page.txt:4: the page says '1 - 4 of 4', which is 4, but 3 ")

    status, out, _ = rag("build", "page.txt", "--vectors", "new")
    assert status == 0
    assert "1 file, 3 listings, 3 records, 0 merged\n" in out
    assert "\n1 fault:\n  page.txt:4: the page says '1 - 4 of 4'" in out
    assert re.search(r"\npublished \d{8}T\d{6}Z-[0-9a-f]{8}\n$", out)


def finished(*argv: str | bytes, vectors: Path, encoding: str = "utf-8") -> subprocess.CompletedProcess[bytes]:
    """A process of its own, as the shell starts it."""
    env = {"RAG_VECTORS": str(vectors), "PYTHONIOENCODING": encoding}
    return subprocess.run(argv, capture_output=True, check=False, env=env)  # noqa: S603


def test_the_shell_is_given_the_status(settings: Settings, report: BuildReport, tmp_path: Path) -> None:
    assert report.records
    good = finished(RAG, "search", "documents from 1968", "--json", vectors=settings.vectors)
    fault = finished(RAG, "show", b"\xff", vectors=settings.vectors)
    usage = finished(RAG, "ask", vectors=tmp_path)

    assert (good.returncode, good.stderr) == (0, b"")
    assert json.loads(good.stdout)["total"] == 3
    assert (fault.returncode, fault.stdout) == (1, b"")
    assert fault.stderr.startswith(b"rag: no record has the id")
    assert (usage.returncode, usage.stdout) == (2, b"")


def test_an_output_of_any_encoding_takes_every_text_and_json_stays_json(
    settings: Settings, report: BuildReport
) -> None:
    assert report.records
    whole = finished(RAG, "search", "Gomułka", "--json", vectors=settings.vectors)
    for encoding in ("ascii", "latin-1"):
        plain = finished(RAG, "search", "Gomułka", vectors=settings.vectors, encoding=encoding)
        as_json = finished(RAG, "search", "Gomułka", "--json", vectors=settings.vectors, encoding=encoding)

        assert (plain.returncode, plain.stderr, as_json.returncode, as_json.stderr) == (0, b"", 0, b"")
        assert b"Gomu\\u0142ka" in plain.stdout
        assert json.loads(as_json.stdout.decode(encoding)) == json.loads(whole.stdout)

    smile = "from rag.cli import main; main(['show', 'elsewhere']); print('\"\N{GRINNING FACE}\"')"
    printed = finished(sys.executable, "-c", smile, vectors=settings.vectors, encoding="ascii").stdout
    assert json.loads(printed) == "\N{GRINNING FACE}"


def test_a_file_of_any_name_is_named_in_one_line(rag: Rag, tmp_path: Path) -> None:
    name = "new\nline\x1b[31m.txt"
    (tmp_path / name).write_text(numbered(HARBOUR), encoding="utf-8")
    folder = tmp_path / os.fsdecode(b"\xff")
    folder.mkdir()
    _, out, _ = rag("build", name, "--dry-run", "--vectors", "new")
    _, _, missing = rag("build", f"no {name}", "--vectors", "new")
    strict = finished(RAG, "build", bytes(folder), "--dry-run", vectors=tmp_path / "new", encoding="utf-8:strict")

    assert "\n  new\\nline\\x1b[31m.txt: 1 - 3 of 12: 3 listings\n" in out
    assert missing.startswith("rag: nothing was published: no new\\nline\\x1b[31m.txt: there is no such file")
    said = strict.stdout + strict.stderr
    assert b"file; put the files to read there\n" in said
    assert b"/\\udcff: the folder has no" in said


def loaded(*argv: str, vectors: Path) -> set[str]:
    """Which of the heavy modules a command imports."""
    code = (
        "import contextlib, sys\n"
        "from rag.cli import main\n"
        f"with contextlib.suppress(SystemExit): main({argv!r})\n"
        f"print(*({HEAVY!r} & sys.modules.keys()), file=sys.stderr)".replace(repr(HEAVY), repr(set(HEAVY)))
    )
    ended = finished(sys.executable, "-c", code, vectors=vectors)
    assert ended.returncode == 0, ended.stderr
    return set(ended.stderr.decode().split())


def test_help_and_wrong_usage_load_nothing_heavy(tmp_path: Path) -> None:
    assert loaded("--help", vectors=tmp_path) == set()
    assert loaded("ask", "--help", vectors=tmp_path) == set()


def test_what_needs_no_encoder_loads_none(settings: Settings, report: BuildReport) -> None:
    assert report.records
    heavy = loaded("search", "documents from 1968", vectors=settings.vectors)

    assert {"faiss", "tantivy"} <= heavy
    assert not heavy & {"torch", "onnxruntime", "pydantic", "sentence_transformers", "fastapi", "uvicorn"}


def test_a_reader_that_turns_away_is_no_error(settings: Settings, report: BuildReport) -> None:
    assert report.records
    with subprocess.Popen(  # noqa: S603
        [RAG, "search", "documents from 1962", "-k", "100"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"RAG_VECTORS": str(settings.vectors)},
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        complaint = process.stderr.read()

    assert (process.returncode, complaint) == (0, b"")


@pytest.mark.parametrize("unread", ["stdout", "stderr"])
@pytest.mark.parametrize("buffering", ["", "1"])
def test_that_nobody_reads_an_output_neither_hides_a_fault_nor_makes_one(
    settings: Settings, report: BuildReport, tmp_path: Path, unread: str, buffering: str
) -> None:
    assert report.records

    def status(vectors: Path) -> tuple[int, str, str]:
        with subprocess.Popen(  # noqa: S603
            [RAG, "rollback" if vectors == tmp_path else "generations", "--vectors", str(vectors)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONUNBUFFERED": buffering},
            text=True,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            (process.stdout if unread == "stdout" else process.stderr).close()
            out, err = ("" if pipe.closed else pipe.read() for pipe in (process.stdout, process.stderr))
        return process.returncode, out, err

    done, out, err = status(settings.vectors)
    assert (done, report.generation in out, err) == (0, unread == "stderr", "")
    failed, out, err = status(tmp_path)
    assert (failed, out, "no earlier generation" in err) == (1, "", unread == "stdout")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no file's length")
def test_on_a_full_disk_the_file_is_named_and_what_stood_there_stays(
    settings: Settings, report: BuildReport, tmp_path: Path
) -> None:
    assert report.records
    (tmp_path / "kept.jsonl").write_text("kept", encoding="utf-8")
    code = (
        "import resource, signal, sys\n"
        "from rag.cli import main\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
        "sys.exit(main(sys.argv[1:]))"
    )

    for argv, file in ((["export"], "kept.jsonl"), (["ask", "Castro?"], "receipt.txt")):
        option = "--output" if "export" in argv else "--receipt"
        ended = finished(sys.executable, "-c", code, *argv, option, file, vectors=settings.vectors)
        assert (ended.returncode, ended.stderr) == (
            1,
            f"rag: {file}: File too large; correct the path, or make room and allow it\n".encode(),
        )
    assert (tmp_path / "kept.jsonl").read_text(encoding="utf-8") == "kept"
    assert [each.name for each in tmp_path.glob(".*")] == []


def test_progress_that_nobody_reads_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.cli.progress._DELAY", 0)
    monkeypatch.setattr("rag.cli.progress._ELSEWHERE", 0)
    reading, writing = os.pipe()
    os.close(reading)

    with os.fdopen(writing, "w") as unread:
        monkeypatch.setattr("sys.stderr", unread)
        with ProgressLine() as progress:
            for done in range(3):
                progress("embedding", done, 3)


def test_serve_serves_the_collection_until_it_is_stopped(settings: Settings, report: BuildReport) -> None:
    assert report.records
    with subprocess.Popen(  # noqa: S603
        [RAG, "serve", "--port", "0"],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env={"RAG_VECTORS": str(settings.vectors)},
        text=True,
    ) as process:
        assert process.stderr is not None
        address = next(
            found[0] for line in process.stderr if (found := re.search(r"http://127\.0\.0\.1:[1-9]\d+", line))
        )
        records = httpx2.get(f"{address}/api/v1/records?limit=1", timeout=60).json()
        page = httpx2.get(f"{address}/?q=documents+from+1968", timeout=60)
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()

    assert records["total"] == 57
    assert page.status_code == 200
    assert "Gretchko" in page.text
    assert "Traceback" not in rest
    assert open_index(settings).published() == report.generation  # what is there is not built again


def test_a_server_logs_objects_with_the_id_of_their_request_and_no_question(
    settings: Settings, report: BuildReport
) -> None:
    assert report.records
    with subprocess.Popen(  # noqa: S603
        [RAG, "serve", "--port", "0"],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env={"RAG_VECTORS": str(settings.vectors), "RAG_LOG_FORMAT": "json"},
        text=True,
    ) as process:
        assert process.stderr is not None
        address = next(
            found[0] for line in process.stderr if (found := re.search(r"http://127\.0\.0\.1:[1-9]\d+", line))
        )
        asked = httpx2.post(
            f"{address}/api/v1/ask", json={"question": "Kudryavtsev"}, headers={"X-Request-ID": "one-1"}, timeout=60
        )
        httpx2.get(f"{address}/?q=Kudryavtsev", timeout=60)
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()

    lines = [json.loads(line) for line in rest.splitlines()]
    served = [line for line in lines if line["message"] == "request"]
    assert asked.status_code == 200
    assert [(line["method"], line["route"], line["status"]) for line in served] == [
        ("POST", "/api/v1/ask", 200),
        ("GET", "/", 200),
    ]
    assert [line["request"] for line in lines if line["logger"] == "rag.assistant.ask"][:1] == ["one-1"]
    assert served[0]["request"] == "one-1"
    assert "Kudryavtsev" not in rest


def test_a_server_puts_no_seeds_where_a_collection_was_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_VECTORS", str(tmp_path))
    monkeypatch.setattr("uvicorn.supervisors.Multiprocess.run", lambda _: None)
    (tmp_path / "CURRENT").write_text("20200101T000000Z-00000000\n", encoding="ascii")

    assert main(["serve"]) == 0
    assert [each.name for each in tmp_path.iterdir()] == ["CURRENT"]
