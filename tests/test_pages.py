"""The pages, by address and without a script: what they show is what the API answers."""

from __future__ import annotations

import calendar
import dataclasses
import datetime as dt
import re
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import meta, nodes
from markdown_it import MarkdownIt
from starlette.requests import Request
from starlette.testclient import TestClient

from rag.answer.answer import Answer, Citation, Sentence, Status
from rag.answer.receipt import CitedRecord, Read, Receipt, receipts_in
from rag.answer.replay import Change, ChangeKind, Replay
from rag.assistant.assistant import Coverage, Found, between
from rag.assistant.named import Named
from rag.cite import Site
from rag.dates.archival_date import ArchivalDate, Interval, parse_date
from rag.index.ports import Identity
from rag.query.enquiry import Enquiry, Turn
from rag.query.names import Respelling
from rag.query.understanding import Understanding
from rag.record import Hit, Listing, ListingPage, Record
from rag.search.facets import FacetCounts, TimeBucket, Unit
from rag.search.related import Related
from rag.search.semantic_map import Chart, Region, Spot
from web.app import create_app
from web.conversation import ROOM, TURNS, AskedQuestion, Conversation, _conversation
from web.export.as_markdown import plain
from web.export.reading_list import Listed
from web.http.admission import Access
from web.page import ErrorPage, Page, environment, render
from web.pages.about import AboutPage, elsewhere
from web.pages.ask import AskPage, parts, turn
from web.pages.cite import CitePage
from web.pages.home import HomePage
from web.pages.named import NamedPage
from web.pages.reading_list import ListPage
from web.pages.record import RecordPage, discrepancy
from web.pages.replay import ReplayPage, facts
from web.pages.search import SearchPage
from web.pages.similar import SimilarPage
from web.views.citations import cited
from web.views.dates import span
from web.views.facets import Counted, chosen, groups
from web.views.highlights import Marking
from web.views.histogram import drawing
from web.views.overview import Overview
from web.views.semantic_map import mapped
from web.views.timeline import timeline
from web.views.urls import Chip, Search, ask_url, value_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx2

    from rag.assistant.assistant import Assistant

pytest_plugins = ["serving"]

ASKED = "What did Castro and Mikoyan discuss in November 1962?"
UNHEARD_OF = "Who won the football world cup in Argentina?"
EVERY_PAGE = (
    "/",
    f"/?q={ASKED}",
    f"/?q=and+Guevara%3F&h={ASKED}&no=names",
    f"/?q={UNHEARD_OF}",
    "/?q=documents+from+1956+to+1990",
    "/search",
    "/search?q=missiles+in+October+1962",
    "/search?q=missiles&raw=true&page=2",
    "/cite",
    "/cite?q=missiles+in+October+1962",
    "/cite?q=missiles+in+October+1962&style=csl-json",
    "/cite?date_from=1850&date_to=1851",
    "/search?people=Fidel+Castro&people=Che+Guevara&type=Telegram&date_from=1962",
    "/similar",
    "/check",
    "/check?text=Telegram+from+A.I.+Mikoyan+in+Havana+to+CC+CPSU+(1),+November+3,+1962",
    "/about",
    "/help",
    "/help/commands",
    "/help/figures",
    "/docs",
)
# The last of a name: a slotted dataclass takes the place of the class it was made from.
PAGES = list({each.template: each for each in Page.__subclasses__()}.values())
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
EVIL = "<script>alert('x')</script>\"'><img src=x onerror=alert(1)>"


def cards(page: str) -> list[tuple[int, str]]:
    """The records quoted in the first answer of a page: number and path."""
    found = re.findall(r'class="number"[^>]*>(\d+)<.*?href="(/records/[^"#]+)"', page, flags=re.DOTALL)
    return sorted({(int(number), unescape(path)) for number, path in found})


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.template)
def test_a_template_uses_exactly_the_fields_of_its_page(page: type[Page]) -> None:
    assert environment.loader is not None
    source, _, _ = environment.loader.get_source(environment, page.template)
    parsed = environment.parse(source)
    imported = {
        each if isinstance(each, str) else each[1]
        for found in parsed.find_all(nodes.FromImport)
        for each in found.names
    }
    used = meta.find_undeclared_variables(parsed) - imported

    assert used == {field.name for field in dataclasses.fields(page)}  # type: ignore[arg-type] # all are dataclasses


@pytest.mark.parametrize(
    "template",
    [
        "answer.html",
        "base.html",
        "cited.html",
        "facets.html",
        "map.html",
        "overview.html",
        "parts.html",
        "timeline.html",
    ],
)
def test_shared_templates_use_only_their_arguments(template: str) -> None:
    assert environment.loader is not None
    source, _, _ = environment.loader.get_source(environment, template)

    assert meta.find_undeclared_variables(environment.parse(source)) <= environment.globals.keys()


