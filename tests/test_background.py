"""The background of a collection is what everyday questions reach there, whatever its size."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rag.embeddings.background import PROBES, Background, BackgroundMeter
from rag.names.profile import Profile
from tests.fakes import WordCountEmbedder

if TYPE_CHECKING:
    from rag.embeddings import Vectors

EMBEDDER = WordCountEmbedder(dimensions=256)
GRAIN = ("Grain for sugar", "A cable on the new pier", "Storm over the harbour")


def unit(matrix: np.ndarray) -> Vectors:
    """Rows of unit length."""
    vectors: Vectors = (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32)
    return vectors


def measure(probes: Vectors, records: Vectors, passages: Vectors) -> Background:
    meter = BackgroundMeter(probes)
    meter.add(records, passages)
    return meter.background()


unit_vectors = arrays(np.float64, st.tuples(st.integers(1, 12), st.just(3)), elements=st.floats(0.01, 1.0)).map(unit)


@given(unit_vectors, unit_vectors, unit_vectors)
def test_nine_probes_of_ten_stay_below_it(probes: Vectors, records: Vectors, passages: Vectors) -> None:
    background = measure(probes, records, passages)

    for level, vectors in ((background.record, records), (background.passage, passages)):
        nearest = sorted(max(float(probe @ vector) for vector in vectors) for probe in probes)
        low = nearest[int(0.9 * (len(nearest) - 1))]
        assert low - 1e-5 <= level <= nearest[-1] + 1e-5
        assert level == pytest.approx(np.percentile(nearest, 90), abs=1e-5)


@given(unit_vectors, unit_vectors, st.integers(1, 5))
def test_measuring_in_batches_gives_what_measuring_at_once_gives(probes: Vectors, records: Vectors, some: int) -> None:
    meter = BackgroundMeter(probes)
    for begin in range(0, len(records), some):
        meter.add(records[begin : begin + some], records[: begin + some])
    meter.add(records[:0], records[:0])

    assert astuple(meter.background()) == pytest.approx(astuple(measure(probes, records, records)), abs=1e-6)


def test_a_collection_that_answers_one_probe_has_no_higher_background() -> None:
    probes = EMBEDDER.embed_questions(PROBES)
    usual = measure(probes, *[EMBEDDER.embed_documents(GRAIN)] * 2)
    with_one = measure(probes, *[EMBEDDER.embed_documents([*GRAIN, PROBES[3]])] * 2)

    assert with_one.record < 0.9
    assert with_one.record == pytest.approx(usual.record, abs=0.2)


def test_probes_are_distinct_and_so_many_that_a_collection_may_answer_a_tenth() -> None:
    assert len(set(PROBES)) == len(PROBES) >= 20


def test_the_background_is_saved_in_the_profile() -> None:
    background = measure(EMBEDDER.embed_questions(PROBES), *[EMBEDDER.embed_documents(GRAIN)] * 2)
    profile = Profile(records=3, words={"grain": 1}, background=background)

    assert Profile.from_bytes(profile.to_bytes()).background == background
