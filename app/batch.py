"""Questions from a JSONL file, answers into another: `tutor batch`.

Rows in: {"id", "question", "history": [earlier user turns]?}. Rows out: {"id", ...} as Answer.as_row says.
A malformed row is reported by its line number and left out, the rest is done. The answers appear under their
name only when all are written; a run that is stopped leaves those it has in OUT.partial, and OUT as it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.answer import Turn
from app.mode import Mode
from app.question import clean
from ingest.errors import QuestionError, TutorError

if TYPE_CHECKING:
    from app.chatmodel import ChatModel
    from app.tutor import Tutor


class BatchError(TutorError):
    """A batch file that cannot be read or written at all."""


@dataclass(frozen=True, slots=True)
class Row:
    """One question of a batch."""

    id: str | int
    question: str
    history: tuple[str, ...] = ()


def parse_row(line: str) -> Row:
    """The question in one line of JSON.

    Raises:
        ValueError: with what is wrong with it.
    """
    try:
        data: Any = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON ({error})") from None
    if not isinstance(data, dict):
        raise ValueError("not a JSON object")
    for key in ("id", "question"):
        if key not in data:
            raise ValueError(f'no "{key}"')
    history = data.get("history") or []
    if not isinstance(data["id"], str | int) or isinstance(data["id"], bool) or not isinstance(data["question"], str):
        raise ValueError('"id" must be a string or a whole number, "question" a string')
    if isinstance(data["id"], str) and not _encodable(data["id"]):
        raise ValueError('"id" holds half a character (a lone surrogate)')
    if not isinstance(history, list) or not all(isinstance(turn, str) for turn in history):
        raise ValueError('"history" must be a list of strings')
    try:
        for turn in (data["question"], *history):
            clean(turn)
    except QuestionError as error:
        raise ValueError(str(error)) from None
    return Row(data["id"], data["question"], tuple(history))


def _encodable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def read_rows(questions: Path, say: Callable[[str], None]) -> tuple[list[Row], int]:
    """The questions of a file, and how many rows were left out; `say` is told which and why.

    Raises:
        BatchError: the file cannot be read, or is not UTF-8.
    """
    try:
        lines = questions.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise BatchError(f"{questions} is not UTF-8 (byte {error.start}). Save it as UTF-8.") from None
    except OSError as error:
        raise BatchError(f"{questions} cannot be read: {error.strerror}.") from error
    rows: list[Row] = []
    bad = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            rows.append(parse_row(line))
        except ValueError as error:
            bad += 1
            say(f"tutor: {questions}, line {number}: {str(error).rstrip('.')}. Left out.")
    return rows, bad


def answer_file(
    questions: Path,
    out: Path,
    make_tutor: Callable[[], Tutor],
    say: Callable[[str], None],
    *,
    model: ChatModel | None = None,
    mode: Mode = Mode.QUOTED,
) -> int:
    """Answer every row of a file, by a chat model if there is one; returns 0, or 1 if rows were left out.

    A row that the model fails at has the quoted answer; `say` is told why.

    Raises:
        BatchError: the questions cannot be read, or the answers cannot be written.
    """
    rows, bad = read_rows(questions, say)
    if out.is_dir():
        raise BatchError(f"{out} is a folder. Name a file for the answers.")
    if out.exists() and out.samefile(questions):
        raise BatchError(f"{out} is the file of the questions. Name another one for the answers.")
    partial = out.with_name(out.name + ".partial")
    done = 0
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            tutor = make_tutor() if rows else None
            for row in rows:
                assert tutor is not None
                last = tutor.answer(row.question, [Turn(turn) for turn in row.history], model, mode)
                if last.fault:
                    say(f"tutor: {row.id}: {last.fault}")
                file.write(json.dumps({"id": row.id, **last.answer.as_row()}, ensure_ascii=False) + "\n")
                done += 1
                if done % 50 == 0:
                    file.flush()
                    say(f"{done} of {len(rows)} answered")
        partial.replace(out)
    except OSError as error:
        raise BatchError(f"{out} cannot be written: {error.strerror}.") from error
    finally:
        if not done:
            with suppress(OSError):  # it could not be made; that is being said already
                partial.unlink(missing_ok=True)
        elif partial.exists():
            say(f"tutor: {done} of {len(rows)} answers are in {partial}.")
    say(f"{len(rows)} answered, {bad} left out: {out}")
    return 1 if bad else 0
