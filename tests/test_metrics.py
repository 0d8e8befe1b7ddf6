"""The measures of the evaluation, by hand: input, expected figure, as tables."""

from __future__ import annotations

import doctest
from collections.abc import Sequence
from math import isnan, log2, nan
from types import ModuleType

import pytest

from evals import calibration, figures, metrics, paired, report, spans, squad_index
from evals.calibration import Bin, expected_calibration_error, wilson_interval
from evals.cases import Place
from evals.metrics import (
    Interval,
    Outcome,
    all_at,
    all_facts,
    auroc,
    bootstrap_interval,
    citation_precision,
    citation_recall,
    cites_evidence,
    evidence_share,
    facts_found,
    false_refusals,
    fold,
    hit_at,
    ndcg_at,
    outcome,
    reciprocal_rank,
    refusal_recall,
    refusal_recall_at,
    words,
)
from evals.paired import mcnemar, permutation_p
from ingest.documents import Span


def at(start: int, end: int, source: str = "a") -> Place:
    return Place(source, Span(start, end))


@pytest.mark.parametrize(
    ("module", "examples"),
    [
        (metrics, 30),
        (calibration, 4),
        (paired, 5),
        (spans, 8),
        (figures, 1),
        (report, 1),
        (squad_index, 3),
    ],
)
def test_the_examples_in_the_docstrings_hold(module: ModuleType, examples: int) -> None:
    result = doctest.testmod(module)
    assert (result.failed, result.attempted >= examples) == (0, True)


@pytest.mark.parametrize(
    ("passages", "evidence", "figures"),  # hit@1, hit@2, all@2, reciprocal rank
    [
        ([at(0, 50)], [at(10, 20)], (True, True, True, 1.0)),
        ([at(0, 50)], [at(45, 55)], (True, True, True, 1.0)),  # exactly half
        ([at(0, 50)], [at(45, 56)], (False, False, False, 0.0)),  # five of eleven
        ([at(12, 14)], [at(10, 20)], (False, False, False, 0.0)),  # inside the evidence, but a fifth of it
        ([at(0, 50, "b")], [at(10, 20)], (False, False, False, 0.0)),  # the right place of the wrong source
        ([at(60, 90), at(0, 50)], [at(10, 20)], (False, True, True, 0.5)),
        ([at(60, 90), at(90, 99), at(0, 50)], [at(10, 20)], (False, False, False, 1 / 3)),
        ([at(0, 50)], [at(10, 20), at(60, 70)], (True, True, False, 1.0)),  # one of two
        ([at(0, 50), at(50, 90)], [at(10, 20), at(60, 70)], (True, True, True, 1.0)),
        ([], [at(10, 20)], (False, False, False, 0.0)),
    ],
)
def test_retrieval(passages: list[Place], evidence: list[Place], figures: tuple[float, ...]) -> None:
    found = (
        hit_at(1, passages, evidence),
        hit_at(2, passages, evidence),
        all_at(2, passages, evidence),
        reciprocal_rank(passages, evidence),
    )
    assert found == figures


SECOND, THIRD = 1 / log2(3), 1 / 2  # what a gain at that rank counts; at the first: 1


