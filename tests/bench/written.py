"""Records -> generations that no `rag build` makes, written straight through the writer.

Of the records' own vectors alone, which is what a peer embeds; and of any size: beyond the real records the same ones
again, with new ids, their vectors with Gaussian noise. Such an enlarged collection shows what size costs, never what is
found in it.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from rag.embeddings import PACKAGED, folder_of, open_embedder
from rag.embeddings.background import PROBES, BackgroundMeter
from rag.embeddings.similar_words import word_table_of
from rag.embeddings.word_vectors import WordVectors
from rag.index.ports import Identity, IndexEntry, Passages
from rag.language.document_types import document_type
from rag.names.annotate import Annotator
from rag.names.build_profile import profile_of
from tests.bench.collection import records_of
from tests.fakes import index_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.embeddings import Vectors
    from rag.index.ports import IndexReader

NOISE = 0.3
"""Standard deviation of the noise, as a share of that of the vectors' own numbers."""

_AT_ONCE = 4096  # records written at once


def alone(source: str, home: str) -> None:
    """Do what a build does, but embed titles and summaries as a whole and no sentence."""
    records = records_of(Path(source))
    profile = profile_of(records)
    naming = Annotator(profile)
    records = [naming.named(replace(record, type=record.type or document_type(record.title))) for record in records]
    embedder = open_embedder(PACKAGED)
    vectors = embedder.embed_documents([record.text for record in records])
    identity = Identity(embedder.name, embedder.weights, embedder.dimensions, ())
    with index_of(Path(home)).writer(identity) as writer:
        writer.add(
            IndexEntry(record, vector, Passages((record.title,), vector[np.newaxis]))
            for record, vector in zip(records, vectors, strict=True)
        )
        meter = BackgroundMeter(embedder.embed_documents(PROBES))
        meter.add(vectors, vectors)
        word_table = word_table_of(profile.words, WordVectors(folder_of(PACKAGED)))
        writer.publish(replace(profile, background=meter.background()).to_bytes(), word_table)


def enlarge(base: str, home: str, n: int) -> float:
    """Write n records, those of the base again and again; the seconds that the writer took."""
    reader = index_of(Path(base)).reader()
    entries = _endless(reader)
    spent, left = 0.0, n
    with index_of(Path(home)).writer(reader.identity) as writer:
        while left:
            chunk = list(islice(entries, min(left, _AT_ONCE)))
            begun = perf_counter()
            writer.add(chunk)
            spent += perf_counter() - begun
            left -= len(chunk)
        begun = perf_counter()
        writer.publish(reader.profile(), reader.word_table()[:])
        return spent + perf_counter() - begun


def _endless(reader: IndexReader) -> Iterator[IndexEntry]:
    """Its entries as they are, then again and again with noise."""
    ids = reader.ids(0, len(reader))
    records, vectors, passages = reader.records(ids), reader.vectors(ids), reader.passages(ids)
    random = np.random.default_rng(17)
    sigma = NOISE * float(vectors.std())

    def noisy(real: Vectors) -> Vectors:
        moved = real + sigma * random.standard_normal(real.shape, np.float32)  # (n, dim)
        unit: Vectors = moved / np.linalg.norm(moved, axis=1, keepdims=True)
        return unit

    yield from map(IndexEntry, records, vectors, passages)
    copy = 1
    while True:
        for record, vector, each in zip(records, vectors, passages, strict=True):
            moved = noisy(np.vstack([vector[np.newaxis], each.vectors]))
            yield IndexEntry(replace(record, id=f"{record.id}.{copy}"), moved[0], Passages(each.texts, moved[1:]))
        copy += 1
