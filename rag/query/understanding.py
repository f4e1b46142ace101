"""What a question is taken to ask, ready to be searched."""

from dataclasses import dataclass, replace

from rag.dates.archival_date import Interval
from rag.embeddings.similar_words import Thesaurus
from rag.index.ports import QueryTerm
from rag.language.tokens import folded
from rag.language.word_list import is_english
from rag.query.conditions import NO_CONDITIONS, Conditions
from rag.query.conversation import FollowUp
from rag.query.followup import NO_LEANING, Leaning
from rag.query.gloss import Gloss
from rag.query.intent import Intent
from rag.query.names import NamedSpan, Respelling
from rag.record import EVERYTHING, Filter


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a question is taken to ask, ready to be searched.

    Attributes:
        text: The question as it stands alone: a follow-up with what it lacked.
        meaning: What is embedded: the text without the words that became a filter.
        terms: The words that carry it, each with the collection's own spellings.
        where: What a record must satisfy: the reader's own filter, or the one read from the question.
        when_text: The words that ask for days, or None.
        names: People, places and bodies it names, as the collection spells them.
        corrections: Spellings searched beside the reader's own.
        absent: Words and names that no record contains under any spelling.
        rewritten: Whether `text` was completed from the turns before.
        only_filter: Whether nothing but days is asked for ("documents from 1968").
        intent: The kind of answer that is asked for.
        conditions: What its words say that records must satisfy.
        listing: The filter with its people, places and words: the records that it asks for, where it asks for records.
            Days are compared with the listed date alone.
        words: The words of its topic, names and conditions apart.
        is_topic: Whether it names a topic and asks for nothing.
        asked: The question without its days and operators.
        spans: Where `asked` names people, places and bodies.
        gloss: The question in English, where it is in another language.
        parts: The questions that it holds, where it was read as several, or only in part.
        follow_up: What it was taken to go on from; None where it stands alone.
        leaning: What it takes along from the turns before.
    """

    text: str
    meaning: str = ""
    terms: tuple[QueryTerm, ...] = ()
    where: Filter = EVERYTHING
    when_text: str | None = None
    names: tuple[str, ...] = ()
    corrections: tuple[Respelling, ...] = ()
    absent: tuple[str, ...] = ()
    rewritten: bool = False
    only_filter: bool = False
    intent: Intent = Intent.FIND
    conditions: Conditions = NO_CONDITIONS
    listing: Filter = EVERYTHING
    words: tuple[str, ...] = ()
    is_topic: bool = False
    asked: str = ""
    spans: tuple[NamedSpan, ...] = ()
    gloss: Gloss | None = None
    parts: tuple[str, ...] = ()
    follow_up: FollowUp | None = None
    leaning: Leaning = NO_LEANING

    @property
    def language(self) -> str:
        """The code of the language that the question is in."""
        return self.gloss.language if self.gloss else "en"

    @property
    def english(self) -> str:
        """The question in the language of the records."""
        return self.gloss.text if self.gloss else self.text

    @property
    def is_own(self) -> bool:
        """Whether it is asked in words of its own, but for a name or days in the place of what only points at them."""
        return not self.leaning.carried and (self.follow_up is None or self.follow_up.own)

    @property
    def searched(self) -> str:
        """The question that finds the same by itself, as far as one can."""
        return self.follow_up.asked if self.follow_up and self.follow_up.asked else self.text

    @property
    def when(self) -> Interval | None:
        """The days asked for."""
        return self.where.when

    @property
    def unknown(self) -> frozenset[str]:
        """Words that neither the collection nor the language has: names or slips, which mean nothing by themselves."""
        return frozenset(word for word in map(folded, self.absent) if not is_english(word))

    def expanded(self, thesaurus: Thesaurus) -> tuple[QueryTerm, ...]:
        """The terms, each that may have synonyms with those of the collection."""
        unknown = self.unknown
        plain = [term.spellings[0] for term in self.terms if term.has_synonyms and unknown.isdisjoint(term.spellings)]
        found = dict(zip(plain, thesaurus.expansions(plain), strict=True))
        return tuple(replace(term, expansions=found.get(term.spellings[0], ())) for term in self.terms)
