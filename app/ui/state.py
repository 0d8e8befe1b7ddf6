"""What outlives a rerun of the page: the server's one tutor and one evaluation, and the conversation of each session.

The tutor is built once, in a thread that starts when the first page opens, so that a visitor reads and types
while the models load. What building means is app/build.py's affair.
"""

from __future__ import annotations

import logging
import os
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from app.answer import Answer, Turn
from app.ui.answering import Place
from app.ui.running import Evaluation
from ingest.errors import TutorError

if TYPE_CHECKING:
    from app.tutor import Tutor

_LOG = logging.getLogger(__name__)

#: What the page says of a fault that is no TutorError. The log has its traceback.
UNEXPECTED = "Something went wrong here that should not have. The server's log says what."


class Loading:
    """The tutor on its way. `stage` says in words what is being done."""

    def __init__(self) -> None:
        self.stage = "loading the search model"
        self.future: Future[Tutor] = Future()
        threading.Thread(target=self._run, name="load-tutor", daemon=True).start()

    def _run(self) -> None:
        try:
            from app.build import build_tutor
            from app.settings import Settings
            from vectorstore.store import exists

            settings = Settings.read(os.environ)
            if not exists(settings.index):
                self.stage = "reading the sources for the first time, which takes up to a minute"
            tutor = build_tutor(settings)
            self.stage = "trying a first search"
            tutor.warm()
            self.future.set_result(tutor)
        except TutorError as error:
            self.future.set_exception(error)
        except BaseException as error:
            _LOG.exception("the tutor could not be built")
            self.future.set_exception(error)

    @property
    def done(self) -> bool:
        """Whether there is a tutor, or an error in its place."""
        return self.future.done()


@st.cache_resource(show_spinner=False)
def loading() -> Loading:
    """The server's one tutor, on its way or ready."""
    return Loading()


@st.cache_resource(show_spinner=False)
def evaluation() -> Evaluation:
    """The server's one evaluation, running or not."""
    return Evaluation()


def tutor_now() -> Tutor | None:
    """The tutor if it is ready and well, without waiting."""
    future = loading().future
    return future.result() if future.done() and future.exception() is None else None


def error_line(error: BaseException) -> str:
    """What the page says of an error."""
    return str(error) if isinstance(error, TutorError) else UNEXPECTED


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question of this conversation, with its answer, or what went wrong, or neither yet."""

    question: str
    answer: Answer | None = None
    error: str = ""

    @property
    def pending(self) -> bool:
        """Whether it still waits for its answer."""
        return self.answer is None and not self.error


@dataclass(frozen=True, slots=True)
class Opened:
    """What is open beside the chat: a place, the exchange and button it was opened from, and a counter."""

    place: Place
    exchange: int
    button: str
    nonce: int


def conversation() -> list[Exchange]:
    """The exchanges of this session, oldest first; the page changes the list in place."""
    exchanges: list[Exchange] = st.session_state.setdefault("conversation", [])
    return exchanges


def conversation_id() -> int:
    """Another number for each conversation of this session: part of the keys of its elements."""
    number: int = st.session_state.setdefault("conversation_id", 0)
    return number


def new_conversation() -> None:
    """Forget the conversation and what is open beside it."""
    st.session_state["conversation"] = []
    st.session_state["conversation_id"] = conversation_id() + 1
    close()


def ask(question: str) -> None:
    """Add a question to the conversation; blank ones are not sent."""
    if question.strip():
        conversation().append(Exchange(question.strip()))


def history(before: int) -> tuple[Turn, ...]:
    """The answered exchanges before the one at `before`."""
    return tuple(Turn(e.question, e.answer) for e in conversation()[:before] if e.answer is not None)


def opened() -> Opened | None:
    """What is open beside the chat."""
    place: Opened | None = st.session_state.get("opened")
    return place


def open_beside(place: Place, exchange: int, button: str) -> None:
    """Open a place beside the chat, in place of what was open."""
    nonce = int(st.session_state.get("opened_count", 0)) + 1
    st.session_state["opened_count"] = nonce
    st.session_state["opened"] = Opened(place, exchange, button, nonce)


def close() -> None:
    """Close what is open beside the chat."""
    st.session_state["opened"] = None
