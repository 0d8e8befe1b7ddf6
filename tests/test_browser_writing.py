"""Written answers and kept conversations in a real browser: a server process, a chat model's server on loopback.

The model's server says what a test gives it, as slowly as it is told; the tutor, its index and its file of
conversations are real. What is shown of a reply is read from the page again and again while it grows. With
TUTOR_SCREENSHOTS=1 the pictures of writing in docs/ are made anew.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import PHONE, WIDE, Opener, fits, folded, marked, needs_chromium, pictures, serve
from chat_server import ChatServer, Script, Trouble, serving
from conftest import ROOT
from playwright.sync_api import Browser, Locator, Page, expect

if TYPE_CHECKING:
    from app.settings import Settings

TOTALS = "How many Koreans were deported in 1937, and in how many echelons?"
UZBEKISTAN = "How many Koreans were settled in Uzbekistan as of November 15, 1938?"
TRUE = "In all, 36,442 families and 171,781 people were deported in 124 echelons"
FALSE = "In all, 36,442 families and 191,781 people were deported in 124 echelons"
HOSTILE = "Their cattle sang <img src=x onerror=alert(document)> ![songs](http://example.com/x.png) at night"
REPLY = f"{TRUE} [1, 2]. {FALSE} 【1】. {HOSTILE} [99]."
LONG = "".join(f"And so it went on, day after day, through week {n}. " for n in range(2, 60))
SHOWN = "Their cattle sang <img src=x onerror=alert(document)> at night."

pytestmark = [needs_chromium, pytest.mark.usefixtures("ready")]


@pytest.fixture(scope="module")
def model() -> Iterator[ChatServer]:
    """The chat model's server; each test gives it a script."""
    with serving() as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, indexed: Settings) -> Path:
    """The home of the server, with the bundled sources indexed."""
    folder = tmp_path_factory.mktemp("writing") / "home"
    shutil.copytree(indexed.home, folder)
    return folder


@pytest.fixture(scope="module")
def server(model: ChatServer, folder: Path) -> Iterator[str]:
    """The address of a server of its own, that writes with that model."""
    with serve(folder, TUTOR_LLM=model.base_url) as address:
        yield address


@pytest.fixture(scope="module")
def ready(browser: Browser, server: str) -> None:
    """The server, once its sources are indexed."""
    page = Opener(browser, server)("/")
    page.get_by_role("button", name=TOTALS).wait_for()
    page.get_by_text("Getting ready").wait_for(state="detached", timeout=120_000)
    page.close()


def ask(page: Page, question: str = TOTALS, how: str = "Explained simply") -> Locator:
    """Ask for an answer of a kind, and give back where it is written."""
    page.get_by_role("radio", name=how).click()
    page.get_by_role("textbox", name="Ask the sources").fill(question)
    page.keyboard.press("Enter")
    return written(page)


def written(page: Page) -> Locator:
    """The last written answer."""
    return page.get_by_role("article", name="Written answer").last


def grown(answer: Locator, page: Page) -> list[str]:
    """The texts that the answer showed, one after another, until it was whole."""
    seen = [""]
    stop = page.get_by_role("button", name="Stop", exact=True)
    deadline = time.monotonic() + 60
    while not (seen[-1] and stop.count() == 0 and answer.locator(".checked").count()):
        assert time.monotonic() < deadline, f"it does not end: {seen[-1]}"
        text = answer.inner_text() if answer.count() else ""
        if text != seen[-1]:
            seen.append(text)
        page.wait_for_timeout(40)
    return [*seen[1:], answer.inner_text()]


