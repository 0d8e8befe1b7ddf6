"""How far each section is: which card is learnt and which is weak, and how they are counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.answer import Citation
from app.study.card import Asked, Card, CardKind
from app.study.progress import SectionProgress, is_learnt, is_weak, progress, weakest
from app.study.schedule import Memory, Phase, Rating
from app.study.store import Kept
from ingest.documents import Span

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
AGAIN, HARD, GOOD, EASY = Rating


def memory(
    stability: float, *, phase: Phase = Phase.REVIEW, rating: Rating = GOOD, reviews: int = 2, lapses: int = 0
) -> Memory:
    step = None if phase is Phase.REVIEW else 0
    return Memory(phase, step, stability, 5.0, NOON + timedelta(days=1), NOON, rating, reviews, lapses)


@pytest.mark.parametrize(
    ("known", "learnt", "weak"),
    [
        (memory(2.3), False, False),  # seen, no more
        (memory(20.9, reviews=5), False, False),
        (memory(21.0, reviews=5), True, False),
        (memory(30.0, phase=Phase.RELEARNING, rating=AGAIN, lapses=1), False, True),
        (memory(30.0, phase=Phase.RELEARNING, lapses=1), False, True),
        (memory(5.0, lapses=1), False, True),
        (memory(25.0, lapses=3), True, False),  # learnt again since
        (memory(0.2, phase=Phase.LEARNING, rating=AGAIN, reviews=1), False, True),
        (memory(0.2, phase=Phase.LEARNING, reviews=1), False, False),
        (memory(2.9, rating=HARD, reviews=4), False, True),  # often, and it does not last
        (memory(3.0, rating=HARD, reviews=4), False, False),
        (memory(2.9, rating=HARD, reviews=3), False, False),
    ],
)
def test_learnt_and_weak(known: Memory, learnt: bool, weak: bool) -> None:
    assert (is_learnt(known), is_weak(known)) == (learnt, weak)


def a_card(name: str, section: str, start: int, source: str = "s") -> Card:
    cited = Citation(1, source, source.upper(), section, Span(start, start + 5), "quote")
    return Card(name, CardKind.CLOZE, Asked.DATE, f"{name} _____", name, cited)


A, B, C, D = a_card("a", "One", 0), a_card("b", "One", 10), a_card("c", "Two", 20), a_card("d", "One", 5, "t")
GONE = a_card("gone", "Two", 30)


def kept(card: Card, known: Memory | None, suspended: bool = False) -> dict[str, Kept]:
    return {card.id: Kept(card, known, suspended, NOON)}


def test_sections_are_counted_in_the_order_of_the_sources() -> None:
    wrong, worse = memory(1.0, rating=AGAIN), memory(0.5, rating=AGAIN)
    seen = kept(A, wrong) | kept(B, worse) | kept(GONE, memory(40.0)) | kept(C, None, suspended=True)
    found = progress([D, C, A, B], seen)
    assert found == (
        SectionProgress("s", "S", "One", 2, 2, 0, (B, A), A.citation),
        SectionProgress("s", "S", "Two", 1, 1, 1, (), GONE.citation),
        SectionProgress("t", "T", "One", 1, 0, 0, (), D.citation),
    )
    assert [one.weak for one in found] == [2, 0, 0]
    memories = {name: one.memory for name, one in seen.items() if one.memory is not None}
    assert weakest(found, memories) == (B, A)


def test_a_card_stands_where_the_sources_have_it_now() -> None:
    moved = replace(A, citation=replace(A.citation, section="Two", span=Span(40, 45)))
    (found,) = progress([moved], kept(A, memory(1.0)))
    assert (found.section, found.seen, found.place) == ("Two", 1, moved.citation)


def test_without_cards_there_is_no_section() -> None:
    assert progress([], {}) == ()
