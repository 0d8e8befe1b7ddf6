"""The Evaluation page: runs side by side, their tables and plots, and each question of a run down to the source.

A question is a link: `?run=<file>&system=<name>&question=<id>`. The tables' HTML is in scores.py, the plots are in
charts.py, the records in runs.py, the process that makes one in running.py.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from app.settings import Settings
from app.ui import charts, frame, running, scores, state
from app.ui.components import questions_view, reader_view
from app.ui.reading import reader_html, window
from app.ui.running import Progress, State
from app.ui.runs import Row, Run, Runs, System, Texts, read_runs
from app.ui.scores import Show
from ingest.errors import TutorError

_LEAD = (
    "The evaluation asks the tutor questions whose answers are known, and counts how often it finds the place, states "
    "the facts, cites the right words, and says so when the sources don’t say."
)
#: A half of the questions -> its button, and what to know before pressing it.
_HALVES = {
    "dev": (
        "Run the development questions",
        "Every answer can be opened afterwards, down to its source. The tutor is tuned on these, so it does a little "
        "better on them than it deserves.",
    ),
    "test": (
        "Run the test questions",
        "Totals only. Nobody reads these questions, so that nobody tunes on them: believe these figures.",
    ),
}
_DURATION = "A run takes a few minutes on a laptop. You can leave this page meanwhile."
_HELD_OUT = (
    "These are the held-out questions. They are shown in totals only: once they are read, they can be "
    "tuned on, and then their figures say nothing any more. To open answers, run the development questions."
)
_CALIBRATION = (
    "On the dashed line, an answer that states 70 % is right in 70 of 100 cases; below it the tutor is too sure of "
    "itself. Bars are 95 % intervals; larger points stand for more questions."
)
_GREY = "#85837e"  # of what is no accent, readable on both grounds
_NO_OTHER = ""
_CLOSED = "closed"
_AROUND = 60_000  # characters shown to either side of a marked place
_RUN, _BESIDE, _SYSTEM, _KIND, _SHOW, _WORDS = (
    f"evaluation-{name}" for name in ("run", "beside", "system", "kind", "show", "words")
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The question that the address names."""

    run: Run
    system: System
    at: int

    @property
    def row(self) -> Row:
        """Its marks."""
        return self.system.rows[self.at]


def page() -> None:
    """The page: the runs, or the question that the address names."""
    found = read_runs(Settings.read(os.environ).home / "runs")
    parameters = st.query_params.to_dict()
    wanted = read_address(parameters, found.runs)
    if wanted is not None and (texts := wanted.row.texts) is not None:
        _question(wanted, texts)
        return
    frame.style(wide=True)
    st.html("<h1>Evaluation</h1>")
    if "question" in parameters:
        st.warning("The link names a question that cannot be opened: its run is not here, or it is held out.")
    _runs(found)


def read_address(parameters: Mapping[str, str], runs: Sequence[Run]) -> Wanted | None:
    """The question that a link names, if there is one."""
    for run in runs:
        if run.file != parameters.get("run"):
            continue
        for system in run.systems:
            if system.name == parameters.get("system", run.systems[0].name):
                for at, row in enumerate(system.rows):
                    if row.id == parameters.get("question"):
                        return Wanted(run, system, at)
    return None


# ------------------------------------------------------------------ the runs


def _runs(found: Runs) -> None:
    progress = state.evaluation().progress()
    st.session_state["evaluation_seen"] = _seen(progress)
    if found.runs:
        _status()
        with st.expander("Run the evaluation", key="evaluation-start"):
            _start(progress)
    else:
        st.html(f'<p class="lead">{_LEAD}</p>')
        _start(progress)
        _status()
    if found.problems:
        lines = "\n".join(f"- {frame.literal(line)}" for line in found.problems)
        st.warning(lines)
    if found.runs:
        _chosen_runs({run.file: run for run in found.runs})


def _start(progress: Progress) -> None:
    for column, (split, (label, about)) in zip(st.columns(2), _HALVES.items(), strict=True):
        with column:
            st.button(
                label,
                key=f"start-{split}",
                on_click=_begin,
                args=(split,),
                disabled=progress.running,
                width="stretch",
            )
            st.html(f'<p class="meta soft">{about}</p>')
    st.html(f'<p class="meta soft">{_DURATION}</p>')


def _begin(split: str) -> None:
    settings = Settings.read(os.environ)
    what = "development questions" if split == "dev" else "test questions"
    evaluation = state.evaluation()
    if evaluation.start(running.command(split), running.environment(settings, os.environ), what):
        st.session_state["evaluation_mine"] = evaluation.progress().n


def _seen(progress: Progress) -> tuple[int, State]:
    return progress.n, progress.state


