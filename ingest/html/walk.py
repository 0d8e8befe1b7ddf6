"""One walk over the tree of a page, which writes what a reader sees of it into a text.

Without recursion but for the cells of tables. What is hidden, scripts and controls are left out; what stands around
the text (page.py) is navigation; footnotes (notes.py) know their calls. An image is its alternative text
and never fetched, a link an address and never followed.

Left to others: what the tags mean (tags.py), tables (tables.py), how the text is put together (composing.py).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from ingest.composing import BULLET, Composer, lowered, raised
from ingest.documents import BlockKind, LocatorKind, MarkKind
from ingest.formulas import formula
from ingest.html.listing import numbering
from ingest.html.notes import Notes
from ingest.html.table import cells_of, headers_of, is_data
from ingest.html.tags import (
    BLANK_LINE,
    BLOCKS,
    EARLY,
    FEWEST_LINKS,
    FILE_NAME,
    FRONT,
    KINDS,
    LEFT_OUT,
    LONGEST_ALT,
    LONGEST_FRONT,
    LONGEST_TERM,
    MARKS,
    MEANINGS,
    MOST_FRONT,
    NO_MEANING,
    PERMALINK,
    heading_level,
    is_explained,
    is_hidden,
    is_prose,
    page_label,
    web_address,
)
from ingest.html.tree import ancestors, iterated, kinds, names_of, opening, text_of
from ingest.outline import REFERENCE_HEADINGS, heading_key
from ingest.tables import Cell, write_table


class Walker:
    """Writes pages, one after the other, into one text."""

    def __init__(self, notes: Notes) -> None:
        self.composer = Composer()
        self.headings: Mapping[Any, str] = {}  # what stands over elements, as a book's contents say
        self.pages: Mapping[Any, str] = {}  # elements that a printed page begins with
        self._notes = notes
        self._around: Collection[Any] = ()
        self._within: list[tuple[Any, str]] = []  # the elements that mean something for what is in them, and what
        self._needs: defaultdict[str, list[Any]] = defaultdict(list)  # by meaning: what each of them needs
        self._zone = False  # whether the last heading is of a reference list
        self._mark: re.Pattern[str] | None = None  # a note's own mark, not yet left out
        self._cell = -1  # where the cell of a table began; in cells, blocks are words
        self._breaks = 0  # <br> since the last word
        self._held = False  # a term waits for what it means, in the same block
        self._pictured = False  # the block at hand is an image so far
        self._inner = [0, 0, 0]  # of the block at hand: links within the page, characters in them, and others

    def walk(self, root: Any, left_aside: Collection[Any] = ()) -> None:
        """Write what is below `root`; elements in `left_aside` are navigation."""
        self._around = left_aside
        skipped: Any = None
        for event, element in iterated(root):
            if skipped is not None:
                if event == "start" or element is not skipped:
                    continue
                skipped = None
                self._pop(element)
            elif event == "start":
                if not isinstance(element.tag, str) or self._enter(element):
                    skipped = element
                else:
                    self._text(element.text)
                continue
            else:
                self._leave(element)
            self._text(element.tail if element is not root else None)
        if self._cell < 0:
            self._end()

    # -- what an element begins and ends -----------------------------------------------------------------------------

    def _enter(self, element: Any) -> bool:
        """Begin an element; whether it is done with, so that nothing below it is looked at."""
        tag = element.tag
        if tag in LEFT_OUT or element in self._notes.labels or is_hidden(element):
            return True
        if self._cell >= 0:
            if tag == "li" and self.composer.size > self._cell:
                self.composer.join(",")
            elif tag in BLOCKS:
                self.composer.write(" ")
            return tag not in BLOCKS and self._enter_inline(element, tag)
        if element in self.headings:
            self._end()
            if text_of(element) == self.headings[element]:
                self._push(element, "heading", 1)
            else:
                self.composer.block(BlockKind.HEADING, self.headings[element], 1)
        if element in self.pages:
            self.composer.locate(LocatorKind.PAGE, self.pages[element])
        apart = element in self._around
        note = self._notes.notes.get(element)
        if apart or note or tag in BLOCKS:
            self._boundary(tag)
        if apart:
            self._push(element, "around")
        if note and not self._zone:
            self._begin_note(element, *note)
        return self._enter_block(element, tag) if tag in BLOCKS else self._enter_inline(element, tag)

    def _enter_block(self, element: Any, tag: str) -> bool:
        if tag == "table" and is_data(element, self._notes.notes):
            self._table(element)
            return True
        if tag in MEANINGS:
            lines = tag == "pre" and is_prose(element)
            self._push(element, "lines" if lines else MEANINGS[tag], numbering(element) if tag == "ol" else None)
        if tag == "li" and not self._mark:
            numbers = self._needs["list"][-1] if self._needs["list"] else None
            number = numbers.of(element) if numbers else ""
            self.composer.lead(number or BULLET, hidden=not number)
        elif tag == "dt":
            if self._held:
                self.composer.join(",")
            self.composer.open(MarkKind.STRONG)
        elif tag == "dd" and self._held:
            self.composer.join(":")
        elif level := heading_level(element, tag):
            self._push(element, "heading", level)
            if not self._needs["around"]:
                self._zone = heading_key(opening(element, LONGEST_FRONT)) in REFERENCE_HEADINGS
        elif tag == "header" or names_of(element) & FRONT:
            self._push(element, "front")
        return False

    def _enter_inline(self, element: Any, tag: str) -> bool:
        if kinds(element) & {"doc-pagebreak", "pagebreak"}:
            self.composer.locate(LocatorKind.PAGE, page_label(element))
            return True
        if tag == "br":
            self._break()
        elif tag in ("img", "image"):
            self._image(element)
            return True
        elif tag == "math":
            self._text(formula(element))
            return True
        elif tag in ("sup", "sub") and len(element) == 0:
            text = (element.text or "").strip()
            self._text(raised(text) if tag == "sup" else lowered(text))
            return True
        elif tag == "a":
            return self._link(element)
        elif tag == "q":
            self._text("“")
            self._push(element, "quote")
        elif (kind := MARKS.get(tag)) and not self._needs["pre"]:
            self.composer.open(kind)
            self._push(element, "mark")
        return False

    def _leave(self, element: Any) -> None:
        tag = element.tag
        if self._cell >= 0:
            if tag in BLOCKS:
                self.composer.write(" ")
        elif tag == "dt":
            self.composer.close()
            short = len(opening(element, LONGEST_TERM)) <= LONGEST_TERM
            self._held = short and not self.composer.empty and is_explained(element)
        if self._cell < 0 and (tag in BLOCKS or element in self._notes.notes or element in self._around):
            self._boundary("/dl" if tag == "dl" else "")
        self._pop(element)

    def _pop(self, element: Any) -> None:
        """Forget what an element meant for what was in it."""
        while self._within and self._within[-1][0] is element:
            _, meaning = self._within.pop()
            self._needs[meaning].pop()
            if meaning == "mark":
                self.composer.close()
            elif meaning == "quote":
                self._text("”")
            elif meaning == "item":
                self.composer.lead("")
            elif meaning == "note":
                self._mark = None

    def _push(self, element: Any, meaning: str, needs: Any = None) -> None:
        self._within.append((element, meaning))
        self._needs[meaning].append(needs)

    # -- blocks ------------------------------------------------------------------------------------------------------

    def _boundary(self, tag: str) -> None:
        """A block begins or ends here, unless a term still waits for its meaning."""
        if tag == "dt" and self._needs["term"]:  # not closed, which the parser takes for a term in a term
            self._held = not self.composer.empty
        if not self._held or tag in NO_MEANING:
            self._end()

    def _end(self) -> None:
        kind = self._kind()
        level = self._needs["heading"][-1] if kind is BlockKind.HEADING else 0
        self.composer.end(kind, level, note=self._needs["note"][-1] if kind is BlockKind.FOOTNOTE else "")
        self._breaks, self._inner = 0, [0, 0, 0]
        self._held = self._pictured = False

    def _kind(self) -> BlockKind:
        """What the block at hand is, by what it is in."""
        found = (kind for meaning, kind in KINDS if self._needs[meaning])
        kind = next(found, BlockKind.CAPTION if self._pictured else BlockKind.PARAGRAPH)
        links, inside, outside = self._inner
        if kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM) and links >= FEWEST_LINKS and inside > 9 * outside:
            return BlockKind.NAVIGATION
        if kind is BlockKind.FRONT_MATTER:
            early = all(piece.kind in EARLY for piece in self.composer.pieces[:MOST_FRONT])
            if not early or len(self.composer.pieces) >= MOST_FRONT:
                return BlockKind.PARAGRAPH
        return kind

    def _begin_note(self, element: Any, key: str, label: str) -> None:
        self._push(element, "note", key)
        self.composer.lead(f"{label} ")
        bare = re.escape(label.strip("[]()"))
        own = "" if element.tag == "li" else rf"(?:[\[(]?(?:{bare}|{re.escape(raised(label))})(?!\w)[\])]?)?"
        self._mark = re.compile(rf"\s*{own}[\s.):\]^↑]*")

    def _table(self, element: Any) -> None:
        caption = element.find("caption")
        if caption is not None:
            self.composer.write(text_of(caption))
            self.composer.end(BlockKind.NAVIGATION if self._needs["around"] else BlockKind.CAPTION)
        kind = BlockKind.NAVIGATION if self._needs["around"] else BlockKind.TABLE
        write_table(self.composer, cells_of(element), self._write_cell, kind=kind, headers=headers_of(element))

    def _write_cell(self, cell: Cell) -> None:
        self._cell = self.composer.size
        self.walk(cell.content, self._around)
        self._cell = -1

    # -- within blocks -----------------------------------------------------------------------------------------------

    def _text(self, text: str | None) -> None:
        if not text:
            return
        if self._mark is not None:
            text = self._mark.sub("", text, count=1)
            if not text:
                return
            self._mark = None
        if self._needs["pre"] and self._cell < 0:
            self.composer.write_exactly(text)
        elif self._needs["lines"]:
            for number, group in enumerate(BLANK_LINE.split(text)):
                if number:
                    self._end()
                self.composer.write(group)
        else:
            self.composer.write(text)
        if size := len(text.strip()):
            self._inner[1 if self._needs["inner"] else 2] += size
            self._breaks, self._held, self._pictured = 0, False, False

    def _break(self) -> None:
        self._breaks += 1
        if self._needs["pre"] and self._cell < 0:
            self.composer.write_exactly("\n")
        elif self._cell >= 0 or self._needs["heading"]:
            self.composer.write(" ")
        elif self._breaks == 1:
            self.composer.line_break()
        elif not self._held:  # two in a row part paragraphs
            self._end()

    def _image(self, element: Any) -> None:
        alt = " ".join((element.get("alt") or "").split())
        if not alt or len(alt) > LONGEST_ALT or FILE_NAME.fullmatch(alt):
            return
        figure = next((outer for outer in ancestors(element) if outer.tag == "figure"), None)
        caption = figure.find(".//figcaption") if figure is not None else None
        if caption is not None and not is_hidden(caption) and text_of(caption) == alt:
            return
        alone = self.composer.empty or self._pictured
        if self._pictured:
            self.composer.write(" ")
        self.composer.open(MarkKind.IMAGE, web_address(element.get("src")))
        self._text(alt)
        self.composer.close()
        self._pictured = alone

    def _link(self, element: Any) -> bool:
        called = self._notes.calls.get(element)
        href = element.get("href") or ""
        if called:
            self.composer.call(*called)
            return True
        if element in self._notes.back:
            return True
        if href.startswith("#") and PERMALINK.fullmatch(opening(element, 20).strip()):
            return len(element) == 0 or element.find(".//img") is None
        if href.startswith("#"):
            self._push(element, "inner")
            self._inner[0] += 1
        elif not self._needs["pre"] and (address := web_address(href)):
            self.composer.open(MarkKind.LINK, address)
            self._push(element, "mark")
        return False
