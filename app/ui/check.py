"""The Check page: a text or a file is held against the sources, claim by claim, and each verdict opens its quote.

The claims are judged behind the page (check_job.py), which only looks how far that is, so that leaving the page loses
nothing. The pieces' HTML is made by check_html.py; what a claim is and what becomes of it is app/check's affair.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urljoin

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import Page

from app.check.checker import Checker
from app.check.examples import examples
from app.check.export import as_html, as_markdown
from app.check.pieces import Piece, pieces
from app.check.report import Report
from app.ui import beside, check_input, checking, conflicts_view, frame, review, state, within
from app.ui.answering import Place
from app.ui.check_html import Filter, item_html, opened_place, summary_html
from app.ui.check_job import CheckJob
from app.ui.check_view import check_view
from app.ui.conversations import file_name
from ingest.documents import Document, Span
from ingest.errors import TutorError

_LOG = logging.getLogger(__name__)

_LEAD = (
    "Paste a sentence, a paragraph or an essay. Each claim in it is held against the sources: they support it, they "
    "contradict it, or they do not say."
)
_EXAMPLES = "Or try one of these. The first is a sentence of the sources, the second is the same with another number."
_GLANCE = 0.5  # seconds between two looks at how far a check is
_CHUNK = 20  # pieces of the text that one component shows
_OF_BEFORE = "These verdicts are of the text as it was checked. The text above is another one now."
_KEPT = 30  # texts that the server remembers with their verdicts
# Keys of widgets, which Streamlit forgets on other pages, and of what is kept.
_SECTION, _FILTER = "check-section", "check-filter"
_WANTED, _JOB, _TOKEN, _COUNT, _FAULT, _OPENED = (
    f"check_{name}" for name in ("wanted", "job", "token", "count", "fault", "opened")
)
_PART, _CHECKED = "part", "checked"  # of the address: what is shown, and which text was checked


class Section(StrEnum):
    """What the page can show."""

    TEXT = "Check a text"
    CONFLICTS = "Where the sources disagree"
    HOW = "How it checks"
    SPOT = "Spot-check the tutor"

    @property
    def part(self) -> str:
        """What it is called in the address; the first needs no name."""
        return "" if self is Section.TEXT else self.name.lower()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A text that is to be checked as soon as the tutor is there."""

    title: str
    text: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """What is open beside a list: a place, the button it was opened from, and a counter; no place if it is closed.

    `also` are other places of the same source that are marked with it.
    """

    place: Place | None = None
    button: str = ""
    nonce: int = 0
    also: tuple[Span, ...] = ()


def page(reader: Page | None = None) -> None:
    """The page. `reader` is the Sources page, where a whole source is read."""
    section = _section()
    opened = _opened() if section in (Section.TEXT, Section.CONFLICTS) else Opened()
    frame.style(beside=opened.place is not None)
    with st.container(key="panes", horizontal=True):
        with st.container(key="talk"):
            st.html("<h1>Check</h1>")
            st.segmented_control(
                "What to show",
                list(Section),
                key=_SECTION,
                required=True,
                label_visibility="collapsed",
                on_change=_to_address,
            )
            _SECTIONS[section]()
        with st.container(key="beside"):
            if opened.place is not None:
                beside.source(opened.place, reader, nonce=opened.nonce, close=_close, also=opened.also)


def _section() -> Section:
    """What the address names; so a link, a reload and the browser's Back show it again."""
    named = st.query_params.get(_PART, "")
    section = next((one for one in Section if one.part == named), Section.TEXT)
    if st.session_state.get(_SECTION) != section:
        st.session_state[_SECTION] = section
    return section


def _to_address() -> None:
    section = Section(st.session_state.get(_SECTION) or Section.TEXT)
    token = st.session_state.get(_TOKEN, "") if section is Section.TEXT else ""
    named = {_PART: section.part, _CHECKED: token}
    st.query_params.from_dict({key: value for key, value in named.items() if value})
    _close()


# -- what is to be checked -------------------------------------------------------------------------------------------


