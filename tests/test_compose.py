"""Which records answer together, by which of their sentences, in which order: by evidence made by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.compose import MOST, SCORE_SHARE, compose, first_sentences
from rag.answer.draft import AnswerDraft
from rag.answer.highlights import Marker
from rag.dates.archival_date import Fit, edtf_interval, parse_date
from rag.index.ports import Passages, QueryTerm
from rag.language.sentences import sentences
from rag.record import EVERYTHING, Filter, Hit, Record
from rag.search.ranking import Evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

PIER = Marker((QueryTerm(("pier",)), QueryTerm(("storm",))), (2.0, 2.0))
PETROV = Marker((QueryTerm(("petrov",), is_name=True), QueryTerm(("pier",)), QueryTerm(("storm",))), (3.0, 2.0, 2.0))


def told(
    score: float, title: str, *body: str, nearness: Sequence[float] = (), date: str = "", dense: float | None = 0.5
) -> Evidence:
    """A record with its evidence; each of its sentences points its own way unless it is another's to the letter."""
    record = Record(title, title, " ".join(body), parse_date(date) if date else None)
    texts = (title, *body)
    vectors = np.array([np.random.default_rng([*text.encode()]).normal(size=64) for text in texts], np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = np.array(nearness or [0.5] * len(texts), np.float32)
    return Evidence(Hit(record, score, dense=dense), Passages(texts, vectors), cosines)


def texts(composed: AnswerDraft) -> list[str]:
    return [quote.text for quote in composed.quotes]


def cited(composed: AnswerDraft) -> list[str]:
    return list(dict.fromkeys(quote.hit.record.title for quote in composed.quotes))


def test_of_nothing_nothing_is_composed() -> None:
    assert compose([], PIER) == AnswerDraft(())


def test_a_record_without_a_summary_is_quoted_by_its_title() -> None:
    assert texts(compose([told(0.9, "Note on the Storm")], PIER)) == ["Note on the Storm"]


def test_a_record_that_answers_alone_gives_its_nearest_sentences_in_its_own_order() -> None:
    body = ("One is near.", "Two is far.", "Three is nearest.", "Four is nearer.")
    alone = told(0.9, "Title", *body, nearness=(0.9, 0.5, 0.1, 0.7, 0.6))

    assert texts(compose([alone], PIER)) == ["One is near.", "Three is nearest.", "Four is nearer."]


def test_where_two_records_answer_the_best_gives_two_sentences_and_the_other_one() -> None:
    ranking = [told(0.9, name, *(f"{name}{n}." for n in range(3)), nearness=(0.9, 0.3, 0.5, 0.4)) for name in "ab"]

    assert texts(compose(ranking, PIER)) == ["a1.", "a2.", "b1."]


def test_a_record_far_below_the_best_does_not_answer() -> None:
    best, below = told(0.9, "Best", "It is best."), told(0.9 * SCORE_SHARE - 0.01, "Below", "It is below.")

    assert cited(compose([best, below], PIER)) == ["Best"]


def test_beside_the_best_answers_what_tells_of_the_same_name_and_nothing_else() -> None:
    best = told(0.9, "Best", "Petrov on the pier in the storm.")
    same = told(0.8, "Same", "Petrov and the pier.")
    other = told(0.85, "Other", "Roca on the pier in the storm.")
    little = told(0.8, "Little", "Petrov.")

    assert cited(compose([best, other, same, little], PETROV)) == ["Best", "Same"]


def test_a_name_that_nearly_every_record_holds_tells_none_apart() -> None:
    marker = Marker((QueryTerm(("harbour",), is_name=True), QueryTerm(("storm",))), (0.1, 2.0))
    near, far = (told(0.8, name, f"The {name}.", nearness=(0.1, cosine)) for name, cosine in (("a", 0.5), ("b", 0.3)))

    assert cited(compose([told(0.9, "Best", "The harbour."), near, far], marker)) == ["Best", "a"]


def test_who_is_asked_for_by_name_alone_is_answered_by_all_that_tell_of_them() -> None:
    marker = Marker((QueryTerm(("petrov",), is_name=True),), (3.0,))
    ranking = [told(score, str(score), f"Petrov, {score}.") for score in (0.9, 0.6, 0.5, 0.4)]

    assert cited(compose(ranking, marker)) == ["0.9", "0.6", "0.5"]


def test_several_that_answer_alike_are_told_by_date_a_line_each() -> None:
    ranking = [
        told(0.90, "third", "The third storm.", "The third pier.", date="May, 1952"),
        told(0.89, "undated", "Some storm."),
        told(0.88, "first", "The first storm.", date="1951"),
        told(0.87, "second", "The second storm.", date="3 May 1951"),
    ]
    composed = compose(ranking, PIER)

    assert composed.by_date
    assert cited(composed) == ["first", "second", "third", "undated"]
    assert len(composed.quotes) == 4


def test_of_many_that_answer_alike_no_more_are_cited_than_are_read_at_a_glance() -> None:
    ranking = [told(0.9 - number / 1000, str(number), f"Storm {number}.") for number in range(12)]

    assert cited(compose(ranking, PIER)) == [str(number) for number in range(8)]


def test_of_more_than_are_wanted_the_best_are_kept_whatever_their_dates() -> None:
    days = ("1953", "1951", "1952", "1950")
    ranking = [told(0.9 - at / 1000, day, f"Storm of {day}.", date=day) for at, day in enumerate(days)]

    assert cited(compose(ranking, PIER, most=3)) == ["1951", "1952", "1953"]


def test_beside_the_best_answers_what_has_every_word_however_it_is_said() -> None:
    best = told(0.9, "Best", "Something near.", nearness=(0.1, 0.9))
    whole = told(0.8, "Whole", "The storm took the pier.", nearness=(0.1, 0.3))
    part = told(0.8, "Part", "The storm took the roof.", nearness=(0.1, 0.3))

    assert cited(compose([best, whole, part], PIER)) == ["Best", "Whole"]


def test_where_one_record_stands_out_the_best_comes_first() -> None:
    ranking = [told(score, str(score), f"The storm of {score}.", date="1951") for score in (0.9, 0.7, 0.69)]
    composed = compose(ranking, PIER)

    assert not composed.by_date
    assert cited(composed) == ["0.9", "0.7", "0.69"]


def test_a_text_of_two_records_is_quoted_from_both() -> None:
    composed = compose([told(0.9, "one", "Same."), told(0.9, "again", "Same.")], PIER)

    assert [(quote.hit.record.title, quote.text) for quote in composed.quotes] == [("one", "Same."), ("again", "Same.")]


def test_without_cosines_the_words_decide() -> None:
    best, beside, apart = (
        told(0.9, text, text, nearness=(0.0, 0.0), dense=None) for text in ("Storm, pier.", "Pier, storm.", "Pier.")
    )

    assert cited(compose([best, beside, apart], PIER)) == ["Storm, pier.", "Pier, storm."]
    alone = told(0.9, "Title", "Fog.", "Mist.", "Rain.", "Storm, pier.", dense=None)
    assert texts(compose([alone], PIER)) == ["Fog.", "Mist.", "Storm, pier."]


scores = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=12).map(lambda each: sorted(each, reverse=True))


