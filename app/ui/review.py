"""Spot-checking: a person judges sentences of the tutor blind, and sees afterwards what the tutor says of itself.

It is a part of the Check page, and a page of its own at /review.

The tutor's verdict is made and sent to the browser only once a judgement is on disk. Which pairs there are is in
app/review/pairs.py, what is kept in app/review/store.py; the page's HTML is in review_html.py.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from app.review.automatic import automatic
from app.review.export import claim_rows, lines, reviewed_rows
from app.review.figures import between, found
from app.review.pairs import CONVERSATIONS, Drawn, Kind, Pair, Verdict, of_conversations, of_run
from app.review.store import LONGEST_NAME, Review, Reviews, clean_name
from app.review.wording import KINDS
from app.settings import Settings
from app.ui import frame, keeping, review_html, state
from app.ui.components import reader_view
from app.ui.reading import Highlight, HighlightKind, reader_html
from app.ui.runs import Run, read_runs
from ingest.documents import Document, Span
from ingest.errors import TutorError

if TYPE_CHECKING:
    from app.tutor import Tutor
    from vectorstore.search import Searcher

_WHO, _FROM, _KIND = "review_who", "review_from", "review-kind"
_ADDRESS: Mapping[str, str] = {_WHO: "reviewer", _FROM: "from", _KIND: "kind"}  # a reload goes on where one was
_NAME, _SET = "review-name", "review-set"  # of the form
_SHOWN, _FAULT = "review_shown", "review_fault"
_KEYS: Mapping[Verdict, str] = {Verdict.SUPPORTED: "1", Verdict.PARTLY: "2", Verdict.NOT: "3"}
_AROUND = 1500  # characters to either side of a cited place that is in no passage
_HEIGHT = "clamp(10rem, 30dvh, 22rem)"
_UNDO = "Takes your last judgement back"


@dataclass(frozen=True, slots=True)
class _Seat:
    """Who reviews, from what; where it is kept, and who says the tutor's verdict."""

    reviewer: str
    drawn_from: str
    file: Reviews
    tutor: Tutor


def page() -> None:
    """The page of its own."""
    frame.style()
    content("<h1>Review</h1>")


def content(heading: str = "") -> None:
    """What it shows, under a heading as safe HTML if it has one of its own."""
    st.html(review_html.STYLE)
    settings = Settings.read(os.environ)
    file = _reviews()
    runs = read_runs(settings.home / "runs").runs
    open_runs = {name: run for name, run in runs.items() if not run.held_out}
    talked = bool(keeping.history().conversations(limit=1))
    sets = [*([CONVERSATIONS] if talked else []), *open_runs]
    if sets:
        _from_address(sets)
    if not sets or not st.session_state[_WHO]:
        st.html(heading + review_html.TOP)
        if missing := review_html.missing(talked, bool(open_runs), len(runs) - len(open_runs)):
            st.html(missing)  # which takes no empty body
        if sets:
            _form(sets, open_runs)
        return
    reviewer, drawn_from = st.session_state[_WHO], st.session_state[_FROM]
    with st.container(horizontal=True, vertical_alignment="center", wrap=False, key="review-who"):
        head = st.container()
        st.button("Change", key="review-change", on_click=_leave)
    name = _set_name(drawn_from, open_runs)
    top, slot = head.empty(), st.empty()
    top.html(review_html.seat(reviewer, name, head=heading))
    tutor = frame.wait_for_tutor(slot)
    slot.empty()
    drawn = _drawn(drawn_from, open_runs, tutor)
    kind = _kind(drawn)
    _to_address()
    if kind is None:
        st.html(review_html.nothing(drawn))
        return
    reviews = file.all()
    mine = {one.pair.id: one for one in reviews if one.reviewer.casefold() == reviewer.casefold()}
    pairs = drawn.of(kind)
    judged = sum(pair.id in mine for pair in pairs)
    top.html(review_html.seat(reviewer, name, judged, len(pairs), drawn.gone, head=heading))
    _judging(_Seat(reviewer, drawn_from, file, tutor), pairs, mine)
    _figures(reviews, pairs, kind)


# -- who, and what from ----------------------------------------------------------------------------------------------


@st.cache_resource(show_spinner=False)
def _reviews() -> Reviews:
    """The server's one file of reviews."""
    from app.build import build_reviews

    return build_reviews(Settings.read(os.environ))


