"""A question -> its operators, as parts of a filter, and the words under none of them.

    "nuclear test ban"             these words, one after the other, in the title or the summary
    -word   NOT word               not this word (or phrase, or value of a field)
    a AND b   a OR b   (...)       AND binds tighter than OR, OR tighter than words side by side
    type:telegram                  a field of `rag.record.FIELDS` and a value, of several words between quotation marks

Nothing is refused. A mark without its counterpart, an operator without its operand, and what a filter cannot say
(`a OR NOT b`) are words like any other. In a text all in capitals AND, OR and NOT are words where others ask beside
them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import product

from rag.index.ports import QueryTerm
from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tokens import folded, words
from rag.query.names import NamesFound
from rag.record import FIELDS, UNCOUNTED, Filter

_QUOTED = "|".join(f"{left}[^{left}{right}]*{right}" for left, right in ('""', "“”", "„“", "„”", "«»", "»«"))
_MINUS = rf"-(?=[^\W\d_]|\(|{_QUOTED})"
_FIELD = rf"(?:{'|'.join((*FIELDS, *UNCOUNTED))}):(?:{_QUOTED}|[^\s()]*\w)"
_TOKEN = re.compile(rf"(?<![^\s(]){_MINUS}|(?<![^\s(-])(?:{_FIELD}|{_QUOTED})|[()]|[^\s()]+")
_SIGNS = re.compile(rf"(?<![^\s(]){_MINUS}|(?<![^\s(-])(?:{_FIELD}|{_QUOTED})|\b(?:AND|OR|NOT)\b")
_MARKS = '"“”„«»'
_DEEPEST = 20  # parentheses within one another; further ones are passed over
_CLAUSES = 64  # conditions that one expression may come to; one of more is read as words


@dataclass(frozen=True, slots=True)
class Operand:
    """A word, a phrase or a value of a field, and whether it is asked for or excluded."""

    text: str
    field: str = ""  # one of `rag.record.FIELDS`; empty for words
    quoted: bool = False  # whether it stood between quotation marks, and so is to be searched as it stands
    excluded: bool = False


Clause = tuple[Operand, ...]  # operands of which one must hold


@dataclass(frozen=True, slots=True)
class Operators:
    """What the operators of a text ask for."""

    rest: str  # the words under no operator, as they stand
    groups: tuple[Clause, ...] = ()  # words and phrases, one of each group to be contained
    fields: tuple[Clause, ...] = ()  # values of one field in each, one of them to be had
    excluded: Clause = ()  # words, phrases and values that a record may not have

    def __bool__(self) -> bool:
        return bool(self.groups or self.fields or self.excluded)

    def without(self, taken: Collection[str]) -> Operators:
        """These as a reader leaves them: phrases that are taken away are words again, excluded words are not any more.

        Args:
            taken: "phrases", "not_words", or one of these with a value ("not_words:sugar").
        """
        gone = {folded(each) for each in taken}

        def is_taken(name: str, operand: Operand) -> bool:
            return not gone.isdisjoint((name, folded(f"{name}:{operand.text}")))

        freed = [group for group in self.groups if any(each.quoted and is_taken("phrases", each) for each in group)]
        words_again = (each.text for group in freed for each in group)
        return replace(
            self,
            rest=" ".join(filter(None, [self.rest, *words_again])),
            groups=tuple(group for group in self.groups if group not in freed),
            excluded=tuple(each for each in self.excluded if each.field or not is_taken("not_words", each)),
        )

    @property
    def said(self) -> str:
        """The words that are asked for, under operators or not."""
        asked = dict.fromkeys(operand.text for group in self.groups for operand in group)
        return " ".join(filter(None, [self.rest, *asked]))


def read_operators(text: str) -> Operators:
    """Read a text, its white space folded; `rest` is the text itself where it has no operator."""
    if not _SIGNS.search(text):
        return Operators(text)
    parts = _Parser(text).parts()
    read = [None if part.plain else _sorted(part.clauses) for part in parts]
    return Operators(
        rest=" ".join(word for part, kinds in zip(parts, read, strict=True) if kinds is None for word in part.words),
        groups=tuple(clause for kinds in read if kinds for clause in kinds.groups),
        fields=tuple(clause for kinds in read if kinds for clause in kinds.fields),
        excluded=tuple(operand for kinds in read if kinds for operand in kinds.excluded),
    )


def _sorted(clauses: Sequence[Clause]) -> Operators | None:
    """The clauses by kind; None where one of them is nothing that a filter can say."""
    groups: list[Clause] = []
    fields: list[Clause] = []
    excluded: list[Operand] = []
    for clause in clauses:
        if len(clause) == 1 and clause[0].excluded:
            excluded.append(clause[0])
        elif any(operand.excluded for operand in clause) or len({operand.field for operand in clause}) > 1:
            return None
        else:
            (fields if clause[0].field else groups).append(clause)
    return Operators("", tuple(groups), tuple(fields), tuple(excluded)) if clauses else None


@dataclass(frozen=True, slots=True)
class _Part:
    """An expression as clauses that must all hold."""

    clauses: tuple[Clause, ...]
    words: tuple[str, ...]  # all its words, as they stand
    plain: bool = False  # whether it has no operator

    def with_(self, other: _Part, *, plain: bool = False) -> _Part:
        """Both."""
        return _Part((*self.clauses, *other.clauses), (*self.words, *other.words), plain=plain)

    def or_(self, other: _Part) -> _Part:
        """Either: every clause of the one joined to every clause of the other; no clauses where they are too many."""
        fits = len(self.clauses) * len(other.clauses) <= _CLAUSES
        joined = product(self.clauses, other.clauses) if fits else ()
        return _Part(tuple(tuple(dict.fromkeys(one + two)) for one, two in joined), (*self.words, *other.words))

    def negated(self) -> _Part:
        """Not this: of each clause none, for one of the clauses."""
        none_of = [
            _Part(tuple((Operand(each.text, each.field, each.quoted, not each.excluded),) for each in clause), ())
            for clause in self.clauses
        ]
        return _Part(reduce(_Part.or_, none_of).clauses if none_of else (), self.words)


class _Parser:
    """Recursive descent that takes whatever comes."""

    def __init__(self, text: str) -> None:
        asks = text.isupper() and not FUNCTION_WORDS.isdisjoint({*words(text)} - {"and", "or", "not"})
        self._operators = frozenset[str]() if asks else frozenset({"AND", "OR", "NOT"})
        self._tokens = _TOKEN.findall(text)
        self._at = 0
        self._depth = 0

    def parts(self) -> list[_Part]:
        """The expressions that stand side by side."""
        parts = []
        while self._at < len(self._tokens):
            if self._take(")"):
                continue
            parts.append(self._either())
        return parts

    def _take(self, *tokens: str) -> bool:
        """Whether the next token is one of these; if so, it is passed."""
        found = self._at < len(self._tokens) and self._tokens[self._at] in tokens
        self._at += found
        return found

    def _joins(self, word: str) -> bool:
        """Whether an operator comes next and something to join after it; if so, it is passed."""
        if word in self._operators and self._at + 1 < len(self._tokens) and self._tokens[self._at + 1] != ")":
            return self._take(word)
        return False

    def _either(self) -> _Part:
        part = self._both()
        while self._joins("OR"):
            part = part.or_(self._both())
        return part

    def _both(self) -> _Part:
        part = self._one()
        while self._joins("AND"):
            part = part.with_(self._one())
        return part

    def _one(self) -> _Part:
        negations = 0
        while self._joins("NOT") or self._joins_minus():
            negations += 1
        part = self._inside() if self._take("(") else self._operand()
        return part.negated() if negations % 2 else part

    def _joins_minus(self) -> bool:
        """Whether a minus comes next that excludes something, and not the aside of a sentence -the like- of this."""
        following = next(iter(self._tokens[self._at + 1 : self._at + 2]), "")
        excludes = following == "(" or not FUNCTION_WORDS.issuperset(words(following))
        return excludes and self._take("-")

    def _inside(self) -> _Part:
        """What stands between parentheses."""
        self._depth += 1
        part = _Part((), (), plain=True)
        while self._at < len(self._tokens) and not self._take(")"):
            if self._depth > _DEEPEST and self._take("("):
                continue
            each = self._either()
            part = part.with_(each, plain=part.plain and each.plain)
        self._depth -= 1
        return part

    def _operand(self) -> _Part:
        token = self._tokens[self._at]
        self._at += 1
        return _Part((), (token,), plain=True) if token in self._operators else _operand(token)


def _operand(token: str) -> _Part:
    """One token: a field and its value, a phrase or a word; what has no letter or digit asks for nothing."""
    field, colon, value = token.partition(":")
    if not (colon and field in {*FIELDS, *UNCOUNTED} and words(value)):
        field, value = "", token
    quoted = value[0] in _MARKS and value[-1] in _MARKS and len(value) > 1
    text = value.strip(_MARKS) if quoted else value
    if not words(text):
        return _Part((), (), plain=True)
    operand = Operand(" ".join(text.split()) if quoted else text.strip(_MARKS + ".,;:?!()"), field, quoted)
    return _Part(((operand,),), (text,), plain=not (field or quoted))


Values = Callable[[str, str], frozenset[str]]


class OperatorFilter:
    """What operators mean in one collection.

    Attributes:
        found: What each word that is asked for means, in order; not those between quotation marks.
        terms: The terms that are asked for, of a phrase its words, each once.
    """

    def __init__(self, operators: Operators, read: Callable[[str], NamesFound], values: Values) -> None:
        """Take the operators, what reads a word, and what turns a field and a written value into existing values."""
        self._operators, self._values = operators, values
        operands = [*(each for group in operators.groups for each in group), *operators.excluded]
        self._read = {each: read(each.text) for each in operands if not (each.quoted or each.field)}
        self.found = tuple(read for each, read in self._read.items() if each not in operators.excluded)
        terms = (term for group in operators.groups for term in self._terms(group))
        self.terms = tuple(dict.fromkeys(terms))

    def narrow(self, where: Filter) -> Filter:
        """The filter with all that the operators require and exclude."""
        if not self._operators:
            return where
        excluded = self._operators.excluded
        required = ((group[0].field, self._having(group)) for group in self._operators.fields)
        excluded_values = ((each.field, self._having([each])) for each in excluded if each.field)
        return replace(
            where,
            words=(*where.words, *map(self._spellings, self._operators.groups)),
            fields=(*where.fields, *required),
            not_words=(*where.not_words, *self._spellings(each for each in excluded if not each.field)),
            not_fields=(*where.not_fields, *excluded_values),
        )

    def _having(self, operands: Iterable[Operand]) -> frozenset[str]:
        return frozenset(value for each in operands for value in self._values(each.field, each.text))

    def _spellings(self, operands: Iterable[Operand]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(spelling for each in operands for spelling in self._spelt(each)))

    def _spelt(self, operand: Operand) -> tuple[str, ...]:
        """Every spelling of a word; a phrase, or words joined by a hyphen, have their own alone."""
        terms = self._read[operand].terms if operand in self._read else ()
        return terms[0].spellings if len(terms) == 1 else (operand.text,)

    def _terms(self, group: tuple[Operand, ...]) -> list[QueryTerm]:
        if len(group) > 1:
            return [QueryTerm(self._spellings(group))]
        spelt = self._spelt(group[0])
        if len(spelt) > 1:
            return [QueryTerm(spelt)]
        return [QueryTerm((word,)) for word in words(spelt[0]) if word not in FUNCTION_WORDS]
