"""Documents that users add: kept in TUTOR_HOME/documents under names that do no harm, indexed, and what came of each.

A file of a name that is there already takes its place, and what it replaced can still be had back (`keep_both`); one
whose content is indexed already adds nothing; one that its loader refuses is not kept. What was replaced or removed
lies in a hidden folder for an hour. Another process that writes the index is waited for.

How a file is read is loaders.py's affair, how the index is written build.py's; the page is ui/documents.py.
"""

from __future__ import annotations

import os
import re
import time
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from app.settings import Settings
from app.sources import Listed, bring_back, check_ids, remove_sources, restore_record, uploads
from ingest.documents import content_hash
from ingest.errors import SourceError
from ingest.loaders import LOADERS, MAX_BYTES

if TYPE_CHECKING:
    from ingest.pipeline import IngestReport, Progress
    from vectorstore.embedding import Embedder
    from vectorstore.records import Record

T = TypeVar("T")

LONGEST_NAME = 150  # bytes of a file's name without its suffix
_WAIT = 600.0  # seconds that another writer of the index is waited for
_PAUSE = 0.5
_BIN = ".removed"  # hidden: no ingest looks into it
_KEPT_FOR = 3600.0  # seconds that what was removed or replaced can be had back

_UNSAFE = re.compile(r'[<>:"|?*]')
#: Names that Windows keeps for devices, whatever their suffix.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)


class Outcome(StrEnum):
    """What came of a file."""

    ADDED = "added"
    REPLACED = "replaced"  # it took the place of another of its name
    UNCHANGED = "unchanged"  # its content was there already
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent: the name that its sender gave it, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one upload. `name` is how it is kept, or how it was sent if it was refused; `note` says why, or what
    has its content. `former` is where the file lies that it replaced."""

    name: str
    outcome: Outcome
    note: str = ""
    path: Path | None = None
    former: Path | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What an upload is done with: settings and model, and whom to tell how far it is and that it waits."""

    settings: Settings
    embedder: Embedder
    progress: Callable[[Progress], None] = lambda progress: None
    waiting: Callable[[], None] = lambda: None


# -- names -----------------------------------------------------------------------------------------------------------


def safe_name(name: str) -> str:
    """A name to keep a file under: its last part, of characters that can be seen, on every system.

    Raises:
        SourceError: its suffix is that of no known format.

    >>> [safe_name(name) for name in ("../../etc/notes.MD", "C:\\\\x\\\\con.txt", ".txt")]
    ['notes.md', '_con.txt', 'document.txt']
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = " ".join("".join(c if c.isprintable() else " " for c in last).split())
    stem, _, end = seen.rpartition(".")
    suffix = f".{end.strip().lower()}" if "." in seen else ""
    if suffix not in LOADERS:
        shown = seen[:80] or "a file without a name"
        raise SourceError(f"{shown} is of no known format ({suffix or 'no suffix'}); known are {', '.join(LOADERS)}")
    stem = _UNSAFE.sub("_", stem).strip(" .")
    while len(stem.encode("utf-8", "replace")) > LONGEST_NAME:
        stem = stem[:-1].rstrip(" .")
    if _RESERVED.fullmatch(stem):
        stem = f"_{stem}"
    return f"{stem or 'document'}{suffix}"


def free_name(folder: Path, name: str) -> str:
    """The name, or the first of "notes (2).md", "notes (3).md", ... that nothing in the folder has."""
    taken = {path.name.casefold() for path in folder.iterdir()} if folder.is_dir() else set()
    path, number, found = Path(name), 1, name
    while found.casefold() in taken:
        number += 1
        found = f"{path.stem} ({number}){path.suffix}"
    return found


# -- adding ----------------------------------------------------------------------------------------------------------


def add(work: Work, files: Sequence[Upload]) -> tuple[Result, ...]:
    """Keep and index files; what came of each, in order.

    Raises:
        IndexUnavailable: the index cannot be opened or written, or is written by another process all the time; the
            files are kept, and go in with the next ingest.
        HistoryError: what the user wants of sources cannot be read.
    """
    from vectorstore.folder import exists, stored

    empty_bin(work.settings)
    records = stored(work.settings.index) if exists(work.settings.index) else []
    known = {record.document.sha256: record.document.source.title for record in records}
    results = []
    for file in files:
        result = _keep(work.settings, file, known)
        known.setdefault(content_hash(file.data), result.name)
        results.append(result)
    paths = [result.path for result in results if result.path is not None]
    if not paths:
        return tuple(results)
    report = _index(work, paths)
    failures = {failure.path: failure.message for failure in report.failures}
    return tuple(_refused(result, failures) for result in results)


def _keep(settings: Settings, file: Upload, known: Mapping[str, str]) -> Result:
    """Write a file into the folder of uploads, unless its content is there."""
    shown = " ".join("".join(c if c.isprintable() else " " for c in file.name).split())[-120:]
    try:
        name = safe_name(file.name)
        if len(file.data) > MAX_BYTES:
            raise SourceError(f"{name} is too large ({len(file.data) / 2**20:.0f} MB, at most {MAX_BYTES // 2**20} MB)")
        if not file.data:
            raise SourceError(f"{name} is empty; put text in it")
        if (title := known.get(content_hash(file.data))) is not None:
            return Result(name, Outcome.UNCHANGED, f"Its content is there already: {title}")
        folder = uploads(settings)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        same = next((path for path in folder.iterdir() if path.name.casefold() == name.casefold()), None)
        if same is None or same.read_bytes() == file.data:  # that one was not indexed yet
            return Result(name, Outcome.ADDED, path=_write(same or folder / name, file.data))
        former = _put_away(settings, same)
        return Result(name, Outcome.REPLACED, path=_write(same, file.data), former=former)
    except SourceError as error:
        return Result(shown, Outcome.REFUSED, str(error))
    except OSError as error:
        return Result(shown, Outcome.REFUSED, f"It cannot be kept in {uploads(settings)}: {error.strerror}")


def _write(path: Path, data: bytes) -> Path:
    """Write a file whole or not at all."""
    unfinished = path.with_name(f".{os.getpid()}-{time.monotonic_ns()}.tmp")
    try:
        with unfinished.open("xb") as file:
            file.write(data)
        unfinished.chmod(0o600)  # what a user adds is nobody else's business
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def _index(work: Work, targets: Sequence[Path]) -> IngestReport:
    from app.build import update_index

    bring_back(work.settings, targets)
    return patiently(lambda: update_index(work.settings, work.embedder, targets, work.progress), work.waiting)


def patiently(write: Callable[[], T], waiting: Callable[[], None], wait: float = _WAIT) -> T:
    """What comes of writing the index, once no other process does.

    Raises:
        IndexBusy: another one has written it for `wait` seconds.
    """
    from vectorstore.folder import IndexBusy

    until = time.monotonic() + wait
    while True:
        try:
            return write()
        except IndexBusy:
            if time.monotonic() > until:
                raise
            waiting()
            time.sleep(_PAUSE)


def _refused(result: Result, failures: Mapping[Path, str]) -> Result:
    """The result, or that the loader refused the file; then it is not kept, and what it replaced is there again."""
    if result.path is None or result.path not in failures:
        return result
    note = failures[result.path].replace(str(result.path), result.name)
    if result.former is not None:
        result.former.replace(result.path)
        note += ". The document of this name that was there stays as it was"
    else:
        result.path.unlink(missing_ok=True)
    return replace(result, outcome=Outcome.REFUSED, note=note, path=None, former=None)


def keep_both(work: Work, result: Result) -> Result:
    """Have back what an upload replaced, and keep the upload under another name beside it.

    Raises:
        SourceError: what it replaced is no longer kept, or one of the two cannot be moved.
        IndexUnavailable, HistoryError: as `add`.
    """
    path, former = result.path, result.former
    if path is None or former is None or not former.exists() or not path.exists():
        raise SourceError("The document that was there before is no longer kept.")
    try:
        name = free_name(path.parent, path.name)
        beside = path.rename(path.with_name(name))
        former.rename(path)
    except OSError as error:
        raise SourceError(f"{path.name} cannot be moved: {error.strerror}") from error
    _index(work, [path, beside])
    return Result(name, Outcome.ADDED, path=beside)


# -- removing, and having back ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Removed:
    """A source that was removed, as the index had it. `titled`: its user had given it a title; `kept` is where the
    file of an upload lies; None if the source's own file stays."""

    source: Listed
    record: Record
    titled: bool
    kept: Path | None = None


