"""The canonical text of a format that is not text: written piece by piece, with marks where they come to lie.

Word, PowerPoint, HTML and EPUB files hold no text that could be quoted as it stands. What a reader sees of them is
written here: white space folded, blocks parted by blank lines, and for each emphasis, link or footnote's call the
span that it covers. A mark hides nothing (its outer span is its inner one), but for the bullet of a list.

Left to others: what is a block and what is not worth one (blocks.py, docx_blocks.py, pptx_blocks.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ingest.documents import BlockKind, Locator, LocatorKind, Mark, MarkKind, Span
from ingest.outline import Parsed, Piece, retire_zones

BULLET = "• "
_LONGEST_TARGET = 2_000  # characters of an address; a longer one is data
_DEEPEST = 20  # emphasis in emphasis in ...
#: Never seen, and in the way of whoever searches: soft hyphens, zero-width spaces, marks of byte order, controls.
_UNSEEN = dict.fromkeys([*range(9), *range(14, 32), *range(0x7F, 0xA0), 0xAD, 0x200B, 0x2060, 0xFEFF]) | dict.fromkeys(
    range(0xD800, 0xE000), "\ufffd"
)
_RAISED = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")


def raised(text: str) -> str:
    """A number as a superscript: "m2" was never meant for square metres. What has no such characters stays."""
    return text.translate(_RAISED) if any(c.isdecimal() for c in text) and _all_in(text, _RAISED) else text


def lowered(text: str) -> str:
    """The same below the line."""
    return text.translate(_LOWERED) if any(c.isdecimal() for c in text) and _all_in(text, _LOWERED) else text


def _all_in(text: str, table: dict[int, int]) -> bool:
    return all(ord(char) in table for char in text)


@dataclass(slots=True)
class _Open:
    """Emphasis, a link, ... that is not closed yet; `start` is where its first character in this block stands."""

    kind: MarkKind
    target: str
    start: int = -1


class Composer:
    """Writes a text. `write` goes on with the block at hand, `end` ends it; one without a word leaves no trace."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.marks: list[Mark] = []
        self.size = 0  # characters so far
        self._parts: list[str] = []
        self._begun = -1  # where the block at hand begins, -1 before its first character
        self._between = ""  # what parts it from the block before
        self._blank = ""  # what parts the next word from the one before
        self._lead, self._lead_hidden = "", False
        self._opened: list[_Open | None] = []
        self._locators: list[Locator] = []
        self._places: list[tuple[LocatorKind, str]] = []  # locators that the next character begins
        self._calls: dict[str, Span] = {}
        self._notes: list[tuple[int, str]] = []  # the number of a footnote's piece, what it is called by

    # -- within a block ----------------------------------------------------------------------------------------------

    @property
    def empty(self) -> bool:
        """Whether the block at hand has no character yet."""
        return self._begun < 0

    def write(self, text: str) -> None:
        """Go on with `text`; white space counts once, also between two calls."""
        words = text.translate(_UNSEEN).split()
        if text[:1].isspace():
            self._blank = self._blank or " "
        if words:
            self._emit(" ".join(words))
            self._blank = " " if text[-1].isspace() else ""

    def write_exactly(self, text: str) -> None:
        """Go on with `text` as it is, as code is: only empty lines at the edges of the block are dropped."""
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = text.translate(_UNSEEN)
        if self.empty:
            lines = text.split("\n")
            first = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
            text = "\n".join(lines[first:])
        body = text.rstrip()
        if body:
            self._emit(body)
            self._blank = text[len(body) :]
        else:
            self._blank += text

    def join(self, text: str) -> None:
        """Go on with `text` directly behind the last word, a blank behind it; only a blank after the end of a
        sentence."""
        if not self.empty:
            if self._parts[-1][-1:] not in ".!?;:":
                self._append(text)
            self._blank = " "

    def line_break(self) -> None:
        """Go on in a new line of the same block."""
        self._blank = "\n"

    def lead(self, text: str, *, hidden: bool = False) -> None:
        """What the next block begins with, a bullet or number; "" takes it back. `hidden`: shown as what it means."""
        self._lead, self._lead_hidden = text, hidden

    def open(self, kind: MarkKind, target: str = "") -> None:
        """What is written from here to its `close` is emphasis, a link, ...; within one of its kind it adds nothing."""
        again = any(opened is not None and opened.kind is kind for opened in self._opened[:_DEEPEST])
        fits = len(self._opened) < _DEEPEST and len(target) <= _LONGEST_TARGET and not again
        self._opened.append(_Open(kind, target) if fits else None)

    def close(self) -> None:
        """End what was opened last."""
        opened = self._opened.pop()
        if opened is not None:
            self._mark(opened)

    def call(self, key: str, label: str) -> None:
        """Write the mark that calls the footnote `key`; the first one counts."""
        if not self.empty and label and not label[0].isascii():
            self._blank = ""
        self._emit(label)
        self._calls.setdefault(key, Span(self.size - len(label), self.size))

    def locate(self, kind: LocatorKind, label: str) -> None:
        """A page, slide, ... begins with the next character."""
        if label:
            self._places.append((kind, label))

    # -- whole blocks ------------------------------------------------------------------------------------------------

    def end(self, kind: BlockKind, level: int = 0, *, note: str = "", near: bool = False) -> None:
        """End the block at hand. `note` is what calls it if it is a footnote; `near`: the next one is its next row."""
        self._blank = ""
        if self.empty:
            return
        for opened in self._opened[:_DEEPEST]:
            if opened is not None:
                self._mark(opened)
        if note:
            self._notes.append((len(self.pieces), note))
        self.pieces.append(Piece(kind, Span(self._begun, self.size), level))
        self._begun = -1
        self._between = "\n" if near else "\n\n"

    def block(self, kind: BlockKind, text: str, level: int = 0) -> None:
        """Add a block of plain text."""
        self.write(text)
        self.end(kind, level)

    def parsed(self, title: str = "", author: str = "", year: str = "") -> Parsed:
        """What was written: footnotes know their calls, reference lists and tables of contents what they are."""
        for number, key in self._notes:
            self.pieces[number] = replace(self.pieces[number], caller=self._calls.get(key))
        text = "".join(self._parts)
        order = sorted(enumerate(self.marks), key=lambda row: (row[1].outer.start, -row[1].outer.end, -row[0]))
        pieces = tuple(retire_zones(text, self.pieces))
        marks = tuple(mark for _, mark in order)  # of two over the same words, the one that was closed last is outside
        return Parsed(text, pieces, marks, tuple(self._locators), title, author, year)

    def _emit(self, text: str) -> None:
        if self.empty:
            self._append(self._between)
            self._begun = start = self.size
            self._append(self._lead)
            if self._lead and self._lead_hidden:
                marker = Span(self._begun, self.size + 1)
                self.marks.append(Mark(MarkKind.MARKER, marker, Span(self.size, self.size + 1)))
            self._lead = ""
        else:
            self._append(self._blank)
            start = self.size
        self._blank = ""
        for kind, label in self._places:
            if self._locators and self._locators[-1].start == start:  # an empty page
                self._locators.pop()
            self._locators.append(Locator(kind, label, start))
        self._places.clear()
        for opened in reversed(self._opened[:_DEEPEST]):
            if opened is not None:
                if opened.start >= 0:
                    break
                opened.start = self.size
        self._append(text)

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self.size += len(text)

    def _mark(self, opened: _Open) -> None:
        """The mark of what was opened and has ended, or goes on in the next block."""
        if opened.start >= 0:
            span = Span(opened.start, self.size)
            self.marks.append(Mark(opened.kind, span, span, opened.target))
        opened.start = -1
