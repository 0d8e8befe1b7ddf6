"""How difficult an item is, and which wrong options make it so.

Each wrong option has a nearness, 0..1. Of an answer (distractors.py) it is made of how near its value is, whether it
is of the same section, and how much of the prompt is told with it elsewhere; of a passage (evidence.py), of how much of
the prompt's words and meaning it has beside the right one. An item is as difficult as its wrong options are near on
average. A short answer is as difficult as it is rare and exact: a year that many sentences have is easy, a number of
three digits is hard.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from app.study.card import Asked, Card
from app.study.item import Difficulty, ItemKind

#: From which average nearness an item is medium, and from which it is hard.
_LIMITS = {ItemKind.CHOICE: (0.42, 0.6), ItemKind.EVIDENCE: (0.31, 0.4)}
_KNOWN = 5  # sentences with an answer from which it is easy, and
_HEARD = 2  # from which it is not hard
_SPARE = 2  # options beyond those that are taken, among which chance chooses


class Near(Protocol):
    """Something with a nearness, 0..1."""

    @property
    def near(self) -> float:
        """How near it comes to what is right."""


N = TypeVar("N", bound=Near)


def of_options(kind: ItemKind, wrong: Sequence[Near]) -> Difficulty:
    """How difficult an item with such wrong options is."""
    mean = sum(one.near for one in wrong) / len(wrong)
    medium, hard = _LIMITS[kind]
    return Difficulty.EASY if mean < medium else Difficulty.MEDIUM if mean < hard else Difficulty.HARD


def of_answer(card: Card, sentences: int) -> Difficulty:
    """How difficult it is to say the answer of a card that so many sentences have."""
    digits = len(re.sub(r"\D|0+$", "", card.answer)) if card.asked is Asked.NUMBER else 0
    if digits > 2 or (card.asked is Asked.DATE and len(card.answer.split()) > 1 and sentences < _KNOWN):
        return Difficulty.HARD
    if sentences >= _KNOWN or (card.asked is Asked.NUMBER and digits < 2):
        return Difficulty.EASY
    return Difficulty.MEDIUM if sentences >= _HEARD or digits else Difficulty.HARD


def pick(
    wrong: Sequence[N], level: Difficulty, most: int, chance: random.Random, together: Callable[[N, N], bool]
) -> list[N]:
    """Up to so many of some wrong options, ordered the nearest first, that make an item as difficult as may be.

    Args:
        together: whether two may stand in one item.
    """
    size = max(most + _SPARE, len(wrong) // 3)
    first = {Difficulty.HARD: 0, Difficulty.EASY: len(wrong) - size, Difficulty.MEDIUM: (len(wrong) - size) // 2}[level]
    inside = list(wrong[max(0, first) : max(0, first) + size])
    chance.shuffle(inside)
    outside = [one for one in wrong if one not in inside]
    outside.sort(key=lambda one: one.near, reverse=level is Difficulty.HARD)
    taken: list[N] = []
    for one in (*inside, *outside):
        if len(taken) < most and all(together(one, other) for other in taken):
            taken.append(one)
    return taken
