"""Records become tables, as text or as Markdown. What is in a table is MEASURES, a row each.

A figure comes with the number of questions it is taken over and its 95 % interval. Two records of the same
questions are compared question by question, which tells more than two intervals that overlap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isnan, nan
from statistics import fmean

from evals.cases import Kind
from evals.metrics import Interval, Outcome, auroc, bootstrap_interval, false_refusals, refusal_recall
from evals.runner import Record, Row

NOTES = (
    "Retrieval, facts, citations and words are means over the answerable questions. A refusal of one counts",
    "as nothing stated and 0 words, and is left out of citation precision. A question that failed gets the",
    "worst marks. In brackets: 95 % bootstrap intervals; one of no width is that method's limit.",
)


@dataclass(frozen=True, slots=True)
class Measure:
    """A line of the table: which rows it is taken over, and what it makes of them."""

    name: str
    counts: Callable[[Row], bool]
    of: Callable[[Sequence[Row]], float]
    scale: float = 100  # shown in per cent
    digits: int = 0

    def over(self, rows: Sequence[Row]) -> tuple[Row, ...]:
        """The rows that count."""
        return tuple(row for row in rows if self.counts(row))

    def value(self, rows: Sequence[Row]) -> float:
        """The figure, nan where no row counts."""
        counted = self.over(rows)
        return self.of(counted) if counted else nan

    def show(self, value: float, interval: Interval | None = None, sign: str = "") -> str:
        """A figure as a cell: "83 [75–90]", or with `sign` "+": "+12 [+3 to +20]"."""
        if isnan(value):
            return "–"
        ends = (interval.low, interval.high) if interval else ()
        figure, *low_high = (f"{self.scale * x:{sign}z.{self.digits}f}" for x in (value, *ends))
        between = " to " if sign else "–"
        return f"{figure} [{between.join(low_high)}]" if low_high else figure


def _answerable(row: Row) -> bool:
    return row.answerable


def _unanswerable(row: Row) -> bool:
    return not row.answerable


def _mean(mark: Callable[[Row], float]) -> Callable[[Sequence[Row]], float]:
    return lambda rows: fmean(mark(row) for row in rows)


def _outcomes(share: Callable[[Sequence[Outcome]], float]) -> Callable[[Sequence[Row]], float]:
    return lambda rows: share([row.outcome for row in rows])


HIT_AT_5 = Measure("hit@5, %", _answerable, _mean(lambda row: row.hit_at_5))
ALL_FACTS = Measure("all facts, %", _answerable, _mean(lambda row: all(row.facts)))
CITED = Measure("evidence cited, %", _answerable, _mean(lambda row: row.cites_evidence))
REFUSED = Measure("refused, %", lambda row: True, _mean(lambda row: row.refused))

MEASURES = (
    Measure("hit@1, %", _answerable, _mean(lambda row: row.hit_at_1)),
    HIT_AT_5,
    Measure("all evidence@5, %", _answerable, _mean(lambda row: row.all_at_5)),
    Measure("mean reciprocal rank", _answerable, _mean(lambda row: row.reciprocal_rank), scale=1, digits=2),
    Measure("words in the top 5", _answerable, _mean(lambda row: row.context_words), scale=1),
    ALL_FACTS,
    Measure("share of facts, %", _answerable, _mean(lambda row: fmean(row.facts))),
    Measure("all facts in one sentence, %", _answerable, _mean(lambda row: all(row.facts_in_first_sentence))),
    CITED,
    Measure(
        "citation precision, %",
        lambda row: row.answerable and row.citation_precision is not None,
        _mean(lambda row: row.citation_precision or 0.0),
    ),
    Measure("words an answer", _answerable, _mean(lambda row: row.words), scale=1),
    Measure("refusal recall, %", _unanswerable, _outcomes(refusal_recall)),
    Measure("refusal recall, near misses, %", lambda row: row.near_miss, _outcomes(refusal_recall)),
    Measure("false refusals, %", _answerable, _outcomes(false_refusals)),
    Measure(
        "AUROC of the confidence",
        lambda row: True,
        lambda rows: auroc([row.confidence for row in rows], [row.answerable for row in rows]),
        scale=1,
        digits=2,
    ),
)
BY_KIND = (HIT_AT_5, ALL_FACTS, CITED, REFUSED)


@dataclass(frozen=True, slots=True)
class Table:
    """A title, a header and rows of cells. The first column is text, the others are figures."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def as_text(self) -> str:
        """The table for a terminal, its columns aligned."""
        lines = [self.header, *self.rows]
        widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
        aligned = ("  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])]) for line in lines)
        return "\n".join([self.title, *(line.rstrip() for line in aligned)])

    def as_markdown(self) -> str:
        """The table for a README."""
        rule = ("---", *["---:"] * (len(self.header) - 1))
        lines = (f"| {' | '.join(row)} |" for row in (self.header, rule, *self.rows))
        return "\n".join([f"**{self.title}**", "", *lines])


def summary(title: str, records: Sequence[Record], seed: int) -> Table:
    """Each measure of each record, and the difference between the first record and each of the others.

    A difference is over the questions that both records have and that count in both.
    """
    first, others = records[0], records[1:]
    rows = []
    for measure in MEASURES:
        cells = [measure.name, str(len(measure.over(first.rows)))]
        cells += [_cell(measure, record, seed) for record in records]
        cells += [_difference(measure, first, other, seed) for other in others]
        rows.append(tuple(cells))
    differences = (f"{first.responder} − {other.responder}" for other in others)
    return Table(title, ("", "n", *(record.responder for record in records), *differences), tuple(rows))


def by_kind(record: Record) -> Table:
    """One record's measures for each kind of question that it holds."""
    rows = []
    for kind in Kind:
        of_kind = [row for row in record.rows if row.kind is kind]
        if of_kind:
            cells = (measure.show(measure.value(of_kind)) for measure in BY_KIND)
            rows.append((kind.value.replace("_", " "), str(len(of_kind)), *cells))
    return Table(f"By kind: {record.responder}", ("", "n", *(m.name for m in BY_KIND)), tuple(rows))


def failures(record: Record) -> str:
    """One line on the questions that failed, or "". It names the errors' types, never the questions."""
    errors = Counter(row.error.partition(":")[0] for row in record.rows if row.error)
    if not errors:
        return ""
    named = ", ".join(f"{name} ({n})" for name, n in errors.most_common())
    return f"{record.responder}: {errors.total()} of {len(record.rows)} questions failed: {named}"


def _cell(measure: Measure, record: Record, seed: int) -> str:
    rows = measure.over(record.rows)
    if not rows:
        return "–"
    return measure.show(measure.of(rows), bootstrap_interval(rows, seed, statistic=measure.of))


def _difference(measure: Measure, first: Record, other: Record, seed: int) -> str:
    theirs = {row.id: row for row in measure.over(other.rows)}
    pairs = [(row, theirs[row.id]) for row in measure.over(first.rows) if row.id in theirs]

    def difference(drawn: Sequence[tuple[Row, Row]]) -> float:
        return measure.of([ours for ours, _ in drawn]) - measure.of([theirs for _, theirs in drawn])

    if not pairs:
        return "–"
    return measure.show(difference(pairs), bootstrap_interval(pairs, seed, statistic=difference), sign="+")
