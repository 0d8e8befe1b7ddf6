"""Everybody and everything that some documents name, with every mention.

Which mentions are of one, and its kind, is in naming.py; how a name is found in a sentence in entities.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.study.card import Asked
from app.study.names.entities import NAMED
from app.study.names.naming import Kinds, Named
from app.study.prose import prose
from ingest.documents import MarkKind, Span
from vectorstore.records import Record
from vectorstore.spelling import Spelling, sound


@dataclass(frozen=True, slots=True)
class Entity:
    """Somebody or something that is named: the name as it is shown, its kind (PERSON, PLACE or NAME), and every mention
    of it, in order, as (source id, span of the name)."""

    name: str
    kind: Asked
    mentions: tuple[tuple[str, Span], ...]


_CITED = re.compile(r"\(([^()]*\d{4}[^()]*)\)")
_CITED_NAME = re.compile(rf"({NAMED})(?= et al|,? \d{{4}}| &|,| and)")


def mentions(records: Iterable[Record]) -> tuple[Entity, ...]:
    """All that some documents name, the most mentioned first. The titles of works and quoted phrases name nothing."""
    kept = [(record, list(prose(record))) for record in records]
    is_name = Spelling(record.document.plain(Span(0, len(record.document.text))) for record, _ in kept).is_name
    cited = {
        sound(word)
        for record, _ in kept
        for said in _CITED.findall(record.document.text)
        for word in _CITED_NAME.findall(said)
    }
    kinds = Kinds((reading.text for _, readings in kept for reading in readings), is_name, cited)
    found: dict[Named, list[tuple[str, Span]]] = {}
    for record, readings in kept:
        titles = [mark.inner for mark in record.document.marks if mark.kind in (MarkKind.EMPHASIS, MarkKind.STRONG)]
        for reading in readings:
            for phrase in kinds.phrases(reading.text):
                named, place = kinds.named(phrase), reading.at(phrase.span.start, phrase.span.end)
                if named is not None and not _in_title(reading.text, phrase.span, place, titles):
                    found.setdefault(named, []).append((record.document.id, place))
    entities = (Entity(named.shown, named.kind, tuple(sorted(places))) for named, places in found.items())
    return tuple(sorted(entities, key=lambda entity: (-len(entity.mentions), entity.mentions[0])))


def _in_title(text: str, span: Span, place: Span, titles: Sequence[Span]) -> bool:
    """Whether a name stands in the title of a work or is a quoted phrase: it is not told of there."""
    if any(title.contains(place) and len(title) > len(place) for title in titles):
        return True
    return bool(re.search(r"“[^“”]{0,40}$", text[: span.start]) and re.match(r"[^“”.]{0,30}[,.]?”", text[span.end :]))
