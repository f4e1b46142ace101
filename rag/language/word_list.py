"""The language's word list: which words anybody may write."""

import lzma
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from io import BytesIO

from rag.language.tables import FOLDER, table

_SPELLINGS: Mapping[str, str] = table("spellings")["listed_as"]
_COLOR = 5  # letters of the shortest word that has two spellings; what is shorter is a slip: wal is no wall


@cache
def _listed() -> Mapping[bytes, bytearray]:
    """83,000 words and well-known names, a line each, by their first two letters: 1 MB, a set would take 8."""
    listed: dict[bytes, bytearray] = defaultdict(lambda: bytearray(b"\n"))
    for line in BytesIO(lzma.decompress((FOLDER / "words.txt.xz").read_bytes())):
        listed[line[:2].rstrip()] += line
    return dict(listed)


def _is_listed(word: str) -> bool:
    sought = word.encode()
    return b"\n%b\n" % sought in _listed().get(sought[:2], b"")


def is_english(word: str) -> bool:
    """Whether a word, in lower case, is what a reader may mean as it stands, in this collection or not."""
    return _is_listed(word) or any(
        spelt in word and _is_listed(word.replace(spelt, listed)) for spelt, listed in _SPELLINGS.items()
    )


def other_spellings(word: str) -> Iterator[str]:
    """British and American spellings of an English word in lower case, besides its own."""
    for pair in _SPELLINGS.items() if len(word) >= _COLOR else ():
        for one, other in (pair, pair[::-1]):
            if one in word and is_english(word) and is_english(spelt := word.replace(one, other)):
                yield spelt
