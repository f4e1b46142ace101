"""Question file -> judged questions; BEIR folder -> the same, with the records that they are judged over."""

import csv
import json
import lzma
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from rag.dates.archival_date import parse_date
from rag.errors import SourceError
from rag.language.sentences import sentences
from rag.query.enquiry import Turn
from rag.record import Listing, Record

NO_ANSWER = "noanswer"  # the kind of question that no record of the collection answers
TOP_GRADE = 20  # the highest grade, so that the gain, 2^grade - 1, is an exact number


@dataclass(frozen=True, slots=True)
class Question:
    """One judged question."""

    id: str
    kind: str  # fact, topic, ...; in a BEIR folder the volume, or "query"
    text: str  # the question; empty where only related records are wanted
    grades: Mapping[str, int]  # grade by record id, at least 0, higher is better; empty where no record answers
    history: tuple[Turn, ...] = ()  # the turns before, oldest first
    record: str | None = None  # id of the record whose related records are wanted, or None

    @property
    def relevant(self) -> frozenset[str]:
        """Ids of the records with a grade above 0."""
        return frozenset(id_ for id_, grade in self.grades.items() if grade > 0)


@dataclass(frozen=True, slots=True)
class Volume:
    """A collection and the questions that are judged over it."""

    name: str
    records: tuple[Record, ...]
    questions: tuple[Question, ...]


class _Named(BaseModel):
    """A record as a question file names it."""

    model_config = ConfigDict(strict=True, extra="forbid")

    date: str | None = None
    title: str


class _Relevant(_Named):
    grade: Annotated[int, Field(ge=0, le=TOP_GRADE)]


class _Line(BaseModel):
    """One line of a question file."""

    model_config = ConfigDict(strict=True)

    id: str
    kind: str
    question: str = ""
    after: str | None = None
    record: _Named | None = None
    relevant: list[_Relevant]

    @model_validator(mode="after")
    def _asks(self) -> Self:
        if not self.question.strip() and self.record is None:
            raise ValueError("it asks nothing: give a question, or a record whose related records are wanted")
        if not self.relevant and self.kind != NO_ANSWER:
            raise ValueError(f"no record is relevant: name one, or make the kind {NO_ANSWER}")
        return self


def read_questions(path: Path, records: Iterable[Record]) -> list[Question]:
    """Read a question file over these records; SourceError names a faulty line."""
    find = named_records(path, records)

    def ids(named: _Named, number: int) -> list[str]:
        return find(named.date, named.title, number)

    return [
        Question(
            id=line.id,
            kind=line.kind,
            text=line.question,
            grades={id_: named.grade for named in line.relevant for id_ in ids(named, number)},
            history=(Turn(line.after),) if line.after else (),
            record=ids(line.record, number)[0] if line.record else None,
        )
        for number, line in objects(path, _Line)
    ]


def named_records(path: Path, records: Iterable[Record]) -> Callable[[str | None, str, int], list[str]]:
    """How a line of this file finds the ids of the records that it names by date and title; SourceError for none."""
    known: defaultdict[tuple[str | None, str], list[str]] = defaultdict(list)
    for record in records:
        known[_key(record.date.text if record.date else None, record.title)].append(record.id)

    def find(date: str | None, title: str, number: int) -> list[str]:
        if found := known.get(_key(date, title)):
            return found
        reason = f"the collection has no record of {date!r} titled {title!r}; correct the line, or build"
        raise SourceError(str(path), number, reason)

    return find


def first_line(path: Path) -> dict[str, Any]:
    """The first object of a JSONL file, by which its kind is seen; empty where it has none."""
    text = next((line for _, line in _lines(path) if line.strip()), "")
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _key(date: str | None, title: str) -> tuple[str | None, str]:
    """The same key for the same listing, however its days are padded and its words spaced."""
    return (parse_date(date).edtf or _folded(date)) if date else None, _folded(title)


def _folded(text: str) -> str:
    return " ".join(text.split())


class _Document(BaseModel):
    id: str = Field(alias="_id")
    title: str = ""
    text: str
    date: str | None = None
    volume: str | None = None


