"""Where the sources disagree, as a section of a page: each conflict with its statements, which open beside the list.

The HTML is made by pure functions; every word of a source passes through `html.escape`. What a conflict is and how it
is found is the affair of app/conflicts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from app.conflicts.values import KIND_LABELS, Conflict, Place, said_of
from app.ui import frame
from app.ui.check_view import check_view
from ingest.documents import Document, Span
from ingest.errors import TutorError

if TYPE_CHECKING:
    from app.tutor import Tutor

_MOST = 100  # conflicts that are shown
_LEAD = (
    "Statements in your sources that cannot both be true as they stand. They are looked for whenever documents are "
    "indexed; which of them is right is not for the tutor to say."
)


def section(tutor: Tutor, opened: str, on_open: Callable[[str], None]) -> None:
    """The list for the index as it is now, or a line that there is none.

    Args:
        opened: the button of the place that is open, or "".
        on_open: told the button that was pressed; `opened` says which place is meant.
    """
    try:
        found = shown(tutor.conflicts(), known := [source.id for source in tutor.sources()])
        documents = {key: tutor.document(key) for key in known}
    except TutorError as error:
        frame.show_error(error)
        return
    st.html(lead_html(found))
    parts = [item_html(n, conflict, documents) for n, conflict in enumerate(found[:_MOST])]
    if parts:
        check_view(parts, key="conflicts-list", opened=opened, on_open=on_open)
    if len(found) > _MOST:
        st.html(f'<p class="meta">The first {_MOST} are shown; all of them: <code>tutor conflicts</code></p>')


def shown(conflicts: Sequence[Conflict], known: Collection[str]) -> list[Conflict]:
    """The conflicts that can be shown: those of which all documents are known."""
    return [one for one in conflicts if all(place.source_id in known for place in one.places)]


def opened(found: Sequence[Conflict], button: str) -> tuple[Place, tuple[Span, ...]] | None:
    """The place that a button stands for, and the other place of the pair if it is in the same source.

    Args:
        found: the conflicts that are shown.
        button: its `data-open`.
    """
    n, _, k = button.partition("-")
    if not (n.isdecimal() and k.isdecimal()) or int(n) >= len(found) or int(k) >= len(found[int(n)].places):
        return None
    places = found[int(n)].places
    place = places[int(k)]
    return place, tuple(one.span for one in places if one != place and one.source_id == place.source_id)


def lead_html(conflicts: Sequence[Conflict]) -> str:
    """What stands above the list."""
    return f'<p class="lead">{_LEAD}</p><p class="meta" role="status">{escape(said_of(conflicts))}</p>'


def item_html(n: int, conflict: Conflict, documents: Mapping[str, Document]) -> str:
    """A conflict; the buttons that open its places carry `data-open="N-K"`, K counting `places`."""
    statements = "".join(
        _statement(f"{n}-{k}", place, documents[place.source_id]) for k, place in enumerate(conflict.places)
    )
    heading = f'<h2 class="claim">{KIND_LABELS[conflict.kind]}</h2>'
    return f"<article>{heading}<p>{escape(conflict.note)}</p>{statements}</article>"


def _statement(button: str, place: Place, document: Document) -> str:
    section = document.section_at(place.span.start).title
    where = " · ".join(filter(None, (document.source.label, section)))
    return (
        f"<blockquote>{_quote(place, document)}</blockquote>"
        f'<button type="button" class="open" data-open="{button}">{escape(where)}</button>'
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
