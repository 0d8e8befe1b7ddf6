"""A conversation as it is kept, and what a user thought of its answers. Values only; history.py keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.answer import Turn
from app.saved import Index, restore


class Mark(StrEnum):
    """What a user thinks of an answer."""

    UP = "up"
    DOWN = "down"


class Part(StrEnum):
    """Which of a turn's two answers."""

    QUOTED = "quoted"
    WRITTEN = "written"


@dataclass(frozen=True, slots=True)
class Summary:
    """A conversation as a list shows it; `turns` is how many questions it has. Times are in UTC."""

    id: int
    title: str
    created: datetime
    updated: datetime
    turns: int


@dataclass(frozen=True, slots=True)
class SavedTurn:
    """A question with what answered it: JSON for `saved.restore`, or what went wrong. `asked` is in UTC."""

    position: int
    asked: datetime
    question: str
    quoted: str | None = None
    written: str | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation with its turns, in order of position."""

    id: int
    title: str
    created: datetime
    updated: datetime
    turns: tuple[SavedTurn, ...]


@dataclass(frozen=True, slots=True)
class Feedback:
    """A mark and its reason, with a copy of what it is about.

    `history` are the questions before it that were answered, oldest first; `answer` is JSON for `saved.restore`;
    `model` is the chat model that wrote it, "" if it is quoted.
    """

    id: int
    conversation: int
    position: int
    mark: Mark
    reason: str
    given: datetime
    model: str
    question: str
    history: tuple[str, ...]
    answer: str


def turns(conversation: Conversation, index: Index | None = None) -> tuple[Turn, ...]:
    """The answered turns as history for `Tutor.ask`, oldest first.

    A follow-up hangs on the quoted answer, as it does where there is no model; on the written one where only that
    has an answer.

    Raises:
        SavedError: an answer cannot be read.
    """
    found = []
    for turn in conversation.turns:
        answers = [restore(saved, index).answer for saved in (turn.quoted, turn.written) if saved is not None]
        if answers:
            found.append(Turn(turn.question, next((a for a in answers if not a.refused), answers[0])))
    return tuple(found)
