"""Whatever the tutor is asked, every quote stands in its source at the place it names. Rows are named by id only."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from conftest import Half

from app.answer import Answer
from app.tutor import Tutor

Answers = Sequence[tuple[str, Answer]]


@pytest.fixture(scope="module")
def answers(halves: dict[str, Half]) -> Answers:
    """Every answer to every turn of every case, with the case's id."""
    return [answer for half in halves.values() for answer in half.answers]


def test_every_quote_stands_at_its_place(tutor: Tutor, answers: Answers) -> None:
    wrong = [
        (case_id, citation.n)
        for case_id, answer in answers
        for citation in answer.citations
        if tutor.document(citation.source_id).text[citation.span.start : citation.span.end] != citation.quote
        or not citation.quote.strip()
    ]
    assert wrong == []
    assert sum(len(answer.citations) for _, answer in answers) > len(answers) / 2


def test_every_sentence_is_cited_and_every_number_resolves(answers: Answers) -> None:
    wrong = [
        case_id
        for case_id, answer in answers
        if [citation.n for citation in answer.citations] != list(range(1, len(answer.citations) + 1))
        or not all(sentence.citations for sentence in answer.sentences)
        or {n for sentence in answer.sentences for n in sentence.citations} != {c.n for c in answer.citations}
    ]
    assert wrong == []


def test_sentences_are_the_words_of_their_citations(tutor: Tutor, answers: Answers) -> None:
    """All of them but the mark that a footnote begins with."""
    wrong = []
    for case_id, answer in answers:
        quotes = {c.n: tutor.document(c.source_id).plain(c.span).lstrip("¹²³⁴⁵⁶⁷⁸⁹⁰ ") for c in answer.citations}
        wrong += [case_id for s in answer.sentences if s.text not in [quotes[n] for n in s.citations]]
    assert wrong == []


def test_every_passage_stands_at_its_place(tutor: Tutor, answers: Answers) -> None:
    wrong = [
        case_id
        for case_id, answer in answers
        for row in answer.as_row()["passages"]
        if tutor.document(row["source"]).text[row["start"] : row["end"]] != row["text"]
    ]
    assert wrong == []
    assert all(answer.passages for _, answer in answers)


def test_an_answer_says_something_and_a_refusal_says_why(answers: Answers) -> None:
    wrong = [
        case_id
        for case_id, answer in answers
        if not answer.text
        or answer.refused is bool(answer.sentences)
        or answer.refused is not bool(answer.reason)
        or not 0.0 <= answer.confidence <= 1.0
    ]
    assert wrong == []


@pytest.mark.parametrize("half", ["dev", "test"])
def test_both_halves_are_asked(half: str, halves: dict[str, Half]) -> None:
    assert len(halves[half].answers) > len(halves[half].cases) > 100
    assert {case_id for case_id, _ in halves[half].answers} == {case.id for case in halves[half].cases}
