"""A reply in pieces -> its sentences, each split into claims with their citations."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.language.sentences import sentences
from rag.llm.quotations import is_open

_NUMBERS = r"\d{1,3}(?:\s*[,;]\s*\d{1,3})*"
_MARK = re.compile(rf"\s*[\[【]\s*({_NUMBERS})\s*[\]】]")
_AFTER_STOP = re.compile(rf"(?<![.!?…])([.!?…]+)([\"'”’»)]*)((?:\s*[\[【]\s*{_NUMBERS}\s*[\]】])+)")
_BEGUN = re.compile(r"\s*[\[【][\d\s,;]*$")  # a citation whose end has not come yet
_LIST = re.compile(r"^\s*(?:[-*•–]\s+|\d{1,2}[.)]\s+|#{1,6}\s+|>\s*)+")
_EMPHASIS = re.compile(r"(\*\*|__|\*|`)(?=\S)(.+?)(?<=\S)\1")
_BEFORE_STOP = re.compile(r"\s+([.,;:!?])")
_WORDS = re.compile(r"\w+")
_CLAIM = 4  # words before a citation inside a sentence, at least, for it to support them alone
_LONGEST = 1200  # characters from which on a sentence may end inside an open quotation


@dataclass(frozen=True, slots=True)
class CitedClaim:
    """A part of a sentence and the citation numbers that support it."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """One sentence as a model wrote it."""

    text: str  # without its citation marks, list marks and emphasis
    claims: tuple[CitedClaim, ...]  # its parts, in order; a single one where the citations support the whole sentence

    @property
    def citations(self) -> tuple[int, ...]:
        """The numbers that it cites, each once."""
        return tuple(dict.fromkeys(number for claim in self.claims for number in claim.citations))


def draft(written: str) -> Draft:
    """Split a sentence from its citations; one inside it supports the words since the citation before."""
    plain = _EMPHASIS.sub(r"\2", _LIST.sub("", " ".join(written.split())))
    parts: list[CitedClaim] = []
    at = 0
    for mark in _MARK.finditer(plain):
        numbers = tuple(int(number) for number in re.findall(r"\d+", mark[1]))
        if parts and not _WORDS.search(plain, at, mark.start()):
            parts[-1] = CitedClaim(parts[-1].text, (*parts[-1].citations, *numbers))
        else:
            parts.append(CitedClaim(plain[at : mark.start()].strip(" ,;"), numbers))
        at = mark.end()
    text = _BEFORE_STOP.sub(r"\1", _MARK.sub("", plain)).strip()
    whole = not _WORDS.search(plain, at) and all(
        len(_WORDS.findall(part.text)) >= _CLAIM and not is_open(part.text) for part in parts
    )
    if len(parts) > 1 and whole:
        return Draft(text, tuple(CitedClaim(part.text, tuple(dict.fromkeys(part.citations))) for part in parts))
    numbers = tuple(dict.fromkeys(number for part in parts for number in part.citations))
    return Draft(text, (CitedClaim(text, numbers),))


class Splitter:
    """Gives each sentence of a growing text as soon as the next one or a new line begins."""

    def __init__(self) -> None:
        self._rest = ""

    def feed(self, piece: str) -> Iterator[str]:
        """The sentences that this piece completes."""
        self._rest += piece
        *lines, self._rest = self._rest.split("\n")
        for line in lines:
            yield from _split(line)
        if _BEGUN.search(self._rest):  # a citation after a full stop belongs to the sentence before
            return
        *whole, last = _split(self._rest) or [""]
        if whole:
            yield from whole
            self._rest = last + self._rest[len(self._rest.rstrip()) :]

    def end(self) -> Iterator[str]:
        """The sentences left when the text has ended."""
        rest, self._rest = self._rest, ""
        yield from _split(rest)


def _split(text: str) -> list[str]:
    """The sentences of a line, with citations before the full stop; an open quotation is not cut."""
    found: list[str] = []
    for sentence in sentences(_AFTER_STOP.sub(_marks_first, text)):
        if found and is_open(found[-1]) and len(found[-1]) < _LONGEST:
            found[-1] = f"{found[-1]} {sentence}"
        else:
            found.append(sentence)
    return [sentence for sentence in found if _WORDS.search(sentence)]


def _marks_first(match: re.Match[str]) -> str:
    stop, closers, marks = match.groups()
    return f"{closers}{marks}." if stop == "." else f"{stop}{closers}{marks}."
