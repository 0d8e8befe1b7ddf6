"""The numbers of a sentence as a total and its parts: "67 in the Kazakh SSR", "Alma-Ata - 4,191", "20 men".

A part has a form, which says how it is told apart from the others; only parts of one form make a sum. When a sum is
wrong is for sums.py to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from app.conflicts.counting import PEOPLE, granularity
from app.conflicts.reading import Reading
from app.details import Number


class Form(StrEnum):
    """How a part is told apart from the other parts."""

    PLACE = "place"  # "67 in the Kazakh SSR"
    LABEL = "label"  # "Alma-Ata - 4,191", "Alma-Ata (4,191)"
    BARE = "bare"  # "132, 67 and 1"
    KIND = "kind"  # "20 men"
    CLAUSE = "clause"  # "15 had children": one may be two of these


@dataclass(frozen=True)
class Part:
    """A number in a sum, or the total; `start..end` is where it stands in the reading's text.

    `noun` is what it counts, "" if the text does not say; `step` is how exactly it is given.
    """

    reading: Reading
    value: float
    start: int
    end: int
    noun: str = ""
    form: Form = Form.BARE
    bound: str = ""
    step: float = 1.0


_WINDOW = 100  # characters before a number that are looked at
_IN_ALL = re.compile(r"(?:\s[\w-]+){0,2},?\s(?:in (?:all|total)|altogether|overall)\b")
_SUMMED = re.compile(
    r"(?:(?:\b(?:for|making|with|giving)|,) an? (?:overall |grand |combined )?total of|\btotall?ing|\bthe total to)\s+$"
)
_SEPARATOR = re.compile(r"[,;.)]|\b(?:and|or|plus)\b")
_LABEL_BEFORE = re.compile(r"\w\)?\s*(?:[-–—:]\s+|\()$")
_PLACE_BEHIND = re.compile(r"^(?: [\w'’-]+){0,4}? (?:in|from|at|near) (?:the )?\w")
_VERB = re.compile(
    r"\b(?:was|were|is|are|be|been|had|has|have|did|do|who|which|that|than|when|while|where|because|per|each|\w{2,}ed)\b"
)
_VAGUE = re.compile(
    r"\b(?:many|several|some|few|most|others?|more|various|unknown|the rest|half|remainder|respectively|each|every"
    r"|twice|additional|including|about|approximately|over|per|average)\b"
)
_NO_PART_BEHIND = re.compile(r"[-–][\d\w]")
_NO_PART_BEFORE = re.compile(r"\d\s?[-–]$|[$£€#]\s?$|\bNo\.? ?$")
_SECOND = re.compile(r"\d(?: [\w'’-]+){0,3} \($")  # "50 families (200"
_ONE = re.compile(r"\b(?:one|a single)(?= (?:in|from|at|near)\b)", re.IGNORECASE)


def totals_before(reading: Reading, at: int) -> list[Part]:
    """The numbers of a clause that may be a total of what follows at a place of the sentence, the last one first."""
    clause = max(reading.text.rfind(";", 0, at), 0)
    found = [_total(reading, count.number, count.noun) for count in reading.counts if count.whole or count.definite]
    for number in reading.numbers:
        match = _IN_ALL.match(reading.text, number.span.end, at)
        if match and number.counted[:1] != ("percent",) and all(part.start != number.span.start for part in found):
            found.append(_total(reading, number))
    inside = (part for part in found if clause <= part.start < at)
    return sorted(inside, key=lambda part: part.start, reverse=True)


def parts_in(reading: Reading, start: int, *, bracketed: bool = False) -> list[Part]:
    """The parts that stand behind a place of the sentence, of all forms; none if it leaves some out or is no sum.

    `bracketed` are the second numbers of the parts: "Omsk - 50 families (200 people), Kiev - 45 families (190 people)".
    """
    text = reading.text
    end = _end(text, start)
    if _VAGUE.search(text, start, end):
        return []
    found: list[Part] = []
    for number in reading.numbers:
        a, b = number.span.start, number.span.end
        if not start <= a < end or number.counted[:1] in (("percent",), ("th",)):
            continue
        if _NO_PART_BEHIND.match(text, b) or _NO_PART_BEFORE.search(text[max(0, a - _WINDOW) : a]):
            return []
        if bracketed is not bool(_SECOND.search(text[max(start, a - _WINDOW) : a])):
            continue
        count = next((c for c in reading.counts if c.start == a), None)
        form = Form.LABEL if bracketed else _form(text, start, a, b, end)
        found.append(
            Part(
                reading, number.value, a, b, count.noun if count else "", form, number.bound, granularity(number, text)
            )
        )
    if not bracketed:
        found += [
            Part(reading, 1.0, *match.span(), form=Form.PLACE)
            for match in _ONE.finditer(text, start, end)
            if all(match.end() <= part.start or part.end <= match.start() for part in found)
        ]
    return [] if _enumerates(found) else sorted(found, key=lambda part: part.start)


def trailing(reading: Reading) -> tuple[Part | None, list[Part]]:
    """The total that closes a sentence and the parts of the same noun before it."""
    last = reading.counts[-1] if reading.counts else None
    if last is None or any(number.span.start > last.start for number in reading.numbers):
        return None, []
    text = reading.text
    if not (
        _IN_ALL.match(text, last.number.span.end) or _SUMMED.search(text[max(0, last.start - _WINDOW) : last.start])
    ):
        return None, []
    same = [count for count in reading.counts if count.noun == last.noun and count is not last]
    return _total(reading, last.number, last.noun), [_total(reading, count.number, count.noun) for count in same]


def may_be_of(part: Part, total: Part) -> bool:
    """Whether a part counts what a total does, as far as the text says."""
    return not part.noun or not total.noun or part.noun == total.noun or PEOPLE in (part.noun, total.noun)


def _total(reading: Reading, number: Number, noun: str = "") -> Part:
    step = granularity(number, reading.text)
    return Part(reading, number.value, number.span.start, number.span.end, noun, bound=number.bound, step=step)


def _end(text: str, start: int) -> int:
    """Where the parts end: at the bracket that was opened before them, or with the sentence."""
    if text[start - 1 : start] == "(":
        close = text.find(")", start)
        return close if close >= 0 else len(text)
    return len(text)


def _form(text: str, start: int, a: int, b: int, end: int) -> Form:
    separator = _SEPARATOR.search(text, b, end)
    tail = text[b : separator.start() if separator else end]
    if _LABEL_BEFORE.search(text[max(start, a - _WINDOW) : a]) and not _VERB.search(tail):
        return Form.LABEL
    if not re.search(r"\w", tail):
        return Form.BARE
    if _VERB.search(tail):
        return Form.CLAUSE
    return Form.PLACE if _PLACE_BEHIND.match(tail) else Form.KIND


def _enumerates(parts: list[Part]) -> bool:
    """Whether the numbers are those of a list: 1, 2, 3."""
    return len(parts) > 1 and [part.value for part in parts] == list(range(1, len(parts) + 1))
