"""A question and the turns before -> what it goes on from: records that were shown, or a question made anew.

The grammar is data, `conversation.toml` of a language. A follow-up that it reads asks of records that were shown ("the
second one", "when was that?"), or it is the question before with something moved, narrowed or put in its place ("the
next day", "only telegrams", "no, I meant Raul"), as a text that can be asked alone. Where no pattern reads a question,
it may still need words of the turns before: `rag.query.carry_over`.

memory      what is known of the turns before, and what a question is taken to mean after them
grammar     the patterns of the language, the cues of a question, and pronouns
dependence  whether a question that no pattern reads needs words of the turns before
moves       what can be made of the question before and of the records shown
reading     each way in which a question may go on, by patterns, cues and a model
follow      each question after those before it -> what it is taken to mean
"""

from rag.query.conversation.follow import follow
from rag.query.conversation.memory import FollowUp, Memory

__all__ = ["FollowUp", "Memory", "follow"]