@pytest.mark.parametrize("question", [ASKED, UNHEARD_OF, "documents from 1968", "How did arms reach Cuba?"])
def test_api_and_page_give_the_same_answer_with_the_same_citations(client: httpx2.Client, question: str) -> None:
    answer = client.post("/api/v1/ask", json={"question": question}).json()
    page = client.get("/", params={"q": question}).text
    text = text_of(page)

    assert cards(page) == [(each["number"], each["record"]["url"]) for each in answer["citations"]]
    for each in answer["answer"]:
        assert " ".join(each["text"].split()) in text
    for each in answer["notes"]:
        assert " ".join(each.split()) in text
    for hit in answer["nearest"]:
        assert hit["record"]["title"] in text
    assert ("Not in this collection." in text) == (answer["status"] == "not_found")


def test_a_summary_that_says_more_than_is_quoted_unfolds_once_below_its_quotation(client: httpx2.Client) -> None:
    page = client.get("/", params={"q": ASKED}).text
    answer = client.post("/api/v1/ask", json={"question": ASKED}).json()
    unfolded = [unescape(each) for each in re.findall(r'<p class="full archive" dir="auto">(.*?)</p>', page)]

    more = [each for each in answer["citations"] if each["record"]["summary"] != " ".join(each["quotes"])]
    assert unfolded == [each["record"]["summary"] for each in more]


def test_of_a_long_answer_the_quotations_shown_at_once_unfold_to_whole_summaries(client: httpx2.Client) -> None:
    shown, _, more = client.get("/", params={"q": "documents from 1956 to 1990"}, headers=HTML).text.partition(
        " more</summary>"
    )

    assert 'class="full' in shown
    assert 'class="quotation"' in more
    assert 'class="full' not in more


def test_every_quotation_is_labelled_as_the_curators_and_not_the_document(client: httpx2.Client) -> None:
    for path in EVERY_PAGE[1:5]:
        page = client.get(path).text

        assert page.count("<blockquote") > 1
        assert text_of(page).count("The quotations are curators’ summaries") == 1
    for path in EVERY_PAGE[5:8]:
        page = client.get(path).text
        quoted = page.count("<blockquote")

        assert quoted
        label = (
            r"<figcaption>\s*Curator\W*s (?:summary|title), not the document|class=\"foot\">\s*<p>\s*Curator’s summary"
        )
        assert quoted == len(re.findall(label, page))


def test_each_quotation_names_its_source_and_the_archives_own_page(client: httpx2.Client) -> None:
    page = client.get("/", params={"q": ASKED}).text
    answer = client.post("/api/v1/ask", json={"question": ASKED}).json()
    sources = [text_of(each) for each in re.findall(r'<div class="source">(.*?)</div>', page, re.DOTALL)]

    for citation in answer["citations"]:
        record = citation["record"]
        assert any(f"{record['title']} {record['date']['text']}" in source for source in sources)


def test_a_summary_that_goes_on_from_its_title_is_led_in_by_it() -> None:
    record = Record(
        "m", "Memorandum of conversation", "between Rusk and Home. They met.", None, source_url="https://a.b/c"
    )
    hit = Hit(record)
    told = Answer(
        status=Status.ANSWERED,
        question="x",
        understood=Understanding("x"),
        sentences=(Sentence("between Rusk and Home.", (1,)), Sentence("They met.", (1,))),
        citations=(Citation(1, hit, ()),),
        nearest=(),
        notes=(),
        generation="g",
    )
    conversation = Conversation((AskedQuestion("x"),))
    page = AskPage(
        question="x",
        turns=(turn(conversation, 0, [told]),),
        omitted=0,
        carried=(),
        files=(),
        onward=(),
    )
    shown = bytes(render(page).body).decode()

    assert "Memorandum of conversation between Rusk and Home. They met." in text_of(shown)
    assert text_of(shown).count("They met.") == 2  # quoted, and in the full summary
    assert "Read the document" in text_of(shown)


def test_a_chip_is_removed_by_its_link_and_restored(client: httpx2.Client) -> None:
    page = client.get("/", params={"q": ASKED}).text
    away = re.search(r'class="chip"\s+href="([^"]*no=dates[^"]*)"', page)
    assert away
    without = client.get(unescape(away[1])).text
    back = re.search(r'class="chip away"\s+href="([^"]*)"', without)
    assert back

    assert "November 1962 \N{MULTIPLICATION SIGN}" in text_of(page)
    assert "November 1962 \N{MULTIPLICATION SIGN}" not in text_of(without)
    assert cards(client.get(unescape(back[1])).text) == cards(page)


def test_a_question_carries_those_before_it_in_its_address(client: httpx2.Client) -> None:
    page = client.get("/", params={"q": "and Guevara?", "h": [ASKED]}).text
    composer = page[page.index('id="composer"') :]
    carried = [unescape(each) for each in re.findall(r'name="h" value="([^"]*)"', composer)]

    assert carried == [ASKED, "and Guevara?"]
    assert "Understood as:" in text_of(page)
    assert [unescape(each) for each in re.findall(r'dir="auto">([^<]*)</h2>', page)] == [ASKED, "and Guevara?"]


