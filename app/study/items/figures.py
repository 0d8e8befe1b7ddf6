"""Numbers and dates as answers: which look alike, and which cannot both be right in one place.

Works on the words of two answers and of the sentence that the right one stands in. Names and terms are named.py's
affair, what else the sources say is bearing.py's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf

from app.details import MONTHS, dates, numbers
from app.study.events.dated import dated
from app.study.events.when import Bound
from ingest.documents import Span

_MONTH = re.compile(rf"\b(?:{'|'.join(MONTHS)})\b", re.IGNORECASE)
_FRACTION = re.compile(r"\b(?:half|(?:a|one|two|three)[- ](?:thirds?|quarters?))\b", re.IGNORECASE)
_SPELT = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|hundred)(?:[- ](?:one|two|three"
    r"|four|five|six|seven|eight|nine|hundred))*\b",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"\d{1,3}(?:[,\u00a0]\d{3})+")

_APART = 1.1  # times that two numbers differ at least, and
_ROUGHLY_APART = 1.4  # where the text gives one roughly
_SMALL = 10  # below it numbers differ if they are not the same
_ALIKE = 8.0  # times that they differ at most
_ROUND = 1000  # from which a round number is told from an exact one
_YEARS = 60.0  # between dates at most, and
_BESIDE = 20.0  # between a date and another year of the sentence
_YEAR = 366.0  # days


@dataclass(frozen=True, slots=True)
class Figure:
    """A number or date as an answer: `shape` is the same of those that are written alike, `low` and `high` its value
    (a date's in days, about), the same unless it is a range."""

    shape: str
    low: float
    high: float
    is_date: bool

    def near(self, other: Figure) -> float:
        """How near another figure is, 0..1."""
        if self.is_date:
            return max(0.0, 1.0 - abs(self.low - other.low) / (_YEAR * _YEARS)) ** 3
        return min(self.low, other.low) / (max(self.low, other.low) or 1.0)


def date_figure(text: str) -> Figure | None:
    """A date by itself; None if the text is not one date."""
    found = dates(text)
    if len(found) != 1:
        return None
    shape = _MONTH.sub("M", text)
    shape = re.sub(r"\d+", "d", re.sub(r"\b\d{4}", "Y", shape)).strip().lower()
    at = found[0].year * _YEAR + found[0].month * 30.5 + found[0].day
    return Figure(shape, at, at, True)


def number_figure(text: str) -> Figure | None:
    """A number by itself, with its unit if it has one, or a range of two; None if the text is something else."""
    found = [number.value for number in numbers(text)]
    if not 1 <= len(found) <= 2 or (len(found) == 2 and not re.search(r"\d\s?[-–]\s?\d|\bto\b", text)):
        return None
    shape = _FRACTION.sub("F", text) if found[0] != round(found[0]) or _FRACTION.search(text) else text
    shape = _SPELT.sub(lambda match: "W" if match.group()[0].islower() else "WW", shape)
    shape = re.sub(r"\d+", "d", _GROUPED.sub("G", shape))
    return Figure(shape.strip(), found[0], found[-1], False)


class Side(StrEnum):
    """Which other figures are true as well where one is: "more than 5" are more than 4, "by 1937" is by 1938."""

    LOWER = "lower"
    HIGHER = "higher"


@dataclass(frozen=True, slots=True)
class Stand:
    """How a figure stands in its sentence: whether it is given roughly; on which side others follow from it, None if
    none do; between which values the sentence has it ("from 20 to _____"); and the other years that it names."""

    roughly: bool = False
    follows: Side | None = None
    above: float = -inf
    below: float = inf
    years: tuple[int, ...] = ()


_AT_LEAST = re.compile(r"\b(?:over|more than|at least|exceed\w*|beyond|minimum of|above)\s+(?:\w+ )?$", re.IGNORECASE)
_AT_MOST = re.compile(
    r"\b(?:under|less than|fewer than|up to|as many as|at most|below|maximum of|no more than|within)\s+$", re.IGNORECASE
)
_OR_MORE = re.compile(r"^[^.;,]{0,20}\bor (?:more|later|longer|above)\b|^\+")
_OR_LESS = re.compile(r"^[^.;,]{0,20}\bor (?:fewer|less|earlier|below)\b")
_TO = re.compile(r"\s(?:and|to|until)\s(?:\w+\s)?([\d,.]*\d)s?\b")
_FROM = re.compile(r"\b(?:[Bb]etween|[Ff]rom)\s(?:[a-z]+\s){0,5}([\d,.]*\d)s?\s(?:and|to|until)\s(?:[a-z]+\s){0,3}$")
_OPENS = re.compile(r"\b(?:[Bb]etween|[Ff]rom)\s(?:[a-z]+\s){0,3}$")
_SIDES = {
    Bound.BY: Side.HIGHER,
    Bound.BEFORE: Side.HIGHER,
    Bound.SINCE: Side.HIGHER,
    Bound.UNTIL: Side.LOWER,
    Bound.AFTER: Side.LOWER,
}


def stand(text: str, span: Span) -> Stand:
    """How the number or date at a place of a sentence stands there."""
    before, after = text[: span.start], text[span.end :]
    is_date = bool(dates(text[span.start : span.end]))
    ends = (_FROM.search(before), _TO.match(after) if _OPENS.search(before) else None)
    if ends != (None, None):
        unit = _YEAR if is_date else 1.0
        low, high = (float(end[1].replace(",", "")) * unit if end else None for end in ends)
        inside = (
            (Side.LOWER if high is None else Side.HIGHER) if is_date else None
        )  # what lasted for years did so in one
        return Stand(follows=inside, above=-inf if low is None else low, below=inf if high is None else high)
    if is_date:
        time = next((one for one in dated(text) if one.span.overlaps(span)), None)
        years = tuple(one.year for one in dates(text) if one.year and not one.span.overlaps(span))
        return Stand(follows=_SIDES.get(time.bound) if time else None, years=years)
    bound = next((one.bound for one in numbers(text) if one.span.overlaps(span)), "")
    if bound == "over" or _AT_LEAST.search(before) or _OR_MORE.match(after):
        return Stand(follows=Side.LOWER)
    if bound == "under" or _AT_MOST.search(before) or _OR_LESS.match(after):
        return Stand(follows=Side.HIGHER)
    return Stand(roughly=bound == "about")


def excludes(right: Figure, other: Figure, stand: Stand) -> bool:
    """Whether another figure in the place of the right one makes the sentence wrong, and looks no less likely.

    A number is clearly another one, of like size and as round; a date is another day. None follows from the right one.
    """
    if right.shape != other.shape or right.is_date is not other.is_date:
        return False
    side = Side.HIGHER if other.low > right.low else Side.LOWER
    if side is stand.follows:
        return False
    if stand.above < right.low < stand.below and not stand.above < other.low < stand.below:
        return False
    if right.is_date:
        return other.low != right.low and _as_likely(right, other, stand.years)
    return _other_number(right, other, stand)


def _as_likely(right: Figure, other: Figure, years: Sequence[int]) -> bool:
    """Whether a date is not too far from the right one, or from the other years of the sentence, to be believed."""
    if abs(right.low - other.low) > _YEARS * _YEAR:
        return False
    farthest = max((abs(right.low - year * _YEAR) for year in years), default=0.0)
    return all(abs(other.low - year * _YEAR) <= max(farthest, _BESIDE * _YEAR) for year in years)


def _other_number(right: Figure, other: Figure, stand: Stand) -> bool:
    less, more = sorted((right.low, other.low))
    if less <= 0 or more > _ALIKE * less or right.low == other.low or right.high == other.high:
        return False
    if right.high >= _ROUND and _is_round(right.high) is not _is_round(other.high):
        return False
    if right.low < right.high and max(right.low, other.low) < min(right.high, other.high):
        return False  # ranges that overlap
    if less < _SMALL:
        return True
    return more >= less * (_ROUGHLY_APART if stand.roughly else _APART)


def _is_round(value: float) -> bool:
    return len(f"{value:.0f}".rstrip("0")) <= 2
