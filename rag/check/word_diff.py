"""The words of a claim and those of a record -> how they differ, and whether they still say the same."""

from collections.abc import Iterator, Sequence

from rapidfuzz.distance import LCSseq

from rag.check.text_compare import is_date_word, is_respelling
from rag.check.verdicts import Verdict
from rag.language.message import Message, worded
from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tables import table
from rag.language.tokens import Token

# Words that a title loses or gains without naming another document.
_DISPENSABLE = frozenset(table("citation_words")["dispensable"].split())

_SHOWN = 8  # words that a reason quotes, at most
_REASONS = 3  # reasons given, at most


def judge_quotation(given: Sequence[Token], passage: Sequence[Token]) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict on a quotation: with any word changed, added or left out it says something else."""
    if reasons := tuple(_describe(first, second) for first, second in _changes(given, passage)):
        return Verdict.ALTERED, reasons[:_REASONS]
    return Verdict.NEAR, (_letters_differ(given, passage),)


def judge_title(given: Sequence[Token], title: Sequence[Token]) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict on a title: initials, articles and an end left out still name the same document.

    Dates are judged apart.
    """
    verdict, reasons = Verdict.NEAR, []
    ending = (_without_dates(title) or [*title])[-1:]
    for change in _changes(given, title):
        first, second = map(_without_dates, change)
        if not first and not second:
            continue
        reasons.append(_describe(first, second))
        if not _names_the_same(first, second, at_end=bool(second) and second[-1:] == ending):
            verdict = Verdict.ALTERED
    return verdict, tuple(reasons[:_REASONS]) or (_letters_differ(given, title),)


def content_words(words: Sequence[Token]) -> int:
    """How many of the words are neither function words nor single letters."""
    return sum(token.word not in FUNCTION_WORDS and len(token.word) > 1 for token in words)


def _changes(given: Sequence[Token], original: Sequence[Token]) -> Iterator[tuple[Sequence[Token], Sequence[Token]]]:
    """The runs of words that differ, in order; a respelling is no difference."""
    at = other = 0
    blocks = LCSseq.opcodes([token.word for token in given], [token.word for token in original]).as_matching_blocks()
    for block in blocks:
        first, second = given[at : block.a], original[other : block.b]
        if (first or second) and not _respelled(first, second):
            yield first, second
        at, other = block.a + block.size, block.b + block.size


def _respelled(first: Sequence[Token], second: Sequence[Token]) -> bool:
    """Whether the two runs are the same words in another spelling."""
    if "".join(token.word for token in first) == "".join(token.word for token in second):
        return True
    return len(first) == len(second) and all(is_respelling(a.word, b.word) for a, b in zip(first, second, strict=True))


def _without_dates(words: Sequence[Token]) -> list[Token]:
    return [token for token in words if not is_date_word(token.word)]


def _names_the_same(first: Sequence[Token], second: Sequence[Token], *, at_end: bool) -> bool:
    """Whether a title with its words `second` replaced by `first` still names the same document."""
    if not first or not second:
        return at_end or all(len(token.word) == 1 or token.word in _DISPENSABLE for token in (*first, *second))
    # "Anastas Mikoyan" for "A. I. Mikoyan", and back.
    short, long = (first, second) if all(len(token.word) == 1 for token in first) else (second, first)
    initials = all(len(token.word) == 1 for token in short)
    return initials and short[0].word == long[0].word[0] and len(long) <= len(short)


def _describe(first: Sequence[Token], second: Sequence[Token]) -> str:
    """One difference, as a sentence."""
    if not first:
        return worded("It leaves out %(words)s.", words=_quote(second))
    if not second:
        return worded("The record does not have %(words)s.", words=_quote(first))
    return worded("It has %(given)s where the record has %(kept)s.", given=_quote(first), kept=_quote(second))


def _quote(run: Sequence[Token]) -> Message:
    shown = [token.text for token in run[:_SHOWN]] + ["…"] * (len(run) > _SHOWN)
    return worded("“%(word)s”", word=" ".join(shown))


def _letters_differ(given: Sequence[Token], original: Sequence[Token]) -> str:
    """Why the words are the same and the letters are not."""
    for first, second in zip(given, original, strict=False):
        if first.word != second.word:
            return worded(
                "It spells %(given)s what the record spells %(kept)s.", given=_quote([first]), kept=_quote([second])
            )
        if first.text != second.text and not is_date_word(first.word):
            words = {"given": first.text, "kept": second.text}
            if first.text.lower() == second.text.lower():
                return worded("Only capitals differ: “%(given)s”, in the record “%(kept)s”.", **words)
            return worded("Only accents or letters differ: “%(given)s”, in the record “%(kept)s”.", **words)
    return worded("The words are the same; punctuation differs.")