questions = st.builds(
    AskedQuestion,
    st.text(min_size=1, max_size=900).filter(str.strip).map(str.strip),
    st.lists(st.sampled_from(["dates", "names", "intent", "types:telegram"]), unique=True).map(tuple),
    st.none() | st.lists(st.text("abc-19.", min_size=1, max_size=80), unique=True, max_size=9).map(tuple),
)


@given(st.lists(questions, min_size=1, max_size=12).map(tuple), st.integers(0, 3), st.integers(1, 100))
def test_an_address_carries_the_latest_questions_within_bounds(
    asked: tuple[AskedQuestion, ...], omitted: int, k: int
) -> None:
    fitted = Conversation(asked, omitted, k).fitted()
    query = fitted.url().partition("?")[2].encode()
    read = _conversation(Request({"type": "http", "query_string": query, "headers": []}))

    assert fitted.questions == asked[len(asked) - len(fitted.questions) :]
    assert fitted.omitted == omitted + len(asked) - len(fitted.questions)
    assert 1 <= len(fitted.questions) <= TURNS
    assert len(fitted.url()) <= ROOM or len(fitted.questions) == 1
    assert read == fitted


def test_the_records_that_were_cited_are_in_the_address_and_pointed_at_by_their_place(client: httpx2.Client) -> None:
    listed = client.post("/api/v1/ask", json={"question": "documents of 1961"}).json()
    ids = [each["record"]["id"] for each in listed["citations"]]
    composer = client.get("/", params={"q": "documents of 1961"}).text.partition('id="composer"')[2]
    kept = re.search(r'name="h-cited" value="0\.([^"]*)"', composer)
    assert kept
    asked = {"h": "documents of 1961", "q": "the second one"}
    shown = client.get("/", params={**asked, "h-cited": f"0.{ids[4]} {ids[0]}"}).text  # as another day had them

    assert kept[1].split() == ids
    assert re.findall(r'id="t2-q1".*?href="(/records/[^"]+)"', shown, re.DOTALL)[:1] == [f"/records/{ids[0]}"]


def test_what_no_longer_fits_is_forgotten_from_the_oldest_answer_on() -> None:
    ids = tuple(f"{place}-{'x' * 60}" for place in range(12))
    both = Conversation((AskedQuestion("a", cited=ids), AskedQuestion("b", cited=ids), AskedQuestion("c"))).fitted()

    assert [each.cited for each in both.questions] == [(), ids, ()]
    assert [each.cited for each in both.changed(1, without=("dates",)).questions] == [(), (), ()]


def test_questions_that_do_not_fit_an_address_are_counted(client: httpx2.Client) -> None:
    asked = [f"What did Castro say in {year}?" for year in range(1955, 1965)]
    page = client.get("/", params={"q": asked[-1], "h": asked[:-1]}).text

    assert "2 earlier questions are no longer on this page" in text_of(page)
    assert page.count('class="question"') == TURNS
    assert 'id="t10-question"' in page


def test_records_ticked_in_the_middle_of_a_conversation_leave_the_other_turns_alone(client: httpx2.Client) -> None:
    asked = {"q": "and Guevara?", "h": [ASKED]}
    before = client.get("/", params=asked).text
    nearest = client.post("/api/v1/ask", json={"question": ASKED}).json()["nearest"][0]["record"]
    page = client.get("/", params={**asked, "h-only": [f"0.{nearest['id']}"]}).text
    turns, unticked = (re.split(r'<article class="turn"', each)[1:] for each in (page, before))

    assert cards(turns[0]) == [(1, nearest["url"])]
    assert "1 chosen" in text_of(turns[0])
    assert re.findall(r'id="t2-c\d+".*?href="([^"]+)"', turns[1], re.DOTALL) == re.findall(
        r'id="t2-c\d+".*?href="([^"]+)"', unticked[1], re.DOTALL
    )


def test_unticking_every_record_leaves_nothing_to_answer_from(client: httpx2.Client) -> None:
    page = text_of(client.get("/", params={"q": ASKED, "only": ""}).text)

    assert "Nothing to answer from. No record is chosen; choose those to answer from." in page
    assert "Found, but not chosen" in page


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("q=x&only=no-such-record", "no record has the id"),
        ("q=x&h=y&h-no=0.tone", "h-no: &#39;tone&#39; is none of dates, names, spelling, history"),
        ("q=x&k=many", "k: &#39;many&#39; is not a number from 1 to 100"),
        ("q=x&" + "&".join(f"only={each}" for each in range(101)), "choose fewer"),
        ("h=" + "x" * 2001, "shorten it"),
    ],
)
def test_an_address_that_cannot_be_read_is_named_with_its_cure(client: httpx2.Client, query: str, fault: str) -> None:
    response = client.get(f"/?{query}", headers=HTML)

    assert response.status_code == 422
    assert fault in response.text


