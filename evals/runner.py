"""Puts the cases to a responder and scores what comes back: cases -> Record, one Row a case.

A question that fails becomes a row with its error and the worst marks, and the run goes on. What the marks
mean is in metrics.py; how rows become a table, in report.py.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from evals.cases import Case, CaseError, Kind, Place, locate
from evals.metrics import (
    Outcome,
    all_at,
    citation_precision,
    cites_evidence,
    facts_found,
    hit_at,
    outcome,
    reciprocal_rank,
    words,
)
from ingest.documents import Document, Span

if TYPE_CHECKING:
    from app.answer import Answer, Turn
    from app.tutor import Tutor

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

    `facts` has one flag for each fact of the case. A refusal states no facts and has no words; its
    `citation_precision` is None. `context_words` is the length of the first five passages. `seconds` is the
    time on the wall, the replay of earlier turns included. `error` is "" unless the responder failed.
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
    reciprocal_rank: float = 0.0
    context_words: int = 0
    facts: tuple[bool, ...] = ()
    facts_in_first_sentence: tuple[bool, ...] = ()
    cites_evidence: bool = False
    citation_precision: float | None = None
    words: int = 0
    seconds: float = 0.0
    error: str = ""
    text: str = ""
    citations: tuple[Place, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the responder said that the sources do not say."""
        return self.outcome in (Outcome.REFUSED, Outcome.FALSE_REFUSAL)

    @property
    def right(self) -> bool:
        """Every fact stated and evidence cited; for an unanswerable question, refused."""
        if self.error or not self.answerable:
            return self.outcome is Outcome.REFUSED
        return all(self.facts) and self.cites_evidence


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
        CaseError: a case's evidence is not in the documents. This is found before the first question.
    """
    located = [(case, locate(case, documents)) for case in cases]
    rows = []
    for done, (case, evidence) in enumerate(located, start=1):
        began = clock()
        try:
            answer = responder.answer(case.question, case.history)
            _check_quotes(answer, documents)
            row = score(case, evidence, answer)
        except Exception as error:  # whatever it is, the other questions go on
            row = failed(case, error)
        rows.append(replace(row, seconds=clock() - began))
        if progress:
            progress(done, len(located))
    return Record(responder.name, tuple(rows))


def score(case: Case, evidence: Sequence[Place], answer: Answer) -> Row:
    """The marks of one answer."""
    passages = [Place(hit.passage.source_id, hit.passage.span) for hit in answer.passages]
    citations = tuple(Place(citation.source_id, citation.span) for citation in answer.citations)
    sentences = () if answer.refused else tuple(sentence.text for sentence in answer.sentences)
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
        reciprocal_rank=reciprocal_rank(passages, evidence),
        context_words=sum(words(hit.text) for hit in answer.passages[:5]),
        facts=facts_found(said, case.facts),
        facts_in_first_sentence=facts_found(" ".join(sentences[:1]), case.facts),
        cites_evidence=not answer.refused and cites_evidence(citations, evidence),
        citation_precision=None if answer.refused else citation_precision(citations, evidence),
        words=words(said),
        text=answer.text,
        citations=citations,
    )


def _check_quotes(answer: Answer, documents: Mapping[str, Document]) -> None:
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
        facts=nothing,
        facts_in_first_sentence=nothing,
        citation_precision=0.0,
        error=f"{type(error).__name__}: {error}",
    )


# ------------------------------------------------------------------ records as files


def write_records(path: Path, records: Sequence[Record], *, texts: bool) -> None:
    """Writes records as JSON. Without `texts`, no row says what was answered, cited or raised.

    Raises:
        CaseError: the file cannot be written.
    """
    rows = {record.responder: [_as_json(row, texts=texts) for row in record.rows] for record in records}
    try:
        path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise CaseError(f"{path}: cannot be written ({error.strerror}). Give --json another file.") from error


def read_records(path: Path) -> tuple[Record, ...]:
    """The records of a file that `write_records` wrote.

    Raises:
        CaseError: the file cannot be read, or is of another kind.
    """
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
        return tuple(Record(name, tuple(map(_from_json, rows))) for name, rows in written.items())
    except OSError as error:
        raise CaseError(f"{path}: cannot be read ({error.strerror}).") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CaseError(f"{path}: is not a file that python -m evals --json wrote.") from error


def _as_json(row: Row, *, texts: bool) -> dict[str, Any]:
    if texts:
        return asdict(row)
    return asdict(replace(row, text="", citations=(), error=row.error.partition(":")[0]))


def _from_json(row: dict[str, Any]) -> Row:
    citations = tuple(Place(c["source_id"], Span(**c["span"])) for c in row["citations"])
    typed = {
        "kind": Kind(row["kind"]),
        "outcome": Outcome(row["outcome"]),
        "facts": tuple(row["facts"]),
        "facts_in_first_sentence": tuple(row["facts_in_first_sentence"]),
        "citations": citations,
    }
    return Row(**{**row, **typed})
