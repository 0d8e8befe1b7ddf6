"""The indexed sources as a list, and what is done to one by hand: it gets another title, or is removed.

A removed source is gone from all answers at once; its file stays where it is, unless it is an upload: that copy is
ours, and goes. A bundled source stays away until it is asked for by its file or folder (library.py). How files get in
is build.py's and pipeline.py's affair; uploads are documents.py's.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.library import LibraryError, clean_title
from app.settings import Settings
from ingest.documents import content_hash
from ingest.loaders import LOADERS

if TYPE_CHECKING:
    from vectorstore.embedding import Embedder
    from vectorstore.records import Record
    from vectorstore.store import Store


class State(StrEnum):
    """What became of the file of a source since it was indexed."""

    SAME = "same"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Listed:
    """One indexed source: `kind` names its format, `passages` counts; the file of an `upload` is ours."""

    id: str
    title: str
    author: str
    year: str
    kind: str
    passages: int
    path: Path
    state: State
    bundled: bool
    upload: bool

    def as_row(self) -> dict[str, Any]:
        """The source as a JSON-ready mapping."""
        return {**asdict(self), "path": str(self.path)}


def uploads(settings: Settings) -> Path:
    """The folder of the documents that were uploaded."""
    return settings.home / "documents"


def uploaded(settings: Settings) -> list[Path]:
    """That folder if there is anything in it, as the targets of an ingest."""
    folder = uploads(settings)
    held = folder.is_dir() and any(not path.name.startswith(".") for path in folder.iterdir())
    return [folder] if held else []


def listed(settings: Settings, records: Mapping[str, Record] | None = None) -> tuple[Listed, ...]:
    """The sources of the index in order of id; their files are read, to see whether they have changed.

    Args:
        records: the index, if it is open; else its folder is read, which needs no model.
    """
    from vectorstore.folder import exists, stored

    if records is None:
        found = stored(settings.index) if exists(settings.index) else []
        records = {record.document.id: record for record in found}
    return tuple(listed_one(settings, record) for _, record in sorted(records.items()))


def listed_one(settings: Settings, record: Record) -> Listed:
    """One source as the list has it; its file is read."""
    from app.build import BUNDLED

    source = record.document.source
    loader = LOADERS.get(source.path.suffix.lower())
    return Listed(
        id=source.id,
        title=source.title,
        author=source.author,
        year=source.year,
        kind=loader.name if loader else "unknown",
        passages=len(record.passages),
        path=source.path,
        state=_state(source.path, record.document.sha256),
        bundled=source.path.is_relative_to(BUNDLED),
        upload=source.path.is_relative_to(uploads(settings)),
    )


def _state(path: Path, sha256: str) -> State:
    try:
        return State.SAME if content_hash(path.read_bytes()) == sha256 else State.CHANGED
    except OSError:
        return State.GONE


def check_ids(ids: Sequence[str], known: Collection[str]) -> None:
    """Says so if one of the ids is that of no source.

    Raises:
        LibraryError: with the ids that come near.
    """
    for one in ids:
        if one not in known:
            raise LibraryError(f"There is no source {one[:60]!r}. {near(one, known)}")


def near(wanted: str, known: Collection[str]) -> str:
    """What of the known names comes near to one that is not among them, as a sentence."""
    wanted = wanted.casefold()
    parts = [one for one in sorted(known) if wanted and (wanted in one or one in wanted)]
    near = list(dict.fromkeys([*difflib.get_close_matches(wanted, sorted(known), 3), *parts]))[:3]
    if near:
        return f"Did you mean {' or '.join(near)}? All of them: tutor sources"
    return "The list is: tutor sources" if known else "There are none yet. Add some: tutor ingest PATH"


def bring_back(settings: Settings, targets: Sequence[Path]) -> None:
    """Let in again what was removed, if it is asked for by its file or folder."""
    from app.build import build_library, history_path

    if targets and history_path(settings).exists():
        build_library(settings).bring_back(targets)


def remove_sources(
    settings: Settings, embedder: Embedder, ids: Sequence[str], discard: Callable[[Path], None] = Path.unlink
) -> tuple[Listed, ...]:
    """Take sources out of the index, and `discard` the files of those that are uploads; what was removed.

    Raises:
        LibraryError: one of the ids is that of no source; then nothing is removed.
        IndexBusy: another process is writing the index.
        IndexUnavailable: it cannot be written.
        HistoryError: what the user wants cannot be kept; then nothing is removed.
    """
    from app.build import build_library
    from app.conflicts.keeping import keep_conflicts

    with _writing(settings, embedder) as store:
        records = store.records
        check_ids(ids, records)
        gone = tuple(listed_one(settings, records[one]) for one in dict.fromkeys(ids))
        library = build_library(settings)
        library.forget([one.id for one in gone], [one.path for one in gone], [one.path for one in gone if one.bundled])
        for one in gone:
            store.remove(one.id)
            if one.upload:
                with suppress(OSError):
                    discard(one.path)
        keep_conflicts(store)
    return gone


def restore_record(settings: Settings, embedder: Embedder, record: Record) -> None:
    """Put a source that was removed into the index as it was.

    Raises:
        LibraryError: another source has its id by now.
        IndexBusy, IndexUnavailable: as `remove_sources`.
    """
    from app.conflicts.keeping import keep_conflicts

    with _writing(settings, embedder) as store:
        if record.document.id in store.records:
            raise LibraryError(f"There is another source {record.document.id!r} by now. Add the file again.")
        store.put(record.document, record.passages, record.fingerprint)
        keep_conflicts(store)


@contextmanager
def _writing(settings: Settings, embedder: Embedder) -> Iterator[Store]:
    """The index, if there is one, held for writing.

    Raises:
        LibraryError: there is none.
    """
    from app.build import build_store
    from vectorstore.folder import exists

    if not exists(settings.index):
        raise LibraryError("Nothing is indexed yet. Index the bundled sources, or your own files: tutor ingest [PATH]")
    store = build_store(settings, embedder)
    try:
        with store.writing():
            yield store
    finally:
        store.close()


def rename_source(settings: Settings, embedder: Embedder, source_id: str, title: str) -> Listed:
    """Give a source another title, which stays when its file is indexed again; the source under it.

    Raises:
        LibraryError: there is no such source, or the title is none.
        IndexBusy, IndexUnavailable, HistoryError: as `remove_sources`.
    """
    from app.build import build_library

    title = clean_title(title)
    with _writing(settings, embedder) as store:
        check_ids([source_id], store.records)
        record = store.records[source_id]
        source = record.document.source
        build_library(settings).give_title(source.path, title)
        named = replace(record.document, source=replace(source, title=title))
        store.put(named, record.passages, record.fingerprint)  # nothing is embedded: the vectors are there
        return listed_one(settings, store.records[source_id])
