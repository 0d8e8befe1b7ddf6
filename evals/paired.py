"""Whether two runs of the same questions differ by more than chance: p values of paired marks. Pure functions."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from math import comb
from typing import Any

Pairs = Sequence[tuple[Any, Any]]

PERMUTATIONS = 2000


def mcnemar(gained: int, lost: int) -> float:
    """The two-sided p value of a change in yes/no marks (McNemar, 1947), exact.

    Only questions that changed count: if nothing were behind it, each might as well have changed the other way.

    >>> mcnemar(gained=5, lost=0)  # 2 * (1/2)**5
    0.0625
    >>> mcnemar(3, 3), mcnemar(0, 0)
    (1.0, 1.0)
    """
    changed = gained + lost
    tail = sum(comb(changed, i) for i in range(min(gained, lost) + 1))
    return float(min(1.0, 2 * tail / 2**changed))


def permutation_p(pairs: Pairs, difference: Callable[[Pairs], float], seed: int, n: int = PERMUTATIONS) -> float:
    """The two-sided p value of a difference between the first and the second of pairs.

    In each of `n` draws every pair is turned round or left, with equal chance; p is the share of draws, the one
    observed among them, whose difference is as far from 0. For means this is the sign-flip test (Fisher, 1935).

    >>> one_way = [(1.0, 0.0)] * 5
    >>> p = permutation_p(one_way, lambda pairs: sum(a - b for a, b in pairs), seed=1)
    >>> 0.04 < p < 0.09  # all five one way: 2 / 2**5 = 0.0625
    True
    >>> permutation_p([(0.5, 0.5)] * 5, lambda pairs: sum(a - b for a, b in pairs), seed=1)
    1.0
    """
    if all(a == b for a, b in pairs):
        return 1.0
    draw = random.Random(seed)
    observed = abs(difference(pairs)) - 1e-12
    turned = [(b, a) for a, b in pairs]
    extreme = 1
    for _ in range(n):
        sides = draw.getrandbits(len(pairs))
        drawn = [turned[i] if sides >> i & 1 else pairs[i] for i in range(len(pairs))]
        extreme += abs(difference(drawn)) >= observed
    return extreme / (n + 1)
