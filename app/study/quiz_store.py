"""Quizzes as they are taken, in the file of the conversations: their items, what was given to each, and its worth.

An answer is on disk before its method returns, and the first one to a question is the one that counts; so a quiz can be
left anywhere and gone on with, and two pages can take the same one. Items are kept as they were shown, with their
citations: a quiz opens also when its sources have changed. What a quiz came to is result.py's affair.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from sqlite3 import Connection
from typing import Any

from app.database import HistoryError, Tables
from app.saved import citation_of_row, citation_row, text_of
from app.study.card import Asked
from app.study.item import POINTS, Difficulty, Graded, Item, ItemKind, Option, Outcome
from app.study.quiz import Quiz, Wish
from app.study.store import Elsewhere, StudyError


class QuizGone(StudyError):
    """A quiz that is not there, or not any more."""


@dataclass(frozen=True, slots=True)
class Question:
    """An item of a quiz and what became of it.

    `given` is as it was graded, None if it was not answered yet; `overruled` is what the student counts it as, None if
    as it was graded. `passed` is whether its explanation was left for the next question.
    """

    item: Item
    given: Graded | None = None
    overruled: Outcome | None = None
    passed: bool = False

    @property
    def counted(self) -> Graded | None:
        """What was given, with what it counts for."""
        if self.given is None or self.overruled is None:
            return self.given
        return replace(self.given, outcome=self.overruled)


@dataclass(frozen=True, slots=True)
class TakenQuiz:
    """A quiz that was begun. `begun` is in UTC; `topic` says in words what it is about."""

    id: int
    begun: datetime
    topic: str
    wish: Wish
    seed: int
    questions: tuple[Question, ...]

    @property
    def at(self) -> int | None:
        """The position, from 0, of the question that is on; None if all are done."""
        return next((n for n, question in enumerate(self.questions) if not question.passed), None)

    @property
    def graded(self) -> tuple[Graded, ...]:
        """What was given so far, with what it counts for."""
        return tuple(question.counted for question in self.questions if question.counted is not None)


@dataclass(frozen=True, slots=True)
class QuizLine:
    """A quiz in a list. `answered` counts its questions that were answered or skipped, `passed` those left behind."""

    id: int
    begun: datetime
    topic: str
    questions: int
    answered: int
    passed: int
    points: float

    @property
    def done(self) -> bool:
        """Whether no question is left."""
        return self.passed == self.questions


class QuizFile(Tables):
    """The quizzes in one file. Every method raises HistoryError if the file cannot be read or written, and QuizGone if
    the quiz is not there."""

    # -- reading -----------------------------------------------------------------------------------------------------

    def quizzes(self) -> tuple[QuizLine, ...]:
        """All quizzes, the last begun first."""
        with self._database.reading() as connection:
            begun = connection.execute("SELECT id, begun, topic FROM quizzes ORDER BY id DESC").fetchall()
            rows = connection.execute("SELECT quiz, coalesce(overruled, outcome), passed FROM quiz_items").fetchall()
        of: dict[int, list[tuple[str | None, int]]] = {}
        for quiz, outcome, passed in rows:
            of.setdefault(quiz, []).append((outcome, passed))
        return tuple(_line(quiz, at, topic, of.get(quiz, [])) for quiz, at, topic in begun)

    def quiz(self, quiz_id: int) -> TakenQuiz:
        """One quiz, whole."""
        with self._database.reading() as connection:
            begun, topic, wish, seed = _one(connection, quiz_id)
            rows = connection.execute(
                "SELECT content, given, outcome, note, overruled, passed FROM quiz_items WHERE quiz = ?"
                " ORDER BY position",
                [quiz_id],
            ).fetchall()
        try:
            questions = tuple(map(_question, rows))
            wished = wish_of(json.loads(wish))
        except (ValueError, LookupError, TypeError) as error:
            raise HistoryError(f"Quiz {quiz_id} is damaged ({error}). Update the tutor; it may be newer.") from error
        return TakenQuiz(quiz_id, datetime.fromisoformat(begun), topic, wished, seed, questions)

    # -- changing ----------------------------------------------------------------------------------------------------

    def begin(self, quiz: Quiz, topic: str, now: datetime) -> int:
        """Keep a quiz that begins now; its id."""
        begun = now.astimezone(UTC).isoformat(timespec="microseconds")
        with self._database.writing() as connection:
            made = connection.execute(
                "INSERT INTO quizzes (begun, topic, wish, seed) VALUES (?, ?, ?, ?)",
                [begun, _whole(topic), json.dumps(wish_row(quiz.wish)), quiz.seed],
            )
            quiz_id = int(made.lastrowid or 0)
            connection.executemany(
                "INSERT INTO quiz_items (quiz, position, content) VALUES (?, ?, ?)",
                [(quiz_id, n, json.dumps(item_row(item))) for n, item in enumerate(quiz.items)],
            )
        return quiz_id

    def answer(self, quiz_id: int, position: int, given: Graded) -> None:
        """Keep what was given to a question.

        Raises:
            Elsewhere: it was answered before, in another page. That answer stays.
        """
        with self._database.writing() as connection:
            _one(connection, quiz_id)
            changed = connection.execute(
                "UPDATE quiz_items SET given = ?, outcome = ?, note = ?"
                " WHERE quiz = ? AND position = ? AND outcome IS NULL",
                [_whole(given.given), given.outcome, _whole(given.note), quiz_id, position],
            ).rowcount
            if not changed:
                raise Elsewhere("This question was answered in another page. What was given there counts.")

    def overrule(self, quiz_id: int, position: int, outcome: Outcome | None) -> None:
        """Count an answer as the student says; None: as it was graded. What was skipped stays so."""
        with self._database.writing() as connection:
            _one(connection, quiz_id)
            connection.execute(
                "UPDATE quiz_items SET overruled = ? WHERE quiz = ? AND position = ? AND outcome <> ?",
                [outcome, quiz_id, position, Outcome.SKIPPED],
            )

    def leave(self, quiz_id: int, position: int) -> None:
        """Go on from a question that was answered to the one behind it."""
        with self._database.writing() as connection:
            _one(connection, quiz_id)
            connection.execute(
                "UPDATE quiz_items SET passed = 1 WHERE quiz = ? AND position = ? AND outcome IS NOT NULL",
                [quiz_id, position],
            )

    def delete(self, quiz_id: int) -> None:
        """Delete a quiz and what was given in it; nothing happens if it is not there."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM quizzes WHERE id = ?", [quiz_id])


