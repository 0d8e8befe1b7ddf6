"""A PDF in a browser: its citation opens the page as it is printed, with the words marked on it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import PHONE, WIDE, Opener, fits, folded, marked, needs_chromium, serve
from conftest import ROOT
from playwright.sync_api import Page, expect

from app.settings import Settings
from vectorstore.embedding import Embedder

pytestmark = needs_chromium
QUESTION = "Who did the Normans swear fealty to under their leader Rollo?"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    """A home whose one source is a PDF that lies in it."""
    from app.build import update_index

    home = tmp_path_factory.mktemp("pdf")
    path = home / "normans.pdf"
    shutil.copy(ROOT / "tests" / "files" / "normans-libreoffice.pdf", path)
    assert update_index(Settings.read({"TUTOR_HOME": str(home)}), embedder, [path]).added == ("normans",)
    return home


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[str]:
    """A server over that home."""
    with serve(home) as address:
        yield address


def boxes_shown(page: Page) -> int:
    """How many boxes lie over the picture of the page and are seen."""
    page.locator(".sheet .box").first.wait_for()
    page.wait_for_function(
        """(scroll) => {
            const image = scroll.querySelector('img'), box = scroll.querySelector('.box').getBoundingClientRect();
            const frame = scroll.getBoundingClientRect();
            const lefts = [...scroll.querySelectorAll('.box')].map((one) => one.getBoundingClientRect().left);
            return image.naturalWidth > 800 && box.height > 5 && box.top >= frame.top && box.bottom <= frame.bottom
                && Math.min(...lefts) >= frame.left;
        }""",
        arg=page.locator(".pages").element_handle(),
    )
    return page.locator(".sheet .box").count()


@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_a_citation_opens_the_page_with_its_words_marked(open_page: Opener, home: Path, size: tuple[int, int]) -> None:
    page = open_page("/", size)
    page.set_default_timeout(60_000)
    page.get_by_role("textbox", name="Ask the sources").fill(QUESTION)
    page.keyboard.press("Enter")
    answer = page.get_by_role("article").first
    answer.wait_for()
    expect(answer).to_contain_text("King Charles III of West Francia")
    button = answer.get_by_role("group", name="Citations").get_by_role("button").last
    expect(button).to_contain_text("p. 1")
    button.click()
    page.locator("mark.cited").first.wait_for()
    assert "King Charles III of West Francia" in folded("".join(page.locator("mark.cited").all_text_contents()))
    assert boxes_shown(page) >= 3
    expect(page.locator("figcaption")).to_have_text("Page 1")
    expect(page.get_by_text("Drawing the page")).to_have_count(0)
    alt = page.locator(".sheet img").get_attribute("alt")
    assert alt is not None and alt.startswith("Page 1 of Normans, as it is printed. Marked: They were descended from")
    fits(page)
    if folder := os.environ.get("TUTOR_PICTURES"):
        page.screenshot(path=Path(folder) / f"pdf-{size[0]}.png")
    page.locator(".pages").press("Escape")
    expect(page.locator(".pages")).to_have_count(0)


def test_words_over_a_page_break_and_a_file_that_has_changed(open_page: Opener, home: Path) -> None:
    page = open_page("/sources?source=normans&start=3200&end=3700")
    assert folded(marked(page))
    page.get_by_text("Show the page as it is printed").click()
    assert boxes_shown(page) >= 2
    expect(page.locator("figcaption")).to_have_count(2)
    page.get_by_role("link", name="Page 2").click()
    with (home / "normans.pdf").open("ab") as file:
        file.write(b"\n")
    page.reload()
    marked(page)
    expect(page.get_by_text("Show the page as it is printed")).to_have_count(0)
    expect(page.get_by_text("The original file has changed since it was indexed.")).to_be_visible()
