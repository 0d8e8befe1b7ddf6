"""Indexed documents -> the conflicts in them. Reads English; says that two statements differ, never which is right.

Keeping the list with the index is keeping.py's.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.conflicts.differing import different_numbers
from app.conflicts.order import reversed_times
from app.conflicts.reading import readings
from app.conflicts.sums import wrong_sums
from app.conflicts.values import Conflict
from vectorstore.records import Record

#: Raise it when the method finds something else than before: a list that an earlier one made is then made anew.
VERSION = 1

_WAYS = (different_numbers, wrong_sums, reversed_times)


def find_conflicts(records: Iterable[Record]) -> tuple[Conflict, ...]:
    """All conflicts inside the documents and between them, in the order of their first places.

    The work grows with the number of sentences that hold a number, not with its square.
    """
    sentences = [reading for record in records for reading in readings(record)]
    found = [conflict for find in _WAYS for conflict in find(sentences)]
    return tuple(sorted(found, key=lambda c: (c.first.source_id, c.first.span, c.second.source_id, c.second.span)))
