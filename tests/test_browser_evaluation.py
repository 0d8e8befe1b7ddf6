"""The Evaluation page in a real browser, on records of runs made here: what stands in them is known.

One run answers every second question in the words of its evidence and the others from a wrong place; a later one
answers all of them so; the third is of the held-out half. With TUTOR_SCREENSHOTS=1 its picture is made anew.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from browsing import PHONE, WIDE, Opener, fits, folded, marked, needs_chromium, pictures, serve, tab_to
from conftest import ROOT
from playwright.sync_api import Page, expect

from app.answer import Answer, Citation, Refusal, Sentence
from app.settings import Settings
from evals.cases import DATASETS, Case, locate, read_cases
from evals.measures import scored
from evals.records import Heading, write
from evals.runner import Record, score
from ingest.documents import Document, Span

pytestmark = needs_chromium

WRONG_PLACE = "On October 29, 1937"
FILES = {"half": "half.json", "all": "all.json", "test": "test.json"}
FEW = 2  # questions of the run that a button starts

Documents = Mapping[str, Document]


def cases() -> tuple[Case, ...]:
    """Some development questions with one piece of evidence in the longer source, and one without any."""
    dev = read_cases(DATASETS / "dev.jsonl")
    asked = [case for case in dev if [quote.source_id for quote in case.evidence] == ["kim2026"] and not case.history]
    return (*asked[:6], next(case for case in dev if not case.answerable and case.near))


def answer(case: Case, documents: Documents, well: bool) -> Answer:
    """In the words of the evidence, or those of a wrong place; what has no evidence is refused."""
    if not case.answerable:
        return Answer(case.question, case.question, (), (), 0.1, Refusal.NOT_FOUND, "The sources don't say.")
    document = documents["kim2026"]
    at = document.text.index(WRONG_PLACE)
    span = locate(case, documents)[0].span if well else Span(at, at + len(WRONG_PLACE))
    title, section = document.source.title, document.section_at(span.start).title
    citation = Citation(1, document.id, title, section, span, document.text[span.start : span.end])
    said = Sentence(document.plain(span), (1,))
    return Answer(case.question, case.question, (said,), (citation,), 0.9 if well else 0.3)


def write_run(file: Path, day: int, documents: Documents, well: Sequence[bool], held_out: bool = False) -> None:
    """A record of a run of the tutor: whether each of the cases is answered well."""
    rows = tuple(
        score(case, locate(case, documents), answer(case, documents, good))
        for case, good in zip(cases(), well, strict=True)
    )
    heading = Heading(
        made=datetime(2026, 11, day, tzinfo=UTC),
        command="python -m evals",
        dataset="test.jsonl" if held_out else "dev.jsonl",
        held_out=held_out,
        about={"koryo-tutor": "0.1.0", "embedder": "all-MiniLM-L6-v2", "commit": "abc1234"},
        seed=1,
    )
    write(file, heading, [scored(Record("tutor", rows), 1)], cases(), documents)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, indexed: Settings, documents: dict[str, Document]) -> Path:
    """The folder of the records, in a home whose sources are indexed."""
    home = tmp_path_factory.mktemp("evaluation") / "home"
    shutil.copytree(indexed.home, home)
    folder = home / "runs"
    n = len(cases())
    write_run(folder / FILES["half"], 3, documents, [i % 2 == 0 for i in range(n)])
    write_run(folder / FILES["all"], 2, documents, [True] * n)
    write_run(folder / FILES["test"], 1, documents, [True] * n, held_out=True)
    (folder / "broken.json").write_text('{"format": 1', encoding="utf-8")
    lines = (DATASETS / "dev.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (home / "few.jsonl").write_text("".join(lines[:FEW]), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def server(runs: Path) -> Iterator[str]:
    """A server that shows these records, and whose own runs ask few questions."""
    home = runs.parent
    with serve(home, TUTOR_EVALS=f"--no-baseline --cases {home / 'few.jsonl'} --index {home / 'index'}") as address:
        yield address


def rows(runs: Path, file: str = "half.json") -> list[dict[str, Any]]:
    """The rows of a record."""
    return json.loads((runs / file).read_text(encoding="utf-8"))["systems"][0]["rows"]  # type: ignore[no-any-return]


def lists(page: Page, rows: Sequence[Mapping[str, Any]]) -> None:
    """The list has these rows' questions."""
    expect(page.locator(".questions .text")).to_have_text([row["question"] for row in rows])


