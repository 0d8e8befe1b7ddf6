"""The quiz of the Study page without a browser: what it asks, keeps, says and opens, and what a result leads to.

The quizzes are put into the file beforehand, so that the tests know their items whatever the sources give besides.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app.answer import Citation
from app.settings import Settings
from app.study.card import BLANK, Asked
from app.study.cards import deck
from app.study.item import Difficulty, Graded, Item, ItemKind, Option, Outcome
from app.study.quiz import Quiz, Topic, Wish, topics
from app.study.quiz_store import Question, QuizFile
from app.study.store import StudyFile
from app.tutor import Tutor
from app.ui import quiz_begin, quiz_html, quiz_state
from ingest.documents import Document, Span

Documents = dict[str, Document]

TIMEOUT = 120  # seconds: the tutor is loaded in it
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PAGE = """
from datetime import datetime
from app.ui import study
study.page(clock=lambda zone: datetime.fromisoformat("{at}").astimezone(zone))
"""
HOSTILE = "<script>x()</script> & “b” `c` *d*"
RIGHT, PARTLY, WRONG, SKIPPED = Outcome


@pytest.fixture(scope="module")
def served(indexed: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose tutor is loaded once."""
    folder = tmp_path_factory.mktemp("quiz") / "home"
    shutil.copytree(indexed.home, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TUTOR_HOME", str(folder))
        patch.setenv("TZ", "UTC")  # what today is where no browser says
        st.cache_resource.clear()
        yield folder
        st.cache_resource.clear()


@pytest.fixture
def home(served: Path) -> Path:
    """That home, with nothing kept in it."""
    for kept in served.glob("tutor.sqlite3*"):
        kept.unlink()
    return served


def cited(documents: Documents, words: str) -> Citation:
    """The citation of words of kim2026."""
    kim = documents["kim2026"]
    at = kim.text.index(words)
    return Citation(1, "kim2026", kim.source.title, kim.section_at(at).title, Span(at, at + len(words)), words, "Kim")


@pytest.fixture(scope="module")
def items(documents: Documents) -> tuple[Item, Item, Item]:
    """One of each kind."""
    total = cited(documents, "A total of 124 echelons")
    first = cited(documents, "Soviet Koreans were the first among the Peoples of the USSR")
    train = cited(documents, "train No. 505")
    level = Difficulty.MEDIUM
    return (
        Item(
            *("choice", ItemKind.CHOICE, Asked.NUMBER, level, f"A total of {BLANK} echelons", "124", total),
            options=(Option("505", train), Option("124", total), Option("7", first)),
            right=1,
        ),
        Item("short", ItemKind.SHORT, Asked.NAME, level, "Who were the first?", "Soviet Koreans", first),
        Item(
            *("evidence", ItemKind.EVIDENCE, Asked.NUMBER, level, "Which train crashed?", "505", train),
            options=(Option("There was train No. 505.", train), Option("Others were the first.", first)),
            right=0,
        ),
    )


@pytest.fixture
def file(home: Path) -> Iterator[QuizFile]:
    """What is kept, beside the page."""
    opened = QuizFile.open(home / "tutor.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def quiz(file: QuizFile, items: tuple[Item, Item, Item]) -> int:
    return file.begin(Quiz(items, Wish(3), 1), "All sections", NOON)


def opened(**address: object) -> AppTest:
    page = AppTest.from_string(PAGE.format(at=NOON.isoformat()), default_timeout=TIMEOUT)
    page.query_params.update({"part": "quiz"} | {name: str(value) for name, value in address.items()})
    return ran(page.run())


def ran(page: AppTest) -> AppTest:
    assert not page.exception
    return page


def press(page: AppTest, key: str) -> AppTest:
    return ran(page.button(key=f"quiz-{key}").click().run())


def html_of(page: AppTest) -> str:
    """All HTML that the browser got, also that of lists with buttons."""
    parts = [element.proto.body for element in page.get("html") if "<style>" not in element.proto.body]
    for element in page.get("bidi_component"):
        parts += json.loads(element.proto.json or "{}").get("parts", [])
    return "\n".join(parts)


def text(page: AppTest) -> str:
    """What a reader sees of it, marked words in brackets."""
    html = re.sub(r"<span class=\"gap\".*?</span>", BLANK, re.sub(r"<mark>(.*?)</mark>", r"[\1]", html_of(page)))
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def labels(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


# -- beginning -------------------------------------------------------------------------------------------------------


def test_one_press_begins_a_quiz_and_it_is_kept(home: Path, file: QuizFile, tutor: Tutor) -> None:
    page = opened()
    assert labels(page) == ["Begin"]
    page = press(page, "begin")
    (line,) = file.quizzes()
    assert (line.questions, line.answered, line.topic) == (10, 0, "All sections")
    assert page.query_params["quiz"] == str(line.id)
    assert "1 of 10 · All sections" in text(page)
    assert file.quiz(line.id).wish == Wish(10)
    again = opened(quiz=line.id)  # a page that is loaded anew
    assert text(again) == text(page)
    page = press(page, "leave")
    assert "quiz" not in page.query_params
    assert "You have not finished this one: 0 of 10 answered today, 12:00 · All sections" in text(page)
    page = press(page, f"open-{line.id}")
    assert "1 of 10 · All sections" in text(page)


def test_an_address_names_the_topic_and_too_few_items_are_told(home: Path, file: QuizFile, tutor: Tutor) -> None:
    small = min(topics(tutor), key=lambda topic: topic.items)
    page = opened(source=small.source_id, section=small.section)
    assert page.multiselect[0].value == [(small.source_id, small.section)]
    assert f"No more than {small.items} can be asked of this." in text(page)
    page = press(page, "begin")
    (line,) = file.quizzes()
    taken = file.quiz(line.id)
    assert {question.item.section for question in taken.questions} == {small.section}
    assert len(taken.questions) <= small.items
    assert f"No more than {len(taken.questions)} can be asked of what you chose." in text(page)
    assert {"source", "section"} & set(page.query_params) == set()


def test_no_kind_no_quiz(home: Path) -> None:
    page = opened()
    page = ran(page.button_group(key="quiz-kinds").set_value([]).run())
    assert "Choose one kind of question or more." in text(page)
    assert page.button(key="quiz-begin").disabled


def test_a_quiz_that_cannot_be_made_says_why(home: Path, file: QuizFile) -> None:
    page = opened()
    wished = quiz_state.Wished(Wish(5, sections=frozenset({("gone", "Nowhere")})), "")
    page.session_state["quiz_wished"] = wished
    page = ran(page.run())
    assert "No quiz was made. Nothing can be asked about the sections that were chosen." in text(page)
    assert file.quizzes() == ()


@pytest.mark.parametrize("address", ["99", "x", "-1", "1" * 40])
def test_a_quiz_that_is_not_there(home: Path, address: str) -> None:
    page = opened(quiz=address)
    assert labels(page) == ["Begin"]
    assert ("This quiz is not there any more. Begin another." in text(page)) == (address == "99")


def test_a_quiz_is_deleted_when_that_is_meant(file: QuizFile, quiz: int) -> None:
    page = press(opened(), f"delete-{quiz}")
    assert labels(page) == ["Delete for good", "Keep it", "Begin"]
    page = press(page, f"spare-{quiz}")
    assert len(file.quizzes()) == 1
    page = press(press(page, f"delete-{quiz}"), f"really-{quiz}")
    assert labels(page) == ["Begin"]
    assert file.quizzes() == ()


# -- a question ------------------------------------------------------------------------------------------------------


def test_a_choice_is_asked_answered_and_explained(file: QuizFile, quiz: int, items: tuple[Item, ...]) -> None:
    page = opened(quiz=quiz)
    assert f"1 of 3 · All sections Choose the answer A total of {BLANK} echelons" in text(page)
    assert page.radio[0].options == ["`1` 505", "`2` 124", "`3` 7"]
    assert "7. Narratives" not in html_of(page)  # nor where it stands
    page = press(page, f"answer-{quiz}-0")
    assert "Nothing is chosen yet." in text(page)
    assert file.quiz(quiz).questions[0] == Question(items[0])
    page.radio[0].set_value(0)
    page = press(page, f"answer-{quiz}-0")
    assert file.quiz(quiz).questions[0] == Question(items[0], Graded(items[0], "0", WRONG))
    said = text(page)
    assert "Nothing is chosen yet." not in said
    assert "✕ Wrong A total of [124] echelons ✕ 505 your choice ✓ 124 right 7" in said
    assert "505 stands here: train No. [505] Open Kim · 6. Misrepresentations about" in said
    assert labels(page) == ["Leave", "Next"]
    assert text(opened(quiz=quiz)) == said
    page = press(page, "next")
    assert "2 of 3 · All sections Answer in a few words Who were the first?" in text(page)
    assert "Soviet Koreans" not in html_of(page)


def test_a_short_answer_is_graded_and_the_student_may_overrule(file: QuizFile, quiz: int) -> None:
    file.answer(quiz, 0, Graded(file.quiz(quiz).questions[0].item, "", SKIPPED))
    file.leave(quiz, 0)
    page = opened(quiz=quiz)
    page = press(page, f"answer-{quiz}-1")
    assert "Nothing is written yet." in text(page)
    page.text_input[0].set_value("the  Dutch")
    page = press(page, f"answer-{quiz}-1")
    assert "✕ Wrong Who were the first? You gave the Dutch" in text(page)
    assert "The source says: [Soviet Koreans] were the first among the Peoples of the USSR Open Kim · " in text(page)
    assert labels(page) == ["Leave", "Next", "Count it as right"]
    page = press(page, "count-right")
    assert "✓ Right Who were the first?" in text(page)
    assert "You count it as right. It was graded: wrong." in text(page)
    assert [one.outcome for one in file.quiz(quiz).graded] == [SKIPPED, RIGHT]
    page = press(page, "count-graded")
    assert "✕ Wrong Who were the first?" in text(page)
    assert [one.outcome for one in file.quiz(quiz).graded] == [SKIPPED, WRONG]


def test_evidence_is_kept_back_until_it_was_chosen(file: QuizFile, quiz: int, items: tuple[Item, ...]) -> None:
    for at in (0, 1):
        file.answer(quiz, at, Graded(items[at], "", SKIPPED))
        file.leave(quiz, at)
    page = opened(quiz=quiz)
    assert "3 of 3 · All sections Find the passage that answers this Which train crashed?" in text(page)
    assert "Kim" not in html_of(page)
    assert page.radio[0].options == ["`1` There was train No&#46; 505&#46;", "`2` Others were the first&#46;"]
    page.radio[0].set_value(1)
    page = press(page, f"answer-{quiz}-2")
    assert "✕ Wrong Which train crashed? You gave passage 2 Right answer passage 1" in text(page)
    assert "The passage has this sentence: train No. [505] Open Kim · 6. " in text(page)
    assert "Passage 2 stands here: Soviet Koreans were the first among the Peoples of the USSR Open" in text(page)
    assert labels(page) == ["Leave", "See the result"]


def test_what_another_page_answered_counts_and_is_said(file: QuizFile, quiz: int, items: tuple[Item, ...]) -> None:
    page = opened(quiz=quiz)
    page.radio[0].set_value(0)
    file.answer(quiz, 0, Graded(items[0], "1", RIGHT))
    page = press(page, f"answer-{quiz}-0")
    assert "This answer is not kept. This question was answered in another page. What was given there" in text(page)
    assert "✓ Right A total of [124] echelons" in text(page)
    file.leave(quiz, 0)
    page = press(page, "next")  # the other page has gone on, too
    assert "2 of 3" in text(page)
    assert "another page" not in text(page)
    file.delete(quiz)
    page.text_input[0].set_value("Soviet Koreans")
    page = press(page, f"answer-{quiz}-1")
    assert "This quiz is not there any more. Begin another." in text(page)
    assert labels(page) == ["Begin"]


def test_the_same_answer_twice_is_no_fault(file: QuizFile, quiz: int, items: tuple[Item, ...]) -> None:
    page = opened(quiz=quiz)
    page.radio[0].set_value(1)
    file.answer(quiz, 0, Graded(items[0], "1", RIGHT))
    page = press(page, f"answer-{quiz}-0")
    assert "another page" not in text(page)
    assert "✓ Right" in text(page)


def test_a_quiz_whose_source_has_changed_opens_and_says_so(file: QuizFile, items: tuple[Item, ...]) -> None:
    gone = replace(items[0].citation, source_id="gone", source_title="Gone", label="Gone")
    stale = replace(items[1], citation=replace(items[1].citation, quote="The Dutch were, Soviet Koreans were not"))
    quiz = file.begin(Quiz((replace(items[0], citation=gone), stale), Wish(2), 1), "All sections", NOON)
    page = press(opened(quiz=quiz), f"skip-{quiz}-0")
    changed = "Changed The source has changed or gone since this quiz was made; its words are shown as they were."
    assert "– Not answered A total of [124] echelons 505 ✓ 124 right 7 Open in the source Gone · 7. " in text(page)
    assert changed in text(page)
    page = press(press(page, "next"), f"skip-{quiz}-1")
    assert "The source says: The Dutch were, [Soviet Koreans] were not Open Kim · 1. Introduction Changed" in text(page)
    page = press(page, "next")
    assert "0 of 2 points" in text(page)
    assert text(page).count(changed) == 4  # where to reread, and at every question


# -- the result ------------------------------------------------------------------------------------------------------


@pytest.fixture
def done(file: QuizFile, quiz: int, items: tuple[Item, Item, Item]) -> int:
    """A quiz that is done: right, partly right, wrong."""
    for at, (given, outcome) in enumerate([("1", RIGHT), ("Koreans", PARTLY), ("1", WRONG)]):
        file.answer(quiz, at, Graded(items[at], given, outcome))
        file.leave(quiz, at)
    return quiz


def test_a_result_says_what_to_reread_in_the_order_of_the_source(file: QuizFile, done: int) -> None:
    page = opened(quiz=done)
    said = text(page)
    assert "1.5 of 3 points All sections · today, 12:00" in said
    assert "By kind Points Of Multiple choice 1 1 Short answers 0.5 1 Find the evidence 0 1 By section" in said
    assert re.search(
        r"What to reread German Kim 2026 · 1\. Introduction Soviet Koreans were the first among the Peoples of the USSR"
        r" Open German Kim 2026 · 6\. Misrepresentations [^.]* train No\. 505 Open",
        said,
    )
    assert "1. A total of [124] echelons ✓ Right. You gave 124. Open in the source Kim · " in said
    assert "2. Who were the first? ◐ Partly right. You gave Koreans. The right answer is Soviet Koreans. [Sov" in said
    assert "3. Which train crashed? ✕ Wrong. You chose another passage. train No. [505] Open" in said
    assert labels(page) == [
        "Same again, other questions",
        "Only what I missed (2)",
        "Study these as cards (2)",  # the sources ask who was the first, too, and of the crash
        "All quizzes",
    ]
    page = press(page, "all")
    assert "Your quizzes 1.5 of 3 points today, 12:00 · All sections" in text(page)


def test_only_what_was_missed_and_the_same_again(file: QuizFile, done: int, items: tuple[Item, ...]) -> None:
    page = press(opened(quiz=done), "missed")
    missed = file.quizzes()[0]
    assert (missed.topic, missed.questions) == ("What you missed: All sections", 2)
    assert [one.item for one in file.quiz(missed.id).questions] == [items[1], items[2]]
    assert "1 of 2 · What you missed: All sections Answer in a few words Who were the first?" in text(page)
    page = press(opened(quiz=done), "again")
    again = file.quizzes()[0]
    assert (again.topic, again.questions, again.answered) == ("All sections", 3, 0)
    assert "1 of 3 · All sections" in text(page)


def test_missed_items_are_studied_as_cards(home: Path, file: QuizFile, tutor: Tutor) -> None:
    card = deck(tutor)[7]
    item = Item("i", ItemKind.SHORT, card.asked, Difficulty.EASY, card.prompt, card.answer, card.citation)
    quiz = file.begin(Quiz((item,), Wish(1), 1), "All sections", NOON)
    file.answer(quiz, 0, Graded(item, "", SKIPPED))
    file.leave(quiz, 0)
    page = opened(quiz=quiz)
    assert labels(page)[:3] == ["Same again, other questions", "Only what I missed (1)", "Study these as cards (1)"]
    page = press(page, "cards")
    assert page.session_state["study-part"].value == "Cards"
    assert card.prompt.partition(BLANK)[0].strip() in text(page)
    assert "11 left today 1 due 10 new" in text(page)
    studied = StudyFile.open(home / "tutor.sqlite3")
    assert (studied.wanted(), studied.cards(), studied.reviews()) == ((card.id,), {}, ())  # nothing is rated for one
    studied.close()


# -- safe, whatever it is --------------------------------------------------------------------------------------------


def test_what_is_in_a_quiz_stays_text(file: QuizFile, items: tuple[Item, ...]) -> None:
    place = replace(items[0].citation, section=HOSTILE, label=HOSTILE, quote=HOSTILE, source_id="gone")
    option = Option(HOSTILE, place)
    choice = replace(items[0], prompt=HOSTILE, answer=HOSTILE, citation=place, options=(option, option))
    short = replace(items[1], prompt=HOSTILE, answer=HOSTILE, citation=place)
    quiz = file.begin(Quiz((choice, short), Wish(2), 1), HOSTILE, NOON)
    page = opened(quiz=quiz)
    assert page.radio[0].options[0].startswith("`1` &#60;script&#62;x&#40;&#41;&#60;&#47;script&#62;")
    seen = [html_of(page)]
    page.radio[0].set_value(0)
    page = press(page, f"answer-{quiz}-0")
    seen.append(html_of(page))
    page = press(page, "next")
    file.answer(quiz, 1, Graded(short, HOSTILE, PARTLY, HOSTILE))
    page = ran(page.run())
    seen.append(html_of(page))
    page = press(page, "next")
    seen.append(html_of(page))
    seen.append(html_of(press(page, "all")))
    assert [("<script>" in html, "&lt;script&gt;x()" in html) for html in seen] == [(False, True)] * 5


# -- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "section", "named"),
    [
        ("a", "", [("a", None)]),
        ("b", "", [("b", "Only")]),
        ("a", "Two", [("a", "Two")]),
        ("", "One", [("a", "One")]),
        ("gone", "", []),
        ("a", "Nowhere", []),
        ("", "", []),
    ],
)
def test_what_an_address_names(source: str, section: str, named: list[tuple[str, str | None]]) -> None:
    there = [Topic("a", "A", "One", 3), Topic("a", "A", "Two", 4), Topic("b", "B", "Only", 5)]
    counts = quiz_begin.choices(there)
    assert counts == {("a", None): 7, ("a", "One"): 3, ("a", "Two"): 4, ("b", "Only"): 5}
    assert quiz_begin._named(counts, source, section) == named


def test_topics_in_words_and_as_sections() -> None:
    there = [Topic("a", "A", "", 3), Topic("a", "A", "Two", 4), Topic("b", "B", "Only", 5)]
    names = {choice: quiz_begin.choice_name(choice, {"a": "Kim 2026"}) for choice in quiz_begin.choices(there)}
    assert list(names.values()) == ["Kim 2026", "Kim 2026 · At the beginning", "Kim 2026 · Two", "b · Only"]
    assert quiz_begin.sections_of([("a", None), ("b", "Only")], there) == {("a", ""), ("a", "Two"), ("b", "Only")}
    assert quiz_begin.sections_of([], there) == frozenset()
    assert [quiz_begin.topic_words(some) for some in ([], ["A"], ["A", "B", "C"])] == [
        "All sections",
        "A",
        "A and 2 more",
    ]


def test_marked_words_are_whole_words(items: tuple[Item, ...]) -> None:
    place = replace(items[0].citation, source_id="gone", quote="In 19370 and *1937* it was")
    assert "In 19370 and *<mark>1937</mark>* it was" in quiz_html.key_html(place, "1937", {})
    assert "<mark>in 19370</mark> and" in quiz_html.key_html(replace(place, quote="in 19370 and"), "In 19370", {})
    assert "<mark>" not in quiz_html.key_html(place, "193", {})
    assert "<mark>" not in quiz_html.key_html(place, place.quote, {})
    states = replace(items[2], prompt="It was 19370.", citation=replace(place, quote="So it was 19370 then"))
    assert "So <mark>it was 19370</mark> then" in quiz_html.stands_html(states, {})
    assert "Find the passage that says this" in quiz_html.question_html(states)
    assert [quiz_html.points_words(points) for points in (0.0, 7.0, 7.5)] == ["0", "7", "7.5"]


def test_times_of_old_quizzes(file: QuizFile, quiz: int) -> None:
    page = AppTest.from_string(PAGE.format(at=(NOON + timedelta(days=400)).isoformat()), default_timeout=TIMEOUT)
    page.query_params["part"] = "quiz"
    assert "0 of 3 answered 2 March 2026 · All sections" in text(ran(page.run()))
