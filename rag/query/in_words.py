"""The understanding of a question -> words."""

from collections.abc import Sequence

from rag.dates.wording import period
from rag.language.message import Message, TypeName, counted, together, worded
from rag.query.enquiry import Aspect
from rag.query.intent import Intent
from rag.query.understanding import Understanding

# The parts of an understanding that a reader can remove, by their names in the interface.
KINDS = {
    "language": worded("Language"),
    "intent": worded("Asks for"),
    Aspect.DATES.value: worded("Dates"),
    Aspect.NAMES.value: worded("Names"),
    Aspect.SPELLING.value: worded("Spelling"),
    Aspect.HISTORY.value: worded("Follow-up"),
    "types": worded("Document type"),
    "from": worded("Sender"),
    "to": worded("Recipient"),
    "shelfmarks": worded("Kept in"),
    "ids": worded("Record"),
    "phrases": worded("Phrase"),
    "not_types": worded("Not of type"),
    "not_people": worded("Without"),
    "not_places": worded("Without"),
    "not_words": worded("Without"),
    "not_dates": worded("Not from"),
    "parts": worded("Questions"),
}

_INTENTS = {
    Intent.COUNT: worded("how many records"),
    Intent.LIST: worded("a list of records"),
    Intent.FIRST: worded("the earliest record"),
    Intent.LAST: worded("the latest record"),
    Intent.TIMELINE: worded("events by date"),
    Intent.OVERVIEW: worded("an overview"),
    Intent.ABOUT: worded("the collection itself"),
}


def texts(understood: Understanding) -> dict[str, str]:
    """The understanding by parts that a reader can remove, without empty ones."""
    read = understood.conditions
    words = {
        "language": together(worded(understood.gloss.name), " → ", understood.gloss.text) if understood.gloss else "",
        "intent": _INTENTS.get(understood.intent, ""),
        "dates": period(understood.when)
        if understood.when
        else worded("%(days)s of any year", days=tuple(read.every_year))
        if read.every_year
        else "",
        "names": " · ".join(understood.names),
        "spelling": " · ".join(f"{word.given} → {word.found}" for word in understood.corrections),
        "history": _history(understood),
        "types": _joined([*map(TypeName, read.types)]),
        "from": " · ".join(read.senders),
        "to": " · ".join(read.recipients),
        "shelfmarks": " · ".join(read.shelfmarks),
        "ids": "" if understood.follow_up else " · ".join(read.ids),
        "phrases": " · ".join(read.phrases),
        "not_types": _joined([*map(TypeName, read.not_types)]),
        "not_people": " · ".join(read.not_people),
        "not_places": " · ".join(read.not_places),
        "not_words": " · ".join(read.not_words),
        "not_dates": _joined([*map(period, read.not_dates)]),
        "parts": " · ".join(understood.parts),
    }
    return {name: text for name, text in words.items() if text}


def _joined(names: Sequence[str]) -> Message:
    """Names with dots between."""
    return together(*[part for name in names for part in (" · ", name)][1:])


def _history(understood: Understanding) -> str:
    """What a question was taken to go on from."""
    goes_on = understood.follow_up
    if not understood.rewritten or goes_on is None:
        return worded("completed from your earlier questions") if understood.rewritten else ""
    if goes_on.ids is not None:
        return counted("about the record shown", "about %(num)s records shown", len(goes_on.ids))
    if goes_on.shown:
        return counted(
            "without the record shown before", "without the %(num)s records shown before", len(goes_on.shown)
        )
    return worded("goes on from your last question")


def described(understood: Understanding) -> tuple[tuple[str, str], ...]:
    """The understanding as pairs of a kind and a text."""
    return tuple((KINDS[name], text) for name, text in texts(understood).items())