def test_a_conversation_is_kept_as_json_with_what_the_api_says(client: httpx2.Client) -> None:
    page = client.get("/", params={"q": "and Guevara?", "h": [ASKED]}).text
    address = re.search(r'href="(/conversation\.json[^"]*)"', page)
    assert address
    response = client.get(unescape(address[1]))
    kept = response.json()
    before = client.post("/api/v1/ask", json={"question": ASKED}).json()
    shown = [citation["record"]["id"] for citation in before["citations"]]
    history = [{"question": ASKED, "records": shown}]
    api = client.post("/api/v1/ask", json={"question": "and Guevara?", "history": history}).json()

    assert response.headers["content-disposition"] == 'attachment; filename="conversation.json"'
    assert [kept_turn["question"] for kept_turn in kept["turns"]] == [ASKED, "and Guevara?"]
    assert kept["turns"][1]["citations"] == api["citations"]
    assert kept["turns"][1]["receipt"] == api["receipt"]
    for kept_turn in kept["turns"]:
        assert {each["words_of"] for each in kept_turn["answer"]} <= {
            "A curator's summary, not the document itself.",
            "A curator's title, not the document itself.",
        }
        assert [each["number"] for each in kept_turn["sources"]] == [each["number"] for each in kept_turn["citations"]]
        for each in [*kept_turn["sources"], kept_turn]:
            assert client.get(each["address"]).status_code == 200


def test_a_conversation_is_kept_as_markdown_that_shows_every_quote_to_the_letter(client: httpx2.Client) -> None:
    query = {"q": "documents from October 1962", "h": [ASKED]}
    kept = client.get("/conversation.md", params=query)
    shown = text_of(MarkdownIt().render(kept.text))
    whole = client.get("/conversation.json", params=query).json()

    assert kept.headers["content-type"] == "text/markdown; charset=utf-8"
    for kept_turn in whole["turns"]:
        for sentence in kept_turn["answer"]:
            assert " ".join(sentence["text"].split()) in shown
        assert kept_turn["receipt"] in receipts_in(kept.text)
        for source in kept_turn["sources"]:
            assert f"<{source['address']}>" in kept.text


@given(st.text(max_size=60))
def test_nothing_in_an_archives_text_becomes_markdown(text: str) -> None:
    line = " ".join(f"x {text}".split())
    rendered = MarkdownIt().render(f"> {plain(line)}")

    assert rendered.startswith("<blockquote>\n<p>")
    assert not re.search(r"<(?!/?(?:blockquote|p)>)", rendered)


def test_a_receipt_is_replayed_on_its_page_and_a_slip_is_reported_beside_the_box(client: httpx2.Client) -> None:
    line = client.post("/api/v1/ask", json={"question": ASKED}).json()["receipt"]
    page = text_of(client.get("/replay", params={"receipt": line}).text)
    slip = client.get("/replay", params={"receipt": line[:-1]}, headers=HTML)

    assert "The same records and quotes as before." in page
    assert slip.status_code == 422
    assert 'role="alert"' in slip.text
    assert "is copied whole" in text_of(slip.text)
    assert "Verify an answer" in client.get("/replay").text


def test_days_that_are_asked_for_are_shown_and_can_be_removed_and_those_mentioned_are_not_shown(
    client: httpx2.Client,
) -> None:
    asked, mentioned = (client.get("/", params={"q": text}).text for text in ("the crisis in 1962", "the 1962 crisis"))
    without = client.get("/", params={"q": "the crisis in 1962", "no": "dates"}).text

    assert "1962 \N{MULTIPLICATION SIGN}" in text_of(asked)
    assert "1962 \N{MULTIPLICATION SIGN}" not in text_of(mentioned)
    assert "1962 \N{MULTIPLICATION SIGN}" not in text_of(without)


def test_the_search_says_which_of_how_many_it_shows_and_pages_to_the_end(client: httpx2.Client) -> None:
    address: str | None = "/search"
    headings, records = [], []
    while address:
        page = client.get(address).text
        heading = re.search(r'<h2 id="found">(.*?)</h2>', page, flags=re.DOTALL)
        assert heading
        headings.append(text_of(heading[1]))
        records += re.findall(r'href="(/records/[^"]+)"\s+id="r', page)
        following = re.search(r'href="([^"]+)"\s+rel="next"', page)
        address = unescape(following[1]) if following else None

    assert headings[1] == "11 \N{EN DASH} 20 of 57 records"
    assert headings[-1] == "51 \N{EN DASH} 57 of 57 records"
    assert len(records) == len(set(records)) == 57


