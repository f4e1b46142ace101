"""TEI, EAD and OAI-PMH are recognized by their content and read element by element; nothing in them is trusted."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from rag.ingest.read import read
from tests.fakes import saved

if TYPE_CHECKING:
    from pathlib import Path

    from rag.record import Record

VOLUME = """<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0" xmlns:frus="http://history.state.gov/ns/1.0">
<teiHeader><fileDesc><titleStmt><title type="complete">Papers of the Harbour,
    Volume I</title><title type="volume">Piers</title></titleStmt>
<publicationStmt><idno type="frus">harbour01</idno></publicationStmt></fileDesc></teiHeader>
<text><front><list><item><persName xml:id="p_RB">Roca, Blas</persName></item></list></front>
<body><div type="compilation"><head>Piers<note>A footnote.</note></head>
<div type="document" n="1" xml:id="d1">
  <head>1. Letter From <persName corresp="#p_RB">Roca</persName> to the Council<note type="source"><p>Summary: Roca asks
    for a pier.</p><p>Source: Harbour Archive, Box 3. Secret.</p></note></head>
  <dateline><placeName>Havana</placeName>,
    <date when="1959-09-03T10:00:00">September 3, 1959, 10 a.m.</date></dateline>
  <p>Gentlemen,<note>Not printed.</note> a pier.</p>
</div>
<div type="document" n="2" xml:id="d2"
  frus:doc-dateTime-min="1959-10-01T00:00:00" frus:doc-dateTime-max="1959-10-31T00:00:00">
  <head>2. Note</head><p>The council wants <hi>cheaper</hi> berths.</p><p>It will say so.</p>
</div>
<div type="chapter"><head>November 1959</head>
<div type="document" n="3" xml:id="d3"><head>3. Telegram 5 from the Pier, November 9. Grain came. 1 p.
  Box 4.</head></div>
