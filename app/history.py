"""Conversations and feedback, kept: listed, searched, renamed, deleted, continued.

A conversation exists from its first question on, and a turn is on disk when `save_turn` returns: a page saves the
quoted answer at once and the written one when it is there. Answers are kept as the JSON of saved.py, and feedback
keeps a copy of the answer that it is about, so it outlives its conversation. The file is database.py's affair.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from sqlite3 import Connection
from typing import Any

from app.answer import Answer
from app.conversation import Conversation, Feedback, Mark, Part, SavedTurn, Summary
from app.database import HistoryError, Tables
from app.saved import dump
from ingest.errors import QuestionError
from vectorstore.words import words

_LONGEST_TITLE = 120  # characters, of one that a user gives
_DEFAULT_TITLE = 60  # characters of the first question that make one
_MOST_WORDS = 32  # of a search


class Gone(HistoryError):
    """A conversation, turn or feedback that is not there, or not any more."""


class History(Tables):
    """The conversations and the feedback in one file. Safe to use from several threads and processes.

    Every method raises HistoryError if the file cannot be read or written, and Gone (one of them) if what is
    named is not there.
    """

    # -- conversations -----------------------------------------------------------------------------------------------

    def conversations(self, query: str = "", limit: int = 500) -> tuple[Summary, ...]:
        """The last changed first. With a query, those that have all of its words in their titles, questions or
        answers; a word may be cut short, and its diacritics left out."""
        wanted = list(dict.fromkeys(words(query)))[:_MOST_WORDS]
        if query.strip() and not wanted:
            return ()
        has = (
            "(instr(c.title_words, ?) OR EXISTS"
            " (SELECT 1 FROM turns t WHERE t.conversation = c.id AND instr(t.words, ?)))"
        )
        where = " WHERE " + " AND ".join([has] * len(wanted)) if wanted else ""
        given = [value for word in wanted for value in (f" {word}", f" {word}")]
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT c.id, c.title, c.created, c.updated,"
                " (SELECT count(*) FROM turns n WHERE n.conversation = c.id)"
                f" FROM conversations c{where} ORDER BY c.updated DESC, c.id DESC LIMIT ?",
                [*given, limit],
            ).fetchall()
        return tuple(Summary(id_, title, _time(made), _time(last), turns) for id_, title, made, last, turns in rows)

    def conversation(self, conversation_id: int) -> Conversation:
        """One conversation, whole."""
        with self._database.reading() as connection:
            title, created, updated = _one(connection, conversation_id)
            rows = connection.execute(
                "SELECT position, asked, question, quoted, written, error FROM turns"
                " WHERE conversation = ? ORDER BY position",
                [conversation_id],
            ).fetchall()
        turns = tuple(SavedTurn(position, _time(asked), *rest) for position, asked, *rest in rows)
        return Conversation(conversation_id, title, _time(created), _time(updated), turns)

    def create(
        self, question: str, *, quoted: Answer | None = None, written: Answer | None = None, error: str = ""
    ) -> int:
        """A new conversation that begins with a question, at position 0; its id. Its title is the question, shortened.

        Raises:
            QuestionError: the question is blank.
        """
        title, now = _title(question, _DEFAULT_TITLE), self._now()
        with self._database.writing() as connection:
            made = connection.execute(
                "INSERT INTO conversations (title, title_words, created, updated) VALUES (?, ?, ?, ?)",
                [title, _searched(title), now, now],
            )
            conversation_id = int(made.lastrowid or 0)
            _put(connection, conversation_id, 0, question, quoted=quoted, written=written, error=error, now=now)
        return conversation_id

    def save_turn(
        self,
        conversation_id: int,
        position: int,
        question: str,
        *,
        quoted: Answer | None = None,
        written: Answer | None = None,
        error: str = "",
    ) -> None:
        """Put a turn at a position, in the place of the one that was there; that keeps the time at which it was asked.

        Raises:
            QuestionError: the question is blank.
        """
        now = self._now()
        with self._database.writing() as connection:
            _one(connection, conversation_id)
            _put(connection, conversation_id, position, question, quoted=quoted, written=written, error=error, now=now)
            connection.execute("UPDATE conversations SET updated = ? WHERE id = ?", [now, conversation_id])

    def rename(self, conversation_id: int, title: str) -> str:
        """Give a conversation a title, shortened if it is long; a blank one brings back the first question."""
        with self._database.writing() as connection:
            _one(connection, conversation_id)
            title = _title(title, _LONGEST_TITLE)
            if not title:
                (first,) = connection.execute(
                    "SELECT question FROM turns WHERE conversation = ? ORDER BY position LIMIT 1", [conversation_id]
                ).fetchone()
                title = _title(first, _DEFAULT_TITLE)
            connection.execute(
                "UPDATE conversations SET title = ?, title_words = ? WHERE id = ?",
                [title, _searched(title), conversation_id],
            )
        return title

    def delete(self, conversation_id: int) -> None:
        """Delete a conversation and its turns. Feedback stays, with its copy of the answer."""
        with self._database.writing() as connection:
            _one(connection, conversation_id)
            connection.execute("DELETE FROM conversations WHERE id = ?", [conversation_id])

    # -- feedback ----------------------------------------------------------------------------------------------------

    def add_feedback(self, conversation_id: int, position: int, part: Part, mark: Mark, reason: str = "") -> int:
        """Mark an answer that has been saved; its earlier mark is replaced. The id of the feedback."""
        with self._database.writing() as connection:
            question, answer = _answer(connection, conversation_id, position, part)
            before = connection.execute(
                "SELECT question FROM turns WHERE conversation = ? AND position < ?"
                " AND coalesce(quoted, written) IS NOT NULL ORDER BY position",
                [conversation_id, position],
            ).fetchall()
            model = str(json.loads(answer).get("model", ""))
            history = json.dumps([earlier for (earlier,) in before])
            (feedback_id,) = connection.execute(
                "INSERT INTO feedback (conversation, position, mark, reason, given, model, question, history, answer)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (conversation, position, answer)"
                " DO UPDATE SET mark = excluded.mark, reason = excluded.reason, given = excluded.given RETURNING id",
                [
                    *(conversation_id, position, mark, _whole(reason).strip(), self._now(), model),
                    *(question, history, answer),
                ],
            ).fetchone()
        return int(feedback_id)

    def withdraw_feedback(self, conversation_id: int, position: int, part: Part) -> None:
        """Take back the mark of an answer; nothing happens if it has none."""
        with self._database.writing() as connection:
            _, answer = _answer(connection, conversation_id, position, part)
            connection.execute(
                "DELETE FROM feedback WHERE conversation = ? AND position = ? AND answer = ?",
                [conversation_id, position, answer],
            )

    def marks(self, conversation_id: int) -> dict[tuple[int, Part], Feedback]:
        """The feedback on the answers that a conversation has now, by their positions and parts."""
        found: dict[tuple[int, Part], Feedback] = {}
        with self._database.reading() as connection:
            for part in Part:
                rows = connection.execute(
                    f"SELECT {_FEEDBACK} FROM feedback f JOIN turns t ON t.conversation = f.conversation"
                    f" AND t.position = f.position AND t.{part} = f.answer WHERE f.conversation = ?",
                    [conversation_id],
                ).fetchall()
                found.update({(feedback.position, part): feedback for feedback in map(_feedback, rows)})
        return found

    def feedback(self) -> tuple[Feedback, ...]:
        """All feedback, the newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(f"SELECT {_FEEDBACK} FROM feedback f ORDER BY f.given DESC, f.id DESC").fetchall()
        return tuple(map(_feedback, rows))

    def delete_feedback(self, feedback_id: int) -> None:
        """Delete one feedback."""
        with self._database.writing() as connection:
            if not connection.execute("DELETE FROM feedback WHERE id = ?", [feedback_id]).rowcount:
                raise Gone(f"There is no feedback {feedback_id}. List what there is: tutor feedback")

    def _now(self) -> str:
        return self._clock().astimezone(UTC).isoformat(timespec="microseconds")