def test_an_answer_streams_in_and_each_sentence_has_its_outcome(open_page: Opener, model: ChatServer) -> None:
    model.script = Script(REPLY, piece=5, delay=0.04)
    page = open_page()
    answer = ask(page)
    expect(page.get_by_role("article", name="Answer", exact=True)).to_contain_text("171,781")  # it stands at once
    seen = grown(answer, page)
    assert len(seen) > 5
    halves = [text for text in seen if re.search(r"\[\^?\d*(?![\d\]])|【|\[99|!\[|http://e", text)]
    assert halves == []
    assert model.base_url in answer.locator(".byline").inner_text()
    assert answer.locator(".sentence").all_text_contents() == [f"{TRUE}.", f"{FALSE}.", SHOWN]
    outcomes = [folded(text) for text in answer.locator(".outcome").all_inner_texts()]
    assert [outcomes[0], outcomes[2]] == ["✓ supported", "✕ not found"]
    assert re.fullmatch("◐ partly: .*“191,781”.*", outcomes[1])
    expect(answer.locator(".checked")).to_contain_text("1 of 3 sentences borne out by the sources")
    assert answer.locator("img, a, script").count() == 0
    answer.get_by_role("button", name="Open citation 1").first.click()
    assert "171,781" in marked(page)
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_text("Ask next")).to_be_visible()
    page.get_by_role("link", name="How sentences are checked").click()
    page.wait_for_url("**/checking")


def test_what_is_read_meanwhile_does_not_lose_an_answer(open_page: Opener, model: ChatServer) -> None:
    model.script = Script(REPLY, piece=5, delay=0.05)
    page = open_page()
    answer = ask(page)
    answer.get_by_role("button", name="Open citation 1").first.click()
    assert "171,781" in marked(page)
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    page.get_by_role("link", name="Sources").click()
    page.get_by_role("button", name="Read").first.wait_for()
    page.get_by_role("link", name="Chat").click()
    expect(answer.locator(".sentence")).to_have_count(3)
    expect(answer.locator(".checked")).to_be_visible()


def test_an_answer_that_is_stopped_keeps_its_sentences_though_the_page_was_loaded_anew(
    open_page: Opener, model: ChatServer
) -> None:
    model.script = Script(f"{TRUE} [1]. " + LONG, piece=8, delay=0.05)
    page = open_page()
    answer = ask(page)
    answer.locator(".outcome").first.wait_for()
    page.reload()
    answer.locator(".outcome").first.wait_for()
    page.get_by_role("button", name="Stop", exact=True).focus()
    page.keyboard.press("Enter")
    expect(answer.locator(".stopped")).to_have_text("■Stopped before its end.")
    expect(answer.locator(".sentence").first).to_have_text(f"{TRUE}.")
    expect(page.get_by_role("button", name="Stop", exact=True)).to_have_count(0)
    assert model.hung_up.wait(10)


@pytest.mark.parametrize(
    ("script", "line"),
    [
        (Script(REPLY, piece=30, trouble=Trouble.DIES, after=1), "broke off before the end"),
        (Script("Cows are purple [1]. Pigs fly south in the winter of 1620 [2]."), "No passage bears out"),
        (Script(status=401), "401"),
    ],
    ids=["dies", "bears out nothing", "wrong key"],
)
def test_a_model_that_fails_leaves_the_quoted_answer_and_one_line(
    open_page: Opener, model: ChatServer, script: Script, line: str
) -> None:
    model.script = script
    page = open_page()
    ask(page)
    alert = page.get_by_role("alert")
    expect(alert).to_have_count(1)
    said = alert.inner_text()
    assert "\n" not in said
    expect(page.get_by_role("article")).to_have_count(1)
    expect(page.get_by_role("article")).to_contain_text("171,781")
    model.script = Script(f"{TRUE} [1].")
    page.get_by_role("button", name="Try again").click()
    expect(written(page).locator(".outcome")).to_have_text("✓ supported")
    expect(alert).to_have_count(0)
    assert line in said


