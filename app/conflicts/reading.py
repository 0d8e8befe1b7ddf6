"""A sentence as a reader sees it, taken apart for comparing: its dates, its places, and what it counts.

Regular expressions over English, no model. Numbers and dates are read by app/details.py; here is what they are
numbers of, and whether a statement means to give the whole of it. Which statements contradict each other is for
differing.py, sums.py and order.py to say.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from app.details import MONTHS, Date, Number, dates, numbers
from ingest.documents import NOT_CONTENT, BlockKind, Document, Span
from vectorstore.records import Record
from vectorstore.words import FUNCTION_WORDS, blank_locators, fold, stem, words

_NOISE = re.compile(
    r"\[[^\]]{0,40}\b(?:needed|note \d+|\d{1,3})\]|(?<=[.,;)])(?::\d+(?:[-–]\d+)*)+"
)  # "[note 2]", ".:4–5"


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
        return tuple(_counts(self))

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
class Count:
    """A number of things: "16,307 Korean families".

    `noun` is the stem of the head, one for all words for people; `qualifiers` are the stems between the number and
    the head; `start..end` is where it stands in the reading's text, up to the head. `whole` is whether it means to
    give all of them: not "of these, 10", "10 of the 20", "10 others", "some 10", "from 10 to 20". `definite` is "the
    10"; `named` are the qualifiers that are names, and `proper` is whether the head is one ("Koreans"). `verbs` are
    the stems of what is said to have been done, right before or behind: "killed 10 people", "10 people were killed".
    """

    number: Number
    noun: str
    qualifiers: frozenset[str]
    start: int
    end: int
    whole: bool
    definite: bool = False
    named: frozenset[str] = frozenset()
    proper: bool = False
    verbs: frozenset[str] = frozenset()

    @property
    def value(self) -> float:
        """The number."""
        return self.number.value


def readings(record: Record) -> Iterator[Reading]:
    """The sentences of a document's passages that hold a digit or a number in words, in order."""
    document = record.document
    blocks = [block.span.start for block in document.blocks]
    order = 0
    for passage in record.passages:
        if passage.kind in _UNREAD:
            continue
        for span in passage.sentences:
            order += 1
            if len(span) <= _LONGEST and _NUMERIC.search(document.text, span.start, span.end):
                block = max(bisect_right(blocks, span.start) - 1, 0)
                yield _reading(document, span, order, block)


_UNREAD = NOT_CONTENT | {BlockKind.CODE, BlockKind.TABLE}
_LONGEST = 3000  # characters of a sentence that is read: longer ones are no sentences
_NUMERIC = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundred|thousand)\b",
    re.IGNORECASE,
)


def _reading(document: Document, span: Span, order: int, block: int) -> Reading:
    pieces = tuple(document.visible(span))
    text = re.sub(r"\s", " ", "".join(document.text[piece.start : piece.end] for piece in pieces))
    text = _NOISE.sub(lambda match: " " * len(match.group()), blank_locators(text))
    return Reading(document.id, span, text, pieces, order, block, document.blocks[block].kind)


def follows(before: Reading, reading: Reading) -> bool:
    """Whether a sentence is the next one of the same paragraph."""
    here, there = (before.source_id, before.paragraph, before.order + 1), (reading.source_id, reading.paragraph)
    return here == (*there, reading.order)


# -- what is counted -------------------------------------------------------------------------------------------------

_PREPOSITION = r"(?:in|at|of|to|from|for|near|within|across|on|by|into|throughout)"
_NAMED = r"[A-ZÀ-Þ][\w'’-]+"
_NAME = re.compile(rf"\b{_NAMED}")
_PLACE = re.compile(
    rf"(?<![Aa]ccording )\b(?i:{_PREPOSITION})\s+(?:the\s+)?(?:[a-z]+\s+)?"
    rf"(?P<name>{_NAMED}(?:(?:,|,? and| of| of the)? {_NAMED})*)"
)
_NO_NAME = FUNCTION_WORDS | frozenset(MONTHS)

_TOKEN = re.compile(r"[ \u00a0](?P<word>[^\W\d_][\w'’-]*)")
_STOPS = FUNCTION_WORDS | frozenset("per during within across among including became lived made won took".split())
_PLURALS = frozenset(
    "people men women children feet police cattle troops sheep aircraft personnel staff dead km mi m ft kg".split()
)
#: The noun of all words for people.
PEOPLE = "people"
_PEOPLE = frozenset(map(stem, "people persons individuals inhabitants residents settlers souls".split()))
_HEAD_REACH = 4  # words behind a number among which its head is