@pytest.mark.parametrize(
    ("passages", "evidence", "gain"),
    [
        ([at(0, 50)], [at(10, 20)], 1),
        ([at(60, 90), at(0, 50)], [at(10, 20)], SECOND),
        ([at(60, 90), at(90, 99), at(0, 50)], [at(10, 20)], THIRD),
        ([at(0, 50), at(0, 50)], [at(10, 20)], 1),  # the second holds nothing new
        ([at(0, 50), at(60, 90), at(0, 50, "b")], [at(0, 9), at(0, 9, "b")], (1 + THIRD) / (1 + SECOND)),
        ([at(0, 50)], [at(0, 9), at(0, 9, "b")], 1 / (1 + SECOND)),
        ([at(0, 50)], [at(0, 9), at(20, 29)], 1),  # both in one passage: nothing better can be
        ([at(60, 90)] * 10 + [at(0, 50)], [at(10, 20)], 0),  # the eleventh
        ([], [at(10, 20)], 0),
        ([at(0, 50)], [], 0),
    ],
)
def test_ndcg(passages: list[Place], evidence: list[Place], gain: float) -> None:
    assert ndcg_at(10, passages, evidence) == pytest.approx(gain)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Kim Ch'il-sŏng", "kim chil-song"),
        ("Kim Ch’il-sŏng", "kim chil-song"),
        ("[Mikhail Gorbachev](#)'s *perestroika*", "mikhail gorbachev perestroika"),
        (r"[a \[sic\] title](#), 2007", "a [sic] title, 2007"),
        ("([Coox](#), 2007)", "(coox, 2007)"),
        ("![Map](map.png)", "map"),
        ("171,781 in 1,234,567 and 1,2 and 10,0000", "171781 in 1234567 and 1,2 and 10,0000"),
        ("them\n\nwas\u00a0specified", "them was specified"),
        ("1894–1917", "1894-1917"),
        ("“dissident, literary,”", "dissident, literary,"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "facts", "found"),
    [
        ("They left in 1937.", [["1937"]], (True,)),
        ("They left in 1937.", [["1938", "1937"]], (True,)),
        ("They left in 1937.", [["1938"]], (False,)),
        ("They left in 1937.", [["193"], ["937"]], (False, False)),
        ("They numbered 36,442.", [["36442"], ["36,442"], ["442"], ["36"]], (True, True, False, False)),
        ("They numbered 36442.", [["36,442"]], (True,)),
        ("Lee’s idea and the Koreans' fate", [["Lee"], ["Koreans"], ["Korean"]], (True, True, False)),
        ("18.3 per thousand", [["18.3"], ["18"], ["3"]], (True, False, False)),
        ("in case 18.", [["18"]], (True,)),
        ("see item 1.Early migration", [["early migration"]], (True,)),
        ("On 25 October", [["october 25"], ["25 OCTOBER"]], (False, True)),
        ("Korea's *Hero of Socialist\n\nLabour*", [["hero of socialist labour"], ["Korea’s"]], (True, True)),
        ("a share of 95% of them", [["95%"], ["95"]], (True, True)),
        ("anything", [[""]], (False,)),
        ("", [["1937"]], (False,)),
        ("anything", [], ()),
    ],
)
def test_facts(text: str, facts: list[list[str]], found: tuple[bool, ...]) -> None:
    assert (facts_found(text, facts), all_facts(text, facts)) == (found, all(found))


@pytest.mark.parametrize(
    ("citations", "evidence", "cites", "precision"),
    [
        ([at(0, 10)], [at(0, 10)], True, 1.0),
        ([at(0, 10)], [at(5, 15)], True, 1.0),  # half of either
        ([at(0, 10)], [at(6, 16)], False, 0.0),
        ([at(3, 5)], [at(0, 100)], True, 1.0),  # the words themselves
        ([at(0, 100)], [at(3, 5)], True, 1.0),  # a sentence that holds them
        ([at(0, 10, "b")], [at(0, 10)], False, 0.0),
        ([at(0, 10), at(20, 30), at(40, 50), at(60, 70)], [at(0, 10), at(62, 68)], True, 0.5),
        ([], [at(0, 10)], False, 0.0),
    ],
)
def test_citations(citations: list[Place], evidence: list[Place], cites: bool, precision: float) -> None:
    assert (cites_evidence(citations, evidence), citation_precision(citations, evidence)) == (
        cites,
        precision,
    )