def remove(work: Work, source_id: str) -> Removed:
    """Remove a source in such a way that `put_back` can undo it.

    Raises:
        LibraryError, IndexUnavailable, HistoryError: as `remove_sources`.
    """
    from app.build import wishes_of
    from vectorstore.folder import stored

    empty_bin(work.settings)
    titles = wishes_of(work.settings).titles
    records = {record.document.id: record for record in stored(work.settings.index)}
    check_ids([source_id], records)
    kept: list[Path] = []

    def put_away(path: Path) -> None:
        kept.append(_put_away(work.settings, path))

    (gone,) = patiently(
        lambda: remove_sources(work.settings, work.embedder, [source_id], discard=put_away), work.waiting
    )
    return Removed(gone, records[source_id], gone.path in titles, kept[0] if kept else None)


def put_back(work: Work, removed: Removed) -> None:
    """Undo a removal: the source is as it was, also if its own file is gone or has changed.

    Raises:
        SourceError: the file of an upload is no longer kept, or another has its name; or another source has its id.
        IndexUnavailable, HistoryError: as `add`.
    """
    from app.build import build_library

    path, record = removed.source.path, removed.record
    if removed.kept is not None:
        if not removed.kept.exists() or path.exists():
            raise SourceError(f"{path.name} is no longer kept. Add it again.")
        removed.kept.replace(path)
    bring_back(work.settings, [path])
    if removed.titled:
        build_library(work.settings).give_title(path, removed.source.title)
    patiently(lambda: restore_record(work.settings, work.embedder, record), work.waiting)


def bring_in(work: Work, path: Path) -> None:
    """Index a file that is there, one that was left out.

    Raises:
        SourceError: it is no longer there, or cannot be read.
        IndexUnavailable, HistoryError: as `add`.
    """
    if failures := _index(work, [path]).failures:
        raise SourceError(failures[0].message)


def _put_away(settings: Settings, path: Path) -> Path:
    """Move a file to where it can be had back from for a while."""
    folder = uploads(settings) / _BIN
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    away = folder / f"{time.time_ns()}-{path.name}"[:200]
    path.replace(away)
    os.utime(away)
    return away


def empty_bin(settings: Settings, kept_for: float = _KEPT_FOR) -> None:
    """Delete what was removed longer ago."""
    folder = uploads(settings) / _BIN
    with suppress(OSError):
        for path in list(folder.iterdir()):
            if time.time() - path.stat().st_mtime > kept_for:
                path.unlink()
