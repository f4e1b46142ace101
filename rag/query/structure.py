"""A question as it stands alone -> its intent, its conditions, and the two filters that they make.

Conditions that say how a document is described (its type, sender, recipient, shelf mark, and all that is excluded)
always filter. People, places and words filter only what is listed or counted; where a question asks what records say,
they rank.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, pairwise

from rag.language.document_types import TYPE_WORDS, container_words, types_of
from rag.language.stopwords import CLOSED_CLASS, FUNCTION_WORDS
from rag.language.tables import table, word_lists
from rag.language.tokens import tokens, words
from rag.names.authority import NameKind
from rag.query.conditions import (
    Conditions,
    Marked,
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
from rag.query.intent import CATALOGUED, CHAT, Intent, QuestionShape, asked_aspect, asks, read_bare, read_shape
from rag.query.names import NamedSpan, Names, NamesFound
from rag.query.phrasing import model
from rag.query.understanding import Understanding
from rag.query.word_uses import NOTHING_READ, WordUses
from rag.record import Filter

Values = Callable[[str], Collection[str]]
FieldValues = tuple[str, frozenset[str]]  # a field of records and values of it

_IMPLYING_TYPES = frozenset({Intent.COUNT, Intent.FIRST, Intent.LAST})  # in whose questions a verb implies a type
_WORDS = table("conditions")["words"]
_VAGUE = word_lists("verdict_words")["vague"]
_SENTENCES = re.compile(r"[?!]\s+\w")
_TYPE = re.compile(r"\{T(\d+)\}")
_LEADING_TYPE = re.compile(rf"(?:(?:{_WORDS['leading']}|\{{[NP]\d+\}}(?:'s|’s)?) )*\{{T\d+\}}")
_MARKS = re.compile(r"\{[A-Z]\d+\}")
_DESIGNATION = re.compile(r"\b[A-Za-z]{1,4}-\d+[A-Za-z]?\b")
_SERIES = re.compile(r"(?<![\w{])([A-Z][\w-]+(?: (?:[A-Z][\w-]+|\{T\d+\}))+)(?= \{T\d+\})")
_BELONGING = re.compile(
    rf"(\{{N\d+\}}) {_WORDS['belonging']}\{{P\d+\}}"
)  # King Hassan of Morocco: named by himself as well
_ARRANGING = re.compile(rf"(?:{table('intents')['words']['arranging']})\b", re.IGNORECASE)
_LANGUAGE = re.compile(rf"(?:{table('intents')['words']['language']})[ ?.!]*$", re.IGNORECASE)
_IN = re.compile(rf"\b{_WORDS['at_language']} $", re.IGNORECASE)
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
    uses: WordUses = NOTHING_READ,
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
        uses: What its words are for.
    """
    marked = mark(text, [each for each in found.spans if not _is_language(text, each)], TYPE_WORDS)
    ordered, descending = read_order(marked.text)
    shape = _shape(text, marked.text, ordered, without, uses, dated=dated)
    if shape.intent in CHAT or _SENTENCES.search(text):
        return Understanding(text, intent=shape.intent)
    rest, shelfmarks = read_shelfmarks(
        shape.rest, lambda place: bool(values_keeping(marked.plain(place), values("source")))
    )
    parties = _read_parties(rest, marked, names, values, is_catalogued=shape.intent in CATALOGUED)
    rest, series = _SERIES.sub("", parties.rest), _SERIES.findall(parties.rest)  # National Security Study Memoranda
    people = marks_of(f"{rest} {' '.join(parties.between)}", marked, frozenset({NameKind.PERSON}))
    places = _without_countries(marks_of(_BELONGING.sub(r"\1", rest), marked, _IMPERSONAL), text, names)
    types = [marked.types[int(at)] for at in _TYPE.findall(rest)]
    subject, implied = without_about(rest), ""
    if shape.intent in _IMPLYING_TYPES and values("type") and not types:
        subject, implied = implied_type(subject)
    words = topic_words(_MARKS.sub(" ", subject))
    is_vague = dated and bool(people or places) and _VAGUE.issuperset(words)
    is_listed = shape.intent in CATALOGUED or not ((words and not is_vague) or (asks(text) and not shelfmarks))
    # Else a type is a word like any other; so is one within what happened: the decision on the canal.
    is_what_is_asked_for = shape.intent is not Intent.TIMELINE or _LEADING_TYPE.match(rest)
    has_type = (
        parties.are_known
        and values("type")
        and (is_listed or parties.senders or parties.recipients)
        and is_what_is_asked_for
    )
    if not has_type and types:
        words = topic_words(_MARKS.sub(" ", _TYPE.sub(lambda sign: marked.types[int(sign[1])], subject)))
    words = uses.telling(words) or (() if people or places or dated else words)
    words = tuple(word for word in words if word not in _VAGUE) or (() if people or places else words)
    words = (*_within(shape, marked.plain(shape.topic or ""), words, uses), *map(marked.plain, series))
    conditions = Conditions(
        people=_names(people),
        places=_names(places),
        types=(implied.lower(),) if implied else _type_names(types if has_type else ()),
        senders=tuple(parties.senders),
        recipients=tuple(parties.recipients),
        shelfmarks=tuple(map(marked.plain, shelfmarks)),
        either=alternatives(rest, marked),
        descending=descending,
    )
    conditions = _with_exclusions(conditions, unwanted, names, year).without(without)
    where = _described(conditions, parties, names, values)
    intent = shape.intent
    if intent is Intent.FIND and ((is_listed and (conditions or dated)) or (unwanted and not asks(text))):
        intent = Intent.LIST
    return Understanding(
        text,
        where=where,
        intent=intent,
        conditions=conditions,
        listing=_listing(where, conditions, (*people, *places), words),
        words=words,
        is_topic=shape.intent is Intent.FIND and bool(words or people or places),
    )


