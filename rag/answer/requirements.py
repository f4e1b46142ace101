"""What a question asks + the sentences of a record -> how much of it each sentence covers.

A record can be near a question and not answer it: many mention Mao, many mention visits, none a visit by Mao. So a
sentence is scored by the verbs and nouns of the question that it has: the same stem, a word for the same act (a trip
is a visit), or a word with a similar vector. The record must name the people asked about, and a place that is said to
have acted; the sentence or the title must name those who met; and a question for a number needs a number.
"""

import re
from collections.abc import Collection, Sequence

import numpy as np

from rag.answer.answer_type import AnswerType, Shares, before_rank, last_word
from rag.answer.highlights import Marker, TermsFound
from rag.answer.subjects import Subject
from rag.dates.phrases import phrases
from rag.index.analyzer import terms_of
from rag.index.ports import QueryTerm
from rag.language.message import counted, listed, quoted, worded
from rag.language.tables import table, word_lists
from rag.language.tokens import tokens, words
from rag.language.word_list import is_english
from rag.query.conditions import is_about
from rag.query.intent import Intent, asks
from rag.query.understanding import Understanding
from rag.record import Record
from rag.search.ranking import Evidence

_ACTS = tuple(word_lists("acts").values())
_MEETING = word_lists("acts")["meeting"]
_VISITING = word_lists("acts")["visiting"]
_CONTENT_INTENTS = frozenset({Intent.WHEN, Intent.WHERE, Intent.WHO, Intent.HOW_MANY, Intent.YES_NO})
_UNNAMED = word_lists("verdict_words")["unnamed"]
_MOTION = word_lists("verdict_words")["motion"]
WORDED_FREELY = _MEETING | word_lists("acts")["writing"]  # what passes between people, in many words
_STAYING = _VISITING - _MOTION
_GOING = re.compile(rf"\b(?:{'|'.join(_MOTION)}) to (?:the )?[A-Z]")
_ACTING = re.compile(rf"\b(?:{table('intents')['words']['aux']}) (?:the )?$", re.IGNORECASE)  # did the | Soviet Union
_DEFINING = re.compile(table("intents")["words"]["defining"], re.IGNORECASE)
_GENERAL = word_lists("verdict_words")["general"] | (
    word_lists("name_words")["ranks"] - word_lists("verdict_words")["unnamed"]
)
_SAYING = frozenset(map(terms_of, word_lists("name_words")["verbs"]))
_NUMERALS = {**table("numerals")["values"], **table("numerals")["scales"]}.keys() | word_lists("verdict_words")[
    "vague_numbers"
]
_NUMERALS -= word_lists("verdict_words")["uncounted"]
_FIGURES = re.compile(r"(?<![\w.-])\d[\d.,]*(?![\w-])")
_OWNED = re.compile(r"\b([A-Z]\w+)(?:['\u2019]s|s['\u2019]) +(\w+)(?: +(\w+))?")

# Cosines of two words up to which one does not cover the other, and from which on it covers it fully.
_UNLIKE, _ALIKE = 0.25, 0.60

# Coverage of a word that is in the title or in another sentence of the record. At 0 of the 105 near-subject questions
# that have an answer 3 are refused, not 1.
_ELSEWHERE_IN_RECORD = 0.5

# Weight of a word for an act, as a share of its rarity: it is required anyway, and has many synonyms. At 1 of the
# near-subject questions that nothing answers .80 are refused, not .84.
_ACT_WEIGHT = 0.5

# Coverage from which on a sentence answers a question about an act or a number. Of the questions left out of what
# `make answerability` learns, at .2 7 of 225 that records answer are refused, not 5, and 5 of 16 that they do not,
# not 9.
ACT_THRESHOLD = 0.35

# The same where neither is asked for: a record may say it in other words. At ACT_THRESHOLD's share 8 of the 225 are
# refused; at 0 one more of the reference desk's 722 turns.
CONTENT_THRESHOLD = 0.08

# Factor on the coverage of a meeting that the record only mentions. At 0 of the 105 near-subject questions that have
# an answer 6 are refused, not 1; at 1 two turns of the reference desk fail.
_IN_PASSING = 0.65

# Factor on the coverage of a record that does not name the place where something happened. At 1 two turns of the
# reference desk fail.
_PLACE_MISSING = 0.4

_PAIR = 2  # people, where a question is about what passed between them


