"""A language model's reply -> lines: each sentence as it is checked, then the totals."""

import textwrap
from collections.abc import Iterator

from rag.answer.answer import Answer
from rag.llm.gate import GatedSentence
from rag.llm.writer import AnswerWriter


def written_lines(writer: AnswerWriter, answer: Answer, *, as_json: bool) -> Iterator[str]:
    """The reply for people, or as the API's events, one a line."""
    from rag.schemas import JudgedOut, WrittenOut

    if not as_json:
        yield f"\nWritten by {writer.model}, each sentence checked against the record it cites"
    for event in writer.write(answer):
        if as_json:
            shaped = JudgedOut.of(event) if isinstance(event, GatedSentence) else WrittenOut.of(event)
            yield shaped.model_dump_json()
        elif isinstance(event, GatedSentence):
            yield from _sentence(event)
        else:
            yield f"{event.stand} checked, {event.struck} struck out"
            yield from event.notes


def _sentence(sentence: GatedSentence) -> Iterator[str]:
    marks = "".join(f"[{number}]" for number in sentence.citations)
    head = "checked  " if sentence.stands else "struck   "
    yield textwrap.fill(f"{head}{sentence.text} {marks}", 100, subsequent_indent=" " * len(head))
    for reason in sentence.reasons:
        yield textwrap.fill(f"- {reason.text}", 100, initial_indent=" " * len(head), subsequent_indent=" " * len(head))
