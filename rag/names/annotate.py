"""Record + profile -> the record with the people and places that its title and summary name.

A surname alone means the person of that surname whom the same record names in full, else the only one in the
collection, else the only one with the rank before it (President Kennedy). Where several remain, the bare surname
stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from rag.language.phrases import Phrases
from rag.language.tables import word_lists
from rag.language.tokens import Token, tokens
from rag.names.authority import Authorities, NameKind, packaged
from rag.names.correspondence import Party, is_office, own_words, parties, reads_as_name, without_article
from rag.names.mentions import NO_NAME
from rag.names.profile import Name, Profile
from rag.record import Record

_GIVEN = word_lists("name_words")["given"]
_BODIES = re.compile(r",? and the |, the ")  # between offices
_BRACKETED = re.compile(r"\(([^()]*)\)")
_IN = re.compile(r"\b(?:in|at) (?:the )?([A-Z][^,()]*)")


class Annotator:
    """Finds the names in records; make one for each profile."""

    def __init__(self, profile: Profile, authorities: Authorities | None = None) -> None:
        """Arrange the profile's names for search; `authorities` are those that made the profile."""
        self._authorities = authorities or packaged()
        self._forms: dict[NameKind, dict[str, Name]] = {NameKind.PERSON: {}, NameKind.PLACE: {}, NameKind.BODY: {}}
        for name in profile.names:
            if name.kind in self._forms:
                self._forms[name.kind].update((form, name) for form in name.forms)
        self._finders = {kind: Phrases(forms) for kind, forms in self._forms.items()}
        self._bearers = bearers(profile)

    def named(self, record: Record) -> Record:
        """The record with the names in its own words; those that its source gives stay as they are."""
        texts = [self._text(text) for text in (record.title, record.summary)]
        return replace(
            record,
            people=record.people or tuple(dict.fromkeys(self._people(texts, texts))),
            places=record.places or tuple(dict.fromkeys(_places(texts))),
            **self._correspondence(record, texts),  # type: ignore[arg-type]  # fields of this name and type
        )

    def _correspondence(self, record: Record, texts: Sequence[_Text]) -> dict[str, tuple[str, ...]]:
        """Senders, recipients and places of sending: those that the source gives, else those that the title says."""
        if record.senders or record.recipients:
            return {}
        found = parties(record.title, self._bearers.__contains__)
        senders, recipients = (
            [] if party is None else self._party(party, texts, numbered=found.numbered)
            for party in (found.sender, found.recipient)
        )
        if found.bare and not (senders and recipients and self._is_sure([*senders, *recipients], record, texts)):
            return {}
        sent_from = [] if found.sender is None else self._sent_from(found.sender, senders, numbered=found.numbered)
        return {
            "senders": tuple(dict.fromkeys(senders)),
            "recipients": tuple(dict.fromkeys(recipients)),
            "sent_from": record.sent_from or tuple(dict.fromkeys(sent_from)),
        }

    def _is_sure(self, named: Sequence[str], record: Record, texts: Sequence[_Text]) -> bool:
        """Whether names without a type of document are a person's or an office's, and no road from town to town."""
        people = {*record.people, *self._people(texts, texts)}
        return any(name in people or is_office(name) for name in named) and not any(map(self._is_place, named))

    def _party(self, party: Party, texts: Sequence[_Text], *, numbered: bool) -> list[str]:
        """The people of a party; where it names none, the offices and bodies as they are written."""
        found: list[str] = []
        for part in _BODIES.split(party.text.partition(" through ")[0]):
            own = [self._text(text) for text in (*_BRACKETED.findall(part), own_words(part))]
            people = next((people for text in own if (people := list(self._people([text], texts)))), [])
            written = without_article(part)
            named = reads_as_name(written) and not numbered
            is_body = not self._is_place(written) and (is_office(written) or named)
            found += people or ([written] if is_body and not party.named else [])
        return found

    def _sent_from(self, party: Party, senders: Sequence[str], *, numbered: bool) -> list[str]:
        """The places of a sender: Embassy in Iran, Lund in New York, Telegram 12 from Port Lund."""
        if not senders and not party.named and (self._is_place(party.text) or (numbered and reads_as_name(party.text))):
            return list(_places([self._text(party.text)])) or [party.text]
        return [
            name.text
            for text in map(self._text, _IN.findall(party.text))
            for first, _, name in text.names[NameKind.PLACE]
            if first == 0
        ][:1]

    def _is_place(self, text: str) -> bool:
        words = [token.word for token in tokens(text)]
        return " ".join(words) in self._forms[NameKind.PLACE]

    def _text(self, text: str) -> _Text:
        text = unicodedata.normalize("NFC", text)
        found = tokens(text)
        running = [token.word for token in found]
        names = {
            kind: [
                (first, end, self._forms[kind][" ".join(running[first:end])])
                for first, end in finder.spans(running)
                if found[first].text[0].isupper() and self._authorities.is_cased(found[first:end])
            ]
            for kind, finder in self._finders.items()
        }
        return _Text(text, found, names)

    def _people(self, inside: Sequence[_Text], texts: Sequence[_Text]) -> Iterator[str]:
        """The people whom some texts name; all texts of the record say who a surname alone is."""
        whole = [name for text in texts for _, _, name in text.names[NameKind.PERSON]]
        firsts = {form.partition(" ")[0] for name in whole for form in name.forms if " " in form}
        present = {name.text for name in whole}
        for text in inside:
            starts = {first: name for first, _, name in text.names[NameKind.PERSON]}
            for at, token in enumerate(text.tokens):
                if at in starts:
                    yield starts[at].text
                elif token.word in self._bearers and token.word not in firsts and self._stands_alone(text, at):
                    person = self._alone(text, at, present)
                    present.update(person)
                    yield from person

    def _alone(self, text: _Text, at: int, present: AbstractSet[str]) -> list[str]:
        """The person whom a surname alone names: at most one, and nobody where the record names two in full."""
        people = self._bearers[text.tokens[at].word]
        here = [name.text for name in people if name.text in present]
        if not here:
            return [bearer(people, text.tokens[at - 1].word if at else "")]
        return here if len(here) == 1 else []

    def _stands_alone(self, text: _Text, at: int) -> bool:
        """Whether this surname is written as a name, and is no part of a place's or of an unknown person's."""
        if at in text.taken or not text.tokens[at].text[0].isupper():
            return False
        before = text.tokens[at - 1] if at else None
        if before is None or text.gap(at) != " " or not before.text[0].isupper() or at - 1 in text.taken:
            return True
        return before.word in NO_NAME or (text.opens(at - 1) and before.word not in _GIVEN)