def _form(sets: Sequence[str], runs: Mapping[str, Run]) -> None:
    """Ask who reviews, and what from. It gives way to the pairs, so that no field takes their keys."""
    st.session_state.setdefault(_NAME, st.session_state.get("review_last", ""))
    st.session_state.setdefault(_SET, st.session_state[_FROM])
    with st.form("review-form", border=False):
        st.text_input("Who reviews", key=_NAME, max_chars=LONGEST_NAME, placeholder="your name", autocomplete="off")
        st.selectbox("What from", sets, format_func=lambda one: _set_name(one, runs), key=_SET)
        st.form_submit_button("Begin", type="primary", on_click=_begin)
    if fault := st.session_state.get(_FAULT):
        st.error(frame.literal(fault))
    st.html(review_html.NAMES)


def _set_name(drawn_from: str, runs: Mapping[str, Run]) -> str:
    return runs[drawn_from].label() if drawn_from in runs else "my conversations"


def _begin() -> None:
    _forget()
    try:
        st.session_state[_WHO] = clean_name(st.session_state[_NAME] or "")
    except TutorError as error:
        st.session_state[_FAULT] = str(error)
    st.session_state[_FROM] = st.session_state[_SET]


def _leave() -> None:
    """Go back to the form."""
    _forget()
    st.session_state["review_last"], st.session_state[_WHO] = st.session_state[_WHO], ""
    for parameter in _ADDRESS.values():
        st.query_params.pop(parameter, None)


def _kind(drawn: Drawn) -> Kind | None:
    """Which answers are judged; None if there are none."""
    kinds = [kind for kind in Kind if drawn.of(kind)]
    if st.session_state.get(_KIND) not in kinds:
        st.session_state[_KIND] = kinds[0] if kinds else None
    if len(kinds) > 1:
        st.session_state[_KIND] = Kind(st.session_state[_KIND])  # an address has the word alone
        st.segmented_control(
            "Which answers",
            kinds,
            label_visibility="collapsed",
            format_func=lambda kind: f"{KINDS[kind].name} ({len(drawn.of(kind))})",
            key=_KIND,
            required=True,
            persist_state="session",
            on_change=_forget,
        )
    chosen = st.session_state.get(_KIND)
    return Kind(chosen) if chosen else None


def _from_address(sets: Sequence[str]) -> None:
    """Take up what the address names, the first time, and drop what is not there any more."""
    for key, parameter in _ADDRESS.items():
        if key not in st.session_state:
            st.session_state[key] = st.query_params.get(parameter, "")[:200]
    with suppress(TutorError):
        st.session_state[_WHO] = clean_name(st.session_state[_WHO]) if st.session_state[_WHO] else ""
    if st.session_state[_FROM] not in sets:
        st.session_state[_FROM] = sets[0]


def _to_address() -> None:
    for key, parameter in _ADDRESS.items():
        value = str(st.session_state.get(key) or "")
        if value and st.query_params.get(parameter) != value:
            st.query_params[parameter] = value


def _drawn(drawn_from: str, runs: Mapping[str, Run], tutor: Tutor) -> Drawn:
    """The pairs of a set; made anew only when the set or the sources have changed."""
    searcher = tutor.searcher()
    if drawn_from in runs:
        state_now: object = (drawn_from, runs[drawn_from].made, searcher.generation)
    else:
        summaries = keeping.history().conversations(limit=-1)
        state_now = (drawn_from, tuple((one.id, one.updated) for one in summaries), searcher.generation)
    known = st.session_state.get("review_drawn")
    if known is not None and known[0] == state_now:
        drawn: Drawn = known[1]
        return drawn
    documents = {key: record.document for key, record in searcher.records.items()}
    if drawn_from in runs:
        drawn = of_run(runs[drawn_from], documents)
    else:
        drawn = of_conversations((keeping.history().conversation(one.id) for one in summaries), documents)
    st.session_state["review_drawn"] = (state_now, drawn)
    return drawn


# -- one pair --------------------------------------------------------------------------------------------------------


