"""One question of an evaluation run, and beside it the source with the evidence and the citations marked.

A question is a link: `?run=<file>&system=<name>&question=<id>`. The questions of a held-out run are not shown, not
even behind a warning: its record holds no texts, and a half that was read once can be tuned on ever after.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from html import escape

import streamlit as st

from app.ui import frame, state
from app.ui.components import reader_view
from app.ui.questions import Opening, highlights, located, openings, row_html
from app.ui.questions_view import questions_view
from app.ui.reading import reader_html, window
from app.ui.runs import Quote, Row, Run
from ingest.errors import TutorError

_CLOSED = "closed"
_PLACE, _NONCE = "inspection_place", "inspection_nonce"
_CHANGED = "The source has changed since this run: these words are no longer in it."


@dataclass(frozen=True, slots=True)
class Address:
    """A question of a system in a run: the name of its file, of the system, and the question's id."""

    run: str
    system: str
    question: str

    def find(self, runs: Mapping[str, Run]) -> Row | None:
        """The row, if it is there and may be shown."""
        run = runs.get(self.run)
        if run is None or run.held_out:
            return None
        rows = (row for system in run.systems if system.name == self.system for row in system.rows)
        return next((row for row in rows if row.id == self.question), None)


def read_address(parameters: Mapping[str, str]) -> Address | None:
    """The question that a link names, whether or not there is one."""
    if "question" not in parameters:
        return None
    return Address(*(parameters.get(name, "") for name in ("run", "system", "question")))


def go(address: Address) -> None:
    """Go to a question."""
    st.query_params.from_dict({"run": address.run, "system": address.system, "question": address.question})
    st.session_state.pop(_PLACE, None)


def question(row: Row, steps: Callable[[], None]) -> None:
    """Show a question; `steps` draws the row above it."""
    places = openings(row)
    place = st.session_state.get(_PLACE, "")
    if place not in places and place != _CLOSED:
        place = next(iter(places), _CLOSED)
    opened = places.get(place)
    frame.style(beside=opened is not None)
    steps()
    early = not state.loading().done
    with st.container(key="panes", horizontal=True):
        with st.container(key="talk"):
            questions_view(
                row_html(row, _words),
                key=f"inspection-{row.id}",
                focus="article",
                pressed=place,
                on_open=_show_place,
            )
        with st.container(key="beside"):
            if opened is not None:
                _source(row, opened, place)
    if early and state.loading().done:
        st.rerun()  # the quotes are shown as their sources show them, now that these are there


def _words(quote: Quote) -> str:
    """A quote as its source shows it; as it is recorded where the source is not at hand, or has changed."""
    tutor = state.tutor_now()
    if tutor is not None:
        with suppress(TutorError):
            document = tutor.document(quote.source)
            if (span := located(document, quote)) is not None:
                return document.plain(span)
    return " ".join(quote.quote.split())


def _show_place(place: str) -> None:
    st.session_state[_PLACE] = place
    st.session_state[_NONCE] = st.session_state.get(_NONCE, 0) + 1


def _close() -> None:
    _show_place(_CLOSED)


def _source(row: Row, opened: Opening, place: str) -> None:
    slot = st.empty()
    try:
        document = frame.wait_for_tutor(slot).document(opened.quote.source)
    except TutorError as error:
        slot.error(frame.literal(str(error)))
        st.button("Close", key="close", on_click=_close)
        return
    slot.empty()
    span = located(document, opened.quote)
    section = document.section_at(span.start).title if span is not None else ""
    remark = "" if span is not None else f'<span class="stale"><b>Changed</b>{escape(_CHANGED)}</span>'
    frame.opened_top(document.source.title, section, remark, _close)
    shown = window(document, span) if span is not None else None
    reader_view(
        reader_html(document, highlights(document, row, place), within=shown),
        key="inspection-reader",
        height="var(--reader-height)",
        nonce=st.session_state.get(_NONCE, 0),
        on_close=_close,
    )
