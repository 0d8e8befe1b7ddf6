"""A source open beside a page, at the words that something stands on: the Chat and the Check page show it so.

What is open is kept by the page that opened it; how the text is set is reading.py's affair.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st
from streamlit.navigation.page import Page

from app.answer import Citation
from app.saved import State, standings
from app.ui import frame, state
from app.ui.answering import Place
from app.ui.components import reader_view
from app.ui.page_image import TEXT_HEIGHT, has_pages, show_pages
from app.ui.reading import Highlight, HighlightKind, reader_html, window
from ingest.documents import Span
from ingest.errors import TutorError


def source(
    place: Place,
    reader: Page | None,
    *,
    nonce: int,
    close: Callable[[], None],
    focus: bool = True,
    also: Sequence[Span] = (),
) -> None:
    """The source at the cited words, with its section named; if it has changed, the words as they were cited.

    Args:
        reader: the Sources page, where the whole of it is read, if there is one.
        nonce: another number scrolls to the words again.
        close: called when it is to be closed.
        focus: whether the words take the keyboard's focus.
        also: other places of the source to mark.
    """
    tutor = state.tutor_now()
    if tutor is None:
        frame.opened_top("", "", "", close)
        frame.waiting(st.empty(), "Getting ready…")
        return
    span, remark = _where_now(place)
    cited = place.citation
    if span is None and cited is not None:
        frame.opened_top(cited.source_title, cited.place, _remark(remark), close)
        st.html(f'<blockquote class="was" tabindex="0">{escape(cited.quote)}</blockquote>')
        return
    try:
        document = tutor.document(place.source_id)
        stale = remark or tutor.stale(place.source_id)
    except TutorError as error:
        st.error(frame.literal(str(error)))
        st.button("Close", key="close", on_click=close)
        return
    there = span or place.span
    where = Citation.of(document, document.section_at(there.start).title, there).place
    frame.opened_top(document.source.title, where, _remark(stale), close)
    marks = [Highlight(span, HighlightKind.CITED) for span in (there, *also)]
    if also:
        marks.append(Highlight(there, HighlightKind.HERE))
    printed = has_pages(document) and not stale
    whole = Span(min(span.start for span in (there, *also)), max(span.end for span in (there, *also)))
    reader_view(
        reader_html(document, marks, within=window(document, whole)),
        key="beside-reader",
        height=TEXT_HEIGHT if printed else "var(--reader-height)",
        nonce=nonce,
        focus=focus,
        on_close=close,
    )
    if printed:
        show_pages(document, there, key="beside-pages", nonce=nonce, on_close=close)
    if reader is not None:
        st.page_link(
            reader,
            label="Read the whole source",
            query_params={"source": document.id, "start": str(there.start), "end": str(there.end)},
        )


def _remark(text: str) -> str:
    return f'<span class="stale"><b>Changed</b>{escape(text)}</span>' if text else ""


def _where_now(place: Place) -> tuple[Span | None, str]:
    """Where the words of a place stand now, None if nowhere, and what is to be said of that."""
    documents = state.documents_now()
    if place.citation is None or documents is None:
        return place.span, ""
    standing = standings([place.citation], documents)[place.citation.n]
    if standing.state is State.GONE:
        return None, "This source is no longer there. These are its words as they were cited."
    if standing.state is State.SAME:
        return standing.span, ""
    if standing.span is None:
        return None, "This source has changed since and no longer has these words, which are shown as they were cited."
    return standing.span, "This source has changed since. The words stand here now."
