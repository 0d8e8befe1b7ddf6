"""The index on disk: documents as JSON, their vectors in an embedded Chroma. The only file that imports chromadb.

A document counts as indexed from the moment its record is in place, and the record is written after its
vectors. So a process may be killed at any moment: what it had begun is not seen by searches, and the next
ingest takes up the vectors that are already there. One process writes at a time; any number read.

    index.json           format, embedding model, dimension
    generation           changes whenever the content does, so that a running reader notices
    documents/ID.json    canonical text, structure, passages (records.py)
    chroma/              collections `passages` and `sentences`, cosine space
    pending.json         what a writer was busy with, if it was killed
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.documents import Document, Passage, Span
from ingest.errors import IndexUnavailable, ModelError
from vectorstore.embedding import Embedder, Vectors
from vectorstore.records import Record, dump, parse, write_atomically
from vectorstore.words import search_text

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection as ChromaCollection

FORMAT = 1
_BATCH = 256  # texts embedded and written at a time: the most work that a kill can lose


@dataclass(frozen=True, slots=True)
class Unit:
    """One text with a vector: its id in Chroma and what is embedded of it."""

    id: str
    text: str


class Store:
    """An index folder, opened for reading; writing happens inside `with store.writing():`.

    Args:
        folder: made if it is missing.
        embedder: must be the one that the index was made with.

    Raises:
        ModelError: the index was made with another model.
        IndexUnavailable: the folder cannot be made or written, or what is in it is damaged.
    """

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self.folder = folder
        self._embedder = embedder
        self._records: dict[str, Record] = {}
        try:
            self._check_manifest()
            self._client = _open_chroma(folder / "chroma")
            self._passages = self._collection("passages")
            self._sentences = self._collection("sentences")
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
        """Read the records again, after another process changed them."""
        self._load()

    def nearest_passages(
        self, vector: Vectors, k: int, sources: Collection[str] = ()
    ) -> dict[str, float]:
        """The ids (`Passage.id`) of the k passages nearest to a unit vector of shape (dimension,), with cosines.

        `sources` are the ids of the documents to look in; none means all.
        """
        return self._nearest(self._passages, vector, k, sources)

    def nearest_sentences(
        self, vector: Vectors, k: int, sources: Collection[str] = ()
    ) -> dict[str, float]:
        """The ids (`source:start-end`) of the k sentences nearest to a unit vector, with cosines; see above."""
        return self._nearest(self._sentences, vector, k, sources)

    def sentence_vectors(self, source_id: str, spans: Sequence[Span]) -> dict[Span, Vectors]:
        """The unit vectors of sentences of one document, each of shape (dimension,)."""
        if not spans:
            return {}
        prefix = self._prefix(self._records[source_id].fingerprint)
        by_id = {f"{prefix}{source_id}:{s.start}-{s.end}": s for s in spans}
        with _chroma_errors(self.folder):
            got = self._sentences.get(ids=list(by_id), include=["embeddings"])
        vectors = got["embeddings"]
        if vectors is None or len(got["ids"]) != len(by_id):
            raise _damaged(self.folder, f"vectors of {source_id} are missing")
        return {by_id[i]: np.asarray(v, dtype=np.float32) for i, v in zip(got["ids"], vectors, strict=True)}

    # -- ingest.pipeline.Index ---------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[Store]:
        """Hold the index for writing and finish what a killed writer left.

        Raises:
            IndexUnavailable: another process is writing, or the folder cannot be written.
        """
        from filelock import FileLock, Timeout

        lock = FileLock(self.folder / "write.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise IndexUnavailable(
                f"The index {self.folder} is being written by another process. Wait until it is done and try again."
            ) from None
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        try:
            self._load()
            yield self
        finally:
            lock.release()

    def hashes(self) -> dict[str, str]:
        """Source id -> fingerprint of what is indexed."""
        return {source_id: record.fingerprint for source_id, record in self._records.items()}

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

    def _check_manifest(self) -> None:
        path = self.folder / "index.json"
        mine = {"format": FORMAT, "model": self._embedder.name, "dimension": self._embedder.dimension}
        if not path.exists():
            write_atomically(path, json.dumps(mine))
            return
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            theirs = {key: found[key] for key in mine}
        except (ValueError, KeyError, TypeError) as error:
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

    def _collection(self, name: str) -> ChromaCollection:
        with _chroma_errors(self.folder):
            return self._client.get_or_create_collection(
                name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
            )

    def _load(self) -> None:
        records: dict[str, Record] = {}
        for path in sorted((self.folder / "documents").glob("*.json")):
            try:
                record = parse(path.read_text(encoding="utf-8"))
            except (OSError, ValueError, KeyError, TypeError) as error:
                raise _damaged(self.folder, f"documents/{path.name} cannot be read") from error
            records[record.document.id] = record
        expected = sum(len(r.passages) for r in records.values())
        with _chroma_errors(self.folder):
            if self._passages.count() < expected:
                raise _damaged(self.folder, "it lacks vectors of documents that it lists")
        self._records = records

    def _record_path(self, source_id: str) -> Path:
        return self.folder / "documents" / f"{source_id}.json"

    @staticmethod
    def _prefix(fingerprint: str) -> str:
        return f"{fingerprint[:12]}/"

    def _nearest(
        self, collection: ChromaCollection, vector: Vectors, k: int, sources: Collection[str]
    ) -> dict[str, float]:
        prefixes = {self._prefix(record.fingerprint) for record in self._records.values()}
        with _chroma_errors(self.folder):
            found = collection.query(
                query_embeddings=[vector],
                n_results=k,
                include=["distances"],
                where={"source": {"$in": sorted(sources)}} if sources else None,
            )
        distances = found["distances"]
        assert distances is not None
        nearest: dict[str, float] = {}
        for key, distance in zip(found["ids"][0], distances[0], strict=True):
            prefix, _, name = key.partition("/")
            if prefix + "/" in prefixes:  # else a leftover of a killed writer
                nearest[name] = 1.0 - float(distance)
        return nearest

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
        write_atomically(self.folder / "pending.json", json.dumps(note))

    def _settle_pending(self, keep: str | None) -> None:
        """Delete the vectors that a finished or killed write left behind, except those of revision `keep`."""
        path = self.folder / "pending.json"
        try:
            note: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return
        except ValueError:
            note = {}
        record = self._records.get(note.get("source", ""))
        current = record.fingerprint if record else None
        for revision in {note.get("revision"), note.get("former")} - {current, keep, None}:
            for collection in (self._passages, self._sentences):
                with _chroma_errors(self.folder):
                    collection.delete(where={"$and": [{"source": note["source"]}, {"revision": revision}]})
        path.unlink()

    def _touch(self) -> None:
        write_atomically(self.folder / "generation", os.urandom(8).hex())


def passage_units(record: Record) -> list[Unit]:
    """What is embedded of each passage."""
    document = record.document
    return [
        Unit(passage.id, _with_call(document, passage, search_text(document, passage.span)))
        for passage in record.passages
    ]


def sentence_units(record: Record) -> list[Unit]:
    """What is embedded of each sentence of each passage."""
    document = record.document
    return [
        Unit(
            f"{document.id}:{span.start}-{span.end}",
            _with_call(document, passage, search_text(document, span)),
        )
        for passage in record.passages
        for span in passage.sentences
    ]


def exists(folder: Path) -> bool:
    """Whether an index has been begun in the folder."""
    return (folder / "index.json").exists()


def listed_files(folder: Path) -> list[Path]:
    """The files that an index says it was made from, as far as its records can be read; opens nothing else."""
    files = []
    for path in sorted((folder / "documents").glob("*.json")):
        try:
            files.append(Path(json.loads(path.read_text(encoding="utf-8"))["source"]["path"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return files


def erase(folder: Path) -> None:
    """Delete the index in a folder, and nothing else that may lie there.

    Raises:
        IndexUnavailable: something in it cannot be deleted.
    """
    try:
        for name in ("chroma", "documents"):
            if (folder / name).exists():
                shutil.rmtree(folder / name)
        for name in ("index.json", "generation", "pending.json"):
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error


def _with_call(document: Document, passage: Passage, text: str) -> str:
    """A footnote's text is searched together with the words that its mark stands behind."""
    if passage.caller is None:
        return text
    return f"{search_text(document, passage.caller)} {text}"


