"""What a question is about, and what the records say of its premise."""

import pytest

from rag.answer.subjects import subjects
from rag.names.authority import NameKind
from rag.names.profile import Name, Profile
from rag.query.enquiry import ALL_ASPECTS
from rag.query.names import Names
from rag.query.question import Vocabulary, understand
from rag.record import EVERYTHING

LUND = Name("Otto Lund", NameKind.PERSON, ("otto lund",), ("lund",), ("otto",))
ROCA = Name("Anna Roca", NameKind.PERSON, ("anna roca",), ("roca",), ("anna",))
CUBA = Name("Cuba", NameKind.PLACE, ("cuba", "cuban"))
PROFILE = Profile(
    9,
    dict.fromkeys(["otto", "lund", "anna", "roca", "cuba", "cuban", "report", "harbour", "minister"], 3),
    (LUND, ROCA, CUBA),
)


def names_of(question: str) -> list[tuple[str, bool]]:
    understood = understand(question, (), EVERYTHING, Vocabulary(Names(PROFILE)), ALL_ASPECTS)
    return [(each.name, each.is_circumstance) for each in subjects(understood)]


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("What did Lund write to Anna Roca?", [("Otto Lund", False), ("Anna Roca", False)]),
        ("Why did Lund leave Cuba?", [("Otto Lund", False), ("Cuba", False)]),
        ("What did Lund say in Cuba?", [("Otto Lund", False), ("Cuba", True)]),
        ("What did the Cuban minister say?", []),
        ("What did Lund say of the Sino-Cuban quarrel?", [("Otto Lund", False)]),
        ("Who discovered penicillin with Fleming?", [("Fleming", False)]),
        ("Is Penicillin here?", [("Penicillin", False)]),
        ("Penicillin is what?", []),
        ("What did Minister Lund say of the Report?", [("Otto Lund", False)]),
        ("What did the Shah tell Lund?", [("Shah", False), ("Otto Lund", False)]),
        ("What Did Lund Say About Fleming", [("Otto Lund", False)]),
        ("Quali armi ha mandato Fleming?", [("Fleming", False)]),
        ("Mit mondott tegnap Fleming?", []),
    ],
)
def test_a_question_is_about_its_names_and_capitals_but_neither_titles_nor_adjectives(
    question: str, about: list[tuple[str, bool]]
) -> None:
    assert names_of(question) == about
