"""Hybrid search over an index: a question becomes Hits, best first.

Four scores a passage: the cosine of its vector, the best cosine of one of its sentences (both without what all
vectors have in common, isotropy.py), its BM25 score and the best BM25 score of one of its sentences. Fusion is a
weighted sum (Bruch et al., 2023, find it better than reciprocal ranks once the scores share a scale): cosines as
they are, BM25 as a share of what a text could get that has every word of the question. Dividing by the best score
of the search instead, as is often done, gives the one passage that happens to share a word with a paraphrase the
full weight. The weights stand in `Fusion`. Where no sentence has much of a question's words, those that are
shared are chance: the less there is of them, the less BM25 counts (`Result.trust`).

Choosing the sentences that answer is not done here (app/quoting.py).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.documents import Document, Passage, Span
from vectorstore.embedding import Embedder, Vectors
from vectorstore.isotropy import Common
from vectorstore.lexical import Bag, Lexical
from vectorstore.selection import Selection
from vectorstore.spelling import Respelling, Spelling
from vectorstore.store import Store
from vectorstore.table import Table

Scores = NDArray[np.float32]
_KEPT = 5000  # passages whose vectors are kept as they were embedded
_SAMPLE = 2000  # sentences from which is learnt what all have in common


@dataclass(frozen=True, slots=True)
class Fusion:
    """Weights of the four scores; set on the development questions and SQuAD (evals/NOTES.md)."""

    passage_cosine: float = 0.5
    sentence_cosine: float = 0.5
    passage_bm25: float = 0.4
    sentence_bm25: float = 0.2
    paraphrased: float = 0.2  # the share of a question's words in one sentence that says nothing
    worded_alike: float = 0.4  # the share from which words count fully

    def trust(self, coverage: float) -> float:
        """How much shared words are to be trusted, 0..1, by the largest coverage of the question by one sentence."""
        within = (coverage - self.paraphrased) / (self.worded_alike - self.paraphrased)
        return min(1.0, max(0.0, within))


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question. `score` is the fused score, about 0..1.6."""

    passage: Passage
    document: Document
    score: float

    @property
    def text(self) -> str:
        """The canonical text of the passage."""
        return self.document.text[self.passage.span.start : self.passage.span.end]

    @property
    def plain(self) -> str:
        """What a reader sees of the passage."""
        return self.document.plain(self.passage.span)

    def holds(self, source_id: str, span: Span) -> bool:
        """Whether a place of a source lies in the passage, with a part of it at least."""
        return self.passage.source_id == source_id and self.passage.span.overlaps(span)

    def as_row(self) -> dict[str, Any]:
        """The hit as a JSON-ready mapping."""
        span = self.passage.span
        return {
            "source": self.passage.source_id,
            "section": self.passage.section,
            "start": span.start,
            "end": span.end,
            "text": self.text,
            "score": round(self.score, 4),
        }


@dataclass(frozen=True, slots=True)
class SentenceScore:
    """What search knows of one sentence: where it stands, and how near it is to the question.

    `text` is what is searched of it; `cosine` is of its vector, without what all have in common; `hit` is its
    passage.
    """

    hit: Hit
    span: Span
    text: str
    cosine: float = 0.0

    @property
    def place(self) -> tuple[str, Span]:
        """Its source and where it stands there: the same sentence has the same place in every search."""
        return self.hit.passage.source_id, self.span

    @property
    def plain(self) -> str:
        """What a reader sees of it."""
        return self.hit.document.plain(self.span)


@dataclass(frozen=True)
class Result:
    """All that one search found: `hits` best first, and the sentences of those hits in reading order.

    `trust` is how much shared words count, 0..1: little where the question is put in words of its own.
    """

    query: str
    hits: tuple[Hit, ...]
    sentences: tuple[SentenceScore, ...]
    trust: float = 1.0


