"""A Document and its Passages as one JSON file, and files that are replaced whole or not at all.

The index keeps the canonical text itself, so a citation opens also when the original file is gone.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ingest.documents import (
    Block,
    BlockKind,
    Document,
    Locator,
    LocatorKind,
    Mark,
    MarkKind,
    Passage,
    Section,
    Source,
    Span,
)
from ingest.lists import Listing, find_lists

#: What reading and parsing a record's file may raise if it is not one.
UNREADABLE = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError)

_BUSY = 10  # times that replacing a file is tried: on Windows it fails while a reader has the old one open


@dataclass(frozen=True)
class Record:
    """One indexed document. `fingerprint` changes when its content or its catalog row does."""

    document: Document
    passages: tuple[Passage, ...]
    fingerprint: str

    @cached_property
    def lists(self) -> tuple[Listing, ...]:
        """The lists in running text, found when they are first asked for."""
        return find_lists(self.document, self.passages)


def write_atomically(path: Path, content: str | bytes) -> None:
    """Replace a file's content in one step, on disk before it is seen.

    Raises:
        OSError: the folder cannot be written or the disk is full; the old content is still there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        for attempt in range(1, _BUSY + 1):
            try:
                temporary.replace(path)
                break
            except PermissionError:
                if attempt == _BUSY:
                    raise
                time.sleep(0.05)
    finally:
        temporary.unlink(missing_ok=True)


def dump(record: Record) -> str:
    """The record as JSON text."""
    document, source = record.document, record.document.source
    return json.dumps(
        {
            "fingerprint": record.fingerprint,
            "sha256": document.sha256,
            "source": {
                "id": source.id,
                "title": source.title,
                "path": str(source.path),
                "author": source.author,
                "year": source.year,
                "publisher": source.publisher,
                "rights": source.rights,
                "aliases": list(source.aliases),
            },
            "text": document.text,
            "blocks": [[b.kind, *_pair(b.span), *_pair(b.caller)] for b in document.blocks],
            "sections": [[s.title, s.level, *_pair(s.span), *_pair(s.heading)] for s in document.sections],
            "marks": [[m.kind, *_pair(m.outer), *_pair(m.inner), m.target] for m in document.marks],
            "locators": [[one.kind, one.label, one.start] for one in document.locators],
            "passages": [
                [p.kind, p.section, *_pair(p.span), *_pair(p.caller), [_pair(s) for s in p.sentences]]
                for p in record.passages
            ],
        },
        ensure_ascii=False,
    )


def parse(text: str) -> Record:
    """The record that `dump` wrote.

    Raises:
        One of UNREADABLE: the text is not such a record.
    """
    data: dict[str, Any] = json.loads(text)
    row = data["source"]
    source = Source(**{**row, "path": Path(row["path"]), "aliases": tuple(row["aliases"])})
    document = Document(
        source=source,
        text=data["text"],
        sha256=data["sha256"],
        blocks=tuple(Block(BlockKind(kind), Span(a, b), _span(c, d)) for kind, a, b, c, d in data["blocks"]),
        sections=tuple(Section(title, level, Span(a, b), _span(c, d)) for title, level, a, b, c, d in data["sections"]),
        marks=tuple(Mark(MarkKind(kind), Span(a, b), Span(c, d), to) for kind, a, b, c, d, to in data["marks"]),
        locators=tuple(Locator(LocatorKind(kind), label, at) for kind, label, at in data.get("locators", ())),
    )
    passages = tuple(
        Passage(
            source_id=source.id,
            span=Span(a, b),
            section=section,
            sentences=tuple(Span(x, y) for x, y in sentences),
            kind=BlockKind(kind),
            caller=_span(c, d),
        )
        for kind, section, a, b, c, d, sentences in data["passages"]
    )
    return Record(document, passages, data["fingerprint"])


def _pair(span: Span | None) -> Sequence[int | None]:
    return (None, None) if span is None else (span.start, span.end)


def _span(start: int | None, end: int | None) -> Span | None:
    return None if start is None or end is None else Span(start, end)
