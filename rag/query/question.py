"""Words (and the turns before) -> what is asked: text, days, names, and the words that carry it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from itertools import compress
from typing import TYPE_CHECKING

from rag.index.ports import QueryTerm
from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tokens import folded, tokens
from rag.query.date_expressions import find_dates
from rag.query.followup import complete

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.dates.archival_date import Interval
    from rag.embeddings.similar_words import Thesaurus
    from rag.query.names import Names, Respelling, Term
    from rag.record import Filter


NAMED = 1.3
"""Factor on the BM25 score of a name: who is meant tells records apart better than what else is said.

Measured by a copy of the fusion (nDCG@10 on the development questions / Cranfield / every fifth heading of FRUS):
1 gives .955 / .580 / .301, 1.3 .957 / .580 / .302, 1.5 .958 / .580 / .304 but a follow-up falls behind.
"""


class Aspect(Enum):
    """What may be understood of a question; a reader can take each away."""

    DATES = "dates"
    NAMES = "names"
    SPELLING = "spelling"
    HISTORY = "history"


ALL_ASPECTS = frozenset(Aspect)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question asked before, and the answer's text where the caller kept it."""

    question: str
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """What a question is taken to ask.

    Attributes:
        text: The question as it stands alone: a follow-up with what it lacked.
        when: The days it asks for, or None.
        when_text: The words of the question that say so, or None.
        mentions: Days that it names without asking for them ("the 1962 crisis"), which raise records; or None.
        names: People, places and bodies it names, as the collection spells them.
        corrections: Spellings searched beside the reader's own.
        rewritten: Whether `text` was completed from the turns before.
        only_filter: Whether nothing but days is asked for ("documents from 1968").
    """

    text: str
    when: Interval | None = None
    when_text: str | None = None
    mentions: Interval | None = None
    names: tuple[str, ...] = ()
    corrections: tuple[Respelling, ...] = ()
    rewritten: bool = False
    only_filter: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A question made ready for retrieval.

    Attributes:
        meaning: The text to embed: what stands alone, without the words that became a filter.
        words: The words that carry it, with the collection's own spellings of each.
        named: Of each of the words, whether it names a person, place or body of the collection.
        where: The reader's own filter, or the one read from the question.
        absent: Words and names that the collection holds under no spelling.
        hint: Days that the question mentions without asking for them ("the 1962 crisis"), or None.
    """

    understood: Understood
    meaning: str
    words: tuple[QueryTerm, ...]
    named: tuple[bool, ...]
    where: Filter
    absent: tuple[str, ...] = ()
    hint: Interval | None = None

    @property
    def strangers(self) -> tuple[str, ...]:
        """Names among the absent words: capitalised, though they do not open the question."""
        return tuple(
            word for word in self.absent if word[0].isupper() and (" " in word or not self.meaning.startswith(word))
        )

    def alike(self, thesaurus: Thesaurus) -> tuple[QueryTerm, ...]:
        """The words, each that is no name with what may stand in for it."""
        # A name is only ever itself: what is used like it is another name.
        plain = [
            not named and len(word.spellings) == 1 and " " not in word.spellings[0]
            for word, named in zip(self.words, self.named, strict=True)
        ]
        found = iter(thesaurus.stand_ins([word.spellings[0] for word in compress(self.words, plain)]))
        return tuple(
            replace(word, stand_ins=next(found)) if each else word for word, each in zip(self.words, plain, strict=True)
        )


def understand(
    question: str, history: Sequence[Turn], where: Filter, names: Names, aspects: frozenset[Aspect]
) -> Asked:
    """Read a question as far as `aspects` allow; a filter that is given replaces the days read from it."""
    text = " ".join(writable(question).split())
    completed = None
    if Aspect.HISTORY in aspects and history:
        before = [" ".join(writable(turn.question).split()) for turn in history]
        completed = complete(text, before, content=carrying, is_name=names.is_name)
    text = completed or text
    when = find_dates(text) if Aspect.DATES in aspects else None
    asking = when if when is not None and not when.soft else None
    if asking is not None and where.when is None:
        where = replace(where, when=asking.interval)
    meaning = asking.rest if asking is not None and asking.rest.strip() else text
    found = names.read(meaning, names=Aspect.NAMES in aspects, spelling=Aspect.SPELLING in aspects)
    carried = _carried(found.terms)
    return Asked(
        Understood(
            text=text,
            when=where.when,
            when_text=asking.text if asking is not None else None,
            mentions=when.interval if when is not None and when.soft else None,
            names=found.names,
            # Without this, what is left is a name that the table knows under this spelling: shown as the name it is.
            corrections=found.corrections if Aspect.SPELLING in aspects else (),
            rewritten=completed is not None,
            only_filter=asking is not None and asking.only_filter,
        ),
        meaning=meaning,
        words=tuple(QueryTerm(term.spellings, NAMED if term.named else 1.0) for term in carried),
        named=tuple(term.named for term in carried),
        where=where,
        absent=tuple(word for word in found.absent if folded(word) not in FUNCTION_WORDS),
        hint=when.interval if when is not None and when.soft else None,
    )


def writable(text: str) -> str:
    """The text without what cannot be printed or embedded: lone surrogates, which bytes become that are no UTF-8."""
    return text.encode("utf-8", "replace").decode()


def carrying(text: str) -> list[str]:
    """The words of a text that carry what is asked, in its own spelling; empty where none does."""
    return [token.text for token in tokens(text) if token.word not in FUNCTION_WORDS]


def content_words(text: str) -> tuple[QueryTerm, ...]:
    """The words that carry a text, each once, under no spelling but their own."""
    return tuple(
        QueryTerm((word,)) for word in dict.fromkeys(token.word for token in tokens(text)) if word not in FUNCTION_WORDS
    )


def _carried(terms: Iterable[Term]) -> tuple[Term, ...]:
    """The terms that carry what is asked, each once; all of them where none does.

    What the collection spells in several ways is a name, even where it looks like a function word (US).
    """
    once = {term.spellings: term for term in terms}
    carried = [term for (first, *more), term in once.items() if more or first not in FUNCTION_WORDS]
    return tuple(carried or once.values())
