"""The progress of the Study page: section by section what is seen, learnt and weak, and where to read it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app.study.progress import progress, weakest
from app.study.schedule import streak
from app.ui import study_html, study_state
from app.ui.study_state import Clock

if TYPE_CHECKING:
    from app.tutor import Tutor


def progress_section(tutor: Tutor, clock: Clock) -> None:
    """The tables of all sources, and the weak cards.

    Raises:
        TutorError: the sources or the file cannot be read.
    """
    file, now = study_state.file(), clock(study_state.zone())
    kept = file.cards()
    sections = progress(study_state.cards_of(tutor), kept)
    days = file.days(now.tzinfo)
    memories = {name: one.memory for name, one in kept.items() if one.memory is not None}
    st.html(study_html.summary_html(sections, streak(days, now.date()), len(days)))
    st.html(study_html.progress_html(sections) + study_html.weak_html(weakest(sections, memories)))