def _judging(seat: _Seat, pairs: Sequence[Pair], mine: Mapping[str, Review]) -> None:
    """The pair to judge; or the one that was judged just now, with the tutor's verdict."""
    judged = mine.get(st.session_state.get(_SHOWN, ""))
    waiting = [pair for pair in pairs if pair.id not in mine]
    if fault := st.session_state.get(_FAULT):
        st.error(frame.literal(fault))
    pair = judged.pair if judged is not None else next(iter(waiting), None)
    if pair is None:
        st.html(review_html.DONE)
    else:
        _show(pair, seat.tutor.searcher())
    with st.container(key="review-keys"):
        if judged is not None:
            (so_far,) = found(mine[one.id] for one in pairs if one.id in mine)
            st.html(review_html.reveal(judged, so_far))
        elif pair is not None:
            st.html(f'<p class="asked">{KINDS[pair.kind].asks}</p>')
        with st.container(horizontal=True, gap="small"):
            if judged is not None:
                st.button("Next", key="review-next", shortcut="N", type="primary", on_click=_forget)
            elif pair is not None:
                _buttons(seat, pair)
            if len(waiting) < len(pairs):
                ids = frozenset(one.id for one in pairs)
                st.button("Undo", key="review-undo", shortcut="U", help=_UNDO, on_click=_undo, args=(seat, ids))


def _buttons(seat: _Seat, pair: Pair) -> None:
    """The three verdicts."""
    for verdict, key in _KEYS.items():
        name = KINDS[pair.kind].verdicts[verdict]
        st.button(name, key=f"review-{verdict}", shortcut=key, on_click=_judge, args=(seat, pair, verdict))


def _show(pair: Pair, searcher: Searcher) -> None:
    """A pair: the question, the sentence, and the passage with the cited words marked."""
    st.html(review_html.pair(pair))
    record = searcher.records.get(pair.source)
    if record is None:
        raise TutorError(f"The source {pair.source} is not indexed any more. Reload this page.")
    document = record.document
    st.html(review_html.place(document, pair))
    shown = reader_html(
        document, [Highlight(pair.span, HighlightKind.CITED)], within=_passage(pair, document, searcher)
    )
    reader_view(shown, key="review-reader", height=_HEIGHT)


def _passage(pair: Pair, document: Document, searcher: Searcher) -> Span:
    """What the tutor's check reads, and so what is judged by."""
    hit = searcher.hit(pair.source, pair.span)
    if hit is not None:
        return Span(min(hit.passage.span.start, pair.start), max(hit.passage.span.end, pair.end))
    return Span(max(0, pair.start - _AROUND), min(len(document.text), pair.end + _AROUND))


def _judge(seat: _Seat, pair: Pair, verdict: Verdict) -> None:
    """Keep a judgement; only then the tutor's is shown."""
    try:
        own = automatic(pair, seat.tutor.searcher(), seat.tutor.judge())
        seat.file.put(seat.reviewer, pair, seat.drawn_from, verdict, own)
    except TutorError as error:
        st.session_state[_FAULT] = f"This judgement is not kept. {state.error_line(error)}"
        return
    st.session_state[_SHOWN] = pair.id
    st.session_state[_FAULT] = ""


def _undo(seat: _Seat, ids: frozenset[str]) -> None:
    try:
        seat.file.take_back(seat.reviewer, ids)
    except TutorError as error:
        st.session_state[_FAULT] = f"It is not taken back. {state.error_line(error)}"
        return
    _forget()


def _forget() -> None:
    """Go on to the next pair."""
    st.session_state[_SHOWN] = ""
    st.session_state[_FAULT] = ""


# -- figures ---------------------------------------------------------------------------------------------------------


def _figures(reviews: Sequence[Review], pairs: Sequence[Pair], kind: Kind) -> None:
    """What everybody found of this set, and the files."""
    ids = {pair.id for pair in pairs}
    here = [one for one in reviews if one.pair.id in ids]
    if here:
        st.html(
            f"<h2>Figures</h2>{review_html.found_table(found(here), kind)}{review_html.between_table(between(here))}"
        )
        st.html(review_html.about(kind))
    rows, claims = reviewed_rows(here), claim_rows(here)
    with st.container(horizontal=True, key="review-files"):
        if rows:
            st.download_button(
                f"Download the disagreements ({len(rows)})",
                lines(rows),
                file_name=f"reviewed_{kind}.jsonl",
                mime="application/x-ndjson",
                key="review-export",
                on_click="ignore",
            )
        if claims:
            st.download_button(
                f"Download those that are claims ({len(claims)})",
                lines(claims),
                file_name="claims_reviewed.jsonl",
                mime="application/x-ndjson",
                key="review-claims",
                on_click="ignore",
            )