def test_a_box_takes_a_date_as_people_write_it(client: httpx2.Client) -> None:
    written, edtf = (
        client.get("/search", params={"date_from": first, "date_to": last}).text
        for first, last in (("1 October 1962", "Oct. 27, 1962"), ("1962-10-01", "1962-10-27"))
    )

    assert "from 1 October 1962 to 27 October 1962" in text_of(written)
    assert re.findall(r'id="r\d+"[^<]*', written) == re.findall(r'id="r\d+"[^<]*', edtf)


def test_the_longest_pages_are_light(client: httpx2.Client, assistant: Assistant) -> None:
    everything = urlencode([("id", hit.record.id) for hit in assistant.search(k=57).hits])

    for path in ("/?q=documents+from+1956+to+1990", "/search?q=Cuba&k=50", f"/list?{everything}"):
        assert len(client.get(path).content) < 90_000


def test_what_contains_the_words_and_what_is_near_in_meaning_stand_apart(client: httpx2.Client) -> None:
    page = client.get("/search", params={"q": "Castro and Khrushchev"}).text
    found = client.get("/api/v1/search", params={"q": "Castro and Khrushchev"}).json()
    near = client.get("/search", params={"q": "Castro and Khrushchev", "match": "meaning"}).text
    words, _, apart = page.partition('<h2 id="apart">')

    assert f"{found['total']} records with these words" in text_of(words)
    assert words.count('<li class="entry">') == found["total"]
    assert f"{found['near']} records on a similar subject" in text_of(apart)
    assert apart.count('<li class="entry">') == 5
    assert f"of {found['near']} records on a similar subject" in text_of(near)


def test_where_nothing_is_found_the_page_says_why_and_gives_ways_on(client: httpx2.Client) -> None:
    unknown, quoted, slip, meant = (
        client.get("/search", params={"q": query}).text
        for query in ("zzzzqqq", '"zzzzqqq crisis"', "cuban crsis", "bay of pgis")
    )

    assert "Nothing found. No record mentions “zzzzqqq”." in text_of(unknown)
    assert 'href="/?q=zzzzqqq"' in unknown
    assert 'href="/search?q=zzzzqqq+crisis"' in quoted
    assert 'href="/search?q=cuban+crisis"' in slip
    assert "Did you mean cuban crisis ?" in text_of(slip)
    assert "Searched instead for Bay of Pigs ." in text_of(meant)
    assert 'href="/search?q=bay+of+pgis&amp;raw=true"' in meant


def test_what_a_search_understood_can_be_taken_away_and_restored(client: httpx2.Client) -> None:
    page = client.get("/search", params={"q": "missiles in 1962"}).text
    address = "/search?q=missiles+in+1962&amp;without=dates"
    without = client.get(unescape(address)).text

    assert "Dates 1962 \N{MULTIPLICATION SIGN}" in text_of(page)
    assert f'href="{address}"' in page
    assert "Dates removed · restore" in text_of(without)
    assert 'class="chip away" href="/search?q=missiles+in+1962"' in without


def test_a_date_that_cannot_be_read_is_reported_beside_its_box(client: httpx2.Client) -> None:
    response = client.get("/search", params={"q": "Guevara", "date_from": "octember"}, headers=HTML)

    assert response.status_code == 422
    assert 'role="alert"' in response.text
    assert "octember" in text_of(response.text)
    assert 'value="Guevara"' in response.text
    assert response.text.count('aria-invalid="true"') == 1


def test_the_record_listed_under_1985_says_that_its_title_says_1989(client: httpx2.Client) -> None:
    hits = client.get("/api/v1/search", params={"date_from": "1985", "date_to": "1985"}).json()["hits"]
    page = text_of(client.get(hits[0]["record"]["url"]).text)

    assert "Listed under 1985, but the title says 1989." in page


def test_a_record_page_shows_all_that_is_known_of_it(client: httpx2.Client) -> None:
    records = client.get("/api/v1/records", params={"limit": 100}).json()["records"]
    twice = next(record for record in records if len(record["listings"]) == 2)
    response = client.get(twice["url"])
    page = text_of(response.text)

    for listing in twice["listings"]:
        assert f"{listing['file']} , number {listing['position']}" in page
    for expected in (twice["title"], twice["summary"], twice["date"]["text"], twice["id"], "Related records"):
        assert expected in page
    for style in ("Chicago note", "Chicago bibliography", "MLA", "BibTeX", "RIS", "CSL-JSON"):
        assert f"{style} as a file" in page


def test_a_date_known_to_its_month_is_shown_as_its_days_and_not_one_of_them(client: httpx2.Client) -> None:
    hits = client.get("/api/v1/search", params={"date_from": "1959", "date_to": "1959"}).json()["hits"]
    page = text_of(client.get(hits[0]["record"]["url"]).text)

    assert "September, 1959 between 1 September 1959 and 30 September 1959" in page


def test_a_record_that_is_only_possibly_within_the_dates_says_so(client: httpx2.Client) -> None:
    possible = client.get("/search", params={"date_from": "1959-09-10", "date_to": "1959-09-12"}).text
    certain = client.get("/search", params={"date_from": "1959-09", "date_to": "1959-09"}).text

    assert "Possibly within these dates" in possible
    assert "Possibly within these dates" not in certain


