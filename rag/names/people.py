"""Mentions -> persons, one for all spellings of a name, with the words by which they are called.

A. I. Alekseev, Alexeev and Alekseyev are one: the surnames sound alike and the given names do not contradict. Fidel and
Raul Castro are two, and a bare Castro is neither until the record says which. A surname one letter away from a far
commoner one with the same given name (Fidel Casto) is a misspelling.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

from rag.language.phonetics import sound
from rag.language.tables import word_lists
from rag.language.tokens import words
from rag.language.word_list import is_english
from rag.names.authority import NameKind
from rag.names.mentions import Mention
from rag.names.profile import Name

_INITIALS = word_lists("name_words")["initials"]
_RANKS = word_lists("name_words")["ranks"]  # King Hassan is not Martin Luther King
_SHORT = 2  # a word with no more letters calls nobody
_COMMONER = 3  # a spelling with so many times fewer records than another is a misspelling of it
_UNLIKELY = 10  # a surname so many times as often alone as in full means somebody else, even of the same rank
_UNRANKED = 2  # the same where no rank says who is meant
_SLIP = 6  # a lone surname with fewer letters is no misspelling of another


@dataclass(slots=True)
class _Form:
    """A name as written, counted."""

    words: tuple[str, ...]
    texts: Counter[str] = field(default_factory=Counter)
    ranks: set[str] = field(default_factory=set)
    records: int = 0
    sure: bool = False

    @property
    def phrase(self) -> str:
        return " ".join(self.words)

    @property
    def text(self) -> str:
        return max(self.texts, key=lambda text: (self.texts[text], text))


class People:
    """Collects mentions, a record at a time, and groups them into persons at the end."""

    def __init__(self) -> None:
        self._forms: dict[tuple[str, ...], _Form] = {}

    def add(self, mentions: Iterable[Mention]) -> None:
        """Count one record's mentions, each form once."""
        spelt = [(tuple(words(mention.form)), mention) for mention in mentions]
        firsts = {form[0] for form, _ in spelt if len(form) > 1}
        seen = set()
        for form, mention in spelt:
            if len(form) == 1 and form[0] in firsts:
                continue  # Chen, of Chen Yi
            counted = self._forms.setdefault(form, _Form(form))
            counted.texts[mention.form] += 1
            counted.sure |= mention.sure
            if mention.rank is not None:
                counted.ranks.add(mention.rank)
            counted.records += form not in seen
            seen.add(form)

    def people(self, *, is_ordinary: Callable[[str], bool]) -> Iterator[Name]:
        """Everyone, the most often named first.

        Args:
            is_ordinary: Whether the collection also writes this word in lower case, so that it names nobody alone.
        """
        forms = [form for form in self._forms.values() if not _is_no_name(form, is_ordinary)]
        families = _families([form for form in forms if len(form.words) > 1])
        _join_lone(families, [form for form in forms if len(form.words) == 1])
        found = [
            _person(
                cluster,
                family.surnames,
                lambda word: len(word) > _SHORT and word not in _RANKS and not is_ordinary(word),
            )
            for family in families.values()
            for cluster in family.clusters()
        ]
        yield from sorted(found, key=lambda person: (-person.records, person.text))


def _is_no_name(form: _Form, is_ordinary: Callable[[str], bool]) -> bool:
    """Whether these are ordinary words that look like a name: I. Terms, Chairman Atomic."""
    if form.sure and len(form.words) > 1 and not _is_initial(form.words[0]):
        return False
    return any(is_ordinary(word) for word in form.words if not _is_initial(word))


@dataclass(slots=True)
class _Family:
    """Forms with spellings of one surname."""

    forms: list[_Form] = field(default_factory=list)
    surnames: Counter[str] = field(default_factory=Counter)
    lone: list[_Form] = field(default_factory=list)

    def add(self, form: _Form, surname: str) -> None:
        self.forms.append(form)
        self.surnames[surname] += form.records

    def clusters(self) -> list[list[_Form]]:
        """Its forms by person: full given names, then the initials that fit exactly one of them."""
        found: list[list[_Form]] = []
        for form in sorted(self.forms, key=lambda form: (_is_initial(form.words[0]), -len(form.words), -form.records)):
            fitting = [cluster for cluster in found if any(may_be_one(form.words, other.words) for other in cluster)]
            if len(fitting) == 1:
                fitting[0].append(form)
            else:
                found.append([form])
        if not found or not self._are_one():
            return [*found, self.lone]
        if len(found) == 1:
            found[0].extend(self.lone)
        return found

    def _are_one(self) -> bool:
        """Whether the surname alone may mean whom the full forms name: of like rank, or not far oftener named so."""
        alone, full = (sum(form.records for form in forms) for forms in (self.lone, self.forms))
        ranked, ranks = (set[str]().union(*(form.ranks for form in forms)) for forms in (self.lone, self.forms))
        if ranked and ranks:  # President Eisenhower is not Dr. Milton Eisenhower
            return not ranked.isdisjoint(ranks) and alone <= _UNLIKELY * full
        return alone <= _UNRANKED * full


