"""What reviewers found, in figures: each one's precision and agreement with the tutor, and that between them.

The kinds of pairs are kept apart throughout. Agreement is over blind judgements only; precision is over all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from app.review.agreement import Agreement, Precision, agreement, precision
from app.review.pairs import Kind
from app.review.store import Review


@dataclass(frozen=True, slots=True)
class Found:
    """What a reviewer found of the pairs of one kind. `again` are judgements changed after the tutor's was shown."""

    reviewer: str
    kind: Kind
    precision: Precision
    with_tutor: Agreement
    again: int


@dataclass(frozen=True, slots=True)
class Between:
    """How far two reviewers agree on the pairs of one kind that both judged."""

    one: str
    other: str
    kind: Kind
    agreement: Agreement


def found(reviews: Iterable[Review]) -> tuple[Found, ...]:
    """The figures of each reviewer, by name, for each kind that he judged."""
    groups: dict[tuple[str, Kind], list[Review]] = {}
    for review in reviews:
        groups.setdefault((review.reviewer, review.pair.kind), []).append(review)
    order = sorted(groups, key=lambda key: (key[0].casefold(), list(Kind).index(key[1])))
    return tuple(_found(reviewer, kind, groups[reviewer, kind]) for reviewer, kind in order)


def _found(reviewer: str, kind: Kind, reviews: Sequence[Review]) -> Found:
    blind = [(one.judged, one.automatic.verdict) for one in reviews if one.blind]
    return Found(reviewer, kind, precision(r.judged for r in reviews), agreement(blind), len(reviews) - len(blind))


def between(reviews: Iterable[Review]) -> tuple[Between, ...]:
    """The agreement of every two reviewers who judged some of the same pairs."""
    given: dict[tuple[Kind, str], dict[str, Review]] = {}
    for review in reviews:
        if review.blind:
            given.setdefault((review.pair.kind, review.reviewer), {})[review.pair.id] = review
    pairs = []
    for kind in Kind:
        names = sorted((name for of, name in given if of is kind), key=str.casefold)
        for one, other in combinations(names, 2):
            ours, theirs = given[kind, one], given[kind, other]
            both = [(ours[pair].judged, theirs[pair].judged) for pair in ours if pair in theirs]
            if both:
                pairs.append(Between(one, other, kind, agreement(both)))
    return tuple(pairs)


def as_json(reviews: Sequence[Review]) -> dict[str, Any]:
    """All figures as JSON-ready values: by set, reviewer and kind. What is not defined is None."""
    sets = list(dict.fromkeys(review.drawn for review in reviews))
    return {
        "reviews": len(reviews),
        "sets": [
            {
                "from": drawn,
                "reviewers": [_found_row(one) for one in found(r for r in reviews if r.drawn == drawn)],
            }
            for drawn in sets
        ],
        "between": [
            {"reviewers": [one.one, one.other], "kind": one.kind, **_agreement_row(one.agreement)}
            for one in between(reviews)
        ],
    }


def _found_row(one: Found) -> dict[str, Any]:
    ends = one.precision.interval
    return {
        "reviewer": one.reviewer,
        "kind": one.kind,
        "n": one.precision.n,
        "supported": one.precision.supported,
        "partly": one.precision.partly,
        "precision": one.precision.share,
        "low": ends.low if ends else None,
        "high": ends.high if ends else None,
        "with_tutor": _agreement_row(one.with_tutor),
        "again": one.again,
    }


def _agreement_row(one: Agreement) -> dict[str, Any]:
    return {"n": one.n, "same": one.same, "kappa": one.kappa}