@st.fragment(run_every=1.0)
def _status() -> None:
    """Where the server's run stands. Whoever started it is shown its record when it is there."""
    progress = state.evaluation().progress()
    if _seen(progress) != st.session_state.get("evaluation_seen"):
        if progress.state is State.DONE and st.session_state.get("evaluation_mine") == progress.n:
            st.session_state["evaluation_fresh"] = progress.wrote
        st.rerun()
    what, took = frame.literal(progress.what), clock(progress.seconds)
    if progress.running:
        share = progress.done / progress.total if progress.total else 0.0
        with st.container(horizontal=True, vertical_alignment="bottom", wrap=False, key="evaluation-status"):
            st.progress(share, text=f"Running the {what} · {frame.literal(progress.stage)} · {took}")
            st.button("Stop", key="stop", on_click=_stop)
    elif progress.state is State.FAILED:
        st.error(f"The run of the {what} failed: {frame.literal(progress.message)}")
    elif progress.state is State.STOPPED:
        st.info(f"The run of the {what} was stopped; it left no record.")
    elif progress.state is State.DONE:
        st.html(f'<p class="meta soft" role="status">The run of the {escape(progress.what)} ended after {took}.</p>')


def _stop() -> None:
    threading.Thread(target=state.evaluation().stop, name="stop-evaluation", daemon=True).start()


def clock(seconds: float) -> str:
    """Seconds as minutes and seconds.

    >>> clock(0.4), clock(83.9)
    ('0:00', '1:23')
    """
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def _chosen_runs(runs: Mapping[str, Run]) -> None:
    fresh = st.session_state.pop("evaluation_fresh", "")
    if fresh in runs:
        st.session_state[_RUN] = fresh
    if st.session_state.get(_RUN) not in runs:
        st.session_state[_RUN] = next(iter(runs))
    left, right = st.columns(2)
    run = runs[
        left.selectbox(
            "Run A", list(runs), format_func=lambda file: runs[file].label(), key=_RUN, persist_state="session"
        )
    ]
    others = [_NO_OTHER, *(file for file in runs if file != run.file)]
    if st.session_state.get(_BESIDE) not in others:
        st.session_state[_BESIDE] = _NO_OTHER
    beside = right.selectbox(
        "Run B, to compare",
        others,
        format_func=lambda file: runs[file].label() if file else "no other run",
        key=_BESIDE,
        persist_state="session",
        disabled=len(others) == 1,
    )
    other = runs.get(beside)
    if other is None:
        _one(run)
    else:
        _two(run, other)


def _one(run: Run) -> None:
    st.html(_about(run))
    table, chart = st.tabs(["Table", "Chart"])
    table.html(scores.figures_table(run))
    with chart:
        st.altair_chart(
            charts.figures_chart(run.systems, accent=frame.colour("primaryColor"), other=_GREY),
            alt="The figures in per cent with their 95 % intervals; the same as in the table.",
        )
    system = _system(run)
    left, right = st.columns(2, gap="medium")
    with left:
        st.html(scores.kinds_table(system))
        st.html(scores.refusals_table(system.refusals))
    with right:
        _calibration(system)
    _questions(run, system)


def _two(run: Run, other: Run) -> None:
    if run.dataset != other.dataset:
        datasets = frame.literal(f"{run.dataset} and {other.dataset}")
        st.warning(f"The two runs are of different questions: {datasets}. A difference may be theirs, not the tutor’s.")
    st.html(scores.moves_line(run, other))
    st.html(scores.comparison_table(run, other))
    st.html(
        '<p class="meta soft">Of the tutor. “Apart”: the two intervals do not overlap. Where they do, the difference '
        "may still be real: the line above compares question by question.</p>"
    )
    for column, name, one in zip(st.columns(2, gap="medium"), "AB", (run, other), strict=True):
        with column:
            st.html(f"<h2>Run {name}</h2>{_about(one)}")
            st.html(scores.kinds_table(one.systems[0]))
            st.html(scores.refusals_table(one.systems[0].refusals))
            _calibration(one.systems[0])
    st.html("<h2>Questions of run A</h2>")
    _questions(run, run.systems[0], moved=other)


def _about(run: Run) -> str:
    asked = f"{run.questions} questions, {run.answerable} of them answerable"
    version = f"koryo-tutor {run.about['koryo-tutor']}" if run.about.get("koryo-tutor") else ""
    parts = [run.dataset, asked, version, run.about.get("embedder", "")]
    line = " · ".join(part for part in parts if part)
    return f'<p class="meta soft">{escape(line)}<br><code>{escape(run.command)}</code></p>'


def _system(run: Run) -> System:
    """The system whose details are shown."""
    systems = {system.name: system for system in run.systems}
    if st.session_state.get(_SYSTEM) not in systems:
        st.session_state[_SYSTEM] = run.systems[0].name
    if len(systems) == 1:
        return run.systems[0]
    name = st.selectbox("In detail", list(systems), key=_SYSTEM, persist_state="session")
    return systems[name]


def _calibration(system: System) -> None:
    if not system.calibration:
        return
    st.html(f'<h3>Calibration</h3><p class="meta soft">{_CALIBRATION}</p>')
    st.altair_chart(
        charts.calibration_chart(system.calibration, accent=frame.colour("primaryColor"), line=_GREY),
        alt="Stated confidence against the share of right answers; the table below holds the same figures.",
    )
    st.html(scores.calibration_table(system.calibration))


# ------------------------------------------------------------------ the questions


