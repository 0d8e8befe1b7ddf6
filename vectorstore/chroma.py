"""The vectors of an index in Chroma, embedded in the index folder or on a server. The only file that imports chromadb.

Two collections a content, `passages` and `sentences`, in cosine space. On a server, which may hold other things too, a
collection is named after the content that it belongs to and knows its index. What counts of a collection, and what a
killed writer left in it, is for store.py to say.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast
from urllib.parse import urlsplit

from ingest.errors import IndexUnavailable
from vectorstore.embedding import Vectors
from vectorstore.folder import IndexBusy, damaged, unwritable

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection as ChromaCollection

_OPENED = itertools.count()
_OWNER = "koryo_index"  # what a collection on a server says of the index that it belongs to
#: What SQLite says, below Chroma, when the disk rather than the data is at fault.
_DISK = ("readonly", "read-only", "disk is full", "disk I/O error", "unable to open", "No space", "too large", "quota")

#: A condition on metadata, as Chroma writes them.
Where: TypeAlias = Mapping[str, Any]


class VectorIndex:
    """The vectors of one content of an index.

    Args:
        folder: the index.
        content: the name of the content's folder in it.
        index_id: names the index on a server.
        url: of the Chroma server, such as `http://127.0.0.1:8000`; "" if the vectors lie in the content's folder.

    Raises:
        IndexUnavailable: the folder cannot be used, or the server does not answer.
    """

    def __init__(self, folder: Path, content: str, index_id: str, url: str = "") -> None:
        self._folder, self._id, self._url = folder, index_id, url
        self._clients: list[Client] = []
        weakref.finalize(self, _let_go, self._clients)  # an index that nobody has any more keeps no file open
        self._server: ClientAPI | None = None
        self.open(content)

    def open(self, content: str) -> None:
        """Turn to a content and have Chroma read its files anew: a client that is open does not see all that another
        process writes.

        Raises:
            IndexUnavailable: as the class.
        """
        if self._url:
            client = self._server = self._server or _connect(self._folder, self._url)
            names = [f"koryo-{content}-{kind}" for kind in ("passages", "sentences")]
        else:
            client = _embedded(self._folder / content / "chroma", self._folder)
            self._clients.append(cast("Client", client))
            names = ["passages", "sentences"]
        self.passages, self.sentences = (self._collection(client, name) for name in names)
        while len(self._clients) > 2:  # the last but one may still be busy with another thread's search
            self._clients.pop(0).close()

    def close(self) -> None:
        """Let go of the files; nothing can be read afterwards."""
        _let_go(self._clients)

    def sweep(self, keep: str) -> None:
        """Delete what killed rebuilds of this index left on a server, all but the content `keep`."""
        if self._server is None:
            return
        with _errors(self._folder, self._url):
            for collection in self._server.list_collections():
                mine = (collection.metadata or {}).get(_OWNER) == self._id
                if mine and not collection.name.startswith(f"koryo-{keep}-"):
                    self._server.delete_collection(collection.name)

    def _collection(self, client: ClientAPI, name: str) -> VectorCollection:
        with _errors(self._folder, self._url):
            made = client.get_or_create_collection(
                name,
                embedding_function=None,
                metadata={_OWNER: self._id} if self._url else None,
                configuration={"hnsw": {"space": "cosine"}},
            )
        return VectorCollection(made, self._folder, self._url)


class VectorCollection:
    """One collection. Every method raises IndexUnavailable if the files are damaged, cannot be used, or the server
    does not answer, and IndexBusy while another process holds them."""

    def __init__(self, collection: ChromaCollection, folder: Path, url: str) -> None:
        self._collection, self._folder, self._url = collection, folder, url

    def count(self) -> int:
        """How many vectors there are."""
        with _errors(self._folder, self._url):
            return self._collection.count()

    def ids(self, names: Sequence[str]) -> set[str]:
        """Which of some ids are there."""
        with _errors(self._folder, self._url):
            return set(self._collection.get(ids=list(names), include=[])["ids"])

    def vectors(self, names: Sequence[str]) -> dict[str, Any]:
        """The vectors of those of some ids that are there."""
        with _errors(self._folder, self._url):
            found = self._collection.get(ids=list(names), include=["embeddings"])
        embeddings = found["embeddings"]
        return dict(zip(found["ids"], embeddings if embeddings is not None else (), strict=True))

    def query(self, vectors: Vectors, k: int, *conditions: Where) -> list[dict[str, float]]:
        """For each of some unit vectors, shape (n, dimension), the ids of the k nearest that meet the conditions and
        their cosines, the nearest first."""
        where = [dict(condition) for condition in conditions if condition]
        with _errors(self._folder, self._url):
            found = self._collection.query(
                query_embeddings=vectors.tolist(),
                n_results=k,
                include=["distances"],
                where={"$and": where} if len(where) > 1 else where[0] if where else None,
            )
        distances = found["distances"]
        assert distances is not None
        return [
            {key: 1.0 - float(distance) for key, distance in zip(keys, apart, strict=True)}
            for keys, apart in zip(found["ids"], distances, strict=True)
        ]

    def upsert(self, names: Sequence[str], vectors: Vectors, metadata: Where) -> None:
        """Put vectors in, all with the same metadata; what has one of the ids is replaced."""
        with _errors(self._folder, self._url):
            self._collection.upsert(
                ids=list(names), embeddings=vectors, metadatas=[dict(metadata) for _ in range(len(names))]
            )

    def delete(self, *conditions: Where) -> None:
        """Delete what meets all the conditions, two or more."""
        with _errors(self._folder, self._url):
            self._collection.delete(where={"$and": [dict(condition) for condition in conditions]})


def within(key: str, values: Sequence[str] | set[str]) -> Where:
    """The condition that a metadata value is one of these; none if there are none."""
    return {key: {"$in": sorted(values)}} if values else {}


def _embedded(folder: Path, index: Path) -> ClientAPI:
    import chromadb
    from chromadb.config import Settings

    folder.mkdir(parents=True, exist_ok=True)
    # Chroma gives clients of one path, as it is written, one connection to share; each of ours is to have its own.
    path = str(folder) + "/." * (next(_OPENED) % 256)  # a path must not grow for ever
    with _errors(index, ""):
        return chromadb.PersistentClient(path, settings=Settings(anonymized_telemetry=False))


def _connect(index: Path, url: str) -> ClientAPI:
    import chromadb
    from chromadb.config import Settings

    parts = urlsplit(url)
    secure = parts.scheme == "https"
    with _errors(index, url):
        try:
            return chromadb.HttpClient(
                parts.hostname or "localhost",
                parts.port or (443 if secure else 8000),
                ssl=secure,
                settings=Settings(anonymized_telemetry=False),
            )
        except (ValueError, LookupError, TypeError) as error:  # nobody there, or somebody else
            raise _away(url, str(error).partition("\n")[0]) from error


@contextmanager
def _errors(folder: Path, url: str) -> Iterator[None]:
    """Chroma's errors in our words; ours pass through."""
    import httpx
    from chromadb.errors import ChromaError, NotFoundError

    try:
        yield
    except httpx.HTTPError as error:
        raise _away(url, str(error) or type(error).__name__) from error
    except NotFoundError as error:
        if not url:
            raise damaged(folder, f"Chroma says: {error}") from error
        raise IndexUnavailable(
            f"The Chroma server {url} has no vectors of the index {folder}. Make them again with: "
            "tutor ingest --rebuild"
        ) from error
    except ChromaError as error:
        message = str(error)
        if "is locked" in message or "SQLITE_BUSY" in message:
            raise IndexBusy(
                f"The index {folder} is locked by another process. Wait until it is done and try again."
            ) from error
        if any(words in message for words in _DISK):
            raise unwritable(folder, error) from error
        said = message.partition("\n")[0] or type(error).__name__
        raise damaged(folder, f"Chroma says: {said}") from error


def _away(url: str, why: str) -> IndexUnavailable:
    return IndexUnavailable(
        f"The Chroma server {url} does not answer ({why}). Start it, or unset TUTOR_CHROMA_URL and index on disk with: "
        "tutor ingest --rebuild"
    )


def _let_go(clients: list[Client]) -> None:
    while clients:
        with suppress(Exception):
            clients.pop().close()