def show(page: Page, which: str, count: int, of: int) -> None:
    """Filter the list, and wait until it is."""
    page.get_by_role("radio", name=which).click(force=True)
    expect(page.get_by_role("status").filter(has_text="questions")).to_have_text(f"{count} of {of} questions")


def choose(page: Page, box: str, option: str) -> None:
    """Choose in a box."""
    combobox = page.get_by_role("combobox", name=box)
    combobox.scroll_into_view_if_needed()
    page.wait_for_timeout(300)  # a list that opens while the page scrolls closes again
    combobox.click()
    page.get_by_role("option", name=option).click()


def test_a_wrong_answer_is_opened_and_its_evidence_is_marked_beside_the_citation(
    open_page: Opener, runs: Path, documents: dict[str, Document]
) -> None:
    page = open_page("/evaluation")
    all_rows = rows(runs)
    wrong = [row for row in all_rows if not row["right"]]
    assert len(wrong) >= 3
    lists(page, all_rows)
    show(page, "Wrong only", len(wrong), len(all_rows))
    lists(page, wrong)
    page.get_by_role("button", name=wrong[1]["question"]).click()

    article = page.get_by_role("article")
    expect(article).to_contain_text(wrong[1]["question"])
    expect(article.locator(".sentence")).to_have_text(wrong[1]["sentences"][0]["text"])
    found = [("✓Found" if fact["found"] else "✗Missing", fact["wordings"][0]) for fact in wrong[1]["facts"]]
    shown = article.locator(".facts li").all_text_contents()
    assert [text.startswith("".join(fact)) for text, fact in zip(shown, found, strict=True)] == [True] * len(found)
    assert any(not fact["found"] for fact in wrong[1]["facts"])

    (evidence,) = wrong[1]["evidence"]
    document = documents[evidence["source"]]
    words = document.plain(Span(evidence["start"], evidence["end"]))
    assert marked(page, "evidence") == words
    expect(article.locator("blockquote")).to_have_text(words)
    expect(page.locator("mark.evidence").first).to_have_attribute("data-label", "evidence")
    assert folded("".join(page.locator("mark.cited").all_text_contents())) == WRONG_PLACE
    article.get_by_role("button", name="Open citation 1").click()
    expect(article.get_by_role("button", name="Open citation 1")).to_have_attribute("aria-pressed", "true")
    assert marked(page, "cited") == WRONG_PLACE

    page.get_by_role("button", name="Next").click()
    expect(article).to_contain_text(wrong[2]["question"])
    page.get_by_role("button", name="All questions").click()
    lists(page, wrong)  # the filter is kept


def test_two_runs_stand_side_by_side(open_page: Opener, runs: Path) -> None:
    page = open_page("/evaluation")
    was = {row["id"]: row["right"] for row in rows(runs, "all.json")}
    lost = [row for row in rows(runs) if was[row["id"]] and not row["right"]]
    assert lost
    choose(page, "Compared with", "02 Nov 2026")
    expect(page.get_by_text("questions in both runs")).to_have_text(
        f"Of the {len(was)} questions in both runs, 0 became right and {len(lost)} became wrong."
    )
    table = page.get_by_role("region", name="Figures, with 95 % intervals").first
    assert table.get_by_role("columnheader").all_inner_texts() == ["", "This run", "Compared with", "change"]
    show(page, "Changed only", len(lost), len(was))
    lists(page, lost)
    expect(page.locator("canvas, .stVegaLiteChart svg")).to_have_count(2)
    choose(page, "Compared with", "01 Nov 2026")
    expect(page.get_by_test_id("stAlert").filter(has_text="different questions")).to_be_visible()


