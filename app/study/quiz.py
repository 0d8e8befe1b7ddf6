"""A quiz: items drawn from the deck by a seed, spread over the sections and kinds that are wished.

Wrong answers are drawn by distractors.py, passages to choose among by evidence.py. Nothing here is random but by the
seed: the same seed, wish and index give the same quiz.
"""

from __future__ import annotations

import hashlib
import random
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

from app.study.card import Asked, Card, CardKind
from app.study.cards import deck
from app.study.distractors import Distractors, Rival
from app.study.evidence import asks_for_evidence, passages
from app.study.item import Difficulty, Item, ItemKind, Option
from app.study.naming import Kinds
from app.study.shown import shown_sentences
from ingest.errors import TutorError

if TYPE_CHECKING:
    from app.tutor import Tutor
    from vectorstore.search import Searcher

_OPTIONS = 4  # of an item; one fewer if no more can be had


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


class _Pool:
    """What items are made of: the cards of an index, and the wrong answers of each."""

    def __init__(self, tutor: Tutor) -> None:
        self.searcher = tutor.searcher()
        self.cards = tuple(card for card in deck(tutor) if card.kind in (CardKind.CLOZE, CardKind.QUESTION))
        sentences = [s for record in self.searcher.records.values() for s in shown_sentences(record) if s.text]
        disputed = {(place.source_id, place.span) for conflict in tutor.conflicts() for place in conflict.places}
        kinds = Kinds((s.text for s in sentences), self.searcher.spelling.is_name)
        self._distractors = Distractors(sentences, kinds, disputed)
        self._rivals: dict[str, tuple[Rival, ...]] = {}
        self._passages: dict[str, tuple[Option, ...]] = {}

    def rivals(self, card: Card) -> tuple[Rival, ...]:
        """The wrong answers of a card, the nearest first."""
        if card.id not in self._rivals:
            self._rivals[card.id] = self._distractors.of(card)
        return self._rivals[card.id]

    def passages(self, card: Card) -> tuple[Option, ...]:
        """The passage that answers a card, and those that do not."""
        if card.id not in self._passages:
            self._passages[card.id] = passages(card, self.searcher) if asks_for_evidence(card) else ()
        return self._passages[card.id]


_POOLS: WeakKeyDictionary[Searcher, _Pool] = WeakKeyDictionary()
_LOCK = threading.Lock()


def _pool(tutor: Tutor) -> _Pool:
    searcher = tutor.searcher()
    with _LOCK:
        made = _POOLS.get(searcher)
        if made is None:
            made = _POOLS[searcher] = _Pool(tutor)
        return made


def topics(tutor: Tutor) -> tuple[Topic, ...]:
    """The sections that a quiz can be on, in order of the sources.

    Raises:
        IndexUnavailable: the index has been damaged or taken away.
    """
    found: dict[tuple[str, str], set[tuple[int, int]]] = {}
    titles = {}
    for card in _pool(tutor).cards:
        citation = card.citation
        titles[citation.source_id] = citation.source_title
        found.setdefault((citation.source_id, citation.section), set()).add((citation.span.start, citation.span.end))
    return tuple(Topic(source, titles[source], section, len(spans)) for (source, section), spans in found.items())


def make_quiz(tutor: Tutor, wish: Wish, seed: int) -> Quiz:
    """A quiz as it is wished; the same for the same seed and index.

    Raises:
        QuizError: nothing can be asked.
        IndexUnavailable: the index has been damaged or taken away.
    """
    pool = _pool(tutor)
    if not pool.cards:
        raise QuizError("There is nothing to make a quiz of. Add documents with more prose: tutor ingest PATH")
    cards = [card for card in pool.cards if not wish.sections or _section(card) in wish.sections]
    if not cards:
        known = ", ".join(f"“{topic.section}”" for topic in topics(tutor))
        raise QuizError(f"There is no such section to be asked about. There are: {known}.")
    items = tuple(_drawn(pool, cards, wish, seed))
    if not items:
        raise QuizError("Nothing can be asked that way. Choose more sections, more kinds or another difficulty.")
    return Quiz(items, wish, seed)


def _section(card: Card) -> tuple[str, str]:
    return card.citation.source_id, card.citation.section


def _drawn(pool: _Pool, cards: Sequence[Card], wish: Wish, seed: int) -> Iterator[Item]:
    chance = random.Random(seed)
    order = list(cards)
    chance.shuffle(order)
    kinds = [kind for kind in ItemKind if kind in wish.kinds]
    chance.shuffle(kinds)
    used: Counter[tuple[str, str]] = Counter()
    taken: list[Card] = []
    made = 0
    while order and made < wish.length and kinds:
        order.sort(key=lambda card: used[_section(card)])
        card = order.pop(0)
        if any(_overlap(card, other) or card.answer == other.answer for other in taken):
            continue
        turned = kinds[made % len(kinds) :] + kinds[: made % len(kinds)]
        item = next((i for kind in turned if (i := _item(pool, card, kind, wish.difficulty, seed))), None)
        if item is None:
            continue
        used[_section(card)] += 1
        taken.append(card)
        made += 1
        yield item


def _overlap(one: Card, other: Card) -> bool:
    return one.citation.source_id == other.citation.source_id and one.citation.span.overlaps(other.citation.span)


def _item(pool: _Pool, card: Card, kind: ItemKind, difficulty: Difficulty | None, seed: int) -> Item | None:
    chance = random.Random(f"{seed}:{card.id}:{kind}")
    level = difficulty or Difficulty.MEDIUM
    if kind is ItemKind.SHORT:
        name = _item_id(card, kind, ())
        return Item(name, kind, card.asked, level, card.prompt, card.answer, card.citation)
    if kind is ItemKind.CHOICE:
        rivals = pool.rivals(card)
        if len(rivals) < _OPTIONS - 2 or card.asked is Asked.STATEMENT:
            return None
        chosen = chance.sample(rivals, min(_OPTIONS - 1, len(rivals)))
        options = [Option(card.answer, card.citation), *(Option(rival.text, rival.citation) for rival in chosen)]
    else:
        options = list(pool.passages(card)[:_OPTIONS])
        if len(options) < _OPTIONS - 1:
            return None
    right = options[0]
    chance.shuffle(options)
    name = _item_id(card, kind, options)
    shown = tuple(options)
    return Item(name, kind, card.asked, level, card.prompt, card.answer, card.citation, shown, shown.index(right))


def _item_id(card: Card, kind: ItemKind, options: Sequence[Option]) -> str:
    """The same for the same card with the same options, in whatever order: 16 hexadecimal digits."""
    said = "\0".join([kind, card.id, *sorted(option.text for option in options)])
    return hashlib.sha256(said.encode()).hexdigest()[:16]