<div type="document" n="4" xml:id="d4"><head>4. Telegram 6 from the Pier, undated. Sugar went.</head></div>
<div type="document" n="5" xml:id="d5"><head>5. Telegram 7 from the Pier, December 9. Sugar came.</head></div>
</div></div></body></text></TEI>
"""

LETTER = """<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>Che to the Harbour</title>
<author><persName>Guevara, Ernesto</persName></author></titleStmt>
<sourceDesc><msDesc><msIdentifier><repository>Harbour Archive</repository><idno>Box 7</idno></msIdentifier></msDesc>
</sourceDesc></fileDesc><profileDesc><abstract><p>He wants sugar for grain.</p></abstract>
<creation><date notBefore="1961-03" notAfter="1961-05">spring</date></creation></profileDesc></teiHeader>
<text><body><div><p>Dear harbour.</p></div></body></text></TEI>
"""


def dates(*records: Record) -> list[tuple[str, str | None] | None]:
    return [(record.date.text, record.date.edtf) if record.date else None for record in records]


def test_every_document_of_a_tei_volume_is_a_record(tmp_path: Path) -> None:
    collected = read([saved(tmp_path / "volume", VOLUME)])

    assert not collected.faults
    assert [record.id for record in collected.records] == [f"harbour01~d{number}" for number in range(1, 6)]
    letter, note, *calendar = collected.records
    assert (letter.title, letter.summary) == ("Letter From Roca to the Council", "Roca asks for a pier.")
    assert (letter.people, letter.places) == (("Roca, Blas",), ("Havana",))
    assert (letter.archive, letter.source) == ("Papers of the Harbour, Volume I", "Harbour Archive, Box 3. Secret.")
    assert letter.source_url == "https://history.state.gov/historicaldocuments/harbour01/d1"
    assert (note.title, note.summary) == ("Note", "The council wants cheaper berths. It will say so.")
    assert [(entry.title, entry.summary) for entry in calendar] == [
        ("Telegram 5 from the Pier, November 9.", "Grain came. 1 p. Box 4."),
        ("Telegram 6 from the Pier, undated.", "Sugar went."),
        ("Telegram 7 from the Pier, December 9.", "Sugar came."),
    ]


def test_dates_of_a_tei_volume_are_as_written_and_no_day_is_invented(tmp_path: Path) -> None:
    assert dates(*read([saved(tmp_path / "volume", VOLUME)]).records) == [
        ("September 3, 1959, 10 a.m.", "1959-09-03"),
        ("1959-10-01/1959-10-31", "1959-10-01/1959-10-31"),
        ("November 9, [1959]", "1959-11-09"),
        ("[November 1959]", "1959-11"),
        None,  # its day is not in the month of its chapter
    ]


def test_a_tei_text_without_documents_is_one_record(tmp_path: Path) -> None:
    (record,) = read([saved(tmp_path / "letter.xml", LETTER)]).records

    assert (record.title, record.summary) == ("Che to the Harbour", "He wants sugar for grain.")
    assert dates(record) == [("spring", "1961-03/1961-05")]
    assert (record.people, record.archive) == (("Guevara, Ernesto",), "Harbour Archive")
    assert record.source == "Box 7"


BOMB = """<!DOCTYPE TEI [<!ENTITY a "{0}"><!ENTITY b "{1}"><!ENTITY c "{2}">]>
<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><div type="document" n="1"><head>&c;</head><p>x</p></div>
<div type="document" n="2"><head>Grain</head><p>y</p></div></text></TEI>"""


def test_an_entity_bomb_does_not_go_off(tmp_path: Path) -> None:
    bomb = BOMB.format("x" * 5000, "&a;" * 5000, "&b;" * 5000)
    collected = read([saved(tmp_path / "bomb.xml", bomb)])

    (fault,) = collected.faults
    assert fault.reason.startswith("the XML is broken here (Maximum entity amplification factor exceeded")


def test_an_entity_is_not_resolved_and_costs_only_its_record(tmp_path: Path) -> None:
    collected = read([saved(tmp_path / "bomb.xml", BOMB.format("x", "&a;", "&b;"))])

    assert [record.title for record in collected.records] == ["Grain"]
    assert [fault.reason for fault in collected.faults] == [
        "it uses the entity &c;, and entities are not resolved; write its text instead"
    ]


def test_a_file_beside_is_not_fetched(tmp_path: Path) -> None:
    secret = saved(tmp_path / "secret", "the harbour's secret")
    outside = BOMB.replace('"{2}"', f'SYSTEM "{secret.as_uri()}"').format("", "")
    collected = read([saved(tmp_path / "outside.xml", outside)])

    assert "secret" not in str(collected.records)
    assert "the entity &c;" in collected.faults[0].reason


def test_xml_that_breaks_off_keeps_what_stands_before(tmp_path: Path) -> None:
    collected = read([saved(tmp_path / "volume.xml", VOLUME[: VOLUME.index("It will")])])

    assert [record.id for record in collected.records] == ["harbour01~d1"]
    assert [(fault.line, fault.reason[:27]) for fault in collected.faults] == [(17, "the XML is broken here (Pre")]


def test_other_xml_is_refused_by_the_name_of_its_root(tmp_path: Path) -> None:
    (fault,) = read([saved(tmp_path / "page.xml", "<svg><p>November 2, 1962</p></svg>")]).faults

    assert fault.reason == "it is XML, but no format reads <svg>; take it out of the source"


def test_xml_is_read_packed_and_in_any_encoding(tmp_path: Path) -> None:
    latin = LETTER.replace("Che to", "Ché to")
    saved(tmp_path / "a.xml.gz", gzip.compress(latin.encode()))
    saved(tmp_path / "b.xml", f'<?xml version="1.0" encoding="ISO-8859-1"?>\n{latin}'.encode("latin-1"))
    saved(tmp_path / "c.xml", f'<?xml version="1.0" encoding="UTF-16"?>\n{latin}'.encode("utf-16"))
    collected = read([tmp_path])

    assert not collected.faults
    assert [len(record.listings) for record in collected.records] == [3]


COMPONENT = """<did><unitid>A 1</unitid><unittitle>Letters about piers, <unitdate normal="1961-03/1961-05">spring
  1961</unitdate></unittitle><container type="box">3</container><container type="folder">2</container>
  <langmaterial><language langcode="spa">Spanish</language></langmaterial></did>
  <scopecontent><head>Contents</head><p>Roca asks for a pier.</p><p>The council answers.</p></scopecontent>
  <controlaccess><persname>Roca, Blas</persname><geogname>Havana</geogname><subject>Piers</subject></controlaccess>"""
AID = """<ead{space}>{head}<archdesc level="fonds"><did><unittitle>Papers of the Harbour</unittitle>
  <unitdate>circa 1958</unitdate><repository><corpname>Harbour Archive</corpname></repository>
  <langmaterial><language>English</language></langmaterial></did><scopecontent><p>All of it.</p></scopecontent>
