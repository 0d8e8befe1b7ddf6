"""Whatever the tutor is asked, every quote stands in its source at the place it names. Rows are named by id only."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pytest

from app.answer import Answer, Turn
from app.tutor import Tutor
from evals.cases import DATASETS, Case, read_cases

CASES = [case for half in ("dev", "test") for case in read_cases(DATASETS / f"{half}.jsonl")]


def conversation(tutor: Tutor, case: Case) -> list[Answer]:
    """The answers to all turns of a case, in order."""
    turns: list[Turn] = []
    for question in (*case.history, case.question):
        turns.append(Turn(question, tutor.ask(question, turns)))
    return [turn.answer for turn in turns if turn.answer is not None]


@cache
def answers(tutor: Tutor) -> Sequence[tuple[str, Answer]]:
    return [(case.id, answer) for case in CASES for answer in conversation(tutor, case)]


def test_every_quote_stands_at_its_place(tutor: Tutor) -> None:
    wrong = [
        (case_id, citation.n)
        for case_id, answer in answers(tutor)
        for citation in answer.citations
        if tutor.document(citation.source_id).text[citation.span.start : citation.span.end] != citation.quote
        or not citation.quote.strip()
    ]
    assert wrong == []
    assert sum(len(answer.citations) for _, answer in answers(tutor)) > len(CASES) / 2


def test_every_sentence_is_cited_and_every_number_resolves(tutor: Tutor) -> None:
    wrong = [
        case_id
        for case_id, answer in answers(tutor)
        if [citation.n for citation in answer.citations] != list(range(1, len(answer.citations) + 1))
        or not all(sentence.citations for sentence in answer.sentences)
        or {n for sentence in answer.sentences for n in sentence.citations} != {c.n for c in answer.citations}
    ]
    assert wrong == []


def test_sentences_are_the_words_of_their_citations(tutor: Tutor) -> None:
    wrong = []
    for case_id, answer in answers(tutor):
        quotes = {c.n: tutor.document(c.source_id).plain(c.span) for c in answer.citations}
        wrong += [case_id for s in answer.sentences if s.text not in [quotes[n] for n in s.citations]]
    assert wrong == []


def test_every_passage_stands_at_its_place(tutor: Tutor) -> None:
    wrong = [
        case_id
        for case_id, answer in answers(tutor)
        for row in answer.as_row()["passages"]
        if tutor.document(row["source"]).text[row["start"] : row["end"]] != row["text"]
    ]
    assert wrong == []
    assert all(answer.passages for _, answer in answers(tutor))


def test_an_answer_says_something_and_a_refusal_says_why(tutor: Tutor) -> None:
    wrong = [
        case_id
        for case_id, answer in answers(tutor)
        if not answer.text
        or answer.refused is bool(answer.sentences)
        or answer.refused is not bool(answer.reason)
        or not 0.0 <= answer.confidence <= 1.0
    ]
    assert wrong == []


@pytest.mark.parametrize("half", ["dev", "test"])
def test_both_halves_are_asked(half: str) -> None:
    assert sum(case.id.startswith(half) for case in CASES) > 100