def _questions(run: Run, system: System, moved: Run | None = None) -> None:
    if moved is None:
        st.html("<h2>Questions</h2>")
    if run.held_out:
        st.info(_HELD_OUT)
        return
    kinds = list(dict.fromkeys(row.kind for row in system.rows))
    if st.session_state.get(_KIND) not in kinds:
        st.session_state[_KIND] = ""
    with st.container(horizontal=True, vertical_alignment="bottom", key="evaluation-filters"):
        st.segmented_control(
            "Show", list(Show), format_func=str, default=Show.ALL, required=True, key=_SHOW, persist_state="session"
        )
        st.selectbox(
            "Kind",
            ["", *kinds],
            format_func=lambda kind: scores.plain(kind) or "all kinds",
            key=_KIND,
            persist_state="session",
            width=190,
        )
        st.text_input(
            "Search the questions and answers",
            key=_WORDS,
            type="search",
            live=True,
            max_chars=200,
            persist_state="session",
        )
    places = _filtered(system)
    st.html(f'<p class="meta soft" role="status">{len(places)} of {len(system.rows)} questions</p>')

    def opened(button: str) -> None:
        at = int(button[1:]) if button[1:].isdecimal() else -1
        if 0 <= at < len(system.rows):
            _open(run, system, at)

    back = st.session_state.pop("evaluation_back", None)
    questions_view(
        scores.list_html(system.rows, places),
        key="evaluation-list",
        focus=f"q{back}" if back is not None else "",
        on_open=opened,
    )


def _filtered(system: System) -> tuple[int, ...]:
    """The rows that the filters leave, by place."""
    kept = st.session_state
    show = kept.get(_SHOW)
    return scores.chosen(system.rows, kept.get(_KIND) or "", Show(show) if show else Show.ALL, kept.get(_WORDS) or "")


def _open(run: Run, system: System, at: int) -> None:
    st.query_params.from_dict({"run": run.file, "system": system.name, "question": system.rows[at].id})
    st.session_state["evaluation_place"] = ""


def _back(at: int) -> None:
    st.query_params.clear()
    st.session_state["evaluation_back"] = at


def _show_place(place: str) -> None:
    st.session_state["evaluation_place"] = place
    st.session_state["evaluation_nonce"] = st.session_state.get("evaluation_nonce", 0) + 1


def _question(wanted: Wanted, texts: Texts) -> None:
    """One question, and beside it the source with the evidence and the citations marked."""
    places = scores.openings(texts)
    place = st.session_state.get("evaluation_place", "")
    if place not in places and place != _CLOSED:
        place = next(iter(places), _CLOSED)
    opened = places.get(place)
    frame.style(beside=opened is not None, tall=True)
    _steps(wanted)
    with st.container(key="panes", horizontal=True):
        with st.container(key="talk"):
            questions_view(
                scores.row_html(wanted.row, texts),
                key=f"evaluation-question-{wanted.at}",
                focus="article",
                pressed=place,
                on_open=_show_place,
            )
        with st.container(key="beside"):
            if opened is not None:
                _source(texts, opened, place)


def _steps(wanted: Wanted) -> None:
    """The row above a question: back to the list, and to the questions before and after it there."""
    places = _filtered(wanted.system)
    here = places.index(wanted.at) if wanted.at in places else -1
    before = places[here - 1] if here > 0 else None
    after = places[here + 1] if 0 <= here < len(places) - 1 else None
    with st.container(horizontal=True, vertical_alignment="center", key="evaluation-steps"):
        st.button("← All questions", key="all-questions", on_click=_back, args=(wanted.at,))
        for label, key, to in (("Previous", "previous-question", before), ("Next", "next-question", after)):
            st.button(label, key=key, disabled=to is None, on_click=_open, args=(wanted.run, wanted.system, to))
        if here >= 0:
            st.html(f'<p class="meta soft">{here + 1} of {len(places)}</p>', width="content")


def _source(texts: Texts, opened: scores.Opening, place: str) -> None:
    slot = st.empty()
    try:
        tutor = frame.wait_for_tutor(slot)
        document = tutor.document(opened.quote.source_id)
    except TutorError as error:
        slot.error(frame.literal(str(error)))
        st.button("Close", key="close", on_click=_show_place, args=(_CLOSED,))
        return
    slot.empty()
    marks = scores.highlights(document, texts, place)
    span = scores.located(document, opened.quote)
    section = document.section_at(span.start).title if span is not None else ""
    gone = "" if span is not None else "The source has changed since this run: these words are no longer in it."
    with st.container(horizontal=True, vertical_alignment="top", wrap=False, key="beside-top"):
        st.html(
            f'<div class="opened"><span class="title">{escape(document.source.title)}</span>'
            f'<span class="section">{escape(section or gone)}</span></div>'
        )
        st.button("Close", key="close", on_click=_show_place, args=(_CLOSED,))
    reader_view(
        reader_html(
            document,
            marks,
            within=window(document, span, _AROUND) if span is not None else None,
            above=scores.legend(marks),
        ),
        key="evaluation-reader",
        height="var(--reader-height)",
        nonce=st.session_state.get("evaluation_nonce", 0),
        on_close=lambda: _show_place(_CLOSED),
    )
