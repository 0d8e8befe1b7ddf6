"""The Study page in a real browser: cards by the keys alone, a miss with its passage, a reload in between, own cards.

What the page should ask next is worked out here from the same deck and from what the server has put on disk.
With TUTOR_SCREENSHOTS=1 its pictures in docs/ are made anew.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from browsing import PHONE, WIDE, Opener, fits, folded, marked, needs_chromium, pictures, serve, tab_to
from conftest import ROOT
from playwright.sync_api import Browser, Page, expect

from app.settings import Settings
from app.study.card import BLANK, Card, CardKind
from app.study.cards import deck
from app.study.queue import plan
from app.study.schedule import Rating
from app.study.store import StudyFile
from app.tutor import Tutor
from ingest.documents import Document

pytestmark = needs_chromium

LOADING = 90_000  # milliseconds in which the models are there
QUESTION = "Who signed the resolution on the deportation?"
MISSED = "Read it where it stands, then go on."


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, indexed: Settings) -> Path:
    folder = tmp_path_factory.mktemp("study") / "home"
    shutil.copytree(indexed.home, folder)
    return folder


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[str]:
    with serve(home, TZ="UTC") as address:
        yield address


@pytest.fixture
def file(home: Path) -> Iterator[StudyFile]:
    """What the server keeps: nothing yet. It takes up a new file in the place of one that is gone."""
    for kept in home.glob("tutor.sqlite3*"):
        kept.unlink()
    opened = StudyFile.open(home / "tutor.sqlite3")
    yield opened
    opened.close()


def due(tutor: Tutor, file: StudyFile) -> Card:
    """The card that is next, by what is on disk."""
    now = datetime.now(UTC)
    new = file.new_since(now.replace(hour=0, minute=0, second=0, microsecond=0))
    card = plan(deck(tutor), file.cards(), now, new_today=new, new_a_day=file.new_a_day()).card
    assert card is not None
    return card


def asks(page: Page, card: Card) -> None:
    """The page asks a card and keeps its answer back."""
    for part in card.prompt.split(BLANK):
        expect(page.locator(".card .asked")).to_contain_text(part.strip(), timeout=LOADING)
    expect(page.get_by_role("button", name="Show the answer")).to_be_visible()
    expect(page.locator(".card mark, .card .answer, .card .from")).to_have_count(0)
    listening(page, card)


def listening(page: Page, card: Card) -> None:
    """Space and Enter are about a card now."""
    expect(page.locator(".st-key-study-keys [data-ready]")).to_have_attribute("data-ready", re.compile(card.id))


def shows(page: Page, card: Card) -> None:
    """The page shows the answer of a card."""
    expect(page.locator(".card .from")).to_contain_text(card.citation.label)
    expect(page.locator(".card")).to_contain_text(card.answer)


def ratings(file: StudyFile) -> list[Rating]:
    return [review.rating for review in file.reviews()]


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_three_cards_by_the_keys_one_of_them_missed(
    open_page: Opener, tutor: Tutor, file: StudyFile, documents: dict[str, Document], size: tuple[int, int]
) -> None:
    page = open_page("/study", size)
    first = due(tutor, file)
    asks(page, first)
    fits(page)
    page.keyboard.press("3")  # means nothing before the answer is shown
    page.keyboard.press("Space")
    shows(page, first)
    expect(page.get_by_role("button", name="Again")).to_contain_text("1 min")
    expect(page.get_by_role("button", name="Easy")).to_contain_text("8 days")
    fits(page)
    page.keyboard.press("3")
    expect(page.locator(".tally")).to_contain_text("1 being learnt")
    assert [(one.card, one.rating) for one in file.reviews()] == [(first.id, Rating.GOOD)]
    second = due(tutor, file)
    assert second.id != first.id
    asks(page, second)

    page.keyboard.press("Enter")
    shows(page, second)
    page.keyboard.press("1")
    expect(page.get_by_text(MISSED)).to_be_visible()
    cited = second.citation
    assert marked(page) == folded(documents[cited.source_id].plain(cited.span))
    expect(page.locator(".opened .section")).to_have_text(cited.section)
    fits(page)
    listening(page, second)
    if size == PHONE:  # the source lies over the page, but not over what one goes on with
        page.get_by_role("button", name="Next").click()
    else:
        page.keyboard.press("Enter")
    expect(page.locator(".reading")).to_have_count(0)
    third = due(tutor, file)
    asks(page, third)

    page.reload()  # leaving in mid-session loses nothing
    asks(page, third)
    expect(page.locator(".tally")).to_contain_text("10 left today")
    expect(page.locator(".tally")).to_contain_text("2 being learnt")
    expect(page.locator(".tally")).to_contain_text("1 day in a row")
    page.keyboard.press("Space")
    shows(page, third)
    page.keyboard.press("4")
    expect(page.locator(".tally")).to_contain_text("9 left today")
    assert ratings(file) == [Rating.GOOD, Rating.AGAIN, Rating.EASY]
    page.keyboard.press("u")
    asks(page, third)
    assert ratings(file) == [Rating.GOOD, Rating.AGAIN]


def test_what_has_the_focus_keeps_its_keys(open_page: Opener, tutor: Tutor, file: StudyFile) -> None:
    page = open_page("/study")
    card = due(tutor, file)
    asks(page, card)
    tab_to(page, "element.matches('button') && element.textContent.includes('Settings')")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    asks(page, card)  # it was not shown by any of these
    tab_to(page, "element.textContent.startsWith('Show the answer')")
    page.keyboard.press("Enter")
    shows(page, card)
    tab_to(page, "element.textContent.startsWith('Open in the source')")
    page.keyboard.press("Enter")
    marked(page)
    expect(page.get_by_role("button", name="Good")).to_be_visible()
    page.keyboard.press("2")
    expect(page.locator(".reading")).to_have_count(0)
    expect(page.get_by_role("button", name="Show the answer")).to_be_visible()
    assert ratings(file) == [Rating.HARD]


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_cited_sentence_of_the_chat_becomes_a_card(open_page: Opener, file: StudyFile, size: tuple[int, int]) -> None:
    page = open_page("/", size)
    page.get_by_role("button", name=QUESTION).click()
    make = page.locator(".keep").first
    expect(make).to_have_text("Make a card", timeout=LOADING)
    make.click()
    expect(make).to_have_text("✓ In your cards. Undo")
    expect(make).to_have_attribute("aria-pressed", "true")
    fits(page)
    (kept,) = file.cards().values()
    assert (kept.card.kind, kept.card.prompt, kept.memory) == (CardKind.SAVED, QUESTION, None)
    expect(page.locator(".sentence").first).to_contain_text(kept.card.answer)
    make.click()
    expect(make).to_have_text("Make a card")
    assert file.cards() == {}
    make.focus()
    page.keyboard.press("Enter")
    expect(make).to_have_text("✓ In your cards. Undo")

    page.reload()  # the conversation is opened again, and says so still
    expect(page.locator(".keep").first).to_have_text("✓ In your cards. Undo", timeout=LOADING)
    page.locator(".st-key-bar").get_by_role("link", name="Study").click()
    asks(page, kept.card)
    page.keyboard.press("Space")
    shows(page, kept.card)
    fits(page)


def test_choosing_and_progress_and_the_other_parts(
    open_page: Opener, tutor: Tutor, file: StudyFile, documents: dict[str, Document]
) -> None:
    cards = deck(tutor)
    loc = next(card for card in cards if card.citation.source_id == "loc")
    page = open_page("/study?source=loc", PHONE)
    asks(page, loc)
    expect(page.get_by_text(documents["loc"].source.title).first).to_be_visible()
    page.keyboard.press("Space")
    shows(page, loc)
    page.get_by_role("button", name="Open in the source").click()
    marked(page)
    page.get_by_role("button", name="Again").click()  # it can be rated while it is read
    expect(page.get_by_text(MISSED)).to_be_visible()
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("button", name="Show the answer")).to_be_visible()
    expect(page.get_by_text("What is to come")).to_have_count(1)
    page.get_by_text("What is to come").click()
    expect(page.get_by_text("Due today 1, within 7 days 1, within 30 days 1.")).to_be_visible()
    expect(page.locator(".stExpander canvas, .stExpander svg.marks").first).to_be_visible()
    fits(page)
    page.get_by_role("radio", name="Progress").click()
    expect(page.get_by_text(f"1 of {len(cards):,} cards seen, 0 learnt, 1 weak.")).to_be_visible()
    fits(page)
    page.get_by_role("heading", name="Read these again").wait_for()
    for part in ("Guide", "Timeline"):
        page.get_by_role("radio", name=part).click()
        expect(page).to_have_url(re.compile(f"part={part.lower()}"))
        expect(page.get_by_text("Traceback")).to_have_count(0)
        page.wait_for_timeout(500)
        fits(page)
    page.reload()
    expect(page.get_by_role("radio", name="Timeline")).to_be_checked(timeout=LOADING)


def test_today_is_what_the_browser_says(server: str, browser: Browser, tutor: Tutor, file: StudyFile) -> None:
    """A card that is eight days old in two hours' time is due where that is today, and not where it is tomorrow."""
    now = datetime.now(UTC)
    file.rate(deck(tutor)[0], Rating.EASY, now + timedelta(hours=2) - timedelta(days=8), None)
    for hour, said in ((12, "1 due"), (23, "10 left today")):
        ahead = (hour - now.hour + 12) % 24 - 12  # hours of a zone where it is that hour now
        context = browser.new_context(timezone_id=f"Etc/GMT{-ahead:+d}")
        page = context.new_page()
        page.goto(f"{server}/study")
        expect(page.locator(".tally")).to_contain_text(said, timeout=LOADING)
        if hour == 23:
            expect(page.locator(".tally")).not_to_contain_text("due")
        context.close()


@pictures
@pytest.mark.parametrize(("name", "size"), [("study", WIDE), ("study-phone", PHONE)])
def test_picture(open_page: Opener, tutor: Tutor, file: StudyFile, name: str, size: tuple[int, int]) -> None:
    page = open_page("/study", size)
    for key in ("4", "3", "1"):
        card = due(tutor, file)
        asks(page, card)
        page.keyboard.press("Space")
        shows(page, card)
        if size == PHONE and key == "1":
            break
        page.keyboard.press(key)
        expect(page.get_by_role("button", name="Again")).to_have_count(0)
    if size == WIDE:
        expect(page.get_by_text(MISSED)).to_be_visible()
        marked(page)
    page.wait_for_timeout(1000)
    page.screenshot(path=ROOT / "docs" / f"{name}.png")
