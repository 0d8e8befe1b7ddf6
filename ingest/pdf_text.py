"""The canonical text of a PDF, made of lines: words that a line end cut are joined, and each character keeps its glyph.

Ligatures are spelt out, private characters of old fonts are read as what they look like, soft hyphens go, accents that
were set as characters of their own are put on their letters, raised figures become ¹ ² ³ so that a footnote is called
as in any other text. A word that a hyphen cut at a line's end is joined, unless the document writes it with the hyphen
elsewhere and not without, or breaks no words.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ingest.pdf_chars import Glyph
from ingest.pdf_lines import Line

_HYPHENS = frozenset("-\u2010\u00ad\u2011")
_LIGATURES = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
#: Characters of fonts that have a code of their own for them.
_PRIVATE = {
    "\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "✓", "\uf02d": "-", "\uf06f": "○", "\uf0a8": "□",
    "\uf0b0": "°", "\uf0b1": "±", "\uf0b4": "×", "\uf061": "α", "\uf062": "β", "\uf06d": "µ", "\uf0ae": "→",
}  # fmt: skip
_SMALL_CAPITALS = {chr(0xF761 + i): chr(0x41 + i) for i in range(26)} | {chr(0xF730 + i): str(i) for i in range(10)}
_ODD = (
    _LIGATURES | _PRIVATE | _SMALL_CAPITALS | {"\u00ad": "-", "\u2010": "-", "\ufeff": "", "\u200b": "", "\u02bc": "ʼ"}
)
_ACCENTS = {
    "´": "\u0301", "`": "\u0300", "¨": "\u0308", "ˆ": "\u0302", "˜": "\u0303", "¯": "\u0304", "ˇ": "\u030c",
    "˚": "\u030a", "¸": "\u0327", "˘": "\u0306", "˙": "\u0307", "˝": "\u030b", "˛": "\u0328",
}  # fmt: skip
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_UNPARTED = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")  # scripts without blanks between words
_ADDRESS = re.compile(r"(?:https?://|www\.)\S*\Z")
_SUSPENDED = re.compile(r"(?:and|or|nor|to|und|oder|et|ou|y|e)\b")  # "pre- and post-war"
#: First halves of words that English writes as one, though each half is a word.
_SOLID = frozenset(
    """after any back down else every ever fore here hereto how inter mean more moreover never none other out over some
    them there through under what when where whom with your north south east west""".split()
)
#: First halves that English puts a hyphen behind, though they are short.
_HYPHENED = frozenset("all anti half non quasi self semi well".split())
#: Numbers that are first halves of compounds, and the second halves with which they are one word.
_COUNTS = frozenset(
    "two three four five six seven eight nine twenty thirty forty fifty sixty seventy eighty ninety".split()
)
_COUNTED = re.compile("teen|fold|some|score|pence|th|ty|tie")
_LAST = re.compile(r"([^\W_]+(?:-[^\W_]+)*)-\Z")
_FIRST = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


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


class Spelling:
    """How a document writes its words: what a hyphen at a line's end is judged by."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._words: Counter[str] = Counter()
        ends: list[tuple[str, str]] = []
        before, count = "", 0
        for text in lines:
            found = _WORD.findall(text)
            first, last = before[-1:] in _HYPHENS, len(found) - (text[-1:] in _HYPHENS)  # halves of words are no words
            self._words.update(word.casefold() for word in found[first:last])
            if pair := _halves(before, text):
                ends.append(pair)
            before, count = text, count + 1
        whole = sum(self._words[head + tail] > 0 for head, tail in ends)
        hyphened = sum(self._words[f"{head}-{tail}"] > 0 for head, tail in ends)
        known = sum(self._words[tail] > 0 for _, tail in ends)
        #: Whether its lines were broken within words: many end so, and the words stand elsewhere in one piece. Where
        #: they were not, a hyphen at a line's end is a compound's, and what stands behind it is mostly a word.
        self._cuts = len(ends) >= 0.04 * count and whole >= 0.2 * len(ends) and whole > hyphened
        self._keeps = len(ends) >= 4 and whole <= 0.1 * len(ends) and known >= 0.4 * len(ends)

    def joined(self, before: str, after: str) -> bool:
        """Whether the hyphen that `before` ends in is to go, `after` being the line below."""
        pair = _halves(before, after)
        if pair is None:
            return False  # "1937-", "- "
        head, tail = pair
        whole, hyphened = self._words[head + tail], self._words[f"{head}-{tail}"]
        if whole or hyphened:
            return whole >= hyphened
        if self._keeps or not after[:1].islower() or any(map(str.isdigit, head)) or "-" in head + tail:
            return False  # "Franco-Prussian", "34th-largest", "state-of-the-art", "brother-in-law"
        if head in _COUNTS and self._words[head] > 0 and not _COUNTED.match(tail):
            return False  # "three-fourths"
        named = before[-len(head) - 1].isupper() and self._words[head] > 0
        if named and len(head) > 3 and len(tail) > 5:
            return False  # "Norse-speaking"
        return head in _SOLID or not self._compound(head, tail)

    def _compound(self, head: str, tail: str) -> bool:
        """Whether two halves are words of their own here, as those of a compound are."""
        first, second = self._words[head] > 0 and len(head) > 3, self._words[tail] > 0 and len(tail) > 3
        if self._cuts:
            return second and (first or head in _HYPHENED)
        return (second and len(head) > 3) or head in _HYPHENED or (first and len(tail) > 4)

    def join(self, scripts: Sequence[Script]) -> Script:
        """Lines as one paragraph."""
        done = Script()
        for script in scripts:
            if not script.chars:
                continue
            start = "".join(script.chars[:60])
            if done.chars and done.chars[-1] == "-" and len(done) > 1 and done.chars[-2].isalnum():
                if _SUSPENDED.match(start):
                    done.add(" ")
                elif _ADDRESS.search(_tail(done)):
                    pass  # whether the hyphen is the address's cannot be told, and it is what is printed
                elif self.joined(_tail(done), start):
                    done.chars.pop()
                    done.origins.pop()
            elif done.chars and not _unparted(done.chars, start):
                done.add(" ")
            done.extend(script)
        return done


def _unparted(chars: Sequence[str], start: str) -> bool:
    """Whether what a line ends in and `start` belong together without a blank: a dash, a slash, Chinese or Japanese."""
    if chars[-1] in "—–/":
        return chars[-2:-1] != [" "]
    if chars[-1] in "._=&?" and _ADDRESS.search("".join(chars[-60:])) and (start[:1].islower() or start[:1].isdigit()):
        return True
    return bool(_UNPARTED.match(chars[-1]) and _UNPARTED.match(start))


def _tail(script: Script) -> str:
    return "".join(script.chars[-60:])


def _halves(before: str, after: str) -> tuple[str, str] | None:
    """The two halves of a word that a hyphen at the end of `before` cut."""
    last, first = _LAST.search(before), _FIRST.match(after)
    return (last[1].casefold(), first[0].casefold()) if last and first else None
