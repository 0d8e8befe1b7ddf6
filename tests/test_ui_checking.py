"""The page about the check: its marks and its figures, and that what it says is text."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import ROOT
from streamlit.testing.v1 import AppTest

from app.check.verdict import Verdict
from app.marks import MARKS, VERDICTS, mark_html
from app.support import Support
from app.ui import checking
from app.ui.checking import figures_html, outcomes_html, read_figures, verdicts_html


def test_every_outcome_has_a_shape_and_a_word_of_its_own() -> None:
    assert set(MARKS) == set(Support)
    assert [(mark.shape, mark.word) for mark in MARKS.values()] == [
        ("✓", "supported"),
        ("◐", "partly"),
        ("✕", "not found"),
    ]
    assert mark_html(Support.PARTLY).endswith('<span aria-hidden="true">◐</span> partly</span>')
    assert mark_html(Verdict.CONTRADICTED).endswith('<span aria-hidden="true">≠</span> contradicted</span>')


def test_a_shape_means_one_thing() -> None:
    meanings = {(mark.shape, mark.word) for mark in (*MARKS.values(), *VERDICTS.values())}
    assert len({shape for shape, _ in meanings}) == len(meanings) == 5


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


def figure(key: str, value: float | None) -> dict[str, object]:
    return {"key": key, "n": 7, "value": value, "low": 0.5, "high": 1.0}


def test_the_figures_of_verdicts_as_a_table() -> None:
    systems = [[figure("a", 0.857), figure("b", 0.5), figure("c", 1.0)], [figure("a", 0.2), figure("b", None)]]
    found = {
        "command": "python -m evals check <x>",
        "made": "2026-01-02T03:04:05+00:00",
        "commit": "abc",
        "dataset": "claims.jsonl: 7 claims",
        "systems": [{"name": str(n), "figures": figures} for n, figures in enumerate(systems)],
    }
    html = verdicts_html(found, "Of <b>", {"a": "Right", "b": "Not measured of both", "c": "Nor this", "d": "Nor that"})
    assert html.count("<tr>") == 2
    assert (
        'Right</th><td>7</td><td>86 %<span class="interval">50–100</span></td>'
        '<td>20 %<span class="interval">50–100</span></td></tr>'
    ) in html
    assert "claims.jsonl: 7 claims. Measured on 2026-01-02 at commit abc" in html and "&lt;x&gt;" in html
    assert "python -m evals check" in verdicts_html({})


def said(monkeypatch: pytest.MonkeyPatch, hard: Path) -> str:
    """What the page says, where the figures of hard claims are in this file."""
    monkeypatch.setattr(checking, "HARD_FIGURES", hard)
    page = AppTest.from_string("from app.ui import checking\nchecking.page()", default_timeout=60).run()
    assert not page.exception
    return "".join(html.proto.body for html in page.get("html"))


def test_hard_claims_are_spoken_of_where_their_figures_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    hard = tmp_path / "hard.json"
    assert "written to mislead it: false" not in said(monkeypatch, hard)
    system = {"figures": [figure("accuracy", 0.61), figure("contradicted: verb", 0.25)]}
    row = {"command": "c", "made": "2026", "commit": "", "dataset": "d", "systems": [system, system]}
    hard.write_text(json.dumps(row), encoding="utf-8")
    shown = said(monkeypatch, hard)
    assert "written to mislead it: false" in shown
    assert "<td>7</td><td>61 %" in shown and "Another verb: called contradicted</th><td>7</td><td>25 %" in shown


def test_what_it_cannot_see_follows_the_rule(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shown = said(monkeypatch, tmp_path / "none.json")
    assert re.findall("<h2>(.*?)</h2>", shown) == [
        "What is checked",
        "What it cannot see",
        "Three verdicts on a claim",
        "Three outcomes for a chat model’s sentence",
        "How often it is right",
    ]


def test_the_page_says_what_each_mark_means() -> None:
    page = AppTest.from_string("from app.ui import checking\nchecking.page()", default_timeout=60).run()
    assert not page.exception
    bodies = "".join(html.proto.body for html in page.get("html"))
    assert "<h1>How it checks</h1>" in bodies
    assert outcomes_html(MARKS) in bodies and outcomes_html(VERDICTS) in bodies
    assert [*page.text_area, *page.button] == []  # texts are checked on the page Check