def _check_text() -> None:
    ready = state.loading()
    if ready.done and (error := ready.future.exception()) is not None:
        frame.show_error(error)
        return
    st.html(f'<p class="lead">{_LEAD}</p>')
    _take_up()
    within.chooser("check")
    check_input.box(_begin)
    slot = st.empty()
    if fault := st.session_state.get(_FAULT):
        with slot:
            frame.told(fault)
    if _WANTED in st.session_state:
        _start(slot)
    job: CheckJob | None = st.session_state.get(_JOB)
    if job is not None:
        running = not job.done
        with st.container(key="check-results"):
            st.fragment(_results, run_every=_GLANCE if running else None)(running, _opened().nonce)
    elif not ready.done:
        frame.getting_ready()
    else:
        _offer_examples()


def _begin(text: str | None = None) -> None:
    """Check what stands in the box, or a text that is put there; the verdicts of the text before go."""
    if text is not None:
        check_input.put(text)
    typed = check_input.text()
    _drop()
    if not typed.strip() and check_input.file_fault():
        return  # that is said already, and why there is nothing
    try:
        st.session_state[_WANTED] = Wanted(check_input.title(typed), typed, pieces(typed))
    except TutorError as error:
        st.session_state[_FAULT] = str(error)


def _drop() -> None:
    """Forget the text that was checked, and what was said of it."""
    if (job := st.session_state.pop(_JOB, None)) is not None:
        job.stop()
    for key in (_WANTED, _TOKEN):
        st.session_state.pop(key, None)
    st.session_state[_FAULT] = ""
    st.query_params.pop(_CHECKED, None)
    _close()


@st.cache_resource(show_spinner=False)
def _jobs() -> dict[str, CheckJob]:
    """The last texts that were checked, by what the address calls them, so that a reload finds them again."""
    return {}


def _take_up() -> None:
    """Show again what the address names, if the server still has it and this session has nothing else."""
    job = _jobs().get(st.query_params.get(_CHECKED, ""))
    if job is None or _JOB in st.session_state or _WANTED in st.session_state or check_input.text():
        return
    st.session_state[_JOB], st.session_state[_TOKEN] = job, st.query_params[_CHECKED]
    check_input.put(job.report.text)


def _start(slot: DeltaGenerator) -> None:
    """Begin to check what was asked for, once the tutor is there."""
    try:
        tutor = within.of(frame.wait_for_tutor(slot), within.number())
    except TutorError as error:
        st.session_state[_FAULT] = str(error)
        with slot:
            frame.told(str(error))
        return
    slot.empty()
    wanted: Wanted = st.session_state.pop(_WANTED)
    st.session_state[_COUNT] = st.session_state.get(_COUNT, 0) + 1
    inside = within.chosen()
    title = f"{wanted.title}, checked within “{inside.name}”" if inside is not None else wanted.title
    job = CheckJob(title, wanted.text, wanted.pieces, Checker(tutor))
    jobs, token = _jobs(), secrets.token_urlsafe(9)
    jobs[token] = job
    for old in list(jobs)[:-_KEPT]:
        jobs.pop(old, None)
    st.session_state[_JOB], st.session_state[_TOKEN] = job, token
    st.query_params[_CHECKED] = token


def _offer_examples() -> None:
    tutor = state.tutor_now()
    try:
        found = examples(within.of(tutor, within.number())) if tutor is not None else ()
    except TutorError:  # a check says it
        return
    if found:
        st.html(f'<p class="meta">{_EXAMPLES}</p>')
    for n, text in enumerate(found):
        st.button(
            frame.literal(text), key=f"suggestion-check-{n}", on_click=_begin, args=(text,), width="stretch", wrap=True
        )


def _show_conflicts() -> None:
    slot = st.empty()
    try:
        within.chooser("conflicts")
        tutor = within.of(frame.wait_for_tutor(slot), within.number())
    except TutorError as error:
        frame.show_error(error)
        return
    slot.empty()
    conflicts_view.section(tutor, _opened().button, _open_conflict)


