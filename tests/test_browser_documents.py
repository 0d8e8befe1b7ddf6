"""Documents in a browser: added, asked about, opened at the cited row, renamed, removed, and gone from answers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import PHONE, Opener, fits, marked, needs_chromium, serve, tab_to
from playwright.sync_api import Locator, Page, expect

from app.settings import Settings

pytestmark = needs_chromium

TABLE = b"Region,Beehives,Keeper\nTashkent,28,Ann <b>Pak</b>\nKhorezm,17,Bob Li\n"
ASKED = "Who is the keeper of the beehives in Khorezm?"
ROW = "Region: Khorezm; Beehives: 17; Keeper: Bob Li"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, indexed: Settings) -> Iterator[str]:
    """The address of a server of its own, whose home has the sources indexed."""
    home = tmp_path_factory.mktemp("home") / "home"
    shutil.copytree(indexed.home, home)
    with serve(home) as address:
        yield address


def sources(open_page: Opener, size: tuple[int, int] | None = None) -> Page:
    """The Sources page, with the tutor there."""
    page = open_page("/sources", size) if size else open_page("/sources")
    page.get_by_role("button", name="More").nth(1).wait_for(timeout=120_000)
    page.locator("[data-test-script-state=notRunning]").wait_for()
    return page


def add(page: Page, *files: tuple[str, bytes]) -> list[str]:
    """Choose files, and what is told of them."""
    sent = [{"name": name, "mimeType": "text/plain", "buffer": data} for name, data in files]
    page.locator("input[type=file]").set_input_files(sent)  # type: ignore[arg-type]
    results = page.locator("ul.results li")
    expect(results).to_have_count(len(files), timeout=60_000)
    return [" ".join(one.inner_text().split()) for one in results.all()]


def entry(page: Page, title: str) -> Locator:
    """A source in the list, by its title."""
    return page.locator("[class*=st-key-source-]").filter(has=page.get_by_role("heading", name=title, exact=True))


def ask(page: Page, n: int) -> Locator:
    """Ask the question, and the answer to it."""
    page.get_by_role("textbox", name="Ask the sources").fill(ASKED)
    page.keyboard.press("Enter")
    answers = page.get_by_role("article")
    expect(answers).to_have_count(n + 1, timeout=30_000)
    return answers.nth(n)


def test_a_table_is_added_asked_about_and_removed(open_page: Opener) -> None:
    other = open_page("/")  # a session that is open all the while
    other.get_by_role("textbox", name="Ask the sources").wait_for(timeout=120_000)
    expect(ask(other, 0)).not_to_contain_text("Bob Li")

    page = sources(open_page)
    assert add(page, ("../hives.csv", TABLE), ("run.jsonl", b"[]"), ("again.tsv", TABLE)) == [
        "Added hives.csv",
        "Refused run.jsonl run.jsonl, line 1 is not a JSON object (it is not in braces); correct or delete that line",
        "Unchanged again.tsv Its content is there already: hives.csv",
    ]
    fits(page)

    answer = ask(other, 1)
    expect(answer).to_contain_text(ROW)
    button = answer.get_by_role("group", name="Citations").get_by_role("button").first
    expect(button).to_contain_text("row 3")
    button.click()
    assert marked(other) == ROW
    expect(other.locator(".reading")).to_contain_text("Ann <b>Pak</b>")
    expect(other.locator(".reading b")).to_have_count(0)

    entry(page, "hives").get_by_role("button", name="More").click()
    dialog = page.get_by_role("dialog")
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Download the original").click()
    assert (download.value.suggested_filename, Path(download.value.path()).read_bytes()) == ("hives.csv", TABLE)
    dialog.get_by_label("Title").fill("Hives of <i>the</i> regions")
    dialog.get_by_role("button", name="Rename").click()
    expect(entry(page, "Hives of <i>the</i> regions")).to_be_visible(timeout=30_000)

    entry(page, "Hives of <i>the</i> regions").get_by_role("button", name="More").click()
    dialog.get_by_role("button", name="Remove…").click()
    dialog.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("It is gone from answers.")).to_be_visible(timeout=30_000)
    expect(entry(page, "Hives of <i>the</i> regions")).to_have_count(0)
    expect(ask(other, 2)).not_to_contain_text("Bob Li")

    page.get_by_role("button", name="Undo").click()
    expect(entry(page, "Hives of <i>the</i> regions")).to_be_visible(timeout=30_000)
    expect(ask(other, 3)).to_contain_text(ROW)


def test_by_keyboard_on_a_phone(open_page: Opener) -> None:
    page = sources(open_page, PHONE)
    fits(page)
    tab_to(page, "element.tagName === 'BUTTON' && element.innerText.trim().endsWith('Upload')")
    assert add(page, ("phone.md", b"# Phone\n\nIt rang twice.\n")) == ["Added phone.md"]
    fits(page)
    tab_to(page, "element.innerText.trim() === 'Close'")
    page.keyboard.press("Enter")
    expect(page.locator("ul.results")).to_have_count(0)
    more = entry(page, "Phone").get_by_role("button", name="More")
    more.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").wait_for()
    tab_to(page, "element.innerText.trim() === 'Remove…'")
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Remove it").wait_for()
    tab_to(page, "element.innerText.trim() === 'Remove it'")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Removed: Phone.")).to_be_visible(timeout=30_000)
    fits(page)
