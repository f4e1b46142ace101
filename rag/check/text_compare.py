"""Two texts -> whether they have the same letters or the same words, or where they differ, letter by letter."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from rapidfuzz.distance import Indel, Levenshtein

from rag.check.verdicts import TextPart, TextSide
from rag.dates.phrases import phrases
from rag.language.phonetics import sound
from rag.language.tokens import Token, tokens
from rag.language.word_list import is_english

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
_SPELLED = 5  # letters from which on one letter more or less is a slip, not another word
_SOUNDED = 4  # letters from which on words that sound alike are one name
_NEARLY = 0.6  # similarity of two words above which they are compared letter by letter


def plain(text: str) -> str:
    """The text as it counts for exactness: white space, quotation marks and dashes of one shape each."""
    folded = unicodedata.normalize("NFKC", text.translate(_SAME)).translate(_SAME)
    return _QUOTED.sub("'", _DASH.sub("-", " ".join(folded.split())))


_plain_given = lru_cache(maxsize=16)(plain)  # many records are compared with each
_plain_record = lru_cache(maxsize=1 << 12)(plain)  # records come again


def same_text(given: str, record_text: str) -> bool:
    """Whether both have the same letters, except punctuation that closes a citation."""
    return _plain_given(given).strip(_EDGES) == _plain_record(record_text).strip(_EDGES)


def verbatim(given: str, record_text: str, start: int = 0) -> int | None:
    """Where `given` ends in the record's plain text, if it stands there in whole words from `start` on."""
    sought, text = _plain_given(given).strip(_EDGES), _plain_record(record_text)
    while sought and (at := text.find(sought, start)) >= 0:
        end = at + len(sought)
        if not (text[at - 1 : at].isalnum() and sought[0].isalnum()) and not (
            text[end : end + 1].isalnum() and sought[-1].isalnum()
        ):
            return end
        start = at + 1
    return None


def words_and_dates(text: str) -> list[Token]:
    """The words of a text in order; a date, however spelt, is one word."""
    found, at = [], 0
    words = tokens(text)
    for date in phrases(text) if re.search(r"\d", text) else ():
        while at < len(words) and words[at].end <= date.start:
            found.append(words[at])
            at += 1
        while at < len(words) and words[at].start < date.end:
            at += 1
        found.append(Token(f"{_DATE}{date.hull}", text[date.start : date.end], date.start, date.end))
    return [*found, *words[at:]]


@lru_cache(maxsize=1 << 12)
def title_words(title: str) -> tuple[Token, ...]:
    """The words of a record's title; a date is one word."""
    return tuple(words_and_dates(unicodedata.normalize("NFC", title)))


@lru_cache(maxsize=1 << 12)
def summary_words(summary: str) -> tuple[Token, ...]:
    """The words of a record's summary."""
    return tuple(tokens(unicodedata.normalize("NFC", summary)))


def is_date_word(word: str) -> bool:
    """Whether a word stands for a date."""
    return word.startswith(_DATE)


def is_respelling(first: str, second: str) -> bool:
    """Whether two words, as the index sees them, are spellings of one: another transliteration, or a slip."""
    if first == second:
        return True
    if is_date_word(first) or is_date_word(second) or not (first.isalpha() and second.isalpha()):
        return False
    if is_english(first) and is_english(second):
        return False
    short = min(len(first), len(second))
    return (short >= _SOUNDED and sound(first) == sound(second)) or (
        short >= _SPELLED and Levenshtein.distance(first, second, score_cutoff=1) <= 1
    )


def compare(given: str, record_text: str) -> tuple[TextPart, ...]:
    """What both share and where they differ: by words, and by letters within a word that is nearly the same."""
    first, second = _PIECE.findall(given), _PIECE.findall(record_text)
    return tuple(_merged(_grouped([*_merged(_differences(first, second))])))


def compare_quotation(given: str, passage: str) -> tuple[TextPart, ...]:
    """The same for a quotation and the record's passage, without the punctuation at their edges."""
    return compare(given.strip(_EDGES), passage.strip(_EDGES))


def _differences(first: Sequence[str], second: Sequence[str]) -> Iterator[TextPart]:
    blocks = Indel.opcodes([*map(_plain_piece, first)], [*map(_plain_piece, second)]).as_matching_blocks()
    at = other = 0
    for block in blocks:
        yield from _replacement("".join(first[at : block.a]), "".join(second[other : block.b]))
        yield TextPart(TextSide.BOTH, "".join(first[block.a : block.a + block.size]))
        at, other = block.a + block.size, block.b + block.size


def _plain_piece(piece: str) -> str:
    """A piece as it counts for exactness; white space stays."""
    return plain(piece) or (" " if piece.isspace() else "")


def _replacement(given: str, original: str) -> Iterator[TextPart]:
    """One run of letters in place of another."""
    if given and original and " " not in given + original and Indel.normalized_similarity(given, original) > _NEARLY:
        for edit in Indel.opcodes(given, original):
            side = {"equal": TextSide.BOTH, "delete": TextSide.GIVEN}.get(edit.tag, TextSide.RECORD)
            inserted = original[edit.dest_start : edit.dest_end]
            yield TextPart(side, inserted if side is TextSide.RECORD else given[edit.src_start : edit.src_end])
        return
    yield TextPart(TextSide.GIVEN, given)
    yield TextPart(TextSide.RECORD, original)


def _grouped(parts: Sequence[TextPart]) -> Iterator[TextPart]:
    """The same parts; words exchanged side by side are one exchange: "Havana" for "New York"."""
    changed: list[TextPart] = []
    for at, part in enumerate(parts):
        is_space = part.side is TextSide.BOTH and part.text.isspace() and 0 < at < len(parts) - 1
        if part.side is not TextSide.BOTH or (is_space and changed):
            changed.append(part)
            continue
        yield from _exchanged(changed)
        changed = []
        yield part
    yield from _exchanged(changed)


def _exchanged(changed: Sequence[TextPart]) -> Iterator[TextPart]:
    if all(part.side is not TextSide.BOTH for part in changed):
        yield from changed
        return
    yield TextPart(TextSide.GIVEN, "".join(part.text for part in changed if part.side is not TextSide.RECORD))
    yield TextPart(TextSide.RECORD, "".join(part.text for part in changed if part.side is not TextSide.GIVEN))


def _merged(parts: Iterable[TextPart]) -> Iterator[TextPart]:
    """The parts without empty ones; neighbours of one side become one."""
    for side, run in groupby((part for part in parts if part.text), key=lambda part: part.side):
        yield TextPart(side, "".join(part.text for part in run))
