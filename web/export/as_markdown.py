"""A conversation and its answers -> Markdown: quotations and whose words they are, sources, receipts."""

import re
from collections.abc import Iterator, Sequence

from rag.answer.answer import Answer
from rag.cite import Site
from rag.query.in_words import described
from rag.record import Record
from web.conversation import Conversation
from web.export.as_json import quoted_from

_MARKUP = re.compile(r"([\\`*_\[\]<>#|~&!])")  # anywhere in a line
_MARKUP_AT_START = re.compile(r"^(\d+)([.)])|^([-+=])")  # only at the start of a line


def markdown(conversation: Conversation, answers: Sequence[Answer], site: Site) -> str:
    """The conversation as Markdown."""
    return "\n".join(_lines(conversation, answers, site)) + "\n"


def _lines(conversation: Conversation, answers: Sequence[Answer], site: Site) -> Iterator[str]:
    yield f"# Questions to {plain(site.name)}"
    yield f"\n{site.accessed.isoformat()}, <{site.root}>. {quoted_from(answers)}"
    if conversation.omitted:
        yield f"\nNumber of earlier questions that are not in this file: {conversation.omitted}."
    for at, answer in enumerate(answers):
        yield f"\n## {conversation.omitted + at + 1}. {plain(answer.question)}"
        yield from _understood(answer, conversation.questions[at].only)
        yield from _quoted(answer)
        yield from _records(answer, site)
        yield f"\nThis answer: <{site.root}{conversation.until(at).url()}>"
        yield f"\nReceipt (collection {answer.generation}):\n\n```\n{answer.receipt}\n```"


def _understood(answer: Answer, only: tuple[str, ...] | None) -> Iterator[str]:
    if answer.understood.rewritten:
        yield f"\nUnderstood as: {plain(answer.understood.text)}"
    for kind, text in described(answer.understood):
        yield f"\n{kind}: {plain(text)}"
    if only is not None:
        yield f"\nNumber of records that the reader ticked to answer from: {len(only)}."


def _quoted(answer: Answer) -> Iterator[str]:
    if not answer.sentences:
        yield "\n**Not in this collection.**"
    if answer.verdict:
        yield f"\n{plain(answer.verdict.text)}"
    group = None
    for sentence, genre in zip(answer.sentences, answer.genres, strict=True):
        if sentence.group != group:
            group = sentence.group
            yield f"\n### {plain(group or '')}"
        cited = [answer.citations[number - 1] for number in sentence.citations]
        marks = " ".join(f"\\[{number}\\]" for number in sentence.citations)
        dates = dict.fromkeys(_date(citation.hit.record) for citation in cited)
        yield f"\n> {plain(sentence.text)} {marks}"
        yield f">\n> {'; '.join(map(plain, dates))}. {genre.note}"
    for note in answer.notes:
        yield f"\n{plain(note)}"


def _records(answer: Answer, site: Site) -> Iterator[str]:
    if answer.citations:
        yield "\n### Sources\n"
    for citation in answer.citations:
        yield f"{citation.number}. {_listed(citation.hit.record, site)}"
    if answer.nearest:
        yield "\n### Nearest records, not quoted\n"
    for hit in answer.nearest:
        yield f"- {_listed(hit.record, site)}"


def _listed(record: Record, site: Site) -> str:
    return f"{plain(record.title)}. {plain(_date(record))}. <{site.root}{record.url}>"


def _date(record: Record) -> str:
    return record.date.text if record.date else "no date given"


def plain(text: str) -> str:
    """The text on one line, escaped so that Markdown shows it unchanged."""
    escaped = _MARKUP.sub(r"\\\1", " ".join(text.split()))
    return _MARKUP_AT_START.sub(lambda found: f"{found[1] or ''}\\{found[2] or found[3]}", escaped)
