"""The guide and the timeline in a browser: by keyboard, on a phone, and a mark of the drawing that is clicked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import PHONE, WIDE, Opener, fits, folded, marked, needs_chromium, pictures, serve, tab_to
from conftest import ROOT
from playwright.sync_api import expect

from app.settings import Settings

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, indexed: Settings) -> Iterator[str]:
    """A server over a copy of the index."""
    home = tmp_path_factory.mktemp("guide") / "home"
    shutil.copytree(indexed.home, home)
    with serve(home) as address:
        yield address


@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_an_event_opens_its_sentence_by_keyboard(open_page: Opener, size: tuple[int, int]) -> None:
    page = open_page("/study?part=timeline", size)
    page.get_by_text("Only 1937–1938").click()
    page.get_by_text("45 events").wait_for()
    row = page.locator("button.row", has_text="Verino station")
    row.wait_for()
    row.focus()
    page.keyboard.press("Shift+Tab")
    tab_to(page, "element.textContent.includes('Verino station')")
    page.keyboard.press("Enter")
    assert marked(page).startswith("¹ On September 13, 1937, train No. 505")
    expect(row).to_have_attribute("aria-pressed", "true")
    fits(page)
    page.keyboard.press("Escape")
    page.locator(".reading").wait_for(state="detached")
    page.wait_for_function("document.activeElement !== document.body")


def test_the_filters_say_how_many_events_are_left(open_page: Opener) -> None:
    page = open_page("/study?part=timeline")
    page.get_by_text("87 events").wait_for()
    page.get_by_role("combobox", name="Source").click()
    page.get_by_role("option", name="Soviet Korean Biographies").click()
    page.get_by_text("3 events").wait_for()
    expect(page.locator("button.row")).to_have_count(3)


def test_a_mark_of_the_drawing_opens_its_sentence(open_page: Opener) -> None:
    page = open_page("/study?part=timeline")
    page.get_by_text("Only 1937–1938").click()
    page.get_by_text("45 events").wait_for()
    points = page.locator("[data-testid=stVegaLiteChart] svg .mark-symbol.role-mark path")
    expect(points).to_have_count(31)
    points.nth(4).click()
    assert marked(page)
    expect(page.locator("button.row[aria-pressed=true]")).to_have_count(1)


@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_a_name_shows_its_mentions_and_each_opens(open_page: Opener, size: tuple[int, int]) -> None:
    page = open_page("/study?part=guide", size)
    page.locator("summary", has_text="Genrikh Lyushkov").press("Enter")
    rows = page.locator("details", has_text="Genrikh Lyushkov").locator("button.row")
    expect(rows).to_have_count(4)
    rows.nth(1).click()
    assert marked(page) == "Lyushkov"
    expect(rows).to_have_count(4)  # what was unfolded stays so
    fits(page)


def test_a_key_sentence_opens_and_the_guide_is_saved(open_page: Opener, tmp_path: Path) -> None:
    page = open_page("/study?part=guide")
    first = page.locator("p.key").first
    first.wait_for()
    first.get_by_role("button").click()
    assert marked(page).startswith("The paper highlights")
    with page.expect_download() as saved:
        page.get_by_text("Save as a page to print").click()
    saved.value.save_as(tmp_path / "guide.html")
    assert "<h2>Timeline</h2>" in (tmp_path / "guide.html").read_text(encoding="utf-8")
    assert folded(saved.value.suggested_filename).startswith("study-guide")


@pictures
def test_picture(open_page: Opener) -> None:
    page = open_page("/study?part=timeline")
    page.get_by_text("Only 1937–1938").click()
    page.get_by_text("45 events").wait_for()
    page.locator("button.row", has_text="Verino station").click()
    marked(page)
    page.wait_for_timeout(1000)
    page.screenshot(path=ROOT / "docs" / "timeline.png")
