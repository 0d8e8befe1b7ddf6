"""From the marks of many questions to one figure with its interval, for rows of any kind.

A measure names the rows that it is taken over, the mark that it takes of each, and what it makes of the marks.
A figure is that with its 95 % bootstrap interval; two runs of the same questions are compared pair by pair, which
tells more than two intervals that overlap. Which measures there are is in measures.py and squad_marks.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isnan, nan
from statistics import fmean, quantiles
from typing import Any, Generic, Protocol, TypeVar

from evals.metrics import Interval, auroc, bootstrap_interval, refusal_recall_at
from evals.paired import Pairs


class Marked(Protocol):
    """A row: what is known of one question and its answer."""

    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=Marked)


@dataclass(frozen=True, slots=True)
class Measure(Generic[R]):
    """A line of the table. `mark` is what it takes of a row that `counts`, `of` what it makes of the marks.

    The figure is shown times `scale` with `digits` digits; `main` measures are those that stand in a README.
    """

    key: str
    label: str
    counts: Callable[[R], bool]
    mark: Callable[[R], Any]
    of: Callable[[Sequence[Any]], float] = fmean
    scale: float = 100  # shown in per cent
    digits: int = 0
    main: bool = False

    def marks(self, rows: Sequence[R]) -> tuple[Any, ...]:
        """The marks of the rows that count."""
        return tuple(self.mark(row) for row in rows if self.counts(row))

    def value(self, rows: Sequence[R]) -> float:
        """The figure, nan where no row counts."""
        marks = self.marks(rows)
        return self.of(marks) if marks else nan

    def figure(self, rows: Sequence[R], seed: int) -> Figure:
        """The figure with its interval."""
        marks = self.marks(rows)
        if not marks or isnan(value := self.of(marks)):
            return Figure(self, len(marks), nan, None)
        return Figure(self, len(marks), value, bootstrap_interval(marks, seed, statistic=self.of))

    def pairs(self, rows: Sequence[R], others: Sequence[R]) -> Pairs:
        """The marks of the questions that both have and that count in both."""
        theirs = {row.id: row for row in others if self.counts(row)}
        return [(self.mark(row), self.mark(theirs[row.id])) for row in rows if self.counts(row) and row.id in theirs]

    def difference(self, pairs: Pairs) -> float:
        """The figure of the first of each pair minus that of the second."""
        return self.of([mine for mine, _ in pairs]) - self.of([theirs for _, theirs in pairs])

    def difference_interval(self, pairs: Pairs, seed: int) -> Interval | None:
        """The paired bootstrap interval of the difference; None where there is none."""
        if not pairs or isnan(self.difference(pairs)):
            return None
        return bootstrap_interval(pairs, seed, statistic=self.difference)

    def show_difference(self, pairs: Pairs, seed: int) -> str:
        """The difference as a cell, with its paired bootstrap interval."""
        interval = self.difference_interval(pairs, seed)
        return self.show(self.difference(pairs), interval, sign="+") if interval else "–"

    def show(self, value: float, interval: Interval | None = None, sign: str = "") -> str:
        """A figure as a cell: "83 [75–90]", or with `sign` "+": "+12 [+3 to +20]"."""
        if isnan(value):
            return "–"
        ends = (interval.low, interval.high) if interval else ()
        figure, *low_high = (f"{self.scale * x:{sign}z.{self.digits}f}" for x in (value, *ends))
        between = " to " if sign else "–"
        return f"{figure} [{between.join(low_high)}]" if low_high else figure


@dataclass(frozen=True, slots=True)
class Figure:
    """What a measure found over `n` rows: nan and no interval where none counts."""

    measure: Measure[Any]
    n: int
    value: float
    interval: Interval | None

    def __str__(self) -> str:
        return self.measure.show(self.value, self.interval)

    def as_json(self) -> dict[str, Any]:
        """The figure in a record: unscaled, None for what is not known."""
        return {
            "key": self.measure.key,
            "label": self.measure.label,
            "n": self.n,
            "value": None if isnan(self.value) else self.value,
            "low": self.interval.low if self.interval else None,
            "high": self.interval.high if self.interval else None,
            "scale": self.measure.scale,
            "digits": self.measure.digits,
        }


# ------------------------------------------ what is made of marks, where it is not their mean

AT_RATE = 0.1  # false refusals at which the refusal recall of all systems is compared


def auroc_of(marks: Sequence[tuple[float, bool]]) -> float:
    """`metrics.auroc` of pairs of a confidence and a label."""
    return auroc(*zip(*marks, strict=True))


def refusal_recall_of(marks: Sequence[tuple[float, bool]]) -> float:
    """`metrics.refusal_recall_at` a tenth of false refusals, of pairs of a confidence and whether answerable."""
    return refusal_recall_at(AT_RATE, *zip(*marks, strict=True))


def p95(values: Sequence[float]) -> float:
    """The 95th percentile.

    >>> p95([float(n) for n in range(101)]), p95([0.5])
    (95.0, 0.5)
    """
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]
