"""The conversations beside the chat: a list to search and open, and a dialog to rename, export or delete one.

Where they are kept is history.py's affair, how one is exported export.py's, how it is reopened keeping.py's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from html import escape

import streamlit as st

from app.conversation import Conversation, Summary
from app.export import as_html, as_markdown
from app.ui import frame, keeping, state
from app.ui.talk_view import conversations_view
from ingest.errors import TutorError

_SHOWN = 30
_DIALOG = "conversation:"


def sidebar() -> None:
    """The list beside the page, and the dialog of a conversation if it is open."""
    with st.sidebar:
        st.button(
            "New chat", key="new-beside", icon=":material/add:", on_click=keeping.new_conversation, width="stretch"
        )
        label = "Search conversations"
        query = st.text_input(label, key="conversations-query", placeholder=label, label_visibility="collapsed")
        try:
            found = keeping.history().conversations(query, limit=_SHOWN + 1)
        except TutorError as error:
            said = "" if keeping.problem() else f" {error}"  # the page says it already
            st.html(f'<p class="meta">{escape(f"Kept conversations cannot be shown.{said}")}</p>')
            return
        html = list_html(found[:_SHOWN], keeping.kept_id(), datetime.now().astimezone(), query)
        conversations_view(html, key="conversations", on_open=keeping.open_conversation, on_more=_more)
        if len(found) > _SHOWN:
            st.html('<p class="meta">Older ones are found by searching for words in them.</p>')
    wanted = state.dialog().removeprefix(_DIALOG)
    if state.dialog().startswith(_DIALOG):
        _dialog(int(wanted))


def list_html(found: Sequence[Summary], current: int | None, now: datetime, query: str = "") -> str:
    """The list as safe HTML, the open one marked; times are shown in the zone of `now`."""
    if not found:
        said = "No conversation has these words." if query.strip() else "None yet. Each is kept as you ask."
        return f"<h2>Conversations</h2><p>{said}</p>"
    rows = "".join(_row(one, one.id == current, now) for one in found)
    return f'<nav aria-label="Conversations"><h2>Conversations</h2><ol>{rows}</ol></nav>'


def _row(one: Summary, current: bool, now: datetime) -> str:
    return (
        f'<li><a class="open" href="?conversation={one.id}" data-open="{one.id}"{" aria-current=page" * current}>'
        f'<span class="title" id="title-{one.id}">{escape(one.title)}</span>'
        f'<span class="when">{when(one.updated, now)}</span></a>'
        f'<button type="button" class="more" data-more="{one.id}" aria-describedby="title-{one.id}"'
        ' aria-label="Rename, export or delete" title="Rename, export or delete">⋯</button></li>'
    )


def when(time: datetime, now: datetime) -> str:
    """A time as a list shows it: "today, 14:05", "3 May 2026"."""
    local = time.astimezone(now.tzinfo)
    days = (now.date() - local.date()).days
    if days in (0, 1):
        return f"{'yesterday' if days else 'today'}, {local:%H:%M}"
    return f"{local.day} {local:%B}" + (f" {local.year}" if local.year != now.year else "")


def _more(conversation_id: int) -> None:
    state.show_dialog(f"{_DIALOG}{conversation_id}")


def _closed() -> None:
    state.show_dialog()
    st.session_state.pop("deleting", None)


@st.dialog("Conversation", on_dismiss=_closed)
def _dialog(conversation_id: int) -> None:
    try:
        found = keeping.history().conversation(conversation_id)
        _rename(found)
        _export(found)
        _delete(found)
    except TutorError as error:
        frame.told(str(error))


def _rename(found: Conversation) -> None:
    with st.form(f"rename-{found.id}", border=False):
        title = st.text_input("Title", value=found.title, key=f"title-{found.id}", max_chars=120)
        if st.form_submit_button("Rename"):
            keeping.history().rename(found.id, title)
            _closed()
            st.rerun()


def _export(found: Conversation) -> None:
    documents = state.documents_now()
    base = (st.context.url or "").partition("?")[0]
    name = file_name(found.title)
    with st.container(horizontal=True):
        st.download_button(
            "Save as Markdown",
            as_markdown(found, documents, base=base),
            file_name=f"{name}.md",
            mime="text/markdown",
            on_click="ignore",
            key=f"markdown-{found.id}",
        )
        st.download_button(
            "Save as a page to print",
            as_html(found, documents, base=base),
            file_name=f"{name}.html",
            mime="text/html",
            on_click="ignore",
            key=f"print-{found.id}",
        )


def file_name(title: str) -> str:
    """A title as the name of a file, without its ending."""
    return re.sub(r"[^\w-]+", "-", title).strip("-")[:60].strip("-").lower() or "conversation"


def _delete(found: Conversation) -> None:
    if st.session_state.get("deleting") != found.id:
        st.button("Delete…", key=f"delete-{found.id}", on_click=_ask_to_delete, args=(found.id,))
        return
    questions = "1 question" if len(found.turns) == 1 else f"{len(found.turns)} questions"
    st.html(f'<p role="alert">Delete “{escape(found.title)}” with {questions}? It cannot be brought back.</p>')
    with st.container(horizontal=True):
        if st.button("Delete for good", key=f"really-{found.id}", type="primary"):
            delete(found.id)
            _closed()
            st.rerun()
        st.button("Keep it", key=f"spare-{found.id}", on_click=lambda: st.session_state.pop("deleting", None))


def _ask_to_delete(conversation_id: int) -> None:
    st.session_state["deleting"] = conversation_id


def delete(conversation_id: int) -> None:
    """Delete a conversation, and stop what is being written in it."""
    state.background().stop(lambda name: isinstance(name, tuple) and name[0] == conversation_id)
    keeping.history().delete(conversation_id)
    if keeping.kept_id() == conversation_id:
        keeping.new_conversation()
