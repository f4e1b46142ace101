"""What a question is taken to ask, ready to be searched."""

from dataclasses import dataclass, replace

from rag.dates.archival_date import Interval
from rag.embeddings.similar_words import Thesaurus
from rag.index.ports import QueryTerm
from rag.language.tokens import folded
from rag.language.word_list import is_english
from rag.query.carry_over import NO_CARRY_OVER, CarryOver
from rag.query.conditions import NO_CONDITIONS, Conditions
from rag.query.conversation import FollowUp
from rag.query.gloss import Gloss
from rag.query.intent import Intent
from rag.query.names import NamedSpan, Respelling
from rag.query.word_uses import NOTHING_READ, WordUses
from rag.record import EVERYTHING, Filter


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a question is taken to ask, ready to be searched."""

    text: str  # the question as it stands alone: a follow-up with what it lacked
    meaning: str = ""  # what is embedded: the text without the words that became a filter
    terms: tuple[QueryTerm, ...] = ()  # its content words, each with the collection's own spellings
    where: Filter = EVERYTHING  # what a record must satisfy: the reader's own filter, or the one read from the question
    when_text: str | None = None  # the words that ask for days, or None
    names: tuple[str, ...] = ()  # people, places and bodies it names, as the collection spells them
    corrections: tuple[Respelling, ...] = ()  # spellings searched beside the reader's own
    absent: tuple[str, ...] = ()  # words and names that no record contains under any spelling
    rewritten: bool = False  # whether `text` was completed from the turns before
    only_filter: bool = False  # whether nothing but days is asked for ("documents from 1968")
    intent: Intent = Intent.FIND  # the kind of answer that is asked for
    conditions: Conditions = NO_CONDITIONS  # what its words say that records must satisfy
    # The filter with its people, places and words: the records that it asks for, where it asks for records. Days are
    # compared with the listed date alone.
    listing: Filter = EVERYTHING
    uses: WordUses = NOTHING_READ  # what each of its words is for
    words: tuple[str, ...] = ()  # the words of its topic, names and conditions apart
    is_topic: bool = False  # whether it names a topic and asks for nothing
    asked: str = ""  # the question without its days and operators
    spans: tuple[NamedSpan, ...] = ()  # where `asked` names people, places and bodies
    gloss: Gloss | None = None  # the question in English, where it is in another language
    parts: tuple[str, ...] = ()  # the questions that it holds, where it was read as several, or only in part
    follow_up: FollowUp | None = None  # what it was taken to go on from; None where it stands alone
    carry_over: CarryOver = NO_CARRY_OVER  # what is carried over from the turns before

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
        """Whether it is asked in words of its own, but for a name or days in place of a pronoun."""
        return not self.carry_over.carried and (self.follow_up is None or self.follow_up.own)

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
