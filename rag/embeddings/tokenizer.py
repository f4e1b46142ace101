"""A model's folder -> what cuts texts into the model's tokens; whoever needs it shares it, for it takes megabytes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from tokenizers import Tokenizer

if TYPE_CHECKING:
    from pathlib import Path

MOST: Final = 256
"""Tokens that the packaged model reads of a text."""


@cache
def tokenizer(model: Path) -> Tokenizer:
    """The model's own, without padding; it raises what its library raises, bare Exception where a file is no good.

    Set here and never again: a tokenizer that nobody alters is safe under threads.
    """
    made = Tokenizer.from_file(str(model / "tokenizer.json"))
    made.enable_truncation(MOST)
    made.no_padding()
    return made
