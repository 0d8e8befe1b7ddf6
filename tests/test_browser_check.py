"""The Check page in a real browser: a paragraph with all kinds of sentences, a file, a long text, bad input, a phone.

With TUTOR_SCREENSHOTS=1 its picture in docs/ is made anew.
"""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import docx
import pytest
from browsing import PHONE, WIDE, Opener, fits, folded, marked, needs_chromium, pictures, serve, tab_to
from conftest import ROOT, SOURCES
from playwright.sync_api import Download, Locator, Page, expect

from app.settings import Settings
from ingest.catalog import read_catalog
from ingest.documents import Document, Span
from ingest.loaders import load

pytestmark = needs_chromium

TRUE = "A total of 124 echelons of Koreans were deported."
FALSE = "A total of 99 echelons of Koreans were deported."
ABSENT = "Penguins swim in the cold water of Antarctica."
ASKED, OPINION = "Who signed the resolution?", "I think it was a terrible decision."
PARAGRAPH = f"{TRUE} {FALSE} {ASKED} {OPINION} {ABSENT}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, indexed: Settings) -> Iterator[str]:
    """The address of a server of its own, whose home has the sources indexed."""
    home = tmp_path_factory.mktemp("home") / "home"
    shutil.copytree(indexed.home, home)
    with serve(home) as address:
        yield address


def documents() -> dict[str, Document]:
    """The bundled documents, loaded here and not by the server."""
    return {source.id: load(source.path, source) for source in read_catalog(SOURCES)}


def opened(open_page: Opener, size: tuple[int, int] = WIDE) -> Page:
    """The page, with the tutor there."""
    page = open_page("/check", size)
    page.get_by_text("Or try one of these.").wait_for(timeout=120_000)
    return page


def check(page: Page, text: str) -> None:
    """Paste a text and press Check."""
    page.get_by_role("textbox", name="Text to check").fill(text)
    page.locator(".st-key-check-go button").click()


def pieces(page: Page, n: int) -> list[Locator]:
    """The pieces of the text, once they are all there."""
    articles = page.get_by_role("article")
    expect(articles).to_have_count(n, timeout=60_000)
    expect(page.get_by_role("button", name="Save as Markdown")).to_be_visible(timeout=60_000)
    return articles.all()


def read(download: Download) -> str:
    return Path(download.path()).read_text(encoding="utf-8")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_paragraph(open_page: Opener, size: tuple[int, int]) -> None:
    page = opened(open_page, size)
    fits(page)
    check(page, PARAGRAPH)
    true, false, asked, opinion, absent = pieces(page, 5)
    fits(page)
    assert [folded(one.inner_text()) for one in page.locator(".counts li").all()] == [
        "3 claims",
        "1 ✓ supported",
        "1 ≠ contradicted",
        "1 ○ not in the sources",
    ]
    expect(page.locator(".counts")).to_contain_text("1 question and 1 opinion passed over.")
    assert [folded(one.locator(".verdict").inner_text()) for one in (true, false, absent)] == [
        "✓ supported",
        "≠ contradicted",
        "○ not in the sources",
    ]
    expect(asked).to_contain_text("Passed over: A question claims nothing.")
    expect(opinion).to_contain_text("Passed over: An opinion is no statement of fact.")
    expect(false.locator(".differs")).to_have_text("Says 99 echelons · the source: 124 echelons")
    assert false.locator("mark").all_text_contents() == ["99 echelons", "124 echelons"]
    button = false.get_by_role("button").first
    quote = folded(false.locator("blockquote").first.inner_text())
    button.click()
    assert marked(page) == quote
    expect(button).to_have_attribute("aria-pressed", "true")
    fits(page)
    if size == PHONE:  # what was pressed stays in view above the source
        box, reader = false.locator(".verdict").bounding_box(), page.locator(".st-key-beside").bounding_box()
        assert box and reader and 0 < box["y"] < reader["y"]
    page.get_by_role("link", name="Read the whole source").click()
    page.wait_for_url("**/sources?**")
    place = parse_qs(urlsplit(page.url).query)
    assert documents()[place["source"][0]].plain(Span(int(place["start"][0]), int(place["end"][0]))) == quote
    page.get_by_role("link", name="Check", exact=True).click()  # the result is still there
    pieces(page, 5)
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".reading")).to_have_count(0)


