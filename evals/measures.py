"""The measures of `python -m evals`: MEASURES, a line of the table each, and what else is said of a record.

How a measure becomes a figure is in figures.py, how a single answer is marked in runner.py and metrics.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from evals.calibration import Bin, calibration, expected_calibration_error
from evals.figures import Figure, Measure, auroc_of, p95, refusal_recall_of
from evals.metrics import Outcome, false_refusals, refusal_recall
from evals.runner import Record, Row


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


def _calibration_error(marks: Sequence[tuple[float, bool]]) -> float:
    confidences, right = zip(*marks, strict=True)
    return expected_calibration_error(confidences, right)


def _sure_of_an_answer(row: Row) -> tuple[float, bool]:
    return row.confidence, row.answerable


def _sure_to_be_right(row: Row) -> tuple[float, bool]:
    return row.confidence, _answered_rightly(row)


def _outcome(row: Row) -> Outcome:
    return row.outcome


HIT_AT_5: Measure[Row] = Measure("hit@5", "hit@5, %", _answerable, lambda row: row.hit_at_5, main=True)
ALL_FACTS: Measure[Row] = Measure("all facts", "all facts, %", _answerable, lambda row: all(row.facts_found), main=True)
CITED: Measure[Row] = Measure(
    "evidence cited", "a citation on the evidence, %", _answerable, lambda row: row.cites_evidence
)
RIGHT: Measure[Row] = Measure(
    "right", "right (all facts, evidence cited), %", _answerable, lambda row: row.right, main=True
)
REFUSED: Measure[Row] = Measure("refused", "refused, %", _any, lambda row: row.refused)

MEASURES: tuple[Measure[Row], ...] = (
    Measure("hit@1", "hit@1, %", _answerable, lambda row: row.hit_at_1),
    HIT_AT_5,
    Measure("all evidence@5", "all evidence@5, %", _answerable, lambda row: row.all_at_5),
    Measure("nDCG@10", "nDCG@10", _answerable, lambda row: row.ndcg_at_10, scale=1, digits=2, main=True),
    Measure("MRR", "mean reciprocal rank", _answerable, lambda row: row.reciprocal_rank, scale=1, digits=2, main=True),
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
        main=True,
    ),
    Measure(
        "citation precision",
        "citation precision, %",
        lambda row: row.answerable and row.citation_precision is not None,
        lambda row: row.citation_precision,
        main=True,
    ),
    RIGHT,
    Measure("words an answer", "words an answer", _answerable, lambda row: row.words, scale=1, main=True),
    Measure("refusal recall", "refusal recall, %", _unanswerable, _outcome, refusal_recall, main=True),
    Measure("refusal recall, near misses", "refusal recall, near misses, %", _near_miss, _outcome, refusal_recall),
    Measure("false refusals", "false refusals, %", _answerable, _outcome, false_refusals, main=True),
    Measure(
        "refusal recall at 10 %",
        "refusal recall at 10 % false refusals, %",
        _any,
        _sure_of_an_answer,
        refusal_recall_of,
    ),
    Measure(
        "refusal recall at 10 %, near misses",
        "the same, near misses, %",
        lambda row: row.answerable or row.near_miss,
        _sure_of_an_answer,
        refusal_recall_of,
    ),
    Measure("AUROC, answerable", "AUROC, answerable or not", _any, _sure_of_an_answer, auroc_of, scale=1, digits=2),
    Measure("AUROC, right", "AUROC, right or wrong", _any, _sure_to_be_right, auroc_of, scale=1, digits=2, main=True),
    Measure("calibration error", "expected calibration error, %", _any, _sure_to_be_right, _calibration_error),
    Measure(
        "seconds, median",
        "seconds an answer, median",
        _any,
        lambda row: row.seconds,
        median,
        scale=1,
        digits=3,
        main=True,
    ),
    Measure(
        "seconds, p95", "seconds an answer, 95th percentile", _any, lambda row: row.seconds, p95, scale=1, digits=3
    ),
)

#: The columns of the table by kind.
BY_KIND = (HIT_AT_5, ALL_FACTS, CITED, RIGHT, REFUSED)
