"""Tables become rows that are understood by themselves: "Region: North; Farms: 28".

A format's own module says what the cells are; here it is judged which rows name the columns, and each row is written
with these names. A cell that spans rows is said in each of them, a line that spans all columns before each row under
it. A row too long for a passage is parted between its cells, each part with the row's first cell.

Left to others: whether a table is one (HTML lays pages out with them), what stands in a cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.composing import Composer
from ingest.documents import BlockKind

LONGEST_LABEL = 100  # characters of a column's name; a longer one is no name
_LONGEST_REPEATED = 200  # of a cell that is said again in the next row
_LONGEST_PART = 800  # of a row in one block
_MOST_REPEATED = 20_000  # cells of a table that are said again
_MOST_COLUMNS = 1_000
_MOST_HEADERS = 5  # rows that name the columns
_NUMBER = re.compile(r"[^\w]*\d[\d.,:/\s–%-]*[^\w]*|[-–—]|n/?a", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its text in one line, whether it is set as a name of its column or row, and how far it spans. `content`
    is what the format's own module writes it from."""

    text: str
    names: bool = False
    columns: int = 1
    rows: int = 1
    content: Any = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell at its column; `again` if it began in a row above."""

    cell: Cell
    column: int
    again: bool = False

    @property
    def end(self) -> int:
        return self.column + min(self.cell.columns, _MOST_COLUMNS)


def write_table(
    composer: Composer,
    rows: Sequence[Sequence[Cell]],
    write: Callable[[Cell], None],
    *,
    kind: BlockKind = BlockKind.TABLE,
    headers: int | None = None,
) -> None:
    """Write the rows of a table, a block each. `write` writes what a cell holds; `headers` is how many rows name the
    columns, None if that is to be judged."""
    lined = [row for row in placed(rows) if any(not item.again for item in row)]
    width = max((item.end for row in lined for item in row), default=0)
    heads = min(_headers(lined, width) if headers is None else headers, len(lined) - 1)
    labels = _labels(lined[:heads])
    body = lined[heads:]
    if any(len(item.cell.text) > LONGEST_LABEL for row in lined[:heads] for item in row):
        labels, body = {}, lined
    pairs = not labels and width == 2 and all(_is_pair(row) for row in body)
    group = ""
    lines: list[tuple[str, list[Placed]]] = []
    for number, row in enumerate(body):
        shown = [item for item in row if item.cell.text]
        if len(shown) == 1 and len(row) == 1 and row[0].end - row[0].column == width > 1 and number + 1 < len(body):
            group = shown[0].cell.text if len(shown[0].cell.text) <= LONGEST_LABEL else ""
            if not group:
                lines.append(("", shown))
        else:
            lines += ((group, part) for part in _parts(shown))
    for number, (above, line) in enumerate(lines):
        if above:
            composer.write(above)
            composer.join(";")
        _write_row(composer, line, write, labels=labels, pairs=pairs)
        composer.end(kind, near=number + 1 < len(lines))


def _write_row(
    composer: Composer,
    line: Sequence[Placed],
    write: Callable[[Cell], None],
    *,
    labels: dict[int, str],
    pairs: bool,
) -> None:
    for number, item in enumerate(line):
        if number:
            paired = pairs or (number == 1 and len(line) == 2 and line[0].cell.names)
            composer.join(":" if paired and item.column not in labels else ";")
        label = labels.get(item.column, "")
        if label:
            composer.write(f"{label.rstrip(': ')}: ")
        write(item.cell)


def placed(rows: Sequence[Sequence[Cell]]) -> Iterator[list[Placed]]:
    """The cells of each row at their columns, with those that reach into it from above."""
    reaching: list[tuple[Placed, int]] = []  # a cell and how many rows it goes on for
    budget = _MOST_REPEATED
    for row in rows:
        if not row:
            continue
        line = [Placed(held.cell, held.column, True) for held, _ in reaching]
        budget -= len(line)
        taken = sorted((item.column, item.end) for item in line)
        column = 0
        further: list[tuple[Placed, int]] = []
        for cell in row:
            while taken and taken[0][0] <= column:
                column = max(column, taken.pop(0)[1])
            item = Placed(cell, column)
            line.append(item)
            column = item.end
            if cell.rows > 1 and len(cell.text) <= _LONGEST_REPEATED and budget > 0:
                further.append((item, cell.rows))
        reaching = [(held, left - 1) for held, left in [*reaching, *further] if left > 1]
        yield sorted(line, key=lambda item: item.column)


def _headers(rows: Sequence[Sequence[Placed]], width: int) -> int:
    """How many rows name the columns: those set as names throughout, else perhaps the first one, by what it says."""
    count = 0
    for row in rows[:_MOST_HEADERS]:
        whole = len(row) == 1 and width > 1 and count == 0 and row[0].end - row[0].column == width
        if whole or not all(item.cell.names or not item.cell.text for item in row) or not any(i.cell.text for i in row):
            break
        count += 1
    if count or len(rows) < 2 or width < 2:
        return count
    first = [item.cell for item in rows[0]]
    texts = [cell.text for cell in first]
    short = all(len(text) <= 60 and not _NUMBER.fullmatch(text) for text in texts) and all(texts[1:])
    if not short or len(set(texts)) < len(texts) or len(first) < width or any(cell.names for cell in first):
        return 0
    columns: dict[int, list[str]] = {}
    for row in rows[1:]:
        for item in row:
            if item.cell.text:
                columns.setdefault(item.column, []).append(item.cell.text)
    numbers = (column for column, cells in columns.items() if all(_NUMBER.fullmatch(text) for text in cells))
    return 1 if next(numbers, None) is not None else 0


def _labels(rows: Sequence[Sequence[Placed]]) -> dict[int, str]:
    """The name of each column: what its header rows say, from the top."""
    found: dict[int, list[str]] = {}
    for row in rows:
        for item in row:
            for column in range(item.column, item.end):
                names = found.setdefault(column, [])
                if item.cell.text and item.cell.text not in names:
                    names.append(item.cell.text)
    labels = {column: " ".join(names) for column, names in found.items()}
    return {column: label for column, label in labels.items() if label and len(label) <= 2 * LONGEST_LABEL}


def _is_pair(row: Sequence[Placed]) -> bool:
    """Whether a row reads as a name and what it is: "Born" and "1900"."""
    name = row[0].cell.text
    return len(row) < 2 or (0 < len(name) <= 60 and name[-1] not in ".!?;:" and not _NUMBER.fullmatch(name))


def _parts(row: list[Placed]) -> Iterator[list[Placed]]:
    """The cells in runs that fit into a block, each with the first cell again."""
    if not row:
        return
    part, size = [row[0]], len(row[0].cell.text)
    lead = [row[0]] if size <= _LONGEST_REPEATED else []
    for item in row[1:]:
        if size + len(item.cell.text) > _LONGEST_PART and len(part) > len(lead):
            yield part
            part, size = [*lead], sum(len(held.cell.text) for held in lead)
        part.append(item)
        size += len(item.cell.text)
    yield part
