"""A question and a generation -> what is asked of it, ready to be looked for and to be marked."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answer.highlights import Marker
from rag.embeddings.similar_words import Thesaurus
from rag.errors import QuestionError
from rag.names.profile import Profile
from rag.query.names import Names
from rag.query.question import Aspect, understand
from rag.record import EVERYTHING
from rag.search.ranking import Query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.assistant.encoder import Encoder
    from rag.embeddings.background import Background
    from rag.embeddings.word_vectors import WordVectors
    from rag.index.ports import IndexReader
    from rag.names.authority import Authorities
    from rag.query.question import Asked, Turn
    from rag.record import Filter


@dataclass(frozen=True, slots=True)
class CollectionContext:
    """What is known of one generation as a whole, ready to be asked.

    Attributes:
        dated: Whether any record has a date; where none has, days in a question are words like any other.
    """

    generation: str
    names: Names
    background: Background
    thesaurus: Thesaurus
    dated: bool


class QuestionReader:
    """Reads questions as one generation after another understands them. Safe under threads."""

    def __init__(self, encoder: Encoder, kindred: WordVectors, authorities: Authorities) -> None:
        """Take what does not change with the generation."""
        self._encoder = encoder
        self._kindred = kindred
        self._authorities = authorities
        self._making = threading.Lock()
        self._ready: CollectionContext | None = None

    def asked(
        self, reader: IndexReader, text: str, history: Sequence[Turn], where: Filter, aspects: frozenset[Aspect]
    ) -> Asked:
        """What a question asks of this generation; QuestionError where it is empty."""
        if not text.strip():
            message = "the question is empty; ask in plain words, for instance: What did Castro tell Mikoyan?"
            raise QuestionError(message)
        known = self.known(reader)
        return understand(text, history, where, known.names, aspects if known.dated else aspects - {Aspect.DATES})

    def marker(self, reader: IndexReader, asked: Asked) -> Marker:
        """What marks the question's words in a record's."""
        return Marker(asked.words, reader.rarity(asked.words), asked.named, self.known(reader).thesaurus)

    def query(self, reader: IndexReader, asked: Asked, where: Filter, notes: list[str]) -> Query:
        """What is looked for under a filter; `notes` gains a sentence where there is no encoder."""
        vector = self._encoder.question(reader, asked.meaning)
        if vector is None:
            notes.append("The encoder cannot be loaded, so records are found by their words alone.")
        return Query(vector, asked.alike(self.known(reader).thesaurus), where, asked.hint)

    def known(self, reader: IndexReader) -> CollectionContext:
        """What is known of the generation as a whole, made ready once."""
        with self._making:
            if self._ready is None or self._ready.generation != reader.generation:
                profile = Profile.from_bytes(reader.profile())
                thesaurus = Thesaurus(self._kindred, profile.words, reader.uses())
                names = Names(profile, self._authorities)
                dated = reader.undated(EVERYTHING) < len(reader)
                self._ready = CollectionContext(reader.generation, names, profile.background, thesaurus, dated)
            return self._ready
