"""Questions from a JSONL file, answers into another: `tutor batch`.

Rows in: {"id", "question", "history": [earlier user turns]?, "within": a collection or a source?}. Rows out:
{"id", ...} as Answer.as_row says.
How a file is worked off, and what becomes of malformed rows, is in rows.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.answer import Turn
from app.library import LibraryError
from app.mode import Mode
from app.question import clean
from app.rows import Wording, parse_object, work_file
from ingest.errors import QuestionError

if TYPE_CHECKING:
    from app.chatmodel import ChatModel
    from app.tutor import Tutor
    from app.within import Scope

_WORDING = Wording(rows="questions", results="answers", done="answered")


@dataclass(frozen=True, slots=True)
class Row:
    """One question of a batch."""

    id: str | int
    question: str
    history: tuple[str, ...] = ()
    within: str = ""


def parse_row(line: str) -> Row:
    """The question in one line of JSON.

    Raises:
        ValueError: with what is wrong with it.
    """
    data = parse_object(line, "question")
    history = data.get("history") or []
    if not isinstance(history, list) or not all(isinstance(turn, str) for turn in history):
        raise ValueError('"history" must be a list of strings')
    try:
        for turn in (data["question"], *history):
            clean(turn)
    except QuestionError as error:
        raise ValueError(str(error)) from None
    within = data.get("within") or ""
    if not isinstance(within, str):
        raise ValueError('"within" must be a string')
    return Row(data["id"], data["question"], tuple(history), within)


def answer_file(
    questions: Path,
    out: Path,
    make_tutor: Callable[[], Tutor],
    say: Callable[[str], None],
    *,
    model: ChatModel | None = None,
    mode: Mode = Mode.QUOTED,
    find: Callable[[str], Scope] | None = None,
) -> int:
    """Answer every row of a file, by a chat model if there is one; returns 0, or 1 if rows were left out.

    A row that the model fails at has the quoted answer; `say` is told why.

    Args:
        find: what a row's "within" names; a row is left out if it raises LibraryError, or if there is no `find`.

    Raises:
        BatchError: the questions cannot be read, or the answers cannot be written.
    """

    scopes: dict[str, Scope] = {}

    def parse(line: str) -> Row:
        row = parse_row(line)
        if row.within and row.within not in scopes:
            if find is None:
                raise ValueError('"within" is not known here')
            try:
                scopes[row.within] = find(row.within)
            except LibraryError as error:
                raise ValueError(str(error)) from None
        return row

    def begin() -> Callable[[Row], dict[str, Any]]:
        tutor = make_tutor()

        def answer(row: Row) -> dict[str, Any]:
            asked = scopes[row.within].of(tutor) if row.within else tutor
            last = asked.answer(row.question, [Turn(turn) for turn in row.history], model, mode)
            if last.fault:
                say(f"tutor: {row.id}: {last.fault}")
            return last.answer.as_row()

        return answer

    return work_file(questions, out, parse, begin, say=say, wording=_WORDING)
