"""Bytes of a text -> the encoding in which they were written, found by chardet where they are not UTF-8."""

import codecs
import re
from collections.abc import Iterable

_SAMPLE = 1 << 16  # bytes of lines that are not ASCII, by which an encoding is found
_SURE = 0.8  # of chardet, that zero bytes are half of UTF-16
_UTF_8 = "utf-8-sig"
# Of what chardet proposes, what archives have: old programs of Windows, the Macintosh, and Unix before UTF-8.
_USUAL = (
    "Windows-1252", "Windows-1250", "Windows-1251", "Windows-1253", "Windows-1254", "ISO-8859-2", "MacRoman",
    "KOI8-R", "CP437", "CP850", "CP852", "CP866", "Shift_JIS", "CP932", "GB18030", "Big5", "EUC-JP", "EUC-KR", "CP949",
)  # fmt: skip
_NOT_WINDOWS = frozenset({"MacRoman", "CP437", "CP850", "CP852"})  # a few words of Windows-1252 may look like these
_SIGNS = "€‚„…‘’“”•–—«»§°©®·"
_LETTERS = "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüœŒ"
_WORDS = re.compile(rf"(?:[\x00-\x7f{_LETTERS}]|(?<![^\W\d_])[{_SIGNS}]|[{_SIGNS}](?![^\W\d_]))*")
_WESTERN = frozenset({"iso8859-1", "iso8859-15", "ascii", "cp1252"})


def encoding_of(chunks: Iterable[bytes]) -> tuple[str, str]:
    """What Python calls the encoding, and what a person does; the second is empty for UTF-8, whole or damaged."""
    sample = b""
    check = codecs.getincrementaldecoder("utf-8")()
    valid = True
    for chunk in chunks:
        if valid and not sample and 0 in chunk:
            return _with_zeros(chunk)
        try:
            check.decode(chunk) if valid else None
        except UnicodeDecodeError:
            valid = False
        if len(sample) < _SAMPLE and not chunk.isascii():
            sample += b"\n".join(line for line in chunk.splitlines() if not line.isascii())[:_SAMPLE]
        elif not valid:
            break
    return (_UTF_8, "") if valid or _mostly_utf_8(sample) else _detected(sample)


def _with_zeros(head: bytes) -> tuple[str, str]:
    """UTF-16 without its mark, or damage."""
    import chardet  # noqa: PLC0415 - only for text that is not UTF-8

    found = chardet.detect(head[:_SAMPLE])
    name = str(found["encoding"]).lower()
    if name.startswith("utf-16") and (found["confidence"] or 0) > _SURE:
        return name, "UTF-16 without a mark"
    return _UTF_8, ""


def _mostly_utf_8(sample: bytes) -> bool:
    """Whether more characters beyond ASCII are whole than broken: then it is UTF-8 with some damage."""
    text = sample.decode("utf-8", "surrogateescape")
    broken = sum("\ud800" <= character <= "\udfff" for character in text)
    return sum(character > "\x7f" for character in text) - broken > broken


def _detected(sample: bytes) -> tuple[str, str]:
    import chardet  # noqa: PLC0415 - only for text that is not UTF-8

    western = sample.decode("cp1252", "replace")
    for found in chardet.detect_all(sample, ignore_threshold=True):
        name = str(found["encoding"] or "ascii")
        try:
            codec = codecs.lookup(name).name
            same = codec in _WESTERN or sample.decode(codec, "replace") == western
        except LookupError:
            continue
        if same or (name in _NOT_WINDOWS and _WORDS.fullmatch(western)):
            return "cp1252", "Windows-1252"
        if name.casefold() in map(str.casefold, _USUAL):
            return codec, name
    return "cp1252", "Windows-1252"
