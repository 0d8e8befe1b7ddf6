"""The measures of the evaluation, by hand: input, expected figure, as tables."""

from __future__ import annotations

import doctest
from math import isnan, nan

import pytest

from evals import metrics
from evals.cases import Place
from evals.metrics import (
    Interval,
    Outcome,
    all_at,
    all_facts,
    auroc,
    bootstrap_interval,
    citation_precision,
    cites_evidence,
    facts_found,
    false_refusals,
    fold,
    hit_at,
    outcome,
    reciprocal_rank,
    refusal_recall,
    words,
)
from ingest.documents import Span


def at(start: int, end: int, source: str = "a") -> Place:
    return Place(source, Span(start, end))


def test_the_examples_in_the_docstrings_hold() -> None:
    result = doctest.testmod(metrics)
    assert result.failed == 0
    assert result.attempted >= 20


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
