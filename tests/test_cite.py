"""Citations say what the source says, and hostile text stays text in every format."""

import dataclasses
import datetime as dt
import json
import re
import unicodedata
from pathlib import Path
from typing import get_args

import pytest
from citeproc import CitationStylesStyle  # type: ignore[import-untyped]  # citeproc-py carries no types
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pybtex.database import Entry, parse_string  # type: ignore[import-untyped]  # pybtex carries no types
from pylatexenc.latex2text import LatexNodes2Text  # type: ignore[import-untyped]  # nor does pylatexenc

from rag.cite import STYLES, Site, StyleName, cite, cite_all, prose
from rag.cite.work import GENRES, address, is_public, quoted_are
from rag.cli.commands import CITED
from rag.dates.archival_date import ArchivalDate
from rag.record import Record

GOLDEN = Path(__file__).parent / "golden"
SITE = Site(name="Reading Room", root="https://reading.example", accessed=dt.date(2026, 11, 22))

HARBOUR = Record(
    id="1962-11-02-report-on-the-harbour",
    title="Report on the 'harbour question' & 50% of its costs",
    summary="The harbour master counts the ships and asks for a second pier.",
    date=ArchivalDate("November 2, 1962", "1962-11-02", dt.date(1962, 11, 2), dt.date(1962, 11, 2)),
)
PIER = Record(
    id="1959-09-resolution-on-a-pier",
    title="Resolution on a pier, September 1959",
    summary="The council resolves to build a pier.",
    date=ArchivalDate("September, 1959", "1959-09", dt.date(1959, 9, 1), dt.date(1959, 9, 30)),
    source_url="https://archive.example/document/17?lang=en",
    subjects=("Harbours", "Piers--Construction"),
    archive="City Archive, Havn",
    source="f. 5, op. 49, d. 131, ll. 193-194",
)
LETTER = Record(id="undated-letter", title="Letter to the harbour master", summary="", date=None)

BIBTEX_FIELDS = frozenset(
    "title howpublished date year library organization url urldate note abstract keywords".split()  # noqa: SIM905 - read
)


def folded(text: str) -> str:
    """On one line, without what nobody can read and without what turns the direction of the text after it."""
    shown = re.sub("[\u202a-\u202e\u2066-\u2069]", "", text)
    return " ".join("".join(each for each in shown if each.isspace() or each.isprintable() or is_mark(each)).split())


def is_mark(character: str) -> bool:
    return unicodedata.category(character) in {"Cf", "Co", "Zs"}


one_line = st.text(st.characters(codec="utf-8"), min_size=1).filter(folded)


def single_quoted(text: str) -> str:
    return text.replace("“", "\u2018").replace("”", "\u2019").replace('"', "'")


def bibtex_entry(text: str) -> Entry:
    (entry,) = parse_string(text, "bibtex").entries.values()
    return entry


def ris_fields(text: str) -> list[tuple[str, str]]:
    """As the format's specification reads a file: a tag, two spaces, a hyphen, a space, the rest of the line."""
    matches = [re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line) for line in text.splitlines()]
    return [(match[1], match[2]) for match in matches if match]


def with_date(text: str, edtf: str | None) -> Record:
    return dataclasses.replace(HARBOUR, date=ArchivalDate(text, edtf, None, None))


@pytest.mark.parametrize("record", [HARBOUR, PIER, LETTER], ids=lambda record: record.id)
@pytest.mark.parametrize("style", STYLES)
def test_a_citation_reads_as_its_golden_file(record: Record, style: str) -> None:
    _, text = cite(record, style, site=SITE)

    assert text == (GOLDEN / f"{record.id}.{style}").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("style", "media_type"),
    [
        ("chicago", "text/plain; charset=utf-8"),
        ("chicago-bibliography", "text/plain; charset=utf-8"),
        ("mla", "text/plain; charset=utf-8"),
        ("bibtex", "application/x-bibtex"),
        ("ris", "application/x-research-info-systems"),
        ("csl-json", "application/vnd.citationstyles.csl+json"),
    ],
)
def test_each_style_has_its_media_type(style: str, media_type: str) -> None:
    assert cite(HARBOUR, style)[0] == media_type


