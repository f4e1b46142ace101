"""A question in another language -> its gloss: the same question word by word in English, with the collection's names.

The gloss is then read as any question is, so that what English can ask (how many, the first, without, in October 1962)
can be asked in the other languages too. A word that no table has is looked for in the collection: as a name, in the
case that grammar gave it or without; as a word that English shares but for its ending. What remains is left out, and
the reader told in that language.
"""

import calendar
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from anyascii import anyascii

from rag.language.document_types import types_of
from rag.language.foreign.lexicon import Lexicon, greetings, languages, lexicon
from rag.language.foreign.recognition import language_of
from rag.language.tokens import Token, folded, tokens
from rag.language.word_list import is_english
from rag.query.names import Names

_SHORT = 3  # letters that are left of a name without its ending, at least
_COGNATE = 5  # letters of a word that English may share, at least
_DECADE = re.compile(r"\b(?:19)?([2-9]0)(?:er|-?(?:\u0445|\u044b?\u0435)|\. ?l(?:et|etech|éta|ét))\b", re.IGNORECASE)
_HYPHEN = re.compile(r"(?<=[^\W\d_])[\u2010-\u2015-](?=[^\W_])")
_MONTH = "|".join(calendar.month_name[1:])
_TIDY = (
    (re.compile(r"[«»„“”]"), '"'),
    (re.compile(r"[¿¡'\u2019]|[\u2010-\u2015-](?![^\W_])"), " "),
    (re.compile(r"\bdecade\s+(?:of\s+)?(?:19)?(\d0)s?\b"), r"19\1s"),
    (re.compile(rf"\b(\d{{1,2}})\.?(?: of)? ({_MONTH})\b(?: of)?"), r"\1 \2"),
    (re.compile(rf"\b({_MONTH})(?: of)? (?=\d{{4}}\b)"), r"\1 "),
    (re.compile(r"\s+(?=[?.!,;:)])"), ""),
    (re.compile(r"\s+"), " "),
)


@dataclass(frozen=True, slots=True)
class Gloss:
    """A question in English, word by word."""

    language: str  # the code of the question's own language
    text: str
    unread: tuple[str, ...]  # words that were left out, because nothing is known of them

    @property
    def name(self) -> str:
        """What the language is called."""
        name: str = lexicon(self.language).traits["name"]
        return name

    @property
    def notes(self) -> list[str]:
        """What the reader must know, in the language of the question."""
        says = lexicon(self.language).traits
        unread = [says["unread"].format(words=", ".join(self.unread))] if self.unread else []
        return [says["searched"].format(gloss=self.text.rstrip(" ?!.")), *unread]


def gloss(question: str, names: Names, before: Sequence[str] = ()) -> Gloss | None:
    """The gloss of a question; None for one in English, or in a language that is not known.

    Args:
        names: Those of the collection.
        before: The questions before, of which one that leans on them may have the language.
    """
    code = language_of(question, language_of(before[-1]) if before else None)
    return None if code is None else _Reading(question, lexicon(code), names).gloss(alone=not before)


