"""Labelled questions -> rag/language/english/*.npz: `python -m tests.phrasing [intents] [moves] [uses] [--test]`.

With `--test` nothing is written: each fourth of the questions, then each manner of speaking, is left out once, and read
by what is learned from the others. The figures are of what is right, by how sure the model is.
"""

import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import torch

from rag.language.document_types import TYPE_WORDS
from rag.query.conditions import mark
from rag.query.conversation.grammar import trimmed
from rag.query.conversation.moves import CLOSING
from rag.query.date_expressions import find_dates
from rag.query.intent import read_shape, without_politeness
from rag.query.phrasing import OPENING, VECTORS, PhrasingModel, file_of, grams, pieces, place_features, plain_words
from tests.phrasing import uses
from tests.phrasing.learning import PARTS, Bags, minimise, zeros

SETS = ("intents", "moves")
USES = "uses"

PENALTY, PLACE_PENALTY = 0.05, 0.02  # weights of the sums of squared weights: of labels, and of words of the topic

_LEAST = 2  # questions that must have a word
_SURE = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95)
_TOPIC = re.compile(r"\[([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question with its label."""

    frame: str  # its words outside the brackets
    text: str  # as it is read: without politeness, its types marked
    topic: str  # what stands in brackets, from the first to the last, likewise; empty for none
    label: str
    manner: str
    pattern: str  # what the patterns read


def labelled(name: str) -> list[Labelled]:
    """The questions of a set; one with days also without them, as days are read before."""
    found = []
    for line in Path(__file__).with_name(f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        each = json.loads(line)
        said = each["question"]
        plain = _TOPIC.sub(r"\1", said)
        text = mark(
            without_politeness(plain) if name == "intents" else trimmed(plain.rstrip(CLOSING))[0], (), TYPE_WORDS
        ).text
        topic = _TOPIC.sub(r"\1", said[said.index("[") : said.rindex("]") + 1]) if "[" in said else ""
        days = find_dates(text) if name == "intents" else None
        for read in [text, days.rest] if days and days.rest.strip() else [text]:
            pattern = read_shape(read, learned=False).intent.value if name == "intents" else ""
            marked = mark(topic, (), TYPE_WORDS).text
            found.append(Labelled(_TOPIC.sub(" ", said), read, marked, each["label"], each["manner"], pattern))
    return found


def means(words: Sequence[Sequence[str]]) -> torch.Tensor:
    """(n, dim) the mean vector of each row of words."""
    every = sorted(set(chain.from_iterable(words)))
    vectors = dict(zip(every, VECTORS.vectors(every), strict=True))
    zero = np.zeros_like(vectors[every[0]])
    return torch.tensor(np.array([np.mean([vectors[word] for word in row] or [zero], axis=0) for row in words]))


def learn(rows: Sequence[Labelled], file: Path) -> None:
    """Learn from these questions, and write the weights."""
    kinds = sorted({each.label for each in rows})
    seen = Counter(chain.from_iterable({piece.text for piece in pieces(each.frame.lower(), ())} for each in rows))
    known = sorted(word for word, count in seen.items() if count >= _LEAST and word[-1].isalpha())
    said = [pieces(each.text, frozenset(known)) for each in rows]
    bags = Bags([sorted(grams(words, each.pattern)) for words, each in zip(said, rows, strict=True)], -0.5)
    plain = [plain_words(each) for each in said]
    opening, whole = means([each[:OPENING] for each in plain]), means(plain)
    truth = torch.tensor([kinds.index(each.label) for each in rows])
    k, dim = len(kinds), opening.shape[1]
    weights, first, every, bias = zeros(len(bags.names), k), zeros(dim, k), zeros(dim, k), zeros(k)
    minimise(
        [weights, first, every, bias],
        lambda: (
            torch.nn.functional.cross_entropy(
                bags.sums(weights) + opening @ first + whole @ every + bias, truth, reduction="sum"
            )
            + PENALTY * (weights.square().sum() + first.square().sum() + every.square().sum())
        ),
    )
    features: list[list[str]] = []
    inside: list[float] = []
    for each, own in zip(rows, said, strict=True):
        if each.topic and (start := each.text.find(each.topic)) >= 0:
            features += place_features(own, each.label)
            inside += [float(start <= piece.start < start + len(each.topic)) for piece in own]
    spots, wanted = Bags(features, 0.0), torch.tensor(inside)
    place, place_bias = zeros(len(spots.names), 1), zeros(1)
    minimise(
        [place, place_bias],
        lambda: (
            torch.nn.functional.binary_cross_entropy_with_logits(
                spots.sums(place)[:, 0] + place_bias, wanted, reduction="sum"
            )
            + PLACE_PENALTY * place.square().sum()
        ),
    )
    learned = {
        "weights": weights, "bias": bias, "dense": torch.hstack([first, every]),
        "place_weights": place[:, 0], "place_bias": place_bias,
    }  # fmt: skip
    words = {"kinds": kinds, "known": known, "grams": bags.names, "places": spots.names}
    arrays = {name: each.detach().numpy().astype(np.float16) for name, each in learned.items()}
    np.savez_compressed(file, allow_pickle=False, **arrays, **{name: np.array(each) for name, each in words.items()})


def test(name: str, rows: Sequence[Labelled], parts: Sequence[str]) -> None:
    """Say how well each part is read that was left out."""
    found: list[tuple[bool, float, bool, bool, bool]] = []  # right, how sure, pattern read, pattern right, same as it
    exact: list[bool] = []
    for part in sorted(set(parts)):
        with tempfile.TemporaryDirectory() as folder:
            learn([row for row, own in zip(rows, parts, strict=True) if own != part], Path(folder) / "model.npz")
            model = PhrasingModel(Path(folder) / "model.npz")
        for row in (row for row, own in zip(rows, parts, strict=True) if own == part):
            read = model.read(row.text, row.pattern)
            said = (row.pattern not in {"", "find"}, row.pattern == row.label, row.pattern == read.kind)
            found.append((read.kind == row.label, read.chance, *said))
            if row.topic:
                exact.append(model.topic(row.text, row.label) == row.topic)
    right, sure, read_so, pattern, same = map(np.array, zip(*found, strict=True))
    topics = f"{np.mean(exact):.3f} of the topics to the letter"
    sys.stdout.write(
        f"{name}, {len(set(parts))} parts: {right.mean():.3f} right ({pattern.mean():.3f} by patterns), {topics}\n"
    )
    for least in _SURE:
        new, other = (sure >= least) & ~read_so, (sure >= least) & read_so & ~same
        sys.stdout.write(
            f"  from {least}: {new.sum()} that no pattern reads, {right[new].mean() if new.any() else 0:.3f} right; "
            f"{other.sum()} against a pattern, {right[other].mean() if other.any() else 0:.3f} right\n"
        )


def main(*said: str) -> int:
    """Learn, or test what would be learned."""
    torch.set_num_threads(1)
    wanted = [each for each in (*SETS, USES) if each in said] or [*SETS, USES]
    if USES in wanted:
        uses.main(*said)
    for name in (each for each in SETS if each in wanted):
        rows = labelled(name)
        if "--test" in said:
            test(name, rows, [str(part) for part in np.random.default_rng(0).integers(0, PARTS, len(rows))])
            test(name, rows, [row.manner for row in rows])
        else:
            learn(rows, file_of(name))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
