"""Hybrid search over an index: a question becomes Hits, best first.

Four scores a passage: the cosine of its vector, the best cosine of one of its sentences, its BM25 score and
the best BM25 score of one of its sentences. Fusion is a weighted sum (Bruch et al., 2023, find it better than
reciprocal ranks once the scores share a scale): cosines as they are, BM25 as a share of what a text could get
that has every word of the question. Dividing by the best score of the search instead, as is often done, gives
the one passage that happens to share a word with a paraphrase the full weight. The weights stand in `Fusion`.

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
from vectorstore.lexical import Lexical
from vectorstore.spelling import Respelling, Spelling
from vectorstore.store import Store, passage_units, sentence_units


@dataclass(frozen=True, slots=True)
class Fusion:
    """Weights of the four scores; set on the development questions and SQuAD (evals/NOTES.md)."""

    passage_cosine: float = 0.5
    sentence_cosine: float = 0.5
    passage_bm25: float = 0.4
    sentence_bm25: float = 0.2


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

    `cosine` is of the sentence's vector, `bm25` in 0..1, `hit` the passage.
    """

    hit: Hit
    span: Span
    text: str
    cosine: float
    bm25: float


@dataclass(frozen=True)
class Result:
    """All that one search found: `hits` best first, and the sentences of those hits in reading order."""

    query: str
    vector: Vectors
    hits: tuple[Hit, ...]
    sentences: tuple[SentenceScore, ...]


class Searcher:
    """Search over the documents of a store as they are now; made again when the store has changed."""

    def __init__(self, store: Store, embedder: Embedder, fusion: Fusion = Fusion()) -> None:
        self._store = store
        self._embedder = embedder
        self._fusion = fusion
        self.generation = store.generation()
        self.records = store.records
        self._hits: dict[str, Hit] = {}
        self._row: dict[str, int] = {}
        self._sentence_row: dict[tuple[str, Span], int] = {}
        passage_texts: list[str] = []
        self._sentence_texts: list[str] = []
        owner: list[int] = []
        for record in self.records.values():
            for passage, unit in zip(record.passages, passage_units(record), strict=True):
                self._row[passage.id] = len(passage_texts)
                self._hits[passage.id] = Hit(passage, record.document, 0.0)
                passage_texts.append(unit.text)
            units = iter(sentence_units(record))
            for passage in record.passages:
                for span in passage.sentences:
                    self._sentence_row[passage.source_id, span] = len(owner)
                    owner.append(self._row[passage.id])
                    self._sentence_texts.append(next(units).text)
        self._ids = list(self._row)
        self._owner = np.asarray(owner, dtype=np.int64)
        self.lexical = Lexical(passage_texts)
        self._sentence_lexical = Lexical(self._sentence_texts)

    @cached_property
    def spelling(self) -> Spelling:
        """The words and names of the indexed texts."""
        texts = [r.document.plain(Span(0, len(r.document.text))) for r in self.records.values()]
        return Spelling(texts, self._embedder.lexicon)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to search."""
        return not self._ids

    def respell(self, question: str) -> Respelling:
        """The question as the sources would spell it."""
        return self.spelling.correct(question)

    def search(self, query: str, k: int = 10, pool: int = 50, sources: Collection[str] = ()) -> Result:
        """The k best passages for a query, respelt already, with the scores of their sentences.

        `pool` passages (and twice as many sentences) are taken from each ranking before they are fused.
        `sources` are the ids of the documents to search; none means all.
        """
        vector = self._embedder.embed([query])[0]
        if self.empty:
            return Result(query, vector, (), ())
        store, fusion = self._store, self._fusion
        by_passage = self.lexical.shares(query)
        by_sentence = self._sentence_lexical.shares(query)
        best_sentence = np.zeros(len(self._ids), dtype=np.float32)
        np.maximum.at(best_sentence, self._owner, by_sentence)
        passage_cosine = np.zeros(len(self._ids), dtype=np.float32)
        for key, cosine in store.nearest_passages(vector, pool, sources).items():
            if key in self._row:
                passage_cosine[self._row[key]] = cosine
        sentence_cosine = np.zeros(len(self._ids), dtype=np.float32)
        for key, cosine in store.nearest_sentences(vector, 2 * pool, sources).items():
            source_id, _, place = key.rpartition(":")
            start, _, end = place.partition("-")
            row = self._sentence_row.get((source_id, Span(int(start), int(end))))
            if row is not None:
                sentence_cosine[self._owner[row]] = max(sentence_cosine[self._owner[row]], cosine)
        fused = (
            fusion.passage_cosine * passage_cosine
            + fusion.sentence_cosine * sentence_cosine
            + fusion.passage_bm25 * by_passage
            + fusion.sentence_bm25 * best_sentence
        )
        if sources:
            fused[[hit.passage.source_id not in sources for hit in self._hits.values()]] = 0.0
        best = np.argsort(-fused, kind="stable")[:k]
        hits = tuple(
            Hit(hit.passage, hit.document, float(fused[row]))
            for row in best
            if fused[row] > 0 and (hit := self._hits[self._ids[row]])
        )
        return Result(query, vector, hits, self._sentences(vector, hits, by_sentence))

    def sentences_at(self, source_id: str, spans: Sequence[Span]) -> list[SentenceScore]:
        """Sentences of one document by their place, unscored, in the order given."""
        record = self.records[source_id]
        passages = {span: passage for passage in record.passages for span in passage.sentences}
        return [
            SentenceScore(
                hit=self._hits[passages[span].id],
                span=span,
                text=self._sentence_texts[self._sentence_row[source_id, span]],
                cosine=0.0,
                bm25=0.0,
            )
            for span in spans
        ]

    def _sentences(
        self, vector: Vectors, hits: Sequence[Hit], bm25: NDArray[np.float32]
    ) -> tuple[SentenceScore, ...]:
        """The sentences of the hits in reading order, each with its two scores."""
        scores: list[SentenceScore] = []
        for source_id in sorted({hit.passage.source_id for hit in hits}):
            mine = sorted((h for h in hits if h.passage.source_id == source_id), key=lambda h: h.passage.span)
            spans = [span for hit in mine for span in hit.passage.sentences]
            vectors = self._store.sentence_vectors(source_id, spans)
            for hit in mine:
                for span in hit.passage.sentences:
                    row = self._sentence_row[source_id, span]
                    scores.append(
                        SentenceScore(
                            hit=hit,
                            span=span,
                            text=self._sentence_texts[row],
                            cosine=float(vectors[span] @ vector),
                            bm25=float(bm25[row]),
                        )
                    )
        return tuple(scores)
