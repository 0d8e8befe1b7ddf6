"""Quizzes that are kept: read back as they were, gone on with, taken in two pages, overruled, deleted, damaged."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.answer import Citation
from app.database import HistoryError
from app.study.card import Asked
from app.study.item import Difficulty, Graded, Item, ItemKind, Option, Outcome
from app.study.quiz import Quiz, Wish
from app.study.quiz_store import Question, QuizFile, QuizGone, QuizLine, TakenQuiz, item_of, item_row, wish_of, wish_row
from app.study.store import Elsewhere
from ingest.documents import Span

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
RIGHT, PARTLY, WRONG, SKIPPED = Outcome
PLACE = Citation(1, "s", "A <b>title</b>", "One", Span(3, 8), "Kim Ch'il-sŏng", "S 1937", "p. 4")
ELSEWHERE = Citation(1, "s", "A <b>title</b>", "Two", Span(30, 34), "1938", "S 1937")
CHOICE = Item(
    *("i1", ItemKind.CHOICE, Asked.DATE, Difficulty.HARD, "It was in _____ “so”.", "1937", PLACE),
    options=(Option("1938", ELSEWHERE), Option("1937", PLACE)),
    right=1,
)
SHORT = Item("i2", ItemKind.SHORT, Asked.PERSON, Difficulty.EASY, "Who?", "Kim", PLACE)
WISH = Wish(5, frozenset({ItemKind.SHORT, ItemKind.CHOICE}), Difficulty.HARD, frozenset({("s", "Two"), ("s", "One")}))
QUIZ = Quiz((CHOICE, SHORT), WISH, 42)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tutor.sqlite3"


@pytest.fixture
def file(path: Path) -> Iterator[QuizFile]:
    opened = QuizFile.open(path)
    yield opened
    opened.close()


@pytest.fixture
def other(path: Path, file: QuizFile) -> Iterator[QuizFile]:
    """The same file in another process."""
    opened = QuizFile.open(path)
    yield opened
    opened.close()


def begun(*questions: Question, quiz_id: int = 1) -> TakenQuiz:
    return TakenQuiz(quiz_id, NOON, "All “sections”", WISH, 42, questions)


@pytest.mark.parametrize("item", [CHOICE, SHORT])
def test_an_item_is_read_back_as_it_was(item: Item) -> None:
    assert item_of(item_row(item)) == item


@pytest.mark.parametrize("wish", [WISH, Wish()])
def test_a_wish_is_read_back_as_it_was(wish: Wish) -> None:
    assert wish_of(wish_row(wish)) == wish


def test_a_quiz_goes_on_where_it_was_left(file: QuizFile, other: QuizFile) -> None:
    assert file.begin(QUIZ, "All “sections”", NOON) == 1
    assert other.quiz(1) == begun(Question(CHOICE), Question(SHORT))
    assert (other.quiz(1).at, other.quiz(1).graded) == (0, ())
    file.leave(1, 0)
    assert other.quiz(1).at == 0  # it was not answered yet
    wrong = Graded(CHOICE, "0", WRONG, "Not “so”.")
    file.answer(1, 0, wrong)
    assert other.quiz(1) == begun(Question(CHOICE, wrong), Question(SHORT))
    assert other.quiz(1).at == 0  # its explanation is being read
    file.leave(1, 0)
    assert other.quiz(1) == begun(Question(CHOICE, wrong, passed=True), Question(SHORT))
    assert other.quiz(1).at == 1
    file.answer(1, 1, Graded(SHORT, "half a \ud800 sign", PARTLY))
    file.leave(1, 1)
    assert other.quiz(1).at is None
    assert other.quiz(1).graded == (wrong, Graded(SHORT, "half a ? sign", PARTLY))


def test_the_first_answer_counts_whichever_page_it_comes_from(file: QuizFile, other: QuizFile) -> None:
    file.begin(QUIZ, "", NOON)
    file.answer(1, 0, Graded(CHOICE, "1", RIGHT))
    with pytest.raises(Elsewhere, match="What was given there counts"):
        other.answer(1, 0, Graded(CHOICE, "0", WRONG))
    other.leave(1, 0)
    file.leave(1, 0)  # the other page has gone on already: nothing happens
    assert other.quiz(1).graded == (Graded(CHOICE, "1", RIGHT),)
    assert other.quiz(1).at == 1


def test_the_student_overrules_and_takes_that_back(file: QuizFile) -> None:
    file.begin(QUIZ, "", NOON)
    file.overrule(1, 1, RIGHT)
    assert file.quiz(1).questions[1] == Question(SHORT)  # there is nothing to overrule yet
    given = Graded(SHORT, "Lee", WRONG, "The source has Kim.")
    file.answer(1, 1, given)
    file.overrule(1, 1, RIGHT)
    question = file.quiz(1).questions[1]
    assert question == Question(SHORT, given, RIGHT)
    assert question.counted == Graded(SHORT, "Lee", RIGHT, "The source has Kim.")
    assert file.quizzes()[0].points == 1
    file.overrule(1, 1, None)
    assert file.quiz(1).questions[1].counted == given
    file.answer(1, 0, Graded(CHOICE, "", SKIPPED))
    file.overrule(1, 0, RIGHT)
    assert file.quiz(1).questions[0] == Question(CHOICE, Graded(CHOICE, "", SKIPPED))


def test_quizzes_are_listed_and_deleted(file: QuizFile) -> None:
    assert file.quizzes() == ()
    file.begin(QUIZ, "A", NOON)
    file.begin(Quiz((SHORT,), WISH, 1), "B", NOON)
    file.answer(1, 0, Graded(CHOICE, "1", RIGHT))
    file.leave(1, 0)
    file.answer(2, 0, Graded(SHORT, "k", PARTLY))
    file.leave(2, 0)
    first, second = QuizLine(1, NOON, "A", 2, 1, 1, 1.0), QuizLine(2, NOON, "B", 1, 1, 1, 0.5)
    assert file.quizzes() == (second, first)
    assert [line.done for line in file.quizzes()] == [True, False]
    file.delete(2)
    file.delete(2)
    assert file.quizzes() == (first,)
    assert file.begin(QUIZ, "C", NOON) == 3  # an address of the old one leads to no other


def test_a_quiz_that_is_gone_says_so(file: QuizFile, path: Path) -> None:
    file.begin(QUIZ, "", NOON)
    file.delete(1)
    for act in (
        lambda: file.quiz(1),
        lambda: file.answer(1, 0, Graded(CHOICE, "1", RIGHT)),
        lambda: file.overrule(1, 0, RIGHT),
        lambda: file.leave(1, 0),
    ):
        with pytest.raises(QuizGone, match="not there any more"):
            act()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM quiz_items").fetchone() == (0,)
    connection.close()


@pytest.mark.parametrize(
    ("statement", "value"),
    [
        ("UPDATE quiz_items SET content = ? WHERE position = 1", "{}"),
        ("UPDATE quiz_items SET content = ? WHERE position = 1", "no"),
        ("UPDATE quiz_items SET content = json_set(content, '$.right', ?) WHERE position = 0", 2),
        ("UPDATE quiz_items SET content = json_set(content, '$.right', ?) WHERE position = 0", -1),
        ("UPDATE quiz_items SET content = json_set(content, '$.answer', ?) WHERE position = 0", 3),
        ("UPDATE quiz_items SET given = ?, outcome = 'wrong' WHERE position = 0", "x"),
        ("UPDATE quiz_items SET given = ?, outcome = 'wrong' WHERE position = 0", "7"),
        ("UPDATE quizzes SET wish = ?", '{"length": 5}'),
    ],
)
def test_a_damaged_quiz_says_so_and_is_listed_all_the_same(
    file: QuizFile, path: Path, statement: str, value: object
) -> None:
    file.begin(QUIZ, "A", NOON)
    with sqlite3.connect(path) as connection:
        connection.execute(statement, [value])
    connection.close()
    with pytest.raises(HistoryError, match=r"Quiz 1 is damaged .* Update the tutor"):
        file.quiz(1)
    assert [line.topic for line in file.quizzes()] == ["A"]
