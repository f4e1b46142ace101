"""A question with "he" or "him" -> the same with the person of an earlier one, if that names one person alone."""

from rag.names.authority import NameKind
from rag.query.conversation.grammar import patterns
from rag.query.like_for_like import proper_names
from rag.query.names import Names


def people_of(question: str, names: Names) -> set[str]:
    """The people that a question names, as it names them; a name of no known kind may be a person's."""
    named = proper_names(question, names)
    return {question[each.start : each.end] for each in named if each.kind in {NameKind.PERSON, None}}


def person_of(question: str, names: Names) -> str | None:
    """The one person that a question names; None where it names several or none."""
    people = people_of(question, names)
    return people.pop() if len(people) == 1 else None


def named_for(text: str, person: str | None) -> str:
    """The text with a person's name in the place of "he" or "him"; as it is where both stand there, for two people."""
    own, plain, itself = (patterns("pronouns", key)[0] for key in ("own", "plain", "itself"))
    if person is None or len({word.lower() for word in plain.findall(text)}) > 1:
        return text
    text = own.sub(f"{person}'s", itself.sub("", text))
    return " ".join(plain.sub(person, text).split())


def has_person(text: str) -> bool:
    """Whether a pronoun in the text can stand for one person."""
    return any(patterns("pronouns", key)[0].search(text) for key in ("own", "plain"))
