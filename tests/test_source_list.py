"""The collection remembers its sources and what was chosen for them, whatever is damaged or ends meanwhile."""

from __future__ import annotations

import csv
import io
import json
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rag.cli import main
from rag.errors import GenerationError, NothingToBuild, RagError
from rag.index.open import open_index
from rag.index.ports import Order
from rag.ingest.build import build, dry_run
from rag.ingest.source_list import receive, resolve
from rag.record import EVERYTHING
from rag.settings import Settings
from tests.fakes import WordCountEmbedder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from rag.embeddings import Vectors
    from rag.ingest.report import BuildReport

EMBEDDER = WordCountEmbedder()
TITLE = "title=Betreff"


def built(settings: Settings, *paths: Path, chosen: Sequence[str] = (), most_faults: int | None = None) -> BuildReport:
    return build(settings, paths, chosen, most_faults=most_faults, embedder=EMBEDDER)


def titles(settings: Settings) -> set[str]:
    """The titles in the published generation."""
    reader = open_index(settings).reader()
    found = {record.title for record in reader.page(EVERYTHING, Order.DATE, 0, 1000)}
    reader.close()
    return found


def rows(file: Path, *titles: str) -> Path:
    """Records with a title under a name that no one would guess."""
    file.write_text("".join(f"{json.dumps({'Betreff': title})}\n" for title in titles), encoding="utf-8")
    return file


def test_what_was_chosen_for_a_source_is_remembered_with_it(fresh: Settings, tmp_path: Path) -> None:
    source = rows(tmp_path / "rows.jsonl", "Quay", "Crane")

    assert built(fresh, source, chosen=[TITLE]).records == 2
    rows(source, "Quay", "Crane", "Ferry")
    assert built(fresh).records == 3
    assert built(fresh, source).records == 3
    assert built(fresh, source, chosen=["summary=Betreff", TITLE]).without_summary == 0
    assert resolve(fresh, ()).chosen == ((str(source), "summary=Betreff"), (str(source), TITLE))


def test_a_damaged_file_of_the_only_generation_forgets_no_source(fresh: Settings, tmp_path: Path) -> None:
    report = built(fresh, rows(tmp_path / "rows.jsonl", "Quay"), chosen=[TITLE])
    for file in (fresh.vectors / report.generation).glob("*.*"):
        if file.name != "manifest.json":
            file.write_bytes(b"damaged")

    built(fresh)

    assert titles(fresh) == {"Quay"}