# -- what came of it -------------------------------------------------------------------------------------------------


def _results(running: bool, nonce: int) -> None:
    """The report so far: a fragment, which runs by itself as long as the job does."""
    job: CheckJob | None = st.session_state.get(_JOB)
    if job is None:
        return
    if (running and job.done) or nonce != _opened().nonce:
        st.rerun()
    report = job.report
    if running:
        with st.container(horizontal=True, vertical_alignment="bottom", wrap=False, key="check-status"):
            share = report.claims / max(job.claims, 1)
            st.progress(share, text=f"{report.claims:,} of {job.claims:,} claims checked")
            st.button(
                "Stopping…" if job.stopping else "Stop",
                key="check-stop",
                icon=":material/stop_circle:",
                on_click=job.stop,
                disabled=job.stopping,
            )
    if job.fault:
        frame.told(job.fault)
    other = "" if report.text == check_input.text() else f'<p class="told" role="status">{_OF_BEFORE}</p>'
    st.html(f"<h2>Verdicts</h2>{other}{summary_html(report)}")
    documents = state.documents_now() or {}
    if job.done and report.items:
        _downloads(report, documents)
    if len(report.items) > 1:
        st.segmented_control(
            "Show",
            list(Filter),
            default=Filter.ALL,
            format_func=lambda one: one.label,
            key=_FILTER,
            required=True,
            label_visibility="collapsed",
        )
    _list(report, documents)


def _list(report: Report, documents: Mapping[str, Document]) -> None:
    chosen = st.session_state.get(_FILTER) or Filter.ALL
    shown = [(n, item) for n, item in enumerate(report.items) if chosen.admits(item)]
    if not shown and report.items:
        st.html('<p class="meta soft" role="status">None of these.</p>')
    opened = _opened().button
    for first in range(0, len(shown), _CHUNK):
        check_view(
            [item_html(n, item, documents) for n, item in shown[first : first + _CHUNK]],
            key=f"check-list-{first}",
            opened=opened,
            on_open=_open,
            bring=0 if first else st.session_state.get(_COUNT, 0),
        )


def _downloads(report: Report, documents: Mapping[str, Document]) -> None:
    base = urljoin(st.context.url or "", "sources")
    name = file_name(report.title)
    with st.container(horizontal=True, key="check-downloads"):
        for label, write, ending, kind in (
            ("Save as Markdown", as_markdown, "md", "text/markdown"),
            ("Save as a page to print", as_html, "html", "text/html"),
        ):
            st.download_button(
                label,
                write(report, documents, base=base),
                file_name=f"{name}.{ending}",
                mime=kind,
                on_click="ignore",
                key=f"check-{ending}",
            )


# -- the source beside it --------------------------------------------------------------------------------------------


def _opened() -> Opened:
    opened: Opened = st.session_state.get(_OPENED) or Opened()
    return opened


def _open(button: str) -> None:
    job: CheckJob | None = st.session_state.get(_JOB)
    cited = opened_place(job.report, button) if job is not None else None
    if cited is not None:
        place = Place(cited.source_id, cited.span, cited)
        st.session_state[_OPENED] = Opened(place, button, _opened().nonce + 1)


def _open_conflict(button: str) -> None:
    whole = state.tutor_now()
    if whole is None:
        return
    tutor = within.of(whole, within.number())
    shown = conflicts_view.shown(tutor.conflicts(), [source.id for source in tutor.sources()])
    if (found := conflicts_view.opened(shown, button)) is not None:
        place, also = found
        st.session_state[_OPENED] = Opened(Place(place.source_id, place.span), button, _opened().nonce + 1, also)


def _close() -> None:
    st.session_state[_OPENED] = Opened(nonce=_opened().nonce + 1)


_SECTIONS: Mapping[Section, Callable[[], None]] = {
    Section.TEXT: _check_text,
    Section.CONFLICTS: _show_conflicts,
    Section.HOW: checking.content,
    Section.SPOT: review.content,
}
