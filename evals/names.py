"""`python -m evals names`: are the names of a text found whole, and is it told what they are names of?

Against sentences of the bundled sources and of SQuAD articles whose names a reader listed (datasets/name_kinds_*.jsonl;
a row holds names and offsets, no other text). Of the test half only totals are shown.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.study.card import Asked
from app.study.names.mentions import mentions
from evals.cases import DATASETS, CaseError
from evals.conflicts import BENCHMARKS, as_record, bundled
from evals.report import Table, show
from evals.squad_file import read_squad
from ingest.documents import Span
from vectorstore.records import Record

HALVES = {half: DATASETS / f"name_kinds_{half}.jsonl" for half in ("dev", "test")}
_KINDS = {"person": Asked.PERSON, "place": Asked.PLACE, "name": Asked.NAME}

Names = Counter[tuple[str, Asked]]


@dataclass(frozen=True, slots=True)
class Listed:
    """A sentence of a source, where it stands, and the names in it, whole, with their kinds."""

    source: str
    span: Span
    names: tuple[tuple[str, Asked], ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many names are listed and how many are found; how many of these are whole, and how many of the whole ones are
    of the right kind."""

    listed: int
    found: int
    whole: int
    right: int


def main(argv: Sequence[str]) -> int:
    """Runs the command and returns 0. Rows of articles that are not there are left out.

    Raises:
        TutorError: a list, a source or an article cannot be read.
    """
    parser = argparse.ArgumentParser(prog="python -m evals names", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown for a README")
    parser.add_argument("--wrong", action="store_true", help="show what is wrong in the development half")
    args = parser.parse_args(argv)
    listed = {half: read_listed(path) for half, path in HALVES.items()}
    told = told_of(collections({row.source for rows in listed.values() for row in rows}))
    tallies = {half: tally(rows, told) for half, rows in listed.items()}
    cells = tuple((half, str(t.listed), str(t.found), str(t.whole), str(t.right)) for half, t in tallies.items())
    blocks: list[str | Table] = [Table("Names", ("half", "listed", "found", "whole", "of the right kind"), cells)]
    if args.wrong:
        blocks += list(wrong(listed["dev"], told))
    show(blocks, markdown=args.markdown)
    return 0


def read_listed(path: Path) -> tuple[Listed, ...]:
    """The rows of a list.

    Raises:
        CaseError: a row is not as the datasets' README has it.
    """
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            names = tuple((name, _KINDS[kind]) for name, kind in row["names"])
            rows.append(Listed(row["source"], Span(row["start"], row["end"]), names))
        except (ValueError, KeyError, TypeError) as error:
            raise CaseError(f"{path}: row {number} lists no names of a sentence.") from error
    return tuple(rows)


def collections(wanted: set[str]) -> Iterator[Sequence[Record]]:
    """The bundled sources together, and each wanted article that is there by itself."""
    yield bundled().records
    for path in sorted(BENCHMARKS.glob("squad*.json")):
        for article in read_squad(path):
            if article.title in wanted:
                yield [as_record(article.title, [p.text for p in article.paragraphs if p.text.strip()])]


def told_of(known: Iterator[Sequence[Record]]) -> Mapping[str, list[tuple[int, str, Asked]]]:
    """The names that the study guide has of each source: where, the words, the kind."""
    told: dict[str, list[tuple[int, str, Asked]]] = {}
    for records in known:
        documents = {record.document.id: record.document for record in records}
        told |= {name: [] for name in documents}
        for entity in mentions(records):
            for name, span in entity.mentions:
                told[name].append((span.start, documents[name].plain(span), entity.kind))
    return told


def _within(row: Listed, told: Mapping[str, list[tuple[int, str, Asked]]]) -> Names:
    inside = (one for one in told[row.source] if row.span.start <= one[0] < row.span.end)
    return Counter((_bare(name), kind) for _, name, kind in inside)


def _bare(name: str) -> str:
    return name.replace("’", "'").removeprefix("The ")


def _listed(row: Listed) -> Names:
    return Counter((_bare(name), kind) for name, kind in row.names)


def tally(rows: Sequence[Listed], told: Mapping[str, list[tuple[int, str, Asked]]]) -> Tally:
    """What became of the names of some rows."""
    listed = found = whole = right = 0
    for row in rows:
        if row.source in told:
            mine, theirs = _listed(row), _within(row, told)
            listed, found = listed + mine.total(), found + theirs.total()
            whole += (Counter(name for name, _ in mine.elements()) & Counter(n for n, _ in theirs.elements())).total()
            right += (mine & theirs).total()
    return Tally(listed, found, whole, right)


def wrong(rows: Sequence[Listed], told: Mapping[str, list[tuple[int, str, Asked]]]) -> Iterator[str]:
    """What is listed and not told, and the other way round, for each row."""
    for row in rows:
        if row.source in told and (mine := _listed(row)) != (theirs := _within(row, told)):
            sides = ("; ".join(f"{name} ({kind})" for name, kind in side) for side in (mine - theirs, theirs - mine))
            yield f"{row.source} {row.span.start}: listed {next(sides) or '-'}, told {next(sides) or '-'}"
