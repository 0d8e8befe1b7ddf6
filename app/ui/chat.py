"""The Chat page: questions, answers, and the source beside them at the words that an answer stands on.

What an answer says is the tutor's; its HTML is in answering.py, the components that show it in components.py.
"""

from __future__ import annotations

import logging
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import Page

from app.ui import frame, state
from app.ui.answering import answer_html, place
from app.ui.components import answer_view, reader_view
from app.ui.reading import Highlight, HighlightKind, reader_html, window
from ingest.documents import Source
from ingest.errors import TutorError

_LOG = logging.getLogger(__name__)

#: Questions to begin with, and the sources that answer them.
_SUGGESTIONS = (
    ("How many Koreans were deported in 1937, and in how many echelons?", "kim2026"),
    ("What are the five secondary reasons for the deportation?", "kim2026"),
    ("Who signed the resolution on the deportation?", "kim2026"),
    ("What positions did Soviet Koreans hold in North Korea?", "loc"),
)
_BUNDLED = frozenset({"kim2026", "loc"})
_ABOUT_BUNDLED = (
    "Two sources are here: German Kim’s paper on the deportation of Soviet Koreans in 1937, and the Library "
    "of Congress on the Soviet Koreans who built the North Korean state. Every sentence of an answer opens "
    "its source at the words it stands on."
)
_LONGEST_SHOWN = 600  # characters of a question


def page(reader: Page) -> None:
    """The page. `reader` is the Sources page, where a whole source is read."""
    if "source" in st.query_params:  # a link to a place in a source
        st.switch_page(reader, query_params=st.query_params.to_dict())
    with st.bottom:  # placed by hand: otherwise Streamlit keeps scrolling to the end of a long answer
        question = st.chat_input("Ask the sources", key="question")
    if question:
        state.ask(question)
    beside = state.opened()
    frame.style(beside=beside is not None)
    with st.container(key="panes", horizontal=True):
        with st.container(key="talk"):
            _talk()
        with st.container(key="beside"):
            if beside is not None:
                _beside(beside, reader)


def _talk() -> None:
    ready = state.loading()
    exchanges = state.conversation()
    welcome = st.empty()  # emptied before a question is worked on, or it would stay on the page until then
    if not exchanges:
        with welcome.container():
            _welcome()
    if ready.done and (error := ready.future.exception()) is not None:
        frame.show_error(error)
        return
    for i in range(len(exchanges)):
        with st.container(key=f"exchange-{state.conversation_id()}-{i}"):
            _exchange(i)


def _welcome() -> None:
    tutor = state.tutor_now()
    sources = tutor.sources() if tutor is not None else ()
    about = escape(_about(sources))
    st.html(f'<div class="welcome"><h1>Ask the sources</h1><p class="lead">{about}</p></div>')
    ids = {source.id for source in sources} if tutor is not None else _BUNDLED
    questions = [question for question, source in _SUGGESTIONS if source in ids]
    for row in range(0, len(questions), 2):
        for column, question in zip(st.columns(2), questions[row : row + 2], strict=False):
            column.button(
                frame.literal(question),
                key=f"suggestion-{questions.index(question)}",
                on_click=state.ask,
                args=(question,),
                width="stretch",
                wrap=True,
            )
    if not state.loading().done:
        _getting_ready()


def _about(sources: tuple[Source, ...]) -> str:
    """One line on what the sources are; before they are known, on the bundled ones."""
    if not sources or {source.id for source in sources} == _BUNDLED:
        return _ABOUT_BUNDLED
    titles = "; ".join(source.title for source in sources[:3])
    more = f"; and {len(sources) - 3} more" if len(sources) > 3 else ""
    kind = "One source is here" if len(sources) == 1 else f"{len(sources)} sources are here"
    return f"{kind}: {titles}{more}. Every sentence of an answer opens its source at the words it stands on."


@st.fragment(run_every=0.4)
def _getting_ready() -> None:
    """Say what is being loaded until it is; nothing has to be asked for that."""
    ready = state.loading()
    if ready.done:
        st.rerun()
    frame.waiting(st.empty(), f"Getting ready: {ready.stage}…")


def _exchange(i: int) -> None:
    question = state.conversation()[i].question
    cut = question if len(question) <= _LONGEST_SHOWN else question[:_LONGEST_SHOWN] + " …"
    st.html(f'<h2 class="question">{escape(cut)}</h2>')
    slot = st.empty()
    fresh = state.conversation()[i].pending
    if fresh:
        _find_answer(i, slot)
    exchange = state.conversation()[i]
    if exchange.error:
        slot.error(frame.literal(exchange.error))
    answer, beside = exchange.answer, state.opened()

    def open_place(button: str) -> None:
        found = place(answer, button) if answer is not None else None
        if found is not None:
            state.open_beside(found, i, button)

    answer_view(
        answer_html(answer) if answer is not None else "",
        key=f"answer-{state.conversation_id()}-{i}",
        fresh=fresh,
        opened=beside.button if beside is not None and beside.exchange == i else "",
        on_open=open_place,
    )


def _find_answer(i: int, slot: DeltaGenerator) -> None:
    """Answer exchange `i`. The answer is kept before it is drawn, so that a rerun cannot lose it."""
    exchanges = state.conversation()
    question = exchanges[i].question
    try:
        tutor = frame.wait_for_tutor(slot)
        frame.waiting(slot, "Searching the sources…")
        exchanges[i] = state.Exchange(question, answer=tutor.ask(question, state.history(i)))
        slot.empty()
    except Exception as error:
        if not isinstance(error, TutorError):
            _LOG.exception("no answer to %r", question[:_LONGEST_SHOWN])
        exchanges[i] = state.Exchange(question, error=state.error_line(error))


def _beside(opened: state.Opened, reader: Page) -> None:
    """The source at the cited words, with its section named."""
    tutor = state.tutor_now()
    if tutor is None:
        return
    there = opened.place
    try:
        document = tutor.document(there.source_id)
    except TutorError as error:
        st.error(frame.literal(str(error)))
        st.button("Close", key="close", on_click=state.close)
        return
    section = document.section_at(there.span.start).title
    stale = tutor.stale(there.source_id)
    changed = f'<span class="stale"><b>Changed</b>{escape(stale)}</span>' if stale else ""
    frame.opened_top(document.source.title, section, changed, state.close)
    marks = [Highlight(there.span, HighlightKind.CITED)]
    reader_view(
        reader_html(document, marks, within=window(document, there.span)),
        key="beside-reader",
        height="var(--reader-height)",
        nonce=opened.nonce,
        focus=True,
        on_close=state.close,
    )
    st.page_link(
        reader,
        label="Read the whole source",
        query_params={"source": there.source_id, "start": str(there.span.start), "end": str(there.span.end)},
    )
