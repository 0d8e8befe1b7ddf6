"""Documents on the Sources page: adding several at once, how far that is, and what came of each.

Everything is done behind the page (documents_job.py), which stays usable; other sessions see it as soon as it is done.
What is done is app/documents.py's affair, a single document's title and removal documents_dialog.py's. Names and
messages are shown as text, whoever wrote them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from pathlib import Path

import streamlit as st

from app.documents import Outcome, Removed, Result, Upload, Work, add, bring_in, keep_both, put_back
from app.ui import frame
from app.ui.documents_job import Done, Job, Jobs
from ingest.loaders import LOADERS, MAX_BYTES

_JOBS, _ROUND, _OVER = "documents_jobs", "documents_round", "documents_over"
_STYLE = """
<style>
ul.results { list-style: none; margin: 0; padding: .5rem .8rem; }
ul.results li { margin: 0; padding: .15rem 0; font-size: .95rem; overflow-wrap: anywhere; }
ul.results .why { display: block; font-size: .875rem; opacity: .85; }
</style>
"""
_WORDS = {
    Outcome.ADDED: "Added",
    Outcome.REPLACED: "Replaced",
    Outcome.UNCHANGED: "Unchanged",
    Outcome.REFUSED: "Refused",
}


@st.cache_resource(show_spinner=False)
def server_jobs() -> Jobs:
    """The jobs of all sessions of the server."""
    return Jobs()


def mine() -> list[Job]:
    """The jobs of this session that are on their way or told of, oldest first; changed in place."""
    jobs: list[Job] = st.session_state.setdefault(_JOBS, [])
    return jobs


def ask(label: str, action: Callable[[Work], Done]) -> None:
    """Have something done behind the page, and tell of it."""
    mine().append(server_jobs().ask(label, action))


def adding() -> None:
    """Where documents are dropped or chosen, how far they are, and what came of them."""
    n = st.session_state.setdefault(_ROUND, 0)
    st.html(_STYLE)
    st.file_uploader(
        "Add documents",
        type=sorted(suffix.removeprefix(".") for suffix in LOADERS),
        accept_multiple_files=True,
        key=f"documents-{n}",
        on_change=_take,
        max_upload_size=MAX_BYTES // 2**20,
    )
    formats = ", ".join(dict.fromkeys(loader.name for loader in LOADERS.values()))
    st.html(f'<p class="meta soft">Drop files above, or choose them: {escape(formats)}.</p>')
    over = sum(job.standing.over for job in mine())
    st.session_state[_OVER] = over
    if over < len(mine()):
        _watch()
    for i, job in enumerate(mine()):
        if job.standing.over:
            _told(i, job)


def _take() -> None:
    """Hand the chosen files over, and have an empty place for the next."""
    n = st.session_state[_ROUND]
    files = [Upload(file.name, file.getvalue()) for file in st.session_state.get(f"documents-{n}") or ()]
    if files:
        what = f"{len(files)} documents" if len(files) > 1 else short(files[0].name)
        ask(f"Adding {what}", lambda work: Done(add(work, files)))
        st.session_state[_ROUND] = n + 1


@st.fragment(run_every=0.5)
def _watch() -> None:
    """How far the jobs of this session are; the page is drawn anew when one is over."""
    standings = [(job.label, job.standing) for job in mine()]
    if sum(standing.over for _, standing in standings) != st.session_state.get(_OVER):
        st.rerun()
    for label, standing in standings:
        if not standing.over:
            st.progress(standing.share, text=frame.literal(f"{label}: {standing.stage}…"))


def _told(n: int, job: Job) -> None:
    """What came of a job that is over, and what can be done about it."""
    standing = job.standing
    done = standing.done or Done()
    with st.container(key=f"told-{n}"):
        if standing.fault:
            frame.told(f"{job.label}: {standing.fault}")
        elif done.removed is not None:
            frame.told(f"Removed: {done.removed.source.title}. It is gone from answers.", "status")
        elif done.results:
            st.html(results_html(done.results))
        else:
            frame.told(f"{job.label}: done.", "status")
        with st.container(horizontal=True):
            if done.removed is not None:
                st.button("Undo", key=f"undo-{n}", on_click=_undo, args=(n, done.removed))
            for i, result in enumerate(done.results):
                if result.former is not None:
                    label = f"Keep both: {frame.literal(short(result.name))}"
                    st.button(label, key=f"both-{n}-{i}", on_click=_both, args=(n, result), wrap=True)
            st.button("Close", key=f"told-close-{n}", on_click=_close, args=(n,))


def _close(n: int) -> None:
    mine().pop(n)


def results_html(results: Sequence[Result]) -> str:
    """What came of files, a row each, as safe HTML."""
    rows = "".join(
        f"<li><b>{_WORDS[one.outcome]}</b> {escape(short(one.name))}"
        + (f'<span class="why">{escape(one.note)}</span>' if one.note else "")
        + "</li>"
        for one in results
    )
    return f'<ul class="told results" role="status">{rows}</ul>'


def short(name: str) -> str:
    """The name of a file in one line that fits a page."""
    shown = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    return shown if len(shown) <= 60 else f"{shown[:40]}…{shown[-15:]}"


def _undo(n: int, removed: Removed) -> None:
    mine().pop(n)
    ask(f"Putting back {short(removed.source.title)}", _then_done(partial(put_back, removed=removed)))


def _both(n: int, result: Result) -> None:
    mine().pop(n)
    ask(f"Keeping both of {short(result.name)}", lambda work: Done((keep_both(work, result),)))


def left_out(paths: Sequence[Path]) -> None:
    """Those sources that came with the tutor and were removed, with a button to have each back."""
    for i, path in enumerate(sorted(paths)):
        with st.container(horizontal=True, vertical_alignment="center", key=f"left-out-{i}"):
            st.html(f'<p class="meta">Removed: {escape(path.name)}, which came with the tutor.</p>', width="content")
            action = _then_done(partial(bring_in, path=path))
            st.button("Put back", key=f"put-back-{i}", on_click=ask, args=(f"Putting back {path.name}", action))


def _then_done(action: Callable[[Work], None]) -> Callable[[Work], Done]:
    def run(work: Work) -> Done:
        action(work)
        return Done()

    return run
