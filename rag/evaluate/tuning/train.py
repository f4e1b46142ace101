"""Lessons -> the weights of a student, by torch: two ways to learn, each within a time and from a checkpoint on.

The time is that of the processor, so that other programs on the machine make a run longer, not what it learns less.

contrastive   the record meant is nearer than those meant by the batch's other questions, and than its hard negatives
distilled     among the teacher's candidates, nearness is spread as the teacher's scores are

Only the upper layers learn. The table of word pieces stays as it is, because words that these records lack would be
left behind, and words are compared by it; the lower layers stay because that halves the time, of which there is little.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from torch.nn import functional

from rag.embeddings.tokenizer import tokenizer
from rag.embeddings.tuned import Learned
from rag.embeddings.weights import PACKAGE
from rag.evaluate.tuning.lessons import Lesson
from rag.platform import cpus

Loss = Callable[["Student", Sequence[Lesson]], torch.Tensor]

_LEARNING = tuple(f"encoder.layer.{layer}." for layer in (3, 4, 5))
_TOKENS = 128  # of a text, while it is learned
_PASS = 16  # texts that are padded to one length
_RATE, _WARMUP, _DECAY = 3e-5, 0.1, 0.01
_SHARPNESS = 20.0  # factor on cosines in contrast
_TEMPERATURE = 0.05  # of both rankings
_MEANT = 0.3  # share of the record meant in what is to be learned; the teacher's ranking has the rest
_EVERY = 60.0  # seconds between two checkpoints


class Student:
    """The packaged model, to be changed."""

    def __init__(self) -> None:
        torch.manual_seed(0)
        torch.set_num_threads(cpus())
        library: Any = SentenceTransformer(str(PACKAGE), device="cpu", local_files_only=True)
        self._network = library[0].auto_model.eval()  # without dropout: what is learned is little enough
        self._tokenizer = tokenizer(PACKAGE)
        self.learned: dict[str, torch.nn.Parameter] = {
            name: weight for name, weight in self._network.named_parameters() if name.startswith(_LEARNING)
        }
        for weight in self._network.parameters():
            weight.requires_grad_(False)  # noqa: FBT003 - torch has no name for it
        for weight in self.learned.values():
            weight.requires_grad_(True)  # noqa: FBT003
        self._brief = self._is_faster_in_brief()

    def embed(self, texts: Sequence[str]) -> torch.Tensor:
        """(len(texts), dim), rows of unit length; texts of similar length are padded together."""
        tokens = [encoding.ids[:_TOKENS] for encoding in self._tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(texts)), key=lambda row: len(tokens[row]))
        parts = [self._pass([tokens[row] for row in order[at : at + _PASS]]) for at in range(0, len(order), _PASS)]
        back = torch.tensor(np.argsort(order))
        return functional.normalize(torch.cat(parts)[back], dim=1)

    def _pass(self, tokens: Sequence[Sequence[int]]) -> torch.Tensor:
        longest = max(map(len, tokens))
        ids = torch.tensor([[*each, *[0] * (longest - len(each))] for each in tokens])
        mask = torch.tensor([[1] * len(each) + [0] * (longest - len(each)) for each in tokens])
        with torch.autocast("cpu", torch.bfloat16, enabled=self._brief):
            states = self._network(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        counts = mask.unsqueeze(-1)
        pooled: torch.Tensor = (states * counts).sum(1) / counts.sum(1)
        return pooled

    def _is_faster_in_brief(self) -> bool:
        """Whether this machine multiplies numbers of 16 bits faster than those of 32."""
        took = []
        for self._brief in (False, True, False, True):  # the first of each loads what the second runs
            begun = time.process_time()
            with torch.no_grad():
                self._pass([[101] * 64] * _PASS)
            took.append(time.process_time() - begun)
        return took[3] < took[2]

    def weights(self) -> Learned:
        """What it has learned so far, by name."""
        return {name: weight.detach().numpy().copy() for name, weight in self.learned.items()}


def contrastive(student: Student, batch: Sequence[Lesson]) -> torch.Tensor:
    """Cross entropy over the batch's records and hard negatives; one record is never its own negative."""
    meant = [lesson.meant for lesson in batch]
    texts = list(dict.fromkeys([*meant, *(text for lesson in batch for text in lesson.negatives)]))
    vectors = student.embed([*(lesson.question for lesson in batch), *texts])
    scores = _SHARPNESS * vectors[: len(batch)] @ vectors[len(batch) :].T
    # What came too near to be a negative of its question is none in this batch either.
    left_out = torch.tensor(
        [
            [text in lesson.candidates and text not in (lesson.meant, *lesson.negatives) for text in texts]
            for lesson in batch
        ]
    )
    return functional.cross_entropy(
        scores.masked_fill(left_out, float("-inf")), torch.tensor([texts.index(text) for text in meant])
    )


