"""A Word document read: its paragraphs, tables and notes in order, each with what it is and how its words look.

Deleted words, comments, hidden text, codes of fields, page headers and feet are left out; inserted and moved words,
text boxes and what wraps paragraphs are looked into. python-docx opens the package and finds its parts.

Left to others: what becomes of it, a Document (docx_blocks.py) or a text to check (app/check/files.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

from ingest.archives import DOCX, Archive, faults
from ingest.documents import BlockKind
from ingest.formulas import formula
from ingest.office.docx_numbers import Numbers
from ingest.office.docx_styles import Styles, W, is_on
from ingest.office.runs import Look, Run

MOST_DEEP = 20  # tables in tables, boxes in boxes
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # the same for older readers
_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_WRAPS = frozenset(f"{W}{tag}" for tag in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"))
_SKIPPED = frozenset(
    {_FALLBACK} | {f"{W}{tag}" for tag in ("del", "moveFrom", "pPr", "rPr", "rt", "sdtPr", "sdtEndPr")}
)
_BLANKS = {f"{W}tab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}ptab": " "}
_ADDRESS = re.compile(r'\s*HYPERLINK\s+"([^"]+)"', re.IGNORECASE)
_CONTENTS = re.compile(r"\s*TOC\b", re.IGNORECASE)
_LONGEST_FIELD = 5_000  # characters of a field's code


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: `number` is what a list or heading counts it as, "" if it has a bullet, None if it has no mark;
    `goes_on` says that the next one belongs to it."""

    runs: tuple[Run, ...]
    kind: BlockKind
    level: int = 0
    number: str | None = ""
    style: str = ""
    goes_on: bool = False

    @property
    def text(self) -> str:
        """Its words as they are set, without pictures and the marks of notes."""
        return "".join(run.text for run in self.runs if not run.note and not run.image)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its element and how far it spans."""

    element: Any
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `headers` is how many rows are set apart as names of the columns, 0 if that is not said."""

    rows: tuple[tuple[Cell, ...], ...]
    headers: int = 0


