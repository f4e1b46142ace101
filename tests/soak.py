"""Questions at a running server from many clients at once: `make soak`, or `python -m tests.soak http://127.0.0.1:8000`.

Prints, for each number of clients, questions a second, the times of what is answered and of what is sent away; then
how long others wait while clients are silent or leave.
"""

import asyncio
import statistics
import sys
from itertools import count
from time import perf_counter

import httpx2

CLIENTS = (1, 8, 64, 256)
SECONDS = 10.0
SILENT = 500
WORDS = ("Castro", "Mikoyan", "the missiles", "Guevara", "Gromyko", "Dobrynin", "Havana", "the blockade")


def percentiles(seconds: list[float]) -> str:
    """The median, the 95th and the 99th, in milliseconds."""
    if len(seconds) < 2:
        return "-"
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return " / ".join(f"{cuts[at - 1] * 1000:.0f}" for at in (50, 95, 99))


async def load(address: str, clients: int, seconds: float = SECONDS) -> tuple[list[float], list[float]]:
    """Ask for so many seconds, each client its next question after an answer: times of answers and of refusals."""
    numbers, answered, refused = count(), list[float](), list[float]()
    ends = perf_counter() + seconds
    limits = httpx2.Limits(max_connections=clients, max_keepalive_connections=clients)
    async with httpx2.AsyncClient(base_url=address, timeout=60, limits=limits) as client:

        async def ask() -> None:
            while (began := perf_counter()) < ends:
                number = next(numbers)  # no two questions alike, so that none is answered from what is kept
                question = f"What did {WORDS[number % len(WORDS)]} say of {number}?"
                response = await client.post("/api/v1/ask", json={"question": question})
                (answered if response.is_success else refused).append(perf_counter() - began)
                if not response.is_success:
                    await asyncio.sleep(0.5)

        await asyncio.gather(*(ask() for _ in range(clients)))
    return answered, refused


async def silent(host: str, port: int) -> None:
    """Connect and say nothing, until the server has enough of it."""
    reader, writer = await asyncio.open_connection(host, port)
    await reader.read()
    writer.close()


async def leaving(host: str, port: int) -> None:
    """Ask, and leave without the answer."""
    body = b'{"question": "What did Castro say?"}'
    head = f"POST /api/v1/ask HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    _, writer = await asyncio.open_connection(host, port)
    writer.write(f"{head}\r\n\r\n".encode() + body)
    await writer.drain()
    writer.close()


async def main(address: str) -> None:
    """Print all figures."""
    url = httpx2.URL(address)
    place = (url.host, url.port or 80)
    await load(address, 1, 2)  # warms it
    for clients in CLIENTS:
        answered, refused = await load(address, clients)
        rate = len(answered) / SECONDS
        sent_away = f"{len(refused)} sent away, {percentiles(refused)} ms"
        sys.stdout.write(f"{clients:4} clients: {rate:6.1f} a second, {percentiles(answered)} ms; {sent_away}\n")
    waiting = [asyncio.ensure_future(silent(*place)) for _ in range(SILENT)]
    answered, _ = await load(address, 1)
    sys.stdout.write(f"beside {SILENT} silent clients: {percentiles(answered)} ms\n")
    await asyncio.gather(*waiting, return_exceptions=True)
    await asyncio.gather(*(leaving(*place) for _ in range(SILENT)), return_exceptions=True)
    answered, _ = await load(address, 1)
    sys.stdout.write(f"after {SILENT} clients that left: {percentiles(answered)} ms\n")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
