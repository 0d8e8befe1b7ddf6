"""Questions of a SQuAD-format file put to the tutor and marked: Asked -> Row -> figures.

Marked are where the answer was looked for, what was cited, what was said, and whether questions that their paragraph
does not answer were refused. What the marks do not see: another paragraph may answer a question too, and only the
paragraph that it was written for counts. Comparing short answers is spans.py's, retrieval and refusals metrics.py's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from evals.cases import Place
from evals.figures import Figure, Measure, auroc_of, p95, refusal_recall_of
from evals.metrics import Outcome, cites_evidence, false_refusals, hit_at, outcome, refusal_recall, words
from evals.report import Table, failures
from evals.runner import Progress, best_words, check_quotes, in_turn
from evals.spans import exact_match, says, span_f1
from evals.squad_index import Asked
from ingest.documents import Document

if TYPE_CHECKING:
    from app.answer import Answer
    from app.tutor import Tutor


@dataclass(frozen=True, slots=True)
class Row:
    """One question's marks. A refusal says nothing: its span is "", its words are 0.

    `span` are the words that `exact` and `f1` hold against the accepted answers (`runner.best_words`).
    `seconds` is the time on the wall of one `Tutor.ask`. `error` is "" unless that failed.
    """

    id: str
    article: str
    question: str
    accepted: tuple[str, ...]
    outcome: Outcome
    confidence: float
    hit_at_1: bool = False
    hit_at_5: bool = False
    cites_answer: bool = False
    says_answer: bool = False
    says_first: bool = False
    span: str = ""
    exact: bool = False
    f1: float = 0.0
    words: int = 0
    text: str = ""
    seconds: float = 0.0
    error: str = ""

    @property
    def answerable(self) -> bool:
        """Whether its paragraph answers it."""
        return bool(self.accepted)


def ask_all(
    asked: Sequence[Asked],
    tutor: Tutor,
    documents: Mapping[str, Document],
    progress: Progress | None = None,
    *,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[Row, ...]:
    """Every question put to the tutor, in order. One that fails, or misquotes a source, is a row with its error."""

    def mark(one: Asked, answer: Answer) -> Row:
        check_quotes(answer, documents)
        return score(one, answer)

    return in_turn(asked, lambda one: tutor.ask(one.question.text), mark, failed, progress=progress, clock=clock)


def score(asked: Asked, answer: Answer) -> Row:
    """The marks of one answer."""
    question = asked.question
    passages = [Place(hit.passage.source_id, hit.passage.span) for hit in answer.passages]
    citations = [Place(citation.source_id, citation.span) for citation in answer.citations]
    sentences = () if answer.refused else tuple(sentence.text for sentence in answer.sentences)
    holds = [says(sentence, question.accepted) for sentence in sentences]
    span = best_words(answer)
    return Row(
        id=question.id,
        article=asked.article,
        question=question.text,
        accepted=question.accepted,
        outcome=outcome(question.answerable, answer.refused),
        confidence=answer.confidence,
        hit_at_1=hit_at(1, passages, asked.evidence),
        hit_at_5=hit_at(5, passages, asked.evidence),
        cites_answer=not answer.refused and cites_evidence(citations, asked.evidence),
        says_answer=any(holds),
        says_first=any(holds[:1]),
        span=span,
        exact=exact_match(span, question.accepted),
        f1=span_f1(span, question.accepted),
        words=sum(map(words, sentences)),
        text=answer.text,
    )


def failed(asked: Asked, error: Exception) -> Row:
    """The row of a question that failed: nothing found, nothing refused, and the least fitting confidence."""
    question = asked.question
    return Row(
        id=question.id,
        article=asked.article,
        question=question.text,
        accepted=question.accepted,
        outcome=outcome(question.answerable, refused=False),
        confidence=0.0 if question.answerable else 1.0,
        error=f"{type(error).__name__}: {error}",
    )


def _answerable(row: Row) -> bool:
    return row.answerable


def _unanswerable(row: Row) -> bool:
    return not row.answerable


def _any(row: Row) -> bool:
    return True


def _answered(row: Row) -> bool:
    return not row.error  # the time of a question that failed says nothing


def _outcome(row: Row) -> Outcome:
    return row.outcome


def _sure_of_an_answer(row: Row) -> tuple[float, bool]:
    return row.confidence, row.answerable


def _seconds(row: Row) -> float:
    return row.seconds


MEASURES: tuple[Measure[Row], ...] = (
    Measure("hit@1", "hit@1, %", _answerable, lambda row: row.hit_at_1, main=True),
    Measure("hit@5", "hit@5, %", _answerable, lambda row: row.hit_at_5, main=True),
    Measure("answer cited", "a citation on the answer, %", _answerable, lambda row: row.cites_answer, main=True),
    Measure("answer said", "an accepted answer said, %", _answerable, lambda row: row.says_answer, main=True),
    Measure("answer said first", "the same, in the first sentence, %", _answerable, lambda row: row.says_first),
    Measure("f1", "span F1, %", _answerable, lambda row: row.f1, digits=1, main=True),
    Measure("exact", "exact match, %", _answerable, lambda row: row.exact, digits=1, main=True),
    Measure("words", "words an answer", _answerable, lambda row: row.words, scale=1, main=True),
    Measure("false refusals", "false refusals, %", _answerable, _outcome, false_refusals, digits=1, main=True),
    Measure("refusal recall", "refusal recall, %", _unanswerable, _outcome, refusal_recall, digits=1, main=True),
    Measure(
        "refusal recall at 10 %",
        "refusal recall at 10 % false refusals, %",
        _any,
        _sure_of_an_answer,
        refusal_recall_of,
        digits=1,
        main=True,
    ),
    Measure(
        "AUROC, answerable",
        "AUROC, answerable or not",
        _any,
        _sure_of_an_answer,
        auroc_of,
        scale=1,
        digits=2,
        main=True,
    ),
    Measure("all f1", "span F1 of all, a refusal saying nothing, %", _any, lambda row: row.f1, digits=1),
    Measure("all exact", "exact match of all, the same, %", _any, lambda row: row.exact, digits=1),
    Measure("seconds, median", "seconds an answer, median", _answered, _seconds, median, scale=1, digits=3, main=True),
    Measure("seconds, p95", "seconds an answer, 95th percentile", _answered, _seconds, p95, scale=1, digits=3),
)


def figures(rows: Sequence[Row], seed: int) -> tuple[Figure, ...]:
    """Every measure of the rows."""
    return tuple(measure.figure(rows, seed) for measure in MEASURES)


def table(title: str, found: Sequence[Figure], *, main: bool = False) -> Table:
    """The figures, a line each; all of them, or the main ones."""
    shown = (figure for figure in found if figure.measure.main or not main)
    return Table(title, ("", "n", "tutor"), tuple((f.measure.label, str(f.n), str(f)) for f in shown))


def notes(rows: Sequence[Row]) -> str:
    """What has to be said with the figures of these rows."""
    lines = [
        "All paragraphs are one index, and no question says which is meant; only the paragraph that it was written",
        "for counts. Unanswerable questions are near misses of that paragraph. Span F1 and exact match hold an",
        "answer's first sentence, whole, against the accepted answers, for no words are marked inside it yet; they",
        "cannot be compared with those of a reader. In brackets: 95 % bootstrap intervals.",
    ]
    return "\n".join([*lines, *filter(None, [failures("tutor", [row.error for row in rows])])])
