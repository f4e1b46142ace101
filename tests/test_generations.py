"""Whatever is killed, damaged or foreign, the last good generation answers; whatever is published is followed."""

from __future__ import annotations

import datetime as dt
import errno
import gc
import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.embeddings.similar_words import NO_WORD_TABLE
from rag.errors import GenerationError, NothingToBuild, RagError
from rag.index.embedded.corruption import ReadGuard
from rag.index.embedded.generation import SCHEMA, current, names, point, verify
from rag.index.embedded.index import FolderIndex
from rag.index.embedded.reader import FolderReader
from rag.index.embedded.writer import FolderWriter
from rag.index.ports import Identity, IndexEntry, Matching, Order, Passages, QueryTerm
from rag.record import Filter, Record
from tests.fakes import WordCountEmbedder, flip, shelve

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.index.ports import IndexReader

EMBEDDER = WordCountEmbedder()
OTHER = WordCountEmbedder("other")
BEFORE = Record("before", "Grain", "Grain for sugar.", None)
AFTER = Record("after", "Grain", "Sugar for grain.", None)
FILES = ("rows.sqlite", "vectors.faiss", "passages.i8", "columns.npz", "profile.bin", "uses.npy", "words/meta.json")


def ids_in(reader: IndexReader) -> list[str]:
    return [record.id for record in reader.page(Filter(), Order.DATE, 0, 9)]


def truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def test_without_a_published_generation_the_message_names_the_cure(tmp_path: Path) -> None:
    for vectors in (tmp_path, tmp_path / "missing"):
        with pytest.raises(GenerationError, match="no generation is published; run `rag build`"):
            FolderIndex(vectors).reader()


def test_a_reader_follows_what_is_published_without_a_restart(tmp_path: Path) -> None:
    index = FolderIndex(tmp_path)
    with pytest.raises(GenerationError):
        index.reader()

    shelve(tmp_path, [BEFORE], EMBEDDER)
    before = index.reader()
    unchanged = index.reader()
    name = shelve(tmp_path, [AFTER], EMBEDDER)

    assert unchanged is before
    assert (ids_in(index.reader()), index.reader().generation, index.fault) == (["after"], name, None)
    assert ids_in(before) == ["before"]


def test_a_reader_in_use_answers_even_when_its_generation_is_gone(tmp_path: Path) -> None:
    index = FolderIndex(tmp_path)
    shelve(tmp_path, [BEFORE], EMBEDDER)
    before = index.reader()

    for _ in range(3):
        shelve(tmp_path, [AFTER], EMBEDDER, keep=1)

    assert names(tmp_path) == [current(tmp_path)]
    assert ids_in(before) == ["before"]
    assert before.vectors(["before"]).shape == (1, 64)
    assert before.passages(["before"])[0].texts == ("Grain", "Grain for sugar.")


def test_a_reader_that_nobody_uses_closes_its_files(tmp_path: Path) -> None:
    index = FolderIndex(tmp_path)
    name = shelve(tmp_path, [BEFORE], EMBEDDER)
    index.reader()

    shelve(tmp_path, [AFTER], EMBEDDER, keep=1)
    index.reader()
    gc.collect()

    opened = [str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    assert not [path for path in [*opened, Path("/proc/self/maps").read_text(encoding="utf-8")] if name in path]


def test_a_generation_that_windows_keeps_for_a_server_is_removed_by_a_later_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    older = shelve(tmp_path, [BEFORE], EMBEDDER)

    def rename(path: Path, target: Path) -> Path:
        if path.name == older:
            raise PermissionError(errno.EACCES, "Access is denied")
        os.rename(path, target)  # noqa: PTH104 - Path.rename is what this stands for
        return target

    with monkeypatch.context() as windows:
        windows.setattr(Path, "rename", rename)
        newer = shelve(tmp_path, [AFTER], EMBEDDER, keep=1)
    assert (current(tmp_path), names(tmp_path)) == (newer, [older, newer])
    assert [each.split("; ")[0] for each in caplog.messages] == [
        f"{tmp_path / older}: cannot be removed (Access is denied)"
    ]

    newest = shelve(tmp_path, [AFTER], EMBEDDER, keep=1)
    assert names(tmp_path) == [newest]


@pytest.mark.parametrize("harm", [flip, truncate, Path.unlink], ids=["flipped bit", "truncated", "missing"])
@pytest.mark.parametrize("file", [*FILES, "manifest.json"])
def test_a_damaged_generation_is_refused_by_name_and_the_last_good_one_answers(
    tmp_path: Path, file: str, harm: Callable[[Path], None]
) -> None:
    shelve(tmp_path, [BEFORE], EMBEDDER)
    running = FolderIndex(tmp_path)
    running.reader()
    name = shelve(tmp_path, [AFTER], EMBEDDER)
    harm(tmp_path / name / file)
    started = FolderIndex(tmp_path)

    for index in (running, started):
        assert ids_in(index.reader()) == ["before"]
        assert re.search(rf"{name}/{file}: .*; run `rag build`", index.fault or "")

    shelve(tmp_path, [AFTER], EMBEDDER)
    for index in (running, started):
        assert (ids_in(index.reader()), index.fault) == (["after"], None)


def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[FolderIndex], FolderIndex]:
    """The index a minute later, each time."""
    now = [0.0]
    monkeypatch.setattr("rag.index.embedded.current.monotonic", lambda: now[0])

    def later(index: FolderIndex) -> FolderIndex:
        now[0] += 60
        return index

    return later


