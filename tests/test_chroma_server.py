"""An index whose vectors are on a Chroma server: a real one, `chroma run`, on loopback."""

from __future__ import annotations

import http.server
import json
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, environment

from app.build import rebuild_index
from app.settings import Settings
from ingest.errors import IndexUnavailable
from ingest.pipeline import ingest
from vectorstore.embedding import WordEmbedder
from vectorstore.folder import read_manifest
from vectorstore.store import Store, rebuilding

WORDS = WordEmbedder(["rice", "cotton", "train"])
RICE = WORDS.embed(["rice"])[0]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the server is stopped by a signal")


@dataclass
class Server:
    """A Chroma server on loopback that can be stopped and started again, on the same port."""

    path: Path
    port: int
    _process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._process = subprocess.Popen(
            [Path(sys.executable).with_name("chroma"), "run", "--path", self.path, "--port", str(self.port)],
            cwd=self.path,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(300):
            with suppress(OSError), urllib.request.urlopen(f"{self.url}/api/v2/heartbeat", timeout=1):
                return
            time.sleep(0.1)
        raise AssertionError("the server did not come up")

    def kill(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
        self._process = None

    def collections(self) -> list[str]:
        path = "api/v2/tenants/default_tenant/databases/default_database/collections"
        with urllib.request.urlopen(f"{self.url}/{path}", timeout=5) as reply:
            return sorted(row["name"] for row in json.load(reply))

    def make(self, name: str) -> None:
        path = "api/v2/tenants/default_tenant/databases/default_database/collections"
        body = json.dumps({"name": name, "metadata": {"koryo_index": "another"}}).encode()
        headers = {"Content-Type": "application/json"}
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/{path}", body, headers), timeout=5).close()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("chroma"), free_port())
    server.start()
    yield server
    server.kill()


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.txt").write_text(text)
    return folder


def fill(index: Path, folder: Path, url: str) -> Store:
    store = Store(index, WORDS, url=url)
    with store.writing():
        ingest([folder], store)
    return store


def names(index: Path) -> list[str]:
    manifest = read_manifest(index)
    assert manifest is not None
    return [f"koryo-{manifest.content}-passages", f"koryo-{manifest.content}-sentences"]


def test_it_finds_what_an_index_on_disk_finds(tmp_path: Path, server: Server) -> None:
    folder = write(tmp_path / "in", a="Rice grew.", b="Rice and cotton. A train.", c="Cotton.", d="Nothing of it.")
    far, near = (fill(tmp_path / name, folder, url) for name, url in (("far", server.url), ("near", "")))
    assert not list((tmp_path / "far").glob("content-*/chroma"))
    for store in (far, near):
        assert store.hashes() == near.hashes()
    assert far.nearest_passages(RICE, 9) == pytest.approx(near.nearest_passages(RICE, 9), abs=1e-5)
    assert far.nearest_sentences(RICE, 9, ["b"]) == pytest.approx(near.nearest_sentences(RICE, 9, ["b"]), abs=1e-5)
    ids = list(near.nearest_passages(RICE, 9))
    assert np.allclose(far.passage_vectors(ids), near.passage_vectors(ids), atol=1e-6)
    with far.writing():
        far.remove("a")
    (tmp_path / "in" / "b.txt").write_text("Rice again.")
    with far.writing():
        ingest([folder / "b.txt"], far)
    assert list(far.nearest_passages(RICE, 1)) == ["b:0-11"]


CHILD = """
import sys
from pathlib import Path
from ingest.pipeline import ingest
from vectorstore.embedding import WordEmbedder
from vectorstore.store import Store
store = Store(Path(sys.argv[1]), WordEmbedder(["rice", "cotton", "train"]), url=sys.argv[3])
with store.writing():
    ingest([Path(sys.argv[2])], store)
print(sorted(store.records))
"""


def test_several_processes_share_it(tmp_path: Path, server: Server) -> None:
    index, folder = tmp_path / "index", write(tmp_path / "in", a="Rice.")
    store = fill(index, folder, server.url)
    write(folder, b="Rice, rice.")
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(index), str(folder), server.url],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert child.stdout == "['a', 'b']\n"
    assert sorted(store.nearest_passages(RICE, 9)) == ["a:0-5"]  # of the state that was read
    store.reload()
    assert sorted(store.nearest_passages(RICE, 9)) == ["a:0-5", "b:0-11"]


def test_a_server_that_is_away_and_comes_back(tmp_path: Path, server: Server) -> None:
    index, folder = tmp_path / "index", write(tmp_path / "in", a="Rice.")
    store = fill(index, folder, server.url)
    server.kill()
    line = f"The Chroma server {server.url} does not answer ("
    tail = "). Start it, or unset TUTOR_CHROMA_URL and index on disk with: tutor ingest --rebuild"
    write(folder, b="Cotton.")
    for act in (lambda: store.nearest_passages(RICE, 1), lambda: fill(index, folder, server.url)):
        with pytest.raises(IndexUnavailable) as caught:
            act()
        assert str(caught.value).startswith(line)
        assert str(caught.value).endswith(tail)
    server.start()
    assert list(store.nearest_passages(RICE, 1)) == ["a:0-5"]
    assert sorted(fill(index, folder, server.url).records) == ["a", "b"]


def test_where_the_vectors_are_is_told_and_changed_by_a_rebuild(tmp_path: Path, server: Server) -> None:
    index, folder = tmp_path / "index", write(tmp_path / "in", a="Rice.")
    fill(index, folder, "")
    settings = {url: Settings(tmp_path, index, chroma_url=url) for url in ("", server.url)}
    with pytest.raises(IndexUnavailable) as caught:
        Store(index, WORDS, url=server.url)
    assert str(caught.value) == (
        f"The index {index} has its vectors on disk, not on the Chroma server {server.url}. Move them with: "
        "tutor ingest --rebuild, or unset TUTOR_CHROMA_URL."
    )
    rebuild_index(settings[server.url], WORDS, [folder])
    assert list(Store(index, WORDS, url=server.url).nearest_passages(RICE, 1)) == ["a:0-5"]
    with pytest.raises(IndexUnavailable) as caught:
        Store(index, WORDS)
    assert str(caught.value) == (
        f"The index {index} has its vectors on a Chroma server. Set TUTOR_CHROMA_URL to it, or bring them back with: "
        "tutor ingest --rebuild"
    )
    rebuild_index(settings[""], WORDS, [folder])
    assert list(Store(index, WORDS).nearest_passages(RICE, 1)) == ["a:0-5"]


def test_a_rebuild_sweeps_its_own_leftovers_and_nobody_elses(tmp_path: Path, server: Server) -> None:
    index, folder = tmp_path / "index", write(tmp_path / "in", a="Rice.")
    fill(index, folder, server.url)
    server.make("somebody-elses")
    before = names(index)
    with suppress(KeyError), rebuilding(index, WORDS, server.url) as store:
        ingest([folder], store)
        raise KeyError("killed")
    rest = set(server.collections())
    assert names(index) == before
    assert {"somebody-elses", *before} < rest
    with rebuilding(index, WORDS, server.url) as store:
        ingest([folder], store)
    gone = rest - set(server.collections())
    assert gone >= set(before)
    assert len(gone) == 4  # what counted, and what the killed one had made
    assert {"somebody-elses", *names(index)} <= set(server.collections())


def test_a_server_that_has_lost_the_vectors(tmp_path: Path, server: Server) -> None:
    index, folder = tmp_path / "index", write(tmp_path / "in", a="Rice.")
    store = fill(index, folder, server.url)
    for name in names(index):
        path = f"{server.url}/api/v2/tenants/default_tenant/databases/default_database/collections/{name}"
        urllib.request.urlopen(urllib.request.Request(path, method="DELETE"), timeout=5).close()
    with pytest.raises(IndexUnavailable) as caught:
        store.nearest_passages(RICE, 1)
    assert str(caught.value) == (
        f"The Chroma server {server.url} has no vectors of the index {index}. Make them again with: "
        "tutor ingest --rebuild"
    )
    with pytest.raises(IndexUnavailable, match="it lacks vectors of documents that it lists"):
        Store(index, WORDS, url=server.url)


def test_somebody_who_is_no_chroma_server(tmp_path: Path) -> None:
    other = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    threading.Thread(target=other.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{other.server_address[1]}"
    with pytest.raises(IndexUnavailable) as caught:
        Store(tmp_path / "index", WORDS, url=url)
    other.shutdown()
    other.server_close()
    assert str(caught.value).startswith(f"The Chroma server {url} does not answer (")
