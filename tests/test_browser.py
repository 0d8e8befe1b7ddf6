"""The pages in a real browser: a real server on loopback, the real tutor, Debian's chromium.

With TUTOR_SCREENSHOTS=1 the pictures in docs/ are made anew. The server, the browser and what is common to its
tests are in browsing.py; the Evaluation page has a file of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from browsing import DEEPEST, PHONE, WIDE, Opener, fits, folded, marked, needs_chromium, pictures, serve, tab_to
from conftest import ROOT, SOURCES
from playwright.sync_api import Browser, Locator, Page, expect

from ingest.catalog import read_catalog
from ingest.documents import Document, Span
from ingest.loaders import load

DEPORTED = "How many Koreans were deported in 1937"
UZBEKISTAN = "How many Koreans were settled in Uzbekistan as of November 15, 1938?"

pytestmark = needs_chromium


def documents() -> dict[str, Document]:
    """The bundled documents, loaded here and not by the server."""
    return {source.id: load(source.path, source) for source in read_catalog(SOURCES)}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of its own, with an empty home."""
    with serve(tmp_path_factory.mktemp("home")) as address:
        yield address


@pytest.fixture(scope="module")
def first_visit(browser: Browser, server: str) -> str:
    """What the page said to the first visitor, who asked before the models were loaded, and then answered."""
    opener = Opener(browser, server)
    page = opener("/")
    page.set_default_timeout(120_000)  # the sources are indexed first
    page.get_by_role("button", name=DEPORTED).click()
    expect(page.get_by_role("button", name="Who signed")).to_have_count(0, timeout=10_000)
    said = page.get_by_role("status").first.inner_text()
    text = answered(page, 0).inner_text()
    page.close()
    return f"{said}\n{text}"


def ask(page: Page, question: str) -> None:
    """Type a question and send it."""
    page.get_by_role("textbox", name="Ask the sources").fill(question)
    page.keyboard.press("Enter")


def answered(page: Page, n: int) -> Locator:
    """The answer to question `n`, from 0, once it is there."""
    answers = page.get_by_role("article")
    answers.nth(n).wait_for()
    expect(answers).to_have_count(n + 1, timeout=30_000)  # a page on its way may show one twice for a moment
    return answers.nth(n)


def citations(answer: Locator) -> Locator:
    """The citation buttons under an answer."""
    return answer.get_by_role("group", name="Citations").get_by_role("button")


def test_a_question_asked_while_the_models_load_waits_and_is_answered(first_visit: str) -> None:
    said, _, answer = first_visit.partition("\n")
    assert said.startswith("Getting ready: ")
    assert "171,781" in answer
    assert "[1]" in answer


@pytest.mark.usefixtures("first_visit")
def test_a_clicked_question_is_answered_and_its_citation_opens_the_words(open_page: Opener) -> None:
    page = open_page()
    page.get_by_role("button", name=DEPORTED).click()
    answer = answered(page, 0)
    row = answer.locator("p", has_text="171,781")
    said = row.locator(".sentence").inner_text()
    button = citations(answer).nth(int(row.locator(".number").inner_text().strip("[]")) - 1)
    expect(button).to_contain_text("German Kim 2026")
    button.click()
    assert marked(page) == folded(said)
    expect(page.locator(".opened .section")).to_have_text(button.locator(".section").inner_text())
    expect(button).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name="Read the whole source").click()
    page.wait_for_url("**/sources?**")
    asked = parse_qs(urlsplit(page.url).query)
    span = Span(int(asked["start"][0]), int(asked["end"][0]))
    assert documents()[asked["source"][0]].plain(span) == folded(said) == marked(page)
    page.get_by_role("link", name="Chat").click()
    expect(answered(page, 0)).to_contain_text("171,781")  # the conversation is still there
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".reading")).to_have_count(0)
    page.get_by_role("button", name="New chat").click()
    expect(page.get_by_role("article")).to_have_count(0)
    expect(page.get_by_role("button", name=DEPORTED)).to_be_visible()


@pytest.mark.usefixtures("first_visit")
def test_typed_questions_and_follow_ups(open_page: Opener) -> None:
    page = open_page()
    ask(page, "   ")
    ask(page, "Who signed the resolution on the deportation?")
    expect(answered(page, 0)).to_contain_text("Molotov")
    assert citations(answered(page, 0)).count() >= 1
    ask(page, "On what date was it signed?")
    assert answered(page, 1).locator(".understood").inner_text().startswith("Understood as: ")
    assert page.get_by_role("article").count() == 2
    ask(page, UZBEKISTAN)
    answer = answered(page, 2)
    expect(answer).to_contain_text("74,206")
    expect(answer).to_contain_text("74,500")
    expect(answer.locator(".certainty .shape")).to_have_text("●")
    ask(page, "x" * 20_000)
    expect(page.get_by_test_id("stAlert")).to_contain_text("20,000 characters")
    ask(page, "What is the capital of France?")
    refusal = answered(page, 3)
    expect(refusal).to_contain_text("The sources don't say")
    refusal.get_by_role("button", name="Open in the source").first.click()
    assert marked(page)
    expect(page.get_by_text("Traceback")).to_have_count(0)


@pytest.mark.usefixtures("first_visit")
def test_an_answer_appears_word_by_word_and_then_is_whole(open_page: Opener) -> None:
    page = open_page(moves=True)
    page.get_by_role("button", name="What are the five secondary reasons").click()
    answer = answered(page, 0)
    hidden = answer.locator(".hidden")
    assert hidden.count() > 10
    expect(hidden).to_have_count(0)
    expect(answer.locator(".sentence")).to_have_count(5)


