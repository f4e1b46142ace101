"""A follow-up goes on from what was asked and shown; a new question takes nothing along."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.answer import Status
from rag.dates.archival_date import edtf_interval
from rag.dates.edtf import Interval
from rag.dates.wording import period
from rag.query.date_expressions import find_dates
from rag.query.date_shift import date_phrase, shifted, with_dates
from rag.query.enquiry import Turn
from rag.query.intent import CHAT, Intent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rag.answer.answer import Answer
    from rag.answer.catalogue import Catalogue
    from rag.assistant.assistant import Assistant
    from rag.query.understanding import Understanding

MOVES = Path(__file__).with_name("evaluation") / "follow_up_moves.jsonl"
"""Follow-ups, written by somebody who never saw the program, with how each goes on: `move`, and what it must have or
lack (`keep`, `drop`, `new`, `old`, `needs`, `dates`, `n`). As many others, which nobody looked at, fare a fifth worse.
"""

MOVES_READ = 0.94

INTENTS = {
    "earliest": {Intent.FIRST},
    "latest": {Intent.LAST},
    "count": {Intent.COUNT},
    "all": {Intent.COUNT},
    "timeline": {Intent.TIMELINE},
    "overview": {Intent.OVERVIEW},
    "list_again": {Intent.LIST},
    "chat": CHAT,
}


def asked_days(answer: Answer) -> str:
    """The days that a question was taken to ask for, in words."""
    assert answer.understood.when is not None
    return str(period(answer.understood.when))


def heard(assistant: Assistant, *questions: str) -> list[Answer]:
    """The answers to the questions of a conversation, each with the records that the turns before cited."""
    turns: list[Turn] = []
    answers: list[Answer] = []
    for question in questions:
        answers.append(assistant.ask(question, history=turns))
        turns.append(Turn(question, None, cited(answers[-1])))
    return answers


def cited(answer: Answer) -> tuple[str, ...]:
    return tuple(citation.hit.record.id for citation in answer.citations)


def line(answer: Answer) -> Catalogue:
    assert answer.catalogue is not None
    return answer.catalogue


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("What did Castro tell Mikoyan in 1962?", "How about Guevara?", "What did Guevara tell Mikoyan in 1962"),
        ("What did Castro want?", "And Brezhnev?", "What did Brezhnev want"),
        ("Which arms did Czechoslovakia send to Cuba?", "what about Bulgaria?", "Which arms did Bulgaria send to Cuba"),
        ("What did Fidel Castro discuss in 1961?", "and Raul?", "What did Raul Castro discuss in 1961"),
        ("What did Mikoyan discuss with Guevara?", "and with Castro?", "What did Mikoyan discuss with Castro"),
        ("What did Castro discuss in May 1961?", "no, I meant Guevara", "What did Guevara discuss in May 1961"),
        ("Arms for Cuba in May 1961", "and in November?", "Arms for Cuba in November 1961"),
        ("Arms for Cuba in 1961", "in 1960", "Arms for Cuba in 1960"),
        ("telegrams from Alekseev", "and letters?", "letters from Alekseev"),
        ("letters from Khrushchev to Castro", "and the replies?", "letters from Castro to Khrushchev"),
        ("letters from Khrushchev to Castro", "what came back?", "letters from Castro to Khrushchev"),
        ("What happened on 27 October 1962?", "and the next day?", "What happened on 28 October 1962"),
        ("Arms from 22 to 28 October 1962", "the week before", "Arms from 15 October 1962 to 21 October 1962"),
        ("Documents from October 1962", "a month later", "Documents in November 1962"),
        ("Documents from October 1962", "anything earlier?", "Documents before 1 October 1962"),
        ("Documents from October 1962", "only telegrams, please", "Documents from October 1962, only telegrams"),
        ("Documents from October 1962", "the ones from Alekseev", "Documents from October 1962, only from Alekseev"),
        ("Documents from October 1962", "and the one after", "Documents in November 1962"),
        ("documents about Laos", "anything after 1962?", "documents about Laos after 31 December 1962"),
        ("What did Mikoyan tell Castro?", "Sorry, Guevara", "What did Guevara tell Castro"),
        ("What did Mikoyan tell Castro?", "instead of Castro, Guevara", "What did Mikoyan tell Guevara?"),
        ("Documents from October 1962", "without Alekseev", "Documents from October 1962, without Alekseev"),
        ("What did Petrov hear from Castro?", "no no, from Rodriguez I meant", "What did Petrov hear from Rodriguez"),
        ("What did Mikoyan tell Castro?", "hang on, I was thinking of Guevara", "What did Guevara tell Castro"),
        ("What did Mikoyan say on sugar?", "not sugar but missiles", "What did Mikoyan say on missiles?"),
        ("What did Mikoyan tell Castro?", "replace Castro by Guevara", "What did Mikoyan tell Guevara?"),
        ("What happened on 27 October 1962?", "one more day", "What happened on 28 October 1962"),
        ("Documents from October 1962", "narrow it down to telegrams", "Documents from October 1962, only telegrams"),
        ("Everything on Castro", "which did he sign?", "Everything on Castro, only from Castro"),
        ("Documents from October 1962", "November, I meant", "Documents in November 1962"),
        ("Documents from October 1962", "telegrams", "Documents from October 1962, only telegrams"),
        ("What happened on 23 October 1962?", "and on the 25th?", "What happened on 25 October 1962"),
        ("Documents from October 1962", "what about the next month?", "Documents in November 1962"),
        ("papers from the 1980s", "and the decade before?", "papers from 1970 to 1979"),
        ("Everything on Dobrynin", "show me his telegrams", "Everything on Dobrynin, only telegrams from Dobrynin"),
        ("Everything on Castro", "leave the diaries out", "Everything on Castro, without diaries"),
        ("Everything on Castro", "any telegrams?", "Everything on Castro, only telegrams"),
        ("Who was Rumyantsev?", "who asked him about the sugar shipments?",
         "who asked Rumyantsev about the sugar shipments?"),
        ("Letters from Mao to Castro", "sorry, from Castro to Mao", "Letters from Castro to Mao"),
        ("Everything on Castro", "of these, only those he signed", "Everything on Castro, only from Castro"),
        ("Letters from Mao to Castro?", "and the other way round?", "Letters from Castro to Mao"),
        ("What did Mikoyan tell Castro?", "Gomulka then - what is known of him?", "what is known of Gomulka"),
        ("Everything on Gromyko", "just what he wrote himself", "Everything on Gromyko, only from Gromyko"),
        ("Everything on Gromyko", "the ones signed by him", "Everything on Gromyko, only from Gromyko"),
        ("Everything on Castro", "those that were addressed to him", "Everything on Castro, only sent to Castro"),
        ("Everything on Castro", "only his letters to Mao", "Everything on Castro, only letters from Castro to Mao"),
        ("Everything on Guevara", "just the phone calls", "Everything on Guevara, only conversations by telephone"),
        ("All records that mention U Thant", "not the ones dated October",
         "All records that mention U Thant, without October 1962"),
        ("All records that mention Kennedy", "I only want October", "All records that mention Kennedy in October 1962"),
        ("What did Mikoyan tell Castro?", "now vice versa, please", "What did Castro tell Mikoyan"),
        ("What happened on 27 October 1962?", "the next three days",
         "What happened from 28 October 1962 to 30 October 1962"),
        ("Soviet aid for Angola", "should have been Cuba", "Soviet aid for Cuba"),
        ("How many papers deal with Castro's visit?", "and with the price of sugar?",
         "How many papers deal with the price of sugar"),
        ("Everything on Castro", "only the talks", "Everything on Castro, only conversations"),
        ("Everything on Castro", "the correspondence only", "Everything on Castro, only letters"),
        ("Everything on Castro", "of these, how many are telegrams?",
         "Everything on Castro: of these, how many are telegrams?"),
        ("Who met Castro?", "new question: what became of Brezhnev?", "what became of Brezhnev?"),
    ],
)  # fmt: skip
def test_a_question_is_made_anew(assistant: Assistant, before: str, question: str, expected: str) -> None:
    understood = assistant.ask(question, history=[Turn(before)]).understood

    assert understood.text == expected
    assert understood.rewritten


def test_a_record_that_was_listed_is_told_when_it_is_pointed_at(assistant: Assistant) -> None:
    listed, second, last, more = heard(
        assistant, "documents of 1961", "tell me about the second one", "and the last?", "tell me more about it"
    )

    assert cited(second) == cited(listed)[1:2]
    assert cited(last) == cited(more) == cited(listed)[-1:]
    assert last.understood.conditions.ids == cited(last)


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ("2", slice(1, 2)),
        ("the first two", slice(0, 2)),
        ("in which document?", slice(0, 3)),
        ("what does the third one say about China?", slice(2, 3)),
        ("summarise that one", slice(0, 1)),
    ],
)
def test_records_are_pointed_at_in_many_ways(assistant: Assistant, question: str, places: slice) -> None:
    listed, told = heard(assistant, "documents of 1961", question)

    assert cited(told) == cited(listed)[places]


def test_one_record_after_another_is_told(assistant: Assistant) -> None:
    listed, _, following, before = heard(
        assistant, "documents of 1961", "the second one", "the next one", "and the one before"
    )

    assert cited(following) == cited(listed)[2:3]
    assert cited(before) == cited(listed)[1:2]


def test_what_was_shown_is_not_shown_again(assistant: Assistant) -> None:
    first, more, most = heard(assistant, "How many records name Castro?", "show me more", "and more?")

    assert cited(more)
    assert not {*cited(first)} & {*cited(more)}
    assert not {*cited(first), *cited(more)} & {*cited(most)}
    assert " other records " in line(more).text


def test_what_is_asked_of_a_list_is_asked_of_all_of_it(assistant: Assistant) -> None:
    listed, number, earliest = heard(assistant, "documents of 1961", "how many are those?", "which is the earliest?")

    assert line(number).total == len(cited(listed))
    assert cited(earliest) == cited(listed)[:1]
    assert earliest.understood.intent is Intent.FIRST


def test_what_leaves_nothing_is_not_narrowed_further(assistant: Assistant) -> None:
    listed, none, again = heard(assistant, "documents of 1961", "only the letters", "then those that mention Guevara")

    assert not cited(none)
    assert cited(again)
    assert {*cited(again)} < {*cited(listed)}


@pytest.mark.parametrize(
    "question",
    ["Which of them bring up Guevara?", "of these, which name Guevara?", "those that deal with Guevara"],
)
def test_a_list_is_asked_which_of_it_are_so(assistant: Assistant, question: str) -> None:
    listed, which, number = heard(assistant, "documents of 1961", question, "how many does that leave?")

    assert {*cited(which)} < {*cited(listed)}
    assert line(which).total == line(number).total == len(cited(which))


def test_a_list_is_asked_in_any_words_which_of_it_are_so(assistant: Assistant) -> None:
    listed, which, telegrams = heard(
        assistant, "All records that mention Kennedy", "which of them complain about Castro?", "only telegrams"
    )

    assert cited(which)
    assert {*cited(which)} < {*cited(listed)}
    assert telegrams.understood.text == "All records that mention Kennedy, only telegrams"


def test_what_was_talked_about_is_asked_of_the_records_cited(assistant: Assistant) -> None:
    met, about = heard(assistant, "When did Kudryavtsev talk with Raul Castro?", "what did they speak about?")

    assert cited(about) == cited(met)


def test_a_timeline_has_a_heading_for_each_day(assistant: Assistant) -> None:
    (told,) = heard(assistant, "Timeline of October 1962")
    days = [sentence.group for sentence in told.sentences]

    assert days[:3] == ["5 October 1962", "5 October 1962", "15 October 1962"]
    assert days == sorted(days, key=lambda each: int(str(each).split()[0]))


def test_who_was_quicker_is_the_first_of_those_shown(assistant: Assistant) -> None:
    shown, quicker = heard(assistant, "Compare what Bulgaria and Czechoslovakia gave Cuba", "Who was quicker?")

    assert quicker.citations[0].hit.record.date == min(
        (each.hit.record.date for each in shown.citations if each.hit.record.date), key=lambda date: str(date.start)
    )


def test_when_something_was_is_said_by_the_dates_of_the_record(assistant: Assistant) -> None:
    _, when = heard(assistant, "Who was Darusenkov?", "when did he talk with Guevara?")

    assert line(when).text == "The record cited is dated 27 October 1964 and 16 October 1964 (in its title)."


def test_the_fields_of_what_was_cited_are_said(assistant: Assistant) -> None:
    _, when, writer = heard(assistant, "Who was Rumyantsev?", "when was that?", "who wrote it?")

    assert line(when).text == "The record cited is dated 2 November 1962."
    assert cited(when) == cited(writer)


def test_a_number_that_the_list_does_not_reach_is_said_to_be_none(assistant: Assistant) -> None:
    listed, ninth = heard(assistant, "documents of 1960", "the ninth one")

    assert ninth.notes[0] == f"The answer before this one cites {len(cited(listed))} records."
    assert not ninth.sentences


def test_words_taken_along_can_be_left_out(assistant: Assistant) -> None:
    before = [Turn("What did Mikoyan discuss with Castro?")]
    after = assistant.ask("why did he refuse?", history=before).understood
    (first, *_) = [each.text for each in after.carry_over.carried]
    without = assistant.ask("why did he refuse?", history=before, without=[f"history:{first}"]).understood

    assert after.text.startswith(f"{first}, ")
    assert first not in without.text


@pytest.mark.parametrize(
    "question", ["Is it true that Castro met Guevara?", "Did Castro and Guevara agree in their letters?"]
)
def test_a_pronoun_that_needs_no_earlier_turn_takes_no_words_along(assistant: Assistant, question: str) -> None:
    after = assistant.ask(question, history=[Turn("Which sugar mills were built with Bulgarian money?")])

    assert not after.understood.carry_over.carried


@pytest.mark.parametrize("question", ["yes", "ok", "No.", "yes, please"])
def test_an_answer_to_no_question_is_told_what_can_be_asked(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question, history=[Turn("What did Guevara say about China?")])

    assert answer.status.value == "about"
    assert answer.notes


def test_turns_without_their_records_are_asked_again(assistant: Assistant) -> None:
    *_, kept = heard(assistant, "documents of 1961", "and of 1960", "the second one")
    found = assistant.ask("the second one", history=[Turn("documents of 1961"), Turn("and of 1960")])

    assert cited(found) == cited(kept) != ()


def test_records_that_are_here_no_more_are_passed_over(assistant: Assistant) -> None:
    answer = assistant.ask("the first one", history=[Turn("documents of 1961", None, ("gone",))])

    assert answer.understood.text


@pytest.mark.parametrize(
    ("days", "way", "number", "unit", "expected"),
    [
        ("1962-10-27", 1, 1, "day", "1962-10-28"),
        ("1962-10-27", -1, 2, "day", "1962-10-25"),
        ("1962-10-27", 1, 1, "week", "1962-10-28/1962-11-03"),
        ("1962-10-22/1962-10-28", -1, 1, "week", "1962-10-15/1962-10-21"),
        ("1962-12", 1, 1, "month", "1963-01"),
        ("1962-01", -1, 1, "month", "1961-12"),
        ("1962", 1, 1, "year", "1963"),
        ("1962-11", 1, 1, "quarter", "1963-01-01/1963-03-31"),
    ],
)
def test_days_move(days: str, way: int, number: int, unit: str, expected: str) -> None:
    assert shifted(edtf_interval(days), way, number, unit) == edtf_interval(expected)


@given(
    st.dates(dt.date(1400, 1, 1), dt.date(2040, 1, 1)),
    st.integers(0, 900),
    st.sampled_from(["both", "from", "to"]),
)
def test_days_that_are_said_are_read_again(start: dt.date, length: int, sides: str) -> None:
    end = start + dt.timedelta(days=length)
    days = Interval(None if sides == "to" else start, None if sides == "from" else end)
    found = find_dates(f"Documents {date_phrase(days)}")

    assert found is not None
    assert found.interval == days


def test_other_days_stand_in_the_place_of_the_own() -> None:
    assert (
        with_dates("What happened in Havana in May 1961?", edtf_interval("1962")) == "What happened in Havana in 1962"
    )


@given(st.lists(st.text(max_size=60), min_size=1, max_size=4))
def test_any_questions_can_follow_each_other(assistant: Assistant, questions: list[str]) -> None:
    *before, last = [question for question in questions if question.strip()] or ["x"]

    assert assistant.ask(last, history=[Turn(question) for question in before]).understood.text.encode()


def test_a_follow_up_that_finds_nothing_elsewhere_is_asked_of_the_few_records_cited_last(assistant: Assistant) -> None:
    before, after = heard(
        assistant,
        "Name of the Hungarian chargé who evaluated Fidel's Soviet trip?",
        "What did she say about the Sino-Soviet quarrel?",
    )

    assert cited(after)[:1] == cited(before)[:1]
    assert any("Soviet-Chinese" in sentence.text for sentence in after.sentences)


def test_a_follow_up_about_someone_in_no_record_is_not_asked_of_what_was_cited(assistant: Assistant) -> None:
    _, after = heard(assistant, "Name of the Hungarian chargé who evaluated Fidel's trip?", "Did she meet Napoleon?")

    assert after.status is Status.NOT_FOUND
    assert not after.citations


def test_a_follow_up_where_no_record_is_ticked_quotes_none(assistant: Assistant) -> None:
    first = "Name of the Hungarian chargé who evaluated Fidel's Soviet trip?"
    turn = Turn(first, None, cited(assistant.ask(first)))

    assert not assistant.ask("What did she say about the Sino-Soviet quarrel?", history=[turn], among=[]).citations


def is_read(line: Mapping[str, Any], understood: Understanding, shown: tuple[str, ...]) -> bool:
    """Whether a follow-up goes on as its line says, after records shown."""
    move, found = line["move"], understood.follow_up
    of = set((found and found.ids) or ())
    if move == "alone":
        return not understood.carry_over.carried and (found is None or found.own)
    if move in INTENTS:
        return understood.intent in INTENTS[move]
    if move == "more":
        return found is not None and bool(found.shown)
    if move == "point" and "n" in line:
        return of == set(shown[line["n"] - 1 : line["n"]])
    if move in {"point", "ask_shown"} or (move == "lean" and of):
        return bool(of) and of <= set(shown)
    said = " ".join((understood.searched, *(each.text for each in understood.carry_over.carried))).lower()
    kept, _, left_out = said.partition(", without ")
    when = understood.when
    days = [day and str(day) for day in (when.start, when.end)] if when else None
    return (
        understood.rewritten
        and all(word in kept for key in ("keep", "new", "needs") for word in line.get(key, ()))
        and all(word in left_out for word in line.get("drop", ()))
        and not any(word in kept.replace(" ".join(line["new"]), "") for word in line.get("old", ()))
        and line.get("dates", days) == days
    )


def test_follow_ups_in_anybodys_words_are_read(assistant: Assistant) -> None:
    wrong = []
    lines = [json.loads(line) for line in MOVES.read_text(encoding="utf-8").splitlines()]
    for line in lines:
        *before, last = heard(assistant, *line["history"], line["question"])
        if not is_read(line, last.understood, cited(before[-1])):
            wrong.append((line["move"], line["history"], line["question"], last.understood.text))

    assert len(wrong) <= (1 - MOVES_READ) * len(lines), wrong


def test_the_questions_that_the_readme_suggests_are_answered_one_after_the_other(assistant: Assistant) -> None:
    suggested = [
        "What did Castro and Mikoyan discuss in November 1962?",
        "and Guevara?",
        "Documents from October 1962",
        "only telegrams",
        "the second one",
        "How tall is Mount Everest?",
    ]
    readme = " ".join((Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8").split())
    assert [each for each in suggested if f"*{each}*" not in readme] == []

    answers: list[Answer] = []
    for question in suggested:
        turns = [Turn(each.question, None, each.cited) for each in answers]
        answers.append(assistant.ask(question, history=turns))

    assert [len(each.citations) for each in answers] == [4, 1, 15, 8, 1, 0]
    assert {each.hit.record.date.text for each in answers[1].citations if each.hit.record.date} == {"November 16, 1962"}
    assert answers[4].cited == answers[3].cited[1:2]


def test_the_later_of_those_shown_is_asked_for_in_words_of_ones_own(assistant: Assistant) -> None:
    listed, later = heard(assistant, "documents of 1961", "Of those, which is the later?")

    assert later.understood.intent is Intent.LAST
    assert cited(later) == cited(listed)[-1:]


def test_one_of_those_listed_is_asked_about_by_what_it_is(assistant: Assistant) -> None:
    _, french, american = heard(
        assistant, "Gorbachev's talks with Western statesmen", "what was the French one about?", "and the American?"
    )

    assert [id_[:10] for id_ in (*cited(french), *cited(american))] == ["1990-10-29", "1990-02-09"]


def test_what_is_kept_of_a_list_in_words_that_no_record_has_is_what_comes_nearest(assistant: Assistant) -> None:
    listed, kept, last = heard(
        assistant, "Which records name Mikoyan?", "just the ones about quarrels with Fidel", "which is the last?"
    )

    assert {*cited(kept)} < {*cited(listed)}
    assert all("Castro" in each.hit.record.text for each in kept.citations)
    assert any("come nearest" in note for note in kept.notes)
    assert cited(last) == cited(kept)[-1:]


@pytest.mark.parametrize(
    "said",
    [
        "second one on your list, whats in it",
        "might I trouble you for the second one, then",
        "kindly read me the second one",
    ],
)
def test_one_is_pointed_at_by_its_place_whatever_else_only_asks(assistant: Assistant, said: str) -> None:
    listed, second = heard(assistant, "List Kudryavtsev's conversations", said)

    assert cited(second) == cited(listed)[1:2]


def test_the_others_are_those_of_the_list_from_which_some_were_kept(assistant: Assistant) -> None:
    listed, kept, others = heard(
        assistant, "List Kudryavtsev's conversations", "only those with Guevara", "and the others?"
    )

    assert {*cited(kept), *cited(others)} == {*cited(listed)}
    assert {*cited(kept)}.isdisjoint(cited(others))


def test_a_count_after_a_question_counts_by_names_and_topics_alone(assistant: Assistant) -> None:
    _, counted = heard(assistant, "Did ambassador Alekseyev see Che Guevara during 1963?", "how often?")

    assert line(counted).total == 1


def test_a_list_is_shown_again_with_the_latest_first(assistant: Assistant) -> None:
    listed, again = heard(assistant, "conversations with Che Guevara", "newest first pls")

    assert cited(again) == cited(listed)[::-1]


@pytest.mark.parametrize("question", ["that telegram", "this one", "what document is that from?"])
def test_what_is_only_pointed_at_is_the_record_told_first(assistant: Assistant, question: str) -> None:
    listed, told = heard(assistant, "telegrams from October 1962", question)

    assert told.cited == listed.cited[:1]


def test_a_type_that_only_titles_have_is_not_denied(assistant: Assistant) -> None:
    _, among_these = heard(assistant, "Which documents name Mikoyan?", "any memoranda among these?")
    (memorandum,) = among_these.citations
    (minutes,) = assistant.ask("Any minutes?").citations

    assert memorandum.hit.record.title == "Memorandum of Conversation between Castro and Mikoyan"
    assert minutes.hit.record.title.startswith("Minutes of Conversation")


def test_days_that_are_only_pointed_at_are_those_of_what_was_cited(assistant: Assistant) -> None:
    _, understood = heard(assistant, "What did Mitterrand say?", "is there anything Cuban from that same year?")

    assert asked_days(understood) == "1990"


def test_a_name_said_by_mistake_gives_way_as_a_whole(assistant: Assistant) -> None:
    before = [Turn("Kudryavtsev's meetings with Che Guevara")]
    meant = assistant.ask("sorry, the earliest one with Fidel I meant, not Guevara", history=before).understood

    assert (meant.text, meant.intent) == ("Kudryavtsev's meetings with Fidel", Intent.FIRST)


def test_a_follow_up_stays_in_the_days_of_the_question_that_it_takes_words_from(assistant: Assistant) -> None:
    before = Turn("What did Khrushchev say of nuclear tests in July 1961?")

    stays = assistant.ask("and what did he say of Berlin?", history=(before,))
    moves = assistant.ask("what did he say of them in October 1962?", history=(before,))

    assert (stays.understood.when_text, asked_days(stays)) == ("July 1961", "July 1961")
    assert asked_days(moves) == "October 1962"


def test_a_question_about_the_next_day_is_asked_of_that_day(assistant: Assistant) -> None:
    _, spoke = heard(assistant, "Before which body did Brezhnev give his secret speech?", "who spoke on the next day?")

    assert asked_days(spoke) == "10 April 1968"
    assert [id_[:10] for id_ in cited(spoke)] == ["1968-04-10"]


def test_what_somebody_said_to_others_is_left_out_and_not_himself(assistant: Assistant) -> None:
    _, left = heard(assistant, "Please list all records in which Mikoyan figures", "drop his conversations with Castro")

    assert line(left).total == 3
    assert all("Mikoyan" in citation.hit.record.text for citation in left.citations)


def test_the_one_of_a_list_by_somebody_who_is_only_named_there_is_told(assistant: Assistant) -> None:
    _, one = heard(assistant, "Whatever is dated 5 October 1962", "the one by Malinovsky")

    assert [citation.hit.record.title.split()[0] for citation in one.citations] == ["Malinovsky"]


def test_which_of_two_was_earlier_is_told_by_their_dates(assistant: Assistant) -> None:
    both, earlier = heard(
        assistant, "Gorbachev's talks with Western statesmen", "which of the two meetings was earlier?"
    )

    assert cited(earlier) == cited(both)[:1]


def test_those_that_are_asked_about_are_the_several_listed_before_one_was_told(assistant: Assistant) -> None:
    *_, swiss = heard(
        assistant,
        "Give me every document drawn up by a Czechoslovak party body",
        "and the paper of January 1961 - what kinds of weapons does it name?",
        "which of those documents tells of a Swiss go-between?",
    )

    assert [id_[:7] for id_ in cited(swiss)] == ["1959-09"]


def test_one_of_those_listed_is_asked_about_by_its_place(assistant: Assistant) -> None:
    listed, first, latest = heard(
        assistant,
        "Mikoyan's talks with Castro in November 1962?",
        "What's Fidel sore about in the first of them?",
        "And the latest of the lot, where was that held?",
    )

    assert cited(first) == cited(listed)[:1]
    assert cited(latest) == (max(cited(listed)),)  # ids begin with the day


def test_a_narrowed_list_is_opened_again(assistant: Assistant) -> None:
    listed, fewer, again = heard(assistant, "U Thant, what've you got?", "Drop Mikoyan's.", "OK, open it up again.")

    assert set(cited(fewer)) < set(cited(listed))
    assert cited(again) == cited(listed)


def test_who_else_is_somebody_in_another_record(assistant: Assistant) -> None:
    shown, others = heard(
        assistant, "Castro and ambassador Petrov in 1990, what did they discuss?", "Who else did Petrov see?"
    )

    assert cited(others)
    assert set(cited(others)).isdisjoint(cited(shown))


@pytest.mark.parametrize(
    ("question", "days"),
    [
        ("And the day after, what came of it?", "5 November 1962"),
        ("and two days later, what did they say of Cuba?", "6 November 1962"),
        ("what was said of Cuba that autumn?", "September 1962 to November 1962"),
    ],
)
def test_days_beside_those_spoken_of_are_asked_for(assistant: Assistant, question: str, days: str) -> None:
    *_, beside = heard(assistant, "What did Mikoyan tell Castro on 4 November 1962?", question)

    assert asked_days(beside) == days


@pytest.mark.parametrize("question", ["Thanks, that is all.", "ok, that's enough for today", "That's it, cheers"])
def test_a_conversation_is_closed(assistant: Assistant, question: str) -> None:
    *_, closed = heard(assistant, "Records of conversation with Guevara", question)

    assert closed.understood.intent is Intent.THANKS
    assert not closed.citations


def test_another_name_takes_the_place_of_that_with_which_records_name_it(assistant: Assistant) -> None:
    *_, swapped = heard(assistant, "Gorbachev and Baker, did they meet?", "And Mitterrand?")

    assert swapped.understood.text == "Gorbachev and Mitterrand, did they meet"
