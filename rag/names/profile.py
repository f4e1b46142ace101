"""What is known of a collection as a whole: how many records have each word, and every name with its spellings."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from rag.embeddings.background import NO_BACKGROUND, Background
from rag.errors import GenerationError
from rag.names.authority import NameKind

_FORMAT = 2


@dataclass(frozen=True, slots=True)
class Name:
    """A person, place or body that the collection names, or a term that it abbreviates."""

    text: str  # what it is called, for people to read
    kind: NameKind
    forms: tuple[str, ...]  # its full spellings found in the collection, as words ("a i alekseev", "u s")
    surnames: tuple[str, ...] = ()  # spellings, as words, that call a person alone ("alekseev", "alexeev")
    firsts: tuple[str, ...] = ()  # first words of a person's full spellings, initials aside ("chen", "fidel")
    ranks: tuple[str, ...] = ()  # words of rank that introduce a person ("ambassador")
    records: int = 0  # how many records introduce it


@dataclass(frozen=True, slots=True)
class Profile:
    """A collection as a whole: the build makes it, questions read it."""

    records: int  # how many records there are
    words: Mapping[str, int]  # word, in lower case and without accents -> how many records have it, in title or summary
    names: tuple[Name, ...] = ()  # its names, the most frequent first within a kind
    background: Background = NO_BACKGROUND  # how near it comes to questions that have nothing to do with it

    def to_bytes(self) -> bytes:
        """Compressed JSON, with the number of its format."""
        names = [{**asdict(name), "kind": name.kind.value} for name in self.names]
        counted = {"records": self.records, "words": dict(self.words)}
        whole = {"format": _FORMAT, **counted, "names": names, "background": asdict(self.background)}
        return zlib.compress(json.dumps(whole, separators=(",", ":")).encode())

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """What `to_bytes` made; GenerationError for anything else."""
        try:
            whole = json.loads(zlib.decompress(data))
            if whole["format"] != _FORMAT:
                message = f"the profile has format {whole['format']}, not {_FORMAT}; run `rag build` to make it anew"
                raise GenerationError(message)
            levels = whole["background"]
            background = Background(levels["record"], levels["passage"])
            return cls(whole["records"], whole["words"], tuple(map(_name, whole["names"])), background)
        except (zlib.error, ValueError, LookupError, TypeError) as error:
            raise GenerationError(f"the profile is damaged ({error}); run `rag build` to make it anew") from error


def _name(stored: Mapping[str, Any]) -> Name:
    lists = {field: tuple(value) for field, value in stored.items() if isinstance(value, list)}
    return Name(**{**stored, **lists, "kind": NameKind(stored["kind"])})
