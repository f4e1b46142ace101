"""A filter in numbers -> a condition of Milvus that every passing row meets; others may meet it too.

Only numbers enter the condition, so no text of a reader does.
"""

from collections.abc import Sequence

from rag.index.embedded.filters import Criteria

_MOST = 5_000  # numbers in a list; without the list, more rows meet the condition


def condition(criteria: Criteria) -> str:
    """The condition; empty for none. Words and the certainty of dates are left to the caller."""
    parts = [f"array_contains_any(codes, {_listed(codes)})" for codes in criteria.codes if len(codes) <= _MOST]
    if criteria.not_codes and len(criteria.not_codes) <= _MOST:
        parts.append(f"not array_contains_any(codes, {_listed(criteria.not_codes)})")
    if criteria.days is not None:
        first, last = criteria.days
        parts.append(f"first <= {int(last)} and last >= {int(first)}")
    if criteria.rows is not None and len(criteria.rows) <= _MOST:
        parts.append(f"row in {_listed(criteria.rows)}")
    return " and ".join(parts)


def _listed(numbers: Sequence[int]) -> list[int]:
    return [*map(int, numbers)]