def test_the_held_out_half_is_shown_in_totals_only(open_page: Opener, runs: Path) -> None:
    page = open_page("/evaluation")
    choose(page, "This run", "01 Nov 2026")
    expect(page.get_by_text("They are shown in totals only")).to_be_visible()
    expect(page.get_by_role("region", name="By kind of question")).to_be_visible()
    expect(page.locator(".questions li")).to_have_count(0)
    link = {"run": "test.json", "system": "tutor", "question": rows(runs)[0]["id"]}
    page.goto(f"{open_page.server}/evaluation?{urlencode(link)}")
    expect(page.get_by_test_id("stAlert").filter(has_text="cannot be opened")).to_be_visible()
    expect(page.get_by_role("article")).to_have_count(0)


def test_a_damaged_record_is_one_line_and_the_others_are_there(open_page: Opener) -> None:
    page = open_page("/evaluation")
    expect(page.get_by_test_id("stAlert")).to_have_text(
        "broken.json is left out, for it is no record of an evaluation (it is not JSON)."
    )
    expect(page.get_by_role("region", name="Refusals")).to_be_visible()
    expect(page.get_by_text("Traceback")).to_have_count(0)


def test_the_keyboard_is_enough_also_on_a_phone(open_page: Opener, runs: Path, documents: dict[str, Document]) -> None:
    page = open_page("/evaluation", PHONE)
    first = rows(runs)[0]
    page.locator(".questions li").first.wait_for()
    fits(page)
    page.get_by_role("searchbox", name="Search").focus()
    tab_to(page, "element.matches('.questions button')")
    page.keyboard.press("Enter")
    page.wait_for_url("**question=*")
    assert parse_qs(urlsplit(page.url).query)["question"] == [first["id"]]
    (evidence,) = first["evidence"]
    assert marked(page, "evidence") == documents["kim2026"].plain(Span(evidence["start"], evidence["end"]))
    fits(page)
    tab_to(page, "element.matches('[data-open=c0]')")
    page.keyboard.press("Enter")
    expect(page.locator("[data-open=c0]").first).to_have_attribute("aria-pressed", "true")
    page.get_by_role("region", name="Text of").press("Escape")
    expect(page.locator(".reading")).to_have_count(0)
    fits(page)


def test_the_button_runs_the_evaluation_and_its_record_appears(open_page: Opener, runs: Path) -> None:
    page = open_page("/evaluation")
    before = set(runs.iterdir())
    page.get_by_text("Run the evaluation").click()
    page.get_by_role("button", name="Run the development questions").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_test_id("stAlert").filter(has_text="was stopped. It left no record.")).to_be_visible()
    assert set(runs.iterdir()) == before
    page.get_by_role("button", name="Run the development questions").click()
    progress = page.locator(".stProgress")
    expect(progress).to_contain_text("Running the development questions")
    expect(page.get_by_role("button", name="Run the test questions")).to_be_disabled()
    show(page, "Wrong only", *_counts(runs))  # the page is not held up
    expect(progress).to_have_count(0, timeout=60_000)
    expect(page.get_by_role("combobox", name="This run")).to_have_value(_made(runs, before))
    expect(page.get_by_text(f"{FEW} questions, {FEW} of them answerable")).to_be_visible()


def _counts(runs: Path) -> tuple[int, int]:
    return sum(not row["right"] for row in rows(runs)), len(rows(runs))


def _made(runs: Path, before: set[Path]) -> str:
    """What the page calls the one run that is new."""
    (file,) = set(runs.iterdir()) - before
    made = datetime.fromisoformat(json.loads(file.read_text(encoding="utf-8"))["made"])
    return f"{made.astimezone():%d %b %Y, %H:%M} · few.jsonl"


@pictures
def test_picture(open_page: Opener, runs: Path) -> None:
    for path in runs.iterdir():  # the last test of the file
        path.unlink()
    environ = {**os.environ, "TUTOR_HOME": str(runs.parent)}
    subprocess.run([sys.executable, "-m", "evals", "--split", "dev"], cwd=ROOT, env=environ, check=True, timeout=600)
    page = open_page("/evaluation", (WIDE[0], 1560))
    page.get_by_text("Details and questions of").wait_for()
    page.locator(".stVegaLiteChart").last.wait_for()  # the first is in a closed tab
    page.mouse.move(0, 0)
    page.wait_for_timeout(1500)
    page.screenshot(path=ROOT / "docs" / "evaluation.png")
