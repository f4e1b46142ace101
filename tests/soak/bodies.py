"""Texts that are costly to read, and bodies of requests that are made of them."""

from collections.abc import Callable

from rag import check

_BODY = 64 * 1024

TITLE = "Telegram from Soviet Foreign Minister Gromyko to Soviet Mission in New York"
PIECES = (
    *(
        "-",
        "undated-a-",
        "1962-10-27-",
        "9~",
        "A",
        "A.",
        "A" * 40 + " ",
        "e\N{COMBINING ACUTE ACCENT}",
        " ",
        "x ",
        "\n",
    ),
    *(" 'a", " ‘a’b", "“‘a ", "“", '"a ', "``a ", "«a ", "[a] ", ". . . ", "a … ", "(1962 ", "of the ", "...", "! "),
    *("; A", "a\n", "1. A\n", "; Telegram", "see 1 May 1962 ", "between 1960 and ", "A Library of the ", "records/a "),
    *(f"{TITLE}, 2 November 1962; ", f"“{TITLE}” ", f"{TITLE}. ", "“Castro told Mikoyan of missiles” "),
)
"""Pieces of texts that once took time by the square of their number, and others like them."""


def filled(piece: str, length: int) -> str:
    """The piece again and again, up to so many characters, and an end that no piece has."""
    return (piece * (length // len(piece) + 1))[: length - 2] + "!x"


def bodies() -> dict[str, Callable[[str], object]]:
    """Every call that takes a body -> a body of about 64 KiB of one piece again and again."""
    long = 2000

    def turn(piece: str) -> dict[str, str]:
        return {"question": filled(piece, long)}

    return {  # as long as a call takes it
        "/api/v1/ask": lambda piece: {**turn(piece), "history": [turn(piece)] * (_BODY // long - 1)},
        "/api/v1/check": lambda piece: {"text": filled(piece, check.LONGEST)},
        "/api/v1/similar": lambda piece: {"text": filled(piece, long)},
        "/api/v1/replay": lambda piece: {"receipt": filled(piece, _BODY)},
        "/v1/embeddings": lambda piece: {"model": "all-MiniLM-L6-v2", "input": [filled(piece, _BODY // 10)] * 10},
        "/v1/chat/completions": lambda piece: {
            "model": "reading-room",
            "messages": [{"role": "user", "content": filled(piece, long)}] * (_BODY // long),
        },
    }
