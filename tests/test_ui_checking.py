"""The page about the check: its words, its figures, and that what is typed into it stays text."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT
from streamlit.testing.v1 import AppTest

from app.details import Detail
from app.marks import MARKS, mark_html
from app.support import Finding, Missing, Support
from app.tutor import Tutor
from app.ui.checking import (
    Checked,
    check,
    checked_html,
    examples,
    figures_html,
    read_figures,
    remark,
    split,
    tried_html,
)


def test_every_outcome_has_a_shape_and_a_word_of_its_own() -> None:
    assert set(MARKS) == set(Support)
    assert [(mark.shape, mark.word) for mark in MARKS.values()] == [
        ("✓", "supported"),
        ("◐", "partly"),
        ("✕", "not found"),
    ]
    assert mark_html(Support.PARTLY).endswith('<span aria-hidden="true">◐</span> partly</span>')


def test_the_figures_are_those_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| (.*, %) \| (\d+ \| \d+ \[\d+–\d+\]) \|$", readme, re.MULTILINE))
    found = read_figures()
    assert found["split"] == "test"
    assert sum(figure["n"] for figure in found["figures"]) == found["sentences"]
    assert found["command"].startswith("python -m evals support ")
    for figure in found["figures"]:
        value, low, high = (f"{100 * figure[key]:.0f}" for key in ("value", "low", "high"))
        assert rows[figure["label"]] == f"{figure['n']} | {value} [{low}–{high}]"


def test_the_figures_as_a_table() -> None:
    shown = figures_html(
        {
            "command": "python -m evals support <x>",
            "made": "2026-01-02T03:04:05+00:00",
            "commit": "abc",
            "split": "test",
            "sentences": 7,
            "figures": [{"label": "name changed: caught, %", "n": 7, "value": 0.857, "low": 0.571, "high": 1.0}],
        }
    )
    assert "Name changed" in shown and "<td>7</td><td>86 %</td><td>57–100</td>" in shown
    assert "2026-01-02 at commit abc" in shown and "&lt;x&gt;" in shown
    assert "python -m evals support" in figures_html({})


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (Missing(Detail.NUMBER, "93", "39"), "The number “93” does not stand there. It has “39”."),
        (Missing(Detail.DATE, "1938"), "The date “1938” does not stand there."),
        (Missing(Detail.NEGATION, "", "not sold"), "The source has “not sold”."),
        (Missing(Detail.NEGATION, "not sold"), "The source does not say “not sold”."),
    ],
)
def test_what_is_missing_in_words(missing: Missing, said: str) -> None:
    assert remark(missing) == said


def test_what_is_typed_is_text() -> None:
    shown = checked_html(
        Checked("<script>", Finding(Support.PARTLY, missing=(Missing(Detail.NAME, "<b>"),)), "<i>", "<u>")
    )
    assert not re.search("<(?:script|i|u|b)>", shown)


def test_the_examples_are_a_true_sentence_and_a_changed_one(tutor: Tutor) -> None:
    checked = [check(sentence, tutor) for sentence in examples(tutor)]
    assert [one.finding.outcome for one in checked] == [Support.SUPPORTED, Support.PARTLY]
    assert checked[0].nearest == checked[1].nearest
    assert [one.kind for one in checked[1].finding.missing] == [Detail.NUMBER]


def test_a_sentence_of_another_topic_is_not_found(tutor: Tutor) -> None:
    assert check("Penguins swim.", tutor).finding.outcome is Support.NOT_FOUND
    assert check("?", tutor).finding == Finding(Support.NOT_FOUND)


def test_the_page_tries_a_sentence(home: object) -> None:
    import streamlit as st

    st.cache_resource.clear()
    page = AppTest.from_string("from app.ui import checking\nchecking.page()", default_timeout=60).run()
    page.text_area[0].set_value("Penguins <b>swim</b>.").run()
    assert not page.exception
    bodies = "".join(html.proto.body for html in page.get("html"))
    assert "How it checks" in bodies and "Penguins &lt;b&gt;swim&lt;/b&gt;." in bodies
    assert bodies.count('class="checked"') == 3
    st.cache_resource.clear()


def test_what_is_typed_is_checked_sentence_by_sentence(tutor: Tutor) -> None:
    typed = "It was signed by Molotov and Stalin. Who signed it? Nixon signed it as well."
    assert split(typed) == ["It was signed by Molotov and Stalin.", "Who signed it?", "Nixon signed it as well."]
    shown = [tried_html(sentence, tutor) for sentence in split(typed)]
    assert "A question claims nothing" in shown[1]
    assert [("A question" in html, "supported" in html) for html in shown] == [
        (False, True),
        (True, False),
        (False, False),
    ]
