"""The settings over the page: which chat model writes, and whether it answers.

Nothing is sent anywhere until a user tests a model or asks a question. No key is asked for or shown: keys stand in
the environment, and the panel says in which variable and whether it is set. What was chosen is choice.py's affair.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from html import escape

import streamlit as st

from app.modelspec import Kind, parse_spec
from app.ui import choice, frame, state
from ingest.errors import TutorError

DIALOG = "settings"

_LABELS: dict[Kind, str] = {Kind.NONE: "None", Kind.LOCAL: "The local model", Kind.NAMED: "Another"}
_CAPTIONS = (
    "Answers are in the sources’ own words.",
    "On this machine, without a network.",
    "By its name, or the address of a server.",
)
_EXAMPLES = "ollama:qwen3:4b · openai:MODEL · anthropic:MODEL · http://127.0.0.1:8080/v1"


def show_if_open() -> None:
    """The panel, if it was asked for."""
    if state.dialog() == DIALOG:
        _panel()


def open_panel() -> None:
    """Ask for the panel."""
    state.show_dialog(DIALOG)


@st.dialog("Settings", on_dismiss=state.show_dialog)
def _panel() -> None:
    now = parse_spec(choice.choice().llm)
    begun = now.kind if now.kind in (Kind.NONE, Kind.LOCAL) else Kind.NAMED
    kinds = list(_LABELS)
    kind = st.radio(
        "Chat model",
        kinds,
        index=kinds.index(begun),
        format_func=_LABELS.__getitem__,
        captions=_CAPTIONS,
        key="model-kind",
    )
    name = str(kind)
    if kind is Kind.NAMED:
        typed = st.text_input("Which one", value=now.name if begun is Kind.NAMED else "", key="model-name")
        st.html(f'<p class="meta">For example: {_EXAMPLES}</p>')
        name = typed.strip()
    st.html('<p class="meta">Whoever opens this server’s page next begins with what is chosen here.</p>')
    problem = _problem(kind, name)
    if problem:
        frame.told(problem, "status")
    elif kind is Kind.NAMED:
        st.html(f'<p class="meta">{key_line(name, os.environ)}</p>')
    with st.container(horizontal=True):  # never disabled: a press in the field's place would be lost
        uses = st.button("Use it", key="use-model", type="primary")
        tests = kind is not Kind.NONE and st.button("Test connection", key="test-model")
    if problem:
        return
    if uses:
        choice.choose_model(name)
        state.show_dialog()
        st.rerun()
    if tests:
        _test(name)


def _problem(kind: Kind, name: str) -> str:
    """Why a model cannot be used, as far as can be told without asking it; "" if nothing is known."""
    if kind is Kind.NAMED and not name:
        return "Type a name or an address."
    try:
        spec = parse_spec(name)
        if spec.kind is Kind.LOCAL:
            from app.local_model import require_model
            from app.settings import Settings

            require_model(Settings.read(os.environ).home)
    except TutorError as error:
        return str(error)
    return ""


def key_line(name: str, environ: Mapping[str, str]) -> str:
    """Which environment variable holds the key of a model and whether it is set, as safe HTML.

    Raises:
        SettingsError: the name is none of a model.
    """
    from app.providers import whereabouts

    about = whereabouts(parse_spec(name), environ)
    where = f"Questions and passages are sent to {escape(about.where)}. "
    if not about.key.isupper():
        return where + "Its key is read from the environment, where its own documentation says."
    there = "is set" if environ.get(about.key) else "is not set"
    return f"{where}Its key, if it wants one, is read from the environment: <code>{escape(about.key)}</code> {there}."


def _test(name: str) -> None:
    from app.chatmodel import check_connection

    try:
        with st.spinner("Asking it for one word…"):
            said = check_connection(choice.model_named(name))
        frame.told(f"✓ {said}.", "status")
    except TutorError as error:
        frame.told(f"✕ {error}")
