"""`python -m evals grading`: are short answers graded as a teacher would grade them?

    python -m evals grading [--split dev]   accuracy by kind of answer, and the two harmful shares; totals only of test
    python -m evals grading --wrong         the rows of the development half that went wrong

The rows are student answers to short items (short_answers.py). Beside the grader stands the baseline: the cosine of the
answer with the expected one alone, with two thresholds that are fitted on the development half.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from app.check.verdict import Verdict
from app.study.item import Outcome
from evals.calibration import wilson_interval
from evals.cases import DATASETS, TOTALS_ONLY, CaseError
from evals.check_marks import Thresholds
from evals.fresh import fresh_settings
from evals.report import Table, show
from evals.short_answers import BENCHMARKS, Row, by_tutor, expected_answers, read_rows
from evals.similarity import fit

if TYPE_CHECKING:
    from vectorstore.embedding import Embedder

#: What the baseline's two thresholds part: the outcomes in the places of the verdicts that similarity.py fits them for.
_PLACES: Mapping[Outcome, Verdict] = {
    Outcome.RIGHT: Verdict.SUPPORTED,
    Outcome.PARTLY: Verdict.CONTRADICTED,
    Outcome.WRONG: Verdict.NOT_IN_SOURCES,
}
_OUTCOMES = {verdict: outcome for outcome, verdict in _PLACES.items()}

NOTE = (
    "In brackets: Wilson's 95 % interval. Cosine alone: of the answer with the expected one, with two thresholds\n"
    "fitted on the development half."
)


@dataclass(frozen=True, slots=True)
class Result:
    """A row, what the grader made of it, and what the baseline did."""

    row: Row
    graded: Outcome
    note: str
    by_cosine: Outcome


def main(argv: Sequence[str]) -> int:
    """Runs the command and returns 0.

    Raises:
        TutorError: the rows cannot be read, or the sources cannot be indexed.
    """
    args = _parser().parse_args(argv)
    if args.wrong and args.split == "test":
        raise CaseError(TOTALS_ONLY)
    rows, dev = (read_rows(rows_of(split)) for split in (args.split, "dev"))
    results = graded(rows, dev)
    left_out = len(rows) - len(results)
    blocks: list[str | Table] = [accuracy(args.split, results), harm(results), NOTE]
    if left_out:
        blocks.append(f"{left_out} rows are left out: they are about articles of {BENCHMARKS}, which is not there.")
    show([*blocks, *(wrong(results) if args.wrong else ())], markdown=args.markdown)
    return 0


def rows_of(split: str) -> Path:
    """The file of a half."""
    return DATASETS / f"short_answers_{split}.jsonl"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals grading", description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--split", choices=("dev", "test"), default="test", help="which half of the answers (test)")
    add("--wrong", action="store_true", help="list the answers that were graded otherwise (not of the test half)")
    add("--markdown", action="store_true", help="print the tables as Markdown for a README")
    return parser


def graded(rows: Sequence[Row], dev: Sequence[Row]) -> list[Result]:
    """The rows with what becomes of them, over fresh indexes that are deleted afterwards."""
    from dataclasses import replace

    from app.build import build_embedder, build_tutor
    from app.study.grading.grader import Grader

    found = []
    with fresh_settings(None) as settings:
        embedder = build_embedder(settings)
        thresholds = fitted(dev, embedder)
        articles = replace(settings, index=settings.home / "articles" / "index")
        for tutor, items in by_tutor(rows, build_tutor(settings), articles, embedder):
            grader = Grader(tutor)
            cosines = _cosines([(row.given, item.answer) for row, item in items], embedder)
            for (row, item), cosine in zip(items, cosines, strict=True):
                one = grader.grade(item, row.given)
                found.append(Result(row, one.outcome, one.note, _OUTCOMES[thresholds.verdict(cosine)]))
    return found


def fitted(rows: Sequence[Row], embedder: Embedder) -> Thresholds:
    """The thresholds of the baseline that give the most rows their outcome."""
    answers = expected_answers(rows)
    known = [row for row in rows if row.id in answers]
    cosines = _cosines([(row.given, answers[row.id]) for row in known], embedder)
    return fit(cosines, [_PLACES[row.outcome] for row in known])


def _cosines(pairs: Sequence[tuple[str, str]], embedder: Embedder) -> list[float]:
    one, other = (embedder.embed([pair[side] for pair in pairs]) for side in (0, 1))
    return [float(cosine) for cosine in np.einsum("ij,ij->i", one, other)]


def accuracy(split: str, results: Sequence[Result]) -> Table:
    """The share of answers that got their outcome, by kind and of all."""
    ordered = sorted(results, key=lambda one: one.row.kind)
    groups = [(kind, list(some)) for kind, some in groupby(ordered, key=lambda one: one.row.kind)]
    lines = [_line(kind, some) for kind, some in sorted(groups, key=lambda group: -len(group[1]))]
    places = {"sources": [r for r in results if not r.row.file], "articles": [r for r in results if r.row.file]}
    lines += [_line(f"of {place}", some) for place, some in places.items() if some]
    title = f"{len(results)} short answers ({split}): graded as by the teacher, %"
    return Table(title, ("", "n", "grader", "cosine alone"), (*lines, _line("all", results)))


def _line(name: str, results: Sequence[Result]) -> tuple[str, ...]:
    right = [one.graded is one.row.outcome for one in results]
    alone = [one.by_cosine is one.row.outcome for one in results]
    return name, str(len(results)), share(right), share(alone)


def share(marks: Sequence[bool]) -> str:
    """A share as a cell: "96 [94–98]"."""
    if not marks:
        return "–"
    interval = wilson_interval(sum(marks), len(marks))
    return f"{100 * sum(marks) / len(marks):.1f} [{100 * interval.low:.0f}–{100 * interval.high:.0f}]"


def harm(results: Sequence[Result]) -> Table:
    """How often a wrong answer passes for right, and a right one for wrong."""
    lines = []
    for truth, graded_as in ((Outcome.WRONG, Outcome.RIGHT), (Outcome.RIGHT, Outcome.WRONG)):
        some = [one for one in results if one.row.outcome is truth]
        cells = share([one.graded is graded_as for one in some]), share([one.by_cosine is graded_as for one in some])
        lines.append((f"{truth} answers graded {graded_as}", str(len(some)), *cells))
    return Table("Harmful grades, %", ("", "n", "grader", "cosine alone"), tuple(lines))


def wrong(results: Sequence[Result]) -> list[str]:
    """The answers that were graded otherwise, a line each."""
    return [
        f"{one.row.id} {one.row.kind}: {one.row.outcome}, graded {one.graded}: {one.row.given} ({one.note})"
        for one in results
        if one.graded is not one.row.outcome
    ]
