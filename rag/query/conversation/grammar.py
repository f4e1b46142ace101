"""How a question goes on from the turns before it: `conversation.toml` of the language, and how it is found."""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache

from rag.language import tables
from rag.language.stopwords import ARTICLES, FUNCTION_WORDS
from rag.language.tables import table
from rag.names.authority import NameKind
from rag.query.names import Names
from rag.query.substitution import proper_names


def patterns(section: str, key: str) -> tuple[re.Pattern[str], ...]:
    """The patterns for one way of going on."""
    return tables.patterns("conversation", section, key)


def trimmed(question: str) -> tuple[str, bool]:
    """A question without what only opens or closes it, and whether that joins it to the one before."""
    joins = False
    for key in ("polite", "joining", "polite", "closing", "too"):
        before = question
        while (once := patterns("openers", key)[0].sub("", question, count=1)) != question:
            question = once
        joins |= key in {"joining", "too"} and question != before
    return question, joins


def without_new_topic(question: str) -> str | None:
    """A question without what says that it is a new one; None where nothing does."""
    rest = patterns("openers", "anew")[0].sub("", question, count=1)
    return rest if rest != question else None


def number(word: str) -> int:
    """Two -> 2, 12 -> 12."""
    word = word.strip().lower()
    return int(word) if word.isdigit() else _value(table("conversation")["shift"]["numbers"], word) or 1


def ordinal(word: str) -> int:
    """Second -> 2, 3rd -> 3, last -> -1."""
    digits = re.match(r"\d+", word)
    if digits:
        return int(digits.group())
    return _value(table("conversation")["pointing"]["ordinals"], word.lower()) or 0


def _value(own: Mapping[str, int], word: str) -> int | None:
    """What a word counts, by these or as a numeral."""
    numerals: Mapping[str, int] = table("numerals")["values"]
    return own.get(word, numerals.get(word))


def way(word: str) -> int:
    """Before -> -1, same -> 0, after -> 1."""
    shift = table("conversation")["shift"]
    return 0 if word.lower() == shift["same"] else -1 if word.lower() in shift["back"].split() else 1


_MARKS = " +.,;:!?…–—-'’\"()“”"
_POSSESSIVE = re.compile(r"['’]s?$")


def cued(section: str, text: str, also: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """Each way of going on that a question has a cue of, with what it says beside.

    Args:
        also: Words that say nothing either.
    """
    for key in table("conversation")[section]:
        if has_cue(section, key, text):
            yield key, core(patterns(section, key)[0].sub(" ", text), also)


def has_cue(section: str, key: str, text: str) -> bool:
    """Whether a question has this cue."""
    return patterns(section, key)[0].search(text) is not None


def shift_cue(text: str) -> tuple[dict[str, str], str]:
    """What a question says of days beside those before, by the keys of `moved`, and what it says besides."""
    cues = {key: patterns("moved", key)[0] for key in table("conversation")["moved"]}
    found = {key: match[0].lower() for key, cue in cues.items() if (match := cue.search(text))}
    for cue in cues.values():
        text = cue.sub(" ", text)
    return found, core(text)


def core(text: str, also: Collection[str] = ()) -> str:
    """A question without the words at its ends that say nothing, but with the preposition before what is left."""
    said = [bare for word in text.split() if (bare := word.strip(_MARKS))]
    leads, empty, beside = _lists("leads"), _empty(), {*also} - _lists("never")
    plain = [word.lower().replace("’", "'") for word in said]
    tells = [at for at, word in enumerate(plain) if word not in empty and word not in beside]
    if not tells:
        return ""
    first = tells[0]
    while first > 0 and said[first - 1].lower() in ARTICLES:
        first -= 1
    first = first - 1 if first > 0 and said[first - 1].lower() in leads else tells[0]
    return _POSSESSIVE.sub("", " ".join(said[first : tells[-1] + 1]))


@cache
def _lists(key: str) -> frozenset[str]:
    return frozenset(table("conversation")["empty"][key].split())


@cache
def _empty() -> frozenset[str]:
    """The words that say nothing by themselves in a follow-up."""
    return (_lists("words") | FUNCTION_WORDS) - _lists("never")


def people_of(question: str, names: Names) -> set[str]:
    """The people that a question names, as it names them; a name of no known kind may be a person's."""
    named = proper_names(question, names)
    return {question[each.start : each.end] for each in named if each.kind in {NameKind.PERSON, None}}


def person_of(question: str, names: Names) -> str | None:
    """The one person that a question names; None where it names several or none."""
    people = people_of(question, names)
    return people.pop() if len(people) == 1 else None


def with_person(text: str, person: str | None) -> str:
    """The text with a person's name in the place of "he" or "him"; as it is where both stand there, for two people."""
    own, plain = (patterns("pronouns", key)[0] for key in ("own", "plain"))
    if person is None or len({word.lower() for word in plain.findall(text)}) > 1:
        return text
    return plain.sub(person, own.sub(f"{person}'s", text))


def has_person(text: str) -> bool:
    """Whether a pronoun in the text can stand for one person."""
    return any(patterns("pronouns", key)[0].search(text) for key in ("own", "plain"))
