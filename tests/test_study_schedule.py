"""When cards come again: FSRS's figures, what today is in the user's zone, the streak, the forecast, the queue.

The figures of a first review can be read off FSRS's published weights: the stability after Again, Hard, Good and Easy
is the first four of them, 0.212, 1.2931, 2.3065 and 8.2956 days. With nine of ten to be remembered the interval is the
stability, in whole days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.answer import Citation
from app.study.card import Asked, Card, CardKind
from app.study.queue import Plan, plan
from app.study.schedule import (
    Memory,
    Phase,
    Rating,
    choices,
    due_at,
    due_day,
    forecast,
    interval_words,
    is_due,
    rate,
    streak,
    when_words,
)
from app.study.store import Kept
from ingest.documents import Span

BERLIN, SEOUL = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Seoul")
NOON = datetime(2026, 3, 2, 12, tzinfo=BERLIN)
AGAIN, HARD, GOOD, EASY = Rating


def rated(*reviews: tuple[Rating, datetime]) -> Memory:
    """What is known after some reviews, one at least."""
    memory = None
    for rating, at in reviews:
        memory = rate(memory, rating, at)
    assert memory is not None
    return memory


def learnt(at: datetime) -> Memory:
    """A card that was new at a time, was rated Easy, and so is due eight days later."""
    return rated((EASY, at))


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


# -- FSRS ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rating", "stands", "due", "words"),
    [
        (AGAIN, (Phase.LEARNING, 0, 0.212), timedelta(minutes=1), "1 min"),
        (HARD, (Phase.LEARNING, 0, 1.2931), timedelta(minutes=5.5), "6 min"),
        (GOOD, (Phase.LEARNING, 1, 2.3065), timedelta(minutes=10), "10 min"),
        (EASY, (Phase.REVIEW, None, 8.2956), timedelta(days=8), "8 days"),
    ],
)
def test_a_first_review(rating: Rating, stands: tuple[Phase, int | None, float], due: timedelta, words: str) -> None:
    memory = rate(None, rating, NOON)
    assert (memory.phase, memory.step, memory.stability) == stands
    assert memory.due - NOON == due
    assert memory.reviewed == NOON
    assert (memory.rating, memory.reviews, memory.lapses) == (rating, 1, 0)
    assert interval_words(memory, NOON) == words


def test_good_twice_within_a_session_leaves_the_steps_for_days() -> None:
    memory = rated((GOOD, NOON), (GOOD, NOON + timedelta(minutes=10)))
    assert (memory.phase, memory.step, memory.reviews) == (Phase.REVIEW, None, 2)
    assert memory.stability == 2.3065  # the same day, Good, takes nothing and gives nothing
    assert due_day(memory, BERLIN) == date(2026, 3, 4)


def test_forgetting_a_learnt_card_is_a_lapse_and_failing_a_new_one_is_not() -> None:
    assert rated((AGAIN, NOON), (AGAIN, NOON + timedelta(minutes=1))).lapses == 0
    forgotten = rated((EASY, NOON), (AGAIN, NOON + timedelta(days=8)))
    assert (forgotten.phase, forgotten.step, forgotten.lapses, forgotten.rating) == (Phase.RELEARNING, 0, 1, AGAIN)
    assert forgotten.stability < learnt(NOON).stability
    again = rate(forgotten, AGAIN, NOON + timedelta(days=8, minutes=10))
    assert again.lapses == 1  # it was being learnt anew
    back = rate(again, GOOD, NOON + timedelta(days=8, minutes=20))
    assert (back.phase, back.lapses) == (Phase.REVIEW, 1)


def test_the_choices_are_what_rating_does_and_a_better_one_lasts_longer() -> None:
    memory, later = learnt(NOON), NOON + timedelta(days=8)
    offered = choices(memory, later)
    assert offered == {rating: rate(memory, rating, later) for rating in Rating}
    assert sorted(offered.values(), key=lambda one: one.due) == [offered[rating] for rating in Rating]


def test_days_between_reviews_are_those_of_the_calendar() -> None:
    evening, morning = at("2026-03-02T23:00"), at("2026-03-03T08:00")
    known = rated((GOOD, evening), (GOOD, evening + timedelta(minutes=10)))
    overnight, same = rate(known, GOOD, morning), rate(known, GOOD, at("2026-03-02T23:50"))
    assert same.stability == known.stability
    assert overnight.stability > known.stability  # nine hours, but another day
    assert rate(known, GOOD, at("2026-03-03T23:20")).stability == overnight.stability


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        rate(None, GOOD, datetime(2026, 3, 2, 12))


def test_what_is_kept_is_read_back_as_it_was() -> None:
    memory = rated((EASY, NOON), (AGAIN, NOON + timedelta(days=9)))
    assert Memory.from_json(memory.as_json()) == memory


@pytest.mark.parametrize(
    "changes", [{"stability": -1.0}, {"stability": "nan"}, {"difficulty": 11.0}, {"phase": "x"}, {"rating": 5}]
)
def test_what_is_damaged_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - one of several
        Memory.from_json(learnt(NOON).as_json() | changes)


@pytest.mark.parametrize(
    ("days", "words"),
    [(1, "1 day"), (2, "2 days"), (59, "59 days"), (61, "2 months"), (365, "12 months"), (731, "2.0 years")],
)
def test_an_interval_in_words(days: int, words: str) -> None:
    memory = replace(learnt(NOON), due=learnt(NOON).reviewed + timedelta(days=days))
    assert interval_words(memory, NOON) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-03-02T12:40", "today at 12:40"),
        ("2026-03-03T00:00", "tomorrow"),
        ("2026-03-03T00:05", "tomorrow at 00:05"),
        ("2026-03-04T00:00", "on Wednesday, 4 March"),
        ("2027-03-04T00:00", "on Thursday, 4 March 2027"),
    ],
)
def test_a_time_to_come_in_words(moment: str, words: str) -> None:
    assert when_words(at(moment), NOON) == words


# -- days ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reviewed", "zone", "day"),
    [
        ("2026-03-02T23:30", BERLIN, date(2026, 3, 10)),
        ("2026-03-03T00:30", BERLIN, date(2026, 3, 11)),  # an hour later, the next day
        ("2026-03-28T23:30", BERLIN, date(2026, 4, 5)),  # the 29th has 23 hours
        ("2026-03-29T00:30", BERLIN, date(2026, 4, 6)),
        ("2026-10-24T23:30", BERLIN, date(2026, 11, 1)),  # the 25th has 25 hours
        ("2026-10-24T00:30", BERLIN, date(2026, 11, 1)),
        ("2026-03-02T23:30", SEOUL, date(2026, 3, 10)),
    ],
)
def test_eight_days_are_eight_days_of_the_calendar(reviewed: str, zone: ZoneInfo, day: date) -> None:
    memory = learnt(at(reviewed, zone))
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    assert due_day(memory, zone) == day
    assert due_at(memory, midnight) == midnight
    assert not is_due(memory, midnight.astimezone(UTC).astimezone(zone) - timedelta(minutes=1))
    assert is_due(memory, midnight)
    assert is_due(memory, midnight.replace(hour=23, minute=59))


def test_where_the_user_is_decides_what_today_is() -> None:
    memory = learnt(datetime(2026, 3, 2, 15, 30, tzinfo=UTC))  # half past midnight of the 3rd in Seoul
    now = datetime(2026, 3, 10, 15, 15, tzinfo=UTC)
    assert is_due(memory, now.astimezone(BERLIN))  # the 10th
    assert is_due(memory, now.astimezone(SEOUL))  # the 11th
    assert not is_due(memory, (now - timedelta(minutes=30)).astimezone(SEOUL))  # a quarter to midnight of the 10th
    assert is_due(memory, (now - timedelta(minutes=30)).astimezone(BERLIN))


def test_what_is_being_learnt_is_due_by_the_minute_also_past_midnight() -> None:
    memory = rate(None, GOOD, at("2026-03-02T23:55"))
    assert due_at(memory, at("2026-03-02T23:56")) == at("2026-03-03T00:05")
    assert not is_due(memory, at("2026-03-03T00:04"))
    assert is_due(memory, at("2026-03-03T00:05"))


@pytest.mark.parametrize(
    ("days", "length"),
    [
        ([], 0),
        ([10], 1),
        ([9], 1),  # today is not over
        ([8], 0),
        ([8, 9, 10], 3),
        ([6, 7, 9, 10], 2),
        ([8, 9], 2),
        ([11], 0),
    ],
)
def test_the_streak(days: Sequence[int], length: int) -> None:
    assert streak({date(2026, 3, day) for day in days}, date(2026, 3, 10)) == length


def test_the_forecast_counts_what_is_overdue_as_todays() -> None:
    memories = [learnt(NOON - timedelta(days=n)) for n in (20, 8, 7, 7, 0)] + [rate(None, GOOD, NOON)]
    found = forecast(memories, NOON)
    assert len(found) == 30
    assert [(day, n) for day, n in found if n] == [(date(2026, 3, 2), 3), (date(2026, 3, 3), 2), (date(2026, 3, 10), 1)]


# -- the queue -------------------------------------------------------------------------------------------------------


def a_card(name: str, start: int = 0, kind: CardKind = CardKind.CLOZE) -> Card:
    span = Span(start, start + 10)
    return Card(name, kind, Asked.NUMBER, f"{name} _____", name, Citation(1, "s", "S", "One", span, "x" * 10))


def keep(card: Card, memory: Memory | None, suspended: bool = False) -> Kept:
    return Kept(card, memory, suspended, NOON.astimezone(UTC))


def planned(deck: Sequence[Card], *kept: Kept, new: int = 0, limit: int = 10, first: str = "") -> Plan:
    seen = {one.card.id: one for one in kept}
    return plan(deck, seen, NOON, new_today=new, new_a_day=limit, first=first)


A, B, C, D = (a_card(name, 100 * n) for n, name in enumerate("abcd"))
TWIN = a_card("twin", 105)  # of B's sentence
OWN = a_card("own", 900, CardKind.SAVED)
WRITTEN = a_card("written", 950, CardKind.WRITTEN)
DUE, OVERDUE = learnt(NOON - timedelta(days=8)), learnt(NOON - timedelta(days=11))
LEARNING, SOON = rate(None, AGAIN, NOON - timedelta(minutes=3)), rate(None, GOOD, NOON - timedelta(minutes=3))
TOMORROW = at("2026-03-03T00:00")


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (planned([]), Plan(None, None, 0, 0, 0)),
        (planned([A, B]), Plan(A, None, 0, 0, 2)),
        (planned([A, B], new=1, limit=2), Plan(A, None, 0, 0, 1, later=1)),
        (planned([A, B], new=2, limit=2), Plan(None, None, 0, 0, 0, TOMORROW, later=2)),
        (planned([A, B], limit=0), Plan(None, None, 0, 0, 0, later=2)),
        (planned([A, B], keep(OWN, None)), Plan(OWN, None, 0, 0, 3)),
        (planned([A], keep(WRITTEN, None)), Plan(WRITTEN, None, 0, 0, 2)),
        (planned([B, TWIN, C]), Plan(B, None, 0, 0, 2)),  # one of two cards of a sentence
        (planned([TWIN, C], keep(B, SOON)), Plan(C, None, 1, 0, 1)),
        (planned([A], keep(B, DUE)), Plan(B, DUE, 0, 1, 1)),
        (planned([A], keep(B, DUE), keep(C, OVERDUE)), Plan(C, OVERDUE, 0, 2, 1)),
        (planned([A], keep(B, DUE), keep(C, LEARNING)), Plan(C, LEARNING, 1, 1, 1)),
        (planned([A], keep(C, SOON)), Plan(A, None, 1, 0, 1)),
        (planned([], keep(C, SOON)), Plan(C, SOON, 1, 0, 0)),  # a little early, rather than wait
        (planned([], keep(C, DUE, suspended=True)), Plan(None, None, 0, 0, 0)),
        (planned([A], keep(A, None, suspended=True)), Plan(None, None, 0, 0, 0)),
        (planned([], keep(C, learnt(NOON))), Plan(None, None, 0, 0, 0, at("2026-03-10T00:00"))),
        (planned([A, B], keep(C, DUE), first="b"), Plan(B, None, 0, 1, 2)),
        (planned([A, B], keep(C, DUE), first="gone"), Plan(C, DUE, 0, 1, 2)),
    ],
)
def test_what_is_shown_next(result: Plan, expected: Plan) -> None:
    assert result == expected


def test_only_what_is_chosen_is_shown_and_counted() -> None:
    seen = {"c": keep(C, DUE), "own": keep(OWN, None)}
    only = plan([A, B, D], seen, NOON, new_today=0, new_a_day=10, admits=lambda card: card.kind is CardKind.SAVED)
    assert only == Plan(OWN, None, 0, 0, 1)


def test_a_card_is_shown_as_the_sources_have_it_now() -> None:
    older = replace(C, prompt="as it was _____")
    assert planned([C], keep(older, DUE)).card == C
    assert planned([], keep(older, DUE)).card == older


FRESH = learnt(NOON - timedelta(days=1))


@pytest.mark.parametrize(
    ("kept", "wanted", "expected"),
    [
        ([keep(C, FRESH)], ["c"], Plan(C, FRESH, 0, 1, 1)),  # long before it is due
        ([keep(C, DUE)], ["a"], Plan(A, None, 0, 2, 0)),  # new, and not one of the new ones of the day
        ([keep(C, LEARNING)], ["c"], Plan(C, LEARNING, 0, 1, 1)),  # counted once
        ([keep(C, FRESH, suspended=True)], ["c"], Plan(A, None, 0, 0, 1)),  # set aside is set aside
        ([], ["gone"], Plan(A, None, 0, 0, 1, later=1)),
    ],
)
def test_what_was_asked_for_comes_first(kept: list[Kept], wanted: list[str], expected: Plan) -> None:
    seen = {one.card.id: one for one in kept}
    new_a_day = 0 if wanted == ["a"] else 1
    assert plan([A, C], seen, NOON, new_today=0, new_a_day=new_a_day, wanted=wanted) == expected
