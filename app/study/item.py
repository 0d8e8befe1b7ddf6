"""An Item: one question of a quiz, with the place in the sources that answers it. Values only.

Wrong options are drawn by distractors.py, passages to choose among by evidence.py, a quiz is put together by quiz.py,
and what a student gives is graded by grader.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.answer import Citation
from app.study.card import Asked


class ItemKind(StrEnum):
    """How an item is answered."""

    CHOICE = "choice"  # one of some answers of the same kind
    SHORT = "short"  # in a few words of one's own
    EVIDENCE = "evidence"  # by the passage that bears a statement out, or answers a question


class Difficulty(StrEnum):
    """How near the wrong options come, and how much one has to know: the same order as a student would say."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose: its words, and where they stand in the sources.

    Of a CHOICE item `text` is an answer; of an EVIDENCE item it is what a reader sees of the passage `citation`.
    """

    text: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a quiz.

    `prompt` is a question, a sentence with BLANK (card.py) in the place of `answer`, or, of an EVIDENCE item, a
    statement whose evidence is looked for. `citation` is the sentence that answers it, exact. `options` are in the
    order in which they are shown, and only `options[right]` is right; a SHORT item has none, and `right` is -1.
    """

    id: str
    kind: ItemKind
    asked: Asked
    difficulty: Difficulty
    prompt: str
    answer: str
    citation: Citation
    options: tuple[Option, ...] = ()
    right: int = -1

    @property
    def section(self) -> str:
        """The title of the section that it is of."""
        return self.citation.section


class Outcome(StrEnum):
    """What an answer is worth."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    SKIPPED = "skipped"


#: The points of an outcome.
POINTS: Mapping[Outcome, float] = {Outcome.RIGHT: 1.0, Outcome.PARTLY: 0.5, Outcome.WRONG: 0.0, Outcome.SKIPPED: 0.0}


@dataclass(frozen=True, slots=True)
class Graded:
    """An item and what a student gave: the words of a short answer, or the number of an option as text ("0" is the
    first). `note` says, in a sentence, why a short answer is not right, or right though worded otherwise; "" else."""

    item: Item
    given: str
    outcome: Outcome
    note: str = ""

    @property
    def points(self) -> float:
        """0, a half or 1."""
        return POINTS[self.outcome]