class Requirements:
    """What a record must cover to answer one question.

    Attributes:
        words: The verbs and nouns that it must cover, as the question has them.
        asks_of_content: Whether the question asks what records say, in words of its own; else nothing is required.
        defines: Whether it asks who or what its one subject is.
        wants_partners: Whether it asks who met whom.
        answer_type: The type of answer that it expects.
        threshold: Coverage, in [0, 1], from which on a sentence answers.
    """

    def __init__(
        self, understood: Understanding, about: Sequence[Subject], marker: Marker, rarity: Sequence[float]
    ) -> None:
        """Take the question, its subjects, and its words with the inverse document frequency of each."""
        central = [each for each in about if not each.is_circumstance]
        circumstances = [each.spellings for each in about if each.is_circumstance]
        self._marker = marker
        self._coverages: dict[tuple[str, bool], Shares] = {}
        self._record_factors: dict[str, Shares] = {}
        self._acts_of_text: dict[str, frozenset[int]] = {}
        self._intent = understood.intent
        # A question completed from the turns before may have words that it does not ask for.
        self.asks_of_content = understood.is_own and (
            self._intent in _CONTENT_INTENTS or (self._intent is Intent.FIND and asks(understood.english))
        )
        self._circumstances = len(circumstances)
        self._where = _marker_of(circumstances)
        self._names = [each.name for each in central]
        self._central = frozenset(range(len(central)))
        self._actors = _actors(understood, central)
        terms = [(at, term.spellings[0]) for at, term in enumerate(understood.terms) if not term.is_name]
        acts = _acts(understood, terms, has_actors=bool(self._actors))
        needed = _needed(understood, about, terms, acts)
        self.words = tuple(word for _, word in needed)
        self._rows = [at for at, _ in needed]
        self._acts = {row: acts[at] for row, at in enumerate(self._rows) if at in acts}
        self._stems = [terms_of(word) for word in self.words]
        self._rarity = [_rarity_of(each, understood.terms, rarity) for each in central]
        self._weights = np.array([rarity[at] * (_ACT_WEIGHT if at in acts else 1.0) for at in self._rows])
        self.asks_of_act = bool(acts)
        self.wants_number = self._intent is Intent.HOW_MANY
        if understood.gloss:  # its words are translations, and a record may have others for the same
            self.threshold = 0.0
        else:
            self.threshold = ACT_THRESHOLD if acts or self.wants_number else CONTENT_THRESHOLD
        self._visits = _VISITING in acts.values()
        self._spelt = [
            each.own if self._visits and each.own and not each.is_person else each.spellings for each in central
        ]
        self._subjects = _marker_of(self._spelt)
        self._party = self._central if self._visits else self._actors
        self.wants_partners = self._intent is Intent.WHO and bool(central) and _MEETING in acts.values()
        self.answer_type = AnswerType(understood, self._subjects, self._spelt)
        self.defines = bool(
            central and _DEFINING.match(understood.english) and not self.words and not self.answer_type.ranks
        )
        self.answer_type.wants_role = self.defines and bool(self._actors)

    def best_coverage(self, weighed: Sequence[Evidence]) -> dict[str, float]:
        """The most that a passage of each record covers, by the record's id."""
        self._marker.look_up(text for each in weighed if self._factors(each).any() for text in each.passages.texts)
        return {each.hit.record.id: float(self.coverage_by(each).max()) for each in weighed}

    def coverage_by(self, evidence: Evidence, *, alone: bool = False) -> Shares:
        """(n,) coverage by each passage of a record, the title first; where `alone`, by its own words only."""
        key = (evidence.hit.record.id, alone)
        if key not in self._coverages:
            self._coverages[key] = self._coverage_by(evidence, alone=alone)
        return self._coverages[key]

    def _coverage_by(self, evidence: Evidence, *, alone: bool) -> Shares:
        factors, texts = self._factors(evidence), evidence.passages.texts
        if not factors.any():
            return factors
        shares = factors * self._shares(texts, alone=alone)
        if self._intent is Intent.HOW_MANY:
            shares *= [share > 0.0 and _has_number(text) for share, text in zip(shares, texts, strict=True)]
        elif self.answer_type.is_required:
            shares *= self.answer_type.shown_by(evidence).max()
        return shares

    def _factors(self, evidence: Evidence) -> Shares:
        """(n,) factor for each passage of a record, whatever words it has: by whom it names, and whose act it is."""
        record = evidence.hit.record
        if record.id not in self._record_factors:
            self._record_factors[record.id] = self._factors_of(record, evidence.passages.texts)
        return self._record_factors[record.id]

    def _factors_of(self, record: Record, texts: Sequence[str]) -> Shares:
        named = [self._subjects.terms_in([text]) for text in texts]
        anywhere = frozenset[int]().union(*named)
        if not self._actors <= anywhere:
            return np.zeros(len(texts))
        factors = np.ones(len(texts))
        if self._acts:
            factors = self._parties(record, texts, named)
        elif self._intent is Intent.WHO and self.words:
            factors *= [1.0 if self._actors <= each else _ELSEWHERE_IN_RECORD for each in named]
        elif len(self._actors) == _PAIR and not any(self._actors <= each for each in named):
            factors *= 0.0
        if self.words and (missing := self._central - anywhere):
            weight = float(self._weights.sum())
            factors *= weight / (weight + sum(self._rarity[at] for at in missing))
        if self._circumstances and len(self._where.terms_in(texts)) < self._circumstances:
            factors *= _PLACE_MISSING
        return factors

    def _parties(self, record: Record, texts: Sequence[str], named: Sequence[TermsFound]) -> Shares:
        """(n,) factor for each passage: whether it has the act together with its parties.

        The parties in the title count for every sentence, unless the record has others do the act.
        """
        has = [len(self._acts_in(text)) == len(self._acts) for text in texts]
        whole = [self._party <= each for each in named]
        people = {last_word(name) for name in record.people}
        of_others = any(
            has_act and not is_whole and len(people.intersection(words(text))) >= _PAIR
            for has_act, is_whole, text in zip(has, whole, texts, strict=True)
        )
        found = []
        for at, each in enumerate(named):
            by_title = not of_others and self._party <= each | named[0]
            if (has[at] and whole[at]) or (has[0] and by_title):
                found.append(1.0)
            else:
                found.append(_IN_PASSING if has[at] and by_title else 0.0)
        certain = _IN_PASSING if _MEETING in self._acts.values() and not (has[0] or self._visits) else 1.0
        least = float(has[0] and whole[0])
        return np.array([certain * max(each, least) for each in found])

    def _acts_in(self, text: str) -> frozenset[int]:
        """The rows of acts that a text has a word of; go and come are visits only where "to" and a name follow."""
        if text not in self._acts_of_text:
            said = words(text)
            goes = self._visits and _GOING.search(text) is not None
            self._acts_of_text[text] = frozenset(
                row
                for row, act in self._acts.items()
                if goes or not (_STAYING if act is _VISITING else act).isdisjoint(said)
            )
        return self._acts_of_text[text]

    def may_be_near(self, weighed: Sequence[Evidence]) -> bool:
        """Whether records may help that do not say it in so many words: one names whoever acts.

        A number stands there or does not.
        """
        return not self.wants_number and any(map(self.names_actors, weighed))

    def unanswered(self) -> str:
        """A sentence that says what no record covers."""
        if self._intent is Intent.HOW_MANY:
            return worded("Some records come close, but none gives the number you asked for.")
        said, names = listed(quoted(self.words)), listed(self._names)
        if said and names:
            return worded(
                "Some records come close, but no sentence mentions %(words)s together with %(names)s.",
                words=said,
                names=names,
            )
        if not said and not names:
            return worded("Some records come close, but none says what you asked.")
        return counted(
            "Some records come close, but none mentions %(words)s.",
            "Some records come close, but none mentions %(words)s together.",
            len(self.words or self._names),
            words=said or names,
        )

    def missing_from(self, evidence: Evidence) -> list[float]:
        """The inverse document frequencies of those words of the question that a record lacks."""
        if not self.words:
            return []
        most = self._covered(evidence.passages.texts, alone=True).max(axis=1)
        return [float(weight) for weight, covered in zip(self._weights, most, strict=True) if covered < 1.0]

    def word_share(self, evidence: Evidence) -> float:
        """The largest share of the words in one sentence of a record, whomever it is about."""
        return float(self._shares(evidence.passages.texts, alone=True).max())

    def names_actors(self, evidence: Evidence) -> bool:
        """Whether a record names everybody who is asked about as acting."""
        return self._actors <= self._subjects.terms_in(evidence.passages.texts)

    def _shares(self, texts: Sequence[str], *, alone: bool) -> Shares:
        """(n,) share of the words that each passage has, whomever it is about."""
        if not self.words:
            return np.ones(len(texts))
        shares: Shares = self._weights @ self._covered(texts, alone=alone) / self._weights.sum()
        return shares

    def _covered(self, texts: Sequence[str], *, alone: bool) -> Shares:
        """(words, n) coverage of each word by each passage, in [0, 1]."""
        covered = self._marker.coverage(texts)[self._rows]
        for column, text in enumerate(texts):
            if acts := self._acts_in(text):
                covered[[*acts], column] = 1.0
            if others := self._owned_by_others(text):
                covered[others, column] = 0.0
        if not alone and self._intent is not Intent.HOW_MANY:  # which counts what its own sentence names
            covered = np.maximum(covered, _ELSEWHERE_IN_RECORD * (covered.max(axis=1, keepdims=True) >= 1.0))
        return np.clip((covered - _UNLIKE) / (_ALIKE - _UNLIKE), 0.0, 1.0)

    def _owned_by_others(self, text: str) -> list[int]:
        """The rows of words that a text ascribes to somebody else: Castro's visit is not Khrushchev's."""
        if not self._actors or self._intent is Intent.WHO:
            return []
        others = {
            word
            for owner, *words in _OWNED.findall(text)
            if not self._actors & self._subjects.terms_in([owner])
            for word in words
        }
        stems = {terms_of(word) for word in others}
        return [
            row
            for row, stem in enumerate(self._stems)
            if stem in stems or any(word.lower() in self._acts.get(row, ()) for word in others)
        ]


