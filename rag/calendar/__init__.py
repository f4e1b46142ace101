"""Dates as people write them, and the days they mean. `rag.dates` and `rag.when` are its two doors.

edtf      EDTF <-> days
spans     what incomplete words say -> spans of EDTF
words     text -> the words and digits that can belong to a date
grammar   words -> what they say (the shapes: grammar.lark)
phrases   text -> the phrases in it that say a date
"""

import sys

# lark would load the package regex, which sentence-transformers brings, for grammars that ask for it; ours does not.
# It takes a hundredth of a second and 1 MiB of every process.
if "regex" not in sys.modules:
    sys.modules["regex"] = None  # type: ignore[assignment]  # as Python has it: not to be found
    import lark  # noqa: F401 as long as it is not

    del sys.modules["regex"]
