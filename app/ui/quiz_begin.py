"""What a quiz begins with: its length, kinds, difficulty and topic; and the quizzes that were taken before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import streamlit as st

from app.study.item import Difficulty, ItemKind
from app.study.quiz import Topic, Wish, topics
from app.study.quiz_store import QuizLine
from app.ui import quiz_state, study_state
from app.ui.conversations import when
from app.ui.quiz_html import KINDS
from app.ui.quiz_result_html import line_html
from app.ui.study_state import Clock

if TYPE_CHECKING:
    from app.tutor import Tutor

_LENGTHS = (5, 10, 20)
_LENGTH, _KINDS, _DIFFICULTY, _TOPICS = "quiz-length", "quiz-kinds", "quiz-difficulty", "quiz-topics"
_MIXED = "Mixed"
_LEVELS: Mapping[str, Difficulty | None] = {_MIXED: None} | {level.capitalize(): level for level in Difficulty}
_DELETING = "quiz_deleting"
_SHOWN = 10  # quizzes of the past that are in sight; the others are folded away

#: Something to choose as a topic: the id of a source and the title of a section of it, None for the whole.
Choice = tuple[str, str | None]


def begin_section(tutor: Tutor, clock: Clock) -> None:
    """The choice, and the quizzes of the past.

    Raises:
        TutorError: the sources or the file cannot be read.
    """
    taken = quiz_state.file().quizzes()
    now = clock(study_state.zone())
    unfinished = next((line for line in taken if not line.done), None)
    if unfinished is not None:
        with st.container(border=True, key="quiz-unfinished"):
            _row(unfinished, now, "You have not finished this one")
    there = topics(tutor)
    if there:
        _choose(there, {source.id: source.label or source.title for source in tutor.sources()})
    else:
        st.info("There is nothing to make a quiz of yet. Add documents with `tutor ingest`.")
    _past([line for line in taken if line is not unfinished], now)


# -- the choice ------------------------------------------------------------------------------------------------------


def _choose(there: Sequence[Topic], labels: Mapping[str, str]) -> None:
    counts = choices(there)
    _defaults(counts)
    with st.container(horizontal=True, key="quiz-choice", gap="medium"):
        st.segmented_control("Questions", _LENGTHS, key=_LENGTH, required=True, persist_state="session")
        st.segmented_control("Difficulty", list(_LEVELS), key=_DIFFICULTY, required=True, persist_state="session")
    st.pills(
        "Kinds",
        list(ItemKind),
        selection_mode="multi",
        format_func=KINDS.__getitem__,
        key=_KINDS,
        persist_state="session",
    )
    st.multiselect(
        "Topic",
        list(counts),
        format_func=lambda choice: f"{choice_name(choice, labels)} ({counts[choice]})",
        key=_TOPICS,
        placeholder="All sections",
        persist_state="session",
    )
    chosen: Sequence[Choice] = st.session_state[_TOPICS]
    kinds = frozenset(map(ItemKind, st.session_state[_KINDS]))
    sections = sections_of(chosen, there)
    wish = Wish(int(st.session_state[_LENGTH]), kinds, _LEVELS[st.session_state[_DIFFICULTY]], sections)
    most = sum(topic.items for topic in there if not sections or (topic.source_id, topic.section) in sections)
    if most < wish.length:
        st.html(f'<p class="meta" role="status">No more than {most} can be asked of this.</p>')
    if not kinds:
        st.html('<p class="meta" role="status">Choose one kind of question or more.</p>')
    wished = quiz_state.Wished(wish, topic_words([choice_name(choice, labels) for choice in chosen]))
    st.button("Begin", key="quiz-begin", type="primary", disabled=not kinds, on_click=quiz_state.wish, args=(wished,))


def choices(there: Sequence[Topic]) -> dict[Choice, int]:
    """What can be chosen, and how many items that can have: each source with its sections behind it."""
    found: dict[Choice, int] = {}
    for source in dict.fromkeys(topic.source_id for topic in there):
        sections = [topic for topic in there if topic.source_id == source]
        if len(sections) > 1:
            found[source, None] = sum(topic.items for topic in sections)
        found |= {(source, topic.section): topic.items for topic in sections}
    return found


def sections_of(chosen: Iterable[Choice], there: Sequence[Topic]) -> frozenset[tuple[str, str]]:
    """The sections that were chosen, each as the id of its source and its title."""
    whole = {source for source, section in chosen if section is None}
    named = frozenset((source, section) for source, section in chosen if section is not None)
    return named | {(topic.source_id, topic.section) for topic in there if topic.source_id in whole}


def _defaults(counts: Mapping[Choice, int]) -> None:
    """What is chosen at first: all kinds, and the topic that the address names; what there is no more is dropped."""
    state = st.session_state
    state.setdefault(_LENGTH, _LENGTHS[1])
    state.setdefault(_DIFFICULTY, _MIXED)
    state.setdefault(_KINDS, list(ItemKind))
    if _TOPICS not in state:
        state[_TOPICS] = _named(counts, *(st.query_params.get(name, "")[:300] for name in ("source", "section")))
    state[_TOPICS] = [choice for choice in state[_TOPICS] if choice in counts]


def _named(counts: Mapping[Choice, int], source: str, section: str) -> list[Choice]:
    """What an address names: a section, a source, a section of whichever source has it, or nothing."""
    if section:
        return [choice for choice in counts if choice[1] == section and source in ("", choice[0])]
    of_source = [choice for choice in counts if choice[0] == source]
    return of_source[:1]  # the whole of it, or its only section


def choice_name(choice: Choice, labels: Mapping[str, str]) -> str:
    """What can be chosen, in words; `labels` name the sources."""
    source, section = choice
    named = labels.get(source, source)
    return named if section is None else f"{named} · {section or 'At the beginning'}"


def topic_words(names: Sequence[str]) -> str:
    """A topic in words."""
    if not names:
        return "All sections"
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


# -- quizzes of the past ---------------------------------------------------------------------------------------------


def _past(taken: Sequence[QuizLine], now: datetime) -> None:
    if not taken:
        return
    st.html("<h2>Your quizzes</h2>")
    for line in taken[:_SHOWN]:
        _row(line, now)
    if len(taken) > _SHOWN:
        with st.expander(f"{len(taken) - _SHOWN} older"):
            for line in taken[_SHOWN:]:
                _row(line, now)


def _row(line: QuizLine, now: datetime, head: str = "") -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"quiz-row-{line.id}"):
        st.html(line_html(line, when(line.begun, now), head))
        if st.session_state.get(_DELETING) == line.id:
            name = f"quiz-really-{line.id}"
            st.button("Delete for good", key=name, type="primary", on_click=_delete, args=(line.id,))
            st.button("Keep it", key=f"quiz-spare-{line.id}", on_click=_ask_to_delete, args=(None,))
        else:
            label = "Look at it" if line.done else "Go on"
            st.button(label, key=f"quiz-open-{line.id}", on_click=quiz_state.choose, args=(line.id,))
            st.button("Delete…", key=f"quiz-delete-{line.id}", on_click=_ask_to_delete, args=(line.id,))


def _ask_to_delete(quiz_id: int | None) -> None:
    st.session_state[_DELETING] = quiz_id


def _delete(quiz_id: int) -> None:
    _ask_to_delete(None)
    with quiz_state.trying("It is not deleted."):
        quiz_state.file().delete(quiz_id)
