"""The understanding of a question -> words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.query.enquiry import Aspect
from web.views.dates import span

if TYPE_CHECKING:
    from rag.query.question import Understanding

KINDS = {
    Aspect.DATES: "Dates",
    Aspect.NAMES: "Names",
    Aspect.SPELLING: "Spelling",
    Aspect.HISTORY: "Follow-up",
}


def texts(understood: Understanding) -> dict[Aspect, str]:
    """The understanding by aspects that a reader can remove, without empty ones."""
    words = {
        Aspect.DATES: span(understood.when) if understood.when else "",
        Aspect.NAMES: " · ".join(understood.names),
        Aspect.SPELLING: " · ".join(f"{each.given} → {each.found}" for each in understood.corrections),
        Aspect.HISTORY: "completed from the question before" if understood.rewritten else "",
    }
    return {aspect: text for aspect, text in words.items() if text}


def described(understood: Understanding) -> tuple[tuple[str, str], ...]:
    """The understanding as pairs of a kind and a text."""
    return tuple((KINDS[aspect], text) for aspect, text in texts(understood).items())
