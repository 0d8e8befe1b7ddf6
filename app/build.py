"""The only place that makes things out of Settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.settings import Settings

if TYPE_CHECKING:
    from app.tutor import Tutor
    from ingest.pipeline import IngestReport, Progress
    from vectorstore.embedding import Embedder
    from vectorstore.store import Store

#: The folder of the documents that come with the tutor.
BUNDLED = Path(__file__).resolve().parent.parent / "ingest" / "sources"


def build_embedder(settings: Settings) -> Embedder:
    """The embedding model that the settings name.

    Raises:
        ModelError: it is not on this machine, or its weights are not the published ones.
    """
    from vectorstore.embedding import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(settings.model)


def build_store(settings: Settings, embedder: Embedder) -> Store:
    """The index, opened; made if there is none.

    Raises:
        IndexUnavailable: it is damaged or its folder cannot be used.
        ModelError: it was made with another model.
    """
    from vectorstore.store import Store

    return Store(settings.index, embedder)


def ensure_index(
    settings: Settings, embedder: Embedder, progress: Callable[[Progress], None] | None = None
) -> IngestReport | None:
    """Index the bundled sources if there is no index yet; the report of that, or None."""
    from ingest.pipeline import ingest
    from vectorstore.store import exists

    if exists(settings.index):
        return None
    store = build_store(settings, embedder)
    with store.writing():
        return ingest([BUNDLED], store, progress)


def build_tutor(settings: Settings) -> Tutor:
    """A tutor over the index; the bundled sources are indexed first if there is none.

    Raises:
        TutorError: whatever keeps it from working, in one line.
    """
    from app.tutor import Tutor

    embedder = build_embedder(settings)
    ensure_index(settings, embedder)
    return Tutor(build_store(settings, embedder), embedder)
