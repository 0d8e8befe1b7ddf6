"""What `python -m evals` prints: scored records become tables, as text or as Markdown.

What is measured is in measures.py; two runs are laid side by side in compare.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from evals.cases import Case, Kind
from evals.measures import ALL_FACTS, BY_KIND, Scored, bins, refusals
from evals.runner import Record

NOTES = (
    "Retrieval, facts, citations and words are means over the answerable questions. A refusal of one counts as",
    "nothing stated and 0 words, and is left out of citation recall and precision. Span F1 is over the questions",
    "with one fact. An answer is right for the confidence if it has all facts and cites evidence; one to a",
    "question that the sources do not answer never is. A question that failed gets the worst marks.",
    "In brackets: 95 % bootstrap intervals; one of no width is that method's limit.",
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
        lines = (f"| {' | '.join(row)} |" for row in (self.header, rule, *self.rows))
        return "\n".join([f"**{self.title}**", "", *lines])


def tables(title: str, systems: Sequence[Scored], seed: int) -> list[Table]:
    """All that is said of a run, the tutor being the first of the systems."""
    told = [summary(title, systems)]
    if len(systems) > 1:
        told.append(differences(systems, seed))
    return [*told, by_kind(systems), refused(systems), calibrated(systems[0].record)]


def summary(title: str, systems: Sequence[Scored]) -> Table:
    """Each measure of each system; `n` is of the first."""
    rows = [
        (figures[0].measure.label, str(figures[0].n), *map(str, figures))
        for figures in zip(*(system.figures for system in systems), strict=True)
    ]
    return Table(title, ("", "n", *(system.name for system in systems)), tuple(rows))


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


def by_kind(systems: Sequence[Scored]) -> Table:
    """The first system's measures for each kind of question that it holds, and the others' share of all facts."""
    first, *others = systems
    rows = []
    for kind in Kind:
        of_kind = [row for row in first.record.rows if row.kind is kind]
        if of_kind:
            cells = [measure.show(measure.value(of_kind)) for measure in BY_KIND]
            theirs = ([row for row in other.record.rows if row.kind is kind] for other in others)
            cells += [ALL_FACTS.show(ALL_FACTS.value(rows_of_kind)) for rows_of_kind in theirs]
            rows.append((kind.value.replace("_", " "), str(len(of_kind)), *cells))
    header = (*(f"{measure.key}, %" for measure in BY_KIND), *(f"{other.name}: all facts" for other in others))
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


def failures(record: Record) -> str:
    """One line on the questions that failed, or "". It names the errors' types, never the questions."""
    errors = Counter(row.error.partition(":")[0] for row in record.rows if row.error)
    if not errors:
        return ""
    named = ", ".join(f"{name} ({n})" for name, n in errors.most_common())
    return f"{record.responder}: {errors.total()} of {len(record.rows)} questions failed: {named}"


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
