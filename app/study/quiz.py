"""A quiz: items drawn by a seed, spread over the sections, the kinds of items and what they ask for.

What an item is made of is in pool.py. Nothing here is random but by the seed: the same seed, wish and index give the
same quiz. No two items of one are on the same sentence, and none gives away the answer of another.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from app.answer import Citation
from app.spelt import spelt
from app.study.card import BLANK, Card
from app.study.item import Difficulty, Item, ItemKind
from app.study.items.pool import Pool, pool_of
from app.study.items.sorts import content
from ingest.errors import TutorError
from vectorstore.words import fold, terms

if TYPE_CHECKING:
    from app.tutor import Tutor

_GIVES_AWAY = 0.4  # the share of an item's words from which another one that has its answer gives it away


_TRIED = 12  # cards that are tried for a kind of item before another kind is taken


class QuizError(TutorError):
    """A quiz that cannot be made."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a quiz is to be: how many items, of which kinds, how difficult (None: mixed), and of which sections, each
    as (source id, title of the section); none means all."""

    length: int = 10
    kinds: frozenset[ItemKind] = frozenset(ItemKind)
    difficulty: Difficulty | None = None
    sections: frozenset[tuple[str, str]] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Quiz:
    """The items, in the order in which they are asked: fewer than wished if there are no more. `seed` and `wish` make
    the same quiz again as long as the index is the same."""

    items: tuple[Item, ...]
    wish: Wish
    seed: int


class Topic(NamedTuple):
    """A section, and how many items a quiz on it can have at most."""

    source_id: str
    source_title: str
    section: str
    items: int


def topics(tutor: Tutor) -> tuple[Topic, ...]:
    """The sections that a quiz can be on, in order of the sources.

    Raises:
        IndexUnavailable: the index has been damaged or taken away.
    """
    places: dict[tuple[str, str], set[tuple[int, int]]] = {}
    titles: dict[str, str] = {}
    for card in pool_of(tutor).cards:
        citation = card.citation
        titles[citation.source_id] = citation.source_title
        places.setdefault(_section(card), set()).add((citation.span.start, citation.span.end))
    return tuple(Topic(source, titles[source], section, len(spans)) for (source, section), spans in places.items())


def make_quiz(tutor: Tutor, wish: Wish, seed: int) -> Quiz:
    """A quiz as it is wished; the same for the same seed and index.

    Raises:
        QuizError: nothing can be asked.
        IndexUnavailable: the index has been damaged or taken away.
    """
    return tutor.steady(lambda: _make(tutor, wish, seed))


def _make(tutor: Tutor, wish: Wish, seed: int) -> Quiz:
    if wish.length < 1 or not wish.kinds:
        raise QuizError("A quiz has at least one item, of at least one kind.")
    pool = pool_of(tutor)
    if not pool.cards:
        raise QuizError("There is nothing to make a quiz of. Add documents with more prose: tutor ingest PATH")
    cards = [card for card in pool.cards if not wish.sections or _section(card) in wish.sections]
    if not cards:
        known = ", ".join(f"“{topic.section or topic.source_title}”" for topic in topics(tutor))
        raise QuizError(f"Nothing can be asked about the sections that were chosen. There are: {known}.")
    items = tuple(_Drawing(pool, cards, wish, seed).items(tutor))
    if not items:
        raise QuizError("Nothing can be asked that way. Choose more sections, more kinds or another difficulty.")
    return Quiz(items, wish, seed)


def _section(card: Card) -> tuple[str, str]:
    return card.citation.source_id, card.citation.section


class _Drawing:
    """The drawing of one quiz."""

    def __init__(self, pool: Pool, cards: Sequence[Card], wish: Wish, seed: int) -> None:
        chance = random.Random(seed)
        self._pool, self._wish, self._seed = pool, wish, seed
        self._left = sorted(cards, key=lambda card: card.id)
        chance.shuffle(self._left)
        self._kinds = sorted(wish.kinds, key=list(ItemKind).index)
        self._levels = [wish.difficulty] if wish.difficulty else list(Difficulty)
        chance.shuffle(self._kinds)
        chance.shuffle(self._levels)
        self._used: Counter[object] = Counter()  # sections, kinds of items and of answers, levels
        self._taken: list[Item] = []

    def items(self, tutor: Tutor) -> Iterator[Item]:
        """The items, as they are drawn."""
        while len(self._taken) < self._wish.length:
            self._left = [card for card in self._left if not self._is_taken(card)]
            self._left.sort(key=lambda card: (self._used[_section(card)], self._used[card.asked]))
            drawn = next(self._next(tutor), None)
            if drawn is None:
                return
            card, item = drawn
            self._used.update((_section(card), card.asked, item.kind, item.difficulty))
            self._taken.append(item)
            yield item

    def _is_taken(self, card: Card) -> bool:
        return any(_overlap(card.citation, other.citation) for other in self._taken)

    def _next(self, tutor: Tutor) -> Iterator[tuple[Card, Item]]:
        """The items that may come next, those first of whose kind there are fewest, on what was asked least about."""
        for first in range(0, len(self._left), _TRIED):
            for kind in sorted(self._kinds, key=lambda kind: self._used[kind]):
                for card in self._left[first : first + _TRIED]:
                    for item in self._of(card, kind, tutor):
                        yield card, item

    def _of(self, card: Card, kind: ItemKind, tutor: Tutor) -> Iterator[Item]:
        """The items on a card that fit in, those first of whose difficulty there are fewest."""
        for level in sorted(self._levels, key=lambda level: self._used[level]):
            chance = random.Random(f"{self._seed} {card.id} {kind} {level}")
            item = self._pool.item(card, kind, level, chance, tutor)
            if item is None:
                return
            wished = self._wish.difficulty in (None, item.difficulty)
            if wished and not any(_clash(item, other) or _clash(other, item) for other in self._taken):
                yield item


def _overlap(one: Citation, other: Citation) -> bool:
    return one.source_id == other.source_id and one.span.overlaps(other.span)


def _clash(item: Item, other: Item) -> bool:
    """Whether one item must not stand beside another: both have the same answer, or it gives the other's away."""
    if fold(item.answer) == fold(other.answer):
        return True
    if item.kind is ItemKind.EVIDENCE and any(_overlap(option.citation, other.citation) for option in item.options):
        return True
    answer = content(other.answer)
    if other.kind is ItemKind.SHORT and item.kind is ItemKind.CHOICE:
        return any(content(option.text) == answer for option in item.options)
    return any(_gives_away(text, other, answer) for text in _shown(item))


def _shown(item: Item) -> Iterable[str]:
    """What one reads of an item and learns something from."""
    yield item.prompt.replace(BLANK, item.answer)
    if item.kind is ItemKind.EVIDENCE:
        yield from (option.text for option in item.options)


def _gives_away(text: str, item: Item, answer: Sequence[str]) -> bool:
    """Whether a text has the answer of an item and much of what its prompt asks about."""
    there = spelt(text)
    if not all(word in there for word in answer):
        return False
    asked = frozenset(terms(item.prompt.replace(BLANK, " ")))
    return len(asked & frozenset(terms(text))) >= _GIVES_AWAY * len(asked)
