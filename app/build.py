"""The only place that makes things out of Settings."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.settings import Settings

if TYPE_CHECKING:
    from app.chatmodel import LangChainModel, Server
    from app.history import History
    from app.library import Library, Wishes
    from app.review.store import Reviews
    from app.study.quiz_store import QuizFile
    from app.study.store import StudyFile
    from app.tutor import Tutor
    from ingest.pipeline import IngestReport, Progress
    from vectorstore.embedding import Embedder
    from vectorstore.store import Store

#: The folder of the documents that come with the tutor.
BUNDLED = Path(__file__).resolve().parent.parent / "ingest" / "sources"

_FIRST = "the bundled sources"  # what `unfinished` says while they are being indexed


def build_embedder(settings: Settings) -> Embedder:
    """The embedding model that the settings name; loaded once a process.

    Raises:
        ModelError: it is not on this machine, or its weights are not the published ones.
    """
    return _embedder(settings.model)


@lru_cache(maxsize=1)
def _embedder(model: str) -> Embedder:
    from vectorstore.embedding import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(model)


def build_store(settings: Settings, embedder: Embedder) -> Store:
    """The index, opened; made if there is none.

    Raises:
        IndexUnavailable: it is damaged or its folder cannot be used.
        ModelError: it was made with another model.
    """
    from vectorstore.store import Store

    return Store(settings.index, embedder, url=settings.chroma_url)


def update_index(
    settings: Settings,
    embedder: Embedder,
    targets: Sequence[Path],
    progress: Callable[[Progress], None] | None = None,
) -> IngestReport:
    """Bring the index up to date with files and folders.

    Raises:
        TutorError: none of them exists, or the index cannot be opened or written.
    """
    from app.conflicts.keeping import keep_conflicts
    from ingest.pipeline import ingest

    store = build_store(settings, embedder)
    try:
        with store.writing(_FIRST if BUNDLED in targets else ""):
            wishes = wishes_of(settings)
            report = ingest(targets, store, progress, titles=wishes.titles, left_out=wishes.left_out)
            keep_conflicts(store)
            return report
    finally:
        store.close()


def rebuild_index(
    settings: Settings,
    embedder: Embedder,
    targets: Sequence[Path],
    progress: Callable[[Progress], None] | None = None,
) -> IngestReport:
    """Make the index anew from the files it lists and from `targets`; the old one is used until that is done.

    A document whose file is gone, or cannot be read any more, goes in as the old index has it.

    Raises:
        TutorError: none of the targets exists, or the index cannot be written.
    """
    from app.conflicts.keeping import keep_conflicts
    from ingest.pipeline import ingest
    from vectorstore.folder import stored
    from vectorstore.store import rebuilding

    former = stored(settings.index)
    paths = [record.document.source.path for record in former]
    with rebuilding(settings.index, embedder, settings.chroma_url) as store:
        for record, path in zip(former, paths, strict=True):
            if not path.exists():
                store.put(record.document, record.passages, record.fingerprint)
        known = [path for path in paths if path.exists() and not any(path.is_relative_to(t) for t in targets)]
        wishes = wishes_of(settings)
        report = ingest([*targets, *known], store, progress, titles=wishes.titles, left_out=wishes.left_out)
        origins = set(store.origins().values())
        for record, path in zip(former, paths, strict=True):
            if path.exists() and str(path) not in origins and record.document.id not in store.records:
                store.put(record.document, record.passages, record.fingerprint)
        keep_conflicts(store)
    return report


def ensure_index(
    settings: Settings, embedder: Embedder, progress: Callable[[Progress], None] | None = None
) -> IngestReport | None:
    """Index the bundled sources if there is no index yet, or if that was cut short; the report of it, or None."""
    from vectorstore.folder import IndexBusy, exists, unfinished

    begun = exists(settings.index)
    if begun and unfinished(settings.index) != _FIRST:
        return None
    try:
        return update_index(settings, embedder, [BUNDLED], progress)
    except IndexBusy:
        if begun and build_store(settings, embedder).records:
            return None  # another process is about it; there is something to ask already
        raise


def wishes_of(settings: Settings) -> Wishes:
    """What the user said of sources: their titles, and which to leave out. Looking makes no file.

    Raises:
        HistoryError: as `build_history`.
    """
    from app.library import Wishes

    return build_library(settings).wishes() if history_path(settings).exists() else Wishes()


def build_library(settings: Settings) -> Library:
    """What the user said of sources, in the file of the conversations; it is made if there is none.

    Raises:
        HistoryError: as `build_history`.
    """
    from app.library import Library

    return Library.open(history_path(settings))


def history_path(settings: Settings) -> Path:
    """Where conversations and feedback are kept; looking makes no file."""
    return settings.home / "tutor.sqlite3"


def build_history(settings: Settings) -> History:
    """The conversations and feedback of this home; their file is made if there is none.

    Raises:
        HistoryError: it cannot be made, is damaged, or is of a newer version.
    """
    from app.history import History

    return History.open(history_path(settings))


def build_reviews(settings: Settings) -> Reviews:
    """What reviewers said of the tutor's sentences, in the file of the conversations; it is made if there is none.

    Raises:
        HistoryError: as `build_history`.
    """
    from app.review.store import Reviews

    return Reviews.open(history_path(settings))


def build_study(settings: Settings) -> StudyFile:
    """What is kept of studying, in the file of the conversations; it is made if there is none.

    Raises:
        HistoryError: as `build_history`.
    """
    from app.study.store import StudyFile

    return StudyFile.open(history_path(settings))


def build_quizzes(settings: Settings) -> QuizFile:
    """The quizzes that were taken, in the file of the conversations; it is made if there is none.

    Raises:
        HistoryError: as `build_history`.
    """
    from app.study.quiz_store import QuizFile

    return QuizFile.open(history_path(settings))


def build_tutor(settings: Settings) -> Tutor:
    """A tutor over the index; the bundled sources are indexed first if there is none.

    Raises:
        TutorError: whatever keeps it from working, in one line.
    """
    from app.tutor import Tutor

    embedder = build_embedder(settings)
    ensure_index(settings, embedder)
    return Tutor(build_store(settings, embedder), embedder)


def build_chat_model(settings: Settings, environ: Mapping[str, str] = os.environ) -> LangChainModel | None:
    """The chat model that the settings name, None if they name none. Loads, asks and starts nothing yet.

    Raises:
        SettingsError: the name is none of a model.
    """
    from app.modelspec import Kind, parse_spec

    spec = parse_spec(settings.llm)
    if spec.kind is Kind.NONE:
        return None
    from app.chatmodel import LangChainModel

    def serve() -> Server:
        from app.local_server import serve_local

        return serve_local(settings.home)

    return LangChainModel(
        spec, environ=environ, context=settings.llm_context, serve=serve if spec.kind is Kind.LOCAL else None
    )
