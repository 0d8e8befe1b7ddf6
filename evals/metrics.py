"""What is measured: pure functions, each with an example that can be worked out by hand.

None of them knows of the tutor: they compare texts with facts and places with places. Which questions a
measure is taken over, and how it is shown, is in measures.py; answers of a few words are compared in spans.py,
what a stated confidence is worth in calibration.py.
"""

from __future__ import annotations

import random
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isnan, log2, nan, sqrt
from statistics import fmean, quantiles
from typing import Any, TypeVar

from evals.cases import Place

T = TypeVar("T")

# ---------------------------------------------------------------- retrieval


def hit_at(k: int, passages: Sequence[Place], evidence: Sequence[Place]) -> bool:
    """Whether one of the first `k` passages holds one of the evidence spans: half of its characters or more.

    >>> from ingest.documents import Span
    >>> found = [Place("a", Span(0, 50)), Place("a", Span(50, 90))]
    >>> hit_at(1, found, [Place("a", Span(40, 60))]), hit_at(1, found, [Place("a", Span(41, 61))])
    (True, False)
    >>> hit_at(2, found, [Place("a", Span(41, 61))]), hit_at(2, found, [Place("b", Span(0, 9))])
    (True, False)
    """
    return any(_held(place, passages[:k]) for place in evidence)


def all_at(k: int, passages: Sequence[Place], evidence: Sequence[Place]) -> bool:
    """Whether each of the evidence spans is held by one of the first `k` passages.

    >>> from ingest.documents import Span
    >>> found = [Place("a", Span(0, 50)), Place("b", Span(0, 50))]
    >>> both = [Place("b", Span(0, 9)), Place("a", Span(0, 9))]
    >>> all_at(1, found, both), all_at(2, found, both)
    (False, True)
    """
    return all(_held(place, passages[:k]) for place in evidence)


def reciprocal_rank(passages: Sequence[Place], evidence: Sequence[Place]) -> float:
    """One over the rank of the first passage that holds an evidence span; 0 where none does.

    >>> from ingest.documents import Span
    >>> found = [Place("a", Span(0, 50)), Place("b", Span(0, 50))]
    >>> reciprocal_rank(found, [Place("b", Span(0, 9))]), reciprocal_rank(found, [Place("c", Span(0, 9))])
    (0.5, 0.0)
    """
    hits = (rank for rank, passage in enumerate(passages, start=1) if hit_at(1, [passage], evidence))
    rank = next(hits, None)
    return 1 / rank if rank else 0.0


def ndcg_at(k: int, passages: Sequence[Place], evidence: Sequence[Place]) -> float:
    """The normalised discounted cumulative gain of the first `k` passages (Järvelin and Kekäläinen, 2002), 0..1.

    The gain is 1 for a passage that holds an evidence span which none before it holds, else 0, discounted by
    log2(rank + 1). The best order has first the passages that gained, then one for each span that none holds:
    a passage that holds two spans needs no second one beside it. 0 where there is no evidence.

    >>> from ingest.documents import Span
    >>> found = [Place("a", Span(0, 50)), Place("b", Span(0, 50)), Place("a", Span(0, 60))]
    >>> round(ndcg_at(10, found, [Place("b", Span(0, 9))]), 3)  # second instead of first: 1 / log2(3)
    0.631
    >>> ndcg_at(10, found, [Place("a", Span(0, 9)), Place("a", Span(20, 29))])  # both in the first
    1.0
    >>> round(ndcg_at(10, found, [Place("a", Span(0, 9)), Place("c", Span(0, 9))]), 3)  # 1 / (1 + 1 / log2(3))
    0.613
    """
    missing = list(evidence)
    gains = []
    for passage in passages[:k]:
        still = [place for place in missing if not _held(place, [passage])]
        gains.append(len(still) < len(missing))
        missing = still
    best = sum(1 / log2(rank + 1) for rank in range(1, 1 + min(k, sum(gains) + len(missing))))
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains, start=1)) / best if best else 0.0


