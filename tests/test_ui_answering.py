"""An answer's HTML: what it holds, what a press opens, and that nothing from outside becomes HTML."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.answer import Answer, Citation, Refusal, Sentence
from app.saved import SavedPassage, Standing, State
from app.ui.answering import Place, answer_html, place
from app.ui.sources import describe, read_span
from ingest.documents import Passage, Source, Span
from ingest.loaders import parse
from vectorstore.search import Hit

TEXT = "Ann left *early*. Bob stayed. Cy slept."
DOCUMENT = parse(TEXT.encode(), Path("s.md"), Source("s", "The <b>Source</b>", Path("s.md")))


def hit(start: int, end: int) -> Hit:
    span = Span(start, end)
    return Hit(Passage("s", span, "Part <1>", (span,)), DOCUMENT, 0.5)


LABEL = "Ann <Li> 1999"


def citation(n: int, start: int, end: int, section: str = "Part <1>") -> Citation:
    return Citation(n, "s", "The <b>Source</b>", section, Span(start, end), TEXT[start:end], LABEL if section else "")


ANSWER = Answer(
    question="Who left?",
    understood="Who left early?",
    sentences=(Sentence("Ann left early.", (1,)), Sentence("<i>Bob</i> stayed.", (1, 2, 9))),
    citations=(citation(1, 0, 17), citation(2, 18, 29, section="")),
    confidence=0.5,
    notes=("The sources <disagree>.",),
    passages=(hit(0, 17), hit(30, 39)),
)


WRITTEN = replace(ANSWER, sentences=(Sentence("Cy slept well.", (1,)),), citations=(citation(1, 30, 39),), model="m")


def test_an_answer() -> None:
    assert answer_html(ANSWER) == (
        '<article aria-label="Answer"><p class="understood">Understood as: Who left early?</p>'
        '<p><span class="sentence">Ann left early.</span>'
        '<button type="button" class="number" data-open="c1"'
        ' aria-label="Open citation 1: Ann &lt;Li&gt; 1999 · Part &lt;1&gt;">[1]</button></p>'
        '<p><span class="sentence">&lt;i&gt;Bob&lt;/i&gt; stayed.</span>'
        '<button type="button" class="number" data-open="c1"'
        ' aria-label="Open citation 1: Ann &lt;Li&gt; 1999 · Part &lt;1&gt;">[1]</button>'
        '<button type="button" class="number" data-open="c2" aria-label="Open citation 2: s">[2]</button></p>'
        '<p class="note"><span>Note</span> The sources &lt;disagree&gt;.</p>'
        '<p class="certainty"><span class="shape" aria-hidden="true">◐</span>A fair match</p>'
        '<div class="citations" role="group" aria-label="Citations">'
        '<button type="button" data-open="c1" title="The &lt;b&gt;Source&lt;/b&gt;: Part &lt;1&gt;">'
        '<span class="n">1</span><span>·</span><span class="id">Ann &lt;Li&gt; 1999</span><span>·</span>'
        '<span class="section">Part &lt;1&gt;</span></button>'
        '<button type="button" data-open="c2" title="The &lt;b&gt;Source&lt;/b&gt;">'
        '<span class="n">2</span><span>·</span><span class="id">s</span></button></div>'
        '<details class="passages"><summary>Passages found but not cited (1)</summary><ol>'
        '<li><p class="where">s · Part &lt;1&gt;</p><p>Cy slept.</p>'
        '<button type="button" class="open" data-open="p1"'
        ' aria-label="Open in the source: s · Part &lt;1&gt;">'
        "Open in the source</button></li></ol></details></article>"
    )


def test_a_refusal_says_why_and_shows_what_is_near() -> None:
    refusal = Answer(
        question="Where is <Mars>?",
        understood="where is  <mars>?",
        sentences=(),
        citations=(),
        confidence=0.1,
        refusal=Refusal.UNKNOWN_WORDS,
        reason="The sources don't say. They nowhere have “mars”.",
        unknown=("mars", "<pluto>"),
        passages=(hit(0, 17),),
    )
    assert answer_html(refusal) == (
        '<article aria-label="Answer">'
        '<p class="refusal"><span class="shape" aria-hidden="true">⊘</span>The sources don&#x27;t say.</p>'
        '<p class="sentence">They nowhere have “mars”.</p>'
        '<p class="unknown">Nowhere in the sources: “&lt;pluto&gt;”</p>'
        '<details class="passages" open><summary>Nearest passages</summary><ol>'
        '<li><p class="where">s · Part &lt;1&gt;</p><p>Ann left early.</p>'
        '<button type="button" class="open" data-open="p0"'
        ' aria-label="Open in the source: s · Part &lt;1&gt;">'
        "Open in the source</button></li></ol></details></article>"
    )


@pytest.mark.parametrize(
    ("opens", "found"),
    [
        ("c1", Place("s", Span(0, 17), ANSWER.citations[0])),
        ("c2", Place("s", Span(18, 29), ANSWER.citations[1])),
        ("w1", Place("s", Span(30, 39), WRITTEN.citations[0])),
        ("w2", None),
        ("p1", Place("s", Span(30, 39))),
        ("c9", None),
        ("p9", None),
        ("x1", None),
        ("c", None),
        ("", None),
        ("c-1", None),
        ("c²", None),
    ],
)
def test_what_a_button_opens(opens: str, found: Place | None) -> None:
    assert place(ANSWER, opens, WRITTEN) == found


def test_without_a_written_answer_its_buttons_open_nothing() -> None:
    assert place(ANSWER, "w1") is None


def test_what_has_changed_since_is_marked_and_lost_passages_have_nothing_to_open() -> None:
    lost = (
        SavedPassage("s", Span(0, 29), "Part <1>", 0.5, "", "It was cited."),
        SavedPassage("<s>", Span(90, 99), "", 0.5, "", "Dee <left>."),
    )
    before = answer_html(replace(ANSWER, passages=()))
    after = answer_html(
        replace(ANSWER, passages=()), {1: Standing(State.CHANGED, Span(9, 26)), 2: Standing(State.GONE)}, lost
    )
    part, second = '<span class="section">Part &lt;1&gt;</span>', '<span class="id">s</span>'
    expected = (
        before.replace(part, part + '<span class="stale">△ source changed</span>')
        .replace(second, second + '<span class="stale">✕ source gone</span>')
        .replace(
            "</article>",
            '<details class="passages"><summary>Passages found but not cited (1)</summary><ol><li><p class="where">'
            '&lt;s&gt; <span class="stale">△ the source has changed since</span></p><p>Dee &lt;left&gt;.</p></li></ol>'
            "</details></article>",
        )
    )
    assert after == expected
    assert answer_html(ANSWER, {1: Standing(State.SAME, Span(0, 17))}) == answer_html(ANSWER)


NOWHERE = (
    "The link asks for characters {} to {}, which is no place in this source of 1,000 characters. "
    "It is shown from its start."
)


@pytest.mark.parametrize(
    ("parameters", "span", "remark"),
    [
        ({}, None, ""),
        ({"source": "s"}, None, ""),
        ({"start": "5", "end": "9"}, Span(5, 9), ""),
        ({"start": "0", "end": "1000"}, Span(0, 1000), ""),
        ({"start": "0", "end": "1001"}, None, NOWHERE.format("0", "1001")),
        ({"start": "9", "end": "9"}, None, NOWHERE.format("9", "9")),
        ({"start": "9", "end": "5"}, None, NOWHERE.format("9", "5")),
        ({"start": "-3", "end": "5"}, None, NOWHERE.format("-3", "5")),
        ({"start": "5"}, None, NOWHERE.format("5", "?")),
        ({"start": "five", "end": "9"}, None, NOWHERE.format("five", "9")),
        ({"start": "²", "end": "٣"}, None, NOWHERE.format("²", "٣")),
        ({"start": "9" * 5000, "end": "9"}, None, NOWHERE.format("9" * 20, "9")),
    ],
)
def test_the_place_that_a_link_names(parameters: dict[str, str], span: Span | None, remark: str) -> None:
    assert read_span(parameters, 1000) == (span, remark)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (Source("s", "T", Path("s")), ""),
        (Source("s", "T", Path("s"), author="Ann", year="1999", publisher="Press"), "Ann · 1999 · Press"),
        (Source("s", "T", Path("s"), author="Press", publisher="Press"), "Press"),
    ],
)
def test_a_source_in_one_line(source: Source, line: str) -> None:
    assert describe(source) == line
