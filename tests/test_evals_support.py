"""`python -m evals support`: sentences made false by one change, and what the judge makes of true and false ones."""

from __future__ import annotations

import random

import pytest

from app.details import Detail
from app.support import Support
from app.tutor import Tutor
from evals.__main__ import main
from evals.altered import altered
from evals.support import Row, claim_trials, figures, judge_all, sentence_trials

SENTENCE = "On September 13, 1937, Anna counted 39 echelons in Tashkent, and was glad."


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("kind", [kind for kind in Detail if kind is not Detail.CLAUSE])
def test_one_detail_is_changed(kind: Detail, seed: int) -> None:
    changed = altered(SENTENCE, kind, random.Random(seed), str.isalpha, ["Samarkand", "Anna"])
    assert changed == altered(SENTENCE, kind, random.Random(seed), str.isalpha, ["Samarkand", "Anna"])
    assert changed is not None
    mine, other = set(SENTENCE.split()), set(changed.split())
    kept = {
        Detail.NUMBER: "Anna counted {} echelons in Tashkent",
        Detail.DATE: "Anna counted 39 echelons in Tashkent",
        Detail.NAME: "39 echelons in",
        Detail.NEGATION: "and was not glad",
    }
    assert len(other - mine) == 1 or kind is Detail.DATE
    assert all(part in changed for part in kept[kind].split(" {} "))


@pytest.mark.parametrize(
    ("sentence", "kind", "changed"),
    [
        ("It was not planned.", Detail.NEGATION, "It was planned."),
        ("It was not only planned.", Detail.NEGATION, None),
        ("They left.", Detail.NEGATION, None),
        ("Nobody was glad.", Detail.NEGATION, None),
        ("They left.", Detail.NUMBER, None),
        ("3 of 1 2 4 5 6 7 8 9", Detail.NUMBER, None),
        ("They left.", Detail.DATE, None),
        ("they left.", Detail.NAME, None),
        ("We saw Anna.", Detail.NAME, "We saw Samarkand."),
        ("We saw Anna.", Detail.CLAUSE, "We saw Anna which nobody regretted later."),
        ("We saw Anna", Detail.CLAUSE, None),
    ],
)
def test_what_can_be_changed(sentence: str, kind: Detail, changed: str | None) -> None:
    assert altered(sentence, kind, random.Random(1), lambda word: False, ["Samarkand", "Anna"]) == changed


def test_what_is_not_so_is_caught_and_what_is_so_passes(tutor: Tutor) -> None:
    """The floors of the judge, on the development half: some points below what it was measured at."""
    trials = [*sentence_trials("dev", tutor, seed=1), *claim_trials("dev", tutor.searcher())]
    found = {figure.measure.key: figure for figure in figures(judge_all(trials, tutor.judge()), seed=1)}
    floors = {
        "true, word for word": 0.97,
        "true, cited elsewhere": 0.97,
        "number changed": 0.95,
        "date changed": 0.95,
        "name changed": 0.90,
        "negation changed": 0.95,
        "clause added": 0.90,
        "claim, true, in other words": 0.88,
        "claim, not in the sources": 0.80,
    }
    assert {key: found[key].value for key, floor in floors.items() if found[key].value < floor} == {}
    assert all(found[f"claim, {kind} changed"].n == 22 for kind in Detail if kind is not Detail.CLAUSE)


def test_figures_by_hand() -> None:
    rows = [
        Row("a", "lies", False, "x", Support.PARTLY),
        Row("b", "lies", False, "y", Support.SUPPORTED),
        Row("c", "truths", True, "z", Support.SUPPORTED),
    ]
    assert [(f.measure.label, f.n, f.value) for f in figures(rows, seed=1)] == [
        ("truths: passed, %", 1, 1.0),
        ("lies: caught, %", 2, 0.5),
    ]


def test_the_test_half_is_looked_at_in_totals_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["support", "--wrong"]) == 2
    assert "totals only" in capsys.readouterr().err