def test_the_about_page_counts_years_and_pages(client: httpx2.Client) -> None:
    page = client.get("/about").text
    years = dict(re.findall(r"<title>(\d{4}): (\d+)", page))

    assert "57 records; 1 without a summary" in text_of(page)
    assert "60; a record may have several" in text_of(page)
    assert sum(map(int, years.values())) == 57
    assert years["1962"] == "28"
    assert "1 - 10 of 31" in page
    assert "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db" in page


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_a_page_is_small_and_brings_nothing_inline_and_nothing_from_elsewhere(client: httpx2.Client, path: str) -> None:
    response = client.get(path)
    page = response.text

    assert response.status_code == 200
    assert len(response.content) < 80_000  # a list of fifty records, with its boxes, before it is packed
    assert re.findall(r"<script(?! src=\"/static/)|<style|\sstyle=|\son\w+=|javascript:", page) == []
    assert re.findall(r"(?:src|href|action)=\"(?:https?:)?//[^\"]*", page) == []


def test_the_page_for_developers_has_contents_and_the_servers_own_address(client: httpx2.Client) -> None:
    page = client.get("/docs").text
    parts = re.findall(r'href="#(call-\d+|schemas)"', page)

    assert f"{str(client.base_url).rstrip('/')}/api/v1/ask" in page
    assert len(parts) > 10
    assert all(f'id="{part}"' in page for part in parts)


@pytest.mark.parametrize(
    ("path", "status"), [("/nowhere", 404), ("/records/no-such-record", 404), ("/?k=0", 422), ("/?no=tone&q=x", 422)]
)
def test_a_fault_is_a_page_for_people_and_a_problem_for_programs(client: httpx2.Client, path: str, status: int) -> None:
    page = client.get(path, headers=HTML)
    problem = client.get(path)

    assert page.status_code == problem.status_code == status
    assert page.headers["content-type"].startswith("text/html")
    assert problem.headers["content-type"] == "application/problem+json"
    assert 'href="/search"' in page.text


def test_a_reader_sent_away_for_a_moment_keeps_the_question_and_tries_again_with_one_click(
    assistant: Assistant,
) -> None:
    site = TestClient(create_app(assistant, access=Access(("testserver",), rate=1)))
    answered, sent_away = (site.get("/?q=Who+is+Castro%3F", headers=HTML) for _ in range(2))

    assert (answered.status_code, sent_away.status_code) == (200, 429)
    assert '<a class="again" href="">Try again</a>' in sent_away.text
    written = site.post("/check", data={"text": "Telegram"}, headers=HTML)
    assert "Go back: your browser still has what you wrote." in written.text