_PART_BEFORE = re.compile(
    r"(?:\b(?:of (?:these|them|those|which|whom|whose)\b[^.;]*|includ(?:ing|es?|ed)\b[^.;:]*"
    r"|among (?:them|whom|these)\b[^.;]*|another|additional|further|others?|only|just|remaining|last|first|next|than"
    r"|every|each|some|between|from|to|plus|least|most|nearly|almost|average(?: of)?|by|an?|[-–/×·=<>±$£€])"
    r"|\b(?:of|from|between) [\d,.]+ (?:and|to))\s*$",
    re.IGNORECASE,
)
_PART_BEHIND = re.compile(
    r"\s*(?:[-–/×·=+]|(?:or|to) (?:more|less|\d)|(?:more|other|old|ago|later|earlier|before|after)\b"
    r"|of (?:the|its|their|these|those|which|whom|all)\b|out of\b)"
)
_MEASURED = re.compile(r"\b(?P<noun>[a-z]{4,})(?: of (?:the )?\w+)?,? (?:of|was|is|stood at|reached|totall?ed)\s+$")
_PURPOSE = re.compile(r" (?:of|for|with|on|without) (?:the |an? )?(?P<word>[a-z]+)\b")
_DONE_BEFORE = re.compile(r"\b(?P<verb>[a-z]+(?:ed|ing)) (?:an? total of |the |all )?$")
_DONE_BEHIND = re.compile(r" (?:(?:who|that|were|was|are|is|had|have|has|been|being) )*(?P<verb>[a-z]+)\b")
_DEFINITE = re.compile(r"\b(?:the|all|these|those)\s+$", re.IGNORECASE)


def _counts(reading: Reading) -> Iterator[Count]:
    text = reading.text
    for number in reading.numbers:
        if number.counted[:1] in (("th",), ("percent",)):
            continue
        before = text[: number.span.start]
        head = _head(text, number.span.end, singular=number.value == 1)
        if head is None:
            measured = _MEASURED.search(before)
            if measured is None or fold(measured["noun"]) in _STOPS:
                continue
            head = _Head(number.span.end, f"{stem(fold(measured['noun']))} of", frozenset(), frozenset(), False)
        part = number.bound or _PART_BEFORE.search(before) or _PART_BEHIND.match(text, number.span.end)
        behind = text[head.end :]
        purpose = _PURPOSE.match(behind)
        done = (_DONE_BEFORE.search(before), _DONE_BEHIND.match(behind))
        yield Count(
            number=number,
            noun=head.noun,
            qualifiers=head.qualifiers | ({stem(purpose["word"])} if purpose else frozenset()),
            start=number.span.start,
            end=head.end,
            whole=not part and not _PART_BEHIND.match(text, head.end),
            definite=bool(_DEFINITE.search(before)),
            named=head.named,
            proper=head.proper,
            verbs=frozenset(stem(match["verb"]) for match in done if match and match["verb"] not in FUNCTION_WORDS),
        )


@dataclass(frozen=True, slots=True)
class _Head:
    end: int
    noun: str
    qualifiers: frozenset[str]
    named: frozenset[str]
    proper: bool


def _head(text: str, at: int, singular: bool = False) -> _Head | None:
    """The noun that a number counts: where it ends, its stem, and those of the words between."""
    between: list[str] = []
    named: set[str] = set()
    for _ in range(_HEAD_REACH):
        match = _TOKEN.match(text, at)
        if match is None or fold(match["word"]) in _STOPS:
            break
        at = match.end()
        written = match["word"]
        word = fold(written)
        if is_plural(word) and not written.endswith(("'s", "’s", "s'", "s’")):
            noun = stem(word)
            noun = PEOPLE if noun in _PEOPLE else noun
            return _Head(at, noun, frozenset(between), frozenset(named), written[0].isupper())
        stems = [stem(part) for part in words(word)]
        between += stems
        named.update(stems if written[0].isupper() else ())
    if singular and between:
        return _Head(at, between[-1], frozenset(between[:-1]), frozenset(named), False)
    return None


def is_plural(word: str) -> bool:
    """Whether a folded word looks like the plural of a noun."""
    return word in _PLURALS or (word.endswith("s") and not word.endswith(("ss", "us", "is", "ous")) and len(word) > 3)


# -- how exact a number is -------------------------------------------------------------------------------------------


def granularity(number: Number, text: str) -> float:
    """The step in which a number is given: 1 for 16,453, 100 for 74,500, 100,000 for "1.5 million"."""
    written = text[number.span.start : number.span.end].replace(",", "")
    digits = re.match(r"\d+(?:\.(\d+))?", written)
    if digits is None:
        return 1.0
    decimals = digits.group(1) or ""
    scale = number.value / float(digits.group()) if float(digits.group()) else 1.0
    if decimals:
        return float(scale * 10.0 ** -len(decimals))
    zeros = len(digits.group()) - len(digits.group().rstrip("0"))
    return float(scale * 10.0 ** (zeros if zeros >= 2 else 0))


def agree(a: Number, b: Number, text_a: str, text_b: str) -> bool:
    """Whether two numbers may be one, given more and less exactly."""
    step = max(granularity(a, text_a), granularity(b, text_b))
    if a.bound or b.bound:
        return abs(a.value - b.value) <= max(step, 0.1 * max(abs(a.value), abs(b.value)))
    return abs(a.value - b.value) <= (step / 2 if step != 1.0 else 0.0) + 1e-9