def may_be_one(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two full names, as words, with like surnames may be one person's: N. S. and Nikita may."""
    short, long = sorted((tuple(one), tuple(other)), key=len)
    if short in (long[: len(short)], long[-len(short) :]):
        return True  # Fidel Castro (Ruz), (Ernesto) Che Guevara
    pairs = zip(one[:-1], other[:-1], strict=False)
    return all(_like(a, b) for a, b in pairs)


def _like(one: str, other: str) -> bool:
    """Whether two given names are one, or one is the initial of the other."""
    if _is_initial(one) or _is_initial(other):
        short, long = sorted((one, other), key=len)
        return long.startswith(short) or sound(long).startswith(sound(short))
    return sound(one) == sound(other)


def _is_initial(word: str) -> bool:
    return len(word) == 1 or word in _INITIALS


def _families(forms: list[_Form]) -> dict[str, _Family]:
    """Forms by the sound of their surnames."""
    families: dict[str, _Family] = defaultdict(_Family)
    known = {form.words for form in forms}
    for form in forms:
        # A second surname (Castro Ruz) is one where the name without it is known.
        surname = form.words[-2] if form.words[:-1] in known else form.words[-1]
        families[sound(surname)].add(form, surname)
    by_given: dict[tuple[str, ...], list[tuple[_Form, str]]] = defaultdict(list)
    for key, family in families.items():
        for form in family.forms:
            by_given[form.words[:-1]].append((form, key))
    for key in [key for key, family in families.items() if len(family.forms) == 1]:
        slip = families[key].forms[0]
        right = _meant(slip, by_given[slip.words[:-1]])
        if right is not None and right in families and right != key:
            families[right].add(slip, slip.words[-1])
            del families[key]
    return families


def _meant(slip: _Form, namesakes: list[tuple[_Form, str]]) -> str | None:
    """The family that this form misspells: same given name, one letter off, far commoner."""
    if is_english(slip.words[-1]) or _is_initial(slip.words[0]):
        return None
    for form, key in namesakes:
        commoner = form.records >= _COMMONER * slip.records
        if commoner and OSA.distance(form.words[-1], slip.words[-1], score_cutoff=1) == 1:
            return key
    return None


def _join_lone(families: dict[str, _Family], lone: list[_Form]) -> None:
    """Give each lone surname to a family: one that sounds alike, one that it misspells, or its own."""
    common: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for family in families.values():
        for surname, count in family.surnames.items():
            common[surname[0]].append((surname, count))
    for form in sorted(lone, key=lambda form: (-form.records, form.phrase)):
        word = form.words[0]
        key = sound(word)
        if key not in families and len(word) >= _SLIP and not is_english(word):
            near = [
                surname
                for surname, count in common[word[0]]
                if count >= _COMMONER * form.records and OSA.distance(surname, word, score_cutoff=1) == 1
            ]
            key = sound(near[0]) if len(near) == 1 else key
        family = families.setdefault(key, _Family())
        family.surnames[word] += form.records
        family.lone.append(form)


def _person(cluster: list[_Form], surnames: Iterable[str], is_distinct: Callable[[str], bool]) -> Name:
    best = max(
        cluster,
        key=lambda form: (
            len(form.words) > 1,
            not _is_initial(form.words[0]),
            form.records,
            len(form.words),
            form.phrase,
        ),
    )
    return Name(
        re.sub(r"\.(?=\w)", ". ", best.text),
        NameKind.PERSON,
        forms=tuple(sorted(form.phrase for form in cluster if len(form.words) > 1)),
        surnames=tuple(sorted(filter(is_distinct, surnames))),
        firsts=tuple(sorted({form.words[0] for form in cluster if len(form.words) > 1 and is_distinct(form.words[0])})),
        ranks=tuple(sorted({rank for form in cluster for rank in form.ranks})),
        records=sum(form.records for form in cluster),
    )
