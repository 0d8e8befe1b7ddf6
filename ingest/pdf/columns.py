"""The order in which the fragments of a page are read: columns one after the other, what goes over them between.

A gutter is a place that runs of lines end before and others begin behind. Where it goes through, the page is two
columns, each perhaps parted again; what crosses it (a title, a wide table) cuts it into bands that are read from top
to bottom. A table has gutters too: but its rows are short, and the file draws them row by row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.pdf.lines import Fragment

_FEWEST_LINES = 3
_FEWEST_LETTERS = 14  # a line of a column has so many on average
_SLACK = 1.5  # points by which a run may reach into a gutter
_DEPTH = 3  # how often columns are parted: up to eight


@dataclass(frozen=True, slots=True)
class Column:
    """A part of a page that is read from top to bottom: its fragments, and its left and right edge."""

    pieces: tuple[Fragment, ...]
    bounds: tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A fragment, when the file draws it, and where it begins, ends and lies."""

    piece: Fragment
    turn: int
    left: float
    right: float
    middle: float


@dataclass(frozen=True, slots=True)
class _Band:
    """What lies between two crossings of a gutter, or what crosses it (`columns` is false)."""

    left: tuple[_Placed, ...]
    right: tuple[_Placed, ...]
    columns: bool


def columns(pieces: Sequence[Fragment], gutters: Sequence[float] = ()) -> list[Column]:
    """The columns of a page in reading order. `gutters` are places where other pages have one."""
    placed = _place(pieces)
    return [
        Column(tuple(one.piece for one in part), (min(one.left for one in part), max(one.right for one in part)))
        for part in _parted(placed, gutters, _DEPTH)
        if part
    ]


def gutter(pieces: Sequence[Fragment]) -> float | None:
    """The place of the gutter that parts most of a page, if there is one."""
    return _best(_place(pieces))


def _place(pieces: Sequence[Fragment]) -> list[_Placed]:
    return [
        _Placed(piece, turn, piece.left, piece.right, (piece.top + piece.bottom) / 2)
        for turn, piece in enumerate(pieces)
    ]


def _parted(placed: list[_Placed], gutters: Sequence[float], depth: int) -> list[list[_Placed]]:
    if depth == 0 or len(placed) < 2:
        return [placed]
    at = _best(placed)
    hinted = at is None
    if at is None:
        at = next(
            (place for place in gutters if any(band.columns for band in _bands(placed, place, hinted=True))), None
        )
    if at is None:
        return [placed]
    parts: list[list[_Placed]] = []
    whole: list[_Placed] = []
    for band in _bands(placed, at, hinted=True):
        if not band.columns:
            whole += [*band.left, *band.right]
            continue
        if whole:
            parts.append(whole)
            whole = []
        rest = () if hinted else gutters
        parts += _parted(list(band.left), rest, depth - 1) + _parted(list(band.right), rest, depth - 1)
    if whole:
        parts.append(whole)
    return parts


def _best(placed: Sequence[_Placed]) -> float | None:
    """The place that parts most characters into columns."""
    if len(placed) < 2 * _FEWEST_LINES:
        return None
    starts = Counter(round(one.left) for one in placed)
    farthest = min(one.left for one in placed) + 8
    tries = [start for start, count in starts.most_common(12) if start > farthest and count >= 2]
    best, most = None, 0
    for start in tries:
        place = start - 2.0
        score = 0
        for band in _bands(placed, place, hinted=False):
            if band.columns:
                score += min(_letters(band.left), _letters(band.right))
        if score > most:
            best, most = place, score
    return best


def _letters(side: Sequence[_Placed]) -> int:
    return sum(glyph.char.isalnum() for one in side for glyph in one.piece.glyphs)  # dots that lead to a page are none


def _bands(placed: Sequence[_Placed], place: float, *, hinted: bool) -> list[_Band]:
    """The page from top to bottom, cut where something crosses `place`."""
    crossing = [one for one in placed if one.left < place - _SLACK and one.right > place + _SLACK]
    crossed = set(map(id, crossing))
    left = [one for one in placed if id(one) not in crossed and one.right <= place + _SLACK]
    right = [one for one in placed if id(one) not in crossed and one.right > place + _SLACK]
    cuts = _merged([(one.piece.top, one.piece.bottom) for one in crossing])
    edges = [float("-inf"), *(edge for cut in cuts for edge in cut), float("inf")]
    bands: list[_Band] = []
    for i, (low, high) in enumerate(pairwise(edges)):
        if low >= high and low != float("-inf"):
            continue
        inside = [[one for one in side if low <= one.middle < high] for side in (left, right)]
        over = [one for one in crossing if low <= one.middle < high]
        parts = i % 2 == 0 and not over and _are_columns(inside[0], inside[1], hinted=hinted)
        if inside[0] or inside[1] or over:
            bands.append(_Band((*over, *inside[0]), tuple(inside[1]), parts))
    return bands


def _merged(cuts: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Overlapping ranges as one."""
    done: list[tuple[float, float]] = []
    for low, high in sorted(cuts):
        if done and low <= done[-1][1]:
            done[-1] = done[-1][0], max(done[-1][1], high)
        else:
            done.append((low, high))
    return done


def _are_columns(left: Sequence[_Placed], right: Sequence[_Placed], *, hinted: bool) -> bool:
    """Whether the two sides are columns of text, rather than cells of a table or a label and its text."""
    if not left or not right:
        return False
    sides = [_rows(side) for side in (left, right)]
    fewest = 1 if hinted else _FEWEST_LINES
    if any(len(rows) < fewest for rows in sides):
        return False
    size = median(one.piece.size for one in (*left, *right))
    if min(one.left for one in right) - max(one.right for one in left) < 0.5 * size:
        return False
    for side, rows in zip((left, right), sides, strict=True):
        if _letters(side) / len(rows) < _FEWEST_LETTERS:
            return False
        height = max(one.piece.bottom for one in side) - min(one.piece.top for one in side)
        if sum(row[0].piece.size for row in rows) < 0.35 * height:
            return False
    if min(len(rows) for rows in sides) < 3 and max(len(rows) for rows in sides) > 3 * min(len(rows) for rows in sides):
        return hinted
    turns = sorted([*((one.turn, 0) for one in left), *((one.turn, 1) for one in right)])
    changes = sum(a[1] != b[1] for a, b in pairwise(turns))
    by_rows = changes > 0.6 * min(len(rows) for rows in sides) and changes > 2
    return not by_rows or all(_filled(side, rows) for side, rows in zip((left, right), sides, strict=True))


def _rows(side: Sequence[_Placed]) -> list[list[_Placed]]:
    rows: list[list[_Placed]] = []
    for one in sorted(side, key=lambda one: one.piece.base):
        if rows and one.piece.base - rows[-1][0].piece.base < 0.5 * one.piece.size:
            rows[-1].append(one)
        else:
            rows.append([one])
    return rows


def _filled(side: Sequence[_Placed], rows: Sequence[Sequence[_Placed]]) -> bool:
    """Whether most lines reach from edge to edge: justified type, which cells of a table are not."""
    left, right = min(one.left for one in side), max(one.right for one in side)
    full = sum(max(one.right for one in row) - min(one.left for one in row) > 0.93 * (right - left) for row in rows)
    return len(rows) >= 5 and full >= 0.6 * len(rows)
