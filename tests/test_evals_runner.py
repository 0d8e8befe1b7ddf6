"""The evaluation catches a bad responder: each of these is broken in one way, and one measure shows it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from math import nan
from pathlib import Path

import pytest

from app.answer import Answer, Citation, Refusal, Sentence, Turn
from evals.cases import Case, CaseError, Kind, Quote
from evals.measures import MEASURES
from evals.metrics import Outcome
from evals.runner import Row, TutorResponder, run
from ingest.documents import Document, Passage, Section, Source, Span
from vectorstore.search import Hit

TEXT = "Anna keeps bees. Boris sells salt. Clara paints old doors. Dmitri mends clocks."
SENTENCES = (Span(0, 16), Span(17, 34), Span(35, 58), Span(59, 79))
TOWN = Document(
    Source("town", "The Town", Path("town.txt")), TEXT, "0", (), (Section("", 1, Span(0, len(TEXT)), None),)
)
DOCUMENTS = {"town": TOWN}
CASES = (
    Case("anna", Kind.FACTOID, "?", True, facts=(("bees",),), evidence=(Quote("town", "Anna keeps bees."),)),
    Case("clara", Kind.FACTOID, "?", True, facts=(("doors",),), evidence=(Quote("town", "paints old doors"),)),
    Case("boris", Kind.UNANSWERABLE, "?", False, near=(Quote("town", "Boris sells salt."),)),
    Case("king", Kind.UNANSWERABLE, "?", False),
)
RIGHT = {"anna": SENTENCES[0], "clara": SENTENCES[2]}


def said(case_id: str, *spans: Span, cited: Sequence[Span] | None = None, confidence: float = 0.9) -> Answer:
    """An answer of these sentences of the town, from one passage that holds the first of them."""
    places = spans if cited is None else cited
    citations = tuple(
        Citation(n, "town", "The Town", "", span, TEXT[span.start : span.end]) for n, span in enumerate(places, start=1)
    )
    sentences = tuple(Sentence(TEXT[s.start : s.end], (n,)) for n, s in enumerate(spans, start=1))
    whole = Span(spans[0].start, spans[-1].end) if spans else None
    passages = (Hit(Passage("town", whole, "", ()), TOWN, 1.0),) if whole else ()
    return Answer(case_id, case_id, sentences, citations, confidence, passages=passages)


def refused(case_id: str) -> Answer:
    reason = "The sources do not say. They mention bees and doors."
    return Answer(case_id, case_id, (), (), 0.1, refusal=Refusal.NOT_FOUND, reason=reason)


def perfect(case_id: str) -> Answer:
    return said(case_id, RIGHT[case_id]) if case_id in RIGHT else refused(case_id)


def nothing(case_id: str) -> Answer:
    return said(case_id)


def everything(case_id: str) -> Answer:
    return said(case_id, *SENTENCES)


def wrong_place(case_id: str) -> Answer:
    return said(case_id, RIGHT[case_id], cited=[SENTENCES[3]]) if case_id in RIGHT else refused(case_id)


def never_refuses(case_id: str) -> Answer:
    return said(case_id, RIGHT.get(case_id, SENTENCES[1]))


def always_refuses(case_id: str) -> Answer:
    return refused(case_id)


class Canned:
    """A responder that answers the cases in turn."""

    def __init__(self, answer: object, ids: Sequence[str] = tuple(case.id for case in CASES)) -> None:
        self.name = "canned"
        self._answer = answer
        self._ids = iter(ids)

    def answer(self, question: str, history: Sequence[str]) -> Answer:
        return self._answer(next(self._ids))  # type: ignore[operator]


SHOWN = (
    "hit@1",
    "nDCG@10",
    "words in the top 5",
    "all facts",
    "all facts in one sentence",
    "span F1",
    "evidence cited",
    "evidence share",
    "citation recall",
    "citation precision",
    "right",
    "words an answer",
    "refusal recall",
    "refusal recall, near misses",
    "false refusals",
    "refusal recall at 10 %",
    "AUROC, answerable",
    "AUROC, right",
    "calibration error",
)


@pytest.mark.parametrize(
    ("answer", "figures"),
    [
        # hit ndcg top5 facts one span cited share rec prec right words recall near false at10 auroc auroc ece
        (perfect, (1, 1, 3.5, 1, 1, 0.45, 1, 1, 1, 1, 1, 3.5, 1, 1, 0, 1, 1, 1, 0.1)),
        (nothing, (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.5, nan, 0.9)),
        (everything, (1, 1, 13, 1, 0.5, 0.25, 1, 1, 0.25, 0.25, 1, 13, 0, 0, 0, 0, 0.5, 0.5, 0.4)),
        (wrong_place, (1, 1, 3.5, 1, 1, 0.45, 0, 0, 0, 0, 0, 3.5, 1, 1, 0, 1, 1, nan, 0.5)),
        (never_refuses, (1, 1, 3.5, 1, 1, 0.45, 1, 1, 1, 1, 1, 3.5, 0, 0, 0, 0, 0.5, 0.5, 0.4)),
        (always_refuses, (0, 0, 0, 0, 0, 0, 0, 0, nan, nan, 0, 0, 1, 1, 1, 0, 0.5, nan, 0.1)),
    ],
)
def test_a_broken_responder_is_caught(answer: object, figures: tuple[float, ...]) -> None:
    record = run(Canned(answer), CASES, DOCUMENTS)
    found = {measure.key: measure.value(record.rows) for measure in MEASURES if measure.key in SHOWN}
    assert found == pytest.approx(dict(zip(SHOWN, figures, strict=True)), nan_ok=True)


def test_citation_recall_is_over_sentences_and_precision_over_citations() -> None:
    right, wrong = SENTENCES[0], SENTENCES[3]
    answer = replace(
        said("anna", right, wrong, cited=[right, wrong, SENTENCES[1]]),
        sentences=(Sentence("Anna keeps bees.", (1, 2)), Sentence("Boris.", (3,)), Sentence("Bees.", (1, 9))),
    )
    (row,) = run(Canned(lambda _: answer), CASES[:1], DOCUMENTS).rows
    assert (row.citation_recall, row.citation_precision, row.evidence_share) == (2 / 3, 1 / 3, 1.0)


def test_span_f1_is_of_the_first_sentence_and_only_where_there_is_one_fact() -> None:
    two = replace(CASES[0], facts=(("bees",), ("Anna",)))
    rows = [run(Canned(perfect), [case], DOCUMENTS).rows[0] for case in (CASES[0], two)]
    assert [row.span_f1 for row in rows] == [0.5, None]  # one word of three: 2 * (1/3 * 1) / (1/3 + 1)


def test_remarks_count_as_said_but_not_as_the_first_sentence_and_a_refusal_states_nothing() -> None:
    noted = replace(said("anna", SENTENCES[1]), notes=("The sources disagree: bees or salt.",))
    (row,) = run(Canned(lambda _: noted), CASES[:1], DOCUMENTS).rows
    assert (row.facts_found, row.facts_in_first_sentence, row.words) == ((True,), (False,), 9)
    (row,) = run(Canned(refused), CASES[:1], DOCUMENTS).rows  # its reason holds the word
    assert (row.facts_found, row.words, row.citation_precision) == ((False,), 0, None)


def test_a_question_that_fails_becomes_a_row_and_the_others_go_on() -> None:
    def fails_on_clara_and_king(case_id: str) -> Answer:
        if case_id in ("clara", "king"):
            raise RuntimeError("no model: at all")
        return perfect(case_id)

    seen: list[tuple[int, int]] = []
    ticks = itertools.count()
    record = run(
        Canned(fails_on_clara_and_king),
        CASES,
        DOCUMENTS,
        lambda done, total: seen.append((done, total)),
        clock=lambda: next(ticks) / 2,
    )
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert record.rows == (
        Row(
            id="anna",
            kind=Kind.FACTOID,
            answerable=True,
            near_miss=False,
            outcome=Outcome.ANSWERED,
            confidence=0.9,
            hit_at_1=True,
            hit_at_5=True,
            all_at_5=True,
            ndcg_at_10=1.0,
            reciprocal_rank=1.0,
            context_words=3,
            facts_found=(True,),
            facts_in_first_sentence=(True,),
            span_f1=0.5,
            cites_evidence=True,
            evidence_share=1.0,
            citation_recall=1.0,
            citation_precision=1.0,
            words=3,
            seconds=0.5,
            answer=perfect("anna"),
        ),
        Row(
            id="clara",
            kind=Kind.FACTOID,
            answerable=True,
            near_miss=False,
            outcome=Outcome.ANSWERED,
            confidence=0.0,
            facts_found=(False,),
            facts_in_first_sentence=(False,),
            span_f1=0.0,
            citation_recall=0.0,
            citation_precision=0.0,
            seconds=0.5,
            error="RuntimeError: no model: at all",
        ),
        Row(
            id="boris",
            kind=Kind.UNANSWERABLE,
            answerable=False,
            near_miss=True,
            outcome=Outcome.REFUSED,
            confidence=0.1,
            seconds=0.5,
            answer=refused("boris"),
        ),
        Row(
            id="king",
            kind=Kind.UNANSWERABLE,
            answerable=False,
            near_miss=False,
            outcome=Outcome.INVENTED,
            confidence=1.0,
            citation_recall=0.0,
            citation_precision=0.0,
            seconds=0.5,
            error="RuntimeError: no model: at all",
        ),
    )
    assert [row.right for row in record.rows] == [True, False, True, False]


def test_a_misquoted_source_is_a_failure() -> None:
    right = said("anna", SENTENCES[0])
    misquoted = replace(right, citations=(replace(right.citations[0], quote="Anna keeps wasps."),))
    (row,) = run(Canned(lambda _: misquoted), CASES[:1], DOCUMENTS).rows
    assert (row.error, row.right) == ("ValueError: citation 1 is not what 'town' says there", False)


@pytest.mark.parametrize(
    ("lost", "says"),
    [
        (
            Case("lost", Kind.FACTOID, "?", True, facts=(("x",),), evidence=(Quote("town", "Eve sleeps."),)),
            "lost: evidence 1 is not in 'town' word for word",
        ),
        (
            Case("lost", Kind.UNANSWERABLE, "?", False, near=(Quote("farm", "Eve sleeps."),)),
            "lost: near 1 is of 'farm'; the index has: town",
        ),
    ],
)
def test_a_case_that_quotes_no_source_stops_the_run_before_the_first_question(lost: Case, says: str) -> None:
    def never(case_id: str) -> Answer:
        raise AssertionError("asked")

    with pytest.raises(CaseError, match=f"^{says}$"):
        run(Canned(never), (*CASES, lost), DOCUMENTS)


def test_the_tutor_is_asked_the_earlier_turns_first() -> None:
    class Echo:
        def __init__(self) -> None:
            self.asked: list[tuple[str, list[tuple[str, str]]]] = []

        def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
            self.asked.append((question, [(t.question, t.answer.question if t.answer else "") for t in history]))
            return said(question)

    tutor = Echo()
    answer = TutorResponder(tutor).answer("three", ["one", "two"])  # type: ignore[arg-type]
    assert answer == said("three")
    assert tutor.asked == [
        ("one", []),
        ("two", [("one", "one")]),
        ("three", [("one", "one"), ("two", "two")]),
    ]
