"""Figures from judgements: how many sentences hold, with an interval, and how far two judges agree. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from app.review.pairs import Verdict

_Z = 1.959964  # of a 95 % interval


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a share lies with 95 % confidence, in 0..1."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Precision:
    """Of `n` judged pairs: how many hold, how many hold in part, and the interval of those that hold.

    What holds in part counts as not holding. `interval` is None where nothing was judged.
    """

    n: int
    supported: int
    partly: int
    interval: Interval | None

    @property
    def share(self) -> float | None:
        """The precision, in 0..1; None where nothing was judged."""
        return self.supported / self.n if self.n else None

    @property
    def partly_share(self) -> float | None:
        """The share that holds in part, in 0..1."""
        return self.partly / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two judges of the same `n` pairs: on how many they said the same, and Cohen's kappa, None if not defined."""

    n: int
    same: int
    kappa: float | None


def wilson(right: int, n: int) -> Interval:
    """The 95 % score interval of a share (Wilson, Probable inference, the law of succession, and statistical inference,
    JASA 22, 1927). It stays inside 0..1 and is honest for few trials, where the textbook one is not.

    Args:
        right: successes, 0..n.
        n: trials, 1 or more.

    >>> found = wilson(8, 10)
    >>> round(found.low, 3), round(found.high, 3)
    (0.49, 0.943)
    """
    if not 0 <= right <= n or n < 1:
        raise ValueError(f"{right} of {n} is no share")
    p, z2 = right / n, _Z * _Z
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def precision(judged: Iterable[Verdict]) -> Precision:
    """Of written sentences, the precision of their citations as a person sees it (what ALCE, Gao et al. 2023, leaves to
    a model); of quoted ones, the share that answers the question. Only "supported" counts."""
    counts = Counter(judged)
    n, right = counts.total(), counts[Verdict.SUPPORTED]
    return Precision(n, right, counts[Verdict.PARTLY], wilson(right, n) if n else None)


def kappa(judgements: Sequence[tuple[Verdict, Verdict]]) -> float | None:
    """How far two judges agree beyond chance, over the three verdicts: (po - pe) / (1 - pe) (Cohen, A coefficient of
    agreement for nominal scales, Educational and Psychological Measurement 20, 1960). "Partly" is as far from the one
    neighbour as from the other: it is not weighted.

    None, "not defined", where there are no judgements, and where both gave one and the same verdict to all of them: by
    chance they would have agreed on all too.
    """
    n = len(judgements)
    ours, theirs = (Counter(one[side] for one in judgements) for side in (0, 1))
    same = sum(a is b for a, b in judgements)
    chance = sum(ours[verdict] * theirs[verdict] for verdict in Verdict)  # times n squared, so that it is exact
    if n * n == chance:
        return None
    return (n * same - chance) / (n * n - chance)


def agreement(judgements: Sequence[tuple[Verdict, Verdict]]) -> Agreement:
    """What two judges said of the same pairs."""
    return Agreement(len(judgements), sum(a is b for a, b in judgements), kappa(judgements))
