"""An end before its beginning: "to begin on October 25 and be completed by October 15", "(1890-1845)".

Both dates have to belong to one thing: the words between them name no other. A day without a year is taken to be of
the same year only where nothing else is likely: "from October 25 to January 5" goes into the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from app.conflicts.reading import Reading
from app.conflicts.values import Conflict, ConflictKind, Place
from app.details import Date

_BEGINS = r"(?:beg[iau]n\w*|start\w*|commenc\w*|born|found\w*|establish\w*|open\w*|depart\w*|from|between)"
_ENDS = (
    r"(?:complet\w*|end\w*|finish\w*|conclud\w*|clos\w*|died|dissol\w*|abolish\w*|ceas\w*"
    r"|until|till|through|to|and)"
)
_AROUND = r"(?: (?:on|in|at|of|by|before|about|around|early|late|mid|no later than|not later than))*"
_SMALL = (
    r"(?:(?:and|but|to|it|he|she|they|is|was|were|are|be|been|being|must|should|shall|will|would|has|had|have|then)"
    r"[ ,]+)*"
)
#: Before the first date: what begins. Nothing but small words may stand between it and the date.
_BEFORE = re.compile(rf"\b(?P<verb>{_BEGINS}){_AROUND}[ ,]*$", re.IGNORECASE)
#: Between the two dates: what ends, of the same subject.
_BETWEEN = re.compile(rf"[\]), ]*{_SMALL}(?P<verb>{_ENDS}){_AROUND}[ ,\[]*", re.IGNORECASE)
_RANGE = re.compile(r"(?<![\w./:–-])(?P<a>1[0-9]\d\d|20\d\d)\s?[–—-]\s?(?P<b>1[0-9]\d\d|20\d\d)(?![\w/:–-]|\.\d|,\d)")
_BEFORE_CHRIST = re.compile(r"\bB\.?\s?C\b|\bBCE\b|\bBP\b")
_WEAK = {"from": {"to", "until", "till", "through"}, "between": {"and"}}  # these belong together


def reversed_times(readings: Iterable[Reading]) -> Iterator[Conflict]:
    """All sentences that let something end before it begins."""
    for reading in readings:
        if _BEFORE_CHRIST.search(reading.text):
            continue
        for first, last in pairwise(reading.dates):
            if _of_one_thing(reading.text, first, last) and _is_before(last, first, reading.dates):
                yield _conflict(reading, (first.span.start, first.span.end), (last.span.start, last.span.end))
        for match in _RANGE.finditer(reading.text):
            if int(match["b"]) < int(match["a"]) and _bracketed(reading.text, match):
                yield _conflict(reading, match.span("a"), match.span("b"))


def _of_one_thing(text: str, first: Date, last: Date) -> bool:
    begins = _BEFORE.search(text, 0, first.span.start)
    ends = _BETWEEN.fullmatch(text, first.span.end, last.span.start)
    if begins is None or ends is None:
        return False
    begun, ended = begins["verb"].lower(), ends["verb"].lower()
    weak = {word for words in _WEAK.values() for word in words}
    return ended in _WEAK[begun] if begun in _WEAK else ended not in weak - {"until", "till"}


def _is_before(last: Date, first: Date, dates: Iterable[Date]) -> bool:
    """Whether the end is certainly earlier than the beginning."""
    if first.decade or last.decade:
        return False
    if first.year and last.year:
        a, b = (first.year, first.month, first.day), (last.year, last.month, last.day)
        known = min(sum(1 for part in date if part) for date in (a, b))
        return b[:known] < a[:known]
    if not (first.month and last.month) or (first.year and not last.year):
        return False
    one_year = len({date.year for date in dates if date.year}) == 1
    if first.month != last.month and not one_year:
        return False
    if not (first.day and last.day):
        return last.month < first.month
    return (last.month, last.day) < (first.month, first.day)


def _bracketed(text: str, match: re.Match[str]) -> bool:
    """Whether a range stands as one of years: in brackets, or behind a word for a time."""
    before, behind = text[: match.start()].rstrip(), text[match.end() :].lstrip()
    return (
        before.endswith(("(", "[", ";"))
        or behind.startswith((")", "]"))
        or bool(re.search(r"\b(?:in|from|during|between|years?|period|born|lived|of)$", before))
    )


def _conflict(reading: Reading, first: tuple[int, int], last: tuple[int, int]) -> Conflict:
    spans = [(start, start + len(_bare(reading.text[start:end]))) for start, end in (first, last)]
    begins, ends = (_when(reading.text[start:end]) for start, end in spans)
    note = f"The source contradicts itself here: it begins {begins} and ends before that, {ends}."
    begin, end = (Place(reading.source_id, reading.span, (reading.at(*span),)) for span in spans)
    return Conflict(ConflictKind.ORDER, begin, end, note)


def _bare(date: str) -> str:
    """A date without a year that an editor has added: "October 15 [1937"."""
    return date.partition("[")[0].rstrip(" ,")


def _when(written: str) -> str:
    """A date in a sentence: "on October 25", "in 1937", "in May 1937"."""
    date = " ".join(written.split())
    return f"{'on' if re.search(_DAY, date) else 'in'} {date}"


_DAY = r"[A-Za-z].*\b\d{1,2}\b|\b\d{1,2}\b.*[A-Za-z]"
