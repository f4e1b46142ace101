"""A question and all questions before it -> what each is taken to mean, one after the other."""

from collections.abc import Sequence
from dataclasses import replace

from rag.query.conversation.leaning import least
from rag.query.conversation.memory import TURNS, FollowUp, Memory, Thread
from rag.query.conversation.reading import Reading
from rag.query.intent import CHAT, read_shape


def follow(question: str, before: Sequence[str], memory: Memory) -> tuple[FollowUp, dict[int, str]]:
    """Read a question after the questions before it, oldest first; with these, by their number, as they were read.

    A turn that was made anew of earlier ones stands in their place.
    """
    thread = Thread(memory)
    for at, earlier in enumerate(before):
        if at >= len(before) - TURNS:
            thread.turns.append(_read(thread, earlier))
        else:
            thread.turns.append(_alone(earlier, at))
    said: dict[int, str] = {}
    for at, turn in enumerate(thread.turns):
        if turn.topic:
            said = {number: text for number, text in said.items() if number < turn.since} | {at: turn.topic}
    return _read(thread, question), said


def _alone(question: str, at: int) -> FollowUp:
    topic = "" if read_shape(question).intent in CHAT else question
    return FollowUp(question, question, at, topic, read=False)


def _read(thread: Thread, question: str) -> FollowUp:
    """What a question means after these turns."""
    text = " ".join(question.split())
    if not thread.turns:
        return _alone(text, 0)
    reading = Reading(thread, text)
    found = next((each for each in reading.moves() if each is not None), None)
    if found is not None:
        return found
    named = reading.named(text)
    alone = _alone(named, len(thread.turns))
    return replace(
        alone, read=named != text, own=named != text, least=least(named, thread.memory, continues=reading.continues)
    )
