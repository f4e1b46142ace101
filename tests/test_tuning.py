"""An encoder learns a collection's language; it is kept only where that is shown to help, and served like the other."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from rag.assistant.assistant import Assistant
from rag.cli import main
from rag.cli.doctor import examine
from rag.dates.archival_date import parse_date
from rag.embeddings import PACKAGED, SentenceTransformerEmbedder, check_packaged, load_embedder
from rag.embeddings.onnx_backend import GraphEmbedder
from rag.embeddings.tuned import (
    adopt,
    adopted,
    card_of,
    carry,
    complete,
    count_judged,
    prune,
    tuned_of,
    undo,
    write_weights,
)
from rag.errors import ModelError
from rag.evaluate.tuning import course
from rag.evaluate.tuning.gate import Gain, fault, gains, general, guards
from rag.evaluate.tuning.gate import Measured as Ranked
from rag.evaluate.tuning.lessons import Lesson, lessons
from rag.evaluate.tuning.pairs import Examples, Pair, examples, split, spread
from rag.index.open import open_index
from rag.ingest.build import publish
from rag.names.authority import packaged
from rag.record import Hit, Listing, Record
from rag.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rag.embeddings.tuned import Learned
    from rag.evaluate.tuning.trial import Trial
    from rag.ingest.report import BuildReport

CARGO = ("grain", "timber", "coal", "salt", "copper", "wool", "cotton", "paper", "glass", "sugar")
PORTS = ("Hull", "Oslo", "Riga", "Genoa", "Lisbon", "Cadiz")


def record(number: int, title: str, summary: str, **more: object) -> Record:
    plain = Record(f"r{number}", title, summary, None, listings=(Listing("harbour.csv", number),))
    return replace(plain, **more)  # type: ignore[arg-type]  # as a test names them


def harbour(count: int = 60) -> list[Record]:
    """Records of ten cargoes and six ports in six years."""
    return [
        record(
            number,
            f"Letter about {CARGO[number % 10]} from the master of the port of {PORTS[number % 6]}, number {number}",
            f"The master of the port reports that ships with {CARGO[number % 10]} are delayed by ice. "
            f"He asks the council of {PORTS[number % 6]} for more pilots and a second crane before the spring.",
            date=parse_date(str(1950 + number % 6)),
        )
        for number in range(count)
    ]


def test_what_asks_for_a_record_is_taken_out_of_it() -> None:
    told = {each.id: each for each in harbour()}

    made = examples(harbour(), packaged())

    kept = {each.id: each for each in made.records}
    given = [pair for pair in made.pairs if pair.kind in {"title", "sentence"}]
    assert {pair.kind for pair in given} == {"title", "sentence"}
    assert len(given) == len(told)
    for pair in given:
        (meant,) = pair.relevant
        assert pair.question in told[meant].text
        assert pair.question not in kept[meant].text
        assert set(kept[meant].text.split()) <= set(told[meant].text.split())
    assert examples(harbour(), packaged()) == made


def test_rare_words_headings_and_other_spellings_of_names_ask_too() -> None:
    records = [
        record(number, f"Note {number}", f"Talks in Peking on {word} and pilotage, ferries and dredging.")
        for number, word in enumerate(("tolls", "wharves"))
    ]
    others = [record(number, f"Note {number}", "Nothing came of it.") for number in range(2, 400)]
    records[0] = replace(records[0], subjects=("Harbour dues",))

    by_kind = {pair.kind: pair for pair in examples([*records, *others], packaged()).pairs if pair.relevant[0] == "r0"}

    assert by_kind.keys() == {"words", "heading", "spelling"}
    assert set(by_kind["words"].question.split()) <= {"talks", "peking", "pilotage", "ferries", "dredging"}
    assert 3 <= len(by_kind["words"].question.split()) <= 6
    assert by_kind["heading"].question == "Harbour dues"
    assert by_kind["spelling"].question.startswith("Beijing ")


@pytest.mark.parametrize(
    ("by", "more"),
    [
        ("volume", {"hierarchy": ("Volume {}", "Part 1")}),
        ("archive", {"archive": "Archive {}"}),
        ("series", {"hierarchy": ("Fonds", "Series {}")}),
        ("year", {}),
        ("run of neighbours", {"date": None}),
    ],
)
def test_records_of_one_group_are_all_learned_from_or_all_held_out(by: str, more: dict[str, object]) -> None:
    def filled(value: object, number: int) -> object:
        if isinstance(value, tuple):
            return tuple(each.format(number % 8) for each in value)
        return value.format(number % 8) if isinstance(value, str) else value

    records = [
        replace(each, **{key: filled(value, number) for key, value in more.items()})  # type: ignore[arg-type]
        for number, each in enumerate(harbour(80))
    ]

    parts = split(records)

    assert parts.by == by
    pieces = [parts.learn, parts.choose, parts.judge]
    assert sorted(each.id for piece in pieces for each in piece) == sorted(each.id for each in records)
    assert all(pieces)
    assert 0.1 < len(parts.judge) / len(records) < 0.4
    assert len({split(records, draw).held_out for draw in range(5)}) > 1
    if by != "run of neighbours":
        groups = [{(each.hierarchy, each.archive, each.date) for each in piece} for piece in pieces]
        assert all(one.isdisjoint(other) for place, one in enumerate(groups) for other in groups[:place])


def test_of_many_records_a_few_are_taken_from_everywhere() -> None:
    assert spread(range(10), 20) == list(range(10))
    assert spread(range(100), 4) == [0, 25, 50, 75]


class Teacher:
    """Ranks as it is told."""

    def __init__(self, scores: Sequence[float]) -> None:
        """Score records by their number."""
        self.hits = [
            Hit(record(number, f"Title {number}", ""), score=score, lexical=float(number))
            for number, score in enumerate(scores)
        ]

    def ranking(self, question: str, k: int) -> Sequence[Hit]:
        """Give the first k, whatever is asked."""
        assert question
        return self.hits[:k]


def taught(teacher: Teacher, *meant: str) -> list[Lesson]:
    pairs = tuple(Pair("title", f"Question {each}", (each,)) for each in meant)
    trial: Trial = teacher  # type: ignore[assignment]  # all that a lesson asks of it
    return lessons(Examples((), pairs), trial, lambda *_: None, len(pairs))


def test_what_scores_nearly_as_much_as_the_record_meant_is_no_negative() -> None:
    (lesson,) = taught(Teacher([0.9, 0.8, 0.77, *[0.5] * 15, 0.7]), "r1")

    assert lesson.meant == "Title 1"
    assert lesson.negatives == ("Title 18", "Title 17")  # by words the likeliest; 0 and 2 are too near
    assert len(lesson.candidates) == 16
    assert lesson.scores[:3] == (0.9, 0.8, 0.77)


def test_the_record_meant_is_always_among_the_candidates_and_must_be_found() -> None:
    (lesson,) = taught(Teacher([0.9 - place / 100 for place in range(60)]), "r30", "r55", "nowhere")

    assert lesson.candidates[-1] == lesson.meant == "Title 30"


def study() -> list[Lesson]:
    """Two lessons on each cargo."""
    texts = [f"Ships with {cargo} wait for pilots." for cargo in CARGO]
    return [
        Lesson(
            f"{asked} {cargo}",
            texts[place],
            (texts[place - 1],),
            tuple(texts),
            tuple(float(place == row) for row in range(10)),
        )
        for place, cargo in enumerate(CARGO)
        for asked in ("delay of", "the trade in")
    ]


def test_learning_moves_only_the_upper_layers_and_goes_on_from_a_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rag.evaluate.tuning import train as module  # noqa: PLC0415 - torch loads here

    def learned(name: str, file: str, stop: int = 9) -> tuple[Learned, list[float]]:
        losses: list[float] = []

        def remember(*asked: Any) -> Any:  # noqa: ANN401 - a tensor, which only torch has
            loss = module.METHODS[name].loss(*asked)
            losses.append(loss.item())
            return loss

        def progress(step: int, total: int) -> None:
            assert total == 3
            if step == stop:
                raise KeyboardInterrupt

        return module.train(study(), module.Method(remember, 20), 1e9, tmp_path / file, progress), losses

    monkeypatch.setattr(module.Student, "_is_faster_in_brief", lambda _: False)  # compared are numbers of 32 bits
    for name in ("contrastive", "distilled"):
        whole, losses = learned(name, name)
        assert losses[2] < losses[0]
        assert {key.split(".")[2] for key in whole} == {"3", "4", "5"}
    with pytest.raises(KeyboardInterrupt):
        learned("distilled", "part", stop=2)
    resumed, rest = learned("distilled", "part")
    assert rest == pytest.approx(losses[2:], rel=1e-3)
    for key, weights in whole.items():
        np.testing.assert_allclose(resumed[key], weights, atol=1e-5)


@pytest.fixture(scope="module")
def learned() -> Learned:
    """A change that no training made, but as large as one: what is learned is a difference of weights."""
    table = np.random.default_rng(0)
    name, shape = "encoder.layer.5.output.dense.weight", (384, 1536)
    return {name: table.normal(0, 0.05, shape).astype(np.float32)}


@pytest.fixture(scope="module")
def model(learned: Learned, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete model, half-way to what was learned."""
    folder = tmp_path_factory.mktemp("model")
    write_weights(folder, learned, 0.5)
    complete(folder, {"made": "by hand"})
    return folder


