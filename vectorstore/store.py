"""The index: documents as JSON in its folder, their vectors in Chroma, embedded there or on a server.

A document counts as indexed from the moment its record is in place, and the record is written after its
vectors. So a process may be killed at any moment: what it had begun is not seen by searches, and the next
ingest takes up the vectors that are already there. One process writes at a time; any number read. A rebuild
makes its content beside the old one, which stays in use until index.json names the new.

    index.json                  format, embedding model, dimension, and which content folder counts (folder.py)
    generation                  changes whenever the content does, so that a running reader notices
    unfinished                  there while somebody writes, and after a writer was killed
    write.lock                  held while somebody writes
    content-XX/documents/       ID.json: canonical text, structure, passages (records.py)
    content-XX/chroma/          the vectors (chroma.py), unless they are on a server
    content-XX/counts-N/        ID.npz: the terms and words that were counted in it (counts.py)
    content-XX/pending.json     what a writer was busy with, if it was killed
    content-XX/NAME.json        what was found in the documents and is kept with them (`keep`)
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from ingest.documents import Document, Passage
from ingest.errors import IndexUnavailable
from vectorstore.chroma import VectorCollection, VectorIndex, within
from vectorstore.counts import NO_COUNTS, Counts
from vectorstore.counts import VERSION as COUNTS_VERSION
from vectorstore.embedding import Embedder, Vectors
from vectorstore.folder import (
    FORMAT,
    IndexBusy,
    Manifest,
    check_manifest,
    damaged,
    index_id,
    locked,
    new_content,
    read_manifest,
    sweep,
    unwritable,
)
from vectorstore.records import UNREADABLE, Record, dump, parse, write_atomically
from vectorstore.units import Unit, passage_units, sentence_units

_PATIENCE = 5  # times that a read is repeated, 0.1 s apart, while another process writes
_BATCH = 256  # texts embedded and written at a time: the most work that a kill can lose


class Store:
    """An index folder, opened for reading; writing happens inside `with store.writing():`.

    Args:
        folder: made if it is missing.
        embedder: must be the one that the index was made with.
        url: of the Chroma server that has the vectors; "" if they are embedded in the folder.
        anew: begin an empty content beside the one that counts, for `rebuilding`.

    Raises:
        ModelError: the index was made with another model.
        IndexUnavailable: the folder cannot be made or written, what is in it is damaged, its vectors are not where
            `url` says, or the server does not answer.

    `seen` is the generation that the records are of, or an older one.
    """

    seen = ""

    def __init__(self, folder: Path, embedder: Embedder, *, url: str = "", anew: bool = False) -> None:
        self.folder = folder
        self._embedder = embedder
        self._url = url
        self._records: dict[str, Record] = {}
        try:
            manifest = None if anew else self._manifest()
            if manifest is None:
                model, dimension = embedder.name, embedder.dimension
                manifest = Manifest(FORMAT, model, dimension, new_content(), index_id(folder), bool(url))
                if not anew:
                    manifest.write(folder)
            self._made = manifest
            self._index = VectorIndex(folder, manifest.content, manifest.id, url)
        except OSError as error:
            raise unwritable(folder, error) from error
        self._load()

    # -- reading ---------------------------------------------------------------------------------------------

    @property
    def records(self) -> dict[str, Record]:
        """The indexed documents by source id, in order of id."""
        return dict(sorted(self._records.items()))

    def generation(self) -> str:
        """A token that changes whenever any process changes the content."""
        try:
            return (self.folder / "generation").read_text(encoding="utf-8")
        except OSError:
            return ""

    def reload(self) -> None:
        """Read the records again, after another process changed them.

        Raises:
            IndexUnavailable: the index has been taken away or damaged.
            ModelError: it was made anew with another model.
        """
        manifest = self._manifest()
        if manifest is None:
            raise IndexUnavailable(f"The index {self.folder} is gone. Make it again with: tutor ingest")
        if manifest != self._made or self.generation() != self.seen:
            self._made = manifest
            self._index.open(manifest.content)
            self._load()

    def close(self) -> None:
        """Let go of the files; nothing can be read afterwards."""
        self._index.close()

    def nearest_passages(self, vector: Vectors, k: int, sources: Collection[str] = ()) -> dict[str, float]:
        """The ids (`Passage.id`) of the k passages nearest to a unit vector of shape (dimension,), with cosines.

        `sources` are the ids of the documents to look in; none means all.
        """
        return self._nearest(self._passages, vector[np.newaxis], k, sources)[0]

    def nearest_sentences(self, vector: Vectors, k: int, sources: Collection[str] = ()) -> dict[str, float]:
        """The ids (`source:start-end`) of the k sentences nearest to a unit vector, with cosines; see above."""
        return self._nearest(self._sentences, vector[np.newaxis], k, sources)[0]

    def nearest_to_each(self, vectors: Vectors, k: int) -> list[tuple[dict[str, float], dict[str, float]]]:
        """For each of some unit vectors, shape (n, dimension), what `nearest_passages` gives, and `nearest_sentences`
        for twice as many; quicker than one by one."""
        passages = self._nearest(self._passages, vectors, k, ())
        sentences = self._nearest(self._sentences, vectors, 2 * k, ())
        return list(zip(passages, sentences, strict=True))

    def passage_vectors(self, names: Sequence[str]) -> Vectors:
        """The unit vectors of passages by `Passage.id`, shape (len(names), dimension), in the order given."""
        return self._vectors(self._passages, names)

    def sentence_vectors(self, names: Sequence[str]) -> Vectors:
        """The unit vectors of sentences by `source:start-end`, shape (len(names), dimension)."""
        return self._vectors(self._sentences, names)

    def counts(self, source_id: str) -> Counts:
        """What is counted of an indexed document; counted now if that was not kept."""
        record = self._records[source_id]
        return self._counted(record) or Counts.of(record)

    # -- what was found in the documents -------------------------------------------------------------------------

    def keep(self, name: str, version: int, rows: Sequence[Any]) -> None:
        """Keep what was found in the documents as they are now, by the method of a version; values that JSON has.

        Raises:
            IndexUnavailable: the folder cannot be written; what was kept before stays.
        """
        found = {"version": version, "of": self.hashes(), "rows": list(rows)}
        try:
            write_atomically(self._content / f"{name}.json", json.dumps(found, ensure_ascii=False))
        except OSError as error:
            raise unwritable(self.folder, error) from error

    def kept(self, name: str, version: int) -> list[Any] | None:
        """What was kept; None if nothing was, if it is damaged, of another version or of other documents."""
        try:
            found = json.loads((self._content / f"{name}.json").read_text(encoding="utf-8"))
            if found["version"] == version and found["of"] == self.hashes():
                return list(found["rows"])
        except UNREADABLE:
            pass
        return None

    # -- ingest.pipeline.Index ---------------------------------------------------------------------------------

    @contextmanager
    def writing(self, note: str = "") -> Iterator[Store]:
        """Hold the index for writing, and finish what a killed writer left. `note` is for `unfinished`.

        Raises:
            IndexBusy: another process is writing.
            IndexUnavailable: the folder cannot be written.
        """
        with locked(self.folder):
            self.reload()
            try:
                sweep(self.folder, keep=self._made.content)
                self._index.sweep(keep=self._made.content)
                write_atomically(self.folder / "unfinished", note)
                for record in self._records.values():
                    if not self._counts_path(record.document.id).exists():  # an older version wrote it
                        self._count(record)
                yield self
                self._settle_pending(keep=None)
                (self.folder / "unfinished").unlink(missing_ok=True)
            except OSError as error:
                raise unwritable(self.folder, error) from error

    def hashes(self) -> dict[str, str]:
        """Source id -> fingerprint of what is indexed."""
        return _hashes(self._records)

    def origins(self) -> dict[str, str]:
        """Source id -> absolute path of the file it came from."""
        return {source_id: str(record.document.source.path) for source_id, record in self._records.items()}

    def put(
        self,
        document: Document,
        passages: Sequence[Passage],
        fingerprint: str,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        """Embed and store a document; it replaces the former content of the same id in one step.

        Raises:
            IndexUnavailable: the folder cannot be written (a full disk, say); the former content stays.
        """
        record = Record(document, tuple(passages), fingerprint)
        former = self._records.get(document.id)
        try:
            self._settle_pending(keep=fingerprint)
            self._note_pending(document.id, fingerprint, former.fingerprint if former else None)
            work = [(self._passages, passage_units(record)), (self._sentences, sentence_units(record))]
            total = sum(len(units) for _, units in work)
            done = 0
            for collection, units in work:
                for first in range(0, len(units), _BATCH):
                    batch = units[first : first + _BATCH]
                    self._add(collection, batch, document.id, fingerprint)
                    done += len(batch)
                    progress(done, total)
            self._count(record)
            write_atomically(self._record_path(document.id), dump(record))
            self._records[document.id] = record
            self._touch()
            self._settle_pending(keep=None)
        except OSError as error:
            raise unwritable(self.folder, error) from error

    def remove(self, source_id: str) -> None:
        """Take a document and its vectors out of the index."""
        record = self._records.get(source_id)
        if record is None:
            return
        try:
            self._settle_pending(keep=None)
            del self._records[source_id]
            self._note_pending(source_id, None, record.fingerprint)
            self._record_path(source_id).unlink(missing_ok=True)
            self._counts_path(source_id).unlink(missing_ok=True)
            self._touch()
            self._settle_pending(keep=None)
        except OSError as error:
            raise unwritable(self.folder, error) from error

    # -- inside ------------------------------------------------------------------------------------------------

    def _manifest(self) -> Manifest | None:
        """What index.json says, if it suits the settings; None if there is no index yet."""
        found = read_manifest(self.folder)
        if found is not None:
            check_manifest(self.folder, found, self._embedder.name, self._embedder.dimension, self._url)
        return found

    @property
    def _content(self) -> Path:
        return self.folder / self._made.content

    @property
    def _passages(self) -> VectorCollection:
        return self._index.passages

    @property
    def _sentences(self) -> VectorCollection:
        return self._index.sentences

    def _load(self) -> None:
        """Read all records. What looks damaged while another process writes is looked at again."""
        for attempt in range(1, _PATIENCE + 1):
            before = self.generation()
            try:
                self._records = self._read_records()
                self.seen = before
                return
            except IndexUnavailable:
                written = before != self.generation() or (self._content / "pending.json").exists()
                if attempt == _PATIENCE or not written:
                    raise
                time.sleep(0.1)

    def _read_records(self) -> dict[str, Record]:
        records: dict[str, Record] = {}
        for path in sorted((self._content / "documents").glob("*.json")):
            try:
                record = parse(path.read_text(encoding="utf-8"))
            except UNREADABLE as error:
                raise damaged(self.folder, f"{path.relative_to(self.folder)} cannot be read") from error
            records[record.document.id] = record
        expected = sum(len(r.passages) for r in records.values())
        if self._passages.count() < expected:
            raise damaged(self.folder, "it lacks vectors of documents that it lists")
        return records

    def _record_path(self, source_id: str) -> Path:
        return self._content / "documents" / f"{source_id}.json"

    def _counts_path(self, source_id: str) -> Path:
        return self._content / f"counts-{COUNTS_VERSION}" / f"{source_id}.npz"

    def _count(self, record: Record) -> None:
        write_atomically(self._counts_path(record.document.id), Counts.of(record).dump(record.fingerprint))

    def _counted(self, record: Record) -> Counts | None:
        """What was kept of the counts; None if that is of another text, or damaged."""
        try:
            return Counts.parse(self._counts_path(record.document.id).read_bytes(), record.fingerprint)
        except NO_COUNTS:
            return None

    @staticmethod
    def _prefix(fingerprint: str) -> str:
        return f"{fingerprint[:12]}/"

    def _nearest(
        self, collection: VectorCollection, vectors: Vectors, k: int, sources: Collection[str]
    ) -> list[dict[str, float]]:
        current = {record.fingerprint for record in self._records.values()}
        mine = within("source", set(sources))
        nearest, leftovers = self._counting(collection.query(vectors, k, mine))
        if leftovers:  # of a killed or a present writer: they must not crowd out what counts
            nearest, _ = self._counting(collection.query(vectors, k, mine, within("revision", current)))
        return nearest

    def _counting(self, found: Sequence[dict[str, float]]) -> tuple[list[dict[str, float]], bool]:
        """Those of what was found that belong to the records, and whether there were others among any of them."""
        prefixes = {self._prefix(record.fingerprint) for record in self._records.values()}
        nearest: list[dict[str, float]] = []
        for row in found:
            parted = ((key.partition("/"), cosine) for key, cosine in row.items())
            nearest.append({name: cosine for (prefix, _, name), cosine in parted if prefix + "/" in prefixes})
        return nearest, any(len(mine) < len(row) for mine, row in zip(nearest, found, strict=True))

    def _vectors(self, collection: VectorCollection, names: Sequence[str]) -> Vectors:
        records = self._records
        try:
            keys = [self._prefix(records[name.rpartition(":")[0]].fingerprint) + name for name in names]
        except KeyError as error:
            raise _changing(self.folder) from error
        found: dict[str, Any] = {}
        for first in range(0, len(keys), _BATCH):
            found.update(collection.vectors(keys[first : first + _BATCH]))
        if len(found) < len(set(keys)):
            if _hashes(records) != _hashes(self._read_records()):
                raise _changing(self.folder)
            raise damaged(self.folder, "it lacks vectors of documents that it lists")
        return np.asarray([found[key] for key in keys], dtype=np.float32).reshape(len(keys), self._embedder.dimension)

    def _add(self, collection: VectorCollection, units: Sequence[Unit], source_id: str, fingerprint: str) -> None:
        prefix = self._prefix(fingerprint)
        there = collection.ids([prefix + u.id for u in units])
        missing = [u for u in units if prefix + u.id not in there]
        if missing:
            vectors = self._embedder.embed([u.text for u in missing])
            collection.upsert([prefix + u.id for u in missing], vectors, {"source": source_id, "revision": fingerprint})

    def _note_pending(self, source_id: str, revision: str | None, former: str | None) -> None:
        note = {"source": source_id, "revision": revision, "former": former}
        write_atomically(self._content / "pending.json", json.dumps(note))

    def _settle_pending(self, keep: str | None) -> None:
        """Delete the vectors that a finished or killed write left behind, except those of revision `keep`."""
        path = self._content / "pending.json"
        try:
            note = json.loads(path.read_text(encoding="utf-8"))
            revisions = {note["revision"], note["former"]}
            record = self._records.get(note["source"])
        except FileNotFoundError:
            return
        except (ValueError, KeyError, TypeError):
            revisions, record = set(), None
        for revision in revisions - {record.fingerprint if record else None, keep, None}:
            for collection in (self._passages, self._sentences):
                collection.delete({"source": note["source"]}, {"revision": revision})
        path.unlink()

    def _touch(self) -> None:
        token = os.urandom(8).hex()
        write_atomically(self.folder / "generation", token)
        self.seen = token


@contextmanager
def rebuilding(folder: Path, embedder: Embedder, url: str = "") -> Iterator[Store]:
    """A new and empty index, which takes the place of what is in the folder when the block ends without an error.

    Until then, and if it fails or is killed, the folder's former content stays as it was and can be read. `url` is as
    of Store.

    Raises:
        IndexBusy: another process is writing.
        IndexUnavailable: the folder cannot be written, or the server does not answer.
    """
    with locked(folder):
        try:
            store = Store(folder, embedder, url=url, anew=True)
            yield store
            store._settle_pending(keep=None)
            store._made.write(folder)
            store._touch()
            store._index.sweep(keep=store._made.content)
            store.close()
            sweep(folder, keep=store._made.content)
            (folder / "unfinished").unlink(missing_ok=True)
        except OSError as error:
            raise unwritable(folder, error) from error


def _hashes(records: dict[str, Record]) -> dict[str, str]:
    return {source_id: record.fingerprint for source_id, record in records.items()}


def _changing(folder: Path) -> IndexBusy:
    return IndexBusy(f"The index {folder} was changed while it was searched. Ask again.")
