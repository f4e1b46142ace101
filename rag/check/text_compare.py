"""Two texts -> whether they are the same letters, the same words, or where they part, letter by letter."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz.distance import Indel, Levenshtein

from rag.check.verdicts import TextPart, Where
from rag.dates.phrases import phrases
from rag.language.english.word_list import is_english
from rag.language.phonetics import sound
from rag.language.tokens import Token, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SAME = str.maketrans(
    {
        **dict.fromkeys("\"'`´‘’‚‛“”„‟«»‹›′″「」『』", "'"),
        **dict.fromkeys("\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}–—\N{HORIZONTAL BAR}\N{MINUS SIGN}", "-"),
        **dict.fromkeys(
            "\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}\ufeff", None
        ),
    }
)
_DASH = re.compile(r"\s*-+\s*")
_QUOTED = re.compile(r"'{2,}")  # ``so'' and '' so ''
_EDGES = " ,.;:'"
_PIECE = re.compile(r"[^\W_]+|\s+|[\W_]")
_DATE = "@"  # begins the word that stands for a whole date
_SPELT = 5  # letters from which on one letter more or less is a slip, not another word
_NEARLY = 0.6  # share of their letters above which two words are shown letter by letter
_HEARD = 4  # letters from which on words that sound alike are one name


def plain(text: str) -> str:
    """The text as it counts for exactness: white space, quotation marks and dashes of one shape each."""
    folded = unicodedata.normalize("NFKC", text.translate(_SAME)).translate(_SAME)
    return _QUOTED.sub("'", _DASH.sub("-", " ".join(folded.split())))


_given = lru_cache(maxsize=16)(plain)  # each is held against many records
_held = lru_cache(maxsize=1 << 12)(plain)  # records come again


def same(given: str, held: str) -> bool:
    """Whether both are the same letters, but for punctuation that closes a citation."""
    return _given(given).strip(_EDGES) == _held(held).strip(_EDGES)


def verbatim(given: str, held: str, start: int = 0) -> int | None:
    """Where `given` ends in `held`, counted in plain letters, if it stands there whole words from `start` on."""
    sought, text = _given(given).strip(_EDGES), _held(held)
    while sought and (at := text.find(sought, start)) >= 0:
        end = at + len(sought)
        if not (text[at - 1 : at].isalnum() and sought[0].isalnum()) and not (
            text[end : end + 1].isalnum() and sought[-1].isalnum()
        ):
            return end
        start = at + 1
    return None


def dated(text: str) -> list[Token]:
    """The words of a text in order; a date, however spelt, is one word."""
    found, at = [], 0
    running = tokens(text)
    spans = [(each.start, each.end, str(each.hull)) for each in phrases(text)] if re.search(r"\d", text) else []
    for start, end, edtf in spans:
        while at < len(running) and running[at].end <= start:
            found.append(running[at])
            at += 1
        while at < len(running) and running[at].start < end:
            at += 1
        found.append(Token(_DATE + edtf, text[start:end], start, end))
    return [*found, *running[at:]]


@lru_cache(maxsize=1 << 12)
def title_words(title: str) -> tuple[Token, ...]:
    """The words of a record's title; a date is one word."""
    return tuple(dated(unicodedata.normalize("NFC", title)))


@lru_cache(maxsize=1 << 12)
def summary_words(summary: str) -> tuple[Token, ...]:
    """The words of a record's summary."""
    return tuple(tokens(unicodedata.normalize("NFC", summary)))


def is_dated(word: str) -> bool:
    """Whether a word stands for a date."""
    return word.startswith(_DATE)


def alike(given: str, held: str) -> bool:
    """Whether two words, as the index sees them, are spellings of one: another transliteration, or a slip."""
    if given == held:
        return True
    if is_dated(given) or is_dated(held) or not (given.isalpha() and held.isalpha()):
        return False
    if is_english(given) and is_english(held):
        return False
    short = min(len(given), len(held))
    return (short >= _HEARD and sound(given) == sound(held)) or (
        short >= _SPELT and Levenshtein.distance(given, held, score_cutoff=1) <= 1
    )


def parts(given: str, held: str) -> tuple[TextPart, ...]:
    """What both share and where they part: by words, and by letters within a word that is nearly the same."""
    first, second = _PIECE.findall(given), _PIECE.findall(held)
    return tuple(_joined(iter(_together([*_joined(_parted(first, second))]))))


def compared(given: str, held: str) -> tuple[TextPart, ...]:
    """The parts of a quotation and its passage, without what closes either."""
    return parts(given.strip(_EDGES), held.strip(_EDGES))


def _parted(first: Sequence[str], second: Sequence[str]) -> Iterator[TextPart]:
    blocks = Indel.opcodes([*map(plain_piece, first)], [*map(plain_piece, second)]).as_matching_blocks()
    at = other = 0
    for block in blocks:
        yield from _replaced("".join(first[at : block.a]), "".join(second[other : block.b]))
        yield TextPart(Where.BOTH, "".join(first[block.a : block.a + block.size]))
        at, other = block.a + block.size, block.b + block.size


def plain_piece(piece: str) -> str:
    """A piece as it counts for exactness; white space stays."""
    return plain(piece) or (" " if piece.isspace() else "")


def _replaced(given: str, held: str) -> Iterator[TextPart]:
    """One run of letters in the place of another."""
    if given and held and " " not in given + held and Indel.normalized_similarity(given, held) > _NEARLY:
        for each in Indel.opcodes(given, held):
            side = {"equal": Where.BOTH, "delete": Where.GIVEN}.get(each.tag, Where.HELD)
            theirs = held[each.dest_start : each.dest_end]
            yield TextPart(side, theirs if side is Where.HELD else given[each.src_start : each.src_end])
        return
    yield TextPart(Where.GIVEN, given)
    yield TextPart(Where.HELD, held)


def _together(found: Sequence[TextPart]) -> Iterator[TextPart]:
    """The same, but words exchanged side by side are one exchange: "Havana" for "New York"."""
    changed: list[TextPart] = []
    for at, part in enumerate(found):
        between = part.side is Where.BOTH and part.text.isspace() and 0 < at < len(found) - 1
        if part.side is not Where.BOTH or (between and changed):
            changed.append(part)
            continue
        yield from _exchanged(changed)
        changed = []
        yield part
    yield from _exchanged(changed)


def _exchanged(changed: Sequence[TextPart]) -> Iterator[TextPart]:
    if sum(part.side is Where.BOTH for part in changed) == 0:
        yield from changed
        return
    yield TextPart(Where.GIVEN, "".join(part.text for part in changed if part.side is not Where.HELD))
    yield TextPart(Where.HELD, "".join(part.text for part in changed if part.side is not Where.GIVEN))


def _joined(found: Iterator[TextPart]) -> Iterator[TextPart]:
    """Without empty parts, neighbours of one side together."""
    last: TextPart | None = None
    for part in found:
        if not part.text:
            continue
        if last is not None and last.side is part.side:
            last = TextPart(last.side, last.text + part.text)
            continue
        if last is not None:
            yield last
        last = part
    if last is not None:
        yield last
