"""Files and folders go into an index: what is new is added, what changed replaced, what is gone removed.

Each document goes in on its own, so a run that is killed leaves whole documents, and the next run completes
it: a file whose fingerprint the index knows is skipped. One bad file becomes a FileFailure; the others go in.

Left to others: reading files (loaders.py), passages (chunk.py), and the index itself, of which this module
knows only the protocol below.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from ingest.catalog import CATALOG_NAME, read_catalog, source_for, unique_id
from ingest.chunk import MAX_CHARS, chunk
from ingest.documents import Document, Passage, Source, content_hash
from ingest.errors import CatalogError, SourceError
from ingest.loaders import LOADERS, parse, read_bytes

#: Part of every fingerprint. Raise it when the same file would give other passages, or other searched texts
#: (vectorstore/units.py), than before.
VERSION = 6


class Index(Protocol):
    """What ingest asks of an index. `put` replaces a document of the same id as a whole or not at all."""

    def hashes(self) -> dict[str, str]:
        """The fingerprint that each document was put with, by source id."""
        ...

    def origins(self) -> dict[str, str]:
        """The absolute path of the file that each document came from, by source id."""
        ...

    def put(
        self,
        document: Document,
        passages: Sequence[Passage],
        fingerprint: str,
        progress: Callable[[int, int], None],
    ) -> None:
        """Store a document and its passages; `progress` is told passages done and passages in all."""
        ...

    def remove(self, source_id: str) -> None:
        """Forget a document."""
        ...


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come: `done` of `total` bytes of files, now at the file that `label` names."""

    done: int
    total: int
    label: str


@dataclass(frozen=True, slots=True)
class FileFailure:
    """A file, folder or catalog that could not be used, and the message for the user."""

    path: Path
    message: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """The sources found, catalogued ones first, each with an absolute path; and what could not be used."""

    sources: tuple[Source, ...]
    catalogued: frozenset[Path]
    folders: tuple[Path, ...]
    failures: tuple[FileFailure, ...]


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What a run did, by source id. `passages` counts those of the documents added and changed."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failures: tuple[FileFailure, ...] = ()
    passages: int = 0

    @property
    def summary(self) -> str:
        """One line: "2 added (96 passages), 1 unchanged, 1 failed"."""
        counts = {name: len(getattr(self, name)) for name in ("added", "changed", "unchanged", "removed")}
        parts = [f"{count} {name}" for name, count in counts.items() if count]
        if self.added or self.changed:
            parts.append(f"{self.passages} passage{'' if self.passages == 1 else 's'}")
        if self.failures:
            parts.append(f"{len(self.failures)} failed")
        return ", ".join(parts) or "nothing to do"


def discover(targets: Sequence[Path]) -> Discovery:
    """The sources that `targets`, files and folders, stand for. Nothing is read but catalogs.

    A folder is searched with all its subfolders for files of a known format; hidden ones, and a README.md
    beside a catalog, are left out. The catalog.toml of a file's own folder names its source, wherever the
    search began; a catalog that cannot be read is a failure, and the files beside it wait until it can.

    Raises:
        SourceError: there are no targets, or none of them exists.
    """
    if not targets:
        raise SourceError("no file or folder was named; name at least one")
    search = _Search()
    paths = [Path(os.path.abspath(target)) for target in targets]
    missing = [FileFailure(path, f"{path} does not exist; check the path") for path in paths if not path.exists()]
    if len(missing) == len(paths):
        raise SourceError("; ".join(failure.message for failure in missing))
    for path in paths:
        if path.is_dir():
            search.folder(path)
        elif path.exists():
            search.take(path.parent, [path])
    return Discovery(
        tuple(sorted(search.sources.values(), key=lambda row: (row.path not in search.catalogued, str(row.path)))),
        frozenset(search.catalogued),
        tuple(path for path in paths if path.is_dir()),
        (*missing, *search.failures),
    )


class _Search:
    """What a discovery has found so far; each catalog is read once."""

    def __init__(self) -> None:
        self.sources: dict[Path, Source] = {}
        self.catalogued: set[Path] = set()
        self.failures: list[FileFailure] = []
        self._catalogs: dict[Path, dict[Path, Source] | None] = {}

    def folder(self, top: Path) -> None:
        """Enter what `top` and its subfolders hold, in order of name."""
        failures = len(self.failures)
        for name, folders, files in os.walk(top, onerror=self._unsearchable):
            folders[:] = sorted(folder for folder in folders if not folder.startswith("."))
            shown = [Path(name, file) for file in sorted(files) if not file.startswith(".")]
            known = [path for path in shown if path.suffix.lower() in LOADERS]
            rows = self._rows(Path(name))
            readme = [path for path in known if rows and path not in rows and path.name.lower() == "readme.md"]
            self.take(Path(name), [*(rows or ()), *(path for path in known if path not in readme)])
        if len(self.failures) == failures and not any(path.is_relative_to(top) for path in self.sources):
            known_suffixes = ", ".join(LOADERS)
            self._fail(top, f"{top} holds no file of a known format ({known_suffixes})")

    def take(self, folder: Path, files: Sequence[Path]) -> None:
        """Enter files of one folder, unless its catalog is broken: then they have no name to go by."""
        rows = self._rows(folder)
        if rows is not None:
            entered = [path for path in files if path in rows or path not in self.catalogued]
            self.sources |= {path: rows.get(path) or source_for(path) for path in entered}
            self.catalogued |= rows.keys() & set(files)

    def _rows(self, folder: Path) -> dict[Path, Source] | None:
        """The catalog of a folder by path; None if it cannot be read, which is reported once."""
        if folder not in self._catalogs:
            try:
                self._catalogs[folder] = {row.path: row for row in read_catalog(folder)}
            except CatalogError as error:
                self._catalogs[folder] = None
                self._fail(folder / CATALOG_NAME, str(error))
        return self._catalogs[folder]

    def _unsearchable(self, error: OSError) -> None:
        self._fail(Path(error.filename), f"{error.filename} cannot be searched: {error.strerror}")

    def _fail(self, path: Path, message: str) -> None:
        self.failures.append(FileFailure(path, message))


