"""What the parts of the quiz page share: the one file, which quiz is on, and what went wrong last.

Which quiz is on stands in the address, so that a reload goes on with it. What is kept of it is for
app/study/quiz_store.py to say.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from app.settings import Settings
from app.study.quiz import Quiz, Wish
from app.study.quiz_store import QuizFile
from app.ui import frame, state, study_beside, study_state
from app.ui.study_state import Clock
from ingest.documents import Document
from ingest.errors import TutorError

if TYPE_CHECKING:
    from app.tutor import Tutor

_ID, _FAULT, _WISHED = "quiz_id", "quiz_fault", "quiz_wished"
_ADDRESS = "quiz"
_MOST_DIGITS = 18  # of an id; SQLite's numbers end there


@st.cache_resource(show_spinner=False)
def file() -> QuizFile:
    """The server's one file of quizzes.

    Raises:
        TutorError: it cannot be used.
    """
    from app.build import build_quizzes

    return build_quizzes(Settings.read(os.environ))


def documents(tutor: Tutor) -> Mapping[str, Document]:
    """The indexed documents by id."""
    return {key: record.document for key, record in tutor.searcher().records.items()}


# -- which quiz is on ------------------------------------------------------------------------------------------------


def chosen() -> int | None:
    """The quiz that is on; the first time, and when a link was followed, the one that the address names."""
    named = st.query_params.get(_ADDRESS, "")
    if named.isascii() and named.isdigit() and len(named) <= _MOST_DIGITS:
        st.session_state[_ID] = int(named)
    elif named:
        choose(None)
    elif (kept := st.session_state.get(_ID)) is not None:
        st.query_params[_ADDRESS] = str(kept)
    on: int | None = st.session_state.get(_ID)
    return on


def choose(quiz_id: int | None) -> None:
    """Go on with a quiz, or look at it; None: with none."""
    st.session_state[_ID] = quiz_id
    st.session_state[_FAULT] = ""
    study_beside.close()
    if quiz_id is None:
        st.query_params.pop(_ADDRESS, None)
    else:
        st.query_params[_ADDRESS] = str(quiz_id)
        for parameter in ("source", "section"):  # the quiz has its topic from now on
            st.query_params.pop(parameter, None)


# -- making one ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wished:
    """A quiz that is to be made, and its topic in words."""

    wish: Wish
    topic: str


def wish(wished: Wished) -> None:
    """Have a quiz made in the next run of the page."""
    st.session_state[_FAULT] = ""
    st.session_state[_WISHED] = wished
    study_beside.close()


def make_wished(tutor: Tutor, clock: Clock) -> None:
    """Make the quiz that was wished, if one was, and begin it."""
    from app.study.quiz import make_quiz

    wished: Wished | None = st.session_state.pop(_WISHED, None)
    if wished is not None:
        slot = st.empty()
        frame.waiting(slot, "Making the quiz…")
        with trying("No quiz was made."):
            begin(make_quiz(tutor, wished.wish, random.SystemRandom().getrandbits(31)), wished.topic, clock)
        slot.empty()


def begin(quiz: Quiz, topic: str, clock: Clock) -> None:
    """Keep a quiz, and go on with it.

    Raises:
        TutorError: it is not kept.
    """
    choose(file().begin(quiz, topic, clock(study_state.zone())))


# -- what went wrong -------------------------------------------------------------------------------------------------


def fault() -> str:
    """What went wrong last, "" if nothing did."""
    return str(st.session_state.get(_FAULT) or "")


def fail(line: str) -> None:
    """Say in the next run what went wrong."""
    st.session_state[_FAULT] = line


@contextmanager
def trying(line: str) -> Iterator[None]:
    """A block whose faults the page says, behind a line of ours; if it has none, the last fault is forgotten."""
    try:
        yield
    except TutorError as error:
        fail(f"{line} {state.error_line(error)}".strip())
    else:
        st.session_state[_FAULT] = ""
