"""What is asked -> the words that a record must contain to be counted by a search, each with its spellings."""

from rag.answer.refusal import unmentioned
from rag.index.ports import IndexReader, Matching, QueryTerm
from rag.language.message import worded
from rag.language.tokens import tokens, words
from rag.query.intent import Intent, asks
from rag.query.understanding import Understanding
from rag.record import Filter

EVERY_RECORD = Matching((), 0)
NO_RECORD = Matching((), 1)


def matching_of(reader: IndexReader, understood: Understanding) -> Matching:
    """What contains all words of the topic, or where no record does, as many as any does, and at least one."""
    groups = tuple(term.spellings for term in topic_terms(understood))
    if not groups:  # all is said by conditions; or nothing at all, which no record contains
        return EVERY_RECORD if words(understood.text) else NO_RECORD
    return Matching(groups, max(reader.most_words(groups, understood.where), 1))


def missing_notes(reader: IndexReader, understood: Understanding, matching: Matching) -> list[str]:
    """What to say where no record contains all of the words: which none contains, or how many are contained at most."""
    asked, found = matching.words, matching.at_least
    written = {token.word: token.text for token in tokens(understood.text)}
    missing = [written.get(word, word) for word, *more in asked if not reader.count(Filter(words=((word, *more),)))]
    notes = [unmentioned(missing)] if missing else []
    if len(asked) - len(missing) > found:
        notes.append(
            worded(
                "No record found contains all %(all)s words; those counted contain %(most)s of them.",
                all=len(asked),
                most=found,
            )
        )
    return notes


def topic_terms(understood: Understanding) -> tuple[QueryTerm, ...]:
    """The terms that name what is sought.

    Keywords all do. In a question or a list, those that only ask, or are conditions on the description, do not.
    """
    read = understood.conditions
    is_described = read.types or read.senders or read.recipients or read.shelfmarks
    if understood.intent is Intent.FIND and not (is_described or asks(understood.text)):
        return understood.terms
    named = (*understood.words, *read.people, *read.places)
    known = frozenset(word for each in named for word in words(each))
    found = (term for term in understood.terms if not known.isdisjoint(" ".join(term.spellings).split()))
    return tuple(found) or (() if is_described else understood.terms)
