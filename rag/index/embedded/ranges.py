"""Where runs begin and end -> all places in them, one run after another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]


def places(first: Places, after: Places) -> tuple[Places, Places]:
    """The places from each `first` to before its `after`, both (n,), and where in these each run ends, (n,)."""
    ends = np.cumsum(after - first)
    count = int(ends[-1]) if len(ends) else 0
    return np.arange(count) + np.repeat(after - ends, after - first), ends
