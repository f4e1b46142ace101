"""A build says what it read and did; reports what cannot be read, and leaves what was published in use."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.assistant.assistant import Assistant
from rag.errors import GenerationError, NothingToBuild, RagError
from rag.index.open import open_index
from rag.index.ports import Identity
from rag.ingest.build import build, dry_run
from rag.settings import Settings
from tests.fakes import WordCountEmbedder
from tests.pages import GRAIN, HARBOUR, PIER, STORM, Entry, numbered
from tests.test_formats_listing_pages import SEEDS, mangled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rag.ingest.report import BuildReport

EMBEDDER = WordCountEmbedder()
QUAY = Entry("August 9, 1951", "Plan of the Quay", "It shows the quay and the two piers.")


def page(file: Path, listings: Iterable[Entry], heading: str = "1 - 3 of 12") -> Path:
    """Save a listing page."""
    file.write_text(numbered(listings, heading), encoding="utf-8")
    return file


def built(settings: Settings, *paths: Path, only: bool = False, strict: bool = False) -> BuildReport:
    return build(settings, paths, only=only, most_faults=0 if strict else None, embedder=EMBEDDER)


def attempt(settings: Settings, source: Path) -> BuildReport | NothingToBuild:
    """The report of a build of nothing else, or why there was none."""
    try:
        return built(settings, source, only=True)
    except NothingToBuild as error:
        return error


def reading(settings: Settings) -> Assistant:
    return Assistant(open_index(settings, accepts=EMBEDDER.weights.__eq__), lambda: EMBEDDER)


def titles(settings: Settings) -> set[str]:
    """The titles in the published generation."""
    return {hit.record.title for hit in reading(settings).records(limit=1000).hits}


def test_the_seeds_are_reported_as_counted_by_hand(report: BuildReport) -> None:
    assert (report.files, report.listings, report.records, report.merged) == (5, 60, 57, 3)
    assert (report.without_summary, report.undated, report.faults) == (1, 0, ())
    assert [(page.file[:3], page.page, page.listings) for page in report.pages] == [
        ("000", "1 - 10 of 31", 10),
        ("001", "121 - 130 of 300", 10),
        ("002", "1 - 10 of 10", 10),
        ("003", None, 20),
        ("004", "11 - 20 of 24", 10),
    ]
    assert report.embedded > 57
    assert report.reused == 0


def test_the_report_says_all_of_it_to_people(report: BuildReport) -> None:
    lines = list(report.lines())

    assert lines[0] == "5 files, 60 listings, 57 records, 3 merged"
    assert lines[1] == "1 without summary, 0 undated"
    assert lines[2] == f"{report.embedded} texts embedded, 0 reused"
    assert "  000_92deb407e94ed40a.txt: 1 - 10 of 31: 10 listings" in lines
    assert "  003_fc35869fd91e771d.txt: no range line: 20 listings" in lines
    assert lines[-2:] == ["0 faults", f"published {report.generation}"]


def test_a_second_build_embeds_nothing_and_publishes_the_same(fresh: Settings) -> None:
    first = built(fresh)
    before = reading(fresh).records().hits
    second = built(fresh)

    assert (first.reused, second.embedded, second.reused) == (0, 0, first.embedded)
    assert second.generation != first.generation
    assert reading(fresh).records().hits == before


def test_a_changed_summary_is_the_only_one_embedded_anew(fresh: Settings) -> None:
    built(fresh)
    page(
        fresh.seeds / "harbour.txt", [replace(PIER, summary="The harbour master asks for a third pier."), GRAIN, STORM]
    )

    # The record and its one sentence.
    assert built(fresh).embedded == 2


def test_the_first_build_without_paths_takes_the_seeds(fresh: Settings) -> None:
    assert built(fresh).records == 3
    assert titles(fresh) == {entry.title for entry in HARBOUR}


def test_a_path_is_added_and_remembered(fresh: Settings, tmp_path: Path) -> None:
    built(fresh)
    quay = page(tmp_path / "quay.txt", [QUAY], "1 - 1 of 1")

    assert built(fresh, quay).records == 4
    page(quay, [QUAY, Entry("August 10, 1951", "Plan of the Crane")], "1 - 2 of 2")
    assert built(fresh).records == 5
    assert built(fresh, quay).records == 5
    assert reading(fresh).coverage().identity.sources == (str(fresh.seeds), str(quay))


def test_a_path_that_comes_first_is_the_whole_collection(fresh: Settings, tmp_path: Path) -> None:
    built(fresh, page(tmp_path / "quay.txt", [QUAY], "1 - 1 of 1"))

    assert titles(fresh) == {QUAY.title}


def test_only_makes_the_paths_the_whole_collection(fresh: Settings, tmp_path: Path) -> None:
    built(fresh)
    quay = page(tmp_path / "quay.txt", [QUAY], "1 - 1 of 1")

    assert built(fresh, quay, only=True).records == 1
    assert built(fresh).records == 1
    assert titles(fresh) == {QUAY.title}


def test_only_without_a_path_goes_back_to_the_seeds(fresh: Settings, tmp_path: Path) -> None:
    built(fresh, page(tmp_path / "quay.txt", [QUAY], "1 - 1 of 1"))
    built(fresh, only=True)

    assert titles(fresh) == {entry.title for entry in HARBOUR}


def test_a_source_under_another_name_is_read_once(fresh: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    built(fresh)
    monkeypatch.chdir(fresh.seeds.parent)
    report = built(fresh, Path("seeds"), fresh.seeds / "harbour.txt")

    assert (report.files, report.records, report.merged) == (1, 3, 0)


def test_a_page_with_nine_of_ten_is_a_fault_and_the_nine_are_built(fresh: Settings) -> None:
    ten = (SEEDS / "000_92deb407e94ed40a.txt").read_text(encoding="utf-8")
    nine = ten.replace(
        "\nJune 20, 1990\n\nFrom the Diary of Yu.V. Petrov: Report on a Conversation with Fidel Castro\n", ""
    )
    (fresh.seeds / "nine.txt").write_text(nine, encoding="utf-8")
    report = built(fresh)

    assert (report.files, report.listings) == (2, 12)
    assert [(fault.file, fault.line) for fault in report.faults] == [("nine.txt", 4)]
    assert "'1 - 10 of 31', which is 10, but 9 could be read" in report.faults[0].reason
    assert any("nine.txt:4: the page says" in line for line in report.lines())


def test_a_file_without_listings_is_a_fault_and_the_rest_is_built(fresh: Settings) -> None:
    (fresh.seeds / "notes.txt").write_text("Nothing but notes.", encoding="utf-8")
    (fresh.seeds / "picture.txt").write_bytes(bytes(range(256)))
    report = built(fresh)

    assert [fault.file for fault in report.faults] == ["notes.txt", "picture.txt"]
    assert report.records == 3


def test_a_source_that_vanished_is_a_fault_that_names_it_and_stays_known(fresh: Settings, tmp_path: Path) -> None:
    quay = page(tmp_path / "quay.txt", [QUAY], "1 - 1 of 1")
    built(fresh)
    built(fresh, quay)
    quay.unlink()
    without = built(fresh)

    (fault,) = without.faults
    cure = f"put it back, or name all other sources again: rag build --only {fresh.seeds}"
    assert str(fault) == f"{quay}: there is no such file or folder; {cure}"
    assert without.records == 3

    page(quay, [QUAY], "1 - 1 of 1")
    assert built(fresh).records == 4


def test_a_source_that_vanished_is_forgotten_as_its_fault_says(fresh: Settings, tmp_path: Path) -> None:
    quay, crane = (page(tmp_path / name, [QUAY], "1 - 1 of 1") for name in ("quay.txt", "crane 2.txt"))
    build(fresh, [crane], ["title=title"], embedder=EMBEDDER)
    built(fresh, quay)
    quay.unlink()

    (fault,) = built(fresh).faults
    assert fault.reason.endswith(f"again with their --map choices: rag build --only '{crane}'")
    assert built(fresh, crane, only=True).faults == ()
    assert built(fresh, strict=True).faults == ()


def test_a_mistyped_path_publishes_nothing_and_adds_no_source(fresh: Settings, tmp_path: Path) -> None:
    published = built(fresh).generation

    for command in (build, dry_run):
        with pytest.raises(NothingToBuild, match=r"typo\.csv: there is no such file or folder; correct the path$"):
            command(fresh, [tmp_path / "typo.csv"])
    assert open_index(fresh).published() == published
    assert built(fresh, strict=True).faults == ()


def test_a_strict_build_with_a_fault_publishes_nothing(fresh: Settings) -> None:
    built(fresh)
    page(fresh.seeds / "quay.txt", [QUAY], "1 - 2 of 2")
    before = sorted(fresh.vectors.rglob("*"))

    with pytest.raises(NothingToBuild, match=r"^nothing was published: quay\.txt:4: the page says"):
        built(fresh, strict=True)

    assert sorted(fresh.vectors.rglob("*")) == before
    assert titles(fresh) == {entry.title for entry in HARBOUR}
    assert built(fresh).records == 4


def test_a_strict_build_without_a_fault_publishes(fresh: Settings) -> None:
    assert built(fresh, strict=True).records == 3


def test_where_nothing_can_be_read_nothing_is_published(fresh: Settings, tmp_path: Path) -> None:
    built(fresh)
    empty = tmp_path / "empty"
    empty.mkdir()

    for source in (empty, tmp_path / "missing"):
        with pytest.raises(NothingToBuild, match=source.name):
            built(fresh, source, only=True)

    assert titles(fresh) == {entry.title for entry in HARBOUR}
    assert reading(fresh).coverage().identity.sources == (str(fresh.seeds),)


def test_many_faults_fit_into_one_line(fresh: Settings, tmp_path: Path) -> None:
    with pytest.raises(NothingToBuild, match=r"^[^\n]*; and 7 more$"):
        built(fresh, *(tmp_path / f"missing {number}" for number in range(10)))

    with pytest.raises(GenerationError):
        titles(fresh)


def test_there_is_one_build_at_a_time(fresh: Settings) -> None:
    built(fresh)
    identity = Identity(EMBEDDER.name, EMBEDDER.weights, EMBEDDER.dimensions, ())

    with open_index(fresh).writer(identity), pytest.raises(RagError, match="another build is running"):
        built(fresh)

    assert built(fresh).records == 3


def test_progress_is_reported_until_all_is_embedded(fresh: Settings) -> None:
    calls: list[tuple[str, int, int | None]] = []
    report = build(fresh, progress=lambda step, done, total: calls.append((step, done, total)), embedder=EMBEDDER)

    assert calls[-1] == ("embedding", report.embedded, report.embedded)


def test_another_model_embeds_everything_anew(fresh: Settings) -> None:
    first = built(fresh)
    other = WordCountEmbedder("other", dimensions=32)
    report = build(fresh, embedder=other)

    assert (report.embedded, report.reused) == (first.embedded, 0)
    assert reading(fresh).coverage().records == 3  # by the model of the last good generation
    assert open_index(fresh, accepts=other.weights.__eq__).reader().identity.model == "other"


def test_as_many_generations_are_kept_as_the_settings_say(fresh: Settings) -> None:
    reports = [built(replace(fresh, keep=3)) for _ in range(4)]

    assert open_index(fresh).names() == [report.generation for report in reports[1:]]
    assert open_index(fresh).published() == reports[-1].generation


def test_the_same_records_have_the_same_ids_whatever_file_they_come_from(fresh: Settings, tmp_path: Path) -> None:
    built(fresh)
    before = {hit.record.id for hit in reading(fresh).records().hits}
    page(tmp_path / "elsewhere.txt", [STORM, GRAIN, PIER])
    built(fresh, tmp_path / "elsewhere.txt", only=True)

    assert {hit.record.id for hit in reading(fresh).records().hits} == before


def test_a_damaged_newest_generation_forgets_no_older_source(fresh: Settings, tmp_path: Path) -> None:
    built(fresh)
    built(fresh, page(tmp_path / "quay.txt", [QUAY], "1 - 1 of 1"))
    report = built(fresh)
    (fresh.vectors / report.generation / "rows.sqlite").write_bytes(b"damaged")

    assert built(fresh).records == 4


def test_mangled_pages_end_in_records_with_faults_or_a_clear_error(fresh: Settings, tmp_path: Path) -> None:
    chance = random.Random(1962)  # noqa: S311 - the accidents must be the same in every run
    seeds = [path.read_bytes() for path in sorted(SEEDS.glob("*.txt"))]
    folder = tmp_path / "mangled"
    folder.mkdir()
    published = built(fresh).generation
    refused = []

    for number in range(24):
        cut = 200 if number % 6 == 0 else None
        (folder / "page.txt").write_bytes(mangled(seeds[number % len(seeds)], chance)[:cut])
        outcome = attempt(fresh, folder)
        if isinstance(outcome, NothingToBuild):
            refused.append(str(outcome))
        else:
            published = outcome.generation
            assert outcome.listings == outcome.records + outcome.merged
            assert reading(fresh).coverage().records == outcome.records

        assert open_index(fresh).published() == published

    assert 0 < len(refused) < 24
    assert all("page.txt" in line and "\n" not in line for line in refused)