def shared(a: Place, b: Place) -> int:
    """How many characters two places have in common.

    >>> from ingest.documents import Span
    >>> here = Place("a", Span(0, 9))
    >>> shared(here, Place("a", Span(6, 20))), shared(here, Place("b", Span(0, 9)))
    (3, 0)
    """
    if a.source_id != b.source_id:
        return 0
    return max(0, min(a.span.end, b.span.end) - max(a.span.start, b.span.start))


def _held(place: Place, passages: Sequence[Place]) -> bool:
    return any(2 * shared(place, passage) >= len(place.span) for passage in passages)


# ------------------------------------------------------------------ answers


def fold(text: str) -> str:
    """A text as facts are compared: no case, accents, apostrophes, possessives, markup, thousands commas.

    >>> fold("[Kim Ch’il-sŏng](#)  led *Koryo\\n Saram*: 171,781 people, 1937–1938")
    'kim chil-song led koryo saram: 171781 people, 1937-1938'
    """
    text = _LINK.sub(r"\1", text)
    text = _POSSESSIVE.sub("", _ESCAPE.sub("", text))
    text = unicodedata.normalize("NFKD", text)
    text = "".join(c for c in text if not unicodedata.combining(c)).translate(_CHARACTERS)
    text = _THOUSANDS.sub("", text)
    return " ".join(text.casefold().split())


def facts_found(text: str, facts: Sequence[Sequence[str]]) -> tuple[bool, ...]:
    """Which of the facts a text states, in one of their accepted wordings, as whole words and whole numbers.

    >>> facts_found("About 36,442 families left.", [["36442"], ["family", "families"], ["442"], ["lef"]])
    (True, True, False, False)
    """
    folded = fold(text)
    return tuple(any(_stands_in(fold(wording), folded) for wording in fact) for fact in facts)


def all_facts(text: str, facts: Sequence[Sequence[str]]) -> bool:
    """Whether a text states each of the facts.

    >>> all_facts("in Moscow in 1937", [["1937"], ["Moscow"]]), all_facts("in 1937", [["1937"], ["Moscow"]])
    (True, False)
    """
    return all(facts_found(text, facts))


def words(text: str) -> int:
    """How many words a text has, citation numbers not counted.

    >>> words("It began in 1937. [1] [12]"), words("")
    (4, 0)
    """
    return len(_CITATION_NUMBER.sub(" ", text).split())


_LINK = re.compile(r"!?\[((?:\\.|[^\]\\])*)\]\([^)]*\)")
_ESCAPE = re.compile(r"\\(?=[^\w\s])")
_POSSESSIVE = re.compile(r"(?<=\w)['’ʼ]s(?!\w)", re.IGNORECASE)  # "Lee's book" is by Lee
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_CITATION_NUMBER = re.compile(r"\[\d{1,2}\]")
_CHARACTERS = str.maketrans("‐‑‒–—−", "------", "'’‘ʼʻ′`´\"“”„«»*")


def _stands_in(wording: str, text: str) -> bool:
    """Both folded. "18" does not stand in "18.3", nor in "1918"."""
    if not wording:
        return False
    return re.search(rf"(?<!\w)(?!(?<=\d\.)\d){re.escape(wording)}(?!\w)(?!\.\d)", text) is not None


# ---------------------------------------------------------------- citations


def cites_evidence(citations: Sequence[Place], evidence: Sequence[Place]) -> bool:
    """Whether one citation or more is evidence: the two share half of the shorter one.

    >>> from ingest.documents import Span
    >>> cites_evidence([Place("a", Span(0, 10))], [Place("a", Span(5, 90))])
    True
    >>> cites_evidence([Place("a", Span(0, 10))], [Place("a", Span(6, 90))])
    False
    """
    return any(_is_evidence(citation, evidence) for citation in citations)