@pytest.mark.parametrize(
    ("cited", "evidence", "recall", "share"),
    [
        ([[at(0, 10)]], [at(0, 10)], 1, 1),
        ([[at(0, 10)], [at(20, 30)]], [at(0, 10)], 0.5, 1),
        ([[at(20, 30), at(0, 10)], []], [at(0, 10)], 0.5, 1),  # one of the first's is evidence, the second has none
        ([[at(0, 10)], [at(0, 10)]], [at(0, 10), at(0, 10, "b")], 1, 0.5),
        ([[at(20, 30)]], [at(0, 10)], 0, 0),
        ([], [at(0, 10)], 0, 0),
        ([[at(0, 10)]], [], 0, 0),
    ],
)
def test_citation_recall_and_the_share_of_evidence(
    cited: list[list[Place]], evidence: list[Place], recall: float, share: float
) -> None:
    citations = [place for places in cited for place in places]
    assert (citation_recall(cited, evidence), evidence_share(citations, evidence)) == (recall, share)


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("One two [1] [12].", 3), ("in October [1937]", 3), ("a\n\nb [3]", 2)]
)
def test_words(text: str, count: int) -> None:
    assert words(text) == count


@pytest.mark.parametrize(
    ("answerable", "refused", "became"),
    [
        (True, False, Outcome.ANSWERED),
        (True, True, Outcome.FALSE_REFUSAL),
        (False, True, Outcome.REFUSED),
        (False, False, Outcome.INVENTED),
    ],
)
def test_outcome(answerable: bool, refused: bool, became: Outcome) -> None:
    assert outcome(answerable, refused) is became


def test_refusals_are_counted_over_their_own_questions() -> None:
    outcomes = [Outcome.REFUSED] * 3 + [Outcome.INVENTED] + [Outcome.FALSE_REFUSAL] + [Outcome.ANSWERED] * 4
    assert (refusal_recall(outcomes), false_refusals(outcomes)) == (0.75, 0.2)
    assert isnan(refusal_recall([Outcome.ANSWERED]))
    assert isnan(false_refusals([Outcome.REFUSED]))


@pytest.mark.parametrize(
    ("true", "false", "area"),
    [
        ([0.9, 0.8], [0.2, 0.1], 1.0),
        ([0.1, 0.2], [0.8, 0.9], 0.0),
        ([0.5, 0.5], [0.5], 0.5),
        ([0.9, 0.3], [0.5], 0.5),
        ([0.9, 0.5], [0.5, 0.1], 0.875),  # of 4 pairs 3 above and one tie
        ([0.9], [], nan),
        ([], [0.9], nan),
    ],
)
def test_auroc(true: list[float], false: list[float], area: float) -> None:
    labels = [True] * len(true) + [False] * len(false)
    assert auroc(true + false, labels) == pytest.approx(area, nan_ok=True)


@pytest.mark.parametrize(
    ("answerable", "unanswerable", "rate", "recall"),
    [
        ([0.1, 0.5, 0.6, 0.9], [0.2, 0.7], 0.25, 0.5),  # threshold 0.5: one of the answerable is below it
        ([0.1, 0.5, 0.6, 0.9], [0.2, 0.7], 0.24, 0.0),  # threshold 0.1: none is
        ([0.1, 0.5, 0.6, 0.9], [0.2, 0.7], 1.0, 1.0),  # the threshold is at most the highest
        ([0.5, 0.5, 0.5, 0.9], [0.5, 0.4], 0.25, 0.5),  # a tie is not below
        ([0.9] * 10, [0.8, 0.1, 0.95], 0.1, 2 / 3),
        ([], [0.5], 0.1, nan),
        ([0.5], [], 0.1, nan),
    ],
)
def test_refusal_recall_at_a_rate(
    answerable: list[float], unanswerable: list[float], rate: float, recall: float
) -> None:
    labels = [True] * len(answerable) + [False] * len(unanswerable)
    assert refusal_recall_at(rate, answerable + unanswerable, labels) == pytest.approx(recall, nan_ok=True)


def test_the_threshold_of_a_rate_of_a_tenth_is_not_off_by_one() -> None:
    answerable = [n / 100 for n in range(30, 60)]  # 30 questions, 3 of which may be refused: the threshold is 0.33
    labels = [True] * 30 + [False] * 2
    assert refusal_recall_at(0.1, [*answerable, 0.325, 0.33], labels) == 0.5


