"""A title -> who wrote the paper and to whom, as the title has it: "Letter From the Shah of Iran to President Nixon".

A title says so after the type of document (from, to, by, for; of a diary: of), before it (Lund, Memorandum for Roca),
or with nothing but names (Otto Lund to Anna Roca, 3 May 1844). What a paper is about says nothing of its own way. One
pass over the words; nothing here knows a person from an office, which `rag.names.annotate` does.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.language.tables import any_of, table
from rag.names.mentions import NO_NAME

_TABLE = table("correspondence_words")
_LISTS = {name: frozenset(str(words).split()) for name, words in _TABLE.items() if isinstance(words, str)}
_RANKS = frozenset(table("name_words")["ranks"].split())
_OFFICES = frozenset(table("name_words")["offices"].split())
_SENT = [
    word.removesuffix(" by")
    for kind, pair in table("document_types")["types"].items()
    if kind not in _TABLE["silent_types"]
    for listed in pair
    for word in listed.split(", ")
    if word
]
_TYPE = re.compile(rf"\b(?:{any_of(', '.join((*_SENT, _TABLE['also_sent'])))})\b", re.IGNORECASE)
_DAY = re.compile(r"\d|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\b|undated|n\.d", re.IGNORECASE)
_COPY_NUMBER = re.compile(r"\s*[(\[](?:\d+|excerpts?|extracts?)[)\]]$")
_BLANK_IN_BRACKETS = re.compile(r"(?<=\() | (?=\))")
_LONGEST = 1000  # characters of a title that are read
_HEADER = 8  # words between the type and what introduces a party
_PARTY = 24  # words of a party
_NAMES = 12  # words of a party that stands without a type of document
_PLACES_LISTED = re.compile(r"(?:embassies|missions|consulates|legations|departments)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Party:
    """A sender or recipient as the title has it."""

    text: str
    # Whether only a person's name makes it one: "Report of the harbour" has no writer, "Cable of Lund" has.
    named: bool = False


@dataclass(frozen=True, slots=True)
class Parties:
    """Both sides of a paper."""

    sender: Party | None = None
    recipient: Party | None = None
    numbered: bool = False  # whether the paper has a number: "Telegram 12 from Port Lund" names a place
    bare: bool = False  # whether the title has no type of document, so that both must be people or of some office


NOBODY = Parties()


def parties(title: str, is_person: Callable[[str], bool]) -> Parties:
    """Who sent the paper of this title, and to whom; neither where the title does not say so.

    Args:
        is_person: Whether a word calls a person of the collection: "Ambassador to Roca" has a recipient.
    """
    title = _BLANK_IN_BRACKETS.sub("", title[:_LONGEST])
    found = _TYPE.search(title)
    if found is None:
        return _bare(_words(title), is_person)
    before, after = _words(title[: found.start()]), _words(title[found.end() :])
    if _speaks_of(before):
        return NOBODY
    typed = _after_type(after, is_person, may_be_of=found[0].casefold() in _LISTS["written_of"])
    prefix = title[: found.start()].rstrip()
    if typed.sender is None and prefix.endswith(","):
        return Parties(Party(prefix[:-1], named=True), typed.recipient, typed.numbered)
    return typed


def is_office(text: str) -> bool:
    """Whether this names an office, a rank or a body: "Embassy in Iran", "CC CPSU"."""
    return any(
        _plain(word) in _RANKS | _OFFICES | _LISTS["bodies"] or _plain(word).rstrip("s") in _OFFICES or _is_short(word)
        for word in text.split()
    )


def reads_as_name(text: str) -> bool:
    """Whether every word has a capital, or links words that have."""
    return text[:1].isupper() and all(
        word.strip("(["[:1]).strip("([")[:1].isupper() or _plain(word) in _LISTS["links"] for word in text.split()
    )


def without_article(text: str) -> str:
    """The party without "the"; empty for the Record, to which memoranda go."""
    first, _, rest = text.partition(" ")
    kept = rest if first.casefold() in _LISTS["articles"] and rest else text
    return "" if kept.casefold() in _LISTS["nobody"] else kept


def own_words(text: str) -> str:
    """The words of a party that may name the person: those in brackets, else those before whom they serve."""
    found = text.split()
    for at in range(1, len(found)):
        if found[at] == "to" and _plain(found[at - 1]) in _LISTS["servants"]:
            return " ".join(found[:at])
    return text


def _after_type(found: list[str], is_person: Callable[[str], bool], *, may_be_of: bool) -> Parties:
    """The parties that the words after a type name."""
    numbered = False
    for at, word in enumerate(found[:_HEADER]):
        plain = _plain(word)
        if plain in {"from", "by"} or (plain == "of" and may_be_of):
            return _from(found[at + 1 :], is_person, numbered=numbered, named=plain == "of")
        if plain in {"to", "for"}:
            if _plain(" ".join(found[at + 1 : at + 3])) in {"the record", "the files"}:
                by = found[at + 3 : at + 4] == ["by"]  # the writer of a memorandum for the record
                return _from(found[at + 4 :], is_person, numbered=False, named=True) if by else NOBODY
            return _to(found[at + 1 :], numbered=numbered)
        numbered = numbered or any(map(str.isdigit, word))
        if word.endswith((",", ":", ";")) or (word[0].islower() and plain not in _LISTS["header"]):
            break
    return Parties(numbered=numbered)


def _from(found: Sequence[str], is_person: Callable[[str], bool], *, numbered: bool, named: bool) -> Parties:
    words = _cut(found)
    at = _to_at(words, is_person)
    if at is None:
        return Parties(_party(_first_part(words), named=named), numbered=numbered)
    return Parties(
        _party(words[:at], named=named), _party(_first_part(words[at + 1 :]), named=False), numbered=numbered
    )


def _to(found: Sequence[str], *, numbered: bool) -> Parties:
    words = _cut(found)
    at = next((at for at, word in enumerate(words) if _plain(word) in {"from", "by"}), None)
    recipient = _party(_first_part(words[:at]), named=False)
    sender = None if at is None else _party(_first_part(words[at + 1 :]), named=False)
    return Parties(sender, recipient, numbered=numbered)


def _bare(found: Sequence[str], is_person: Callable[[str], bool]) -> Parties:
    """Names alone, one to another."""
    words = _cut(found)
    at = _to_at(words, is_person)
    if at is None or at > _NAMES or not words[at].islower() or any(word.endswith((",", ":")) for word in words[:at]):
        return NOBODY
    sender, recipient = (without_article(" ".join(part)) for part in (words[:at], _first_part(words[at + 1 :])))
    strange = (NO_NAME - _RANKS - _OFFICES - _LISTS["links"]) & {_plain(word) for word in sender.split()}
    if strange or not (reads_as_name(sender) and reads_as_name(recipient)) or len(recipient.split()) > _NAMES:
        return NOBODY
    return Parties(Party(sender), Party(recipient), bare=True)


def _words(text: str) -> list[str]:
    """Its words, with what stands in brackets joined to one."""
    joined: list[str] = []
    depth = 0
    for word in text.split():
        if depth > 0:
            joined[-1] = f"{joined[-1]} {word}"
        else:
            joined.append(word)
        depth = max(depth + word.count("(") - word.count(")"), 0)
    return joined


def _cut(found: Sequence[str]) -> list[str]:
    """The words up to where the parties end: what the paper is about, its day, a quotation."""
    kept: list[str] = []
    for word in found:
        plain = _plain(word)
        before = _plain(kept[-1]) if kept else ""
        about = plain == "on" and before not in _LISTS["bodies_on"]
        day = bool(kept) and bool(_DAY.match(word)) and (kept[-1].endswith(",") or word[0].isdigit())
        if about or day or plain in _LISTS["ends"] or word[0] in "'\"\u2018\u201c\u2013\u2014-[":
            break
        kept.append(word)
        if word.endswith((";", ":")):
            break
    return kept


def _to_at(found: Sequence[str], is_person: Callable[[str], bool]) -> int | None:
    """Where "to" leads from the sender to the recipient, not to where an envoy serves."""
    envoy = None
    for at, word in enumerate(found):
        if _plain(word) != "to" or at in {0, len(found) - 1}:
            continue
        before = _plain(found[at - 1])
        if before not in _LISTS["envoys"] | _LISTS["servants"]:
            return at
        after = next((each for each in map(_plain, found[at + 1 :]) if each not in _LISTS["articles"]), "")
        if envoy is None and before in _LISTS["envoys"] and (after in _RANKS or is_person(after)):
            envoy = at
    return envoy


def _first_part(found: Sequence[str]) -> Sequence[str]:
    """A party without the place and the day that follow it after a comma."""
    if found and _PLACES_LISTED.match(without_article(" ".join(found[:2]))):
        return found
    for at, word in enumerate(found):
        lone_rank = _plain(word) in _RANKS and all(_plain(each) in _LISTS["articles"] for each in found[:at])
        if word.endswith(",") and not lone_rank:  # the Chief, Africa Division
            return found[: at + 1]
    return found


def _party(found: Sequence[str], *, named: bool) -> Party | None:
    text = _COPY_NUMBER.sub("", without_article(" ".join(found).strip(" ,;:."))).strip(" ,;:")
    if not text[:1].isupper() or len(found) > _PARTY:
        return None
    return Party(text, named)


def _speaks_of(before: Sequence[str]) -> bool:
    """Whether the words before a type say that it is what another paper is about."""
    plain = [_plain(word) for word in before]
    return any(
        word in _LISTS["subjects"]
        or (word == "of" and at > 0 and plain[at - 1] in NO_NAME - _LISTS["copies"] - _RANKS - _OFFICES)
        for at, word in enumerate(plain)
    )


def _plain(word: str) -> str:
    return word.strip("()[],;:.'\"").removesuffix("'s").removesuffix("\u2019s").casefold()


def _is_short(word: str) -> bool:
    """Whether this is an abbreviation: CPSU, USUN."""
    bare = word.strip("()[],;:.")
    return len(bare) > 1 and bare.isupper() and bare.isalpha()