def evidence_share(citations: Sequence[Place], evidence: Sequence[Place]) -> float:
    """The share of the evidence spans that one citation or more is; 0 where there is no evidence.

    >>> from ingest.documents import Span
    >>> both = [Place("a", Span(0, 10)), Place("b", Span(0, 10))]
    >>> evidence_share([Place("a", Span(0, 10)), Place("a", Span(20, 30))], both)
    0.5
    """
    return fmean(any(_is_evidence(citation, [e]) for citation in citations) for e in evidence) if evidence else 0.0


def citation_recall(cited: Sequence[Sequence[Place]], evidence: Sequence[Place]) -> float:
    """The share of the answer's sentences that their citations bear out; 0 for an answer of no sentence.

    `cited` has the citations of each sentence. After ALCE (Gao et al., 2023), where a sentence counts if a model
    of entailment finds that its citations, taken together, entail it. The judge here is the evidence written
    into the question: a sentence counts if one of its citations is evidence. That is stricter. A sentence that
    is borne out by its citation, but beside the question, counts there and not here.

    >>> from ingest.documents import Span
    >>> right, wrong = Place("a", Span(0, 10)), Place("b", Span(0, 10))
    >>> citation_recall([[right], [wrong], [wrong, right], []], [right])
    0.5
    """
    return fmean(cites_evidence(citations, evidence) for citations in cited) if cited else 0.0


def citation_precision(citations: Sequence[Place], evidence: Sequence[Place]) -> float:
    """The share of the citations that are evidence; 0 for an answer that cites nothing.

    After ALCE (Gao et al., 2023), where a citation is of use if its sentence is borne out by all citations of it
    and would not be as well without this one. Judged by the evidence, each citation stands for itself.

    >>> from ingest.documents import Span
    >>> citation_precision([Place("a", Span(0, 10)), Place("b", Span(0, 10))], [Place("a", Span(0, 10))])
    0.5
    >>> citation_precision([], [Place("a", Span(0, 10))])
    0.0
    """
    return fmean(_is_evidence(citation, evidence) for citation in citations) if citations else 0.0


def _is_evidence(citation: Place, evidence: Sequence[Place]) -> bool:
    return any(2 * shared(citation, e) >= min(len(citation.span), len(e.span)) for e in evidence)


# ----------------------------------------------------------------- refusals


class Outcome(StrEnum):
    """What became of a question, as to whether it was answered."""

    ANSWERED = "answered"  # it can be answered, and was; whether rightly is another measure
    FALSE_REFUSAL = "false_refusal"  # it can be answered, and was refused
    REFUSED = "refused"  # the sources do not say, and that is what was said
    INVENTED = "invented"  # the sources do not say, and there was an answer all the same


def outcome(answerable: bool, refused: bool) -> Outcome:
    """What became of one question.

    >>> outcome(answerable=False, refused=True).value, outcome(answerable=False, refused=False).value
    ('refused', 'invented')
    """
    if answerable:
        return Outcome.FALSE_REFUSAL if refused else Outcome.ANSWERED
    return Outcome.REFUSED if refused else Outcome.INVENTED


def refusal_recall(outcomes: Sequence[Outcome]) -> float:
    """The share of the unanswerable questions that were refused; nan where there are none.

    >>> refusal_recall([Outcome.REFUSED, Outcome.INVENTED, Outcome.ANSWERED])
    0.5
    """
    return _share(outcomes, Outcome.REFUSED, Outcome.INVENTED)


def false_refusals(outcomes: Sequence[Outcome]) -> float:
    """The share of the answerable questions that were refused; nan where there are none.

    >>> false_refusals([Outcome.FALSE_REFUSAL, Outcome.ANSWERED, Outcome.REFUSED])
    0.5
    """
    return _share(outcomes, Outcome.FALSE_REFUSAL, Outcome.ANSWERED)


