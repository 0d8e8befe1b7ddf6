"""Our search as a LangChain retriever, so that others can put it into their chains.

The only file that imports langchain_core; nothing else of ours needs it.
"""

from __future__ import annotations

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from vectorstore.search import Searcher


class HybridRetriever(BaseRetriever):
    """The k best passages as LangChain documents.

    `page_content` is the canonical text; the metadata hold source, title, section, start, end and score, so a
    chain can cite by the offsets.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    searcher: Searcher
    k: int = 5

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        result = self.searcher.search(self.searcher.respell(query).text, k=self.k)
        return [
            LangChainDocument(
                page_content=hit.text,
                metadata={
                    "source": hit.passage.source_id,
                    "title": hit.document.source.title,
                    "section": hit.passage.section,
                    "start": hit.passage.span.start,
                    "end": hit.passage.span.end,
                    "score": hit.score,
                },
            )
            for hit in result.hits
        ]
