"""The Sources page: what the sources are, and a reader that opens one, whole, at a place if a link names one. Documents
are added and put in order in documents.py and documents_dialog.py.

A link is `?source=<id>&start=<offset>&end=<offset>`: the offsets are those of the citation, in characters.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from app.build import wishes_of
from app.settings import Settings
from app.ui import collections_view, documents, documents_dialog, frame
from app.ui.components import reader_view
from app.ui.page_image import has_pages, show_pages
from app.ui.reading import Highlight, HighlightKind, find, reader_html
from ingest.documents import Document, Source, Span
from ingest.errors import TutorError
from vectorstore.words import words

if TYPE_CHECKING:
    from app.tutor import Tutor

_MOST_HITS = 1000
_MANY = 50  # sources that are listed at once


def page() -> None:
    """The page: the list, or the source that the address names."""
    wanted = st.query_params.get("source", "")
    frame.style(wide=bool(wanted))
    slot = st.empty()
    try:
        tutor = frame.wait_for_tutor(slot)
    except Exception as error:
        frame.show_error(error)
        return
    slot.empty()
    if wanted:
        try:
            document = tutor.document(wanted)
        except TutorError as error:
            st.error(frame.literal(str(error)))
        else:
            _read(tutor, document)
            return
    _list(tutor)


def read_span(parameters: Mapping[str, str], size: int) -> tuple[Span | None, str]:
    """The span that a link names in a source of `size` characters; a remark if there is no such place."""
    raw = parameters.get("start", ""), parameters.get("end", "")
    if raw == ("", ""):
        return None, ""
    try:
        start, end = (int(number) if number.isascii() and number.isdecimal() else -1 for number in raw)
        if end > size:
            raise ValueError
        return Span(start, end), ""
    except ValueError:
        return None, (
            f"The link asks for characters {raw[0][:20] or '?'} to {raw[1][:20] or '?'}, which is no place "
            f"in this source of {size:,} characters. It is shown from its start."
        )


def describe(source: Source) -> str:
    """Author, year and publisher in one line."""
    parts = [source.author, source.year, source.publisher]
    return " · ".join(part for i, part in enumerate(parts) if part and part not in parts[:i])


def _show(source_id: str) -> None:
    st.query_params.from_dict({"source": source_id} if source_id else {})
    st.session_state.pop("within", None)


def _list(tutor: Tutor) -> None:
    sources = tutor.sources()
    st.html("<h1>Sources</h1>")
    documents.adding()
    if not sources:
        st.info("There are no sources. Add some above, or with `tutor ingest`.")
    for i, source in enumerate(_wanted(sources)):
        with st.container(border=True, key=f"source-{i}"):
            st.html(f'<h2 class="question">{escape(source.title)}</h2>{_about(tutor, source)}')
            with st.container(horizontal=True):
                st.button("Read", key=f"read-{i}", on_click=_show, args=(source.id,))
                st.button(
                    "More",
                    key=f"more-{i}",
                    help="Rename, download or remove",
                    on_click=documents_dialog.open_dialog,
                    args=(source.id,),
                )
    documents.left_out([*wishes_of(Settings.read(os.environ)).left_out])
    collections_view.section(sources)
    documents_dialog.show_if_open()


def _wanted(sources: Sequence[Source]) -> list[Source]:
    """The sources to list: all of them, or where there are many those whose title or author has some words."""
    if len(sources) <= _MANY:
        return list(sources)
    label = "Find a source"
    query = st.text_input(label, key="sources-query", placeholder=label, label_visibility="collapsed", max_chars=200)
    parts = words(query or "")
    found = [one for one in sources if all(part in " ".join(words(f"{one.title} {one.author}")) for part in parts)]
    shown = f"the first {_MANY} shown" if len(found) > _MANY else "all shown"
    st.html(f'<p class="meta" role="status">{len(found):,} of {len(sources):,} sources, {shown}.</p>')
    return found[:_MANY]


def _about(tutor: Tutor, source: Source) -> str:
    lines = [f'<p class="meta">{escape(describe(source))}</p>'] if describe(source) else []
    if source.rights:
        lines.append(f'<p class="meta soft">{escape(source.rights)}</p>')
    if stale := tutor.stale(source.id):
        lines.append(f'<p class="meta stale"><b>Changed</b>{escape(stale)}</p>')
    return "".join(lines)


def _read(tutor: Tutor, document: Document) -> None:
    source = document.source
    with st.container(horizontal=True, vertical_alignment="center", key="reader-top"):
        st.button("← All sources", key="all", on_click=_show, args=("",))
        label = "Find in this source"
        query = st.text_input(
            label,
            key="within",
            type="search",
            live=True,
            max_chars=200,
            placeholder=label,
            label_visibility="collapsed",
        )
    st.html(f"<h1>{escape(source.title)}</h1>{_about(tutor, source)}")
    span, remark = read_span(st.query_params.to_dict(), len(document.text))
    if remark:
        st.warning(frame.literal(remark))
    hits = find(document, query or "")
    if query and query.strip() and not hits:
        st.html(f'<p class="meta" role="status">“{escape(query)}” does not occur in this source.</p>')
    marks = [Highlight(hit, HighlightKind.HIT, n) for n, hit in enumerate(hits[:_MOST_HITS])]
    if span is not None and not marks:
        marks = [Highlight(span, HighlightKind.CITED)]
    printed = has_pages(document) and not tutor.stale(source.id)
    if span is not None and printed and st.toggle("Show the page as it is printed", key="printed"):
        show_pages(document, span, key=f"pages-{source.id}", height="var(--reader-height)")
        return
    reader_view(reader_html(document, marks, contents=True), key=f"reader-{source.id}", height="var(--reader-height)")
