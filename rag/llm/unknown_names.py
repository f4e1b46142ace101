"""A sentence -> the names in it that the records cited do not have, under any spelling that the collection knows."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from rag.dates.phrases import phrases
from rag.language.english.word_list import is_english
from rag.language.tokens import tokens
from rag.llm.claim_words import stem
from rag.names.authority import variants

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.language.tokens import Token
    from rag.llm.record_facts import Testimony
    from rag.query.names import Names

_ENGLISH = variants().english
_MONTHS = frozenset({"january", "february", "march", "april", "may", "june", "july", "august"}) | {
    "september", "october", "november", "december",
}  # fmt: skip
_NO_NAME = frozenset({"i"})


def strangers(text: str, cited: Sequence[Testimony], names: Names, *, year: int | None = None) -> list[str]:
    """Names and ranks of a sentence that none of the records has; dates are judged elsewhere."""
    text = unicodedata.normalize("NFC", text)
    dated = [(phrase.start, phrase.end) for phrase in phrases(text, year=year)]
    found = [token for token in tokens(text) if not any(start <= token.start < end for start, end in dated)]
    spellings = _spellings(text, names)
    people = frozenset(person for each in cited for person in (*each.record.people, *each.record.places))
    unknown: dict[str, None] = {}
    for run in _runs(text, found, names):
        whole = text[run[0].start : run[-1].end]
        meant = names.read(whole, spelling=False).names
        if meant and len(run) > 1 and people.issuperset(meant) and not _ranks(run):
            continue
        for token in run:
            if not any(_has(each, token, spellings.get(token.start, ())) for each in cited):
                unknown[token.text] = None
    return list(unknown)


def _has(cited: Testimony, token: Token, spellings: Sequence[str]) -> bool:
    """Whether a record has this word or another spelling of the name that it belongs to."""
    return stem(token.word) in cited.stems or any(f" {spelling} " in cited.running for spelling in spellings)


def _ranks(run: Sequence[Token]) -> bool:
    return any(token.word in _ENGLISH.ranks for token in run)


def _runs(text: str, found: Sequence[Token], names: Names) -> Iterator[list[Token]]:
    """The capitalised words that stand together, without the ordinary word that opens a sentence."""
    run: list[Token] = []
    for token in found:
        joined = bool(run) and text[run[-1].end : token.start] in (
            " ",
            "-",
            ". ",
            ".",
            "'",
            "\N{RIGHT SINGLE QUOTATION MARK}",
        )
        if run and not (joined and _is_capital(token)):
            yield run
            run = []
        if _is_capital(token) and not (not run and _opens(text, token) and _is_ordinary(token, names)):
            run.append(token)
    if run:
        yield run


def _is_capital(token: Token) -> bool:
    return token.text[0].isupper() and token.word not in _NO_NAME


def _opens(text: str, token: Token) -> bool:
    """Whether a sentence, or what is as good as one, begins with this word."""
    before = text[: token.start].rstrip(" \"'“‘(…")
    return not before or before[-1] in ".!?:"


def _is_ordinary(token: Token, names: Names) -> bool:
    """Whether a word that opens a sentence would be written small inside it."""
    if token.word in _ENGLISH.openings:
        return True
    if token.word in _ENGLISH.given or token.word in _ENGLISH.ranks or names.is_name(token.text):
        return False
    return is_english(token.word)


def _spellings(text: str, names: Names) -> dict[int, tuple[str, ...]]:
    """Where each word begins -> every spelling of the name or word that it is a part of."""
    found: dict[int, tuple[str, ...]] = {}
    asked = tokens(text)
    at = 0
    for term in names.read(text, spelling=False).terms:
        end = at + len(term.spellings[0].split())
        found.update((token.start, term.spellings) for token in asked[at:end])
        at = end
    return found
