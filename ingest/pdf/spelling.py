"""How the lines of a PDF are joined: words and names that a line end cut are made whole, soft hyphens go.

A word that a hyphen cut at a line's end is joined, unless the document writes it with the hyphen elsewhere and not
without, or breaks no words. A name, "lists.debian.org", is joined where it is an address or a path, is set as code, or
stands so elsewhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from ingest.pdf.chars import Glyph
from ingest.pdf.text import Script

_HYPHENS = frozenset("-\u2010\u00ad\u2011")
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_UNPARTED = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")  # scripts without blanks between words
_ADDRESS = re.compile(r"(?:https?://|www\.)\S*\Z")
_SUSPENDED = re.compile(r"(?:and|or|nor|to|und|oder|et|ou|y|e)\b(?!-)")  # "pre- and post-war"
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
#: Names with full stops within, and their parts: "invoke-rc.d".
_NAME = re.compile(r"(?<!\w)[\w+-]*[^\W\d][\w+-]*(?:\.[\w+-]*[^\W\d][\w+-]*)+")
_PART = re.compile(r"[\w+-]+")
_PATH = re.compile(r"[~.]?/\S|\S+@\S")
_SHORTENED = frozenset("e.g. i.e. etc. cf. vs. al. resp. a.m. p.m.".split())
_DASHED = re.compile(r"(?<=\w)( ?[—–])(?=\w)")
_INITIALS = re.compile(r"\b\w\.\w\.-\Z")  # "U.S.-Soviet"
_CLOSING = frozenset(".)]”’\"'%°")


class Spelling:
    """How a document writes its words: what a hyphen at a line's end is judged by."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._words: Counter[str] = Counter()
        ends: list[tuple[str, str]] = []
        self._names: set[tuple[str, str]] = set()
        dashes: Counter[str] = Counter()
        before, count = "", 0
        for text in lines:
            self._names.update(pair for name in _NAME.findall(text) for pair in pairwise(name.split(".")))
            dashes.update(_DASHED.findall(text))
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

        #: Dashes before which the document has a blank where it has none behind them.
        self._opening = {dash for dash in "—–" if dashes[f" {dash}"] > dashes[dash]}

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
            elif done.chars and not self._unparted(done, script):
                done.add(" ")
            done.extend(script)
        return done

    def _unparted(self, done: Script, after: Script) -> bool:
        """Whether what a line ends in and `after` belong together without a blank: a dash, a slash, a name that was
        cut, Chinese or Japanese."""
        end, start = _tail(done), "".join(after.chars[:60])
        fixed = _is_fixed(done.origins[-1]), _is_fixed(after.origins[0])
        if end[-1] == "/" and any(fixed):  # "/usr/" and "bin", both as code
            return all(fixed)
        if end[-1] in "—–/":
            return end[-2:-1] != " "
        if start[0] in "—–" and start[1:2].strip():
            return start[0] not in self._opening and (start[0] == "—" or start[1].isalpha() is end[-1].isalpha())
        if end[-1] == "-":
            return bool(_INITIALS.search(end) or (end[-2:-1] in _CLOSING and start[0].islower())) and not (
                _SUSPENDED.match(start)
            )
        return self._named(end, start, all(fixed)) or bool(_UNPARTED.match(end[-1]) and _UNPARTED.match(start))

    def _named(self, end: str, start: str, fixed: bool) -> bool:
        """Whether a line ends within a name or an address. `fixed`: it ends, and the next begins, as code."""
        if end[-1] not in "._=&?@" or not (start[0].islower() or start[0].isdigit()):
            return False
        name = end.rsplit(" ", maxsplit=1)[-1].lstrip("([<\"'“‘")
        if _ADDRESS.search(name) or (end[-1] in "_@" and name[:-1]):
            return True
        if end[-1] != "." or name.casefold() in _SHORTENED:
            return False
        if start[0].isdigit():
            return name[-2:-1].isdigit() and (fixed or _PATH.match(name) is not None)
        first = _PART.match(start)
        written = first is not None and (name[:-1].rpartition(".")[2], first[0]) in self._names
        return fixed or name == "." or written or _PATH.match(name) is not None


def _tail(script: Script) -> str:
    return "".join(script.chars[-200:])


def _is_fixed(origin: tuple[int, Glyph] | None) -> bool:
    return origin is not None and origin[1].style.fixed


def _halves(before: str, after: str) -> tuple[str, str] | None:
    """The two halves of a word that a hyphen at the end of `before` cut."""
    last, first = _LAST.search(before), _FIRST.match(after)
    return (last[1].casefold(), first[0].casefold()) if last and first else None
