"""A question that no pattern reads -> whether it stands alone or depends on the turns before."""

import re

from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tokens import tokens
from rag.names.authority import NameKind
from rag.query.conversation.grammar import patterns
from rag.query.conversation.memory import Memory
from rag.query.date_expressions import find_dates
from rag.query.intent import Intent, read_shape
from rag.query.substitution import proper_names

# Content words up to which a question with a pronoun depends on the turns before. Where the person's name takes the
# place of "he" in such a question and nothing is carried over, nDCG@10 of the sixty follow-ups over FRUS falls from
# .665 to .62.
FEW_WORDS = 2

DEPENDENT = 0.25  # Chance from which on a dependent question takes a word over. nDCG@10 is flat from .2 to .45.

# The same for a question that stands alone, as one with names does. If it took words along from DEPENDENT on, nDCG@10
# of mtRAG's follow-ups would rise from .911 to .916, and every new question about a person would be asked of the last
# one too.
INDEPENDENT = 1.0


def carry_threshold(question: str, memory: Memory, *, continues: bool) -> float:
    """The chance, in [0, 1], from which on words of the turns before are carried over.

    A question depends on them where it begins with "and", has a pronoun whose noun it lacks, or names nothing.
    """
    if continues or any(each.search(question) for each in patterns("dependence", "pointing")):
        return DEPENDENT
    plain = _pattern("expletive").sub("", question)
    person, thing = (_pattern(each).search(plain) for each in ("person", "thing"))
    named = proper_names(plain, memory.names)
    if pronoun := person or thing:
        before = any(each.start < pronoun.start() and _may_be(each.kind, pronoun[0]) for each in named)
        return DEPENDENT if not before or (person is None and is_short(plain)) else INDEPENDENT
    few = len(named) == 1 and is_short(f"{plain[: named[0].start]} {plain[named[0].end :]}")
    if few and _pattern("subject").fullmatch(plain):
        return DEPENDENT  # "did the Cubans object?"
    when = find_dates(question)
    asks_for_records = (when is not None and when.only_filter) or memory.asks_catalogue(question)
    alone = named or asks_for_records or read_shape(question).intent is Intent.ABOUT
    return INDEPENDENT if alone else DEPENDENT


def is_short(question: str) -> bool:
    """Whether a question has at most FEW_WORDS content words."""
    return sum(token.word not in FUNCTION_WORDS for token in tokens(question)) <= FEW_WORDS


def _may_be(kind: NameKind | None, pronoun: str) -> bool:
    """Whether a pronoun can stand for a name of this kind."""
    if _pattern("person").fullmatch(pronoun):
        return kind in {NameKind.PERSON, None}
    return kind is not NameKind.PERSON or _pattern("plural").fullmatch(pronoun) is not None


def _pattern(key: str) -> re.Pattern[str]:
    return patterns("dependence", key)[0]
