"""The baseline of checking: a claim judged by how alike it is to the sentence of the sources that is most like it.

One cosine a claim, by the tutor's own embedder, and two thresholds: what is at the upper one or above is supported,
what lies between contradicted, what is below the lower one not in the sources. The thresholds are fitted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from app.check.verdict import Verdict
from evals.cases import Place
from evals.check_marks import Row, Thresholds, Trial, overlaps
from ingest.documents import Document

if TYPE_CHECKING:
    from vectorstore.embedding import Embedder

_AT_ONCE = 256  # claims whose cosines with all sentences are held in memory


@dataclass(frozen=True, slots=True)
class Likest:
    """The sentence that is most like a claim, and its cosine, -1..1."""

    cosine: float
    place: Place


class Similarity:
    """The sentences of some documents, embedded; there must be one."""

    def __init__(self, documents: Mapping[str, Document], embedder: Embedder) -> None:
        from ingest.chunk import chunk

        places = {
            Place(document.id, span): document.plain(span)
            for document in documents.values()
            for passage in chunk(document)
            for span in passage.sentences
        }
        self._embedder = embedder
        self._places = list(places)
        self._vectors = embedder.embed(list(places.values()))

    def likest(self, claims: Sequence[str]) -> list[Likest]:
        """For each claim the sentence that is most like it."""
        found = []
        for start in range(0, len(claims), _AT_ONCE):
            cosines = self._embedder.embed(claims[start : start + _AT_ONCE]) @ self._vectors.T
            best = cosines.argmax(axis=1)
            found += [Likest(float(row[at]), self._places[at]) for row, at in zip(cosines, best, strict=True)]
        return found


def fit(cosines: Sequence[float], verdicts: Sequence[Verdict]) -> Thresholds:
    """The thresholds that give the most claims their true verdict, halfway between two cosines or beyond all; of
    several the lowest.

    >>> S, C, N = Verdict
    >>> fit([0.0, 0.25, 0.5, 0.75, 1.0], [N, C, N, C, S])
    Thresholds(lower=0.125, upper=0.875)
    >>> fit([0.1, 0.2], [S, S])
    Thresholds(lower=-inf, upper=-inf)
    """
    pairs = sorted(zip(cosines, verdicts, strict=True))
    right = sum(verdict is Verdict.SUPPORTED for _, verdict in pairs)  # with both thresholds below all
    below = best_lower = 0  # what the lower one gains at this cut, against one below all; the most that one gained
    lower = -inf
    best, found = right, Thresholds(-inf, -inf)
    for at, (cosine, verdict) in enumerate(pairs):
        below += (verdict is Verdict.NOT_IN_SOURCES) - (verdict is Verdict.CONTRADICTED)
        right += (verdict is Verdict.CONTRADICTED) - (verdict is Verdict.SUPPORTED)
        behind = pairs[at + 1][0] if at + 1 < len(pairs) else inf
        if behind == cosine:
            continue
        cut = (cosine + behind) / 2
        if below > best_lower:
            best_lower, lower = below, cut
        if right + best_lower > best:
            best, found = right + best_lower, Thresholds(lower, cut)
    return found


def judged(trials: Sequence[Trial], likest: Sequence[Likest], thresholds: Thresholds) -> tuple[Row, ...]:
    """The rows of trials, each judged by its likest sentence alone."""
    return tuple(
        Row(
            id=trial.id,
            claim=trial.claim,
            group=trial.group,
            verdict=trial.verdict,
            given=thresholds.verdict(best.cosine),
            quotes_evidence=overlaps([best.place], trial.evidence),
        )
        for trial, best in zip(trials, likest, strict=True)
    )
