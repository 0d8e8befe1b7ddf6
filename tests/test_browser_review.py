"""The Review page in a real browser: judged by the keys alone, blind, resumed, by two reviewers, on a phone too.

The conversation that is judged is asked of the tutor and kept here; a model's sentences are put beside it, one as the
source has it, one with another year, one about something else.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import PHONE, WIDE, Opener, fits, folded, marked, needs_chromium, pictures, serve, tab_to
from conftest import ROOT
from playwright.sync_api import Page, expect

from app.answer import Answer, Sentence
from app.history import History
from app.mode import Mode
from app.review.export import reviewed_rows
from app.review.pairs import Drawn, Kind, Pair, of_conversations
from app.review.store import Reviews
from app.settings import Settings
from app.support import Support
from app.tutor import Tutor
from ingest.documents import Document

pytestmark = needs_chromium

QUESTION = "When did Yezhov report that the deportation was completed?"
ELSE = "Penguins <b>eat</b> krill in Antarctica."
#: What the tutor's check makes of a sentence that holds these words.
OWN = {"1912": "Partly", "krill": "Not"}
ADDRESS = "/review?reviewer={}&from=conversations&kind=written"
LOADING = 60_000  # milliseconds in which the models are there
ASKED = "Does the passage support the sentence?"


@pytest.fixture(scope="module")
def talked(tmp_path_factory: pytest.TempPathFactory, indexed: Settings, tutor: Tutor) -> Path:
    """A home with one conversation: its quoted answer, and what a model made of it."""
    home = tmp_path_factory.mktemp("review") / "home"
    shutil.copytree(indexed.home, home)
    quoted = tutor.ask(QUESTION)
    history = History.open(home / "tutor.sqlite3")
    history.create(QUESTION, quoted=quoted, written=made_up(quoted))
    history.close()
    return home


def made_up(quoted: Answer) -> Answer:
    """Three written sentences on the first citation of an answer."""
    first = quoted.sentences[0]
    texts = (first.text, f"{first.text.rstrip('.')} in 1912.", ELSE)
    sentences = tuple(Sentence(text, first.citations, Support.SUPPORTED) for text in texts)
    return Answer(QUESTION, QUESTION, sentences, quoted.citations, quoted.confidence, mode=Mode.SIMPLE, model="m")


@pytest.fixture
def server(talked: Path, tmp_path: Path) -> Iterator[str]:
    """A server with nothing judged yet."""
    folder = tmp_path / "home"
    shutil.copytree(talked, folder)
    with serve(folder) as address:
        yield address


def pairs(talked: Path, documents: dict[str, Document]) -> Drawn:
    """What is judged, in its order."""
    history = History.open(talked / "tutor.sqlite3")
    try:
        return of_conversations([history.conversation(1)], documents)
    finally:
        history.close()


def begin(page: Page, name: str) -> None:
    page.get_by_label("Who reviews").fill(name)
    page.keyboard.press("Enter")


def shows(page: Page, pair: Pair, judged: int) -> None:
    """The page asks about a pair, and says nothing of what the tutor makes of it."""
    expect(page.locator(".said")).to_have_text(pair.sentence, timeout=LOADING)
    expect(page.get_by_text(ASKED)).to_be_visible()
    expect(page.locator(".seat")).to_contain_text(f"{judged} of 3 judged")
    assert marked(page) == folded(pair.quote)
    source = page.content() + page.locator(".stApp").inner_text()
    assert [
        word for word in ("The tutor’s check", 'class="verdicts"', "You agree", "You disagree") if word in source
    ] == []


def own(pair: Pair) -> str:
    """What the tutor's check makes of a pair."""
    return next((word for part, word in OWN.items() if part in pair.sentence), "Supported")


def judge(page: Page, key: str, mine: str, theirs: str) -> None:
    """Judge by a key; both verdicts are shown then."""
    page.keyboard.press(key)
    expect(page.locator(".verdicts > div").nth(0)).to_contain_text(mine)
    expect(page.locator(".verdicts > div").nth(1)).to_contain_text(theirs)
    agreed = "You agree." if mine == theirs else "You disagree."
    expect(page.get_by_text(agreed)).to_be_visible()


