"""A question as it stands alone -> its intent, its conditions, and the two filters that they make.

Conditions that say how a document is described (its type, sender, recipient, shelf mark, and all that is excluded)
always filter. People, places and words filter only what is listed or counted; where a question asks what records say,
they rank.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from itertools import chain, pairwise

from rag.language.document_types import TYPE_WORDS, container_words, types_of
from rag.language.stopwords import CLOSED_CLASS, FUNCTION_WORDS
from rag.language.tables import word_lists
from rag.language.tokens import tokens
from rag.names.authority import NameKind
from rag.query.conditions import (
    Conditions,
    Marked,
    Roles,
    alternatives,
    implied_type,
    is_about,
    is_kind,
    mark,
    marks_of,
    read_order,
    read_roles,
    read_shelfmarks,
    values_keeping,
    values_naming,
    without_about,
)
from rag.query.date_expressions import ASKING, RECORDS, find_dates
from rag.query.intent import CATALOGUED, CHAT, Intent, QuestionShape, asks, read_shape
from rag.query.names import NamedSpan, Names, NamesFound
from rag.query.understanding import Understanding
from rag.record import Filter

Values = Callable[[str], Collection[str]]
Column = tuple[str, frozenset[str]]  # a field of records and values of it

_COLUMNS = {"senders": ("sent_from", "sender"), "recipients": ("recipient",)}
_VAGUE = word_lists("verdict_words")["vague"]
_SEVERAL = re.compile(r"[?!]\s+\w")
_TYPE = re.compile(r"\{T(\d+)\}")
_LEADING_TYPE = re.compile(r"(?:(?:of|the|all|any|in|\{[NP]\d+\}(?:'s|’s)?) )*\{T\d+\}")
_MARKS = re.compile(r"\{[A-Z]\d+\}")
_DESIGNATION = re.compile(r"\b[A-Za-z]{1,4}-\d+[A-Za-z]?\b")
_SERIES = re.compile(r"(?<![\w{])([A-Z][\w-]+(?: (?:[A-Z][\w-]+|\{T\d+\}))+)(?= \{T\d+\})")
_BELONGING = re.compile(r"(\{N\d+\}) of (?:the )?\{P\d+\}")  # King Hassan of Morocco: named by himself as well
_IMPERSONAL = frozenset({NameKind.PLACE, NameKind.BODY, NameKind.TERM})


def read_structure(  # noqa: PLR0913 - a question in its parts, and what they are read by
    text: str,
    found: NamesFound,
    unwanted: Sequence[str],
    names: Names,
    values: Values,
    *,
    without: Sequence[str] = (),
    year: int | None = None,
    dated: bool = False,
) -> Understanding:
    """Read the intent and the conditions of a question: `where` is what always filters, days apart.

    Args:
        text: The question without its days and without what it excludes.
        found: The names in it.
        unwanted: The parts that it excludes.
        values: All values that a field of records has in this collection.
        without: What a reader took away: "intent", fields of `Conditions`, or values of one ("types:telegram").
        year: The year that it asks for, if it is one.
        dated: Whether it asks for days.
    """
    marked = mark(text, found.spans, TYPE_WORDS)
    ordered, descending = read_order(marked.text)
    shape = read_shape(ordered)
    if _SEVERAL.search(text):  # what asks is read in one sentence; several, as of a follow-up, are a topic
        return Understanding(text, intent=shape.intent if shape.intent in CHAT else Intent.FIND)
    if "intent" in without:
        shape = QuestionShape(Intent.FIND, ordered)
    elif dated and shape.intent in CHAT:  # walk me through 1962
        shape = QuestionShape(Intent.LIST, "")
    if shape.intent in CHAT:
        return Understanding(text, intent=shape.intent)
    rest, shelfmarks = read_shelfmarks(
        shape.rest, lambda place: bool(values_keeping(marked.plain(place), values("source")))
    )
    # Nobody is the sender of a conversation.
    listed = shape.intent in CATALOGUED and not any(
        "conversation" in kind.lower() for kind in _type_names(marked.types)
    )
    # Where no source says who wrote, a sender is a name like any other.
    roles = read_roles(rest, listed=listed) if values("sender") else Roles(rest=rest)
    parties = _parties(roles, marked, names, values)
    known = all(found is not None for side in parties.values() for found in side.values())
    if not known:
        roles, parties = Roles(rest=rest), {role: {} for role in _COLUMNS}
    series = tuple(map(marked.plain, _SERIES.findall(roles.rest)))  # National Security Study Memoranda
    roles = replace(roles, rest=_SERIES.sub("", roles.rest))
    subject, kind = (without_about(roles.rest), "")
    types = [marked.types[int(at)] for at in _TYPE.findall(roles.rest)]
    if shape.intent in {Intent.COUNT, Intent.FIRST, Intent.LAST} and values("type") and not types:
        subject, kind = implied_type(subject)
    people = marks_of(f"{roles.rest} {' '.join(roles.between)}", marked, frozenset({NameKind.PERSON}))
    places = marks_of(_BELONGING.sub(r"\1", roles.rest), marked, _IMPERSONAL)
    words = topic_words(_MARKS.sub(" ", subject))
    is_vague = dated and bool(people or places) and _VAGUE.issuperset(words)
    is_listed = shape.intent in CATALOGUED or not ((words and not is_vague) or (asks(text) and not shelfmarks))
    # Else a type is a word like any other; so is one within what happened: the decision on the canal.
    is_what_is_asked_for = shape.intent is not Intent.TIMELINE or _LEADING_TYPE.match(roles.rest)
    has_type = known and values("type") and (is_listed or roles.senders or roles.recipients) and is_what_is_asked_for
    if not has_type and _TYPE.search(subject):
        words = topic_words(_MARKS.sub(" ", _TYPE.sub(lambda sign: marked.types[int(sign[1])], subject)))
    words = tuple(word for word in words if word not in _VAGUE) or (() if people or places else words)
    words = _within(shape.topic and marked.plain(shape.topic), words)
    words += series
    conditions = Conditions(
        people=_names(people),
        places=_names(places),
        types=(kind.lower(),) if kind else _type_names(types if has_type else ()),
        senders=tuple(parties["senders"]),
        recipients=tuple(parties["recipients"]),
        shelfmarks=tuple(map(marked.plain, shelfmarks)),
        either=alternatives(roles.rest, marked),
        descending=descending,
    )
    for part in unwanted:
        left_out = _unwanted(part, names, year)
        others = left_out.without(f"not_people:{name}" for name in conditions.people)  # whoever else he spoke with
        conditions = conditions.merged(others or left_out)
    conditions = conditions.without(without)
    written = (parties[role][party] for role in _COLUMNS for party in getattr(conditions, role))
    where = _described(conditions, tuple(filter(None, written)), names, values)
    asked = [(each.name, each.full or each.spellings) for each in (*people, *places)]
    kept, either = {*conditions.people, *conditions.places}, {*conditions.either}
    any_of = tuple(form for name, forms in asked if name in kept & either for form in forms)
    all_of = (forms for name, forms in asked if name in kept - either)
    listing = replace(where, words=(*where.words, *all_of, *filter(None, [any_of]), *map(_spellings, words)))
    intent = shape.intent
    if intent is Intent.FIND and ((is_listed and (conditions or dated)) or (unwanted and not asks(text))):
        intent = Intent.LIST
    return Understanding(
        text,
        where=where,
        intent=intent,
        conditions=conditions,
        listing=listing,
        words=words,
        is_topic=shape.intent is Intent.FIND and bool(words or people or places),
    )


def names_records(text: str) -> bool:
    """Whether a text has a word for records, or for a type of them."""
    return TYPE_WORDS.search(text) is not None or any(token.word in RECORDS for token in tokens(text))


def topic_words(text: str) -> tuple[str, ...]:
    """The words of a text that carry a topic, each once; before a name, no word that says only of what kind it is."""
    said = FUNCTION_WORDS | CLOSED_CLASS | ASKING | RECORDS
    designations = [found.group().removesuffix("s") for found in _DESIGNATION.finditer(text)]
    found = tokens(_DESIGNATION.sub(" ", text))
    named = [after.text[0].isupper() and is_kind(token.word) for token, after in pairwise(found)]
    plain = (
        (token.word for token, before_name in zip(found, (*named, False), strict=True) if not before_name)
        if found
        else ()
    )
    return tuple(dict.fromkeys((*designations, *(word for word in plain if word not in said and not is_about(word)))))


def _within(topic: str | None, words: Iterable[str]) -> tuple[str, ...]:
    """Those of the words that are in a topic; all where none is."""
    said = {token.word for token in tokens(topic or "")}
    return tuple(word for word in words if topic is None or said.issuperset(token.word for token in tokens(word)))


def _spellings(word: str) -> tuple[str, ...]:
    """A word, phrase or designation as records may have it: IL-28 is also IL-28s."""
    plain = " ".join(token.word for token in tokens(word))
    return (plain, f"{plain}s") if plain[-1:].isdigit() else (plain,)


def _names(spans: Iterable[NamedSpan]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.name for each in spans))


def _type_names(words: Iterable[str]) -> tuple[str, ...]:
    """The types that words of a question name, in lower case, each once."""
    return tuple(dict.fromkeys(types_of(word)[0].lower() for word in words if types_of(word)))


def asks_for_records(text: str) -> bool:
    """Whether a question is for records, and not for what they say."""
    return not asks(text) or read_shape(mark(text, (), TYPE_WORDS).text).intent in CATALOGUED


def describes_records(part: str, names: Names) -> bool:
    """Whether words name a person, a place, a type of document or days: something that records are found by."""
    return bool(names.read(part).spans or TYPE_WORDS.search(part) or find_dates(f"in {part}"))


def _unwanted(part: str, names: Names, year: int | None) -> Conditions:
    """What an excluded part of a question names."""
    days = find_dates(f"in {part}", year=year)
    if days is not None and days.only_filter:
        return Conditions(not_dates=(days.interval,))
    found = names.read(part)
    marked: Marked = mark(part, found.spans, TYPE_WORDS)
    people = _names(each for each in found.spans if each.kind is NameKind.PERSON)
    places = _names(each for each in found.spans if each.kind is not NameKind.PERSON)
    types = () if people or places else _type_names(marked.types)  # the talks with Guevara: not all talks
    words = () if people or places or types or not topic_words(part) else tuple(_DESIGNATION.findall(part)) or (part,)
    return Conditions(not_people=people, not_places=places, not_types=types, not_words=words)


def _described(conditions: Conditions, written: Sequence[Column], names: Names, values: Values) -> Filter:
    """The filter of what always filters; `written` are its senders and recipients."""
    meant = [types_of(word)[0] for word in conditions.types if types_of(word)]
    containers = [words for kind in meant if (words := container_words(kind))]  # a title's type is what they contain
    kinds = [("type", _types(conditions.types, values("type")))] if conditions.types and not containers else []
    notes = values("source")
    if notes:
        kinds += [("source", values_keeping(shelfmark, notes)) for shelfmark in conditions.shelfmarks]
    excluded = frozenset(kind for word in conditions.not_types for kind in types_of(word)[:1])
    named = (*conditions.not_people, *conditions.not_places)
    people = conditions.people if named else ()
    wanted = {form for each in people for span in names.read(each).spans for form in span.spellings}
    not_words = [
        spelling
        for each in named
        for span in names.read(each).spans
        for spelling in ({*span.spellings} - wanted or names.forms(each))  # of one surname: Raul Castro, not Fidel
    ]
    return Filter(
        fields=(*kinds, *written),
        not_fields=(("type", excluded),) if excluded else (),
        not_words=(*not_words, *chain.from_iterable(map(_spellings, conditions.not_words))),
        not_when=conditions.not_dates,
        words=(*containers, *(() if notes else ((shelfmark,) for shelfmark in conditions.shelfmarks))),
    )


def _parties(roles: Roles, marked: Marked, names: Names, values: Values) -> dict[str, dict[str, Column | None]]:
    """Who wrote and who was written to, each with the field of records that names them."""
    return {
        role: {party: _resolved(party, columns, names, values) for party in map(marked.plain, getattr(roles, role))}
        for role, columns in _COLUMNS.items()
    }


def _resolved(party: str, columns: Sequence[str], names: Names, values: Values) -> Column | None:
    """The first of these fields with values that name a party; None where none has, and the party names no person."""
    spans = names.read(party).spans
    people = [each for each in spans if each.kind is NameKind.PERSON]
    spellings = [spelling for each in people for spelling in each.spellings]
    if not people and [each.kind for each in spans] == [NameKind.PLACE]:  # the embassy in Lagos: or in Nigeria
        at, end = spans[0].start, spans[0].end
        said = [token.word for token in tokens(f"{party[:at]} {party[end:]}") if token.word not in FUNCTION_WORDS]
        forms = (*spans[0].spellings, *(names.country_of(party[at:end]) if said else ()))
        spellings = [" ".join((*said, form)) for form in forms]
    for column in columns:
        if found := values_naming(party, values(column), spellings):
            return column, found
    return (columns[-1], frozenset()) if people else None


def _types(words: Sequence[str], known: Collection[str]) -> frozenset[str]:
    """The types that words for documents mean; where the collection has none of them, related ones."""
    meant = [types_of(word) for word in words]
    exact = {types[0] for types in meant if types}
    return frozenset(exact & {*known} or {each for types in meant for each in types if each in known} or exact)
