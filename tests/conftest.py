"""What several tests share: the real model, loaded once, and one index of the bundled sources, made once.

Tests that write take a copy of that index (`home`); it costs a copied folder, not an embedding run.
"""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from browsing import Opener
    from playwright.sync_api import Browser

    from app.answer import Answer, Turn
    from app.settings import Settings
    from app.tutor import Tutor
    from evals.cases import Case
    from evals.runner import Record
    from ingest.documents import Document
    from vectorstore.embedding import Embedder

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "ingest" / "sources"

Tree = Mapping[str, bytes]


@pytest.fixture(scope="session")
def documents() -> dict[str, Document]:
    """The bundled sources, loaded."""
    from ingest.catalog import read_catalog
    from ingest.loaders import load

    return {source.id: load(source.path, source) for source in read_catalog(SOURCES)}


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The default model, the one that `app.cli.main` in this process uses too."""
    from app.build import build_embedder
    from app.settings import Settings

    return build_embedder(Settings.read({"TUTOR_HOME": os.devnull}))


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Settings:
    """A home whose index holds the bundled sources. Only to be read."""
    from app.build import ensure_index
    from app.settings import Settings

    settings = Settings.read({"TUTOR_HOME": str(tmp_path_factory.mktemp("indexed"))})
    report = ensure_index(settings, embedder)
    assert report is not None
    assert report.added == ("kim2026", "loc")
    return settings


@pytest.fixture(scope="session")
def tutor(indexed: Settings, embedder: Embedder) -> Tutor:
    """The tutor over the bundled sources."""
    from app.build import build_store
    from app.tutor import Tutor

    return Tutor(build_store(indexed, embedder), embedder)


@dataclass(frozen=True)
class Half:
    """One half of the evaluation, asked: its cases, their rows, and every answer with the case's id, turn by turn."""

    cases: tuple[Case, ...]
    record: Record
    answers: tuple[tuple[str, Answer], ...]


class Overheard:
    """A tutor, and all that it answered."""

    def __init__(self, tutor: Tutor) -> None:
        self._tutor = tutor
        self.answers: list[Answer] = []

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        answer = self._tutor.ask(question, history)
        self.answers.append(answer)
        return answer


@pytest.fixture(scope="session")
def halves(tutor: Tutor, documents: dict[str, Document]) -> dict[str, Half]:
    """The questions of both halves, put to the tutor once for all tests that look at its answers."""
    from evals.cases import DATASETS, read_cases
    from evals.runner import TutorResponder, run

    asked = {}
    for name in ("dev", "test"):
        cases = read_cases(DATASETS / f"{name}.jsonl")
        overheard = Overheard(tutor)
        record = run(TutorResponder(overheard), cases, documents)  # type: ignore[arg-type]
        assert [(row.id, row.error.partition(":")[0]) for row in record.rows if row.error] == []
        ids = [case.id for case in cases for _ in (*case.history, case.question)]
        asked[name] = Half(cases, record, tuple(zip(ids, overheard.answers, strict=True)))
    return asked


@pytest.fixture
def home(tmp_path: Path, indexed: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own with the bundled sources indexed, which TUTOR_HOME names."""
    folder = tmp_path / "home"
    shutil.copytree(indexed.home, folder)
    monkeypatch.setenv("TUTOR_HOME", str(folder))
    for name in ("TUTOR_INDEX", "TUTOR_MODEL", "TUTOR_LLM", "TUTOR_LLM_CONTEXT"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One chromium for the tests of a file; Playwright's event loop would be in the way of other files."""
    from browsing import chromium

    with chromium() as running:
        yield running


@pytest.fixture
def open_page(browser: Browser, server: str) -> Iterator[Opener]:
    """Opens pages of the file's server; afterwards no request has left this machine and no script has failed."""
    from browsing import Opener

    opener = Opener(browser, server)
    yield opener
    assert opener.hosts == {"127.0.0.1"}
    assert opener.faults == []
    for page in opener.pages:
        page.close()


@pytest.fixture(scope="session")
def python() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run this Python from the repository's root; keyword arguments are environment variables."""

    def run(*arguments: str | Path, **environ: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *map(str, arguments)],
            cwd=ROOT,
            env=environment(**environ),
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    return run


def environment(**extra: str | Path) -> dict[str, str]:
    """The environment of a child process: ours without settings of the tutor, and `extra`."""
    bare = {key: value for key, value in os.environ.items() if not key.startswith("TUTOR_")}
    return {**bare, **{key: str(value) for key, value in extra.items()}}


def tree(folder: Path) -> Tree:
    """Every file below a folder that is not a lock, by its relative path, with its content."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "write.lock"
    }


def vector_ids(index: Path) -> dict[str, list[str]]:
    """The ids of all vectors that an index folder holds, wanted or not, by collection; read anew from disk."""
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    (content,) = index.glob("content-*")
    with chromadb.PersistentClient(
        f"{content}/chroma/..//chroma", ChromaSettings(anonymized_telemetry=False)
    ) as client:
        return {
            name: sorted(client.get_collection(name, embedding_function=None).get(include=[])["ids"])
            for name in ("passages", "sentences")
        }


@pytest.fixture(scope="module", autouse=True)
def _files_closed() -> Iterator[None]:
    """What the tests of a file left behind is let go of, so that no machine's limit of open files is met."""
    yield
    gc.collect()
