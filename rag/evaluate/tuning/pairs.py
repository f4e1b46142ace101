"""Records -> pairs of a text that asks and the record meant, made of the records' own words, without a label.

A record gives its title, or one of its sentences, away as a question, and is searched without it. So the words of the
question need not be the record's. Some of its rare words ask for it too, its subject headings, and a name that it
contains in another spelling.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from random import Random
from typing import TypeVar

from rag.language.phrases import Phrases
from rag.language.sentences import sentences
from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tokens import tokens, words
from rag.names.authority import Authorities, AuthorityName
from rag.record import Record

_Listed = TypeVar("_Listed")

MOST_RECORDS = 4000  # records that are learned from and held out, at most
LEAST_RECORDS = 400  # records below which nothing is learned that could be shown to help
HELD_OUT = 0.25  # share of the records, in whole groups, on which the gate measures
CHOOSING = 0.12  # share, likewise, by which one of the candidates is chosen for the gate

_LEAST_GROUPS = 6
_LARGEST = 0.5  # share of the records in one group from which on the groups do not serve
_RUN = 20  # runs of neighbours that serve as groups where nothing else does
_WORDS = 6  # words of a question or of what is left of a record, at least
_TITLE = 3  # words of a title that say something, at least
_RARE = 0.01  # share of the records that have a rare word, at most
_FEW, _SEVERAL, _RAREST = 3, 6, 10  # rare words in a question, and among how many they are drawn
_HEADED = 20  # records under one heading, at most


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and what it asks for."""

    kind: str  # "title", "sentence", "words", "heading" or "spelling"
    question: str
    relevant: tuple[str, ...]  # ids of the records meant, the one it was made of first


@dataclass(frozen=True, slots=True)
class Examples:
    """Records without what they gave away, and the pairs."""

    records: tuple[Record, ...]
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """Records to learn from, to choose a candidate by, and to judge it by; no group is in two of them."""

    by: str  # what the groups are: "volume", "archive", "file", "series", "year" or "run of neighbours"
    held_out: tuple[str, ...]  # the groups that the gate judges by
    learn: tuple[Record, ...]
    choose: tuple[Record, ...]
    judge: tuple[Record, ...]


def _year(record: Record) -> str:
    return str(record.date.start.year) if record.date and record.date.start else ""


_GROUPINGS: Mapping[str, Callable[[Record], str]] = {
    "volume": lambda record: "".join(record.hierarchy[:1]),
    "archive": lambda record: record.archive or "",
    "file": lambda record: record.listings[0].file,
    "series": lambda record: " > ".join(record.hierarchy[:2]),
    "year": _year,
}


