"""A study guide to a document: its outline with key sentences, whom and what it names, the terms that it explains, and
its dated events. Everything is cut from the document and cited.

Key sentences are those nearest to the middle of what their section says (the centroid of its sentences' vectors; Radev
et al., 2004, "Centroid-based summarization of multiple documents"), that can be understood by themselves and differ
from each other. Names are gathered by mentions.py, terms by glossary.py, events by timeline.py; how a guide is written
down is in guide_export.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.answer import Citation
from app.details import numbers
from app.study.card import Asked
from app.study.glossary import Term, glossary
from app.study.names.entities import is_body
from app.study.names.mentions import Entity, mentions
from app.study.shown import shown_text, stands_alone
from app.study.timeline import Event, events
from ingest.documents import BlockKind, Document, Section, Source, Span
from vectorstore.records import Record
from vectorstore.search import Hit

if TYPE_CHECKING:
    from app.tutor import Tutor

Vectors = NDArray[np.float32]

_PROSE = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST_ITEM})
_FEW, _SOME = 4, 12  # sentences of a section up to which one and two of them are key
_LONG = 60  # sentences from which a section is a text without headings, and has one more for each ...
_FURTHER = 20
_MOST = 12
_LIKENESS = 0.5  # how much a sentence loses that says what a chosen one says
_NUMBER = 0.01  # what a number or a name adds: it decides between sentences that are about as central
_COUNTED = 4


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the outline, its key sentences in the order of the text. `level` 1 is the outermost."""

    title: str
    level: int
    span: Span
    keys: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """What a student reads before and after a document. `others` are organisations, peoples and other names."""

    source: Source
    outline: tuple[Part, ...]
    people: tuple[Entity, ...]
    places: tuple[Entity, ...]
    others: tuple[Entity, ...]
    glossary: tuple[Term, ...]
    events: tuple[Event, ...]


def study_guides(tutor: Tutor, sources: Iterable[str] = ()) -> tuple[Guide, ...]:
    """The guides to the indexed documents, in order of id; `sources` are the ids of those that are wanted, none means
    all.

    Raises:
        IndexUnavailable: there is no source of an id, or the index has been taken away.
    """
    wanted = [tutor.document(source_id).id for source_id in sources]
    searcher = tutor.searcher()
    records = [record for name, record in searcher.records.items() if not wanted or name in wanted]
    named = mentions(records)
    found = []
    for record in records:
        hits = [Hit(passage, record.document, 0.0) for passage in record.passages]
        vectors = searcher.vectors(hits) if hits else np.zeros((0, 1), dtype=np.float32)
        found.append(study_guide(record, vectors, named))
    return tuple(found)


def study_guide(record: Record, vectors: Vectors, named: Sequence[Entity] | None = None) -> Guide:
    """The guide to one document.

    Args:
        record: the document.
        vectors: of the sentences of its passages, in order, shape (sentences, dimension), each of length 1.
        named: what the documents name (`mentions`), the document's own names if None.
    """
    document = record.document
    entities = [_of_document(one, document.id) for one in (mentions([record]) if named is None else named)]
    entities = sorted((one for one in entities if one.mentions), key=lambda one: (-len(one.mentions), one.mentions[0]))
    return Guide(
        source=document.source,
        outline=outline(record, vectors),
        people=tuple(one for one in entities if one.kind is Asked.PERSON),
        places=tuple(one for one in entities if one.kind is Asked.PLACE),
        others=tuple(
            one for one in entities if one.kind is Asked.NAME and (len(one.mentions) > 1 or is_body(one.name))
        ),
        glossary=glossary(record),
        events=tuple(sorted(events(record), key=lambda event: (event.when.anchor, event.said))),
    )


def _of_document(entity: Entity, source_id: str) -> Entity:
    return replace(entity, mentions=tuple(place for place in entity.mentions if place[0] == source_id))


# -- the outline -----------------------------------------------------------------------------------------------------


def outline(record: Record, vectors: Vectors) -> tuple[Part, ...]:
    """The sections of a document that have something to say, with their key sentences; one that only holds others
    has none."""
    document = record.document
    rows = _by_section(record)
    parts = []
    for section in document.sections:
        own = rows.get(section.span.start, [])
        keys = _keys(document, section, own, vectors)
        if keys or (
            section.title and any(_holds(section, other) and rows.get(other.span.start) for other in document.sections)
        ):
            parts.append(Part(section.title, section.level, section.span, keys))
    return tuple(parts)


def _holds(section: Section, other: Section) -> bool:
    return other is not section and section.span.contains(other.span)


def _by_section(record: Record) -> dict[int, list[tuple[int, Span]]]:
    """The sentences of running text, each with its row in the vectors, by the start of their section."""
    found: dict[int, list[tuple[int, Span]]] = {}
    row = 0
    for passage in record.passages:
        for span in passage.sentences:
            if passage.kind in _PROSE:
                found.setdefault(record.document.section_at(span.start).span.start, []).append((row, span))
            row += 1
    return found


def _keys(
    document: Document, section: Section, sentences: Sequence[tuple[int, Span]], vectors: Vectors
) -> tuple[Citation, ...]:
    """The key sentences of a section."""
    texts = [shown_text(document, span) for _, span in sentences]
    able = [i for i, text in enumerate(texts) if stands_alone(text)]
    if not able:
        return ()
    own = vectors[[row for row, _ in sentences]]
    centre = own.mean(axis=0)
    central = own @ (centre / (float(np.linalg.norm(centre)) or 1.0))
    told = np.asarray([min(len(numbers(text)), _COUNTED) for text in texts], dtype=np.float32)
    chosen = _varied(central + _NUMBER * told, own @ own.T, able, _how_many(len(sentences)))
    return tuple(Citation.of(document, section.title, sentences[i][1]) for i in sorted(chosen))


def _how_many(sentences: int) -> int:
    if sentences <= _SOME:
        return 1 if sentences <= _FEW else 2
    return min(_MOST, 3 + max(0, sentences - _LONG) // _FURTHER)


def _varied(score: Vectors, likeness: Vectors, able: Sequence[int], most: int) -> list[int]:
    """The best of the rows that may be chosen, each less what it shares with those before it."""
    chosen: list[int] = []
    left = list(able)
    while left and len(chosen) < most:
        best = max(
            left, key=lambda i: float(score[i]) - _LIKENESS * max((float(likeness[i, j]) for j in chosen), default=0.0)
        )
        chosen.append(best)
        left.remove(best)
    return chosen
