"""Texts of several threads -> their vectors, in one pass of the model.

Whoever comes while a pass runs waits for its end, and the first of those who wait embeds for all of them. So one who
asks alone waits for nobody.
"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Lock

from rag.embeddings.ports import Vectors


class Together:
    """Embeds texts as the function does that it is given, which one thread at a time calls."""

    def __init__(self, embed: Callable[[Sequence[str]], Vectors]) -> None:
        self._embed = embed
        self._waiting = deque[tuple[Sequence[str], Future[Vectors]]]()
        self._pass = Lock()

    @property
    def waiting(self) -> int:
        """How many wait for the next pass."""
        return len(self._waiting)

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), dim); raises what the function raises."""
        mine = Future[Vectors]()
        self._waiting.append((texts, mine))
        with self._pass:
            if not mine.done():
                self._embed_for([self._waiting.popleft() for _ in range(len(self._waiting))])
        return mine.result()

    def _embed_for(self, waiting: Sequence[tuple[Sequence[str], Future[Vectors]]]) -> None:
        try:
            vectors = self._embed([text for texts, _ in waiting for text in texts])
        except Exception as error:  # noqa: BLE001 - each who waits gets it
            for _, vector in waiting:
                vector.set_exception(error)
            return
        begin = 0
        for texts, found in waiting:
            found.set_result(vectors[begin : begin + len(texts)])
            begin += len(texts)
