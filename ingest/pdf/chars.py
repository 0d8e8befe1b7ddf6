"""What PDFium knows of a PDF: each page's characters with their boxes, the bookmarks, the labels, the metadata.

This and image.py are the only files that call PDFium, and never two threads at once: it is not made for that.
Places are in points (1/72 inch) from the top left corner of the page as it is shown, turned as a reader turns it. What
is no text of its own (blanks, line ends that PDFium puts in) is told as a property of the character behind it.

Left to others: lines, columns and blocks (lines.py and on), pictures of pages (image.py).
"""

from __future__ import annotations

import ctypes
import math
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from ingest.errors import SourceError

#: Held by whoever calls PDFium.
LOCK = threading.Lock()

MAX_PAGES = 5_000
MAX_PAGE_CHARS = 100_000  # a page of a newspaper has a third of that
MAX_CHARS = 4_000_000  # some 1,500 full pages
MAX_BOOKMARKS = 5_000
_BULLETS = {0x0E: 0x25E6, 0x0F: 0x2022, 0x88: 0x2022}  # where the symbols of TeX have them
_FAR = 100_000.0  # points; a page has at most 14,400

_PASSWORD_ERROR, _SECURITY_ERROR = 4, 5
_BOLD = re.compile(r"bold|black|heavy|demi|cmbx|ecbx|sfbx|-bd", re.IGNORECASE)
_TILTED = re.compile(r"ital|obli|slant|cmti|cmsl|ecti|sfti", re.IGNORECASE)
_FIXED = re.compile(r"mono|courier|consol|typewriter|cmtt|ectt|sftt|menlo|lmtt", re.IGNORECASE)


class Style(NamedTuple):
    """How a run of characters is set. `size` is in points; `turn` is the angle of its lines in quarter turns, -1 if
    they are slanted."""

    size: float
    bold: bool = False
    italic: bool = False
    fixed: bool = False
    turn: int = 0


class Glyph(NamedTuple):
    """A character where it stands. `base` is the height of its line's base; `blank`: white space comes before it;
    `hyphen`: it is a hyphen at the end of a line."""

    char: str
    left: float
    top: float
    right: float
    bottom: float
    base: float
    style: Style
    blank: bool = False
    hyphen: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: its size in points, its label, its characters in the order of the file, and whether it has pictures.

    A page of which most lies on its side, as a wide table does, is read from that side: size and places are those of
    the page turned clockwise by `turn` quarters.
    """

    width: float
    height: float
    label: str
    glyphs: tuple[Glyph, ...]
    pictured: bool = False
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the file's outline: `level` is 1 for the outermost, `page` counts from 0."""

    title: str
    level: int
    page: int


@dataclass(frozen=True, slots=True)
class RawPdf:
    """A file's pages, outline and metadata ("Title", "Author", "CreationDate", ...)."""

    sheets: tuple[Sheet, ...]
    bookmarks: tuple[Bookmark, ...] = ()
    about: dict[str, str] = field(default_factory=dict)


@contextmanager
def opened(data: bytes, path: Path) -> Iterator[Any]:
    """The file as a `pypdfium2.PdfDocument`, for as long as the lock is held.

    Raises:
        SourceError: it is no PDF, damaged, encrypted, or has no page, or more than MAX_PAGES.
    """
    import pypdfium2

    with LOCK:
        try:
            pdf = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise SourceError(_refusal(getattr(error, "err_code", None), path)) from None
        try:
            if not 1 <= len(pdf) <= MAX_PAGES:
                raise SourceError(_count_refusal(len(pdf), path))
            yield pdf
        finally:
            pdf.close()


def _refusal(code: int | None, path: Path) -> str:
    if code in (_PASSWORD_ERROR, _SECURITY_ERROR):
        return f"{path} is encrypted and opens only with a password; save a copy without one"
    return f"{path} is no PDF that can be read, or it is damaged; open it in a viewer and print it to a new PDF"


def _count_refusal(count: int, path: Path) -> str:
    if count < 1:
        return f"{path} has no page that can be read; open it in a viewer and print it to a new PDF"
    return f"{path} has {count:,} pages, more than the {MAX_PAGES:,} that are read; split it"


def read_pdf(data: bytes, path: Path) -> RawPdf:
    """All that is read of a PDF. A page that is damaged counts as empty.

    Raises:
        SourceError: see `opened`; also if a page, or the whole, has more characters than the limits above.
    """
    with opened(data, path) as pdf:
        sheets: list[Sheet] = []
        total = 0
        for number in range(len(pdf)):
            sheets.append(_sheet(pdf, number, path))
            total += len(sheets[-1].glyphs)
            if total > MAX_CHARS:
                raise SourceError(f"{path} has more than the {MAX_CHARS:,} characters that are read; split it")
        return RawPdf(tuple(sheets), tuple(_bookmarks(pdf)), _about(pdf))


def _about(pdf: Any) -> dict[str, str]:
    try:
        return {key: str(value) for key, value in pdf.get_metadata_dict().items()}
    except (UnicodeError, ValueError):
        return {}


def _bookmarks(pdf: Any) -> Iterator[Bookmark]:
    import pypdfium2

    try:
        for count, entry in enumerate(pdf.get_toc()):
            if count >= MAX_BOOKMARKS:
                return
            target = entry.get_dest()
            page = target.get_index() if target is not None else None
            title = " ".join(entry.get_title().split())
            if page is not None and title:
                yield Bookmark(title, entry.level + 1, page)
    except (pypdfium2.PdfiumError, UnicodeError, RecursionError):
        return


