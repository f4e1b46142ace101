"""Operators and the collection's names -> the filter they mean, and the terms that they rank by."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from rag.index.ports import QueryTerm
from rag.language.stopwords import FUNCTION_WORDS
from rag.language.tokens import words
from rag.query.names import NamesFound
from rag.query.operators import Operand, Operators
from rag.record import Filter

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
        """The filter with all that the operators demand and exclude."""
        excluded = self._operators.excluded
        demanded = ((group[0].field, self._having(group)) for group in self._operators.fields)
        barred = ((each.field, self._having([each])) for each in excluded if each.field)
        return replace(
            where,
            words=(*where.words, *map(self._spellings, self._operators.groups)),
            fields=(*where.fields, *demanded),
            not_words=(*where.not_words, *self._spellings(each for each in excluded if not each.field)),
            not_fields=(*where.not_fields, *barred),
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
