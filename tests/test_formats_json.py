"""JSON Lines, lists and objects, packed or not, are read row by row; the Wilson Center's shapes map by themselves."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import re
from typing import TYPE_CHECKING, Any

import pytest

from rag.dates.archival_date import edtf_interval, fit, parse_date
from rag.ingest.formats.files import ColumnChoice
from rag.ingest.read import read
from tests.fakes import saved

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rag.ingest.read import Collected
    from rag.record import Record

PIER = {"id": "harbour/d1", "date": "1959-09", "title": "Resolution on a Pier", "summary": "The council wants a pier."}
GRAIN = {"id": "harbour/d2", "date": "1960-01-05", "title": "Note on Grain", "summary": "Sugar for grain."}
STORM = {"id": "harbour/d3", "date": "n.d.", "title": "Storm Damage", "summary": None}
ROWS = (PIER, GRAIN, STORM)

OLD_API = {
    "id": "208400",
    "uri": "/document/208400",
    "slug": "resolution-pier",
    "title": "Resolution on a Pier",
    "doc_date": "19590101",
    "frontend_doc_date": "circa 1959",
    "description": "The council\nwants a pier.",
    "source": "Harbour Archive, f. 5, op. 49, d. 131. Translated by A. Clerk.",
    "type": {"id": "3", "name": "Resolution"},
    "rights": {"id": "1", "name": "Free to use", "rights": "<p>Free</p>"},
    "languages": [{"id": "mon", "name": "Mongolian"}],
    "creators": [{"id": "1", "name": "Harbour Council", "value": "Council"}],
    "contributors": [{"id": "2", "name": "Roca, Blas"}, {"id": "1", "name": "Harbour Council"}],
    "subjects": [{"id": "9", "name": "Piers--Construction"}],
    "original_coverages": [{"id": "7", "name": "Havana", "parent": None, "children": []}],
    "repositories": [{"id": "4", "name": "Harbour Archive"}],
    "collections": [{"id": "5", "name": "Piers and Quays"}],
    "links": [],
    "media_files": [{"id": "6", "filename": "pier.pdf"}],
}

SCRAPED = {
    "document_url": "https://archive.example/document/resolution-pier",
    "original_publication_date": "September, 1959",
    "title": "Resolution on a Pier",
    "text_body": "The whole resolution.",
    "summary": "The council wants a pier.",
    "authors": '["Harbour Council"]',
    "associated_places": '["Havana, Cuba"]',
    "subjects_discussed": '["Piers--Construction", "Grain"]',
    "associated_people_orgs": '["Roca, Blas"]',
    "document_contributors": '["A Friend of the Archive"]',
    "source": "Harbour Archive, f. 5",
    "original_archive_title": "Harbour Archive",
    "language": '["Russian", "Spanish"]',
    "rights": "Free to use",
    "record_id": "208400",
}


def lines(*rows: object) -> str:
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def only(collected: Collected) -> Record:
    """The one record that was read without a fault."""
    assert not collected.faults
    (record,) = collected.records
    return record


SHAPES: dict[str, Callable[[tuple[dict[str, Any], ...]], str]] = {
    "lines": lambda rows: lines(*rows),
    "lines with a mark, CRLF and blank ones": lambda rows: f"\ufeff{lines(*rows)}".replace("\n", "\r\n\r\n"),
    "a list": json.dumps,
    "a list, indented": lambda rows: json.dumps(rows, indent=2),
    "an answer with a list": lambda rows: json.dumps({"pagination": {"page": 1}, "list": rows}),
    "a list deep in an answer": lambda rows: json.dumps({"status": "ok", "result": {"docs": rows}}, indent=1),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_every_shape_of_json_gives_the_same_records(tmp_path: Path, shape: Callable[..., str]) -> None:
    collected = read([saved(tmp_path / "rows", shape(ROWS))])

    assert not collected.faults
    assert [(record.id, record.title, record.summary) for record in collected.records] == [
        ("harbour~d1", "Resolution on a Pier", "The council wants a pier."),
        ("harbour~d2", "Note on Grain", "Sugar for grain."),
        ("harbour~d3", "Storm Damage", ""),
    ]
    assert [record.date and record.date.edtf for record in collected.records] == ["1959-09", "1960-01-05", None]


CALLED = {"title": "Search results for piers", "count": 3}
FACETS = [{"id": str(number), "name": "Piers", "type": "subject", "url": "/piers"} for number in range(9)]
ANSWERS: dict[str, dict[str, Any]] = {
    "that is called something": {**CALLED, "results": [PIER, GRAIN]},
    "that is called and described": {"name": "Piers", "description": "Of the harbour.", "letters": [PIER, GRAIN]},
    "with a longer list of something else": {"facets": FACETS, "response": {"papers": [PIER, GRAIN]}},
    "whose list is named as a column is": {"content": [PIER, GRAIN], "size": 2},
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_the_list_that_looks_like_records_is_read_from_an_answer(tmp_path: Path, answer: dict[str, Any]) -> None:
    collected = read([saved(tmp_path / "answer.json", json.dumps(answer))])

    assert not collected.faults
    assert [record.title for record in collected.records] == [PIER["title"], GRAIN["title"]]


RECORDS: dict[str, dict[str, Any]] = {
    "people": {**PIER, "creators": [{"id": "1", "name": "Roca", "description": "A councillor.", "date": "1908"}]},
    "people and no title": {"id": PIER["title"], "date": "1959-09", "creators": [{"name": "Roca"}, {"name": "Che"}]},
    "attachments": {**PIER, "attachments": [{"title": "Scan", "url": "/1.pdf", "description": "p. 1", "date": "2020"}]},
    "files described": {"title": PIER["title"], "description": "d", "files": [{**PIER, "summary": "s"}, {**PIER}]},
    "what it found": {**PIER, "summary": "Sugar.", "results": [GRAIN]},
    "a title and attachments": {"title": PIER["title"], "files": [{"title": "Scan", "url": "/1", "type": "pdf"}] * 3},
}


@pytest.mark.parametrize("row", RECORDS.values(), ids=RECORDS)
def test_a_record_that_contains_a_list_stays_one(tmp_path: Path, row: dict[str, Any]) -> None:
    assert only(read([saved(tmp_path / "record.json", json.dumps(row))])).title == PIER["title"]


def test_a_column_that_is_chosen_counts_in_every_row_of_a_file_that_has_it(tmp_path: Path) -> None:
    rows = [{"title": "Pier", "date": "2020"}, {"title": "Grain", "date": "2020", "gesandt am": "1961"}]

    for name, text in (("a.jsonl", lines(*rows)), ("a.json", json.dumps(rows)), ("b.json", json.dumps({"docs": rows}))):
        path = saved(tmp_path / name, text)
        dates = [
            record.date and record.date.edtf
            for record in read([path], {path: ColumnChoice({"date": ("gesandt am",)})}).records
        ]

        assert dates == [None, "1961"]


def test_the_title_that_is_chosen_says_which_list_is_read(tmp_path: Path) -> None:
    path = saved(
        tmp_path / "answer.json", json.dumps({**CALLED, "results": [PIER], "Akten": [{"Betreff": "Kaimauer"}]})
    )

    assert only(read([path], {path: ColumnChoice({"title": ("Betreff",)})})).title == "Kaimauer"


def test_a_list_left_out_and_an_entry_that_is_none_are_named(tmp_path: Path) -> None:
    path = saved(tmp_path / "answer.json", json.dumps({"result": {"docs": [PIER, None, GRAIN]}, "facets": FACETS}))
    collected = read([path])

    assert [record.title for record in collected.records] == [PIER["title"], GRAIN["title"]]
    assert [str(fault) for fault in collected.faults] == [
        "answer.json: entry 2 of result.docs is not an object; take it out, or write it as one"
    ]
    assert list(collected.mappings[0].lines()) == [
        "  answer.json: JSON object, list result.docs, 3 rows: id, title, summary, date",
        "    not used: facets (a list of 9)",
    ]


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress, bz2.compress], ids=["gzip", "xz", "bzip2"])
def test_a_packed_file_is_recognized_by_its_content(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    collected = read([saved(tmp_path / "rows", pack(lines(*ROWS).encode()))])

    assert (len(collected.records), collected.faults) == (3, ())


def test_a_folder_takes_packed_files_by_the_ending_below(tmp_path: Path) -> None:
    saved(tmp_path / "a.jsonl.xz", lzma.compress(lines(PIER).encode()))
    saved(tmp_path / "b.json", json.dumps([GRAIN]))
    saved(tmp_path / "picture.xz", lzma.compress(b"no list"))

    assert [record.title for record in read([tmp_path]).records] == [PIER["title"], GRAIN["title"]]


def test_the_old_api_of_the_wilson_center_maps_by_itself(tmp_path: Path) -> None:
    record = only(read([saved(tmp_path / "answer.json", json.dumps({"list": [OLD_API]}))]))

    assert (record.id, record.title, record.summary) == ("208400", OLD_API["title"], "The council wants a pier.")
    assert record.date is not None
    assert (record.date.text, record.date.edtf) == ("circa 1959", "1959~")  # as displayed, no day invented
    assert (record.people, record.places) == (("Harbour Council", "Roca, Blas"), ("Havana",))
    assert (record.subjects, record.languages) == (("Piers--Construction",), ("Mongolian",))
    assert (record.type, record.archive, record.rights) == ("Resolution", "Harbour Archive", "Free to use")
    assert record.source == OLD_API["source"]
    assert record.source_url == "https://digitalarchive.wilsoncenter.org/document/208400"


def test_the_wilson_center_as_it_is_scraped_today_maps_by_itself(tmp_path: Path) -> None:
    collected = read([saved(tmp_path / "rows.jsonl", lines(SCRAPED))])
    record = only(collected)

    assert (record.id, record.summary) == ("208400", "The council wants a pier.")
    assert record.date is not None
    assert record.date.edtf == "1959-09"
    assert (record.people, record.places) == (("Harbour Council", "Roca, Blas"), ("Havana, Cuba",))
    assert (record.subjects, record.languages) == (("Piers--Construction", "Grain"), ("Russian", "Spanish"))
    assert (record.archive, record.source, record.rights) == ("Harbour Archive", "Harbour Archive, f. 5", "Free to use")
    assert record.source_url == SCRAPED["document_url"]
    assert collected.mappings[0].unused == ("text_body", "document_contributors")


def test_the_mapping_of_columns_is_reported_and_can_be_chosen(tmp_path: Path) -> None:
    row = {
        "Headline": "Note on Grain",
        "doc_date": "1960",
        "Notes": "Sugar.",
        "kind": "note",
        "to": "Roca",
        "of": "Che",
    }
    path = saved(tmp_path / "rows.jsonl", lines(row))
    choice = ColumnChoice({"title": ("Notes",), "people": ("of", "to"), "type": ()})

    guessed, chosen = read([path]), read([path], {path: choice})

    assert list(guessed.mappings[0].lines()) == [
        "  rows.jsonl: JSON object, 1 row: title = Headline, date = doc_date, type = kind",
        "    not used: Notes, to, of",
    ]
    assert (only(guessed).title, only(guessed).type) == ("Note on Grain", "note")
    assert (only(chosen).title, only(chosen).people, only(chosen).type) == ("Sugar.", ("Che", "Roca"), None)


def test_a_chosen_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = saved(tmp_path / "rows.jsonl", lines(PIER))

    (fault,) = read([path], {path: ColumnChoice({"title": ("Titel",)})}).faults

    assert str(fault) == (
        "rows.jsonl: no row has the column 'Titel' chosen for title; choose one of: id, title, summary, date"
    )


def test_what_is_chosen_for_a_folder_counts_where_it_stands_and_is_guessed_elsewhere(tmp_path: Path) -> None:
    saved(tmp_path / "a.csv", "Betreff,title,date\nKai,x,1962\n")
    saved(tmp_path / "b.jsonl", lines(PIER))
    saved(tmp_path / "c.xml", "<metadata><dc><title>Crane</title></dc></metadata>")
    chosen = read([tmp_path], {tmp_path: ColumnChoice({"title": ("Betreff",), "type": ()})})
    wrong = read([tmp_path], {tmp_path: ColumnChoice({"title": ("Titel",)})})

    assert not chosen.faults
    assert [record.title for record in chosen.records] == ["Kai", "Resolution on a Pier", "Crane"]
    assert [record.title for record in wrong.records] == ["x", "Resolution on a Pier", "Crane"]
    (fault,) = wrong.faults
    assert str(fault).startswith(f"{tmp_path}: no row has the column 'Titel' chosen for title; choose one of: title, ")


def test_a_row_without_the_chosen_column_is_not_guessed_where_others_have_it(tmp_path: Path) -> None:
    rows = ({"title": "Pier", "people": "Roca", "by": "Che"}, {"title": "Quay", "people": "Roca"})
    path = saved(tmp_path / "rows.jsonl", lines(*rows))

    assert [record.people for record in read([path], {path: ColumnChoice({"people": ("by",)})}).records] == [
        ("Che",),
        (),
    ]


def test_two_dates_make_a_range(tmp_path: Path) -> None:
    rows = [
        {"title": "Visit", "date": "1961-06-09", "date_end": "1961-06-13"},
        {"title": "Talk", "date": "1961-06-09", "date_end": "1961-06-09"},
        {"title": "Journey", "date": "1961-06", "date_end": ""},
        {"title": "Voyage", "date": "1961-06-09", "date_end": "1960"},
    ]
    dates = [record.date for record in read([saved(tmp_path / "rows.jsonl", lines(*rows))]).records]

    assert [date and (date.text, date.edtf) for date in dates] == [
        ("1961-06-09 \N{EN DASH} 1961-06-13", "1961-06-09/1961-06-13"),
        ("1961-06-09", "1961-06-09"),
        ("1961-06", "1961-06"),
        ("1961-06-09", "1961-06-09"),
    ]


def test_where_only_the_last_day_is_known_any_before_may_be_meant_and_a_first_alone_is_the_date(tmp_path: Path) -> None:
    rows = [
        {"title": "Arrival", "start date": "", "end date": "1962-10-27"},
        {"title": "Storm", "start date": "[unknown]", "end date": "1962-10-27"},
        {"title": "Strike", "start date": "Oct. 1962", "end date": ""},
        {"title": "Siege", "start date": "1962-10-27"},
        {"title": "Rumour", "start date": "n.d.", "end date": "?"},
        {"title": "Hearsay", "start date": "n.d.", "end date": ""},
        {"title": "Talks", "start date": "1961/1963", "end date": ""},
        {"title": "Visit", "date": "1962-10-27", "end date": "?"},
        {"title": "Blockade", "start date": "", "end date": "1961/1963"},
    ]
    dates = [record.date for record in read([saved(tmp_path / "rows.jsonl", lines(*rows))]).records]

    assert [date and (date.text, date.edtf) for date in dates] == [
        ("until 1962-10-27", "../1962-10-27"),
        ("[unknown] \N{EN DASH} 1962-10-27", "../1962-10-27"),
        ("Oct. 1962", "1962-10"),
        ("1962-10-27", "1962-10-27"),
        ("n.d. \N{EN DASH} ?", None),
        ("n.d.", None),
        ("1961/1963", "1961/1963"),
        ("1962-10-27", "1962-10-27"),
        ("1961/1963", "1961/1963"),
    ]
    day = edtf_interval("1962-10-27")
    assert [fit([date], day).value for date in dates if date][:4] == [*["possible"] * 3, "certain"]


def test_a_column_of_starts_without_one_of_ends_says_when_it_was(tmp_path: Path) -> None:
    record = only(read([saved(tmp_path / "rows.jsonl", lines({"title": "Visit", "start_date": "1962-10-27"}))]))

    assert record.date == parse_date("1962-10-27")


OBJECTS: dict[str, tuple[dict[str, Any], tuple[object, ...]]] = {
    "JSON-LD": (
        {"summary": {"@value": "A pier."}, "date": {"@value": "1962", "@type": "xsd:gYear"}},
        ("A pier.", "1962", ()),
    ),
    "languages": (
        {"summary": {"de": "Ein Kai.", "en-GB": "A pier."}, "people": {"ru": ["Рока"], "en": ["Roca", "Che; Guevara"]}},
        ("A pier.", None, ("Roca", "Che; Guevara")),
    ),
    "no English": ({"summary": {"de": "Ein Kai.", "fr": "Un quai."}}, ("Ein Kai.", None, ())),
    "a label of languages": (
        {"people": [{"@id": "https://a.example/1", "label": {"en": ["Roca"]}}], "summary": None},
        ("", None, ("Roca",)),
    ),
    "one text alone": ({"summary": {"short": "A pier."}, "date": {"display": "May 1962"}}, ("A pier.", "1962-05", ())),
    "two ends": ({"date": {"start": "1961-03", "end": "1961-05"}}, ("", "1961-03/1961-05", ())),
    "one end": ({"date": {"begin": 1961}}, ("", "1961/..", ())),
    "CSL-JSON": (
        {"issued": {"date-parts": [[1961, 3, 1], [1961, "4"]]}, "author": [{"family": "Roca", "given": "Blas"}]},
        ("", "1961-03-01/1961-04", ("Roca, Blas",)),
    ),
    "lists in lists": ({"people": [[[["Roca"], "Che"]], None, [], {}]}, ("", None, ("Roca", "Che"))),
}


@pytest.mark.parametrize(("row", "expected"), OBJECTS.values(), ids=OBJECTS)
def test_the_text_of_objects_is_read(tmp_path: Path, row: dict[str, Any], expected: tuple[object, ...]) -> None:
    record = only(read([saved(tmp_path / "rows.jsonl", lines({"title": "Pier", **row}))]))

    assert (record.summary, record.date and record.date.edtf, record.people) == expected


def test_an_unreadable_object_is_reported_and_the_rest_of_its_row_is_kept(tmp_path: Path) -> None:
    rows = [
        PIER,
        {"title": "Quay", "people": [{"@id": "https://a.example/1"}, "Roca"], "date": {"sort": 1, "order": 2}},
        {"title": "Crane", "people": {"id": "7"}},
    ]
    collected = read([saved(tmp_path / "rows.jsonl", lines(*rows))])

    assert [(record.title, record.people) for record in collected.records][1:] == [("Quay", ("Roca",)), ("Crane", ())]
    object_left_out = "has an object without name or value, which was left out; write it as text"
    assert [str(fault) for fault in collected.faults] == [
        f"rows.jsonl:2: in 2 rows, first in this, 'people' {object_left_out}",
        f"rows.jsonl:2: in 1 row, first in this, 'date' {object_left_out}",
    ]


def test_lists_of_any_depth_are_read_and_stop_no_build(tmp_path: Path) -> None:
    deep = f'{{"title": "Quay", "people": {"[" * 900}"Roca"{"]" * 900}}}\n'
    collected = read([saved(tmp_path / "rows.jsonl", lines(PIER) + deep)])

    assert not collected.faults
    assert [record.people for record in collected.records] == [(), ("Roca",)]


def test_a_record_without_a_title_is_called_by_its_first_sentence_or_its_id(tmp_path: Path) -> None:
    long = "a word of many " * 20
    rows = [
        {"id": "a", "summary": "The council wants a pier. It wants a crane too."},
        {"id": "b", "summary": long},
        {"id": "c 3", "date": "1961"},
        {"id": "d"},
    ]
    collected = read([saved(tmp_path / "rows.jsonl", lines(*rows))])

    first, second, third = (record.title for record in collected.records)
    assert (first, third) == ("The council wants a pier.", "c 3")
    assert second.endswith("…")
    assert long.startswith(second.rstrip("…"))
    assert [fault.line for fault in collected.faults] == [4]


def test_ids_of_an_archive_stay_apart_and_fit_into_an_address(tmp_path: Path) -> None:
    own = ["1", "a/b", "a~b", "a-b", "a b", "a  b?", "..", "é", "x" * 200, "A/b"]
    rows = [{"id": each, "title": "The same title"} for each in own]
    ids = [record.id for record in read([saved(tmp_path / "rows.jsonl", lines(*rows))]).records]

    assert len(set(ids)) == len(own)
    assert ids[:2] == ["1", "a~b"]
    assert all(each.isascii() and not set(each) & set("/?#% ") and each.strip(".") for each in ids)


def test_two_archives_that_count_from_one_keep_all_their_records(tmp_path: Path) -> None:
    first = saved(tmp_path / "a.jsonl", lines({"id": "1", "title": "Pier"}, {"id": "2", "title": "Quay"}))
    second = saved(tmp_path / "b.jsonl", lines({"id": "1", "title": "Grain"}, {"id": "2", "title": "Quay"}))
    collected = read([first, second])

    assert not collected.faults
    assert [record.title for record in collected.records] == ["Pier", "Quay", "Grain"]
    assert [record.id for record in collected.records][:2] == ["1", "2"]
    assert len(collected.records[1].listings) == 2


def test_an_id_that_several_records_of_one_archive_have_is_completed_by_what_differs(tmp_path: Path) -> None:
    rows = [{"id": "1", "title": "Pier"}, {"id": "1", "title": "Quay", "date": "1959"}, {"id": "2", "title": "Pier"}]
    collected = read([saved(tmp_path / "a.jsonl", lines(*rows))])
    turned = read([saved(tmp_path / "a.jsonl", lines(*rows[::-1]))])

    assert not collected.faults
    assert [re.sub("[0-9a-f]{6}$", "", record.id) for record in collected.records] == [
        "1-undated-pier-",
        "1-1959-quay-",
        "2",
    ]
    assert [str(note) for note in collected.notes] == [
        "a.jsonl: id repeats in 1 of 3 rows, so what differs was added to it"
    ]
    assert {record.id for record in turned.records} == {record.id for record in collected.records}


FAULTY: dict[str, tuple[str, str]] = {
    "cut off": (lines(PIER)[:-9], "it is not JSON: Invalid control character at in column"),
    "no object": ("[1, 2]\n", "it is not a JSON object"),
    "nothing known": (lines({"a": 1, "b": 2}), "it has neither title nor summary; it has a, b: choose by --map"),
    "a huge line": (lines({"title": "Pier", "body": "x" * (5 * 2**20)}), "the line is longer than the 4 MiB"),
    "a huge number": (f'{{"title": {"9" * 5000}}}\n', "it is not JSON: Exceeds the limit"),
    "too deep": (f'{{"title": {"[" * 100_000}\n', "it is nested too deeply"),
    "too many columns": (lines({f"c{number}": 1 for number in range(501)}), "the row has 501 columns"),
}


@pytest.mark.parametrize(("bad", "reason"), FAULTY.values(), ids=FAULTY)
def test_a_faulty_line_costs_nothing_but_itself(tmp_path: Path, bad: str, reason: str) -> None:
    bad = bad if bad.endswith("\n") else f"{bad}\n"
    collected = read([saved(tmp_path / "rows.jsonl", lines(PIER) + bad + lines(GRAIN))])

    assert [record.title for record in collected.records] == [PIER["title"], GRAIN["title"]]
    (fault,) = collected.faults
    assert (fault.file, fault.line) == ("rows.jsonl", 2)
    assert fault.reason.startswith(reason)


def test_a_value_that_is_too_long_costs_its_end_or_itself_but_no_record(tmp_path: Path) -> None:
    row = {"title": "quay " * 1000, "people": [str(n) for n in range(600)], "rights": "x" * 5000, "summary": "A pier."}
    collected = read([saved(tmp_path / "rows.jsonl", lines(PIER, row))])

    _, cut = collected.records
    assert not collected.faults
    assert (len(cut.title), len(cut.people), cut.rights, cut.summary) == (3999, 500, None, "A pier.")
    assert [str(note) for note in collected.notes] == [
        "rows.jsonl: title of more than 4,000 characters cut, in 1 row, the first in line 2",
        "rows.jsonl: people after the first 500 left out, in 1 row, the first in line 2",
        "rows.jsonl: rights of more than 4,000 characters left out, in 1 row, the first in line 2",
    ]


FIRST = {
    "a remark": "# exported in 2024",
    "a broken object": '{"title": "Pier"',
    "a list": "[1, 2]",
    "a word": "exported",
}


@pytest.mark.parametrize("bad", FIRST.values(), ids=FIRST)
def test_a_faulty_first_line_costs_nothing_but_itself(tmp_path: Path, bad: str) -> None:
    collected = read([saved(tmp_path / "rows.jsonl", f"{bad}\n{lines(PIER, GRAIN)}")])

    assert [record.title for record in collected.records] == [PIER["title"], GRAIN["title"]]
    assert [fault.line for fault in collected.faults] == [1]


def test_an_object_with_an_entry_on_a_line_of_its_own_is_one_object(tmp_path: Path) -> None:
    path = saved(tmp_path / "rows.json", f'{{"list": [\n{json.dumps(PIER)}\n]}}\n')

    assert only(read([path])).title == PIER["title"]


def test_utf_16_with_its_mark_is_read_and_damage_in_it_is_reported(tmp_path: Path) -> None:
    content = lines({**PIER, "title": "Górög"}, *[GRAIN] * 3000).encode("utf-16")
    whole, cut = saved(tmp_path / "whole.jsonl", content), saved(tmp_path / "cut.jsonl", content[:-1])

    assert [record.title for record in read([whole]).records] == ["Górög", GRAIN["title"]]
    assert [str(fault) for fault in read([cut]).faults] == [
        "cut.jsonl: its UTF-16 is damaged (truncated data); save it as UTF-8"
    ]


def test_a_list_that_breaks_off_keeps_what_stands_before(tmp_path: Path) -> None:
    whole = json.dumps(ROWS, indent=1)
    collected = read([saved(tmp_path / "rows.json", whole[: whole.index("Storm") + 2])])

    assert [record.title for record in collected.records] == [PIER["title"], GRAIN["title"]]
    assert [(fault.line, fault.reason[:24]) for fault in collected.faults] == [(14, "the entry is not JSON (U")]


def test_a_list_of_many_entries_is_read_whole(tmp_path: Path) -> None:
    rows = [{"id": str(number), "title": f"Note {number}", "summary": "word " * number} for number in range(1500)]
    collected = read([saved(tmp_path / "rows.json", json.dumps(rows, indent=1))])

    assert not collected.faults
    assert [record.id for record in collected.records] == [str(number) for number in range(1500)]


def test_a_bomb_is_refused_before_it_bursts(tmp_path: Path) -> None:
    bomb = lzma.compress(b'{"title": "' + b"x" * (100 * 2**20))
    collected = read([saved(tmp_path / "bomb.xz", bomb)])

    assert [str(fault) for fault in collected.faults] == [
        "bomb.xz: it unpacks to more than 250 times its size; unpack it yourself if you trust it"
    ]


def test_a_packed_file_that_breaks_off_keeps_what_stands_before(tmp_path: Path) -> None:
    rows = [{"id": str(number), "title": f"Note {number * 7919}"} for number in range(20_000)]
    packed = gzip.compress(lines(*rows).encode())
    collected = read([saved(tmp_path / "rows.gz", packed[: len(packed) // 2])])

    assert 5_000 < len(collected.records) < 15_000
    assert "its packed data is damaged" in collected.faults[-1].reason
