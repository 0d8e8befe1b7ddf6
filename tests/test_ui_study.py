"""The Study page without a browser: what it asks and keeps back, what a rating does, what it says when nothing is left.

The cards are saved ones, put into the file beforehand, so that the tests know them whatever the sources give besides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app.answer import Answer, Citation, Sentence
from app.study.card import BLANK, Asked, Card, CardKind, card_id
from app.study.progress import SectionProgress
from app.study.queue import Plan
from app.study.schedule import Rating, rate
from app.study.store import StudyFile
from app.study.zone import machine_zone, named_zone
from app.ui import study_html
from app.ui.answering import card_button
from app.ui.study_state import saved_card
from ingest.documents import Document, Span

Documents = dict[str, Document]

TIMEOUT = 120  # seconds: the tutor is loaded in it
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PAGE = """
from datetime import datetime
from app.ui import study
study.page(clock=lambda zone: datetime.fromisoformat("{at}").astimezone(zone))
"""
HOSTILE = "<script>x()</script> & “b”"


@pytest.fixture(autouse=True)
def _fresh_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")  # what today is where no browser says
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def cited(documents: Documents, words: str) -> Citation:
    """The citation of words of kim2026."""
    kim = documents["kim2026"]
    at = kim.text.index(words)
    return Citation(1, "kim2026", kim.source.title, kim.section_at(at).title, Span(at, at + len(words)), words, "Kim")


def own(question: str, citation: Citation, answer: str = "") -> Card:
    said = answer or citation.quote
    name = card_id(CardKind.SAVED, citation.source_id, question, said)
    return Card(name, CardKind.SAVED, Asked.STATEMENT, question, said, citation)


@pytest.fixture
def cards(home: Path, documents: Documents) -> tuple[Card, Card]:
    """Two cards that are kept and new."""
    both = (
        own("How many echelons?", cited(documents, "A total of 124 echelons"), "124"),
        own("What first?", cited(documents, "Soviet Koreans were the first among the Peoples of the USSR")),
    )
    kept = StudyFile.open(home / "tutor.sqlite3")
    for n, card in enumerate(both):
        kept.save(card, NOON - timedelta(hours=2 - n))
    kept.close()
    return both


@pytest.fixture
def file(home: Path) -> Iterator[StudyFile]:
    """What is kept, beside the page."""
    opened = StudyFile.open(home / "tutor.sqlite3")
    yield opened
    opened.close()


def opened(at: datetime = NOON, **address: str) -> AppTest:
    page = AppTest.from_string(PAGE.format(at=at.isoformat()), default_timeout=TIMEOUT)
    page.query_params.update({"kinds": "saved"} | address)
    page = page.run()
    assert not page.exception
    return page


def text(page: AppTest) -> str:
    """All HTML of the page's own as a reader sees it, the answer's words in brackets."""
    html = "\n".join(element.proto.body for element in page.get("html") if "<style>" not in element.proto.body)
    html = re.sub(r"<span class=\"gap\".*?</span>", BLANK, re.sub(r"<mark>(.*?)</mark>", r"[\1]", html))
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def keys(page: AppTest) -> list[str]:
    """The buttons of the page, each with its key on the keyboard."""
    return [f"{button.label} {button.proto.shortcut}".strip() for button in page.button]


def press(page: AppTest, key: str) -> AppTest:
    page = page.button(key=f"study-{key}").click().run()
    assert not page.exception
    return page


def test_a_card_is_asked_shown_and_rated(cards: tuple[Card, Card], file: StudyFile) -> None:
    page = opened()
    assert "2 left today 2 new My own, from the chat How many echelons?" in text(page)
    assert "124" not in text(page)  # nor anywhere in what the browser got
    assert keys(page) == ["Show the answer :small[Space]"]
    page = press(page, "show")
    assert "How many echelons? 124 A total of [124] echelons Kim · " in text(page)
    assert keys(page) == [
        "**Again** 1 min 1",
        "**Hard** 6 min 2",
        "**Good** 10 min 3",
        "**Easy** 8 days 4",
        "Open in the source",
        "Delete",
        "Set aside",
    ]
    page = press(page, "rate-4")
    assert "1 left today 1 new 1 day in a row My own, from the chat What first?" in text(page)
    assert file.cards()[cards[0].id].memory == rate(None, Rating.EASY, NOON)
    page = opened()  # a page that is loaded anew goes on there
    assert "1 left today 1 new 1 day in a row My own, from the chat What first?" in text(page)
    assert keys(page) == ["Show the answer :small[Space]", "Undo u"]


def test_a_wrong_answer_opens_its_passage_until_one_goes_on(cards: tuple[Card, Card]) -> None:
    page = press(press(opened(), "show"), "rate-1")
    assert "How many echelons? 124 A total of [124] echelons" in text(page)
    assert "Read it where it stands, then go on." in text(page)
    assert page.session_state["study_opened"].citation == cards[0].citation
    assert keys(page) == ["Next n", "Undo u", "Close"]
    page = press(page, "next")
    assert "What first?" in text(page)
    assert "2 left today 1 being learnt 1 new" in text(page)
    assert page.session_state["study_opened"] is None


def test_undo_brings_the_card_back(cards: tuple[Card, Card], file: StudyFile) -> None:
    page = press(press(press(opened(), "show"), "rate-1"), "undo")
    assert "2 left today 2 new My own, from the chat How many echelons?" in text(page)
    assert file.reviews() == ()
    page = press(press(page, "show"), "rate-3")
    page = press(press(page, "show"), "rate-3")
    page = press(page, "undo")
    assert "2 left today 1 being learnt 1 new 1 day in a row My own, from the chat What first?" in text(page)
    page = press(page, "undo")
    assert "2 left today 2 new My own, from the chat How many echelons?" in text(page)
    assert file.reviews() == ()


def test_a_card_that_another_page_reviewed_is_not_rated_twice(cards: tuple[Card, Card], file: StudyFile) -> None:
    page = press(opened(), "show")
    memory = file.rate(cards[0], Rating.EASY, NOON, None)
    page = press(page, "rate-1")
    assert "This card was reviewed or deleted in another page. Here is the next." in text(page)
    assert "What first?" in text(page)
    assert file.cards()[cards[0].id].memory == memory
    page = press(page, "show")
    assert "in another page" not in text(page)


def test_when_nothing_is_left_it_says_when_the_next_is_due(cards: tuple[Card, Card], file: StudyFile) -> None:
    for card in cards:
        file.rate(card, Rating.EASY, NOON, None)
    assert "Done for now The next card comes on Tuesday, 10 March." in text(opened())
    assert "Due today 0, within 7 days 0, within 30 days 2." in text(opened())
    page = opened(NOON + timedelta(days=7))
    assert "0 left today Done for now The next card comes tomorrow." in text(page)
    page = opened(NOON + timedelta(days=8))
    assert "2 left today 2 due My own" in text(page)


def test_new_cards_a_day_are_as_many_as_are_set_and_more_if_wanted(cards: tuple[Card, Card], file: StudyFile) -> None:
    page = opened()
    page = page.number_input(key="study_new").set_value(1).run()
    assert file.new_a_day() == 1
    assert "1 left today 1 new" in text(page)
    page = press(press(page, "show"), "rate-4")
    assert "Done for now The next card comes tomorrow." in text(page)
    page = press(page, "more-new")
    assert "1 left today 1 new 1 day in a row My own, from the chat What first?" in text(page)


def test_a_card_is_set_aside_taken_in_and_deleted(cards: tuple[Card, Card], file: StudyFile) -> None:
    page = press(press(opened(), "show"), "aside")
    assert "1 left today 1 new My own, from the chat What first?" in text(page)
    assert "Set aside (1) How many echelons? 124" in text(page)
    page = press(page, f"in-{cards[0].id}")
    assert "2 left today 2 new My own, from the chat How many echelons?" in text(page)
    page = press(press(page, "show"), "delete")
    assert "1 left today 1 new My own, from the chat What first?" in text(page)
    assert list(file.cards()) == [cards[1].id]


def test_a_section_or_a_kind_that_is_not_there_is_dropped(cards: tuple[Card, Card]) -> None:
    page = opened(section="Nowhere", source="gone", kinds="saved.no")
    assert "2 left today 2 new" in text(page)
    page = opened(source="loc")
    assert "No card is of what you have chosen. Choose more above." in text(page)
    page = opened(source="kim2026", section=cards[1].section)
    assert "1 left today 1 new My own, from the chat What first?" in text(page)


def test_a_card_whose_source_has_changed_is_marked_and_still_asked(home: Path, documents: Documents) -> None:
    kept = StudyFile.open(home / "tutor.sqlite3")
    card = own("Who?", replace(cited(documents, "A total of 124 echelons"), quote="It was Anna"), "Anna")
    kept.save(card, NOON)
    kept.close()
    page = press(opened(), "show")
    assert "Who? Anna It was [Anna] Changed The source has changed or gone since this card was made" in text(page)
    page = press(page, "rate-3")
    assert "1 left today 1 being learnt" in text(page)


def test_what_is_in_cards_stays_text(home: Path, documents: Documents) -> None:
    kept = StudyFile.open(home / "tutor.sqlite3")
    place = cited(documents, "A total of 124 echelons")
    kept.save(own(HOSTILE, replace(place, section=HOSTILE, label=HOSTILE, quote=HOSTILE * 2), HOSTILE), NOON)
    kept.close()
    page = press(press(opened(), "show"), "rate-1")
    progress = opened(part="progress")
    html = "\n".join(element.proto.body for one in (page, progress) for element in one.get("html"))
    assert "<script>" not in html
    assert html.count("&lt;script&gt;x()&lt;/script&gt; &amp; “b”") >= 6


def test_progress_counts_by_section(cards: tuple[Card, Card], file: StudyFile) -> None:
    file.rate(cards[0], Rating.AGAIN, NOON, None)
    page = opened(part="progress")
    assert re.search(r"1 of [\d,]+ cards seen, 0 learnt, 1 weak. Studied on 1 day, 1 in a row.", text(page))
    assert "Read these again How many echelons? 124 Kim · " in text(page)


@pytest.mark.parametrize("part", ["guide", "timeline"])
def test_the_other_parts_are_shown(home: Path, part: str) -> None:
    page = opened(part=part)
    assert page.session_state["study-part"].value.lower() == part
    assert text(page)


def test_a_damaged_file_is_said_in_a_line(home: Path) -> None:
    (home / "tutor.sqlite3").write_bytes(b"no database" * 1000)
    page = opened()
    assert [error.value.partition("&")[0] for error in page.error] != []
    assert "is damaged" in unescape(page.error[0].value)


# -- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plan", "total", "said"),
    [
        (Plan(None, None, 0, 0, 0), 0, "There are no cards"),
        (Plan(None, None, 0, 0, 0), 3, "No card is due, and no new one comes as you have set it."),
        (Plan(None, None, 0, 0, 0, NOON + timedelta(days=2)), 3, "The next card comes on Wednesday, 4 March."),
    ],
)
def test_nothing_left(plan: Plan, total: int, said: str) -> None:
    assert said in study_html.done_html(plan, NOON, total)


def test_a_cloze_card_keeps_its_answer_back_and_then_fills_it_in() -> None:
    place = Citation(1, "s", "S", "One", Span(0, 20), "It  was *1937* then.", "S 1937")
    card = Card("c", CardKind.CLOZE, Asked.DATE, f"It was {BLANK} then.", "1937", place)
    asked = study_html.card_html(card, shown=False, document=None, stale=False)
    shown = study_html.card_html(card, shown=True, document=None, stale=False)
    assert "1937" not in asked
    assert 'aria-label="blank"' in asked
    assert "It was <mark>1937</mark> then." in shown
    assert "S 1937 · One" in shown


def test_the_forecast_in_words() -> None:
    days = [(date(2026, 3, 2) + timedelta(days=n), 1 if n in (0, 6, 7, 29) else 0) for n in range(30)]
    assert study_html.forecast_words(days) == "Due today 1, within 7 days 2, within 30 days 4."


def test_the_progress_table_links_to_the_section() -> None:
    place = Citation(1, "s&t", "S <i>", "One", Span(5, 9), "x")
    html = study_html.progress_html([SectionProgress("s&t", "S <i>", "One <b>", 4, 3, 1, (), place)])
    assert 'href="sources?source=s%26t&amp;start=5&amp;end=9">One &lt;b&gt;</a>' in html
    assert "<td>4</td><td>3</td><td>1</td><td>0</td>" in html
    assert study_html.weak_html(()) == ""


def test_a_cited_sentence_of_the_chat_as_a_card(documents: Documents) -> None:
    citation = cited(documents, "A total of 124 echelons")
    answer = Answer("And then?", "How many echelons?", (Sentence("x", (1,)),), (citation,), 0.9)
    card = saved_card(answer, citation, documents)
    assert (card.prompt, card.answer, card.kind) == ("How many echelons?", citation.quote, CardKind.SAVED)
    assert card == saved_card(answer, citation, documents)
    assert saved_card(answer, replace(citation, quote="gone  then"), documents).answer == "gone then"
    assert 'data-card="w1"' in card_button(answer.sentences[0], {1: citation}, "w")
    assert card_button(Sentence("x", (2,)), {1: citation}) == ""


def test_the_zone_of_the_machine(tmp_path: Path) -> None:
    link = tmp_path / "localtime"
    assert machine_zone({"TZ": "Asia/Seoul"}, link) == ZoneInfo("Asia/Seoul")
    assert machine_zone({"TZ": ":Asia/Seoul"}, link) == ZoneInfo("Asia/Seoul")
    there = tmp_path / "zoneinfo" / "Europe" / "Berlin"
    there.parent.mkdir(parents=True)
    there.touch()
    link.symlink_to(there)
    assert machine_zone({}, link) == ZoneInfo("Europe/Berlin")
    assert machine_zone({"TZ": "No/Where"}, link) == ZoneInfo("Europe/Berlin")
    assert machine_zone({}, tmp_path / "none").utcoffset(NOON.replace(tzinfo=None)) is not None
    assert [named_zone(name) for name in ("", None, "No/Where", "../../etc/passwd", "/etc")] == [None] * 5
