"""The folder of an index: which content of it counts, who may write, and what is said when it cannot be used.

What a content holds is for store.py (documents) and chroma.py (vectors) to say.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from ingest.errors import IndexUnavailable, ModelError
from vectorstore.records import UNREADABLE, Record, parse, write_atomically

FORMAT = 2


class IndexBusy(IndexUnavailable):
    """Another process is writing the index."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What index.json says: how the index was made, and which of its content folders counts.

    `server` tells whether the vectors are on a Chroma server, under the name `id`; else they are in the content's
    folder.
    """

    format: int
    model: str
    dimension: int
    content: str
    id: str = ""
    server: bool = False

    def write(self, folder: Path) -> None:
        """Make it the one of the folder.

        Raises:
            OSError: the folder cannot be written.
        """
        write_atomically(folder / "index.json", json.dumps(asdict(self)))


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of an index; None if there is no index yet.

    Raises:
        IndexUnavailable: it is damaged, or of another format.
    """
    try:
        found = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        manifest = Manifest(
            format=found["format"],
            model=found["model"],
            dimension=found["dimension"],
            content=Path(str(found.get("content"))).name,
            id=str(found.get("id", "")),
            server=bool(found.get("server", False)),
        )
    except FileNotFoundError:
        return None
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise damaged(folder, "index.json cannot be read") from error
    if manifest.format != FORMAT:
        raise IndexUnavailable(
            f"The index {folder} has format {manifest.format}, this version reads {FORMAT}. "
            "Re-index with: tutor ingest --rebuild"
        )
    return manifest


def check_manifest(folder: Path, manifest: Manifest, model: str, dimension: int, url: str) -> None:
    """Whether an index is of the model and in the place that the settings name.

    Raises:
        ModelError: it was made with another model.
        IndexUnavailable: its vectors are elsewhere: on disk or on a server.
    """
    if (manifest.model, manifest.dimension) != (model, dimension):
        raise ModelError(
            f"The index {folder} was made with {manifest.model} ({manifest.dimension} dimensions), "
            f"the model set now is {model} ({dimension}). "
            "Re-embed with: tutor ingest --rebuild, or set TUTOR_MODEL back."
        )
    if manifest.server and not url:
        raise IndexUnavailable(
            f"The index {folder} has its vectors on a Chroma server. Set TUTOR_CHROMA_URL to it, or bring them back "
            "with: tutor ingest --rebuild"
        )
    if url and not manifest.server:
        raise IndexUnavailable(
            f"The index {folder} has its vectors on disk, not on the Chroma server {url}. Move them with: "
            "tutor ingest --rebuild, or unset TUTOR_CHROMA_URL."
        )


def index_id(folder: Path) -> str:
    """What an index goes by on a server: the same as before, if it had such a name."""
    try:
        former = read_manifest(folder)
    except IndexUnavailable:
        former = None
    return (former.id if former is not None else "") or os.urandom(8).hex()


def new_content() -> str:
    """A name for a content folder that no other has."""
    return f"content-{os.urandom(4).hex()}"


def exists(folder: Path) -> bool:
    """Whether an index has been begun in the folder."""
    return (folder / "index.json").exists()


def unfinished(folder: Path) -> str | None:
    """The note of the writer that is at work on an index or was killed at it; None if there was none."""
    try:
        return (folder / "unfinished").read_text(encoding="utf-8")
    except OSError:
        return None


def stored(folder: Path) -> list[Record]:
    """The documents of an index as far as they can be read, whatever else is wrong with it."""
    try:
        content = Path(json.loads((folder / "index.json").read_text(encoding="utf-8"))["content"]).name
    except UNREADABLE:
        content = "content-*"
    records: dict[str, Record] = {}
    for path in sorted(folder.glob(f"{content}/documents/*.json")):
        try:
            record = parse(path.read_text(encoding="utf-8"))
        except UNREADABLE:
            continue
        records[record.document.id] = record
    return list(records.values())


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """The right to write, held by one process (and one block of it) at a time."""
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "write.lock")
        lock.acquire(timeout=0)
    except Timeout:
        raise IndexBusy(
            f"The index {folder} is being written by another process. Wait until it is done and try again."
        ) from None
    except (OSError, NotImplementedError) as error:
        raise unwritable(folder, error) from error
    try:
        yield
    finally:
        lock.release()


def sweep(folder: Path, keep: str) -> None:
    """Delete what killed writers left: other content folders and half-written files. Called under the lock."""
    for path in folder.glob("content-*"):
        if path.name != keep:
            shutil.rmtree(path, ignore_errors=True)  # Windows keeps what a reader has open; the next sweep gets it
    for path in (folder / keep).rglob("*.tmp"):
        path.unlink(missing_ok=True)


def damaged(folder: Path, what: str) -> IndexUnavailable:
    return IndexUnavailable(
        f"The index {folder} is damaged: {what}. Your files are untouched; rebuild it with: tutor ingest --rebuild"
    )


def unwritable(folder: Path, error: Exception) -> IndexUnavailable:
    reason = getattr(error, "strerror", None) or str(error)
    return IndexUnavailable(
        f"The index folder {folder} cannot be used ({reason}). "
        "Free the disk or set TUTOR_HOME to a folder you can write."
    )
