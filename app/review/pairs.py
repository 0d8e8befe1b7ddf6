"""The pairs to judge: a sentence that the tutor said and one place that it cites, from a run or from conversations.

A pair of a written answer is judged by its citation: does the cited passage support the sentence? A quoted sentence is
its own citation, so that would ask nothing; it is judged by its question: does the sentence answer it? The two kinds
are never counted together. What the tutor says of a pair is in automatic.py, what people said of it in store.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from app.answer import Answer, Citation, Sentence
from app.conversation import Conversation
from app.saved import SavedError, restore, standings
from app.support import Support
from ingest.documents import Document, Span

if TYPE_CHECKING:
    from app.ui.runs import Row, Run, System

SEED = 1  # of the order in which everybody is given the pairs
#: What a set of pairs is named that is not a run: a run is named by its file.
CONVERSATIONS = "conversations"


class Kind(StrEnum):
    """How a pair came about, and so what is asked of it."""

    WRITTEN = "written"  # does the cited passage support the sentence?
    QUOTED = "quoted"  # does the sentence answer the question?


class Verdict(StrEnum):
    """A judgement, a person's or the tutor's: the sentence is supported, or answers; partly; or not."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence with one place that it cites, and all that is needed to judge it.

    `understood` is the question after follow-ups were resolved. `start` and `end` are where `quote` stands in the
    source as it is indexed now. `places` is how many places the sentence cites. `confidence` is the answer's, in 0..1;
    `model` the chat model that wrote it, "" if it is quoted; `origin` says where it was said, in words.
    """

    id: str
    kind: Kind
    question: str
    understood: str
    sentence: str
    source: str
    start: int
    end: int
    quote: str
    places: int
    confidence: float
    model: str
    origin: str

    @property
    def span(self) -> Span:
        """The cited place."""
        return Span(self.start, self.end)

    def as_json(self) -> dict[str, Any]:
        """The pair as JSON-ready values."""
        return asdict(self)

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Pair:
        """The pair that `as_json` wrote; what a later version has added is passed over.

        Raises:
            KeyError, ValueError: it is none.
        """
        values = {field.name: row[field.name] for field in fields(cls)}
        return cls(**{**values, "kind": Kind(row["kind"])})


@dataclass(frozen=True, slots=True)
class Drawn:
    """A set of pairs in the order in which they are judged; `gone` are those whose words are in no source any more."""

    pairs: tuple[Pair, ...] = ()
    gone: int = 0

    def of(self, kind: Kind) -> tuple[Pair, ...]:
        """The pairs of one kind."""
        return tuple(pair for pair in self.pairs if pair.kind is kind)


def pair_id(kind: Kind, question: str, sentence: str, source: str, span: Span) -> str:
    """A name that a pair has wherever it comes up again: a judgement holds for all of them.

    The question tells pairs apart only where it is judged too, of a quoted sentence.
    """
    asked = " ".join(question.split()) if kind is Kind.QUOTED else ""
    parts = (kind, asked, " ".join(sentence.split()), source, str(span.start), str(span.end))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:16]


def draw(pairs: Iterable[Pair], seed: int = SEED, gone: int = 0) -> Drawn:
    """The pairs in a random order, each once.

    A pair's place depends on the seed and on the pair alone: everybody gets the same order, and pairs that are added
    later fall in between without moving the others. So the first n are always a random sample without replacement.
    """
    once = {pair.id: pair for pair in reversed(list(pairs))}
    return Drawn(tuple(sorted(once.values(), key=lambda pair: _rank(pair, seed))), gone)


def _rank(pair: Pair, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}|{pair.id}".encode()).digest()


# -- where they come from --------------------------------------------------------------------------------------------


def of_conversations(
    conversations: Iterable[Conversation], documents: Mapping[str, Document], seed: int = SEED
) -> Drawn:
    """The pairs of all answers of conversations, quoted and written; an answer that cannot be read has none."""
    found: list[Pair | None] = []
    for conversation in conversations:
        for turn in conversation.turns:
            origin = f"conversation {conversation.id}, question {turn.position + 1}"
            for saved in filter(None, (turn.quoted, turn.written)):
                try:
                    answer = restore(saved).answer
                except SavedError:
                    continue
                found += _pairs(answer, documents, origin)
    return _drawn(found, seed)


def of_run(run: Run, documents: Mapping[str, Document], seed: int = SEED) -> Drawn:
    """The pairs of the tutor's answers in an evaluation run, quoted and written; those of baselines are left out.

    A run of held-out questions has none, for its record keeps no texts.
    """
    found: list[Pair | None] = []
    for system in run.systems:
        for row in system.rows:
            if system is run.tutor or _written(row):
                found += _pairs(_answer(row, system, run), documents, f"{run.asked}, {row.id}")
    return _drawn(found, seed)


def _answer(row: Row, system: System, run: Run) -> Answer:
    """As much of a record's answer as pairs are made of."""
    supports: Mapping[str | None, Support | None] = {None: None, **{one.value: one for one in Support}}
    written = _written(row)
    model = (run.about.get("llm", "") or "a chat model") if system is run.tutor else system.name
    said = () if row.refused else row.sentences
    return Answer(
        question=row.question,
        understood=row.understood or row.question,
        sentences=tuple(Sentence(s.text, s.citations, supports.get(s.support, Support.SUPPORTED)) for s in said),
        citations=tuple(Citation(c.n, c.source, "", c.section, c.span, c.quote) for c in row.citations),
        confidence=row.confidence,
        model=model if written else "",
    )


def _written(row: Row) -> bool:
    """Whether a chat model wrote an answer: only then its sentences say how far they are borne out."""
    return any(said.support != "" for said in row.sentences)


def _pairs(answer: Answer, documents: Mapping[str, Document], origin: str) -> Iterator[Pair | None]:
    """The pairs of one answer; None for each whose place is gone. A refusal, and what claims nothing, has none."""
    if answer.refused:
        return
    kind = Kind.WRITTEN if answer.model else Kind.QUOTED
    cited = {citation.n: citation for citation in answer.citations}
    where = standings(answer.citations, documents)
    for sentence in answer.sentences:
        numbers = [n for n in dict.fromkeys(sentence.citations) if n in cited]
        if sentence.support is None:
            continue
        for n in numbers:
            citation, span = cited[n], where[n].span
            if span is None:
                yield None
                continue
            yield Pair(
                id=pair_id(kind, answer.understood, sentence.text, citation.source_id, citation.span),
                kind=kind,
                question=answer.question,
                understood=answer.understood,
                sentence=sentence.text,
                source=citation.source_id,
                start=span.start,
                end=span.end,
                quote=citation.quote,
                places=len(numbers),
                confidence=answer.confidence,
                model=answer.model,
                origin=origin,
            )


def _drawn(found: Sequence[Pair | None], seed: int) -> Drawn:
    here = [pair for pair in found if pair is not None]
    return draw(here, seed, gone=len(found) - len(here))
