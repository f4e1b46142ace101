"""A sentence -> the names in it that the cited records lack, in every spelling that the collection knows."""

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice

from rag.dates.phrases import phrases
from rag.language.tables import word_lists
from rag.language.tokens import Token, tokens
from rag.language.word_list import is_english
from rag.llm.claim_words import stem
from rag.llm.record_facts import RecordFacts
from rag.query.names import Names

_WORDS = word_lists("name_words")
_NO_NAME = frozenset({"i"})
_JOINING = frozenset({" ", "-", ". ", ".", "'", "\N{RIGHT SINGLE QUOTATION MARK}"})  # between two words of a name


def unknown_names(text: str, cited: Sequence[RecordFacts], names: Names, *, year: int | None = None) -> list[str]:
    """The names and ranks of a sentence that no cited record has; dates are left out."""
    text = unicodedata.normalize("NFC", text)
    dated = [(phrase.start, phrase.end) for phrase in phrases(text, year=year)]
    found = [token for token in tokens(text) if not any(start <= token.start < end for start, end in dated)]
    spellings = _spellings(text, names)
    known = frozenset(name for facts in cited for name in (*facts.record.people, *facts.record.places))
    unknown: dict[str, None] = {}
    for run in _runs(text, found, names):
        meant = names.read(text[run[0].start : run[-1].end], spelling=False).names
        if meant and len(run) > 1 and known.issuperset(meant) and not _has_rank(run):
            continue
        for token in run:
            if not any(_has(facts, token, spellings.get(token.start, ())) for facts in cited):
                unknown[token.text] = None
    return list(unknown)


def _has(facts: RecordFacts, token: Token, spellings: Sequence[str]) -> bool:
    """Whether a record has this word, or another spelling of its name."""
    return stem(token.word) in facts.stems or any(f" {spelling} " in facts.running for spelling in spellings)


def _has_rank(run: Sequence[Token]) -> bool:
    return any(token.word in _WORDS["ranks"] for token in run)


def _runs(text: str, found: Sequence[Token], names: Names) -> Iterator[list[Token]]:
    """Runs of capitalised words, without an ordinary word that opens a sentence."""
    run: list[Token] = []
    for token in found:
        joined = bool(run) and text[run[-1].end : token.start] in _JOINING
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
    """Whether a sentence, a quotation or a part after a colon begins with this word."""
    before = text[: token.start].rstrip(" \"'“‘(…")
    return not before or before[-1] in ".!?:"


def _is_ordinary(token: Token, names: Names) -> bool:
    """Whether a word that opens a sentence would have no capital inside it."""
    if token.word in _WORDS["openings"]:
        return True
    if token.word in _WORDS["given"] or token.word in _WORDS["ranks"] or names.is_name(token.text):
        return False
    return is_english(token.word)


def _spellings(text: str, names: Names) -> dict[int, tuple[str, ...]]:
    """Offset of each word -> every spelling of its name or of itself."""
    found: dict[int, tuple[str, ...]] = {}
    words = iter(tokens(text))
    for term in names.read(text, spelling=False).terms:
        own = islice(words, len(term.spellings[0].split()))
        found.update((token.start, term.spellings) for token in own)
    return found
