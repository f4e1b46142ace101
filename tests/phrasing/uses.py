"""Questions whose words are marked -> rag/language/english/word_uses.npz.

In `uses.txt` a word in [brackets] names the subject: an archive without it has nothing to tell. One in <angles> says
what happened, which a record may put otherwise. The others only ask.
"""

import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from rag.language.word_list import is_english
from rag.query.phrasing import NAME, VECTORS, pieces
from rag.query.word_uses import ASKING, FILE, PREDICATE, SUBJECT, USES, WordUseModel, is_read, surroundings
from tests.phrasing.learning import PARTS, Bags, minimise, zeros

_MARKED = re.compile(r"([\[<])([^\]>]*)[\]>]")
_USE = {"[": SUBJECT, "<": PREDICATE}
_FREQUENT = 3  # questions from which on a word counts as itself
_PENALTY, _VECTOR_PENALTY = 1.7, 0.4  # weights of the sums of squared weights: of features, and of vectors

Marked = tuple[str, Mapping[int, str]]  # a question, and the use of each marked word by where it begins


def read() -> list[Marked]:
    """The questions without their marks, and what these say."""
    return [_read(line) for line in Path(__file__).with_name("uses.txt").read_text(encoding="utf-8").splitlines()]


def _read(line: str) -> Marked:
    text, uses, end = "", {}, 0
    for found in _MARKED.finditer(line):
        text += line[end : found.start()]
        uses[len(text)] = _USE[found[1]]
        text, end = text + found[2], found.end()
    return text + line[end:], uses


def _plain_words(text: str) -> set[str]:
    """The words of a question that are no names; of the first a capital says nothing where it is English."""
    first = is_english(text.split(maxsplit=1)[0].lower())
    return {each.text for each in pieces(text[0].lower() + text[1:] if first else text, ()) if each.kind != NAME}


def _bare_topics(questions: Sequence[Marked]) -> Iterator[Marked]:
    """What the questions are about, by itself: people also type a topic alone."""
    for text, uses in questions:
        subjects = [start for start, use in uses.items() if use == SUBJECT]
        if subjects:
            start, end = subjects[0], re.compile(r"\w+").match(text, subjects[-1])
            bare = text[start : end.end() if end else None]
            yield bare, {at - start: use for at, use in uses.items() if at >= start}


def learn(questions: Sequence[Marked], file: Path) -> None:
    """Learn from these questions, and write the weights."""
    seen = Counter(chain.from_iterable(_plain_words(text) for text, _ in questions))
    known = sorted(word for word, count in seen.items() if count >= _FREQUENT and word[-1].isalpha())
    features: list[list[str]] = []
    given: list[NDArray[np.float32]] = []
    truth: list[int] = []
    for text, uses in chain(questions, _bare_topics(questions)):
        said = pieces(text, frozenset(known))
        own = VECTORS.vectors([each.text for each in said])
        none = np.zeros((1, own.shape[1]), np.float32)
        around = np.hstack([own, np.vstack([none, own[:-1]]), np.vstack([own[1:], none])])
        for word, vector, beside in zip(said, around, surroundings(said), strict=True):
            if is_read(word):
                features.append(beside)
                given.append(vector)
                truth.append(USES.index(uses.get(word.start, ASKING)))
    bags, dense, wanted = Bags(features, 0.0), torch.tensor(np.array(given)), torch.tensor(truth)
    weights, by_vector, bias = zeros(len(bags.names), len(USES)), zeros(dense.shape[1], len(USES)), zeros(len(USES))

    def loss() -> torch.Tensor:
        scores = bags.sums(weights) + dense @ by_vector + bias
        wrong = torch.nn.functional.cross_entropy(scores, wanted, reduction="sum")
        return wrong + _PENALTY * weights.square().sum() + _VECTOR_PENALTY * by_vector.square().sum()

    minimise([weights, by_vector, bias], loss)
    learned = {"weights": weights, "dense": by_vector, "bias": bias}
    arrays = {name: each.detach().numpy().astype(np.float16) for name, each in learned.items()}
    words = {"known": np.array(known), "features": np.array(bags.names)}
    np.savez_compressed(file, allow_pickle=False, **arrays, **words)


def test() -> None:
    """Leave out each fourth of the questions once, and say how their words are read."""
    questions = read()
    parts = np.random.default_rng(0).integers(0, PARTS, len(questions))
    found = Counter[tuple[str, str]]()
    for part in range(PARTS):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "uses.npz"
            learn([each for each, own in zip(questions, parts, strict=True) if own != part], file)
            model = WordUseModel(file)
        for (text, uses), own in zip(questions, parts, strict=True):
            if own == part:
                read_as = {
                    word: max(chances, key=chances.__getitem__) for word, chances in model.read(text).chances.items()
                }
                found.update((uses.get(each.start, ASKING), read_as[each.text]) for each in model.words(text))
    right = sum(count for (true, said), count in found.items() if true == said)
    sys.stdout.write(f"uses of words, {PARTS} parts: {right / found.total():.3f} right\n")
    for true in USES:
        of = ", ".join(f"{found[true, said]} {said}" for said in USES)
        sys.stdout.write(f"  of {true}: read as {of}\n")


def main(*said: str) -> None:
    """Learn, or test what would be learned."""
    if "--test" in said:
        test()
    else:
        learn(read(), FILE)
