"""What one score alone finds: the tutor's own passages ranked by BM25, or by the embeddings, and nothing else.

Of the five best passages the three sentences best by the same score are the answer, cited one by one. No weights,
no fusion, no reading of the question, no refusal: what the tutor's ranking adds to either score is the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from ingest.documents import Document, Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.answer import Answer
    from vectorstore.embedding import Embedder, Vectors
    from vectorstore.search import Hit

PASSAGES_LISTED, PASSAGES_READ, SENTENCES = 10, 5, 3


class Scores(Protocol):
    """One score of texts that are known beforehand, each an array of shape (number of texts,)."""

    def scores(self, query: str) -> NDArray[np.float32]: ...

    def shares(self, query: str) -> NDArray[np.float32]:
        """The scores within 0..1, to be stated as a confidence."""
        ...


class Cosine:
    """The cosine between the query's vector and those of texts."""

    def __init__(self, vectors: Vectors, query_vector: Callable[[str], Vectors]) -> None:
        self._vectors = vectors
        self._query_vector = query_vector

    def scores(self, query: str) -> NDArray[np.float32]:
        """The cosine of each text, -1..1."""
        return self._vectors @ self._query_vector(query)

    def shares(self, query: str) -> NDArray[np.float32]:
        """The cosine of each text, a negative one being 0."""
        return self.scores(query).clip(0, 1)


class Alone:
    """A Responder by one score. `score` makes it for the passages and again for their sentences."""

    def __init__(self, name: str, documents: Mapping[str, Document], score: Callable[[Sequence[str]], Scores]) -> None:
        from ingest.chunk import chunk
        from vectorstore.search import Hit

        self.name = name
        self._hits = [Hit(passage, document, 0.0) for document in documents.values() for passage in chunk(document)]
        self._sentences = [(row, span) for row, hit in enumerate(self._hits) for span in hit.passage.sentences]
        self._of_passages = score([hit.plain for hit in self._hits])
        self._of_sentences = score([self._hits[row].document.plain(span) for row, span in self._sentences])

    def answer(self, question: str, history: Sequence[str]) -> Answer:
        """Three sentences, the best first. A follow-up is asked together with the turn before it."""
        asked = " ".join([*history[-1:], question])
        scores, shares = self._of_passages.scores(asked), self._of_passages.shares(asked)
        best = [int(row) for row in (-scores).argsort(kind="stable")[:PASSAGES_LISTED]]
        hits = tuple(replace(self._hits[row], score=float(shares[row])) for row in best)
        by_sentence = self._of_sentences.scores(asked)
        read = frozenset(best[:PASSAGES_READ])
        inside = [i for i, (row, _) in enumerate(self._sentences) if row in read]
        chosen = sorted(inside, key=lambda i: -by_sentence[i])[:SENTENCES]
        places = [(self._hits[row].document, span) for row, span in (self._sentences[i] for i in chosen)]
        return quoted(question, asked, places, hits)


def bm25_alone(documents: Mapping[str, Document]) -> Alone:
    """By BM25, as the tutor's search counts words."""
    from vectorstore.lexical import Lexical

    return Alone("bm25", documents, Lexical)


def embeddings_alone(documents: Mapping[str, Document], embedder: Embedder) -> Alone:
    """By the cosine of the embedder's vectors as they are. A question is embedded once."""
    query_vector = lru_cache(maxsize=1)(lambda text: embedder.embed([text])[0])
    return Alone("embeddings", documents, lambda texts: Cosine(embedder.embed(texts), query_vector))


def quoted(question: str, asked: str, places: Sequence[tuple[Document, Span]], hits: tuple[Hit, ...]) -> Answer:
    """The Answer that quotes these places, one citation a sentence; the best hit's score is its confidence."""
    from app.answer import Answer, Citation, Sentence

    citations = tuple(
        Citation(
            n=n,
            source_id=document.id,
            source_title=document.source.title,
            section=document.section_at(span.start).title,
            span=span,
            quote=document.text[span.start : span.end],
        )
        for n, (document, span) in enumerate(places, start=1)
    )
    return Answer(
        question=question,
        understood=asked,
        sentences=tuple(Sentence(" ".join(c.quote.split()), (c.n,)) for c in citations),
        citations=citations,
        confidence=min(1.0, max(0.0, hits[0].score)) if hits else 0.0,
        passages=hits,
    )
