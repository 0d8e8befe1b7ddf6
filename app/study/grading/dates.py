"""A date that was given against the one that is expected: the same in another format, coarser, finer, or another one.

How dates are written in texts is in dated.py, how people type them in typed_dates.py. A coarser date is half of
the answer if it is at most two steps coarser (a year for a day).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from app.study.events.dated import Dated, dated
from app.study.events.when import Bound, Named, Precision
from app.study.grading.text import RIGHT, WRONG, Mark, partly
from app.study.grading.typed_dates import month_first, spelled
from vectorstore.words import terms

_STEPS = {
    Precision.DAY: 0, Precision.MONTH: 1, Precision.SEASON: 1, Precision.YEAR: 2, Precision.DECADE: 3,
    Precision.CENTURY: 4, Precision.RANGE: 3,
}  # fmt: skip
_COARSER = 2  # steps
_ANY_YEAR = 2000  # a leap year: for dates without one


_Day: TypeAlias = tuple[int, int, int]  # year, month, day


@dataclass(frozen=True, slots=True)
class _Time:
    """The first and the last day of a time, how precise it is, and what the text leaves out."""

    first: _Day
    last: _Day
    step: int
    year: bool  # whether it has one
    bound: Bound

    @property
    def coarse(self) -> bool:
        """Whether it has neither a month nor a day."""
        return self.step >= _STEPS[Precision.YEAR]

    def covers(self, other: _Time) -> bool:
        return self.first <= other.first and other.last <= self.last

    @property
    def days(self) -> tuple[_Day, _Day]:
        return self.first, self.last


@dataclass(frozen=True, slots=True)
class _Source:
    """What the source has: the expected words, the prompt and the cited sentence, its dates, and the year that the text
    before it is of, 0 if none."""

    expected: str
    asked: str
    times: tuple[_Time, ...]
    year: int

    @property
    def note(self) -> str:
        return f"The source has {self.expected}."

    def yearless(self) -> _Source:
        return replace(self, times=tuple(map(_yearless, self.times)))


def is_date(text: str) -> bool:
    """Whether a text is a date and nothing besides."""
    return bool(dated(spelled(text))) and not [term for term in terms(beside_dates(text)) if term not in _CALENDAR]


_CALENDAR = frozenset({"c", "ca", "circa", "ad", "ce", "year"})


def beside_dates(text: str) -> str:
    """A text without its dates."""
    text = spelled(text)
    rest = list(text)
    for one in dated(text):
        rest[one.span.start : one.span.end] = " " * len(one.span)
    return "".join(rest)


def grade_date(expected: str, given: str, prompt: str, told: str, before: str) -> Mark | None:
    """What a given date is worth; None if nothing in it is a date.

    Args:
        prompt: what was asked, whose dates are no answer.
        told: the cited sentence; what it has more of the date is right too.
        before: the text before it, where a year may stand that the sentence leaves out.
    """
    wanted = _times(expected)
    marks = [_grade(wanted, _times(reading), expected, prompt, told, before) for reading in _readings(given)]
    return max((mark for mark in marks if mark), key=lambda mark: _ORDER[mark.outcome.value], default=None)


def _readings(text: str) -> list[str]:
    """What a text may mean: 5/3/1921 is the 5th of March or the 3rd of May."""
    return list(dict.fromkeys([text, month_first(text)]))


def _grade(  # noqa: PLR0917
    wanted: Sequence[_Time], given: Sequence[_Time], expected: str, prompt: str, told: str, before: str
) -> Mark | None:
    known = {time.days for time in _times(prompt)} - {time.days for time in wanted}
    found = [time for time in given if time.days not in known]
    if not wanted:
        return None
    if not found:
        return WRONG if given else None
    if len(found) == 1 and len(wanted) == 2 and found[0].days == (wanted[0].first, wanted[1].last):
        return RIGHT  # "between 1500 and 1850"
    years = [time.first[0] for time in _times(before) if time.year and time.step <= _STEPS[Precision.YEAR]]
    source = _Source(expected, f"{prompt} {told}", _told(told, wanted), years[-1] if years else 0)
    marks = [[_compare(one, time, source) for time in found] for one in wanted]
    best = [max(row, key=lambda mark: _ORDER[mark.outcome.value]) for row in marks]
    told_days = {time.days for time in source.times}
    wrong = [
        time for n, time in enumerate(found) if all(row[n] is WRONG for row in marks) and time.days not in told_days
    ]
    if all(mark.right for mark in best):
        return partly(f"One date is enough: the source has {expected}.") if wrong else RIGHT
    if any(mark is not WRONG for mark in best):
        if len(best) > 1 and any(mark is WRONG for mark in best):
            return partly(f"That is a part of it: the source has {expected}.")
        return next(mark for mark in best if not mark.right) if not wrong else WRONG
    return WRONG


_ORDER = {"wrong": 0, "partly": 1, "right": 2}


def _times(text: str) -> list[_Time]:
    return [time for one in dated(spelled(text)) if (time := _time(one)) is not None]


def _told(text: str, wanted: Sequence[_Time]) -> tuple[_Time, ...]:
    """The times of a text, of its ranges also the ends, but of those that are expected as a whole."""
    found = dated(spelled(text))
    whole = {time.days for time in wanted}
    ranges = [one for one in found if one.last and (time := _time(one)) is not None and time.days not in whole]
    ends = [replace(one, named=end, last=None) for one in ranges for end in (one.named, one.last) if end]
    return tuple(time for one in [*found, *ends] if (time := _time(one)) is not None)


def _time(one: Dated) -> _Time | None:
    year = bool(one.year)
    try:
        first, last = _days(one.named, one.year)
        if one.last is not None:
            last = _days(one.last, one.year)[1]
    except ValueError:  # the 31st of June
        return None
    step = _STEPS[one.named.precision] + (1 if one.last is not None else 0)
    return _Time(first, last, step, year, one.bound)


def _days(named: Named, year: int) -> tuple[_Day, _Day]:
    first, last = replace(named, year=named.year or year or _ANY_YEAR).days()
    return (first.year, first.month, first.day), (last.year, last.month, last.day)


def _compare(wanted: _Time, given: _Time, source: _Source) -> Mark:
    if wanted.year and not given.year:
        if wanted.coarse:
            return WRONG  # "October" for 1953
        mark = _compare(_yearless(wanted), given, source.yearless())
        asked = source.asked.replace(source.expected, " ", 1)
        if not mark.right or str(wanted.first[0]) in asked:
            return mark
        return partly(f"The year is missing: the source has {source.expected}.")
    if given.year and not wanted.year:
        return _with_year(wanted, given, source)
    if given.days == wanted.days:
        return _bounded(given, [wanted, *source.times], source.note)
    if given.covers(wanted):
        coarse = given.step - wanted.step > _COARSER or _bounded(given, source.times, "") is not RIGHT
        return WRONG if coarse else partly(f"That is less precise than the source: it has {source.expected}.")
    if wanted.covers(given):
        if any(time.days == given.days for time in source.times):
            return RIGHT
        return partly(f"That is more precise than the source: it has only {source.expected}.")
    return WRONG


def _with_year(wanted: _Time, given: _Time, source: _Source) -> Mark:
    """A date with a year where the one that is expected has none: right if the text there is of that year."""
    of_year = {time.first[0] for time in source.times if time.year} or {source.year}
    known = given.first[0] in of_year
    if given.coarse:
        vague = given.step - wanted.step > _COARSER or not known
        return WRONG if vague else partly(f"That is less precise than the source: it has {source.expected}.")
    mark = _compare(wanted, _yearless(given), source.yearless())
    if mark is WRONG or known:
        return mark
    return WRONG if any(of_year) else partly(f"The source has {source.expected} and gives no year there.")


def _bounded(given: _Time, source: Sequence[_Time], note: str) -> Mark:
    """ "After 1937" is not 1937, unless the source says so too."""
    loose = given.bound in (Bound.BEFORE, Bound.AFTER)
    if loose and not any(time.bound is given.bound for time in source if time.days == given.days):
        return partly(note)
    return RIGHT


def _yearless(time: _Time) -> _Time:
    """A time in whatever year; one of several years keeps them."""
    if time.first[0] != time.last[0]:
        return replace(time, year=False)
    first, last = ((_ANY_YEAR, *day[1:]) for day in time.days)
    return replace(time, first=first, last=last, year=False)
