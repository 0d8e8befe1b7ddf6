"""A presentation read: for each slide its shapes in the order in which one reads them, each with its paragraphs.

python-pptx opens the package, and knows slides, their notes, charts and from which layout a shape has its place. Shapes
are read from top to bottom and, where they stand side by side, from left to right. Numbers and dates of slides, hidden
shapes and pictures without description are left out.

Left to others: what becomes of it (pptx_blocks.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from ingest.archives import PPTX, Archive, faults
from ingest.formulas import formula
from ingest.html.listing import counted
from ingest.office.pptx_charts import A, C, D, points_of, rows_of, title_of
from ingest.office.runs import Look, Run
from ingest.tables import Cell

P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_ON = ("1", "true")

_MOST_DEEP = 20  # groups in groups
_SAME_LINE = 250_000  # EMU (7 mm): shapes whose tops differ by less stand side by side
_TITLES = frozenset({"title", "ctrTitle"})
_FURNITURE = frozenset({"dt", "ftr", "sldNum", "hdr"})
_COUNTED = {"arabic": "1", "alphaLc": "a", "alphaUc": "A", "romanLc": "i", "romanUc": "I"}
_CLOCKS = ("slidenum", "datetime")  # fields whose words say nothing of the subject


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph. `bullet` says that it is an item of a list, `number` what it is counted as."""

    runs: tuple[Run, ...]
    bullet: bool = False
    number: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """What is read of a shape: its paragraphs, or the rows of its table or chart, or the description of its picture.
    `role` is what the layout wants it for ("title", "subTitle", "body"), "" for what was put there freely."""

    lines: tuple[Line, ...] = ()
    role: str = ""
    rows: tuple[tuple[Cell, ...], ...] = ()
    headers: int = 0
    caption: str = ""
    image: str = ""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to read on it."""
        return not (self.lines or self.rows or self.caption or self.image)


class Reader:
    """Reads one presentation."""

    def __init__(self, name: str, data: bytes) -> None:
        """Raises SourceError: it is no presentation, damaged, or larger than is read."""
        self.name = name
        package = Archive(name, data, PPTX).clean()
        import pptx

        with self.faults():
            self.deck = pptx.Presentation(package)
            self.slides = [(number, slide) for number, slide in enumerate(self.deck.slides, start=1)]

    def faults(self) -> AbstractContextManager[None]:
        """A context in which what a mixed-up file leads to becomes one clear error."""
        from lxml.etree import LxmlError
        from pptx.exc import PythonPptxError

        return faults(self.name, PPTX, LxmlError, PythonPptxError)

    def shapes(self, slide: Any) -> Iterator[Shape]:
        """The shapes of a slide in reading order, its title first."""
        placed = {
            int(one.placeholder_format.idx): (one.top or 0, one.left or 0) for one in slide.slide_layout.placeholders
        }
        found = list(self._tree(slide, slide.shapes.element, placed))
        yield from (shape for shape in found if shape.role in _TITLES)
        yield from (shape for shape in found if shape.role not in _TITLES)

    def notes(self, slide: Any) -> tuple[Line, ...]:
        """What the speaker has noted for a slide."""
        frame = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
        return () if frame is None else tuple(self._lines(slide.notes_slide, frame._txBody, []))

    # -- shapes ------------------------------------------------------------------------------------------------------

    def _tree(self, slide: Any, tree: Any, placed: dict[int, tuple[int, int]], deep: int = 0) -> Iterator[Shape]:
        for element in _in_order(list(_drawn(tree)), placed):
            if element.tag == f"{P}grpSp":
                if deep < _MOST_DEEP:
                    yield from self._tree(slide, element, placed, deep + 1)
            elif element.tag == f"{P}sp":
                yield from self._text(slide, element)
            elif element.tag == f"{P}pic":
                if image := _about(element).get("descr", "").strip():
                    yield Shape(image=image)
            elif element.tag == f"{P}graphicFrame":
                yield from self._graphic(slide, element)

    def _text(self, slide: Any, element: Any) -> Iterator[Shape]:
        kind, index = _placeholder(element)
        body = element.find(f"{P}txBody")
        if body is not None and kind not in _FURNITURE:
            styles = _list_styles(slide, kind, index)
            yield Shape(tuple(self._lines(slide, body, [body.find(f"{A}lstStyle"), *styles])), kind)

    def _graphic(self, slide: Any, element: Any) -> Iterator[Shape]:
        table = next(element.iter(f"{A}tbl"), None)
        chart = next(element.iter(f"{C}chart"), None)
        diagram = next(element.iter(f"{D}relIds"), None)
        if table is not None:
            yield self._table(slide, table)
        elif chart is not None:
            root = self._part(slide, chart.get(f"{_R}id"))
            yield Shape(rows=tuple(map(tuple, rows_of(root))), headers=1, caption=title_of(root))
        elif diagram is not None:
            points = points_of(self._part(slide, diagram.get(f"{_R}dm")))
            yield Shape(tuple(Line((Run(text),), bullet=True) for text in points))

    def _part(self, slide: Any, relation: str | None) -> Any:
        """The root of the part that a slide has a chart or diagram in."""
        from lxml import etree

        blob = slide.part.related_part(relation).blob
        return etree.fromstring(blob, etree.XMLParser(resolve_entities=False, no_network=True))

    def _table(self, slide: Any, table: Any) -> Shape:
        rows = [
            [
                self._cell(slide, cell)
                for cell in row.findall(f"{A}tc")
                if cell.get("hMerge") not in _ON and cell.get("vMerge") not in _ON
            ]
            for row in table.findall(f"{A}tr")
        ]
        properties = table.find(f"{A}tblPr")
        headed = properties is not None and properties.get("firstRow") in _ON
        return Shape(rows=tuple(map(tuple, rows)), headers=int(headed))

    def _cell(self, slide: Any, cell: Any) -> Cell:
        body = cell.find(f"{A}txBody")
        lines = list(self._lines(slide, body, [])) if body is not None else []
        text = " ".join(" ".join(run.text for line in lines for run in line.runs).split())
        columns, rows = _whole(cell.get("gridSpan"), 1), _whole(cell.get("rowSpan"), 1)
        return Cell(text, columns=max(columns, 1), rows=max(rows, 1), content=lines)

    # -- text --------------------------------------------------------------------------------------------------------

    def _lines(self, slide: Any, body: Any, styles: Sequence[Any]) -> Iterator[Line]:
        counts: dict[int, int] = {}
        for paragraph in body.findall(f"{A}p"):
            runs = tuple(self._runs(slide, paragraph))
            if not any(run.text.strip() for run in runs):
                continue
            properties = paragraph.find(f"{A}pPr")
            level = _level(properties)
            bullet = _bullet([properties, *(one.find(f"{A}lvl{level + 1}pPr") for one in styles if one is not None)])
            counts = {at: count for at, count in counts.items() if at < level or (at == level and bullet is not None)}
            number = ""
            if bullet is not None and bullet.tag == f"{A}buAutoNum":
                counts[level] = counts.get(level, _whole(bullet.get("startAt"), 1) - 1) + 1
                number = _numbered(counts[level], bullet.get("type") or "")
            yield Line(runs, bullet is not None, number)

    def _runs(self, slide: Any, paragraph: Any) -> Iterator[Run]:
        stack: list[tuple[Any, Look, str]] = [(paragraph, Look(), "")]
        while stack:
            one, look, link = stack.pop()
            if one.tag in (f"{_MC}Fallback", f"{A}pPr", f"{A}rPr", f"{A}endParaRPr"):
                continue
            if one.tag == f"{A}fld" and (one.get("type") or "").startswith(_CLOCKS):
                continue
            if one.tag in (f"{A}r", f"{A}fld"):
                properties = one.find(f"{A}rPr")
                look, link = _look(properties), self._address(slide, properties)
            elif one.tag == f"{_M}oMath":
                yield Run(formula(one), look, link)
                continue
            elif one.tag == f"{A}t":
                yield Run((one.text or "").replace("\v", "\n"), look, link)
            elif one.tag == f"{A}br":
                yield Run("\n", look, link)
            stack.extend((child, look, link) for child in reversed(one) if isinstance(child.tag, str))

    def _address(self, slide: Any, properties: Any) -> str:
        click = properties.find(f"{A}hlinkClick") if properties is not None else None
        relation = slide.part.rels.get(click.get(f"{_R}id")) if click is not None else None
        return str(relation.target_ref) if relation is not None and relation.is_external else ""


def _drawn(tree: Any) -> Iterator[Any]:
    """The shapes below an element that are shown; of two versions of one the newer."""
    for element in tree:
        if element.tag == f"{_MC}AlternateContent":
            choice = element.find(f"{_MC}Choice")
            yield from (one for one in (choice if choice is not None else ()) if _is_shown(one))
        elif isinstance(element.tag, str) and _is_shown(element):
            yield element


def _in_order(elements: list[Any], placed: dict[int, tuple[int, int]]) -> list[Any]:
    """Shapes from top to bottom, those side by side from left to right."""
    places = [(*_place(element, placed), number) for number, element in enumerate(elements)]
    lines: list[list[tuple[int, int, int]]] = []
    for place in sorted(places):
        if lines and place[0] - lines[-1][0][0] < _SAME_LINE:
            lines[-1].append(place)
        else:
            lines.append([place])
    return [elements[number] for line in lines for _, _, number in sorted(line, key=lambda place: place[1:])]


def _place(element: Any, placed: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """Top and left of a shape: its own, else those of its layout."""
    frame = next(element.iter(f"{A}xfrm", f"{P}xfrm"), None)
    offset = frame.find(f"{A}off") if frame is not None else None
    if offset is not None:
        return _whole(offset.get("y"), 0), _whole(offset.get("x"), 0)
    kind, index = _placeholder(element)
    return placed.get(index, (0, 0)) if kind else (0, 0)


def _about(element: Any) -> Any:
    """What a shape says of itself: its name, description, whether it is hidden."""
    found = next(element.iter(f"{P}cNvPr"), None)
    return found if found is not None else {}


def _is_shown(element: Any) -> bool:
    return _about(element).get("hidden") not in _ON


def _placeholder(element: Any) -> tuple[str, int]:
    """What a shape stands for in its layout, and its number there; "" and -1 for a free one."""
    found = next(element.iter(f"{P}ph"), None)
    return ("", -1) if found is None else (found.get("type") or "body", _whole(found.get("idx"), 0))


def _list_styles(slide: Any, kind: str, index: int) -> list[Any]:
    """Where a placeholder has its bullets from: its layout's shape, and what the master has for all text."""
    if not kind or not hasattr(slide, "slide_layout"):
        return []
    shapes = [one for one in slide.slide_layout.placeholders if one.placeholder_format.idx == index]
    styles = [one.element.find(f"{P}txBody/{A}lstStyle") for one in shapes]
    role = {"title": "titleStyle", "ctrTitle": "titleStyle"}.get(kind, "bodyStyle")
    return [*styles, slide.slide_layout.slide_master.element.find(f"{P}txStyles/{P}{role}")]


