"""Wrong answers for a card, drawn from the same sources: of the same kind, and none that is also right.

What is a value of which kind is in values.py; an item is put together in quiz.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.answer import Citation
from app.details import dates, numbers
from app.study.card import Asked, Card
from app.study.cloze import Gap, gaps, given_away
from app.study.naming import Kinds
from app.study.shown import Shown
from vectorstore.words import fold


@dataclass(frozen=True, slots=True)
class Rival:
    """A wrong answer: its words, where they stand in the sources, and how near it comes, 0..1."""

    text: str
    citation: Citation
    near: float


class Distractors:
    """Draws wrong answers from some sentences.

    Args:
        sentences: all sentences of the documents.
        kinds: of their names.
    """

    def __init__(self, sentences: Sequence[Shown], kinds: Kinds, disputed: Iterable[object] = ()) -> None:
        self._by_kind: dict[Asked, dict[str, Gap]] = defaultdict(dict)
        self._disputed = frozenset(disputed)
        for shown in sentences:
            for gap in gaps(shown, kinds):
                self._by_kind[gap.asked].setdefault(fold(gap.answer), gap)

    def of(self, card: Card) -> tuple[Rival, ...]:
        """The wrong answers of a card, the nearest first; none if there are no two of them."""
        said = fold(f"{card.prompt} {card.citation.quote}")
        found = []
        for name, gap in self._by_kind[card.asked].items():
            if name in said or fold(card.answer) in name or given_away(gap.answer, card.answer):
                continue
            if (gap.shown.document.id, gap.shown.span) in self._disputed or not _alike(card, gap.answer):
                continue
            near = 0.5 * (gap.shown.passage.section == card.section) + 0.25
            found.append(Rival(gap.answer, gap.shown.citation, near))
        return tuple(sorted(found, key=lambda rival: (-rival.near, rival.text)))


def _alike(card: Card, text: str) -> bool:
    if card.asked is Asked.DATE:
        mine, other = dates(card.answer), dates(text)
        return len(mine) == 1 == len(other) and mine[0].fineness == other[0].fineness and mine[0].year != other[0].year
    if card.asked is Asked.NUMBER:
        one, two = numbers(card.answer), numbers(text)
        return len(one) == 1 == len(two) and len(card.answer) == len(text) and one[0].value != two[0].value
    return True
