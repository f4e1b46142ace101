"""How far a sentence tells what is asked, by records made by hand."""

import numpy as np
import pytest

from rag.answer.highlights import Marker
from rag.answer.requirements import ACT_THRESHOLD, Requirements
from rag.answer.subjects import Subject
from rag.index.ports import Passages
from rag.query.intent import read_shape
from rag.query.question import content_words
from rag.query.understanding import Understanding
from rag.record import Hit, Record
from rag.search.ranking import Evidence

LUND = Subject("Lund", ("lund",), is_person=True, is_circumstance=False)
ROCA = Subject("Roca", ("roca",), is_person=True, is_circumstance=False)
SPEAKING = Subject("Port", ("port",), is_person=False, is_circumstance=False, own=("port",), start=len("What did "))
PORT = Subject("Port", ("port",), is_person=False, is_circumstance=False)


def requirements(question: str, *about: Subject) -> Requirements:
    terms = content_words(question)
    rarity = [2.0] * len(terms)
    understood = Understanding(question, terms=terms, intent=read_shape(question).intent, asked=question)
    return Requirements(understood, about, Marker(terms, rarity), rarity)


def evidence(*texts: str) -> Evidence:
    record = Record("a", texts[0], " ".join(texts[1:]), None, people=("Otto Lund", "Anna Roca"), places=("Port",))
    return Evidence(
        Hit(record), Passages(texts, np.zeros((len(texts), 2), np.float32)), np.zeros(len(texts), np.float32)
    )


def told(question: str, about: tuple[Subject, ...], *texts: str) -> float:
    return float(requirements(question, *about).coverage_by(evidence(*texts)).max())


@pytest.mark.parametrize(
    ("question", "about", "texts"),
    [
        ("Did Lund sell the harbour?", (LUND,), ("Note", "Lund sold nothing, but sells the harbour.")),
        ("Did Lund visit Port?", (LUND, PORT), ("Report on Lund's trip to Port",)),
        ("Did Lund meet Roca?", (LUND, ROCA), ("Memorandum of Conversation between Roca and Lund",)),
        ("What did Lund tell Roca?", (LUND, ROCA), ("Note", "Lund informs Roca of the storm.")),
        ("Who met Lund?", (LUND,), ("Note", "Roca's meeting with Lund was short.")),
        ("How many rifles did Lund send?", (LUND,), ("Note", "Lund sends 35,000 rifles.")),
        ("How many rifles did Lund send?", (LUND,), ("Note", "Lund sends two hundred rifles.")),
        ("What did Lund say of the storm?", (LUND,), ("Diary of Lund", "The storm took the pier.")),
    ],
)
def test_a_sentence_tells_what_has_the_words_of_the_question(
    question: str, about: tuple[Subject, ...], texts: tuple[str, ...]
) -> None:
    assert told(question, about, *texts) >= ACT_THRESHOLD


@pytest.mark.parametrize(
    ("question", "about", "texts"),
    [
        ("Did Lund sell the harbour?", (LUND,), ("Note", "Lund likes the port.", "Roca is away.")),
        ("Did Lund visit Port?", (LUND, PORT), ("Note on Port", "Lund hears of Roca's visit to Port.")),
        ("Did Lund visit Port?", (LUND, PORT), ("Note", "Lund speaks of Port.", "A visit is planned.")),
        ("Did Lund meet Roca?", (LUND, ROCA), ("Meeting of the Council", "Lund speaks.", "Roca listens.")),
        ("What did Lund tell Roca?", (LUND, ROCA), ("Diary of Lund", "The storm took the pier.", "Roca is away.")),
        ("What did Lund say of the storm?", (LUND,), ("Diary of Roca", "The storm took the pier.")),
        ("What did Port say of the storm?", (SPEAKING,), ("Diary of Roca", "The storm took the pier.")),
        (
            "How many rifles did Lund send?",
            (LUND,),
            ("Note of 3 May 1844", "On 3 May 1844 Lund sends his first rifles."),
        ),
    ],
)
def test_what_is_only_near_tells_nothing(question: str, about: tuple[Subject, ...], texts: tuple[str, ...]) -> None:
    assert told(question, about, *texts) < ACT_THRESHOLD


def test_what_is_untold_is_said_in_words() -> None:
    near = "Some records come close, but"
    assert requirements("Did Lund visit Port?", LUND, PORT).unanswered() == (
        f"{near} no sentence mentions “visit” together with Lund and Port."
    )
    assert requirements("How many rifles did Lund send?", LUND).unanswered() == (
        f"{near} none gives the number you asked for."
    )
    assert (
        requirements("What did Lund tell Roca?", LUND, ROCA).unanswered()
        == f"{near} none mentions Lund and Roca together."
    )
    assert requirements("Who was arrested?").unanswered() == f"{near} none mentions “arrested”."


@pytest.mark.parametrize(
    ("question", "about", "texts", "shown"),
    [
        ("Who was Lund?", (LUND,), ("Talk of Minister Roca and Lund", "Lund, Minister of Trade, speaks."), [0, 1]),
        ("Who was Lund?", (LUND,), ("Talk with the Swedish Minister of Trade Otto Lund", "Lund speaks."), [1, 0]),
        (
            "Where did Lund meet Roca?",
            (LUND, ROCA),
            ("Talk, The Old House, 3 May 1844", "Lund speaks of Port."),
            [1, 0],
        ),
        ("Where did Lund meet Roca?", (LUND, ROCA), ("Talk of 3 May 1844", "Lund and Roca meet in Port."), [0, 1]),
        ("When did Lund meet Roca?", (LUND, ROCA), ("Talk, 3 May 1844", "Lund speaks."), [1, 0]),
        ("Who met Lund?", (LUND,), ("Talk", "Roca meets Lund.", "Lund is away."), [0, 1, 0]),
        ("Which minister met Lund?", (LUND,), ("Talk", "Roca meets Lund.", "Minister Roca meets Lund."), [0, 0, 1]),
    ],
)
def test_a_sentence_shows_the_role_place_day_or_person_that_is_asked_for(
    question: str, about: tuple[Subject, ...], texts: tuple[str, ...], shown: list[int]
) -> None:
    found = requirements(question, *about).answer_type.shown_by(evidence(*texts))

    assert [int(each > 0) for each in found] == shown


def test_those_who_met_stand_beside_each_other_or_are_named_by_the_title() -> None:
    far = "Lund hears that the Council of the old harbour town has now after long talks at last invited Roca."
    near = told("Did Lund meet Roca?", (LUND, ROCA), "Talk", "Lund meets Roca.")

    assert (
        near == told("Did Lund meet Roca?", (LUND, ROCA), "Talk of Lund with Roca", "The storm took the pier.") == 1.0
    )
    assert told("Did Lund meet Roca?", (LUND, ROCA), "Note", far) < near
