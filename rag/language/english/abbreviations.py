"""Abbreviations, and what follows them: where a full stop ends no sentence."""

from __future__ import annotations

import re

# Abbreviations, without their point. First those that never end a sentence: what they belong to follows.
LEANING = re.compile(
    """adm|amb|brig|capt|cdes?|cdr|cmdr|col|comrs?|drs?|fr|gen|gov|hon|lt|maj|messrs|mlle|mme|mrs?|ms|msgr|pres|prof|pvt|
    rep|rev|sec|sens?|sgt|sra|supt|vadm|ca|cf|e[.]g|i[.]e|viz|vs""",
    re.VERBOSE,
)

# Those that end one only before a word that begins sentences: initials ("N. S.", "Yu. V.", "U.S.", "p.m.", "d. 131"),
# months, firms and offices.
CLIPPED = re.compile(
    r"""[^\W\d_]|yu|ya|ye|yo|zh|kh|ts|ch|sh|shch|dzh|th|ph|iu|ia|
    jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|
    assn|bros|co|corp|dept|deptel|dist|div|embtel|est|ft|gov't|inc|jr|ltd|mt|sr|st|univ""",
    re.VERBOSE,
)

# Those that do not end one before a number.
NUMBERED = re.compile(
    "app|approx|arts?|bldg|ch|docs?|figs?|fol|ll|nos?|op|paras?|par|pp|pt|rm|sect|ser|vols?",
)

BEGINNER = re.compile(
    """(?:A|According|After|Although|An|And|Another|As|At|Attached|Because|Before|Both|But|By|Despite|During|Each|Finally|
    Following|For|From|He|Her|His|However|If|In|It|Its|Later|Many|Meanwhile|Most|Neither|Nevertheless|No|None|Nor|Not|
    Nothing|Of|On|One|Others?|She|Since|So|Some|Such|That|The|Their|Then|There|Therefore|These|They|This|Those|Though|Thus|
    To|Under|Until|We|What|When|Where|Whether|Which|While|With)[,;:]?""",
    re.VERBOSE,
)