def test_filter_and_exports(open_page: Opener) -> None:
    page = opened(open_page)
    check(page, PARAGRAPH)
    pieces(page, 5)
    with page.expect_download() as markdown:
        page.get_by_role("button", name="Save as Markdown").click()
    with page.expect_download() as printed:
        page.get_by_role("button", name="Save as a page to print").click()
    name = "a-total-of-124-echelons-of-koreans-were-deported-a-total-of-9"
    assert markdown.value.suggested_filename.startswith(name[:50])
    text = read(markdown.value)
    assert (
        "**3 claims: 1 supported, 1 contradicted, 1 not in the sources; 1 question and 1 opinion passed over**" in text
    )
    assert f"**✓ supported:** {TRUE}[^1]" in text
    html = read(printed.value)
    assert "<mark>99 echelons</mark>" in html
    link = re.search(r'href="([^"]*)">Open', html)
    assert link is not None
    for choice, left in (("contradicted", FALSE), ("not in the sources", ABSENT), ("supported", TRUE)):
        page.get_by_role("radio", name=choice).click()
        expect(page.get_by_role("article")).to_have_count(1)
        expect(page.get_by_role("article").locator(".claim")).to_have_text(left)
    page.goto(link[1].replace("&amp;", "&"))  # a link of the report opens the words
    assert "124 echelons" in marked(page)


def test_a_long_text_is_stopped(open_page: Opener) -> None:
    page = opened(open_page)
    check(
        page, " ".join(f"In the year {1000 + n} there were {n} families of Koreans in Kazakhstan." for n in range(300))
    )
    page.get_by_role("article").nth(1).wait_for()
    expect(page.get_by_text(re.compile(r"^\d+ of 300 claims checked$"))).to_be_visible()
    page.get_by_role("link", name="Sources").click()  # it goes on meanwhile
    page.get_by_role("button", name="Read").first.wait_for()
    page.get_by_role("link", name="Check", exact=True).click()
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text("Stopped before the end of the text.")).to_be_visible()
    expect(page.get_by_role("button", name="Stop", exact=True)).to_have_count(0)
    assert 1 < page.get_by_role("article").count() < 300


def test_a_word_document(open_page: Opener) -> None:
    document, out = docx.Document(), io.BytesIO()
    document.add_heading("The deportation", 1)
    document.add_paragraph(f"{TRUE} {ABSENT}")
    document.save(out)
    page = opened(open_page)
    upload = page.locator("input[type=file]")
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    upload.set_input_files({"name": "essay.docx", "mimeType": kind, "buffer": out.getvalue()})
    box = page.get_by_role("textbox", name="Text to check")
    expect(box).to_have_value(f"# The deportation\n\n{TRUE} {ABSENT}")
    page.locator(".st-key-check-go button").click()
    pieces(page, 3)
    with page.expect_download() as markdown:
        page.get_by_role("button", name="Save as Markdown").click()
    assert read(markdown.value).startswith("# essay.docx\n\n**2 claims: 1 supported, 1 not in the sources; 1 heading")
    upload.set_input_files({"name": "broken.docx", "mimeType": kind, "buffer": out.getvalue()[:3000]})
    expect(page.get_by_role("alert")).to_have_text(
        "broken.docx is damaged: it cannot be unpacked. Save it anew, or as text."
    )
    expect(box).to_have_value(f"# The deportation\n\n{TRUE} {ABSENT}")


def test_bad_input_is_one_line(open_page: Opener) -> None:
    page = opened(open_page)
    for text, said in (
        ("", "There is nothing to check."),
        ("x" * 200_000, "The text has 200,000 characters; at most 100,000 are checked at once. Give a part."),
        ("Korea", "That is no whole sentence."),
        ("Депортация корейцев была завершена в октябре.", "That is not English"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "That is a table"),
        ("```\nx = 1\n```", "That is code"),
        ("<script>window.pwned = 1</script>", "That is code"),
    ):
        check(page, text)
        expect(page.get_by_role("alert")).to_contain_text(said)
    hostile = f'{TRUE} The <img src=x onerror="window.pwned = 1"> of **Korea** has [a link](http://example.org/) in it.'
    check(page, hostile)
    pieces(page, 2)
    assert page.locator("article img, article a, article strong").count() == 0
    assert page.evaluate("window.pwned") is None
    expect(page.get_by_text("Traceback")).to_have_count(0)


def test_the_keyboard_is_enough(open_page: Opener) -> None:
    page = opened(open_page)
    tab_to(page, "element.matches('textarea')")
    page.keyboard.type(FALSE)
    tab_to(page, "element.closest('.st-key-check-go') && element.matches('button')")
    page.keyboard.press("Enter")
    pieces(page, 1)
    tab_to(page, "element.matches('.open')")
    page.keyboard.press("Enter")
    assert "124 echelons" in marked(page)
    page.keyboard.press("Escape")
    expect(page.locator(".reading")).to_have_count(0)


