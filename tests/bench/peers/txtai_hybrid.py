"""txtai with its own index of words beside the vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bench.peers import txtai_dense

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Library = txtai_dense.Library


def write(texts: Sequence[str], home: Path) -> None:
    """Save an index of the texts."""
    txtai_dense.write(texts, home, hybrid=True)
