"""The benchmark's arithmetic, on given numbers. Nothing is timed here."""

from __future__ import annotations

import pytest

from evals.bench import Checking, Comparison, compare, essay, measure, measure_checking


@pytest.mark.parametrize(
    ("embedding", "asking", "found", "ratio"),
    [
        ([0.01], [0.02], Comparison(0.01, 0.02), 2.0),
        ([0.01, 0.02, 9.0], [0.01, 0.08, 0.09], Comparison(0.02, 0.08), 4.0),
        ([0.02, 0.04], [0.15], Comparison(0.03, 0.15), 5.0),
    ],
)
def test_compare(embedding: list[float], asking: list[float], found: Comparison, ratio: float) -> None:
    comparison = compare(embedding, asking)
    assert (comparison.embedding, comparison.asking) == pytest.approx((found.embedding, found.asking))
    assert comparison.ratio == pytest.approx(ratio)


@pytest.mark.parametrize(("embedding", "asking"), [([], [1.0]), ([1.0], []), ([0.0], [1.0])])
def test_nothing_was_timed(embedding: list[float], asking: list[float]) -> None:
    with pytest.raises(ValueError, match="nothing was timed"):
        compare(embedding, asking)


@pytest.mark.parametrize(("asking", "verdict"), [(0.04, "within"), (0.041, "above")])
def test_what_is_printed(asking: float, verdict: str) -> None:
    assert Comparison(0.01, asking).lines.splitlines() == [
        "embedding the question alone     10.00 ms, median",
        f"Tutor.ask                     {1000 * asking:8.2f} ms, median",
        f"ratio                         {100 * asking:8.2f}, {verdict} the bound of 4",
    ]


def test_both_are_asked_in_turn_and_the_first_round_does_not_count() -> None:
    log: list[str] = []
    measure(["a", "b"], lambda q: log.append(f"embed {q}"), lambda q: log.append(f"ask {q}"), repeats=1)
    assert log == ["embed a", "ask a", "embed b", "ask b"] * 2


def test_an_essay_is_sentences_in_paragraphs_until_there_are_enough_words() -> None:
    assert essay(["One two three."] * 12, words=33) == "\n\n".join(
        [" ".join(["One two three."] * 10), "One two three."]
    )
    assert essay(["One two."], words=9) == "One two."


def test_checking_is_told_in_answers() -> None:
    assert Checking(0.02, 1.0, 90).lines == (
        "an essay of 2,000 words            1.00 s, median, 90 claims\n"
        "in warm answers                  50.00, within the bound of 60"
    )
    assert Checking(0.01, 1.0, 90).lines.endswith("100.00, above the bound of 60")


def test_the_essay_is_checked_between_rounds_of_questions() -> None:
    done: list[str] = []

    def check() -> int:
        done.append("essay")
        return 7

    found = measure_checking(["a", "b"], done.append, check, repeats=2)
    assert (found.claims, done) == (7, ["a", "b", "essay"] * 3)