def _sheet(pdf: Any, number: int, path: Path) -> Sheet:
    import pypdfium2
    from pypdfium2 import raw

    name = label(pdf, number)
    try:
        page = pdf[number]
    except pypdfium2.PdfiumError:
        return Sheet(0, 0, name, ())
    try:
        text = page.get_textpage()
    except pypdfium2.PdfiumError:
        page.close()
        return Sheet(0, 0, name, ())
    try:
        count = text.count_chars()
        if count > MAX_PAGE_CHARS:
            raise SourceError(
                f"{path} has {count:,} characters on page {number + 1}, more than the {MAX_PAGE_CHARS:,} that are "
                "read of a page; leave that page out"
            )
        shown = _Shown(page)
        glyphs = tuple(_glyphs(raw, text.raw, count, shown)) if count > 0 else ()
        turns = Counter(glyph.style.turn for glyph in glyphs)
        turn = max(turns.most_common(1)[0][0], 0) if turns else 0
        if turn:
            shown.turns = (shown.turns + turn) % 4
            glyphs = tuple(_glyphs(raw, text.raw, count, shown))
        pictured = not glyphs and any(True for _ in page.get_objects((raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3))
        width, height = page.get_size() if turn % 2 == 0 else page.get_size()[::-1]
        return Sheet(width, height, name, glyphs, pictured, turn)
    finally:
        text.close()
        page.close()


def label(pdf: Any, number: int) -> str:
    """What a page calls itself: "xii", "12"; its number if it has no name."""
    try:
        name = " ".join(pdf.get_page_label(number).split())
    except UnicodeError:
        name = ""
    return name[:20] or str(number + 1)


class _Shown:
    """How the coordinates of a page become those of the page as it is shown."""

    def __init__(self, page: Any) -> None:
        self.left, self.bottom, self.right, self.top = page.get_cropbox()
        self.turns = (page.get_rotation() // 90) % 4

    def place(self, x: float, y: float) -> tuple[float, float]:
        """From the left, and down from the top."""
        if self.turns == 1:
            return y - self.bottom, x - self.left
        if self.turns == 2:
            return self.right - x, y - self.bottom
        if self.turns == 3:
            return self.top - y, self.right - x
        return x - self.left, self.top - y

    def box(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of a box."""
        (a, b), (c, d) = self.place(left, bottom), self.place(right, top)
        return min(a, c), min(b, d), max(a, c), max(b, d)


def _glyphs(raw: Any, text: Any, count: int, shown: _Shown) -> Iterator[Glyph]:
    """The characters that are seen, in the order of the file."""
    rect, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    styles = _Styles(raw, text, shown.turns)
    blank, high, level = False, 0, (0.0, 0.0, 0.0)
    for i in range(count):
        code = raw.FPDFText_GetUnicode(text, i)
        code = _BULLETS.get(code, code)
        if code in (0x20, 0x0D, 0x0A, 0x09, 0xA0) or (code < 0x20 and code != 2):
            blank = True
            continue
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high else 0xFFFD
        high = 0
        char = "-" if code in (2, 0xFFFE) else chr(code) if code <= 0x10FFFF else "\ufffd"
        if char.isspace():
            blank = True
            continue
        if not raw.FPDFText_GetLooseCharBox(text, i, rect) or not raw.FPDFText_GetCharOrigin(text, i, x, y):
            continue
        left, top, right, bottom = shown.box(rect.left, rect.bottom, rect.right, rect.top)
        base = shown.place(x.value, y.value)[1]
        if not -_FAR < left <= right < _FAR or not -_FAR < top <= bottom < _FAR or not -_FAR < base < _FAR:
            continue  # nowhere, or not a number
        if base == level[0] and top == level[1] and bottom == level[2]:
            base, top, bottom = level  # one object for all of a line, as there are millions
        else:
            level = base, top, bottom
        yield Glyph(char, left, top, right, bottom, base, styles.of(i), blank, char == "-" and code != 0x2D)
        blank = False


class _Styles:
    """The style of each character, asked for once a run of text."""

    def __init__(self, raw: Any, text: Any, turns: int) -> None:
        self._raw, self._text, self._turns = raw, text, turns
        self._known: dict[int, Style] = {}
        self._name, self._flags, self._matrix = ctypes.create_string_buffer(128), ctypes.c_int(), raw.FS_MATRIX()

    def of(self, i: int) -> Style:
        run = self._raw.FPDFText_GetTextObject(self._text, i)
        key = ctypes.addressof(run.contents) if run else 0
        style = self._known.get(key)
        if style is None:
            style = self._known[key] = self._read(i)
        return style

    def _read(self, i: int) -> Style:
        raw, text, matrix = self._raw, self._text, self._matrix
        size = raw.FPDFText_GetFontSize(text, i)
        turn = 0
        if raw.FPDFText_GetMatrix(text, i, matrix):
            size *= math.hypot(matrix.c, matrix.d)
            angle = math.degrees(math.atan2(matrix.b, matrix.a)) / 90
            turn = (round(angle) - self._turns) % 4 if abs(angle - round(angle)) < 0.06 else -1
        length = raw.FPDFText_GetFontInfo(text, i, self._name, 128, self._flags)
        name = self._name.value.decode("latin-1") if 0 < length <= 128 else ""
        if not math.isfinite(size) or not 0 < size < 10_000:
            size = 1.0
        return Style(
            round(size, 1), bool(_BOLD.search(name)), bool(_TILTED.search(name)), bool(_FIXED.search(name)), turn
        )
