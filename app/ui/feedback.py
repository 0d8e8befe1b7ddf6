"""What a user thinks of an answer: good or not, and why. Where it is kept is history.py's affair."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from app.conversation import Feedback, Mark, Part
from app.ui import frame, keeping, state
from ingest.errors import TutorError

_WORDS: dict[Mark, str] = {Mark.UP: ":material/thumb_up: Good answer", Mark.DOWN: ":material/thumb_down: Not good"}


def marks() -> Mapping[tuple[int, Part], Feedback]:
    """The marks that the conversation has; none if it is not kept."""
    kept = keeping.kept_id()
    try:
        return keeping.history().marks(kept) if kept is not None else {}
    except TutorError:  # the page has said it
        return {}


def ask(i: int, part: Part, given: Feedback | None) -> None:
    """Ask what the user thinks of an answer of exchange `i`; a second press takes the mark back."""
    name = f"{state.conversation_id()}-{i}-{part}"
    choice, reason = f"mark-{name}", f"reason-{name}"
    st.session_state.setdefault(choice, given.mark if given is not None else None)
    st.session_state.setdefault(reason, given.reason if given is not None else "")

    def give() -> None:
        _give(i, part, st.session_state[choice], st.session_state.get(reason, ""))

    with st.container(key=f"feedback-{name}", horizontal=True, vertical_alignment="center"):
        mark = st.pills(
            "Is this answer good?",
            list(Mark),
            format_func=_WORDS.__getitem__,
            key=choice,
            on_change=give,
            label_visibility="collapsed",
        )
        if mark is not None:
            st.text_input(
                "Why? (optional)",
                key=reason,
                on_change=give,
                placeholder="Why? (optional)",
                max_chars=1000,
                label_visibility="collapsed",
            )
    if why := st.session_state.pop(f"failed-{name}", ""):
        frame.told(why)


def _give(i: int, part: Part, mark: Mark | None, reason: str) -> None:
    kept = keeping.kept_id()
    if kept is None:
        return
    try:
        if mark is None:
            keeping.history().withdraw_feedback(kept, i, part)
        else:
            keeping.history().add_feedback(kept, i, part, mark, reason)
    except TutorError as error:
        st.session_state[f"failed-{state.conversation_id()}-{i}-{part}"] = str(error)
