"""The index on disk: documents as JSON, their vectors in an embedded Chroma. The only file that imports chromadb.

A document counts as indexed from the moment its record is in place, and the record is written after its
vectors. So a process may be killed at any moment: what it had begun is not seen by searches, and the next
ingest takes up the vectors that are already there. One process writes at a time; any number read. A rebuild
makes its content beside the old one, which stays in use until index.json names the new.

    index.json                  format, embedding model, dimension, and which content folder counts
    generation                  changes whenever the content does, so that a running reader notices
    unfinished                  there while somebody writes, and after a writer was killed
    write.lock                  held while somebody writes
    content-XX/documents/       ID.json: canonical text, structure, passages (records.py)
    content-XX/chroma/          collections `passages` and `sentences`, cosine space
    content-XX/pending.json     what a writer was busy with, if it was killed
    content-XX/NAME.json        what was found in the documents and is kept with them (`keep`)
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import time
import weakref
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from ingest.documents import Document, Passage
from ingest.errors import IndexUnavailable, ModelError
from vectorstore.embedding import Embedder, Vectors
from vectorstore.records import UNREADABLE, Record, dump, parse, write_atomically
from vectorstore.units import Unit, passage_units, sentence_units

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection as ChromaCollection

FORMAT = 2
_PATIENCE = 5  # times that a read is repeated, 0.1 s apart, while another process writes
_OPENED = itertools.count()
_BATCH = 256  # texts embedded and written at a time: the most work that a kill can lose


class IndexBusy(IndexUnavailable):
    """Another process is writing the index."""


class Store:
    """An index folder, opened for reading; writing happens inside `with store.writing():`.

    Args:
        folder: made if it is missing.
        embedder: must be the one that the index was made with.
        content: the content folder; without it, the one that index.json names. For `rebuilding`.

    Raises:
        ModelError: the index was made with another model.
        IndexUnavailable: the folder cannot be made or written, or what is in it is damaged.

    `seen` is the generation that the records are of, or an older one.
    """

    seen = ""

    def __init__(self, folder: Path, embedder: Embedder, content: str | None = None) -> None:
        self.folder = folder
        self._embedder = embedder
        self._records: dict[str, Record] = {}
        self._clients: list[Client] = []
        weakref.finalize(self, _let_go, self._clients)  # a store that nobody has any more keeps no file open
        try:
            content = content or self._manifest()
            if content is None:
                content = _new_content()
                self._publish(content)
            self._open(content)
        except OSError as error:
            raise _unwritable(folder, error) from error
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
        content = self._manifest()
        if content is None:
            raise IndexUnavailable(f"The index {self.folder} is gone. Make it again with: tutor ingest")
        if content != self._content.name or self.generation() != self.seen:
            self._open(content)
            self._load()

    def close(self) -> None:
        """Let go of the files; nothing can be read afterwards."""
        _let_go(self._clients)

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
            raise _unwritable(self.folder, error) from error

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
        with _locked(self.folder):
            self.reload()
            try:
                _sweep(self.folder, keep=self._content.name)
                write_atomically(self.folder / "unfinished", note)
                yield self
                self._settle_pending(keep=None)
                (self.folder / "unfinished").unlink(missing_ok=True)
            except OSError as error:
                raise _unwritable(self.folder, error) from error

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
            write_atomically(self._record_path(document.id), dump(record))
            self._records[document.id] = record
            self._touch()
            self._settle_pending(keep=None)
        except OSError as error:
            raise _unwritable(self.folder, error) from error

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
            self._touch()
            self._settle_pending(keep=None)
        except OSError as error:
            raise _unwritable(self.folder, error) from error

    # -- inside ------------------------------------------------------------------------------------------------

    def _manifest(self) -> str | None:
        """The name of the content folder; None if there is no index yet."""
        mine = {"format": FORMAT, "model": self._embedder.name, "dimension": self._embedder.dimension}
        try:
            found = json.loads((self.folder / "index.json").read_text(encoding="utf-8"))
            theirs = {key: found[key] for key in mine}
            content = Path(str(found.get("content"))).name
        except FileNotFoundError:
            return None
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            raise _damaged(self.folder, "index.json cannot be read") from error
        if theirs["format"] != FORMAT:
            raise IndexUnavailable(
                f"The index {self.folder} has format {theirs['format']}, this version reads {FORMAT}. "
                "Re-index with: tutor ingest --rebuild"
            )
        if theirs != mine:
            raise ModelError(
                f"The index {self.folder} was made with {theirs['model']} ({theirs['dimension']} dimensions), "
                f"the model set now is {mine['model']} ({mine['dimension']}). "
                "Re-embed with: tutor ingest --rebuild, or set TUTOR_MODEL back."
            )
        return content

    def _publish(self, content: str) -> None:
        """Make a content folder the one that counts."""
        mine = {"format": FORMAT, "model": self._embedder.name, "dimension": self._embedder.dimension}
        write_atomically(self.folder / "index.json", json.dumps({**mine, "content": content}))

    def _open(self, content: str) -> None:
        """Have Chroma read its files anew: a client that is open does not see all that another process writes."""
        self._content = self.folder / content
        client = _open_chroma(self._content / "chroma", self.folder)
        self._passages, self._sentences = (
            self._collection(client, "passages"),
            self._collection(client, "sentences"),
        )
        self._clients.append(client)
        while len(self._clients) > 2:  # the last but one may still be busy with another thread's search
            self._clients.pop(0).close()

    def _collection(self, client: Client, name: str) -> ChromaCollection:
        with _chroma_errors(self.folder):
            return client.get_or_create_collection(
                name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
            )

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
                raise _damaged(self.folder, f"{path.relative_to(self.folder)} cannot be read") from error
            records[record.document.id] = record
        expected = sum(len(r.passages) for r in records.values())
        with _chroma_errors(self.folder):
            if self._passages.count() < expected:
                raise _damaged(self.folder, "it lacks vectors of documents that it lists")
        return records

    def _record_path(self, source_id: str) -> Path:
        return self._content / "documents" / f"{source_id}.json"

    @staticmethod
    def _prefix(fingerprint: str) -> str:
        return f"{fingerprint[:12]}/"

    def _nearest(
        self, collection: ChromaCollection, vectors: Vectors, k: int, sources: Collection[str]
    ) -> list[dict[str, float]]:
        current = {record.fingerprint for record in self._records.values()}
        nearest, leftovers = self._query(collection, vectors, k, _within("source", sources))
        if leftovers:  # of a killed or a present writer: they must not crowd out what counts
            nearest, _ = self._query(collection, vectors, k, _within("source", sources), _within("revision", current))
        return nearest

    def _query(
        self, collection: ChromaCollection, vectors: Vectors, k: int, *conditions: dict[str, Any]
    ) -> tuple[list[dict[str, float]], bool]:
        """For each vector the k nearest that belong to the records, and whether others were among any of them."""
        where = [condition for condition in conditions if condition]
        with _chroma_errors(self.folder):
            found = collection.query(
                query_embeddings=vectors.tolist(),
                n_results=k,
                include=["distances"],
                where={"$and": where} if len(where) > 1 else where[0] if where else None,
            )
        distances = found["distances"]
        assert distances is not None
        prefixes = {self._prefix(record.fingerprint) for record in self._records.values()}
        nearest: list[dict[str, float]] = []
        for keys, apart in zip(found["ids"], distances, strict=True):
            mine = {}
            for key, distance in zip(keys, apart, strict=True):
                prefix, _, name = key.partition("/")
                if prefix + "/" in prefixes:
                    mine[name] = 1.0 - float(distance)
            nearest.append(mine)
        return nearest, any(len(mine) < len(keys) for mine, keys in zip(nearest, found["ids"], strict=True))

    def _vectors(self, collection: ChromaCollection, names: Sequence[str]) -> Vectors:
        records = self._records
        try:
            keys = [self._prefix(records[name.rpartition(":")[0]].fingerprint) + name for name in names]
        except KeyError as error:
            raise _changing(self.folder) from error
        found: dict[str, Any] = {}
        for first in range(0, len(keys), _BATCH):
            with _chroma_errors(self.folder):
                got = collection.get(ids=keys[first : first + _BATCH], include=["embeddings"])
            found.update(zip(got["ids"], got["embeddings"] if got["embeddings"] is not None else (), strict=True))
        if len(found) < len(set(keys)):
            if _hashes(records) != _hashes(self._read_records()):
                raise _changing(self.folder)
            raise _damaged(self.folder, "it lacks vectors of documents that it lists")
        return np.asarray([found[key] for key in keys], dtype=np.float32).reshape(len(keys), self._embedder.dimension)

    def _add(self, collection: ChromaCollection, units: Sequence[Unit], source_id: str, fingerprint: str) -> None:
        prefix = self._prefix(fingerprint)
        with _chroma_errors(self.folder):
            there = set(collection.get(ids=[prefix + u.id for u in units], include=[])["ids"])
            missing = [u for u in units if prefix + u.id not in there]
            if missing:
                collection.upsert(
                    ids=[prefix + u.id for u in missing],
                    embeddings=self._embedder.embed([u.text for u in missing]),
                    metadatas=[{"source": source_id, "revision": fingerprint} for _ in missing],
                )

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
                with _chroma_errors(self.folder):
                    collection.delete(where={"$and": [{"source": note["source"]}, {"revision": revision}]})
        path.unlink()

    def _touch(self) -> None:
        token = os.urandom(8).hex()
        write_atomically(self.folder / "generation", token)
        self.seen = token


@contextmanager
def rebuilding(folder: Path, embedder: Embedder) -> Iterator[Store]:
    """A new and empty index, which takes the place of what is in the folder when the block ends without an error.

    Until then, and if it fails or is killed, the folder's former content stays as it was and can be read.

    Raises:
        IndexBusy: another process is writing.
        IndexUnavailable: the folder cannot be written.
    """
    with _locked(folder):
        content = _new_content()
        try:
            store = Store(folder, embedder, content)
            yield store
            store._settle_pending(keep=None)
            store._publish(content)
            store._touch()
            store.close()
            _sweep(folder, keep=content)
            (folder / "unfinished").unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(folder, error) from error


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
def _locked(folder: Path) -> Iterator[None]:
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
        raise _unwritable(folder, error) from error
    try:
        yield
    finally:
        lock.release()


def _new_content() -> str:
    return f"content-{os.urandom(4).hex()}"


def _sweep(folder: Path, keep: str) -> None:
    """Delete what killed writers left: other content folders and half-written files. Called under the lock."""
    for path in folder.glob("content-*"):
        if path.name != keep:
            shutil.rmtree(path, ignore_errors=True)  # Windows keeps what a reader has open; the next sweep gets it
    for path in (folder / keep).rglob("*.tmp"):
        path.unlink(missing_ok=True)


def _within(key: str, values: Collection[str]) -> dict[str, Any]:
    """Chroma's condition that a metadata value is one of these; none if there are none."""
    return {key: {"$in": sorted(values)}} if values else {}


