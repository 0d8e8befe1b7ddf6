"""One exchange of the chat: the question, its quoted answer, the written one as it comes, and what follows them.

Finding an answer is the tutor's affair, writing it goes on in a job (writing.py), and its HTML is made in answering.py
and written.py. An exchange is changed before it is drawn, so that no rerun of the page loses anything.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import Page

from app.answer import Answer
from app.conversation import Feedback, Part
from app.mode import Mode
from app.saved import Standing, standings
from app.ui import choice, feedback, frame, keeping, saving, state, within
from app.ui.answering import answer_html, place
from app.ui.talk_view import answer_view
from app.ui.writing import WritingJob
from app.ui.written import writing_parts
from app.writing import Writing
from ingest.errors import TutorError

_LOG = logging.getLogger(__name__)

LONGEST_SHOWN = 600  # characters of a question
_GLANCE = 0.3  # seconds between two looks at what is being written


def show(i: int, checking: Page, marks: Mapping[tuple[int, Part], Feedback]) -> None:
    """Draw exchange `i` of the conversation; answer it first if it still waits for that.

    Args:
        checking: the page on how sentences are checked.
        marks: what the user thought of the answers.
    """
    exchanges = state.conversation()
    question = exchanges[i].question
    cut = question if len(question) <= LONGEST_SHOWN else question[:LONGEST_SHOWN] + " …"
    st.html(f'<h2 class="question">{escape(cut)}</h2>')
    slot = st.empty()
    fresh = exchanges[i].pending
    if fresh:
        _find_answer(i, slot)
    if exchanges[i].to_write:
        write(i)
    _take(i)
    exchange = exchanges[i]
    if exchange.error:
        slot.error(frame.literal(exchange.error))
    below = st.empty()  # always there, so that nothing moves when it goes
    if exchange.job is not None:
        below.html(f'<p class="waiting">{escape(exchange.mode.label)}: being written under this answer.</p>')
    last = i == len(exchanges) - 1
    bring = last and bool(st.session_state.pop("bring_up", False))
    _quoted(i, fresh, bring)
    if exchange.job is not None or exchange.written is not None:
        glance = _GLANCE if exchange.job is not None else None
        st.fragment(_written, run_every=glance)(i, state.conversation_id(), _nonce())
    _after(i, checking, marks)
    if last and exchange.answer is not None and exchange.job is None:
        _next_questions(i, exchange.answer)


# -- answering -------------------------------------------------------------------------------------------------------


def _find_answer(i: int, slot: DeltaGenerator) -> None:
    """Answer exchange `i`. The answer is kept before it is drawn, so that a rerun cannot lose it."""
    exchanges = state.conversation()
    exchange = exchanges[i]
    try:
        tutor = within.of(frame.wait_for_tutor(slot), exchange.collection)
        frame.waiting(slot, "Searching the sources…")
        if not exchange.kept:
            keeping.keep(i)
        exchanges[i] = replace(exchanges[i], answer=tutor.ask(exchange.question, state.history(i)))
        slot.empty()
    except Exception as error:
        if not isinstance(error, TutorError):
            _LOG.exception("no answer to %r", exchange.question[:LONGEST_SHOWN])
        exchanges[i] = replace(exchanges[i], error=state.error_line(error))
    keeping.keep(i)


def write(i: int) -> None:
    """Begin to write the answer of exchange `i` behind the page; nothing happens without a chat model."""
    exchange = state.conversation()[i]
    quoted, whole = exchange.answer, state.tutor_now()
    if quoted is None or whole is None:
        return
    try:
        tutor = within.of(whole, exchange.collection)
        model = choice.model()
    except TutorError as error:
        state.conversation()[i] = replace(exchange, fault=str(error))
        return
    if model is None:
        return
    history, mode, keep = state.history(i), exchange.mode, keeping.keeper(i)

    def begun() -> WritingJob:
        return WritingJob(quoted, mode, model.name, lambda stop: tutor.write(quoted, history, model, mode, stop), keep)

    job = state.background().begin(keeping.job_name(i), begun)
    state.conversation()[i] = replace(exchange, job=job, fault="", written=None)


def _take(i: int) -> None:
    """Take over what a job has written, once it is done."""
    exchange = state.conversation()[i]
    job = exchange.job
    if job is None or not job.done:
        return
    last = job.latest
    written = last.answer if last.written else None
    state.conversation()[i] = replace(exchange, job=None, written=written, fault=last.fault)
    if not job.kept:
        keeping.keep(i)


def _again(i: int) -> None:
    """Write once more, with the model that is chosen now."""
    exchange = state.conversation()[i]
    before = Mode.SIMPLE if exchange.mode is Mode.QUOTED else exchange.mode  # a reopened one does not say
    mode = choice.choice().mode if choice.choice().writes else before
    state.conversation()[i] = replace(exchange, mode=mode, fault="", written=None)


# -- drawing ---------------------------------------------------------------------------------------------------------


def _nonce() -> int:
    """A number that changes with what is open beside the chat."""
    opened = state.opened()
    return opened.nonce if opened is not None else 0


def _opened(i: int) -> str:
    """The button of exchange `i` whose place is open, "" if none is."""
    opened = state.opened()
    return opened.button if opened is not None and opened.exchange == i else ""


def _open(i: int, button: str) -> None:
    exchange = state.conversation()[i]
    found = place(exchange.answer, button, _written_now(i)) if exchange.answer is not None else None
    if found is not None:
        state.open_beside(found, i, button)


def _written_now(i: int) -> Answer | None:
    exchange = state.conversation()[i]
    return exchange.job.latest.answer if exchange.job is not None else exchange.written


def _quoted(i: int, fresh: bool, bring: bool) -> None:
    exchange = state.conversation()[i]
    answer = exchange.answer
    cards = saving.saved(answer, "c", answer.citations) if answer is not None else None
    html = ""
    if answer is not None:
        html = answer_html(answer, _standings(answer), exchange.lost, cards=cards is not None)
    if exchange.mode is Mode.SOCRATIC and (exchange.job is not None or exchange.written is not None):
        html = f'<details class="passages"><summary>The answer in the sources’ words</summary>{html}</details>'
    answer_view(
        [html] if html else [],
        key=f"answer-{state.conversation_id()}-{i}",
        fresh=fresh,
        bring=bring,
        opened=_opened(i),
        on_open=lambda button: _open(i, button),
        cards=cards or (),
        on_card=lambda button: _toggle_card(i, button),
    )


def _toggle_card(i: int, button: str) -> None:
    """Make a card of a cited sentence, or take it back."""
    exchange = state.conversation()[i]
    found = place(exchange.answer, button, _written_now(i)) if exchange.answer is not None else None
    if exchange.answer is not None and found is not None and found.citation is not None:
        saving.toggle(exchange.answer, found.citation)


def _standings(answer: Answer) -> Mapping[int, Standing]:
    """How an answer's citations stand in the sources of now; nothing is known before the tutor is there."""
    documents = state.documents_now()
    return standings(answer.citations, documents) if documents is not None else {}


