"""A model's folder -> its tokenizer, shared by all users because it takes megabytes."""

from functools import cache
from pathlib import Path
from typing import Final

from tokenizers import Tokenizer

MOST: Final = 256  # tokens of a text that the packaged model reads, at most


@cache
def tokenizer(model: Path) -> Tokenizer:
    """The model's tokenizer, without padding. Raises what its library raises: a bare Exception for an unusable file.

    Nothing changes its options later, so that it is thread-safe.
    """
    loaded = Tokenizer.from_file(str(model / "tokenizer.json"))
    loaded.enable_truncation(MOST)
    loaded.no_padding()
    return loaded
