"""The collection that a session asks within: chosen on the Chat, Check and Study pages, the same one on all of them.

Nothing is shown as long as there are no collections; they are made on the Sources page (collections_view.py).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import streamlit as st

from app.library import Collected, LibraryError
from app.settings import Settings
from app.within import Scope, collections
from ingest.errors import TutorError

if TYPE_CHECKING:
    from app.tutor import Tutor

_CHOSEN, _WIDGET = "collection", "collection-choice"
_ALL, _ALL_NAMED = 0, "All sources"  # no collection has this number


def made() -> tuple[Collected, ...]:
    """All collections, by name; none if they cannot be read, which whoever keeps something says."""
    try:
        return collections(Settings.read(os.environ))
    except TutorError:
        return ()


def number() -> int | None:
    """The number of the collection that is chosen, None for all sources."""
    chosen: int | None = st.session_state.get(_CHOSEN)
    return chosen


def chosen() -> Collected | None:
    """The collection that is chosen, if it is there."""
    return next((one for one in made() if one.id == number()), None)


def chooser(key: str) -> None:
    """What to ask within, if there is a choice. `key` is that of the place on the page."""
    found = {one.id: one for one in made()}
    if number() not in found:
        st.session_state[_CHOSEN] = None
    if not found:
        return
    widget = f"{_WIDGET}-{key}"
    st.session_state[widget] = number() or _ALL

    def choose() -> None:
        st.session_state[_CHOSEN] = st.session_state[widget] or None

    def named(one: int) -> str:
        return f"{found[one].name} ({len(found[one].sources)})" if one in found else _ALL_NAMED

    with st.container(horizontal=True, vertical_alignment="center", wrap=False, key=f"within-{key}"):
        st.html('<span class="meta">Ask within</span>', width="content")
        st.selectbox(
            "Ask within",
            [_ALL, *found],
            key=widget,
            format_func=named,
            on_change=choose,
            label_visibility="collapsed",
            width=280,
        )


def of(tutor: Tutor, collection: int | None) -> Tutor:
    """The tutor, or the one that knows only the sources of a collection.

    Raises:
        LibraryError: the collection is no longer there.
    """
    if collection is None:
        return tutor
    one = next((one for one in made() if one.id == collection), None)
    if one is None:
        raise LibraryError(
            "The collection that this was to be asked within is no longer there. Ask within another one."
        )
    return Scope(one.name, one.sources).of(tutor)