class _Text:
    """A text, its words, and the full names in it: (first word, word after the last, name)."""

    def __init__(
        self, text: str, found: Sequence[Token], names: Mapping[NameKind, Sequence[tuple[int, int, Name]]]
    ) -> None:
        self._text = text
        self.tokens = found
        self.names = names
        self.taken = {at for spans in names.values() for first, end, _ in spans for at in range(first, end)}

    def gap(self, at: int) -> str:
        """What stands before the word at `at`."""
        return self._text[self.tokens[at - 1].end if at else 0 : self.tokens[at].start]

    def opens(self, at: int) -> bool:
        """Whether the word at `at` opens a sentence."""
        return at == 0 or any(mark in self.gap(at) for mark in ".?!:;")


def _places(texts: Sequence[_Text]) -> Iterator[str]:
    for text in texts:
        people = [(first, end) for first, end, _ in text.names[NameKind.PERSON]]
        for first, end, name in text.names[NameKind.PLACE]:
            if not any(begin <= first and end <= until for begin, until in people):  # George Washington
                yield name.text


def bearers(profile: Profile) -> dict[str, list[Name]]:
    """Surname, as a word, -> the people who bear it, the most often named first."""
    found: dict[str, list[Name]] = defaultdict(list)
    for name in profile.names:
        for surname in name.surnames:
            found[surname].append(name)
    return dict(found)


def bearer(names: Sequence[Name], before: str) -> str:
    """The person whom a surname of these people means after the word `before`; the surname where that is open."""
    ranked = [name for name in names if before in name.ranks]
    if len(ranked) == 1:
        return ranked[0].text
    return names[0].text if len(names) == 1 else names[0].text.rpartition(" ")[2]
