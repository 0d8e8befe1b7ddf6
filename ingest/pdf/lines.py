"""The characters of a PDF page become fragments (words that run on) and lines, each character still with its glyph.

A line of type is not what the file says it is: a file draws runs of characters wherever it likes. Runs are cut where
the type jumps, and put together again where they stand on one base, by the columns that columns.py finds.

Left to others: the order of columns (columns.py), what lines mean (blocks.py), the text (text.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from ingest.pdf.chars import Glyph, Style

#: In units of the type's size: a longer way to the next character parts fragments, a shorter one is no blank.
GAP = 0.85
_BLANK = 0.16
_STRAY = 2  # characters of a piece that may belong to a line whose base is not its own
ACCENTS = frozenset("´`¨ˆ˜¯ˇ˚¸˘˙˝˛")  # that are set as characters of their own, over a letter


@dataclass(frozen=True)
class Fragment:
    """A run of characters on one base, in order from left to right, and where it stands on its page."""

    glyphs: tuple[Glyph, ...]

    @cached_property
    def left(self) -> float:
        return min(glyph.left for glyph in self.glyphs)

    @cached_property
    def right(self) -> float:
        return max(glyph.right for glyph in self.glyphs)

    @cached_property
    def base(self) -> float:
        return median(glyph.base for glyph in self.glyphs)

    @cached_property
    def size(self) -> float:
        return self.style.size

    @cached_property
    def style(self) -> Style:
        """The style of most of its characters."""
        first = self.glyphs[0].style
        if all(glyph.style is first for glyph in self.glyphs):
            return first
        return Counter(glyph.style for glyph in self.glyphs).most_common(1)[0][0]

    @cached_property
    def top(self) -> float:
        return self.base - 0.75 * self.size

    @cached_property
    def bottom(self) -> float:
        return self.base + 0.22 * self.size

    def __len__(self) -> int:
        return len(self.glyphs)

    @cached_property
    def words(self) -> str:
        """Its characters, blanks between words."""
        return "".join((" " if glyph.blank and i else "") + glyph.char for i, glyph in enumerate(self.glyphs))


@dataclass(frozen=True)
class Line(Fragment):
    """A line of type in its column: `cells` are its fragments, `page` counts from 0; `column` is the column's number on
    the page, in reading order, and `bounds` the column's left and right edge."""

    page: int = 0
    column: int = 0
    bounds: tuple[float, float] = (0.0, 0.0)
    cells: tuple[Fragment, ...] = ()

    @property
    def text(self) -> str:
        """As `words`."""
        return self.words


def fragments(glyphs: Sequence[Glyph], turn: int = 0) -> list[Fragment]:
    """The runs of a page's characters that are set in the direction `turn`, in the order of the file."""
    done: list[Fragment] = []
    run: list[Glyph] = []
    for glyph in glyphs:
        if glyph.style.turn != turn:
            continue
        if run and not _runs_on(run[-1], glyph):
            done.append(Fragment(tuple(run)))
            run = []
        run.append(glyph)
    if run:
        done.append(Fragment(tuple(run)))
    return [piece for piece in done if piece.right > piece.left or len(piece) > 1]


def _runs_on(before: Glyph, after: Glyph) -> bool:
    """Whether `after` stands right behind `before` on the same base."""
    size = max(before.style.size, after.style.size)
    gap = after.left - before.right
    if abs(before.base - after.base) > 0.12 * size or max(before.style.size, after.style.size) > 1.3 * min(
        before.style.size, after.style.size
    ):
        return False
    return -1.3 * size <= gap <= GAP * size and after.left >= before.left - 0.3 * size


def lines(pieces: Iterable[Fragment], page: int, column: int, bounds: tuple[float, float]) -> list[Line]:
    """The fragments of one column as its lines, from top to bottom; raised and lowered ones join theirs."""
    rows: list[list[Fragment]] = []
    waiting: list[Fragment] = []
    ordered = sorted(pieces, key=lambda piece: (piece.base, piece.left))
    sizes = [piece.size for piece in ordered for _ in range(len(piece))]
    usual = median(sizes) if sizes else 1.0
    for piece in ordered:
        if (piece.size < 0.86 * usual and len(piece) <= 8) or (len(piece) == 1 and piece.words in ACCENTS):
            waiting.append(piece)
        elif rows and abs(piece.base - rows[-1][0].base) <= 0.25 * min(piece.size, rows[-1][0].size):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    strays = [row for row in rows if all(len(piece) <= _STRAY for piece in row)]  # lowered, as in the name of TeX
    rows = [row for row in rows if any(len(piece) > _STRAY for piece in row)]
    kept: list[list[Fragment]] = []
    for stray in strays:
        homes = [_home(piece, rows) for piece in stray]
        if all(home is not None for home in homes):
            waiting += stray
        else:
            kept.append(stray)
    rows += kept
    for piece in sorted(waiting, key=lambda piece: -piece.size):  # the words of a footnote before the number over them
        row = _home(piece, rows) or _level(piece, rows)
        if row is None:
            rows.append([piece])
        else:
            row.append(piece)
    made = [_line(row, page, column, bounds) for row in rows]
    return sorted(made, key=lambda line: line.base)


def _home(piece: Fragment, rows: Sequence[list[Fragment]]) -> list[Fragment] | None:
    """The row that a small piece is raised from, or stands on."""
    best, best_way = None, 0.7
    for row in rows:
        size = max(other.size for other in row)
        if piece.size > size:
            continue
        rise = (row[0].base - piece.base) / size
        near = any(
            -0.6 * size < gap < 2 * size
            for other in row
            for gap in (piece.left - other.right, other.left - piece.right)
        )
        if near and -0.35 <= rise <= 0.65 and abs(rise) < best_way:
            best, best_way = row, abs(rise)
    return best


def _level(piece: Fragment, rows: Sequence[list[Fragment]]) -> list[Fragment] | None:
    """The row on whose base a piece stands, in type of its size: the cells of a table in small type are far apart."""
    for row in reversed(rows):
        size = row[0].size
        near = abs(piece.base - row[0].base) <= 0.25 * min(piece.size, size)
        if near and piece.size >= 0.86 * size and row[0].words not in ACCENTS:
            return row
    return None


def _line(row: list[Fragment], page: int, column: int, bounds: tuple[float, float]) -> Line:
    cells = sorted(row, key=lambda piece: piece.left)
    glyphs: list[Glyph] = []
    for cell in cells:
        for i, glyph in enumerate(cell.glyphs):
            gap = glyph.left - glyphs[-1].right if glyphs else 0.0
            blank = bool(glyphs) and (
                (glyph.blank and (i > 0 or gap > 0.02 * glyph.style.size)) or gap > _BLANK * glyph.style.size
            )
            if blank is glyph.blank:
                glyphs.append(glyph)
            else:
                glyphs.append(glyph._replace(blank=blank))
    return Line(tuple(glyphs), page, column, bounds, tuple(cells))
