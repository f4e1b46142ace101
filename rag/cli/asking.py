"""`rag ask`, `search`, `related`, `show`: a question, words or an id -> an answer or records."""

import argparse
import json
import textwrap
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import groupby
from threading import Thread

from rag.answer.answer import Answer, Sentence, Status
from rag.assistant.assistant import Assistant
from rag.cite.work import GENRES, quoted_are
from rag.cli.commands import TABULAR
from rag.cli.opening import opened, where
from rag.cli.terminal import faithful_output
from rag.errors import NoModel, placed
from rag.query.enquiry import Turn
from rag.record import Hit, Match, Record
from rag.settings import Settings


def run_ask(args: argparse.Namespace, settings: Settings) -> int:
    """Print the answer, as a whole or as rows of a table."""
    if args.file and (args.receipt or args.explain or args.write):
        args.refuse("--file prints a table; --receipt, --explain and --write go with one QUESTION")
    assistant = opened(settings)
    Thread(target=assistant.warm).start()  # the encoder is loaded while the question is read
    writer = None
    if args.write:
        from rag.cli.written import written_lines
        from rag.llm.writer import AnswerWriter

        if (writer := AnswerWriter.of(assistant, settings)) is None:
            raise NoModel
    history = [Turn(question) for question in args.after]
    ask = partial(assistant.ask, history=history, k=args.k, where=where(args), among=args.among)
    if args.file:
        from rag.cli.question_file import print_answers

        print_answers(args.file, ask, assistant.site(settings.site), as_json=args.json)
        return 0
    answer = ask(args.question)
    if args.receipt:
        with placed(args.receipt):
            args.receipt.write_text(f"{answer.receipt}\n", encoding="ascii")
    if args.json:
        from rag.schemas import AnswerOut

        shape = AnswerOut.of(answer, explain=args.explain)
        print(shape.model_dump_json(indent=None if writer else 2))
    else:
        print("\n".join([*_answer_lines(answer), *(_why_lines(answer) if args.explain else ())]))
    if writer is not None:
        for line in written_lines(writer, answer, as_json=args.json):
            print(line, flush=True)
    return 0


def run_search(args: argparse.Namespace, settings: Settings) -> int:
    """Print the records that are found."""
    assistant = opened(settings)
    match = Match.WORDS if args.format != "text" else None
    found = assistant.search(args.text, k=args.k, where=where(args), sort=args.sort, raw=args.raw, match=match)
    if args.json:
        from rag.schemas import FoundOut

        print(FoundOut.of(found).model_dump_json(indent=2))
        return 0
    if args.format in TABULAR:
        from rag.schemas.table import COLUMNS, TABLES, record_rows

        rows = record_rows((hit.record for hit in found.hits), assistant.site(settings.site))
        faithful_output().writelines(TABLES[args.format].write(rows, COLUMNS))
        return 0
    if args.format != "text":
        _cite(assistant, settings, [hit.record.id for hit in found.hits], args.format)
        return 0
    for hit in found.hits:
        print("\n".join(_hit_lines(hit)))
    kinds = f": {found.total} with the words, {found.near} near in meaning (~)" if found.near else ""
    print(f"{len(found.hits)} of {found.total + found.near} records found{kinds}")
    for note in found.notes:
        print(note)
    if found.suggestion:
        print(f"{'Searched instead for' if found.instead else 'Did you mean'}: {found.suggestion}")
    return 0


def run_related(args: argparse.Namespace, settings: Settings) -> int:
    """Print records related to one."""
    related = opened(settings).related(args.id, k=args.k)
    if args.json:
        from rag.schemas import RelatedListOut

        print(RelatedListOut.of(related).model_dump_json(indent=2))
        return 0
    for related_record in related:
        print("\n".join([*_hit_lines(related_record.hit), f"          {'; '.join(related_record.reasons)}"]))
    if not related:
        print("no other record is close enough to count as related")
    return 0


def run_show(args: argparse.Namespace, settings: Settings) -> int:
    """Print records or their citations."""
    assistant = opened(settings)
    records = assistant.selected(args.ids)
    if args.format == "text":
        print("\n\n".join("\n".join(_record_lines(record)) for record in records))
    elif args.format == "json":
        from rag.schemas import RecordOut

        shown = [RecordOut.of(record).model_dump(mode="json", by_alias=True) for record in records]
        print(json.dumps(shown if shown[1:] else shown[0], indent=2, ensure_ascii=False))
    else:
        _cite(assistant, settings, args.ids, args.format)
    return 0


