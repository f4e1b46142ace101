"""Paragraphs with footnotes -> Rich Text Format, which Word, LibreOffice and Pages open."""

from collections.abc import Iterable, Iterator


def document(paragraphs: Iterable[str]) -> Iterator[str]:
    """The whole file, in ASCII."""
    yield r"{\rtf1\ansi\deff0\uc1{\fonttbl{\f0\froman Times New Roman;}}\f0\fs24"
    yield from paragraphs
    yield "}\n"


def heading(text: str) -> str:
    """A heading."""
    return f"\n\\pard\\keepn\\sb240\\sa120\\b\\fs28 {_plain(text)}\\b0\\fs24\\par"


def paragraph(text: str, *, indented: bool = False) -> str:
    """A paragraph; a quotation is indented."""
    return f"\n\\pard\\li{567 if indented else 0}\\sa120 {_plain(text)}\\par"


def footnoted(text: str, note: str) -> str:
    """A paragraph with a footnote at its end, which the program that opens the file numbers."""
    mark = r"{\super\chftn}"
    return (
        f"\n\\pard\\keepn\\sb240\\sa60 {_plain(text)}{mark}{{\\footnote\\pard\\plain\\fs20 {mark} {_plain(note)}}}\\par"
    )


def _plain(text: str) -> str:
    """The text with nothing that the format could take for a command."""
    return "".join(map(_character, " ".join(text.split())))


def _character(character: str) -> str:
    if character in "\\{}":
        return f"\\{character}"
    if " " <= character <= "~":
        return character
    units = character.encode("utf-16-le", "replace")
    signed = (int.from_bytes(units[at : at + 2], "little", signed=True) for at in range(0, len(units), 2))
    return "".join(f"\\u{unit}?" for unit in signed)
