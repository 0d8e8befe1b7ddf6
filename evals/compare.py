"""Two runs side by side: what changed from A to B, figure by figure and question by question. Asks nothing.

Compared are the tutors of both records, over the questions that both were asked. A figure's change has a paired
bootstrap interval and a p value (paired.py): McNemar's for yes/no marks, a permutation test's for all others. Of a
held-out run only counts by kind are shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isnan
from pathlib import Path
from statistics import fmean

from evals.cases import CaseError, Kind
from evals.figures import Measure
from evals.measures import MEASURES
from evals.metrics import Outcome
from evals.paired import Pairs, mcnemar, permutation_p
from evals.records import Run
from evals.report import Table
from evals.runner import Row

NOTES = (
    "p: exact McNemar test for yes/no marks, else a permutation test within the pairs; not corrected for the number",
    "of figures, so of twenty that did not change one is below 0.05. In brackets: 95 % paired bootstrap intervals.",
)


class Change(StrEnum):
    """What became of a question from A to B."""

    FIXED = "fixed"  # wrong, then right
    BROKEN = "broken"  # right, then wrong
    OTHER = "other marks"  # as right or wrong as before, but a mark changed


@dataclass(frozen=True, slots=True)
class Pair:
    """One question in both runs. `question` is "" if a run is held out."""

    before: Row
    after: Row
    question: str

    @property
    def marks(self) -> str:
        """The marks that changed: "hit@5 no → yes, facts 1 → 2"."""
        shown = ((name, mark(self.before), mark(self.after)) for name, mark in _COMPARED.items())
        return ", ".join(f"{name} {before} → {after}" for name, before, after in shown if before != after)

    @property
    def change(self) -> Change | None:
        """What became of it; None if all marks are as they were."""
        if self.before.right != self.after.right:
            return Change.FIXED if self.after.right else Change.BROKEN
        return Change.OTHER if self.marks else None


@dataclass(frozen=True, slots=True)
class Matched:
    """The questions that two runs share, in the order of A, and how many were left out, and why."""

    pairs: tuple[Pair, ...]
    only_a: int
    only_b: int
    reworded: int

    @property
    def remark(self) -> str:
        """What is compared."""
        left_out = {"only in A": self.only_a, "only in B": self.only_b, "put otherwise in B": self.reworded}
        parts = ", ".join(f"{count} {why}" for why, count in left_out.items() if count)
        return f"{len(self.pairs)} questions in both" + (f"; left out: {parts}" if parts else "")


def match(a: Run, b: Run) -> Matched:
    """The questions of two runs by their ids. One that is put otherwise in the other run is no pair.

    Raises:
        CaseError: there is no question in common.
    """
    theirs = {row.id: row for row in b.tutor.rows}
    both = [(row, theirs[row.id]) for row in a.tutor.rows if row.id in theirs]
    held_out = a.heading.held_out or b.heading.held_out
    pairs = tuple(
        Pair(before, after, "" if held_out else a.questions.get(before.id, ""))
        for before, after in both
        if _form(before) == _form(after) and (held_out or a.questions.get(before.id) == b.questions.get(after.id))
    )
    if not pairs:
        raise CaseError(f"the two runs have no question in common (A: {a.heading.dataset}, B: {b.heading.dataset})")
    return Matched(pairs, len(a.tutor.rows) - len(both), len(theirs) - len(both), len(both) - len(pairs))


def comparison(a: Run, b: Run, paths: tuple[Path, Path], seed: int) -> tuple[str, Table, str | Table]:
    """What is printed: which runs, the figures, and what changed question by question, or by kind if held out.

    Raises:
        CaseError: there is no question in common.
    """
    matched = match(a, b)
    head = [f"{name}: {path}  {_about(run)}" for name, path, run in zip("AB", paths, (a, b), strict=True)]
    held_out = a.heading.held_out or b.heading.held_out
    changed = changes_by_kind(matched.pairs) if held_out else changes(matched.pairs)
    return "\n".join([*head, matched.remark]), figures(matched.pairs, seed), changed


def figures(pairs: Sequence[Pair], seed: int) -> Table:
    """Each measure of A and of B over the questions that count in both, the change, and its p value."""
    rows = []
    before, after = [pair.before for pair in pairs], [pair.after for pair in pairs]
    for measure in MEASURES:
        marks = measure.pairs(after, before)
        shown = [
            measure.show(measure.of(side)) if side else "–" for side in ([x for _, x in marks], [x for x, _ in marks])
        ]
        change = measure.show_difference(marks, seed)
        rows.append(
            (measure.label, str(len(marks)), *shown, change, "–" if change == "–" else _p(measure, marks, seed))
        )
    return Table("The tutor, A and B", ("", "n", "A", "B", "B − A", "p"), tuple(rows))


def changes(pairs: Sequence[Pair]) -> str:
    """Every question that changed, under what became of it, with the marks that did."""
    blocks = []
    for change in Change:
        of_change = [pair for pair in pairs if pair.change is change]
        lines = [f"{change.value}: {len(of_change)}"]
        for pair in of_change:
            lines += [f"  {pair.before.id} ({pair.before.kind.value}): {pair.question}", f"    {pair.marks}"]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def changes_by_kind(pairs: Sequence[Pair]) -> Table:
    """How many questions of each kind changed, and how."""
    rows = []
    for kind in Kind:
        of_kind = [pair for pair in pairs if pair.before.kind is kind]
        if of_kind:
            counts = Counter(pair.change for pair in of_kind)
            rows.append((kind.value.replace("_", " "), str(len(of_kind)), *(str(counts[change]) for change in Change)))
    return Table("Changed questions (held out: by kind only)", ("", "n", *map(str, Change)), tuple(rows))


def p_value(measure: Measure[Row], pairs: Pairs, seed: int) -> float:
    """The p value of what a measure makes of the pairs: McNemar's where all marks are yes or no.

    Of other single marks it is the mean that is tested, under a median or a percentile too, which turning pairs
    round may leave at two values only.
    """
    if all(isinstance(mark, bool | Outcome) for pair in pairs for mark in pair):
        changed = Counter(before for before, after in pairs if before != after)
        one_way, other_way = [*changed.values(), 0, 0][:2]
        return mcnemar(one_way, other_way)
    if all(isinstance(mark, float | int) for pair in pairs for mark in pair):
        return permutation_p(pairs, _mean_difference, seed)
    return permutation_p(pairs, measure.difference, seed)


def _mean_difference(pairs: Pairs) -> float:
    return fmean(mine - theirs for mine, theirs in pairs)


def _p(measure: Measure[Row], pairs: Pairs, seed: int) -> str:
    p = p_value(measure, pairs, seed)
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def _about(run: Run) -> str:
    heading = run.heading
    return f"{heading.made:%Y-%m-%d %H:%M}  {heading.dataset}  {heading.about.get('commit', '')}".rstrip()


def _form(row: Row) -> tuple[Kind, bool, int]:
    """What two rows of one question have in common whoever answers."""
    return row.kind, row.answerable, len(row.facts_found)


def _yes(mark: Callable[[Row], bool]) -> Callable[[Row], str]:
    return lambda row: "yes" if mark(row) else "no"


def _share(mark: Callable[[Row], float | None]) -> Callable[[Row], str]:
    def show(row: Row) -> str:
        value = mark(row)
        return "–" if value is None or isnan(value) else f"{value:.2f}"

    return show


#: The marks whose change makes a question a changed one. How sure, how long and how fast it was is no such mark.
_COMPARED: dict[str, Callable[[Row], str]] = {
    "refused": _yes(lambda row: row.refused),
    "facts": lambda row: str(sum(row.facts_found)),
    "evidence cited": _share(lambda row: row.evidence_share),
    "citation precision": _share(lambda row: row.citation_precision),
    "hit@1": _yes(lambda row: row.hit_at_1),
    "hit@5": _yes(lambda row: row.hit_at_5),
    "failed": _yes(lambda row: bool(row.error)),
}