def evil_pages() -> Iterator[Page]:
    date = ArchivalDate(EVIL, None, None, None)
    record = Record(
        id="evil",
        title=EVIL,
        summary=EVIL,
        date=date,
        dates_in_title=(date,),
        listings=(Listing(EVIL, 1, EVIL),),
        people=(EVIL,),
        archive=EVIL,
    )
    dated = dataclasses.replace(record, date=parse_date("1962"))
    hit = Hit(record, 0.5, 0.5, 1.0)
    understood = Understanding(EVIL, names=(EVIL,), corrections=(Respelling(EVIL, EVIL),), rewritten=True)
    answer = Answer(
        status=Status.ANSWERED,
        question=EVIL,
        understood=understood,
        sentences=(Sentence(EVIL, (1,)),),
        citations=(Citation(1, hit, (EVIL,)),),
        nearest=(hit,),
        notes=(EVIL,),
        generation=EVIL,
    )
    no = dataclasses.replace(answer, status=Status.NOT_FOUND, sentences=(), citations=())
    conversation = Conversation((AskedQuestion(EVIL, ("dates",)), AskedQuestion(EVIL, (), (EVIL,))))
    yield AskPage(
        question=EVIL,
        turns=(turn(conversation, 0, [answer, no]), turn(conversation, 1, [answer, no])),
        omitted=1,
        carried=conversation.carried(),
        files=((EVIL, conversation.url("/conversation.md")),),
        onward=(EVIL,),
    )
    receipt = Receipt(
        generation=EVIL,
        content="0" * 64,
        records=1,
        model=EVIL,
        weights="0" * 64,
        program="0" * 12,
        asked=Enquiry(EVIL, (Turn(EVIL),), 5, None, None, (), (), (EVIL,)),
        read=Read(EVIL, None, None, (EVIL,)),
        entries=(CitedRecord(EVIL, "0" * 12),),
    )
    change = Change(ChangeKind.GONE, EVIL, EVIL, lost=(EVIL,))
    replay = Replay(receipt, answer, receipt, same=False, changes=(change, dataclasses.replace(change, exists=True)))
    yield ReplayPage(
        receipt=EVIL,
        replay=replay,
        fault=EVIL,
        parts=parts(answer),
        facts=facts(replay),
        again=ask_url(EVIL),
        quoted=EVIL,
    )
    narrowed = Search(EVIL, EVIL, EVIL, fields=(("people", (EVIL,)),))
    stretch = TimeBucket(dt.date(1962, 1, 1), dt.date(1962, 12, 31), 1, 1)
    counted = FacetCounts(
        {"people": {EVIL: 1}, "type": {EVIL: 1}},
        {},
        Unit.YEAR,
        (stretch,),
        across=1,
        outside=1,
        certain=1,
        possible=1,
        undated=1,
    )
    yield SearchPage(
        asked=narrowed,
        found=Found((hit,), 1, None, understood, (EVIL,), near=2, apart=(hit,), suggestion=EVIL, facets=counted),
        fault=EVIL,
        first=1,
        chips=(Chip("Names", EVIL, f"/search?{EVIL}"), Chip("Dates", "", f"/search?{EVIL}"), *chosen(narrowed, {})),
        exactly=f"/search?{EVIL}",
        groups=groups(counted, narrowed, 2, {}),
        drawing=drawing(counted, narrowed),
        listed=1,
        contain="1 record with this word",
        heading="1 of 1 record with this word",
        within=EVIL,
        spellings=(EVIL,),
        way=f"/search?{EVIL}",
        ask=ask_url(EVIL),
        undated="",
        page=1,
        pages=(),
        previous="",
        following="",
        elsewhere=(record,),
        unselected=f"/search?{EVIL}",
        marked=Marking([(EVIL,)]),
    )
    styles = cited([record], Site(EVIL, f"http://{EVIL}", dt.date(2026, 1, 1), EVIL, EVIL), f"/x?{EVIL}&")
    yield RecordPage(
        record=record,
        discrepancy="",
        related=(Related(hit, (EVIL,)),),
        styles=styles,
        asking=ask_url(EVIL),
        nearest="",
        title_dates=((date, True),),
        before=record,
        after=record,
        type_from_title=True,
        hierarchy=((EVIL, ask_url(EVIL)),),
        archive_host=EVIL,
        fields=((EVIL, ((EVIL, ask_url(EVIL)),)),),
        pages={EVIL: ""},
        timeline=timeline(dated, [dataclasses.replace(dated, date=parse_date("1963"))]),
        tags=((EVIL, EVIL),),
        json_ld={EVIL: EVIL},
    )
    for each in styles:
        yield CitePage(
            chosen=((record, f"/cite?{EVIL}"),),
            total=2,
            filed=2,
            search=f"/search?{EVIL}",
            styles=styles,
            style=each.key,
            address=f"/cite?{EVIL}&",
        )
    named = (Counted(EVIL, 1, value_url("people", EVIL)),)
    seen = Overview(1, drawing(counted, Search()), ((EVIL, named),), (record,))
    chart = Chart((Spot(record, 0.5, 0.5, None),), (Region("people", EVIL, 1, 0.5, 0.5),), (), 0.5, 1)
    yield AboutPage(
        coverage=Coverage(1, 1, 0, 0, {}, (), EVIL, Identity(EVIL, EVIL, 3, ())),
        overview=seen,
        holdings=((ListingPage(EVIL, EVIL, 1), None, f"/search?{EVIL}"),),
        gaps=(EVIL,),
        gap_count=1,
        map=mapped(chart),
    )
    yield NamedPage(
        named=Named("people", EVIL, Found((hit,), 2, EVIL, None, facets=counted), None, (EVIL,), {}, {}),
        when=EVIL,
        records=f"/search?{EVIL}",
        asking=ask_url(EVIL),
        drawing=drawing(counted, narrowed),
        roles=named,
        beside=((EVIL, named),),
    )
    yield HomePage(EVIL, EVIL, seen, (EVIL,))
    yield SimilarPage(selected=(record,), hits=(hit,), citing="")
    yield ListPage((Listed(record, EVIL, EVIL),), 1, f"/list?id={EVIL}")
    yield ErrorPage(status=404, title=EVIL, detail=EVIL, again=False)


def test_listings_on_other_pages_are_counted() -> None:
    pages = ("1 - 10 of 31", "121 - 130 of 1,300", "11 - 20 of 24", "1 - 10 of 10", None, "of note")

    assert [elsewhere(ListingPage("a.txt", page, 10)) for page in pages] == [21, 1290, 14, 0, None, None]


def test_the_about_page_lists_other_pages_and_months_without_records(client: httpx2.Client) -> None:
    page = text_of(client.get("/about").text)

    assert "1 - 10 of 31 10 21" in page
    assert "May 1956 to August 1959" in page  # between "April 5, 1956" and "September, 1959"
    assert "Record of conversation 27" in page


