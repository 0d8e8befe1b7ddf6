"""Running heads, running feet and page numbers: found by what pages have in common, so that they are left out.

A row at the edge of a page is one of them if other pages have the same words at the same height, apart from a number
that counts the pages (left and right pages may differ, each with their like); or if it is such a number; or if it
stands where such rows stand on other pages, set like them and apart from the text.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.pdf.lines import Fragment

_EDGE = 0.16  # the share of a page's height at its top and foot where such rows stand
_ROWS = 3  # how many of them on top of each other
_HEIGHT = 3.0  # points by which their height may differ
_COUNTED = re.compile(r"\A(?P<first>\d{1,4})\b(?!\.\d)|(?<![\d.])\b(?P<last>\d{1,4})(?:\s*(?:of|/|von)\s*\d{1,4})?\Z")
_NUMBER = re.compile(
    r"(?:page|seite|p\.|pg\.?|[-–—|·\[(\s])*(?P<n>\d{1,4}|[ivxlc]{1,7})(?:[-–—|·\])\s.]*|\s*(?:of|/|von)\s*\d{1,4})",
    re.IGNORECASE,
)
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


@dataclass(frozen=True)
class _Row:
    page: int
    top: bool  # at the top of the page, else at its foot
    rank: int  # 0 is the outermost
    base: float
    cells: tuple[Fragment, ...]
    apart: bool  # from the row further in, more than lines of text are

    @property
    def text(self) -> str:
        return " ".join(cell.words for cell in self.cells)

    @property
    def key(self) -> tuple[str, int | None]:
        """What it says without the number at its edge, and how far that number is ahead of the page's."""
        text = self.text.casefold().strip()
        match = _COUNTED.search(text)
        if match is None:
            return text, None
        return _COUNTED.sub("#", text, count=1), int(match["first"] or match["last"]) - self.page

    @property
    def size(self) -> float:
        return self.cells[0].size


def furniture(pages: Sequence[Sequence[Fragment]], heights: Sequence[float]) -> list[list[Fragment]]:
    """The fragments of each page that are no part of the text."""
    rows = [row for page, pieces in enumerate(pages) for row in _edges(page, pieces, heights[page])]
    found = _repeated(rows) | _numbers(rows, len(pages))
    found |= _alike(rows, found)
    outer = {(rows[i].page, rows[i].top, rows[i].rank) for i in found}
    found = {i for i in found if all((rows[i].page, rows[i].top, rank) in outer for rank in range(rows[i].rank))}
    dropped: list[list[Fragment]] = [[] for _ in pages]
    for i in found:
        dropped[rows[i].page] += rows[i].cells
    return dropped


def _edges(page: int, pieces: Sequence[Fragment], height: float) -> Iterator[_Row]:
    """The outermost rows of a page."""
    rows: list[list[Fragment]] = []
    for piece in sorted(pieces, key=lambda piece: piece.base):
        if rows and piece.base - rows[-1][0].base < 0.4 * piece.size:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    ways = [b[0].base - a[0].base for a, b in pairwise(rows)]
    usual = median(ways) if ways else 0.0
    for top, order in ((True, rows), (False, rows[::-1])):
        for rank, row in enumerate(order[:_ROWS]):
            base = row[0].base
            if base > _EDGE * height if top else base < (1 - _EDGE) * height:
                break
            way = abs(order[rank + 1][0].base - base) if rank + 1 < len(order) else 0.0
            cells = tuple(sorted(row, key=lambda piece: piece.left))
            yield _Row(page, top, rank, base, cells, way > 1.3 * usual)


def _repeated(rows: Sequence[_Row]) -> set[int]:
    """Rows whose words stand at the same height of another page."""
    like: dict[tuple[bool, tuple[str, int | None]], list[int]] = defaultdict(list)
    for i, row in enumerate(rows):
        if any(char.isalpha() for char in row.text):
            like[row.top, row.key].append(i)
    return {
        i
        for group in like.values()
        for i in group
        if any(rows[j].page != rows[i].page and abs(rows[j].base - rows[i].base) <= _HEIGHT for j in group)
    }


def _value(text: str) -> int | None:
    """The number that a row is, if it is nothing else."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    digits = match["n"].casefold()
    if digits.isdecimal():
        return int(digits)
    values = [_ROMAN[char] for char in digits]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


def _numbers(rows: Sequence[_Row], pages: int) -> set[int]:
    """Rows that count the pages: alone, or as the outer cell of a row."""
    values: dict[int, int] = {}
    for i, row in enumerate(rows):
        value = _value(row.text)
        if value is None and row.rank == 0 and len(row.cells) > 1:
            outer = [_value(row.cells[0].words), _value(row.cells[-1].words)]
            gaps = row.cells[1].left - row.cells[0].right, row.cells[-1].left - row.cells[-2].right
            value = next(
                (n for n, gap in zip(outer, gaps, strict=True) if n is not None and gap > 1.5 * row.size), None
            )
        if value is not None:
            values[i] = value
    ahead = {(rows[i].page, value - rows[i].page) for i, value in values.items()}  # of the page's place in the file
    votes = Counter(offset for _, offset in ahead)
    counted = {i for i, value in values.items() if votes[value - rows[i].page] >= 2}
    if pages <= 2:
        counted |= {i for i, value in values.items() if value == rows[i].page + 1 and rows[i].rank == 0}
    return counted


def _alike(rows: Sequence[_Row], found: set[int]) -> set[int]:
    """Outermost rows that stand, apart from the text, where two other pages have one that was found, set the same."""
    places = [(rows[i].top, rows[i].base, rows[i].size, rows[i].page) for i in found]
    return {
        i
        for i, row in enumerate(rows)
        if row.rank == 0
        and row.apart
        and sum(
            top is row.top and abs(base - row.base) <= _HEIGHT and size == row.size and page != row.page
            for top, base, size, page in places
        )
        >= 2
    }