def _marker_of(subjects: Sequence[Sequence[str]]) -> Marker:
    """What finds these subjects, each under any of its spellings."""
    return Marker([QueryTerm(tuple(each), is_name=True) for each in subjects], [1.0] * len(subjects))


def _actors(understood: Understanding, central: Sequence[Subject]) -> frozenset[int]:
    """The places of those subjects that act, or on whom something is done: people, and a place that is said to act."""
    asked, may_act = understood.asked, understood.intent is Intent.FIND
    return frozenset(
        at
        for at, each in enumerate(central)
        if (each.is_person and _UNNAMED.isdisjoint(each.spellings))
        or (may_act and each.own and _ACTING.search(asked[: each.start]))
    )


def _acts(
    understood: Understanding, terms: Sequence[tuple[int, str]], *, has_actors: bool
) -> dict[int, frozenset[str]]:
    """The acts that a question asks for, by the places of their words; without actors no visit: where guns went."""
    goes = has_actors and _GOING.search(understood.asked) is not None
    return {
        at: act
        for at, word in terms
        for act in _ACTS
        if word in act and (act is not _VISITING or (goes if word in _MOTION else has_actors))
    }


def _needed(
    understood: Understanding,
    about: Sequence[Subject],
    terms: Sequence[tuple[int, str]],
    acts: Collection[int],
) -> list[tuple[int, str]]:
    """Those terms that a record must cover: acts, and words that neither name a subject nor only ask."""
    named = {spelling for each in about for spelling in each.spellings}
    named |= {token.word for token in tokens(understood.asked)[1:] if token.text[0].isupper()}
    named |= before_rank(understood.asked)
    only_asking = named | _GENERAL | _MOTION
    return [
        (at, word)
        for at, word in terms
        if at in acts
        or not (
            word in only_asking
            or understood.uses.only_asks(word)
            or terms_of(word) in _SAYING
            or is_about(word)
            or any(map(str.isdigit, word))
            or _is_slip(word, understood)
        )
    ]


def _rarity_of(subject: Subject, terms: Sequence[QueryTerm], rarity: Sequence[float]) -> float:
    """The rarity of the rarest term that is a spelling of a subject."""
    spellings = {*subject.spellings}
    return max((rarity[at] for at, term in enumerate(terms) if spellings & {*term.spellings}), default=0.0)


def _is_slip(word: str, understood: Understanding) -> bool:
    """Whether no record and no dictionary has a word."""
    return word in understood.absent and not is_english(word)


def _has_number(text: str) -> bool:
    """Whether a text has a number that is no date."""
    for found in reversed(list(phrases(text))):
        text = f"{text[: found.start]} {text[found.end :]}"
    return _FIGURES.search(text) is not None or not _NUMERALS.isdisjoint(words(text))