def test_every_style_can_be_asked_for_by_command_and_by_address() -> None:
    assert tuple(STYLES) == CITED == get_args(StyleName)


def test_an_unknown_style_is_refused_and_the_known_are_named() -> None:
    with pytest.raises(ValueError, match="'apa'; there are chicago, chicago-bibliography, mla, bibtex, ris, csl-json"):
        cite(HARBOUR, "apa")


def test_a_record_without_a_summary_is_not_cited_as_a_summary() -> None:
    assert "catalogue entry" in cite(LETTER, "chicago")[1]
    assert "summary" not in cite(LETTER, "chicago")[1]


def test_without_a_site_the_archives_own_address_is_cited_and_no_day_of_access() -> None:
    note = cite(PIER, "chicago")[1]

    assert note.endswith("City Archive, Havn, https://archive.example/document/17?lang=en.\n")
    assert "accessed" not in note


@pytest.mark.parametrize(
    "root", ["", "http://127.0.0.1:8000", "http://localhost:8000", "http://192.168.1.5", "http://pc"]
)
@pytest.mark.parametrize("style", STYLES)
def test_a_local_address_is_said_to_be_local_and_not_cited(root: str, style: str) -> None:
    for record in (HARBOUR, PIER):
        text = cite(record, style, site=dataclasses.replace(SITE, root=root))[1]

        assert "via a local address" in text.lower()
        assert (PIER.source_url in text) is (record is PIER)  # type: ignore[operator] # it has one
        assert "/records/" not in text


@pytest.mark.parametrize(
    ("root", "public"),
    [
        ("https://reading.example", True),
        ("http://8.8.8.8:8000", True),
        ("http://[::1]:8000", False),
        ("http://[", False),
    ],
)
def test_an_address_is_public_that_others_can_reach(root: str, *, public: bool) -> None:
    assert is_public(root) is public


def test_a_full_stop_gives_way_to_a_comma_but_not_that_of_an_initial() -> None:
    record = dataclasses.replace(HARBOUR, title="Cable on the pier.", archive="Havn Archive Dept.", source="Box 5.")
    initial = dataclasses.replace(HARBOUR, title="Cable to the U.S.")

    assert cite(record, "chicago")[1] == (
        "“Cable on the pier,” curator's summary, November 2, 1962, Box 5, Havn Archive Dept.\n"
    )
    assert cite(initial, "chicago")[1].startswith("“Cable to the U.S.,” ")


@pytest.mark.parametrize(
    ("note", "cited"),
    [
        ("Source: Havn Archive, Box 5.", "Havn Archive, Box 5."),
        (
            "Source: Havn Archive, Port Files, Vol. II, 5 A. Secret; Priority. Drafted by Lind on May 3. Sent to Oslo.",
            "Havn Archive, Port Files, Vol. II, 5 A. Secret; Priority.",
        ),
        ("Secret. 2 pp. Havn Archive, Box 5.", "Secret. 2 pp. Havn Archive, Box 5."),
    ],
)
def test_of_a_note_on_the_source_the_place_and_its_marking_are_cited(note: str, cited: str) -> None:
    labelled = dataclasses.replace(HARBOUR, source=note)

    assert f", November 2, 1962, {cited}" in cite(labelled, "chicago")[1]
    assert cite(labelled, "chicago")[1].rstrip().endswith(cited)


def test_quotations_are_called_what_they_are() -> None:
    summary, opening = GENRES["summary"], GENRES["opening"]

    assert quoted_are([summary]) == "curators’ summaries, not the documents"
    assert quoted_are([opening, opening]) == "openings of the documents, not the whole of them"
    assert quoted_are([summary, opening]) == "curators’ summaries and openings of the documents, not the documents"


def test_a_title_keeps_its_own_capitals() -> None:
    assert "“Resolution on a pier, September 1959,” " in cite(PIER, "chicago")[1]


