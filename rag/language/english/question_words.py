"""The words that stand beside a date in a question, by what they do there."""

from __future__ import annotations


def words(spaced: str) -> frozenset[str]:
    """The words of a spaced list."""
    return frozenset(spaced.split())


# Words that mean any record at all, and what one says to ask for them: a question of nothing else is but a filter.
RECORDS = words("""
    anything archive archives collection content contents document documents entries entry everything file files
    item items listing listings material materials paper papers record records result results something source
    sources
""")

ASKING = words("""
    a about all also an and any are around at available be been by can come could covering created date dated
    dates dating did do does during else event events exist existing exists find for from get give go going had
    happen happened happening happens has have held hold i in is it just kind like list look made me next not of
    on one ones only or out place please produced search see share should show some take tell than that the
    there these they this those time to took up us want was we were what what's whatever when which with within
    would written you your
""")

# Kinds of records: "1962 telegrams" asks for a date, though also for telegrams.
_KINDS = words("""
    cables communications correspondence despatches diaries directives dispatches journals letters memoranda
    memorandums memos messages minutes notes protocols reports resolutions speeches statements summaries
    telegrams transcripts
""")

# What happened or was agreed on: "the crisis of 1962", "the Trade Act of 1962" name, as "the 1962 crisis" does.
NAMED = words("""
    accord accords act agreement bill charter conference congress constitution convention coup crisis invasion law
    pact plenum revolution summit treaty uprising war
""")

GOVERNING = words("at dated dating during for from in into of on through throughout within")

CONCERNING = words("about concerning on re regarding")  # before a date, these name a subject

_ARTICLES = words("a an that the this")

GLUE = (
    GOVERNING
    | _ARTICLES
    | words("around by days month months period year years monday tuesday wednesday thursday friday saturday sunday")
)

EXCLUDING = words("except excluding not than")  # "other than 1962": what is asked for is no interval

# After a date, these begin something new; any other word is taken for the noun that the date describes.
NO_NOUN = (
    ASKING
    | RECORDS
    | _KINDS
    | GOVERNING
    | CONCERNING
    | words("""
    after against as because before between but how if mention mentioned mentions no nor said say says sent
    since so then through toward towards under until versus via vs where whether while who whom whose why
    without
""")
)