def _open_chroma(folder: Path) -> ClientAPI:
    import chromadb
    from chromadb.config import Settings

    folder.mkdir(parents=True, exist_ok=True)
    with _chroma_errors(folder.parent):
        return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


@contextmanager
def _chroma_errors(folder: Path) -> Iterator[None]:
    """Chroma's errors in our words; ours pass through."""
    from chromadb.errors import ChromaError

    try:
        yield
    except ChromaError as error:
        message = str(error)
        if "locked" in message:
            raise IndexUnavailable(
                f"The index {folder} is locked by another process. Wait until it is done and try again."
            ) from error
        if "readonly" in message or "disk" in message or "unable to open" in message:
            raise _unwritable(folder, error) from error
        raise _damaged(folder, f"Chroma says: {message.splitlines()[0]}") from error


def _damaged(folder: Path, what: str) -> IndexUnavailable:
    return IndexUnavailable(
        f"The index {folder} is damaged: {what}. Your files are untouched; rebuild it with: tutor ingest --rebuild"
    )


def _unwritable(folder: Path, error: Exception) -> IndexUnavailable:
    reason = getattr(error, "strerror", None) or str(error)
    return IndexUnavailable(
        f"The index folder {folder} cannot be used ({reason}). Free the disk or set TUTOR_HOME to a folder you can write."
    )
