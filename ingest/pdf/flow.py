"""What a page or a column cut is made whole: a paragraph that stops in mid-sentence goes on in the next column.

What stands between (a figure's caption, a table, footnotes) is put behind the paragraph.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.documents import BlockKind
from ingest.pdf.blocks import Group, ended, is_item

_FLOATS = frozenset({BlockKind.CAPTION, BlockKind.TABLE, BlockKind.FOOTNOTE})
_FLOWING = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST_ITEM})
_SHORT = 40  # a shorter piece that ends no sentence is a line of its own


def flow(found: Sequence[Group]) -> list[Group]:
    """The blocks, with those that were cut as one."""
    done: list[Group] = []
    for group in found:
        at = len(done) - 1
        while at >= 0 and done[at].kind in _FLOATS:
            at -= 1
        if at >= 0 and goes_on(done[at], group, floats=at < len(done) - 1):
            done[at] = Group(done[at].kind, [*done[at].lines, *group.lines])
        else:
            done.append(group)
    return done


def goes_on(before: Group, after: Group, *, floats: bool = False) -> bool:
    """Whether `after`, in a later column, is the rest of `before`."""
    if before.kind not in _FLOWING or after.kind is not BlockKind.PARAGRAPH:
        return False
    apart = (before.last.page, before.last.column) != (after.first.page, after.first.column)
    if not (apart or floats) or abs(before.size - after.size) > 0.5 or is_item(after.first.text):
        return False
    text, start = before.last.text.rstrip(), after.first.text.lstrip("\"'“‘(«[")
    if text.endswith(("-", "\u00ad", "\u2010")):
        return True
    if ended(text):
        return False
    full = before.last.right > before.last.bounds[1] - 0.12 * (before.last.bounds[1] - before.last.bounds[0])
    return start[:1].islower() or (full and len(before.text) > _SHORT)