def test_a_conversation_is_reopened_continued_renamed_exported_and_deleted(
    open_page: Opener, model: ChatServer, tmp_path: Path
) -> None:
    model.script = Script(REPLY)
    page = open_page()
    answer = ask(page)
    expect(answer.locator(".checked")).to_be_visible()
    page.get_by_role("radio", name="Not good").click()
    page.get_by_role("textbox", name="Why?").fill("The cattle.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("article")).to_have_count(2)
    before = page.get_by_role("article").all_inner_texts()
    asked = len(model.chats)
    page.reload()
    expect(answer.locator(".checked")).to_be_visible()
    expect(page.get_by_role("article")).to_have_count(2)
    assert page.get_by_role("article").all_inner_texts() == before
    assert len(model.chats) == asked
    expect(page.get_by_role("radio", name="Not good")).to_be_checked()
    expect(page.get_by_role("textbox", name="Why?")).to_have_value("The cattle.")
    answer.get_by_role("button", name="Open citation 1").first.click()
    assert "171,781" in marked(page)
    page.get_by_role("button", name="Close").click()
    ask(page, "Who signed the resolution on the deportation?", "In the sources’ words")
    expect(page.get_by_role("article", name="Answer", exact=True)).to_have_count(2)

    listed = page.get_by_role("navigation", name="Conversations").get_by_role("listitem")
    current = listed.filter(has=page.locator("[aria-current=page]"))
    current.get_by_role("button", name="Rename, export or delete").click()
    page.get_by_role("textbox", name="Title").fill("Trains & cattle")
    page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    expect(current.locator(".title")).to_have_text("Trains & cattle")
    current.get_by_role("button", name="Rename, export or delete").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as Markdown").click()
    assert download.value.suggested_filename == "trains-cattle.md"
    download.value.save_as(tmp_path / "saved.md")
    saved = (tmp_path / "saved.md").read_text(encoding="utf-8")
    assert saved.startswith("# Trains &")
    assert all(words in saved for words in ("171,781 people", "not found in the sources", "Molotov", "[^1]: "))
    assert "<img" not in saved.replace("\\<", "&lt;")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a page to print").click()
    download.value.save_as(tmp_path / "saved.html")
    assert "<q>" in (tmp_path / "saved.html").read_text(encoding="utf-8")

    number = current.locator("a").get_attribute("data-open")
    page.get_by_role("button", name="Delete…").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_role("article")).to_have_count(0)
    expect(listed.filter(has_text="Trains & cattle")).to_have_count(0)
    page.goto(f"{open_page.server}/?conversation={number}")
    expect(page.get_by_text(f"There is no conversation {number}")).to_be_visible()


def test_conversations_are_found_by_their_words_and_opened(open_page: Opener, model: ChatServer) -> None:
    model.script = Script(f"{TRUE} [1].")
    page = open_page()
    ask(page, "Who was the first Soviet Korean in North Korea?")
    expect(page.get_by_role("article").first).to_be_visible()
    page.get_by_role("button", name="New chat").click()
    expect(page.get_by_role("button", name=TOTALS)).to_be_visible()
    page.get_by_role("textbox", name="Search conversations").fill("first soviet")
    page.keyboard.press("Enter")
    listed = page.get_by_role("navigation", name="Conversations").get_by_role("link")
    expect(listed).to_have_count(1)
    listed.click()
    expect(page.locator("h2.question")).to_have_text("Who was the first Soviet Korean in North Korea?")
    expect(listed).to_have_attribute("aria-current", "page")


def test_a_changed_source_is_marked_and_its_old_words_are_shown(open_page: Opener, folder: Path) -> None:
    page = open_page()
    ask(page, TOTALS, "In the sources’ words")
    current = page.get_by_role("navigation", name="Conversations").locator("[aria-current=page]")
    kept = current.get_attribute("data-open")
    with sqlite3.connect(folder / "tutor.sqlite3", timeout=10) as database:
        (saved,) = database.execute("SELECT quoted FROM turns WHERE conversation = ?", [kept]).fetchone()
        moved = json.loads(saved)  # as if there had been less before the words, and one other citation
        first = moved["citations"][0]
        moved["citations"] = [{**first, "start": 5, "end": 9}, {**first, "n": 2, "quote": "171,782 people"}]
        moved["sentences"][0]["citations"] = [1, 2]
        database.execute("UPDATE turns SET quoted = ? WHERE conversation = ?", [json.dumps(moved), kept])
    page.reload()
    answer = page.get_by_role("article").first
    expect(answer.locator(".citations .stale")).to_have_text(["△ source changed"] * 2)
    answer.get_by_role("button", name="Open citation 1").click()
    assert "171,781" in marked(page)
    expect(page.locator(".opened .stale")).to_contain_text("The words stand here now")
    answer.get_by_role("button", name="Open citation 2").click()
    expect(page.locator("blockquote.was")).to_have_text("171,782 people")
    expect(page.locator(".opened .stale")).to_contain_text("no longer has these words")