def test_three_pairs_by_the_keys_then_a_second_reviewer_and_the_files(
    open_page: Opener, talked: Path, tmp_path: Path, documents: dict[str, Document]
) -> None:
    first, second, third = pairs(talked, documents).of(Kind.WRITTEN)
    page = open_page("/review")
    page.get_by_label("Who reviews").press_sequentially("Anna 123 n")  # a field takes its keys itself
    expect(page.get_by_label("Who reviews")).to_have_value("Anna 123 n")
    page.keyboard.press("Enter")
    shows(page, first, 0)
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("dialog").get_by_text("Another").click()
    page.get_by_label("Which one").press_sequentially("123")
    expect(page.get_by_label("Which one")).to_have_value("123")
    page.keyboard.press("Escape")
    shows(page, first, 0)  # nothing was judged by that
    judge(page, "1", "Supported", own(first))
    expect(page.locator(".verdicts + .meta")).to_contain_text("So far supported: 1 of 1, 100 % [21–100]")
    assert marked(page) == folded(first.quote)  # the passage is still there
    page.keyboard.press("n")
    shows(page, second, 1)
    page.keyboard.press("n")  # means nothing here
    judge(page, "2", "Partly", own(second))
    page.keyboard.press("u")
    shows(page, second, 1)
    page.reload()  # resumes
    shows(page, second, 1)
    judge(page, "3", "Not", own(second))
    page.keyboard.press("n")
    shows(page, third, 2)
    judge(page, "3", "Not", own(third))
    page.keyboard.press("n")
    expect(page.get_by_text("All of these are judged.")).to_be_visible()
    table = page.get_by_role("region", name="Written answers, by reviewer")
    cells = table.get_by_role("row").nth(1)
    expect(cells).to_contain_text("Anna 123 n")
    assert cells.get_by_role("cell").all_inner_texts()[:3] == ["3", "33 %\n6–79", "0 %"]

    page.get_by_role("button", name="Change").click()
    begin(page, "Ben")
    shows(page, first, 0)
    judge(page, "1", "Supported", own(first))
    between = page.get_by_role("region", name="Between reviewers")
    expect(between.get_by_role("row").nth(1)).to_contain_text("Anna 123 n and Ben")
    assert between.get_by_role("cell").all_inner_texts() == ["1 of 1", "too few"]

    with page.expect_download() as wanted:
        page.get_by_role("button", name="Download the disagreements").click()
    assert wanted.value.suggested_filename == "reviewed_written.jsonl"
    rows = [json.loads(line) for line in Path(wanted.value.path()).read_text(encoding="utf-8").splitlines()]
    kept = Reviews.open(tmp_path / "home" / "tutor.sqlite3").all()
    assert [(one.reviewer, one.pair.id, one.blind) for one in kept] == [
        ("Anna 123 n", first.id, True),
        ("Anna 123 n", second.id, False),
        ("Anna 123 n", third.id, True),
        ("Ben", first.id, True),
    ]
    assert rows == json.loads(json.dumps(reviewed_rows(kept)))
    assert rows


def test_by_keyboard_alone_on_a_phone(open_page: Opener, talked: Path, documents: dict[str, Document]) -> None:
    drawn = pairs(talked, documents)
    page = open_page(ADDRESS.format("Anna"), PHONE)
    shows(page, drawn.of(Kind.WRITTEN)[0], 0)
    fits(page)
    for name in ("Supported", "Partly", "Not"):
        box = page.get_by_role("button", name=name).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= PHONE[1], f"{name} is below the screen"
        assert box["height"] >= 40
    tab_to(page, "element.textContent.startsWith('Partly')")
    page.keyboard.press("Enter")
    expect(page.locator(".verdicts > div").nth(0)).to_contain_text("Partly")
    fits(page)
    tab_to(page, "element.textContent.startsWith('Next')")
    page.keyboard.press("Enter")
    shows(page, drawn.of(Kind.WRITTEN)[1], 1)
    page.get_by_role("radio", name="quoted answers").click(force=True)
    expect(page.get_by_text("Does the sentence answer the question?")).to_be_visible()
    expect(page.locator(".said")).to_have_text(drawn.of(Kind.QUOTED)[0].sentence)
    judged = drawn.of(Kind.QUOTED)[0]
    page.keyboard.press("1")
    expect(page.locator(".verdicts > div").nth(1)).to_contain_text("The tutor called its answer")
    expect(page.locator(".verdicts + .meta")).to_contain_text("So far answering: 1 of 1")
    assert judged.kind is Kind.QUOTED
    fits(page)


def test_without_a_conversation_or_a_run(open_page: Opener, tmp_path: Path) -> None:
    (tmp_path / "home" / "tutor.sqlite3").unlink()
    for rest in (tmp_path / "home").glob("tutor.sqlite3-*"):
        rest.unlink()
    page = open_page("/review")
    expect(page.get_by_text("There are no conversations yet: ask something on the page Chat.")).to_be_visible()
    expect(page.get_by_text("There are no evaluation runs to review yet")).to_be_visible()


@pictures
def test_picture(open_page: Opener, talked: Path, documents: dict[str, Document]) -> None:
    page = open_page(ADDRESS.format("Anna"), WIDE)
    for pair in pairs(talked, documents).of(Kind.WRITTEN):
        expect(page.locator(".said")).to_have_text(pair.sentence, timeout=LOADING)
        page.keyboard.press("1")
        expect(page.locator(".verdicts")).to_be_visible()
        if own(pair) == "Partly":
            break
        page.keyboard.press("n")
    page.wait_for_timeout(1000)
    page.screenshot(path=ROOT / "docs" / "review.png")
