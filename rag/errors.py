"""Every error that this package raises on purpose; each message is one line: place, fault, cure.

RagError
  SettingsError        an unknown or malformed setting
  SourceError          a source could not be read: file, line, fault, cure
  NothingToBuild       no source has a record, or --strict found a fault
  ModelError           the model is missing, or its weights are not the expected ones
  GenerationError      vectors/ has no generation, or a foreign or damaged one
    EngineUnavailable  the server that keeps the collection does not answer, or not as it should
  WritingError         a language model cannot be reached, or its reply cannot be used
    NoModel            no language model is set
  RecordNotFound       no record has this id
  QuestionError        a question, date or cursor cannot be used
  ReceiptError         a receipt cannot be read, or was miscopied
"""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def placed(place: Path) -> Iterator[None]:
    """Name this place in an OSError that names none; one from an incomplete write also lacks an errno."""
    try:
        yield
    except OSError as error:
        if error.filename is not None:
            raise
        raise OSError(error.errno or errno.EIO, error.strerror or str(error), str(place)) from error


# Characters that a terminal obeys: control characters, and those that change the direction of what follows.
_OBEYED = "\0-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069"


def printable(text: str) -> str:
    """The text on one line, without characters that a terminal obeys and without surrogates."""
    return re.sub(f"[{_OBEYED}\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", " ".join(text.split()))


def escaped(text: str) -> str:
    """The text on one line, the same characters escaped: a file name may contain line breaks and terminal commands."""
    return re.sub(f"[{_OBEYED}\u2028\u2029\ud800-\udfff]", lambda found: ascii(found[0])[1:-1], text)


def inert(text: str, keep: str = "") -> str:
    """The text with the same characters escaped as JSON has them, but for line breaks, tabs and those of `keep`."""
    return _INERT.sub(lambda found: found[0] if found[0] in keep else f"\\u{ord(found[0]):04x}", text)


_INERT = re.compile(f"(?![\n\t])[{_OBEYED}]")


class RagError(Exception):
    """An operational error with a message for people."""


class SettingsError(RagError):
    """An unknown or malformed setting."""


class SourceError(RagError):
    """A source could not be read.

    Attributes:
        file: Path within the source.
        line: Line of the fault, from 1; 0 for the whole file.
        reason: Fault and cure, in one line.
    """

    def __init__(self, file: str, line: int, reason: str) -> None:
        """Name the place first, as compilers do."""
        reason = printable(reason)  # it may quote the source
        super().__init__(f"{file}:{line}: {reason}" if line else f"{file}: {reason}")
        self.file = file
        self.line = line
        self.reason = reason


class NothingToBuild(RagError):
    """No source has a record, or a strict build found a fault; nothing was published."""


class ModelError(RagError):
    """The embedding model is missing, or its weights are not the expected ones."""


class GenerationError(RagError):
    """There is no generation, or it is foreign or damaged."""


class EngineUnavailable(GenerationError):
    """The server that keeps the collection does not answer, or not as it should; the same call may succeed later."""


class WritingError(RagError):
    """A language model cannot be reached, or its reply cannot be used; the message omits the key and the question."""


class NoModel(WritingError):
    """No language model is set."""

    def __init__(self) -> None:
        super().__init__("no language model is set; set RAG_LLM_URL and RAG_LLM_MODEL, or ask without one")


class RecordNotFound(RagError):
    """No record of this collection has this id."""

    def __init__(self, record_id: str) -> None:
        super().__init__(f"no record has the id {record_id!r}; `rag search` finds records by their words")
        self.record_id = record_id


class QuestionError(RagError):
    """A question, date or cursor that cannot be used; the message names it and a usable form."""


class ReceiptError(RagError):
    """A receipt that cannot be read, was miscopied, or has another format."""
