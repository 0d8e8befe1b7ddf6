"""The Chat page: questions, answers, and the source beside them at the words that an answer stands on.

One exchange of it is drawn by exchange.py, the list of conversations by conversations.py. What an answer says is the
tutor's.
"""

from __future__ import annotations

from html import escape

import streamlit as st
from streamlit.navigation.page import Page

from app.mode import Mode
from app.ui import beside, choice, conversations, exchange, feedback, frame, keeping, state, within
from ingest.documents import Source

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
_MODES: dict[Mode, str] = {
    Mode.QUOTED: "In the sources’ words",
    Mode.SIMPLE: "Explained simply",
    Mode.DEPTH: "In depth",
    Mode.SOCRATIC: "Questions back",
}
_NEEDS_MODEL = "This needs a chat model. Choose one in Settings, or: tutor model install"


def page(reader: Page, checking: Page) -> None:
    """The page. `reader` is the Sources page, where a whole source is read; `checking` says how answers are checked."""
    if "source" in st.query_params:  # a link to a place in a source
        st.switch_page(reader, query_params=st.query_params.to_dict())
    keeping.follow_address()
    with st.bottom:  # placed by hand: otherwise Streamlit keeps scrolling to the end of a long answer
        within.chooser("chat")
        _modes()
        question = st.chat_input("Ask the sources", key="question")
    if question:
        state.ask(question)
    opened = state.opened()
    frame.style(beside=opened is not None)
    with st.container(key="panes", horizontal=True):
        with st.container(key="talk"):
            _talk(checking)
        with st.container(key="beside"):
            if opened is not None:
                beside.source(opened.place, reader, nonce=opened.nonce, close=state.close)
    conversations.sidebar()  # last: a new conversation has its place in the list by now


def _modes() -> None:
    """How to answer, chosen above the input."""
    key, chosen = "mode", choice.choice()
    st.session_state.setdefault(key, chosen.mode)  # it forgets what is not drawn, on other pages
    if st.session_state.get("mode-of") != chosen:  # chosen elsewhere: with a model, say
        st.session_state[key] = chosen.mode

    def choose() -> None:
        choice.choose_mode(st.session_state[key])

    st.segmented_control(
        "How to answer",
        list(_MODES),
        format_func=_MODES.__getitem__,
        key=key,
        on_change=choose,
        required=True,
        label_visibility="collapsed",
    )
    st.session_state["mode-of"] = chosen
    if chosen.llm == choice.NONE and chosen.mode is not Mode.QUOTED:
        st.html(f'<p class="needs" role="status">{_NEEDS_MODEL}</p>')


def _talk(checking: Page) -> None:
    ready = state.loading()
    keeping.catch_up()
    exchanges = state.conversation()
    welcome = st.empty()  # emptied before a question is worked on, or it would stay on the page until then
    if not exchanges:
        with welcome.container():
            _welcome()
    if ready.done and (error := ready.future.exception()) is not None:
        frame.show_error(error)
        return
    if why := keeping.problem():
        st.html(f'<p class="unkept" role="status">{escape(why)}</p>')
    marks = feedback.marks()
    for i in range(len(exchanges)):
        with st.container(key=f"exchange-{state.conversation_id()}-{i}"):
            exchange.show(i, checking, marks)
    if exchanges and not state.loading().done:
        frame.getting_ready()


def _welcome() -> None:
    whole = state.tutor_now()
    tutor = within.of(whole, within.number()) if whole is not None else None
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
        frame.getting_ready()


def _about(sources: tuple[Source, ...]) -> str:
    """One line on what the sources are; before they are known, on the bundled ones."""
    if not sources or {source.id for source in sources} == _BUNDLED:
        return _ABOUT_BUNDLED
    titles = "; ".join(source.title for source in sources[:3])
    more = f"; and {len(sources) - 3} more" if len(sources) > 3 else ""
    kind = "One source is here" if len(sources) == 1 else f"{len(sources)} sources are here"
    return f"{kind}: {titles}{more}. Every sentence of an answer opens its source at the words it stands on."
