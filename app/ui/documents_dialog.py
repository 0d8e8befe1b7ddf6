"""One document over the Sources page: its title to change, its file to have, and its removal, which is asked for twice.

What is done is app/documents.py's and app/sources.py's affair; it is done behind the page (documents.py).
"""

from __future__ import annotations

import os
from html import escape

import streamlit as st

from app.documents import Work, remove, safe_name
from app.library import LONGEST_TITLE, clean_title
from app.settings import Settings
from app.sources import Listed, State, listed_one, rename_source
from app.ui import documents, frame, state
from app.ui.documents_job import Done
from ingest.errors import SourceError, TutorError

_DIALOG = "document:"
_REMOVING = "documents_removing"


def open_dialog(source_id: str) -> None:
    """Ask for the dialog of a source."""
    st.session_state.pop(_REMOVING, None)
    state.show_dialog(f"{_DIALOG}{source_id}")


def show_if_open() -> None:
    """The dialog, if it was asked for and its source is there."""
    if not state.dialog().startswith(_DIALOG):
        return
    tutor = state.tutor_now()
    record = tutor.searcher().records.get(state.dialog().removeprefix(_DIALOG)) if tutor is not None else None
    if record is None:
        _close()
        return
    _dialog(listed_one(Settings.read(os.environ), record))


def _close() -> None:
    st.session_state.pop(_REMOVING, None)
    state.show_dialog()


@st.dialog("Document", on_dismiss=_close)
def _dialog(one: Listed) -> None:
    if st.session_state.get(_REMOVING) == one.id:
        _confirm(one)
        return
    _rename(one)
    count = f"{one.passages:,} passage{'' if one.passages == 1 else 's'}"
    st.html(f'<p class="meta">{escape(one.kind)} · {count} · {escape(_whereabouts(one))}</p>')
    with st.container(horizontal=True):
        if one.state is not State.GONE:
            _download(one)
        st.button("Remove…", key="document-remove", on_click=_begin_removing, args=(one.id,))


def _begin_removing(source_id: str) -> None:
    st.session_state[_REMOVING] = source_id


def _whereabouts(one: Listed) -> str:
    if one.state is State.GONE:
        return "the file is gone, its text is kept"
    changed = ", and has changed since it was read" if one.state is State.CHANGED else ""
    if one.bundled:
        return f"came with the tutor{changed}"
    return f"added here{changed}" if one.upload else f"{one.path}{changed}"


def _rename(one: Listed) -> None:
    with st.form(f"document-title-{one.id}", border=False):
        typed = st.text_input("Title", value=one.title, key=f"document-named-{one.id}", max_chars=LONGEST_TITLE)
        if not st.form_submit_button("Rename"):
            return
    try:
        title = clean_title(typed)
    except TutorError as error:
        frame.told(str(error))
        return

    def action(work: Work) -> Done:
        rename_source(work.settings, work.embedder, one.id, title)
        return Done()

    documents.ask(f"Renaming to {documents.short(title)}", action)
    _close()
    st.rerun()


def _download(one: Listed) -> None:
    """The original file, as bytes that no browser runs."""
    try:
        name = safe_name(one.path.name)
    except SourceError:
        name = f"{one.id}.txt"
    try:
        data = one.path.read_bytes()
    except OSError as error:
        frame.told(f"The file cannot be read: {error.strerror}")
        return
    st.download_button(
        "Download the original",
        data,
        file_name=name,
        mime="application/octet-stream",
        on_click="ignore",
        key=f"document-original-{one.id}",
    )


def _confirm(one: Listed) -> None:
    if one.state is State.GONE:
        after = "Its file is gone, so this is the last of it once this page is closed."
    elif one.upload:
        after = "Its file is kept for an hour, so that you can undo this."
    elif one.bundled:
        after = "It can be put back from below the list."
    else:
        after = f"Its file stays where it is: {one.path}"
    st.html(f'<p role="alert">Remove “{escape(one.title)}”? It is gone from answers at once. {escape(after)}</p>')
    with st.container(horizontal=True):
        if st.button("Remove it", key="document-really", type="primary"):
            documents.ask(f"Removing {documents.short(one.title)}", lambda work: Done(removed=remove(work, one.id)))
            _close()
            st.rerun()
        st.button("Keep it", key="document-keep", on_click=lambda: st.session_state.pop(_REMOVING, None))
