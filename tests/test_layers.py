"""Imports go one way, heavy libraries each enter through one file, and importing a module does nothing."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ROOT

Python = Callable[..., subprocess.CompletedProcess[str]]

LAYERS = ("ingest", "vectorstore", "app", "evals")  # each may import those before it
FILES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))
HEAVY = ("torch", "transformers", "sentence_transformers", "chromadb", "streamlit")

#: A library, and the only files that may import it. A folder stands for the files in it.
ENTRANCES = {
    "chromadb": {"vectorstore/chroma.py"},
    "filelock": {"vectorstore/folder.py", "app/local_install.py"},
    "sentence_transformers": {"vectorstore/embedding.py"},
    "bm25s": {"vectorstore/lexical.py"},
    "Stemmer": {"vectorstore/words.py"},
    "rapidfuzz": {"vectorstore/spelling.py"},
    "langchain_core": {
        "vectorstore/retriever.py",
        "evals/baseline.py",
        "evals/peers.py",
        "evals/lying.py",
        "app/chatmodel.py",
        "app/modelreply.py",
        "app/prompt.py",
        "app/providers.py",
        "app/study/written.py",
    },
    "langchain": {"app/providers.py"},
    "openai": {"app/providers.py"},
    "streamlit": {"app/ui", "app/cli.py"},
    "platformdirs": {"app/settings.py"},
    "altair": {"app/ui/charts.py"},
    "docx": {"ingest/office/docx_read.py"},
    "fsrs": {"app/study/schedule.py"},
    "genanki": {"app/study/anki.py"},
    "pptx": {"ingest/office/pptx_read.py"},
    "pypdfium2": {"ingest/pdf/chars.py", "ingest/pdf/image.py"},
    "lxml": {"ingest/office/docx_read.py", "ingest/html/tree.py", "ingest/office/pptx_read.py"},
    "xllamacpp": {"app/llama_process.py"},
    "pydantic": {"app/ui/runs.py", "vectorstore/retriever.py"},
}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path) -> Iterator[str]:
    """The modules that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{relative(path)}: a relative import"
            yield node.module or ""


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_imports_go_one_way(path: Path) -> None:
    layer = LAYERS.index(relative(path).split("/")[0])
    tops = {name.split(".")[0] for name in imported(path)}
    assert tops & {*LAYERS[layer + 1 :], "tests"} == set()


@pytest.mark.parametrize(("library", "entrances"), ENTRANCES.items(), ids=ENTRANCES)
def test_a_library_enters_through_its_files(library: str, entrances: set[str]) -> None:
    users = {relative(path) for path in FILES if library in {name.split(".")[0] for name in imported(path)}}
    assert users
    assert {user for user in users if user not in entrances and user.rpartition("/")[0] not in entrances} == set()


def test_only_the_serve_command_starts_streamlit() -> None:
    tree = ast.parse((ROOT / "app" / "cli.py").read_text(encoding="utf-8"))
    functions = {
        function.name
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("streamlit")
    }
    assert functions == {"_serve"}


def test_importing_loads_nothing_heavy(python: Python) -> None:
    modules = [
        relative(path).removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        for path in FILES
        if not relative(path).startswith("app/ui/")
    ]
    script = f"""
import importlib, sys
for name in {modules!r}:
    importlib.import_module(name)
    for heavy in {HEAVY!r}:
        if heavy in sys.modules:
            sys.exit(f"{{name}} loads {{heavy}}")
"""
    done = python("-c", script)
    assert (done.returncode, done.stderr) == (0, "")


def test_help_is_instant(python: Python) -> None:
    done = python("-X", "importtime", "-m", "app.cli", "--help")
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert done.returncode == 0
    assert "usage: tutor" in done.stdout
    assert "app.settings" in loaded
    assert loaded & {*HEAVY, "numpy", "bm25s", "markdown_it", "langchain_core", "vectorstore.store"} == set()
