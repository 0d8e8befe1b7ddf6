"""A study guide as a document to keep: Markdown with footnotes, or one HTML page to print that loads and runs nothing.

Both say the same: the outline with its key sentences, people, places and other names with links to their mentions, the
glossary, the timeline as a table, and one footnote for each sentence that is cited. Escaping and footnotes are
footnotes.py's affair.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from app.answer import Citation
from app.footnotes import CSS, HTML_FOOT, Footnotes, flat, html_footnote, html_head, md, md_block, md_footnote
from app.study.guide import Guide, study_guides
from app.study.names.mentions import Entity
from app.study.shown import shown_text
from app.study.timeline import Event
from ingest.documents import Document, Span
from ingest.errors import TutorError
from vectorstore.records import write_atomically

if TYPE_CHECKING:
    from app.tutor import Tutor

_MENTIONS = 8  # mentions of a name that are linked; the page shows all
_NAMES = 40  # of a kind, the most mentioned ones
SUFFIXES = (".md", ".markdown", ".html", ".htm")
_HEADS = {"people": "People", "places": "Places", "others": "Organisations, peoples and other names"}


class GuideError(TutorError):
    """The guide cannot be written where it was asked for."""


def export_guide(tutor: Tutor, path: Path, sources: Sequence[str] = (), *, base: str = "") -> int:
    """Write the guides to the documents into a file and return how many they are.

    Args:
        path: its suffix says what is written: one of SUFFIXES.
        sources: ids of the documents; none means all.
        base: where the tutor is served; links are `base?source=ID&start=..&end=..`.

    Raises:
        GuideError: the suffix is none of them, there is no document, or the file cannot be written.
        IndexUnavailable: there is no document of an id.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise GuideError(f"{path}: a guide is written as Markdown (.md) or as a page (.html). Name the file so.")
    guides = study_guides(tutor, sources)
    if not guides:
        raise GuideError("There are no sources to make a guide of. Add some: tutor ingest PATH")
    documents = {guide.source.id: tutor.document(guide.source.id) for guide in guides}
    written = guide_markdown if path.suffix.lower() in SUFFIXES[:2] else guide_html
    try:
        write_atomically(path, written(guides, documents, base=base))
    except OSError as error:
        raise GuideError(f"{path}: cannot be written ({error.strerror}). Choose another place.") from error
    return len(guides)


# -- Markdown --------------------------------------------------------------------------------------------------------


def guide_markdown(guides: Iterable[Guide], documents: Mapping[str, Document], *, base: str = "") -> str:
    """The guides as Markdown with footnotes.

    Args:
        documents: those of the guides, by id.
        base: as `export_guide`.
    """
    notes = _Notes(documents, base)
    blocks: list[str] = []
    for guide in guides:
        blocks.append(f"# Study guide: {md(guide.source.title)}")
        blocks += [md(line) for line in _about(guide)]
        blocks += _md_outline(guide, notes)
        for key, head in _HEADS.items():
            named: tuple[Entity, ...] = getattr(guide, key)
            if named:
                blocks.append(f"## {head}")
                blocks.append("\n".join(f"- {_md_entity(entity, notes)}" for entity in named[:_NAMES]))
        if guide.glossary:
            terms = (
                f"- **{md(term.name)}**: {md(notes.text(term.citation.source_id, term.citation.span))}"
                f"[^{notes.footnotes.number(term.citation)}]"
                for term in guide.glossary
            )
            blocks += ["## Glossary", "\n".join(terms)]
        if guide.events:
            rows = (
                f"| {md(event.date_text)} | {md(event.shown)}[^{notes.of_event(event)}] |" for event in guide.events
            )
            blocks += ["## Timeline", "\n".join(["| When | What |", "| --- | --- |", *rows])]
    blocks += [md_footnote(footnote) for footnote in notes.footnotes.found.values()]
    return "\n\n".join(blocks) + "\n"


def _about(guide: Guide) -> list[str]:
    by = ", ".join(filter(None, (guide.source.author, guide.source.year, guide.source.publisher)))
    return [by] if by else []


def _md_outline(guide: Guide, notes: _Notes) -> list[str]:
    blocks = ["## Outline"]
    for part in guide.outline:
        blocks += [f"### {md(part.title)}"] if part.title else []
        blocks += [
            f"{md_block(notes.text(key.source_id, key.span))}[^{notes.footnotes.number(key)}]" for key in part.keys
        ]
    return blocks


def _md_entity(entity: Entity, notes: _Notes) -> str:
    links = " ".join(f"[{n}]({link})" for n, link in enumerate(notes.links(entity), start=1))
    return f"{md(entity.name)}, {_times(entity)}: {links}"


def _times(entity: Entity) -> str:
    count = len(entity.mentions)
    return "once" if count == 1 else f"{count} times"


