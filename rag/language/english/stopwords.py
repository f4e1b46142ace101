"""Words that ask rather than name what is asked for."""

from __future__ import annotations

_FUNCTION_WORDS = """
    a about after again all also am an and any anything archive archives are as at be because been before being
    but by can collection could d describe did do document documents does doing don down during each everything
    explain few file files find for from further give had happen happened has have having he her here hers him
    his how i if in into is it its itself just let list ll m many may me mean meant might more most much must my
    no nor not of off on once one only or other our out over own paper papers please re record records s said
    same say says shall she should show so some something source sources such t talk talked tell text texts than
    that the their them then there these they this those to told too under until up upon us ve very was we were
    what when where whether which while who whom whose why will with would you your
"""


FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Words that ask rather than name what is asked for; no evidence on their own."""
