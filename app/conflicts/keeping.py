"""The list of conflicts of an index: made after documents went in, kept beside them, made anew where it does not fit.

The store keeps it as rows that mean nothing to it, with a stamp of the documents that they are of (store.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.conflicts.finding import VERSION, find_conflicts
from app.conflicts.values import Conflict, as_rows, from_rows
from vectorstore.records import UNREADABLE

if TYPE_CHECKING:
    from vectorstore.store import Store

_NAME = "conflicts"


def keep_conflicts(store: Store) -> None:
    """Find the conflicts of what is indexed and keep them, unless they are kept already. Inside `store.writing()`.

    Raises:
        IndexUnavailable: the folder cannot be written.
    """
    if _kept(store) is None:
        store.keep(_NAME, VERSION, as_rows(find_conflicts(store.records.values())))


def conflicts_of(store: Store) -> tuple[Conflict, ...]:
    """The conflicts of what is indexed. Found anew, and not kept, if the list is missing, stale or damaged."""
    kept = _kept(store)
    return find_conflicts(store.records.values()) if kept is None else kept


def _kept(store: Store) -> tuple[Conflict, ...] | None:
    rows = store.kept(_NAME, VERSION)
    if rows is None:
        return None
    sizes = {source_id: len(record.document.text) for source_id, record in store.records.items()}
    try:
        return from_rows(rows, sizes)
    except UNREADABLE:
        return None