@pytest.mark.parametrize(("file", "harm"), [*((file, flip) for file in FILES), ("passages.i8", truncate)])
def test_what_is_written_to_while_in_use_is_let_go_of_before_it_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, harm: Callable[[Path], None]
) -> None:
    later = clock(monkeypatch)
    monkeypatch.setattr("rag.index.embedded.generation._QUICK", 0)  # however long a file is
    older, name = (shelve(tmp_path, [each], EMBEDDER) for each in (BEFORE, AFTER))
    index = FolderIndex(tmp_path)
    assert ids_in(later(index).reader()) == ["after"]
    content = (tmp_path / name / file).read_bytes()

    harm(tmp_path / name / file)
    assert ids_in(later(index).reader()) == ["before"]
    assert f"{name}/{file}: " in (index.fault or "")

    (tmp_path / name / file).write_bytes(content)
    assert (ids_in(later(index).reader()), index.fault) == (["after"], None)

    harm(tmp_path / older / file)
    harm(tmp_path / name / file)
    with pytest.raises(GenerationError, match=file):
        later(index).reader()


def test_what_is_only_written_again_or_replaced_in_use_goes_on_answering(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = clock(monkeypatch)
    name = shelve(tmp_path, [BEFORE], EMBEDDER)
    index = FolderIndex(tmp_path)
    first = index.reader()
    assert later(index).reader() is first

    for file in (tmp_path / name).rglob("*.*"):
        content = file.read_bytes()
        file.write_bytes(content)
        copy = file.with_suffix(".copy")
        copy.write_bytes(content)
        copy.replace(file)
        assert (ids_in(later(index).reader()), index.fault) == (["before"], None)
    (tmp_path / name / "rows.sqlite").unlink()
    assert ids_in(later(index).reader()) == ["before"]
    assert "rows.sqlite: cannot be read" in (index.fault or "")


def test_without_another_generation_every_request_raises_the_damage_and_nothing_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    name = shelve(tmp_path, [BEFORE], EMBEDDER)
    flip(tmp_path / name / "rows.sqlite")
    index = FolderIndex(tmp_path)

    for _ in range(2):
        with pytest.raises(GenerationError, match=r"rows\.sqlite"):
            index.reader()
    assert caplog.messages == []


def refuse(*_: object, **__: object) -> str:
    """Stand for a file that belongs to another user alone; a test that root runs can make none."""
    raise PermissionError(errno.EACCES, "Permission denied")


def test_a_pointer_that_may_not_be_read_for_a_while_fails_no_request_and_is_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = [100.0]
    monkeypatch.setattr("rag.index.embedded.current.monotonic", lambda: clock[0])
    shelve(tmp_path, [BEFORE], EMBEDDER)
    index = FolderIndex(tmp_path)
    index.reader()
    shelve(tmp_path, [AFTER], EMBEDDER)

    with monkeypatch.context() as other:
        other.setattr(Path, "read_text", refuse)
        for _ in range(3):
            assert ids_in(index.reader()) == ["before"]
            clock[0] += 40
        fault = index.fault
    clock[0] += 40

    assert fault == (
        f"{tmp_path / 'CURRENT'}: cannot be read (Permission denied); allow this user to read it (chmod -R a+rX)"
    )
    assert len([each for each in caplog.records if each.levelno == logging.WARNING]) == 1
    assert (ids_in(index.reader()), index.fault) == (["after"], None)


def test_a_file_that_may_not_be_read_is_to_be_allowed_and_not_to_be_built_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / shelve(tmp_path, [BEFORE], EMBEDDER)
    monkeypatch.setattr(Path, "read_bytes", refuse)

    with pytest.raises(GenerationError, match=r"manifest\.json: cannot be read \(Permission denied\); allow this user"):
        FolderReader(folder)


def test_what_is_published_may_be_read_by_any_user_whatever_the_builders_mask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        name = shelve(tmp_path, [BEFORE], EMBEDDER)
    finally:
        os.umask(before)

    published = [tmp_path / "CURRENT", tmp_path / name, *(tmp_path / name).rglob("*")]
    assert len(published) > len(FILES)
    for path in published:
        assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644)


