"""What a stated confidence is worth: bins of questions, how sure was said and how many were right.

Pure functions over two series, the confidences (0..1) and whether each answer was right. How well the confidence
orders questions is another matter (metrics.auroc).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt
from statistics import fmean

from evals.metrics import Interval

BINS = 10  # of equal width


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions whose confidence is in low <= c < high (the last bin: and 1): how many, stated, right.

    `stated` is their mean confidence, `right` the share of right answers, `interval` that share's.
    """

    low: float
    high: float
    n: int
    stated: float
    right: float
    interval: Interval


def calibration(confidences: Sequence[float], right: Sequence[bool], bins: int = BINS) -> tuple[Bin, ...]:
    """The bins that hold a question, lowest first.

    >>> for one in calibration([0.1, 0.2, 0.8, 1.0], [False, True, True, True], bins=2):
    ...     print(one.low, one.high, one.n, round(one.stated, 2), one.right, round(one.interval.low, 2))
    0.0 0.5 2 0.15 0.5 0.09
    0.5 1.0 2 0.9 1.0 0.34
    """
    inside: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for confidence, label in zip(confidences, right, strict=True):
        inside[max(0, min(int(confidence * bins), bins - 1))].append((confidence, label))
    return tuple(
        Bin(
            low=number / bins,
            high=(number + 1) / bins,
            n=len(held),
            stated=fmean(confidence for confidence, _ in held),
            right=fmean(label for _, label in held),
            interval=wilson_interval(sum(label for _, label in held), len(held)),
        )
        for number, held in enumerate(inside)
        if held
    )


def expected_calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = BINS) -> float:
    """How far, on average over the questions, a bin's mean confidence is from its share of right answers.

    0 is a confidence that means what it says (Naeini et al., 2015). With few questions in a bin
    chance alone makes a distance, so even an honest confidence is not quite at 0. nan where there are no questions.

    >>> round(expected_calibration_error([0.1, 0.2, 0.8, 1.0], [False, True, True, True], bins=2), 3)
    0.225
    """
    if not confidences:
        return nan
    return sum(one.n * abs(one.stated - one.right) for one in calibration(confidences, right, bins)) / len(confidences)


def wilson_interval(successes: int, n: int) -> Interval:
    """The 95 % score interval of a share (Wilson, 1927): sensible also for few trials, and for none or all.

    Raises:
        ValueError: there were no trials.

    >>> interval = wilson_interval(0, 10)
    >>> round(interval.low, 3), round(interval.high, 3)
    (0.0, 0.278)
    """
    if n <= 0:
        raise ValueError("a share needs one trial or more")
    z = 1.959964
    share, spread = successes / n, z * z / n
    centre = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return Interval(max(0.0, centre - half), min(1.0, centre + half))
