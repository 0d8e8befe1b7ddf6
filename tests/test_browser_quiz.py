"""A quiz in a real browser, by the keys alone: one question of each kind, a wrong answer read in its source, a reload
and another page in between, the result with what to reread. With TUTOR_SCREENSHOTS=1 its picture in docs/ is made anew.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from browsing import PHONE, WIDE, Opener, fits, folded, marked, needs_chromium, pictures, serve, tab_to
from conftest import ROOT
from playwright.sync_api import Page, expect

from app.settings import Settings
from app.study.item import Item, ItemKind, Outcome
from app.study.quiz import Quiz, Wish, make_quiz
from app.study.quiz_store import QuizFile
from app.tutor import Tutor
from ingest.documents import Document

pytestmark = needs_chromium

LOADING = 90_000  # milliseconds in which the models are there
RIGHT, PARTLY, WRONG, SKIPPED = Outcome


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, indexed: Settings) -> Path:
    folder = tmp_path_factory.mktemp("quiz") / "home"
    shutil.copytree(indexed.home, folder)
    return folder


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[str]:
    with serve(home, TZ="UTC") as address:
        yield address


@pytest.fixture
def file(home: Path) -> Iterator[QuizFile]:
    """What the server keeps."""
    opened = QuizFile.open(home / "tutor.sqlite3")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def quiz(tutor: Tutor) -> Quiz:
    """Five questions of which the first three are of the three kinds, whatever else the sources give."""
    found: list[Item] = []
    for kind in (ItemKind.CHOICE, ItemKind.SHORT, ItemKind.EVIDENCE, ItemKind.CHOICE, ItemKind.SHORT):
        made = make_quiz(tutor, Wish(20, frozenset({kind})), 7).items
        places = {item.citation.quote for item in found}
        found.append(next(item for item in made if item.citation.quote not in places and item.kind is kind))
    return Quiz(tuple(found), Wish(5), 7)


def asks(page: Page, n: int) -> None:
    """The page asks question `n`, from 1, and keys are about it."""
    expect(page.locator(".quiz-head b")).to_have_text(f"{n} of 5", timeout=LOADING)
    expect(page.locator(".card .of")).to_be_visible()
    expect(page.locator(".card .verdict, .card mark, .open")).to_have_count(0)
    listening(page)


def listening(page: Page, answered: bool = False) -> None:
    ending = "-answered$" if answered else r"\d$"
    expect(page.locator(".st-key-quiz-keys [data-ready]")).to_have_attribute("data-ready", re.compile(ending))


def says(page: Page, verdict: str) -> None:
    expect(page.locator(".card .verdict")).to_contain_text(verdict)
    listening(page, answered=True)


def choose(page: Page, key: str) -> None:
    """Choose an option by its key; pressed again where the page was just drawn anew, as a person would."""
    option = page.locator("[class*=st-key-quiz-given] input[type=radio]").nth(int(key) - 1)
    for _ in range(5):
        page.keyboard.press(key)
        with suppress(AssertionError):
            expect(option).to_be_checked(timeout=2_000)
            return
    expect(option).to_be_checked()


def wrong_key(item: Item) -> str:
    """The key of an option that is not right."""
    return str((item.right + 1) % len(item.options) + 1)


def test_a_quiz_by_the_keys_alone(
    open_page: Opener, file: QuizFile, quiz: Quiz, documents: dict[str, Document]
) -> None:
    taken = file.begin(quiz, "All sections", datetime.now(UTC))
    choice, short, evidence, other, last = quiz.items
    page = open_page(f"/study?part=quiz&quiz={taken}")
    asks(page, 1)
    fits(page)
    expect(page.get_by_role("radio", name=choice.options[0].text, exact=False).first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing is chosen yet.")).to_be_visible()
    choose(page, str(choice.right + 1))
    page.keyboard.press("Enter")
    says(page, "✓Right")
    page.keyboard.press("n")

    asks(page, 2)
    expect(page.get_by_label("Your answer")).to_be_focused()
    page.keyboard.type("nothing of the kind")
    page.keyboard.press("Enter")
    says(page, "✕Wrong")
    assert [one.outcome for one in file.quiz(taken).graded] == [RIGHT, WRONG]
    tab_to(page, "element.textContent.includes('Open')")
    page.keyboard.press("Enter")
    assert marked(page) == folded(documents[short.citation.source_id].plain(short.citation.span))
    expect(page.locator(".opened .section")).to_have_text(short.section)
    fits(page)
    page.reload()  # with the explanation on
    says(page, "✕Wrong")
    page.keyboard.press("Enter")

    asks(page, 3)
    page.locator(".st-key-bar").get_by_role("link", name="Sources").click()
    expect(page.get_by_role("button", name="Read").first).to_be_visible()
    page.locator(".st-key-bar").get_by_role("link", name="Study").click()
    page.get_by_role("radio", name="Quiz").click()
    asks(page, 3)
    assert evidence.section not in page.locator(".stMain").inner_text()
    choose(page, wrong_key(evidence))
    page.keyboard.press("ArrowDown")  # as radio buttons go
    choose(page, str(evidence.right + 1))
    page.keyboard.press("Enter")
    says(page, "✓Right")
    expect(page.get_by_text("The passage has this sentence:")).to_be_visible()
    page.keyboard.press("Enter")

    asks(page, 4)
    choose(page, wrong_key(other))
    page.keyboard.press("Enter")
    says(page, "✕Wrong")
    expect(page.get_by_text("stands here:")).to_be_visible()
    page.keyboard.press("n")
    asks(page, 5)
    tab_to(page, "element.textContent.startsWith('I don')")
    page.keyboard.press("Enter")
    says(page, "–Not answered")
    page.keyboard.press("n")

    expect(page.locator(".score")).to_have_text("2 of 5 points")
    graded = file.quiz(taken).graded
    assert [one.outcome for one in graded] == [RIGHT, WRONG, RIGHT, WRONG, SKIPPED]
    expect(page.get_by_role("heading", name="What to reread")).to_be_visible()
    fits(page)
    reread = sorted((one.citation.source_id, one.citation.span, one.citation.quote) for one in (short, other, last))
    page.locator("[data-open^=reread]").nth(1).press("Enter")
    source, span, _ = reread[1]
    assert marked(page) == folded(documents[source].plain(span))
    page.keyboard.press("Escape")
    expect(page.locator(".reading")).to_have_count(0)
    page.reload()
    expect(page.locator(".score")).to_have_text("2 of 5 points", timeout=LOADING)
    page.get_by_role("button", name="Only what I missed (3)").press("Enter")
    expect(page.locator(".quiz-head")).to_contain_text("1 of 3 · What you missed: All sections")


def test_on_a_phone_one_goes_on_from_the_source(open_page: Opener, file: QuizFile, quiz: Quiz) -> None:
    taken = file.begin(quiz, "All sections", datetime.now(UTC))
    page = open_page(f"/study?part=quiz&quiz={taken}", PHONE)
    asks(page, 1)
    page.get_by_role("button", name="I don't know").click()
    says(page, "–Not answered")
    page.get_by_role("button", name="Open in the source").first.click()
    marked(page)
    fits(page)
    page.get_by_role("button", name="Next").click()
    expect(page.locator(".reading")).to_have_count(0)
    asks(page, 2)
    page.get_by_role("button", name="Leave").click()
    expect(page.locator(".quiz-line").first).to_contain_text("You have not finished this one: 1 of 5 answered")
    fits(page)
    page.get_by_role("button", name="Begin").click()  # one press, as everything is chosen already
    expect(page.locator(".quiz-head b")).to_have_text("1 of 10")
    assert file.quizzes()[0].questions == 10


@pictures
def test_picture(open_page: Opener, file: QuizFile, tutor: Tutor) -> None:
    made = make_quiz(tutor, Wish(20, frozenset({ItemKind.CHOICE})), 3).items
    chosen = sorted(made, key=lambda item: (len(item.options) < 4, abs(len(item.prompt) - 130)))[:10]
    random.Random(1).shuffle(chosen)
    taken = file.begin(Quiz(tuple(chosen), Wish(10), 3), "All sections", datetime.now(UTC))
    page = open_page(f"/study?part=quiz&quiz={taken}", WIDE)
    for n, item in enumerate(chosen[:4]):
        expect(page.locator(".quiz-head b")).to_have_text(f"{n + 1} of 10", timeout=LOADING)
        listening(page)
        choose(page, wrong_key(item) if n == 3 else str(item.right + 1))
        page.keyboard.press("Enter")
        says(page, "✕Wrong" if n == 3 else "✓Right")
        if n < 3:
            page.keyboard.press("n")
    page.get_by_role("button", name=re.compile("^Open")).first.click()
    marked(page)
    page.wait_for_timeout(1000)
    page.screenshot(path=ROOT / "docs" / "quiz.png")
