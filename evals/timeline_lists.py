"""The lists of dated events that readers made: of kim2026 two, which are settled into one, of loc, and of articles.

A list is a row of LISTS and a file of datasets/. What the timeline has of them is asked in timeline.py.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.study.events.day import Day
from app.study.events.when import Precision
from evals.cases import DATASETS, CaseError
from evals.conflicts import BENCHMARKS, as_record, bundled
from ingest.documents import Span
from vectorstore.records import Record


@dataclass(frozen=True, slots=True)
class Listed:
    """An event that a reader found: its first and last day, None where open, and where its words stand.

    `place` is that of the date if `exact`, else that of words of its sentence.
    """

    id: str
    source: str
    place: Span
    exact: bool
    start: Day | None
    end: Day | None
    precision: Precision
    half: str


@dataclass(frozen=True, slots=True)
class List:
    """A list: its name in a table, its file, and whose events it holds: a bundled source's, or an article's."""

    name: str
    file: str
    source: str
    article: bool = False

    @property
    def path(self) -> Path:
        """Where it stands."""
        return DATASETS / self.file


FIRST = List("kim2026, first reader", "timeline_kim2026.jsonl", "kim2026")
SECOND = List("kim2026, second reader", "timeline_kim2026_second.jsonl", "kim2026")
OTHERS = (
    List("loc", "timeline_loc.jsonl", "loc"),
    List("Rhine: mended by", "timeline_rhine.jsonl", "Rhine", article=True),
    List("Steam engine: mended by", "timeline_steam.jsonl", "Steam_engine", article=True),
    List("Sky: mended by", "timeline_sky.jsonl", "Sky_(United_Kingdom)", article=True),
    List("Prime number: mended by", "timeline_prime.jsonl", "Prime_number", article=True),
    List("Normans: mended by", "timeline_normans.jsonl", "Normans", article=True),
    List("Jacksonville: held out", "timeline_jacksonville.jsonl", "Jacksonville,_Florida", article=True),
)
SETTLED = DATASETS / "timeline_kim2026_settled.jsonl"


def records() -> dict[str, Record]:
    """The documents of the lists by their ids: the bundled sources, and the articles as far as they are there.

    Raises:
        TutorError: a source cannot be read.
    """
    from evals.squad_file import read_squad

    titles = {one.source for one in OTHERS if one.article}
    found = {record.document.id: record for record in bundled().records}
    for path in sorted(BENCHMARKS.glob("squad*.json")):
        for article in read_squad(path):
            if article.title in titles:
                found[article.title] = as_record(article.title, [p.text for p in article.paragraphs if p.text.strip()])
    return found


def read_listed(path: Path, text: str) -> tuple[Listed, ...]:
    """The rows of a list, in order; `text` is the canonical text that they are of.

    Raises:
        CaseError: a row is not as the datasets' README has it, its quote does not stand in the text exactly once, or
            its date does not stand where it says.
    """
    rows = []
    for number, row in enumerate(_rows(path), start=1):
        try:
            place = _place(row, text)
            start, end = (Day.read(row[key]) if row[key] else None for key in ("start", "end"))
            if start is None and end is None:
                raise ValueError("it has neither start nor end")
            half = "dev" if number % 2 else "report"
            precision = Precision(row["precision"])
            rows.append(Listed(row["id"], row["source"], place, "at" in row, start, end, precision, half))
        except (ValueError, LookupError, TypeError) as error:
            raise CaseError(f"{path}, line {number} is no event: {error}") from error
    return tuple(rows)


def _rows(path: Path) -> list[Any]:
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise CaseError(f"{path} is no file of JSON lines: {error}") from error


def _place(row: dict[str, Any], text: str) -> Span:
    if "at" in row:
        place = Span(row["at"], row["at"] + len(row["date"]))
        if text[place.start : place.end] != row["date"]:
            raise ValueError(f"{row['date']!r} does not stand at {place.start}")
        return place
    if text.count(row["quote"]) != 1:
        raise ValueError(f"{row['quote']!r} stands {text.count(row['quote'])} times in the source")
    start = text.index(row["quote"])
    return Span(start, start + len(row["quote"]))


# -- two readers -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Agreement:
    """The rows of the second reader that the first has as well, and those that only one of them has."""

    both: tuple[Listed, ...]
    only_first: tuple[Listed, ...]
    only_second: tuple[Listed, ...]

    def settled(self, path: Path) -> tuple[Listed, ...]:
        """What both have, and what only one has and is an event by the judgements of a file.

        Raises:
            CaseError: it does not judge each of the rows that only one has, and nothing else.
        """
        rows = _rows(path)
        differing = (*self.only_first, *self.only_second)
        try:
            judged = {row["id"]: bool(row["event"] and row["reason"]) for row in rows if row["reason"].strip()}
        except (LookupError, TypeError, AttributeError) as error:
            raise CaseError(f"{path} has a row without id, event or reason") from error
        if set(judged) != {one.id for one in differing} or len(judged) != len(rows):
            raise CaseError(f"{path} must judge, with a reason, these and no others: {[one.id for one in differing]}")
        kept = (*self.both, *(one for one in differing if judged[one.id]))
        return tuple(sorted(kept, key=lambda one: one.place))


def agreement(first: Sequence[Listed], second: Sequence[Listed], record: Record) -> Agreement:
    """Which rows two readers of a document have alike: the same sentence, days and precision. Each counts once."""
    sentences = [span for passage in record.passages for span in passage.sentences]
    left, both, only_second = list(first), [], []
    for one in second:
        inside = next((span for span in sentences if span.overlaps(one.place)), one.place)
        same = (one.start, one.end, one.precision)
        match = next(
            (o for o in left if inside.overlaps(o.place) and (o.start, o.end, o.precision) == same),
            None,
        )
        if match is None:
            only_second.append(one)
        else:
            left.remove(match)
            both.append(one)
    return Agreement(tuple(both), tuple(left), tuple(only_second))