class _Notes:
    """The footnotes of a guide: each sentence has one."""

    def __init__(self, documents: Mapping[str, Document], base: str) -> None:
        self.footnotes = Footnotes(documents, base)
        self._documents = documents

    def text(self, source_id: str, span: Span) -> str:
        """What is shown of a sentence."""
        return shown_text(self._documents[source_id], span)

    def at(self, source_id: str, span: Span) -> int:
        """The number of a place."""
        document = self._documents[source_id]
        return self.footnotes.number(Citation.of(document, document.section_at(span.start).title, span))

    def of_event(self, event: Event) -> int:
        """The number of an event's sentence."""
        return self.at(event.source_id, event.span)

    def links(self, entity: Entity) -> list[str]:
        """The addresses of the first mentions of a name."""
        return [
            f"{self.footnotes.base}?{urlencode({'source': name, 'start': span.start, 'end': span.end})}"
            for name, span in entity.mentions[:_MENTIONS]
        ]


# -- HTML ------------------------------------------------------------------------------------------------------------

_CSS = (
    CSS
    + """
h3 { font-family: system-ui, sans-serif; font-size: 1em; margin-bottom: .2em; break-after: avoid; }
.guide + .guide { break-before: page; }
ul { padding-left: 1.2em; }
li, dd { margin-bottom: .35em; }
dt { font-weight: 600; }
dd { margin-left: 1em; }
table { border-collapse: collapse; width: 100%; font-size: .95em; }
th, td { text-align: left; vertical-align: top; padding: .25em .6em .25em 0; border-bottom: 1px solid #bbb; }
th[scope=row] { font-weight: 400; min-width: 7.5em; }
tr { break-inside: avoid; }
"""
)


def guide_html(guides: Sequence[Guide], documents: Mapping[str, Document], *, base: str = "") -> str:
    """The guides as one page to print; arguments as `guide_markdown`."""
    notes = _Notes(documents, base)
    title = f"Study guide: {guides[0].source.title}" if len(guides) == 1 else "Study guides"
    parts = [html_head(title, _CSS)]
    for guide in guides:
        parts.append(f'<section class="guide"><h1>Study guide: {escape(flat(guide.source.title))}</h1>')
        parts += [f'<p class="date">{escape(line)}</p>' for line in _about(guide)]
        parts += _html_outline(guide, notes)
        for key, head in _HEADS.items():
            named: tuple[Entity, ...] = getattr(guide, key)
            if named:
                items = "".join(
                    f"<li>{escape(entity.name)}, {_times(entity)}: {_html_links(notes.links(entity))}</li>"
                    for entity in named[:_NAMES]
                )
                parts.append(f"<h2>{head}</h2><ul>{items}</ul>")
        parts += [_html_glossary(guide, notes)] if guide.glossary else []
        parts += [_html_timeline(guide, notes)] if guide.events else []
        parts.append("</section>")
    parts.append('<section class="footnotes"><h2>Sources</h2><ol>')
    parts += map(html_footnote, notes.footnotes.found.values())
    parts.append("</ol></section>")
    return "\n".join([*parts, HTML_FOOT]) + "\n"


def _html_links(links: Iterable[str]) -> str:
    return " ".join(f'<a href="{escape(link)}">{n}</a>' for n, link in enumerate(links, start=1))


def _marks(numbers: Iterable[int]) -> str:
    return "".join(f'<sup><a href="#fn{number}">[{number}]</a></sup>' for number in numbers)


def _html_outline(guide: Guide, notes: _Notes) -> list[str]:
    parts = ["<h2>Outline</h2>"]
    for part in guide.outline:
        parts += [f"<h3>{escape(part.title)}</h3>"] if part.title else []
        parts += [
            f"<p>{escape(notes.text(key.source_id, key.span))}{_marks([notes.footnotes.number(key)])}</p>"
            for key in part.keys
        ]
    return parts


def _html_glossary(guide: Guide, notes: _Notes) -> str:
    terms = "".join(
        f"<dt>{escape(term.name)}</dt><dd>{escape(notes.text(term.citation.source_id, term.citation.span))}"
        f"{_marks([notes.footnotes.number(term.citation)])}</dd>"
        for term in guide.glossary
    )
    return f"<h2>Glossary</h2><dl>{terms}</dl>"


def _html_timeline(guide: Guide, notes: _Notes) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(event.date_text)}</th>'
        f"<td>{escape(event.shown)}{_marks([notes.of_event(event)])}</td></tr>"
        for event in guide.events
    )
    head = '<tr><th scope="col">When</th><th scope="col">What</th></tr>'
    return f"<h2>Timeline</h2><table><thead>{head}</thead><tbody>{rows}</tbody></table>"