def test_ctrl_enter_checks_and_a_reload_keeps_the_verdicts(open_page: Opener) -> None:
    page = opened(open_page)
    box = page.get_by_role("textbox", name="Text to check")
    box.fill(FALSE)
    box.blur()
    page.wait_for_timeout(1_000)
    expect(page.get_by_role("article")).to_have_count(0)  # leaving the box checks nothing
    box.press("Control+Enter")
    pieces(page, 1)
    page.reload()
    pieces(page, 1)
    expect(box).to_have_value(FALSE)
    box.fill(f"{FALSE} {ABSENT}")
    box.blur()
    expect(page.get_by_text("These verdicts are of the text as it was checked.")).to_be_visible()


def test_a_conflict_opens_beside_the_list_and_back_leads_back(open_page: Opener) -> None:
    page = opened(open_page)
    check(page, FALSE)
    pieces(page, 1)
    page.get_by_role("radio", name="Where the sources disagree").click()
    pair = page.get_by_role("article").filter(has_text="16,453 families and 16,307")
    pair.get_by_role("button").nth(1).click()
    quotes = [folded(one.inner_text()) for one in pair.locator("blockquote").all()]
    marks = page.locator("mark.cited")
    expect(marks.first).to_be_visible()
    assert folded(" ".join(marks.all_text_contents())) == " ".join(quotes)
    expect(page.locator("mark.here")).to_be_in_viewport()
    assert parse_qs(urlsplit(page.url).query) == {"part": ["conflicts"]}
    page.go_back()
    pieces(page, 1)
    page.go_forward()
    expect(page.get_by_text("cannot both be true as they stand")).to_be_visible()


def test_the_main_button_is_read_in_the_dark(open_page: Opener) -> None:
    page = opened(open_page)
    page.emulate_media(color_scheme="dark")
    page.reload()
    button = page.locator(".st-key-check-go button")
    expect(button.locator("p")).to_have_css("color", "rgb(24, 24, 23)")
    expect(button).to_have_css("background-color", "rgb(92, 196, 181)")
    expect(page.locator('.st-key-bar a[href="check"] p')).to_have_css("text-decoration-line", "underline")
    expect(page.locator('.st-key-bar a[href="sources"] p')).to_have_css("text-decoration-line", "none")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_other_parts_and_the_tabs(open_page: Opener, size: tuple[int, int]) -> None:
    page = opened(open_page, size)
    tabs = page.locator(".st-key-bar").get_by_role("link")
    expect(tabs).to_have_text(["Chat", "Sources", "Check", "Study", "Evaluation"])
    page.get_by_role("radio", name="Where the sources disagree").click()
    expect(page.get_by_text("cannot both be true as they stand")).to_be_visible()
    fits(page)
    page.get_by_role("radio", name="How it checks").click()
    expect(page.get_by_role("heading", name="What it cannot see")).to_be_visible()
    fits(page)
    page.goto(f"{open_page.server}/checking")
    expect(page.get_by_role("heading", name="How it checks")).to_be_visible()
    fits(page)
    page.goto(open_page.server)
    page.get_by_role("button", name="Who signed").click()
    page.get_by_role("article").first.wait_for()
    page.wait_for_timeout(500)
    bar = page.locator(".st-key-bar")
    assert bar.evaluate("bar => bar.scrollWidth <= bar.clientWidth")
    boxes = [one.bounding_box() for one in [*tabs.all(), *bar.get_by_role("button").all()]]
    edges = [(box["x"], box["x"] + box["width"]) for box in boxes if box is not None]
    assert len(edges) == (6 if size == WIDE else 7)  # where there is room, New chat stands in the list of conversations
    assert all(before[1] <= after[0] + 1 for before, after in pairwise(edges))  # nothing overlaps


@pictures
@pytest.mark.parametrize(("name", "size"), [("check", WIDE), ("check-phone", PHONE)])
def test_screenshots(open_page: Opener, name: str, size: tuple[int, int]) -> None:
    page = opened(open_page, size)
    check(page, PARAGRAPH)
    pieces(page, 5)[1].get_by_role("button").first.click()
    marked(page)
    page.mouse.move(0, 0)
    page.wait_for_timeout(800)
    page.screenshot(path=ROOT / "docs" / f"{name}.png")
