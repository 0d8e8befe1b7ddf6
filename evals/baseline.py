"""What the tutor is to beat: BASELINES, and LangChain's tutorial pipeline, one of them.

The pipeline: fixed-size chunks of the raw text, one vector each, the nearest four, and of those the three sentences
nearest to the question, cited one by one. It uses the tutor's own embedder, so that the difference is in the
pipeline. It never refuses. The only file that imports langchain_text_splitters; the other baselines are in alone.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from evals.alone import bm25_alone, embeddings_alone, quoted
from evals.runner import Responder
from ingest.documents import Document, Passage, Span
from ingest.errors import TutorError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.answer import Answer
    from vectorstore.embedding import Embedder
    from vectorstore.search import Hit

CHUNK, OVERLAP = 1000, 200  # characters, as in the tutorial
CHUNKS_READ, CHUNKS_KEPT, SENTENCES = 4, 10, 3


class BaselineMissing(TutorError):
    """A baseline whose library is not installed."""


class LangChain:
    """A Responder over documents, indexed in memory when it is made.

    Raises:
        BaselineMissing: langchain-text-splitters is not installed.
    """

    name = "langchain"

    def __init__(self, documents: Mapping[str, Document], embedder: Embedder) -> None:
        try:
            from langchain_text_splitters import RecursiveCharacterTextSplitter
        except ImportError as error:
            raise BaselineMissing(
                "the baseline langchain is left out: it needs langchain-text-splitters "
                "(pip install langchain-text-splitters)"
            ) from error
        from langchain_core.embeddings import Embeddings
        from langchain_core.vectorstores import InMemoryVectorStore

        class Embedded(Embeddings):
            def embed_documents(self, texts: list[str]) -> list[list[float]]:
                return [[float(x) for x in row] for row in embedder.embed(texts)]

            def embed_query(self, text: str) -> list[float]:
                return self.embed_documents([text])[0]

        self._documents = dict(documents)
        self._embedder = embedder
        self._vectors: dict[str, NDArray[np.float32]] = {}  # of sentences, each embedded once
        splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP, add_start_index=True)
        self._store = InMemoryVectorStore(Embedded())
        self._store.add_documents(
            splitter.create_documents(
                [document.text for document in documents.values()],
                [{"source_id": source_id} for source_id in documents],
            )
        )

    def answer(self, question: str, history: Sequence[str]) -> Answer:
        """Three sentences, the nearest first. A follow-up is asked together with the turn before it."""
        asked = " ".join([*history[-1:], question])
        hits = self._nearest(asked)
        return quoted(question, asked, self._sentences(asked, hits[:CHUNKS_READ]), hits)

    def _nearest(self, text: str) -> tuple[Hit, ...]:
        from vectorstore.search import Hit

        hits = []
        for chunk, score in self._store.similarity_search_with_score(text, k=CHUNKS_KEPT):
            document = self._documents[chunk.metadata["source_id"]]
            start = chunk.metadata["start_index"]
            span = Span(start, start + len(chunk.page_content))
            section = document.section_at(start).title
            hits.append(Hit(Passage(document.id, span, section, sentences=(span,)), document, float(score)))
        return tuple(hits)

    def _sentences(self, asked: str, hits: Sequence[Hit]) -> list[tuple[Document, Span]]:
        """The sentences of the chunks nearest to the question. No place is taken twice."""
        from ingest.sentences import sentence_spans

        found = [
            (hit.document, span)
            for hit in hits
            for start, end in _paragraphs(hit.document.text, hit.passage.span)
            for span in sentence_spans(hit.document.text, start, end)
        ]
        texts = [document.text[span.start : span.end] for document, span in found]
        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        asked_vector, *vectors = self._embedder.embed([asked, *new])
        self._vectors.update(zip(new, vectors, strict=True))
        nearness = [float(self._vectors[text] @ asked_vector) for text in texts]
        taken: list[tuple[Document, Span]] = []
        for i in sorted(range(len(found)), key=lambda i: -nearness[i]):
            document, span = found[i]
            if not any(d.id == document.id and s.overlaps(span) for d, s in taken):
                taken.append((document, span))
        return taken[:SENTENCES]


def _paragraphs(text: str, span: Span) -> list[tuple[int, int]]:
    """The paragraphs of a chunk, as blank lines part them, so that no heading is glued to a sentence."""
    cuts = [match.end() for match in re.finditer(r"\n\s*\n", text[span.start : span.end])]
    edges = [span.start, *(span.start + cut for cut in cuts), span.end]
    return list(pairwise(edges))


#: Name of each baseline -> how it is made from the documents and the tutor's embedder.
BASELINES: Mapping[str, Callable[[Mapping[str, Document], Embedder], Responder]] = {
    "bm25": lambda documents, embedder: bm25_alone(documents),
    "embeddings": embeddings_alone,
    "langchain": LangChain,
}
