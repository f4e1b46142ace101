"""What the command line takes: each command with its arguments, and the function that runs it, imported only then."""

import argparse
import re
from pathlib import Path

# The names of `rag.cite.STYLES`, which is slow to import.
CITED = ("chicago", "chicago-bibliography", "mla", "bibtex", "ris", "csl-json")

STYLES = ("text", "json", *CITED)

TABULAR = ("csv", "jsonl")  # the names of `rag.schemas.table.TABLES`, likewise


def parser() -> argparse.ArgumentParser:  # noqa: PLR0915 - a statement an argument
    """All commands."""
    top = argparse.ArgumentParser(prog="rag", description="Ask an archive; get its curators' own words, cited.")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def add(name: str, run: str, use: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=use)
        made.add_argument("--vectors", type=Path, metavar="DIR", help="where generations are kept (default vectors/)")
        made.set_defaults(run=f"rag.cli.{run}", refuse=made.error)
        return made

    build = add("build", "building:run_build", "read the sources and publish a new generation")
    build.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="add or refresh these sources; - for stdin")
    build.add_argument("--only", action="store_true", help="these paths become the whole collection")
    build.add_argument(
        "--map",
        dest="chosen",
        action="append",
        default=[],
        type=choice,
        metavar="FIELD=COLUMN",
        help="which column of these paths gives a field: title=Headline; table=NAME for a table of a database",
    )
    build.add_argument(
        "--map-file",
        type=Path,
        metavar="FILE",
        help="choose by the lines FIELD=COLUMN of this file, and keep in it what --map chooses",
    )
    build.add_argument(
        "--on", type=cluster, metavar="CLUSTER", help="embed new texts on a Ray cluster: ray, or ray://HOST:PORT"
    )
    build.add_argument(
        "--dry-run", action="store_true", help="read everything, say what a build would do, publish nothing"
    )
    faults = build.add_mutually_exclusive_group()
    faults.add_argument(
        "--strict", action="store_const", const=0, dest="most", help="publish nothing if there is any fault"
    )
    faults.add_argument(
        "--max-faults", type=number, dest="most", metavar="N", help="publish nothing if there are more faults"
    )

    copy = add("copy", "building:run_copy", "publish elsewhere what is published here: another folder, another engine")
    for option, dest in (("--from", "source"), ("--to", "target")):
        copy.add_argument(option, dest=dest, required=True, metavar="PLACE", help="a folder, or what RAG_INDEX may be")

    add("generations", "building:run_generations", "list the generations that are kept, the newest first")

    rollback = add("rollback", "building:run_rollback", "go back to an earlier generation; running servers follow")
    rollback.add_argument(
        "name", nargs="?", metavar="NAME", help="as `rag generations` lists it (default: the one before)"
    )

    tune = add("tune", "tuning:run_tune", "let the encoder learn this collection; kept only if that helps")
    tune.add_argument(
        "--minutes", type=minutes, default=15.0, metavar="N", help="how long on idle cores, about (default 15)"
    )
    tune.add_argument("--draw", type=int, default=0, metavar="N", help="which groups are held out (default 0)")
    tune.add_argument("--undo", action="store_true", help="go back to the packaged model with the next build")
    tune.add_argument("--json", action="store_true", help="print the report as JSON")

    ask = add("ask", "asking:run_ask", "the cited answer, or an honest no")
    asked = ask.add_mutually_exclusive_group(required=True)
    asked.add_argument("question", nargs="?", metavar="QUESTION")
    asked.add_argument("--file", type=Path, metavar="FILE", help="a question a line (- for standard input): prints CSV")
    add_ranking(ask, 5)
    ask.add_argument("--among", action="append", metavar="ID", help="answer only from this record; can be repeated")
    ask.add_argument("--after", action="append", default=[], metavar="QUESTION", help="asked before; can be repeated")
    ask.add_argument("--receipt", type=Path, metavar="FILE", help="also write the receipt for `rag replay` to FILE")
    ask.add_argument("--explain", action="store_true", help="also say why: what was understood, weighed and decided")
    ask.add_argument("--write", action="store_true", help="also print the reply of the model of RAG_LLM_URL, checked")

    search = add("search", "asking:run_search", "records that contain the words or are near in meaning")
    search.add_argument("text", metavar="TEXT")
    add_ranking(search, 10)
    search.add_argument("--raw", action="store_true", help="search for the words as typed, with -, AND, OR and NOT")
    search.add_argument("--sort", choices=("relevance", "date", "-date"), default="relevance")
    search.add_argument("--format", choices=("text", *CITED, *TABULAR), default="text", help="print citations")

    related = add("related", "asking:run_related", "records related to one, with the reasons")
    related.add_argument("id", metavar="ID")
    related.add_argument("-k", type=count, default=5, help="how many records (default 5)")
    related.add_argument("--json", action="store_true", help="print what the API returns")

    show = add("show", "asking:run_show", "records, or how to cite them")
    show.add_argument("ids", nargs="+", metavar="ID")
    show.add_argument("--format", choices=STYLES, default="text")

    export = add("export", "exporting:run_export", "the collection, or what a search finds, as a file")
    export.add_argument("text", nargs="?", metavar="TEXT", help="what is searched (default: all records)")
    export.add_argument("--format", choices=("csv", "jsonl", "oai_dc", "ead3"), default="jsonl", help="(default jsonl)")
    export.add_argument("--output", type=Path, metavar="FILE", help="write to this file (default: standard output)")
    add_filter(export)

    replay = add("replay", "replaying:run_replay", "ask a receipt's question again; the same quotes, or what changed")
    replay.add_argument("receipt", metavar="RECEIPT", help="a receipt, a file of receipts, or - for the standard input")
    replay.add_argument("--json", action="store_true", help="print what the API returns, one line for each receipt")

    check = add("check", "checking:run_check", "is a reference or quotation exact, near, altered, or not here?")
    check.add_argument("text", metavar="TEXT", help="a footnote, a quotation, an address, a paragraph; - reads stdin")
    check.add_argument("--evaluate", action="store_true", help="TEXT is a file of labelled texts: print the accuracy")
    check.add_argument("--json", action="store_true", help="print what the API returns")

    evaluate = add("evaluate", "watching:run_evaluate", "measure on a question file or a BEIR folder")
    evaluate.add_argument("paths", nargs="+", type=Path, metavar="FILE")
    evaluate.add_argument("--json", action="store_true", help="print the figures as JSON")
    evaluate.add_argument("--verbose", action="store_true", help="print a row for every question")

    add("doctor", "watching:run_doctor", "check the installation: OK / WARN / FAIL, and the cure for each")

    serve = add("serve", "serving:run_serve", "the web application")
    serve.add_argument("--host", help="address to listen on (default 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on (default 8000)")
    serve.add_argument("--workers", type=int, help="processes that share the work (default 1)")

    add("mcp", "serving:run_mcp", "tools for agents, by the Model Context Protocol on standard input and output")
    return top


