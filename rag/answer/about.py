"""A question about the collection, or to the assistant -> what the catalogue knows of the whole, in its own words."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from rag.answer.catalogue import Catalogue, catalogue_of, ends_of, plural, singular
from rag.index.ports import IndexReader
from rag.language.message import Message, counted, listed, paragraph, together, worded
from rag.language.tables import table
from rag.query.intent import Intent, asked_aspect
from rag.query.understanding import Understanding
from rag.record import EVERYTHING, Filter

_MOST = 5  # values named


def about_collection(reader: IndexReader, understood: Understanding) -> Catalogue:
    """One or two sentences on the collection, or on what it has of some days or types: the aspect that is asked for."""
    where, asked = understood.where, asked_aspect(understood.english)
    line = catalogue_of(reader, where, understood) if where else _whole(reader)
    said = [line.text]
    for field in (asked,) if asked else ("type", "people"):
        said += _values(reader, field, where, said=bool(asked))
    return replace(line, text=paragraph(said))


def _whole(reader: IndexReader) -> Catalogue:
    """How many records there are, of which days."""
    days = reader.extent(EVERYTHING)
    total = len(reader)
    start, end = (days.start, days.end) if days else (None, None)
    undated = reader.count_undated(EVERYTHING)
    more = counted("; %(num)s more has no date", "; %(num)s more have no date", undated)
    whole = counted(
        "This collection has %(num)s record%(dated)s%(undated)s.",
        "This collection has %(num)s records%(dated)s%(undated)s.",
        total,
        dated=worded(", dated from %(first)s to %(last)s", first=start, last=end) if start and end else "",
        undated=more if undated and start else "",
    )
    return Catalogue(whole, total, *ends_of(days), "/about")


def small_talk(intent: Intent, examples: tuple[str, ...]) -> list[str]:
    """What the assistant answers a greeting, thanks, or a call for help."""
    said = worded(table("small_talk")[intent.value])
    if not examples or intent is Intent.THANKS:
        return [said]
    return [said, worded("For instance: %(questions)s", questions=" · ".join(examples[:3]))]


def _values(reader: IndexReader, field: str, where: Filter, *, said: bool) -> list[str]:
    if field == "date":
        return _years(reader, where)
    counts = reader.top_values(field, where, _MOST).counts
    if not counts:
        return [unsaid(field)] if said else []
    return [worded(table("small_talk")["says"][field], values=_counted(field, counts))]


def _years(reader: IndexReader, where: Filter) -> list[str]:
    """The years with the most records, where more than one is known."""
    counts = Counter(dict(sorted(reader.facets("year", where).items())))
    most = dict(counts.most_common(_MOST))
    return [worded("Most are of %(years)s.", years=_counted("date", most))] if len(counts) > 1 else []


def unsaid(field: str) -> str:
    """That the collection has nothing in this field."""
    return worded(table("small_talk")["missing"][field])


def _counted(field: str, counts: Mapping[str, int]) -> str:
    ranked = sorted(counts.items(), key=lambda each: -each[1])
    if field == "type":
        return listed([_typed(name, count) for name, count in ranked])
    return listed([together(name, " (", count, ")") for name, count in ranked])


def _typed(name: str, count: int) -> Message:
    """8 telegrams."""
    one, several = (f"%(num)s {each.lower().replace('%', '%%')}" for each in (singular(name), plural(name)))
    return counted(one, several, count)
