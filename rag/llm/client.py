"""Messages -> a reply, piece by piece, from any OpenAI-compatible server; every fault is a WritingError.

Its messages are for readers: none contains the key, the address, the question, or a word that the server sent.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from rag.errors import WritingError
from rag.settings import Secret, Settings

if TYPE_CHECKING:
    from openai import OpenAI
    from openai.types.chat import ChatCompletionMessageParam

MISSING = "the language model needs the package openai; pip install 'reading-room[llm]', or unset RAG_LLM_URL"

_STATUS: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "does not accept the key",
    HTTPStatus.FORBIDDEN: "does not accept the key",
    HTTPStatus.NOT_FOUND: "does not know the model or the address",
    HTTPStatus.TOO_MANY_REQUESTS: "is asked too often",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a reply."""

    connect: float = 5.0  # seconds to reach the server
    silence: float = 60.0  # seconds to the first piece, and between two pieces
    whole: float = 180.0  # seconds for the whole reply, from its first byte on
    size: int = 1_000_000  # bytes of the response's body
    tokens: int = 700  # tokens of the reply, as the request asks


LIMITS = Limits()


class Endpoint:
    """One model on one server. Safe under threads."""

    def __init__(self, url: str, model: str, key: Secret, limits: Limits = LIMITS) -> None:
        """Take the address; nothing is sent yet."""
        self.model = model
        self._url = url
        self._key = key
        self._limits = limits

    @classmethod
    def of(cls, settings: Settings) -> Endpoint | None:
        """The endpoint that the settings name, or None."""
        return cls(settings.llm_url, settings.llm_model, settings.llm_key) if settings.llm_url else None

    def reply(self, messages: Iterable[ChatCompletionMessageParam]) -> Iterator[str]:
        """The reply's text as it arrives; WritingError, before or between pieces, where it is incomplete."""
        with self._client() as client, _one_error():
            stream = client.chat.completions.create(
                model=self.model,
                messages=messages,
                stream=True,
                temperature=0.0,
                max_tokens=self._limits.tokens,
            )
            finished = None
            with stream:
                for chunk in stream:
                    for choice in chunk.choices[:1]:
                        finished = choice.finish_reason or finished
                        if choice.delta.refusal or finished == "content_filter":
                            raise WritingError("The language model declined to answer.")
                        if isinstance(choice.delta.content, str):
                            yield choice.delta.content
            if finished is None:
                raise WritingError("The language model’s reply broke off.")

    def models(self) -> tuple[str, ...]:
        """The names of the server's models."""
        with self._client() as client, _one_error():
            return tuple(str(model.id) for model in client.models.list().data)

    @contextmanager
    def _client(self) -> Iterator[OpenAI]:
        try:
            import openai  # noqa: PLC0415 - optional, and it takes a second

            from rag.llm.limits import limiting  # noqa: PLC0415
        except ImportError as error:
            raise WritingError(MISSING) from error
        # At DEBUG, or with OPENAI_LOG set, it would log the question.
        logging.getLogger("openai").setLevel(logging.WARNING)
        limits = self._limits
        timeout = openai.Timeout(limits.silence, connect=limits.connect)
        # A redirect would send the key and the question to another server.
        web = openai.DefaultHttpxClient(
            timeout=timeout,
            follow_redirects=False,
            event_hooks={"response": [limiting(limits.whole, limits.size)]},
        )
        with openai.OpenAI(
            base_url=self._url,
            api_key=self._key.reveal() or "none",
            timeout=timeout,
            max_retries=0,
            http_client=web,
            # The environment may have these for another service.
            default_headers={"OpenAI-Organization": openai.Omit(), "OpenAI-Project": openai.Omit()},  # type: ignore[dict-item] # documented, not typed
        ) as client:
            yield client


@contextmanager
def _one_error() -> Iterator[None]:
    """Turn every fault of the client, the network and the reply's form into a WritingError of one sentence."""
    import openai  # noqa: PLC0415

    try:
        yield
    except openai.APITimeoutError:
        message = "The language model took too long."
    except openai.APIConnectionError as error:
        reached = error.__cause__ is not None and "Connect" not in type(error.__cause__).__name__
        message = "The language model’s reply broke off." if reached else "The language model cannot be reached."
    except openai.APIStatusError as error:
        if 300 <= error.status_code < 400:  # noqa: PLR2004 - redirects
            what = "points elsewhere, which is not followed"
        else:
            what = _STATUS.get(error.status_code, "failed")
        message = f"The language model’s server {what} (status {error.status_code})."
    except (openai.OpenAIError, ValueError, TypeError, AttributeError, LookupError, RecursionError):
        # A reply of another form fails wherever it is first read.
        message = "The language model’s reply could not be read."
    else:
        return
    raise WritingError(message) from None