@pytest.mark.usefixtures("first_visit")
def test_what_is_typed_is_text(open_page: Opener) -> None:
    page = open_page()
    question = '<script>window.pwned = 1</script><img src=x onerror="window.pwned = 1"> Who signed $x$ :red[it]?'
    ask(page, question)
    answered(page, 0)
    expect(page.locator("h2.question")).to_have_text(question)
    page.goto(f"{open_page.server}/sources?source=<script>window.pwned=1</script>")
    expect(page.get_by_test_id("stAlert")).to_contain_text("<script>window.pwned=1</script>")
    expect(page.get_by_role("button", name="Read")).to_have_count(2)
    assert page.evaluate("window.pwned") is None


@pytest.mark.usefixtures("first_visit")
@pytest.mark.parametrize(
    ("path", "source", "words"),
    [
        ("/sources", "kim2026", "On October 29, 1937"),
        ("/sources", "loc", "Kim Ch'il-sŏng, the"),
        ("/", "kim2026", "¹ On September 13"),
    ],
)
def test_a_link_opens_the_reader_at_the_place(open_page: Opener, path: str, source: str, words: str) -> None:
    document = documents()[source]
    start = document.text.index(words)
    span = Span(start, start + 150)
    page = open_page(f"{path}?source={source}&start={span.start}&end={span.end}")
    assert marked(page) == document.plain(span)


@pytest.mark.usefixtures("first_visit")
def test_a_link_to_nowhere_opens_the_source_from_its_start(open_page: Opener) -> None:
    page = open_page("/sources?source=loc&start=9&end=9999999")
    expect(page.get_by_test_id("stAlert")).to_contain_text("which is no place in this source")
    expect(page.locator(".page")).to_contain_text("Skip to Main Content")
    assert page.locator("mark").count() == 0


@pytest.mark.usefixtures("first_visit")
def test_the_reader_finds_and_jumps(open_page: Opener) -> None:
    page = open_page("/sources")
    expect(page.get_by_text("Working Paper No. 52")).to_be_visible()
    page.get_by_role("button", name="Read").first.click()
    page.get_by_role("searchbox", name="Find in this source").fill("koryo saram")
    count = page.locator(".count")
    expect(count).to_have_text("1 of 4")
    page.get_by_role("button", name="Next place").click()
    expect(count).to_have_text("2 of 4")
    page.get_by_role("button", name="Previous place").click()
    page.get_by_role("button", name="Previous place").click()
    expect(count).to_have_text("4 of 4")
    assert folded("".join(page.locator("mark.current").all_text_contents())).casefold() == "koryo saram"
    page.get_by_role("searchbox", name="Find in this source").fill("no such words")
    expect(page.get_by_role("status").filter(has_text="does not occur in this source")).to_be_visible()
    page.get_by_role("navigation", name="Contents").get_by_role("link", name="1. Introduction").click()
    page.wait_for_function(
        """(scroll) => {
            const headings = [...scroll.querySelectorAll('h2, h3')];
            const heading = headings.find((one) => one.textContent.startsWith('1. '));
            return Math.abs(heading.getBoundingClientRect().top - scroll.getBoundingClientRect().top) < 60;
        }""",
        arg=page.locator(".reading").element_handle(),
    )
    page.get_by_role("button", name="All sources").click()
    expect(page.get_by_role("button", name="Read")).to_have_count(2)


@pytest.mark.usefixtures("first_visit")
def test_a_phone(open_page: Opener) -> None:
    page = open_page("/", PHONE)
    page.get_by_role("button", name=DEPORTED).click()
    answer = answered(page, 0)
    fits(page)
    citations(answer).first.click()
    assert marked(page) == folded(answer.locator(".sentence").first.inner_text())
    fits(page)
    page.get_by_role("button", name="Close").click()
    expect(page.locator("mark")).to_have_count(0)
    page.get_by_role("link", name="Sources").click()
    expect(page.get_by_role("button", name="Read")).to_have_count(2)
    fits(page)
    page.get_by_role("button", name="Read").first.click()
    page.locator(".reading").wait_for()
    fits(page)


@pytest.mark.usefixtures("first_visit")
def test_the_keyboard_is_enough(open_page: Opener) -> None:
    page = open_page()
    page.get_by_role("button", name=DEPORTED).wait_for()
    tab_to(page, "element.matches('textarea')")
    page.keyboard.type("Who signed the resolution on the deportation?")
    page.keyboard.press("Enter")
    answer = answered(page, 0)
    tab_to(page, "element.matches('.citations button')", key="Shift+Tab")
    outline = page.evaluate(f"getComputedStyle(({DEEPEST})()).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    assert marked(page) == folded(answer.locator(".sentence").first.inner_text())
    page.wait_for_function(f"({DEEPEST})().matches('.reading')")  # the arrow keys scroll the source
    page.keyboard.press("Escape")
    expect(page.locator(".reading")).to_have_count(0)
    page.wait_for_function(f"({DEEPEST})().matches('.citations button')")


@pytest.mark.usefixtures("first_visit")
@pictures
@pytest.mark.parametrize(("name", "size"), [("chat", WIDE), ("chat-phone", PHONE), ("sources", WIDE)])
def test_screenshots(open_page: Opener, name: str, size: tuple[int, int]) -> None:
    page = open_page("/", size)
    ask(page, UZBEKISTAN)
    citations(answered(page, 0)).last.click()
    marked(page)
    if name == "sources":
        page.get_by_role("link", name="Read the whole source").click()
        page.wait_for_url("**/sources?**")
        marked(page)
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)
    page.screenshot(path=ROOT / "docs" / f"{name}.png")
