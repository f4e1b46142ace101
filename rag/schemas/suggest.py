"""Completions -> JSON."""

from collections.abc import Iterable
from typing import Self
from urllib.parse import quote

from pydantic import Field

from rag.schemas.base import Shape
from rag.search.completions import Completion

_PAGES = {"person": "people", "place": "places", "title": "records"}


class CompletedOut(Shape):
    """A name or title that may be meant."""

    text: str
    kind: str = Field(description="`person`, `place` or `title`.")
    url: str = Field(description="The path of its page.")
    total: int = Field(description="How many records have it.")
    completed: str = Field(description="`q` with this in place of its last words.")


class SuggestOut(Shape):
    """What may be meant by a text that is being typed."""

    suggestions: list[CompletedOut]

    @classmethod
    def of(cls, found: Iterable[Completion]) -> Self:
        """The people, places and titles."""
        return cls(
            suggestions=[
                CompletedOut(
                    text=each.text,
                    kind=each.kind,
                    url=f"/{_PAGES[each.kind]}/{quote(each.key, safe='')}",
                    total=each.total,
                    completed=each.completed,
                )
                for each in found
            ]
        )