def distilled(student: Student, batch: Sequence[Lesson]) -> torch.Tensor:
    """Cross entropy of the student's ranking of the candidates, to the teacher's and to the record meant."""
    texts = list(dict.fromkeys(text for lesson in batch for text in lesson.candidates))
    vectors = student.embed([*(lesson.question for lesson in batch), *texts])
    rows = torch.tensor([[texts.index(text) for text in lesson.candidates] for lesson in batch])  # (b, c)
    cosines = (vectors[: len(batch)] @ vectors[len(batch) :].T).gather(1, rows)
    taught = functional.softmax(torch.tensor([lesson.scores for lesson in batch]) / _TEMPERATURE, dim=1)
    meant = torch.tensor([[float(text == lesson.meant) for text in lesson.candidates] for lesson in batch])
    wanted = (1.0 - _MEANT) * taught + _MEANT * meant / meant.sum(dim=1, keepdim=True)
    return functional.cross_entropy(cosines / _TEMPERATURE, wanted)


@dataclass(frozen=True, slots=True)
class Method:
    """A way to learn: its loss, and how many lessons at once."""

    loss: Loss
    batch: int


METHODS: Mapping[str, Method] = {"contrastive": Method(contrastive, 24), "distilled": Method(distilled, 8)}

EPOCHS = 3  # times that each lesson is learned, at most; a shorter time ends it before


def train(
    lessons: Sequence[Lesson],
    method: Method,
    seconds: float,
    checkpoint: Path,
    progress: Callable[[int, int], None],
) -> Learned:
    """Learn for so many seconds of this thread's processor time, those before the checkpoint included.

    On idle cores, that is the time on the clock: this thread does its share of each product of matrices.
    """
    student = Student()
    optimizer = torch.optim.AdamW(student.learned.values(), lr=_RATE, weight_decay=_DECAY)
    step, used = _resumed(checkpoint, student, optimizer)
    a_round = max(1, len(lessons) // method.batch)
    total = EPOCHS * a_round
    begun = saved = time.thread_time()
    spent = used
    try:
        while step < total and spent < seconds:
            # Whichever ends it, the rate has fallen by then.
            part = max(step / total, spent / seconds)
            for group in optimizer.param_groups:
                group["lr"] = _RATE * min(1.0, part / _WARMUP + 0.05, (1.0 - part) / (1.0 - _WARMUP))
            loss = method.loss(student, _batch(lessons, method.batch, *divmod(step, a_round)))
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch has no type for it
            torch.nn.utils.clip_grad_norm_(student.learned.values(), 1.0)
            optimizer.step()
            step, now = step + 1, time.thread_time()
            spent = used + now - begun
            if now - saved > _EVERY:
                saved = now
                _save(checkpoint, student, optimizer, step, spent)
            progress(round(total * max(step / total, min(spent / seconds, 1.0))), total)
    finally:  # whoever stops it goes on from here
        _save(checkpoint, student, optimizer, step, spent)
    return student.weights()


def _batch(lessons: Sequence[Lesson], size: int, epoch: int, place: int) -> list[Lesson]:
    """The lessons of a few records: those of one record share candidates, which are read once."""
    records = list(dict.fromkeys(lesson.meant for lesson in lessons))
    Random(epoch).shuffle(records)  # noqa: S311 - so that a checkpoint knows it
    turn = {text: at for at, text in enumerate(records)}
    order = sorted(lessons, key=lambda lesson: turn[lesson.meant])
    return order[place * size : (place + 1) * size]


def _resumed(file: Path, student: Student, optimizer: torch.optim.Optimizer) -> tuple[int, float]:
    """The step and the seconds used at the checkpoint; 0 and 0 without one, or with one that cannot be read."""
    try:
        kept = torch.load(file, weights_only=True)
        optimizer.load_state_dict(kept["optimizer"])
        with torch.no_grad():
            for name, weight in student.learned.items():
                weight.copy_(kept["weights"][name])
        return int(kept["step"]), float(kept["seconds"])
    except Exception:  # noqa: BLE001 - torch raises whatever the damage leads it to
        return 0, 0.0


def _save(file: Path, student: Student, optimizer: torch.optim.Optimizer, step: int, seconds: float) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    weights = {name: weight.detach() for name, weight in student.learned.items()}
    torch.save({"weights": weights, "optimizer": optimizer.state_dict(), "step": step, "seconds": seconds}, new)
    new.replace(file)
