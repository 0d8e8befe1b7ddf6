"""What a student's answer to a quiz item is worth: RIGHT, PARTLY, WRONG or SKIPPED, with a sentence that says why.

An option is right or wrong by its number. A short answer is graded by its facts (numbers, dates, names), then by
meaning. What the items are is in item.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.comparing import Roughly, dates_missing, numbers_missing
from app.details import dates, numbers
from app.spelt import spelt
from app.study.item import Graded, Item, ItemKind, Outcome
from vectorstore.words import FUNCTION_WORDS, terms, words

if TYPE_CHECKING:
    from app.tutor import Tutor

_ROUGHLY = Roughly()


@dataclass(frozen=True, slots=True)
class Policy:
    """When two answers mean the same."""

    alike: float = 0.75  # cosine from which an answer is right


class Grader:
    """Grades answers to items made over what a tutor's index holds."""

    def __init__(self, tutor: Tutor, policy: Policy | None = None) -> None:
        self._tutor = tutor
        self._policy = policy or Policy()

    def grade(self, item: Item, given: str) -> Graded:
        """What an answer is worth.

        Args:
            given: of a SHORT item what the student typed, else the number of an option as text; "" skips the item.

        Raises:
            ValueError: `given` is not the number of an option of a CHOICE or EVIDENCE item.
        """
        if not given.strip():
            return Graded(item, given, Outcome.SKIPPED)
        if item.kind is not ItemKind.SHORT:
            return Graded(item, given, _chosen(item, given))
        return Graded(item, given, *self._short(item, given))

    def _short(self, item: Item, given: str) -> tuple[Outcome, str]:
        expected, there = item.answer, spelt(given)
        wrong = f"The source has {expected}."
        if numbers_missing(expected, given, _ROUGHLY) or dates_missing(expected, given):
            return Outcome.WRONG, wrong
        if (dates(expected) or numbers(expected)) and terms(given):
            return Outcome.RIGHT, ""
        said = [word for word in words(expected) if word not in FUNCTION_WORDS]
        if all(word in there for word in said):
            return Outcome.RIGHT, ""
        alike = float(self._tutor.judge().cosines(given, [expected])[0])
        return (Outcome.RIGHT, "") if alike >= self._policy.alike else (Outcome.WRONG, wrong)


def _chosen(item: Item, given: str) -> Outcome:
    """Whether an option is the right one."""
    number = given.strip()
    if not (number.isascii() and number.isdigit() and int(number) < len(item.options)):
        raise ValueError(f"{given!r} is not the number of one of the {len(item.options)} options of item {item.id}")
    return Outcome.RIGHT if int(number) == item.right else Outcome.WRONG
