"""What a quiz came to: its points, what to reread, every question, and three ways to go on.

What is counted as what is in app/study/result.py; the HTML is made by quiz_result_html.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from app.study.card import Card
from app.study.item import Item
from app.study.quiz import Quiz
from app.study.quiz_store import TakenQuiz
from app.study.result import cards_of, result_of
from app.ui import quiz_html, quiz_result_html, quiz_state, study_beside, study_choice, study_state
from app.ui.conversations import when
from app.ui.study_state import Clock
from app.ui.study_view import study_view

if TYPE_CHECKING:
    from app.tutor import Tutor

_MISSED = "What you missed: "


def result_section(tutor: Tutor, quiz: TakenQuiz, clock: Clock, to_cards: Callable[[], None]) -> None:
    """The result of a quiz whose questions are all answered. `to_cards` shows the cards of the page.

    Raises:
        TutorError: the sources or the file cannot be read.
    """
    sources = tutor.sources()
    labels = {source.id: source.label or source.title for source in sources} if len(sources) > 1 else {}
    documents = quiz_state.documents(tutor)
    result = result_of(quiz.graded, list(documents))
    now = clock(study_state.zone())
    st.html(quiz_result_html.score_html(quiz, result, when(quiz.begun, now)))
    cards = cards_of(result.missed, study_state.cards_of(tutor))
    _ways_on(quiz, result.missed, cards, clock, to_cards)
    opens = study_beside.opener(quiz_html.item_places(question.item for question in quiz.questions))
    opened = study_beside.opened().button
    if parts := quiz_result_html.reread_parts(result, documents, labels):
        study_view(parts, key=f"quiz-reread-{quiz.id}", opened=opened, on_open=opens)
    st.html(f"<h2>Points</h2>{quiz_result_html.shares_html(result, labels)}")
    parts = quiz_result_html.questions_parts(quiz.graded, documents)
    study_view(parts, key=f"quiz-questions-{quiz.id}", opened=opened, on_open=opens)


def _ways_on(
    quiz: TakenQuiz, missed: Sequence[Item], cards: Sequence[Card], clock: Clock, to_cards: Callable[[], None]
) -> None:
    wished = quiz_state.Wished(quiz.wish, quiz.topic.removeprefix(_MISSED))
    with st.container(horizontal=True, key="quiz-ways"):
        st.button(
            "Same again, other questions", key="quiz-again", type="primary", on_click=quiz_state.wish, args=(wished,)
        )
        if missed:
            label = f"Only what I missed ({len(missed)})"
            st.button(label, key="quiz-missed", on_click=_only_missed, args=(quiz, missed, clock))
        if cards:
            st.button(
                f"Study these as cards ({len(cards)})",
                key="quiz-cards",
                help="They come first in Cards until you have reviewed them",
                on_click=_study,
                args=(cards, clock, to_cards),
            )
        st.button("All quizzes", key="quiz-all", on_click=quiz_state.choose, args=(None,))


def _only_missed(quiz: TakenQuiz, missed: Sequence[Item], clock: Clock) -> None:
    wish = replace(quiz.wish, length=len(missed))
    with quiz_state.trying("No quiz was made."):
        topic = _MISSED + quiz.topic.removeprefix(_MISSED)
        quiz_state.begin(Quiz(tuple(missed), wish, quiz.seed), topic, clock)


def _study(cards: Sequence[Card], clock: Clock, to_cards: Callable[[], None]) -> None:
    """Let some cards come first, and show them."""
    with quiz_state.trying("They are not put first."):
        study_state.file().want([card.id for card in cards], clock(study_state.zone()))
        study_choice.everything()
        to_cards()
