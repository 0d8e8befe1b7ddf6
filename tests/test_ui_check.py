"""The Check page without a browser: its HTML, the job behind it, and what it says of each input."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
import streamlit as st
from check_stand_in import DOCUMENTS, ESSAY, StandIn, report
from streamlit.testing.v1 import AppTest

from app.answer import Citation
from app.check.checker import Checker
from app.check.examples import examples
from app.check.pieces import Kind, Piece, pieces
from app.check.report import Checked, Report
from app.check.verdict import Difference, Judgement, Verdict
from app.details import Detail
from app.tutor import Tutor
from app.ui.check_html import Filter, item_html, opened_place, places, summary_html
from app.ui.check_job import CheckJob
from ingest.documents import Span
from ingest.errors import IndexUnavailable

PAGE = "from app.ui import check\ncheck.page()"

# -- what is shown ---------------------------------------------------------------------------------------------------


def text_of(html: str) -> str:
    """What a reader sees of HTML, the marked words in brackets."""
    shown = re.sub(r"<mark>(.*?)</mark>", r"[\1]", html)
    return " ".join(re.sub(r"<[^>]*>", " ", shown).split())


def test_the_pieces_of_a_text() -> None:
    found = report()
    assert [text_of(item_html(n, item, DOCUMENTS)) for n, item in enumerate(found.items)] == [
        "✓ supported The report counts 39 echelons. The first report counts 39 echelons. A. Keeper 1931 · May"
        " Of verdicts like this one, about 9 in 10 are right.",
        "≠ contradicted The report counts [30 echelons]. Says 30 echelons · the source: 39 echelons"
        " The first report counts [39 echelons]. A. Keeper 1931 · May"
        " Of verdicts like this one, about 8 in 10 are right.",
        "Who wrote it? Passed over: A question claims nothing.",
        "○ not in the sources The keeper kept 9 bees in Nice. Nearest in the sources, without “9” or “Nice”:"
        " It does not name the families. A. Keeper 1931 · May Of verdicts like this one, about 7 in 10 are right.",
        "≠ contradicted Snow fell in Arles on [3 May]. Says 3 May · the source: 2 May"
        " The sources disagree: one says 2 May, another 4 May. Snow fell in Arles on [2 May]. A. Keeper 1931"
        " It does not name the families. A. Keeper 1931 · May Of verdicts like this one, about 6 in 10 are right.",
    ]


def test_every_button_opens_its_place() -> None:
    found = report()
    html = "".join(item_html(n, item, DOCUMENTS) for n, item in enumerate(found.items))
    buttons = re.findall(r'data-open="([^"]*)"', html)
    assert buttons == ["0-0", "1-0", "3-0", "4-0", "4-1"]
    assert [opened_place(found, button) for button in buttons] == [
        place for item in found.items for place in places(item)
    ]
    assert [opened_place(found, wrong) for wrong in ("", "x", "2-0", "0-1", "9-0", "-1-0", "0-x")] == [None] * 7


def test_the_summary_counts_with_marks() -> None:
    assert text_of(summary_html(report())) == (
        "4 claims 1 ✓ supported 2 ≠ contradicted 1 ○ not in the sources 1 question passed over."
    )
    stopped = Report("", "x", (), stopped=True)
    assert text_of(summary_html(stopped)) == "0 claims Stopped before the end of the text."


def test_filters() -> None:
    items = report().items
    assert {one.label: [n for n, item in enumerate(items) if one.admits(item)] for one in Filter} == {
        "All": [0, 1, 2, 3, 4],
        "✓ supported": [0],
        "≠ contradicted": [1, 4],
        "○ not in the sources": [3],
        "– passed over": [2],
    }


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</article><b>"])
def test_what_is_shown_is_text(text: str) -> None:
    place = Citation(1, text, text, text, Span(0, 1), text, text)
    differences = (Difference(Detail.NAME, text, text),)
    wrong = Checked(
        Piece(Span(0, 1), Kind.CLAIM, text),
        Judgement(text, Verdict.CONTRADICTED, 0.5, (place,), differences=differences, conflicts=(text,)),
    )
    passed = Checked(Piece(Span(0, 1), Kind.CODE, text))
    html = item_html(0, wrong, {}) + item_html(1, passed, {})
    tags = {tag.split()[0].strip("/") for tag in re.findall(r"<([^>]*)>", html)}
    assert tags == {"article", "p", "span", "mark", "blockquote", "button"}


# -- the job ---------------------------------------------------------------------------------------------------------


class Held(StandIn):
    """Judges the first claim, and each further one when it is let go."""

    def __init__(self) -> None:
        self.asked = threading.Semaphore(0)
        self.go = threading.Semaphore(1)

    def check(self, claim: str) -> Judgement:
        self.asked.release()
        assert self.go.acquire(timeout=30)
        return super().check(claim)


def test_results_come_one_after_another() -> None:
    held = Held()
    job = CheckJob("t", ESSAY, pieces(ESSAY), held)
    for _ in range(2):
        assert held.asked.acquire(timeout=30)
    assert (job.done, job.claims, job.report.claims, job.report.stopped) == (False, 4, 1, False)
    held.go.release(3)
    assert job.wait(30) == report(title="t")
    assert (job.done, job.fault) == (True, "")


def test_a_stopped_job_keeps_what_it_has() -> None:
    held = Held()
    job = CheckJob("t", ESSAY, pieces(ESSAY), held)
    for _ in range(2):
        assert held.asked.acquire(timeout=30)
    job.stop()
    held.go.release(3)
    assert job.wait(30) == replace(report(title="t"), items=report().items[:2], stopped=True)
    assert job.stopping


class Broken(StandIn):
    def __init__(self, error: Exception) -> None:
        self.error = error

    def check(self, claim: str) -> Judgement:
        if "30" in claim:
            raise self.error
        return super().check(claim)


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (IndexUnavailable("The index is gone."), "The index is gone."),
        (KeyError("x"), "Something went wrong in checking that should not have; the server's log says what."),
    ],
)
def test_a_job_that_fails_keeps_what_it_has(error: Exception, fault: str) -> None:
    job = CheckJob("t", ESSAY, pieces(ESSAY), Broken(error))
    assert job.wait(30) == replace(report(title="t"), items=report().items[:1], stopped=True)
    assert job.fault == fault


# -- the page --------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(home: object) -> Iterator[AppTest]:
    """The page of a server of its own, with the tutor there."""
    from app.ui.state import loading

    st.cache_resource.clear()
    page = AppTest.from_string(PAGE, default_timeout=120).run()
    loading().future.result(timeout=120)
    yield page.run()
    st.cache_resource.clear()


def bodies(page: AppTest) -> str:
    assert not page.exception
    return "".join(html.proto.body for html in page.get("html"))


def checked(page: AppTest) -> Report:
    """What came of the text, once all of it is there; the page has been drawn with it."""
    found: Report = page.session_state["check_job"].wait(60)
    page.run()
    return found


def press(page: AppTest, key: str) -> AppTest:
    return page.button(key=key).click().run()


def test_the_examples_are_a_true_sentence_and_a_changed_one(tutor: Tutor) -> None:
    true, changed = examples(tutor)
    checker = Checker(tutor)
    assert checker.check(true).verdict is Verdict.SUPPORTED
    judgement = checker.check(changed)
    assert judgement.verdict is Verdict.CONTRADICTED
    assert [one.kind for one in judgement.differences] == [Detail.NUMBER]


def test_an_example_is_checked_with_one_press(page: AppTest) -> None:
    offered = [button for button in page.button if str(button.key).startswith("suggestion-check-")]
    assert len(offered) == 2
    offered[1].click().run()
    found = checked(page)
    assert found.count(Verdict.CONTRADICTED) == found.claims == 1
    assert page.text_area[0].value == found.text
    assert summary_html(found) in bodies(page)
    assert not [button for button in page.button if str(button.key).startswith("suggestion-check-")]


def test_a_text_is_checked_and_its_result_outlives_the_page(page: AppTest) -> None:
    text = "A total of 99 echelons of Koreans were deported. Who signed it? I think it was cruel."
    page.text_area[0].set_value(text).run()
    press(page, "check-go")
    found = checked(page)
    assert (found.claims, found.title, found.stopped) == (1, text[:79].rsplit(" ", 1)[0] + " …", False)
    said = "Verdicts 1 claim 1 ≠ contradicted 1 question and 1 opinion passed over."
    assert said in text_of(bodies(page))
    assert [button.label for button in page.get("download_button")] == ["Save as Markdown", "Save as a page to print"]
    page.segmented_control(key="check-section").set_value("How it checks").run()
    assert "Three verdicts on a claim" in bodies(page)
    assert dict(page.query_params) == {"part": "how"}
    page.segmented_control(key="check-section").set_value("Check a text").run()
    assert summary_html(found) in bodies(page)
    assert page.text_area[0].value == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "There is nothing to check."),
        ("x" * 200_000, "The text has 200,000 characters; at most 100,000 are checked at once."),
        ("Korea", "That is no whole sentence."),
        ("Депортация корейцев была завершена в октябре.", "That is not English"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "That is a table"),
        ("```\nx = 1\n```", "That is code"),
        ("<script>alert(1)</script>", "That is code"),
    ],
    ids=range(7),
)
def test_what_cannot_be_checked_is_one_line(page: AppTest, text: str, said: str) -> None:
    page.text_area[0].set_value(text).run()
    press(page, "check-go")
    (told,) = re.findall(r'<div class="told" role="alert">(.*?)</div>', bodies(page))
    assert told.startswith(said)
    assert "check_job" not in page.session_state


def test_an_error_takes_the_verdicts_of_the_text_before_away(page: AppTest) -> None:
    page.text_area[0].set_value("Penguins swim in the cold sea.").run()
    press(page, "check-go")
    checked(page)
    assert "as it was checked" not in bodies(page)
    assert list(page.query_params) == ["checked"]
    page.text_area[0].set_value("x = f(1);").run()
    assert "These verdicts are of the text as it was checked." in bodies(page)
    assert len(page.get("download_button")) == 2
    press(page, "check-go")
    assert "That is code" in bodies(page) and "Verdicts" not in bodies(page)
    assert len(page.get("download_button")) == 0
    assert dict(page.query_params) == {}


def test_a_reload_finds_the_text_and_its_verdicts(page: AppTest) -> None:
    page.text_area[0].set_value("Penguins swim in the cold sea.").run()
    press(page, "check-go")
    found = checked(page)
    again = AppTest.from_string(PAGE, default_timeout=120)
    again.query_params["checked"] = page.query_params["checked"]
    again.run()
    assert again.text_area[0].value == "Penguins swim in the cold sea."
    assert summary_html(found) in bodies(again)
    elsewhere = AppTest.from_string(PAGE, default_timeout=120)
    elsewhere.query_params["checked"] = "x"
    assert "Verdicts" not in bodies(elsewhere.run())


@pytest.mark.parametrize(("part", "section"), [("how", "How it checks"), ("x", "Check a text"), ("", "Check a text")])
def test_the_address_names_the_part(page: AppTest, part: str, section: str) -> None:
    page.query_params["part"] = part
    page.run()
    assert not page.exception
    assert page.session_state["check-section"] == section


def test_a_bad_file_stays_said(page: AppTest) -> None:
    fault = "essay.md is not UTF-8 (byte 3). Save it as UTF-8."
    page.file_uploader(key="check-file").set_value(("essay.md", b"caf\xe9", "text/markdown")).run()
    press(page, "check-go")
    assert re.findall(r'<div class="told" role="alert">(.*?)</div>', bodies(page)) == [fault]


def test_a_file_does_not_take_the_place_of_what_was_typed_unasked(page: AppTest) -> None:
    def upload(name: str, text: str) -> None:
        page.file_uploader(key="check-file").set_value((name, text.encode(), "text/plain")).run()

    def offers() -> list[str]:
        return [button.label for button in page.button if button.key == "check-replace"]

    upload("a.txt", "Of the first file.")
    upload("b.txt", "Of the second file.")  # nobody changed what came of the first
    assert (page.text_area[0].value, offers()) == ("Of the second file.", [])
    page.text_area[0].set_value("Typed.").run()
    upload("c.txt", "Of the third file.")
    assert (page.text_area[0].value, offers()) == ("Typed.", ["Replace the text by c&#46;txt"])
    press(page, "check-replace")
    assert (page.text_area[0].value, offers()) == ("Of the third file.", [])


def test_an_uploaded_file_fills_the_box(page: AppTest) -> None:
    page.file_uploader(key="check-file").set_value(
        ("essay.md", b"Penguins swim in the cold sea.", "text/markdown")
    ).run()
    assert page.text_area[0].value == "Penguins swim in the cold sea."
    press(page, "check-go")
    assert checked(page).title == "essay.md"
    page.file_uploader(key="check-file").set_value(("essay.md", b"caf\xe9", "text/markdown")).run()
    assert "essay.md is not UTF-8 (byte 3). Save it as UTF-8." in bodies(page)
    assert page.text_area[0].value == "Penguins swim in the cold sea."  # what was there is not lost
