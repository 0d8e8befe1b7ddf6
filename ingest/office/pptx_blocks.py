"""A presentation taken apart: each slide's title as a heading, then what stands on it, then what the speaker noted.

Slides are the places of a citation ("slide 3"), counted as PowerPoint counts them. Hidden slides are kept, behind the
others: who shows a presentation does not show them, but who reads the file finds them. A slide without a title is
headed by its number, so that nothing on it is taken for the slide before.

Left to others: reading the file (pptx_read.py), tables (tables.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ingest.composing import BULLET, Composer
from ingest.documents import BlockKind, LocatorKind, MarkKind
from ingest.html.about import About, sensible_author, sensible_title
from ingest.html.tags import FILE_NAME
from ingest.office.pptx_read import Line, Reader, Shape
from ingest.office.runs import write_run, write_runs
from ingest.outline import Parsed
from ingest.tables import Cell, write_table

_TOP_LAYOUTS = frozenset({"title", "secHead"})  # slides that head those after them


def parse_pptx(data: bytes, path: Path) -> Parsed:
    """Take a presentation apart.

    Raises:
        SourceError: it is no presentation, damaged, protected, or larger than is read.
    """
    reader = Reader(str(path), data)
    with reader.faults():
        writer = _Writer(reader)
        for number, slide in sorted(reader.slides, key=lambda row: row[1].element.get("show") in ("0", "false")):
            writer.slide(number, slide)
        about = _about(reader, writer)
        return writer.composer.parsed(about.title, about.author, about.year)


class _Writer:
    """Writes the slides of a presentation into one text."""

    def __init__(self, reader: Reader) -> None:
        self.composer = Composer()
        self.title = ""
        self._reader = reader

    def slide(self, number: int, slide: Any) -> None:
        """Write a slide, if it has any words."""
        shapes = list(self._reader.shapes(slide))
        notes = self._reader.notes(slide)
        titles = [shape for shape in shapes if shape.role in ("title", "ctrTitle") and shape.lines]
        if not notes and all(shape.empty for shape in shapes):
            return
        self.composer.locate(LocatorKind.SLIDE, str(number))
        headed = slide.slide_layout.element.get("type") in _TOP_LAYOUTS
        for line in (line for shape in titles for line in shape.lines):
            self._line(line, inline=True, plain=True)
            if number == 1 and headed:
                self.title = f"{self.title} {''.join(run.text for run in line.runs)}".strip()
        if not titles:
            self.composer.write(f"Slide {number}")
        self.composer.end(BlockKind.HEADING, 1 if headed else 2)
        for shape in shapes:
            if shape not in titles:
                self._shape(shape)
        lead = "Notes: "
        for line in notes:
            self.composer.lead(lead)
            self._line(line)
            self.composer.end(BlockKind.PARAGRAPH)
            lead = ""

    def _shape(self, shape: Shape) -> None:
        self.composer.block(BlockKind.CAPTION, shape.caption)
        if shape.rows:
            write_table(self.composer, shape.rows, self._cell, headers=shape.headers or None)
        if shape.image and not FILE_NAME.fullmatch(shape.image):
            self.composer.open(MarkKind.IMAGE)
            self.composer.write(shape.image)
            self.composer.close()
            self.composer.end(BlockKind.CAPTION)
        for line in shape.lines:
            if line.bullet:
                self.composer.lead(f"{line.number} " if line.number else BULLET, hidden=not line.number)
            self._line(line)
            free = BlockKind.FRONT_MATTER if shape.role == "subTitle" else BlockKind.PARAGRAPH
            self.composer.end(BlockKind.LIST_ITEM if line.bullet else free)

    def _cell(self, cell: Cell) -> None:
        if cell.content is None:
            self.composer.write(cell.text)
        for line in cell.content or ():
            self._line(line, inline=True)

    def _line(self, line: Line, *, inline: bool = False, plain: bool = False) -> None:
        """Write a paragraph; `inline`: a blank follows and no line breaks, `plain`: no emphasis."""
        write_runs(self.composer, line.runs, lambda run: write_run(self.composer, run, breaks=not inline), plain=plain)
        if inline:
            self.composer.write(" ")


def _about(reader: Reader, writer: _Writer) -> About:
    """What the presentation says of itself: on its first slide, else in its properties."""
    core = reader.deck.core_properties
    author = sensible_author(core.author)
    year = str(core.created.year) if author and core.created else ""
    return About(writer.title or sensible_title(core.title), author, year)
