"""`python -m evals peers`: the tutor, LangChain's tutorial pipeline and LlamaIndex's default over the same files.

The same embedding model in each, every measurement in a process of its own, the systems by turns, so that a busy
machine slows all. What each does is its default: LangChain's chunks of 1,000 characters with 200 of overlap in Chroma,
LlamaIndex's of 1,024 tokens (of which the model reads the first 256) in its own store, ours passages and sentences. An
answer of theirs is the passages that a model would be given; ours is the cited answer. Only ratios mean anything
elsewhere.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeAlias

from evals.report import Table, show
from evals.squad_file import Article, read_squad
from ingest.errors import TutorError

if TYPE_CHECKING:
    from vectorstore.embedding import Embedder

SYSTEMS = ("tutor", "langchain", "llamaindex")
ROUNDS = 3
_QUESTIONS = 40
#: Indexes the files of a folder (if it is not None) into another and gives what answers a question, and how many
#: texts were embedded.
Opener: TypeAlias = "Callable[[Path | None, Path, Embedder], tuple[Callable[[str], object], int]]"


class PeersError(TutorError):
    """A comparison that cannot be made."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One system: seconds to index, texts embedded, bytes on disk and peak memory in bytes while indexing; seconds from
    the start of a process to its first answer, and those of the warm answers."""

    ingest: float
    texts: int
    disk: int
    memory: int
    cold: float
    warm: tuple[float, ...]


def main(argv: Sequence[str] | None = None) -> int:
    """Measures, prints and returns 0.

    Raises:
        TutorError: the peers are not installed, one fails, or a file is none.
    """
    args = _parser().parse_args(argv)
    if args.work:
        print(json.dumps(_work(args.work, args.files, args.index, json.loads(args.questions))))
        return 0
    _require()
    articles = [article for file in args.squad for article in read_squad(file)]
    with tempfile.TemporaryDirectory(prefix="tutor-peers-") as folder:
        files = Path(folder) / "files"
        files.mkdir()
        questions = write_articles(articles, args.passages, files) if articles else write_bundled(files)
        size = sum(path.stat().st_size for path in files.iterdir())
        rounds = []
        for count in range(1, max(1, args.rounds) + 1):
            print(f"round {count}: {', '.join(SYSTEMS)} ...", file=sys.stderr)
            rounds.append({name: _measure(name, Path(folder), questions) for name in SYSTEMS})
    show([table(rounds, size)], markdown=args.markdown)
    return 0


def _require() -> None:
    missing = [name for name in ("langchain_chroma", "langchain_text_splitters", "llama_index") if not find_spec(name)]
    if missing:
        raise PeersError("The peers are not installed. Install them with: pip install -c constraints.txt -e '.[bench]'")


def _parser() -> argparse.ArgumentParser:
    about = (__doc__ or "").splitlines()[0]
    parser = argparse.ArgumentParser(prog="python -m evals peers", description=about)
    squad = "the files that the texts are of; without one, the bundled sources"
    parser.add_argument("squad", nargs="*", type=Path, metavar="SQUAD.json", help=squad)
    parser.add_argument("--passages", type=int, default=300, help="so many paragraphs (300)")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"so often ({ROUNDS}); the medians are shown")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown for a README")
    for hidden in ("--work", "--files", "--index", "--questions"):
        parser.add_argument(hidden, default="", help=argparse.SUPPRESS)
    return parser


def write_articles(articles: Sequence[Article], passages: int, folder: Path) -> list[str]:
    """Write the first paragraphs of articles as text files, one an article; questions on them.

    Raises:
        PeersError: there are no questions.
    """
    left = passages
    questions: list[str] = []
    for at, article in enumerate(articles):
        taken = article.paragraphs[: max(left, 0)]
        if not taken:
            break
        left -= len(taken)
        text = "\n\n".join([article.title, *(one.text for one in taken)])
        (folder / f"{at:05d}.txt").write_text(text, encoding="utf-8")
        questions += [one.text for paragraph in taken for one in paragraph.questions]
    if not questions:
        raise PeersError("There are no questions to ask. Take more passages.")
    return _some(questions)


def write_bundled(folder: Path) -> list[str]:
    """Copy the bundled sources; questions of the development half."""
    from app.build import BUNDLED
    from evals.cases import DATASETS, read_cases

    for path in sorted(BUNDLED.glob("*.txt")):
        shutil.copy(path, folder)
    return _some([case.question for case in read_cases(DATASETS / "dev.jsonl") if not case.history])


def _some(questions: Sequence[str]) -> list[str]:
    return list(questions[:: max(1, len(questions) // _QUESTIONS)][:_QUESTIONS])


def _measure(name: str, folder: Path, questions: Sequence[str]) -> Measured:
    """One system in processes of its own: one that indexes, one that begins with the index."""
    with tempfile.TemporaryDirectory(dir=folder) as index:
        made = _run(name, folder / "files", Path(index), [])
        disk = sum(path.stat().st_size for path in Path(index).rglob("*") if path.is_file())
        begun = perf_counter()
        asked = _run(name, None, Path(index), questions)
        return Measured(
            made["ingest"], made["texts"], disk, made["memory"], asked["first_at"] - begun, tuple(asked["warm"])
        )


def _run(name: str, files: Path | None, index: Path, questions: Sequence[str]) -> dict[str, Any]:
    """What a process of a system says at its end, and when it gave its first answer."""
    command = [sys.executable, "-m", "evals.peers", "--work", name, "--index", str(index)]
    command += ["--questions", json.dumps(list(questions)), *(["--files", str(files)] if files else [])]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
    assert process.stdout
    assert process.stderr
    first_at = 0.0
    lines = []
    for line in process.stdout:
        if line == "first\n":
            first_at = perf_counter()
        else:
            lines.append(line)
    said = process.stderr.read()
    if process.wait():
        raise PeersError(f"{name} failed: {said.strip().splitlines()[-1] if said.strip() else 'it said nothing'}")
    return {**json.loads(lines[-1]), "first_at": first_at}


def _work(name: str, files: str, index: str, questions: Sequence[str]) -> dict[str, Any]:
    """What a process of a system does: index the files, or open the index and answer."""
    from app.build import build_embedder
    from app.settings import Settings

    opener = {"tutor": _tutor, "langchain": _langchain, "llamaindex": _llamaindex}[name]
    embedder = build_embedder(Settings(Path(index), Path(index)))
    if files:
        embedder.embed(["warm"])
        begun = perf_counter()
        _, texts = opener(Path(files), Path(index), embedder)
        seconds = perf_counter() - begun
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        return {"ingest": seconds, "texts": texts, "memory": memory}
    answer, _ = opener(None, Path(index), embedder)
    answer(questions[0])
    print("first", flush=True)
    times = []
    for question in (*questions, *questions):
        begun = perf_counter()
        answer(question)
        times.append(perf_counter() - begun)
    return {"warm": times[len(questions) :]}


# -- the systems -------------------------------------------------------------------------------------------------------


def _tutor(files: Path | None, index: Path, embedder: Embedder) -> tuple[Callable[[str], object], int]:
    from app.build import update_index
    from app.settings import Settings
    from app.tutor import Tutor
    from vectorstore.store import Store
    from vectorstore.units import passage_units, sentence_units

    settings = Settings(index, index / "index")
    if files:
        update_index(settings, embedder, [files])
    store = Store(settings.index, embedder)
    texts = 0
    if files:
        texts = sum(len(passage_units(one)) + len(sentence_units(one)) for one in store.records.values())
    return Tutor(store, embedder).ask, texts


def _langchain(files: Path | None, index: Path, embedder: Embedder) -> tuple[Callable[[str], object], int]:
    from langchain_chroma import Chroma
    from langchain_core.embeddings import Embeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    class Embedded(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [[float(x) for x in row] for row in embedder.embed(texts)]

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    store = Chroma("peers", Embedded(), persist_directory=str(index))
    chunks = []
    if files:
        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
        texts = [path.read_text(encoding="utf-8") for path in sorted(files.iterdir())]
        chunks = splitter.create_documents(texts)
        store.add_documents(chunks)
    return lambda question: store.similarity_search(question, k=4), len(chunks)


def _llamaindex(files: Path | None, index: Path, embedder: Embedder) -> tuple[Callable[[str], object], int]:
    from llama_index.core import (
        Document,
        MockEmbedding,
        StorageContext,
        VectorStoreIndex,
        load_index_from_storage,
    )

    class Embedded(MockEmbedding):  # type: ignore[misc]
        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            return [[float(x) for x in row] for row in embedder.embed(texts)]

        def _get_text_embedding(self, text: str) -> list[float]:
            return self._get_text_embeddings([text])[0]

        def _get_query_embedding(self, query: str) -> list[float]:
            return self._get_text_embeddings([query])[0]

    model = Embedded(embed_dim=embedder.dimension)
    if files:
        documents = [Document(text=path.read_text(encoding="utf-8")) for path in sorted(files.iterdir())]
        made = VectorStoreIndex.from_documents(documents, embed_model=model)
        made.storage_context.persist(str(index))
        return made.as_retriever().retrieve, len(made.docstore.docs)
    stored = load_index_from_storage(StorageContext.from_defaults(persist_dir=str(index)), embed_model=model)
    return stored.as_retriever().retrieve, 0


# -- the table ---------------------------------------------------------------------------------------------------------


def table(rounds: Sequence[dict[str, Measured]], size: int) -> Table:
    """The medians over rounds of each system, with the ratio of ours to it in brackets; `size` is the texts' bytes."""

    def row(title: str, of: Callable[[Measured], float], shown: str, more_is_better: bool = False) -> tuple[str, ...]:
        values = {name: median(of(one[name]) for one in rounds) for name in SYSTEMS}
        cells = []
        for name in SYSTEMS:
            ratio = values[SYSTEMS[0]] / values[name] if values[name] else 0.0
            note = "" if name == SYSTEMS[0] else f" (ours {ratio:.2g} times)"
            cells.append(shown.format(values[name]) + note)
        return (title + (", more is better" if more_is_better else ""), *cells)

    rows = (
        row("texts embedded", lambda one: one.texts, "{:,.0f}"),
        row("ingest, KB/s", lambda one: size / 1000 / one.ingest, "{:.1f}", more_is_better=True),
        row("ingest, texts/s", lambda one: one.texts / one.ingest, "{:.0f}", more_is_better=True),
        row("index on disk, MB", lambda one: one.disk / 1e6, "{:.1f}"),
        row("peak memory while indexing, MB", lambda one: one.memory / 1e6, "{:.0f}"),
        row("start of a process to its first answer, s", lambda one: one.cold, "{:.2f}"),
        row("warm answer, median, ms", lambda one: 1000 * median(one.warm), "{:.1f}"),
        row("warm answer, 95 of 100, ms", lambda one: 1000 * sorted(one.warm)[int(0.95 * len(one.warm))], "{:.1f}"),
    )
    title = f"{size / 1000:,.0f} KB of text, medians of {len(rounds)} rounds"
    return Table(title, ("", "tutor", "LangChain's tutorial", "LlamaIndex's default"), rows)


if __name__ == "__main__":
    sys.exit(main())
