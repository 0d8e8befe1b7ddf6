"""Wrong answers for a card, drawn from the same sources: of the same sort, and none that is also right.

In doubt one is left out. It is if it may mean the right answer or a part of it (sorts.py, figures.py), stands beside it
in the cited sentence, is one of the figures that the sources disagree about, or stands in a sentence that has much of
the prompt's words or is much like the cited one: that sentence may make it right. Whether the whole check of claims
(check/checker.py) says so too is asked when a quiz is drawn, of the few that are taken (pool.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.answer import Citation
from app.spelt import spelt
from app.study.candidates import Asking, Candidate, Candidates
from app.study.card import BLANK, Asked, Card, CardKind
from app.study.figures import excludes
from app.study.known import Known
from app.study.mentions import Entity
from app.study.naming import Kinds
from app.study.sorts import content, may_be_one
from vectorstore.words import fold

#: From what share of a prompt's words, and from what cosine to the cited sentence, a sentence may make another answer
#: right: a number elsewhere counts something else, as a rule.
_TOLD = {Asked.NUMBER: 0.35}
_LIKE = {Asked.NUMBER: 0.7}
_OTHERS = (0.28, 0.62)
_LENGTH = 2.0  # times that options differ in length at most


@dataclass(frozen=True, slots=True)
class Rival:
    """A wrong answer: its words, where they stand in the sources, and how near it comes, 0..1."""

    text: str
    citation: Citation
    near: float


class Distractors:
    """Draws wrong answers.

    Args:
        known: all sentences.
        kinds: of their names.
        entities: all that they name.
        disputed: the figures that the sources disagree about, as they stand there.
    """

    def __init__(self, known: Known, kinds: Kinds, entities: Sequence[Entity], disputed: Iterable[str] = ()) -> None:
        self._known = known
        self._candidates = Candidates(known, kinds, entities)
        self._disputed = frozenset(map(fold, disputed))

    def of(self, card: Card) -> tuple[Rival, ...]:
        """The wrong answers of a card, the nearest first."""
        asking = self._candidates.asking(card)
        if asking is None or _one_sided(asking):
            return ()
        told = self._known.shares(card.prompt.replace(BLANK, " "))
        alike = self._known.vectors @ self._known.vectors[asking.right.row]
        there = spelt(f"{card.prompt} {asking.text}")
        beside = self._candidates.names(asking.right.row) if asking.right.figure is None else []
        found: dict[str, Rival] = {}
        for one in self._candidates.like(asking):
            if not self._differs(asking, one) or any(word in there for word in content(one.text)):
                continue
            if any(may_be_one(one.text, name) for name in beside):
                continue
            rows = self._rows(one)
            share, cosine = self._known.best(rows, told), max((float(alike[row]) for row in rows), default=0.0)
            share, cosine = share / _TOLD.get(card.asked, _OTHERS[0]), cosine / _LIKE.get(card.asked, _OTHERS[1])
            if share < 1 and cosine < 1:
                rival = Rival(one.text, self._known.sentences[one.row].citation, self._near(asking, one, share, cosine))
                if fold(one.text) not in found or found[fold(one.text)].near < rival.near:
                    found[fold(one.text)] = rival
        return tuple(sorted(found.values(), key=lambda rival: (-rival.near, rival.text)))

    def _differs(self, asking: Asking, one: Candidate) -> bool:
        """Whether a candidate is something else than what is asked for, and looks no more or less like an answer."""
        right = asking.right
        if right.figure and one.figure:
            return excludes(right.figure, one.figure, asking.stand) and fold(one.text) not in self._disputed
        longer, shorter = (size(len(right.text), len(one.text)) for size in (max, min))
        return (
            (one.entity != right.entity or one.entity < 0)
            and longer <= _LENGTH * shorter + 4
            and not may_be_one(right.text, one.text)
        )

    def _rows(self, one: Candidate) -> frozenset[int]:
        """The sentences that name a candidate."""
        if one.asked is Asked.DATE:
            return self._known.with_date(one.text)
        if one.asked is Asked.NUMBER:
            return self._known.with_number(one.text)
        if one.asked is Asked.PERSON:
            return self._known.with_name(content(one.text)[-1:])
        return self._known.with_name(content(one.text))

    def _near(self, asking: Asking, one: Candidate, share: float, cosine: float) -> float:
        """How near a wrong answer comes: in value, by the section that it is of, and by what is told with it."""
        mine, other = asking.card.citation, self._known.sentences[one.row]
        place = 0.5 * (mine.source_id == other.document.id) + 0.5 * (mine.section == other.passage.section)
        told = 0.5 * share + 0.5 * max(0.0, cosine)
        if asking.right.figure and one.figure:
            return 0.5 * asking.right.figure.near(one.figure) + 0.25 * place + 0.25 * told
        return 0.4 * place + 0.6 * told


def _one_sided(asking: Asking) -> bool:
    """Whether all wrong answers would lie on one side of the right one, which a reader of the prompt may tell."""
    return asking.stand.follows is not None and asking.card.kind is CardKind.CLOZE


def statement(card: Card, text: str, answer: str) -> str:
    """The cited sentence, `text` as it is shown, with another answer in the place of the right one."""
    if card.kind is CardKind.CLOZE:
        return card.prompt.replace(BLANK, answer)
    return text.replace(card.answer, answer, 1)
