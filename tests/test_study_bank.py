"""The question bank of the bundled sources: the tutor answers each question from the sentence that it names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.study.bank import Bank, BankQuestion, bank_cards, read_bank
from app.study.card import Asked, CardKind
from app.study.cards import deck, together
from app.study.form import faults
from app.tutor import Tutor
from ingest.documents import Document


def test_the_tutor_answers_every_question_from_its_evidence(tutor: Tutor) -> None:
    wrong = []
    for row in read_bank().questions:
        answer = tutor.ask(row.question)
        start = tutor.document(row.source_id).text.index(row.quote)
        cited = [(c.source_id, c.span.start) for c in answer.citations]
        if answer.refused or (row.source_id, start) not in cited:
            wrong.append((row.question, cited))
    assert wrong == []


def test_the_bank_is_large_and_asks_nothing_twice() -> None:
    questions = read_bank().questions
    assert len(questions) >= 60
    assert {row.source_id for row in questions} == {"kim2026", "loc"}
    assert len({row.question for row in questions}) == len(questions)


def test_question_cards_have_no_fault_of_form(tutor: Tutor, documents: dict[str, Document]) -> None:
    cards = bank_cards(tutor.searcher().records)
    assert len(cards) == len(read_bank().questions)
    assert {card.kind for card in cards} == {CardKind.QUESTION}
    assert faults(cards, documents) == {}
    assert set(cards) <= set(deck(tutor))


def test_a_changed_or_missing_source_makes_no_question_cards(tutor: Tutor) -> None:
    records = dict(tutor.searcher().records)
    changed = replace(records["kim2026"], document=replace(records["kim2026"].document, sha256="0" * 64))
    assert bank_cards({"kim2026": changed}) == ()
    of_loc = bank_cards({"kim2026": changed, "loc": records["loc"]})
    assert {card.citation.source_id for card in of_loc} == {"loc"}


def test_no_cloze_card_asks_what_a_question_asks(tutor: Tutor) -> None:
    of_bank = {(card.citation.span, card.answer) for card in deck(tutor) if card.kind is CardKind.QUESTION}
    clozes = {(card.citation.span, card.answer) for card in deck(tutor) if card.kind is CardKind.CLOZE}
    assert of_bank & clozes == set()
    question, *_ = [card for card in deck(tutor) if card.kind is CardKind.QUESTION]
    twin = replace(question, id="twin", kind=CardKind.CLOZE, answer=question.answer.upper())
    assert together([question], [twin]) == (question,)


def test_a_bank_of_another_file(tmp_path: Path) -> None:
    path = tmp_path / "bank.toml"
    path.write_text(
        '[sources]\nx = "00"\n'
        '[[question]]\nsource = "x"\nquestion = "Q?"\nanswer = "A"\nasked = "date"\nquote = "A."\n',
        encoding="utf-8",
    )
    assert read_bank(path) == Bank((BankQuestion("x", "Q?", "A", Asked.DATE, "A."),), {"x": "00"})
    path.write_text(path.read_text(encoding="utf-8").replace('"date"', '"colour"'), encoding="utf-8")
    with pytest.raises(ValueError, match="colour"):
        read_bank(path)