def test_double_quotation_marks_become_single_within_the_notes_own() -> None:
    record = dataclasses.replace(HARBOUR, title='On “harbours” and "piers"')

    assert cite(record, "chicago")[1].startswith("“On \u2018harbours\u2019 and 'piers',” curator's")


@pytest.mark.parametrize(
    ("text", "edtf", "note", "parts"),
    [
        ("1959", "1959", ", 1959,", [[1959]]),
        ("September, 1959", "1959-09", ", September 1959,", [[1959, 9]]),
        ("December 02, 1961", "1961-12-02", ", December 2, 1961,", [[1961, 12, 2]]),
        ("circa 1958", "1958~", ", circa 1958,", [[1958]]),
        ("October 1962?", "1962-10?", ", October 1962?,", [[1962, 10]]),
        ("27-29 October 1962", "1962-10-27/1962-10-29", ", 27-29 October 1962,", [[1962, 10, 27], [1962, 10, 29]]),
        ("1960s", "196X", ", 1960s,", None),
        ("Autumn 1962", "1962-23", ", Autumn 1962,", None),
        ("after 1962", "1962/..", ", after 1962,", None),
        ("[illegible]", None, ", [illegible],", None),
    ],
)
def test_a_date_is_cited_as_far_as_it_is_known(text: str, edtf: str | None, note: str, parts: object) -> None:
    record = with_date(text, edtf)
    (item,) = json.loads(cite(record, "csl-json", site=SITE)[1])

    assert note in cite(record, "chicago", site=SITE)[1]
    assert item["issued"].get("date-parts") == parts
    assert bibtex_entry(cite(record, "bibtex")[1]).fields.get("date") == edtf
    if parts is None:
        assert item["issued"] == {"literal": text}


@pytest.mark.parametrize(
    ("text", "edtf", "year", "date"),
    [
        ("September, 1959", "1959-09", ["1959"], ["1959/09//"]),
        ("December 02, 1961", "1961-12-02", ["1961"], ["1961/12/02/"]),
        ("circa 1958", "1958~", ["1958"], ["1958///circa 1958"]),
        ("1960/1962", "1960/1962", ["1960"], ["///1960/1962"]),
        ("[illegible]", None, [], ["///[illegible]"]),
    ],
)
def test_ris_leaves_empty_what_a_date_does_not_say(
    text: str, edtf: str | None, year: list[str], date: list[str]
) -> None:
    fields = ris_fields(cite(with_date(text, edtf), "ris")[1])

    assert [value for tag, value in fields if tag == "PY"] == year
    assert [value for tag, value in fields if tag == "DA"] == date


def test_an_undated_record_is_cited_without_a_date() -> None:
    (item,) = json.loads(cite(LETTER, "csl-json", site=SITE)[1])

    assert ", n.d.," in cite(LETTER, "chicago", site=SITE)[1]
    assert "issued" not in item
    assert not {"date", "year"} & set(bibtex_entry(cite(LETTER, "bibtex")[1]).fields)


@given(one_line, one_line)
def test_any_title_stays_one_field_of_ris(title: str, summary: str) -> None:
    record = dataclasses.replace(PIER, title=f"{title}\nER  - \nTY  - JOUR\n", summary=summary)
    text = cite(record, "ris", site=SITE)[1]
    fields = ris_fields(text)

    assert len(fields) == len(text.splitlines())
    assert [tag for tag, _ in fields if tag in {"TY", "ER"}] == ["TY", "ER"]
    assert dict(fields)["TI"] == folded(f"{title} ER - TY - JOUR")
    assert dict(fields)["AB"] == folded(summary)


@settings(max_examples=40)  # pybtex takes 20 ms to read one
@given(one_line, one_line)
def test_any_title_stays_one_field_of_bibtex(title: str, summary: str) -> None:
    record = dataclasses.replace(PIER, title=title, summary=summary)
    fields = bibtex_entry(cite(record, "bibtex", site=SITE)[1]).fields

    assert set(fields) == BIBTEX_FIELDS
    assert fields["url"] == PIER.source_url


