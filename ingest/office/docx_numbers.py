"""The numbers of a Word document's lists and headings, which stand nowhere in its text: "2.1", "(a)", "iv."

Left to others: which paragraphs are items (docx_styles.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ingest.html.listing import counted
from ingest.office.docx_styles import W

_LEVELS = 9
_NONE = -1  # no item of this level yet
_LONGEST = 30  # characters of a number
_MOST_NUMBER = 100_000
_TYPES = {"lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I"}
_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level of a list is numbered. `text` holds "%1" where the number of level 1 belongs."""

    start: int = 1
    kind: str = "decimal"
    text: str = "%1."


class Numbers:
    """Counts the items of all lists as they are read, in order."""

    def __init__(self, root: Any) -> None:
        self._lists: dict[str, str] = {}  # the id of a list -> the id of its definition
        self._levels: dict[str, list[_Level]] = {}  # by list
        self._counts: dict[str, list[int]] = {}  # by definition
        if root is None:
            return
        abstract = {one.get(f"{W}abstractNumId"): one for one in root.findall(f"{W}abstractNum")}
        for one in root.findall(f"{W}num"):
            number, found = one.get(f"{W}numId") or "", one.find(f"{W}abstractNumId")
            name = found.get(f"{W}val") if found is not None else None
            if name is None or name not in abstract:
                continue
            overrides = [level for over in one.findall(f"{W}lvlOverride") for level in over.findall(f"{W}lvl")]
            self._levels[number] = _levels([*abstract[name].findall(f"{W}lvl"), *overrides])
            restarts = one.find(f"{W}lvlOverride/{W}startOverride") is not None
            self._lists[number] = number if restarts else name

    def next(self, number: str, level: int) -> str | None:
        """What the next item of a list is numbered with; "" for bullets and unknown lists, None for no mark at all."""
        levels = self._levels.get(number)
        if levels is None:
            return ""
        counts = self._counts.setdefault(self._lists[number], [_NONE] * _LEVELS)
        start = levels[level].start
        counts[level] = start if counts[level] == _NONE else counts[level] + 1
        counts[level + 1 :] = [_NONE] * (_LEVELS - level - 1)
        if levels[level].kind == "none" or not levels[level].text.strip():
            return None  # it goes on with the item above
        if levels[level].kind == "bullet":
            return ""

        def shown(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            return counted(levels[at].start if counts[at] == _NONE else counts[at], _TYPES.get(levels[at].kind, "1"))

        text = " ".join(_PLACE.sub(shown, levels[level].text).split())
        return text if len(text) <= _LONGEST and any(char.isalnum() for char in text) else ""


def _levels(elements: list[Any]) -> list[_Level]:
    found = [_Level()] * _LEVELS
    for element in elements:
        at = element.get(f"{W}ilvl") or ""
        if at.isdecimal() and int(at) < _LEVELS:
            values = {
                tag: child.get(f"{W}val") or ""
                for tag in ("start", "numFmt", "lvlText")
                if (child := element.find(f"{W}{tag}")) is not None
            }
            start = values.get("start", "")
            number = min(int(start), _MOST_NUMBER) if start.isdecimal() and len(start) < 9 else 1
            found[int(at)] = _Level(number, values.get("numFmt", "decimal"), values.get("lvlText", "")[:_LONGEST])
    return found
