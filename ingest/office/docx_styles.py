"""What the styles of a Word document make of a paragraph: a heading and its level, an item of a list, a caption, code.

Styles are known by their names, which Word keeps in English whatever its language, by what they are based on, and by
their outline levels, which are left when another program has translated the names.

Left to others: the text (docx_read.py), the numbers of lists (docx_numbers.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from ingest.documents import BlockKind
from ingest.office.runs import Look

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MOST_LEVELS = 6
_LONGEST_CHAIN = 20  # styles that are based on one another

#: "heading 2", and what other languages' programs call it.
_HEADING = re.compile(
    r"(?:heading|überschrift|titre|título|titolo|kop|rubrik|overskrift|otsikko|nagłówek|nadpis|címsor|başlık|заголовок"
    r"|επικεφαλίδα|제목|見出し|标题|標題)\s*([1-9])"
)
_KINDS: tuple[tuple[re.Pattern[str], BlockKind], ...] = (
    (
        re.compile(
            r"toc heading|toc \d|contents (?:heading|\d)|table of (?:figures|authorities).*|toa heading|index \d"
        ),
        BlockKind.NAVIGATION,
    ),
    (re.compile(r"(?:\w+ )?caption|illustration|figure|drawing"), BlockKind.CAPTION),
    (re.compile(r"source code|html preformatted|preformatted text|macro(?: text)?|code(?: block)?"), BlockKind.CODE),
    (re.compile(r"subtitle|author|date|byline"), BlockKind.FRONT_MATTER),
    (re.compile(r"list(?: .*)?"), BlockKind.LIST_ITEM),
)
_CODE_STYLES = re.compile(r"verbatim char|html code|source text|code|html (?:keyboard|sample|typewriter).*")
_CODE_FONTS = re.compile(r"courier.*|consolas|.*\bmono\b.*|menlo|monaco|lucida console|andale mono", re.IGNORECASE)
_OFF = frozenset({"0", "false", "off", "none"})


class Styles:
    """The styles of a document, by id."""

    def __init__(self, root: Any) -> None:
        self._styles = {} if root is None else {style.get(f"{W}styleId"): style for style in root.iter(f"{W}style")}
        self._default = next(
            (
                name
                for name, style in self._styles.items()
                if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true")
            ),
            None,
        )
        self._kinds: dict[str, tuple[BlockKind, int]] = {}
        self._looks: dict[str, Look] = {}
        self._numbers: dict[str, tuple[str, str]] = {}

    def kind(self, properties: Any) -> tuple[BlockKind, int]:
        """What a paragraph of these properties is, and its level if it is a heading."""
        style = _value(properties, "pStyle") or self._default or ""
        if style not in self._kinds:
            self._kinds[style] = self._kind_of(style)
        kind, level = self._kinds[style]
        outline = _value(properties, "outlineLvl")
        if outline.isdecimal() and int(outline) < 9 and kind is not BlockKind.NAVIGATION:
            return BlockKind.HEADING, min(int(outline) + 1, _MOST_LEVELS)
        if kind is BlockKind.PARAGRAPH and self.numbering(properties)[0]:
            return BlockKind.LIST_ITEM, 0
        return kind, level

    def numbering(self, properties: Any) -> tuple[str, int]:
        """The id and level of the list that a paragraph is an item of; "" if of none."""
        style = _value(properties, "pStyle") or self._default or ""
        if style not in self._numbers:
            places = (one.find(f"{W}pPr") for one in self._chain(style))
            self._numbers[style] = _first_numbers(places)
        found, level = self._numbers[style]
        own, own_level = _first_numbers([properties])
        found, level = own or found, own_level or level
        if found == "0":
            return "", 0
        return found, min(int(level), 8) if level.isdecimal() else 0

    def look(self, properties: Any) -> Look:
        """How a run of these properties looks."""
        style = _value(properties, "rStyle")
        base = self._style_look(style) if style else Look()
        return _looks(properties, base)

    def hides(self, properties: Any) -> bool:
        """Whether a paragraph's style hides its text."""
        return self._style_look(_value(properties, "pStyle") or self._default or "").hidden

    def names_first_row(self, style: str) -> bool:
        """Whether a style of tables sets the first row apart."""
        parts = (part for one in self._chain(style) for part in one.iter(f"{W}tblStylePr"))
        return any(part.get(f"{W}type") == "firstRow" for part in parts)

    def name(self, properties: Any) -> str:
        """The name of a paragraph's style, in small letters."""
        style = self._styles.get(_value(properties, "pStyle") or self._default or "")
        return _value(style, "name").lower()

    def _style_look(self, style: str) -> Look:
        if style not in self._looks:
            look = Look()
            for one in reversed(list(self._chain(style))):
                look = _looks(one.find(f"{W}rPr"), look)
                if one.get(f"{W}type") == "character" and _CODE_STYLES.fullmatch(_value(one, "name").lower()):
                    look = Look(look.bold, look.italic, True, look.hidden, look.raised)
            self._looks[style] = look
        return self._looks[style]

    def _kind_of(self, style: str) -> tuple[BlockKind, int]:
        for one in self._chain(style):
            name = _value(one, "name").lower()
            if name == "title":
                return BlockKind.HEADING, 1
            if heading := _HEADING.fullmatch(name):
                return BlockKind.HEADING, min(int(heading[1]), _MOST_LEVELS)
            for pattern, kind in _KINDS:
                if pattern.fullmatch(name):
                    return kind, 0
            outline = _value(one.find(f"{W}pPr"), "outlineLvl")
            if outline.isdecimal() and int(outline) < 9:
                return BlockKind.HEADING, min(int(outline) + 1, _MOST_LEVELS)
        return BlockKind.PARAGRAPH, 0

    def _chain(self, style: str) -> Iterator[Any]:
        """A style, what it is based on, and so on."""
        for _ in range(_LONGEST_CHAIN):
            one = self._styles.get(style)
            if one is None:
                return
            yield one
            style = _value(one, "basedOn")


def is_on(properties: Any, tag: str, default: bool = False) -> bool:
    """Whether a property that is on or off is on."""
    found = properties.find(f"{W}{tag}") if properties is not None else None
    return default if found is None else found.get(f"{W}val", "1") not in _OFF


def _first_numbers(places: Iterable[Any]) -> tuple[str, str]:
    """The list and the level that paragraph properties name, each from the first that names one."""
    found = level = ""
    for place in places:
        numbers = place.find(f"{W}numPr") if place is not None else None
        if numbers is not None:
            found, level = found or _value(numbers, "numId"), level or _value(numbers, "ilvl")
    return found, level


def _value(element: Any, tag: str) -> str:
    """What a child says in its `val`; "" if there is none."""
    found = element.find(f"{W}{tag}") if element is not None else None
    return "" if found is None else found.get(f"{W}val") or ""


def _looks(properties: Any, base: Look) -> Look:
    if properties is None:
        return base
    fonts = properties.find(f"{W}rFonts")
    code = base.code or (fonts is not None and bool(_CODE_FONTS.fullmatch(fonts.get(f"{W}ascii") or "")))
    raised = {"superscript": 1, "subscript": -1, "baseline": 0}.get(_value(properties, "vertAlign"), base.raised)
    return Look(
        is_on(properties, "b", base.bold),
        is_on(properties, "i", base.italic),
        code,
        is_on(properties, "vanish", base.hidden),
        raised,
    )
