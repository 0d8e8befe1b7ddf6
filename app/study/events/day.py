"""A day of the calendar that may lie before Christ, where `datetime.date` ends. Values only.

Years are as historians count them: 44 BC is -44, and no year is 0. The calendar is the Gregorian one throughout, as
`datetime.date` has it: days are put in order and drawn, not converted.
"""

from __future__ import annotations

import re
from calendar import month_name, monthrange
from dataclasses import dataclass
from datetime import date

_CYCLE_YEARS, _CYCLE_DAYS = 400, 146_097  # after which the calendar is the same again
_ISO = re.compile(r"(-?\d{4,})-(\d\d)-(\d\d)")


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """A day. Earlier days are less.

    Raises:
        ValueError: there is no such day.
    """

    year: int
    month: int
    day: int

    def __post_init__(self) -> None:
        if not (self.year and 1 <= self.month <= 12 and 1 <= self.day <= last_of(self.year, self.month)):
            raise ValueError(f"{self.year}-{self.month}-{self.day} is no day")

    @classmethod
    def read(cls, text: str) -> Day:
        """A day from its `isoformat`.

        Raises:
            ValueError: it is not written so, or there is no such day.
        """
        match = _ISO.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is no day; write 1937-08-21, or -0044-03-15 for a day of 44 BC")
        return cls(*map(int, match.groups()))

    def isoformat(self) -> str:
        """ "1937-08-21"; "-0044-03-15" is a day of 44 BC."""
        return f"{'-' if self.year < 0 else ''}{abs(self.year):04}-{self.month:02}-{self.day:02}"

    @property
    def number(self) -> int:
        """The days from 31 December 1 BC, which is 0: `date.toordinal` where that has one."""
        cycles, within = divmod(_counted(self.year) - 1, _CYCLE_YEARS)
        return date(within + 1, self.month, self.day).toordinal() + cycles * _CYCLE_DAYS

    @property
    def words(self) -> str:
        """ "21 August 1937", "15 March 44 BC"."""
        return f"{self.day} {month_name[self.month]} {year_text(self.year)}"


def last_of(year: int, month: int) -> int:
    """The number of the last day of a month."""
    return monthrange((_counted(year) - 1) % _CYCLE_YEARS + 1, month)[1]


def year_text(year: int) -> str:
    """ "1937", "44 BC"; the first hundred years, which may be taken for something else, with "AD".

    >>> year_text(1937), year_text(70), year_text(-44)
    ('1937', 'AD 70', '44 BC')
    """
    return f"{-year} BC" if year < 0 else f"AD {year}" if year < 100 else str(year)


def later(year: int, by: int) -> int:
    """The year that is some years after another, or before it; there is no year 0.

    >>> later(1937, 2), later(-1, 1), later(2, -3)
    (1939, 1, -2)
    """
    moved = _counted(year) + by
    return moved if moved > 0 else moved - 1


def _counted(year: int) -> int:
    """The year as astronomers count it: 1 BC is 0."""
    return year if year > 0 else year + 1