def test_two_pages_go_on_with_one_conversation(open_page: Opener, model: ChatServer) -> None:
    model.script = Script(f"{TRUE} [1].")
    first = open_page()
    ask(first).locator(".checked").wait_for()
    second = open_page(f"/?{first.url.partition('?')[2]}")
    expect(written(second).locator(".checked")).to_be_visible()
    ask(second, "Who signed the resolution on the deportation?")
    expect(second.locator("h2.question")).to_have_count(2)
    second.get_by_role("article", name="Answer", exact=True).nth(1).wait_for()
    ask(first, UZBEKISTAN)
    expect(first.locator("h2.question")).to_have_count(3)
    first.get_by_role("article", name="Answer", exact=True).nth(2).wait_for()
    questions = first.locator("h2.question").all_inner_texts()
    assert questions == [TOTALS, "Who signed the resolution on the deportation?", UZBEKISTAN]
    second.reload()
    expect(second.locator("h2.question")).to_have_text(questions)


def test_a_chat_that_cannot_be_kept_goes_on_and_says_so(open_page: Opener, model: ChatServer, folder: Path) -> None:
    model.script = Script(f"{TRUE} [1].")
    kept, aside = folder / "tutor.sqlite3", folder / "aside"
    kept.rename(aside)
    kept.mkdir()
    try:
        page = open_page()
        ask(page)
        expect(written(page).locator(".outcome")).to_have_text("✓ supported")
        expect(page.get_by_text("This conversation is not kept.")).to_be_visible()
        assert "conversation=" not in page.url
    finally:
        kept.rmdir()
        aside.rename(kept)


def test_the_settings_choose_a_model_and_test_it_and_hold_no_key(open_page: Opener, model: ChatServer) -> None:
    model.script = Script("yes")
    page = open_page("/", PHONE)
    page.get_by_role("button", name="Settings").click()
    panel = page.get_by_role("dialog")
    expect(panel).to_contain_text("TUTOR_LLM_KEY is not set")
    asked = len(model.chats)
    panel.get_by_role("button", name="Test connection").click()
    expect(panel).to_contain_text(f"{model.base_url} answers")
    assert len(model.chats) == asked + 1
    model.script = Script(status=500)
    panel.get_by_role("button", name="Test connection").click()
    expect(panel.get_by_role("alert")).to_contain_text("500", timeout=20_000)  # it is asked three times
    assert panel.locator("input[type=password]").count() == 0
    panel.get_by_text("None", exact=True).click()
    panel.get_by_role("button", name="Use it").click()
    expect(panel).to_have_count(0)
    page.get_by_role("radio", name="Questions back").click()
    expect(page.get_by_text("This needs a chat model.")).to_be_visible()
    fits(page)
    page.get_by_role("button", name="Settings").click()
    panel.get_by_text("Another", exact=True).click()
    panel.get_by_role("textbox", name="Which one").fill(model.base_url)
    panel.get_by_role("button", name="Use it").click()
    expect(page.get_by_text("This needs a chat model.")).to_have_count(0)


@pictures
@pytest.mark.parametrize(("name", "size"), [("writing", WIDE), ("writing-phone", PHONE)])
def test_screenshots(open_page: Opener, model: ChatServer, name: str, size: tuple[int, int]) -> None:
    model.script = Script(f"{TRUE} [1]. Of them {FALSE[8:]} again [1]. Their cattle sang at night [2].")
    page = open_page("/", size)
    answer = ask(page)
    answer.locator(".checked").wait_for()
    page.get_by_text("Ask next").wait_for()
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)
    page.screenshot(path=ROOT / "docs" / f"{name}.png")
