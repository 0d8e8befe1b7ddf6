"""Rows of named values become text that can be searched and cited: what tables (CSV) and records (JSONL) share.

A row is one block that is understood by itself: "Region: North; Farms: 28". Values without words are left out. A row
too long for a passage is parted between its values, and each part begins with the row's first value again. A value
that is prose, as an article in a column of articles, stands in paragraphs of its own under a heading for its row: its
title if it has one, else its first value. The canonical text is what is written here; `Locator`s name the rows.

Left to others: how a file is taken apart into rows (csv_blocks.py, jsonl_blocks.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.documents import BlockKind, Locator, LocatorKind, Span
from ingest.errors import SourceError
from ingest.outline import Parsed, Piece

MAX_ROWS = 50_000
MAX_FIELDS = 1_000
MAX_TEXT = 50_000_000  # characters that the rows may come to once every value has its name
LONGEST_PART = 600  # characters of a row in one block
LONGEST_NAME = 120

_PROSE = 200  # characters from which a value is prose
_NAMED_PROSE = 60  # the same for a value whose name says that it is
_TEXT_NAMES = frozenset(
    "abstract article body content description message paragraph passage summary text transcript".split()
)
_TITLE_NAMES = frozenset({"heading", "headline", "title"})
_PARAGRAPH_BREAK = re.compile(r"\n\s*\n")
_HARD_WRAP = 120  # a text with a longer line is not hard-wrapped: each line is a paragraph
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")  # null, and halves of characters that JSON's escapes can make

Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as its format counts them, and its values by name, in order."""

    number: int
    fields: Fields


@dataclass(frozen=True, slots=True)
class Note:
    """A line beside the rows, a table's title or footnote. `level` is not 0 if it heads what follows."""

    number: int
    text: str
    level: int = 0


def folded(value: str) -> str:
    """A value in one line, white space folded, without what cannot be written as text."""
    return " ".join(_UNWRITABLE.sub("\ufffd", value).split())


def too_many(path: Path, number: int) -> SourceError:
    """The error for a row that has more values than are read."""
    return SourceError(f"{path}, row {number} has more than {MAX_FIELDS:,} values; split it into several files")


def parse_rows(rows: Iterable[Row | Note], path: Path) -> Parsed:
    """The text, blocks and locators of rows.

    Raises:
        SourceError: there is no row with a value, or there are more rows, values or text than MAX_ROWS and so on.
    """
    writer = _Writer(path)
    for count, row in enumerate(rows, start=1):
        if count > MAX_ROWS:
            raise SourceError(f"{path} has more than {MAX_ROWS:,} rows; split it into several files")
        if isinstance(row, Note):
            writer.begin(row.number)
            writer.add(BlockKind.HEADING if row.level else BlockKind.PARAGRAPH, folded(row.text), row.level)
        else:
            _write(writer, row)
    if not writer.pieces:
        raise SourceError(f"{path} has no row with a value in it; put some in or remove it")
    return Parsed("".join(writer.parts), tuple(writer.pieces), (), tuple(writer.locators))


@dataclass
class _Writer:
    """The canonical text as it grows."""

    path: Path
    parts: list[str] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    locators: list[Locator] = field(default_factory=list)
    size: int = 0
    headed: bool = False  # whether a row before had a heading: each later one needs its own

    def begin(self, number: int) -> None:
        """What is added next is of this row."""
        self.locators.append(Locator(LocatorKind.ROW, str(number), self.size))

    def add(self, kind: BlockKind, text: str, level: int = 0) -> None:
        """Add a block, if its text has any."""
        if not text:
            return
        self.pieces.append(Piece(kind, Span(self.size, self.size + len(text)), level))
        end = "\n" if kind is BlockKind.TABLE else "\n\n"
        self.parts += [text, end]
        self.size += len(text) + len(end)
        if self.size > MAX_TEXT:
            raise SourceError(
                f"{self.path} comes to more than {MAX_TEXT:,} characters with the names of its values; split it"
            )


def _write(writer: _Writer, row: Row) -> None:
    fields = [(_short(name), value) for name, value in row.fields if value.strip()]
    if not fields:
        return
    if len(fields) > MAX_FIELDS:
        raise too_many(writer.path, row.number)
    prose = [(name, value) for name, value in fields if _is_prose(name, value)]
    title = next((value for name, value in fields if name.casefold() in _TITLE_NAMES), "")
    title = title if prose or writer.headed else ""
    short = [(name, folded(value)) for name, value in fields if (name, value) not in prose and value != title]
    writer.begin(row.number)
    if prose or writer.headed:
        first = short[0][1] if short else ""
        heading = folded(title) or first or f"Row {row.number}"
        writer.add(BlockKind.HEADING, _short(heading), 2)
        writer.headed = True
    for part in _parts(short):
        writer.add(BlockKind.TABLE, part)
    for name, value in prose:
        lead = "" if name.casefold() in _TEXT_NAMES else f"{name}: "
        for paragraph in _paragraphs(value):
            writer.add(BlockKind.PARAGRAPH, lead + paragraph)
            lead = ""


def _is_prose(name: str, value: str) -> bool:
    words = len(value.split())
    named = name.casefold() in _TEXT_NAMES
    return len(value) >= (_NAMED_PROSE if named else _PROSE) and words * 12 >= len(value)


def _short(name: str) -> str:
    name = folded(name)
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"


def _parts(fields: Fields) -> Iterator[str]:
    """The values with their names in blocks of about LONGEST_PART, each of which begins with the first of them."""
    if not fields:
        return
    named = [f"{name}: {value}" if name else value for name, value in fields]
    first, rest = named[0], named[1:]
    lead = first if len(first) <= LONGEST_NAME else _short(first)
    part = first
    for cell in rest:
        if len(part) + len(cell) > LONGEST_PART and part != lead:
            yield part
            part = lead
        part = f"{part}; {cell}"
    yield part


def _paragraphs(value: str) -> Iterator[str]:
    """The paragraphs of prose, each in one line."""
    for group in _PARAGRAPH_BREAK.split(value.replace("\r\n", "\n").replace("\r", "\n")):
        lines = [folded(line) for line in group.split("\n")]
        wrapped = all(len(line) <= _HARD_WRAP for line in lines)
        yield from filter(None, [" ".join(filter(None, lines))] if wrapped else lines)
