"""A chart of the collection -> dots, labels and a legend, in percent so that they fit any width."""

from dataclasses import dataclass

from rag.search.semantic_map import Chart, Region
from web.translation import gettext
from web.views.dates import dated
from web.views.urls import field_url

_MARGIN = 4.0  # percent: half a dot, half a line of text
_WORD, _LINE = 9.0, 3.5  # percent: half a label's width and height
_STEPS = (0, -3, 3, -6, 6, -9, 9)  # percent by which a label may move, the smallest first
_NEAR = 14.0  # percent from a side; a nearer label is aligned to that side


@dataclass(frozen=True, slots=True)
class Dot:
    """A record on the map."""

    x: float
    y: float
    period: str  # CSS class of its shape and colour: "p0", "p1", ... or "none".
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class MapLabel:
    """A name on the map, and the address of its records."""

    x: float
    y: float
    anchor: str
    text: str
    count: int
    href: str


@dataclass(frozen=True, slots=True)
class Period:
    """Some years, their shape and colour, and their number of dots."""

    period: str
    years: str
    count: int


@dataclass(frozen=True, slots=True)
class Map:
    """The map."""

    dots: tuple[Dot, ...]
    names: tuple[MapLabel, ...]
    periods: tuple[Period, ...]
    total: int  # records of the collection; the map may show fewer


def mapped(chart: Chart) -> Map:
    """Place all dots and labels."""
    classes = [_class(spot.period) for spot in chart.spots]
    spans = [f"{first}" if first == last else f"{first} – {last}" for first, last in chart.periods]
    legend = [(_class(at), years) for at, years in enumerate(spans)] + [(_class(None), gettext("no year known"))]
    return Map(
        dots=tuple(
            Dot(
                x=_percent(spot.x),
                y=_percent(spot.y),
                period=period,
                label=f"{dated(spot.record.date) if spot.record.date else gettext('undated')}: {spot.record.title}",
                href=spot.record.url,
            )
            for spot, period in zip(chart.spots, classes, strict=True)
        ),
        names=tuple(
            MapLabel(
                x=_percent(area.x),
                y=_free(area, chart),
                anchor="start" if _percent(area.x) < _NEAR else "end" if _percent(area.x) > 100 - _NEAR else "middle",
                text=area.name,
                count=area.count,
                href=field_url(area.field, area.name),
            )
            for area in chart.regions
        ),
        periods=tuple(Period(period, years, count) for period, years in legend if (count := classes.count(period))),
        total=chart.total,
    )


def _free(region: Region, chart: Chart) -> float:
    """The label's distance from the top: the middle of its records, or a height near it that hides fewer dots."""
    beside = [_percent(spot.y) for spot in chart.spots if abs(spot.x - region.x) * 100 < _WORD]
    heights = [min(max(_percent(region.y) + step, _MARGIN), 100 - _MARGIN) for step in _STEPS]
    hidden = [sum(abs(y - height) < _LINE for y in beside) for height in heights]
    return round(heights[hidden.index(min(hidden))], 1)


def _class(period: int | None) -> str:
    return "none" if period is None else f"p{period}"


def _percent(place: float) -> float:
    return round(_MARGIN + place * (100 - 2 * _MARGIN), 1)