def add_ranking(parser: argparse.ArgumentParser, k: int) -> None:
    """The number of records (`k` by default), a filter, JSON."""
    parser.add_argument("-k", type=count, default=k, help=f"how many records (default {k})")
    add_filter(parser)
    parser.add_argument("--json", action="store_true", help="print what the API returns")


def add_filter(parser: argparse.ArgumentParser) -> None:
    """The first and last day, values of fields."""
    parser.add_argument("--from", dest="date_from", metavar="DATE", help="EDTF: 1962, 1962-10, 1962-10-27")
    parser.add_argument("--to", dest="date_to", metavar="DATE", help="EDTF, included to its last day")
    parser.add_argument(
        "--where",
        type=condition,
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help='for instance people="Fidel Castro" or inside="Falk papers > Letters"; several of one field: any of them',
    )


def count(text: str) -> int:
    """Parse a number of records."""
    if text.isdecimal() and 1 <= int(text) <= 100:  # noqa: PLR2004 - the API's own bounds
        return int(text)
    message = f"{text!r} is not a number from 1 to 100"
    raise argparse.ArgumentTypeError(message)


def condition(text: str) -> tuple[str, str]:
    """Parse a field and the value that records must, or may not, have."""
    from rag.record import EXCLUSIONS, FIELDS

    field, equals, value = text.partition("=")
    if field in {*FIELDS, *EXCLUSIONS} and equals and value:
        return field, value
    message = f"{text!r} is not FIELD=VALUE; the fields are {', '.join((*FIELDS, *EXCLUSIONS))}"
    raise argparse.ArgumentTypeError(message)


def cluster(text: str) -> str:
    """Read `ray` or `ray://HOST:PORT`."""
    if re.fullmatch(r"ray(://[A-Za-z0-9.-]+:\d{1,5})?", text):
        return text
    message = f"{text!r} is no cluster; write ray, or ray://HOST:PORT"
    raise argparse.ArgumentTypeError(message)


def choice(text: str) -> str:
    """Read `FIELD=COLUMN`, or `FIELD=` for no column at all."""
    from rag.ingest.formats.column_names import FIELDS
    from rag.ingest.source_list import TABLE

    field, equals, _ = text.partition("=")
    if equals and field in {*FIELDS, TABLE}:
        return text
    message = f"{text!r} is not FIELD=COLUMN with a field of {', '.join((*FIELDS, TABLE))}"
    raise argparse.ArgumentTypeError(message)


def number(text: str) -> int:
    """Read a number of faults."""
    if text.isdecimal():
        return int(text)
    message = f"{text!r} is not a number; give 0 or more"
    raise argparse.ArgumentTypeError(message)


def minutes(text: str) -> float:
    """Read a number of minutes."""
    try:
        minutes = float(text)
    except ValueError:
        minutes = 0.0
    if 0.0 < minutes <= 24 * 60:
        return minutes
    message = f"{text!r} is not a number of minutes; give more than 0 and at most a day's"
    raise argparse.ArgumentTypeError(message)