# -- rows ------------------------------------------------------------------------------------------------------------

_FEEDBACK = "f.id, f.conversation, f.position, f.mark, f.reason, f.given, f.model, f.question, f.history, f.answer"


def _feedback(row: Sequence[Any]) -> Feedback:
    id_, conversation, position, mark, reason, given, model, question, history, answer = row
    before = tuple(json.loads(history))
    return Feedback(id_, conversation, position, Mark(mark), reason, _time(given), model, question, before, answer)


def _one(connection: Connection, conversation_id: int) -> tuple[str, str, str]:
    """Title and times of a conversation."""
    row: tuple[str, str, str] | None = connection.execute(
        "SELECT title, created, updated FROM conversations WHERE id = ?", [conversation_id]
    ).fetchone()
    if row is None:
        raise Gone(f"There is no conversation {conversation_id}; it may have been deleted. List: tutor history")
    return row


def _answer(connection: Connection, conversation_id: int, position: int, part: Part) -> tuple[str, str]:
    """The question and one answer of a turn."""
    row: tuple[str, str | None] | None = connection.execute(
        f"SELECT question, {part.value} FROM turns WHERE conversation = ? AND position = ?",
        [conversation_id, position],
    ).fetchone()
    if row is None or row[1] is None:
        raise Gone(f"Question {position + 1} of conversation {conversation_id} has no {part} answer to mark.")
    return row[0], row[1]


def _put(
    connection: Connection,
    conversation_id: int,
    position: int,
    question: str,
    *,
    quoted: Answer | None,
    written: Answer | None,
    error: str,
    now: str,
) -> None:
    if not _title(question, _DEFAULT_TITLE):
        raise QuestionError("The question is empty. Type a question about the sources.")
    said = [question, *(_shown(answer) for answer in (quoted, written) if answer is not None)]
    connection.execute(
        "INSERT INTO turns (conversation, position, asked, question, error, words, quoted, written)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (conversation, position) DO UPDATE SET"
        " asked = iif(question = excluded.question, asked, excluded.asked), question = excluded.question,"
        " error = excluded.error, words = excluded.words, quoted = excluded.quoted, written = excluded.written",
        [
            *(conversation_id, position, now, _whole(question), _whole(error), _searched(" ".join(said))),
            *(dump(answer) if answer is not None else None for answer in (quoted, written)),
        ],
    )


def _shown(answer: Answer) -> str:
    """What of an answer is searched: its sentences and notes; what a refusal says is ours."""
    return " ".join([*(sentence.text for sentence in answer.sentences), *answer.notes])


def _searched(text: str) -> str:
    """The folded words of a text, each behind a blank: what a search looks for the beginnings of words in."""
    return _whole("".join(f" {word}" for word in words(text)))


def _title(text: str, most: int) -> str:
    """The text on one line, shortened; "" if nothing of it can be seen."""
    shown = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return shown if len(shown) <= most else shown[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _whole(text: str) -> str:
    """The text without half characters (lone surrogates), which SQLite cannot hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
