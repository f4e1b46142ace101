"""`rag ask --file`: a file with a question a line -> a table of cited answers, a row a sentence."""

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rag.answer.answer import Answer
from rag.cite import Site
from rag.cli.progress import ProgressLine, say
from rag.cli.terminal import faithful_output
from rag.errors import QuestionError, escaped
from rag.schemas.table import Row


def print_answers(path: Path, ask: Callable[[str], Answer], site: Site, *, as_json: bool) -> None:
    """Print the answer to each question as soon as it is there."""
    from rag.schemas.table import ANSWER_COLUMNS, TABLES

    lines = (sys.stdin.buffer.read() if path == Path("-") else path.read_bytes()).removeprefix(b"\xef\xbb\xbf")
    write = TABLES["jsonl" if as_json else "csv"].write
    for piece in write(_rows(path, lines.splitlines(), ask, site), ANSWER_COLUMNS):
        faithful_output().write(piece)


def _rows(path: Path, lines: Sequence[bytes], ask: Callable[[str], Answer], site: Site) -> Iterator[Row]:
    """The rows of each answer; a line that cannot be asked costs that line alone."""
    from rag.schemas.table import answer_rows

    with ProgressLine() as progress:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    yield from answer_rows(ask(line.decode().strip()), site)
                except (QuestionError, UnicodeDecodeError) as error:
                    fault = "is not UTF-8; save the file as UTF-8" if isinstance(error, ValueError) else str(error)
                    note = escaped(f"{path}:{number}: {fault}")
                    say(f"rag: {note}")
                    yield {"question": line.decode(errors="replace").strip(), "status": "error", "note": note}
            progress("questions", number, len(lines))