def test_a_damaged_generation_gone_back_to_gives_way_to_the_newest_whole_one(tmp_path: Path) -> None:
    older = shelve(tmp_path, [BEFORE], EMBEDDER, keep=3)
    newer = shelve(tmp_path, [AFTER], EMBEDDER, keep=3)
    assert FolderIndex(tmp_path).roll_back() == older
    flip(tmp_path / older / "rows.sqlite")
    index = FolderIndex(tmp_path)

    assert index.reader().generation == newer
    assert re.search(rf"{older}/rows\.sqlite", index.fault or "")


def test_what_was_rolled_back_from_answers_only_where_nothing_older_does(tmp_path: Path) -> None:
    oldest, middle, _ = (shelve(tmp_path, [record], EMBEDDER, keep=3) for record in (BEFORE, AFTER, BEFORE))
    assert FolderIndex(tmp_path).roll_back() == middle
    flip(tmp_path / middle / "rows.sqlite")

    assert FolderIndex(tmp_path).reader().generation == oldest


@pytest.mark.parametrize("text", ["", "..", "20200101T000000Z-00000000", "20990101T000000Z-00000000"])
def test_a_pointer_to_nothing_is_a_warning_and_rollback_repairs_it(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    older = shelve(tmp_path, [BEFORE], EMBEDDER)
    newer = shelve(tmp_path, [AFTER], EMBEDDER)
    (tmp_path / "CURRENT").write_text(text, encoding="utf-8")

    assert FolderIndex(tmp_path).reader().generation == newer
    caplog.clear()
    assert [(each.name, each.current, each.fault) for each in FolderIndex(tmp_path).generations()] == [
        (newer, False, None),
        (older, False, None),
    ]
    (warning,) = caplog.messages
    assert "`rag rollback`" in warning
    assert FolderIndex(tmp_path).roll_back() == current(tmp_path) == newer
    assert FolderIndex(tmp_path).roll_back() == current(tmp_path) == older
    (tmp_path / "CURRENT").write_text(text, encoding="utf-8")
    assert FolderIndex(tmp_path).roll_back(older) == current(tmp_path) == older


def rewrite(folder: Path, **changes: object) -> None:
    """Change the manifest as somebody would who does not know of its seal."""
    file = folder / "manifest.json"
    sealed = json.loads(file.read_text(encoding="utf-8"))
    sealed["manifest"] |= changes
    file.write_text(json.dumps(sealed), encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"schema": 99}, f"schema 99 is foreign, this program reads {SCHEMA}"),
        ({"records": 7}, "is not what was written"),
        ({"generation": "20200101T000000Z-00000000"}, "is not what was written"),
    ],
)
def test_a_foreign_or_altered_manifest_is_refused(tmp_path: Path, change: dict[str, object], fault: str) -> None:
    folder = tmp_path / shelve(tmp_path, [BEFORE], EMBEDDER)
    rewrite(folder, **change)

    with pytest.raises(GenerationError, match=fault):
        FolderReader(folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"manifest": 1}', "\x00"])
