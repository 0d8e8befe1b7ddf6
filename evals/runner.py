"""Puts the cases to a responder and scores what comes back: cases -> Record, one Row a case.

A question that fails becomes a row with its error and the worst marks, and the run goes on. What the marks
mean is in metrics.py, what is made of many rows in measures.py, how they are kept in records.py.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from evals.cases import Case, Kind, Place, locate, locate_near
from evals.metrics import (
    Outcome,
    all_at,
    citation_precision,
    citation_recall,
    cites_evidence,
    evidence_share,
    facts_found,
    hit_at,
    ndcg_at,
    outcome,
    reciprocal_rank,
    words,
)
from evals.spans import span_f1
from ingest.documents import Document

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from app.answer import Answer, Turn
    from app.tutor import Tutor

T = TypeVar("T")
R = TypeVar("R", bound="DataclassInstance")

#: Called after each question with how many are done and how many there are.
Progress = Callable[[int, int], None]


class Responder(Protocol):
    """Whoever answers questions. `history` is the user's earlier turns, oldest first."""

    @property
    def name(self) -> str: ...

    def answer(self, question: str, history: Sequence[str]) -> Answer: ...


class TutorResponder:
    """The tutor as a user meets it: earlier turns are asked first, and get its own answers."""

    name = "tutor"

    def __init__(self, tutor: Tutor) -> None:
        self._tutor = tutor

    def answer(self, question: str, history: Sequence[str]) -> Answer:
        """The answer to `question` at the end of the conversation."""
        from app.answer import Turn

        turns: tuple[Turn, ...] = ()
        for earlier in history:
            turns = (*turns, Turn(earlier, self._tutor.ask(earlier, turns)))
        return self._tutor.ask(question, turns)


@dataclass(frozen=True, slots=True)
class Row:
    """One question's marks.

    `facts_found` has one flag for each fact of the case. A refusal states no facts and has no words; its
    `citation_recall` and `citation_precision` are None. `span_f1` is None but for questions with one fact, for
    there the words that answer are one span. `context_words` is the length of the first five passages.
    `seconds` is the time on the wall, the replay of earlier turns included. `error` is "" unless the responder
    failed. `answer` is what was said, None where it failed or is not known any more.

    Of an answer that a chat model was asked for: whether it is `written`, or `gave_way` to the quoted one; how many
    `claims` it has, how many of them are `marked` as unsupported, and how many of its citations were `repointed` to
    another passage or `dropped`.
    """

    id: str
    kind: Kind
    answerable: bool
    near_miss: bool
    outcome: Outcome
    confidence: float
    hit_at_1: bool = False
    hit_at_5: bool = False
    all_at_5: bool = False
    ndcg_at_10: float = 0.0
    reciprocal_rank: float = 0.0
    context_words: int = 0
    facts_found: tuple[bool, ...] = ()
    facts_in_first_sentence: tuple[bool, ...] = ()
    span_f1: float | None = None
    cites_evidence: bool = False
    evidence_share: float = 0.0
    citation_recall: float | None = None
    citation_precision: float | None = None
    words: int = 0
    seconds: float = 0.0
    error: str = ""
    written: bool = False
    gave_way: bool = False
    claims: int = 0
    marked: int = 0
    repointed: int = 0
    dropped: int = 0
    answer: Answer | None = field(default=None, repr=False)

    @property
    def refused(self) -> bool:
        """Whether the responder said that the sources do not say."""
        return self.outcome in (Outcome.REFUSED, Outcome.FALSE_REFUSAL)

    @property
    def right(self) -> bool:
        """Every fact stated and evidence cited; for an unanswerable question, refused."""
        if self.error or not self.answerable:
            return self.outcome is Outcome.REFUSED
        return all(self.facts_found) and self.cites_evidence


@dataclass(frozen=True, slots=True)
class Record:
    """One responder's rows, in the order of the cases."""

    responder: str
    rows: tuple[Row, ...]


def run(
    responder: Responder,
    cases: Sequence[Case],
    documents: Mapping[str, Document],
    progress: Progress | None = None,
    *,
    clock: Callable[[], float] = time.perf_counter,
) -> Record:
    """Every case put to the responder, in order. An answer that misquotes a source is a failed question.

    Raises:
        CaseError: what a case quotes is not in the documents. This is found before the first question.
    """
    located = [(case, locate(case, documents)) for case in cases]
    for case in cases:
        locate_near(case, documents)

    def ask(item: tuple[Case, tuple[Place, ...]]) -> Answer:
        return responder.answer(item[0].question, item[0].history)

    def mark(item: tuple[Case, tuple[Place, ...]], answer: Answer) -> Row:
        check_quotes(answer, documents)
        return score(*item, answer)

    return Record(
        responder.name,
        in_turn(located, ask, mark, lambda i, error: failed(i[0], error), progress=progress, clock=clock),
    )


