"""Which blocks of a PDF are headings, of what level, and which is its title.

The file's own outline (bookmarks) is believed where its words are found on the page that it names. Otherwise a heading
is a short block in larger or bolder type than the text's, or one that is numbered and set apart by its style. Levels
come from the outline, from numbers ("2.1"), and from the order of sizes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from ingest.documents import BlockKind
from ingest.pdf.blocks import Group, Measure, bold, ended, is_bullet, is_caption
from ingest.pdf.chars import Bookmark
from ingest.pdf.lines import Line

_NUMBER = re.compile(
    r"\A(?:(?:chapter|part|section|appendix)\s+)?((?:\d{1,3}|[A-Z])(?:\.\d{1,3})*)[.:)]?\s+(?=\S)", re.IGNORECASE
)
_LONGEST = 200
_MOST_LINES = 4
_DEEPEST = 6
_FRONT = 150  # characters of a line under the title


def _key(text: str) -> str:
    """A heading's words alone."""
    return "".join(char for char in _NUMBER.sub("", text.strip(), count=1).casefold() if char.isalnum())


class Outline:
    """The bookmarks by page."""

    def __init__(self, bookmarks: Sequence[Bookmark]) -> None:
        self._rows: dict[int, list[tuple[str, int]]] = defaultdict(list)
        for mark in bookmarks:
            if key := _key(mark.title):
                self._rows[mark.page].append((key, mark.level))

    def headed(self, lines: Sequence[Line]) -> dict[int, tuple[int, int]]:
        """The lines of a column that begin a bookmarked heading: how many lines it has, and its level."""
        found: dict[int, tuple[int, int]] = {}
        for i, line in enumerate(lines):
            rows = self._rows.get(line.page, [])
            text = ""
            for count in range(1, _MOST_LINES + 1):
                if not rows or i + count > len(lines) or len(text) > _LONGEST:
                    break
                text += " " + lines[i + count - 1].text.rstrip("-")
                key = _key(text)
                row = next((row for row in rows if row[0] == key), None)
                if row is not None:
                    found[i] = count, row[1]
                    rows.remove(row)
                    break
        return found


def is_heading(group: Group, following: Group | None, measured: Measure) -> bool:
    """Whether a block is a heading by its form."""
    text = group.text
    if (
        group.kind not in {BlockKind.PARAGRAPH, BlockKind.LIST_ITEM}
        or len(text) > _LONGEST
        or len(group.lines) > _MOST_LINES
    ):
        return False
    if not any(char.isalpha() for char in text) or is_bullet(text) or is_caption(text) or text.rstrip()[-1:] in ",;":
        return False
    if group.size >= 1.12 * measured.size:
        return len(text) > 1
    heads = following is not None and following.first.page == group.last.page
    strong = all(map(bold, group.lines))
    if group.size < (0.85 if strong else 0.93) * measured.size or not (heads or strong):
        return False
    numbered = group.kind is BlockKind.LIST_ITEM or _NUMBER.match(text) is not None
    if strong:
        return text.rstrip()[-1:] != "." or numbered
    letters = [char for char in text if char.isalpha()]
    capitals = len(letters) >= 4 and text.isupper() and len(group.lines) <= 2
    leaning = all(glyph.style.italic for line in group.lines for glyph in line.glyphs if glyph.char.isalpha())
    return len(group.lines) == 1 and text.rstrip()[-1:] not in ".:" and (capitals or (numbered and leaning))


def set_levels(found: Sequence[Group], known: dict[int, int], title: Group | None) -> None:
    """Give each heading its level. `known` are those of the outline, by the heading's identity."""
    above = 1 if title is not None else 0
    by_style: dict[tuple[float, bool], int] = {}
    for group in found:
        if id(group) in known:
            by_style.setdefault(_style(group), known[id(group)] + above)
    rest = [group for group in found if group is not title and id(group) not in known]
    styles = sorted({_style(group) for group in rest} - by_style.keys(), reverse=True)
    for rank, style in enumerate(styles):
        below = [level for other, level in by_style.items() if other > style]
        by_style[style] = max(below) + 1 if below else rank + 1 + above
    for group in found:
        match = _NUMBER.match(group.text)
        numbered = len(match[1].split(".")) + above if match and "." in match[1].strip(".") else 0
        level = known[id(group)] + above if id(group) in known else numbered or by_style.get(_style(group), 1 + above)
        group.level = 1 if group is title else min(level, _DEEPEST)


def _style(group: Group) -> tuple[float, bool]:
    return round(group.size), all(map(bold, group.lines))


def title_of(found: Sequence[Group], named: str, measured: Measure) -> Group | None:
    """The heading that is the document's title: on the first pages, what the file calls it, or the largest."""
    early = [group for group in found if group.first.page <= 1]
    for group in early:
        if named and _key(group.text) == _key(named):
            return group
    first = [group for group in early if group.first.page == early[0].first.page] if early else []
    if not first:
        return None
    largest = max(first, key=lambda group: group.size)
    others = [group.size for group in found if group is not largest]
    return largest if largest.size >= 1.15 * measured.size and largest.size > max(others, default=0) else None


def _is_prose(group: Group) -> bool:
    return group.kind is BlockKind.PARAGRAPH and len(group.text) > 80 and ended(group.text)


def set_front(found: Sequence[Group], title: Group, known: dict[int, int]) -> None:
    """Mark the short lines under the title, on its page: who, where and when."""
    begun = next(i for i, group in enumerate(found) if group is title) + 1
    styles = {
        _style(group)
        for group, below in pairwise(found[begun:])
        if group.kind is BlockKind.HEADING and _is_prose(below) and not any(map(str.isdigit, group.text))
    }
    for group in found[begun:]:
        if group.kind not in {BlockKind.PARAGRAPH, BlockKind.HEADING} or id(group) in known:
            return
        numbered = _NUMBER.match(group.text) is not None and group.text[:1].isdigit() and group.text[:4].count(".")
        heads = group.kind is BlockKind.HEADING and (all(map(bold, group.lines)) or _style(group) in styles)
        prose = _is_prose(group) or group.text.endswith("-")
        if heads or numbered or prose or len(group.text) > _FRONT or group.first.page != title.last.page:
            return
        group.kind = BlockKind.FRONT_MATTER
