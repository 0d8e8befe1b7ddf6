"""Tables in the lines of a PDF's column: rows of cells that stand under one another, and lists of contents.

A PDF does not say what is a table. Two lines or more that are parted by wide gaps, and whose parts stand under one
another, are taken for one; a line that only goes on in some of the cells belongs to the row above. Each row becomes a
block that repeats the names of its columns, as in all formats (tables.py).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.pdf.blocks import Measure, bold
from ingest.pdf.chars import Glyph
from ingest.pdf.lines import Line

_PARTED = 1.0  # in units of the type's size: a gap that parts cells
_MARKER = re.compile(
    r"[^\w\s]|\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-zA-Z]|[ivxIVX]{1,4})[.)]|\d{1,3}(?:\.\d{1,3})+|\[\w{1,6}\]"
)
_LEADERS = re.compile(r"(?:\.\s?|…\s?|·\s?){4,}\s*(?:[\divxlc]{1,6})?\s*\Z", re.IGNORECASE)
_PAGE = re.compile(r"\d{1,4}|[ivxlc]{1,6}")
_FEW = 4  # lines that make a table of contents
_PROSE = 60  # letters of a line that fills its column


#: A cell: its column, how many columns it spans, and its lines.
Cell = tuple[int, int, tuple[Line, ...]]
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A table: the lines `start` to `end` of its column, and its rows."""

    start: int
    end: int
    rows: tuple[Row, ...]


def contents(lines: Sequence[Line]) -> list[int]:
    """The lines of a table of contents: dots lead to a page, or, among such lines, a page stands at the end or the
    next line goes on."""
    led = [i for i, line in enumerate(lines) if is_contents(line)]
    if len(led) < _FEW:
        return led
    paged = [
        i
        for i, line in enumerate(lines[: led[-1] + 3])
        if i >= led[0] - 3
        and len(line) < 2 * _PROSE
        and _PAGE.fullmatch(_cells(line)[-1].text)
        and len(_cells(line)) > 1
    ]
    wrapped = [i for a, b in pairwise(led) if b - a <= _FEW for i in range(a + 1, b) if lines[i].size == lines[a].size]
    return sorted({*led, *paged, *wrapped})


def is_contents(line: Line) -> bool:
    """Whether a line is one of a table of contents: dots lead to a page's number."""
    return _LEADERS.search(line.text) is not None


def tables(lines: Sequence[Line], measured: Measure) -> list[Found]:
    """The tables of a column, from top to bottom."""
    parted = [_cells(line) for line in lines]
    begin = _front(lines)
    done: list[Found] = []
    at = begin
    while at < len(lines):
        end = _run(lines, parted, at, measured)
        found = _table(lines, parted, at, end) if end > at + 1 else None
        if found is not None:
            done.append(found)
        at = max(end, at + 1) if found is not None else at + 1
    return done


def _cells(line: Line) -> list[Line]:
    """The parts of a line between wide gaps."""
    gaps = [after.left - before.right for before, after in pairwise(line.glyphs) if after.blank]
    least = _PARTED * line.size
    if len(gaps) > 1:  # a justified line has wide gaps too, but all alike
        narrow, wide = min(gaps), max(gaps)
        least = max(least, 1.8 * narrow if narrow < least or wide < min(1.25 * narrow, 3 * least) else 0.0)
    parts: list[list[Glyph]] = [[]]
    for glyph in line.glyphs:
        if parts[-1] and glyph.left - max(other.right for other in parts[-1][-4:]) > least:
            parts.append([])
        parts[-1].append(glyph)
    return [replace(line, glyphs=tuple(part)) for part in parts] if len(parts) > 1 else [line]


def _front(lines: Sequence[Line]) -> int:
    """Where tables may begin: on the first page, authors stand side by side before the text does."""
    if not lines or lines[0].page > 0:
        return 0
    long = [i for i, line in enumerate(lines) if len(line) >= _PROSE and len(_cells(line)) == 1]
    return long[0] if long else 0


def _is_row(cells: Sequence[Line]) -> bool:
    """Whether the parts of a line could be cells: not a bullet and its item, not dots that lead to a page."""
    if len(cells) < 2 or is_contents(cells[-1]) or any(is_contents(cell) for cell in cells[:-1]):
        return False
    return len(cells) > 2 or _MARKER.fullmatch(cells[0].text) is None


def _run(lines: Sequence[Line], parted: Sequence[Sequence[Line]], start: int, measured: Measure) -> int:
    """The end of the run of rows that begins at `start`."""
    if not _is_row(parted[start]):
        return start
    end = at = start + 1
    while at < len(lines):
        way = lines[at].base - lines[at - 1].base
        usual = measured.way(lines[at].size)
        if way > 2.6 * usual or abs(lines[at].size - lines[start].size) > 1.6:
            break
        if _is_row(parted[at]):
            end = at + 1
        elif at - end >= 2 or len(lines[at]) >= _PROSE or way > 1.6 * usual:
            break
        at += 1
    tail = end
    while tail < len(lines) and tail - end < 3 and _hangs(lines, parted, start, tail, measured):
        tail += 1
    return tail


