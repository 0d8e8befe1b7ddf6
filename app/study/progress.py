"""How far somebody is with each section of the sources: what was seen, what is learnt, what is weak. Pure functions.

A card is *learnt* when it is in review with a stability of LEARNT days or more: nine of ten such cards are still known
after them. It is *weak* when its last answer was wrong, when it was forgotten and has not been learnt again, or when it
was reviewed often and still does not last. What is merely new is neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.answer import Citation
from app.study.card import Card
from app.study.schedule import Memory, Phase, Rating
from app.study.store import Kept

#: Days of stability from which on a card is learnt.
LEARNT = 21.0
#: A card that was reviewed so often and has less stability than so many days does not last.
OFTEN, SHORT = 4, 3.0


@dataclass(frozen=True, slots=True)
class SectionProgress:
    """How far one section of a source is. `weak_cards` are the weak ones, the weakest first; `place` is the first
    citation of the section's cards, where reading it begins."""

    source_id: str
    source_title: str
    section: str
    cards: int
    seen: int
    learnt: int
    weak_cards: tuple[Card, ...]
    place: Citation

    @property
    def weak(self) -> int:
        """How many cards are weak."""
        return len(self.weak_cards)


def is_learnt(memory: Memory) -> bool:
    """Whether a card lasts LEARNT days."""
    return memory.phase is Phase.REVIEW and memory.stability >= LEARNT


def is_weak(memory: Memory) -> bool:
    """Whether a card was seen and does not hold."""
    if memory.rating is Rating.AGAIN:
        return True
    if is_learnt(memory):
        return False
    return memory.lapses > 0 or (memory.reviews >= OFTEN and memory.stability < SHORT)


def progress(deck: Sequence[Card], kept: Mapping[str, Kept]) -> tuple[SectionProgress, ...]:
    """The sections that have cards, source by source, in the order in which they stand there.

    A card that the sources have no more counts where it stood; one that was set aside does not count.
    """
    cards = {card.id: card for card in deck}
    cards = {name: one.card for name, one in kept.items()} | cards
    aside = {name for name, one in kept.items() if one.suspended}
    memories = {name: one.memory for name, one in kept.items() if one.memory is not None}
    found: dict[tuple[str, str], list[Card]] = {}
    for card in sorted(cards.values(), key=lambda one: (one.citation.source_id, one.citation.span)):
        if card.id not in aside:
            found.setdefault((card.citation.source_id, card.section), []).append(card)
    return tuple(_section(group, memories) for group in found.values())


def weakest(sections: Iterable[SectionProgress], memories: Mapping[str, Memory]) -> tuple[Card, ...]:
    """The weak cards of some sections, the weakest first."""
    return tuple(_by_strength([card for section in sections for card in section.weak_cards], memories))


def _section(cards: Sequence[Card], memories: Mapping[str, Memory]) -> SectionProgress:
    known = [memories[card.id] for card in cards if card.id in memories]
    weak = [card for card in cards if card.id in memories and is_weak(memories[card.id])]
    first = cards[0].citation
    return SectionProgress(
        first.source_id,
        first.source_title,
        first.section,
        cards=len(cards),
        seen=len(known),
        learnt=sum(is_learnt(memory) for memory in known),
        weak_cards=tuple(_by_strength(weak, memories)),
        place=first,
    )


def _by_strength(cards: Sequence[Card], memories: Mapping[str, Memory]) -> list[Card]:
    return sorted(cards, key=lambda card: (memories[card.id].stability, card.id))