class _Reading:
    """A question while it is glossed."""

    def __init__(self, question: str, words: Lexicon, names: Names) -> None:
        self._text = _HYPHEN.sub(" ", _DECADE.sub(r"19\1s", unicodedata.normalize("NFC", question)))
        self._asked = tokens(self._text)
        self._low = [token.text.lower() for token in self._asked]
        self._lexicon = words
        self._names = names
        self._unread: dict[str, None] = {}

    def gloss(self, *, alone: bool) -> Gloss | None:
        """The whole of it; None where nothing of it can be read.

        Args:
            alone: Whether no question stands before it, so that its pronouns mean nothing that it does not name.
        """
        if greeted := greetings().get(" ".join(self._low)):
            return Gloss(self._lexicon.code, greeted[1], ())
        between: list[str] = []
        said: list[str] = []
        at, done, before = 0, 0, ""
        while at < len(self._asked):
            end, english = self._entry(at) or (at + 1, self._word(at))
            before += self._text[done : self._asked[at].start]
            if english and not (alone and self._lexicon.kinds.get(english) == "points"):
                between.append(before)
                said.append(english)
                before = ""
            at, done = end, self._asked[end - 1].end
            if not english and self._text.startswith(
                ".", done
            ):  # an abbreviated word that says nothing: "r." of a year
                done += 1
        self._order(said, between)
        text = "".join(chain.from_iterable(zip(between, said, strict=True))) + before + self._text[done:]
        for untidy, tidy in _TIDY:
            text = untidy.sub(tidy, text)
        text = text.strip()
        return Gloss(self._lexicon.code, text, tuple(self._unread)) if tokens(text) else None

    def _order(self, said: list[str], between: Sequence[str]) -> None:
        """Put what English says by the order of words: "wrote Bundy" is "Bundy wrote", a letter's name its sender."""
        for at, word in enumerate(said):
            end = at + 1
            while end < len(said) and said[end][:1].isupper() and not between[end].strip():
                end += 1
            if end == at + 1:
                continue
            before, kind = said[at - 1] if at else "", self._lexicon.kinds.get(word)
            is_free = before != "who" and not before[:1].isupper()
            if (kind == "said" and is_free) or (kind == "sends" and types_of(before)):
                said[at:end] = [*said[at + 1 : end], word]
            elif self._lexicon.traits["endings"] and any(kind in languages()["sent"] for kind in types_of(word)[:1]):
                said[at + 1] = f"from {said[at + 1]}"

    def _entry(self, at: int) -> tuple[int, str] | None:
        """The longest entry of the lexicon that begins here; none where one word is a name of the collection: Che."""
        found = self._lexicon.longest(self._low, at)
        token = self._asked[at]
        may_be_name = at and token.text[0].isupper() and not (found and found[1][:1].isupper())
        if found is None or found[0] > at + 1 or not may_be_name:
            return found
        if self._lexicon.traits.get("nouns") and token.text.lower() not in self._lexicon.function:
            return found
        return None if folded(self._names.spelled(token.text) or "") == folded(token.text) else found

    def _word(self, at: int) -> str:
        """A word that the lexicon does not have, in English; "" where nothing is known of it."""
        token = self._asked[at]
        if token.text[0].isdigit():
            return token.text
        if token.text[0].isupper():
            if name := self._name(token):
                return name
            is_noun = self._lexicon.traits.get("nouns") and not is_english(token.word)
            if at and not is_noun:
                return _latin(token.text)
        for word in self._cognates(folded(_latin(token.text))):
            if self._names.has(word):
                return word
        self._unread[token.text] = None
        return ""

    def _name(self, token: Token) -> str | None:
        """How the collection spells a name, or a part of one, in whatever case it stands."""
        forms = [*self._forms(_latin(token.text))]
        for form in forms:
            if name := self._names.spelled(form):
                return form if folded(name) == folded(form) else name.title() if name.islower() else name
        return next((form.title() for form in forms if self._names.has(folded(form))), None)

    def _forms(self, name: str) -> Iterator[str]:
        """A name, then without each ending that it may have, and all of these in other letters."""
        traits = self._lexicon.traits
        forms = [name]
        for ending in traits["endings"].split():
            if folded(name).endswith(ending) and len(name) >= len(ending) + _SHORT:
                forms += [name[: -len(ending)] + base.strip("_") for base in traits["bases"].split()]
        yield from forms
        for letters, others in (pair.split("=") for pair in traits["letters"].split()):
            yield from (form.replace(letters, others) for form in map(folded, forms) if letters in form)

    def _cognates(self, word: str) -> Iterator[str]:
        """The words of English that a word may be."""
        if len(word) < _COGNATE:
            return
        yield word
        for pair in self._lexicon.traits["cognates"].split():
            ending, _, english = pair.partition("=")
            if word.endswith(ending):
                yield word[: -len(ending)] + english.strip("_")


def _latin(word: str) -> str:
    """A word in Latin letters: as it is, or transliterated."""
    return word if "LATIN" in unicodedata.name(word[0], "LATIN") else "".join(filter(str.isalnum, anyascii(word)))