def _bullet(places: Sequence[Any]) -> Any:
    """The bullet that the first place which says anything of bullets has; None if it says that there is none."""
    for place in places:
        for child in place if place is not None else ():
            if child.tag in (f"{A}buChar", f"{A}buAutoNum", f"{A}buBlip"):
                return child
            if child.tag == f"{A}buNone":
                return None
    return None


def _level(properties: Any) -> int:
    return min(_whole(properties.get("lvl"), 0), 8) if properties is not None else 0


def _numbered(number: int, kind: str) -> str:
    """ "3." or "c)", as the kinds of numbers ("arabicPeriod", "alphaLcParenR") say."""
    style = next((shown for name, shown in _COUNTED.items() if kind.startswith(name)), "1")
    before, after = ("(", ")") if kind.endswith("ParenBoth") else ("", ")" if kind.endswith("ParenR") else ".")
    return f"{before}{counted(number, style)}{after}"


def _look(properties: Any) -> Look:
    if properties is None:
        return Look()
    base = _whole(properties.get("baseline"), 0)
    bold, italic = (properties.get(name) in _ON for name in ("b", "i"))
    return Look(bold, italic, raised=(base > 0) - (base < 0))


def _whole(text: str | None, default: int) -> int:
    digits = text or ""
    return int(digits) if digits.removeprefix("-").isdecimal() and len(digits) < 15 else default