class Reader:
    """Reads one document."""

    def __init__(self, name: str, data: bytes) -> None:
        """Raises SourceError: it is no Word document, damaged, or larger than is read."""
        self.name = name
        archive = Archive(name, data, DOCX)
        package = archive.clean()
        import docx

        with self.faults():
            self.document = docx.Document(package)
            self.body: Any = self.document.element.body
            styles = self._part("styles")
            self.styles = Styles(styles)
            self.numbers = Numbers(self._part("numbering"))
            self.notes = {**self._notes("footnotes"), **self._notes("endnotes")}
        self._fields: list[_Field] = []
        self.rendered_pages = _pages_said(archive)

    def faults(self) -> AbstractContextManager[None]:
        """A context in which what a mixed-up file leads to becomes one clear error."""
        from docx.opc.exceptions import OpcError

        return faults(self.name, DOCX, OpcError)

    def items(self, parent: Any, deep: int = 0) -> Iterator[Paragraph | Table]:
        """The paragraphs and tables below an element, in order, with what stands in boxes on them."""
        for child in parent:
            if child.tag == f"{W}p":
                yield self._paragraph(child)
                for box in child.iter(f"{W}txbxContent"):
                    inner = next(box.iterancestors(f"{W}txbxContent", f"{W}p"), None)
                    if deep < MOST_DEEP and inner is child and next(box.iterancestors(_FALLBACK), None) is None:
                        yield from self.items(box, deep + 1)
            elif child.tag == f"{W}tbl":
                yield self._table(child)
            elif child.tag in _WRAPS and deep < MOST_DEEP:
                inside = self.items(child, deep + 1)
                yield from map(_as_contents, inside) if _is_contents(child) else inside

    # -- paragraphs --------------------------------------------------------------------------------------------------

    def _paragraph(self, element: Any) -> Paragraph:
        properties = element.find(f"{W}pPr")
        kind, level = self.styles.kind(properties)
        marks = properties.find(f"{W}rPr") if properties is not None else None
        runs = () if self.styles.hides(properties) else tuple(self._runs(element))
        name = self.styles.name(properties)
        number = None if name.startswith("list continue") else ""
        if any(run.text.strip() for run in runs):
            listed, depth = self.styles.numbering(properties)
            number = self.numbers.next(listed, depth) if listed else number
        if any(one.contents for one in self._fields):
            kind = BlockKind.NAVIGATION
        self._fields = [one for one in self._fields if one.shown]  # a code that is not ended here is none
        gone = marks is not None and marks.find(f"{W}del") is not None
        return Paragraph(runs, kind, level, number, name, gone)

    def _runs(self, paragraph: Any) -> Iterator[Run]:
        """The words of a paragraph, without what is deleted, hidden or only says how it looks."""
        stack: list[tuple[Any, Look, str]] = [(paragraph, Look(), "")]
        while stack:
            one, look, link = stack.pop()
            tag = one.tag
            if tag in _SKIPPED or not isinstance(tag, str) or tag == f"{W}txbxContent":
                continue
            if tag == f"{W}r":
                look = self.styles.look(one.find(f"{W}rPr"))
            elif tag == f"{W}hyperlink":
                link = self._address(one.get(f"{_R}id")) or link
            elif tag == f"{W}fldSimple":
                match = _ADDRESS.match(one.get(f"{W}instr") or "")
                link = match[1] if match else link
            elif tag in (f"{W}fldChar", f"{W}instrText"):
                self._field(one)
            elif not look.hidden and all(one.shown for one in self._fields):
                yield from self._words(one, look, link)
            if tag != f"{_M}oMath":
                stack.extend((child, look, link) for child in reversed(one))

    def _words(self, one: Any, look: Look, link: str) -> Iterator[Run]:
        link = link or next((field.link for field in reversed(self._fields) if field.link), "")
        tag = one.tag
        if tag == f"{W}t":
            yield Run(one.text or "", look, link)
        elif tag == f"{_M}oMath":
            yield Run(formula(one), look, link)
        elif tag in _BLANKS:
            yield Run(_BLANKS[tag], look, link)
        elif tag == f"{W}lastRenderedPageBreak":
            yield Run("", page=True)
        elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
            key = f"{tag.removeprefix(W)[:3]}-{one.get(f'{W}id')}"
            if key in self.notes:
                yield Run("", note=key)
        elif tag == _DRAWN and is_shown(one) and (one.get("descr") or "").strip():
            yield Run(one.get("descr"), image=True)

    def _field(self, one: Any) -> None:
        """Keep track of fields: their codes are no text, what they show is."""
        if one.tag == f"{W}instrText":
            if self._fields:
                last = self._fields[-1]
                code = (last.code + (one.text or ""))[:_LONGEST_FIELD]
                match = _ADDRESS.match(code)
                link = match[1] if match else ""
                self._fields[-1] = replace(last, code=code, link=link, contents=bool(_CONTENTS.match(code)))
            return
        kind = one.get(f"{W}fldCharType")
        if kind == "begin" and len(self._fields) < MOST_DEEP:
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1] = replace(self._fields[-1], shown=True)
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _address(self, relation: str | None) -> str:
        found = self.document.part.rels.get(relation) if relation else None
        return str(found.target_ref) if found is not None and found.is_external else ""

    # -- tables ------------------------------------------------------------------------------------------------------

    def _table(self, element: Any) -> Table:
        rows: list[list[Cell]] = []
        reaching: dict[int, tuple[int, int]] = {}  # column -> row and place of the cell that goes on below
        headers = 0
        for row in children(element, f"{W}tr"):
            properties = row.find(f"{W}trPr")
            if properties is not None and properties.find(f"{W}del") is not None:
                continue
            headers += len(rows) == headers and is_on(properties, "tblHeader")
            rows.append([])
            column = 0
            for cell in children(row, f"{W}tc"):
                about = cell.find(f"{W}tcPr")
                columns = _whole(about, "gridSpan")
                merged = about.find(f"{W}vMerge") if about is not None else None
                if merged is not None and merged.get(f"{W}val", "continue") == "continue" and column in reaching:
                    at, place = reaching[column]
                    rows[at][place] = replace(rows[at][place], rows=len(rows) - at)
                else:
                    reaching.pop(column, None)
                    if merged is not None:
                        reaching[column] = len(rows) - 1, len(rows[-1])
                    rows[-1].append(Cell(cell, columns))
                column += columns
        return Table(tuple(map(tuple, rows)), headers or self._first_row(element))

    def _first_row(self, table: Any) -> int:
        """1 if the table's style sets the first row apart and the table wants that."""
        properties = table.find(f"{W}tblPr")
        look = properties.find(f"{W}tblLook") if properties is not None else None
        style = properties.find(f"{W}tblStyle") if properties is not None else None
        if look is None or style is None:
            return 0
        bits = look.get(f"{W}val") or ""
        wanted = look.get(f"{W}firstRow") in ("1", "true")
        if look.get(f"{W}firstRow") is None and re.fullmatch("[0-9A-Fa-f]{4}", bits):
            wanted = bool(int(bits, 16) & 0x20)
        return int(wanted and self.styles.names_first_row(style.get(f"{W}val") or ""))

    # -- parts -------------------------------------------------------------------------------------------------------

    def _part(self, kind: str) -> Any:
        """The root of a part that the document has one of; None if it has none."""
        from lxml import etree

        for relation in self.document.part.rels.values():
            if not relation.is_external and relation.reltype.rpartition("/")[2] == kind:
                part = relation.target_part
                parser = etree.XMLParser(resolve_entities=False, no_network=True)
                return part.element if hasattr(part, "element") else etree.fromstring(part.blob, parser)
        return None

    def _notes(self, kind: str) -> dict[str, Any]:
        """The footnotes or endnotes, by the key that their calls have."""
        root = self._part(kind)
        notes = root if root is not None else ()
        return {f"{kind[:3]}-{note.get(f'{W}id')}": note for note in notes if note.get(f"{W}type") in (None, "normal")}


