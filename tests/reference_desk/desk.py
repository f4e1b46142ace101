"""Ask one collection; read what a reply cites and says."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Reply = dict[str, Any]
"""What `POST /api/v1/ask` gives."""

FEW = 5
"""Records asked for, unless a turn expects more."""

_PATIENCE = 120


class RefusedError(ValueError):
    """The server cannot read the request."""


class Desk:
    """One collection. It remembers replies, so that the earlier turns of a conversation are asked once."""

    def __init__(self, post: Callable[[Mapping[str, object]], Reply]) -> None:
        """Ask by `post`, which raises RefusedError where the server cannot read the body."""
        self._post = post
        self._replies: dict[tuple[tuple[str, ...], str, int], Reply] = {}
        self._reads_records = True

    def ask(self, question: str, history: tuple[str, ...] = (), k: int = FEW) -> Reply:
        """Ask a question after earlier ones, each of which is asked first and passed on with the records it cited."""
        key = history, question, k
        if key not in self._replies:
            earlier = [self.ask(before, history[:at]) for at, before in enumerate(history)]
            self._replies[key] = self._asked(question, history, earlier, k)
        return self._replies[key]

    def _asked(self, question: str, history: tuple[str, ...], earlier: Sequence[Reply], k: int) -> Reply:
        turns: list[dict[str, object]] = [{"question": before} for before in history]
        if turns and self._reads_records:
            with_records = [turn | {"records": cited_ids(reply)} for turn, reply in zip(turns, earlier, strict=True)]
            try:
                return self._post({"question": question, "history": with_records, "k": k})
            except RefusedError:  # a server that takes no `records`: questions alone from now on
                self._reads_records = False
        return self._post({"question": question, "history": turns, "k": k})


def over_http(address: str) -> Callable[[Mapping[str, object]], Reply]:
    """Post to a server."""

    def post(body: Mapping[str, object]) -> Reply:
        headers = {"Content-Type": "application/json"}
        request = Request(f"{address.rstrip('/')}/api/v1/ask", json.dumps(body).encode(), headers)  # noqa: S310 - as given
        try:
            with urlopen(request, timeout=_PATIENCE) as response:  # noqa: S310 - as given
                reply: Reply = json.load(response)
        except HTTPError as error:
            if error.code in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY):
                message = f"{address}: refuses the request ({error.code})"
                raise RefusedError(message) from error
            raise
        return reply

    return post


def cited(reply: Reply) -> list[Reply]:
    """The records cited, in the order of the answer's sentences; then those that no sentence names."""
    numbered = {each["number"]: each["record"] for each in reply.get("citations") or ()}
    order = [number for each in sentences(reply) for number in each.get("citations") or () if number in numbered]
    return list({record["id"]: record for record in (numbered[number] for number in (*order, *numbered))}.values())


def cited_ids(reply: Reply) -> list[str]:
    """Their ids."""
    return [record["id"] for record in cited(reply)]


def sentences(reply: Reply) -> list[Reply]:
    """The sentences of the answer."""
    return reply.get("answer") or []


def quoted(reply: Reply) -> list[str]:
    """Their texts."""
    return [each["text"] for each in sentences(reply)]


def stated(reply: Reply) -> list[str]:
    """What the program says of the matter itself: the catalogue line and the verdict."""
    texts = ((reply.get(key) or {}).get("text") for key in ("catalogue", "verdict"))
    line = " ".join(filter(None, texts))
    return [line] if line else []


def headings(reply: Reply) -> list[str]:
    """The headings of the answer."""
    return list(dict.fromkeys(each["group"] for each in sentences(reply) if each.get("group")))


def own_words(reply: Reply) -> list[str]:
    """The program's own words: what it states, the notes, the headings."""
    return [*stated(reply), *(reply.get("notes") or ()), *headings(reply)]


def stated_total(reply: Reply) -> int | None:
    """The number in the catalogue line."""
    number = (reply.get("catalogue") or {}).get("total")
    return number if isinstance(number, int) else None
