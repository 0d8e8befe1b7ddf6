"""When a card comes again: FSRS, days of the user's zone, streak and forecast. Pure functions of the time given.

The only file that imports fsrs. Every `now` is an aware time in the user's zone, because that zone says what today is:
a day begins at midnight there. What is kept is in store.py, which card is shown next in queue.py.

Nothing is left to chance: FSRS's random spreading of intervals is off, so that a button says exactly what it does.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import IntEnum, StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fsrs import Card as FsrsCard
    from fsrs import Scheduler

#: How much of what is due should be remembered; FSRS sets the intervals by it.
RETENTION = 0.9
#: A new card comes again after these; a forgotten one after the last of them.
STEPS = (timedelta(minutes=1), timedelta(minutes=10))
FORECAST_DAYS = 30


class Rating(IntEnum):
    """How well a card was known. The numbers are the keys on the keyboard, and FSRS's."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


class Phase(StrEnum):
    """Where a card stands. In the two learning phases it comes again within minutes, else after days."""

    LEARNING = "learning"
    REVIEW = "review"
    RELEARNING = "relearning"  # it was known, and forgotten


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of one card in one head, after its last review.

    `stability` is the number of days after which nine of ten such cards are still remembered, `difficulty` is in 1..10;
    `step` counts the learning steps done, None in review. `due` and `reviewed` are in UTC. `lapses` is how often a card
    in review was forgotten.
    """

    phase: Phase
    step: int | None
    stability: float
    difficulty: float
    due: datetime
    reviewed: datetime
    rating: Rating
    reviews: int = 1
    lapses: int = 0

    def as_json(self) -> dict[str, Any]:
        """JSON-ready; `from_json` reads it back as it was."""
        return {
            "phase": self.phase,
            "step": self.step,
            "stability": self.stability,
            "difficulty": self.difficulty,
            "due": self.due.isoformat(),
            "reviewed": self.reviewed.isoformat(),
            "rating": int(self.rating),
            "reviews": self.reviews,
            "lapses": self.lapses,
        }

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Memory:
        """What `as_json` wrote.

        Raises:
            ValueError, LookupError, TypeError: it is no such thing.
        """
        step = row["step"]
        made = cls(
            Phase(row["phase"]),
            None if step is None else int(step),
            float(row["stability"]),
            float(row["difficulty"]),
            _aware(datetime.fromisoformat(row["due"])).astimezone(UTC),
            _aware(datetime.fromisoformat(row["reviewed"])).astimezone(UTC),
            Rating(row["rating"]),
            int(row["reviews"]),
            int(row["lapses"]),
        )
        if not (0 < made.stability < math.inf and 1 <= made.difficulty <= 10):
            raise ValueError(f"stability {made.stability}, difficulty {made.difficulty}")
        return made


def rate(memory: Memory | None, rating: Rating, now: datetime) -> Memory:
    """What is known of a card after a further review; `memory` is None for a card that is new.

    The days between two reviews are counted by the calendar of the user, as he counts them, not by 24 hours.

    Raises:
        ValueError: `now` has no zone.

    FSRS-6, after Ye, Su and Cao, "A Stochastic Shortest Path Algorithm for Optimizing Spaced Repetition Scheduling",
    KDD 2022.
    """
    from fsrs import Rating as FsrsRating

    at = _aware(now).astimezone(UTC)
    after, _ = _scheduler().review_card(_as_fsrs(memory, now), FsrsRating(int(rating)), review_datetime=at)
    assert after.stability is not None  # every review sets them
    assert after.difficulty is not None
    lapsed = memory is not None and memory.phase is Phase.REVIEW and rating is Rating.AGAIN
    return Memory(
        Phase[after.state.name.upper()],
        after.step,
        after.stability,
        after.difficulty,
        after.due,
        at,
        rating,
        (memory.reviews if memory is not None else 0) + 1,
        (memory.lapses if memory is not None else 0) + lapsed,
    )


def choices(memory: Memory | None, now: datetime) -> dict[Rating, Memory]:
    """What each rating would make of a card."""
    return {rating: rate(memory, rating, now) for rating in Rating}


@cache
def _scheduler() -> Scheduler:
    from fsrs import Scheduler

    return Scheduler(
        desired_retention=RETENTION, learning_steps=STEPS, relearning_steps=STEPS[-1:], enable_fuzzing=False
    )


def _as_fsrs(memory: Memory | None, now: datetime) -> FsrsCard:
    from fsrs import Card, State

    at = now.astimezone(UTC)
    if memory is None:
        return Card(card_id=0, due=at)
    days = max(0, (now.date() - memory.reviewed.astimezone(now.tzinfo).date()).days)
    return Card(
        card_id=0,
        state=State[memory.phase.name.capitalize()],
        step=memory.step,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=memory.due,
        last_review=at - timedelta(days=days),
    )


# -- days ------------------------------------------------------------------------------------------------------------


def due_day(memory: Memory, zone: tzinfo | None) -> date:
    """The day on which a card is due: so many days after the day of its review, whatever clocks were put to."""
    if memory.phase is not Phase.REVIEW:
        return memory.due.astimezone(zone).date()
    return memory.reviewed.astimezone(zone).date() + timedelta(days=(memory.due - memory.reviewed).days)


def is_due(memory: Memory, now: datetime) -> bool:
    """Whether a card is to be shown now: in review, all day long; while it is learnt, from its minute on."""
    if memory.phase is not Phase.REVIEW:
        return memory.due <= now
    return due_day(memory, now.tzinfo) <= now.date()


def due_at(memory: Memory, now: datetime) -> datetime:
    """When a card is due, in the user's zone: a card in review from the midnight that its day begins with."""
    if memory.phase is not Phase.REVIEW:
        return memory.due.astimezone(now.tzinfo)
    day = due_day(memory, now.tzinfo)
    return datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)


def streak(days: Collection[date], today: date) -> int:
    """How many days in a row had a review, up to today, or to yesterday as long as today has none yet."""
    at = today if today in days else today - timedelta(days=1)
    length = 0
    while at - timedelta(days=length) in days:
        length += 1
    return length


def forecast(memories: Iterable[Memory], now: datetime, days: int = FORECAST_DAYS) -> tuple[tuple[date, int], ...]:
    """How many cards are due on each day from today on; what is overdue counts as today's."""
    counts = Counter(max(now.date(), due_day(memory, now.tzinfo)) for memory in memories)
    return tuple((day, counts[day]) for day in (now.date() + timedelta(days=n) for n in range(days)))


def interval_words(memory: Memory, now: datetime) -> str:
    """How long until a card comes again: "1 min", "3 days", "2 months"."""
    if memory.phase is not Phase.REVIEW:
        minutes = max(1, math.ceil((memory.due - now).total_seconds() / 60))
        return f"{minutes} min" if minutes < 60 else f"{round(minutes / 60)} h"
    days = (memory.due - memory.reviewed).days
    if days < 60:
        return "1 day" if days == 1 else f"{days} days"
    return f"{round(days / 30.44)} months" if days < 700 else f"{days / 365.25:.1f} years"


def when_words(at: datetime, now: datetime) -> str:
    """A time to come in words: "today at 14:05", "tomorrow", "on Monday, 9 March"."""
    days = (at.date() - now.date()).days
    if days <= 0:
        return f"today at {at:%H:%M}"
    if days == 1:
        return "tomorrow" if (at.hour, at.minute) == (0, 0) else f"tomorrow at {at:%H:%M}"
    return f"on {at:%A}, {at.day} {at:%B}{f' {at.year}' if days > 300 else ''}"


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone; the user's says what today is")
    return at
