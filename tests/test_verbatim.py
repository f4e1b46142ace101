"""Whatever is asked, the whole pipeline answers in the curators' own words, to the letter, or says no."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import chain, cycle
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.answer.answer import Status
from rag.answer.compose import MOST
from rag.dates.archival_date import Fit
from rag.ingest.read import read
from rag.query.intent import CATALOGUED, Intent, asks
from rag.record import Filter
from tests.hostile import PLAIN, answered, digests, hostile
from tests.questions import FOLLOWING, NOTHING, WRITTEN, Put, made_from

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rag.answer.answer import Answer
    from rag.assistant.assistant import Assistant
    from rag.settings import Settings

SEEDS = Path("seeds")
RECORDS_READ = {record.id: record for record in read([SEEDS]).records}
PAGES = {page.name: " ".join(page.read_text(encoding="utf-8").split()) for page in SEEDS.glob("*.txt")}
MADE: dict[str, list[Put]] = defaultdict(list)
for each in made_from(list(RECORDS_READ.values()), 500):
    MADE[each.form].append(each)
AT_A_GLANCE = 8  # records that any other cites, at most
LISTED = 50  # records that a question of nothing but days lists, at most


def holds_to_the_letter(answer: Answer) -> None:
    """Each sentence stands in each record that it cites and on each saved page that lists it; no number is loose."""
    cited = {citation.number: citation for citation in answer.citations}
    for sentence in answer.sentences:
        assert sentence.text.strip()
        assert sentence.citations
        for number in sentence.citations:
            record = RECORDS_READ[cited[number].hit.record.id]
            assert sentence.text in record.title or sentence.text in record.summary
            assert all(sentence.text in PAGES[listing.file] for listing in record.listings)
            assert sentence.text in cited[number].quotes
        ends = [0, *(mark.end for mark in sentence.marks)]
        assert all(0 <= end <= mark.start < mark.end for end, mark in zip(ends, sentence.marks, strict=False))
        assert ends[-1] <= len(sentence.text)
    for number, citation in cited.items():
        of_it = [sentence.text for sentence in answer.sentences if number in sentence.citations]
        assert sorted(citation.quotes) == sorted(set(of_it)) != []
    assert list(cited) == list(range(1, len(cited) + 1))
    assert (answer.status is Status.ANSWERED) == bool(answer.sentences) == bool(answer.citations)
    assert answer.sentences or answer.notes or answer.catalogue or answer.verdict


def is_well_ordered(answer: Answer, put: Put) -> None:
    """Citations are numbered as they are read; they and what is nearest are one ranking, within its bounds and days."""
    understood = answer.understood
    lists = understood.only_filter or put.among is not None or answer.status is Status.ABOUT
    lists = lists or understood.intent in CATALOGUED | {Intent.WHO}
    lists = lists or bool(understood.conditions.ids or understood.parts)
    firsts = list(dict.fromkeys(number for sentence in answer.sentences for number in sentence.citations))
    ranking = [*(citation.hit for citation in answer.citations), *answer.nearest]
    ids = [hit.record.id for hit in ranking]
    scores = [hit.score for hit in answer.nearest if hit.score is not None]

    assert firsts == [citation.number for citation in answer.citations]
    assert len(answer.citations) <= (LISTED if lists else AT_A_GLANCE)
    assert lists or all(len(citation.quotes) <= MOST for citation in answer.citations)
    assert len(set(ids)) == len(ids)
    assert lists or 0 < len(ids) <= put.k
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 <= hit.score <= 1.0 for hit in ranking if hit.score is not None)
    best = max(ranking, key=lambda hit: hit.score or 0.0).record.id if ranking else None
    is_topic = understood.rewritten or (understood.intent is Intent.FIND and not asks(understood.text))
    assert not is_topic or lists or not answer.citations or best in ids[: len(answer.citations)]
    when = answer.understood.when
    if when is not None and answer.sentences and put.among is None:
        assert all(Filter(when).fit(hit.record) in {Fit.CERTAIN, Fit.POSSIBLE} for hit in ranking)


def statuses(assistant: Assistant, questions: Iterable[Put]) -> Counter[Status]:
    """How many were answered and how many refused, each of them held against the records."""
    counts: Counter[Status] = Counter()
    for put in questions:
        if (answer := answered(assistant, put)) is None:
            continue
        try:
            holds_to_the_letter(answer)
            is_well_ordered(answer, put)
        except AssertionError as error:
            error.add_note(f"asked: {put!r}")
            raise
        counts[answer.status] += 1
    return counts


@pytest.mark.parametrize("form", sorted(MADE))
def test_five_hundred_questions_made_of_the_records_are_answered_to_the_letter(assistant: Assistant, form: str) -> None:
    counts = statuses(assistant, MADE[form])

    assert counts.total() == len(MADE[form])
    if form == NOTHING:
        assert counts[Status.ANSWERED] <= 0.1 * counts.total()
    else:
        assert counts[Status.ANSWERED] > counts[Status.NOT_FOUND]


def test_they_are_five_hundred_and_few_of_them_twice() -> None:
    made = list(chain(*MADE.values()))

    assert len(made) == 500
    assert len({put.question for put in made}) > 400


@pytest.mark.parametrize("title", sorted({record.title for record in RECORDS_READ.values()}))
def test_the_title_of_a_record_is_answered_with_its_records(assistant: Assistant, title: str) -> None:
    named = {record.id for record in RECORDS_READ.values() if record.title == title}

    answer = assistant.ask(title, k=5)

    assert answer.status is Status.ANSWERED
    assert named <= {citation.hit.record.id for citation in answer.citations}


def test_written_questions_and_follow_ups_are_answered_to_the_letter(assistant: Assistant) -> None:
    written = [Put(question, k=k) for question, k in zip(WRITTEN, cycle((5, 3)), strict=False)]

    counts = statuses(assistant, [*written, *FOLLOWING])

    assert counts[Status.ANSWERED] > counts[Status.NOT_FOUND] > 0


def test_hostile_questions_raise_nothing_change_nothing_and_are_answered_to_the_letter(
    assistant: Assistant, settings: Settings
) -> None:
    files, plain = digests(settings.vectors), answered(assistant, PLAIN)

    assert statuses(assistant, hostile(500)).total() > 450

    assert digests(settings.vectors) == files
    assert answered(assistant, PLAIN) == plain
