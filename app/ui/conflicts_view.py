"""Where the sources disagree, as a section of a page: each conflict with its statements and links to them.

The HTML is made by pure functions; every word of a source passes through `html.escape`. What a conflict is and how it
is found is the affair of app/conflicts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import streamlit as st

from app.conflicts.values import KIND_LABELS, Conflict, Place, said_of
from app.ui import frame
from ingest.documents import Document, Span
from ingest.errors import TutorError

if TYPE_CHECKING:
    from app.tutor import Tutor

_MOST = 100  # conflicts that are shown
_LEAD = (
    "Statements in your sources that cannot both be true as they stand. They are looked for whenever documents are "
    "indexed; which of them is right is not for the tutor to say."
)
_STYLE = """
<style>
.conflicts ol { list-style: none; margin: 0; padding: 0; }
.conflicts li { border-top: 1px solid var(--line); margin: 0; padding: 1rem 0 .6rem; }
.conflicts h2 { font-size: 1.05rem; font-weight: 600; line-height: 1.4; margin: 0; padding: 0; }
.conflicts p { max-width: 42rem; margin: .2rem 0 .7rem; line-height: 1.55; }
.conflicts blockquote { border-left: 3px solid var(--line); color: inherit; opacity: 1; max-width: 42rem;
  margin: 0; padding: .1rem 0 .1rem .9rem; line-height: 1.6; overflow-wrap: anywhere;
  font-family: "Source Serif", Georgia, "Noto Serif CJK KR", serif; }
.conflicts mark { color: inherit; font-weight: 600; padding: .05em .1em; border-bottom: 2px solid var(--accent);
  background: color-mix(in srgb, var(--accent) 18%, transparent); }
.conflicts .where { font-size: .875rem; margin: .3rem 0 .9rem; padding-left: 1.05rem; }
.conflicts .where a { color: var(--accent); display: inline-block; padding: .15rem 0; }
@media (max-width: 40rem) { .conflicts .where a { padding: .5rem 0; } }
</style>
"""


def conflicts_section(tutor: Tutor) -> None:
    """The list for the index as it is now, or a line that there is none."""
    try:
        found = tutor.conflicts()
        documents = {source.id: tutor.document(source.id) for source in tutor.sources()}
    except TutorError as error:
        frame.show_error(error)
        return
    st.html(_STYLE + conflicts_html(found, documents))


def conflicts_html(conflicts: Sequence[Conflict], documents: Mapping[str, Document]) -> str:
    """The conflicts as HTML; those in documents that are not at hand are left out."""
    shown = [one for one in conflicts if all(place.source_id in documents for place in one.places)]
    items = "".join(_item(conflict, documents) for conflict in shown[:_MOST])
    listed = f"<ol>{items}</ol>" if items else ""
    if len(shown) > _MOST:
        listed += f'<p class="meta">The first {_MOST} are shown; all of them: <code>tutor conflicts</code></p>'
    return (
        f'<div class="conflicts"><p class="lead">{_LEAD}</p>'
        f'<p class="meta" role="status">{escape(said_of(shown))}</p>{listed}</div>'
    )


def link_to(place: Place) -> str:
    """The address of the Sources page that opens a place."""
    query = {"source": place.source_id, "start": place.span.start, "end": place.span.end}
    return f"sources?{urlencode(query)}"


def _item(conflict: Conflict, documents: Mapping[str, Document]) -> str:
    statements = "".join(_statement(place, documents[place.source_id]) for place in conflict.places)
    return f"<li><h2>{KIND_LABELS[conflict.kind]}</h2><p>{escape(conflict.note)}</p>{statements}</li>"


def _statement(place: Place, document: Document) -> str:
    section = document.section_at(place.span.start).title
    where = " · ".join(filter(None, (document.source.label, section)))
    return (
        f"<blockquote>{_quote(place, document)}</blockquote>"
        f'<p class="where"><a href="{escape(link_to(place))}">{escape(where)}</a></p>'
    )


def _quote(place: Place, document: Document) -> str:
    """What a reader sees of the place, the figures marked."""
    pieces = []
    at = place.span.start
    for figure in place.figures:
        pieces.append(_plain(document, at, figure.start))
        pieces.append(f"<mark>{_plain(document, figure.start, figure.end)}</mark>")
        at = figure.end
    pieces.append(_plain(document, at, place.span.end))
    return "".join(pieces)


def _plain(document: Document, start: int, end: int) -> str:
    if start >= end:
        return ""
    seen = (document.text[piece.start : piece.end] for piece in document.visible(Span(start, end)))
    return escape(re.sub(r"\s+", " ", "".join(seen)))
