"""Questions in other languages are told from English ones, put into English, and answered from the same records."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rag.answer.answer import Status
from rag.ingest.read import read
from rag.language.foreign.lexicon import CODES, lexicon
from rag.language.foreign.recognition import language_of
from rag.names.build_profile import profile_of
from rag.query.enquiry import ALL_ASPECTS
from rag.query.enquiry import Turn as Before
from rag.query.gloss import gloss
from rag.query.names import Names
from rag.query.question import Vocabulary, understand
from rag.record import EVERYTHING
from tests.reference_desk.turns import Turn
from tests.reference_desk.turns import read as read_turns

if TYPE_CHECKING:
    from rag.assistant.assistant import Assistant

HERE = Path(__file__).parent
SEEDS = read([Path("seeds")]).records
NAMES = Names(profile_of(SEEDS))

ANSWERED = 0.8
"""Share of the labelled questions over the seeds that must cite a right record among the first five.

It was 48 of 48 on 29 November 2026.
"""


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


TURNS = read_turns(HERE / "reference_desk/languages.jsonl")
"""Ten questions in each language; the unseen half was not read before the tables were written."""


def english() -> list[str]:
    turns = [turn for turn in lines(HERE / "reference_desk/turns.jsonl") if turn["kind"] != "other language"]
    labelled = [line.get("question", "") for line in lines(HERE / "evaluation/questions.jsonl")]
    return [*labelled, *(turn["question"] for turn in turns), *(record.title for record in SEEDS)]


def test_english_is_never_taken_for_another_language() -> None:
    assert {text: code for text in english() if (code := language_of(text))} == {}


@pytest.mark.parametrize(
    "query",
    [
        "Castro", "Das Kapital", "Che Guevara en Cuba", "El Salvador", "Le Monde", "Neues Deutschland", "coup d'état",
        "détente in Europe", "war in Angola", "Ho Chi Minh", "Rio de Janeiro", "chargé d'affaires ad interim",
        "comment by Marshal Gretchko", "Kissinger's memoranda to Nixon on Burundi", "Chou En-lai's toast in Beijing",
        "Was Castro in Moscow?", "Frente Sandinista", "vis-à-vis de Gaulle", "", "1962", "?!", "Ґалоўка",
    ],
)  # fmt: skip
def test_a_short_query_in_doubt_is_english(query: str) -> None:
    assert language_of(query) is None


@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: turn.id)
def test_the_language_of_a_question_is_recognised(turn: Turn) -> None:
    assert language_of(turn.question) == turn.id[:2]


def test_a_follow_up_may_show_little_of_its_language() -> None:
    assert language_of("Et en 1963 ?") is None
    assert language_of("Et pour Guevara ?", "fr") == "fr"
    assert language_of("And in 1963?", "fr") is None


@pytest.mark.parametrize(
    ("question", "english"),
    [
        ("Wie viele Dokumente erwähnen Che Guevara?", "how many documents mention Che Guevara?"),
        ("Сколько документов упоминают Че Гевару?", "how many documents mention Che Guevara?"),
        ("Kolik dokumentů zmiňuje Che Guevaru?", "how many documents mention Che Guevara?"),
        ("Co Chruszczow powiedział Novotnemu o Kubie?", "what Khrushchev said Novotny about Cuba?"),
        ("Что Хрущёв сказал Новотному о Кубе?", "what Khrushchev said Novotny about Cuba?"),  # noqa: RUF001
        ("Télégrammes d’octobre 1962 sans Alekseïev", "telegrams of October 1962 without Alekseev"),
        ("Briefe vom 27. Oktober 1962", "letters from 27 October 1962"),
        ("cartas del 27 de octubre de 1962", "letters of 27 October 1962"),
        ("Lettere tra il 1960 e il 1962 di Mosca", "letters between 1960 and 1962 of Moscow"),
        ("Quais documentos há de 1990?", "which documents are there of 1990?"),
        ("Welche Dokumente gibt es aus den 1960er Jahren?", "which documents are there from 1960s?"),
        ("Dokumenty z 60. let", "documents from 1960s"),
        ("Что было в 1960 г. на Кубе?", "what was in 1960 in Cuba?"),  # noqa: RUF001
        ("Quanti memorandum ha scritto Gromyko ad Alekseev?", "how many memoranda Gromyko wrote to Alekseev?"),
        ("Chi è Hafizullah Amin?", "who is Hafizullah Amin?"),
        ("Hilfe", "what can you do"),
        ("Hilfe der Tschechoslowakei für Kuba", "aid Czechoslovakia for Cuba"),
        ("Was geschah beim Raketenabzug?", "what happened at missiles withdrawal?"),
    ],
)
def test_a_question_is_put_into_english_word_by_word(question: str, english: str) -> None:
    found = gloss(question, NAMES)

    assert found is not None
    assert found.text == english
    assert not found.unread


def test_words_that_nothing_is_known_of_are_left_out_and_named_in_the_readers_language() -> None:
    found = gloss("Pourquoi Castro a-t-il grommelé au retrait des missiles ?", NAMES)

    assert found is not None
    assert found.unread == ("grommelé",)
    assert "grommelé" not in found.text
    assert found.notes[0].startswith("Les notices de cette collection sont en anglais")
    assert found.notes[1] == "Mots non compris et laissés de côté : grommelé."


def test_the_question_stays_the_readers_own_and_its_language_can_be_taken_away() -> None:
    asked = "Télégrammes d’octobre 1962"
    read_so = understand(asked, [], EVERYTHING, Vocabulary(NAMES), ALL_ASPECTS)
    as_typed = understand(asked, [], EVERYTHING, Vocabulary(NAMES), ALL_ASPECTS, ["language"])

    assert (read_so.text, read_so.language, read_so.when_text) == (asked, "fr", "October 1962")
    assert (as_typed.text, as_typed.language, as_typed.when_text) == (asked, "en", "1962")


def test_a_follow_up_takes_along_what_was_asked_in_another_language(assistant: Assistant) -> None:
    found = assistant.ask("Et en novembre ?", history=[Before("Combien de télégrammes d’octobre 1962 ?")])

    assert found.understood.rewritten
    assert found.understood.language == "fr"
    assert found.catalogue is not None
    assert found.catalogue.text.startswith("There are 4 telegrams of November 1962")


@pytest.mark.parametrize("name", ["function_words.tsv", "words.tsv"])
def test_each_row_of_a_table_has_a_cell_for_each_language(name: str) -> None:
    with Path("rag/language/foreign", name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))

    assert rows[0][-len(CODES) :] == [*CODES]
    assert {len(row) for row in rows} == {len(rows[0])}


@pytest.mark.parametrize("code", CODES)
def test_each_language_says_what_was_searched_and_what_was_not_understood(code: str) -> None:
    says = lexicon(code).traits

    assert says["name"]
    assert "{gloss}" in says["searched"]
    assert "{words}" in says["unread"]


def test_questions_in_other_languages_are_answered_from_the_right_records(assistant: Assistant) -> None:
    asked = [turn for turn in TURNS if turn.collection == "seeds"]
    right: Counter[str] = Counter()
    for turn in asked:
        answer = assistant.ask(turn.question, k=5)
        cited = {citation.hit.record.id for citation in answer.citations}
        right[turn.kind] += answer.status is Status.ANSWERED and not cited.isdisjoint(turn.expect["cites_some"])

    assert right.total() >= ANSWERED * len(asked), right