def test_a_manifest_of_another_form_forgets_no_source(
    fresh: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(fresh, rows(tmp_path / "rows.jsonl", "Quay"), chosen=[TITLE])
    monkeypatch.setattr("rag.index.embedded.generation.SCHEMA", 99)

    with pytest.raises(GenerationError, match="is foreign"):
        titles(fresh)
    built(fresh)

    assert titles(fresh) == {"Quay"}


def test_where_no_generation_names_its_sources_they_are_asked_for_and_nothing_is_replaced(
    fresh: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    source = rows(tmp_path / "rows.jsonl", "Quay")
    report = built(fresh, source, chosen=[TITLE])
    (fresh.vectors / report.generation / "manifest.json").write_bytes(b"{")

    for command in (build, dry_run):
        with pytest.raises(GenerationError, match=r"made of; name its sources: `rag build PATH \.\.\.`$"):
            command(fresh)
    assert (open_index(fresh).names(), caplog.record_tuples) == ([report.generation], [])

    built(fresh, source, chosen=[TITLE])
    assert titles(fresh) == {"Quay"}


class Waiting(WordCountEmbedder):
    """Says that it has begun, and waits to be let go on."""

    def __init__(self) -> None:
        """It has not begun."""
        super().__init__()
        self.begun, self.go_on = threading.Event(), threading.Event()

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """As its parent, once it may."""
        self.begun.set()
        assert self.go_on.wait(30)
        return super().embed_documents(texts)


def test_of_two_builds_at_once_neither_forgets_what_the_other_adds(fresh: Settings, tmp_path: Path) -> None:
    slow = Waiting()
    quay, crane = rows(tmp_path / "quay.jsonl", "Quay"), rows(tmp_path / "crane.jsonl", "Crane")
    thread = threading.Thread(target=build, args=(fresh, [quay], [TITLE]), kwargs={"embedder": slow})
    thread.start()
    assert slow.begun.wait(30)

    with pytest.raises(RagError, match="another build is running"):
        built(fresh, crane, chosen=[TITLE])
    slow.go_on.set()
    thread.join()
    built(fresh, crane, chosen=[TITLE])

    assert titles(fresh) == {"Quay", "Crane"}


def test_what_came_by_a_stream_is_read_again_and_goes_with_its_last_generation(fresh: Settings, tmp_path: Path) -> None:
    content = rows(tmp_path / "rows.jsonl", "Quay").read_bytes()
    received = receive(io.BytesIO(content), fresh.vectors)

    assert receive(io.BytesIO(content), fresh.vectors) == received
    built(fresh, received, chosen=[TITLE])
    assert built(fresh).records == 1
    for _ in range(2):
        build(fresh, [fresh.seeds], only=True, embedder=EMBEDDER)
    assert list(received.parent.iterdir()) == []


def test_what_is_being_received_while_a_build_ends_is_left_alone_and_what_a_killed_one_left_is_not(
    fresh: Settings, tmp_path: Path
) -> None:
    content = rows(tmp_path / "rows.jsonl", "Quay").read_bytes()
    (fresh.vectors / "received").mkdir(parents=True)
    (fresh.vectors / "received" / ".left").write_bytes(content)

    received = receive(_Meanwhile(content, lambda: built(fresh)), fresh.vectors)

    assert list(received.parent.iterdir()) == [received]
    built(fresh, received, chosen=[TITLE])
    assert titles(fresh) >= {"Quay"}


def test_what_was_received_while_a_build_went_on_is_left_alone(fresh: Settings, tmp_path: Path) -> None:
    content = rows(tmp_path / "rows.jsonl", "Quay").read_bytes()
    received: list[Path] = []

    build(fresh, embedder=EMBEDDER, progress=lambda *_: received.append(receive(io.BytesIO(content), fresh.vectors)))

    assert received[0].read_bytes() == content
    for _ in range(2):
        built(fresh)
    assert list(received[0].parent.iterdir()) == []


class _Meanwhile(io.BytesIO):
    """A stream in the midst of which something is done."""

    def __init__(self, content: bytes, work: Callable[[], object]) -> None:
        """Nothing was read."""
        super().__init__(content)
        self._work = work

    def read(self, size: int | None = -1, /) -> bytes:
        """As its parent; at the end the work is done."""
        if not (chunk := super().read(size)):
            self._work()
        return chunk


def test_all_faults_are_listed_beside_their_generation(fresh: Settings, tmp_path: Path) -> None:
    source = tmp_path / "rows.jsonl"
    source.write_text('{"title": "Quay"}\n' + "not this\n" * 70, encoding="utf-8")
    report = built(fresh, source, most_faults=70)

    lines = list(report.lines())
    assert "  and 20 more" in lines
    assert f"all faults are listed in {report.fault_file}" in lines
    assert report.fault_file is not None
    with report.fault_file.open(encoding="utf-8", newline="") as opened:
        listed = list(csv.DictReader(opened))
    assert [(row["file"], row["line"]) for row in listed] == [("rows.jsonl", str(line)) for line in range(2, 72)]
    assert listed[0]["reason"] == "it is not JSON: Expecting value in column 1; correct it"

    rows(source, "Quay")
    for _ in range(2):
        built(fresh, source, chosen=[TITLE])
    assert list(fresh.vectors.glob("*.faults.csv")) == []


def test_more_faults_than_may_be_publish_nothing(fresh: Settings, tmp_path: Path) -> None:
    built(fresh)
    source = tmp_path / "rows.jsonl"
    source.write_text('{"title": "Quay"}\nno\nno\n', encoding="utf-8")

    with pytest.raises(NothingToBuild, match=r"^nothing was published: rows\.jsonl:2: it is not JSON"):
        built(fresh, source, most_faults=1)
    assert len(open_index(fresh).names()) == 1
    assert built(fresh, source, most_faults=2).records == 4


def test_a_rehearsal_says_what_a_build_would_do_and_does_nothing(fresh: Settings, tmp_path: Path) -> None:
    table = tmp_path / "rows.jsonl"
    old = [{"id": "1", "title": "Quay"}, {"id": "2", "title": "Crane"}, {"id": "3", "title": "Ferry"}]
    table.write_text("".join(f"{json.dumps(row)}\n" for row in old), encoding="utf-8")

    assert (dry_run(fresh, [table]).new, fresh.vectors.exists()) == (3, False)
    built(fresh, table)
    before = sorted(fresh.vectors.rglob("*"))
    new = [{"id": "1", "title": "Quay"}, {"id": "2", "title": "Crane", "date": "1962"}, {"id": "4", "title": "Buoy"}]
    table.write_text("".join(f"{json.dumps(row)}\n" for row in new) + "no\n", encoding="utf-8")
    trial = dry_run(fresh)

    assert (trial.new, trial.changed, trial.gone, trial.records) == (1, 1, 1, 3)
    assert sorted(fresh.vectors.rglob("*")) == before
    lines = list(trial.lines())
    assert lines[-1] == "would add 1, change 1 and remove 1 records; nothing was published"
    assert "    1962 (1962): Crane" in lines
    assert "  rows.jsonl: JSON Lines, 4 rows: id, title, date" in lines
    assert titles(fresh) == {"Quay", "Crane", "Ferry"}


def test_deleted_records_leave(fresh: Settings, tmp_path: Path) -> None:
    source = rows(tmp_path / "rows.jsonl", "Quay", "Crane")
    built(fresh, source, chosen=[TITLE])
    rows(source, "Crane")

    assert built(fresh).embedded == 0
    assert titles(fresh) == {"Crane"}


def test_one_can_go_back_to_the_generation_before_and_to_any_by_name(fresh: Settings, tmp_path: Path) -> None:
    keeping = replace(fresh, keep=3)
    source = tmp_path / "rows.jsonl"
    first, second, third = (
        built(keeping, rows(source, title), chosen=[TITLE]).generation for title in ("Quay", "Crane", "Ferry")
    )

    assert [(kept.name, kept.records, kept.current) for kept in open_index(fresh).generations()] == [
        (third, 1, True),
        (second, 1, False),
        (first, 1, False),
    ]
    assert (open_index(fresh).roll_back(), titles(fresh)) == (second, {"Crane"})
    assert (open_index(fresh).roll_back(), titles(fresh)) == (first, {"Quay"})
    with pytest.raises(GenerationError, match="no earlier generation is kept; raise RAG_KEEP"):
        open_index(fresh).roll_back()
    with pytest.raises(GenerationError, match=f"no generation is called 'x'; kept are {first}"):
        open_index(fresh).roll_back("x")
    assert (open_index(fresh).roll_back(third), titles(fresh)) == (third, {"Ferry"})


def test_one_cannot_go_back_to_a_damaged_generation(fresh: Settings) -> None:
    generations = [built(replace(fresh, keep=3)).generation for _ in range(3)]
    (fresh.vectors / generations[1] / "rows.sqlite").write_bytes(b"damaged")

    with pytest.raises(GenerationError, match=r"rows\.sqlite: 7 bytes instead of"):
        open_index(fresh).roll_back(generations[1])
    assert open_index(fresh).published() == generations[2]
    assert [kept.records for kept in open_index(fresh).generations()] == [3, None, 3]
    assert open_index(fresh).roll_back() == generations[0]


def test_what_is_kept_is_listed_and_gone_back_to_by_command(
    fresh: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = (built(fresh).generation for _ in range(2))
    place = ["--vectors", str(fresh.vectors)]

    assert main(["generations", *place]) == 0
    newest, oldest = capsys.readouterr().out.splitlines()
    assert newest.split()[0] == second
    assert newest.endswith("3 records  current")
    assert oldest.split()[0] == first
    assert oldest.endswith("3 records")
    assert main(["rollback", *place]) == 0
    assert capsys.readouterr().out == f"published {first}\n"
    assert main(["rollback", *place]) == 1
    assert "no earlier generation is kept" in capsys.readouterr().err


def test_of_a_damaged_generation_the_list_says_what_is_wrong(
    fresh: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    file = fresh.vectors / built(fresh).generation / "rows.sqlite"
    file.write_bytes(b"damaged")

    assert main(["generations", "--vectors", str(fresh.vectors)]) == 0
    listed, fault = capsys.readouterr().out.splitlines()
    assert listed.endswith("damaged  current")
    assert fault.startswith(f"  {file}: 7 bytes instead of")


class _Stream:
    """A standard input of these bytes."""

    def __init__(self, content: bytes) -> None:
        """It has not been read."""
        self.buffer = io.BytesIO(content)


def test_a_table_from_the_standard_input_is_tried_and_then_built_by_command(
    fresh: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("rag.ingest.build.open_embedder", lambda *_: EMBEDDER)
    content = rows(tmp_path / "rows.jsonl", "Quay", "Crane").read_bytes() + b"no\n"
    command = ["build", "-", "--only", "--map", TITLE, "--vectors", str(fresh.vectors)]

    monkeypatch.setattr("sys.stdin", _Stream(content))
    assert main([*command, "--dry-run"]) == 0
    out = capsys.readouterr().out
    assert "JSON Lines, 3 rows: title = Betreff" in out
    assert "would add 2, change 0 and remove 0 records; nothing was published" in out
    assert not fresh.vectors.exists()

    monkeypatch.setattr("sys.stdin", _Stream(content))
    assert main([*command, "--max-faults", "0"]) == 1
    assert ":3: it is not JSON" in capsys.readouterr().err

    monkeypatch.setattr("sys.stdin", _Stream(content))
    assert main(command) == 0
    assert titles(fresh) == {"Quay", "Crane"}


def test_an_empty_standard_input_is_an_error_and_nothing_is_kept_of_it(
    fresh: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", _Stream(b" \n"))

    assert main(["build", "-", "--vectors", str(fresh.vectors)]) == 1
    complaint = capsys.readouterr().err
    assert complaint.startswith("rag: nothing was published: the standard input is empty; ")
    assert complaint.count("\n") == 1
    assert not fresh.vectors.exists()


@pytest.mark.parametrize(
    ("content", "options", "why"),
    [
        ('{"title": "Quay"}\nno\n', ["--strict"], "rows.jsonl:2: it is not JSON"),
        ('{"title": "Quay"}\nno\nno\n', ["--max-faults", "1"], "rows.jsonl:2: it is not JSON"),
        ("no\n", [], "rows.jsonl: it has no listing"),
    ],
)
def test_a_dry_run_ends_as_the_build_would(
    fresh: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, options: list[str], why: str
) -> None:
    source = tmp_path / "rows.jsonl"
    source.write_text(content, encoding="utf-8")
    command = ["build", str(source), *options, "--vectors", str(fresh.vectors)]

    assert main([*command, "--dry-run"]) == 1
    tried = capsys.readouterr()
    assert main(command) == 1
    assert tried.err.startswith(f"rag: nothing would be published: {why}")
    assert tried.err == capsys.readouterr().err.replace("was published", "would be published")
    assert "would add" not in tried.out


@pytest.mark.parametrize("options", [["--only"], ["--map", TITLE]])
def test_what_is_said_of_no_path_is_wrong_usage(capsys: pytest.CaptureFixture[str], options: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["build", *options])
    assert "--only, --map and --map-file need a PATH; give one" in capsys.readouterr().err


def test_an_unknown_field_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["build", "x", "--map", "heading=Betreff"])
    assert "'heading=Betreff' is not FIELD=COLUMN with a field of id, title" in capsys.readouterr().err


def test_a_dry_run_says_of_each_column_what_it_gives_and_what_an_unknown_one_may_give(
    fresh: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "table.csv"
    table.write_text(
        'title,Wann,Wer,Wo\nPier,3 May 1959,"Roca, Blas",x\nQuay,1 June 1960,"Lund, Otto",y\n', encoding="utf-8"
    )
    choice = tmp_path / "choice.txt"
    command = ["build", str(table), "--only", "--dry-run", "--vectors", str(fresh.vectors), "--map-file", str(choice)]

    assert main([*command, "--map", "summary=Wo"]) == 0
    assert main([*command, "--map", "date=Wann"]) == 0
    first, second = capsys.readouterr().out.split("nothing was published")[:2]

    assert "    title: title ('Pier'; 'Quay')\n    Wo: summary ('x'; 'y')\n" in first
    assert "    Wann: not used; perhaps --map date=Wann ('3 May 1959'; '1 June 1960')" in first
    assert "    Wer: not used; perhaps --map people=Wer ('Roca, Blas'; 'Lund, Otto')" in first
    assert "    Wann: date (" in second
    assert choice.read_text(encoding="utf-8") == "summary=Wo\ndate=Wann\n"


def test_a_dry_run_says_of_a_folder_in_three_lines_how_it_was_read(
    fresh: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number}.csv").write_text(f"title,date,Wo\nPier {number},1959,x\n", encoding="utf-8")

    assert main(["build", str(folder), "--only", "--dry-run", "--vectors", str(fresh.vectors)]) == 0
    lines = capsys.readouterr().out.splitlines()

    assert lines[2:6] == [
        "  read as CSV (12); 12 rows in all",
        "  fields given, by files with columns: title (12), date (12)",
        "  columns not used, by files: Wo (12)",
        "  1959-pier-0-" + lines[5].rpartition("-")[2],
    ]


def test_a_choice_of_a_column_that_is_not_there_is_named_and_a_likely_one_proposed(
    fresh: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "table.csv"
    table.write_text('was,wann,wer\nPier,1959,A. Roca\nQuay,1 June 1960,"N. S. Lund"\n', encoding="utf-8")
    command = ["build", str(table), "--only", "--dry-run", "--vectors", str(fresh.vectors)]

    assert main([*command, "--map", "title=wo"]) == 1
    assert "--map date=wann, --map people=wer; it has no 'wo'" in capsys.readouterr().err
    assert main([*command, "--map", "title=was", "--map", "date=wo"]) == 0
    assert "no row has the column 'wo' chosen for date; choose one of: was, wann, wer" in capsys.readouterr().out


def test_a_file_of_choices_that_cannot_be_used_is_named(
    fresh: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, choice = tmp_path / "table.csv", tmp_path / "choice.txt"
    table.write_text("title,date\nPier,1959\n", encoding="utf-8")
    choice.write_text("# mine\nheading=Wo\n", encoding="utf-8")

    assert main(["build", str(table), "--vectors", str(fresh.vectors), "--map-file", str(choice)]) == 1
    assert f"rag: {choice}: 'heading=Wo' is not FIELD=COLUMN" in capsys.readouterr().err