def _is_language(text: str, name: NamedSpan) -> bool:
    """Whether a name stands for a language, at the end of a question: papers in French, not in France."""
    return _LANGUAGE.match(text, name.start) is not None and _IN.search(text[: name.start]) is not None


def _without_countries(places: Sequence[NamedSpan], text: str, names: Names) -> list[NamedSpan]:
    """The places without the country that only says where the town before it lies: San José, Costa Rica."""
    towns = {place.start: town for town, place in pairwise(places) if text[town.end : place.start] == ", "}
    return [
        place
        for place in places
        if place.start not in towns
        or {*names.country_of(text[towns[place.start].start : towns[place.start].end])}.isdisjoint(place.spellings)
    ]


def _shape(
    text: str, whole: str, ordered: str, without: Sequence[str], uses: WordUses, *, dated: bool
) -> QuestionShape:
    """The kind of answer that a question asks for; `whole` is the same marked, `ordered` without words for an order."""
    named = _MARKS.search(whole) is not None
    is_of_records = dated or not RECORDS.isdisjoint(words(text))
    is_bare = is_of_records and not _TYPE.search(whole) and uses.only_ask(_MARKS.sub(" ", whole))
    shape = read_bare(ordered, dated=dated, named=named) if is_bare else read_shape(ordered)
    if shape.intent is Intent.FIND and ordered != whole and _ARRANGING.match(whole):
        shape = read_shape(whole)  # put the talks in order of time
    if _SENTENCES.search(text):  # what asks is read in one sentence; several, as of a follow-up, are a topic
        return shape if shape.intent in CHAT else QuestionShape(Intent.FIND, ordered)
    if "intent" in without:
        return QuestionShape(Intent.FIND, ordered)
    is_of_all = shape.intent is Intent.ABOUT and not asked_aspect(text)  # what do you have of 1962?
    if dated and (shape.intent in CHAT or is_of_all):  # walk me through 1962
        return QuestionShape(Intent.LIST, "")
    return shape


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


def _within(shape: QuestionShape, topic: str, words: Iterable[str], uses: WordUses) -> tuple[str, ...]:
    """Those of the words that are in a topic or name the subject; of an event also those that the model lacks."""
    said = {token.word for token in tokens(topic)}
    is_event = shape.intent in {Intent.TIMELINE, Intent.OVERVIEW}
    return tuple(
        word
        for word in words
        if shape.topic is None
        or said.issuperset(token.word for token in tokens(word))
        or uses.is_subject(word)
        or (is_event and not model("intents").knows(word))
    )


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


