"""Collections on the Sources page: what there is, and a dialog to make one, change it or delete it.

Collections are kept by app/library.py; where one is chosen is within.py's affair.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from html import escape

import streamlit as st

from app.build import build_library
from app.library import LONGEST_TITLE, Collected, Library
from app.settings import Settings
from app.ui import frame, state, within
from ingest.documents import Source
from ingest.errors import TutorError

_DIALOG = "collection:"
_MANY, _FEW = 60, 5  # sources to tick at most, and without a frame that scrolls
_NEW, _DELETING = "new", "collection-deleting"


def section(sources: Sequence[Source]) -> None:
    """The collections under the list of sources, and the dialog if it is open."""
    found = within.made()
    if not sources and not found:
        return
    st.html(
        "<h2>Collections</h2>"
        '<p class="meta">A collection is a set of sources to ask within: choose one on the Chat, Check or Study page, '
        "and nothing else is looked into.</p>"
    )
    names = {source.id: source.title for source in sources}
    for one in found:
        with st.container(border=True, key=f"collection-{one.id}"):
            st.html(f'<h3>{escape(one.name)}</h3><p class="meta">{escape(_listed(one, names))}</p>')
            st.button("Change", key=f"collection-change-{one.id}", on_click=_open, args=(str(one.id),))
    st.button("New collection", key="collection-new", on_click=_open, args=(_NEW,))
    wanted = state.dialog().removeprefix(_DIALOG)
    if state.dialog().startswith(_DIALOG):
        one_wanted = next((one for one in found if str(one.id) == wanted), None)
        if one_wanted is None and wanted != _NEW:
            _close()
        else:
            _dialog(one_wanted, names)


def _listed(one: Collected, names: dict[str, str]) -> str:
    """The titles of its sources in a line."""
    titles = [names[source] for source in sorted(one.sources) if source in names]
    more = f" and {len(titles) - 3} more" if len(titles) > 3 else ""
    return f"{'; '.join(titles[:3])}{more}" if titles else "No sources yet"


def _open(which: str) -> None:
    st.session_state.pop(_DELETING, None)
    state.show_dialog(f"{_DIALOG}{which}")


def _close() -> None:
    st.session_state.pop(_DELETING, None)
    state.show_dialog()


@st.dialog("Collection", on_dismiss=_close)
def _dialog(one: Collected | None, names: dict[str, str]) -> None:
    key = one.id if one is not None else _NEW
    if one is not None and st.session_state.get(_DELETING) == one.id:
        _confirm(one)
        return
    with st.form(f"collection-form-{key}", border=False):
        name = st.text_input(
            "Name", value=one.name if one else "", key=f"collection-name-{key}", max_chars=LONGEST_TITLE
        )
        members = _members(one, names)
        saves = st.form_submit_button("Save")
    if saves:
        try:
            _save(one, name, members)
        except TutorError as error:
            frame.told(str(error))
        else:
            _close()
            st.rerun()
    if one is not None:
        st.button("Delete…", key="collection-delete", on_click=_begin_deleting, args=(one.id,))


def _members(one: Collected | None, names: dict[str, str]) -> list[str]:
    """The sources that are ticked; where there are many, they are chosen by typing."""
    key = one.id if one is not None else _NEW
    inside = one.sources if one is not None else frozenset()
    if len(names) > _MANY:
        return st.multiselect(
            "Sources",
            list(names),
            default=[source for source in names if source in inside],
            format_func=names.__getitem__,
            key=f"collection-sources-{key}",
        )
    with st.container(height=300 if len(names) > _FEW else "content", border=len(names) > _FEW):
        return [
            source
            for source, title in names.items()
            if st.checkbox(frame.literal(title), value=source in inside, key=f"collection-has-{key}-{source}")
        ]


def _save(one: Collected | None, name: str, members: Sequence[str]) -> None:
    if one is None:
        _library().make_collection(name, members)
    else:
        _library().change_collection(one.id, name, members)


def _begin_deleting(number: int) -> None:
    st.session_state[_DELETING] = number


def _confirm(one: Collected) -> None:
    st.html(f'<p role="alert">Delete the collection “{escape(one.name)}”? Its sources stay.</p>')
    with st.container(horizontal=True):
        if st.button("Delete it", key="collection-really", type="primary"):
            try:
                _library().delete_collection(one.id)
            except TutorError as error:
                frame.told(str(error))
                return
            _close()
            st.rerun()
        st.button("Keep it", key="collection-keep", on_click=lambda: st.session_state.pop(_DELETING, None))


def _library() -> Library:
    return build_library(Settings.read(os.environ))