def fingerprint(data: bytes, row: Source) -> str:
    """What decides whether a file goes in again: its content, its row of the catalog, this code's version."""
    values = [row.title, row.author, row.year, row.publisher, row.rights, list(row.aliases)]
    about = json.dumps([VERSION, MAX_CHARS, content_hash(data), values])
    return hashlib.sha256(about.encode()).hexdigest()


def ingest(
    targets: Sequence[Path],
    index: Index,
    progress: Callable[[Progress], None] | None = None,
    *,
    titles: Mapping[Path, str] | None = None,
    left_out: Collection[Path] = (),
) -> IngestReport:
    """Bring `index` up to date with `targets`, files and folders.

    A document that came from one of the folders and whose file is gone is removed. A file that can no
    longer be read keeps what the index has of it. Ids are kept for the path they were given to.

    Args:
        titles: what files are called in place of the titles that they or their catalog give.
        left_out: files that are passed over although they are among the targets.

    Raises:
        SourceError: there are no targets, or none of them exists.
    """
    discovery = discover(targets)
    discovery = replace(discovery, sources=tuple(one for one in discovery.sources if one.path not in left_out))
    hashes, origins = dict(index.hashes()), dict(index.origins())
    removed = tuple(sorted(_gone(discovery, origins)))
    for source_id in removed:
        index.remove(source_id)
        del origins[source_id]
    sizes = [_size(source.path) for source in discovery.sources]
    total = max(sum(sizes), 1)
    outcome: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": []}
    failures = list(discovery.failures)
    before = passages = 0
    for source, size in zip(discovery.sources, sizes, strict=True):
        step = _Step(progress, before, size, total, source.path.name)
        step(0, 1)
        try:
            data = read_bytes(source.path)
            mark = fingerprint(data, source)
            catalogued = source.path in discovery.catalogued
            source_id = _id_for(source, catalogued, mark, hashes, origins)
            same = hashes.get(source_id) == mark and origins.get(source_id) == str(source.path)
            kind = "unchanged" if same else "changed" if source_id in origins else "added"
            if not same:
                document = _titled(parse(data, source.path, replace(source, id=source_id)), titles or {})
                pieces = chunk(document)
                index.put(document, pieces, mark, step)
                passages += len(pieces)
                hashes[source_id], origins[source_id] = mark, str(source.path)
            outcome[kind].append(source_id)
        except SourceError as error:
            failures.append(FileFailure(source.path, str(error)))
        step(1, 1)
        before += size
    return IngestReport(
        tuple(outcome["added"]),
        tuple(outcome["changed"]),
        tuple(outcome["unchanged"]),
        removed,
        tuple(failures),
        passages,
    )


@dataclass(frozen=True, slots=True)
class _Step:
    """One file's share of the progress: called with passages done and passages in all."""

    tell: Callable[[Progress], None] | None
    before: int
    size: int
    total: int
    label: str

    def __call__(self, done: int, of: int) -> None:
        if self.tell is not None:
            share = self.size * min(done / max(of, 1), 1.0)
            self.tell(Progress(min(self.before + int(share), self.total), self.total, self.label))


def _titled(document: Document, titles: Mapping[Path, str]) -> Document:
    """The document under the title that its file was given. It is no part of the fingerprint: nothing is embedded anew
    for it."""
    source = document.source
    return replace(document, source=replace(source, title=titles.get(source.path, source.title)))


def _gone(discovery: Discovery, origins: dict[str, str]) -> Iterator[str]:
    """The documents that came from one of the folders and whose file does not exist any more."""
    for source_id, origin in origins.items():
        path = Path(origin)
        if any(path.is_relative_to(folder) for folder in discovery.folders) and not path.exists():
            yield source_id


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _id_for(source: Source, catalogued: bool, mark: str, hashes: Mapping[str, str], origins: Mapping[str, str]) -> str:
    """The id under which a source goes in.

    A catalog's id stands unless a file that still exists holds it. Any other file keeps the id that its
    path has, or takes over that of a file with the same content that is gone (it was moved), or gets a new
    one.
    """
    path = str(source.path)
    holder = origins.get(source.id, path)
    moved = not Path(holder).exists() and (catalogued or hashes.get(source.id) == mark)
    free = holder == path or moved
    mine = [source_id for source_id, origin in origins.items() if origin == path]
    if mine and not (catalogued and free):
        return mine[0]
    return source.id if free else unique_id(source.id, origins)
