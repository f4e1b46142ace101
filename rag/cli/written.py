"""A writer at work -> lines: each sentence as it is judged, and what became of all."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.answer.answer import Answer
    from rag.llm.gate import GatedSentence
    from rag.llm.writer import AnswerWriter


def written_lines(writer: AnswerWriter, answer: Answer, *, as_json: bool) -> Iterator[str]:
    """What a model makes of an answer: for people, or as the API's events, one a line."""
    from rag.llm.gate import GatedSentence  # noqa: PLC0415
    from rag.schemas import JudgedOut, WrittenOut  # noqa: PLC0415

    if not as_json:
        yield f"\nWritten by {writer.model}, each sentence checked against the record it cites"
    for each in writer.write(answer):
        if as_json:
            shaped = JudgedOut.of(each) if isinstance(each, GatedSentence) else WrittenOut.of(each)
            yield shaped.model_dump_json()
        elif isinstance(each, GatedSentence):
            yield from _sentence(each)
        else:
            yield f"{each.stand} stand, {each.struck} struck"
            yield from each.notes


def _sentence(judged: GatedSentence) -> Iterator[str]:
    marks = "".join(f"[{number}]" for number in judged.citations)
    head = "checked  " if judged.stands else "struck   "
    yield textwrap.fill(f"{head}{judged.text} {marks}", 100, subsequent_indent=" " * len(head))
    for reason in judged.reasons:
        yield textwrap.fill(f"- {reason.text}", 100, initial_indent=" " * len(head), subsequent_indent=" " * len(head))
