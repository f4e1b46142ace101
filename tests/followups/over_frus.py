"""Sixty follow-ups over FRUS -> figures by way of asking: `python -m tests.followups.over_frus FOLDER`.

FOLDER is where the 2,515 records with an editor's summary were built (`rag build frus-curated.jsonl.xz --only --vectors
FOLDER`). `frus.jsonl` has 20 conversations: the questions, each as a person wrote it out, and the ids of the records
that answer; nothing of the records' own text. "search" is by the person's words.
"""

import json
import sys
from pathlib import Path

from rag.assistant.assistant import Assistant
from rag.evaluate.figures import gain_figures, ranking_figures, score
from rag.evaluate.outcomes import ask_every_way
from rag.evaluate.question_sets import Question
from rag.evaluate.report import Evaluated, EvaluationReport
from rag.query.enquiry import Turn
from rag.settings import Settings

SET = Path(__file__).with_name("frus.jsonl")


def questions() -> list[Question]:
    """Each follow-up after its turns, and as a person wrote it out."""
    found = []
    for line in SET.read_text(encoding="utf-8").splitlines():
        turn = json.loads(line)
        grades = dict.fromkeys(turn["relevant"], 1)
        history = tuple(map(Turn, turn["history"]))
        found += [
            Question(turn["id"], "followup", turn["question"], grades, history),
            Question(turn["id"], "by a person", turn["rewriting"], grades),
        ]
    return found


def main(folder: str) -> int:
    """Ask all, print the figures and every question, the worst first."""
    assistant = Assistant.open(Settings.load({"RAG_VECTORS": folder}))
    scored = score([outcome for question in questions() for outcome in ask_every_way(assistant, question)])
    evaluated = Evaluated(SET.name, tuple(scored), (*ranking_figures(scored), *gain_figures(scored)))
    sys.stdout.write(EvaluationReport((evaluated,)).table(verbose=True) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
