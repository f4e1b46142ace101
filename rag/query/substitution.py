"""A question and new days, a new type or name -> the question with these in place of its own of the same kind.

Days replace days, a type a type, a person a person. Where the new name has a preposition ("with Mao"), it replaces the
name after the same preposition. What has no counterpart in the question is added.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from rag.language.document_types import TYPE_WORDS
from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tables import table
from rag.names.authority import NameKind
from rag.query.conditions import mark, read_roles
from rag.query.date_expressions import find_dates, means_any_record
from rag.query.date_shift import with_dates
from rag.query.intent import asks
from rag.query.names import Names

_PROPER = re.compile(
    r"(?:the )?[^\W\d_a-z][\w.'’-]*(?: (?:(?:of|de|la|von|van|al|bin|en) )?(?!I [a-z])[^\W\d_a-z][\w.'’-]*)*"
)
_TITLED = re.compile(r"(?:the )?(?:[A-Z][\w.]+ )?$")
_POSSESSIVE = re.compile(r"(?:'s|’s|'|’)$")
_CLOSING = " ?!.,;:…"
PREPOSITIONAL = re.compile(rf"(?P<lead>{table('conversation')['words']['preposition']}) (?P<rest>.+)", re.IGNORECASE)
_TOPIC = re.compile(rf"\b{table('conversation')['instead']['topics']} (?P<topic>.+)", re.IGNORECASE)
_QUESTION = re.compile(rf"\b{table('conversation')['words']['question']}\b", re.IGNORECASE)
_OF_NOUN = re.compile(rf" (?!{table('conversation')['words']['after_name']}\b)[a-z]")
_SUBJECT = re.compile(rf"\b(?:{table('intents')['words']['aux']}) $", re.IGNORECASE)


ROLES = frozenset(table("conversation")["instead"]["roles"].split())  # words that say who wrote and to whom


@dataclass(frozen=True, slots=True)
class ProperName:
    """A part of a question that names somebody or something, in the collection or not; of no kind where it is not."""

    start: int
    end: int
    kind: NameKind | None


def proper_names(text: str, names: Names, *, inside: bool = False) -> list[ProperName]:
    """The names in a text, each with the article and title before it, in order.

    Args:
        inside: Whether the text stands inside a sentence, so that its first word's capital marks a name.
    """
    found: list[ProperName] = []
    for span in names.read(text, spelling=False).spans:
        titled = _TITLED.search(text[: span.start])
        found.append(
            ProperName(titled.start() if titled and (inside or titled.start()) else span.start, span.end, span.kind)
        )
    for each in _PROPER.finditer(text):
        start, end = each.start(), each.start() + len(_POSSESSIVE.sub("", each.group()))
        named = _POSSESSIVE.sub("", each.group().removeprefix("the ").removeprefix("The "))
        first = re.split(r"[ '’]", named)[0]
        opens = not inside and start == 0 and not each.group().startswith("The ")
        known = [other for other in found if other.start < end and start < other.end]
        if len(known) == 1 and start < known[0].start and each.group().startswith("the "):
            found[found.index(known[0])] = ProperName(start, end, None)  # the King of Morocco
        elif not known and first.lower() not in FUNCTION_WORDS and not (opens and named == first):
            found.append(ProperName(start, end, names.kind_of(named)))
    days = find_dates(text)
    start, end = days.span if days else (0, 0)
    return sorted((each for each in found if each.end <= start or end <= each.start), key=lambda each: each.start)


def substituted(
    topic: str,
    part: str,
    names: Names,
    *,
    add: bool = True,
    is_together: Callable[[str], bool] = lambda _: False,
) -> str | None:
    """The topic with this part in place of its counterpart; None where the part is neither name, type nor days.

    Args:
        add: Whether a part without a counterpart is added; else None.
        is_together: Whether records name together what a text names: of several counterparts, such a one gives way.
    """
    topic, part = topic.strip(_CLOSING), part.strip(_CLOSING)
    if asks(part):
        return None
    own = find_dates(topic)
    year = own.year if own is not None else None
    when = find_dates(f"in {part}" if PREPOSITIONAL.match(part) is None else part, year=year)
    if when is not None:
        start = when.interval.start or when.interval.end
        topic = with_dates(topic, when.interval, own or find_dates(topic, year=start.year if start else None))
        part = when.rest.strip(_CLOSING)
        if not part or means_any_record(part):
            return topic
    return _like(topic, part, names, add=add, is_together=is_together)


def _like(topic: str, part: str, names: Names, *, add: bool, is_together: Callable[[str], bool]) -> str | None:
    """The topic with another type, another name or another subject."""
    led = PREPOSITIONAL.match(part)
    lead, rest = (led["lead"], led["rest"]) if led else ("", part)
    found = names.read(rest).spans
    plain = mark(rest, found, TYPE_WORDS)
    if plain.types and not found and not _words(plain.text):
        return _typed(topic, plain.types[0], names)
    new = proper_names(rest, names, inside=True)
    if len(new) > 1 and (text := _each_named(topic, [rest[each.start : each.end] for each in new], new[0].kind, names)):
        return text
    if new and not _words("".join((rest[: new[0].start], rest[new[-1].end :]))):
        kinds = {each.kind for each in new}
        whole = partial(_named, topic, lead, rest, new[0].kind, names, add=add, is_together=is_together)
        return whole() if len(kinds) == 1 else None
    return _other_subject(topic, lead, part, names)


def _other_subject(topic: str, lead: str, part: str, names: Names) -> str | None:
    """The topic with another subject, after the same preposition or after "about"."""
    # With the price of sugar, where the topic has: with a visit.
    same = re.search(rf"\b{re.escape(lead)} (?=\w)", topic, re.IGNORECASE) if lead else None
    if same and _words(topic[: same.start()]) and not _QUESTION.search(part):
        return f"{topic[: same.start()]}{part}{_days_after(topic, same.start())}"
    if (not lead or _TOPIC.match(part)) and (about := _TOPIC.search(topic)) and not proper_names(about["topic"], names):
        said = part if lead else f"{about.group().split()[0]} {part}"
        return f"{topic[: about.start()]}{said}{_days_after(topic, about.start())}"
    return None


def _each_named(topic: str, new: Sequence[str], kind: NameKind | None, names: Names) -> str | None:
    """The topic with these names in place of all its own of a kind; None where it has more or fewer."""
    own = [each for each in proper_names(topic, names) if each.kind is kind]
    if len(own) != len(new):
        return None
    for each, name in reversed([*zip(own, new, strict=True)]):
        topic = f"{topic[: each.start]}{name}{topic[each.end :]}"
    return topic


def _words(text: str) -> list[str]:
    """The words of a text that are no function words."""
    return [
        word
        for word in re.findall(r"[^\W_]+", re.sub(r"\{[A-Z]\d+\}", " ", text))
        if word.lower() not in FUNCTION_WORDS | {"ones", "s"}
    ]


def _days_after(topic: str, at: int) -> str:
    """The days after this place of a topic, with a blank before them."""
    days = find_dates(topic[at:])
    return "" if days is None else f" {topic[at:][days.span[0] :]}"


def _typed(topic: str, kind: str, names: Names) -> str:
    """The topic with another document type."""
    own = mark(topic, names.read(topic, spelling=False).spans, TYPE_WORDS)
    if own.types:
        at = next(each for each in TYPE_WORDS.finditer(topic) if each.group() == own.types[0])
        return f"{topic[: at.start()]}{kind}{topic[at.end() :]}"
    return f"{topic}, only {kind}"


def _named(
    topic: str,
    lead: str,
    name: str,
    kind: NameKind | None,
    names: Names,
    *,
    add: bool,
    is_together: Callable[[str], bool],
) -> str | None:
    """The topic with another name in place of its counterpart: after the same preposition, or of the same kind."""
    own = proper_names(topic, names)
    after = [each for each in own if lead and re.search(rf"\b{re.escape(lead)} $", topic[: each.start], re.IGNORECASE)]
    if lead.lower() in ROLES and not after:
        return f"{topic}, only {lead} {name}" if add else None
    like = after or [each for each in own if each.kind is kind]
    if not like and kind in {None, NameKind.PERSON}:
        like = [each for each in own if each.kind in {None, NameKind.PERSON}]
    if not like and not lead:
        like = own
    if not like:
        return f"{topic} {lead} {name}" if lead else f"{topic} and {name}"
    fit = [each for each in like if kind is not NameKind.PLACE or not _is_of_noun(topic, each)] or like
    in_place = [f"{topic[: each.start]}{name}{topic[each.end :]}" for each in fit]
    old = next((each for each, text in zip(fit, in_place, strict=True) if fit[1:] and is_together(text)), fit[0])
    surname = topic[old.start : old.end].rsplit(maxsplit=1)[-1]
    whole = f"{name} {surname}"
    if kind in {None, NameKind.PERSON} and " " not in name:
        spans = names.read(whole, spelling=False).spans
        if [(each.start, each.end) for each in spans] == [(0, len(whole))]:  # Raul, after Fidel Castro
            name = whole
    return f"{topic[: old.start]}{name}{topic[old.end :]}"


def _is_of_noun(topic: str, name: ProperName) -> bool:
    """Whether a name only qualifies the next word: Soviet aid."""
    return _SUBJECT.search(topic[: name.start]) is None and _OF_NOUN.match(topic, name.end) is not None


def exchanged(topic: str, names: Names) -> str | None:
    """The topic with sender and recipient exchanged, or its two names; None where it has neither."""
    topic = topic.strip(_CLOSING)
    marked = mark(topic, names.read(topic, spelling=False).spans, TYPE_WORDS)
    roles = read_roles(marked.text)
    if len(roles.senders) != 1 or not roles.recipients:
        return _swapped(topic, proper_names(topic, names))
    rest = marked.plain(roles.rest) or table("conversation")["instead"]["any"]
    return f"{rest} from {marked.plain(roles.recipients[0])} to {marked.plain(roles.senders[0])}"


def _swapped(topic: str, two: Sequence[ProperName]) -> str | None:
    """A text with its two names in each other's place; None where it has not two."""
    if len(two) != 2:  # noqa: PLR2004
        return None
    one, other = two
    first, second = topic[one.start : one.end], topic[other.start : other.end]
    return f"{topic[: one.start]}{second}{topic[one.end : other.start]}{first}{topic[other.end :]}"
