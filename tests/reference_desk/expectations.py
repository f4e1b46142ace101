"""What a turn may expect of its reply: one function a key, whose docstring says when it holds."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tests.reference_desk.desk import FEW, cited, cited_ids, headings, own_words, quoted, stated, stated_total

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from tests.reference_desk.desk import Desk, Reply

    Check = Callable[[Any, "Heard"], Iterator[str]]

MANY = 50
"""Records asked for where a complete list is expected."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A reply, what is expected of it, and the conversation before it."""

    expect: Mapping[str, Any]
    reply: Reply
    desk: Desk
    history: tuple[str, ...]

    @property
    def ids(self) -> list[str]:
        """Ids of the records cited."""
        return cited_ids(self.reply)


EXPECTATIONS: dict[str, Check] = {}
"""By key: what is expected, and what was heard -> what is wrong."""

QUALIFIERS = {"of": "recall", "in": "precision", "tolerance": "total"}
"""Keys that say more of another."""

PATTERNS = ("quotes", "says", "told", "not_says")
"""Keys of regular expressions, which ignore case; of several each must match."""


def judge(heard: Heard) -> list[str]:
    """What is wrong with a reply; empty when everything holds that is expected."""
    asked = ((key, want) for key, want in heard.expect.items() if key not in QUALIFIERS)
    return [line for key, want in asked for line in EXPECTATIONS[key](want, heard)]


def places(expect: Mapping[str, Any]) -> int:
    """How many records to ask for."""
    every = (expect, *expect.get("any_of", ()))
    return MANY if any("recall" in each or len(each.get("cites", ())) > FEW for each in every) else FEW


def faults(expect: Mapping[str, Any]) -> Iterator[str]:
    """What nobody could judge."""
    for key, want in expect.items():
        if key not in EXPECTATIONS and key not in QUALIFIERS:
            yield f"unknown expectation {key!r}; give one of {', '.join([*EXPECTATIONS, *QUALIFIERS])}"
        for pattern in _all(want) if key in PATTERNS else ():
            try:
                re.compile(pattern)
            except re.error as error:
                yield f"{key} is no regular expression ({error}); correct {pattern!r}"
    for each in expect.get("any_of", ()):
        yield from faults(each)


def _expectation(check: Check) -> Check:
    EXPECTATIONS[check.__name__] = check
    return check


# Which records are cited.


@_expectation
def status(want: str | list[str], heard: Heard) -> Iterator[str]:
    """It is this, or one of these."""
    if (got := heard.reply.get("status")) not in _all(want):
        yield f"status {got}, not {' or '.join(_all(want))}"


@_expectation
def cites(want: list[str], heard: Heard) -> Iterator[str]:
    """All of these are cited."""
    if lacking := sorted(set(want) - set(heard.ids)):
        yield f"not cited: {lacking}"


@_expectation
def cites_some(want: list[str], heard: Heard) -> Iterator[str]:
    """At least one of these is cited."""
    if not set(want) & set(heard.ids):
        yield "none of the records that would do is cited"


@_expectation
def cites_each(want: list[list[str]], heard: Heard) -> Iterator[str]:
    """At least one of each list is cited."""
    for number, side in enumerate(want, 1):
        if not set(side) & set(heard.ids):
            yield f"side {number} of {len(want)} is not cited"


@_expectation
def first(want: list[str], heard: Heard) -> Iterator[str]:
    """The first record cited is one of these."""
    if not set(want) & set(heard.ids[:1]):
        yield f"the first citation is {_or_missing(heard.ids[:1])}"


@_expectation
def only(want: list[str], heard: Heard) -> Iterator[str]:
    """Nothing else is cited."""
    if beside := sorted(set(heard.ids) - set(want)):
        yield f"cited besides: {beside}"


@_expectation
def none(want: list[str], heard: Heard) -> Iterator[str]:
    """None of these is cited."""
    if excluded := sorted(set(heard.ids) & set(want)):
        yield f"cited although excluded: {excluded}"


@_expectation
def min_cites(want: int, heard: Heard) -> Iterator[str]:
    """At least so many records are cited."""
    if len(heard.ids) < want:
        yield f"{len(heard.ids)} cited, fewer than {want}"


@_expectation
def max_cites(want: int, heard: Heard) -> Iterator[str]:
    """At most so many records are cited."""
    if len(heard.ids) > want:
        yield f"{len(heard.ids)} cited, more than {want}"


@_expectation
def recall(want: float, heard: Heard) -> Iterator[str]:
    """So large a share of the records under `of` is cited."""
    of = set(heard.expect["of"])
    if (got := len(of & set(heard.ids)) / min(len(of), MANY)) < want:
        yield f"recall {got:.2f} of {len(of)}, below {want}"


@_expectation
def precision(want: float, heard: Heard) -> Iterator[str]:
    """Something is cited, and so large a share of it lies in `in`."""
    have = set(heard.ids)
    got = len(have & set(heard.expect["in"])) / max(len(have), 1)
    if not have or got < want:
        yield f"precision {got:.2f} of {len(have)}, below {want}"


@_expectation
def order(want: str, heard: Heard) -> Iterator[str]:
    """`date` or `-date`: the records cited go by date, the oldest or the newest first."""
    dates = [record.get("date") or {} for record in cited(heard.reply)]
    days = [day for date in dates if (day := date.get("start") or date.get("edtf"))]
    if not days or days != sorted(days, reverse=want == "-date"):
        yield f"not in order of {want}"


# What is said.