@dataclass(frozen=True, slots=True)
class _Field:
    """A field that has begun: its code so far, and whether what it shows has begun too."""

    code: str = ""
    shown: bool = False
    link: str = ""
    contents: bool = False


def is_shown(drawn: Any) -> bool:
    """Whether a drawing is not hidden."""
    return drawn.get("hidden") not in ("1", "true")


def children(parent: Any, tag: str, deep: int = 0) -> Iterator[Any]:
    """The children of a tag, also those that are wrapped: rows and cells may be."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPS and deep < MOST_DEEP:
            yield from children(child, tag, deep + 1)


def words(items: Sequence[Paragraph | Table], reader: Reader, deep: int = 0) -> str:
    """The words of paragraphs and tables in one line."""
    found = []
    for item in items:
        if isinstance(item, Paragraph):
            found.append(item.text)
        elif deep < MOST_DEEP:
            cells = (cell for row in item.rows for cell in row)
            found += [words(list(reader.items(cell.element, deep + 1)), reader, deep + 1) for cell in cells]
    return " ".join(" ".join(found).split())


def _whole(properties: Any, tag: str) -> int:
    found = properties.find(f"{W}{tag}") if properties is not None else None
    text = found.get(f"{W}val") or "" if found is not None else ""
    return min(max(int(text), 1), 1_000) if text.isdecimal() and len(text) < 9 else 1


def _is_contents(element: Any) -> bool:
    gallery = element.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and (gallery.get(f"{W}val") or "").lower() == "table of contents"


def _as_contents(item: Paragraph | Table) -> Paragraph | Table:
    return replace(item, kind=BlockKind.NAVIGATION, level=0) if isinstance(item, Paragraph) else item


def _pages_said(archive: Archive) -> int:
    """How many pages the program that saved the file counted; 0 if it does not say."""
    if "docProps/app.xml" not in archive.names:
        return 0
    match = re.search(rb"<(?:\w+:)?Pages>(\d{1,6})<", archive.read("docProps/app.xml"))
    return int(match[1]) if match else 0
