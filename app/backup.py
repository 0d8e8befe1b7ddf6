"""A backup of a home as one zip file, and its way back: conversations, reviews, cards, uploads, settings and the index.

What can be fetched or made again is left out: chat models, indexes of benchmarks, vectors on a Chroma server. A restore
looks through the whole file before it touches the home, and moves what was there aside.

    backup.json     format, version of the tutor, when it was made, the home it was of
    tutor.sqlite3, settings.toml, documents/, runs/, index/     as they are in a home
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, Any

from app.database import Database
from app.settings import Settings
from ingest.errors import TutorError
from vectorstore.folder import exists, locked, read_manifest
from vectorstore.records import UNREADABLE, write_atomically

FORMAT = 1
_ABOUT = "backup.json"
_FILES = ("tutor.sqlite3", "settings.toml")
_FOLDERS = ("documents", "runs")
_INDEX = "index"
_STEP = 1 << 20  # bytes copied at a time

#: What reading a zip file raises if it is none, damaged or locked, and reading our JSON in it if it is not ours.
_NO_BACKUP = (zipfile.BadZipFile, zlib.error, EOFError, LookupError, TypeError, ValueError, RuntimeError)

#: Called with the bytes done and the bytes in all.
Progress = Callable[[int, int], None]


class BackupError(TutorError):
    """A backup that cannot be made, read or restored."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore brought back: `aside` is the folder that what was there before lies in, None if nothing was;
    `vectors` tells whether the index came with its vectors."""

    made: str
    files: int
    aside: Path | None
    vectors: bool


def backup(settings: Settings, target: Path, progress: Progress = lambda done, total: None) -> int:
    """Write a backup of a home, whole or not at all; the number of files in it. Others may use the home meanwhile; the
    index cannot be written while it is copied.

    Raises:
        BackupError: there is nothing to keep, the target is there already, or it cannot be written.
        IndexBusy: another process is writing the index.
    """
    if target.exists():
        raise BackupError(f"{target} is there already. Name another file, or delete it first.")
    with TemporaryDirectory() as scratch, _held(settings.index) as index:
        try:
            files = list(_files(settings, index, Path(scratch)))
            if not files:
                raise BackupError(f"There is nothing in {settings.home} to back up.")
            _write(settings, target, files, progress)
        except (OSError, sqlite3.Error) as error:
            why = getattr(error, "strerror", None) or error
            raise BackupError(f"{target} cannot be written ({why}). Free the disk or name another place.") from error
    return len(files)


@contextmanager
def _held(index: Path) -> Iterator[Path | None]:
    """The index, kept from being written; None if there is none."""
    if not exists(index):
        yield None
        return
    with locked(index):
        yield index


def _files(settings: Settings, index: Path | None, scratch: Path) -> Iterator[tuple[Path, str]]:
    """Each file that is kept, and its name in the backup. Databases are copied to a scratch folder first, each as it
    is at one moment."""
    for name in _FILES:
        if (settings.home / name).is_file():
            yield _still(settings.home / name, scratch), name
    roots = [(settings.home / name, name) for name in _FOLDERS]
    if index is not None:
        roots.append((index, _INDEX))
    for root, name in roots:
        for path in sorted(root.rglob("*")):
            inside = path.relative_to(root)
            if not path.is_file() or path.name.endswith((".tmp", ".lock", "-wal", "-shm", "-journal")):
                continue
            yield _still(path, scratch), f"{name}/{inside.as_posix()}"


def _still(path: Path, scratch: Path) -> Path:
    """A file, or a copy of it if it is a database that somebody may be writing."""
    if path.suffix != ".sqlite3":
        return path
    copy = scratch / f"{len(list(scratch.iterdir()))}.sqlite3"
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as made:
        source.backup(made)
    return copy


def _write(settings: Settings, target: Path, files: list[tuple[Path, str]], progress: Progress) -> None:
    about = {
        "format": FORMAT,
        "tutor": version("koryo-tutor"),
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "home": str(settings.home),
    }
    total, done = sum(path.stat().st_size for path, _ in files), 0
    unfinished = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    try:
        with zipfile.ZipFile(unfinished, "x", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(_ABOUT, json.dumps(about))
            for path, name in files:
                with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as made:
                    for size in _copied(source, made):
                        done += size
                        progress(done, total)
        unfinished.chmod(0o600)  # what a user asks is nobody else's business
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _copied(source: IO[bytes], target: IO[bytes]) -> Iterator[int]:
    """Copy a file; the bytes of each step as they are written."""
    while piece := source.read(_STEP):
        yield target.write(piece)


def restore(settings: Settings, file: Path, progress: Progress = lambda done, total: None) -> Restored:
    """Bring a backup back into a home. What was there is moved into a folder of its own beside it.

    Raises:
        BackupError: the file is no backup, is damaged or of a newer tutor, or the home cannot be written. The home is
            as it was.
        IndexBusy: another process is writing the index.
    """
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        with _scratch(settings.home) as scratch:
            about, count = _unpack(file, scratch, progress)
            vectors = _ready(file, scratch, Path(about["home"]), settings.home)
            with _held(settings.index):
                aside = _swap(scratch, settings)
    except OSError as error:
        raise BackupError(f"{file} cannot be restored ({error.strerror or error}). The home is as it was.") from error
    return Restored(about["made"], count, aside, vectors)


@contextmanager
def _scratch(home: Path) -> Iterator[Path]:
    """A folder on the same disk as a home, gone afterwards."""
    folder = home / f".restoring-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unpack(file: Path, folder: Path, progress: Progress) -> tuple[dict[str, Any], int]:
    try:
        with zipfile.ZipFile(file) as archive:
            about = json.loads(archive.read(_ABOUT))
            if not isinstance(about["home"], str) or not isinstance(about["made"], str):
                raise TypeError(about)
            if about["format"] > FORMAT:
                raise BackupError(f"{file} was made by a newer tutor ({about['tutor']}). Update the tutor first.")
            members = [one for one in archive.infolist() if one.filename != _ABOUT and not one.is_dir()]
            total, done = sum(one.file_size for one in members), 0
            if total > shutil.disk_usage(folder).free:
                raise BackupError(
                    f"{file} holds {total / 2**20:.0f} MB, more than is free on the disk of {folder.parent}."
                )
            for one in members:
                place = folder / _inside(one.filename, file)
                place.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(one) as source, place.open("wb") as made:
                    for size in _copied(source, made):
                        done += size
                        progress(done, total)
    except FileNotFoundError as error:
        raise BackupError(f"{file} is not there. Name a file that `tutor backup` made.") from error
    except _NO_BACKUP as error:
        raise BackupError(f"{file} is no backup of the tutor, or a damaged one ({error}).") from error
    return about, len(members)


def _inside(name: str, file: Path) -> Path:
    """A name of a backup as a path in a home.

    Raises:
        BackupError: it is none of a backup's names.
    """
    path = PurePosixPath(name)
    known = name in _FILES or path.parts[:1] in [(folder,) for folder in (*_FOLDERS, _INDEX)]
    if not known or path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        raise BackupError(f"{file} is no backup of the tutor: it holds {name!r}.")
    return Path(*path.parts)


def _ready(file: Path, scratch: Path, former: Path, home: Path) -> bool:
    """Look through what was unpacked; have its index name uploads where they are in this home, and running tutors
    notice it. Whether its vectors came with it.

    Raises:
        BackupError: something in it cannot be used.
    """
    index, conversations = scratch / _INDEX, scratch / "tutor.sqlite3"
    try:
        if conversations.exists():
            Database(conversations).close()
        if not exists(index):
            return True
        manifest = read_manifest(index)
        for path in index.glob("content-*/documents/*.json"):
            record = json.loads(path.read_text(encoding="utf-8"))
            origin = Path(record["source"]["path"])
            if origin.is_relative_to(former / "documents"):
                record["source"]["path"] = str(home / origin.relative_to(former))
                write_atomically(path, json.dumps(record, ensure_ascii=False))
    except (TutorError, *UNREADABLE) as error:
        said = str(error).replace(str(scratch), str(file))
        raise BackupError(f"{file} cannot be restored: {said}") from error
    write_atomically(index / "generation", os.urandom(8).hex())
    return manifest is None or not manifest.server


def _swap(scratch: Path, settings: Settings) -> Path | None:
    """Put what was unpacked in the place of what is there; where the latter is now. Undone if it fails midway."""
    aside = settings.home / f"before-restore-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    places = {name: settings.home / name for name in (*_FILES, *_FOLDERS)} | {_INDEX: settings.index}
    places |= {f"tutor.sqlite3{tail}": settings.home / f"tutor.sqlite3{tail}" for tail in ("-wal", "-shm")}
    moved: list[tuple[Path, Path]] = []
    try:
        for name, place in places.items():
            new = scratch / name
            if place.exists():
                aside.mkdir(exist_ok=True)
                moved.append((place, aside / name))
                shutil.move(place, aside / name)
            if new.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                moved.append((new, place))
                shutil.move(new, place)
    except OSError:
        for origin, now in reversed(moved):
            with suppress(OSError):
                shutil.move(now, origin)
        raise
    return aside if aside.exists() else None