def _cite(assistant: Assistant, settings: Settings, ids: Sequence[str], style: str) -> None:
    print(assistant.cite_all(ids, style, site=assistant.site(settings.site))[1].rstrip("\n"))


def _answer_lines(answer: Answer) -> Iterable[str]:
    if answer.understood.rewritten:
        yield f"understood as: {answer.understood.text}\n"
    if answer.catalogue:
        yield f"Catalogue: {answer.catalogue.text}\n"
    if answer.status is Status.NOT_FOUND:
        yield "Not in this collection."
    if answer.verdict:
        yield answer.verdict.text
    yield from _sentence_lines(answer.sentences)
    yield from answer.notes
    if answer.citations:
        yield f"\nSources: {quoted_are(answer.genres)}"
    for citation in answer.citations:
        yield from _hit_lines(citation.hit, f"[{citation.number}]")
    if answer.nearest:
        yield "\nNearest records" if not answer.citations else "\nNext nearest records"
    for hit in answer.nearest:
        yield from _hit_lines(hit)


def _why_lines(answer: Answer) -> Iterable[str]:
    from rag.answer.why import why

    for reason in why(answer):
        yield f"\n{reason.heading}"
        yield from (textwrap.fill(line, 100, initial_indent="  ", subsequent_indent="    ") for line in reason.lines)


def _sentence_lines(sentences: Iterable[Sentence]) -> Iterable[str]:
    for heading, part in groupby(sentences, key=lambda sentence: sentence.group):
        if heading:
            yield f"\n{heading}"
        yield from map(cited, part)


def cited(sentence: Sentence) -> str:
    """A sentence with the numbers of the records that it is quoted from."""
    marks = "".join(f"[{number}]" for number in sentence.citations)
    return textwrap.fill(f"{sentence.text} {marks}", 100)


def _hit_lines(hit: Hit, mark: str = "") -> list[str]:
    score = "     " if hit.score is None else f"{hit.score:.3f}"
    date = hit.record.date.text if hit.record.date else "undated"
    mark = "~" if hit.match is Match.MEANING else mark
    return [f"{mark:4}{score} {date}: {hit.record.title}", f"          {hit.record.id}"]


def _known(record: Record) -> Iterable[tuple[str, str]]:
    """Each further field that the record has, with its label."""
    links = record.source_urls or filter(None, [record.source_url])
    yield from (
        (label, values)
        for label, values in (
            ("From", "; ".join(record.senders)),
            ("To", "; ".join(record.recipients)),
            ("Sent at", "; ".join(record.sent_from)),
            ("People", "; ".join(record.people)),
            ("Places", "; ".join(record.places)),
            ("Subjects", "; ".join(record.subjects)),
            ("Language", "; ".join(record.languages)),
            ("Type", record.type),
            ("Part of", " > ".join(record.hierarchy)),
            ("Archive", record.archive),
            ("Source", record.source),
            ("Rights", record.rights),
            ("Link", "  ".join(links)),
            ("Images", "  ".join(record.images)),
        )
        if values
    )


def _record_lines(record: Record) -> Iterable[str]:
    yield textwrap.fill(record.title, 100)
    if record.date is not None:
        yield f"Date     {record.date.text}  ({record.date.edtf or 'not readable as a date'})"
    else:
        yield "Date     none given"
    for date in record.dates_in_title:
        yield f"         in the title: {date.text}  ({date.edtf})"
    for date in record.other_dates:
        yield f"         also: {date.text}  ({date.edtf or 'not readable as a date'})"
    for label, values in _known(record):
        yield f"{label:8} {values}"
    for listing in record.listings:
        page = f", on the page {listing.page}" if listing.page else ""
        yield f"Listed   {listing.file}, number {listing.position}{page}"
    yield f"Id       {record.id}"
    yield ""
    if record.summary:
        yield textwrap.fill(record.summary, 100)
        yield f"\n({GENRES[record.text_kind].note})"
    else:
        yield "(No summary.)"
