"""Some documents of an index, read as if there were no others: what a question within a collection is put to.

Whatever is made of it, ranking, spelling, conflicts, verdicts, knows only these documents, so nothing of another one
can get into an answer. It is read-only, and follows the index when that changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from vectorstore.embedding import Vectors

if TYPE_CHECKING:
    from vectorstore.counts import Counts
    from vectorstore.records import Record
    from vectorstore.store import Store


class Selection:
    """The documents of a store that have one of these ids, as far as they are there."""

    def __init__(self, store: Store, sources: Collection[str]) -> None:
        self._store = store
        self._sources = frozenset(sources)
        self._mark = hashlib.sha256("\0".join(sorted(self._sources)).encode()).hexdigest()[:12]

    @property
    def seen(self) -> str:
        """The generation that the records are of; another one for each selection, for whoever keeps things by it."""
        return f"{self._store.seen}/{self._mark}"

    def generation(self) -> str:
        """A token that changes whenever the index does."""
        return f"{self._store.generation()}/{self._mark}"

    def reload(self) -> None:
        """As `Store.reload`."""
        self._store.reload()

    @property
    def records(self) -> dict[str, Record]:
        """The documents by source id, in order of id."""
        return {name: record for name, record in self._store.records.items() if name in self._sources}

    def counts(self, source_id: str) -> Counts:
        """As `Store.counts`."""
        return self._store.counts(source_id)

    def nearest_passages(self, vector: Vectors, k: int, sources: Collection[str] = ()) -> dict[str, float]:
        """As `Store.nearest_passages`."""
        inside = self._inside(sources)
        return self._store.nearest_passages(vector, k, inside) if inside else {}

    def nearest_sentences(self, vector: Vectors, k: int, sources: Collection[str] = ()) -> dict[str, float]:
        """As `Store.nearest_sentences`."""
        inside = self._inside(sources)
        return self._store.nearest_sentences(vector, k, inside) if inside else {}

    def nearest_to_each(self, vectors: Vectors, k: int) -> list[tuple[dict[str, float], dict[str, float]]]:
        """As `Store.nearest_to_each`."""
        return [(self.nearest_passages(vector, k), self.nearest_sentences(vector, 2 * k)) for vector in vectors]

    def passage_vectors(self, names: Sequence[str]) -> Vectors:
        """As `Store.passage_vectors`."""
        return self._store.passage_vectors(names)

    def sentence_vectors(self, names: Sequence[str]) -> Vectors:
        """As `Store.sentence_vectors`."""
        return self._store.sentence_vectors(names)

    def _inside(self, sources: Collection[str]) -> Collection[str]:
        """The ids to look in: never none of them, which would mean all."""
        return self.records.keys() & set(sources) if sources else self.records.keys()
