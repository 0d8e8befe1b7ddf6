"""The canonical text of a PDF's lines, in which each character keeps its glyph.

Ligatures are spelt out, private characters of old fonts are read as what they look like, accents that were set as
characters of their own are put on their letters, raised figures become ¹ ² ³ so that a footnote is called as in any
other text.

Left to others: how lines become paragraphs (spelling.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.pdf.chars import Glyph
from ingest.pdf.lines import Line

_LIGATURES = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
#: Characters of fonts that have a code of their own for them.
_PRIVATE = {
    "\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "✓", "\uf02d": "-", "\uf06f": "○", "\uf0a8": "□",
    "\uf0b0": "°", "\uf0b1": "±", "\uf0b4": "×", "\uf061": "α", "\uf062": "β", "\uf06d": "µ", "\uf0ae": "→",
}  # fmt: skip
_SMALL_CAPITALS = {chr(0xF761 + i): chr(0x41 + i) for i in range(26)} | {chr(0xF730 + i): str(i) for i in range(10)}
#: Characters that Unicode has twice: the Greek question mark is a semicolon, the signs of ohm and kelvin are letters.
_TWICE = {char: unicodedata.normalize("NFC", char) for char in "\u037e\u0387\u1fef\u2126\u212a\u212b"}
_ODD = (
    _LIGATURES
    | _PRIVATE
    | _SMALL_CAPITALS
    | _TWICE
    | {"\u00ad": "-", "\u2010": "-", "\ufeff": "", "\u200b": "", "\u02bc": "ʼ"}
)
_ACCENTS = {
    "´": "\u0301", "`": "\u0300", "¨": "\u0308", "ˆ": "\u0302", "˜": "\u0303", "¯": "\u0304", "ˇ": "\u030c",
    "˚": "\u030a", "¸": "\u0327", "˘": "\u0306", "˙": "\u0307", "˝": "\u030b", "˛": "\u0328",
}  # fmt: skip
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass
class Script:
    """Text that grows, and the page and glyph that each of its characters is from (None: a blank of ours)."""

    chars: list[str] = field(default_factory=list)
    origins: list[tuple[int, Glyph] | None] = field(default_factory=list)

    def add(self, text: str, origin: tuple[int, Glyph] | None = None) -> None:
        """Add characters of one origin."""
        self.chars += text
        self.origins += [origin] * len(text)

    def extend(self, other: Script) -> None:
        """Add another script."""
        self.chars += other.chars
        self.origins += other.origins

    @property
    def text(self) -> str:
        return "".join(self.chars)

    def __len__(self) -> int:
        return len(self.chars)


def line_script(line: Line) -> Script:
    """The text of one line; its last character stays a hyphen if it is one."""
    script = Script()
    level, size = _level(line)
    glyphs = line.glyphs
    for i, glyph in enumerate(glyphs):
        char = _ODD.get(glyph.char, glyph.char)
        lifted = char.isdigit() and glyph.style.size < 0.86 * size and level - glyph.base > 0.12 * size
        if glyph.blank and script.chars and script.chars[-1] != " ":
            gap = (glyph.left - glyphs[i - 1].right) / glyph.style.size  # small: room for a slanted letter, for a call
            if not (gap < 0.2 and glyph.char in ",.;)]" and not _dot_name(glyphs, i)) and not (gap < 0.6 and lifted):
                script.add(" ")
        if len(char) == 1 and _unreadable(char):
            continue
        if lifted:
            char = char.translate(_RAISED)
        if char in _ACCENTS and _put_accent(script, glyphs, i, char, line.page):
            continue
        script.add(char, (line.page, glyph))
    while script.chars and script.chars[-1] == " ":
        script.chars.pop()
        script.origins.pop()
    return _composed(script)


def _dot_name(glyphs: Sequence[Glyph], i: int) -> bool:
    """Whether a full stop begins a name, ".changes", as one with a letter of its own style right behind it does."""
    after = glyphs[i + 1] if i + 1 < len(glyphs) else None
    beside = after is not None and not after.blank and after.style == glyphs[i].style and after.char.isalnum()
    return glyphs[i].char == "." and beside


def _level(line: Line) -> tuple[float, float]:
    """The base and size of most characters of a line."""
    style = line.style
    bases = Counter(glyph.base for glyph in line.glyphs if glyph.style == style)
    return bases.most_common(1)[0][0], style.size


def _unreadable(char: str) -> bool:
    return unicodedata.category(char) in {"Co", "Cn", "Cc", "Cs"} or char == "\ufffd"


def _put_accent(script: Script, glyphs: Sequence[Glyph], i: int, char: str, page: int) -> bool:
    """Put an accent that was set as a character on the letter that it is printed over, before or after it."""
    glyph = glyphs[i]
    middle = (glyph.left + glyph.right) / 2
    if i and glyphs[i - 1].left <= middle < glyphs[i - 1].right and script.chars and script.chars[-1].isalpha():
        script.add(_ACCENTS[char], (page, glyph))
        return True
    if i + 1 < len(glyphs) and glyphs[i + 1].left <= middle < glyphs[i + 1].right and glyphs[i + 1].char.isalpha():
        letter = glyphs[i + 1]
        script.add("\x00" + _ACCENTS[char], (page, letter))  # the letter takes the place of the mark, see _composed
        return True
    return False


def _composed(script: Script) -> Script:
    """Letters and the accents on them as single characters, where there is one."""
    if all(ord(char) >= 0x20 and not unicodedata.combining(char) for char in script.chars):
        return script
    done = Script()
    chars = script.chars
    i = 0
    while i < len(chars):
        origin, cluster = script.origins[i], chars[i]
        if cluster == "\x00" and i + 2 < len(chars):  # NUL, accent, letter
            cluster = chars[i + 2] + chars[i + 1]
            i += 3
        else:
            i += 1
        while i < len(chars) and unicodedata.combining(chars[i]):
            cluster += chars[i]
            i += 1
        if len(cluster) > 1 and cluster[0] in "ıȷ":  # accents take the place of the dot
            cluster = "ij"["ıȷ".index(cluster[0])] + cluster[1:]
        done.add(unicodedata.normalize("NFC", cluster).replace("\x00", ""), origin)
    return done


#: The number of a footnote, on the line; it never ends within a number: not "28" of "28.3" or of "28 300".
NOTE_NUMBER = r"(\d{1,3})(?!\d|[.,:/–-]\d|\s\d{3}(?!\d))"
_LEAD = re.compile(NOTE_NUMBER + r"[.)]?\s*(?=\S)")


def raised(script: Script) -> Script:
    """A footnote that begins with a number on the line, with the number raised, as what calls it is."""
    match = _LEAD.match(script.text)
    if match is None or not script.text[0].isascii():
        return script
    number = [char.translate(_RAISED) for char in match[1]]
    return Script(
        [*number, " ", *script.chars[match.end() :]],
        [*script.origins[: len(number)], None, *script.origins[match.end() :]],
    )
