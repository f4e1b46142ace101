"""A response -> the same, refused when it takes too long or grows too large; the only importer of httpx2."""

import time
from collections.abc import Callable, Iterator

import httpx2

from rag.errors import WritingError


def limiting(seconds: float, size: int) -> Callable[[httpx2.Response], None]:
    """A hook that limits every response: a server may send empty events for ever, or a reply without an end."""

    def hook(response: httpx2.Response) -> None:
        if isinstance(response.stream, httpx2.SyncByteStream):
            response.stream = _Limited(response.stream, seconds, size)

    return hook


class _Limited(httpx2.SyncByteStream):
    def __init__(self, inner: httpx2.SyncByteStream, seconds: float, size: int) -> None:
        self._inner = inner
        self._end = time.monotonic() + seconds
        self._left = size

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._inner:
            self._left -= len(chunk)
            if time.monotonic() > self._end:
                raise WritingError("The language model took too long.")
            if self._left < 0:
                raise WritingError("The language model’s reply did not end.")
            yield chunk

    def close(self) -> None:
        self._inner.close()