def auroc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """How often a true case scores above a false one, ties counted half (Hanley and McNeil, 1982).

    1 is a perfect order, 0.5 is chance; nan where all labels are alike.

    >>> auroc([0.9, 0.8, 0.7, 0.7], [True, False, True, False])  # of 4 pairs: 2 above, 1 below, 1 tie
    0.625
    """
    true = [score for score, label in zip(scores, labels, strict=True) if label]
    false = sorted(score for score, label in zip(scores, labels, strict=True) if not label)
    if not true or not false:
        return nan
    below = sum(bisect_left(false, score) + bisect_right(false, score) for score in true) / 2
    return below / (len(true) * len(false))


def refusal_recall_at(rate: float, confidences: Sequence[float], answerable: Sequence[bool]) -> float:
    """The refusal recall if answers below some confidence were withheld, at most `rate` of the answerable among them.

    The threshold is the highest that keeps to `rate`; a question is refused if its confidence is below it. So
    systems are compared at the same price, wherever their own thresholds are. nan where there are no questions
    of one of the two sorts.

    >>> refusal_recall_at(0.25, [0.2, 0.7, 0.8, 0.9, 0.6, 0.75], [True] * 4 + [False] * 2)  # threshold 0.7
    0.5
    """
    stated = sorted(c for c, label in zip(confidences, answerable, strict=True) if label)
    unanswerable = [c for c, label in zip(confidences, answerable, strict=True) if not label]
    if not stated or not unanswerable:
        return nan
    threshold = stated[min(int(rate * len(stated) + 1e-9), len(stated) - 1)]
    return fmean(c < threshold for c in unanswerable)


def _share(outcomes: Sequence[Outcome], this: Outcome, other: Outcome) -> float:
    counted = [o is this for o in outcomes if o in (this, other)]
    return fmean(counted) if counted else nan


# ---------------------------------------------------------------- intervals


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a figure may well lie, both ends included."""

    low: float
    high: float


_Z = 1.96  # standard errors to either side of 95 %


def _mean(values: Sequence[Any]) -> float:
    return fmean(values)


def bootstrap_interval(
    values: Sequence[T], seed: int, n: int = 1000, *, statistic: Callable[[Sequence[T]], float] = _mean
) -> Interval:
    """The 95 % percentile bootstrap interval of a statistic, by default the mean (Efron, 1979).

    The values are drawn anew `n` times, with replacement. Draws of which the statistic is nan are left out.
    When all values are alike the interval has no width: that is the method's limit, not certainty.

    Raises:
        ValueError: there are no values.

    >>> bootstrap_interval([0.25] * 8, seed=1)
    Interval(low=0.25, high=0.25)
    >>> interval = bootstrap_interval([0.0, 1.0] * 50, seed=1)  # the mean is 0.5, its standard error 0.05
    >>> 0.38 < interval.low < 0.42 and 0.58 < interval.high < 0.62
    True
    """
    if not values:
        raise ValueError("an interval needs one value or more")
    draw = random.Random(seed)
    estimates = []
    for _ in range(n):
        drawn = draw.choices(values, k=len(values))
        if not isnan(estimate := statistic(drawn)):
            estimates.append(estimate)
    if len(estimates) < 2:
        return Interval(nan, nan)
    cuts = quantiles(estimates, n=40, method="inclusive")
    return Interval(cuts[0], cuts[-1])


def wilson_interval(right: int, n: int) -> Interval:
    """The 95 % interval of a share, also of one of 0 or 1, where a bootstrap has no width (Wilson, 1927).

    Raises:
        ValueError: there is nothing, or more is right than there is.

    >>> interval = wilson_interval(84, 84)  # n / (n + 1.96²) to 1
    >>> round(interval.low, 3), round(interval.high, 3)
    (0.956, 1.0)
    >>> interval = wilson_interval(5, 10)
    >>> round(interval.low, 3), round(interval.high, 3)
    (0.237, 0.763)
    """
    if not 0 <= right <= n or not n:
        raise ValueError(f"{right} of {n} is no share")
    share, z2 = right / n, _Z * _Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z / (1 + z2 / n) * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return Interval(max(0.0, middle - half), min(1.0, middle + half))
