"""What the pages, the API and the command line are told: asked of the seeds, whose answers were looked up by hand."""

from __future__ import annotations

import datetime as dt
import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from rag.answer.answer import Status
from rag.answer.verdict import Premise, PremiseKind
from rag.assistant.assistant import LISTED, NO_ENCODER, SORTS, Assistant, between
from rag.dates.archival_date import Fit, Interval, edtf_interval, fit, overlaps, parse_date
from rag.errors import GenerationError, ModelError, QuestionError, RecordNotFound
from rag.index.analyzer import analyze
from rag.index.open import open_index
from rag.ingest.build import build, publish
from rag.query.enquiry import ALL_ASPECTS, Aspect, Turn
from rag.record import EVERYTHING, Filter, Record
from rag.settings import Settings
from tests.fakes import WordCountEmbedder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rag.answer.answer import Answer
    from rag.assistant.assistant import Found
    from rag.embeddings import Embedder

EMBEDDER = WordCountEmbedder(dimensions=256)
CASTRO = "Why did Castro object to the withdrawal of the missiles?"


def opened(settings: Settings, embedder: Embedder = EMBEDDER) -> Assistant:
    return Assistant(open_index(settings), lambda: embedder)


def shelved(folder: Path, records: Iterable[Record]) -> Assistant:
    """An assistant over these records."""
    settings = Settings(seeds=folder, vectors=folder / "vectors")
    publish(settings, [*records], embedder=EMBEDDER)
    return opened(settings)


