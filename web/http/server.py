"""How uvicorn serves this site: deadlines that it does not have, and no more connections than there are files for."""

import asyncio
import os
import socket
from contextlib import suppress

import h11
from prometheus_client.multiprocess import mark_process_dead
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.supervisors import Multiprocess

from rag.platform import open_files
from web.problems import MEDIA_TYPE, Problem

# Seconds in which a client must send the whole head of a request, from the connection or its first byte on.
SILENCE = 10.0

UNREAD = 30.0  # seconds that an answer waits for a client that does not read on
SPARE = 64  # files that the program opens itself


class Connection(H11Protocol):
    """One client."""

    _deadline: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Begin to wait for a request; end a connection that there is no file for."""
        super().connection_made(transport)
        if len(self.connections) > open_files() - SPARE:
            transport.abort()
            return
        with suppress(OSError):  # a socket that workers share does not pass this on, and each answer would wait 40 ms
            transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._deadline = self.loop.call_later(SILENCE, transport.close)

    def data_received(self, data: bytes) -> None:
        """Read on; the deadline ends with the head of a request."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._unhurried()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(SILENCE, self.transport.close)

    def pause_writing(self) -> None:
        """Begin to wait for a client that does not read what is sent."""
        super().pause_writing()
        self._unread = self.loop.call_later(UNREAD, self.transport.abort)

    def resume_writing(self) -> None:
        """The client reads on."""
        if self._unread is not None:
            self._unread.cancel()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, or longer than the server reads, as the routes refuse."""
        detail = f"{msg.rstrip('.')}; send an address of fewer characters, or a request as HTTP/1.1 has it"
        problem = Problem(type="about:blank", title="Bad Request", status=400, detail=detail, instance="")
        headers = [("Content-Type", MEDIA_TYPE), ("Connection", "close")]
        for event in (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=problem.model_dump_json().encode()),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event))
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadline."""
        self._unhurried()
        if self._unread is not None:
            self._unread.cancel()
        super().connection_lost(exc)

    def _unhurried(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class Supervisor(Multiprocess):
    """The process that began the workers: where one has ended, another follows, unless it could not begin."""

    def keep_subprocess_alive(self) -> None:
        """Ask the workers how they are only where one has ended.

        The answer of one that ends while it is asked would be waited for to the last second, and signals with it.
        """
        ended = [each.process.pid for each in self.processes if not each.process.is_alive()]
        if ended:
            super().keep_subprocess_alive()
            for pid in ended if "PROMETHEUS_MULTIPROC_DIR" in os.environ else ():
                mark_process_dead(pid)  # type: ignore[no-untyped-call]  # it has no types