@given(st.text(st.sampled_from("ab\\{}~^&%$#_ é\n"), min_size=1).filter(str.strip))
def test_latex_sets_a_title_as_it_was(title: str) -> None:
    entry = bibtex_entry(cite(dataclasses.replace(HARBOUR, title=title), "bibtex")[1])

    # pylatexenc reads \textasciicircum as the modifier letter.
    assert LatexNodes2Text().latex_to_text(entry.fields["title"]).replace("\u02c6", "^") == folded(title)


@settings(max_examples=40)  # a note takes 30 ms
@given(one_line)
@example(",")
@example("A letter,")
def test_any_title_comes_back_from_csl_json_and_stands_in_the_note(title: str) -> None:
    record = dataclasses.replace(HARBOUR, title=title)
    (item,) = json.loads(cite(record, "csl-json")[1])
    note = cite(record, "chicago")[1]

    assert item["title"] == folded(title)
    shown = single_quoted(folded(title))
    shown = shown.rstrip(", ") or shown
    shown = re.sub(r"(?<=\w)(?<!\b[^\W\d])\.$", "", shown)
    assert note.startswith(f"“{shown},” curator's summary, November 2, 1962")
    assert len(note.splitlines()) == 1


def test_an_address_cannot_close_a_bibtex_field() -> None:
    record = dataclasses.replace(HARBOUR, source_url="https://archive.example/a}, title={b}\n")

    assert bibtex_entry(cite(record, "bibtex")[1]).fields["url"] == "https://archive.example/a%7D,%20title=%7Bb%7D%0A"


HOSTILE = [
    *"aÉ.,?!“”\"'{}\\%$&#_^~<>@=:;()[]-",
    *(" ", "\n", "\r", "\u2028", "\x00", "\x1b", "\u202e", "\u200f"),
    *("TY  - ", "ER  - ", "]]>", "<i>", '<span class="nocase">', "</span>", "\\end{x}", "}, year = {"),
]
hostile = st.lists(st.sampled_from(HOSTILE), max_size=10).map("".join)
hostile_records = st.builds(
    Record,
    id=st.just("a-record"),
    title=hostile.map(lambda text: f"T{text}"),
    summary=hostile,
    date=st.sampled_from([None, HARBOUR.date, PIER.date]),
    source_url=st.none() | hostile.map(lambda text: f"https://archive.example/{text}"),
    subjects=st.lists(hostile, max_size=2).map(tuple),
    languages=st.lists(hostile, max_size=1).map(tuple),
    archive=st.none() | hostile,
    source=st.none() | hostile,
    rights=st.none() | hostile,
)
hostile_sites = st.builds(Site, hostile, st.just("https://reading.example"), st.just(SITE.accessed), hostile, hostile)


def ris_by_hand(text: str) -> list[dict[str, list[str]]]:
    """References as a reader that knows nothing of rispy parts them."""
    references: list[dict[str, list[str]]] = []
    for tag, value in ris_fields(text):
        if tag == "TY":
            references.append({})
        references[-1].setdefault(tag, []).append(value)
    return references


@settings(max_examples=40)
@given(st.lists(hostile_records, min_size=1, max_size=3), hostile_sites)
def test_hostile_text_stays_inside_its_field_in_every_format(records: list[Record], site: Site) -> None:
    written = {style: cite_all(records, style, site=site)[1] for style in STYLES}
    items = json.loads(written["csl-json"])
    references = ris_by_hand(written["ris"])
    entries = parse_string(written["bibtex"], "bibtex").entries

    assert len(items) == len(references) == len(entries) == len(records)
    for record, item, reference, entry in zip(records, items, references, entries.values(), strict=True):
        assert item["title"] == reference["TI"][0] == folded(record.title)
        assert reference.get("AB", [""])[0] == item.get("abstract", "") == folded(record.summary)
        assert reference["ER"] == [""]
        assert set(entry.fields) <= BIBTEX_FIELDS
        ours = "https://reading.example/records/a-record"
        assert entry.fields["url"] == (address(record.source_url) if record.source_url else ours)
    for style in ("chicago", "chicago-bibliography", "mla"):
        lines = written[style].splitlines()
        assert len(lines) == len(records)
        assert all("https://reading.example/records/a-record" in each for each in lines)
        assert all(each.startswith("“T") for each in lines)