# -- rows ------------------------------------------------------------------------------------------------------------


def _one(connection: Connection, quiz_id: int) -> tuple[str, str, str, int]:
    row: tuple[str, str, str, int] | None = connection.execute(
        "SELECT begun, topic, wish, seed FROM quizzes WHERE id = ?", [quiz_id]
    ).fetchone()
    if row is None:
        raise QuizGone("This quiz is not there any more. Begin another.")
    return row


def _line(quiz_id: int, begun: str, topic: str, rows: Sequence[tuple[str | None, int]]) -> QuizLine:
    outcomes = [Outcome(outcome) for outcome, _ in rows if outcome is not None]
    points = sum(POINTS[outcome] for outcome in outcomes)
    passed = sum(left for _, left in rows)
    return QuizLine(quiz_id, datetime.fromisoformat(begun), topic, len(rows), len(outcomes), passed, points)


def _question(row: Sequence[Any]) -> Question:
    content, given, outcome, note, overruled, passed = row
    item = item_of(json.loads(content))
    graded = Graded(item, given, Outcome(outcome), note) if outcome is not None else None
    chooses = item.options and graded is not None and graded.outcome is not Outcome.SKIPPED
    if chooses and given not in map(str, range(len(item.options))):
        raise ValueError(f"{given!r} is no option's number")
    return Question(item, graded, Outcome(overruled) if overruled is not None else None, bool(passed))


def _whole(text: str) -> str:
    """The text without half characters, which SQLite cannot hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def item_row(item: Item) -> dict[str, Any]:
    """An item as a JSON-ready mapping; `item_of` reads it back as it was."""
    return {
        "id": item.id,
        "kind": item.kind,
        "asked": item.asked,
        "difficulty": item.difficulty,
        "prompt": item.prompt,
        "answer": item.answer,
        "citation": citation_row(item.citation),
        "options": [{"text": one.text, "citation": citation_row(one.citation)} for one in item.options],
        "right": item.right,
    }


def item_of(row: Mapping[str, Any]) -> Item:
    """The item that `item_row` wrote.

    Raises:
        ValueError, LookupError, TypeError: it is no such thing.
    """
    options = tuple(Option(text_of(one["text"]), citation_of_row(one["citation"])) for one in row["options"])
    right = int(row["right"])
    if not (0 <= right < len(options) or (right, options) == (-1, ())):
        raise ValueError(f"option {right} of {len(options)} is right")
    return Item(
        text_of(row["id"]),
        ItemKind(row["kind"]),
        Asked(row["asked"]),
        Difficulty(row["difficulty"]),
        text_of(row["prompt"]),
        text_of(row["answer"]),
        citation_of_row(row["citation"]),
        options,
        right,
    )


def wish_row(wish: Wish) -> dict[str, Any]:
    """A wish as a JSON-ready mapping; `wish_of` reads it back as it was."""
    return {
        "length": wish.length,
        "kinds": sorted(wish.kinds),
        "difficulty": wish.difficulty,
        "sections": [list(section) for section in sorted(wish.sections)],
    }


def wish_of(row: Mapping[str, Any]) -> Wish:
    """The wish that `wish_row` wrote.

    Raises:
        ValueError, LookupError, TypeError: it is no such thing.
    """
    difficulty = row["difficulty"]
    return Wish(
        int(row["length"]),
        frozenset(map(ItemKind, row["kinds"])),
        None if difficulty is None else Difficulty(difficulty),
        frozenset((text_of(source), text_of(section)) for source, section in row["sections"]),
    )
