"""Clients on plain sockets: who asks in turn, who asks at a rate whatever happens, and three that are rude."""

from __future__ import annotations

import asyncio
import json
import random
import re
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter
from typing import Any

ASK = "/api/v1/ask"
_LENGTH = re.compile(rb"(?i)content-length: (\d+)")
_PAUSE = 0.5  # seconds after a refusal


@dataclass(slots=True)
class Load:
    """What came of many questions: seconds of answers and of refusals, and how many got neither."""

    seconds: float
    answered: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    lost: int = 0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.answered) / self.seconds

    def note(self, status: int, seconds: float) -> None:
        """Count one."""
        (self.answered if status == 200 else self.refused).append(seconds)


def milliseconds(seconds: Sequence[float], percent: int) -> float:
    """A percentile, in milliseconds; 0 of fewer than two."""
    if len(seconds) < 2:
        return 0.0
    return statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1] * 1000


def spread(seconds: Sequence[float]) -> str:
    """The median, the 95th and the 99th percentile."""
    return " / ".join(f"{milliseconds(seconds, percent):.0f}" for percent in (50, 95, 99)) if seconds else "-"


class Caller:
    """A connection that is kept."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        """The status and body of an answer; OSError or asyncio.IncompleteReadError where there is none."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        try:
            writer.write(request(path, body))
            head = await reader.readuntil(b"\r\n\r\n")
            found = _LENGTH.search(head)
            answer = await reader.readexactly(int(found[1]) if found else 0)
        except BaseException:
            self.close()
            raise
        if b"onnection: close" in head:
            self.close()
        return int(head[9:12]), answer

    async def ask(self, question: str) -> tuple[int, bytes]:
        """The answer to a question."""
        return await self.post(ASK, json.dumps({"question": question}).encode())

    def close(self) -> None:
        """End the connection."""
        if self._streams:
            self._streams[1].close()
            self._streams = None


def request(path: str, body: bytes) -> bytes:
    """A whole request."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


def questions(titles: Sequence[str], seed: int) -> Iterator[str]:
    """Questions without end, of words of these titles, hardly any twice."""
    words = sorted({word for title in titles for word in re.findall(r"[A-Z]?[a-z]{4,}", title)})
    drawn = random.Random(seed)  # noqa: S311 - nothing secret
    while True:
        one, other, third = drawn.sample(words, 3)
        yield f"What did {one} say about {other} and {third}?"


async def in_turn(port: int, clients: int, seconds: float, asked: Iterator[str]) -> Load:
    """Each client asks its next question when it has an answer."""
    load = Load(seconds)
    ends = perf_counter() + seconds

    async def client() -> None:
        caller = Caller(port)
        while (began := perf_counter()) < ends:
            try:
                status, _ = await caller.ask(next(asked))
            except (OSError, asyncio.IncompleteReadError):
                load.lost += 1
                continue
            load.note(status, perf_counter() - began)
            if status != 200:
                await asyncio.sleep(_PAUSE)
        caller.close()

    await asyncio.gather(*(client() for _ in range(clients)))
    return load


async def at_a_rate(port: int, rate: float, seconds: float, asked: Iterator[str]) -> Load:
    """So many questions a second, each over a connection of its own, whether or not the ones before are answered."""
    load = Load(seconds)

    async def once(question: str) -> None:
        caller = Caller(port)
        began = perf_counter()
        try:
            status, _ = await caller.ask(question)
        except (OSError, asyncio.IncompleteReadError):
            load.lost += 1
        else:
            load.note(status, perf_counter() - began)
        caller.close()

    began, asking = perf_counter(), list[asyncio.Task[None]]()
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, began + number / rate - perf_counter()))
        asking.append(asyncio.ensure_future(once(next(asked))))
    await asyncio.gather(*asking)
    return load


async def silent(port: int) -> None:
    """Connect and say nothing, until the server has enough of it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with suppress(OSError):
        await reader.read()
    writer.close()


async def slow(port: int) -> None:
    """Send a question a byte a second, until the server has enough of it."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    with suppress(OSError):
        for byte in request(ASK, b'{"question": "What did Castro say?"}'):
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(1)
    writer.close()


_numbers = count()


async def vanishing(port: int) -> None:
    """Ask what nobody has asked, and leave without the answer."""
    with suppress(OSError):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request(ASK, b'{"question": "What did Castro say of %d ships?"}' % next(_numbers)))
        await writer.drain()
        writer.close()


async def beside(rude: Callable[[int], Any], number: int, port: int, seconds: float, asked: Iterator[str]) -> Load:
    """One client that asks in turn, while so many others are rude again and again."""

    async def again(wait: float) -> None:
        while True:
            await asyncio.sleep(wait)
            with suppress(OSError):
                await rude(port)
            wait = seconds

    # Who stays is there from the first second on; who leaves at once comes any time.
    spread_over = seconds if rude is vanishing else 1
    others = [asyncio.ensure_future(again(spread_over * each / number)) for each in range(number)]
    await asyncio.sleep(1)
    load = await in_turn(port, 1, seconds, asked)
    for each in others:
        each.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    return load
