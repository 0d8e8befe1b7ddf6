"""What outlives a rerun of the page: the server's one tutor and one evaluation, and the conversation of each session.

The tutor is built once, in a thread that starts when the first page opens, so that a visitor reads and types
while the models load. What building means is app/build.py's affair; that a conversation is kept is keeping.py's, which
model writes in it choice.py's.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from app.answer import Answer, Turn
from app.mode import Mode
from app.saved import SavedPassage
from app.ui import within
from app.ui.answering import Place
from app.ui.choice import choice, get_ready, settle
from app.ui.running import Evaluation
from app.ui.writing import Background, WritingJob
from ingest.errors import TutorError

if TYPE_CHECKING:
    from app.tutor import Tutor
    from ingest.documents import Document

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
            from vectorstore.folder import exists

            settings = Settings.read(os.environ)
            if not exists(settings.index):
                self.stage = "reading the sources for the first time, which takes up to a minute"
            tutor = build_tutor(settings)
            self.stage = "trying a first search"
            tutor.warm()
            settle()
            self.future.set_result(tutor)
            get_ready(settings.llm)
        except BaseException as error:
            if not isinstance(error, TutorError):
                _LOG.exception("the tutor could not be built")
            if not self.future.done():
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


@st.cache_resource(show_spinner=False)
def background() -> Background:
    """What the server is writing and looking for."""
    return Background()


def tutor_now() -> Tutor | None:
    """The tutor if it is ready and well, without waiting."""
    future = loading().future
    return future.result() if future.done() and future.exception() is None else None


def documents_now() -> Mapping[str, Document] | None:
    """The indexed documents by id, None if the tutor is not there."""
    tutor = tutor_now()
    try:
        records = tutor.searcher().records if tutor is not None else None
    except TutorError:  # the next question says it
        return None
    return {key: record.document for key, record in records.items()} if records is not None else None


def error_line(error: BaseException) -> str:
    """What the page says of an error."""
    return str(error) if isinstance(error, TutorError) else UNEXPECTED


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question of this conversation with what answers it.

    `answer` is the quoted answer, `error` what went wrong in its place; neither is there yet if it is `pending`. `mode`
    is how it was to be answered; `job` writes that, `written` is what came of it, and `fault` what went wrong then.
    `lost` are passages of a reopened answer that the sources no longer have so. `kept` is whether it is on disk.
    `collection` is what it is asked within, None for all sources.
    """

    question: str
    answer: Answer | None = None
    error: str = ""
    mode: Mode = Mode.QUOTED
    job: WritingJob | None = None
    written: Answer | None = None
    fault: str = ""
    lost: tuple[SavedPassage, ...] = ()
    kept: bool = False
    collection: int | None = None

    @property
    def pending(self) -> bool:
        """Whether it still waits for its answer."""
        return self.answer is None and not self.error

    @property
    def to_write(self) -> bool:
        """Whether a model is still to be asked."""
        done = self.job is not None or self.written is not None or self.fault
        return self.mode is not Mode.QUOTED and self.answer is not None and not self.answer.refused and not done


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


def begin(exchanges: list[Exchange]) -> None:
    """Show another conversation, new or reopened, and close what is open beside it."""
    st.session_state["conversation"] = exchanges
    st.session_state["conversation_id"] = conversation_id() + 1
    close()


def ask(question: str) -> None:
    """Add a question to the conversation; blank ones are not sent."""
    if question.strip():
        mode = choice().mode if choice().writes else Mode.QUOTED
        conversation().append(Exchange(question.strip(), mode=mode, collection=within.number()))


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


def dialog() -> str:
    """The name of the dialog that lies over the page, "" if none does."""
    return str(st.session_state.get("dialog", ""))


def show_dialog(name: str = "") -> None:
    """Lay a dialog over the page, or take away the one that does."""
    st.session_state["dialog"] = name
