"""The numbers of ordered lists: "3. ", "c. ", "iv. ", as the list and its items ask for.

Also used for Word's numbering, which counts in the same ways.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
_MOST = 4_000  # beyond it, and below 1, numbers are digits


def roman(number: int) -> str:
    """A number in small Roman numerals."""
    if not 0 < number < _MOST:
        return str(number)
    text = ""
    for value, sign in _ROMAN:
        text += sign * (number // value)
        number %= value
    return text


def letters(number: int) -> str:
    """A number as small letters: a, b, ..., z, aa, ab, ..."""
    if not 0 < number < _MOST:
        return str(number)
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("a") + rest) + text
    return text


def counted(number: int, kind: str) -> str:
    """A number as a list's type shows it: "1", "a", "A", "i" or "I"."""
    shown = {"a": letters, "i": roman}.get(kind.lower(), str)(number)
    return shown.upper() if kind in ("A", "I") else shown


@dataclass(slots=True)
class Numbering:
    """An ordered list: the number of its next item."""

    number: int
    step: int
    kind: str

    def of(self, item: Any) -> str:
        """What an item begins with."""
        self.number = _integer(item.get("value"), self.number)
        shown = counted(self.number, item.get("type") or self.kind)
        self.number += self.step
        return f"{shown}. "


def numbering(element: Any) -> Numbering:
    """How the items of an <ol> are numbered."""
    back = element.get("reversed") is not None
    items = sum(child.tag == "li" for child in element) if back else 1
    return Numbering(_integer(element.get("start"), items), -1 if back else 1, element.get("type") or "1")


def _integer(text: str | None, default: int) -> int:
    digits = (text or "").strip()
    return int(digits) if digits.removeprefix("-").isdecimal() and len(digits) < 9 else default
