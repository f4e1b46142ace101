"""What the grammar needs of lark, imported without the package regex.

lark loads that wherever another package has brought it, for grammars that ask for it; ours does not. It takes a
hundredth of a second and 1 MiB of every process.
"""

import sys

_FOUND = "regex" in sys.modules
if not _FOUND:
    sys.modules["regex"] = None  # type: ignore[assignment]  # as Python says that there is none

from lark import Lark, Token, Transformer, UnexpectedInput, v_args  # noqa: E402 so that lark finds none

if not _FOUND:
    del sys.modules["regex"]

__all__ = ["Lark", "Token", "Transformer", "UnexpectedInput", "v_args"]
