"""The quiz of the Study page: one is begun, taken question by question, and looked back at.

Where one is, is read anew from disk at every run of the page; so a reload, another page or another day goes on there.
Beginning is quiz_begin.py's affair, what a quiz came to quiz_result.py's; the HTML is made by quiz_html.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from app.study.grading.grader import Grader
from app.study.item import Graded, ItemKind, Outcome
from app.study.quiz_store import QuizGone, TakenQuiz
from app.study.store import Elsewhere
from app.ui import frame, quiz_html, quiz_state, study_beside
from app.ui.quiz_begin import begin_section
from app.ui.quiz_keys import quiz_keys
from app.ui.quiz_result import result_section
from app.ui.study_state import Clock
from app.ui.study_view import study_view

if TYPE_CHECKING:
    from app.tutor import Tutor

_LONGEST = 300  # characters of a short answer
_NOTHING = {
    ItemKind.CHOICE: "Nothing is chosen yet. Choose an answer, or say that you don't know.",
    ItemKind.SHORT: "Nothing is written yet. Write an answer, or say that you don't know.",
    ItemKind.EVIDENCE: "Nothing is chosen yet. Choose a passage, or say that you don't know.",
}


def quiz_section(tutor: Tutor, clock: Clock, to_cards: Callable[[], None], drawn_from: Tutor | None = None) -> None:
    """The quiz that is on; if none is, what is needed to begin one. `to_cards` shows the cards of the page; new quizzes
    are of the sources of `drawn_from`, if not of all.

    Raises:
        TutorError: the sources or the file cannot be read.
    """
    st.html(quiz_html.STYLE)
    quiz_state.make_wished(drawn_from or tutor, clock)
    with st.container(key="quiz-main"):
        quiz = _on()
        if fault := quiz_state.fault():
            frame.told(fault)
        if quiz is None:
            begin_section(drawn_from or tutor, clock)
        elif quiz.at is None:
            result_section(tutor, quiz, clock, to_cards)
        else:
            _head(quiz, quiz.at)
            if quiz.questions[quiz.at].given is None:
                _ask(tutor, quiz, quiz.at)
            else:
                _explain(tutor, quiz, quiz.at)


def _on() -> TakenQuiz | None:
    """The quiz that is on, as it is on disk."""
    quiz_id = quiz_state.chosen()
    if quiz_id is None:
        return None
    try:
        return quiz_state.file().quiz(quiz_id)
    except QuizGone as error:
        quiz_state.choose(None)
        quiz_state.fail(str(error))
        return None


def _head(quiz: TakenQuiz, at: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", wrap=False, key="quiz-head"):
        st.html(quiz_html.head_html(quiz, at))
        st.button("Leave", key="quiz-leave", help="You can go on later", on_click=quiz_state.choose, args=(None,))
    st.html(quiz_html.bar_html(at + (quiz.questions[at].given is not None), len(quiz.questions)))


# -- a question ------------------------------------------------------------------------------------------------------


def _ask(tutor: Tutor, quiz: TakenQuiz, at: int) -> None:
    """A question and the ways to answer it."""
    item = quiz.questions[at].item
    st.html(quiz_html.question_html(item))
    field = f"quiz-given-{quiz.id}-{at}"
    with st.form(f"quiz-form-{quiz.id}-{at}", border=False):
        if item.kind is ItemKind.SHORT:
            st.text_input("Your answer", key=field, max_chars=_LONGEST, autocomplete="off")
        else:
            with st.container(key="quiz-passages" if item.kind is ItemKind.EVIDENCE else "quiz-options"):
                st.radio(
                    "Your answer",
                    range(len(item.options)),
                    index=None,
                    key=field,
                    format_func=lambda n: f"`{n + 1}` {frame.literal(item.options[n].text)}",
                    label_visibility="collapsed",
                    width="stretch",
                )
        with st.container(horizontal=True, key="quiz-go"):
            st.form_submit_button(
                "Answer :small[Enter]",
                key=f"quiz-answer-{quiz.id}-{at}",
                type="primary",
                on_click=_answer,
                args=(tutor, quiz, at, field),
            )
            st.form_submit_button(
                "I don't know", key=f"quiz-skip-{quiz.id}-{at}", on_click=_answer, args=(tutor, quiz, at, "")
            )
    quiz_keys(f"{quiz.id}-{at}", types=item.kind is ItemKind.SHORT)


def _answer(tutor: Tutor, quiz: TakenQuiz, at: int, field: str) -> None:
    """Grade what a field holds and keep it; no field: the question is skipped."""
    value = st.session_state.get(field) if field else ""
    given = str(value if value is not None else "").strip()
    if field and not given:
        quiz_state.fail(_NOTHING[quiz.questions[at].item.kind])
        return
    with quiz_state.trying("This answer is not kept."):
        item = quiz.questions[at].item
        graded = _grader(tutor, id(tutor)).grade(item, given) if given else Graded(item, "", Outcome.SKIPPED)
        _keep(quiz.id, at, graded)


@st.cache_resource(show_spinner=False, max_entries=1)
def _grader(_tutor: Tutor, which: int) -> Grader:
    return Grader(_tutor)


def _keep(quiz_id: int, at: int, graded: Graded) -> None:
    try:
        quiz_state.file().answer(quiz_id, at, graded)
    except Elsewhere as error:
        there = quiz_state.file().quiz(quiz_id).questions[at].given
        if there is None or there.given != graded.given:  # the same again is a button that was pressed twice
            raise error


def _explain(tutor: Tutor, quiz: TakenQuiz, at: int) -> None:
    """A question that was answered: what that is worth, and the words of the source."""
    question = quiz.questions[at]
    given, counted = question.given, question.counted
    assert given is not None  # that is what a question that was answered is
    assert counted is not None
    st.html(quiz_html.answered_html(question))
    last = at + 1 == len(quiz.questions)
    with st.container(horizontal=True, key="quiz-go"):
        label = "See the result" if last else "Next"
        st.button(label, key="quiz-next", shortcut="N", type="primary", on_click=_go_on, args=(quiz.id, at))
        if question.item.kind is ItemKind.SHORT and given.outcome is not Outcome.SKIPPED:
            _overrulers(quiz.id, at, counted, question.overruled is not None)
    study_view(
        quiz_html.explained_parts(given, quiz_state.documents(tutor)),
        key=f"quiz-why-{quiz.id}-{at}",
        opened=study_beside.opened().button,
        on_open=study_beside.opener(quiz_html.item_places([question.item])),
    )
    quiz_keys(f"{quiz.id}-{at}-answered")


def _overrulers(quiz_id: int, at: int, counted: Graded, overruled: bool) -> None:
    """The buttons by which a student counts a short answer otherwise than it was graded, and takes that back."""
    others = [one for one in (Outcome.RIGHT, Outcome.WRONG) if one is not counted.outcome]
    for outcome in [] if overruled else others:
        label = f"Count it as {outcome.value}"
        st.button(label, key=f"quiz-count-{outcome.value}", on_click=_overrule, args=(quiz_id, at, outcome))
    if overruled:
        st.button("Count it as graded", key="quiz-count-graded", on_click=_overrule, args=(quiz_id, at, None))


def _overrule(quiz_id: int, at: int, outcome: Outcome | None) -> None:
    with quiz_state.trying("That is not kept."):
        quiz_state.file().overrule(quiz_id, at, outcome)


def _go_on(quiz_id: int, at: int) -> None:
    study_beside.close()
    with quiz_state.trying(""):
        quiz_state.file().leave(quiz_id, at)
