"""The lines of a PDF's columns become blocks: paragraphs, list items, captions, footnotes, code.

A paragraph begins where the type leaves more room, where a line is set in or out, or where the line before ends a
sentence although the next word would have had room in it. Numbers that decide are shares of the type's size or of the
usual way from line to line, never points.

Left to others: headings (headings.py), tables (tables.py), what a page break cut (flow.py).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.documents import BlockKind
from ingest.pdf.lines import Line
from ingest.pdf.text import NOTE_NUMBER

_BULLET = re.compile(r"(?:[•◦▪‣●○■□➢✓∙·*–—-]|\uf0b7|\uf0a7|\uf0d8)\s+\S")
_ITEM = re.compile(r"(?:\(?(\d{1,2}|[a-z]|[ivx]{1,4})[.)]|\((\d{1,2}|[a-z]|[ivx]{1,4})\))\s+\S")
_CAPTION = re.compile(
    r"(?:fig(?:ure)?s?\.?|table|tab\.|plate|map|chart|photo|illustration|box|abb(?:ildung)?\.?)\s?"
    r"(?:\d+|[A-Z]|[IVX]+)(?:[.\-–]\d+)*\s?(?:[.:)–—|]|\s[A-Z])",
    re.IGNORECASE,
)
_SIGNS = "*†‡§¶"  # that mark footnotes
_NOTE = re.compile(rf"(?:{NOTE_NUMBER}[.)]?|[{_SIGNS}])\s*\S")
_SMALL = 0.94  # in units of the text's size: smaller type at the foot of a page is a footnote's
_CLOSERS = "\"'”’»)]⁰¹²³⁴⁵⁶⁷⁸⁹†‡* "
_ROOM = 1.32  # in usual ways from line to line: more parts paragraphs


@dataclass
class Group:
    """Lines that make a block. `level` is set on headings, `rows` on tables: cells of (column, columns, lines)."""

    kind: BlockKind
    lines: list[Line]
    level: int = 0
    rows: tuple[tuple[tuple[int, int, tuple[Line, ...]], ...], ...] = ()

    @property
    def first(self) -> Line:
        return self.lines[0]

    @property
    def last(self) -> Line:
        return self.lines[-1]

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    @property
    def size(self) -> float:
        return max(self.lines, key=len).size


@dataclass(frozen=True)
class Measure:
    """What is usual in a document: the size of its type, and the way from line to line for each size."""

    size: float
    ways: dict[float, float] = field(default_factory=dict)

    def way(self, size: float) -> float:
        """From one base to the next, in points."""
        return self.ways.get(size, 1.2 * size)


def measure(columns: Sequence[Sequence[Line]]) -> Measure:
    """The measure of a document, from its columns."""
    sizes: Counter[float] = Counter()
    ways: dict[float, Counter[float]] = {}
    for lines in columns:
        for before, line in zip([None, *lines], lines, strict=False):
            sizes[line.size] += len(line)
            if before is not None and before.size == line.size:
                way = round((line.base - before.base) * 2) / 2
                if 0.8 * line.size <= way <= 2.6 * line.size:
                    ways.setdefault(line.size, Counter())[way] += 1
    usual = {size: _usual(counts) for size, counts in ways.items() if counts.total() >= 2}
    return Measure(sizes.most_common(1)[0][0] if sizes else 10.0, usual)


def _usual(counts: Counter[float]) -> float:
    """The most common way; of those that are about as common, the shortest."""
    most = counts.most_common(1)[0][1]
    return min(way for way, count in counts.items() if count >= 0.6 * most)


def ended(text: str) -> bool:
    """Whether a sentence, or what announces something, ends here."""
    return text.rstrip(_CLOSERS)[-1:] in tuple(".!?…:;。")


def bold(line: Line) -> bool:
    """Whether all of a line is set in bold type."""
    return sum(glyph.style.bold for glyph in line.glyphs) >= 0.95 * len(line.glyphs)


def is_bullet(text: str) -> bool:
    """Whether a line begins with a bullet."""
    return _BULLET.match(text) is not None


def is_item(text: str) -> bool:
    """Whether a line begins an item of a list, by its form."""
    return bool(_BULLET.match(text) or _ITEM.match(text))


def is_noted(line: Line) -> bool:
    """Whether a line begins with a raised number, as a footnote does."""
    first, style = line.glyphs[0], line.style
    base = next((glyph.base for glyph in line.glyphs if glyph.style == style), first.base)
    raised = first.style.size < 0.86 * style.size and base - first.base > 0.12 * style.size
    return raised and first.char.isdigit()


def is_caption(text: str) -> bool:
    """Whether a block begins as captions do: "Figure 3.", "Table II:"."""
    return _CAPTION.match(text) is not None


@dataclass(frozen=True)
class _Edges:
    left: float
    right: float

    @property
    def width(self) -> float:
        return max(self.right - self.left, 1.0)


def _edges(lines: Sequence[Line]) -> _Edges:
    """Where most lines of a column begin, and how far they reach."""
    lefts = Counter(round(line.left) for line in lines if len(line) > 8) or Counter(round(line.left) for line in lines)
    common = [left for left, count in lefts.items() if count >= 0.3 * lefts.most_common(1)[0][1]]
    rights = sorted(line.right for line in lines)
    return _Edges(min(common), rights[int(0.9 * (len(rights) - 1))])


def groups(lines: Sequence[Line], measured: Measure) -> list[Group]:
    """The blocks of one column."""
    done: list[Group] = []
    edges = _edges(lines) if lines else _Edges(0, 1)
    for i, line in enumerate(lines):
        group = done[-1] if done else None
        after = lines[i + 1] if i + 1 < len(lines) else None
        if group is None or _begins(group, line, after, edges, measured):
            kind = BlockKind.LIST_ITEM if _listed(line) else BlockKind.PARAGRAPH
            done.append(Group(kind, [line]))
        else:
            group.lines.append(line)
    _find_footnotes(done, measured)
    for group in done:
        if group.kind is BlockKind.FOOTNOTE:
            continue
        if is_caption(group.text) and len(group.text) < 600:
            group.kind = BlockKind.CAPTION
        elif sum(glyph.style.fixed for line in group.lines for glyph in line.glyphs) > 0.9 * sum(map(len, group.lines)):
            group.kind = BlockKind.CODE
    return done


def _find_footnotes(found: Sequence[Group], measured: Measure) -> None:
    """Mark the blocks in small type at the foot of a column, from the first that begins as a footnote does; and those
    that begin with a raised number, which are notes wherever they stand."""
    tail = len(found)
    while tail > 0 and found[tail - 1].size < _SMALL * measured.size and not is_caption(found[tail - 1].text):
        tail -= 1
    first = next((i for i in range(tail, len(found)) if is_noted(found[i].first) or _begins_note(found[i].text)), None)
    if first is not None and tail > 0:
        for group in found[first:]:
            group.kind = BlockKind.FOOTNOTE
    for group in found:
        if is_noted(group.first):
            group.kind = BlockKind.FOOTNOTE


def _begins_note(text: str) -> bool:
    """Whether a block in small type begins as a footnote does; one of numbers alone is the row of a table."""
    return _NOTE.match(text) is not None and any(map(str.isalpha, text))


def _listed(line: Line) -> bool:
    return is_item(line.text)


def _begins(group: Group, line: Line, after: Line | None, edges: _Edges, measured: Measure) -> bool:
    """Whether `line` begins another block than the one whose lines precede it."""
    before = group.last
    way = line.base - before.base
    goes_on = line.text[:1].islower() and not ended(before.text)
    if abs(line.size - before.size) > 0.06 * measured.size + 0.3:
        return not (goes_on and min(len(line), len(before)) < 12)
    usual = measured.way(before.size)
    if way > (1.75 if goes_on else _ROOM) * max(usual, before.size):
        return True
    if bold(before) is not bold(line) and not goes_on:
        return True
    if is_noted(line) or (line.size < _SMALL * measured.size and line.text[0] in _SIGNS):
        return True
    if (
        _listed(line)
        and not _cut_name(group, line, edges)
        and (group.kind is BlockKind.LIST_ITEM or ended(before.text) or before.right < edges.right - 0.1 * edges.width)
    ):
        return True
    return _set_apart(group, line, after, edges)


def _cut_name(group: Group, line: Line, edges: _Edges) -> bool:
    """Whether the letter that a line begins with is the rest of a name, "rc.d.", and no item's: it is not the first of
    a list, nor is there a list, and the line goes on where a full line ends."""
    match, before = _ITEM.match(line.text), group.last
    if match is None or group.kind is BlockKind.LIST_ITEM or (match[1] or match[2]) in {"a", "i"}:
        return False
    full = before.right >= edges.right - 0.1 * edges.width and abs(line.left - before.left) < 0.6 * line.size
    return full and line.text[0].isalpha() and before.text[-1] == "."


def _set_apart(group: Group, line: Line, after: Line | None, edges: _Edges) -> bool:
    """Whether the beginning of `line`, or the end of the line before, tells that they belong to two blocks."""
    before, size = group.last, line.size
    shift = line.left - before.left
    room = edges.right - before.right
    word = _first_word(line)
    short = room > word + 0.5 * size
    if shift > 0.6 * size:  # set in
        if group.kind is BlockKind.LIST_ITEM and len(group.lines) == 1:
            return ended(before.text) and short
        if short and not line.text[:1].islower():
            return True
        if len(group.lines) == 1:  # does a new one begin here, or does all but the first line hang?
            back = after is None or after.left < line.left - 0.4 * size
            return ended(before.text) and back
        return ended(before.text) or shift > 3 * size
    if shift < -0.6 * size:  # set out
        if len(group.lines) == 1:
            return short and ended(before.text)
        return abs(line.left - group.first.left) < 0.4 * size or (short and ended(before.text))
    if not short:
        return False
    return ended(before.text) or (room > 0.4 * edges.width and not line.text[:1].islower())


def _first_word(line: Line) -> float:
    """How wide the first word of a line is, with the blank before it."""
    end = line.glyphs[0].right
    for i, glyph in enumerate(line.glyphs):
        if i and glyph.blank:
            break
        end = glyph.right
    return end - line.left + 0.25 * line.size