def test_every_record_of_a_small_collection_is_on_the_map_and_in_its_words(client: httpx2.Client) -> None:
    page = client.get("/about").text
    records = client.get("/api/v1/records", params={"limit": 100}).json()["records"]
    drawing, words = page.split('<details class="in-words">')

    assert {record["url"] for record in records} == set(re.findall(r'href="(/records/[^"]+)"', drawing))
    for record in records:
        assert record["title"] in text_of(words)


def test_nothing_that_an_archive_or_a_reader_writes_becomes_markup() -> None:
    for page in evil_pages():
        shown = bytes(render(page).body).decode()

        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
        assert "&lt;script&gt;" in shown


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("1962-10-27", "1962-10-27", "27 October 1962"),
        ("1962-10-01", "1962-10-31", "October 1962"),
        ("1960-02-01", "1960-02-29", "February 1960"),
        ("1962-01-01", "1962-12-31", "1962"),
        ("1960-01-01", "1962-12-31", "1960 to 1962"),
        ("1962-10-16", "1962-10-28", "16 October 1962 to 28 October 1962"),
        ("1962-10-01", "1962-11-30", "October 1962 to November 1962"),
        ("1962-10-16", None, "from 16 October 1962"),
        (None, "1962-10-28", "until 28 October 1962"),
    ],
)
def test_days_are_written_in_few_words(start: str | None, end: str | None, words: str) -> None:
    days = (dt.date.fromisoformat(each) if each else None for each in (start, end))

    assert span(Interval(*days)) == words


def record_of(listed: int, *titled: int) -> Record:
    def year(number: int) -> ArchivalDate:
        return ArchivalDate(str(number), str(number), dt.date(number, 1, 1), dt.date(number, 12, 31))

    return Record("id", "title", "", year(listed), tuple(map(year, titled)))


def test_years_that_differ_are_pointed_out_and_years_that_agree_are_not() -> None:
    assert discrepancy(record_of(1985, 1989)) == "Listed under 1985, but the title says 1989."
    assert discrepancy(record_of(1964, 1963, 1962)) == "Listed under 1964, but the title says 1962 or 1963."
    assert discrepancy(record_of(1962, 1961, 1962)) == ""
    assert discrepancy(record_of(1962)) == ""


@pytest.mark.parametrize(
    ("start", "end", "ticks"),
    [
        (None, None, {"1960": "1960", "1970": "1970", "1980": "1980", "1990": "1990"}),
        ("1962", "1962", {f"{month} 1962": month[:3] + " 1962" for month in calendar.month_name[1::3]}),
        ("1962-10", "1962-10", {f"{day} October 1962": f"{day} Oct" for day in (1, 11, 21, 31)}),
    ],
)
def test_a_label_stands_below_the_column_of_the_time_that_it_names(
    assistant: Assistant, start: str | None, end: str | None, ticks: dict[str, str]
) -> None:
    counted = assistant.search(where=between(start, end), facets=True).facets
    assert counted is not None
    drawn = drawing(counted, Search())
    assert drawn is not None

    assert {column.label: column.tick for column in drawn.columns if column.tick} == ticks


def test_a_page_goes_on_from_what_it_shows(client: httpx2.Client) -> None:
    page = client.get("/", params=[("h", "documents of 1961"), ("q", "the second one")]).text
    turns = re.findall(r'<article class="turn"(.*?)</article>', page, re.DOTALL)
    listed, told = (re.findall(r'href="(/records/[^"]+)"', turn) for turn in turns)

    assert told[0] in listed
    assert "about the record shown" in turns[1]


def test_that_no_record_fits_is_said_once_and_leads_to_no_list_of_none(client: httpx2.Client) -> None:
    page = client.get("/", params={"q": "Are there telegrams to Mao?"}).text

    assert re.findall(r"<p[^>]*>(No telegram is to Mao)", page) == ["No telegram is to Mao"]
    assert "See all of them" not in page


def test_a_date_in_the_title_is_shown_where_it_says_something_else(assistant: Assistant, client: httpx2.Client) -> None:
    titled = [hit.record for hit in assistant.search(k=100).hits if hit.record.dates_in_title]
    shown = [record for record in titled if "Date in the title" in client.get(record.url).text]
    other = [
        record
        for record in titled
        if record.date is None or any(day.edtf != record.date.edtf for day in record.dates_in_title)
    ]

    assert shown == other
    assert len(titled) > len(other) > 0


def test_a_word_taken_along_is_a_chip_of_its_own(client: httpx2.Client) -> None:
    asked = [("h", "What did Mikoyan discuss with Castro?"), ("q", "why did he refuse?")]
    page = client.get(f"/?{urlencode(asked)}").text
    without = client.get(f"/?{urlencode([*asked, ('no', 'history:Mikoyan')])}").text

    assert "From question 1" in page
    assert '<span dir="auto">completed from your earlier questions' not in page  # said by that chip
    assert 'Understood as: <span dir="auto">Castro: why' in without
