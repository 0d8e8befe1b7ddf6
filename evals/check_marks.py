"""What is measured of a checker of claims: trials and rows, their figures, the table of confusion.

Pure functions over rows. Where the trials come from is in check.py and squad_claims.py, what they are compared with
in similarity.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from statistics import fmean, median
from typing import Any

from app.check.verdict import Difference, Judgement, Verdict
from evals.calibration import expected_calibration_error
from evals.cases import Place
from evals.figures import Measure, auroc_of
from evals.metrics import fold, shared
from evals.report import Table

SUPPORTED, CONTRADICTED, NOT_IN_SOURCES = Verdict


@dataclass(frozen=True, slots=True)
class Trial:
    """A claim with the verdict that it ought to get.

    `group` is what is so or not so about it ("reworded", "number", "near miss"), `evidence` where the sources state
    it or state otherwise. Of a contradicted one, `wrong` are its words that are not so, `right` those of the sources.
    """

    id: str
    claim: str
    verdict: Verdict
    group: str
    evidence: tuple[Place, ...] = ()
    wrong: str = ""
    right: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """What one checker made of a trial. None where it does not say so: how sure it is, what differs.

    `quotes_evidence` is whether a place that it cites overlaps the evidence, `names_wrong` whether its differences
    name the words that are not so, `shown` what a reader is shown.
    """

    id: str
    claim: str
    group: str
    verdict: Verdict
    given: Verdict
    quotes_evidence: bool = False
    names_wrong: bool | None = None
    confidence: float | None = None
    seconds: float | None = None
    shown: str = ""

    @property
    def right(self) -> bool:
        """Whether the verdict is the true one."""
        return self.given is self.verdict

    def as_json(self) -> dict[str, Any]:
        """The row in a record, without texts: claims are looked up by their id."""
        return {key: value for key, value in asdict(self).items() if key not in {"claim", "shown"}}


def mark(trial: Trial, judgement: Judgement, seconds: float) -> Row:
    """The row of a judgement."""
    cited = [Place(citation.source_id, citation.span) for citation in judgement.citations]
    return Row(
        id=trial.id,
        claim=trial.claim,
        group=trial.group,
        verdict=trial.verdict,
        given=judgement.verdict,
        quotes_evidence=overlaps(cited, trial.evidence),
        names_wrong=names_wrong(judgement.differences, trial.wrong, trial.right),
        confidence=judgement.confidence,
        seconds=seconds,
        shown=_shown(judgement),
    )


def _shown(judgement: Judgement) -> str:
    quotes = judgement.citations or (judgement.nearest,)
    differences = [f"[{one.kind}: {one.said!r} for {one.instead!r}]" for one in judgement.differences]
    return " ".join([*differences, *(" ".join(quote.quote.split()) for quote in quotes if quote)])


def overlaps(cited: Sequence[Place], evidence: Sequence[Place]) -> bool:
    """Whether one of the cited places shares a character with the evidence."""
    return any(shared(place, other) > 0 for place in cited for other in evidence)


def names_wrong(differences: Sequence[Difference], wrong: str, right: str) -> bool:
    """Whether differences name what is wrong about a claim: a word of `wrong` that `right` has not.

    Where there is none ("was planned" for "was not planned"), it is a word of `right`, named as the source's.

    >>> from app.details import Detail
    >>> one = Difference(Detail.DATE, "May 3, 1948", "1945")
    >>> names_wrong([one], "May 1948", "May 1945"), names_wrong([one], "August 1948", "May 1948")
    (True, False)
    >>> names_wrong([Difference(Detail.NEGATION, "", "not planned")], "was planned", "was not planned")
    True
    """
    mine, theirs = _words(wrong), _words(right)
    if telling := mine - theirs:
        return any(telling & _words(one.said) for one in differences)
    return any((theirs - mine) & _words(one.instead) for one in differences)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", fold(text)))


# --------------------------------------------------------------------------------------------------------- the figures


def measures(rows: Sequence[Row]) -> tuple[Measure[Row], ...]:
    """The lines of the table, those of the groups that are among the rows at the end."""
    groups = dict.fromkeys(
        (row.verdict, row.group) for row in sorted(rows, key=lambda row: list(Verdict).index(row.verdict))
    )
    return (
        *MEASURES,
        *(
            Measure(
                f"{verdict}: {group}",
                f"{verdict.replace('_', ' ')}, {group}: right, %",
                partial(_in, verdict, group),
                _right,
            )
            for verdict, group in groups
        ),
    )


def _in(verdict: Verdict, group: str, row: Row) -> bool:
    return (row.verdict, row.group) == (verdict, group)


def _any(row: Row) -> bool:
    return True


def _right(row: Row) -> bool:
    return row.right


def _quotable(row: Row) -> bool:
    return row.right and row.given is not NOT_IN_SOURCES


def _is(verdict: Verdict) -> Callable[[Row], bool]:
    return lambda row: row.verdict is verdict


def _called(verdict: Verdict) -> Callable[[Row], bool]:
    return lambda row: row.given is verdict


def _sure(row: Row) -> bool:
    return row.confidence is not None


def _stated(row: Row) -> tuple[float | None, bool]:
    return row.confidence, row.right


def _of_verdict(row: Row) -> tuple[Verdict, bool]:
    return row.verdict, row.right


def macro(marks: Sequence[tuple[Verdict, bool]]) -> float:
    """The mean, over the verdicts that occur, of the share that is right: each verdict counts alike.

    >>> macro([(Verdict.SUPPORTED, True), (Verdict.SUPPORTED, True), (Verdict.CONTRADICTED, False)])
    0.5
    """
    by_verdict: dict[Verdict, list[bool]] = {}
    for verdict, right in marks:
        by_verdict.setdefault(verdict, []).append(right)
    return fmean(fmean(flags) for flags in by_verdict.values())


def _calibration_error(marks: Sequence[tuple[float, bool]]) -> float:
    confidences, right = zip(*marks, strict=True)
    return expected_calibration_error(confidences, right)


MEASURES: tuple[Measure[Row], ...] = (
    Measure("accuracy", "right verdict, %", _any, _right, main=True),
    Measure("macro accuracy", "right verdict, the three counting alike, %", _any, _of_verdict, macro, main=True),
    Measure(
        "contradicted called supported",
        "contradicted, called supported, %",
        _is(CONTRADICTED),
        _called(SUPPORTED),
        main=True,
    ),
    Measure(
        "not in sources called supported",
        "not in the sources, called supported, %",
        _is(NOT_IN_SOURCES),
        _called(SUPPORTED),
        main=True,
    ),
    Measure(
        "right quote",
        "right, and quotes the evidence, % of those right",
        _quotable,
        lambda r: r.quotes_evidence,
        main=True,
    ),
    Measure(
        "right difference",
        "contradicted, and names what differs, % of those right",
        lambda r: _quotable(r) and r.given is CONTRADICTED and r.names_wrong is not None,
        lambda r: r.names_wrong,
        main=True,
    ),
    Measure("confidence", "stated confidence, mean, %", _sure, lambda r: r.confidence),
    Measure("AUROC, right", "AUROC of it, right or wrong", _sure, _stated, auroc_of, scale=1, digits=2),
    Measure("calibration error", "its expected calibration error, %", _sure, _stated, _calibration_error),
    Measure(
        "seconds, median",
        "seconds a claim, median",
        lambda r: r.seconds is not None,
        lambda r: r.seconds,
        median,
        scale=1,
        digits=3,
    ),
)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a cosine's verdict changes; `lower` <= `upper`."""

    lower: float
    upper: float

    def verdict(self, cosine: float) -> Verdict:
        """The verdict on a claim whose best cosine that is."""
        if cosine >= self.upper:
            return Verdict.SUPPORTED
        return Verdict.CONTRADICTED if cosine >= self.lower else Verdict.NOT_IN_SOURCES


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run: the rows of the checker and of the baseline, whose thresholds were fitted on `fitted`."""

    title: str
    checker: tuple[Row, ...]
    similarity: tuple[Row, ...]
    thresholds: Thresholds
    fitted: str

    @property
    def systems(self) -> tuple[tuple[str, tuple[Row, ...]], ...]:
        """The rows by the name of what judged."""
        return ("checker", self.checker), ("similarity", self.similarity)


def compared(title: str, systems: Sequence[tuple[str, Sequence[Row]]], seed: int, *, main: bool = False) -> Table:
    """The measures of each named system; `n` is of the first, "*" is what differs from it by more than chance."""
    (_, first), *others = systems
    lines = []
    for measure in measures(first):
        if main and not measure.main:
            continue
        figure = measure.figure(first, seed)
        theirs = [f"{measure.figure(rows, seed)}{_differs(measure, first, rows, seed)}" for _, rows in others]
        lines.append((measure.label, str(figure.n), str(figure), *theirs))
    return Table(title, ("", "n", *(name for name, _ in systems)), tuple(lines))


def _differs(measure: Measure[Row], first: Sequence[Row], other: Sequence[Row], seed: int) -> str:
    interval = measure.difference_interval(measure.pairs(first, other), seed)
    return " *" if interval and not interval.low <= 0 <= interval.high else "  "


def confusion(name: str, rows: Sequence[Row]) -> Table:
    """How many claims of each true verdict, a row each, were given which, a column each."""
    lines = []
    for verdict in Verdict:
        given = [row.given for row in rows if row.verdict is verdict]
        lines.append((verdict.replace("_", " "), *(str(given.count(other)) for other in Verdict)))
    return Table(f"True verdict, and given by {name}", ("", *(v.replace("_", " ") for v in Verdict)), tuple(lines))
