"""A question -> its subjects: whom and what it is about, by its names and its capitals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.language.stopwords import ARTICLES, FUNCTION_WORDS
from rag.language.tables import word_lists
from rag.language.tokens import Token, tokens, words
from rag.language.word_list import is_english
from rag.names.authority import NameKind
from rag.query.intent import COMPARISONS
from rag.query.understanding import Understanding
from rag.record import Filter


@dataclass(frozen=True, slots=True)
class Subject:
    """A person, body, place or thing that a question is about."""

    name: str  # for people to read
    spellings: tuple[str, ...]  # what a record contains that names it
    is_person: bool  # whether it is someone
    is_circumstance: bool  # whether it only says where
    # The name itself and as the question has it, without what is derived from it: Cuba, not Cuban.
    own: tuple[str, ...] = ()
    start: int = 0  # offset of its first character in the question
    written: str = ""  # as the question has it

    @property
    def filter(self) -> Filter:
        """What passes the records that name it."""
        return Filter(words=(self.spellings,))


_WORDS = word_lists("verdict_words")
_TITLES = frozenset().union(*(word_lists("name_words")[each] for each in ("ranks", "offices", "papers")))
_TITLES -= _WORDS["unnamed"]
_OWNS = frozenset({"'s", "\u2019s"})


def subjects(understood: Understanding) -> list[Subject]:
    """Whom and what a question is about, by its names and its capitals, in order; each once."""
    text = understood.asked
    said = tokens(text)
    found: list[Subject] = []
    taken: set[int] = set()
    for span in understood.spans:
        taken |= {token.start for token in said if span.start <= token.start < span.end}
        is_place = span.kind is NameKind.PLACE
        written = text[span.start : span.end]
        is_compared = span.is_derived and understood.intent in COMPARISONS  # Czech arms and Bulgarian
        if is_place and not is_compared and (span.is_derived or _is_short(written, span.name)):
            # Soviet, Sino-Soviet: of whatever follows.
            taken |= {token.start for token in said if text[token.end : span.start] == "-"}
            continue
        circumstance = span.kind is not NameKind.PERSON and _before(said, span.start) in _WORDS["circumstances"]
        own = (" ".join(words(span.name)), " ".join(words(written)))
        spellings = tuple(dict.fromkeys((*span.spellings, own[1])))
        is_person = span.kind is NameKind.PERSON
        found.append(Subject(span.name, spellings, is_person, circumstance, own, span.start, written))
    spelt = {term.spellings[0]: term.spellings for term in understood.terms}
    # Before a surname that records have, a given name that they lack: James, of J. Baker.
    surnames = {token.start for token in _capitals(said, text) if token.text not in understood.absent}
    for token in _capitals(said, text):
        is_given = token.text in understood.absent and token.end + 1 in surnames
        if token.start not in taken and not is_given:
            circumstance = _before(said, token.start) in _WORDS["circumstances"]
            spellings = spelt.get(token.word, (token.word,))
            is_person = token.word in _WORDS["unnamed"]
            found.append(Subject(token.text, spellings, is_person, circumstance, (), token.start, token.text))
    once = {each.spellings: each for each in sorted(found, key=lambda each: each.start)}
    return list(once.values())


def _is_short(written: str, name: str) -> bool:
    """Whether a place is written as an abbreviation, which often only qualifies the next word: U.S. policy."""
    return written.isupper() and not name.isupper()


def _capitals(said: Sequence[Token], text: str) -> Iterator[Token]:
    """The words with a capital that are no titles; none in another language, nor where words like "about" have one."""
    small = [token for token in said if token.word in FUNCTION_WORDS]
    if small and not any(token.text.istitle() for token in small if token is not said[0]):
        named = said if text[said[0].end :][:2] in _OWNS and not is_english(said[0].word) else said[1:]
        yield from (token for token in named if token.text[0].isupper() and token.word not in _TITLES | FUNCTION_WORDS)


def _before(said: Sequence[Token], start: int) -> str:
    """The word before this place, articles aside."""
    before = [token.word for token in said if token.start < start and token.word not in ARTICLES]
    return before[-1] if before else ""