def _hashes(records: dict[str, Record]) -> dict[str, str]:
    return {source_id: record.fingerprint for source_id, record in records.items()}


def _open_chroma(folder: Path, index: Path) -> Client:
    import chromadb
    from chromadb.config import Settings

    folder.mkdir(parents=True, exist_ok=True)
    # Chroma gives clients of one path, as it is written, one connection to share; each of ours is to have its own.
    path = str(folder) + "/." * (next(_OPENED) % 256)  # a path must not grow for ever
    with _chroma_errors(index):
        return cast("Client", chromadb.PersistentClient(path, settings=Settings(anonymized_telemetry=False)))


#: What SQLite says, below Chroma, when the disk rather than the data is at fault.
_DISK = ("readonly", "read-only", "disk is full", "disk I/O error", "unable to open", "No space", "too large", "quota")


@contextmanager
def _chroma_errors(folder: Path) -> Iterator[None]:
    """Chroma's errors in our words; ours pass through."""
    from chromadb.errors import ChromaError

    try:
        yield
    except ChromaError as error:
        message = str(error)
        if "is locked" in message or "SQLITE_BUSY" in message:
            raise IndexBusy(
                f"The index {folder} is locked by another process. Wait until it is done and try again."
            ) from error
        if any(words in message for words in _DISK):
            raise _unwritable(folder, error) from error
        said = message.partition("\n")[0] or type(error).__name__
        raise _damaged(folder, f"Chroma says: {said}") from error


def _damaged(folder: Path, what: str) -> IndexUnavailable:
    return IndexUnavailable(
        f"The index {folder} is damaged: {what}. Your files are untouched; rebuild it with: tutor ingest --rebuild"
    )


def _changing(folder: Path) -> IndexBusy:
    return IndexBusy(f"The index {folder} was changed while it was searched. Ask again.")


def _let_go(clients: list[Client]) -> None:
    while clients:
        clients.pop().close()


def _unwritable(folder: Path, error: Exception) -> IndexUnavailable:
    reason = getattr(error, "strerror", None) or str(error)
    return IndexUnavailable(
        f"The index folder {folder} cannot be used ({reason}). "
        "Free the disk or set TUTOR_HOME to a folder you can write."
    )
