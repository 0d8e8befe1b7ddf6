"""Which card is shown next, and what is left of today. Pure functions; what is kept is in store.py.

First what was asked for, then what is being learnt and due this minute, then what is due today, then new cards as far
as the day allows; when nothing else is left, what is being learnt is shown a little before its time rather than let
somebody wait.

A new card is left for another day if its sentence was seen today: the one would give the other away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.study.card import OWN, Card
from app.study.schedule import Memory, Phase, due_at, due_day, is_due
from app.study.store import Kept

#: What is being learnt is shown this long before its time if nothing else is left.
AHEAD = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done now.

    `card` is the next one, None if none is; `memory` its schedule, None if it is new. `learning`, `due` and `new` count
    what is left today of each, the next card among them; `learning` also what is not due this minute. `next_at` is when
    the next card comes, in the user's zone, None if none will; it is given if there is no card now. `later` counts the
    new cards that are beyond what the day may bring.
    """

    card: Card | None
    memory: Memory | None
    learning: int
    due: int
    new: int
    next_at: datetime | None = None
    later: int = 0

    @property
    def left(self) -> int:
        """How many cards are left today."""
        return self.learning + self.due + self.new


def plan(
    deck: Sequence[Card],
    kept: Mapping[str, Kept],
    now: datetime,
    *,
    new_today: int,
    new_a_day: int,
    admits: Callable[[Card], bool] = lambda card: True,
    first: str = "",
    wanted: Sequence[str] = (),
) -> Plan:
    """What is to be done now.

    Args:
        deck: the cards of the sources, in the order in which new ones come.
        kept: the cards that were seen or saved.
        now: the time in the user's zone.
        new_today: how many new cards were reviewed today.
        new_a_day: how many a day may bring.
        admits: which cards are studied; others are left out of every count.
        first: the id of a card that is shown before all others if it is among those of today: one taken back, say.
        wanted: the ids of cards that were asked for: they come first, and count as due, whatever their schedules say.
    """
    current = {card.id: card for card in deck}
    asked = _asked(wanted, {name: one.card for name, one in kept.items()} | current, kept, admits)
    names = {card.id for card, _ in asked}
    seen = [
        (current.get(name, one.card), one.memory)
        for name, one in kept.items()
        if one.memory is not None and name not in names and not one.suspended and admits(current.get(name, one.card))
    ]
    learning = sorted((one for one in seen if _today(one[1], now) and _minutes(one[1])), key=lambda one: one[1].due)
    due = [one for one in seen if not _minutes(one[1]) and is_due(one[1], now)]
    due.sort(key=lambda one: (due_day(one[1], now.tzinfo), one[0].id))
    unseen = [card for card in _unseen(deck, kept, admits) if card.id not in names]
    apart = _apart(unseen, [*_seen_today(kept, now), *(card for card, _ in asked)])
    new = apart[: max(0, new_a_day - new_today)]
    ready = [one for one in learning if is_due(one[1], now)]
    soon = [one for one in learning if one[1].due <= now + AHEAD]
    order: list[tuple[Card, Memory | None]] = [*asked, *ready, *due, *((card, None) for card in new), *soon]
    chosen = next((one for one in order if one[0].id == first), order[0] if order else None)
    counts = (len(learning), len(asked) + len(due), len(new))
    if chosen is not None:
        return Plan(*chosen, *counts, later=len(apart) - len(new))
    times = [due_at(memory, now) for _, memory in seen]
    if unseen and new_a_day > 0:
        tomorrow = now.date() + timedelta(days=1)
        times.append(datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=now.tzinfo))
    return Plan(None, None, *counts, min(times, default=None), later=len(apart) - len(new))


def _asked(
    wanted: Sequence[str], cards: Mapping[str, Card], kept: Mapping[str, Kept], admits: Callable[[Card], bool]
) -> list[tuple[Card, Memory | None]]:
    """The cards that were asked for, in that order, with their schedules."""
    there = [cards[name] for name in wanted if name in cards and admits(cards[name])]
    kept_there = [(card, kept.get(card.id)) for card in there]
    return [(card, one.memory if one else None) for card, one in kept_there if one is None or not one.suspended]


def _minutes(memory: Memory) -> bool:
    return memory.phase is not Phase.REVIEW


def _today(memory: Memory, now: datetime) -> bool:
    return due_day(memory, now.tzinfo) <= now.date() or memory.due <= now + AHEAD


def _unseen(deck: Sequence[Card], kept: Mapping[str, Kept], admits: Callable[[Card], bool]) -> list[Card]:
    """The new cards: one's own first, in the order in which they were made, then those of the sources."""
    own = [
        one.card
        for one in kept.values()
        if one.card.kind in OWN and one.memory is None and not one.suspended and admits(one.card)
    ]
    return [*own, *(card for card in deck if card.id not in kept and admits(card))]


def _seen_today(kept: Mapping[str, Kept], now: datetime) -> list[Card]:
    return [
        one.card
        for one in kept.values()
        if one.memory is not None and one.memory.reviewed.astimezone(now.tzinfo).date() == now.date()
    ]


def _apart(cards: Sequence[Card], others: Sequence[Card]) -> list[Card]:
    """Those cards of which no two, and none and another, stand on the same sentence."""
    taken = list(others)
    for card in cards:
        if not any(_overlap(card, other) for other in taken):
            taken.append(card)
    return taken[len(others) :]


def _overlap(one: Card, other: Card) -> bool:
    return one.citation.source_id == other.citation.source_id and one.citation.span.overlaps(other.citation.span)