@given(scores, st.sampled_from([PIER, PETROV]))
def test_an_answer_begins_with_the_best_has_few_enough_lines_and_quotes_to_the_letter(
    falling: list[float], marker: Marker
) -> None:
    ranking = [
        told(score, f"{at}", f"Petrov {at}.", f"The pier {at}.", f"A storm {at}.") for at, score in enumerate(falling)
    ]
    composed = compose(ranking, marker)

    assert "0" in cited(composed)
    assert len(composed.quotes) <= max(MOST, len(cited(composed)))
    assert all(quote.text in quote.hit.record.summary for quote in composed.quotes)


def test_a_list_has_a_line_for_each_record_by_its_first_sentence_or_its_title() -> None:
    first = Record("a", "Cable", "No. 4 is full. Another pier.", parse_date("May 3, 1951"))
    bare = Record("b", "Note on the Storm", "", parse_date("May, 1951"))
    twin = Record("c", "Second Cable", "No. 4 is full. More piers.", parse_date("May 4, 1951"))
    lines = first_sentences([first, bare, twin], Filter(edtf_interval("1951-05-01/1951-05-07"))).quotes

    assert [quote.text for quote in lines] == [sentences(first.summary)[0], "Note on the Storm", "Second Cable"]
    assert [quote.hit.fit for quote in lines] == [Fit.CERTAIN, Fit.POSSIBLE, Fit.CERTAIN]
    assert [quote.hit.score for quote in lines] == [None, None, None]


def test_records_of_one_title_and_no_summary_are_all_first_sentences() -> None:
    bare = [Record(name, "Note on the Storm", "", parse_date(f"May {day}, 1951")) for day, name in enumerate("abc", 1)]

    assert [quote.hit.record.id for quote in first_sentences(bare, EVERYTHING).quotes] == ["a", "b", "c"]


@pytest.mark.parametrize("marker", [PIER, PETROV])
def test_a_quote_carries_its_marks(marker: Marker) -> None:
    (quote,) = compose([told(0.9, "Title", "A storm took the pier.")], marker).quotes

    assert [quote.text[mark.start : mark.end] for mark in quote.marks] == ["storm", "pier"]