<dsc><{c} level="series" id="s1"><did><unittitle>Letters</unittitle></did>
<{d} level="file" id="f1">{component}</{d}>
<{d} level="file" id="f2"><did><unitdate>n.d.</unitdate></did></{d}>
</{c}></dsc></archdesc></ead>"""
AIDS = {
    "2002, without namespace": AID.format(
        space="", head="<eadheader><eadid>hb</eadid></eadheader>", c="c01", d="c02", component=COMPONENT
    ),
    "2002": AID.format(
        space=' xmlns="urn:isbn:1-931666-22-9"',
        head="<eadheader><eadid>hb</eadid></eadheader>",
        c="c",
        d="c",
        component=COMPONENT,
    ),
    "3": AID.format(
        space=' xmlns="http://ead3.archivists.org/schema/"',
        head="<control><recordid>hb</recordid></control>",
        c="c01",
        d="c02",
        component=COMPONENT.replace("Roca, Blas", "<part>Roca, Blas</part>")
        .replace("<container type", "<container localtype")
        .replace(
            '<unitdate normal="1961-03/1961-05">spring\n  1961</unitdate></unittitle>',
            '</unittitle><unitdatestructured><daterange><fromdate standarddate="1961-03">March</fromdate>'
            '<todate standarddate="1961-05">May 1961</todate></daterange></unitdatestructured>',
        ),
    ),
}


@pytest.mark.parametrize("aid", AIDS.values(), ids=AIDS)
def test_every_component_of_a_finding_aid_is_a_record(tmp_path: Path, aid: str) -> None:
    collected = read([saved(tmp_path / "aid", aid)])

    assert not collected.faults
    whole, series, letters, undated = collected.records
    assert [record.title for record in collected.records] == [
        "Papers of the Harbour",
        "Letters",
        "Letters about piers",
        "Letters",
    ]
    assert (whole.summary, whole.type, series.id) == ("All of it.", "fonds", "hb~s1")
    assert (letters.id, letters.summary) == ("hb~f1", "Roca asks for a pier. The council answers.")
    assert letters.date is not None
    assert (str(letters.date.start), str(letters.date.end), dates(whole), dates(undated)) == (
        "1961-03-01",
        "1961-05-31",
        [("circa 1958", "1958~")],
        [("n.d.", None)],
    )
    assert (letters.people, letters.places, letters.subjects) == (("Roca, Blas",), ("Havana",), ("Piers",))
    assert (letters.archive, letters.languages, series.languages) == ("Harbour Archive", ("Spanish",), ("English",))
    assert letters.source == "Papers of the Harbour > Letters; A 1; Box 3, Folder 2"


ANSWER = """<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-01-01T00:00:00Z</responseDate><ListRecords>
<record><header><identifier>oai:harbour:1</identifier><datestamp>2020-01-01</datestamp></header><metadata>
<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>Letter about a pier</dc:title><dc:creator>Roca, Blas</dc:creator><dc:contributor>Council</dc:contributor>
<dc:subject>Piers</dc:subject><dc:subject>Quays; old</dc:subject><dc:description>He asks for one.</dc:description>
<dc:description>It is refused.</dc:description><dc:date>1961-03/1961-05</dc:date><dc:date>2019</dc:date>
<dc:type>Letter</dc:type><dc:identifier>https://harbour.example/1</dc:identifier><dc:identifier>Box 3</dc:identifier>
<dc:language>spa</dc:language><dc:coverage>Havana</dc:coverage><dc:coverage>1961</dc:coverage>
<dc:publisher>Harbour Archive</dc:publisher><dc:rights>Free</dc:rights></oai_dc:dc></metadata></record>
<record><header status="deleted"><identifier>oai:harbour:2</identifier></header></record>
<record><header><identifier>oai:harbour:3</identifier></header><metadata><mods/></metadata></record>
<resumptionToken cursor="20" completeListSize="23">next</resumptionToken></ListRecords></OAI-PMH>"""


def test_a_saved_answer_of_oai_pmh_is_read_by_its_dublin_core(tmp_path: Path) -> None:
    collected = read([saved(tmp_path / "answer", ANSWER)])

    (record,) = collected.records
    assert (record.title, record.summary) == ("Letter about a pier", "He asks for one. It is refused.")
    assert dates(record) == [("1961-03/1961-05", "1961-03/1961-05")]
    assert (record.people, record.places) == (("Roca, Blas", "Council"), ("Havana",))
    assert (record.subjects, record.languages, record.type) == (("Piers", "Quays; old"), ("spa",), "Letter")
    assert (record.archive, record.source, record.rights) == ("Harbour Archive", "Box 3", "Free")
    assert record.source_url == "https://harbour.example/1"
    assert [(page.page, page.listings) for page in collected.pages] == [("21 - 21 of 23", 1)]
    assert [(fault.line, fault.reason[:34]) for fault in collected.faults] == [
        (12, "the record has no Dublin Core, MOD"),
    ]


STAMPED = {
    "DSpace": (("2011-05-01T12:00:00Z", "2011-05-02T12:00:00Z", "1962-10"), "1962-10"),
    "a whole day": (("2011-05-01T12:00:00.5Z", "1962-10-27T00:00:00Z"), "1962-10-27"),
    "stamps alone": (("2011-05-01T12:00:00Z", "2011-05-02T12:00:00Z"), None),
    "no stamp": (("1962-10", "1999"), "1962-10"),
}


@pytest.mark.parametrize(("given", "kept"), STAMPED.values(), ids=STAMPED)
def test_the_time_of_day_at_which_a_repository_took_it_in_is_no_date_of_a_document(
    tmp_path: Path, given: tuple[str, ...], kept: str | None
) -> None:
    dated = "".join(f"<date>{each}</date>" for each in given)
    collected = read([saved(tmp_path / "answer", f"<metadata><dc><title>Pier</title>{dated}</dc></metadata>")])

    assert [record.date and record.date.edtf for record in collected.records] == [kept]


def test_an_error_that_the_archive_answered_is_reported(tmp_path: Path) -> None:
    answer = '<OAI-PMH><error code="noRecordsMatch">Nothing there</error></OAI-PMH>'

    assert [fault.reason for fault in read([saved(tmp_path / "answer", answer)]).faults] == [
        "the archive answered noRecordsMatch: Nothing there"
    ]


def test_components_without_id_differ_by_their_place(tmp_path: Path) -> None:
    letters = (
        "<c02><did><unittitle>Letters</unittitle><unitdate>1962</unitdate>{}</did></c02>"
        "<c02><did><unittitle>Letters</unittitle><unitdate>1962</unitdate>{}</did></c02>"
    )
    boxes = letters.format("<container type='box'>1</container>", "<container type='box'>2</container>")
    numbers = letters.format("<unitid>B 1</unitid>", "<unitid>B 2</unitid>")
    aid = (
        "<ead><archdesc><did><unittitle>Papers</unittitle></did><dsc>"
        f"<c01><did><unittitle>Embassy</unittitle></did>{boxes}</c01>"
        f"<c01><did><unittitle>Ministry</unittitle></did>{numbers}</c01></dsc></archdesc></ead>"
    )
    collected = read([saved(tmp_path / "aid.xml", aid)])

    assert not collected.faults
    assert [record.source for record in collected.records if record.title == "Letters"] == [
        "Papers > Embassy; Box 1",
        "Papers > Embassy; Box 2",
        "Papers > Ministry; B 1",
        "Papers > Ministry; B 2",
    ]


def test_a_component_stands_in_the_box_and_under_the_number_of_what_it_is_in(tmp_path: Path) -> None:
    folder = (
        "<c01><did><unittitle>Letters</unittitle><unitid>B {0}</unitid><container type='box'>{0}</container></did>"
        "<c02><did><unittitle>To Roca</unittitle></did></c02></c01>"
    )
    aid = (
        f"<ead><archdesc><did><unittitle>Papers</unittitle></did>{folder.format(1)}{folder.format(2)}</archdesc></ead>"
    )
    collected = read([saved(tmp_path / "aid.xml", aid)])

    assert [record.source for record in collected.records if record.title == "To Roca"] == [
        "Papers > Letters; B 1; Box 1",
        "Papers > Letters; B 2; Box 2",
    ]


def answered(*titles: str) -> str:
    records = "\n".join(f"<record><metadata><dc><title>{title}</title></dc></metadata></record>" for title in titles)
    return f"<OAI-PMH><ListRecords>\n{records}\n</ListRecords></OAI-PMH>"


@pytest.mark.parametrize("before", [0, *range(32_700, 32_770)])
def test_the_letters_of_html_are_read_wherever_a_piece_ends(tmp_path: Path, before: int) -> None:
    title = "Caf&eacute;&nbsp;&mdash; A&amp;B &lt;i&gt; &#233; &Eacute;"
    (record,) = read([saved(tmp_path / "a.xml", answered(" " * before + title))]).records

    assert record.title == "Café — A&B é É"


@pytest.mark.parametrize("before", [0, *range(32_670, 32_770)])
def test_html_in_cdata_is_read_as_a_value_that_is_html(tmp_path: Path, before: int) -> None:
    title = "<!-- <![CDATA[ --><![CDATA[Caf&eacute; <!-- ]]>&eacute;<?a <!-- ?>&eacute;"
    (record,) = read([saved(tmp_path / "a.xml", answered(" " * before + title))]).records

    assert record.title == "Café <!-- éé"


def test_an_entity_that_nobody_knows_is_named_with_its_line(tmp_path: Path) -> None:
    collected = read([saved(tmp_path / "answer.xml", answered("One", "Two&pier;b", "Three"))])

    assert [record.title for record in collected.records] == ["One"]
    assert [str(fault) for fault in collected.faults] == [
        "answer.xml:3: the XML is broken here (Entity 'pier' not defined); correct it, what follows is lost"
    ]


def test_a_name_of_html_that_a_file_declares_anew_is_not_taken_for_the_letter(tmp_path: Path) -> None:
    own = BOMB.format("x", "&a;", "&b;").replace("ENTITY c", "ENTITY copy").replace("&c;", "&copy;")
    collected = read([saved(tmp_path / "bomb.xml", own)])

    assert [record.title for record in collected.records] == ["Grain"]
    assert "the entity &copy;" in collected.faults[0].reason
