"""The plots of an evaluation run, whose values are in runs.py, of what is to be studied, and of dated events.

Each says in colour only what it also says in shape, and each stands beside a table of the same figures. Axes and
text take their colours from the page's theme; the caller gives the two that the marks are drawn in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from app.study.events.day import Day, year_text
from app.study.events.when import Precision
from app.study.timeline import Event
from app.ui.runs import Bin, System
from app.ui.scores import MAIN

_SHAPES = ("circle", "square", "triangle-up", "diamond")
_AXIS = [0, 20, 40, 60, 80, 100]


def calibration_chart(bins: Sequence[Bin], *, accent: str, line: str) -> Any:
    """Stated confidence against the share of right answers, both in per cent, with 95 % intervals.

    On the dashed diagonal a confidence says what it should. The larger a point, the more questions it stands for.
    """
    import altair as alt

    points = [
        {
            "stated": 100 * one.stated,
            "right": 100 * one.right,
            "low": 100 * one.right_low,
            "high": 100 * one.right_high,
            "questions": one.n,
        }
        for one in bins
    ]
    ends = alt.Chart(alt.Data(values=[{"at": 0}, {"at": 100}]))
    data = alt.Chart(alt.Data(values=points))
    scale = alt.Scale(domain=[0, 100], nice=False)
    x = alt.X("stated:Q", title="stated confidence, %", scale=scale, axis=alt.Axis(values=_AXIS))
    y = alt.Y("right:Q", title="right, %", scale=scale, axis=alt.Axis(values=_AXIS))
    tooltip = [alt.Tooltip(f"{name}:Q", format=".0f") for name in ("stated", "right", "low", "high", "questions")]
    diagonal = ends.mark_line(strokeDash=[6, 5], strokeWidth=1.5, color=line).encode(
        x=alt.X("at:Q", scale=scale), y=alt.Y("at:Q", scale=scale)
    )
    intervals = data.mark_rule(strokeWidth=2, color=accent).encode(x=x, y=alt.Y("low:Q", scale=scale), y2="high:Q")
    dots = data.mark_point(filled=True, opacity=1, color=accent).encode(
        x=x, y=y, size=alt.Size("questions:Q", scale=alt.Scale(range=[40, 260]), legend=None), tooltip=tooltip
    )
    return alt.layer(diagonal, intervals, dots).properties(height=320)


def figures_chart(systems: Sequence[System], *, accent: str, other: str) -> Any:
    """The main figures that are shares, with their intervals, a row each: the systems below one another.

    The first system is drawn in `accent`, the others in `other`; all are told apart by shape and by place.
    """
    import altair as alt

    values = [
        {
            "figure": figure.name,
            "system": system.name,
            "value": figure.scale * figure.value,
            "low": figure.scale * figure.low,
            "high": figure.scale * figure.high,
        }
        for system in systems
        for figure in system.figures
        if figure.key in MAIN and figure.unit
        if figure.value is not None and figure.low is not None and figure.high is not None
    ]
    names = [system.name for system in systems]
    labels = {figure.key: figure.name for figure in systems[0].figures if figure.unit}
    rows = [labels[key] for key in MAIN if key in labels]
    data = alt.Chart(alt.Data(values=values))
    x = alt.X("value:Q", title="per cent", scale=alt.Scale(domain=[0, 100]), axis=alt.Axis(values=_AXIS))
    y = alt.Y("figure:N", title=None, sort=rows, axis=alt.Axis(labelLimit=190, labelOverlap=False, ticks=False))
    offset = alt.YOffset("system:N", sort=names)
    legend = alt.Legend(title=None, orient="top", columns=2)
    colour = alt.Color(
        "system:N",
        sort=names,
        scale=alt.Scale(domain=names, range=[accent, *[other] * (len(names) - 1)]),
        legend=legend,
    )
    shapes = [_SHAPES[i % len(_SHAPES)] for i in range(len(names))]
    shape = alt.Shape("system:N", sort=names, scale=alt.Scale(domain=names, range=shapes), legend=legend)
    tooltip = ["figure:N", "system:N", *(alt.Tooltip(f"{name}:Q", format=".0f") for name in ("value", "low", "high"))]
    intervals = data.mark_rule(strokeWidth=1.5).encode(
        x=alt.X("low:Q", scale=alt.Scale(domain=[0, 100])), x2="high:Q", y=y, yOffset=offset, color=colour
    )
    dots = data.mark_point(filled=True, size=55, opacity=1).encode(
        x=x, y=y, yOffset=offset, color=colour, shape=shape, tooltip=tooltip
    )
    return alt.layer(intervals, dots).properties(
        height=120 + len(rows) * (12 * len(names) + 12)
    )  # with axis and legend


def forecast_chart(days: Sequence[tuple[date, int]], *, accent: str) -> Any:
    """How many cards are due on each day: a bar a day, the first of them today."""
    import altair as alt

    values = [{"day": f"{day.isoformat()}T12:00:00", "cards": n} for day, n in days]  # noon of the browser's zone
    ends = [f"{(days[0][0] - timedelta(days=1)).isoformat()}T18:00:00", f"{days[-1][0].isoformat()}T23:59:00"]
    most = max(n for _, n in days)
    x = alt.X(
        "day:T",
        title=None,
        scale=alt.Scale(domain=ends),
        axis=alt.Axis(format="%-d %b", tickCount=6, grid=False, labelOverlap=True),
    )
    y = alt.Y(
        "cards:Q",
        title="cards due",
        scale=alt.Scale(domain=[0, max(most, 4)], nice=False),
        axis=alt.Axis(tickCount=4, format="d", tickMinStep=1),
    )
    tooltip = [alt.Tooltip("day:T", title="day", format="%-d %B"), "cards:Q"]
    chart = alt.Chart(alt.Data(values=values)).mark_bar(color=accent, size=7)
    return chart.encode(x=x, y=y, tooltip=tooltip).properties(height=170)


_KINDS = {"a day": "circle", "a month": "diamond", "up to then": "triangle-left", "from then on": "triangle-right"}
_LANES = 150  # marks beside each other for which there is room
_MOST_HEIGHT, _LANE, _AROUND_IT = 420, 14, 110  # pixels; the last are for the axis and the legend


def timeline_chart(
    events: Sequence[Event], names: Sequence[str], years: tuple[int, int], *, accent: str, line: str
) -> Any:
    """Events over time: a mark for each day and month, a bar for a longer time, a triangle where it is open to a side.

    Marks that would lie over each other are stacked. A mark that is clicked is selected by its `name`. `years` are the
    first and the last that are drawn; bars that reach beyond them are cut.
    """
    import altair as alt

    window = (Day(years[0], 1, 1).number, Day(years[1], 12, 31).number + 1)
    rows = [_event_row(event, name, window) for event, name in zip(events, names, strict=True)]
    lanes = _stacked([(row["from"], row["to"]) for row in rows], (window[1] - window[0]) / _LANES)
    for row, lane in zip(rows, lanes, strict=True):
        row["lane"] = lane
    count = max(lanes, default=0) + 1
    plot = min(_MOST_HEIGHT, max(60, count * _LANE))
    thick = max(2.0, min(8.0, 0.6 * plot / count))
    vega_has = years[0] >= _VEGA_FROM
    x_axis = alt.Axis(grid=False, labelOverlap=True, tickCount=6) if vega_has else _year_axis(years)
    domain = [_moment(day) for day in window]
    scale = alt.Scale(type="utc" if vega_has else "linear", domain=domain, padding=12, nice=False)
    x = alt.X("start", type="temporal" if vega_has else "quantitative", title=None, scale=scale, axis=x_axis)
    lane_axis = alt.Y("lane:Q", axis=None, scale=alt.Scale(domain=[-0.7, count - 0.3], nice=False))
    tooltip = [alt.Tooltip("when:N"), alt.Tooltip("what:N"), alt.Tooltip("section:N")]
    bars = (
        alt.Chart(alt.Data(values=[row for row in rows if not row["kind"]]))
        .mark_bar(color=accent, opacity=0.75, stroke=accent, strokeWidth=1, height=thick, cursor="pointer")
        .encode(x=x, x2="end", y=lane_axis, tooltip=tooltip)
        .add_params(alt.selection_point("bars", fields=["name"]))
    )
    points = (
        alt.Chart(alt.Data(values=[row for row in rows if row["kind"]]))
        .mark_point(filled=True, opacity=1, size=min(70.0, 8 * thick + 16), color=accent, cursor="pointer")
        .encode(
            x=x,
            y=lane_axis,
            shape=alt.Shape(
                "kind:N",
                scale=alt.Scale(domain=list(_KINDS), range=list(_KINDS.values())),
                legend=alt.Legend(title=None, orient="top", columns=2, symbolFillColor=accent, symbolStrokeColor=line),
            ),
            tooltip=tooltip,
        )
        .add_params(alt.selection_point("points", fields=["name"]))
    )
    return alt.layer(bars, points).properties(height=plot + _AROUND_IT)


_DAY_LONG = 86_400_000  # milliseconds
_EPOCH = Day(1970, 1, 1).number
_STEPS = (50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000)  # years between two marks of an axis
_MOST_MARKS = 8
_VEGA_FROM = 1000  # the first year of which Vega draws a good axis of time


def _moment(day: int) -> int:
    """When a day begins, as a browser counts: before Christ as well, which no text that it reads as a date can say."""
    return (day - _EPOCH) * _DAY_LONG


def _year_axis(years: tuple[int, int]) -> Any:
    """An axis of round years, each with its era. Vega's own has "-0043" for 44 BC and "0800" for 800."""
    import altair as alt

    first, last = years
    step = next((step for step in _STEPS if (last - first) / step <= _MOST_MARKS), _STEPS[-1])
    if last - first < 2 * step:
        step = max(1, (last - first) // 4)
    marks = [year or 1 for year in range(-(-first // step) * step, last + 1, step)]
    named = {_moment(Day(year, 1, 1).number): year_text(year) for year in marks}
    says = "".join(f"datum.value === {moment} ? '{text}' : " for moment, text in named.items())
    return alt.Axis(grid=False, labelOverlap=True, values=list(named), labelExpr=f"{says}''")


def _event_row(event: Event, name: str, window: tuple[int, int]) -> dict[str, Any]:
    """What the drawing says of an event within a window of time, in `Day.number`s; a bar has no kind."""
    kind = ""
    if event.start is None or event.end is None:
        kind = "up to then" if event.start is None else "from then on"
    elif event.precision in (Precision.DAY, Precision.MONTH):
        kind = f"a {event.precision}"
    first = max(event.when.anchor.number, window[0])
    last = max(first, min(first if kind or event.end is None else event.end.number, window[1]))
    return {
        "name": name,
        "kind": kind,
        "start": _moment(first),
        "end": _moment(last + 1),
        "when": event.date_text,
        "what": event.shown,
        "section": event.section,
        "from": first,
        "to": last,
    }


def _stacked(times: Sequence[tuple[int, int]], room: float) -> list[int]:
    """For each time, its days in order of the first, the lowest lane in which nothing lies nearer to it than `room`."""
    free: list[float] = []  # where each lane is free again
    lanes = []
    for first, last in times:
        lane = next((i for i, at in enumerate(free) if at <= first), len(free))
        free[lane : lane + 1] = [last + room]
        lanes.append(lane)
    return lanes
