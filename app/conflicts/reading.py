"""A sentence as a reader sees it, taken apart for comparing: its dates, its places, and what it counts.

Numbers and dates are read by app/details.py, what the numbers are numbers of by counting.py. Which statements
contradict each other is for differing.py, sums.py and order.py to say.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from app.conflicts.counting import Count, counts
from app.details import MONTHS, Date, Number, dates, numbers
from ingest.documents import NOT_CONTENT, BlockKind, Document, Span
from vectorstore.records import Record
from vectorstore.words import FUNCTION_WORDS, blank_locators, fold, stem, words

#: What an encyclopedia hangs on its sentences: "[note 2]", ".:4–5".
_NOISE = re.compile(r"\[[^\]]{0,40}\b(?:needed|note \d+|\d{1,3})\]|(?<=[.,;)])(?::\d+(?:[-–]\d+)*)+")
_PREPOSITION = r"(?:in|at|of|to|from|for|near|within|across|on|by|into|throughout)"
_NAMED = r"[A-ZÀ-Þ][\w'’-]+"
_NAME = re.compile(rf"\b{_NAMED}")
_PLACE = re.compile(
    rf"(?<![Aa]ccording )\b(?i:{_PREPOSITION})\s+(?:the\s+)?(?:[a-z]+\s+)?"
    rf"(?P<name>{_NAMED}(?:(?:,|,? and| of| of the)? {_NAMED})*)"
)
_NO_NAME = FUNCTION_WORDS | frozenset(MONTHS)


@dataclass(frozen=True)
class Reading:
    """A sentence of a document. `text` is what is seen of it, character by character, locators blanked.

    `pieces` are the parts of the canonical text that `text` is made of. `order` numbers the document's sentences and
    `paragraph` its blocks, `kind` is what the block is.
    """

    source_id: str
    span: Span
    text: str
    pieces: tuple[Span, ...]
    order: int = 0
    paragraph: int = 0
    kind: BlockKind = BlockKind.PARAGRAPH

    def at(self, start: int, end: int) -> Span:
        """The canonical span of `text[start:end]`."""
        return Span(self._offset(start), self._offset(end - 1) + 1)

    def _offset(self, index: int) -> int:
        for piece in self.pieces:
            if index < len(piece):
                return piece.start + index
            index -= len(piece)
        raise IndexError(index)

    @cached_property
    def dates(self) -> list[Date]:
        """Its dates, in order."""
        return dates(self.text)

    @cached_property
    def numbers(self) -> list[Number]:
        """Its numbers, in order."""
        return numbers(self.text)

    @cached_property
    def counts(self) -> tuple[Count, ...]:
        """What it counts, in order."""
        return tuple(counts(self.text, self.numbers))

    @cached_property
    def places(self) -> frozenset[str]:
        """The names behind a preposition, folded: "in Uzbekistan", "of the Tashkent region"."""
        found: set[str] = set()
        for match in _PLACE.finditer(self.text):
            found.update(word for word in map(fold, _NAME.findall(match.group("name"))) if word not in _NO_NAME)
        return frozenset(found)

    @cached_property
    def names(self) -> frozenset[str]:
        """All capitalised words, folded."""
        return frozenset(word for word in map(fold, _NAME.findall(self.text)) if word not in _NO_NAME)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of its words that carry meaning."""
        return frozenset(
            stem(w) for w in words(self.text) if w.isalpha() and w not in FUNCTION_WORDS and w not in MONTHS
        )


@dataclass(frozen=True, slots=True)
class Placed:
    """A sentence of a document's prose: its number among them, and that of its block."""

    span: Span
    order: int
    block: int


def placed(record: Record, longest: int) -> Iterator[Placed]:
    """The sentences of a document in order, without tables, code and what is no content; none that is longer."""
    blocks = [block.span.start for block in record.document.blocks]
    spans = (span for passage in record.passages if passage.kind not in _UNREAD for span in passage.sentences)
    for order, span in enumerate(spans, start=1):
        if len(span) <= longest:
            yield Placed(span, order, max(bisect_right(blocks, span.start) - 1, 0))


def read(document: Document, sentence: Placed, noise: re.Pattern[str]) -> Reading:
    """A sentence as it is seen, what is noise in it blanked."""
    pieces = tuple(document.visible(sentence.span))
    text = re.sub(r"\s", " ", "".join(document.text[piece.start : piece.end] for piece in pieces))
    text = noise.sub(lambda match: " " * len(match.group()), blank_locators(text))
    kind = document.blocks[sentence.block].kind
    return Reading(document.id, sentence.span, text, pieces, sentence.order, sentence.block, kind)


def readings(record: Record) -> Iterator[Reading]:
    """The sentences of a document's passages that hold a digit or a number in words, in order."""
    document = record.document
    for sentence in placed(record, _LONGEST):
        if 0 < len(_NUMERIC.findall(document.text, sentence.span.start, sentence.span.end)) <= _MOST:
            yield read(document, sentence, _NOISE)


_UNREAD = NOT_CONTENT | {BlockKind.CODE, BlockKind.TABLE}
#: Characters and numbers of a sentence that is read: those that have more are no prose, and would take long.
_LONGEST, _MOST = 2000, 60
_NUMERIC = re.compile(
    r"\d+|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundred|thousand)\b",
    re.IGNORECASE,
)


def follows(before: Reading, reading: Reading) -> bool:
    """Whether a sentence is the next one of the same paragraph."""
    here, there = (before.source_id, before.paragraph, before.order + 1), (reading.source_id, reading.paragraph)
    return here == (*there, reading.order)