def in_turn(
    items: Sequence[T],
    ask: Callable[[T], Answer],
    mark: Callable[[T, Answer], R],
    fail: Callable[[T, Exception], R],
    *,
    progress: Progress | None,
    clock: Callable[[], float],
) -> tuple[R, ...]:
    """A row for each item in order, its `seconds` those that asking took. Whatever fails, the others go on."""
    rows = []
    for done, item in enumerate(items, start=1):
        began = clock()
        said: Answer | Exception
        try:
            said = ask(item)
        except Exception as error:
            said = error
        seconds = clock() - began
        rows.append(replace(_marked(item, said, mark, fail), seconds=seconds))
        if progress:
            progress(done, len(items))
    return tuple(rows)


def _marked(item: T, said: Answer | Exception, mark: Callable[[T, Answer], R], fail: Callable[[T, Exception], R]) -> R:
    if isinstance(said, Exception):
        return fail(item, said)
    try:
        return mark(item, said)
    except Exception as error:
        return fail(item, error)


def score(case: Case, evidence: Sequence[Place], answer: Answer) -> Row:
    """The marks of one answer."""
    passages = [Place(hit.passage.source_id, hit.passage.span) for hit in answer.passages]
    places = {citation.n: Place(citation.source_id, citation.span) for citation in answer.citations}
    citations = () if answer.refused else tuple(places.values())
    sentences = () if answer.refused else tuple(sentence.text for sentence in answer.sentences)
    cited = [[places[n] for n in sentence.citations if n in places] for sentence in answer.sentences]
    said = " ".join(sentences if answer.refused else (*sentences, *answer.notes))
    return Row(
        id=case.id,
        kind=case.kind,
        answerable=case.answerable,
        near_miss=case.near_miss,
        outcome=outcome(case.answerable, answer.refused),
        confidence=answer.confidence,
        hit_at_1=hit_at(1, passages, evidence),
        hit_at_5=hit_at(5, passages, evidence),
        all_at_5=case.answerable and all_at(5, passages, evidence),
        ndcg_at_10=ndcg_at(10, passages, evidence),
        reciprocal_rank=reciprocal_rank(passages, evidence),
        context_words=sum(words(hit.text) for hit in answer.passages[:5]),
        facts_found=facts_found(said, case.facts),
        facts_in_first_sentence=facts_found(" ".join(sentences[:1]), case.facts),
        span_f1=span_f1(best_words(answer), case.facts[0]) if len(case.facts) == 1 else None,
        cites_evidence=cites_evidence(citations, evidence),
        evidence_share=evidence_share(citations, evidence),
        citation_recall=None if answer.refused else citation_recall(cited, evidence),
        citation_precision=None if answer.refused else citation_precision(citations, evidence),
        words=words(said),
        written=bool(answer.model),
        gave_way=answer.mode != "quoted" and not answer.model,
        claims=sum(sentence.support is not None for sentence in answer.sentences) if answer.model else 0,
        marked=answer.checks.marked,
        repointed=answer.checks.repointed,
        dropped=answer.checks.dropped,
        answer=answer,
    )


def best_words(answer: Answer) -> str:
    """The words that are held against a short accepted answer: the first sentence, for none are marked inside it."""
    return answer.sentences[0].text if answer.sentences and not answer.refused else ""


def check_quotes(answer: Answer, documents: Mapping[str, Document]) -> None:
    """Nothing, if every citation is what its source says there.

    Raises:
        ValueError: one is not.
    """
    for citation in answer.citations:
        text = documents[citation.source_id].text
        if text[citation.span.start : citation.span.end] != citation.quote:
            raise ValueError(f"citation {citation.n} is not what {citation.source_id!r} says there")


def failed(case: Case, error: Exception) -> Row:
    """The row of a question that failed: nothing found, nothing refused, and the least fitting confidence."""
    nothing = (False,) * len(case.facts)
    return Row(
        id=case.id,
        kind=case.kind,
        answerable=case.answerable,
        near_miss=case.near_miss,
        outcome=outcome(case.answerable, refused=False),
        confidence=0.0 if case.answerable else 1.0,
        facts_found=nothing,
        facts_in_first_sentence=nothing,
        span_f1=0.0 if len(nothing) == 1 else None,
        citation_recall=0.0,
        citation_precision=0.0,
        error=f"{type(error).__name__}: {error}",
    )
