"""What a table says of a run: MEASURES, a row each, from the marks of many questions to one figure.

A measure names the rows that it is taken over, the mark that it takes of each, and what it makes of the marks.
A figure is that with its 95 % bootstrap interval; two runs of the same questions are compared pair by pair, which
tells more than two intervals that overlap. How a single answer is marked is in runner.py and metrics.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isnan, nan
from statistics import fmean, median, quantiles
from typing import Any

from evals.calibration import Bin, calibration, expected_calibration_error
from evals.metrics import (
    Interval,
    auroc,
    bootstrap_interval,
    false_refusals,
    refusal_recall,
    refusal_recall_at,
)
from evals.paired import Pairs
from evals.runner import Record, Row

AT_RATE = 0.1  # false refusals at which the refusal recall of all systems is compared


@dataclass(frozen=True, slots=True)
class Measure:
    """A line of the table. `mark` is what it takes of a row that `counts`, `of` what it makes of the marks."""

    key: str
    label: str
    counts: Callable[[Row], bool]
    mark: Callable[[Row], Any]
    of: Callable[[Sequence[Any]], float] = fmean
    scale: float = 100  # shown in per cent
    digits: int = 0

    def marks(self, rows: Sequence[Row]) -> tuple[Any, ...]:
        """The marks of the rows that count."""
        return tuple(self.mark(row) for row in rows if self.counts(row))

    def value(self, rows: Sequence[Row]) -> float:
        """The figure, nan where no row counts."""
        marks = self.marks(rows)
        return self.of(marks) if marks else nan

    def figure(self, rows: Sequence[Row], seed: int) -> Figure:
        """The figure with its interval."""
        marks = self.marks(rows)
        if not marks or isnan(value := self.of(marks)):
            return Figure(self, len(marks), nan, None)
        return Figure(self, len(marks), value, bootstrap_interval(marks, seed, statistic=self.of))

    def pairs(self, rows: Sequence[Row], others: Sequence[Row]) -> Pairs:
        """The marks of the questions that both have and that count in both."""
        theirs = {row.id: row for row in others if self.counts(row)}
        return [(self.mark(row), self.mark(theirs[row.id])) for row in rows if self.counts(row) and row.id in theirs]

    def difference(self, pairs: Pairs) -> float:
        """The figure of the first of each pair minus that of the second."""
        return self.of([mine for mine, _ in pairs]) - self.of([theirs for _, theirs in pairs])

    def show_difference(self, pairs: Pairs, seed: int) -> str:
        """The difference as a cell, with its paired bootstrap interval."""
        if not pairs or isnan(value := self.difference(pairs)):
            return "–"
        return self.show(value, bootstrap_interval(pairs, seed, statistic=self.difference), sign="+")

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

    measure: Measure
    n: int
    value: float
    interval: Interval | None

    def __str__(self) -> str:
        return self.measure.show(self.value, self.interval)


@dataclass(frozen=True, slots=True)
class Scored:
    """A record and its figures, in the order of MEASURES."""

    record: Record
    figures: tuple[Figure, ...]

    @property
    def name(self) -> str:
        """Who answered."""
        return self.record.responder


def scored(record: Record, seed: int) -> Scored:
    """The figures of a record. The same seed gives the same intervals."""
    return Scored(record, tuple(measure.figure(record.rows, seed) for measure in MEASURES))


def bins(record: Record) -> tuple[Bin, ...]:
    """The calibration of a record: over all questions, one without an answer being right never."""
    rows = record.rows
    return calibration([row.confidence for row in rows], [_answered_rightly(row) for row in rows])


@dataclass(frozen=True, slots=True)
class Refusals:
    """How many questions of a group were refused."""

    group: str
    n: int
    refused: int


def refusals(record: Record) -> tuple[Refusals, ...]:
    """The groups of questions that a record has, those first that ought to be refused."""
    groups: dict[str, Callable[[Row], bool]] = {
        "near misses": _near_miss,
        "off topic": lambda row: _unanswerable(row) and not row.near_miss,
        "answerable": _answerable,
    }
    counted = [(name, [row.refused for row in record.rows if belongs(row)]) for name, belongs in groups.items()]
    return tuple(Refusals(name, len(flags), sum(flags)) for name, flags in counted if flags)


def _answerable(row: Row) -> bool:
    return row.answerable


def _unanswerable(row: Row) -> bool:
    return not row.answerable


def _near_miss(row: Row) -> bool:
    return row.near_miss


def _any(row: Row) -> bool:
    return True


def _answered_rightly(row: Row) -> bool:
    return row.answerable and row.right


def _unzipped(of: Callable[[Sequence[float], Sequence[bool]], float]) -> Callable[[Sequence[Any]], float]:
    """A function of two series as one of pairs."""
    return lambda marks: of(*zip(*marks, strict=True))


def _95th(values: Sequence[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


def _recall_at(confidences: Sequence[float], answerable: Sequence[bool]) -> float:
    return refusal_recall_at(AT_RATE, confidences, answerable)


HIT_AT_5 = Measure("hit@5", "hit@5, %", _answerable, lambda row: row.hit_at_5)
ALL_FACTS = Measure("all facts", "all facts, %", _answerable, lambda row: all(row.facts_found))
CITED = Measure("evidence cited", "a citation on the evidence, %", _answerable, lambda row: row.cites_evidence)
RIGHT = Measure("right", "right (all facts, evidence cited), %", _answerable, lambda row: row.right)
REFUSED = Measure("refused", "refused, %", _any, lambda row: row.refused)

MEASURES = (
    Measure("hit@1", "hit@1, %", _answerable, lambda row: row.hit_at_1),
    HIT_AT_5,
    Measure("all evidence@5", "all evidence@5, %", _answerable, lambda row: row.all_at_5),
    Measure("nDCG@10", "nDCG@10", _answerable, lambda row: row.ndcg_at_10, scale=1, digits=2),
    Measure("MRR", "mean reciprocal rank", _answerable, lambda row: row.reciprocal_rank, scale=1, digits=2),
    Measure("words in the top 5", "words in the top 5", _answerable, lambda row: row.context_words, scale=1),
    ALL_FACTS,
    Measure("share of facts", "share of facts, %", _answerable, lambda row: fmean(row.facts_found)),
    Measure(
        "all facts in one sentence",
        "all facts in the first sentence, %",
        _answerable,
        lambda row: all(row.facts_in_first_sentence),
    ),
    Measure("span F1", "span F1, %", lambda row: row.answerable and row.span_f1 is not None, lambda row: row.span_f1),
    CITED,
    Measure("evidence share", "share of the evidence cited, %", _answerable, lambda row: row.evidence_share),
    Measure(
        "citation recall",
        "citation recall, %",
        lambda row: row.answerable and row.citation_recall is not None,
        lambda row: row.citation_recall,
    ),
    Measure(
        "citation precision",
        "citation precision, %",
        lambda row: row.answerable and row.citation_precision is not None,
        lambda row: row.citation_precision,
    ),
    RIGHT,
    Measure("words an answer", "words an answer", _answerable, lambda row: row.words, scale=1),
    Measure("refusal recall", "refusal recall, %", _unanswerable, lambda row: row.outcome, refusal_recall),
    Measure(
        "refusal recall, near misses",
        "refusal recall, near misses, %",
        _near_miss,
        lambda row: row.outcome,
        refusal_recall,
    ),
    Measure("false refusals", "false refusals, %", _answerable, lambda row: row.outcome, false_refusals),
    Measure(
        "refusal recall at 10 %",
        "refusal recall at 10 % false refusals, %",
        _any,
        lambda row: (row.confidence, row.answerable),
        _unzipped(_recall_at),
    ),
    Measure(
        "refusal recall at 10 %, near misses",
        "the same, near misses, %",
        lambda row: row.answerable or row.near_miss,
        lambda row: (row.confidence, row.answerable),
        _unzipped(_recall_at),
    ),
    Measure(
        "AUROC, answerable",
        "AUROC, answerable or not",
        _any,
        lambda row: (row.confidence, row.answerable),
        _unzipped(auroc),
        scale=1,
        digits=2,
    ),
    Measure(
        "AUROC, right",
        "AUROC, right or wrong",
        _any,
        lambda row: (row.confidence, _answered_rightly(row)),
        _unzipped(auroc),
        scale=1,
        digits=2,
    ),
    Measure(
        "calibration error",
        "expected calibration error, %",
        _any,
        lambda row: (row.confidence, _answered_rightly(row)),
        _unzipped(expected_calibration_error),
    ),
    Measure("seconds, median", "seconds an answer, median", _any, lambda row: row.seconds, median, scale=1, digits=4),
    Measure("seconds, p95", "seconds an answer, 95th percentile", _any, lambda row: row.seconds, _95th, 1, 4),
)

#: The columns of the table by kind.
BY_KIND = (HIT_AT_5, ALL_FACTS, CITED, RIGHT, REFUSED)