class Searcher:
    """Search over the documents of a store as they are now; made again when the store has changed.

    Chroma and BM25 each name the passages that may be meant; those are scored exactly. Their vectors are kept
    in memory once they have been fetched.
    """

    def __init__(self, store: Store | Selection, embedder: Embedder, fusion: Fusion | None = None) -> None:
        self._store = store
        self._embedder = embedder
        self._fusion = fusion or Fusion()
        self.generation = store.seen
        self.records = store.records
        self._table = Table(self.records)
        counts = [store.counts(source_id) for source_id in self.records]
        self.lexical = Lexical(Bag.joined([one.passages for one in counts]))
        self._sentence_lexical = Lexical(Bag.joined([one.sentences for one in counts]))
        self._written = [one.written for one in counts]
        self._prepare_vectors()
        self._embedded: dict[str, Vectors] = {}  # passage id -> the vectors of its sentences, as they were embedded

    def _prepare_vectors(self) -> None:
        """What the vectors have in common, from a sample; and room for those that will be fetched."""
        dimension = self._embedder.dimension
        passages, sentences = len(self._table.passages), len(self._table.owner)
        sample = [self._table.name(row) for row in range(0, sentences, max(1, sentences // _SAMPLE))]
        none = np.zeros((0, dimension), dtype=np.float32)
        self._common = Common.of(self._store.sentence_vectors(sample) if sample else none)
        self._fetched = np.zeros(passages, dtype=bool)
        self._passage_vectors = np.zeros((passages, dimension), dtype=np.float32)
        self._sentence_vectors = np.zeros((sentences, dimension), dtype=np.float32)

    @cached_property
    def spelling(self) -> Spelling:
        """The words and names of the indexed texts."""
        return Spelling(self._written, self._embedder.lexicon)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to search."""
        return not self._table.passages

    def sentence_idf(self, term: str) -> float:
        """How telling a term is, by the number of sentences that have it."""
        return self._sentence_lexical.idf(term)

    def hit(self, source_id: str, span: Span) -> Hit | None:
        """The passage, unscored, that a place of a source lies in; None if it begins in none."""
        row = self._table.passage_at(source_id, span.start)
        return self._hit(row) if row is not None else None

    def _hit(self, row: int, score: float = 0.0) -> Hit:
        return Hit(self._table.passages[row], self._table.document(row), score)

    def respell(self, question: str) -> Respelling:
        """The question as the sources would spell it."""
        return self.spelling.correct(question)

    def search(self, query: str, k: int = 10, pool: int = 50, sources: Collection[str] = ()) -> Result:
        """The k best passages for a query, respelt already, with the scores of their sentences.

        `pool` passages (and twice as many sentences) are taken from each ranking before they are fused.
        `sources` are the ids of the documents to search; none means all.
        """
        if self.empty:
            return Result(query, (), ())
        vector = self._embedder.embed([query])[0]
        passages = self._store.nearest_passages(vector, pool, sources)
        sentences = self._store.nearest_sentences(vector, 2 * pool, sources)
        return self._ranked(query, vector, (passages, sentences), k, pool=pool, sources=sources)

    def search_each(self, queries: Sequence[str], k: int = 10, pool: int = 50) -> tuple[list[Result], Vectors]:
        """What `search` gives for each of several queries, and their vectors, shape (len(queries), dimension); quicker
        than one by one."""
        vectors = self._embedder.embed(queries)
        if self.empty or not queries:
            return [Result(query, (), ()) for query in queries], vectors
        near = self._store.nearest_to_each(vectors, pool)
        rows = zip(queries, vectors, near, strict=True)
        return [self._ranked(query, vector, names, k, pool=pool) for query, vector, names in rows], vectors

    def _ranked(
        self,
        query: str,
        vector: Vectors,
        near: tuple[Collection[str], Collection[str]],
        k: int,
        *,
        pool: int,
        sources: Collection[str] = (),
    ) -> Result:
        """The k best of the passages that any of the rankings names; `near` are the passages and the sentences nearest
        to the query's vector."""
        by_passage = self.lexical.shares(query)
        by_sentence = self._sentence_lexical.shares(query)
        rows = self._pool(near, by_passage, by_sentence, pool, sources)
        self._fetch(rows)
        inside = self._table.sentences_of(rows)
        apart = self._common.without(vector[np.newaxis])[0]
        sentence_cosine = np.zeros(len(self._table.owner), dtype=np.float32)
        sentence_cosine[inside] = self._sentence_vectors[inside] @ apart
        fusion = self._fusion
        trust = fusion.trust(float(self._sentence_lexical.coverage(query)[inside].max(initial=0.0)))
        fused = np.full(len(self._table.passages), -np.inf)
        fused[rows] = (
            fusion.passage_cosine * (self._passage_vectors[rows] @ apart)
            + fusion.sentence_cosine * self._best(sentence_cosine, inside)[rows]
            + trust * fusion.passage_bm25 * by_passage[rows]
            + trust * fusion.sentence_bm25 * self._best(by_sentence, inside)[rows]
        )
        best = [int(row) for row in np.argsort(-fused, kind="stable")[: min(k, len(rows))]]
        hits = {row: self._hit(row, float(fused[row])) for row in best}
        sentences = tuple(
            SentenceScore(
                hits[int(self._table.owner[row])],
                self._table.span(row),
                self._table.text(row),
                float(sentence_cosine[row]),
            )
            for row in map(int, self._table.sentences_of(best))
        )
        return Result(query, tuple(hits.values()), sentences, trust)

    def vectors(self, hits: Sequence[Hit]) -> Vectors:
        """The unit vectors of the sentences of some passages, in order, as they were embedded."""
        if not hits:
            return np.zeros((0, self._embedder.dimension), dtype=np.float32)
        known = self._embedded  # another thread may put another in its place meanwhile
        if new := [hit.passage for hit in hits if hit.passage.id not in known]:
            names = [f"{passage.source_id}:{span.start}-{span.end}" for passage in new for span in passage.sentences]
            ends = np.cumsum([len(passage.sentences) for passage in new])[:-1]
            parts = np.split(self._store.sentence_vectors(names), ends)
            kept = (
                known
                if len(known) < _KEPT
                else {h.passage.id: known[h.passage.id] for h in hits if h.passage.id in known}
            )
            self._embedded = known = {**kept, **{passage.id: part for passage, part in zip(new, parts, strict=True)}}
        return np.concatenate([known[hit.passage.id] for hit in hits])

    def sentences_at(self, source_id: str, spans: Sequence[Span]) -> list[SentenceScore]:
        """Sentences of one document by their place, unscored, in the order given."""
        table = self._table
        rows = [row for span in spans if (row := table.sentence_at(source_id, span.start)) is not None]
        return [SentenceScore(self._hit(int(table.owner[row])), table.span(row), table.text(row)) for row in rows]

    def _pool(
        self,
        near: tuple[Collection[str], Collection[str]],
        by_passage: Scores,
        by_sentence: Scores,
        pool: int,
        sources: Collection[str],
    ) -> NDArray[np.int64]:
        """The rows of the passages that any of the rankings puts among its first."""
        passages, sentences = near
        table = self._table
        named = {table.passage_named(name) for name in passages}
        named |= {int(table.owner[row]) for name in sentences if (row := table.sentence_named(name)) is not None}
        rows = {row for row in named if row is not None}
        rows |= {int(row) for row in _largest(by_passage, pool)}
        rows |= {int(table.owner[row]) for row in _largest(by_sentence, 2 * pool)}
        if sources:
            rows = {row for row in rows if table.passages[row].source_id in sources}
        return np.asarray(sorted(rows), dtype=np.int64)

    def _fetch(self, rows: NDArray[np.int64]) -> None:
        """Have the vectors of these passages and their sentences in memory, without what all have in common."""
        missing = rows[~self._fetched[rows]]
        if not len(missing):
            return
        inside = self._table.sentences_of(missing)
        passages = self._store.passage_vectors([self._table.passages[row].id for row in missing])
        sentences = self._store.sentence_vectors([self._table.name(int(row)) for row in inside])
        self._passage_vectors[missing] = self._common.without(passages)
        self._sentence_vectors[inside] = self._common.without(sentences)
        self._fetched[missing] = True

    def _best(self, scores: Scores, inside: NDArray[np.int64]) -> Scores:
        """For each passage the best score of one of its sentences, of those in the pool."""
        best = np.full(len(self._table.passages), -1.0, dtype=np.float32)
        np.maximum.at(best, self._table.owner[inside], scores[inside])
        return best


def _largest(scores: Scores, most: int) -> NDArray[np.int64]:
    """The indices of the largest positive scores, at most so many, in no order."""
    if len(scores) > most:
        found = np.argpartition(-scores, most)[:most]
        return found[scores[found] > 0]
    return np.flatnonzero(scores > 0)
