"""The words of a text as names may be spelt: a name is there in any transliteration, alias or adjective of it.

What the sources spell otherwise than they were typed is vectorstore/spelling.py's; here two texts are compared.
"""

from __future__ import annotations

import re
from functools import lru_cache

from vectorstore.spelling import sound
from vectorstore.words import FUNCTION_WORDS, fold, words

#: What goes by several names everywhere, and peoples whose countries are called otherwise.
_ALIASES = (
    ("USSR", "Soviet Union"),
    ("USA", "US", "U.S.", "United States"),
    ("UK", "United Kingdom", "Britain", "Great Britain", "British"),
    ("UN", "United Nations"),
    ("EU", "European Union"),
    ("DPRK", "North Korea"),
    ("ROK", "South Korea"),
    ("WWI", "WW1", "WW I", "World War I", "First World War"),
    ("WWII", "WW2", "WW II", "World War II", "Second World War"),
    ("France", "French"),
    ("Spain", "Spanish", "Spaniards"),
    ("Netherlands", "Dutch", "Holland"),
    ("Philippines", "Filipino", "Filipinos"),
    ("Denmark", "Danish", "Danes"),
    ("Ireland", "Irish"),
    ("Scotland", "Scottish", "Scots"),
    ("Wales", "Welsh"),
    ("Poland", "Polish", "Poles"),
    ("Greece", "Greek", "Greeks"),
    ("Norway", "Norwegian", "Norwegians"),
    ("Switzerland", "Swiss"),
    ("Germany", "German", "Germans"),
    ("Ukraine", "Ukrainian", "Ukrainians"),
)


#: Ends of names that are made of others' ("Stalingrad", "Robertson"), and the one country that is so like another.
_NAMESAKE = re.compile(r"(?:grad|s?burgh?|ville|town|polis|son|abad|alia|alian)$")
_NUMERAL = re.compile(r"[ivx]+|ww[i12]+")  # "II" sounds like "I"


def with_aliases(text: str) -> str:
    """A text with the other names of what it names."""
    more = [" ".join(group) for group in _ALIASES if any(re.search(rf"\b{name}\b", text) for name in group)]
    return " ".join([text, *more])


@lru_cache(maxsize=2_000)
def spelt(text: str) -> Spelt:
    """The words of a text, remembered: the same sentences are read again and again."""
    return Spelt(text)


class Spelt:
    """The words of a text as names may be spelt: `in` finds a folded word in any of its transliterations, a
    people by its country ("Kazakh", "Kazakhstan"), and letters for the words that they stand for."""

    def __init__(self, text: str) -> None:
        text = re.sub(r"['’]s\b", "", text)
        text = with_aliases(text)
        self._words = set(words(text)) | {fold(found) for found in re.findall(r"\w+(?:[-–'’]\w+)+", text)}
        self._begins: dict[str, list[str]] = {}
        for word in self._words:
            self._begins.setdefault(word[:4], []).append(word)
        self._sounds = {sound(word) for word in self._words}
        capitals = [word[0] for word in re.findall(r"[\w'’]+", text) if word[0].isupper()]
        self._initials = fold("".join(capitals))

    def __contains__(self, name: str) -> bool:
        parts = [part for part in words(name) if part not in FUNCTION_WORDS] or [name]
        return name in self._words or all(self._has(part) for part in parts)

    def _has(self, word: str) -> bool:
        return (
            word in self._words
            if _NUMERAL.fullmatch(word)
            else word in self._words
            or sound(word) in self._sounds
            or (len(word) >= 4 and any(kin(word, other) for other in self._begins.get(word[:4], ())))
            or (2 < len(word) <= 5 and word in self._initials)
        )


def kin(one: str, other: str) -> bool:
    """Whether two words begin alike for most of the shorter: "uzbek" and "uzbekistan", "japan" and "japanese"; but what
    is called after another is another: "peter" and "petersburg"."""
    short, long = sorted((one, other), key=len)
    if len(short) < 4 or not long.startswith(short[: max(4, len(short) - 2)]) or _NAMESAKE.search(long[4:]):
        return one == other
    return True