def _with_exclusions(conditions: Conditions, parts: Iterable[str], names: Names, year: int | None) -> Conditions:
    """The conditions with what the excluded parts of a question name."""
    for part in parts:
        excluded = _excluded(part, names, year)
        others = excluded.without(f"not_people:{name}" for name in conditions.people)  # whoever else he spoke with
        conditions = conditions.merged(others or excluded)
    return conditions


def _excluded(part: str, names: Names, year: int | None) -> Conditions:
    """What an excluded part of a question names."""
    days = find_dates(f"in {part}", year=year)
    if days is not None and days.only_filter:
        return Conditions(not_dates=(days.interval,))
    found = names.read(part)
    marked = mark(part, found.spans, TYPE_WORDS)
    people = _names(each for each in found.spans if each.kind is NameKind.PERSON)
    places = _names(each for each in found.spans if each.kind is not NameKind.PERSON)
    types = () if people or places else _type_names(marked.types)  # the talks with Guevara: not all talks
    words = () if people or places or types or not topic_words(part) else tuple(_DESIGNATION.findall(part)) or (part,)
    return Conditions(not_people=people, not_places=places, not_types=types, not_words=words)


def _listing(where: Filter, conditions: Conditions, named: Iterable[NamedSpan], words: Iterable[str]) -> Filter:
    """The filter with the people, places and words that conditions still have; of those joined by "or" any."""
    kept, either = {*conditions.people, *conditions.places}, {*conditions.either}
    forms = [(each.name, each.full or each.spellings) for each in named if each.name in kept]
    any_of = tuple(form for name, spellings in forms if name in either for form in spellings)
    all_of = (spellings for name, spellings in forms if name not in either)
    return replace(where, words=(*where.words, *all_of, *filter(None, [any_of]), *map(_spellings, words)))


@dataclass(frozen=True, slots=True)
class _Parties:
    """Who wrote to whom, each with the field of records that names them."""

    rest: str  # the text without the words that say so
    between: tuple[str, ...] = ()  # two who wrote to each other, as marked text
    senders: Mapping[str, FieldValues] = field(default_factory=dict)
    recipients: Mapping[str, FieldValues] = field(default_factory=dict)
    are_known: bool = True  # else the question is read as if it named none

    def fields(self, conditions: Conditions) -> tuple[FieldValues, ...]:
        """What records must have of those that conditions still name."""
        senders = (self.senders[each] for each in conditions.senders)
        return (*senders, *(self.recipients[each] for each in conditions.recipients))


def _read_parties(rest: str, marked: Marked, names: Names, values: Values, *, is_catalogued: bool) -> _Parties:
    """Who wrote to whom, by a marked question."""
    if not values("sender"):  # no source says who wrote, so a sender is a name like any other
        return _Parties(rest)
    is_conversation = any("conversation" in kind for kind in _type_names(marked.types))  # which nobody sends
    roles = read_roles(rest, listed=is_catalogued and not is_conversation)
    found = [
        {party: _resolved(party, fields, names, values) for party in map(marked.plain, parties)}
        for parties, fields in ((roles.senders, ("sent_from", "sender")), (roles.recipients, ("recipient",)))
    ]
    senders, recipients = ({party: each for party, each in side.items() if each} for side in found)
    if [senders, recipients] != found:
        return _Parties(rest, are_known=False)
    return _Parties(roles.rest, roles.between, senders, recipients)


def _described(conditions: Conditions, parties: _Parties, names: Names, values: Values) -> Filter:
    """The filter of what always filters."""
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
        fields=(*kinds, *parties.fields(conditions)),
        not_fields=(("type", excluded),) if excluded else (),
        not_words=(*not_words, *chain.from_iterable(map(_spellings, conditions.not_words))),
        not_when=conditions.not_dates,
        words=(*containers, *(() if notes else ((shelfmark,) for shelfmark in conditions.shelfmarks))),
    )


def _resolved(party: str, columns: Sequence[str], names: Names, values: Values) -> FieldValues | None:
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
