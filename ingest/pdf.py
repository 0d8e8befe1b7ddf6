"""A PDF becomes text with pages: what PDFium reads, put in order, as blocks of a canonical text that is made here.

The canonical text has the paragraphs parted by an empty line, each without line ends, and no running heads, feet or
page numbers. Every character of it is one that stands on a page, or a blank: `Laid` says where.

Left to others: PDFium (pdf_chars.py), lines, columns, blocks (pdf_lines.py to pdf_flow.py), pictures (pdf_image.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.documents import BlockKind, Locator, LocatorKind, Span
from ingest.errors import SourceError
from ingest.outline import Parsed, Piece, retire_zones
from ingest.pdf_blocks import Group, groups, measure
from ingest.pdf_chars import RawPdf, Sheet, read_pdf
from ingest.pdf_columns import columns, gutter
from ingest.pdf_flow import flow
from ingest.pdf_furniture import furniture
from ingest.pdf_headings import Outline, is_heading, set_levels, title_of
from ingest.pdf_lines import Fragment, Line, fragments, lines
from ingest.pdf_text import Script, Spelling, line_script

_NO_TITLE = re.compile(
    r"(?:microsoft (?:word|powerpoint|excel) - .*|untitled.*|https?:.*|"
    r".*\.(?:docx?|odt|pdf|tex|dvi|indd|pptx?|rtf|qxd|txt|html?|ps)|document\d*|title|[\W\d_]*)",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(r"(?:admin\w*|user\w*|owner|unknown|anonymous|author|root|[\W\d_]*|.*[\\/@].*)", re.IGNORECASE)
_YEAR = re.compile(r"\b(1[5-9]\d\d|20\d\d)")


@dataclass(frozen=True)
class Laid:
    """A PDF taken apart, and for each character of its text the page (from 0) and the glyph that it is from, if any."""

    parsed: Parsed
    script: Script
    sizes: tuple[tuple[float, float], ...]


def parse_pdf(data: bytes, path: Path) -> Parsed:
    """Take a PDF apart.

    Raises:
        SourceError: it cannot be read (see `pdf_chars.read_pdf`), or its pages are pictures without text.
    """
    return lay_out(data, path).parsed


def lay_out(data: bytes, path: Path) -> Laid:
    """As `parse_pdf`, with the place of every character."""
    raw = read_pdf(data, path)
    _refuse_pictures(raw, path)
    found, named = _groups(raw)
    script, pieces, locators = _written(found, raw.sheets)
    title = named if named else next((_of(script, piece) for piece in pieces if piece.level == 1), "")
    parsed = Parsed(
        script.text,
        tuple(retire_zones(script.text, pieces)),
        (),
        locators,
        title=title,
        author=_author(raw),
        year="",
    )
    return Laid(parsed, script, tuple((sheet.width, sheet.height) for sheet in raw.sheets))


def _of(script: Script, piece: Piece) -> str:
    return "".join(script.chars[piece.span.start : piece.span.end])


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


def _columns(raw: RawPdf) -> list[list[Line]]:
    """The lines of each column of each page, in reading order, without what belongs to the page alone."""
    pages = [_upright(sheet) for sheet in raw.sheets]
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


def _upright(sheet: Sheet) -> list[Fragment]:
    """The fragments that are set the way the page is shown."""
    return fragments(sheet.glyphs)


def _groups(raw: RawPdf) -> tuple[list[Group], str]:
    """The blocks of the document, and its title as the file names it."""
    laid = _columns(raw)
    measured = measure(laid)
    outline = Outline(raw.bookmarks)
    found: list[Group] = []
    known: dict[int, int] = {}
    for column in laid:
        headed = outline.headed(column)
        at = 0
        for i in [*sorted(headed), len(column)]:
            if i < at:
                continue
            found += groups(column[at:i], measured)
            if i in headed:
                count, level = headed[i]
                group = Group(BlockKind.HEADING, list(column[i : i + count]))
                known[id(group)] = level
                found.append(group)
                at = i + count
    for group, following in zip(found, [*found[1:], None], strict=True):
        if group.kind is not BlockKind.HEADING and is_heading(group, following, measured):
            group.kind = BlockKind.HEADING
    headings = [group for group in found if group.kind is BlockKind.HEADING]
    named = _title(raw)
    title = title_of(headings, named, measured)
    set_levels(headings, known, title)
    return flow(found, measured), named


def _written(found: Sequence[Group], sheets: Sequence[Sheet]) -> tuple[Script, list[Piece], tuple[Locator, ...]]:
    """The canonical text, its pieces, and where its pages begin."""
    spelling = Spelling(line.text for group in found for line in group.lines)
    script, pieces = Script(), []
    for group in found:
        body = spelling.join([line_script(line) for line in group.lines])
        if not body.text.strip():
            continue
        if script.chars:
            script.add("\n\n")
        start = len(script)
        script.extend(body)
        pieces.append(Piece(group.kind, Span(start, len(script)), group.level))
    return script, pieces, _locators(script, sheets)


def _locators(script: Script, sheets: Sequence[Sheet]) -> tuple[Locator, ...]:
    found: list[Locator] = []
    page = -1
    for i, origin in enumerate(script.origins):
        if origin is not None and origin[0] != page:
            page = origin[0]
            found.append(Locator(LocatorKind.PAGE, sheets[page].label, i))
    return tuple(found)
