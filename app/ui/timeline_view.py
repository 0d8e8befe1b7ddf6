"""The timeline of the Study page: every dated event, drawn and listed; each opens its sentence beside it.

The drawing is in charts.py, the list's HTML in guide_html.py, what an event is in app/study/timeline.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from app.study.events.day import later, year_text
from app.study.timeline import Event, timeline
from app.ui import frame, study_beside
from app.ui.charts import timeline_chart
from app.ui.guide_html import event_parts, event_places, name_of
from app.ui.study_view import study_view

if TYPE_CHECKING:
    from app.tutor import Tutor

_ALL_SOURCES, _ALL_SECTIONS = "All sources", "All sections"
_SOURCE, _SECTION, _YEARS, _CHART = (f"timeline-{name}" for name in ("source", "section", "years", "chart"))
_MOST = 600  # events that are listed
_LONG = 10  # years from which on some are offered by themselves
_ABOUT = (
    "Each mark is something that the sources date: a dot a day, a diamond a month, a bar a longer time. A triangle"
    " points to where the time is left open: “by”, “until”, “since”."
)


def timeline_section(tutor: Tutor) -> None:
    """The timeline of the sources that are chosen.

    Raises:
        TutorError: the sources cannot be read.
    """
    events = _events(tutor, tutor.searcher().generation)
    if not events:
        st.html('<p class="meta" role="status">The sources date nothing.</p>')
        return
    shown, years = _filtered(tutor, events)
    documents = {source.id: tutor.document(source.id) for source in tutor.sources()}
    press = study_beside.opener(event_places(shown, documents))
    count = "1 event" if len(shown) == 1 else f"{len(shown):,} events"
    st.html(f'<p class="meta" role="status">{count}. {_ABOUT}</p>')
    if shown:
        _chart(shown, years, press)
        labels = {source.id: source.label for source in tutor.sources()} if len(documents) > 1 else {}
        study_view(
            event_parts(shown[:_MOST], labels),
            key="timeline-list",
            opened=study_beside.opened().button,
            on_open=press,
        )
    if len(shown) > _MOST:
        st.html(f'<p class="meta">The first {_MOST} are listed. Choose fewer years or a section for the others.</p>')


@st.cache_resource(show_spinner=False, max_entries=2)
def _events(_tutor: Tutor, generation: object) -> tuple[Event, ...]:
    """All events, read once for each state of the index."""
    return timeline(_tutor.searcher().records.values())


def _filtered(tutor: Tutor, events: Sequence[Event]) -> tuple[list[Event], tuple[int, int]]:
    """The events of the source, the section and the years that are chosen; and those years."""
    titles = {source.id: source.title for source in tutor.sources()}
    with st.container(key="timeline-filters", horizontal=True):
        if len(titles) > 1:
            source = st.selectbox(
                "Source",
                [_ALL_SOURCES, *titles],
                format_func=lambda name: titles.get(name, name),
                key=_SOURCE,
                on_change=_from_the_start,
            )
            events = [event for event in events if source in (_ALL_SOURCES, event.source_id)]
        sections = list(dict.fromkeys(event.section for event in sorted(events, key=_place) if event.section))
        if len(sections) > 1:
            section = st.selectbox("Section", [_ALL_SECTIONS, *sections], key=_SECTION, on_change=study_beside.close)
            events = [event for event in events if section in (_ALL_SECTIONS, event.section)]
    first = min(event.when.anchor.year for event in events)
    last = max((event.end or event.when.anchor).year for event in events)
    if first == last:
        return list(events), (first, last)
    key = f"{_YEARS}-{first}-{last}"
    chosen = st.session_state.get(f"{key}-set", (first, last))
    low, high = year_slider(events, (first, last), chosen, f"{key}-{chosen[0]}-{chosen[1]}")
    if (low, high) != (first, last):
        st.button("All years", key="timeline-all", on_click=_set_years, args=(key, first, last))
    elif busy := busiest([event.when.anchor.year for event in events]):
        label = f"Only {year_text(busy[0])}–{year_text(busy[1])}, when most of it happened"
        st.button(label, key="timeline-busy", on_click=_set_years, args=(key, *busy))
    return [event for event in events if _within(event, low, high)], (low, high)


def year_slider(events: Sequence[Event], ends: tuple[int, int], chosen: tuple[int, int], key: str) -> tuple[int, int]:
    """The years that are chosen. Where some are before Christ, those in which something is: so years are named with
    their era, and none is 0."""
    if ends[0] > 0:
        low, high = st.slider("Years", *ends, chosen, key=key)
        return low, high
    years = sorted({*ends, *chosen, *(event.when.anchor.year for event in events)})
    low, high = st.select_slider("Years", years, chosen, format_func=year_text, key=key)
    return low, high


def busiest(years: Sequence[int]) -> tuple[int, int] | None:
    """The two years together in which a third of all events are, and more than in any other two; None if there are no
    such two, or if all years are few."""
    if not years or max(years) - min(years) < _LONG:
        return None
    count = {year: sum(year <= other <= later(year, 1) for other in years) for year in set(years)}
    year = max(count, key=lambda one: (count[one], -one))
    return (year, later(year, 1)) if 3 * count[year] >= len(years) else None


def _set_years(key: str, low: int, high: int) -> None:
    st.session_state[f"{key}-set"] = (low, high)
    study_beside.close()


def _from_the_start() -> None:
    """Another source has other sections."""
    st.session_state.pop(_SECTION, None)
    study_beside.close()


def _place(event: Event) -> tuple[str, int]:
    return event.source_id, event.said.start


def _within(event: Event, low: int, high: int) -> bool:
    first = (event.start or event.when.anchor).year
    return first <= high and (event.end or event.when.anchor).year >= low


def _chart(events: Sequence[Event], years: tuple[int, int], press: Callable[[str], None]) -> None:
    """The drawing; a mark that is chosen opens its sentence."""

    def picked() -> None:
        chosen = st.session_state[_CHART]["selection"]
        names = [point.get("name", "") for points in chosen.values() for point in points]
        if names:
            press(names[-1])

    names = [name_of(event.source_id, event.said) for event in events]
    chart = timeline_chart(events, names, years, accent=frame.colour("primaryColor"), line=frame.colour("textColor"))
    st.altair_chart(chart, key=_CHART, on_select=picked, width="stretch")