def test_what_is_no_manifest_is_refused(tmp_path: Path, text: str) -> None:
    folder = tmp_path / shelve(tmp_path, [BEFORE], EMBEDDER)
    (folder / "manifest.json").write_text(text, encoding="utf-8")

    with pytest.raises(GenerationError, match=r"manifest\.json"):
        verify(folder)


def test_a_generation_under_another_name_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / shelve(tmp_path, [BEFORE], EMBEDDER)

    with pytest.raises(GenerationError, match=f"that of {folder.name}"):
        verify(folder.rename(tmp_path / "20990101T000000Z-00000000"))


@pytest.mark.parametrize("text", ["", "..", "/etc", "20990101T000000Z-00000000", "\x00\xff"])
def test_a_pointer_to_nothing_leaves_the_last_good_one_in_use(tmp_path: Path, text: str) -> None:
    shelve(tmp_path, [BEFORE], EMBEDDER)
    (tmp_path / "CURRENT").write_text(text, encoding="utf-8")
    index = FolderIndex(tmp_path)

    assert ids_in(index.reader()) == ["before"]
    assert index.fault is not None


def test_a_generation_of_another_model_is_refused_by_name(tmp_path: Path) -> None:
    shelve(tmp_path, [BEFORE], EMBEDDER)
    index = FolderIndex(tmp_path, accepts=EMBEDDER.weights.__eq__)
    index.reader()

    shelve(tmp_path, [AFTER], OTHER)

    assert ids_in(index.reader()) == ["before"]
    assert re.search("made by other, .* not by the model in use.* RAG_MODEL", index.fault or "")
    assert ids_in(FolderIndex(tmp_path, accepts=OTHER.weights.__eq__).reader()) == ["after"]


def test_every_digest_is_checked_when_all_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / shelve(tmp_path, [BEFORE], EMBEDDER)
    flip(folder / "vectors.faiss")
    monkeypatch.setattr("rag.index.embedded.generation._QUICK", 0)  # a file of 64 MiB would take long to write

    verify(folder)
    with pytest.raises(GenerationError, match=r"vectors\.faiss"):
        verify(folder, all_digests=True)


@pytest.mark.parametrize("file", ["rows.sqlite", "vectors.faiss", "columns.npz", "uses.npy", "words/meta.json"])
def test_what_is_too_long_to_digest_but_cannot_be_opened_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    folder = tmp_path / shelve(tmp_path, [BEFORE], EMBEDDER)
    (folder / file).write_bytes(b"x" * (folder / file).stat().st_size)
    monkeypatch.setattr("rag.index.embedded.generation._QUICK", 0)

    with pytest.raises(GenerationError, match=f"{folder.name}: cannot be opened .*; run `rag build`"):
        FolderReader(folder)


def used(reader: IndexReader) -> None:
    """Ask it what a question asks."""
    words = [QueryTerm(("grain",)), QueryTerm(("sugar", "for sugar"))]
    reader.search_words(words, 9, Filter())
    reader.scores(words, ["after"])
    reader.count(Filter(), Matching(tuple(word.spellings for word in words), 1))
    reader.records(["after"])
    reader.passages(["after"])