@pytest.mark.parametrize(
    ("confidences", "right", "bins", "error"),
    [
        ([0.95], [True], [Bin(0.9, 1.0, 1, 0.95, 1.0, wilson_interval(1, 1))], 0.05),
        ([1.0, 0.0], [True, False], [(0.0, 0.1, 1, 0.0, 0.0), (0.9, 1.0, 1, 1.0, 1.0)], 0.0),
        ([0.3, 0.1, 0.15], [True, True, False], [(0.1, 0.2, 2, 0.125, 0.5), (0.3, 0.4, 1, 0.3, 1.0)], 1.45 / 3),
        ([], [], [], nan),
    ],
)
def test_calibration(confidences: list[float], right: list[bool], bins: Sequence[object], error: float) -> None:
    found = calibration.calibration(confidences, right)
    assert [one if one in bins else (one.low, one.high, one.n, one.stated, one.right) for one in found] == list(bins)
    assert expected_calibration_error(confidences, right) == pytest.approx(error, nan_ok=True)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),  # as in the tables of Newcombe (1998), method 3, and by symmetry
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (20, 20, 0.8389, 1.0),
    ],
)
def test_wilson(successes: int, n: int, low: float, high: float) -> None:
    interval = wilson_interval(successes, n)
    assert (interval.low, interval.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))
    with pytest.raises(ValueError, match="one trial or more"):
        wilson_interval(0, 0)


@pytest.mark.parametrize(
    ("gained", "lost", "p"), [(0, 0, 1), (1, 0, 1), (6, 0, 2 / 64), (0, 6, 2 / 64), (5, 1, 2 * 7 / 64), (4, 4, 1)]
)
def test_mcnemar(gained: int, lost: int, p: float) -> None:
    assert mcnemar(gained, lost) == p


@pytest.mark.parametrize(
    ("pairs", "p"),  # by counting all the ways in which the pairs can be turned
    [
        ([(1.0, 0.0)] * 4, 2 / 16),
        ([(3.0, 0.0), (1.0, 0.0), (0.0, 1.0)], 6 / 8),  # 3, 1, -1, turned: sums of 5, 3, 3, 1 and their negatives
        ([(1.0, 0.0), (0.0, 1.0)], 1.0),
        ([(1.0, 1.0)] * 9, 1.0),
    ],
)
def test_a_permutation_test_comes_near_to_counting(pairs: list[tuple[float, float]], p: float) -> None:
    def difference(drawn: Sequence[tuple[float, float]]) -> float:
        return sum(a - b for a, b in drawn) / len(drawn)

    found = permutation_p(pairs, difference, seed=1)
    assert found == permutation_p(pairs, difference, seed=1)
    assert found == pytest.approx(p, abs=0.04)


def test_an_interval_depends_on_the_seed_alone_and_narrows_with_more_values() -> None:
    few, many = [i / 20 for i in range(21)], [i / 2000 for i in range(2001)]
    assert bootstrap_interval(few, seed=7) == bootstrap_interval(few, seed=7)
    assert bootstrap_interval(few, seed=7) != bootstrap_interval(few, seed=8)
    wide, narrow = bootstrap_interval(few, seed=7), bootstrap_interval(many, seed=7)
    assert 0.3 < wide.low < narrow.low < 0.5 < narrow.high < wide.high < 0.7  # standard errors 0.07, 0.006


def test_an_interval_of_another_statistic_leaves_out_the_draws_without_one() -> None:
    pairs = [(0.9, True), (0.1, False)]  # half of the draws hold one label only
    perfect = bootstrap_interval(pairs, seed=1, statistic=lambda drawn: auroc(*zip(*drawn, strict=True)))
    assert perfect == Interval(1.0, 1.0)
    with pytest.raises(ValueError, match="one value or more"):
        bootstrap_interval([], seed=1)
