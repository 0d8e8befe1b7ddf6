"""What a quiz came to: points, what was missed, where to read again, and which cards ask the same."""

from __future__ import annotations

import pytest

from app.answer import Citation
from app.study.card import Asked, Card, CardKind
from app.study.item import Difficulty, Graded, Item, ItemKind, Outcome
from app.study.result import Result, Section, Share, cards_of, result_of
from ingest.documents import Span

RIGHT, PARTLY, WRONG, SKIPPED = Outcome
CHOICE, SHORT, EVIDENCE = ItemKind


def place(at: int, section: str = "One", source: str = "a") -> Citation:
    return Citation(1, source, f"Title {source}", section, Span(at, at + 10), f"quote {at}", source.upper())


def an_item(name: str, citation: Citation, kind: ItemKind = CHOICE, answer: str = "") -> Item:
    return Item(name, kind, Asked.DATE, Difficulty.MEDIUM, f"{name}?", answer or f"it was {name}", citation)


def gave(item: Item, outcome: Outcome) -> Graded:
    return Graded(item, "", outcome)


FIRST, SAME, LATER = an_item("p", place(50)), an_item("q", place(50), SHORT), an_item("r", place(10), EVIDENCE)
OTHER, FAR = an_item("s", place(70, "Two"), SHORT), an_item("t", place(5, "One", "b"))


def test_points_are_counted_by_kind_and_by_section_and_what_was_missed_is_read_again_in_order() -> None:
    graded = [gave(FAR, WRONG), gave(FIRST, PARTLY), gave(SAME, SKIPPED), gave(OTHER, RIGHT), gave(LATER, WRONG)]
    one = Section("a", "Title a", "One", Share(0.5, 3), (place(10), place(50)))
    two = Section("a", "Title a", "Two", Share(1.0, 1), ())
    far = Section("b", "Title b", "One", Share(0.0, 1), (place(5, "One", "b"),))
    result = result_of(graded, ["a", "b"])
    assert result == Result(
        Share(1.5, 5),
        ((CHOICE, Share(0.5, 2)), (SHORT, Share(1.0, 2)), (EVIDENCE, Share(0.0, 1))),
        (one, two, far),
        (FAR, FIRST, SAME, LATER),
    )
    assert result.reread == (one, far)
    assert result_of(graded, []).sections == (far, one, two)  # sources that nobody lists: as they were asked


def test_nothing_missed_nothing_to_read_again() -> None:
    result = result_of([gave(FIRST, RIGHT)])
    assert (result.share, result.missed, result.reread) == (Share(1.0, 1), (), ())
    assert result_of([]) == Result(Share(0, 0), (), (), ())


@pytest.mark.parametrize(
    ("at", "answer", "there"),
    [
        (50, "it was p", True),
        (55, "It wás P", True),  # of the same sentence, spelt otherwise
        (61, "it was p", False),
        (50, "it was", False),
    ],
)
def test_the_card_of_an_item_asks_the_same_of_the_same_sentence(at: int, answer: str, there: bool) -> None:
    card = Card("c", CardKind.CLOZE, Asked.DATE, "_____", answer, place(at))
    other = Card("d", CardKind.CLOZE, Asked.DATE, "_____", "it was p", place(50, source="b"))
    assert cards_of([FIRST, FIRST, OTHER], [other, card]) == ((card,) if there else ())


def test_of_a_statement_any_card_of_its_sentence_is_good() -> None:
    cards = [Card(name, CardKind.CLOZE, Asked.DATE, "_____", name, place(10)) for name in ("a", "b", "it was r")]
    assert cards_of([LATER], cards) == (cards[2],)
    assert cards_of([LATER], cards[:2]) == (cards[0],)
