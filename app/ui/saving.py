"""Cards that a user makes of cited sentences in the Chat: which there are, and making one or taking it back.

A card asks the question that was asked and answers with the sentence. Where it is kept is app/study/store.py's affair.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import streamlit as st

from app.answer import Answer, Citation
from app.ui import state, study_state
from ingest.errors import TutorError

_PROBLEM = "saving_problem"


def saved(answer: Answer, kind: str, citations: Sequence[Citation]) -> Collection[str] | None:
    """Those of some citations that are cards already, each as `kind` and its number; None if no card can be made now:
    the sources are not there yet, or the file cannot be used."""
    documents = state.documents_now()
    if documents is None:
        return None
    try:
        kept = study_state.file().ids()
    except TutorError:  # the page says of the conversation that it is not kept, and why
        return None
    return [f"{kind}{c.n}" for c in citations if study_state.saved_card(answer, c, documents).id in kept]


def toggle(answer: Answer, citation: Citation) -> None:
    """Make a card of a citation; take it back if it is one."""
    st.session_state[_PROBLEM] = None
    try:
        file, card = study_state.file(), study_state.saved_card(answer, citation, state.documents_now() or {})
        if card.id in file.ids():
            file.delete(card.id)
        else:
            file.save(card, datetime.now(study_state.zone()))
    except TutorError as error:
        st.session_state[_PROBLEM] = (answer.question, f"No card was made. {state.error_line(error)}")


def problem(answer: Answer | None) -> str:
    """Why the last card was not made of an answer, "" if all is well."""
    asked, why = st.session_state.get(_PROBLEM) or ("", "")
    return str(why) if answer is not None and asked == answer.question else ""