@_expectation
def catalogue(want: object, heard: Heard) -> Iterator[str]:
    """There is a catalogue line."""
    if want and not heard.reply.get("catalogue"):
        yield "no catalogue line"


@_expectation
def total(want: int | list[int], heard: Heard) -> Iterator[str]:
    """The catalogue line's total is this, or one of these, give or take the share under `tolerance`."""
    got, slack = stated_total(heard.reply), heard.expect.get("tolerance", 0)
    if got is None or not any(abs(got - each) <= slack * each for each in _all(want)):
        yield f"total {got}, not {' or '.join(map(str, _all(want)))}" + (f" (within {slack:.0%})" if slack else "")


@_expectation
def total_if_told(want: int | list[int], heard: Heard) -> Iterator[str]:
    """The catalogue line, if there is one, has the right total."""
    if (got := stated_total(heard.reply)) is not None and got not in _all(want):
        yield f"total {got}, not {want}"


@_expectation
def quotes(want: str | list[str], heard: Heard) -> Iterator[str]:
    """A sentence of the answer matches."""
    yield from _unmatched(want, quoted(heard.reply), "no sentence matches")


@_expectation
def says(want: str | list[str], heard: Heard) -> Iterator[str]:
    """A sentence, the catalogue line, the verdict, a note or a heading matches."""
    said = own_words(heard.reply) + quoted(heard.reply)
    yield from _unmatched(want, said, "neither catalogue, note nor sentence matches")


@_expectation
def told(want: str | list[str], heard: Heard) -> Iterator[str]:
    """The program's own words match: catalogue line, verdict, a note or a heading.

    Beside `only` a premise is at stake, and a note at the foot does not do: catalogue line or verdict must match.
    """
    said = stated(heard.reply) if "only" in heard.expect else own_words(heard.reply)
    yield from _unmatched(want, said, "neither catalogue, verdict, note nor heading matches")


@_expectation
def not_says(want: str | list[str], heard: Heard) -> Iterator[str]:
    """Nothing that is said matches."""
    said = own_words(heard.reply) + quoted(heard.reply)
    yield from (f"says /{pattern}/" for pattern in _all(want) if _found(pattern, said))


@_expectation
def groups(want: int, heard: Heard) -> Iterator[str]:
    """The answer has at least so many different headings."""
    if (got := len(headings(heard.reply))) < want:
        yield f"{got} groups, fewer than {want}"


@_expectation
def filters(want: Mapping[str, Any], heard: Heard) -> Iterator[str]:
    """Each value stands in `understood.filters.<field>`: a surname (`A|B`: either spelling), a type, a day."""
    understood = heard.reply.get("understood") or {}
    given = understood.get("filters") or {}
    for field, values in want.items():
        if field in {"date_from", "date_to"}:
            if (day := given.get(field) or understood.get(field)) != values:
                yield f"{field} {day}, not {values}"
        else:
            words = {word for value in _all(given.get(field) or ()) for word in _words(value)}
            words |= {word.removesuffix("s") for word in words}  # telegrams: telegram
            if lacking := [
                value for value in values if not any(_words(name)[-1] in words for name in value.split("|"))
            ]:
                yield f"filters.{field} {given.get(field)}, lacks {lacking}"


# What belongs to the conversation.


@_expectation
def prior(want: Mapping[str, int], heard: Heard) -> Iterator[str]:
    """`{"at": n, "back": 1}`: the first citation is the n-th (-1: the last) of the turn `back` turns ago."""
    back, at = want.get("back", 1), want["at"]
    before = _earlier(heard, len(heard.history) - back)
    meant = before[at - 1 : at] if at > 0 else before[::-1][-at - 1 : -at]
    if not meant or heard.ids[:1] != meant:
        yield f"the first citation is {_or_missing(heard.ids[:1])}, not {_or_missing(meant)}"


@_expectation
def new(want: object, heard: Heard) -> Iterator[str]:
    """Something is cited, and nothing that an earlier turn cited."""
    seen = {id_ for at in range(len(heard.history)) for id_ in _earlier(heard, at)}
    if want and not heard.ids:
        yield "nothing is cited"
    if want and (again := sorted(seen & set(heard.ids))):
        yield f"cited before: {again}"


@_expectation
def any_of(want: list[Mapping[str, Any]], heard: Heard) -> Iterator[str]:
    """One of these expectations holds."""
    wrong = [judge(replace(heard, expect=each)) for each in want]
    if all(wrong):
        yield "none of: " + " | ".join("; ".join(each) for each in wrong)


def _earlier(heard: Heard, at: int) -> list[str]:
    return cited_ids(heard.desk.ask(heard.history[at], heard.history[:at]))


def _unmatched(patterns: str | list[str], texts: list[str], complaint: str) -> Iterator[str]:
    yield from (f"{complaint} /{pattern}/" for pattern in _all(patterns) if not _found(pattern, texts))


def _found(pattern: str, texts: Iterable[str]) -> bool:
    return any(re.search(pattern, text, re.IGNORECASE | re.DOTALL) for text in texts)


def _words(text: str) -> list[str]:
    """Its words without accents or capitals."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return re.findall(r"\w+", "".join(each for each in letters if not unicodedata.combining(each)))


def _all(value: Any) -> list[Any]:  # noqa: ANN401 - one of whatever JSON has, or a list of them
    return [*value] if isinstance(value, (list, tuple)) else [value]


def _or_missing(ids: list[str]) -> str:
    return ids[0] if ids else "missing"
