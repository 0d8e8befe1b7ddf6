"""What the loaders of all text formats share: from pieces of a text to the blocks and sections of a Document.

A format's own module finds the Pieces, with headings and their levels. Here the entries under a reference
list's heading and the lines of a table of contents lose their standing as content, footnotes find the mark
that calls them, and headings become Sections.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.documents import NOT_CONTENT, Block, BlockKind, Document, Locator, Mark, MarkKind, Section, Span


@dataclass(frozen=True, slots=True)
class Piece:
    """A block before its place in the whole is known. `level` is set on headings: 1 is the outermost; `caller` on
    footnotes of formats that say which mark calls them."""

    kind: BlockKind
    span: Span
    level: int = 0
    caller: Span | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file decoded and taken apart: its canonical text, the pieces in order, the inline markup, and where its pages,
    slides, rows or times begin. `title`, `author` and `year` are what the file says of itself, "" if nothing."""

    text: str
    pieces: tuple[Piece, ...]
    marks: tuple[Mark, ...] = ()
    locators: tuple[Locator, ...] = ()
    title: str = ""
    author: str = ""
    year: str = ""


REFERENCE_HEADINGS = frozenset(
    {
        "archival sources",
        "bibliography",
        "cited works",
        "literature",
        "literature cited",
        "reference list",
        "references",
        "references cited",
        "select bibliography",
        "selected bibliography",
        "sources cited",
        "works cited",
    }
)
CONTENTS_HEADINGS = frozenset({"contents", "list of figures", "list of tables", "table of contents"})

#: What the pieces under a heading of these names turn into, and which pieces do.
_ZONES: tuple[tuple[frozenset[str], BlockKind, frozenset[BlockKind]], ...] = (
    (
        REFERENCE_HEADINGS,
        BlockKind.REFERENCE,
        frozenset({BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.CAPTION, BlockKind.FRONT_MATTER}),
    ),
    (CONTENTS_HEADINGS, BlockKind.NAVIGATION, frozenset({BlockKind.LIST_ITEM, BlockKind.TABLE})),
)

_SUPERSCRIPTS = "⁰¹²³⁴-⁹"
#: A piece that begins so is a footnote, and the group is its mark.
FOOTNOTE = re.compile(rf"([{_SUPERSCRIPTS}]+|[†‡])(?=\s*\S)|(\[\^[^\]\s]+\]):\s*(?=\S)")
_CALL = re.compile(rf"(?<=[^\s{_SUPERSCRIPTS}])[{_SUPERSCRIPTS}]+|(?<=\S)[†‡]|\[\^[^\]\s]+\](?!:)")
_POWER = re.compile(r"(?:\d|\b[kcmd]?m)\Z")  # "10²" and "km²" call no footnote
_NUMBER = re.compile(r"[\dIVXLC]+(?:\.\d+)*[.)]?\s+")


def heading_key(title: str) -> str:
    """A heading as the tables of known headings write it: no number, case, markup or colon."""
    return _NUMBER.sub("", title.strip(" *_#:\t"), count=1).strip(" *_.:").casefold()


def retire_zones(text: str, pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces, with those of reference lists and tables of contents marked as such.

    Such a list ends at the next heading of its own level or above.
    """
    done: list[Piece] = []
    zone: tuple[BlockKind, frozenset[BlockKind], int] | None = None
    for piece in pieces:
        if piece.kind is BlockKind.HEADING and (zone is None or piece.level <= zone[2]):
            key = heading_key(text[piece.span.start : piece.span.end])
            rows = ((kind, turns, piece.level) for names, kind, turns in _ZONES if key in names)
            zone = next(rows, None)
        retired = zone is not None and piece.kind in zone[1]
        done.append(replace(piece, kind=zone[0]) if zone and retired else piece)
    return done


def blocks_of(text: str, pieces: Sequence[Piece]) -> tuple[Block, ...]:
    """The pieces as Blocks; each footnote with the nearest mark before it (else after it) that calls it.

    A document that would have nothing but headings and references left is all paragraphs instead: whatever
    it is, its reader wants it searched.
    """
    calls: dict[str, list[int]] = {}
    if any(piece.kind is BlockKind.FOOTNOTE and piece.caller is None for piece in pieces):
        openings = {piece.span.start for piece in pieces if piece.kind is BlockKind.FOOTNOTE}
        for match in _CALL.finditer(text):
            at = match.start()
            if at not in openings and not _POWER.search(text[max(at - 4, 0) : at]):
                calls.setdefault(match[0], []).append(at)
    barren = all(piece.kind in NOT_CONTENT for piece in pieces)
    return tuple(
        Block(
            BlockKind.PARAGRAPH if barren and piece.kind is not BlockKind.NAVIGATION else piece.kind,
            piece.span,
            piece.caller or (_caller(text, piece, calls) if piece.kind is BlockKind.FOOTNOTE else None),
        )
        for piece in pieces
    )


def _caller(text: str, footnote: Piece, calls: dict[str, list[int]]) -> Span | None:
    match = FOOTNOTE.match(text, footnote.span.start)
    if match is None:
        return None
    mark = match[1] or match[2]
    places = calls.get(mark, [])
    if not places:
        return None
    before = bisect_left(places, footnote.span.start)
    at = places[max(before - 1, 0)]
    return Span(at, at + len(mark))


def footnote_marker(text: str, span: Span) -> list[Mark]:
    """The hidden "[^1]: " that a Markdown footnote begins with; a superscript stays in sight."""
    match = FOOTNOTE.match(text, span.start, span.end)
    if match is None or match[2] is None:
        return []
    return [Mark(MarkKind.MARKER, Span(span.start, match.end() + 1), Span(match.end(), match.end() + 1))]


def sections_of(document: Document, levels: dict[int, int]) -> tuple[Section, ...]:
    """The sections that the headings among the document's blocks open; `levels` is by start of heading.

    What stands before the first heading is a section without a title.
    """
    headings = [block.span for block in document.blocks if block.kind is BlockKind.HEADING]
    length = len(document.text)
    sections: list[Section] = []
    if not headings or document.blocks[0].kind is not BlockKind.HEADING:
        sections.append(Section("", 1, Span(0, headings[0].start if headings else length), None))
    ends: list[int] = []
    following: list[tuple[int, int]] = []  # (level, start) of the headings behind, nearest last
    for span in reversed(headings):
        level = levels[span.start]
        while following and following[-1][0] > level:
            following.pop()
        ends.append(following[-1][1] if following else length)
        following.append((level, span.start))
    for span, end in zip(headings, reversed(ends), strict=True):
        sections.append(Section(document.plain(span), levels[span.start], Span(span.start, end), span))
    return tuple(sections)
