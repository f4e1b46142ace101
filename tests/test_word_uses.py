"""What each word of a question is for."""

import pytest

from rag.query.word_uses import ASKING, NOTHING_READ, PREDICATE, SUBJECT, USES, word_uses


@pytest.mark.parametrize(
    "question",
    [
        "Items falling in these months",
        "What has come down to us, then?",
        "Might you rummage through your boxes and see what turns up?",
        "Kindly furnish whatever you possess",
    ],
)
def test_words_that_only_ask_say_nothing_of_the_matter(question: str) -> None:
    assert word_uses().read(question).only_ask(question)


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("What did the envoy say about the harvest?", "harvest"),
        ("Could you dig out anything on lighthouse keepers", "lighthouse"),
        ("How many submarines lay off the coast?", "submarines"),
        ("Which papers mention typhus?", "typhus"),
    ],
)
def test_what_an_archive_without_it_cannot_tell_of_names_the_subject(question: str, word: str) -> None:
    read = word_uses().read(question)

    assert read.chance(word, SUBJECT) > 0.5
    assert not read.only_ask(question)


@pytest.mark.parametrize(
    ("question", "word"), [("Why was he so annoyed with them?", "annoyed"), ("Who egged him on?", "egged")]
)
def test_what_records_may_put_otherwise_is_no_subject(question: str, word: str) -> None:
    assert word_uses().read(question).chance(word, ASKING, PREDICATE) > 0.6


def test_the_use_of_a_word_hangs_on_the_words_around_it() -> None:
    held, taken = word_uses().read("What do you hold on sugar?"), word_uses().read("Who could hold the fortress?")

    assert held.chance("hold", ASKING) > taken.chance("hold", ASKING)


def test_the_chances_of_a_word_add_up_and_a_word_that_was_not_read_is_a_subject() -> None:
    assert word_uses().read("Which letters survive?").chance("survive", *USES) == pytest.approx(1.0, abs=1e-6)
    assert NOTHING_READ.chance("sugar", SUBJECT) == 1.0
    assert word_uses().read("") == NOTHING_READ
    assert word_uses().read("Castro, 1962") == NOTHING_READ
