"""CSV and TSV taken apart: which sign parts the cells, which row names the columns, and the rows below it.

Cells are read by Python's csv module, so quotes, doubled quotes and line breaks inside cells mean what a spreadsheet
takes them for. The delimiter is the one of comma, semicolon, tab and bar by which most rows have equally many cells.
Rows are numbered as a spreadsheet numbers them: the names of the columns and empty rows count. Lines of one cell above
the names are the table's title, others its notes. Without names, columns are "Column 1", "Column 2", ...

Left to others: decoding (loaders.py), what becomes of a row (row_blocks.py).
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from ingest.errors import SourceError
from ingest.outline import Parsed
from ingest.row_blocks import MAX_FIELDS, Note, Row, folded, parse_rows, too_many

_DELIMITERS = "\t;|,"  # of equals the first wins: a comma may stand in "1,5"
_SAMPLE = 200  # rows that the delimiter and the names are judged by
_LONGEST_CELL = 1_000_000
_LONGEST_HEADER = 200  # characters of the name of a column
_UNHEADED = 0.9  # how much less a delimiter counts that does not part the first row
_MOST_LINES = 1_000_000  # rows of a table, empty ones too
_END = "\0"  # no file has it in it (`decode`)
_NUMBER = re.compile(r"\W*\d[\d.,:/\s-]*%?\W?")  # "1,204", "1937-08-21", "€ 12.50", "45 %"
_YEAR = re.compile(r"1\d{3}|20\d{2}")
_DECLARED = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # Excel writes it above a table, and does not count it as a row


def parse_csv(text: str, path: Path) -> Parsed:
    """Take a table apart.

    Raises:
        SourceError: a quote is not closed, a row or the table is beyond all bounds, or no cell has anything in it.
    """
    declared = _DECLARED.match(text)
    body = text[declared.end() :] if declared else text
    delimiter = declared[1] if declared else find_delimiter(body, "\t" if path.suffix.lower() == ".tsv" else "")
    quotes = delimiter not in "\"'\\ \r\n"  # one that is declared may be anything
    if not quotes:
        raise SourceError(f"{path} declares {delimiter!r} as what parts its cells; use a comma, a semicolon or a tab")
    try:
        rows = _read(body, delimiter, path, quoted=True)
    except _Unclosed as error:
        if delimiter != "\t":  # in tab-separated text a quote often means itself
            raise SourceError(
                f'{path}, row {error.row}: a quote (") is opened and never closed; close it, or double it if it is '
                "part of the text"
            ) from None
        rows = _read(body, delimiter, path, quoted=False)
    return parse_rows(_rows(rows), path)


def find_delimiter(text: str, prefer: str = "") -> str:
    """The sign that parts the cells of a table; `prefer`, or a comma, if nothing does."""
    best, found = 0.0, prefer or ","
    for delimiter in dict.fromkeys(prefer + _DELIMITERS):
        reader = csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=delimiter)
        widths: list[int] = []
        try:
            widths += (len(row) for row in islice(reader, _SAMPLE) if row)
        except csv.Error:  # a cell beyond all bounds: said when it is read in earnest
            continue
        count, width = max(((count, width) for width, count in Counter(widths).items() if width > 1), default=(0, 0))
        score = count / max(len(widths), 1) * (1 if widths[:1] == [width] else _UNHEADED)
        if score > best:
            best, found = score, delimiter
    return found


class _Unclosed(Exception):
    """A quote that is opened in a row and never closed."""

    def __init__(self, row: int) -> None:
        super().__init__(row)
        self.row = row


def _read(text: str, delimiter: str, path: Path, *, quoted: bool) -> list[list[str]]:
    """All rows; [] for one without a word in it."""
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_CELL))
    lines = chain(io.StringIO(text, newline=""), [_END])
    rows: list[list[str]] = []
    try:
        for row in csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE):
            rows.append(row if any(cell.strip() for cell in row) else [])
            if len(row) > MAX_FIELDS:
                raise too_many(path, len(rows))
            if len(rows) > _MOST_LINES:
                raise SourceError(f"{path} has more than {_MOST_LINES:,} lines; split it into several files")
    except csv.Error as error:
        if "field larger" in str(error) and quoted:
            raise _Unclosed(len(rows) + 1) from None
        raise SourceError(f"{path}, row {len(rows) + 1} cannot be read as a table ({error}); correct it") from None
    if rows.pop() != [_END]:  # the line after the last was taken into a cell
        raise _Unclosed(len(rows) + 1)
    return rows


def _rows(rows: Sequence[Sequence[str]]) -> Iterator[Row | Note]:
    """The rows below the names of the columns, with those names; lines of a single cell as notes."""
    wide = any(len(_trimmed(row)) > 1 for row in rows)
    at = noted = 0
    while at < len(rows) and (not rows[at] or (wide and len(_trimmed(rows[at])) < 2)):
        if rows[at]:
            yield Note(at + 1, "".join(rows[at]), 0 if noted else 1)
            noted += 1
        at += 1
    if at == len(rows):
        return
    below = [row for row in rows[at + 1 : at + 1 + _SAMPLE] if row]
    header: list[str] = []
    if _names_columns(_trimmed(rows[at]), below):
        header = _distinct(_trimmed(rows[at]))
        at += 1
    for number, row in enumerate(rows[at:], start=at + 1):
        if wide and len(row) == 1:
            yield Note(number, row[0])
            continue
        names = header + [f"Column {n}" if wide else "" for n in range(len(header) + 1, len(row) + 1)]
        yield Row(number, list(zip(names, row, strict=False)))


def _trimmed(row: Sequence[str]) -> Sequence[str]:
    """A row without the empty cells at its end."""
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return row[:end]


def _distinct(cells: Sequence[str]) -> list[str]:
    """Names of columns: none empty, and one that comes again is told by a number."""
    names = [folded(cell) or f"Column {n}" for n, cell in enumerate(cells, start=1)]
    seen: Counter[str] = Counter()
    for i, name in enumerate(names):
        seen[name] += 1
        names[i] = name if seen[name] == 1 else f"{name} ({seen[name]})"
    return names


def _names_columns(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether a table's first row says what its columns are: words, or years, that do not come again below them."""
    columns = [[row[i].strip() for row in below if i < len(row) and row[i].strip()] for i in range(len(cells))]
    proven = False
    for cell, column in zip((cell.strip() for cell in cells), columns, strict=True):
        if len(cell) > _LONGEST_HEADER or cell in column:
            return False
        counts = bool(column) and all(map(_is_number, column))
        if _is_number(cell) and not (_YEAR.fullmatch(cell) and not any(map(_YEAR.fullmatch, column))):
            return False
        proven = proven or (counts and bool(cell))
    named = [cell.strip().casefold() for cell in cells[1:]]
    return bool(below) and (proven or ("" not in named and len({*named, cells[0].casefold()}) == len(cells)))


def _is_number(cell: str) -> bool:
    return len(cell) <= 40 and _NUMBER.fullmatch(cell) is not None
