"""Every error this package raises on purpose; each is one line: place, fault, cure.

RagError
  SettingsError        an unknown or malformed setting
  SourceError          a source could not be read: file, line, fault, cure
  NothingToBuild       no source yielded a single record, or --strict met a fault
  ModelError           the model is missing, or its weights are not the ones expected
  GenerationError      vectors/ holds no generation, or a foreign or damaged one
  WritingError         a language model cannot be asked, or its reply cannot be used
    NoModel            none is set
  RecordNotFound       no record has this id
  QuestionError        the question, a date or a cursor cannot be understood at all
  ReceiptError         a receipt cannot be read, or was miscopied
"""

from __future__ import annotations

import errno
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def placed(place: Path) -> Iterator[None]:
    """An OSError that names no place is of this one; a write that ended short has not even a number."""
    try:
        yield
    except OSError as error:
        if error.filename is not None:
            raise
        raise OSError(error.errno or errno.EIO, error.strerror or str(error), str(place)) from error


def printable(text: str) -> str:
    """One line of it without what no terminal and no file of text can take."""
    return re.sub("[\0-\x1f\x7f-\x9f\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", " ".join(text.split()))


def escaped(text: str) -> str:
    """One line of it that can be told from any other: a file's name may hold line ends and what a terminal obeys."""
    return re.sub("[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", lambda found: ascii(found[0])[1:-1], text)


class RagError(Exception):
    """An operational fault, fit to be shown to a person as it is."""


class SettingsError(RagError):
    """An unknown or malformed setting."""


class SourceError(RagError):
    """A source could not be read.

    Attributes:
        file: The path below the source given.
        line: Line of the fault, from 1; 0 where the whole file is meant.
        reason: Fault and cure, in one line.
    """

    def __init__(self, file: str, line: int, reason: str) -> None:
        """Name the place first, as compilers do."""
        reason = printable(reason)  # it may name what the source holds
        super().__init__(f"{file}:{line}: {reason}" if line else f"{file}: {reason}")
        self.file = file
        self.line = line
        self.reason = reason


class NothingToBuild(RagError):
    """No source yielded a record, or a strict build met a fault; nothing was published."""


class ModelError(RagError):
    """The embedding model is missing, or its weights are not the ones expected."""


class GenerationError(RagError):
    """There is no generation to read, or it is foreign or damaged."""


class WritingError(RagError):
    """A language model cannot be asked, or its reply cannot be used; never shows the key or the question."""


class NoModel(WritingError):
    """No language model is set."""

    def __init__(self) -> None:
        """Name the cure."""
        super().__init__("no language model is set; set RAG_LLM_URL and RAG_LLM_MODEL, or ask without")


class RecordNotFound(RagError):
    """No record of this collection has the id asked for."""

    def __init__(self, record_id: str) -> None:
        """Keep the id for the problem document."""
        super().__init__(f"no record has the id {record_id!r}; `rag search` finds records by their words")
        self.record_id = record_id


class QuestionError(RagError):
    """A question, date or cursor that cannot be used; says which and what would do."""


class ReceiptError(RagError):
    """A receipt that cannot be read, was miscopied, or is of another form."""
