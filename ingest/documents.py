"""The values that the rest of the project passes around: Source, Document, Section, Passage, Span.

All are frozen. Offsets are character offsets into `Document.text`, the canonical text: the characters of
the file exactly as decoded, markup and page breaks included. What a reader sees without the markup is
derived from it (`Document.plain`), so a quote can always be checked: `document.text[start:end] == quote`.

How a file becomes a Document is in loaders.py, how a Document becomes Passages in chunk.py.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of characters, `start <= i < end`.

    Raises:
        ValueError: the range is empty or starts before 0.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"not a span: {self.start}..{self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one character."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Whether every character of `other` is in this span."""
        return self.start <= other.start and other.end <= self.end


class BlockKind(StrEnum):
    """What a paragraph-sized piece of a document is for."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    FRONT_MATTER = "front_matter"  # author, date, affiliation: the short lines before the first heading
    CAPTION = "caption"
    FOOTNOTE = "footnote"
    CODE = "code"
    TABLE = "table"
    REFERENCE = "reference"  # an entry of the reference list: shown in the reader, never a passage
    NAVIGATION = "navigation"  # "Skip to main content": shown in the reader, never a passage


#: Blocks that a question cannot be answered from.
NOT_CONTENT = frozenset({BlockKind.HEADING, BlockKind.REFERENCE, BlockKind.NAVIGATION})


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, footnote, ... A paragraph that a page break cut in two is one block.

    `caller` is set on footnotes: the span of the mark in the running text that calls it.
    """

    kind: BlockKind
    span: Span
    caller: Span | None = None


class MarkKind(StrEnum):
    """Inline markup that is shown as what it means rather than as characters."""

    LINK = "link"
    IMAGE = "image"
    EMPHASIS = "emphasis"
    STRONG = "strong"
    CODE = "code"
    ESCAPE = "escape"
    MARKER = "marker"  # a bullet, the ">" of a quote: hidden, it introduces the character behind it


@dataclass(frozen=True, slots=True)
class Mark:
    """Inline markup: `outer` with its delimiters, `inner` what a reader sees of it.

    `target` is the address of a link or image, as written; it is data and is never opened by us.
    """

    kind: MarkKind
    outer: Span
    inner: Span
    target: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and all that follows it up to the next heading of its level or above.

    `title` is plain text; level 1 is the outermost. The text before the first heading belongs to a
    section with an empty title and no heading.
    """

    title: str
    level: int
    span: Span
    heading: Span | None


class LocatorKind(StrEnum):
    """What a format counts its places by, for people who have the file open elsewhere."""

    PAGE = "page"
    SLIDE = "slide"
    ROW = "row"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Locator:
    """A place that a format has a number of its own for. It holds from the character `start` to the next locator.

    `label` is as the format gives it: a page's label ("xii", "12"), a row's number, a time ("0:01:23").
    """

    kind: LocatorKind
    label: str
    start: int

    @property
    def words(self) -> str:
        """As a citation says it: "p. 12", "slide 3", "row 14", "at 0:01:23"."""
        lead = {LocatorKind.PAGE: "p.", LocatorKind.TIME: "at"}.get(self.kind, str(self.kind))
        return f"{lead} {self.label}"


@dataclass(frozen=True, slots=True)
class Source:
    """Who wrote a document and where it came from: one row of a catalog.

    `aliases` are further names by which a question may refer to it ("the Library of Congress").
    """

    id: str
    title: str
    path: Path
    author: str = ""
    year: str = ""
    publisher: str = ""
    rights: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """How a reader tells it from others at a glance: its first author and year, its id if there is no author."""
        author = re.split("[;,]", self.author)[0].strip()
        return f"{author} {self.year}".strip() if author else self.id


@dataclass(frozen=True)
class Document:
    """One source file, decoded and taken apart. `sha256` is of the file's bytes; `locators` are in order of place, none
    if the format counts nothing."""

    source: Source
    text: str
    sha256: str
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]
    marks: tuple[Mark, ...] = field(default=(), repr=False)
    locators: tuple[Locator, ...] = field(default=(), repr=False)

    @property
    def id(self) -> str:
        """The id of the source."""
        return self.source.id

    @cached_property
    def hidden(self) -> tuple[Span, ...]:
        """The characters of markup that a reader does not see, in order, without overlaps."""
        pieces: list[Span] = []
        for mark in self.marks:
            if mark.outer.start < mark.inner.start:
                pieces.append(Span(mark.outer.start, mark.inner.start))
            if mark.inner.end < mark.outer.end:
                pieces.append(Span(mark.inner.end, mark.outer.end))
        return tuple(sorted(pieces))

    @cached_property
    def _hidden_ends(self) -> list[int]:
        return [span.end for span in self.hidden]

    def visible(self, span: Span) -> Iterator[Span]:
        """The pieces of `span` that are not markup, in order."""
        at = span.start
        first = bisect_left(self._hidden_ends, at + 1)
        for gap in self.hidden[first:]:
            if gap.start >= span.end:
                break
            if at < gap.start:
                yield Span(at, gap.start)
            at = max(at, gap.end)
        if at < span.end:
            yield Span(at, span.end)

    def plain(self, span: Span) -> str:
        """What a reader sees of `span`: no markup, white space folded to single blanks."""
        shown = "".join(self.text[piece.start : piece.end] for piece in self.visible(span))
        return " ".join(shown.split())

    def section_at(self, offset: int) -> Section:
        """The innermost section that holds the character at `offset`."""
        best = self.sections[0]
        for section in self.sections:
            if section.span.start <= offset < section.span.end and section.span.start >= best.span.start:
                best = section
        return best

    def locator_at(self, offset: int) -> Locator | None:
        """The page, slide, row or time that the character at `offset` is of; None if there is none."""
        after = bisect_right(self.locators, offset, key=lambda locator: locator.start)
        return self.locators[after - 1] if after else None

    def where(self, span: Span) -> str:
        """The locator of a span in words, "" if there is none; "pp. 3-4" where it goes over pages."""
        first, last = self.locator_at(span.start), self.locator_at(span.end - 1)
        if first is None or last is None or first == last:
            return first.words if first is not None else ""
        if first.kind is LocatorKind.PAGE:
            return f"pp. {first.label}–{last.label}"
        return f"{first.words}–{last.label}"


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one section: what is embedded, searched and shown.

    `sentences` tile the passage up to white space. A footnote's passage carries `caller`, the span of the
    sentence that calls it, and the section of that sentence.
    """

    source_id: str
    span: Span
    section: str
    sentences: tuple[Span, ...]
    kind: BlockKind = BlockKind.PARAGRAPH
    caller: Span | None = None

    @property
    def id(self) -> str:
        """Stable for the same place in the same source: `source:start-end`."""
        return f"{self.source_id}:{self.span.start}-{self.span.end}"


def content_hash(data: bytes) -> str:
    """The sha256 of a file's bytes, in hex."""
    return hashlib.sha256(data).hexdigest()