class _Query(BaseModel):
    id: str = Field(alias="_id")
    text: str
    history: list[str] = []
    volume: str | None = None


def read_volumes(folder: Path) -> Iterator[Volume]:
    """Read a BEIR folder, volume by volume: corpus.jsonl and queries.jsonl (or .xz), qrels.tsv or qrels/test.tsv."""
    documents = [document for _, document in objects(_either(folder, "corpus.jsonl.xz", "corpus.jsonl"), _Document)]
    queries = [query for _, query in objects(_either(folder, "queries.jsonl.xz", "queries.jsonl"), _Query)]
    volumes = {document.id: document.volume for document in documents}
    grades = _qrels(_either(folder, "qrels.tsv", "qrels/test.tsv"), volumes)
    for volume in dict.fromkeys(volumes.values()):
        yield Volume(
            volume or folder.name,
            tuple(
                _record(document, folder.name, place)
                for place, document in enumerate(documents, 1)
                if document.volume == volume
            ),
            tuple(
                Question(query.id, volume or "query", query.text, grades[query.id], _turns(query.history))
                for query in queries
                if query.volume == volume and query.id in grades
            ),
        )


def _record(document: _Document, file: str, position: int) -> Record:
    title, text = _folded(document.title), _folded(document.text)
    if not title:  # every record needs one: the first sentence, or at worst the id
        title = (*sentences(text), document.id)[0]
        text = text.removeprefix(title).lstrip()
    return Record(
        id=quote(document.id, safe=""),
        title=title,
        summary=text,
        date=parse_date(document.date) if document.date else None,
        listings=(Listing(file, position),),
    )


def _qrels(path: Path, known: Mapping[str, object]) -> dict[str, dict[str, int]]:
    """Grade by record id, by query id."""
    grades: defaultdict[str, dict[str, int]] = defaultdict(dict)
    rows = csv.reader((line for _, line in _lines(path)), delimiter="\t", quoting=csv.QUOTE_NONE)
    next(rows, None)  # query-id, corpus-id, score
    for row in rows:
        match row:
            case query, document, grade if document in known and grade.isdecimal() and int(grade) <= TOP_GRADE:
                grades[query][quote(document, safe="")] = int(grade)
            case _, document, _ if document not in known:
                reason = f"the corpus has no document {document!r}; remove the line or complete the corpus"
                raise SourceError(str(path), rows.line_num, reason)
            case _:
                reason = f"expected query-id, corpus-id and a grade of 0 to {TOP_GRADE}, with tabs between; got {row}"
                raise SourceError(str(path), rows.line_num, reason)
    return grades


def _turns(history: Sequence[str]) -> tuple[Turn, ...]:
    """The turns of lines "user: ..." and "agent: ..."; an agent's line answers the user's line before it."""
    turns: list[Turn] = []
    for line in history:
        speaker, _, words = line.partition(": ")
        if speaker == "user":
            turns.append(Turn(words))
        elif turns:
            turns[-1] = Turn(turns[-1].question, words)
    return tuple(turns)


_Model = TypeVar("_Model", bound=BaseModel)


def objects(path: Path, model: type[_Model]) -> Iterator[tuple[int, _Model]]:
    """Each object of a JSONL file with the number of its line."""
    for number, line in _lines(path):
        if not line.strip():
            continue
        try:
            yield number, model.model_validate_json(line)
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]
            place = ".".join(map(str, fault["loc"]))
            reason = f"{place}{': ' if place else ''}{fault['msg']}; correct the line"
            raise SourceError(str(path), number, reason) from error


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Each line of a file, which may be compressed, with its number."""
    number = 0
    try:
        with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                yield number, line
    except OSError as error:
        reason = f"cannot be read ({error.strerror}); give a question file or a BEIR folder"
        raise SourceError(str(path), 0, reason) from error
    except (UnicodeDecodeError, lzma.LZMAError, EOFError) as error:
        raise SourceError(str(path), number + 1, f"is damaged ({error}); fetch the file anew") from error


def _either(folder: Path, *names: str) -> Path:
    """The first of these files that exists, else the last."""
    return next((folder / name for name in names if (folder / name).is_file()), folder / names[-1])
