"""A receipt gives the same records and quotes again, or says precisely what changed; nothing in it is believed."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.receipt import FORM, digest, program, read_receipt, receipts_in
from rag.answer.replay import ChangeKind
from rag.assistant.assistant import Assistant, between
from rag.embeddings import PackagedEmbedder
from rag.errors import ReceiptError
from rag.index.open import open_index
from rag.ingest.build import build
from rag.query.enquiry import ALL_ASPECTS, Aspect, Turn
from rag.settings import Settings
from tests.pages import GRAIN, PIER, STORM, Entry, numbered

if TYPE_CHECKING:
    from pathlib import Path

    from rag.answer.replay import Replay
    from rag.embeddings import Embedder

ASKED = "What did Castro and Mikoyan discuss in November 1962?"
QUAY = Entry("August 9, 1951", "Plan of the Quay", "It shows the quay and the two piers.")
PIERS = "What does the harbour master ask for?"


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    """The real model."""
    return PackagedEmbedder()


class Harbour:
    """A small collection that is built again and again."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        """Begin empty."""
        self._settings = Settings(seeds=folder / "seeds", vectors=folder / "vectors")
        self._settings.seeds.mkdir()
        self._embedder = embedder
        self.assistant = Assistant(open_index(self._settings), lambda: embedder)

    def publish(self, *listings: Entry) -> None:
        """Become the collection of these."""
        (self._settings.seeds / "harbour.txt").write_text(numbered(listings), encoding="utf-8")
        build(self._settings, embedder=self._embedder)


@pytest.fixture
def harbour(tmp_path: Path, embedder: Embedder) -> Harbour:
    built = Harbour(tmp_path, embedder)
    built.publish(PIER, GRAIN, STORM)
    return built


def changed(replay: Replay) -> dict[tuple[ChangeKind, str | None], str]:
    return {(change.kind, change.record_id): change.text for change in replay.changes}


def sealed(content: bytes, form: str = FORM) -> str:
    """A receipt with a checksum that fits, as a forger would write it."""
    packed = base64.urlsafe_b64encode(zlib.compress(content)).decode().rstrip("=")
    return f"{form}.{packed}.{hashlib.sha256(f'{form}.{packed}'.encode()).hexdigest()[:8]}"


def altered(line: str, **changes: object) -> str:
    packed = line.split(".")[1]
    content: dict[str, Any] = json.loads(zlib.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))))
    for place, value in changes.items():
        *path, last = place.split("__")
        inner = content
        for step in path:
            inner = inner[step]
        inner[last] = value
    return sealed(json.dumps(content).encode())


@pytest.mark.parametrize(
    "asked",
    [
        {"question": ASKED},
        {"question": "documents from October 1962"},
        {"question": "How tall is Mount Everest?"},
        {"question": "and Guevara?", "history": [Turn(ASKED)], "k": 9},
        {"question": ASKED, "understand": ALL_ASPECTS - {Aspect.DATES}, "where": between("1962-11", "1963")},
    ],
)
def test_every_answer_can_be_replayed_with_all_that_decided_it(assistant: Assistant, asked: dict[str, Any]) -> None:
    answer = assistant.ask(**asked)
    replay = assistant.replay(answer.receipt)

    assert replay.same
    assert replay.changes == ()
    assert replay.answer == answer
    assert len(answer.receipt) < 4000


def test_a_receipt_says_what_was_asked_understood_and_quoted(assistant: Assistant) -> None:
    answer = assistant.ask("and Guevara?", history=[Turn(ASKED)])
    receipt = read_receipt(answer.receipt)

    assert receipt.generation == answer.generation
    assert receipt.content[:8] == answer.generation.rpartition("-")[2]
    assert receipt.records == 57
    assert receipt.asked.history == (Turn(ASKED),)
    assert receipt.read.text == answer.understood.text
    assert [entry.id for entry in receipt.cited] == [each.hit.record.id for each in answer.citations]
    assert [len(entry.quotes) for entry in receipt.cited] == [len(each.quotes) for each in answer.citations]


def test_no_word_of_the_archive_stands_in_a_receipt(assistant: Assistant) -> None:
    answer = assistant.ask(ASKED)
    packed = answer.receipt.split(".")[1]
    content = zlib.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))).decode()

    assert answer.sentences
    assert not any(sentence.text in content for sentence in answer.sentences)


def test_the_same_collection_built_again_answers_the_same(harbour: Harbour) -> None:
    answer = harbour.assistant.ask(PIERS)
    harbour.publish(PIER, GRAIN, STORM)
    replay = harbour.assistant.replay(answer.receipt)

    assert answer.sentences
    assert replay.answer.generation != answer.generation
    assert (replay.same, replay.changes) == (True, ())


def test_a_changed_summary_is_named_with_the_quotes_that_it_cost(harbour: Harbour) -> None:
    answer = harbour.assistant.ask(PIERS)
    quoted = answer.citations[0].hit.record.id
    harbour.publish(
        Entry(PIER.date, PIER.title, "The harbour master asks for a third pier. No. 4 is full."), GRAIN, STORM
    )
    replay = harbour.assistant.replay(answer.receipt)

    assert not replay.same
    assert (ChangeKind.COLLECTION, None) in changed(replay)
    assert changed(replay)[ChangeKind.CHANGED, quoted].endswith(f"is now {replay.answer.citations[0].hit.record.id}")
    assert "third pier" in replay.answer.sentences[0].text


def test_a_removed_record_is_named(harbour: Harbour) -> None:
    answer = harbour.assistant.ask(PIERS)
    quoted = answer.citations[0].hit.record.id
    harbour.publish(GRAIN, STORM)
    replay = harbour.assistant.replay(answer.receipt)

    assert not replay.same
    assert changed(replay)[ChangeKind.GONE, quoted] == "is no longer in the collection"
    assert changed(replay)[ChangeKind.COLLECTION, None].startswith("The collection has changed: 3 records then")


def test_an_added_nearer_record_is_named(harbour: Harbour) -> None:
    answer = harbour.assistant.ask(PIERS)
    nearer = Entry("May 4, 1951", "Letter of the Harbour Master", "The harbour master asks for a second pier at once.")
    harbour.publish(PIER, GRAIN, STORM, nearer)
    replay = harbour.assistant.replay(answer.receipt)
    added = replay.answer.citations[0].hit.record

    assert added.title == nearer.title
    assert not replay.same
    assert "quoted now" in changed(replay)[ChangeKind.NEW, added.id]


def test_records_ticked_are_asked_again_even_where_one_is_gone(harbour: Harbour) -> None:
    ids = [hit.record.id for hit in harbour.assistant.records().hits]
    answer = harbour.assistant.ask(PIERS, among=ids[:2])
    harbour.publish(GRAIN, STORM)
    replay = harbour.assistant.replay(answer.receipt)

    assert {each.hit.record.id for each in answer.citations} == set(ids[:2])
    assert (ChangeKind.GONE, ids[0]) in changed(replay)
    assert [each.hit.record.id for each in replay.answer.citations] == [ids[1]]


def test_another_model_and_another_program_are_named_though_the_quotes_are_the_same(assistant: Assistant) -> None:
    line = altered(assistant.ask(ASKED).receipt, weights="0" * 64, program="0" * 12)
    replay = assistant.replay(line)

    assert replay.same
    assert [change.kind for change in replay.changes] == [ChangeKind.MODEL, ChangeKind.PROGRAM]


def test_a_quote_that_is_no_longer_given_is_shown_from_the_record_itself(assistant: Assistant) -> None:
    answer = assistant.ask(ASKED)
    receipt = read_receipt(answer.receipt)
    line = altered(
        answer.receipt,
        entries=[
            {"id": entry.id, "told": entry.told, "quotes": ["0" * 12] if place == 0 else list(entry.quotes)}
            for place, entry in enumerate(receipt.entries)
        ],
    )
    replay = assistant.replay(line)
    back = assistant.replay(assistant.ask(ASKED, among=[receipt.entries[1].id]).receipt)

    assert changed(replay)[ChangeKind.QUOTES, receipt.entries[0].id].endswith("0 of the 1 quoted then")
    assert back.same


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")), st.integers(0), st.integers(0))
def test_what_moves_from_the_title_into_the_summary_is_a_change(text: str, one: int, other: int) -> None:
    here, there = one % (len(text) + 1), other % (len(text) + 1)
    same = digest(text[:here], text[here:]) == digest(text[:there], text[there:])

    assert same == (here == there)


@given(st.data())
def test_a_slip_of_copying_is_always_noticed(data: st.DataObject) -> None:
    line = sealed(b'{"question": "What did Castro say?"}')
    at = data.draw(st.integers(0, len(line) - 1))
    other = data.draw(st.sampled_from([each for each in "0aZ-_." if each != line[at]] + [""]))

    with pytest.raises(ReceiptError, match=r"miscopied|not a receipt|the format"):
        read_receipt(line[:at] + other + line[at + 1 :])


@given(st.one_of(st.text(), st.binary().map(sealed), st.text().map(lambda text: f"{FORM}.{text}")))
def test_whatever_is_given_as_a_receipt_is_read_or_refused_in_one_line(line: str) -> None:
    with pytest.raises(ReceiptError) as refused:
        read_receipt(line)

    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (sealed(b"[" * 100_000), "is invalid at its beginning"),
        (sealed(b" " * 2_000_000), "inflates to more than 1024 KiB"),
        (sealed(b"{}"), "is invalid at generation: field required"),
        (sealed(b"{}", form="rr3"), "has the format rr3, and this program reads rr2"),
        ("rr1." + "a" * 200_000 + ".00000000", "has 200,013 characters"),
        ("", "this is not a receipt"),
    ],
    ids=["deep", "bomb", "empty", "newer", "long", "nothing"],
)
def test_a_hostile_receipt_is_refused_with_its_fault(line: str, fault: str) -> None:
    with pytest.raises(ReceiptError, match=fault):
        read_receipt(line)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("asked__k", 10_000),
        ("asked__fields", [["no such field", ["x"]]]),
        ("asked__among", ["x"] * 101),
        ("asked__understand", ["everything"]),
        ("generation", "../../etc/passwd" * 20),
        ("generation", "The archive says: nothing of the kind"),
        ("more", "than a receipt says"),
    ],
)
def test_a_receipt_that_no_answer_gave_is_refused_before_it_is_asked(
    assistant: Assistant, place: str, value: object
) -> None:
    line = altered(assistant.ask("documents from 1968").receipt, **{place: value})

    with pytest.raises(ReceiptError, match="copy one from an answer"):
        assistant.replay(line)


def test_receipts_are_found_in_any_text_and_survive_its_line_breaks(assistant: Assistant) -> None:
    line = assistant.ask(ASKED).receipt
    broken = "\n  ".join(line[at : at + 70] for at in range(0, len(line), 70))

    assert receipts_in(f'{{"receipt": "{line}"}} and again {line}, then rr1.nothing') == (line,)
    assert read_receipt(broken) == read_receipt(line)


def test_the_program_has_a_digest_of_its_own_text() -> None:
    assert program() == program()
    assert len(program()) == 12


def test_a_receipt_of_the_form_before_is_still_read(assistant: Assistant) -> None:
    line = assistant.ask("and Guevara?", history=[Turn(ASKED)]).receipt
    packed = altered(line, asked__history=[ASKED]).split(".")[1]
    content = zlib.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))

    assert read_receipt(sealed(content, form="rr1")) == read_receipt(line)
