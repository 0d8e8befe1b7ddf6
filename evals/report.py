"""What `python -m evals` prints: scored records become tables, as text or as Markdown.

One table says how the systems compare; the others are details. What is measured is in measures.py; two runs are
laid side by side in compare.py.
"""

from __future__ import annotations

import io
import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from evals.cases import Case, Kind
from evals.figures import Measure
from evals.measures import BY_KIND, RIGHT, Scored, bins, refusals
from evals.runner import Record, Row

NOTES = (
    "Retrieval, facts, citations and words are means over the answerable questions. A refusal of one counts as",
    "nothing stated and 0 words, and is left out of citation recall and precision. Span F1 is over the questions",
    "with one fact. An answer is right for the confidence if it has all facts and cites evidence; one to a",
    "question that the sources do not answer never is. A question that failed gets the worst marks.",
    "In brackets: 95 % bootstrap intervals; one of no width is that method's limit. *: the figure differs from the",
    "first system's, for the 95 % interval of their paired difference leaves out 0.",
)


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
        lines = (f"| {' | '.join(cell.strip() for cell in row)} |" for row in (self.header, rule, *self.rows))
        return "\n".join([f"**{self.title}**", "", *lines])


def show(blocks: Sequence[str | Table], *, markdown: bool = False) -> None:
    """Print texts and tables with a blank line between them. A reader that goes away (`| head`) is no error."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that lacks the minus sign or an arrow
    texts = (
        block if isinstance(block, str) else block.as_markdown() if markdown else block.as_text() for block in blocks
    )
    try:
        print("\n\n".join(texts), flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def summary(title: str, systems: Sequence[Scored], seed: int, *, main: bool = False) -> Table:
    """The measures of each system, all of them or the main ones; `n` is of the first, "*" what differs from it."""
    first, *others = systems
    rows = []
    for row, figure in enumerate(first.figures):
        if main and not figure.measure.main:
            continue
        theirs = [f"{other.figures[row]}{_differs(first, other, figure.measure, seed)}" for other in others]
        rows.append((figure.measure.label, str(figure.n), str(figure), *theirs))
    return Table(title, ("", "n", *(system.name for system in systems)), tuple(rows))


def _differs(first: Scored, other: Scored, measure: Measure[Row], seed: int) -> str:
    """ " *" if the two differ by more than chance, else blanks of that width."""
    interval = measure.difference_interval(measure.pairs(first.record.rows, other.record.rows), seed)
    return " *" if interval and not interval.low <= 0 <= interval.high else "  "


def details(systems: Sequence[Scored], seed: int) -> list[Table]:
    """What else is said of a run: differences, kinds, refusals, the confidence."""
    apart = [differences(systems, seed)] if len(systems) > 1 else []
    return [*apart, by_kind(systems, seed), refused(systems), calibrated(systems[0].record)]


def differences(systems: Sequence[Scored], seed: int) -> Table:
    """The first system minus each of the others, over the questions that count in both."""
    first, *others = systems
    rows = []
    for figure in first.figures:
        measure = figure.measure
        pairs = (measure.pairs(first.record.rows, other.record.rows) for other in others)
        rows.append((measure.label, *(measure.show_difference(pair, seed) for pair in pairs)))
    header = ("", *(f"{first.name} − {other.name}" for other in others))
    return Table("Paired differences", header, tuple(rows))


def by_kind(systems: Sequence[Scored], seed: int) -> Table:
    """The first system's measures for each kind of question that it holds, and the others' share of right answers."""
    first, *others = systems
    columns = [*((measure, first) for measure in BY_KIND), *((RIGHT, other) for other in others)]
    rows = []
    for kind in Kind:
        n = sum(row.kind is kind for row in first.record.rows)
        if n:
            cells = (
                str(measure.figure([row for row in system.record.rows if row.kind is kind], seed))
                for measure, system in columns
            )
            rows.append((kind.value.replace("_", " "), str(n), *cells))
    header = (*(f"{measure.key}, %" for measure in BY_KIND), *(f"{other.name}: right" for other in others))
    return Table(f"By kind: {first.name}", ("", "n", *header), tuple(rows))


def refused(systems: Sequence[Scored]) -> Table:
    """How many questions of each group each system refused."""
    rows = [
        (groups[0].group, str(groups[0].n), *(str(group.refused) for group in groups))
        for groups in zip(*(refusals(system.record) for system in systems), strict=True)
    ]
    return Table("Refused", ("", "n", *(system.name for system in systems)), tuple(rows))


def calibrated(record: Record) -> Table:
    """What was stated as the confidence, and how many of those answers were right, with Wilson's interval."""
    rows = [
        (
            f"{one.low:.1f}–{one.high:.1f}",
            str(one.n),
            f"{100 * one.stated:.0f}",
            f"{100 * one.right:.0f} [{100 * one.interval.low:.0f}–{100 * one.interval.high:.0f}]",
        )
        for one in bins(record)
    ]
    return Table(f"Confidence: {record.responder}", ("", "n", "stated, %", "right, %"), tuple(rows))


def failures(name: str, errors: Sequence[str]) -> str:
    """One line on the questions that failed, or "". It names the errors' types, never the questions.

    >>> failures("tutor", ["", "ValueError: it broke", "", "KeyError: 7", "ValueError: again"])
    'tutor: 3 of 5 questions failed: ValueError (2), KeyError (1)'
    """
    types = Counter(error.partition(":")[0] for error in errors if error)
    named = ", ".join(f"{name} ({n})" for name, n in types.most_common())
    return f"{name}: {types.total()} of {len(errors)} questions failed: {named}" if named else ""


def wrong(cases: Sequence[Case], record: Record) -> str:
    """The questions that the record's rows got wrong, with what was expected and what was said."""
    lines = []
    for case, row in zip(cases, record.rows, strict=True):
        if row.right:
            continue
        earlier = "".join(f"{turn} / " for turn in case.history)
        lines += ["", f"{case.id} ({case.kind}): {earlier}{case.question}"]
        if case.answerable:
            for wordings, found in zip(case.facts, row.facts_found, strict=True):
                lines += [f"  expected: {wordings[0]}{'' if found else '   (missing)'}"]
            lines += [f"  evidence: {' '.join(quote.text.split())}" for quote in case.evidence]
            lines += [f"  {row.outcome.value}, hit@5 {row.hit_at_5}, evidence cited {row.cites_evidence}"]
        else:
            lines += [f"  expected: a refusal{'; near: ' + case.near[0].text if case.near else ''}"]
        said = row.answer.text if row.answer else row.error
        lines += [f"  said ({row.confidence:.2f}): {' '.join(said.split())}"]
    count = sum(not row.right for row in record.rows)
    return "\n".join([f"{record.responder}: {count} of {len(record.rows)} went wrong", *lines])