def _written(i: int, conversation: int, nonce: int) -> None:
    """The written answer: a fragment, which runs by itself as long as the job does."""
    if conversation != state.conversation_id() or i >= len(state.conversation()):
        return
    exchange = state.conversation()[i]
    job = exchange.job
    if (job is not None and job.done) or nonce != _nonce():
        st.rerun()
    writing = job.latest if job is not None else Writing(exchange.written, done=True) if exchange.written else None
    if writing is None:
        return
    cards = saving.saved(exchange.answer, "w", writing.answer.citations) if exchange.answer is not None else None
    answer_view(
        writing_parts(writing, _standings(writing.answer) if writing.done else None, cards=cards is not None),
        key=f"written-{conversation}-{i}",
        label="Written answer",
        opened=_opened(i),
        on_open=lambda button: _open(i, button),
        cards=cards or (),
        on_card=lambda button: _toggle_card(i, button),
    )
    if job is not None:
        st.button(
            "Stopping…" if job.stopping else "Stop",
            key=f"stop-{conversation}-{i}",
            icon=":material/stop_circle:",
            on_click=job.stop,
            disabled=job.stopping,
        )


def _after(i: int, checking: Page, marks: Mapping[tuple[int, Part], Feedback]) -> None:
    """What stands under the answers: what went wrong, how it was checked, what the user thinks of it."""
    exchange, name = state.conversation()[i], f"{state.conversation_id()}-{i}"
    if exchange.fault:
        frame.told(exchange.fault)
        if choice.choice().llm != choice.NONE:
            st.button("Try again", key=f"again-{name}", on_click=_again, args=(i,))
    if why := saving.problem(exchange.answer):
        frame.told(why)
    if exchange.job is not None or exchange.answer is None:
        return
    if exchange.written is not None:
        st.page_link(checking, label="How sentences are checked")
    if exchange.kept and keeping.kept_id() is not None:
        part = Part.QUOTED if exchange.written is None else Part.WRITTEN
        feedback.ask(i, part, marks.get((i, part)))


def _next_questions(i: int, answer: Answer) -> None:
    """Up to three questions that the sources answer, once they are found."""
    whole = state.tutor_now()
    if whole is None:
        return
    try:
        tutor = within.of(whole, state.conversation()[i].collection)
    except TutorError:  # the collection is gone: there is nothing to ask next
        return
    asked = tuple(exchange.question for exchange in state.conversation()[:i])

    def find() -> tuple[str, ...]:
        from app.suggesting import suggest

        return suggest(answer, tutor, asked)

    found = state.background().questions((keeping.job_name(i), answer.question), find)
    with st.container(key="next"):
        if found.done():
            _show_questions(found)
        else:
            _looking((i, answer.question), found)


@st.fragment(run_every=0.5)
def _looking(name: object, found: Future[tuple[str, ...]]) -> None:
    """Show nothing until the questions are there; `name` is what they follow."""
    if found.done():
        st.rerun()


def _show_questions(found: Future[tuple[str, ...]]) -> None:
    if (error := found.exception()) is not None:
        _LOG.warning("no questions to ask next: %r", error)
        return
    questions: Sequence[str] = found.result()
    if questions:
        st.html('<h3 class="next">Ask next</h3>')
    for question in questions:
        st.button(frame.literal(question), key=f"next-{question}", on_click=state.ask, args=(question,), wrap=True)
