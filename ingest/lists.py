"""Lists that stand in running text: "First, ... Second, ...", "1. ... 2. ...", "In the first stage ...".

Found by their markers alone, so that a question for "the five reasons" gets all five, also when other
sentences stand between them. Lists inside one sentence need nothing: the sentence is the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ingest.documents import BlockKind, Document, Passage, Span

_WORDS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ORDINAL = "|".join(_WORDS)
_MARKERS = (
    ("digit", re.compile(r"\(?(\d{1,2})[.)]\s")),
    ("word", re.compile(rf"({_ORDINAL})(?:ly)?,\s", re.IGNORECASE)),
    ("stage", re.compile(rf"(?:In |During |At |On )?[Tt]he ({_ORDINAL})(?:,[^,]{{1,40}},)?\s")),
)
# "... include the following: first, despite ...": the first item shares its sentence with the introduction.
_INSIDE = re.compile(r":\s+(first)(?:ly)?,\s", re.IGNORECASE)
_FARTHEST = 8  # sentences that may stand between two items


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: the sentence that introduces it, where there is one, and the sentence that opens each item.

    `intro` is also the first item's sentence if both stand in one.
    """

    intro: Span | None
    items: tuple[Span, ...]

    @property
    def span(self) -> Span:
        """From the introduction to the last item's sentence."""
        start = min(self.items[0].start, self.intro.start if self.intro else self.items[0].start)
        return Span(start, self.items[-1].end)

    def all_spans(self) -> tuple[Span, ...]:
        """The introduction and the items, each sentence once, in reading order."""
        return tuple(sorted({*self.items, *([self.intro] if self.intro else [])}))


@dataclass
class _Open:
    style: str
    intro: Span | None
    items: list[Span] = field(default_factory=list)
    last: int = 0


def find_lists(document: Document, passages: Iterable[Passage]) -> tuple[Listing, ...]:
    """All lists of two or more items in the passages of a document, in reading order."""
    found: list[Listing] = []
    opened: list[_Open] = []
    section = None
    previous: Span | None = None
    at = 0
    for passage in sorted(passages, key=lambda p: p.span):
        if passage.kind is BlockKind.FOOTNOTE:
            continue
        if passage.section != section:
            found += _close(opened)
            opened, section, previous = [], passage.section, None
        for span in passage.sentences:
            at += 1
            text = document.plain(span)
            style, number = _marker(text)
            if number == 1:
                inside = bool(_INSIDE.search(text))
                opened.append(_Open(style, span if inside else previous, [span], at))
            elif number:
                for candidate in reversed(opened):
                    near = candidate.style == "stage" or at - candidate.last <= _FARTHEST
                    if candidate.style == style and len(candidate.items) == number - 1 and near:
                        candidate.items.append(span)
                        candidate.last = at
                        break
            previous = span
    found += _close(opened)
    return tuple(sorted(found, key=lambda listing: listing.span))


def _close(opened: list[_Open]) -> list[Listing]:
    return [Listing(o.intro, tuple(o.items)) for o in opened if len(o.items) > 1]


def _marker(text: str) -> tuple[str, int]:
    """The style and number of the list marker in a sentence; number 0 if there is none."""
    if match := _INSIDE.search(text):
        return "word", 1
    for style, pattern in _MARKERS:
        if match := pattern.match(text):
            mark = match.group(1).lower()
            number = int(mark) if mark.isdigit() else _WORDS.index(mark) + 1
            return style, number
    return "", 0
