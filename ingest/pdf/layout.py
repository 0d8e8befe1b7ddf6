"""What PDFium reads of a PDF, put in order: the blocks of a canonical text that is made here.

The canonical text has the paragraphs parted by an empty line, each without line ends, and no running heads, feet or
page numbers. Every character of it is one that stands on a page, or a blank: `Laid` says where.

Left to others: PDFium (chars.py), lines, columns, blocks (lines.py to flow.py), the process (reader.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.documents import BlockKind, Locator, LocatorKind
from ingest.errors import SourceError
from ingest.outline import Parsed, Piece, retire_zones
from ingest.pdf.blocks import Group, Measure, groups, measure
from ingest.pdf.chars import RawPdf, Sheet, read_pdf
from ingest.pdf.columns import columns, gutter
from ingest.pdf.flow import flow
from ingest.pdf.furniture import furniture
from ingest.pdf.headings import Outline, is_heading, set_front, set_levels, title_of
from ingest.pdf.lines import Fragment, Line, fragments, lines
from ingest.pdf.tables import contents, tables
from ingest.pdf.text import Script
from ingest.pdf.writing import written

_NO_TITLE = re.compile(
    r"(?:microsoft (?:word|powerpoint|excel) - .*|untitled.*|https?:.*|"
    r".*\.(?:docx?|odt|pdf|tex|dvi|indd|pptx?|rtf|qxd|txt|html?|ps)|document\d*|title|[\W\d_]*)",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    r"(?:python-docx|openpyxl|libreoffice.*|microsoft.*|apache.*|admin\w*|user\w*|owner|unknown|anonymous|author|root|[\W\d_]*|.*[\\/@].*)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d\d\d)")


@dataclass(frozen=True)
class Laid:
    """A PDF taken apart, and for each character of its text the page (from 0) and the glyph that it is from, if any."""

    parsed: Parsed
    script: Script
    sheets: tuple[Sheet, ...]


def lay_out(data: bytes, path: Path) -> Laid:
    """Take a PDF apart.

    Raises:
        SourceError: it cannot be read (see `pdf_chars.read_pdf`), or its pages are pictures without text.
    """
    raw = read_pdf(data, path)
    _refuse_pictures(raw, path)
    found, named = _groups(raw)
    script, pieces = written(found)
    author = _author(raw)
    parsed = Parsed(
        script.text,
        tuple(retire_zones(script.text, pieces)),
        (),
        _locators(script, raw.sheets),
        title=named,
        author=author,
        year=_year(raw, script.text, pieces, described=bool(named and author)),
    )
    return Laid(parsed, script, raw.sheets)


def _refuse_pictures(raw: RawPdf, path: Path) -> None:
    if any(sheet.glyphs for sheet in raw.sheets):
        return
    if any(sheet.pictured for sheet in raw.sheets):
        count = len(raw.sheets)
        pages = "its page is a picture" if count == 1 else f"its {count} pages are pictures"
        raise SourceError(f"{path} is scanned: {pages} without text; run OCR on it, say ocrmypdf")
    raise SourceError(f"{path} has no text on its pages; print the document that it is from to PDF anew")


def _title(raw: RawPdf) -> str:
    title = " ".join(raw.about.get("Title", "").split())
    return "" if _NO_TITLE.fullmatch(title) or len(title) > 300 else title


def _author(raw: RawPdf) -> str:
    author = " ".join(raw.about.get("Author", "").split())
    return "" if _NO_AUTHOR.fullmatch(author) or len(author) > 200 else author


def _year(raw: RawPdf, text: str, pieces: Sequence[Piece], *, described: bool) -> str:
    """The last year in the lines before the text; else that of the file, if somebody described it."""
    front = " ".join(text[p.span.start : p.span.end] for p in pieces if p.kind is BlockKind.FRONT_MATTER)
    years = _YEAR.findall(front)
    if not years and described:
        years = _YEAR.findall(raw.about.get("CreationDate", "")[:6])
    return years[-1] if years else ""


def _columns(raw: RawPdf) -> list[list[Line]]:
    """The lines of each column of each page, in reading order, without what belongs to the page alone."""
    pages = [fragments(sheet.glyphs) for sheet in raw.sheets]
    dropped = furniture(pages, [sheet.height for sheet in raw.sheets])
    kept: list[list[Fragment]] = []
    for pieces, drop in zip(pages, dropped, strict=True):
        gone = set(map(id, drop))
        kept.append([piece for piece in pieces if id(piece) not in gone])
    gutters = sorted({round(place) for pieces in kept if (place := gutter(pieces)) is not None})
    done: list[list[Line]] = []
    for page, pieces in enumerate(kept):
        for number, column in enumerate(columns(pieces, gutters)):
            done.append(lines(column.pieces, page, number, column.bounds))
    return done


def _groups(raw: RawPdf) -> tuple[list[Group], str]:
    """The blocks of the document, and its title as the file names it."""
    laid = _columns(raw)
    measured = measure(laid)
    outline = Outline(raw.bookmarks)
    found: list[Group] = []
    known: dict[int, int] = {}
    for column in laid:
        found += _blocks(column, measured, outline, known)
    for group, following in zip(found, [*found, None][1:], strict=True):
        if group.kind is not BlockKind.HEADING and is_heading(group, following, measured):
            group.kind = BlockKind.HEADING
    headings = [group for group in found if group.kind is BlockKind.HEADING]
    named = _title(raw)
    title = title_of(headings, named, measured)
    if title is not None:
        set_front(found, title, known)
    set_levels([group for group in headings if group.kind is BlockKind.HEADING], known, title)
    return flow(found), named


def _blocks(column: Sequence[Line], measured: Measure, outline: Outline, known: dict[int, int]) -> list[Group]:
    """The blocks of a column, with the headings of the outline and the tables; `known` gets the levels of those."""
    headed = outline.headed(column)
    fixed = [(i, i + count, Group(BlockKind.HEADING, list(column[i : i + count]))) for i, (count, _) in headed.items()]
    for start, _, group in fixed:
        known[id(group)] = headed[start][1]
    for i in contents(column):
        fixed.append((i, i + 1, Group(BlockKind.NAVIGATION, [column[i]])))
    taken = {i for start, end, _ in fixed for i in range(start, end)}
    for table in tables(column, measured):
        if taken.isdisjoint(range(table.start, table.end)):
            lines_of = list(column[table.start : table.end])
            fixed.append((table.start, table.end, Group(BlockKind.TABLE, lines_of, rows=table.rows)))
    done: list[Group] = []
    at = 0
    for start, end, group in sorted(fixed, key=lambda row: row[0]):
        if start >= at:
            done += [*groups(column[at:start], measured), group]
            at = end
    return [*done, *groups(column[at:], measured)]


def _locators(script: Script, sheets: Sequence[Sheet]) -> tuple[Locator, ...]:
    found: list[Locator] = []
    page = -1
    for i, origin in enumerate(script.origins):
        if origin is not None and origin[0] != page:
            page = origin[0]
            found.append(Locator(LocatorKind.PAGE, sheets[page].label, i))
    return tuple(found)
