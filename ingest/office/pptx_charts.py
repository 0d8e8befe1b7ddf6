"""The charts and diagrams of a presentation as rows and lines: what they show, not how.

Left to others: the slides they are on (pptx_read.py).
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from ingest.tables import Cell

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
D = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_MOST_CATEGORIES = 2_000
_MOST_SERIES = 50
_MOST_POINTS = 5_000  # of a diagram
_DATES = re.compile(r"(?i)(?:[^\\\"\[]*[yd]).*")  # a number's format that makes a date of it
_FIRST_DAY = date(1899, 12, 30)  # what spreadsheets count days from
_MOST_DAYS = 200_000


def title_of(chart: Any) -> str:
    """The title of a chart, "" if it has none of its own."""
    title = chart.find(f"{C}chart/{C}title")
    return "" if title is None else " ".join("".join(text.text or "" for text in title.iter(f"{A}t")).split())


def rows_of(chart: Any) -> list[list[Cell]]:
    """A row for each category of a chart, with the value of each series; the first row names the series."""
    series = list(chart.iter(f"{C}ser"))[:_MOST_SERIES]
    categories: dict[int, str] = {}
    for one in series:
        categories = categories or _points(one, "cat", "xVal")
    values = [_points(one, "val", "yVal") for one in series]
    names = [Cell(" ".join(_points(one, "tx").values()), names=True) for one in series]
    rows = [
        [Cell(categories[at]), *(Cell(column.get(at, "")) for column in values)]
        for at in sorted(categories)[:_MOST_CATEGORIES]
    ]
    return [[Cell(""), *names], *rows] if rows else []


def points_of(diagram: Any) -> list[str]:
    """The words of a diagram (SmartArt), a line for each of its points."""
    points = [one for one in diagram.iter(f"{D}pt") if one.get("type", "node") in ("node", "asst")][:_MOST_POINTS]
    texts = (" ".join(" ".join(text.text or "" for text in point.iter(f"{A}t")).split()) for point in points)
    return [text for text in texts if text]


def _points(series: Any, *tags: str) -> dict[int, str]:
    """What a chart keeps of the cells that it was made from, by place."""
    for tag in tags:
        place = series.find(f"{C}{tag}")
        if place is not None:
            form = next((one.text or "" for one in place.iter(f"{C}formatCode")), "")
            found: dict[int, str] = {}
            for at, point in enumerate(place.iter(f"{C}pt")):
                number, value = point.get("idx") or "", point.find(f"{C}v")
                key = int(number) if number.isdecimal() and len(number) < 9 else at
                found.setdefault(key, _shown((value.text or "") if value is not None else "", form))
            return found
    return {}


def _shown(value: str, form: str) -> str:
    """A value as one reads it: no tail of digits that come of binary numbers, days as dates."""
    text = " ".join(value.split())
    try:
        number = float(text)
    except ValueError:
        return text
    if _DATES.fullmatch(form) and form != "General" and 0 < number < _MOST_DAYS:
        return (_FIRST_DAY + timedelta(days=int(number))).isoformat()
    return f"{number:.12g}" if abs(number) < 1e12 else text
