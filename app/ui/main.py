"""The entry point of the pages: `streamlit run app/ui/main.py`. Names the pages; what they show is theirs."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import streamlit as st

_ROOT = str(Path(__file__).resolve().parents[2])
if _ROOT not in sys.path:  # a clone that is run without being installed
    sys.path.insert(0, _ROOT)

from app.ui import (  # noqa: E402
    chat,
    check,
    checking,
    evaluation,
    frame,
    keeping,
    review,
    settings_panel,
    sources,
    state,
    study,
)
from ingest.errors import TutorError  # noqa: E402

_LOG = logging.getLogger("app.ui")

_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<rect width="32" height="32" rx="7" fill="#0f766e"/>'
    '<path d="M8 10h16M8 16h16M8 22h9" stroke="#fff" stroke-width="3" stroke-linecap="round"/></svg>'
)


_BESIDE = 256  # pixels of the list of conversations, which is closed at first where there is no room


def main() -> None:
    """Name the pages and run the one that is asked for."""
    st.set_page_config(page_title="Koryo Tutor", page_icon=_ICON, layout="wide", initial_sidebar_state=_BESIDE)
    state.loading()  # the models load while the page opens
    reader = st.Page(sources.page, title="Sources", url_path="sources")
    talk = st.Page(lambda: chat.page(reader, checks), title="Chat", url_path="chat", default=True)
    marks = st.Page(evaluation.page, title="Evaluation", url_path="evaluation")
    check_page = st.Page(lambda: check.page(reader), title="Check", url_path="check")
    checks = st.Page(checking.page, title="How it checks", url_path="checking")
    learn = st.Page(lambda: study.page(reader), title="Study", url_path="study")
    spot = st.Page(review.page, title="Review", url_path="review")  # a part of Check; old addresses lead here
    pages = [talk, reader, check_page, learn, marks]
    page = st.navigation([*pages, checks, spot], position="hidden")
    begun = state.conversation() or st.session_state.get("question") or "conversation" in st.query_params
    talking = page == talk and bool(begun)
    frame.bar(pages, new_chat=keeping.new_conversation if talking else None, settings=settings_panel.open_panel)
    try:
        settings_panel.show_if_open()
        page.run()
    except Exception as error:
        if not isinstance(error, TutorError):
            _LOG.exception("the page could not be shown")
        frame.show_error(error)


main()
