"""The Evaluation page: runs side by side, their tables and plots, their questions, and a button that makes one.

The tables' HTML is in scores.py, the plots are in charts.py, the records in runs.py, the process that makes one in
running.py. A single question is shown by inspection.py.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Mapping
from html import escape

import streamlit as st

from app.settings import Settings
from app.ui import charts, frame, inspection, running, scores, state
from app.ui.inspection import Address
from app.ui.questions import Show, chosen, list_html
from app.ui.questions_view import questions_view
from app.ui.running import Progress, State
from app.ui.runs import Run, System, moves, read_runs

_LEAD = (
    "The evaluation asks the tutor questions with known answers, and counts how often it finds the place, states "
    "the facts, cites the right words, and says so when the sources don’t say."
)
#: A half of the questions -> what it is, and what to know before running it.
_HALVES = {
    "dev": (
        "development questions",
        "Each answer can be opened, down to its source. The tutor was tuned on these questions, so it does a little "
        "better here than elsewhere.",
    ),
    "test": (
        "test questions",
        "Totals only: nobody reads these questions, so nobody tunes on them. These are the figures to believe.",
    ),
}
_DURATION = "A run takes a minute or two on a laptop, and asks three simpler methods beside the tutor."
_HELD_OUT = (
    "These are the test questions. They are shown in totals only: once they are read, they can be tuned on, and "
    "then their figures say nothing any more. To open answers, run the development questions."
)
_CALIBRATION = (
    "On the dashed line, answers with a stated confidence of 70 % are right 70 times in 100. Below it the tutor is "
    "too sure of itself. Lines are 95 % intervals; larger points stand for more questions."
)
_CHANCE = "Whether a change is more than chance, <code>python -m evals --compare</code> tells, figure by figure."
_GREY = "#85837e"  # of what is no accent, readable on both grounds
_THIS, _OTHER = "This run", "Compared with"
_RUN, _BESIDE, _SYSTEM, _KIND, _SHOW, _WORDS = (
    f"evaluation-{name}" for name in ("run", "beside", "system", "kind", "show", "words")
)


def page() -> None:
    """The page: the runs, or the question that the address names."""
    settings = Settings.read(os.environ)
    found = read_runs(settings.home / "runs")
    address = inspection.read_address(st.query_params.to_dict())
    if address is not None and (row := address.find(found.runs)) is not None:
        inspection.question(row, lambda: _steps(address, found.runs))
        return
    frame.style(wide=True)
    st.html(f'<h1>Evaluation</h1><p class="lead">{_LEAD}</p>')
    if address is not None:
        st.warning("The link names a question that cannot be opened: its run is not here, or shown in totals only.")
    progress = state.evaluation().progress()
    if found.runs:
        with st.expander("Run the evaluation", key="evaluation-start"):
            _start(settings, progress)
    else:
        if not progress.running:
            st.html("<p>There are no runs yet. Start one here, or with <code>python -m evals</code>.</p>")
        _start(settings, progress)
    _watch(progress)
    if found.problems:
        st.warning("  \n".join(map(frame.literal, found.problems)))
    if found.runs:
        _chosen_runs(found.runs)


# ------------------------------------------------------------------ a new run


def _start(settings: Settings, progress: Progress) -> None:
    for column, (split, (what, about)) in zip(st.columns(2), _HALVES.items(), strict=True):
        with column:
            st.button(
                f"Run the {what}",
                key=f"start-{split}",
                on_click=_begin,
                args=(settings, split),
                disabled=progress.running,
                width="stretch",
            )
            st.html(f'<p class="meta soft">{about}</p>')
    st.html(f'<p class="meta soft">{_DURATION} You can leave this page meanwhile.</p>')


def _begin(settings: Settings, split: str) -> None:
    command = running.command(split, os.environ.get("TUTOR_EVALS", ""))
    evaluation = state.evaluation()
    if evaluation.start(command, running.environment(settings, os.environ), _HALVES[split][0]):
        st.session_state["evaluation_mine"] = evaluation.progress().n


def _watch(progress: Progress) -> None:
    """Where the server's run stands. Whoever started it is shown its record once it is there."""
    what = frame.literal(progress.what)
    if progress.running:
        _running()
    elif progress.state is State.FAILED:
        st.error(f"The run of the {what} failed: {frame.literal(progress.message)}")
    elif progress.state is State.STOPPED:
        st.info(f"The run of the {what} was stopped. It left no record.")
    elif progress.state is State.DONE and st.session_state.get("evaluation_mine") == progress.n:
        del st.session_state["evaluation_mine"]
        st.session_state[_RUN] = progress.wrote
        st.toast(f"The run of the {what} is there. It took {clock(progress.seconds)}.")


