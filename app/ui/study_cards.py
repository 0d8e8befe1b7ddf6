"""The cards of the Study page: one is asked, shown, rated; when it comes again stands on the button.

Which card is next is said anew by app/study/queue.py at every run of the page, from what is on disk; so a reload,
another page or another day goes on where one was. The page's HTML is made by study_html.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import streamlit as st

from app.saved import State, standings
from app.study.card import OWN, Card
from app.study.queue import Plan, plan
from app.study.schedule import Memory, Rating, choices, forecast, interval_words, streak
from app.study.store import MOST_NEW, Elsewhere, Kept
from app.ui import frame, state, study_choice, study_html, study_state, within
from app.ui.answering import Place
from app.ui.charts import forecast_chart
from app.ui.study_keys import on_space_or_enter
from app.ui.study_state import Clock
from ingest.documents import Document
from ingest.errors import TutorError

if TYPE_CHECKING:
    from app.tutor import Tutor

_SHOWN, _MISSED, _FIRST, _FAULT, _MORE, _OPENED, _NEW, _NONCE = (
    f"study_{name}" for name in ("shown", "missed", "first", "fault", "more", "opened", "new", "nonce")
)
_MORE_NEW = 10  # new cards that are offered beyond those of the day
_UNDO = "Takes your last review of today back"


@dataclass(frozen=True, slots=True)
class _Desk:
    """What one run of the page works with."""

    deck: Sequence[Card]
    kept: Mapping[str, Kept]
    documents: Mapping[str, Document]
    now: datetime

    @property
    def midnight(self) -> datetime:
        """When today began."""
        return self.now.replace(hour=0, minute=0, second=0, microsecond=0)


def cards_section(tutor: Tutor, clock: Clock) -> None:
    """The cards.

    Raises:
        TutorError: the sources or the file cannot be read.
    """
    file, now = study_state.file(), clock(study_state.zone())
    documents = {key: record.document for key, record in tutor.searcher().records.items()}
    desk = _Desk(study_state.cards_of(tutor), file.cards(), documents, now)
    everything = [*desk.deck, *(one.card for one in desk.kept.values())]
    admits = _inside(study_choice.choose(everything))
    more = st.session_state.get(_MORE, (None, 0))
    left = plan(
        desk.deck,
        desk.kept,
        now,
        new_today=file.new_since(desk.midnight),
        new_a_day=file.new_a_day() + (more[1] if more[0] == now.date() else 0),
        admits=admits,
        first=st.session_state.get(_FIRST, ""),
        wanted=file.wanted(),
    )
    st.html(study_html.tally_html(left, streak(file.days(now.tzinfo), now.date())))
    with st.container(key="study-main"):  # so that what follows it stays where it is, open or closed
        if fault := st.session_state.get(_FAULT):
            frame.told(fault)
        missed: Card | None = st.session_state.get(_MISSED)
        if missed is not None:
            _after_a_miss(desk, missed)
        elif left.card is not None:
            _review(desk, left.card, left.memory, clock)
        else:
            _nothing_left(desk, left, everything, admits)
    _ahead(desk, admits, clock)


def _inside(admits: study_choice.Admits) -> study_choice.Admits:
    """What is chosen, of the collection that is asked within."""
    one = within.chosen()
    return admits if one is None else lambda card: card.citation.source_id in one.sources and admits(card)


# -- one card --------------------------------------------------------------------------------------------------------


def _review(desk: _Desk, card: Card, memory: Memory | None, clock: Clock) -> None:
    """The card that is asked, or shown with the four ratings."""
    token = f"{card.id}-{memory.reviews if memory is not None else 0}"
    shown = st.session_state.get(_SHOWN) == token
    _draw(desk, card, shown)
    if not shown:
        with st.container(horizontal=True, key="study-ask"):
            st.button("Show the answer :small[Space]", key="study-show", type="primary", on_click=_show, args=(token,))
            _undo_button(desk)
        with st.container(key="study-keys"):
            on_space_or_enter(token, lambda: _show(token), key="study-press")
        return
    with st.container(horizontal=True, key="study-ratings", gap="small"):
        for rating, after in choices(memory, desk.now).items():
            label = f"**{rating.name.capitalize()}** {interval_words(after, desk.now)}"
            st.button(
                label,
                key=f"study-rate-{int(rating)}",
                shortcut=str(int(rating)),
                on_click=_rate,
                args=(card, memory, rating, clock),
            )
    with st.container(horizontal=True, key="study-more"):
        _open_button(card)
        _undo_button(desk)
        _aside_button(card, clock)


def _after_a_miss(desk: _Desk, card: Card) -> None:
    """A card that was not known, its passage beside it, until one goes on."""
    _draw(desk, card, True)
    st.html('<p class="missed" role="status">Read it where it stands, then go on.</p>')
    with st.container(horizontal=True, key="study-ask"):
        st.button("Next", key="study-next", shortcut="N", type="primary", on_click=_go_on)
        _open_button(card)
        _undo_button(desk)
    with st.container(key="study-keys"):
        on_space_or_enter(f"{card.id}-missed", _go_on, key="study-press")


def _draw(desk: _Desk, card: Card, shown: bool) -> None:
    standing = standings([card.citation], desk.documents)[card.citation.n]
    document = desk.documents.get(card.citation.source_id)
    stale = standing.state is not State.SAME and standing.span is None
    st.html(study_html.card_html(card, shown=shown, document=document, stale=stale))


def _open_button(card: Card) -> None:
    if opened() is None:
        st.button("Open in the source", key="study-open", on_click=_open, args=(card,))


def _undo_button(desk: _Desk) -> None:
    since = desk.midnight
    if any(one.memory is not None and one.memory.reviewed >= since for one in desk.kept.values()):
        st.button("Undo", key="study-undo", shortcut="U", help=_UNDO, on_click=_undo, args=(since,))


def _aside_button(card: Card, clock: Clock) -> None:
    if card.kind in OWN:
        st.button("Delete", key="study-delete", help="Deletes this card for good", on_click=_delete, args=(card,))
    st.button(
        "Set aside",
        key="study-aside",
        help="It is not asked any more, until you take it in again below",
        on_click=_suspend,
        args=(card, True, clock),
    )


# -- what a press does -----------------------------------------------------------------------------------------------


def _show(token: str) -> None:
    st.session_state[_SHOWN] = token
    st.session_state[_FAULT] = ""


def _rate(card: Card, memory: Memory | None, rating: Rating, clock: Clock) -> None:
    """Keep a review; a wrong answer opens the passage."""
    try:
        study_state.file().rate(card, rating, clock(study_state.zone()), memory)
    except Elsewhere as error:
        _go_on()
        st.session_state[_FAULT] = str(error)
        return
    except TutorError as error:
        st.session_state[_FAULT] = f"This review is not kept. {state.error_line(error)}"
        return
    _go_on()
    if rating is Rating.AGAIN:
        st.session_state[_MISSED] = card
        _open(card)


def _undo(since: datetime) -> None:
    try:
        back = study_state.file().undo(since)
    except TutorError as error:
        st.session_state[_FAULT] = f"It is not taken back. {state.error_line(error)}"
        return
    _go_on()
    st.session_state[_FIRST] = back or ""


def _go_on() -> None:
    """Forget what was shown; the next run asks what is next."""
    st.session_state[_MISSED] = None
    for name in (_SHOWN, _FIRST, _FAULT):
        st.session_state[name] = ""
    close()


def _suspend(card: Card, suspended: bool, clock: Clock) -> None:
    try:
        study_state.file().suspend(card, suspended, clock(study_state.zone()))
    except TutorError as error:
        st.session_state[_FAULT] = f"That is not kept. {state.error_line(error)}"
        return
    _go_on()


def _delete(card: Card) -> None:
    try:
        study_state.file().delete(card.id)
    except TutorError as error:
        st.session_state[_FAULT] = f"It is not deleted. {state.error_line(error)}"
        return
    _go_on()


# -- the source beside it --------------------------------------------------------------------------------------------


def opened() -> Place | None:
    """What is open beside the cards."""
    place: Place | None = st.session_state.get(_OPENED)
    return place


def nonce() -> int:
    """Another number whenever something was opened."""
    return int(st.session_state.get(_NONCE, 0))


def close() -> None:
    """Close what is open beside the cards."""
    st.session_state[_OPENED] = None


def _open(card: Card) -> None:
    cited = card.citation
    st.session_state[_OPENED] = Place(cited.source_id, cited.span, cited)
    st.session_state[_NONCE] = nonce() + 1


# -- when nothing is left, and what is to come -----------------------------------------------------------------------


def _nothing_left(desk: _Desk, left: Plan, everything: Sequence[Card], admits: study_choice.Admits) -> None:
    total = sum(map(admits, everything))
    with st.container(key="study-done"):
        if everything and not total:
            st.html('<p class="meta" role="status">No card is of what you have chosen. Choose more above.</p>')
            return
        st.html(study_html.done_html(left, desk.now, total))
        with st.container(horizontal=True):
            if left.later:
                count = min(_MORE_NEW, left.later)
                label = "1 more new card today" if count == 1 else f"{count} more new cards today"
                st.button(label, key="study-more-new", on_click=_more, args=(desk.now,))
            _undo_button(desk)


def _more(now: datetime) -> None:
    day, count = st.session_state.get(_MORE, (None, 0))
    st.session_state[_MORE] = (now.date(), (count if day == now.date() else 0) + _MORE_NEW)


def _ahead(desk: _Desk, admits: study_choice.Admits, clock: Clock) -> None:
    """The forecast, how many new cards a day brings, and what was set aside."""
    seen = [one for one in desk.kept.values() if admits(one.card)]
    memories = [one.memory for one in seen if one.memory is not None and not one.suspended]
    with st.expander("What is to come"):
        days = forecast(memories, desk.now)
        st.html(f'<p class="meta">{study_html.forecast_words(days)}</p>')
        if memories:
            st.altair_chart(forecast_chart(days, accent=frame.colour("primaryColor")))
        st.session_state.setdefault(_NEW, study_state.file().new_a_day())
        st.number_input("New cards a day", 0, MOST_NEW, step=1, key=_NEW, on_change=_set_new, width=200)
        aside = [one.card for one in seen if one.suspended]
        if aside:
            st.html(f"<h3>Set aside ({len(aside)})</h3>")
        for card in aside:
            with st.container(horizontal=True, vertical_alignment="center", key=f"study-aside-{card.id}"):
                st.html(study_html.line_html(card))
                st.button("Take in", key=f"study-in-{card.id}", on_click=_suspend, args=(card, False, clock))


def _set_new() -> None:
    try:
        study_state.file().set_new_a_day(int(st.session_state[_NEW]))
    except TutorError as error:
        st.session_state[_FAULT] = str(error)
