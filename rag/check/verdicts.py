"""The values of a check: each reference or quotation of a text, its verdict, and where its letters differ."""

from dataclasses import dataclass
from enum import Enum

from rag.answer.answer import Citation
from rag.record import Record


class Verdict(Enum):
    """How well a reference or quotation agrees with the collection.

    EXACT: letter for letter, except white space, the shapes of quotation marks and dashes, a comma or full stop at the
    end, and marked omissions. NEAR: the same words in other letters, or a detail off: case, accents, punctuation, a
    spelling, a shortened title, a date up to a month away. ALTERED: recognisable, but it says something else.
    NOT_FOUND: no record is like it. UNDECIDED: there is too little to compare.
    """

    EXACT = "exact"
    NEAR = "near"
    ALTERED = "altered"
    NOT_FOUND = "not_found"
    UNDECIDED = "undecided"


_WORSE = (Verdict.EXACT, Verdict.NEAR, Verdict.ALTERED, Verdict.NOT_FOUND)


def worst(*verdicts: Verdict) -> Verdict:
    """The verdict furthest from exact."""
    return max(verdicts, key=_WORSE.index)


class ClaimKind(Enum):
    """What a claim is."""

    ADDRESS = "address"
    TITLE = "title"
    QUOTATION = "quotation"
    PASSAGE = "passage"


class TextSide(Enum):
    """Where letters stand: in both texts, only in the text checked, or only in the record."""

    BOTH = "both"
    GIVEN = "given"
    RECORD = "held"


@dataclass(frozen=True, slots=True)
class TextPart:
    """A run of letters and where it stands."""

    side: TextSide
    text: str


@dataclass(frozen=True, slots=True)
class ComparedRecord:
    """A record that a claim was compared with."""

    record: Record
    score: float  # share of the words that agree, in [0, 1]; higher is nearer
    quote: str = ""  # the record's own words that were compared; empty for none


@dataclass(frozen=True, slots=True)
class Judgement:
    """A reference or quotation of a text, and its verdict."""

    kind: ClaimKind
    verdict: Verdict
    start: int  # offset of its first character in the text checked
    end: int  # offset after its last
    reasons: tuple[str, ...]  # sentences for the reader, the gravest first; at least one
    parts: tuple[TextPart, ...] = ()  # the claim against the record, letter by letter; empty where no record is like it


@dataclass(frozen=True, slots=True)
class JudgedClaim(Judgement):
    """One before records are numbered: `compared` are those that it was compared with, the nearest first."""

    compared: tuple[ComparedRecord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(Judgement):
    """One as the reader gets it."""

    text: str  # exactly `Checked.text` from `start` to `end`
    citations: tuple[int, ...]  # numbers into `Checked.citations`, the nearest record first


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of a check."""

    text: str  # the text in Unicode's composed form, without control characters
    findings: tuple[Finding, ...]  # in the order of the text
    citations: tuple[Citation, ...]  # the records compared, numbered in the order of the findings
    notes: tuple[str, ...]  # sentences for the reader: what was not checked
    generation: str