@pytest.mark.parametrize("pattern", ["words/*", "texts.u64", "rows.sqlite"])
def test_what_is_too_long_to_digest_answers_with_a_flipped_bit_or_raises_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pattern: str
) -> None:
    folder = tmp_path / shelve(tmp_path, [AFTER], EMBEDDER)
    monkeypatch.setattr("rag.index.embedded.generation._QUICK", 0)
    faults: set[str] = set()

    for file in folder.glob(pattern):
        whole = file.read_bytes()
        for at in range(0, len(whole), max(1, len(whole) // 40)):
            file.write_bytes(whole[:at] + bytes([whole[at] ^ 0x81]) + whole[at + 1 :])
            try:
                used(FolderReader(folder))
            except GenerationError as error:
                faults.add(str(error))
        file.write_bytes(whole)

    assert faults
    assert all(re.fullmatch(rf"{folder}\S*: .*; run `rag build` to make a new one", fault) for fault in faults)


def test_a_panic_of_a_library_is_damage_and_an_interruption_is_not(tmp_path: Path) -> None:
    panic = type("PanicException", (BaseException,), {})("mid > len\nat line 3")

    with (
        pytest.raises(GenerationError, match=r"words: cannot be read \(mid > len at line 3\); run"),
        ReadGuard(tmp_path / "words"),
    ):
        raise panic
    with pytest.raises(KeyboardInterrupt), ReadGuard(tmp_path):
        raise KeyboardInterrupt


def test_a_second_build_waits_its_turn(tmp_path: Path) -> None:
    identity = Identity("m", EMBEDDER.weights, 64, ())

    with FolderWriter(tmp_path, identity), pytest.raises(RagError, match="wait for its end"):
        FolderWriter(tmp_path, identity)

    shelve(tmp_path, [AFTER], EMBEDDER)
    assert ids_in(FolderIndex(tmp_path).reader()) == ["after"]


def test_what_is_not_published_is_never_seen_and_leaves_nothing(tmp_path: Path) -> None:
    shelve(tmp_path, [BEFORE], EMBEDDER)
    there = sorted(tmp_path.iterdir())
    vector = EMBEDDER.embed_documents(["x"])

    with FolderWriter(tmp_path, Identity("m", EMBEDDER.weights, 64, ())) as writer:
        writer.add([IndexEntry(AFTER, vector[0], Passages((), np.empty((0, 64), np.float32)))])
    with (
        pytest.raises(NothingToBuild),
        FolderWriter(tmp_path, Identity("m", EMBEDDER.weights, 64, ())) as writer,
    ):
        writer.publish(b"", NO_WORD_TABLE)

    assert sorted(tmp_path.iterdir()) == there
    assert ids_in(FolderIndex(tmp_path).reader()) == ["before"]


def test_the_newest_are_kept_and_the_published_one_among_them(tmp_path: Path) -> None:
    oldest = shelve(tmp_path, [BEFORE], EMBEDDER, keep=9)
    others = [shelve(tmp_path, [AFTER], EMBEDDER, keep=9) for _ in range(3)]
    assert names(tmp_path) == [oldest, *others]

    point(tmp_path, oldest)
    assert ids_in(FolderIndex(tmp_path).reader()) == ["before"]
    newest = shelve(tmp_path, [AFTER], EMBEDDER, keep=3)

    assert names(tmp_path) == [*others[-2:], newest]


def test_names_rise_even_when_the_clock_goes_back(tmp_path: Path) -> None:
    first = shelve(tmp_path, [BEFORE], EMBEDDER)
    ahead = dt.datetime.now(dt.UTC) + dt.timedelta(days=400)
    later = f"{ahead:%Y%m%dT%H%M%SZ}-00000000"
    (tmp_path / first).rename(tmp_path / later)

    assert shelve(tmp_path, [AFTER], EMBEDDER) > later


def test_the_same_records_have_the_same_content_in_every_build(tmp_path: Path) -> None:
    def content(record: Record, embedder: WordCountEmbedder) -> str:
        return verify(tmp_path / shelve(tmp_path, [record], embedder)).content

    assert content(BEFORE, EMBEDDER) == content(BEFORE, EMBEDDER)
    assert len({content(BEFORE, EMBEDDER), content(AFTER, EMBEDDER), content(BEFORE, OTHER)}) == 3


def test_a_build_killed_at_any_step_leaves_a_generation_that_answers(tmp_path: Path) -> None:
    shelve(tmp_path / "before", [BEFORE], EMBEDDER)
    script = Path(__file__).with_name("killed_builds.py")

    there = {**os.environ, "PYTHONPATH": str(script.parent.parent)}
    subprocess.run([sys.executable, script, tmp_path], check=True, env=there)  # noqa: S603 our own script

    steps = sorted((path for path in tmp_path.iterdir() if path.name.isdecimal()), key=lambda path: int(path.name))
    answers = [(ids_in(index.reader()), index.fault) for index in map(FolderIndex, steps)]
    switched = answers.index((["after"], None))
    assert 20 < switched < len(steps)
    assert answers == [(["before"], None)] * switched + [(["after"], None)] * (len(steps) - switched)
    for vectors in steps:
        name = shelve(vectors, [AFTER], EMBEDDER, keep=1)
        assert {path.name for path in vectors.iterdir()} == {".lock", "CURRENT", name}
