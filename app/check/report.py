"""A whole text checked: each of its pieces with its judgement, and what they come to.

What is said of them in words is in words.py, exports are in export.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from app.check.pieces import Kind, Piece
from app.check.verdict import Judgement, Verdict


class ChecksClaims(Protocol):
    """What gives verdicts on claims."""

    def check(self, claim: str) -> Judgement: ...

    def check_all(self, claims: Sequence[str]) -> Iterator[Judgement]:
        """The verdicts in order, as they come."""
        ...


@dataclass(frozen=True, slots=True)
class Checked:
    """A piece of the text; `judgement` is None where it was passed over."""

    piece: Piece
    judgement: Judgement | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A checked text. `text` is what was given, `items` its pieces in order; `stopped` whether the user stopped it."""

    title: str
    text: str
    items: tuple[Checked, ...]
    stopped: bool = False

    @property
    def claims(self) -> int:
        """How many claims were judged."""
        return sum(1 for item in self.items if item.judgement is not None)

    def count(self, verdict: Verdict) -> int:
        """How many claims got a verdict."""
        return sum(1 for item in self.items if item.judgement is not None and item.judgement.verdict is verdict)

    def passed_over(self, kind: Kind) -> int:
        """How many pieces of a kind were passed over."""
        return sum(1 for item in self.items if item.judgement is None and item.piece.kind is kind)

    def words(self, item: Checked) -> str:
        """The words of a piece as they were given."""
        return self.text[item.piece.span.start : item.piece.span.end]

    def as_row(self) -> dict[str, Any]:
        """The report as a JSON-ready mapping, which `tutor check --json` prints: `start` and `end` of a piece are
        offsets into the text, in characters."""
        return {
            "title": self.title,
            "claims": self.claims,
            **{verdict: self.count(verdict) for verdict in Verdict},
            "passed_over": {kind: n for kind in Kind if kind is not Kind.CLAIM and (n := self.passed_over(kind))},
            "stopped": self.stopped,
            "pieces": [self._row(item) for item in self.items],
        }

    def _row(self, item: Checked) -> dict[str, Any]:
        span, kind = item.piece.span, item.piece.kind
        row = {"start": span.start, "end": span.end, "text": self.words(item), "kind": kind}
        return row if item.judgement is None else {**row, **item.judgement.as_row()}


def check_all(pieces: Sequence[Piece], checker: ChecksClaims) -> Iterator[Checked]:
    """The pieces with their judgements, in order, each as soon as it is there."""
    judgements = checker.check_all([piece.statement for piece in pieces if piece.kind is Kind.CLAIM])
    for piece in pieces:
        yield Checked(piece, next(judgements) if piece.kind is Kind.CLAIM else None)
