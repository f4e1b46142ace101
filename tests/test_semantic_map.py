"""The map of a collection shows its records where principal components put them, each once, always the same."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rag.record import Record
from rag.search.semantic_map import SHOWN, chart, flattened
from tests.fakes import WordCountEmbedder, index_of, shelve

if TYPE_CHECKING:
    from pathlib import Path

    from rag.assistant.assistant import Assistant

vectors = st.integers(1, 12).flatmap(
    lambda n: arrays(np.float32, (n, 5), elements=st.floats(-1, 1, width=16, allow_nan=False))
)


@given(vectors)
def test_places_lie_within_the_map_and_are_the_same_every_time(some: np.ndarray) -> None:
    places, kept = flattened(some)

    assert places.shape == (len(some), 2)
    assert places.min() >= 0
    assert places.max() <= 1
    assert 0 <= kept <= 1 + 1e-9
    np.testing.assert_array_equal(places, flattened(some)[0])


def test_the_map_keeps_the_variance_that_its_covariance_says(assistant: Assistant) -> None:
    drawn = assistant.chart()
    reader = assistant._index.reader()  # noqa: SLF001 - the vectors themselves are asked
    all_of_them = reader.vectors([spot.record.id for spot in drawn.spots])
    variances = np.linalg.eigvalsh(np.cov(all_of_them.astype(np.float64), rowvar=False))

    assert drawn.kept == pytest.approx(variances[-2:].sum() / variances.sum())
    assert assistant.chart() is drawn


def test_every_record_of_the_seeds_has_its_place_and_its_period(assistant: Assistant) -> None:
    drawn = assistant.chart()
    counts = Counter(spot.period for spot in drawn.spots)

    assert len({spot.record.id for spot in drawn.spots}) == drawn.total == 57
    assert drawn.periods == ((1956, 1961), (1962, 1962), (1963, 1990))
    assert counts == {0: 13, 1: 28, 2: 16}


def test_a_name_stands_in_the_middle_of_the_records_that_name_it(assistant: Assistant) -> None:
    drawn = assistant.chart()

    assert "Che Guevara" in {region.name for region in drawn.regions}
    for region in drawn.regions:
        naming = [spot for spot in drawn.spots if region.name in getattr(spot.record, region.field)]
        assert region.count == len(naming)
        assert region.x == pytest.approx(np.median([spot.x for spot in naming]))
        assert region.y == pytest.approx(np.median([spot.y for spot in naming]))


def test_of_a_large_collection_a_sample_is_shown(tmp_path: Path) -> None:
    records = [Record(f"r{number:03}", f"note {number % 7} {number % 5}", "", None) for number in range(400)]
    shelve(tmp_path, records, WordCountEmbedder())
    drawn = chart(index_of(tmp_path).reader())
    ids = [spot.record.id for spot in drawn.spots]

    assert len(set(ids)) == len(ids) == SHOWN
    assert drawn.total == 400
    assert ids[0] == "r000"
    assert ids[-1] > "r370"
    assert {spot.period for spot in drawn.spots} == {None}
