"""A text -> the same with what answers to the reader's words in it marked."""

from collections.abc import Iterable, Sequence
from functools import cache

from markupsafe import Markup, escape

from rag.answer.answer import Sentence
from rag.answer.highlights import Mark, Marker, Side
from rag.index.ports import QueryTerm
from rag.record import Hit, Record
from web.translation import gettext

_WORD, _MEANING, _END = "<mark>", '<mark class="meaning" title="%s">', "</mark>"


class Marking:
    """Marks the words of a search, as they stand, wherever a text has one of them."""

    def __init__(self, words: Sequence[tuple[str, ...]]) -> None:
        """Take the words with their spellings."""
        marker = Marker([QueryTerm(spellings, is_name=True) for spellings in words], [1.0] * len(words))
        self._alone = len(words) == 1
        self._marks = cache(marker.marks if words else lambda _: ())  # a page asks twice: to show, and why

    def __call__(self, text: str) -> Markup:
        """The text, marked."""
        return _marked(text, self._marks(text))

    def words_of(self, record: Record) -> tuple[str, ...]:
        """Those of several words that a record's title or summary has; all have the only one."""
        texts = () if self._alone else (record.title, record.summary)
        return tuple(dict.fromkeys(mark.asked for text in texts for mark in self._marks(text)))


def why(hit: Hit, contained: Sequence[str]) -> str:
    """What its score is made of, and which words of the search it has."""
    of_100 = [round(100 * share) for share in (hit.dense or 0.0, hit.score or 0.0)]
    words = gettext("It contains %(words)s.", words=", ".join(contained)) + " " if contained else ""
    if hit.dense is None:
        return words + gettext("Words it shares: %(share)s of 100.", share=of_100[1])
    return words + gettext(
        "Closeness in meaning: %(meaning)s of 100; with the words it shares: %(all)s.", meaning=of_100[0], all=of_100[1]
    )


def marked(sentence: Sentence) -> Markup:
    """A sentence of an answer."""
    return _marked(sentence.text, sentence.marks)


def _marked(text: str, marks: Iterable[Mark]) -> Markup:
    shown, at = "", 0
    for mark in marks:
        alike = mark.side is Side.MEANING
        begin = _MEANING % escape(gettext("similar to your word “%(word)s”", word=mark.asked)) if alike else _WORD
        shown += f"{escape(text[at : mark.start])}{begin}{escape(text[mark.start : mark.end])}{_END}"
        at = mark.end
    return Markup(f"{shown}{escape(text[at:])}")  # noqa: S704 - each text in it is escaped
