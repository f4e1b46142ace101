"""Records by year -> the bars of a drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from web.addresses import Search

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Bar:
    """Records of some years.

    Attributes:
        label: "1962", or "1960s" where a bar is a decade.
        href: Address of a search for them.
        height: Share of the highest bar, in percent.
    """

    label: str
    count: int
    height: float
    href: str


def bars(years: Mapping[str, int]) -> tuple[Bar, ...]:
    """One bar a year from the first to the last, or a decade or century where years would be too many to see."""
    counted = {int(year): count for year, count in years.items()}
    if not counted:
        return ()
    width = next(width for width in (1, 10, 100, 1000) if max(counted) - min(counted) < 60 * width)
    starts = range(min(counted) // width * width, max(counted) + 1, width)
    totals = {start: sum(counted.get(year, 0) for year in range(start, start + width)) for start in starts}
    highest = max(totals.values())
    return tuple(
        Bar(
            label=str(start) if width == 1 else f"{start}s",
            count=count,
            height=round(100 * count / highest, 1),
            href=Search(date_from=f"{start:04}", date_to=f"{start + width - 1:04}").url(),
        )
        for start, count in totals.items()
    )
