"""BM25 over short texts, kept in memory. The only file that imports bm25s.

What counts as a word is in words.py; the terms of indexed documents are counted once, when they go in (counts.py), and
put together here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vectorstore.words import terms

if TYPE_CHECKING:
    from bm25s import BM25

_K1, _B = 1.2, 0.75
_FULL = 0.6  # of its idf: what a term that occurs once or twice in a text of common length adds to the score


@dataclass(frozen=True, slots=True)
class Bag:
    """The terms of some texts.

    `vocabulary` has each term once; `ids` are the places in it of all terms, one text after the other, int32; `lengths`
    those of the texts, int32.
    """

    vocabulary: tuple[str, ...]
    ids: NDArray[np.int32]
    lengths: NDArray[np.int32]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Bag:
        """The terms of texts."""
        places: dict[str, int] = {}
        rows = [[places.setdefault(term, len(places)) for term in terms(text)] for text in texts]
        ids = np.fromiter((place for row in rows for place in row), dtype=np.int32, count=sum(map(len, rows)))
        return cls(tuple(places), ids, np.asarray([len(row) for row in rows], dtype=np.int32))

    @classmethod
    def joined(cls, bags: Sequence[Bag]) -> Bag:
        """The texts of several bags, in order."""
        places: dict[str, int] = {}
        ids = [np.zeros(0, dtype=np.int32)]
        for bag in bags:
            here = np.asarray([places.setdefault(term, len(places)) for term in bag.vocabulary], dtype=np.int32)
            ids.append(here[bag.ids] if len(bag.ids) else bag.ids)
        lengths = [np.zeros(0, dtype=np.int32), *(bag.lengths for bag in bags)]
        return cls(tuple(places), np.concatenate(ids), np.concatenate(lengths))


class Lexical:
    """Okapi BM25 (Robertson and Zaragoza, 2009), k1 = 1.2, b = 0.75, with Lucene's idf."""

    def __init__(self, texts: Bag | Sequence[str]) -> None:
        bag = texts if isinstance(texts, Bag) else Bag.of(texts)
        self._size = len(bag.lengths)
        self._vocabulary = {term: place for place, term in enumerate(bag.vocabulary)}
        self._documents_with = np.zeros(len(bag.vocabulary), dtype=np.int64)
        if bag.vocabulary:
            self._bm25 = self._indexed(bag)

    def _indexed(self, bag: Bag) -> BM25:
        """bm25s's index, its sparse matrix made in whole arrays: bm25s goes text by text, which takes ten times as
        long."""
        import bm25s

        size, many = len(bag.vocabulary), self._size
        text = np.repeat(np.arange(many, dtype=np.int64), bag.lengths)
        pairs, counts = np.unique(text * size + bag.ids, return_counts=True)
        texts, places = np.divmod(pairs, size)
        self._documents_with = np.bincount(places, minlength=size)
        idf = np.log(1 + (many - self._documents_with + 0.5) / (self._documents_with + 0.5))
        long = _K1 * ((1 - _B) + _B * bag.lengths / bag.lengths.mean())
        scores = idf[places] * counts / (long[texts] + counts)
        order = np.argsort(places, kind="stable")
        bm25 = bm25s.BM25(method="lucene", k1=_K1, b=_B)
        bm25.scores = {
            "data": scores[order].astype(np.float32),
            "indices": texts[order].astype(np.int32),
            "indptr": np.concatenate([[0], np.cumsum(self._documents_with)]).astype(np.int32),
            "num_docs": many,
        }
        bm25.vocab_dict = self._vocabulary
        bm25.nonoccurrence_array = None
        return bm25

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