def spread(listed: Sequence[_Listed], most: int) -> list[_Listed]:
    """At most so many, evenly from the whole as it is listed."""
    if len(listed) <= most:
        return list(listed)
    return [listed[place * len(listed) // most] for place in range(most)]


def spread_by_kind(pairs: Sequence[Pair], most: int) -> list[Pair]:
    """At most so many, of each kind as many as of any other or all that there are."""
    by_kind: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_kind[pair.kind].append(pair)
    taken: list[Pair] = []
    for done, kind in enumerate(sorted(by_kind.values(), key=len)):
        taken += spread(kind, (most - len(taken)) // (len(by_kind) - done))
    return taken


def split(records: Sequence[Record], draw: int = 0) -> Split:
    """Divide the records by the first grouping that has enough groups, none too large; each draw holds out others."""
    by, groups = _groups(records)
    names = sorted(groups)
    Random(draw).shuffle(names)  # noqa: S311 - the same on every run
    parts: dict[str, list[Record]] = {"judge": [], "choose": [], "learn": []}
    held_out = []
    for name in names:
        small = len(groups[name]) <= HELD_OUT * len(records) * 1.2
        if small and len(parts["judge"]) < 0.8 * HELD_OUT * len(records):
            held_out.append(name)
            parts["judge"] += groups[name]
        elif small and len(parts["choose"]) < 0.8 * CHOOSING * len(records):
            parts["choose"] += groups[name]
        else:
            parts["learn"] += groups[name]
    return Split(by, tuple(held_out), *(tuple(parts[part]) for part in ("learn", "choose", "judge")))


def _groups(records: Sequence[Record]) -> tuple[str, dict[str, list[Record]]]:
    for by, of in _GROUPINGS.items():
        groups: defaultdict[str, list[Record]] = defaultdict(list)
        for record in records:
            groups[of(record)].append(record)
        if len(groups) >= _LEAST_GROUPS and max(map(len, groups.values())) <= _LARGEST * len(records):
            return by, groups
    size = -(-len(records) // _RUN)
    runs = {
        f"{start + 1}-{start + size}": list(records[start : start + size]) for start in range(0, len(records), size)
    }
    return "run of neighbours", runs


def examples(records: Sequence[Record], authorities: Authorities) -> Examples:
    """Pairs of every kind that these records allow; the same on every run."""
    chance = Random(1)  # noqa: S311
    titles = Counter(" ".join(words(record.title)) for record in records)
    given = [_giving(record, titles, chance) for record in records]
    kept = [record for record, _ in given]
    frequencies = Counter(chain.from_iterable({*words(record.text)} for record in kept))
    most = max(2, int(_RARE * len(kept)))
    pairs = [pair for _, pair in given if pair is not None]
    other_names = _OtherNames(authorities)
    for record in kept:
        rare = [word for word in dict.fromkeys(words(record.text)) if _is_rare(word, frequencies, most)]
        rare = sorted(sorted(rare, key=frequencies.__getitem__)[:_RAREST], key=lambda _: chance.random())
        if len(rare) >= _FEW:
            pairs.append(Pair("words", " ".join(rare[: chance.randint(_FEW, _SEVERAL)]), (record.id,)))
        pairs += other_names.pairs(record, rare, frequencies, most)
    return Examples(tuple(kept), (*pairs, *_headed(kept)))


def _is_rare(word: str, frequencies: Mapping[str, int], most: int) -> bool:
    return word.isalpha() and len(word) >= _FEW and word not in FUNCTION_WORDS and 1 < frequencies[word] <= most


def _giving(record: Record, titles: Mapping[str, int], chance: Random) -> tuple[Record, Pair | None]:
    """A record without its title or a sentence, and the pair that this makes; whole where it can spare neither."""
    said = list(sentences(record.summary))
    long = [each for each in said if len(words(each)) >= _WORDS]
    title = words(record.title)
    telling = [word for word in title if word not in FUNCTION_WORDS and word.isalpha()]
    ways = []
    if titles[" ".join(title)] == 1 and len(telling) >= _TITLE and long:
        ways.append("title")
    if len(long) > 1:
        ways.append("sentence")
    if not ways:
        return record, None
    if chance.choice(ways) == "title":
        left = replace(record, title=said[0], summary=" ".join(said[1:]))
        return left, Pair("title", record.title, (record.id,))
    sentence = chance.choice(long)
    said.remove(sentence)
    return replace(record, summary=" ".join(said)), Pair("sentence", sentence, (record.id,))


def _headed(records: Sequence[Record]) -> Iterator[Pair]:
    """Each subject heading that a few of the records stand under."""
    under: defaultdict[str, list[str]] = defaultdict(list)
    for record in records:
        for subject in record.subjects:
            under[subject].append(record.id)
    for subject, ids in under.items():
        if len(ids) <= _HEADED:
            yield Pair("heading", subject, tuple(ids))


class _OtherNames:
    """Finds names in records that are also spelled otherwise."""

    def __init__(self, authorities: Authorities) -> None:
        forms = {form: name for of_kind in authorities.forms.values() for form, name in of_kind.items() if name.also}
        self._forms: Mapping[str, AuthorityName] = forms
        self._finder = Phrases(forms)
        self._is_cased = authorities.is_cased

    def pairs(self, record: Record, rare: Sequence[str], frequencies: Mapping[str, int], most: int) -> Iterator[Pair]:
        """The first such name of a record, if it is rare, in another spelling, with some rare words beside it."""
        running = tokens(record.text)
        said = [token.word for token in running]
        for first, end in self._finder.spans(said):
            name = self._forms[" ".join(said[first:end])]
            own = set(words(" ".join(name.spellings)))
            others = [form for form in (name.name, *name.also) if not set(words(form)) <= set(said)]
            beside = [word for word in rare if word not in own][: _FEW - 1]
            is_rare = min(frequencies[word] for word in said[first:end]) <= most * _FEW
            if others and beside and is_rare and self._is_cased(running[first:end]):
                yield Pair("spelling", " ".join((others[0], *beside)), (record.id,))
                return
