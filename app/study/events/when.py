"""When something was: a first and a last day, as precise as the text is. Values and the calendar, no text.

How texts write dates is in dated.py. The conventions: early, mid and late are the thirds of a month, a year and a
century; of a decade they are its years 0–3, 4–6 and 7–9. Winter begins in the December of its year. A year before
Christ is less than 0 (day.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.study.events.day import Day, last_of, later


class Precision(StrEnum):
    """What kind of time a text names."""

    DAY = "day"
    MONTH = "month"
    SEASON = "season"
    YEAR = "year"
    DECADE = "decade"
    CENTURY = "century"
    MILLENNIUM = "millennium"
    RANGE = "range"  # from one time to another


class Bound(StrEnum):
    """How an event stands to the time named: in it, or on one side of it only."""

    AT = "at"
    BY = "by"
    UNTIL = "until"
    BEFORE = "before"
    SINCE = "since"
    AFTER = "after"


class Part(StrEnum):
    """The part of a month, year, decade or century that is meant."""

    WHOLE = ""
    EARLY = "early"
    MID = "mid"
    LATE = "late"
    FIRST_HALF = "first half"
    SECOND_HALF = "second half"


@dataclass(frozen=True, slots=True)
class When:
    """The first and the last day; None where it is open. At least one of them is a day."""

    start: Day | None
    end: Day | None
    precision: Precision
    bound: Bound = Bound.AT

    @property
    def anchor(self) -> Day:
        """The day by which events are put in order."""
        day = self.start or self.end
        assert day is not None
        return day


@dataclass(frozen=True, slots=True)
class Named:
    """A time as a text names it; 0 is what it leaves out. `year` is the first of a decade, century or millennium."""

    precision: Precision
    year: int = 0
    month: int = 0  # of a season, its first
    day: int = 0
    part: Part = Part.WHOLE

    def days(self) -> tuple[Day, Day]:
        """Its first and its last day.

        Raises:
            ValueError: it has no year, or there is no such day.
        """
        match self.precision:
            case Precision.DAY:
                day = Day(self.year, self.month, self.day)
                return day, day
            case Precision.MONTH:
                return self._of_month()
            case Precision.SEASON:
                last = self.month + 2
                year = later(self.year, int(last > 12))
                return Day(self.year, self.month, 1), _month_end(year, (last - 1) % 12 + 1)
            case Precision.YEAR:
                first, last = _MONTHS[self.part]
                return Day(self.year, first, 1), _month_end(self.year, last)
            case Precision.DECADE:
                first, last = _DECADE[self.part]
            case Precision.MILLENNIUM:
                first, last = _MILLENNIUM[self.part]
            case _:
                first, last = _CENTURY[self.part]
        return Day(self.year + first, 1, 1), Day(self.year + last, 12, 31)

    def _of_month(self) -> tuple[Day, Day]:
        first, last = _DAYS[self.part]
        end = _month_end(self.year, self.month)
        return Day(self.year, self.month, first), end if last == 0 else Day(end.year, end.month, last)

    def when(self, bound: Bound = Bound.AT) -> When:
        """The time itself, or what is open on one side of it: by, until: its last day; before: its first one.

        Raises:
            ValueError: as `days`.
        """
        return opened(*self.days(), self.precision, bound)


def opened(first: Day, last: Day, precision: Precision, bound: Bound) -> When:
    """The days of a time, less the side that is open."""
    match bound:
        case Bound.BY | Bound.UNTIL:
            return When(None, last, precision, bound)
        case Bound.BEFORE:
            return When(None, first, precision, bound)
        case Bound.SINCE:
            return When(first, None, precision, bound)
        case Bound.AFTER:
            return When(last, None, precision, bound)
        case _:
            return When(first, last, precision, bound)


def _month_end(year: int, month: int) -> Day:
    return Day(year, month, last_of(year, month))


_W, _E, _M, _L, _1, _2 = Part
_DAYS = {_W: (1, 0), _E: (1, 10), _M: (11, 20), _L: (21, 0), _1: (1, 15), _2: (16, 0)}
_MONTHS = {_W: (1, 12), _E: (1, 4), _M: (5, 8), _L: (9, 12), _1: (1, 6), _2: (7, 12)}
_DECADE = {_W: (0, 9), _E: (0, 3), _M: (4, 6), _L: (7, 9), _1: (0, 4), _2: (5, 9)}
_CENTURY = {_W: (0, 99), _E: (0, 32), _M: (33, 65), _L: (66, 99), _1: (0, 49), _2: (50, 99)}
_MILLENNIUM = {part: (10 * first, 10 * last + 9) for part, (first, last) in _CENTURY.items()}
