"""`python -m evals cards`: the judgements are well-formed, and what is printed of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.answer import Citation
from app.study.card import Asked, Card, CardKind
from app.study.cards import deck
from app.tutor import Tutor
from evals.cards import (
    JUDGED,
    JUDGED_SECOND,
    JUDGED_THIRD,
    SAMPLE,
    Judgement,
    agreed,
    counts,
    read_judged,
    said_by,
    said_of,
)
from evals.cases import CaseError
from ingest.documents import Span

CITATION = Citation(1, "x", "x", "", Span(0, 1), "x")


def card(name: str, kind: CardKind, asked: Asked) -> Card:
    return Card(name, kind, asked, "?", "x", CITATION)


CARDS = (
    card("a" * 16, CardKind.CLOZE, Asked.NUMBER),
    card("b" * 16, CardKind.CLOZE, Asked.PLACE),
    card("c" * 16, CardKind.QUESTION, Asked.NUMBER),
)


def test_the_judgements_are_well_formed_and_mostly_of_cards_that_are_made(tutor: Tutor) -> None:
    judged = read_judged(JUDGED)
    assert len(judged) == SAMPLE
    made = {card.id for card in deck(tutor)}
    still = [judgement.good for name, judgement in judged.items() if name in made]
    assert len(still) >= SAMPLE // 2, "judge a new sample: python -m evals cards --sample SEED"
    assert sum(still) >= 0.95 * len(still)
    second = read_judged(JUDGED_SECOND)
    assert len([name for name in made if name in second]) >= len(made) // 2, "let a reader judge them anew"
    third = read_judged(JUDGED_THIRD)
    assert len(third) == SAMPLE
    assert len(made.intersection(third)) >= SAMPLE // 2, "let a reader judge a new sample"


@pytest.mark.parametrize(
    "row",
    [
        {"id": "a" * 16, "good": True},
        {"id": "a" * 16, "good": True, "reason": "but it is good"},
        {"id": "a" * 16, "good": False, "reason": " "},
        {"id": "a" * 16, "good": "yes", "reason": ""},
        {"id": "a", "good": True, "reason": ""},
        {"id": "a" * 16, "good": True, "reason": "", "prompt": "the source's words"},
        ["a" * 16, True, ""],
    ],
    ids=["no reason", "good with reason", "bad without", "no truth", "no id", "text", "no object"],
)
def test_rows_that_are_no_judgements(row: object, tmp_path: Path) -> None:
    path = tmp_path / "judged.jsonl"
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    with pytest.raises(CaseError, match="row 1 is no judgement"):
        read_judged(path)


def test_what_is_printed() -> None:
    table = counts(CARDS)
    assert table.title == "3 cards of the bundled sources"
    assert table.header == ("", "cloze", "question")
    assert table.rows == (("number", "1", "1"), ("place", "1", "0"), ("all", "2", "1"))
    judged = {"a" * 16: Judgement(True, ""), "b" * 16: Judgement(False, "vague"), "d" * 16: Judgement(True, "")}
    assert said_of(CARDS, judged) == "Of 3 cards judged by reading, 2 are still made: 1 of 2 good (50 % [9–91])."
    assert said_of((), judged) == "Of 3 cards judged by reading, 0 are still made: none is made any more."
    second = {"a" * 16: Judgement(True, ""), "b" * 16: Judgement(True, ""), "c" * 16: Judgement(True, "")}
    assert agreed(judged, second) == "Of 2 cards that both have judged, they say the same of 1."
    third = {"e" * 16: Judgement(True, "")}
    assert said_by([(CARDS, judged), (CARDS[1:], second), (CARDS, third)], "items").splitlines() == [
        "First reader: Of 3 items judged by reading, 2 are still made: 1 of 2 good (50 % [9–91]).",
        "Second reader: Of 3 items judged by reading, 2 are still made: 2 of 2 good (100 % [34–100]).",
        "Third reader: Of 1 items judged by reading, 0 are still made: none is made any more.",
        "First and second: Of 2 items that both have judged, they say the same of 1.",
    ]