def test_the_packaged_graph_serves_tuned_weights_as_sentence_transformers_does(model: Path) -> None:
    texts = ["Who delayed the grain?", "", "ice " * 300]

    graph, reference = GraphEmbedder(tuned=model), SentenceTransformerEmbedder(str(model))

    vectors = graph.embed_documents(texts)
    assert (vectors * reference.embed_documents(texts)).sum(axis=1).min() > 0.9999
    assert (vectors * GraphEmbedder().embed_documents(texts)).sum(axis=1).max() < 0.999
    assert graph.weights == reference.weights != check_packaged()
    assert isinstance(load_embedder(str(model)), GraphEmbedder)


def test_no_step_away_from_the_original_is_the_original(learned: Learned, tmp_path: Path) -> None:
    write_weights(tmp_path, learned, 0.0)

    assert complete(tmp_path, {}) == check_packaged()


def test_altered_weights_of_a_tuned_model_are_refused_with_a_cure(model: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(model, tmp_path / "copy")
    with (folder / "model.safetensors").open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\x7f")

    with pytest.raises(ModelError, match=r"model\.safetensors: SHA-256 is .*, expected .*; run `rag tune` again"):
        GraphEmbedder(tuned=folder)
    (folder / "tuned.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match=r"tuned\.json: cannot be read .*; run `rag tune` again"):
        GraphEmbedder(tuned=folder)


def test_an_adopted_model_embeds_the_next_build_and_each_generation_is_asked_with_its_own(
    model: Path, tmp_path: Path
) -> None:
    settings = Settings(seeds=tmp_path, vectors=tmp_path / "vectors", keep=3)
    first, _, _ = publish(settings, harbour(6))
    serving = Assistant.open(settings)
    before = serving.ask("Why are ships with coal delayed?").receipt

    target = adopt(settings.vectors, shutil.copytree(model, tmp_path / "copy"))
    assert serving.ask("Why are ships with coal delayed?").receipt == before  # nothing changes before a build
    assert ("WARN", f"it was built before {target.name} was adopted") in lines(settings)
    second, embedded, _ = publish(settings, harbour(6))
    after = serving.ask("Why are ships with coal delayed?").receipt

    identity = open_index(settings).identity(second)
    assert identity.model == target.name == adopted(settings.vectors).name  # type: ignore[union-attr]
    assert tuned_of(settings.vectors, identity.weights) == target
    assert embedded > 0
    assert (serving.generation, serving.fault) == (second, None)
    changes = [change.text for change in serving.replay(before).changes]
    assert any(f"{identity.weights[:12]} now ({target.name})" in text for text in changes)
    assert after != before
    assert ("OK", f"model {target.name}, adopted by `rag tune`, weights {identity.weights[:12]}") in lines(settings)

    open_index(settings).roll_back(first)
    assert serving.replay(before).same
    open_index(settings).roll_back(second)
    assert undo(settings.vectors)
    assert ("WARN", f"it was built by {target.name}, which is undone") in lines(settings)
    assert serving.replay(after).same  # as long as its generation is kept
    third, _, reused = publish(settings, harbour(6))
    assert (open_index(settings).identity(third).model, reused) == (PACKAGED, embedded)
    assert serving.replay(before).answer.citations
    assert not undo(settings.vectors)


def lines(settings: Settings) -> set[tuple[str, str]]:
    return {(check.state.value, check.what) for check in examine(settings)}


def test_a_model_that_nothing_needs_is_removed_and_one_that_is_lost_is_named(model: Path, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    target = adopt(here, shutil.copytree(model, tmp_path / "copy"))
    weights = json.loads((target / "tuned.json").read_bytes())["weights"]

    prune(here, set())
    assert target.exists()  # it is adopted
    carry(here, there, weights)
    assert GraphEmbedder(tuned=tuned_of(there, weights)).weights == weights
    undo(here)
    prune(here, {weights})
    assert target.exists()  # a generation needs it
    prune(here, set())
    assert not target.exists()

    (here / "models" / "ADOPTED").write_text(f"{target.name}\n", encoding="utf-8")
    with pytest.raises(ModelError, match=r"ADOPTED: names .* not there; run `rag tune` again"):
        adopted(here)


def gain(low: float, ranking: str = "fused") -> Gain:
    return Gain(ranking, "all", 0.5, 0.51, low, 0.02, 100)


def test_a_candidate_must_rise_for_certain_and_answer_no_everyday_question() -> None:
    assert fault([gain(0.001)], (40, 40)) == ""
    assert "does not rise for certain (+0.0100, +0.0000 to +0.0200)" in fault([gain(0.0)], (40, 40))
    assert "does not rise" in fault([gain(-0.01), gain(0.01, "dense")], (40, 40))
    assert "everyday questions it refuses 39, the original 40" in fault([gain(0.001)], (40, 39))


def test_a_guard_set_may_lose_next_to_nothing() -> None:
    held, lost = guards("distilled 0.5", {"a": 0.9, "b": 0.9}, {"a": 0.896, "b": 0.894})

    assert (held.holds, lost.holds) == (True, False)
    assert lost.line() == "distilled 0.5     b: 0.9000 -> 0.8940, loses too much"


def test_gains_are_counted_pair_by_pair_and_by_kind() -> None:
    pairs = [Pair(kind, "q", ("r1",)) for kind in ("title", "title", "words")]

    found = gains(pairs, Ranked([0.0, 0.5, 1.0], [0.0] * 3), Ranked([0.5, 1.0, 1.0], [0.0] * 3))

    fused = {each.kind: each for each in found if each.ranking == "fused"}
    assert (fused["title"].before, fused["title"].after, fused["title"].n) == (0.25, 0.75, 2)
    assert (fused["title"].low, fused["title"].high) == (0.5, 0.5)
    assert (fused["words"].after - fused["words"].before, fused["all"].n) == (0.0, 3)
    by_chance = gains(pairs, Ranked([0.0, 0.5, 1.0], [0.0] * 3), Ranked([0.5, 1.0, 1.0], [0.0] * 3), runs=20)
    assert by_chance[0].low <= found[0].low < found[0].high <= by_chance[0].high
    assert fused["title"].line() == "fused  title         2  0.2500 -> 0.7500  +0.5000 (+0.5000 to +0.5000)"


def test_everyday_passages_become_records_with_a_question_to_each() -> None:
    records, pairs = general({"Bees dance.": "What do insects do?", "Owls hoot.": "Who calls at night?"})

    assert [(each.title, each.text) for each in records] == [
        ("Bees dance.", "Bees dance."),
        ("Owls hoot.", "Owls hoot."),
    ]
    assert [(pair.question, pair.relevant) for pair in pairs] == [
        ("What do insects do?", ("general-1",)),
        ("Who calls at night?", ("general-2",)),
    ]


def test_a_few_records_are_too_few_and_nothing_changes(
    settings: Settings, report: BuildReport, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report.records == 57

    status = main(["tune", "--vectors", str(settings.vectors)])

    assert status == 0
    assert capsys.readouterr().out == (
        "nothing is adopted: 57 records are too few to learn from and to show that it helped, 400 needed; "
        "all-MiniLM-L6-v2 stays\n"
    )
    assert not (settings.vectors / "models").exists()


def test_undo_says_whether_there_was_anything(tmp_path: Path, model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    adopt(tmp_path, shutil.copytree(model, tmp_path / "copy"))

    assert [main(["tune", "--undo", "--vectors", str(tmp_path)]) for _ in range(2)] == [0, 0]

    assert capsys.readouterr().out.splitlines() == [
        "the next `rag build` embeds with the packaged model",
        "no tuned model had been adopted",
    ]


def test_what_passes_is_adopted_with_its_figures_and_how_it_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(seeds=tmp_path, vectors=tmp_path / "vectors")
    generation, _, _ = publish(settings, harbour())
    monkeypatch.setattr(course, "LEAST_RECORDS", 60)
    monkeypatch.setattr(course, "LEAST_QUESTIONS", 10)
    monkeypatch.setattr(course, "SHARES", (0.5,))
    losing = iter([{"a set": 1.0}, {"a set": 0.9}, {"a set": 1.0}])
    passing = {"_gained": lambda _: 1.0, "fault": lambda *_: "", "guard_figures": lambda _: next(losing)}
    for name, given in passing.items():
        monkeypatch.setattr(course, name, given)  # whatever one step brings, it passes
    steps: list[str] = []

    report = course.tune(settings, 0.001, lambda step, *_: steps.append(step))

    folder = adopted(settings.vectors)
    assert folder is not None
    card = card_of(folder)
    assert (folder.name, card["generation"], card["original"]) == (report.adopted, generation, check_packaged())
    assert (card["by"], card["chosen"], sum(card["records"])) == ("year", report.chosen, 60)
    assert {gain["ranking"] for gain in card["gains"]} == {"fused", "dense"}
    assert load_embedder(str(folder)).weights == card["weights"]
    assert {
        "asking the teacher",
        "learning, contrastive",
        "learning, distilled",
        "choosing",
        "guarding",
        "judging",
    } == set(steps)
    assert [candidate.name for candidate in report.candidates] == ["contrastive 0.5", "distilled 0.5"]
    assert (report.chosen, [guard.holds for guard in report.guards]) == ("distilled 0.5", [False, True])
    assert [*report.lines()][-1] == (
        f"adopted: {folder.name}; run `rag build` to embed with it, `rag tune --undo` to go back"
    )
    assert not (settings.vectors / "tuning").exists()
    assert (report.runs, count_judged(settings.vectors, card["content"]), count_judged(tmp_path, "other")) == (1, 2, 1)


def test_only_the_packaged_model_is_tuned(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RAG_MODEL", str(tmp_path))

    assert main(["tune", "--vectors", str(settings.vectors)]) == 1

    assert "RAG_MODEL: `rag tune` starts from all-MiniLM-L6-v2, not from" in capsys.readouterr().err


@pytest.mark.parametrize("minutes", ["0", "-1", "soon", "1e9", "nan"])
def test_a_time_that_is_none_is_wrong_usage(minutes: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["tune", f"--minutes={minutes}"])

    assert "is not a number of minutes" in capsys.readouterr().err
