"""Names known beforehand come from files, and an archive's own files add to them or take their place."""

import datetime as dt
from contextlib import closing
from pathlib import Path

import pytest

from rag.dates.archival_date import Interval
from rag.errors import SettingsError
from rag.index.open import open_index
from rag.ingest.build import build
from rag.names.annotate import Annotator
from rag.names.authority import NameKind, packaged, read_authorities
from rag.names.build_profile import profile_of
from rag.query.names import Names
from rag.record import EVERYTHING, Record
from rag.settings import Settings
from tests.fakes import WordCountEmbedder

HARBOUR = """
cased = ["PAL"]
towns = "Old Quay, North Pier"

[places]
Havn = { also = ["Hafen"], of = ["Havner", "Havners"] }

[people]
"Ada Lund" = ["The Harbour Mistress"]

[bodies]
"Pilots' Association, Lund" = ["PAL"]

[archives]
"Harbour House" = []
"""
RECORDS = [Record("1", "The Harbour Mistress on Old Quay", "Havners ask PAL to move to Cuba. A pal of theirs.", None)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An archive's own names."""
    return written(tmp_path / "names.toml", HARBOUR)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_names_of_a_file_are_found_in_records_beside_the_packages_own(file: Path) -> None:
    authorities = read_authorities([file])

    (record,) = map(Annotator(profile_of(RECORDS, authorities), authorities).named, RECORDS)

    assert record.people == ("The Harbour Mistress",)
    assert record.places == ("Old Quay", "Havn", "Cuba")


def test_names_of_a_file_are_found_in_questions(file: Path) -> None:
    authorities = read_authorities([file])

    found = Names(profile_of(RECORDS, authorities), authorities).read("Did PAL ask Ada Lund in Hafen?")

    assert found.names == ("Pilots' Association, Lund", "The Harbour Mistress", "Havn")


def test_the_example_of_the_help_is_a_file_of_names(tmp_path: Path) -> None:
    page = (Path(__file__).parent.parent / "web" / "help" / "configuration.md").read_text(encoding="utf-8")

    authorities = read_authorities([written(tmp_path / "names.toml", page.split("```")[1])])

    assert authorities.forms[NameKind.PLACE]["pekinese"].name == "Beijing"
    assert "Harbour House" in authorities.archives
    assert authorities.seats["old quay"] == "harbour republic"
    assert authorities.events["the flood"].days == Interval(dt.date(1903, 2, 11), dt.date(1903, 2, 11))


def test_a_file_that_replaces_leaves_nothing_of_those_before(file: Path, tmp_path: Path) -> None:
    alone = read_authorities([written(tmp_path / "alone.toml", f"replace = true\n{HARBOUR}")])
    after = read_authorities([file, written(tmp_path / "other.toml", "replace = true\n[places]\nMole = []\n")])

    assert {name.name for name in alone.names} == {
        "Old Quay",
        "North Pier",
        "Havn",
        "Ada Lund",
        "Pilots' Association, Lund",
    }
    assert (alone.archives, alone.cased) == (("Harbour House",), frozenset({"PAL"}))
    assert [name.spellings for name in after.names] == [("Mole",)]


def test_a_name_takes_the_place_of_the_same_name_before(tmp_path: Path) -> None:
    authorities = read_authorities([written(tmp_path / "names.toml", '[places]\nPeking = ["Beijing"]\nCuba = []\n')])
    places = authorities.forms[NameKind.PLACE]

    assert "kuba" in packaged().forms[NameKind.PLACE]
    assert "kuba" not in places
    assert places["beijing"].name == places["peking"].name == "Peking"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[places", "is not TOML"),
        ("\udcff", "is not TOML"),
        ("[peoples]\n", "peoples: is no section or setting of this form; known are places"),
        ("places = 3\n", "places: is no section"),
        ("towns = 3\n", "towns: is no section"),
        ("seats = 'Havn'\n", "seats: 'Havn' names no country; write one such as Sofia: Bulgaria"),
        ("[places]\nCuba = 5\n", r"\[places\] Cuba: 5 is no list of texts; write one such as"),
        ("[people]\nAda = [1]\n", r"\[people\] Ada: \[1\] is no list"),
        ("[places]\nCuba = { aka = [] }\n", r"\[places\] Cuba: aka is unknown; known are also, of"),
        ("cased = [1]\n", "cased: .* is no list of texts"),
        ("[events]\nFlood = 1903\n", r"\[events\] Flood: 1903 is no event; write one such as"),
        ("[events]\nFlood = { days = 'long ago' }\n", r"\[events\] Flood: .*; write days in EDTF"),
        ("[events]\nFlood = { until = '1903' }\n", r"\[events\] Flood: .*; write days in EDTF"),
        (None, "cannot be read .*; correct RAG_AUTHORITIES"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_line(tmp_path: Path, text: str | None, fault: str) -> None:
    path = tmp_path / "names.toml"
    if text is not None:
        path.write_bytes(text.encode(errors="surrogateescape"))

    with pytest.raises(SettingsError, match=rf"^[^\n]*names\.toml: {fault}[^\n]*$"):
        read_authorities([path])


def test_the_setting_names_files_and_a_build_follows_them(file: Path, tmp_path: Path) -> None:
    settings = Settings.load({"RAG_AUTHORITIES": str(file), "RAG_VECTORS": str(tmp_path / "vectors")})
    source = written(tmp_path / "list.csv", "title,date\nLetter from Hafen,1971\nLetter from Havana,1972\n")

    build(settings, [source], embedder=WordCountEmbedder())

    with closing(open_index(settings).reader()) as reader:
        assert reader.facets("places", EVERYTHING) == {"Havana": 1, "Havn": 1}


def test_a_build_with_a_bad_file_reads_and_publishes_nothing(tmp_path: Path) -> None:
    bad = written(tmp_path / "bad.toml", "[places")
    settings = Settings.load({"RAG_AUTHORITIES": str(bad), "RAG_VECTORS": str(tmp_path / "vectors")})

    with pytest.raises(SettingsError):
        build(settings, [tmp_path], embedder=WordCountEmbedder())

    assert not (tmp_path / "vectors").exists()
