"""A Conflict and its two Places, as values and as rows of JSON. How they are found is in finding.py."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ingest.documents import Span


class ConflictKind(StrEnum):
    """Why two statements cannot both be true."""

    NUMBERS = "numbers"  # two numbers of one thing
    SUM = "sum"  # a total that its parts do not add up to
    ORDER = "order"  # an end before its beginning


#: How a reader is told.
KIND_LABELS: dict[ConflictKind, str] = {
    ConflictKind.NUMBERS: "Two numbers of one thing",
    ConflictKind.SUM: "A total that its parts do not add up to",
    ConflictKind.ORDER: "An end before its beginning",
}


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A statement in a source: the span of its sentence, and those of its figures that do not fit, in order.

    All are offsets into the canonical text; the figures lie inside the sentence.
    """

    source_id: str
    span: Span
    figures: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two places, which may be one sentence twice, and a sentence that names the figures. `first` stands first."""

    kind: ConflictKind
    first: Place
    second: Place
    note: str

    @property
    def places(self) -> tuple[Place, ...]:
        """Both places; one, if it is one sentence: its figures are then those of both."""
        if (self.first.source_id, self.first.span) != (self.second.source_id, self.second.span):
            return (self.first, self.second)
        figures = tuple(sorted({*self.first.figures, *self.second.figures}))
        return (Place(self.first.source_id, self.first.span, figures),)

    def touches(self, source_id: str, span: Span) -> bool:
        """Whether one of its places overlaps a span of a source."""
        return any(place.source_id == source_id and place.span.overlaps(span) for place in (self.first, self.second))


def conflicts_at(conflicts: Iterable[Conflict], source_id: str, span: Span) -> tuple[Conflict, ...]:
    """The conflicts that touch a place."""
    return tuple(conflict for conflict in conflicts if conflict.touches(source_id, span))


def said_of(conflicts: Sequence[Conflict]) -> str:
    """How many there are, in one line."""
    if not conflicts:
        return "No statements were found in the sources that cannot both be true."
    if len(conflicts) == 1:
        return "1 place where the sources cannot be right as they stand."
    return f"{len(conflicts):,} places where the sources cannot be right as they stand."


def as_rows(conflicts: Iterable[Conflict]) -> list[dict[str, Any]]:
    """The conflicts as values that JSON has."""
    return [
        {"kind": str(c.kind), "first": _place_row(c.first), "second": _place_row(c.second), "note": c.note}
        for c in conflicts
    ]


def from_rows(rows: Sequence[Any], sizes: dict[str, int]) -> tuple[Conflict, ...]:
    """The conflicts that `as_rows` made; `sizes` says how many characters each source has.

    Raises:
        ValueError, LookupError, TypeError or AttributeError: they are no such rows, or name places that there are not.
    """
    return tuple(
        Conflict(ConflictKind(row["kind"]), _place(row["first"], sizes), _place(row["second"], sizes), str(row["note"]))
        for row in rows
    )


def _place_row(place: Place) -> dict[str, Any]:
    figures = [[span.start, span.end] for span in place.figures]
    return {"source": place.source_id, "start": place.span.start, "end": place.span.end, "figures": figures}


def _place(row: Any, sizes: dict[str, int]) -> Place:
    span = Span(row["start"], row["end"])
    place = Place(row["source"], span, tuple(Span(start, end) for start, end in row["figures"]))
    if span.end > sizes[place.source_id] or not all(span.contains(figure) for figure in place.figures):
        raise ValueError(f"there is no such place: {row}")
    return place