def _hangs(lines: Sequence[Line], parted: Sequence[Sequence[Line]], start: int, at: int, measured: Measure) -> bool:
    """Whether the line at `at` goes on in a cell, not the first, of the row above."""
    line = lines[at]
    seconds = [cell.left for cells in parted[start:at] for cell in cells[1:]]
    close = line.base - lines[at - 1].base <= 1.15 * measured.way(line.size)
    return close and len(line) < _PROSE and any(abs(line.left - left) < 2 for left in seconds)


def _table(lines: Sequence[Line], parted: Sequence[Sequence[Line]], start: int, end: int) -> Found | None:
    rows = [cells for cells in parted[start:end] if _is_row(cells)]
    headed = all(map(bold, rows[0])) and not any(map(bold, rows[-1]))
    if len(rows) < (2 if headed else 3):
        return None
    columns = _columns(rows)
    if len(columns) < 2 or not _aligned(rows, columns):
        return None
    placed = [(line, _placed(cells, columns)) for line, cells in zip(lines[start:end], parted[start:end], strict=True)]
    return Found(start, end, tuple(_merged(placed)))


def _columns(rows: Sequence[Sequence[Line]]) -> list[tuple[float, float]]:
    """The columns as ranges from left to right: what overlaps is one, by the rows that have most cells."""
    counts = Counter(len(cells) for cells in rows)
    most = max((count for count, times in counts.items() if times >= 2), default=max(counts))
    ranges: list[tuple[float, float]] = []
    for left, right in sorted((cell.left, cell.right) for cells in rows if len(cells) >= most for cell in cells):
        if ranges and left < ranges[-1][1] - 0.5:
            ranges[-1] = ranges[-1][0], max(ranges[-1][1], right)
        else:
            ranges.append((left, right))
    return ranges


def _within(cell: Line, columns: Sequence[tuple[float, float]]) -> list[int]:
    """The columns that a cell overlaps, else the nearest."""
    over = [i for i, (left, right) in enumerate(columns) if cell.left < right - 0.5 and cell.right > left + 0.5]
    middle = (cell.left + cell.right) / 2
    return over or [min(range(len(columns)), key=lambda i: abs((columns[i][0] + columns[i][1]) / 2 - middle))]


def _aligned(rows: Sequence[Sequence[Line]], columns: Sequence[tuple[float, float]]) -> bool:
    """Whether cells stand under one another: each row's in columns of their own, most of them flush."""
    apart = flush = cells = 0
    by_column: dict[int, list[Line]] = {}
    for row in rows:
        homes = [_within(cell, columns) for cell in row]
        first = [home[0] for home in homes]
        apart += len(set(first)) == len(first) and all(len(home) == 1 for home in homes)
        for cell, home in zip(row, first, strict=True):
            by_column.setdefault(home, []).append(cell)
    for column in by_column.values():
        ways = [
            Counter(round(place / 2) for place in places).most_common(1)[0][1]
            for places in (
                [cell.left for cell in column],
                [cell.right for cell in column],
                [(cell.left + cell.right) / 2 for cell in column],
            )
        ]
        flush += max(ways)
        cells += len(column)
    return apart >= 0.7 * len(rows) and flush >= 0.55 * cells


def _placed(cells: Sequence[Line], columns: Sequence[tuple[float, float]]) -> list[Cell]:
    found: list[Cell] = []
    for cell in cells:
        home = _within(cell, columns)
        if found and home[0] <= found[-1][0] + found[-1][1] - 1:
            column, spanned, before = found.pop()
            found.append((column, max(spanned, home[-1] - column + 1), (*before, cell)))
        else:
            found.append((home[0], len(home), (cell,)))
    return found


def _merged(
    placed: Sequence[tuple[Line, list[Cell]]],
) -> list[Row]:
    """Rows, with lines that only go on in cells of the row above put into them."""
    ways = [after.base - before.base for (before, _), (after, _) in pairwise(placed)]
    tight = min(ways) * 1.12 if ways and min(ways) < 0.85 * max(ways) else 0.0
    rows: list[dict[int, tuple[int, tuple[Line, ...]]]] = []
    for i, (_, cells) in enumerate(placed):
        goes_on = bool(rows) and all(column in rows[-1] for column, _, _ in cells)
        partial = len(cells) < max(len(rows[-1]), 2) if rows else False
        if goes_on and partial and (ways[i - 1] <= tight or (cells[0][0] > 0 and cells[0][2][0].text[:1].islower())):
            for column, _, more in cells:
                spanned, before = rows[-1][column]
                rows[-1][column] = spanned, before + more
        else:
            rows.append({column: (spanned, lines) for column, spanned, lines in cells})
    return [tuple((column, *row[column]) for column in sorted(row)) for row in rows]
