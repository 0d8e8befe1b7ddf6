"""Ingest killed by the system in mid-work: the index opens, and the next run makes it what it would have been."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT, environment, vector_ids

from app.build import build_store
from app.cli import main
from app.settings import Settings
from ingest.pipeline import ingest
from vectorstore.embedding import Embedder, WordEmbedder
from vectorstore.folder import unfinished
from vectorstore.store import Store

WORDS = WordEmbedder(["rice", "cotton", "train"])
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")

#: Ingests with small batches, and says a line at every step: before, between and after what it writes.
SLOW = """
import sys
from pathlib import Path
import vectorstore.store
from ingest.pipeline import ingest
from vectorstore.embedding import WordEmbedder

vectorstore.store._BATCH = 4

class Slow(WordEmbedder):
    def embed(self, texts):
        print("embed", flush=True)
        sys.stdin.readline()
        return super().embed(texts)

def step(progress):
    print("step", flush=True)
    sys.stdin.readline()

store = vectorstore.store.Store(Path(sys.argv[1]), Slow(["rice", "cotton", "train"]))
with store.writing():
    ingest([Path(sys.argv[2])], store, step)
print("done", flush=True)
sys.stdin.readline()
"""


def start(*arguments: str | Path, **environ: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT,
        env=environment(**environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def killed_at(moment: int, index: Path, folder: Path) -> list[str]:
    """What a run had said when it was killed while it waited after its line number `moment`."""
    with start("-c", SLOW, index, folder) as process:
        assert process.stdin
        assert process.stdout
        said = []
        while len(said) < moment:
            said.append(process.stdout.readline().strip())
            if len(said) < moment:
                process.stdin.write("\n")
                process.stdin.flush()
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert process.returncode == -signal.SIGKILL
    return said


def fill(index: Path, folder: Path) -> Store:
    store = Store(index, WORDS)
    with store.writing():
        ingest([folder], store)
    return store


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of sources, and beside it the index of an older state of them."""
    top = tmp_path_factory.mktemp("before")
    folder = top / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("Old rice. " * 9)
    (folder / "b.txt").write_text("Cotton. " * 9)
    (folder / "d.txt").write_text("A train. " * 9)
    fill(top / "index", folder).close()
    (folder / "a.txt").write_text("New rice. " * 9)
    (folder / "c.txt").write_text("Rice and cotton. " * 9)
    (folder / "d.txt").unlink()
    return top


@pytest.mark.parametrize("moment", [1, 3, 5, 8, 12, 15])
def test_killed_and_run_again(tmp_path: Path, before: Path, moment: int) -> None:
    index, folder = tmp_path / "index", before / "in"
    shutil.copytree(before / "index", index)
    shutil.copytree(before / "index", tmp_path / "undisturbed")
    undisturbed = fill(tmp_path / "undisturbed", folder)

    said = killed_at(moment, index, folder)
    assert "done" not in said
    assert unfinished(index) == ""
    opened = Store(index, WORDS)
    assert {"b"} <= set(opened.records) <= {"a", "b", "c"}
    nearest = opened.nearest_passages(WORDS.embed(["rice"])[0], 9)
    assert set(nearest) == {passage.id for record in opened.records.values() for passage in record.passages}
    opened.close()

    again = fill(index, folder)
    assert (again.records, again.hashes()) == (undisturbed.records, undisturbed.hashes())
    assert vector_ids(index) == vector_ids(tmp_path / "undisturbed")
    assert unfinished(index) is None
    assert list(index.rglob("*.tmp")) == []
    assert list(index.rglob("pending.json")) == []


def test_the_command_itself(
    home: Path, indexed: Settings, embedder: Embedder, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings.read({"TUTOR_HOME": str(home)})
    store = build_store(settings, embedder)
    with store.writing():
        store.remove("loc")
    store.close()
    with start("-m", "app.cli", "ingest", TUTOR_HOME=home) as process:
        deadline = time.monotonic() + 60
        while not list(settings.index.glob("content-*/pending.json")):
            assert process.poll() is None, "it was done before it could be killed"
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
    store = build_store(settings, embedder)
    assert list(store.records) == ["kim2026"]
    store.close()

    assert main(["ingest"]) == 0
    assert capsys.readouterr().out.startswith("1 added, 1 unchanged")
    whole, again = build_store(indexed, embedder), build_store(settings, embedder)
    assert (again.records, again.hashes()) == (whole.records, whole.hashes())
    assert vector_ids(settings.index) == vector_ids(indexed.index)
    assert unfinished(settings.index) is None
