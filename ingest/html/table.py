"""Tables of web pages: which hold data and which only lay out the page, and the cells of those with data.

Left to others: how rows are written (tables.py), what stands in a cell (blocks.py).
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice
from typing import Any

from ingest.html.tree import kinds, opening, text_of
from ingest.tables import Cell

_LONGEST_CELL = 1_500  # characters; a longer one is text that was put beside other text
_LONGEST_UNMARKED = 400  # the same for a table that has no heads
_FLOWS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "pre", "form", "article", "section", "nav", "main", "hr"})
_LOOKED_AT = 20_000  # elements of a table
_GROUPS = frozenset({"thead", "tbody", "tfoot"})


def is_data(table: Any, notes: Collection[Any] = ()) -> bool:
    """Whether a table says something by its rows and columns, rather than put things side by side."""
    if kinds(table) & {"presentation", "none"}:
        return False
    heads = cells = 0
    for element in islice(table.iter(), _LOOKED_AT):
        if element is not table and (element.tag == "table" or element.tag in _FLOWS or element in notes):
            return False
        heads += element.tag == "th"
        cells += element.tag == "td"
    rows = _rows(table)
    widest = max((len(row) for row in rows), default=0)
    if widest < 2 or (len(rows) < 2 and not heads):
        return False
    limit = _LONGEST_CELL if heads or table.find("caption") is not None else _LONGEST_UNMARKED
    return all(len(opening(cell, limit)) <= limit for row in rows for cell in row)


def cells_of(table: Any) -> list[list[Cell]]:
    """The rows of a table as cells, whose content is their element."""
    return [
        [
            Cell(
                text_of(cell),
                cell.tag == "th",
                _number(cell.get("colspan"), 1_000),
                _number(cell.get("rowspan"), 65_534),
                cell,
            )
            for cell in row
        ]
        for row in _rows(table)
    ]


def headers_of(table: Any) -> int | None:
    """How many rows the table sets apart as its head; None if it does not say."""
    head = table.find("thead")
    rows = len(head.findall("tr")) if head is not None else 0
    return rows if 0 < rows <= 5 else None


def _rows(table: Any) -> list[list[Any]]:
    """The cells of each row, those of the head first and those of the foot last."""
    groups = [table, *(group for group in table if group.tag in _GROUPS)]
    order = {"thead": 0, "tfoot": 2}
    groups.sort(key=lambda group: order.get(group.tag, 1))
    rows = [row for group in groups for row in group if row.tag == "tr"]
    return [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]


def _number(text: str | None, most: int) -> int:
    return min(max(int(text), 1), most) if text and text.strip().isdecimal() and len(text) < 9 else 1
