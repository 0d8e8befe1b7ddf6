"""The gate: the tutor, on both halves of the questions, is not below its floors; and a broken one would be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Half

from app.answer import Answer, Citation, Sentence
from evals.cases import CaseError, Kind
from evals.floor import Floor, below, read_floors
from evals.metrics import Outcome
from evals.runner import Record, Row, run
from ingest.documents import Document, Span


@pytest.mark.parametrize("half", ["dev", "test"])
def test_the_tutor_is_not_below_its_floors(half: str, halves: dict[str, Half]) -> None:
    assert list(below(halves[half].record, read_floors(half), seed=1).values()) == []


# ------------------------------------------------- four broken tutors, on the development half


def saying(answer: Answer, places: Sequence[tuple[Document, Span]]) -> Answer:
    """An answer that quotes these places instead of its own."""
    citations = tuple(
        Citation(n, document.id, document.source.title, "", span, document.text[span.start : span.end])
        for n, (document, span) in enumerate(places, start=1)
    )
    sentences = tuple(Sentence(c.quote, (c.n,)) for c in citations)
    return replace(answer, sentences=sentences, citations=citations, refusal=None, reason="")


def nothing(answer: Answer) -> Answer:
    return replace(saying(answer, []), notes=(), passages=())


def everything(answer: Answer) -> Answer:
    return saying(answer, [(hit.document, span) for hit in answer.passages for span in hit.passage.sentences])


def wrong_place(answer: Answer) -> Answer:
    """Says what the tutor says, and cites the last passage that it considered."""
    last = answer.passages[-1]
    cited = [(last.document, last.passage.span)] * len(answer.citations)
    return replace(answer, citations=saying(answer, cited).citations)


def never_refuses(answer: Answer) -> Answer:
    first = answer.passages[0]
    return saying(answer, [(first.document, first.passage.sentences[0])]) if answer.refused else answer


class Broken:
    """A responder that spoils the tutor's answers to the cases, in their order."""

    name = "broken"

    def __init__(self, record: Record, spoil: Callable[[Answer], Answer]) -> None:
        self._answers = (spoil(row.answer) for row in record.rows if row.answer)

    def answer(self, question: str, history: Sequence[str]) -> Answer:
        return next(self._answers)


@pytest.mark.parametrize(
    ("spoil", "caught_by"),
    [
        (lambda answer: answer, set()),
        (nothing, {"all facts", "hit@5", "right"}),
        (everything, {"words an answer", "citation precision"}),
        (wrong_place, {"evidence cited", "citation precision", "right"}),
        (never_refuses, {"refusal recall"}),
    ],
    ids=["control", "nothing", "everything", "wrong place", "never refuses"],
)
def test_a_broken_tutor_does_not_pass_the_gate(
    spoil: Callable[[Answer], Answer],
    caught_by: set[str],
    halves: dict[str, Half],
    documents: dict[str, Document],
) -> None:
    half = halves["dev"]
    record = run(Broken(half.record, spoil), half.cases, documents)
    assert {row.error for row in record.rows} == {""}
    failed = set(below(record, read_floors("dev"), seed=1))
    assert (failed & caught_by, bool(failed)) == (caught_by, bool(caught_by))


# ------------------------------------------------------------------- the arithmetic


def row(number: int, right: bool, words: int = 10) -> Row:
    outcome = Outcome.ANSWERED
    return Row(str(number), Kind.FACTOID, True, False, outcome, 0.5, hit_at_5=right, facts_found=(right,), words=words)


HALF = Record("tutor", tuple(row(n, n % 2 == 0) for n in range(100)))  # hit@5: 50, interval about 40 to 60


@pytest.mark.parametrize(
    ("floor", "line"),
    [
        (Floor("hit@5", 45, at_least=True), None),
        (Floor("hit@5", 55, at_least=True), None),  # within the interval
        (Floor("hit@5", 70, at_least=True), "hit@5, %: 50 [40–60] is below its floor of 70"),
        (Floor("hit@5", 30, at_least=False), "hit@5, %: 50 [40–60] is above its ceiling of 30"),
        (Floor("hit@5", 45, at_least=False), None),
        (Floor("words an answer", 10, at_least=False), None),
        (Floor("words an answer", 9, at_least=False), "words an answer: 10 [10–10] is above its ceiling of 9"),
        (Floor("refusal recall", 5, at_least=True), "refusal recall, %: no question counts, the floor is 5"),
    ],
)
def test_a_figure_fails_when_its_whole_interval_is_beyond(floor: Floor, line: str | None) -> None:
    assert below(HALF, [floor], seed=1) == ({floor.key: line} if line else {})


def test_floors_are_read_by_dataset(tmp_path: Path) -> None:
    path = tmp_path / "floor.toml"
    path.write_text('[dev]\n"hit@5" = { min = 90 }\n"words an answer" = { max = 60.5 }\n', "utf-8")
    assert read_floors("dev", path) == (Floor("hit@5", 90, True), Floor("words an answer", 60.5, False))


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("[dev", "floor.toml: cannot be read as floors ("),
        ("[test]", "floor.toml: has no floors for 'dev'; there are some for test."),
        ('[dev]\n"hit@6" = { min = 1 }', "floor.toml: [dev] 'hit@6' is no figure; there are AUROC, answerable, "),
        ('[dev]\n"hit@5" = 90', "floor.toml: [dev] 'hit@5' must be { min = NUMBER } or { max = NUMBER }."),
        ('[dev]\n"hit@5" = { min = 1, max = 2 }', "floor.toml: [dev] 'hit@5' must be { min = NUMBER } or "),
        ('[dev]\n"hit@5" = { min = "90" }', "floor.toml: [dev] 'hit@5': min must be a number, not '90'."),
    ],
)
def test_bad_floors_are_named(tmp_path: Path, toml: str, says: str) -> None:
    path = tmp_path / "floor.toml"
    path.write_text(toml, "utf-8")
    with pytest.raises(CaseError) as raised:
        read_floors("dev", path)
    assert str(raised.value).startswith(f"{tmp_path}/{says}")
