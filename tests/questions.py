"""Questions to put to the seeds: some written by hand, any number made from the records themselves.

Those made are the same in every run. Of most of them something is held; `NOTHING` asks of what no archive of the seeds'
kind holds.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from itertools import cycle, islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rag.record import Record


@dataclass(frozen=True, slots=True)
class Put:
    """A question, put in a conversation.

    Attributes:
        before: The questions before it, the first one first.
        k: How many records the ranking may hold.
        among: Ids of the records that are ticked, or None where the evidence decides.
        form: How it was made.
    """

    question: str
    before: tuple[str, ...] = ()
    k: int = 5
    among: tuple[str, ...] | None = None
    form: str = "written"


WRITTEN = (
    # facts
    "Why did Castro object to the withdrawal of the missiles?",
    "What did Mikoyan promise Castro about trade?",
    "Which arms did Czechoslovakia send to Cuba?",
    "How were the arms shipments concealed from the Americans?",
    "Who shot down the American plane over Cuba?",
    "What did Robert Kennedy tell Dobrynin?",
    "What did Guevara say of revolution in Latin America?",
    "Was Guevara pro-Chinese?",
    "What did Mao think of Stalin?",
    "Did Khrushchev denounce Stalin?",
    "What was discussed in Laos?",
    "What did Brezhnev tell the plenum?",
    "How many rifles did Bulgaria give?",
    "How are the launchers to be verified?",
    "Was the Aleksandrovsk ready to sail?",
    # topics, people, other words for the same
    "Soviet scientists in Afghanistan",
    "the Hungarian border and East German citizens",
    "Saddam Hussein's invasion of Kuwait",
    "cuts in strategic arms",
    "sugar above world market prices",
    "arms for Angola",
    "nuclear free zone in Latin America",
    "North Korea and Cuba",
    "Alpha 66 raids on the Cuban coast",
    "U Thant's visit to Cuba",
    "Operation Anadyr ammunition",
    "Marshal Grechko on aid to Cuba",
    "Chen Yi",
    "Castro",
    "Cuba",
    "No. 147",
    "U.S.",
    "Cde. A. M. Rumyantsev",
    "guns hidden under another name",
    "a promise that the island would not be attacked",
    # dates
    "documents from 1968",
    "records from 5 October 1962",
    "documents from 1961",
    "anything from the seventies",
    "letters from November 1962",
    "What happened between 1963 and 1964?",
    "What did Castro say before 1961?",
    "What did Khrushchev and Castro talk about in 1960?",
    "the 1962 crisis",
    "early November 1962",
    "1962",
    # misspelt, foreign, quoted
    "Kruschev and Mikoian on the misiles",
    "Кастро и Микоян",
    "Гевара 1961",
    "“six days which shook the world”",
    "Record of Conversation between N.S. Khrushchev and Prime Minister of Cuba Fidel Castro",
    # of what is not held, or of nothing
    "Records from 1971",
    "documents before 1900",
    "How tall is Mount Everest?",
    "Who discovered penicillin?",
    "best pizza near the station",
    "Did Reagan meet Thatcher?",
    "of the",
    "what?",
)

FOLLOWING = (
    Put("And Guevara?", ("What did Castro tell Mikoyan?",)),
    Put("and in 1960?", ("What did Khrushchev and Castro talk about in 1964?",)),
    Put("How did he answer?", ("What did Khrushchev write to Castro about the missiles?",)),
    Put("just the telegram", ("How did the Soviet embassy report the crisis?",)),
    Put("why?", ("Did the Cubans trust the Soviet leaders?",)),
    Put("And before that?", ("What happened on 28 October 1962?",)),
    Put("What about Czechoslovakia?", ("Which arms did Bulgaria give Cuba?", "And Hungary?")),
    Put("Who else was there?", ("What did Mao tell Mikoyan about Stalin?", "when?")),
    Put("Who discovered penicillin?", ("What did Castro tell Mikoyan?",)),
    Put("documents from 1968", ("Why did Castro object?", "and Guevara?")),
)

NOTHING = "nothing"
"""The form of those that ask of nothing held."""

_MATTERS = (
    "penicillin",
    "the offside rule",
    "sourdough bread",
    "violin strings",
    "black holes",
    "knitting",
    "tax forms",
)
_STRANGERS = ("Marie Curie", "Leonardo da Vinci", "Mozart", "Ada Lovelace", "Aristotle", "Queen Victoria")
_OF_NOTHING = (
    "Who invented {matter}?",
    "What did {stranger} say about {matter}?",
    "How do I learn {matter} at home?",
    "{stranger}",
    "letters of {stranger} from 1785",
)
_OF_WORDS = (
    "What is told of {words}?",
    "Who spoke of {words}?",
    "Was there anything on {words}, or not?",
    "{words}",
    "why {words}",
    "How did {words} come about?",
)
_OF_RUNS = (
    "What does the archive hold on {run}?",
    "Is it true that {run}?",
    "“{run}”",
    "{run}",
    "who wrote “{run}” and when?",
)
_OF_NAMES = (
    "What did {name} say?",
    "Who was {name}?",
    "{name} and {other}",
    "Did {name} meet {other}?",
    "{name}'s letters",
    "What did {name} tell {other} about {words}?",
)
_OF_DATES = (
    "documents from {date}",
    "What happened on {date}?",
    "anything before {year}",
    "{name} since {year}",
    "between {year} and {later}",
    "What did {name} do in {year}?",
    "the {decade}s",
    "{words} in the {decade}s",
    "late {year}",
)
_AFTER = (
    "And {name}?",
    "and in {year}?",
    "How did he answer?",
    "just the {words}",
    "why?",
    "What about {run}?",
    "and before that?",
    "Who is {name}?",
)

_NAME = re.compile(r"[A-Z][\w.’-]+(?: [A-Z][\w.’-]+)*")
_LETTERS = "abcdefghiklmnoprstuvwy"


class _Maker:
    """Makes questions of one record or of several, by chance."""

    def __init__(self, records: Sequence[Record], seed: int) -> None:
        self._records = records
        self._chance = random.Random(seed)  # noqa: S311 - the questions must be the same in every run
        self.forms: dict[str, Callable[[], Put]] = {
            "words": lambda: self._filled(_OF_WORDS),
            "run": lambda: self._filled(_OF_RUNS),
            "names": lambda: self._filled(_OF_NAMES),
            "dates": lambda: self._filled(_OF_DATES),
            NOTHING: lambda: self._filled(_OF_NOTHING),
            "misspelt": self._misspelt,
            "following": self._following,
            "whole": self._whole,
            "ticked": self._ticked,
        }

    def _filled(self, forms: Sequence[str]) -> Put:
        chance = self._chance
        record = chance.choice(self._records)
        words = record.text.split()
        at = chance.randrange(len(words))
        names = _NAME.findall(record.text)
        year = record.date.start.year if record.date and record.date.start else 1962
        question = chance.choice(forms).format(
            words=" ".join(chance.choices(words, k=chance.randint(1, 5))),
            run=" ".join(words[at : at + chance.randint(2, 9)]).rstrip(".,;"),
            name=chance.choice(names),
            other=chance.choice(_NAME.findall(chance.choice(self._records).text)),
            date=record.date.text if record.date else "1962",
            year=year,
            later=year + chance.randint(0, 3),
            decade=year // 10 * 10,
            matter=chance.choice(_MATTERS),
            stranger=chance.choice(_STRANGERS),
        )
        return Put(question, k=chance.randint(1, 12))

    def _misspelt(self) -> Put:
        words = self._filled((*_OF_NAMES, *_OF_RUNS)).question.split()
        for _ in range(self._chance.randint(1, 3)):
            at = self._chance.randrange(len(words))
            words[at] = self._slip(words[at])
        return Put(" ".join(words))

    def _slip(self, word: str) -> str:
        """The word with one letter dropped, doubled or exchanged."""
        at = self._chance.randrange(len(word))
        letter = self._chance.choice(("", word[at] * 2, self._chance.choice(_LETTERS)))
        return word[:at] + letter + word[at + 1 :]

    def _following(self) -> Put:
        before = [self._filled((*_OF_NAMES, *_OF_DATES, *_OF_RUNS)).question for _ in range(self._chance.randint(1, 3))]
        return Put(self._filled(_AFTER).question, tuple(before))

    def _whole(self) -> Put:
        """A title, a summary, or both, as it stands, in capitals or in small letters."""
        record = self._chance.choice(self._records)
        text = self._chance.choice((record.title, record.summary or record.title, record.text))
        return Put(self._chance.choice((text, text.upper(), text.lower())))

    def _ticked(self) -> Put:
        among = [record.id for record in self._chance.sample(self._records, self._chance.randint(0, 6))]
        return Put(self._filled((*_OF_WORDS, *_OF_DATES, *_OF_NOTHING)).question, among=tuple(among))


def made_from(records: Sequence[Record], count: int, seed: int = 1962) -> Iterator[Put]:
    """So many questions made from these records, of each form in turn."""
    forms = cycle(_Maker(records, seed).forms.items())
    return (replace(make(), form=form) for form, make in islice(forms, count))