@st.fragment(run_every=1.0)
def _running() -> None:
    progress = state.evaluation().progress()
    if not progress.running:
        st.rerun()
    text = f"Running the {progress.what} · {progress.stage} · {clock(progress.seconds)}"
    with st.container(horizontal=True, vertical_alignment="bottom", wrap=False, key="evaluation-status"):
        st.progress(progress.share, text=frame.literal(text))
        st.button("Stop", key="stop", on_click=_stop)


def _stop() -> None:
    threading.Thread(target=state.evaluation().stop, name="stop-evaluation", daemon=True).start()


def clock(seconds: float) -> str:
    """Seconds as minutes and seconds.

    >>> clock(0.4), clock(83.9)
    ('0:00', '1:23')
    """
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


# ------------------------------------------------------------------ the runs


def _chosen_runs(runs: Mapping[str, Run]) -> None:
    if st.session_state.get(_RUN) not in runs:
        st.session_state[_RUN] = next(iter(runs))
    left, right = st.columns(2)
    file = left.selectbox(
        _THIS, list(runs), format_func=lambda file: runs[file].label(), key=_RUN, persist_state="session"
    )
    others = ["", *(other for other in runs if other != file)]
    if st.session_state.get(_BESIDE) not in others:
        st.session_state[_BESIDE] = ""
    beside = right.selectbox(
        _OTHER,
        others,
        format_func=lambda file: runs[file].label() if file else "no other run",
        key=_BESIDE,
        persist_state="session",
        disabled=len(others) == 1,
    )
    if beside:
        _two(runs[file], runs[beside], file)
    else:
        _one(runs[file], file)


def _one(run: Run, file: str) -> None:
    st.html(_about(run))
    table, chart = st.tabs(["Table", "Chart"])
    with table:
        _figures({system.name: system for system in run.systems})
    with chart:
        st.altair_chart(
            charts.figures_chart(run.systems, accent=frame.colour("primaryColor"), other=_GREY),
            alt="The figures in per cent with their 95 % intervals, the same as in the table.",
        )
    system = _system(run)
    left, right = st.columns(2, gap="medium")
    with left:
        _details(system)
    with right:
        _calibration(system)
    st.html("<h2>Questions</h2>")
    _questions(run, system, file)


def _two(run: Run, other: Run, file: str) -> None:
    if run.dataset != other.dataset:
        asked = frame.literal(f"{run.asked} and {other.asked}")
        st.warning(f"The two runs are of different questions: {asked}. A difference may be theirs, not the tutor’s.")
    moved = moves(other.tutor, run.tutor)
    st.html(scores.moves_line(moved))
    _figures({_THIS: run.tutor, _OTHER: other.tutor}, change=True)
    st.html(f'<p class="meta soft">{_CHANCE}</p>')
    for column, name, one in zip(st.columns(2, gap="medium"), (_THIS, _OTHER), (run, other), strict=True):
        with column:
            st.html(f"<h2>{name}</h2>{_about(one)}")
            _details(one.tutor)
            _calibration(one.tutor)
    st.html("<h2>Questions of this run</h2>")
    _questions(run, run.tutor, file, changed={*moved.gained, *moved.lost})


def _about(run: Run) -> str:
    asked = f"{run.questions} questions, {run.answerable} of them answerable"
    named = (("koryo-tutor", "version"), ("commit", "commit"), ("embedder", "model"))
    about = (f"{name} {run.about[key]}" for key, name in named if run.about.get(key))
    return f'<p class="meta soft">{escape(" · ".join((asked, *about)))}<br><code>{escape(run.command)}</code></p>'


def _figures(columns: Mapping[str, System], change: bool = False) -> None:
    st.html(scores.figures_table("Figures, with 95 % intervals", columns, main=True, change=change))
    with st.expander("More figures"):
        st.html(scores.figures_table("More figures, with 95 % intervals", columns, main=False, change=change))


