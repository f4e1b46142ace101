"""Operators become conditions that say what the expression says; what cannot be read is words, and nothing fails."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rag.query.operators import read_operators
from tests.hostile import HOSTILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rag.query.operators import Operand, Operators


def shown(operands: Iterable[Operand]) -> str:
    """`type:telegram | 'a phrase' | word`."""
    texts = [repr(each.text) if each.quoted else each.text for each in operands]
    fields = [f"{each.field}:" if each.field else "" for each in operands]
    return " | ".join(field + text for field, text in zip(fields, texts, strict=True))


def parts(text: str) -> tuple[str, list[str], list[str], str]:
    found = read_operators(text)
    return found.rest, [*map(shown, found.groups)], [*map(shown, found.fields)], shown(found.excluded)


@pytest.mark.parametrize(
    ("text", "rest", "groups", "fields", "excluded"),
    [
        ('"nuclear test ban"', "", ["'nuclear test ban'"], [], ""),
        ("What did “Che Guevara” say in 1962?", "What did say in 1962?", ["'Che Guevara'"], [], ""),
        ("Castro -Havana", "Castro", [], [], "Havana"),
        ('Castro -"missile bases"', "Castro", [], [], "'missile bases'"),
        ("Castro NOT Havana", "Castro", [], [], "Havana"),
        ("Castro OR Guevara missiles", "missiles", ["Castro | Guevara"], [], ""),
        ("Castro AND Guevara OR Mikoyan", "", ["Castro | Mikoyan", "Guevara | Mikoyan"], [], ""),
        ("(Castro OR Guevara) AND Cuba", "", ["Castro | Guevara", "Cuba"], [], ""),
        ("NOT (Castro OR Guevara) Cuba", "Cuba", [], [], "Castro | Guevara"),
        ("Cuba -(Castro OR Guevara)", "Cuba", [], [], "Castro | Guevara"),
        ("type:telegram grain", "grain", [], ["type:telegram"], ""),
        ('people:"Che Guevara" year:1962', "", [], ["people:'Che Guevara'", "year:1962"], ""),
        ("type:telegram OR type:letter", "", [], ["type:telegram | type:letter"], ""),
        ("grain -type:telegram", "grain", [], [], "type:telegram"),
        ("«Новотный» Cuba", "Cuba", ["'Новотный'"], [], ""),
        ("CIA AND KGB", "", ["CIA", "KGB"], [], ""),
    ],
)
def test_operators_are_read_as_a_reader_means_them(
    text: str, rest: str, groups: list[str], fields: list[str], excluded: str
) -> None:
    assert parts(text) == (rest, groups, fields, excluded)


@pytest.mark.parametrize(
    "text",
    [
        "What did Castro tell Mikoyan?",
        "1962-63 co-operation -5 degrees",
        "Castro -the leader- and Cuba -- what?",
        'he said "no',
        "type: telegram",
        "colour:red",
        "WHY DID THE US NOT INVADE CUBA?",
        "OR Castro",
        "Castro AND",
        "NOT",
        "(((",
        "-",
        '""',
    ],
)
def test_what_is_no_operator_is_words(text: str) -> None:
    found = read_operators(text)

    assert not found
    assert re.findall(r"\w+", found.rest) == re.findall(r"\w+", text)


@pytest.mark.parametrize("text", ["a OR NOT b", "NOT (a AND b)", "type:telegram OR b", "(a AND NOT b) OR c"])
def test_what_a_filter_cannot_say_is_words(text: str) -> None:
    assert not read_operators(text)
    assert {"b"} <= set(read_operators(text).rest.split())


Truth = dict[str, bool]
WORDS = ("ash", "birch", "cedar", "elm")
leaves = st.sampled_from(WORDS).map(lambda word: (word, lambda truth: truth[word]))


def negated(inner: tuple[str, Callable[[Truth], bool]]) -> tuple[str, Callable[[Truth], bool]]:
    text, holds = inner
    return f"NOT ({text})", lambda truth: not holds(truth)


def joined(operator: str, combine: Callable[[Iterable[bool]], bool]) -> Callable[..., st.SearchStrategy[object]]:
    def of(inner: st.SearchStrategy[tuple[str, Callable[[Truth], bool]]]) -> st.SearchStrategy[object]:
        return st.lists(inner, min_size=2, max_size=3).map(
            lambda each: (
                operator.join(f"({text})" for text, _ in each),
                lambda truth: combine([holds(truth) for _, holds in each]),
            )
        )

    return of


expressions = st.recursive(
    leaves,
    lambda inner: st.one_of(joined(" AND ", all)(inner), joined(" OR ", any)(inner), inner.map(negated)),
    max_leaves=6,
)


def holds(found: Operators, truth: Truth) -> bool:
    plain = all(truth[word] for word in found.rest.split())
    groups = all(any(truth[each.text] for each in group) for group in found.groups)
    return plain and groups and not any(truth[each.text] for each in found.excluded)


@given(expressions)
def test_the_conditions_hold_wherever_the_expression_holds(
    expression: tuple[str, Callable[[Truth], bool]],
) -> None:
    text, expected = expression
    found = read_operators(text)
    assume(found or text in WORDS)  # else a filter cannot say it
    for values in product((False, True), repeat=len(WORDS)):
        truth = dict(zip(WORDS, values, strict=True))
        assert holds(found, truth) == expected(truth)


@given(st.text() | st.text(alphabet='ab "“”()-:ANDORT type'))
def test_no_text_fails_and_no_word_of_it_is_lost(text: str) -> None:
    folded = " ".join(text.split())
    found = read_operators(folded)

    assert {*re.findall(r"\w+", found.said)} <= {*re.findall(r"\w+", folded)}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_read(text: str) -> None:
    read_operators(" ".join(text.split()))


def test_an_expression_of_a_thousand_parentheses_or_alternatives_is_read_at_once() -> None:
    read_operators("(" * 5000 + "a OR b" + ")" * 5000)
    many = " OR ".join(f"(a{number} AND b{number})" for number in range(200))

    assert not read_operators(many)
