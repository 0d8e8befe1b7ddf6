"""The plots of an evaluation run, whose values are in runs.py, and of what is to be studied.

Each says in colour only what it also says in shape, and each stands beside a table of the same figures. Axes and
text take their colours from the page's theme; the caller gives the two that the marks are drawn in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

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
