"""Features by name, and weights that are learned for them."""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain

import numpy as np
import torch

PARTS = 4  # of labelled questions, of which each is left out once

_ROUNDS = 60
_LEAST = 2  # questions that must have a word or an n-gram


class Bags:
    """Rows of named features, of which those count that _LEAST rows have."""

    def __init__(self, rows: Sequence[Sequence[str]], power: float) -> None:
        """Weigh each row's features by its length to this power."""
        counted = Counter(chain.from_iterable(rows))
        self.names = sorted(name for name, count in counted.items() if count >= _LEAST)
        numbers = {name: at for at, name in enumerate(self.names)}
        kept = [[numbers[name] for name in row if name in numbers] for row in rows]
        self._index = torch.tensor([*chain.from_iterable(kept)])
        self._starts = torch.tensor([0, *np.cumsum([len(each) for each in kept])[:-1].tolist()])
        self._scale = torch.tensor([len(row) ** power for row, own in zip(rows, kept, strict=True) for _ in own])

    def sums(self, weights: torch.Tensor) -> torch.Tensor:
        """(rows, k) of weights (names, k)."""
        return torch.nn.functional.embedding_bag(
            self._index, weights, self._starts, mode="sum", per_sample_weights=self._scale
        )


def minimise(parameters: list[torch.Tensor], loss: Callable[[], torch.Tensor]) -> None:
    """Change these parameters until the loss is least."""
    solver = torch.optim.LBFGS(parameters, max_iter=_ROUNDS, history_size=10, line_search_fn="strong_wolfe")

    def step() -> torch.Tensor:
        solver.zero_grad()
        value = loss()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    solver.step(step)  # type: ignore[no-untyped-call]


def zeros(*shape: int) -> torch.Tensor:
    """Weights to begin with."""
    return torch.zeros(*shape, requires_grad=True)
