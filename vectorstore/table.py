"""The passages and sentences of an index in rows, found by their place; numbers only, for there may be very many.

What is searched of a sentence is read from its document when it is asked for, and remembered.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ingest.documents import Document, Passage, Span
from vectorstore.records import Record
from vectorstore.units import sentence_texts

Rows = NDArray[np.int64]
_REMEMBERED = 4_000  # passages whose sentences' texts are kept


class Table:
    """The passages of some documents, source by source in the order of the records, and the sentences of each.

    `owner` is the row of each sentence's passage, shape (number of sentences,).
    """

    def __init__(self, records: Mapping[str, Record]) -> None:
        self.passages: list[Passage] = [passage for record in records.values() for passage in record.passages]
        self._documents = {source_id: record.document for source_id, record in records.items()}
        firsts = np.cumsum([0, *(len(record.passages) for record in records.values())])
        self._first = dict(zip(records, map(int, firsts), strict=False))  # the row of each source's first passage
        self._starts = {
            source_id: [passage.span.start for passage in record.passages] for source_id, record in records.items()
        }
        counts = [len(passage.sentences) for passage in self.passages]
        self._bounds = np.cumsum([0, *counts])  # of each passage's sentences
        self.owner = np.repeat(np.arange(len(self.passages), dtype=np.int64), counts)
        self.texts = lru_cache(maxsize=_REMEMBERED)(self._texts)

    def document(self, row: int) -> Document:
        """The document of a passage."""
        return self._documents[self.passages[row].source_id]

    def of(self, source_id: str) -> range:
        """The rows of a source's passages; none if it is not there."""
        first = self._first.get(source_id, 0)
        return range(first, first + len(self._starts.get(source_id, ())))

    def passage_at(self, source_id: str, offset: int) -> int | None:
        """The row of the passage that a place of a source lies in; None if it begins in none."""
        rows = self.of(source_id)
        at = bisect_right(self._starts.get(source_id, ()), offset) - 1
        return rows[at] if at >= 0 and offset < self.passages[rows[at]].span.end else None

    def passage_named(self, name: str) -> int | None:
        """The row of a passage by its id, `source:start-end`."""
        row = self.passage_at(*_place(name))
        return row if row is not None and self.passages[row].id == name else None

    def sentence_at(self, source_id: str, start: int) -> int | None:
        """The row of the sentence of a source that begins at a place; None if none does."""
        passage = self.passage_at(source_id, start)
        if passage is None:
            return None
        sentences = self.passages[passage].sentences
        at = bisect_right(sentences, start, key=lambda span: span.start) - 1
        return int(self._bounds[passage]) + at if at >= 0 and sentences[at].start == start else None

    def sentence_named(self, name: str) -> int | None:
        """The row of a sentence by the id of its vector, `source:start-end`."""
        return self.sentence_at(*_place(name))

    def sentences_of(self, passages: Iterable[int]) -> Rows:
        """The rows of the sentences of some passages, in order."""
        parts = [np.arange(self._bounds[row], self._bounds[row + 1]) for row in sorted(passages)]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)

    def span(self, row: int) -> Span:
        """Where a sentence stands."""
        passage = int(self.owner[row])
        return self.passages[passage].sentences[row - int(self._bounds[passage])]

    def name(self, row: int) -> str:
        """The id of a sentence's vector."""
        span = self.span(row)
        return f"{self.passages[int(self.owner[row])].source_id}:{span.start}-{span.end}"

    def text(self, row: int) -> str:
        """What is searched of a sentence."""
        passage = int(self.owner[row])
        return self.texts(passage)[row - int(self._bounds[passage])]

    def _texts(self, passage: int) -> Sequence[str]:
        return sentence_texts(self.document(passage), self.passages[passage])


def _place(name: str) -> tuple[str, int]:
    """The source and the first character of `source:start-end`."""
    source_id, _, span = name.rpartition(":")
    return source_id, int(span.partition("-")[0])
