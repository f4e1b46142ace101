"""`rag ...`: parse arguments, call, print, exit status. Heavy imports wait until they are needed."""

from __future__ import annotations

import argparse
import json
import os
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import RagError
from rag.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rag.answer import Answer
    from rag.assistant import Assistant
    from rag.record import Filter, Hit, Record

STYLES = ("text", "json", "chicago", "bibtex", "ris", "csl-json")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 an operational error in one line, 2 wrong usage."""
    args = _parser().parse_args(_joined(sys.argv[1:] if argv is None else argv))
    try:
        settings = Settings.load(os.environ)
        if getattr(args, "vectors", None):
            settings = replace(settings, vectors=args.vectors)
        return int(args.run(args, settings))
    except RagError as error:
        print(f"rag: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        place = error.filename or "the system"
        print(f"rag: {place}: {error.strerror}; correct the path, or make room and allow it", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("rag: stopped; what was published before is still in use", file=sys.stderr)
        return 130


def _joined(argv: Sequence[str]) -> list[str]:
    """Write `--sort -date` as one word: alone, argparse takes what begins with a dash for an option."""
    joined: list[str] = []
    for word in argv:
        if word == "-date" and joined[-1:] == ["--sort"]:
            joined[-1] = "--sort=-date"
        else:
            joined.append(word)
    return joined


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="rag", description="Ask an archive; get its curators' own words, cited.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    build = commands.add_parser("build", help="read the sources and publish a new generation")
    build.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="add or refresh these sources")
    build.add_argument("--only", action="store_true", help="these paths become the whole collection")
    build.add_argument("--strict", action="store_true", help="publish nothing if any source has a fault")
    _vectors(build)
    build.set_defaults(run=_build)

    ask = commands.add_parser("ask", help="the cited answer, or an honest no")
    ask.add_argument("question", metavar="QUESTION")
    _ranking(ask, 5)
    ask.set_defaults(run=_ask)

    search = commands.add_parser("search", help="the nearest records, with scores")
    search.add_argument("text", metavar="TEXT")
    _ranking(search, 10)
    search.add_argument("--sort", choices=("relevance", "date", "-date"), default="relevance")
    search.set_defaults(run=_search)

    related = commands.add_parser("related", help="records related to one, with the reasons")
    related.add_argument("id", metavar="ID")
    related.add_argument("-k", type=_count, default=5, help="how many (default 5)")
    related.add_argument("--json", action="store_true", help="print what the API returns")
    _vectors(related)
    related.set_defaults(run=_related)

    show = commands.add_parser("show", help="one record, or how to cite it")
    show.add_argument("id", metavar="ID")
    show.add_argument("--format", choices=STYLES, default="text")
    _vectors(show)
    show.set_defaults(run=_show)

    evaluate = commands.add_parser("evaluate", help="measure on a question file or a BEIR folder")
    evaluate.add_argument("paths", nargs="+", type=Path, metavar="FILE")
    evaluate.add_argument("--json", action="store_true", help="print the figures as JSON")
    evaluate.add_argument("--verbose", action="store_true", help="print a row for every question")
    _vectors(evaluate)
    evaluate.set_defaults(run=_evaluate)

    serve = commands.add_parser("serve", help="the web application")
    serve.add_argument("--host", help="address to listen on (default 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on (default 8000)")
    _vectors(serve)
    serve.set_defaults(run=_serve)

    doctor = commands.add_parser("doctor", help="is all well? OK / WARN / FAIL, and the cure for each")
    _vectors(doctor)
    doctor.set_defaults(run=_doctor)
    return parser


def _ranking(parser: argparse.ArgumentParser, k: int) -> None:
    parser.add_argument("-k", type=_count, default=k, help=f"how many records (default {k})")
    parser.add_argument("--from", dest="date_from", metavar="DATE", help="EDTF: 1962, 1962-10, 1962-10-27")
    parser.add_argument("--to", dest="date_to", metavar="DATE", help="EDTF, included to its last day")
    parser.add_argument("--json", action="store_true", help="print what the API returns")
    _vectors(parser)


def _vectors(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--vectors", type=Path, metavar="DIR", help="where generations are kept (default vectors/)")


def _count(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= 100:  # noqa: PLR2004 - the API's own bounds
        return int(text)
    message = f"{text!r} is not a whole number from 1 to 100"
    raise argparse.ArgumentTypeError(message)


def _open(settings: Settings) -> Assistant:
    from rag.assistant import Assistant  # noqa: PLC0415 - numpy and the engines load here

    return Assistant.open(settings)


def _filter(args: argparse.Namespace) -> Filter:
    from rag.assistant import between  # noqa: PLC0415

    return between(args.date_from, args.date_to)


def _build(args: argparse.Namespace, settings: Settings) -> int:
    from rag.build import build  # noqa: PLC0415

    report = build(settings, args.paths, only=args.only, strict=args.strict, progress=_progress())
    for line in report.lines():
        print(line)
    return 0


def _progress() -> Callable[[int, int], None]:
    """One line that renews itself on a terminal; silent elsewhere."""
    begun = time.monotonic()

    def show(done: int, total: int) -> None:
        if sys.stderr.isatty():
            left = (time.monotonic() - begun) / done * (total - done)
            end = "\n" if done == total else f", {left:.0f} s left   "
            print(f"\r  embedding: {done:,} of {total:,} texts", end=end, file=sys.stderr, flush=True)

    return show


def _ask(args: argparse.Namespace, settings: Settings) -> int:
    answer = _open(settings).ask(args.question, k=args.k, where=_filter(args))
    if args.json:
        from rag.shapes import AnswerOut  # noqa: PLC0415

        print(AnswerOut.of(answer).model_dump_json(indent=2))
    else:
        print("\n".join(_answer_lines(answer)))
    return 0


def _search(args: argparse.Namespace, settings: Settings) -> int:
    found = _open(settings).search(args.text, k=args.k, where=_filter(args), sort=args.sort)
    if args.json:
        from rag.shapes import FoundOut  # noqa: PLC0415

        print(FoundOut.of(found).model_dump_json(indent=2))
        return 0
    for hit in found.hits:
        print("\n".join(_hit_lines(hit)))
    print(f"{len(found.hits)} of {found.total} records with any evidence")
    for note in found.notes:
        print(note)
    return 0


def _related(args: argparse.Namespace, settings: Settings) -> int:
    related = _open(settings).related(args.id, k=args.k)
    if args.json:
        from rag.shapes import RelatedListOut  # noqa: PLC0415

        print(RelatedListOut.of(related).model_dump_json(indent=2))
        return 0
    for each in related:
        print("\n".join([*_hit_lines(each.hit), f"          {'; '.join(each.reasons)}"]))
    if not related:
        print("no record of this collection is related to it")
    return 0


def _show(args: argparse.Namespace, settings: Settings) -> int:
    assistant = _open(settings)
    record = assistant.record(args.id)
    if args.format == "text":
        print("\n".join(_record_lines(record)))
    elif args.format == "json":
        from rag.shapes import RecordOut  # noqa: PLC0415

        print(RecordOut.of(record).model_dump_json(indent=2))
    else:
        print(assistant.cite(args.id, args.format)[1].rstrip("\n"))
    return 0


def _evaluate(args: argparse.Namespace, settings: Settings) -> int:
    from rag.evaluate import evaluate  # noqa: PLC0415

    report = evaluate(settings, args.paths)
    print(json.dumps(report.as_json(), indent=2) if args.json else report.table(verbose=args.verbose))
    return 0


def _serve(args: argparse.Namespace, settings: Settings) -> int:
    import uvicorn  # noqa: PLC0415

    host, port = args.host or settings.host, settings.port if args.port is None else args.port
    replace(settings, port=port)  # refuses what is no port
    os.environ["RAG_VECTORS"] = str(settings.vectors)
    print(f"Reading Room: http://{host}:{port}/  (Ctrl-C stops it)", flush=True)
    uvicorn.run(
        "web.app:application",
        host=host,
        port=port,
        log_level=settings.log.lower(),
        access_log=False,  # questions stand in addresses, and are nobody else's business
        server_header=False,
        h11_max_incomplete_event_size=65536,  # 2,000 characters of any script fit into an address
    )
    return 0


def _doctor(args: argparse.Namespace, settings: Settings) -> int:
    del args
    from rag.doctor import examine  # noqa: PLC0415

    findings = examine(settings)
    for each in findings:
        print(each.line())
    return 1 if any(each.failed for each in findings) else 0


def _answer_lines(answer: Answer) -> Iterable[str]:
    if answer.understood.rewritten:
        yield f"asked as: {answer.understood.text}\n"
    if not answer.sentences:
        yield "Not in this collection."
    for sentence in answer.sentences:
        marks = "".join(f"[{number}]" for number in sentence.citations)
        yield textwrap.fill(f"{sentence.text} {marks}", 100)
    yield from answer.notes
    if answer.citations:
        yield "\nSources: the curators' summaries, not the documents"
    for citation in answer.citations:
        yield from _hit_lines(citation.hit, f"[{citation.number}]")
    if answer.nearest:
        yield "\nNearest records" if not answer.citations else "\nNext nearest"
    for hit in answer.nearest:
        yield from _hit_lines(hit)


def _hit_lines(hit: Hit, mark: str = "") -> list[str]:
    score = "     " if hit.score is None else f"{hit.score:.3f}"
    date = hit.record.date.text if hit.record.date else "undated"
    return [f"{mark:4}{score} {date}: {hit.record.title}", f"          {hit.record.id}"]


def _record_lines(record: Record) -> Iterable[str]:
    yield textwrap.fill(record.title, 100)
    if record.date is not None:
        yield f"Date     {record.date.text}  ({record.date.edtf or 'not understood'})"
    else:
        yield "Date     none given"
    for date in record.dates_in_title:
        yield f"         the title names {date.text}  ({date.edtf})"
    for listing in record.listings:
        page = f", on the page {listing.page}" if listing.page else ""
        yield f"Listed   {listing.file}, number {listing.position}{page}"
    yield f"Id       {record.id}"
    yield ""
    if record.summary:
        yield textwrap.fill(record.summary, 100)
        yield "\n(The curator's summary, not the document.)"
    else:
        yield "(No summary.)"
