"""The guide and the timeline of the Study page without a browser: what they show and open, the filters, the chart."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from app.study.events.day import Day
from app.study.events.when import Bound, Precision, When
from app.study.guide import Guide, study_guide
from app.study.timeline import Event, timeline
from app.ui.charts import timeline_chart
from app.ui.guide_html import event_parts, event_places, guide_parts, guide_places, name_of
from app.ui.guide_view import summary
from app.ui.timeline_view import busiest
from ingest.chunk import chunk
from ingest.documents import Document, Source, Span
from ingest.loaders import load
from vectorstore.records import Record

_TEXT = (
    "# One <b>\n\nAnna Lee & her men left Ulm by May 3, 1934. A *troika* is a panel of three. Many in Ulm died <so>"
    " in 1936."
)
GUIDE = (
    "from app.ui import frame, guide_view\nimport streamlit as st\n"
    "guide_view.guide_section(frame.wait_for_tutor(st.empty()))"
)
TIMELINE = GUIDE.replace("guide_view", "timeline_view").replace("guide_section", "timeline_section")


@pytest.fixture
def made(tmp_path: Path) -> Record:
    path = tmp_path / "notes.md"
    path.write_text(_TEXT, encoding="utf-8")
    document = load(path, Source("notes", "Notes", path))
    return Record(document, chunk(document), "")


@pytest.fixture
def guide(made: Record) -> Guide:
    return study_guide(made, np.eye(3, dtype=np.float32))


def text_of(html: str) -> str:
    """What a reader sees of HTML, the marked words in brackets."""
    shown = re.sub(r"<mark>(.*?)</mark>", r"[\1]", html)
    return " ".join(re.sub(r"<[^>]*>", " ", shown).split())


# -- the HTML --------------------------------------------------------------------------------------------------------


def test_a_guide_in_parts(guide: Guide, made: Record) -> None:
    assert [text_of(part) for part in guide_parts(guide, made.document)] == [
        "Outline One &lt;b&gt; Anna Lee &amp; her men left Ulm by May 3, 1934. Open",
        "People Anna Lee 1 mention [Anna Lee] &amp; her men left Ulm by May 3, 1934. A troika is a panel of …"
        " One &lt;b&gt;",
        "Places Ulm 2 mentions Anna Lee &amp; her men left [Ulm] by May 3, 1934. A troika is a panel of three. Many"
        " in Ulm … One &lt;b&gt; … Ulm by May 3, 1934. A troika is a panel of three. Many in [Ulm] died &lt;so&gt;"
        " in 1936. One &lt;b&gt;",
        "Glossary troika A [troika] is a panel of three. Open",
    ]


def test_every_button_of_a_guide_opens_its_place(guide: Guide, made: Record) -> None:
    html = "".join(guide_parts(guide, made.document))
    places = guide_places(guide, made.document)
    text = made.document.text
    assert [
        text[places[name].span.start : places[name].span.end] for name in re.findall('data-open="([^"]*)"', html)
    ] == [
        "Anna Lee & her men left Ulm by May 3, 1934.",
        "Anna Lee",
        "Ulm",
        "Ulm",
        "A *troika* is a panel of three.",
    ]
    assert all(place.citation is not None and place.citation.section == "One <b>" for place in places.values())


def test_many_names_are_folded_away(made: Record, guide: Guide) -> None:
    place = guide.places[0]
    names = tuple(type(place)(f"Ulm {n}", place.kind, place.mentions) for n in range(15))
    crowded = Guide(guide.source, (), (), names, (), (), ())
    (part,) = guide_parts(crowded, made.document)
    assert part.index("Ulm 11") < part.index("3 more") < part.index("Ulm 12")


def test_a_guide_in_a_sentence(guide: Guide) -> None:
    assert summary(guide) == (
        "1 key sentence, 1 person, 1 place and 1 term. Each opens where it stands in the document."
    )
    assert summary(Guide(guide.source, (), (), (), (), (), ())).startswith("Nothing in this document")


def test_events_are_listed_by_year(made: Record) -> None:
    found = timeline([made])
    assert [text_of(part) for part in event_parts(found, {"notes": "A. Keeper"})] == [
        "1934 by 3 May 1934 Anna Lee &amp; her men left Ulm by May 3, 1934 A. Keeper · One &lt;b&gt;",
        "1936 1936 Many in Ulm died &lt;so&gt; in 1936 A. Keeper · One &lt;b&gt;",
    ]
    places = event_places(found, {"notes": made.document})
    html = "".join(event_parts(found, {}))
    assert re.findall('data-open="([^"]*)"', html) == list(places)
    assert [made.document.text[p.span.start : p.span.end][:12] for p in places.values()] == [
        "Anna Lee & h",
        "Many in Ulm ",
    ]


# -- the chart -------------------------------------------------------------------------------------------------------


def event(start: str | None, end: str | None, precision: Precision, at: int, bound: Bound = Bound.AT) -> Event:
    first, last = (Day.read(day) if day else None for day in (start, end))
    return Event(
        "notes",
        Span(0, 90),
        Span(at, at + 4),
        "1934",
        Span(0, 9),
        "it burnt",
        When(first, last, precision, bound),
        "One",
    )


EVENTS = (
    event("1930-01-01", "1939-12-31", Precision.DECADE, 1),
    event("1934-05-03", "1934-05-03", Precision.DAY, 2),
    event("1934-05-01", "1934-05-31", Precision.MONTH, 3),
    event(None, "1935-12-31", Precision.YEAR, 4, Bound.BY),
    event("1936-01-01", None, Precision.YEAR, 5, Bound.SINCE),
)


def day_of(moment: int) -> str:
    """The day that begins at a moment, given in milliseconds."""
    return date.fromordinal(moment // 86_400_000 + date(1970, 1, 1).toordinal()).isoformat()


def drawn(events: tuple[Event, ...], years: tuple[int, int]) -> list[dict[str, Any]]:
    """The rows of the drawing, bars first."""
    names = [name_of(one.source_id, one.said) for one in events]
    spec = timeline_chart(events, names, years, accent="#000", line="#111").to_dict()
    sets = spec.get("datasets", {})
    rows = []
    for layer in spec["layer"]:
        data = layer["data"]
        rows += data["values"] if "values" in data else sets[data["name"]]
    return rows


def test_each_kind_of_time_is_drawn_by_its_shape() -> None:
    rows = drawn(EVENTS, (1930, 1939))
    assert [(row["kind"], day_of(row["start"]), day_of(row["end"]), row["lane"]) for row in rows] == [
        ("", "1930-01-01", "1940-01-01", 0),
        ("a day", "1934-05-03", "1934-05-04", 1),
        ("a month", "1934-05-01", "1934-05-02", 2),
        ("up to then", "1935-12-31", "1936-01-01", 1),
        ("from then on", "1936-01-01", "1936-01-02", 2),
    ]


def test_bars_are_cut_at_the_years_that_are_drawn() -> None:
    (row,) = drawn(EVENTS[:1], (1934, 1935))
    assert (day_of(row["start"]), day_of(row["end"])) == ("1934-01-01", "1936-01-02")


ANCIENT = (
    event("-0600-01-01", "-0501-12-31", Precision.CENTURY, 1),
    event("-0044-03-15", "-0044-03-15", Precision.DAY, 2),
    event("0014-08-19", "0014-08-19", Precision.DAY, 3),
)


def test_what_is_before_christ_is_drawn_in_order_and_its_years_are_named() -> None:
    rows = drawn(ANCIENT, (-600, 14))
    assert [row["start"] // 86_400_000 for row in rows] == [-938_308, -735_160, -714_184]
    names = [name_of(one.source_id, one.said) for one in ANCIENT]
    spec = timeline_chart(ANCIENT, names, (-600, 14), accent="#000", line="#111").to_dict()
    axis = spec["layer"][0]["encoding"]["x"]["axis"]
    assert re.findall("'([^']+)'", axis["labelExpr"]) == [f"{n} BC" for n in range(600, 0, -100)] + ["AD 1"]
    assert len(axis["values"]) == 7


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        ([1900, 1937, 1937, 1938, 1990], (1937, 1938)),
        ([1937, 1937, 1938], None),  # few years
        ([-600, -1, -1, 1, 14], (-1, 1)),  # no year is 0
        ([1900, 1910, 1920, 1930, 1940, 1950, 1960], None),  # nothing stands out
        ([], None),
    ],
)
def test_the_busiest_years(years: list[int], expected: tuple[int, int] | None) -> None:
    assert busiest(years) == expected


# -- the page --------------------------------------------------------------------------------------------------------


def ran(script: str) -> AppTest:
    app = AppTest.from_string(script, default_timeout=60).run()
    assert not app.exception
    return app


def test_the_page_of_the_guide(home: Path) -> None:
    app = ran(GUIDE)
    assert [box.label for box in app.selectbox] == ["Document"]
    assert [option[:16] for option in app.selectbox[0].options] == ["False Narratives", "Soviet Korean Bi"]
    assert status(app) == "21 key sentences, 34 people, 85 places, 66 other names and 9 terms"
    app.selectbox[0].select_index(1).run()
    assert not app.exception
    assert app.session_state["guide_source"] == "loc"
    assert status(app) == "3 key sentences, 3 people, 12 places, 16 other names and 1 term"


def test_the_page_of_the_timeline(home: Path, documents: dict[str, Document]) -> None:
    app = ran(TIMELINE)
    assert status(app) == "87 events"
    source, section = app.selectbox
    assert (source.label, section.label) == ("Source", "Section")
    numbered = [one.title for one in documents["kim2026"].sections if one.title[0].isdigit()]
    assert section.options == ["All sections", *numbered, "Historical Background"]
    assert app.slider[0].value == (1864, 2023)
    app.selectbox[1].select_index(1).run()
    assert status(app) == "2 events"
    app.selectbox[0].select_index(2).run()
    assert status(app) == "3 events"
    assert [box.label for box in app.selectbox] == ["Source"]
    app.selectbox[0].select_index(0).run()
    busy = app.button(key="timeline-busy")
    assert busy.label == "Only 1937–1938, when most of it happened"
    busy.click().run()
    assert app.slider[0].value == (1937, 1938)
    assert status(app) == "45 events"
    app.button(key="timeline-all").click().run()
    assert (status(app), app.slider[0].value) == ("87 events", (1864, 2023))


def test_years_before_christ_are_chosen_by_their_names() -> None:
    app = ran(
        "import streamlit as st\nfrom app.ui.timeline_view import year_slider\nfrom test_ui_guide import ANCIENT\n"
        "st.text(year_slider(ANCIENT, (-600, 14), (-600, 14), 'years'))"
    )
    assert app.select_slider[0].options == ["600 BC", "44 BC", "AD 14"]
    app.select_slider[0].set_value((-600, -44)).run()
    assert app.text[0].value == "(-600, -44)"


def status(app: AppTest) -> str:
    """How many events are shown."""
    bodies = [str(getattr(one, "body", "")) for one in app.get("html")]
    (line,) = [body for body in bodies if 'class="meta" role="status"' in body]
    return text_of(line).split(". ")[0]
