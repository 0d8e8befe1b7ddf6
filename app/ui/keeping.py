"""The conversation of a session and the file it is kept in: saved as it goes, reopened as it was.

A question is kept before it is answered, its quoted answer when it is there, the written one when that is done; so a
page that is loaded anew, a crash or a restart loses nothing. If the file cannot be used, the chat goes on and says
so. How things are kept is history.py's affair, how the list of conversations looks conversations.py's.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from app.conversation import Conversation, SavedTurn
from app.saved import SavedAnswer, SavedError, SavedPassage, restore
from app.ui import state
from app.ui.state import Exchange
from app.writing import Writing
from ingest.errors import TutorError

if TYPE_CHECKING:
    from app.history import History
    from vectorstore.search import Searcher

_LOG = logging.getLogger(__name__)

_PARAMETER = "conversation"  # of the address
_MOST_DIGITS = 18  # of an id; SQLite's numbers end there


@st.cache_resource(show_spinner=False)
def history() -> History:
    """The server's one file of conversations.

    Raises:
        TutorError: it cannot be used.
    """
    from app.build import build_history
    from app.settings import Settings

    return build_history(Settings.read(os.environ))


def kept_id() -> int | None:
    """The number under which the conversation is kept, None if it is not."""
    kept: int | None = st.session_state.get("kept_id")
    return kept


def problem() -> str:
    """Why the conversation is not kept, or not opened; "" if all is well."""
    return str(st.session_state.get("keeping_problem", ""))


def job_name(i: int) -> Hashable:
    """The name of what works behind the page for exchange `i`."""
    kept = kept_id()
    mine = st.session_state.setdefault("session", object())
    return (kept if kept is not None else (mine, state.conversation_id())), i


def new_conversation() -> None:
    """Begin another conversation. What is being written in this one goes on if it is kept."""
    if kept_id() is None:
        for exchange in state.conversation():
            if exchange.job is not None:
                exchange.job.stop()
    st.session_state["kept_id"] = None
    st.session_state["keeping_problem"] = ""
    st.query_params.pop(_PARAMETER, None)
    state.begin([])


# -- saving ----------------------------------------------------------------------------------------------------------


def keep(i: int) -> None:
    """Save exchange `i` as it is now; if that fails, `problem` says why."""
    _trying(lambda: _keep(i))


def catch_up() -> None:
    """Take in what another page has added to this conversation, before a new question gets its place."""
    exchanges, kept = state.conversation(), kept_id()
    if kept is None or not exchanges or exchanges[-1].kept or not exchanges[-1].pending:
        return

    def added() -> None:
        turns = history().conversation(kept).turns
        exchanges[-1:-1] = [_exchange(turn) for turn in turns[len(exchanges) - 1 :]]

    try:
        added()
    except TutorError as error:  # `keep` comes next, and says it or makes the conversation anew
        _LOG.info("conversation %s could not be read: %s", kept, error)


def keeper(i: int) -> Callable[[Writing], bool]:
    """What saves the written answer of exchange `i` when it is done, whatever the page shows by then."""
    exchange, kept = state.conversation()[i], kept_id()
    if kept is None:
        return lambda last: False
    file, question, quoted = history(), exchange.question, exchange.answer

    def save(last: Writing) -> bool:
        written = last.answer if last.written else None
        try:
            file.save_turn(kept, i, question, quoted=quoted, written=written, error=last.fault)
        except TutorError as error:
            _LOG.warning("a written answer was not kept: %s", error)
            return False
        return True

    return save


def _keep(i: int) -> None:
    from app.history import Gone

    kept = kept_id()
    try:
        if kept is None:
            raise Gone("not kept yet")
        _save(kept, i)
    except Gone:  # the first question, or deleted in another page: the whole is kept anew
        first = state.conversation()[0]
        kept = history().create(first.question, quoted=first.answer, written=first.written, error=_said(first))
        st.session_state["kept_id"] = kept
        _mark(0)
        for j in range(1, len(state.conversation())):
            _save(kept, j)
    st.query_params[_PARAMETER] = str(kept)


def _save(kept: int, i: int) -> None:
    one = state.conversation()[i]
    history().save_turn(kept, i, one.question, quoted=one.answer, written=one.written, error=_said(one))
    _mark(i)


def _mark(i: int) -> None:
    state.conversation()[i] = replace(state.conversation()[i], kept=True)


def _said(exchange: Exchange) -> str:
    return exchange.error or exchange.fault


def _trying(work: Callable[[], None]) -> None:
    try:
        work()
        st.session_state["keeping_problem"] = ""
    except TutorError as error:
        st.session_state["keeping_problem"] = f"This conversation is not kept. {error}"


# -- reopening -------------------------------------------------------------------------------------------------------


def follow_address() -> None:
    """Open the conversation that the address names; name the one that is open in it."""
    wanted, kept = st.query_params.get(_PARAMETER), kept_id()
    if wanted is not None and wanted != str(kept):
        _trying(lambda: _open(wanted))
        if (why := problem()) and kept_id() is None:
            st.session_state["keeping_problem"] = why.removeprefix("This conversation is not kept. ")
            st.query_params.pop(_PARAMETER, None)
    elif kept is not None and wanted is None:
        st.query_params[_PARAMETER] = str(kept)
    if st.session_state.get("unchecked") and state.tutor_now() is not None:  # it was read before there was an index
        reread()


def open_conversation(conversation_id: int) -> None:
    """Show a conversation that is kept."""
    _trying(lambda: _open(str(conversation_id)))


def reread() -> None:
    """Read the answers anew, with the sources as they are now."""
    kept, exchanges = kept_id(), state.conversation()
    st.session_state["unchecked"] = False

    def again() -> None:
        for i, new in enumerate(exchanges_of(history().conversation(kept or 0))[: len(exchanges)]):
            old = exchanges[i]
            if new.answer is not None:
                exchanges[i] = replace(old, answer=new.answer, written=new.written or old.written, lost=new.lost)

    if kept is not None:
        _trying(again)


def _open(wanted: str) -> None:
    from app.history import Gone

    if not (wanted.isascii() and wanted.isdigit() and len(wanted) <= _MOST_DIGITS):
        raise Gone(f"There is no conversation {wanted[:20]!r}. Those that are kept are in the list beside the page.")
    found = history().conversation(int(wanted))
    st.session_state["kept_id"] = found.id
    st.session_state["unchecked"] = state.tutor_now() is None
    state.begin(exchanges_of(found))
    for i, exchange in enumerate(state.conversation()):
        job = state.background().job((found.id, i))
        if job is not None and exchange.written is None and not exchange.fault:
            state.conversation()[i] = replace(exchange, job=job)
    st.session_state["bring_up"] = True
    st.query_params[_PARAMETER] = str(found.id)


def exchanges_of(conversation: Conversation) -> list[Exchange]:
    """The exchanges of a kept conversation, with the sources as they are now if the tutor is there."""
    return [_exchange(turn) for turn in conversation.turns]


def _exchange(turn: SavedTurn) -> Exchange:
    try:
        quoted, written = _restored(turn.quoted), _restored(turn.written)
    except SavedError as error:
        return Exchange(turn.question, error=str(error), kept=True)
    return Exchange(
        turn.question,
        answer=quoted.answer if quoted is not None else None,
        error=turn.error if quoted is None else "",
        written=written.answer if written is not None else None,
        fault=turn.error if quoted is not None else "",
        lost=_lost(quoted),
        kept=True,
    )


def _restored(saved: str | None) -> SavedAnswer | None:
    return restore(saved, _index()) if saved is not None else None


def _index() -> Searcher | None:
    tutor = state.tutor_now()
    try:
        return tutor.searcher() if tutor is not None else None
    except TutorError:
        return None


def _lost(saved: SavedAnswer | None) -> tuple[SavedPassage, ...]:
    return saved.lost if saved is not None and _index() is not None else ()
