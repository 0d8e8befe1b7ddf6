"""The text that is to be checked: the box that it is typed into, and the file that fills it.

A file fills an empty box, or one that still has the text of the file before; what somebody typed is replaced only when
he says so. What is done with the text is check.py's affair.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app.check.files import MOST_BYTES, READERS, text_of
from app.check.words import title_of
from app.ui import frame
from ingest.errors import TutorError

_PLACEHOLDER = "What somebody says about your sources: a student, an article, a chatbot"
# Keys of widgets, which Streamlit forgets on other pages, and of what is kept.
_TEXT, _FILE = "check-text", "check-file"
_TYPED, _NAMED, _OFFERED, _FAULT = (f"check_{name}" for name in ("typed", "named", "offered", "file_fault"))


def box(begin: Callable[[], None]) -> None:
    """The box, the file and the button; `begin` is called when the text is to be checked."""
    st.session_state.setdefault(_TEXT, st.session_state.get(_TYPED, ""))
    st.text_area("Text to check", key=_TEXT, height=150, placeholder=_PLACEHOLDER)
    st.session_state[_TYPED] = st.session_state[_TEXT]
    st.file_uploader(
        "Or a file",
        type=[suffix.removeprefix(".") for suffix in READERS],
        key=_FILE,
        on_change=_take_file,
        max_upload_size=MOST_BYTES // 1_000_000,
    )
    if fault := file_fault():
        frame.told(fault)
    if offered := _offered():
        st.button(
            f"Replace the text by {frame.literal(offered[0])}",
            key="check-replace",
            on_click=_replace,
            wrap=True,
        )
    st.button("Check", key="check-go", type="primary", shortcut="Ctrl+Enter", on_click=begin)


def text() -> str:
    """What stands in the box."""
    return str(st.session_state.get(_TEXT) or st.session_state.get(_TYPED) or "")


def put(words: str) -> None:
    """Put a text into the box, before it is drawn."""
    st.session_state[_TEXT] = st.session_state[_TYPED] = words


def title(words: str) -> str:
    """What a text is called: as the file that it came from, or else by how it begins."""
    name, of_file = st.session_state.get(_NAMED, ("", ""))
    return name if name and words == of_file else title_of(words)


def file_fault() -> str:
    """What is wrong with the file that is chosen; "" if nothing is."""
    return str(st.session_state.get(_FAULT, "")) if st.session_state.get(_FILE) is not None else ""


def _take_file() -> None:
    """Put the text of the file that was chosen into the box, where it can be read and changed; or offer to."""
    chosen = st.session_state.get(_FILE)
    st.session_state[_FAULT], st.session_state[_OFFERED] = "", None
    if chosen is None:
        return
    try:
        found = text_of(chosen.name, chosen.getvalue())
    except TutorError as error:
        st.session_state[_FAULT] = str(error)
        return
    typed = text()
    if not typed.strip() or typed in (found, st.session_state.get(_NAMED, ("", ""))[1]):
        _fill(chosen.name, found)
    else:
        st.session_state[_OFFERED] = (chosen.name, found)


def _offered() -> tuple[str, str] | None:
    """The file, with its text, that waits for a word; it does not wait for one once it is no longer chosen."""
    offered: tuple[str, str] | None = st.session_state.get(_OFFERED)
    return offered if st.session_state.get(_FILE) is not None else None


def _replace() -> None:
    if (offered := _offered()) is not None:
        _fill(*offered)


def _fill(name: str, words: str) -> None:
    put(words)
    st.session_state[_NAMED], st.session_state[_OFFERED] = (name, words), None
