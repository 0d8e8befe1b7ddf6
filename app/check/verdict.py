"""What comes of checking: Verdict, Difference, Judgement. Values only; who makes them is in checker.py."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.answer import Citation
from app.details import Detail


class Verdict(StrEnum):
    """What the sources say of a claim."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    NOT_IN_SOURCES = "not_in_sources"


@dataclass(frozen=True, slots=True)
class Difference:
    """A detail that a claim and its source do not share: `said` are the claim's words, `instead` the source's in their
    place. One of them is "" where the other has nothing in its place."""

    kind: Detail
    said: str
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcome for one claim.

    `confidence` is the chance, 0..1, that the verdict is right. `citations` are the places that bear the claim out or
    contradict it, the best first, numbered from 1; none if it is not in the sources. `nearest` is then the place that
    comes closest, None if nothing does. `differences` are what a contradicted claim has otherwise than its source,
    or what a claim that is not in the sources has beyond the nearest place. `conflicts` say, in a sentence each, where
    the sources disagree among themselves about it; the places of both sides are among the citations.
    """

    claim: str
    verdict: Verdict
    confidence: float
    citations: tuple[Citation, ...] = ()
    nearest: Citation | None = None
    differences: tuple[Difference, ...] = ()
    conflicts: tuple[str, ...] = ()

    def as_row(self) -> dict[str, Any]:
        """The judgement as a JSON-ready mapping: the row that `tutor check --batch` writes."""
        return {
            "claim": self.claim,
            "verdict": self.verdict,
            "confidence": round(self.confidence, 4),
            "quotes": [
                {"source": c.source_id, "start": c.span.start, "end": c.span.end, "quote": c.quote}
                for c in self.citations
            ],
            "differences": [{"kind": d.kind, "said": d.said, "instead": d.instead} for d in self.differences],
            "conflicts": list(self.conflicts),
        }
