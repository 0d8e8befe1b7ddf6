"""What the tutor says: Answer, Sentence, Citation. Values only; who makes them is in tutor.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.mode import Mode
from app.support import Support
from ingest.documents import Document, Span
from vectorstore.search import Hit


class Refusal(StrEnum):
    """Why there is no answer."""

    NOT_FOUND = "not_found"  # nothing in the sources is close enough
    UNKNOWN_WORDS = "unknown_words"  # the question turns on words that occur nowhere
    NO_SOURCES = "no_sources"  # the index is empty
    NOT_WRITTEN = "not_written"  # the chat model read the passages and found no answer in them


class Certainty(StrEnum):
    """How sure an answer is, in the words that the page shows. That its quotes are exact is beside the question."""

    HIGH = "a strong match"
    MEDIUM = "a fair match"
    LOW = "a weak match: it may not answer the question"


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a source. `quote` is the canonical text there, character for character; `label` names the source
    in few words, its id if it has no other name; `locator` is the page, slide, row or time in words, "" if there is
    none."""

    n: int
    source_id: str
    source_title: str
    section: str
    span: Span
    quote: str
    label: str = ""
    locator: str = ""

    @property
    def place(self) -> str:
        """Where in the source it stands, for people: section and locator, as far as there are any."""
        return " · ".join(filter(None, (self.section, self.locator)))

    @classmethod
    def of(cls, document: Document, section: str, span: Span, n: int = 1) -> Citation:
        """The citation of a place of a document."""
        return cls(
            n=n,
            source_id=document.id,
            source_title=document.source.title,
            section=section,
            span=span,
            quote=document.text[span.start : span.end],
            label=document.source.label,
            locator=document.where(span),
        )

    @classmethod
    def at(cls, hit: Hit, span: Span, n: int) -> Citation:
        """The citation of a place in a passage."""
        return cls.of(hit.document, hit.passage.section, span, n)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer as it is shown, and the numbers of the citations it stands on.

    `support` says how far they bear it out: a quoted sentence is supported by itself, and None is one that claims
    nothing, a question say. `remark` says in words what they do not bear out, "" if nothing.
    """

    text: str
    citations: tuple[int, ...]
    support: Support | None = Support.SUPPORTED
    remark: str = ""

    def as_text(self) -> str:
        """The sentence with its numbers and, if it is not borne out, what came of checking it."""
        numbers = "".join(f" [{n}]" for n in self.citations)
        if self.support in (None, Support.SUPPORTED):
            return f"{self.text}{numbers}"
        why = f": {self.remark}" if self.remark else ""
        return f"{self.text}{numbers} ({self.support}{why})"


@dataclass(frozen=True, slots=True)
class Checks:
    """What checking did to a written answer: the citation numbers that named no passage and were dropped, those that
    another passage took the place of, and the sentences that were marked because no passage says them."""

    dropped: int = 0
    repointed: int = 0
    marked: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer or a refusal, with all that is needed to check it.

    `understood` is the question after follow-ups were resolved and names respelt. `confidence` is in 0..1.
    `notes` are remarks of ours, not of the sources ("The sources disagree: ..."). `passages` are those
    considered, best first, cited or not; the score of one is the chance of its best sentence. `unknown` are
    words of the question that occur in no source. `seconds` is the time that each stage took.

    A refusal has sentences only where a chat model, finding no answer, wrote what comes nearest to one.
    `mode` is how it was to be answered, `model` the chat model that wrote it, "" if it is quoted; `checks` what
    checking did to it; `stopped` whether the user stopped it before its end.
    """

    question: str
    understood: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    confidence: float
    refusal: Refusal | None = None
    reason: str = ""
    notes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    passages: tuple[Hit, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    mode: Mode = Mode.QUOTED
    model: str = ""
    checks: Checks = Checks()
    stopped: bool = False

    @property
    def refused(self) -> bool:
        """Whether the sources do not say."""
        return self.refusal is not None

    @property
    def certainty(self) -> Certainty:
        """The confidence in words."""
        if self.confidence >= 0.7:
            return Certainty.HIGH
        return Certainty.MEDIUM if self.confidence >= 0.4 else Certainty.LOW

    @property
    def text(self) -> str:
        """The whole answer as text, each sentence followed by its citation numbers."""
        parts = [self.reason] if self.refused else []
        parts += [sentence.as_text() for sentence in self.sentences]
        return " ".join([*parts, *(() if self.refused else self.notes)])

    def as_row(self) -> dict[str, Any]:
        """The answer as a JSON-ready mapping: the row that `tutor batch` and `tutor ask --json` write."""
        return {
            "question": self.question,
            "understood": self.understood,
            "text": self.text,
            "refused": self.refused,
            "reason": self.reason,
            "confidence": round(self.confidence, 4),
            "citations": [
                {"n": c.n, "source": c.source_id, "start": c.span.start, "end": c.span.end, "quote": c.quote}
                for c in self.citations
            ],
            "passages": [hit.as_row() for hit in self.passages],
            "seconds": round(sum(self.seconds.values()), 4),
            **(self._written() if self.model else {}),
        }

    def _written(self) -> dict[str, Any]:
        """What a row says of a written answer besides: every sentence with its outcome."""
        return {
            "mode": str(self.mode),
            "model": self.model,
            "notes": list(self.notes),
            "sentences": [
                {"text": s.text, "citations": list(s.citations), "support": s.support, "remark": s.remark}
                for s in self.sentences
            ],
        }


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the same conversation and, where it is known, its answer."""

    question: str
    answer: Answer | None = None
