"""Values with tags and entities of HTML -> the text that a reader sees."""

import html
import re

_HIDDEN = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_INLINE = (  # of HTML, and of EAD and TEI, which catalogues leave in their values
    "a|abbr|b|cite|code|em|emph|font|i|mark|q|s|small|span|strong|sub|sup|tt|u"
    "|(?:corp|fam|geog|pers|place)name|hi|ref|extref|title|unittitle|unitdate|genreform"
)
_BLOCK = (
    "blockquote|br|center|dd|div|dl|dt|h[1-6]|hr|img|lb|li|ol|p|pre|section|table|tbody|td|th|thead|tr|ul"
    "|scopecontent|bioghist|arrangement|custodhist|head|list|item|note"
)
_INLINE_TAG = re.compile(rf"</?(?:{_INLINE})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCK})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def readable(value: str) -> str:
    """The text without tags, zero bytes and marks of an encoding, with the characters that its entities name."""
    value = value.replace("\0", "").replace("\ufeff", "")
    if "<" in value:
        value = _untagged(value)
    if "&" not in value:
        return value
    once = _unescaped(value)
    return _unescaped(bare) if "<" in once and (bare := _untagged(once)) != once else once  # it was escaped twice


def _untagged(value: str) -> str:
    return _BLOCK_TAG.sub(" ", _INLINE_TAG.sub("", _HIDDEN.sub(" ", value)))


def _unescaped(value: str) -> str:
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), value)
