"""A study guide and a timeline as safe HTML, and which place each of their buttons opens.

Pure functions; every word of a source passes through `html.escape`. How they look and what a press does is in
study_view.py, what a guide is in app/study/guide.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from app.answer import Citation
from app.study.events.day import year_text
from app.study.glossary import Term
from app.study.guide import Guide
from app.study.names.mentions import Entity
from app.study.timeline import Event
from app.ui.answering import Place
from ingest.documents import Document, Span

_FIRST = 12  # names of a kind that are in sight; the others are folded away
_AROUND = 60  # characters to each side of a name
_HEADS = (("people", "People"), ("places", "Places"), ("others", "Organisations, peoples and other names"))


# -- places ----------------------------------------------------------------------------------------------------------


def name_of(source_id: str, span: Span) -> str:
    """The `data-open` of a place."""
    return f"{source_id}:{span.start}-{span.end}"


def guide_places(guide: Guide, document: Document) -> dict[str, Place]:
    """The places that the buttons of a guide open, by their `data-open`."""
    cited = [key for part in guide.outline for key in part.keys] + [term.citation for term in guide.glossary]
    named = (span for _, named in _names(guide) for entity in named for _, span in entity.mentions)
    cited += [Citation.of(document, document.section_at(span.start).title, span) for span in named]
    return {name_of(one.source_id, one.span): Place(one.source_id, one.span, one) for one in cited}


def event_places(events: Sequence[Event], documents: dict[str, Document]) -> dict[str, Place]:
    """The sentences that the buttons of a timeline open, by their `data-open`, which names the date."""
    return {
        name_of(event.source_id, event.said): Place(
            event.source_id, event.span, Citation.of(documents[event.source_id], event.section, event.span)
        )
        for event in events
    }


def _names(guide: Guide) -> Iterator[tuple[str, Sequence[Entity]]]:
    for field, head in _HEADS:
        named: tuple[Entity, ...] = getattr(guide, field)
        if named:
            yield head, named


# -- the guide -------------------------------------------------------------------------------------------------------


def guide_parts(guide: Guide, document: Document) -> list[str]:
    """The guide in parts: outline, each kind of names, glossary; what is empty is left out."""
    parts = [_outline(guide, document)] if guide.outline else []
    parts += [_named(head, named, document) for head, named in _names(guide)]
    return parts + ([_glossary(guide.glossary, document)] if guide.glossary else [])


def _outline(guide: Guide, document: Document) -> str:
    sections = []
    for part in guide.outline:
        title = f"<h3>{escape(part.title)}</h3>" if part.title else ""
        keys = "".join(f'<p class="key">{_quote(document, key.span)} {_open(key)}</p>' for key in part.keys)
        sections.append(f"<section>{title}{keys}</section>")
    return f"<h2>Outline</h2>{''.join(sections)}"


def _open(citation: Citation, about: str = "in the source") -> str:
    return (
        f'<button type="button" class="open" data-open="{escape(name_of(citation.source_id, citation.span))}"'
        f' aria-label="Open {escape(about)}">Open</button>'
    )


def _named(head: str, named: Sequence[Entity], document: Document) -> str:
    first = "".join(_entity(entity, document) for entity in named[:_FIRST])
    rest = "".join(_entity(entity, document) for entity in named[_FIRST:])
    more = f'<details class="more"><summary>{len(named) - _FIRST} more</summary>{rest}</details>' if rest else ""
    return f"<h2>{head}</h2><div>{first}{more}</div>"


def _entity(entity: Entity, document: Document) -> str:
    count = len(entity.mentions)
    items = "".join(
        f'<li><button type="button" class="row" data-open="{escape(name_of(source_id, span))}">'
        f"{_snippet(document, span)}"
        f'<span class="where">{escape(document.section_at(span.start).title)}</span></button></li>'
        for source_id, span in entity.mentions
    )
    mentions = "1 mention" if count == 1 else f"{count} mentions"
    return (
        f'<details><summary>{escape(entity.name)} <span class="count">{mentions}</span></summary>'
        f"<ol>{items}</ol></details>"
    )


def _glossary(terms: Sequence[Term], document: Document) -> str:
    items = "".join(
        f"<dt>{escape(term.name)}</dt><dd>{_quote(document, term.citation.span, term.said)}"
        f" {_open(term.citation, f'“{term.name}” in the source')}</dd>"
        for term in terms
    )
    return f"<h2>Glossary</h2><dl>{items}</dl>"


# -- the timeline ----------------------------------------------------------------------------------------------------


def event_parts(events: Sequence[Event], labels: dict[str, str]) -> list[str]:
    """The events as a list, in parts of a year each. `labels` name the sources, where that is to be said."""
    parts: list[str] = []
    items: list[str] = []
    year: int | None = None
    for event in events:
        if event.when.anchor.year != year:
            parts += _of_year(year, items)
            year, items = event.when.anchor.year, []
        items.append(_event(event, labels))
    return parts + _of_year(year, items)


def _of_year(year: int | None, items: Sequence[str]) -> list[str]:
    return [f'<h3>{year_text(year)}</h3><ol class="events">{"".join(items)}</ol>'] if year is not None and items else []


def _event(event: Event, labels: dict[str, str]) -> str:
    where = " · ".join(filter(None, (labels.get(event.source_id, ""), event.section)))
    return (
        f'<li><button type="button" class="row" data-open="{escape(name_of(event.source_id, event.said))}">'
        f"<b>{escape(event.date_text)}</b>{escape(event.shown)}"
        f'<span class="where">{escape(where)}</span></button></li>'
    )


# -- words of a source -----------------------------------------------------------------------------------------------


def _quote(document: Document, span: Span, said: Span | None = None) -> str:
    """What a reader sees of a place, the words `said` in it marked."""
    if said is None or not span.contains(said):
        return _seen(document, span.start, span.end).strip()
    before, behind = _seen(document, span.start, said.start), _seen(document, said.end, span.end)
    return f"{before}<mark>{_seen(document, said.start, said.end)}</mark>{behind}".strip()


def _snippet(document: Document, span: Span) -> str:
    """A name with some words around it."""
    block = next((block.span for block in document.blocks if block.span.contains(span)), span)
    text = document.text
    start = max(block.start, span.start - _AROUND)
    end = min(block.end, span.end + _AROUND)
    while block.start < start < span.start and not text[start - 1].isspace():
        start += 1
    while span.end < end < block.end and not text[end].isspace():
        end -= 1
    before, behind = "… " if start > block.start else "", " …" if end < block.end else ""
    return f"{before}{_quote(document, Span(start, end), span)}{behind}"


def _seen(document: Document, start: int, end: int) -> str:
    if start >= end:
        return ""
    seen = (document.text[piece.start : piece.end] for piece in document.visible(Span(start, end)))
    return escape(re.sub(r"\s+", " ", "".join(seen)))