def _system(run: Run) -> System:
    """The system whose details are shown."""
    systems = {system.name: system for system in run.systems}
    if st.session_state.get(_SYSTEM) not in systems:
        st.session_state[_SYSTEM] = run.tutor.name
    if len(systems) == 1:
        return run.tutor
    return systems[st.selectbox("Details and questions of", list(systems), key=_SYSTEM, persist_state="session")]


def _details(system: System) -> None:
    st.html(scores.kinds_table(system.by_kind))
    st.html(scores.refusals_table(system.refusals))


def _calibration(system: System) -> None:
    if not system.calibration:
        return
    st.html("<h3>Calibration: is the confidence right?</h3>")
    st.altair_chart(
        charts.calibration_chart(system.calibration, accent=frame.colour("primaryColor"), line=_GREY),
        alt="Stated confidence against the share of right answers; a table below has the same figures.",
    )
    st.html(f'<p class="meta soft">{_CALIBRATION}</p>')
    with st.expander("The plot as a table"):
        st.html(scores.calibration_table(system.calibration))


# ------------------------------------------------------------------ the questions


def _questions(run: Run, system: System, file: str, changed: Collection[str] = ()) -> None:
    if run.held_out:
        st.info(_HELD_OUT)
        return
    st.session_state["evaluation_changed"] = changed
    kinds = list(dict.fromkeys(row.kind for row in system.rows))
    if st.session_state.get(_KIND) not in kinds:
        st.session_state[_KIND] = ""
    shows = [show for show in Show if show is not Show.CHANGED or changed]
    if st.session_state.get(_SHOW) not in shows:
        st.session_state[_SHOW] = Show.ALL
    with st.container(horizontal=True, vertical_alignment="bottom", key="evaluation-filters"):
        st.segmented_control("Show", shows, format_func=str, required=True, key=_SHOW, persist_state="session")
        st.selectbox(
            "Kind",
            ["", *kinds],
            format_func=lambda kind: scores.plain(kind) or "all kinds",
            key=_KIND,
            persist_state="session",
            width=190,
        )
        st.text_input(
            "Search",
            key=_WORDS,
            type="search",
            placeholder="questions and answers",
            live=True,
            max_chars=200,
            persist_state="session",
        )
    places = _filtered(system)
    st.html(f'<p class="meta soft" role="status">{len(places)} of {len(system.rows)} questions</p>')

    def opened(button: str) -> None:
        at = int(button[1:]) if button[1:].isdecimal() else -1
        if 0 <= at < len(system.rows):
            inspection.go(Address(file, system.name, system.rows[at].id))

    back = st.session_state.pop("evaluation_back", None)
    at = next((i for i in places if system.rows[i].id == back), None)
    questions_view(
        list_html(system.rows, places),
        key="evaluation-list",
        focus="" if at is None else f"q{at}",
        on_open=opened,
    )


def _filtered(system: System) -> tuple[int, ...]:
    """The rows that the filters leave, by place."""
    kept = st.session_state
    show = Show(kept.get(_SHOW) or Show.ALL)
    return chosen(
        system.rows, kept.get(_KIND) or "", show, kept.get(_WORDS) or "", kept.get("evaluation_changed") or ()
    )


def _back(question: str) -> None:
    st.query_params.clear()
    st.session_state["evaluation_back"] = question


def _steps(address: Address, runs: Mapping[str, Run]) -> None:
    """The row above a question: back to the list, and to the questions before and after it there."""
    system = next(system for system in runs[address.run].systems if system.name == address.system)
    ids = [system.rows[i].id for i in _filtered(system)]
    here = ids.index(address.question) if address.question in ids else -1
    before = ids[here - 1] if here > 0 else None
    after = ids[here + 1] if 0 <= here < len(ids) - 1 else None
    with st.container(horizontal=True, vertical_alignment="center", key="evaluation-steps"):
        st.button("← All questions", key="all-questions", on_click=_back, args=(address.question,))
        for label, key, to in (("Previous", "previous-question", before), ("Next", "next-question", after)):
            st.button(
                label,
                key=key,
                disabled=to is None,
                on_click=inspection.go,
                args=(Address(address.run, address.system, to or ""),),
            )
        if here >= 0:
            st.html(f'<p class="meta soft">{here + 1} of {len(ids)}</p>', width="content")
