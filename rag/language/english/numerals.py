"""Numbers in words."""

from __future__ import annotations

_UNITS = """
    zero/zeroth one/first two/second/couple three/third four/fourth five/fifth six/sixth seven/seventh eight/eighth
    nine/ninth ten/tenth eleven/eleventh twelve/twelfth/dozen thirteen/thirteenth fourteen/fourteenth fifteen/fifteenth
    sixteen/sixteenth seventeen/seventeenth eighteen/eighteenth nineteen/nineteenth
"""

_TENS = """
    twenty/twentieth thirty/thirtieth forty/fortieth fifty/fiftieth sixty/sixtieth seventy/seventieth eighty/eightieth
    ninety/ninetieth
"""

VALUES = {
    word: step * place
    for step, first, table in ((1, 0, _UNITS), (10, 2, _TENS))
    for place, spelt in enumerate(table.split(), start=first)
    for word in spelt.split("/")
}

SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
