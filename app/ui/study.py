"""The Study page: cards to review, quizzes, a guide and a timeline of the sources, and how far one is.

Each part has a file of its own; here they are named and shown. What is learnt when is app/study's affair.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import streamlit as st
from streamlit.navigation.page import Page

from app.ui import beside, frame, quiz, study_beside, study_cards, study_progress, within
from app.ui.guide_view import guide_section
from app.ui.study_html import STYLE
from app.ui.study_state import Clock
from app.ui.timeline_view import timeline_section
from ingest.errors import TutorError

_PART = "study-part"
_ADDRESS = "part"  # of the address, so that a reload goes on where one was


class Part(StrEnum):
    """What the page can show."""

    CARDS = "Cards"
    QUIZ = "Quiz"
    GUIDE = "Guide"
    TIMELINE = "Timeline"
    PROGRESS = "Progress"


def page(reader: Page | None = None, clock: Clock = datetime.now) -> None:
    """The page. `reader` is the Sources page, where a whole source is read; `clock` gives the time in a zone."""
    part = _part()
    opened = study_cards.opened() if part is Part.CARDS else None
    if part in (Part.QUIZ, Part.GUIDE, Part.TIMELINE):
        opened = study_beside.opened().place
    frame.style(beside=opened is not None)
    with st.container(key="panes", horizontal=True):
        with st.container(key="talk"):
            st.html(f"<h1>Study</h1>{STYLE}")
            st.segmented_control(
                "What to show",
                list(Part),
                key=_PART,
                required=True,
                label_visibility="collapsed",
                on_change=_to_address,
            )
            _show(part, clock)
        with st.container(key="beside"):
            if opened is not None and part is not Part.CARDS:
                beside.source(opened, reader, nonce=study_beside.opened().nonce, close=study_beside.close)
            elif opened is not None:
                nonce = study_cards.nonce()
                beside.source(opened, reader, nonce=nonce, close=study_cards.close, focus=False)


def _part() -> Part:
    """The part that is chosen; the first time, the one that the address names."""
    if st.session_state.get(_PART) is None:
        named = st.query_params.get(_ADDRESS, "").capitalize()
        st.session_state[_PART] = Part(named) if named in list(Part) else Part.CARDS
    return Part(st.session_state[_PART])


def _to_address() -> None:
    part = st.session_state.get(_PART) or Part.CARDS
    study_beside.close()
    st.query_params[_ADDRESS] = part.value.lower()


def _to_cards() -> None:
    st.session_state[_PART] = Part.CARDS
    _to_address()


def _show(part: Part, clock: Clock) -> None:
    slot = st.empty()
    try:
        whole = frame.wait_for_tutor(slot)
        slot.empty()
        if part is not Part.PROGRESS:
            within.chooser("study")
        tutor = within.of(whole, within.number())
        if part is Part.CARDS:
            study_cards.cards_section(whole, clock)
        elif part is Part.QUIZ:
            quiz.quiz_section(whole, clock, to_cards=_to_cards, drawn_from=tutor)
        elif part is Part.PROGRESS:
            study_progress.progress_section(whole, clock)
        elif part is Part.GUIDE:
            guide_section(tutor)
        else:
            timeline_section(tutor)
    except TutorError as error:
        slot.empty()
        frame.show_error(error)
