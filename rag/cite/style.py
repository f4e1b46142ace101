"""A CSL style as published -> as much of it as can matter to a record, read once.

The published styles serve every kind of work and every field, and citeproc-py walks all of it anew for each citation:
20 ms for Chicago. What can never be printed of a record is taken out beforehand; what is printed stays as it was.
"""

from __future__ import annotations

import copy
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from citeproc import CitationStylesStyle  # type: ignore[import-untyped] # citeproc-py carries no types
from citeproc.formatter import plain  # type: ignore[import-untyped]
from citeproc.model import CitationStylesElement, Locale  # type: ignore[import-untyped]
from lxml.etree import XPath  # type: ignore[import-untyped]  # it ships no types

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import ElementBase

FOLDER = Path(__file__).parent / "styles"

_CSL = "{http://purl.org/net/xbiblio/csl}"
_TESTS = ("type", "variable", "is-numeric", "is-uncertain-date", "locator", "position", "disambiguate")

_KEPT_TERMS = ("month-", "season-", "ordinal", "open-", "close-", "and", "et-al", "page-range-delimiter")
"""Words of a language that are said without being named in a style: of dates, names, quotations."""


@cache
def _compiled(expression: str) -> XPath:
    return XPath(expression, namespaces=CitationStylesElement.nsmap)


# citeproc-py 0.11 compiles each of the few expressions that it looks things up by anew, 30 times a citation: a quarter
# of its time.
CitationStylesElement.xpath_search = lambda element, expression: _compiled(expression)(element)
# And looks up each month, mark and ordinal anew: a tenth of what is left.
Locale.get_term = lru_cache(maxsize=1 << 9)(Locale.get_term)
# And asks its style, 130 times a citation, what marks to print with: a tenth of what is left then. There are none.
CitationStylesElement.get_formatter = lambda _: plain


def whole(name: str) -> CitationStylesStyle:
    """The style with all that it has, but for two amendments."""
    style = CitationStylesStyle(str(FOLDER / f"{name}.csl"), validate=False)
    # Where there is no author the title stands in for one, and citeproc-py 0.11 then prints it again in its own place.
    for each in list(style.root.iter(f"{_CSL}substitute")):
        each.getparent().remove(each)
    # MLA leaves the day of access to the writer, and its style prints it of undated works alone. What is cited here may
    # be written anew any day, so the day is always told.
    for choice in style.root.iterfind(f"{_CSL}macro[@name='supplemental-date-access']/{_CSL}choose"):
        choice[0].attrib.clear()
    return style


def trimmed(name: str, kind: str, fields: Mapping[str, bool]) -> CitationStylesStyle:
    """The style for works of this kind, cited for the first time, that have no field but these and no people."""
    style = whole(name)
    _Trimming(style.root, kind, fields).trim()
    return style


class _Trimming:
    """One style being trimmed. Elements may be mute; a group that asks for fields is, if none of them is there."""

    def __init__(self, root: ElementBase, kind: str, fields: Mapping[str, bool]) -> None:
        self._root = root
        self._kind = kind
        self._fields = fields
        self._macros = {macro.get("name"): macro for macro in root.iterchildren(f"{_CSL}macro")}
        self._read: dict[str, tuple[bool, bool]] = {}

    def trim(self) -> None:
        """Begin at what is printed and at what is sorted by; macros that neither reaches go."""
        for layout in self._root.iter(f"{_CSL}layout"):
            self._inside(layout)
        for key in self._root.iter(f"{_CSL}key"):
            if "macro" in key.attrib:
                self._macro(key.get("macro"))
        for name, macro in self._macros.items():
            if name not in self._read:
                self._root.remove(macro)
        said = {each.get("term") for each in self._root.iter(f"{_CSL}text")}
        for locale in self._root.locales:
            for term in list(locale.iter(f"{_CSL}term")):
                if term.get("name") not in said and not term.get("name").startswith(_KEPT_TERMS):
                    term.getparent().remove(term)

    def _element(self, element: ElementBase) -> tuple[bool, bool]:
        """Whether it may print, and whether it asks for a field."""
        tag = element.tag.removeprefix(_CSL)
        if tag == "names":
            return False, True
        if tag in {"text", "date", "number"} and "variable" in element.attrib:
            return element.get("variable") in self._fields, True
        if tag == "text" and "macro" in element.attrib:
            return self._macro(element.get("macro"))
        if tag == "choose":
            return self._choose(element)
        if tag == "group":
            return self._inside(element)[0], True
        return True, tag == "label" and element.get("variable") == "locator"

    def _macro(self, name: str) -> tuple[bool, bool]:
        if name not in self._read:
            self._read[name] = self._inside(self._macros[name])
        return self._read[name]

    def _inside(self, parent: ElementBase) -> tuple[bool, bool]:
        """Take out the children that are mute; what the others can do."""
        kept: list[bool] = []
        gone: list[bool] = []
        for child in list(parent):
            prints, asks = self._element(child)
            (kept if prints else gone).append(asks)
            if prints:
                parent.replace(child, self._within(child))
            else:
                parent.remove(child)
        is_group = parent.tag == f"{_CSL}group"
        return bool(kept) and not (is_group and any(gone) and not any(kept)), any(kept) or any(gone)

    def _choose(self, choice: ElementBase) -> tuple[bool, bool]:
        """Take out the branches that are never taken, those after one that always is, and mute ones at the end."""
        asks = False
        for branch in list(choice):
            verdict = self._verdict(branch)
            if verdict is not False:
                asks |= self._inside(branch)[1]
            if verdict is False:
                choice.remove(branch)
            elif verdict:
                for later in list(branch.itersiblings()):
                    choice.remove(later)
                for test in (*_TESTS, "match"):
                    branch.attrib.pop(test, None)
                break
        while len(choice) and not len(choice[-1]):  # a mute branch before others keeps them from being taken
            choice.remove(choice[-1])
        return len(choice) > 0, asks

    def _within(self, element: ElementBase) -> ElementBase:
        """What a bare call of a macro comes to, or a choice that is decided, where that is one element."""
        if element.tag == f"{_CSL}text" and element.attrib.keys() == ["macro"]:
            inside = self._macros[element.get("macro")]
        elif element.tag == f"{_CSL}choose" and len(element) == 1 and not any(map(element[0].get, _TESTS)):
            inside = element[0]
        else:
            return element
        return copy.deepcopy(inside[0]) if len(inside) == 1 and _is_one(inside[0]) else element

    def _verdict(self, branch: ElementBase) -> bool | None:
        """Whether a branch is always taken or never, or None where it depends on the record."""
        known = [self._known(test, each) for test in _TESTS for each in (branch.get(test) or "").split()]
        match branch.get("match"):
            case "any":
                return True if True in known else None if None in known else False
            case "none":
                return False if True in known else None if None in known else True
        return False if False in known else None if None in known else True

    def _known(self, test: str, value: str) -> bool | None:
        if test == "type":
            return value == self._kind
        if test == "variable" and value in self._fields:
            return self._fields[value] or None
        if test == "is-numeric" and value in self._fields:
            return None
        return test == "position" and value == "first"


def _is_one(element: ElementBase) -> bool:
    """Whether it prints as one part anywhere; the parts of a choice are parted as the group around it says."""
    if element.tag != f"{_CSL}choose":
        return True
    return all(len(branch) == 0 or (len(branch) == 1 and _is_one(branch[0])) for branch in element)
