"""How answers are made: the chat model and the mode that a session has chosen.

A session begins with what was chosen last on this server, the first one with the settings' model (--llm, TUTOR_LLM).
Choosing a model asks it nothing; what the panel shows of it is in settings_panel.py.
"""

from __future__ import annotations

import gc
import os
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from app.mode import Mode
from app.modelspec import Kind, parse_spec
from ingest.errors import TutorError

if TYPE_CHECKING:
    from app.chatmodel import LangChainModel

NONE = str(Kind.NONE)


@dataclass(frozen=True, slots=True)
class Choice:
    """The chat model by its name, "none" for none, and how it is to answer."""

    llm: str = NONE
    mode: Mode = Mode.QUOTED

    @property
    def writes(self) -> bool:
        """Whether answers are written."""
        return self.llm != NONE and self.mode is not Mode.QUOTED


class _Last:
    """What was chosen last on this server."""

    def __init__(self) -> None:
        from app.settings import Settings

        try:
            llm = Settings.read(os.environ).llm
        except TutorError:  # said by the page, which has no tutor then
            llm = NONE
        self.choice = Choice(llm, Mode.QUOTED if llm == NONE else Mode.SIMPLE)


@st.cache_resource(show_spinner=False)
def _last() -> _Last:
    return _Last()


def choice() -> Choice:
    """What this session has chosen."""
    chosen: Choice = st.session_state.setdefault("choice", _last().choice)
    return chosen


def choose_model(llm: str) -> None:
    """Use a chat model, by its name as modelspec.py has it; a session that had none begins with simple answers.

    Raises:
        SettingsError: the name is none of a model.
    """
    before, name = choice(), parse_spec(llm).name
    mode = Mode.SIMPLE if before.llm == NONE and before.mode is Mode.QUOTED else before.mode
    _keep(Choice(name, Mode.QUOTED if name == NONE else mode))
    threading.Thread(target=get_ready, args=(name,), name="load-client", daemon=True).start()
    if before.llm != name and parse_spec(before.llm).kind is Kind.LOCAL:
        model_named(before.llm).close()  # it holds more memory than all the rest


def get_ready(llm: str) -> None:
    """Load what speaks to a chat model, which takes seconds, before it is needed; nothing is sent anywhere."""
    from app.providers import Endpoint, make_client, whereabouts

    spec = parse_spec(llm)
    if spec.kind is Kind.NONE:
        return
    with suppress(TutorError):  # said when it is asked
        make_client(spec, Endpoint(spec.model or "any", spec.url, "no-key", 8192, 60.0), whereabouts(spec, {}))
    settle()


def settle() -> None:
    """Take what is loaded by now out of the search for garbage: Streamlit makes one after every run of a page."""
    gc.collect()
    gc.freeze()


def choose_mode(mode: Mode) -> None:
    """Answer in this way from the next question on."""
    _keep(replace(choice(), mode=mode))


def _keep(chosen: Choice) -> None:
    st.session_state["choice"] = _last().choice = chosen


def model() -> LangChainModel | None:
    """The chosen chat model, None if there is none."""
    return None if choice().llm == NONE else model_named(choice().llm)


@st.cache_resource(show_spinner=False, max_entries=8)
def model_named(llm: str) -> LangChainModel:
    """The server's one client of a chat model, so that a model on this machine is started once.

    Raises:
        SettingsError: the name is none of a model.
    """
    from app.build import build_chat_model
    from app.settings import Settings

    built = build_chat_model(replace(Settings.read(os.environ), llm=llm))
    if built is None:
        raise ValueError(f"{llm!r} is no chat model")
    return built