@pytest.fixture(scope="module")
def counting(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The seeds, embedded by counting words."""
    settings = Settings.load({"RAG_VECTORS": str(tmp_path_factory.mktemp("counting"))})
    build(settings, embedder=EMBEDDER)
    return settings


@pytest.fixture(scope="module")
def counter(counting: Settings) -> Assistant:
    return opened(counting)


def days(answer: Answer) -> list[str]:
    """The listed date of each citation, in order."""
    return [citation.hit.record.date.text for citation in answer.citations if citation.hit.record.date]


def ids(found: Found) -> list[str]:
    return [hit.record.id for hit in found.hits]


def titled(assistant: Assistant, title: str) -> Record:
    """The one record of this title."""
    (record,) = [hit.record for hit in assistant.records(limit=100).hits if hit.record.title == title]
    return record


def test_the_talks_with_mikoyan_say_why_castro_objected(assistant: Assistant) -> None:
    answer = assistant.ask(CASTRO)
    cited = {
        citation.hit.record.date.start
        for citation in answer.citations
        if citation.hit.record.date and "Mikoyan" in citation.hit.record.title
    }

    assert answer.status is Status.ANSWERED
    assert cited & {dt.date(1962, 11, day) for day in (3, 4, 5, 13)}


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("How tall is Mount Everest?", "No record mentions “Mount” or “Everest”."),
        ("Who discovered penicillin?", "No record mentions “penicillin”."),
        ("Who won the football world cup in Argentina?", "No record mentions “Argentina”."),
        ("best recipe for onion soup", "No record mentions “recipe”, “onion” or “soup”."),
    ],
)
def test_what_is_not_here_is_refused_with_the_reason_and_the_nearest(
    assistant: Assistant, question: str, reason: str
) -> None:
    answer = assistant.ask(question)

    assert (answer.status, answer.sentences, answer.citations) == (Status.NOT_FOUND, (), ())
    assert [*answer.notes, *([answer.verdict.text] if answer.verdict else [])] == [reason]
    assert len(answer.nearest) == 5


@pytest.mark.parametrize(
    "question",
    [
        "the offside rule",
        "How do I bake sourdough bread?",
        "best pizza near the station",
        "Who won the world cup?",
        "the price of tomatoes",
    ],
)
def test_what_no_archive_of_the_kind_has_is_refused_though_something_is_a_little_near(
    assistant: Assistant, question: str
) -> None:
    assert assistant.ask(question).status is Status.NOT_FOUND


def test_talks_described_alike_are_cited_together_and_two_talks_of_one_matter_each(assistant: Assistant) -> None:
    alike = assistant.ask("What did Kudryavtsev discuss with Guevara?").sentences
    gold = assistant.ask("gold").sentences

    assert len(alike) == 4
    assert all("discuss" in each.text or "says" in each.text for each in alike)
    assert {each.citations for each in gold if "gold" in each.text} == {(1,), (2,)}


def test_who_is_meant_counts_more_than_what_else_is_said(tmp_path: Path) -> None:
    titles = ("Note on wharves", "Note on Rumyantsev", "Letter from Rumyantsev", "Letter on wharves", "Note on coal")
    found = shelved(tmp_path, [Record(str(at), title, "", None) for at, title in enumerate(titles)])
    order = [hit.record.title for hit in found.search("note Rumyantsev wharves").hits]

    assert order == [
        "Note on Rumyantsev",
        "Note on wharves",
        "Letter from Rumyantsev",
        "Letter on wharves",
        "Note on coal",
    ]


def test_what_only_comes_near_is_quoted_after_a_verdict_that_says_what_it_lacks(assistant: Assistant) -> None:
    answer = assistant.ask("What did Zhukov report home about the Americans?")

    assert answer.status is Status.ANSWERED
    assert answer.verdict is not None
    assert answer.verdict.kind is PremiseKind.UNANSWERED
    assert "“home”" in answer.verdict.text
    assert "Zhukov" in answer.citations[0].hit.record.title


@pytest.mark.parametrize(
    "question",
    [
        "How much did Cuba pay for the Czechoslovak weapons?",
        "Will it rain in Havana tomorrow?",
        "Did Khrushchev visit Cuba?",
    ],
)
def test_a_number_the_present_day_and_whether_something_was_done_are_told_or_refused(
    assistant: Assistant, question: str
) -> None:
    answer = assistant.ask(question)

    assert answer.status is Status.NOT_FOUND
    assert answer.verdict is not None


def test_an_answer_says_whom_of_those_asked_for_no_record_mentions(assistant: Assistant) -> None:
    answer = assistant.ask("What did Mao tell Khrushchev about Taiwan?")

    assert answer.status is Status.NOT_FOUND
    assert answer.verdict == Premise(PremiseKind.ABSENT, "No record mentions “Taiwan”.")
    assert any("Mao" in hit.record.title for hit in answer.nearest)
    assert assistant.ask("What did Mao tell Khrushchev?").verdict is None


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("What did Stalin tell Castro in 1962?", "Stalin", "Castro"),
        ("Why did Taraki write to Brezhnev?", "N. M. Taraki", "Leonid I. Brezhnev"),
        ("When did Gorbachev go to Angola?", "Mikhail Gorbachev", "Angola"),
    ],
)
def test_two_that_no_record_names_together_are_said_to_be_apart_and_quoted_each_for_itself(
    assistant: Assistant, question: str, one: str, other: str
) -> None:
    answer = assistant.ask(question)

    assert answer.verdict is not None
    assert answer.verdict.kind is PremiseKind.APART
    assert f"names both {one} and {other}" in answer.verdict.text
    assert answer.status is Status.ANSWERED
    for sentence in answer.sentences:
        for number in sentence.citations:
            record = answer.citations[number - 1].hit.record
            named = {one, other} & {*record.people, *record.places}
            assert all(sentence.group == each for each in named)


def test_a_type_that_is_called_by_more_than_one_is_counted_by_its_records(assistant: Assistant) -> None:
    catalogue = assistant.ask("How many minutes are there?").catalogue

    assert catalogue is not None
    assert catalogue.text == "There is 1 record of the type minutes, of 30 October 1962."


def test_more_of_a_kind_than_was_shown_is_not_said_to_be_none_at_all(assistant: Assistant) -> None:
    listed = assistant.ask("Documents from October 1962")
    only = assistant.ask("only telegrams", history=[Turn("Documents from October 1962", None, listed.cited)])
    turns = [Turn("Documents from October 1962", None, listed.cited), Turn("only telegrams", None, only.cited)]

    note = "Nothing else of this kind is from October 1962; the nearest date is 2 November 1962."
    assert note in assistant.ask("more like this", history=turns).notes


def test_a_place_where_something_was_keeps_no_two_apart(assistant: Assistant) -> None:
    assert assistant.ask("What did Brezhnev say in Angola?").verdict is None
    assert assistant.ask("What did Khrushchev tell Chen Yi in Bulgaria?").verdict is None


def test_a_year_of_which_there_is_nothing_names_the_nearest_dates_and_their_records(assistant: Assistant) -> None:
    answer = assistant.ask("Records from 1971")

    assert answer.status is Status.NOT_FOUND
    assert answer.notes == (
        "The collection has nothing from 1971; the nearest dates are 15 April 1968 and 11 July 1978.",
    )
    assert [hit.record.date.text for hit in answer.nearest if hit.record.date] == [
        "April 15, 1968",
        "April 10, 1968",
        "April 9, 1968",
        "June 2, 1967",
        "October 27, 1964",
    ]
    assert {hit.score for hit in answer.nearest} == {None}


@pytest.mark.parametrize(
    ("question", "said"),
    [
        # A record is listed under 1985 whose title says 1989; on the side after 1988 it is the title that counts.
        ("Records from 1988", "from 1988; the nearest dates are 5 September 1985 and 7 February 1989."),
        ("anything from 1995?", "from 1995; the nearest date is 29 October 1990."),
        ("documents before 1950", "from 31 December 1949 or earlier; the nearest date is 31 March 1956."),
        ("What did Castro say in 1971?", "from 1971; the nearest dates are 15 April 1968 and 11 July 1978."),
    ],
)
def test_the_nearest_dates_are_those_of_titles_too(assistant: Assistant, question: str, said: str) -> None:
    assert assistant.ask(question).notes == (f"The collection has nothing {said}",)


def test_a_matter_asked_of_empty_days_is_met_by_what_is_nearest_to_it_on_other_days(assistant: Assistant) -> None:
    answer = assistant.ask("What did Castro tell Mikoyan in 1971?")

    assert answer.status is Status.NOT_FOUND
    assert "Mikoyan" in answer.nearest[0].record.title
    assert all(hit.score for hit in answer.nearest)


@pytest.mark.parametrize("edge", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_days_like_any_other(assistant: Assistant, edge: str) -> None:
    answer = assistant.ask("documents", where=between(edge, edge))

    assert answer.status is Status.NOT_FOUND
    assert "; the nearest date is " in answer.notes[0]


def test_a_question_that_is_only_a_filter_lists_all_that_it_holds_in_date_order(assistant: Assistant) -> None:
    answer = assistant.ask("documents from 1968", k=1)

    assert days(answer) == ["April 9, 1968", "April 10, 1968", "April 15, 1968"]
    assert [sentence.citations for sentence in answer.sentences] == [(1,), (2,), (3,)]
    assert {citation.hit.score for citation in answer.citations} == {None}
    assert {citation.hit.fit for citation in answer.citations} == {Fit.CERTAIN}
    assert answer.nearest == ()


def test_a_month_that_is_known_is_listed_for_a_day_that_is_not(assistant: Assistant) -> None:
    answer = assistant.ask("documents from 10 to 20 January 1961")

    assert days(answer) == ["January, 1961", "January 11, 1961"]
    assert [citation.hit.fit for citation in answer.citations] == [Fit.POSSIBLE, Fit.CERTAIN]


def test_no_more_than_fifty_are_listed_and_the_others_counted(tmp_path: Path) -> None:
    many = [Record(f"{number:02}", f"Cable {number}", "", parse_date("May 3, 1951")) for number in range(LISTED + 7)]
    answer = shelved(tmp_path, many).ask("documents from 1951")

    assert len(answer.citations) == LISTED == 50
    assert answer.notes == ("The first 50 by date are quoted.",)


def test_where_no_record_has_a_date_a_list_goes_by_evidence_and_a_type_of_few_is_a_word(tmp_path: Path) -> None:
    assistant = shelved(
        tmp_path,
        [
            Record(
                "a",
                "Creep",
                "Beams creep when loaded for years; of buckling another volume will speak, with tables.",
                None,
            ),
            Record("b", "Buckling by creep", "Buckling by creep.", None),
            Record("c", "A study of sugar", "Sugar was bought.", None, type="Study"),
        ],
    )

    found = assistant.ask("list all studies of creep buckling")

    assert [citation.hit.record.id for citation in found.citations][:1] == ["b"]
    assert not found.understood.conditions.types


def test_undated_records_are_left_out_by_days_and_counted(tmp_path: Path) -> None:
    dated = Record("a", "Cable on the pier", "The pier.", parse_date("May 3, 1951"))
    bare = [Record(name, "Cable on the pier", f"The pier {name}.", None) for name in "bc"]
    asked = shelved(tmp_path, [dated, *bare])
    left_out = "2 records without a date are left out."

    assert asked.ask("documents from 1951").notes == (left_out,)
    assert asked.search("pier in 1951").notes == (left_out,)
    assert asked.search(where=between("1951", None), sort="-date").notes == (left_out,)
    assert asked.ask("documents from 1971").notes == (
        "The collection has nothing from 1971; the nearest date is 3 May 1951.",
        left_out,
    )
    assert asked.search("pier").total == 3


def test_a_filter_that_is_given_replaces_the_days_of_the_question(assistant: Assistant) -> None:
    listed = assistant.ask("documents from 1968", where=between("1990", None))
    answered = assistant.ask("What did Castro say in 1968?", where=between("1990", "1990"))

    assert days(listed) == ["February 9, 1990", "June 20, 1990", "August 31, 1990", "October 29, 1990"]
    assert listed.understood.when == Interval(dt.date(1990, 1, 1), None)
    assert set(days(answered)) <= set(days(listed))


def test_without_dates_understood_the_question_is_asked_of_all_days(assistant: Assistant) -> None:
    without = ALL_ASPECTS - {Aspect.DATES}
    answer = assistant.ask("What did Guevara and Mikoyan discuss in 1961?", understand=without)

    assert answer.understood.when is None
    assert "November 16, 1962" in days(answer)
    assert not assistant.ask("documents from 1968", understand=without).understood.only_filter


@pytest.mark.parametrize("k", [1, 2, 7, 100])
def test_citations_and_nearest_are_k_records_in_all(assistant: Assistant, k: int) -> None:
    answer = assistant.ask(CASTRO, k=k)

    assert len(answer.citations) + len(answer.nearest) == min(k, 57)
    assert answer.citations


def test_an_answer_says_by_which_generation(assistant: Assistant) -> None:
    assert assistant.ask("documents from 1968").generation == assistant.generation == assistant.coverage().generation


def test_a_question_is_logged_in_one_line_that_does_not_repeat_it(
    assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        assistant.ask("documents from 1968")

    assert caplog.record_tuples == [("rag.assistant.ask", logging.INFO, "asked: 3 sentences from 3 records")]


def test_an_empty_question_is_refused_with_an_example(assistant: Assistant) -> None:
    for question in ("", " \n\t"):
        with pytest.raises(QuestionError, match="the question is empty; ask in plain words, for instance"):
            assistant.ask(question)


TALKS = Turn("What did Castro tell Mikoyan in November 1962?")


def test_a_follow_up_takes_what_it_lacks_from_the_turns_before(assistant: Assistant) -> None:
    answer = assistant.ask("And Guevara?", history=[Turn("Arms from Prague"), TALKS])

    assert answer.question == "And Guevara?"
    assert answer.understood.text == "What did Guevara tell Mikoyan in November 1962"
    assert answer.understood.rewritten
    assert answer.citations[0].hit.record.date == parse_date("November 16, 1962")


def test_a_follow_up_exchanges_the_days(assistant: Assistant) -> None:
    answer = assistant.ask("and in 1961?", history=[Turn("What did Guevara discuss with Kudryavtsev in 1960?")])

    assert answer.understood.when == edtf_interval("1961")
    assert {day[-4:] for day in days(answer)} == {"1961"}


@pytest.mark.parametrize(
    "question",
    ["How tall is Mount Everest?", "documents from 1968", "What happened in 1968?", "Soviet scientists in Afghanistan"],
)
def test_a_new_topic_is_not_dragged_along(assistant: Assistant, question: str) -> None:
    after, alone = assistant.ask(question, history=[TALKS]), assistant.ask(question)

    assert not after.understood.rewritten
    assert after == alone


def test_without_history_understood_a_follow_up_is_asked_as_it_is(assistant: Assistant) -> None:
    answer = assistant.ask("And Guevara?", history=[TALKS], understand=ALL_ASPECTS - {Aspect.HISTORY})

    assert (answer.understood.text, answer.understood.rewritten) == ("And Guevara?", False)
    assert answer == assistant.ask("And Guevara?")


def test_a_history_of_anything_at_all_is_survived(assistant: Assistant) -> None:
    strange = [Turn(""), Turn("\ud800"), Turn("(" * 2000, "\0"), Turn("and?", "yes")]

    assert assistant.ask("and he?", history=strange).understood.text.encode()


def passing(assistant: Assistant, where: Filter) -> list[Record]:
    """The records that pass, looked at one by one."""
    return [
        hit.record
        for hit in assistant.records(limit=100).hits
        if where.when is None or any(overlaps(date, where.when) for date in hit.record.dates)
    ]


@pytest.mark.parametrize("where", [EVERYTHING, between("1962", "1962"), between(None, "1960")])
def test_without_words_the_total_counts_all_that_pass(assistant: Assistant, where: Filter) -> None:
    found = assistant.search(where=where, k=100)

    assert found.total == len(found.hits)
    assert set(ids(found)) == {record.id for record in passing(assistant, where)}
    assert found.understood is None


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("text", [None, "Castro and the missiles", "Cuba in 1962", "documents from 1962", "soup"])
def test_pages_hold_each_record_once_in_the_order_of_one_big_page(
    counter: Assistant, text: str | None, sort: str
) -> None:
    everything = counter.search(text, k=1000, sort=sort)
    pages: list[str] = []
    cursor: str | None = None
    while cursor is not None or not pages:
        page = counter.search(text, k=7, sort=sort, cursor=cursor)
        assert page.total == everything.total
        assert len(page.hits) == 7 or page.next is None
        pages += ids(page)
        cursor = page.next
        if not everything.hits:
            break

    assert pages == ids(everything)
    assert len(set(pages)) == len(pages) == everything.total + everything.near
    assert everything.next is None


def test_all_records_come_a_page_at_a_time(assistant: Assistant) -> None:
    everything = assistant.records(limit=100)
    first = assistant.records(limit=50)
    rest = assistant.records(limit=50, cursor=first.next)

    assert (everything.total, len(first.hits), len(rest.hits), rest.next) == (57, 50, 7, None)
    assert first.hits + rest.hits == everything.hits


def test_sorted_by_date_they_come_by_date_without_scores(assistant: Assistant) -> None:
    rising, falling = (assistant.search("Castro and Khrushchev", sort=sort, k=100) for sort in ("date", "-date"))
    starts = [hit.record.date.start for hit in rising.hits if hit.record.date and hit.record.date.start]

    assert starts == sorted(starts)
    assert len(starts) == rising.total + rising.near == falling.total + falling.near > 10
    assert sorted(ids(rising)) == sorted(ids(falling))
    assert [hit.record.date.start for hit in falling.hits if hit.record.date] == sorted(starts, reverse=True)
    assert {hit.score for hit in rising.hits} == {None}


def test_sorted_by_relevance_scores_fall(assistant: Assistant) -> None:
    scores = [hit.score or 0.0 for hit in assistant.search("Castro and Khrushchev", k=100).hits]

    assert scores == sorted(scores, reverse=True)
    assert all(0.0 < score <= 1.0 for score in scores)


def test_days_in_a_search_are_understood_unless_it_is_raw(assistant: Assistant) -> None:
    understood = assistant.search("missiles in October 1962", k=100)
    raw = assistant.search("missiles in October 1962", k=100, raw=True)

    assert understood.understood is not None
    assert understood.understood.when == edtf_interval("1962-10")
    assert all(fit(hit.record.dates, edtf_interval("1962-10")) is not Fit.OUTSIDE for hit in understood.hits)
    assert raw.understood is not None
    assert raw.understood.when is None
    assert raw.matching.words == (("missiles",), ("october",), ("1962",))
    assert understood.matching.words == (("missiles",),)


def test_a_date_in_the_title_counts_like_the_listed_one(assistant: Assistant) -> None:
    session = titled(assistant, "Transcript of the SED Politburo Session held on 5 September 1989")

    for year in ("1985", "1989"):
        assert session.id in ids(assistant.search(where=between(year, year), k=100))


@pytest.mark.parametrize("cursor", ["", "-1", "elsewhere", "1.5", "\N{ARABIC-INDIC DIGIT ONE}", "9" * 30])
def test_a_cursor_of_nowhere_is_refused(assistant: Assistant, cursor: str) -> None:
    with pytest.raises(QuestionError, match=r"^cursor: "):
        assistant.search("Castro", cursor=cursor)
    with pytest.raises(QuestionError, match=r"^cursor: "):
        assistant.records(cursor=cursor)


def test_beyond_the_last_page_there_is_nothing(assistant: Assistant) -> None:
    for found in (assistant.search("Castro", cursor="999"), assistant.records(cursor="999")):
        assert (found.hits, found.next) == ((), None)
        assert found.total > 0


def test_an_unknown_order_is_refused(assistant: Assistant) -> None:
    with pytest.raises(QuestionError, match="sort: 'size' is none of relevance, date, -date"):
        assistant.search("Castro", sort="size")


@pytest.mark.parametrize(
    ("date_from", "date_to", "fault"),
    [
        ("octember", None, "^date_from: "),
        (None, "1962-13", "^date_to: "),
        ("1963", "1962", "^the first date, 1963, is later than the last, 1962; exchange them$"),
    ],
)
def test_days_that_cannot_be_are_refused(date_from: str | None, date_to: str | None, fault: str) -> None:
    with pytest.raises(QuestionError, match=fault):
        between(date_from, date_to)


def test_a_filter_runs_from_the_first_day_of_one_date_to_the_last_of_the_other() -> None:
    assert between("1962-10", "1962").when == Interval(dt.date(1962, 10, 1), dt.date(1962, 12, 31))
    assert between(None, "196X").when == Interval(None, dt.date(1969, 12, 31))
    assert between(None, None) == between("", "") == EVERYTHING


def test_similar_to_a_text_are_the_nearest_by_cosine(counting: Settings, counter: Assistant) -> None:
    reader = open_index(counting).reader()
    names = [record.id for record in passing(counter, EVERYTHING)]
    cosines = reader.vectors(names) @ EMBEDDER.embed_questions(["arms from Prague"])[0]
    found = counter.similar(text="arms from Prague", k=10)

    np.testing.assert_allclose([hit.dense or 0.0 for hit in found], np.sort(cosines)[::-1][:10], atol=1e-6)
    assert [hit.score for hit in found] == [hit.dense for hit in found]


def test_similar_to_a_record_is_never_itself(assistant: Assistant) -> None:
    for hit in assistant.records(limit=100).hits:
        found = assistant.similar(record_id=hit.record.id, k=56)

        assert hit.record.id not in {each.record.id for each in found}


def test_similar_to_its_own_vector_a_record_is_nearest(counting: Settings, counter: Assistant) -> None:
    first = counter.records().hits[0].record
    vector = open_index(counting).reader().vectors([first.id])[0]

    for scale in (1.0, 1e-3, 1e6):
        (found,) = counter.similar(vector=[float(each) * scale for each in vector], k=1)
        assert found.record == first
        assert found.score == pytest.approx(1.0, abs=1e-5)


def test_similar_to_several_records_is_near_to_their_mean_and_none_of_them(assistant: Assistant) -> None:
    records = [hit.record for hit in assistant.records(limit=100).hits]
    ids = [record.id for record in records]
    reader = assistant._index.reader()  # noqa: SLF001 - the vectors themselves are asked
    mean = reader.vectors(ids[:3]).mean(axis=0)
    cosines = reader.vectors(ids[3:]) @ mean / np.linalg.norm(mean)
    found = assistant.similar(record_ids=ids[:3], k=54, min_score=-1)

    assert [hit.dense for hit in found] == pytest.approx(sorted(cosines.tolist(), reverse=True), abs=1e-5)
    assert {hit.record.id for hit in found} == set(ids[3:])
    with pytest.raises(QuestionError, match="ids: there are none"):
        assistant.similar(record_ids=[])


def test_the_records_before_and_after_in_time_are_given(assistant: Assistant) -> None:
    first, second, *_, last = [hit.record for hit in assistant.records(limit=100).hits]

    assert assistant.neighbours(first.id) == (None, second)
    assert assistant.neighbours(last.id)[1] is None


def test_similar_keeps_to_its_filter_and_its_least_score(counter: Assistant) -> None:
    where = between("1962-11", "1962-11")
    found = counter.similar(text="Castro and Mikoyan", k=57, where=where)

    assert {hit.record.id for hit in found} <= {record.id for record in passing(counter, where)}
    assert [hit.record.id for hit in counter.similar(text="Castro and Mikoyan", k=57, min_score=0.3, where=where)] == [
        hit.record.id for hit in found if (hit.dense or 0.0) >= 0.3
    ]


@pytest.mark.parametrize(
    "vector",
    [[], [1.0], [0.0] * 384, [float("nan")] * 384, [float("inf")] * 384, [1.0] * 383 + [float("nan")], [1.0] * 385],
)
def test_what_is_no_vector_of_the_model_is_refused(assistant: Assistant, vector: list[float]) -> None:
    with pytest.raises(QuestionError, match="give 384 finite numbers, not all zero"):
        assistant.similar(vector=vector)


def test_similar_wants_exactly_one_thing_and_something_in_it(assistant: Assistant) -> None:
    with pytest.raises(QuestionError, match="exactly one of text, id, ids and vector"):
        assistant.similar()
    with pytest.raises(QuestionError, match="exactly one of text, id, ids and vector"):
        assistant.similar(text="x", record_id="y")
    with pytest.raises(QuestionError, match="the text is empty"):
        assistant.similar(text="  ")


def test_what_is_not_here_is_not_found_by_any_call(assistant: Assistant) -> None:
    for call in (
        lambda: assistant.record("elsewhere"),
        lambda: assistant.related("elsewhere"),
        lambda: assistant.similar(record_id="elsewhere"),
        lambda: assistant.cite("elsewhere", "chicago"),
    ):
        with pytest.raises(RecordNotFound, match="no record has the id 'elsewhere'"):
            call()


def test_a_record_is_the_one_that_was_listed(assistant: Assistant) -> None:
    for hit in assistant.records(limit=100).hits:
        assert assistant.record(hit.record.id) == hit.record


def test_coverage_counts_what_is_held(assistant: Assistant) -> None:
    held = [hit.record for hit in assistant.records(limit=100).hits]
    coverage = assistant.coverage()

    assert (coverage.records, coverage.listings, coverage.undated, coverage.without_summary) == (57, 60, 0, 1)
    assert sum(coverage.years.values()) == 57
    for year, count in coverage.years.items():
        assert count == sum(record.date is not None and record.date.text.endswith(year) for record in held)


def test_a_new_generation_is_picked_up_without_opening_anew(tmp_path: Path) -> None:
    grain = Record("grain", "Grain for sugar", "They exchange grain for sugar.", parse_date("May 3, 1951"))
    ferry = Record("ferry", "Plan of the ferry", "It shows Görög at the ferry.", parse_date("May 3, 1968"))
    settings = Settings(seeds=tmp_path, vectors=tmp_path / "vectors")
    publish(settings, [grain], embedder=EMBEDDER)
    asked = opened(settings)
    before = asked.generation
    assert asked.ask("ferry of Görög").status is Status.NOT_FOUND

    publish(settings, [grain, ferry], embedder=EMBEDDER)
    answer = asked.ask("ferry of Görög")

    assert [citation.hit.record.id for citation in answer.citations] == ["ferry"]
    assert answer.generation == asked.generation != before
    assert days(asked.ask("documents from 1968")) == ["May 3, 1968"]


def test_questions_go_on_while_generations_are_published(tmp_path: Path) -> None:
    records = [Record(f"{number}", f"Cable {number}", f"On pier {number}.", None) for number in range(9)]
    settings = Settings(seeds=tmp_path, vectors=tmp_path / "vectors")
    publish(settings, records[:1], embedder=EMBEDDER)
    asked = opened(settings)

    with ThreadPoolExecutor(4) as threads:
        totals = threads.map(lambda _: asked.search("cable on the pier", k=100), range(60))
        for count in range(2, 10):
            publish(settings, records[:count], embedder=EMBEDDER)
        found = list(totals)

    assert all(len(each.hits) == each.total for each in found)
    assert asked.search("cable on the pier", k=100).total == 9


def broken() -> Embedder:
    message = "the weights are missing"
    raise ModelError(message)


def test_without_an_encoder_words_alone_are_searched_and_it_says_so(settings: Settings, assistant: Assistant) -> None:
    assert assistant.generation
    wordy = Assistant(open_index(settings), broken)
    said = "Searching by meaning is not possible now; records are found by their words alone."
    wordy.warm()
    answer = wordy.ask(CASTRO)

    assert answer.status is Status.ANSWERED
    assert answer.notes == (said,)
    assert {citation.hit.dense for citation in answer.citations} == {None}
    assert wordy.ask("Who discovered penicillin?").status is Status.NOT_FOUND
    assert said in wordy.ask("Castro in 1971").notes
    for sort in SORTS:
        found = wordy.search("missiles", sort=sort, k=100)
        assert found.notes == (said,)
        assert {hit.record.id for hit in found.hits} == {
            record.id for record in passing(assistant, EVERYTHING) if "missil" in analyze(record.text)
        }


def test_without_an_encoder_what_needs_none_still_works(settings: Settings, assistant: Assistant) -> None:
    wordy = Assistant(open_index(settings), broken)
    first = assistant.records().hits[0].record

    assert wordy.ask("documents from 1968") == assistant.ask("documents from 1968")
    assert wordy.related(first.id) == assistant.related(first.id)
    assert wordy.similar(record_id=first.id) == assistant.similar(record_id=first.id)
    with pytest.raises(ModelError, match=NO_ENCODER):
        wordy.similar(text="missiles")


def test_what_needs_no_encoder_does_not_wait_while_it_is_loaded(counting: Settings) -> None:
    begun, go_on = Event(), Event()

    def slow() -> Embedder:
        begun.set()
        go_on.wait()
        return EMBEDDER

    asked = Assistant(open_index(counting), slow)
    with ThreadPoolExecutor(1) as threads:
        warmed = threads.submit(asked.warm)
        begun.wait()
        try:
            answer = asked.ask("documents from 1968")
            assert not warmed.done()
        finally:
            go_on.set()

    assert len(answer.citations) == 3
    assert asked.ask(CASTRO).notes == ()


def test_a_generation_of_another_model_is_refused_by_name(counting: Settings) -> None:
    other = opened(counting, WordCountEmbedder("another", dimensions=8))

    with pytest.raises(GenerationError, match=r"made by word-count, not by another; run `rag build`, or set RAG_MODEL"):
        other.ask(CASTRO)


def test_nothing_published_is_told_when_it_is_opened(tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match="no generation is published; run `rag build`"):
        Assistant.open(Settings(seeds=tmp_path, vectors=tmp_path))


@examples(max_examples=60)
@given(st.text(min_size=1).filter(str.strip), st.integers(1, 100), st.booleans())
@example("DÒ:DÒ:Z", 21, False)  # noqa: FBT003 - "to" and "with" in other languages: some records match, others are near
def test_any_question_is_answered_or_refused(counter: Assistant, question: str, k: int, raw: bool) -> None:  # noqa: FBT001
    answer = counter.ask(question, k=k)
    found = counter.search(question, k=k, raw=raw)

    assert (answer.status is Status.ANSWERED) == bool(answer.citations)
    assert answer.question.encode()
    assert len(found.hits) == min(k, found.total + found.near)


def test_the_same_question_is_answered_once_and_any_other_anew(settings: Settings, assistant: Assistant) -> None:
    keeping = Assistant.open(settings)
    keeping.keep_answers(2)
    first = keeping.ask("What did Castro tell Mikoyan?")

    assert keeping.ask("What did Castro tell Mikoyan?") is first
    assert keeping.ask("What did Castro tell Mikoyan?", k=3) is not first
    assert first == assistant.ask("What did Castro tell Mikoyan?")
    keeping.ask("Who met Guevara?")
    assert keeping.ask("What did Castro tell Mikoyan?") is not first  # two others were asked since
    assert assistant.ask("Who met Guevara?") is not assistant.ask("Who met Guevara?")  # unless it is told to keep any


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("U Thant's meeting with Kuznetsov versus his meeting with Mikoyan", ["1962-10-29", "1962-11-02"]),
        (
            "Compare Castro's meeting with Khrushchev in 1960 and his meetings with Mikoyan in 1962",
            ["1960-09-20", "1962-11"],
        ),
        ("Set what Brezhnev said on Cuba beside what Marshal Gretchko said.", ["1968-04-09", "1968-04-10"]),
    ],
)
def test_each_side_of_a_comparison_has_records_that_name_all_it_speaks_of(
    assistant: Assistant, question: str, sides: list[str]
) -> None:
    answer = assistant.ask(question)
    dated = {sentence.group: answer.citations[sentence.citations[0] - 1].hit.record.id for sentence in answer.sentences}

    assert [id_.startswith(day) for id_, day in zip(dated.values(), sides, strict=True)] == [True, True]


def test_a_list_of_days_alone_is_counted(assistant: Assistant) -> None:
    answer = assistant.ask("1 to 5 November 1962: what went on?")

    assert answer.catalogue is not None
    assert answer.catalogue.total == len(answer.citations) == 8


def test_a_place_that_was_written_to_is_known_by_its_names(assistant: Assistant) -> None:
    answer = assistant.ask("What did Alekseev send to Moscow in October 1962?")

    assert {citation.hit.record.senders for citation in answer.citations} == {("A. I. Alekseev",)}
    assert len(answer.citations) == 3


def test_a_mere_topic_keeps_its_words(assistant: Assistant) -> None:
    catalogue = assistant.ask("arms shipments to Cuba").catalogue

    assert catalogue is not None
    assert catalogue.text.startswith("1 record names Cuba and contains “arms” and “shipments”")


def test_two_places_that_are_joined_are_the_sides_of_a_comparison(assistant: Assistant) -> None:
    answer = assistant.ask("Compare Mikoyan's talks in New York and in Havana")

    assert list(dict.fromkeys(sentence.group for sentence in answer.sentences)) == ["New York", "Havana"]


def test_diaries_are_found_by_their_titles_whatever_the_days(assistant: Assistant) -> None:
    answer = assistant.ask("diaries after 1970")

    assert answer.catalogue is not None
    assert answer.catalogue.total == 4


def test_relations_of_a_decade_are_all_that_names_both(assistant: Assistant) -> None:
    answer = assistant.ask("Soviet-Cuban relations in the 60s")

    assert answer.catalogue is not None
    assert answer.catalogue.total == len(answer.citations) == 31


def test_the_collection_is_told_of_by_days_and_types_too(assistant: Assistant) -> None:
    named = assistant.ask("Who is named most in 1962?")
    wrote = assistant.ask("Who wrote the most telegrams?")
    undated = assistant.ask("Which records have no date?")

    assert {each.status for each in (named, wrote, undated)} == {Status.ABOUT}
    assert named.catalogue
    assert named.catalogue.total == len(assistant.ask("documents from 1962").citations)
    assert "names" in named.catalogue.text
    assert assistant.ask("What does the collection have from the eighties?").citations


def test_a_language_is_no_country(assistant: Assistant) -> None:
    answer = assistant.ask("Documents in Spanish?")

    assert answer.status is Status.ABOUT
    assert answer.catalogue
    assert "language" in answer.catalogue.text


@pytest.mark.parametrize(
    ("question", "total"),
    [("Which documents mention gold?", 2), ("Which papers originate with the Czechoslovak party?", 4)],
)
def test_a_list_has_as_many_records_as_the_page_it_links_to(assistant: Assistant, question: str, total: int) -> None:
    answer = assistant.ask(question)

    assert answer.catalogue is not None
    assert (answer.catalogue.total, assistant.search(question).total) == (total, total)
