"""BM25 over short texts, kept in memory. The only file that imports bm25s.

Built from the stored documents when an index is opened; what counts as a word is in words.py.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vectorstore.words import terms

_FULL = 0.6  # of its idf: what a term that occurs once or twice in a text of common length adds to the score


class Lexical:
    """Okapi BM25 (Robertson and Zaragoza, 2009), k1 = 1.2, b = 0.75, with Lucene's idf."""

    def __init__(self, texts: Sequence[str]) -> None:
        import bm25s

        self._size = len(texts)
        self._vocabulary: dict[str, int] = {}
        ids = [[self._vocabulary.setdefault(term, len(self._vocabulary)) for term in terms(text)] for text in texts]
        self._documents_with = np.zeros(len(self._vocabulary), dtype=np.int64)
        for row in ids:
            self._documents_with[list(set(row))] += 1
        self._bm25 = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
        if self._vocabulary:
            self._bm25.index((ids, dict(self._vocabulary)), show_progress=False)

    def __contains__(self, term: str) -> bool:
        return term in self._vocabulary

    def idf(self, term: str) -> float:
        """log((N + 1) / (n + 0.5)) for a stem; the largest value for one that occurs nowhere."""
        seen = self._documents_with[self._vocabulary[term]] if term in self._vocabulary else 0
        return float(np.log((self._size + 1) / (seen + 0.5)))

    def scores(self, query: str) -> NDArray[np.float32]:
        """The BM25 score of every text, shape (number of texts,)."""
        known = [term for term in terms(query) if term in self._vocabulary]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._bm25.get_scores(known), dtype=np.float32)

    def shares(self, query: str) -> NDArray[np.float32]:
        """The scores as a share, 0..1, of what a text gets that has every term of the query, known or not."""
        whole = _FULL * sum(self.idf(term) for term in dict.fromkeys(terms(query)))
        return np.minimum(self.scores(query) / whole, 1.0) if whole else np.zeros(self._size, dtype=np.float32)

    def coverage(self, query: str) -> NDArray[np.float32]:
        """The share, 0..1, of the query's terms, weighted by idf, that each text has, shape (number of texts,)."""
        asked = {term: self.idf(term) for term in terms(query)}
        covered = np.zeros(self._size, dtype=np.float32)
        for term in asked.keys() & self._vocabulary.keys():
            covered[self._texts_with(term)] += asked[term]
        return covered / (sum(asked.values()) or 1.0)

    def _texts_with(self, term: str) -> NDArray[np.int32]:
        """The rows of the texts that have a term of the vocabulary: a column of bm25s's sparse matrix."""
        column, starts = self._vocabulary[term], self._bm25.scores["indptr"]
        return np.asarray(self._bm25.scores["indices"][starts[column] : starts[column + 1]])
