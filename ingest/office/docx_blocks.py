"""A Word document taken apart: paragraphs, headings, lists with their numbers, tables by rows, notes at the end.

Pages are known only to the program that set them. Word leaves a mark where it broke one; where these marks are as many
as the pages that it counted, they are the pages of a citation, else a document has none.

Left to others: reading the file (docx_read.py), what styles mean (docx_styles.py), tables (tables.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ingest.composing import BULLET, Composer, raised
from ingest.documents import BlockKind, LocatorKind
from ingest.html.about import About, sensible_author, sensible_title, year_in
from ingest.html.listing import roman
from ingest.office.docx_read import Paragraph, Reader, Table, words
from ingest.office.docx_styles import W
from ingest.office.runs import Run, write_run, write_runs
from ingest.outline import Parsed
from ingest.tables import Cell as RowCell
from ingest.tables import write_table

_LONGEST_CELL = 1_500  # characters; a table with a longer cell lays out the page
_LONGEST_HEADING = 120  # of a bold line that stands for a heading


def parse_docx(data: bytes, path: Path) -> Parsed:
    """Take a Word document apart.

    Raises:
        SourceError: it is no Word document, damaged, protected, or larger than is read.
    """
    reader = Reader(str(path), data)
    with reader.faults():
        writer = _Writer(reader)
        writer.body()
        writer.notes()
        about = _about(reader, writer)
        return writer.composer.parsed(about.title, about.author, about.year)


class _Writer:
    """Writes the items of a document into one text."""

    def __init__(self, reader: Reader) -> None:
        self.composer = Composer()
        self.authors: list[str] = []
        self.titles: list[str] = []
        self.dates: list[str] = []
        self._reader = reader
        self._page = 1 if _has_pages(reader) else 0
        self._labels: dict[str, str] = {}  # of the notes, in the order of their calls
        self._endnotes_roman = len({key[:3] for key in reader.notes}) > 1

    def body(self) -> None:
        """Write all but the notes."""
        items = _headed(list(self._reader.items(self._reader.body)))
        if self._page:
            self.composer.locate(LocatorKind.PAGE, "1")
        for item, following in zip(items, [*items[1:], None], strict=False):
            self._item(item, following)

    def notes(self) -> None:
        """Write the footnotes and endnotes, in the order of their calls; then those that nothing calls."""
        for key in [*self._labels, *(key for key in self._reader.notes if key not in self._labels)]:
            if key in self._labels:
                self.composer.lead(f"{self._labels[key]} ")
            for item in self._reader.items(self._reader.notes[key]):
                if isinstance(item, Paragraph):
                    self._runs(item.runs, plain=False)
                    self.composer.end(BlockKind.FOOTNOTE, note=key)
                else:
                    self._table(item)
            self.composer.lead("")

    def _item(self, item: Paragraph | Table, following: Paragraph | Table | None) -> None:
        if isinstance(item, Table):
            self._table(item)
            return
        self._remember(item)
        code = item.kind is BlockKind.CODE
        if item.kind is BlockKind.LIST_ITEM and item.number is not None:
            self.composer.lead(f"{item.number} " if item.number else BULLET, hidden=not item.number)
        elif item.number:
            self.composer.lead(f"{item.number} ")
        self._runs(item.runs, plain=item.kind in (BlockKind.HEADING, BlockKind.CODE), exactly=code)
        if code and isinstance(following, Paragraph) and following.kind is BlockKind.CODE:
            self.composer.write_exactly("\n")
        elif not item.goes_on:
            pictured = bool(item.runs) and all(run.image or not run.text.strip() for run in item.runs)
            caption = item.kind is BlockKind.PARAGRAPH and pictured
            self.composer.end(BlockKind.CAPTION if caption else item.kind, item.level)
        self.composer.lead("")

    def _remember(self, item: Paragraph) -> None:
        """Keep what the document says of itself where readers see it."""
        for style, kept in (("title", self.titles), ("author", self.authors), ("date", self.dates)):
            if item.style == style:
                kept.append(item.text)

    # -- within blocks -----------------------------------------------------------------------------------------------

    def _runs(self, runs: Sequence[Run], *, plain: bool, exactly: bool = False, inline: bool = False) -> None:
        write_runs(self.composer, runs, lambda run: self._run(run, exactly, inline), plain=plain)

    def _run(self, run: Run, exactly: bool, inline: bool) -> None:
        if run.page and self._page:
            self._page += 1
            self.composer.locate(LocatorKind.PAGE, str(self._page))
        elif run.note:
            self.composer.call(run.note, self._label(run.note))
        elif run.image:
            text = " ".join(run.text.split())
            self.composer.write(f" {text} " if not self.composer.empty else f"{text} ")
        elif exactly:
            self.composer.write_exactly(run.text)
        else:
            write_run(self.composer, run, breaks=not inline)

    def _label(self, key: str) -> str:
        if key not in self._labels:
            number = sum(1 for other in self._labels if other[:3] == key[:3]) + 1
            roman_one = self._endnotes_roman and key.startswith("end")
            self._labels[key] = f"[{roman(number)}]" if roman_one else raised(str(number))
        return self._labels[key]

    # -- tables ------------------------------------------------------------------------------------------------------

    def _table(self, table: Table) -> None:
        rows = [[(cell, list(self._reader.items(cell.element))) for cell in row] for row in table.rows]
        if not _is_data(table):
            for item in (item for row in rows for _, items in row for item in items):
                self._item(item, None)
            return
        all_bold = all(_is_bold(items) for row in rows for _, items in row)
        cells = [
            [
                RowCell(words(items, self._reader), not all_bold and _is_bold(items), cell.columns, cell.rows, items)
                for cell, items in row
            ]
            for row in rows
        ]
        write_table(self.composer, cells, self._write_cell, headers=table.headers or None)

    def _write_cell(self, cell: RowCell) -> None:
        written = False
        for item in cell.content:
            if isinstance(item, Paragraph) and item.runs:
                if item.kind is BlockKind.LIST_ITEM and written:
                    self.composer.join(",")
                self._runs(item.runs, plain=cell.names, inline=True)
                self.composer.write(" ")
                written = written or bool(item.text.strip())


def _is_data(table: Table) -> bool:
    """Whether a table says something by its rows and columns, rather than put things side by side."""
    if len(table.rows) < 2 or max(len(row) for row in table.rows) < 2:
        return False
    cells = [cell.element for row in table.rows for cell in row]
    if any(next(cell.iter(f"{W}tbl"), None) is not None for cell in cells):
        return False
    return all(sum(len(text.text or "") for text in cell.iter(f"{W}t")) <= _LONGEST_CELL for cell in cells)


def _is_bold(items: Sequence[Paragraph | Table]) -> bool:
    """Whether all words of a cell are bold, as names of columns are."""
    runs = [run for item in items if isinstance(item, Paragraph) for run in item.runs if run.text.strip()]
    return bool(runs) and all(run.look.bold for run in runs)


def _headed(items: list[Paragraph | Table]) -> list[Paragraph | Table]:
    """The items of a document; if no style says what its headings are, bold lines do."""
    paragraphs = [item for item in items if isinstance(item, Paragraph)]
    if any(item.kind is BlockKind.HEADING and item.style != "title" for item in paragraphs):
        return items
    return [
        replace(item, kind=BlockKind.HEADING, level=2)
        if isinstance(item, Paragraph) and _is_bold_heading(item, following)
        else item
        for item, following in zip(items, [*items[1:], None], strict=False)
    ]


def _is_bold_heading(item: Paragraph, following: Paragraph | Table | None) -> bool:
    """Whether a line stands for a heading in a document that has no styles: short, bold, unfinished, over text."""
    text = item.text.strip()
    return (
        item.kind is BlockKind.PARAGRAPH
        and 0 < len(text) <= _LONGEST_HEADING
        and text[-1] not in ".,;:"
        and _is_bold([item])
        and isinstance(following, Paragraph)
        and not _is_bold([following])
    )


def _has_pages(reader: Reader) -> bool:
    """Whether the marks that Word left at its page breaks can be trusted to number the pages."""
    starts = [one.get(f"{W}start") for one in reader.body.iter(f"{W}pgNumType")]
    broken = sum(1 for _ in reader.body.iter(f"{W}lastRenderedPageBreak"))
    return reader.rendered_pages == broken + 1 > 1 and all(start in (None, "1") for start in starts)


def _about(reader: Reader, writer: _Writer) -> About:
    """What the document says of itself: on its first page, else in its properties."""
    core = reader.document.core_properties
    author = sensible_author(*writer.authors) or sensible_author(core.author)
    title = sensible_title(writer.titles[0]) if writer.titles else sensible_title(core.title)
    dates = (year_in(date) for date in writer.dates)
    created = core.created if author and not writer.authors else None
    return About(title, author, next(filter(None, dates), str(created.year) if created else ""))
