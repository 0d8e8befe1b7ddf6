"""`python -m evals timeline`: does the timeline of kim2026 hold what a reader finds dated there, and nothing else?

The list (datasets/timeline_kim2026.jsonl) names each event by words of its sentence and gives its first and last day.
An extracted event is right if a row of its sentence has the same days and the same precision; each row counts once.
Odd rows are for tuning, even rows are only measured on; an extra event belongs to the half of the row that stands
nearest before it in the text.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.study.timeline import Event, events
from app.study.when import Precision
from evals.cases import DATASETS, CaseError
from evals.conflicts import bundled
from evals.figures import Measure
from evals.report import Table, show
from vectorstore.records import Record

LISTED = DATASETS / "timeline_kim2026.jsonl"


@dataclass(frozen=True, slots=True)
class Listed:
    """An event that a reader found: where its quote stands, and its first and last day, None where open."""

    id: str
    source: str
    offset: int
    start: date | None
    end: date | None
    precision: Precision
    half: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A listed event that was found or not, or an event (`id` is its place) that is in the list or not."""

    id: str
    half: str
    right: bool


def read_listed(path: Path, text: str) -> tuple[Listed, ...]:
    """The rows of a list, in order; `text` is the canonical text that they quote.

    Raises:
        CaseError: a row is not as the datasets' README has it, or its quote does not stand in the text exactly once.
    """
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            if text.count(row["quote"]) != 1:
                raise ValueError(f"{row['quote']!r} stands {text.count(row['quote'])} times in the source")
            start, end = (date.fromisoformat(row[key]) if row[key] else None for key in ("start", "end"))
            if start is None and end is None:
                raise ValueError("it has neither start nor end")
            half = "dev" if number % 2 else "report"
            offset = text.index(row["quote"])
            rows.append(Listed(row["id"], row["source"], offset, start, end, Precision(row["precision"]), half))
        except (ValueError, LookupError, TypeError) as error:
            raise CaseError(f"{path}, line {number} is no event: {error}") from error
    return tuple(rows)


def compare(listed: Sequence[Listed], found: Sequence[Event]) -> tuple[list[Outcome], list[Outcome]]:
    """What became of each listed event, and of each found one."""
    missing = list(listed)
    of_found = []
    for event in found:
        row = next((row for row in missing if _is_same(row, event)), None)
        if row is not None:
            missing.remove(row)
        half = row.half if row else _half_at(listed, event.said.start)
        of_found.append(Outcome(f"{event.source_id}:{event.said.start}", half, row is not None))
    return [Outcome(row.id, row.half, row not in missing) for row in listed], of_found


def _is_same(row: Listed, event: Event) -> bool:
    inside = event.span.start <= row.offset < event.span.end
    days = (row.start, row.end, row.precision) == (event.start, event.end, event.precision)
    return inside and days and row.source == event.source_id


def _half_at(listed: Sequence[Listed], offset: int) -> str:
    before = [row for row in listed if row.offset <= offset]
    return max(before, key=lambda row: row.offset).half if before else "dev"


def _measure(label: str) -> Measure[Outcome]:
    return Measure(label, f"{label}, %", lambda row: True, lambda row: row.right)


def main(argv: Sequence[str]) -> int:
    """Runs the command and returns 0.

    Raises:
        TutorError: the list cannot be read, or does not quote its source.
    """
    args = _parser().parse_args(argv)
    record = next(record for record in bundled().records if record.document.id == "kim2026")
    listed = read_listed(args.list, record.document.text)
    found = list(events(record))
    of_listed, of_found = compare(listed, found)
    show([_table(of_listed, of_found, args.seed)], markdown=args.markdown)
    if args.wrong:
        for line in _wrong(record, of_listed, list(zip(found, of_found, strict=True))):
            print(line)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals timeline", description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--list", type=Path, default=LISTED, metavar="FILE", help="the events that a reader found")
    add("--wrong", action="store_true", help="show what was missed and what is no event, of the tuning half")
    add("--seed", type=int, default=1, metavar="S", help="of the intervals' random draws (1)")
    add("--markdown", action="store_true", help="print the table as Markdown for a README")
    return parser


def _table(of_listed: Sequence[Outcome], of_found: Sequence[Outcome], seed: int) -> Table:
    rows = []
    for label, outcomes in (("recall", of_listed), ("precision", of_found)):
        cells = []
        for half in ("dev", "report"):
            figure = _measure(label).figure([one for one in outcomes if one.half == half], seed)
            cells += [str(figure.n), str(figure)]
        rows.append((f"{label}, %", *cells))
    return Table("Dated events of kim2026", ("", "n", "tuned on", "n", "only measured on"), tuple(rows))


def _wrong(record: Record, of_listed: Sequence[Outcome], found: Sequence[tuple[Event, Outcome]]) -> list[str]:
    missed = [f"missed: {one.id}" for one in of_listed if one.half == "dev" and not one.right]
    extra = [
        f"not in the list: {event.start} to {event.end} ({record.document.plain(event.said)}): {event.label}"
        for event, one in found
        if one.half == "dev" and not one.right
    ]
    return missed + extra
