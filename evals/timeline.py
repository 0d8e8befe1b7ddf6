"""`python -m evals timeline`: does the timeline hold what a reader finds dated in a text, and nothing else?

Against the list by which it was made (odd rows tuned on, even rows only measured on; an extra event belongs to the half
of the row that stands nearest before it), and against lists that others made who had not seen it (timeline_lists.py).
An extracted event is right if a row of its sentence has the same days and the same precision; each row counts once.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.study.timeline import Event, events
from evals.figures import Measure
from evals.metrics import wilson_interval
from evals.report import Table, show
from evals.timeline_lists import FIRST, OTHERS, SECOND, SETTLED, Agreement, Listed, agreement, read_listed, records
from vectorstore.records import Record


@dataclass(frozen=True, slots=True)
class Outcome:
    """A listed event that was found or not, or an event (`id` is its place) that is in the list or not."""

    id: str
    half: str
    right: bool


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
    inside = event.span.start <= row.place.start < event.span.end
    return inside and (row.start, row.end, row.precision) == (event.start, event.end, event.precision)


def _half_at(listed: Sequence[Listed], offset: int) -> str:
    before = [row for row in listed if row.place.start <= offset]
    return max(before, key=lambda row: row.place.start).half if before else "dev"


def _measure(label: str) -> Measure[Outcome]:
    return Measure(label, f"{label}, %", lambda row: True, lambda row: row.right)


def main(argv: Sequence[str]) -> int:
    """Runs the command and returns 0.

    Raises:
        TutorError: a list cannot be read, or does not fit its source.
    """
    args = _parser().parse_args(argv)
    known = records()
    kim = known["kim2026"]
    first, second = (read_listed(one.path, kim.document.text) for one in (FIRST, SECOND))
    found = list(events(kim))
    outcomes = compare(first, found)
    readers = agreement(first, second, kim)
    lists = [(FIRST.name, first, kim), (SECOND.name, second, kim)]
    lists.append(("kim2026, settled", readers.settled(SETTLED), kim))
    for one in OTHERS:
        if record := known.get(one.source):
            lists.append((one.name, read_listed(one.path, record.document.text), record))
    blocks: list[str | Table] = [_table(*outcomes, args.seed), _readers(readers), _by_list(lists)]
    if absent := [one.name for one in OTHERS if one.source not in known]:
        blocks.append(f"Left out, for ../shared/benchmarks is not there: {'; '.join(absent)}.")
    show(blocks, markdown=args.markdown)
    if args.wrong:
        told = [_unlike(*lists[0], of_half="dev"), *(_unlike(*one) for one in lists[1:] if "held out" not in one[0])]
        print("\n".join(["", *(line for lines in told for line in lines)]))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals timeline", description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add(
        "--wrong",
        action="store_true",
        help="show what was missed and what is no event, but for what is held out",
    )
    add("--seed", type=int, default=1, metavar="S", help="of the intervals' random draws (1)")
    add("--markdown", action="store_true", help="print the tables as Markdown for a README")
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


def _readers(readers: Agreement) -> str:
    first, second = (len(readers.both) + len(only) for only in (readers.only_first, readers.only_second))
    return (
        f"Two readers of kim2026: {len(readers.both)} events are alike, of the {first} that the first lists and the"
        f" {second} that the second does."
    )


def _by_list(lists: Iterable[tuple[str, Sequence[Listed], Record]]) -> Table:
    rows = []
    for name, listed, record in lists:
        found = list(events(record))
        of_listed, of_found = compare(listed, found)
        at_all = [any(row.place.overlaps(event.said) for event in found) for row in listed if row.exact]
        recall, precision = (_share([one.right for one in outcomes]) for outcomes in (of_listed, of_found))
        rows.append((name, str(len(listed)), recall, _share(at_all), str(len(found)), precision))
    header = ("", "listed", "recall, %", "whatever its days", "found", "precision, %")
    return Table("The timeline against each list, with 95 % Wilson intervals", header, tuple(rows))


def _share(marks: Sequence[bool]) -> str:
    if not marks:
        return "–"
    interval = wilson_interval(sum(marks), len(marks))
    return f"{100 * sum(marks) / len(marks):.0f} [{100 * interval.low:.0f}–{100 * interval.high:.0f}]"


def _unlike(name: str, listed: Sequence[Listed], record: Record, of_half: str = "") -> list[str]:
    """What a list has that was not found, and what was found that it has not; of a half of it, or of all."""
    found = list(events(record))
    of_listed, of_found = compare(listed, found)
    missed = [f"missed: {one.id}" for one in of_listed if not one.right and of_half in one.half]
    extra = [
        _told(record, event)
        for event, one in zip(found, of_found, strict=True)
        if not one.right and of_half in one.half
    ]
    return [f"{name}: {line}" for line in missed + extra]


def _told(record: Record, event: Event) -> str:
    days = " to ".join(day.isoformat() if day else "open" for day in (event.start, event.end))
    return f"not in the list: {days} ({record.document.plain(event.said)}): {event.label}"