@pytest.mark.parametrize("style", [prose.CHICAGO, prose.MLA])
def test_a_style_is_valid_and_under_its_licence_and_says_the_words_of_the_locale(style: str) -> None:
    root = CitationStylesStyle(str(prose.FOLDER / f"{style}.csl"), validate=True).root  # it warns of what is not valid
    ours, *_, american = root.locales
    terms = [term for term in ours.terms.iterchildren() if term.get("name") != "ad"]  # years are without an era

    assert "creativecommons.org/licenses/by-sa/3.0" in root.info.rights.get("license")
    assert len(terms) > 12
    for term in terms:
        assert term.single == american.get_term(term.get("name"), term.get("form")).single


def test_what_looks_like_markup_is_printed_as_it_stands() -> None:
    record = dataclasses.replace(PIER, title='On <span class="nocase">piers</span>', archive="<i>Archive</i></span>")

    for style in ("chicago", "chicago-bibliography", "mla"):
        text = cite(record, style, site=SITE)[1]
        assert text.startswith("“On <span class=‘nocase’>piers</span>") or "<span class='nocase'>" in text
        assert "<i>Archive</i></span>" in text


def test_a_bibliography_is_filed_by_title_without_its_article_and_notes_stay_in_order() -> None:
    titles = ["Zeal", "The Émigrés", "“A quay”", "an Anchor", "Dock"]
    records = [dataclasses.replace(HARBOUR, id=str(place), title=title) for place, title in enumerate(titles)]
    filed = ["an Anchor", "Dock", "The Émigrés", "\u2018A quay\u2019", "Zeal"]

    for style, order in [
        ("chicago", [single_quoted(title) for title in titles]),
        ("chicago-bibliography", filed),
        ("mla", filed),
    ]:
        lines = cite_all(records, style, site=SITE)[1].splitlines()
        assert [re.split("[.,]?”", line.removeprefix("“"))[0] for line in lines] == order


def test_records_whose_ids_differ_in_case_alone_have_keys_of_their_own() -> None:
    records = [dataclasses.replace(HARBOUR, id=each) for each in ("Pier", "pier", "pier~", "pier-")]

    assert len(parse_string(cite_all(records, "bibtex")[1], "bibtex").entries) == 4
    assert len(cite_all(records, "mla", site=SITE)[1].splitlines()) == 4


def test_what_is_known_of_the_collection_stands_in_every_format() -> None:
    site = dataclasses.replace(SITE, name="Harbour Papers", institution="Havn Institute", rights="CC0")
    for record in (HARBOUR, PIER):
        for style in STYLES:
            text = cite(record, style, site=site)[1]
            assert "Harbour Papers" in text, style
            assert "Havn Institute" in text, style
            assert ("CC0" in text) != STYLES[style].prose, style


@pytest.mark.parametrize("title", ["What now?", "Protocol No. 61.", "Halt!"])
def test_a_title_that_ends_in_a_mark_gets_no_second_stop(title: str) -> None:
    record = dataclasses.replace(HARBOUR, title=title)

    for style in ("chicago-bibliography", "mla"):
        assert cite(record, style, site=SITE)[1].startswith(f"“{title}” Curator's summary. ")


def test_a_record_without_an_address_is_cited_by_its_first_picture() -> None:
    manifest = "https://archive.example/iiif/17/manifest.json"
    record = dataclasses.replace(HARBOUR, images=(manifest, "https://archive.example/17.jpg"))

    for style in STYLES:
        assert manifest in cite(record, style, site=SITE)[1].replace("\\", ""), style
    assert f"L4  - {manifest}" in cite(dataclasses.replace(PIER, images=record.images), "ris")[1]
