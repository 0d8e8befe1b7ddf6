"""Two records side by side, out of rows made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from test_evals_report import row, unanswerable

from evals.cases import CaseError, Kind
from evals.compare import Matched, Pair, changes, changes_by_kind, comparison, figures, match, p_value
from evals.measures import MEASURES
from evals.metrics import Outcome
from evals.records import Heading, Run
from evals.report import Table
from evals.runner import Record, Row

PATHS = (Path("a.json"), Path("b.json"))


def run(*rows: Row, held_out: bool = False, dataset: str = "dev.jsonl", questions: dict[str, str] | None = None) -> Run:
    heading = Heading(datetime(2026, 11, 24, tzinfo=UTC), "", dataset, held_out, {"commit": "b0fe873"}, 1)
    texts = {} if held_out else {row.id: f"Question {row.id}?" for row in rows} | (questions or {})
    return Run(heading, (Record("tutor", rows), Record("bm25", rows)), texts)


BEFORE = (
    row("1", True),
    row("2", False, evidence_share=0.0),
    row("3", False, kind=Kind.LIST),
    row("4", True, kind=Kind.LIST),
    row("5", True, confidence=0.4, words=9, seconds=9.0),
    unanswerable("6", Outcome.INVENTED, True, 0.5),
)
AFTER = (
    row("1", False, hit_at_1=True),
    row("2", True),
    row("3", True, kind=Kind.LIST),
    row("4", True, kind=Kind.LIST, hit_at_1=False),
    row("5", True, confidence=0.6, words=30, seconds=1.0),  # no mark that makes it another answer
    unanswerable("6", Outcome.REFUSED, True, 0.1),
)


def test_what_changed_question_by_question() -> None:
    matched = match(run(*BEFORE), run(*AFTER))
    assert (matched.only_a, matched.only_b, matched.reworded, matched.remark) == (0, 0, 0, "6 questions in both")
    assert changes(matched.pairs) == (
        "fixed: 3\n"
        "  2 (factoid): Question 2?\n"
        "    facts 1 → 2, evidence cited 0.00 → 1.00, citation precision 0.00 → 0.50, hit@1 no → yes, hit@5 no → yes\n"
        "  3 (list): Question 3?\n"
        "    facts 1 → 2, evidence cited 0.00 → 1.00, citation precision 0.00 → 0.50, hit@1 no → yes, hit@5 no → yes\n"
        "  6 (unanswerable): Question 6?\n"
        "    refused no → yes\n"
        "\n"
        "broken: 1\n"
        "  1 (factoid): Question 1?\n"
        "    facts 2 → 1, evidence cited 1.00 → 0.00, citation precision 0.50 → 0.00, hit@5 yes → no\n"
        "\n"
        "other marks: 1\n"
        "  4 (list): Question 4?\n"
        "    hit@1 yes → no"
    )


def test_of_a_held_out_run_only_counts_by_kind_are_shown() -> None:
    table = Table(
        "Changed questions (held out: by kind only)",
        ("", "n", "fixed", "broken", "other marks"),
        (("factoid", "3", "1", "1", "0"), ("list", "2", "1", "0", "1"), ("unanswerable", "1", "1", "0", "0")),
    )
    assert changes_by_kind(match(run(*BEFORE), run(*AFTER)).pairs) == table
    for a_held_out, b_held_out in ((True, True), (True, False), (False, True)):
        a, b = run(*BEFORE, held_out=a_held_out), run(*AFTER, held_out=b_held_out)
        head, _, changed = comparison(a, b, PATHS, seed=1)
        assert (changed, "Question" in head) == (table, False)
        assert {pair.question for pair in match(a, b).pairs} == {""}


def test_the_figures_of_both_over_the_questions_that_count_in_both() -> None:
    table = figures(match(run(*BEFORE), run(*AFTER)).pairs, seed=1)
    assert (table.title, table.header) == ("The tutor, A and B", ("", "n", "A", "B", "B − A", "p"))
    cells = {line[0]: (*line[1:4], line[4].partition(" ")[0], line[5]) for line in table.rows}
    assert cells["hit@5, %"] == ("5", "60", "80", "+20", "1.000")  # 2 gained, 1 lost
    assert cells["refusal recall, %"] == ("1", "0", "100", "+100", "1.000")  # 1 gained
    assert cells["false refusals, %"] == ("5", "0", "0", "+0", "1.000")
    assert cells["span F1, %"] == ("0", "–", "–", "–", "–")
    assert cells["words an answer"][:4] == ("5", "10", "14", "+4")
    assert [line[0] for line in table.rows] == [measure.label for measure in MEASURES]


def test_the_difference_is_b_minus_a_with_its_interval() -> None:
    refused = unanswerable("6", Outcome.REFUSED, True, 0.1)
    table = figures([Pair(row("1", False), row("1", True), ""), Pair(refused, refused, "")], seed=1)
    cells = {line[0]: line[1:] for line in table.rows}
    assert cells["hit@5, %"] == ("1", "0", "100", "+100 [+100 to +100]", "1.000")
    assert figures([Pair(row("1", False), row("1", True), "")], seed=1) == figures(
        [Pair(row("1", False), row("1", True), "")], seed=1
    )


def measure(key: str) -> object:
    return next(measure for measure in MEASURES if measure.key == key)


@pytest.mark.parametrize(
    ("key", "pairs", "low", "high"),
    [
        ("hit@5", [(True, False)] * 6 + [(True, True)] * 9, 0.03125, 0.03125),  # McNemar: 2 / 2**6
        ("hit@5", [(True, False)] * 3 + [(False, True)] * 3, 1, 1),
        ("refusal recall", [(Outcome.REFUSED, Outcome.INVENTED)] * 5, 0.0625, 0.0625),
        ("words an answer", [(30, 10)] * 6, 0.015, 0.05),  # by permutation: about 2 / 2**6
        ("words an answer", [(10, 10)] * 6, 1, 1),
        ("seconds, median", [(0.2, 0.1)] * 12, 0, 0.01),
        ("AUROC, answerable", [((0.9, True), (0.1, True)), ((0.2, False), (0.8, False))] * 8, 0, 0.01),
    ],
)
def test_the_test_goes_by_the_marks(key: str, pairs: list[tuple[object, object]], low: float, high: float) -> None:
    assert low <= p_value(measure(key), pairs, seed=1) <= high  # type: ignore[arg-type]


def test_questions_that_only_one_run_has_are_left_out_and_counted() -> None:
    a = run(*BEFORE[:5], dataset="old.jsonl", questions={"3": "Put otherwise?"})
    b = run(*AFTER[1:], dataset="dev.jsonl")
    matched = match(a, b)
    assert [pair.before.id for pair in matched.pairs] == ["2", "4", "5"]
    assert matched == Matched(matched.pairs, only_a=1, only_b=1, reworded=1)
    head, _, _ = comparison(a, b, PATHS, seed=1)
    assert head == (
        "A: a.json  2026-11-24 00:00  old.jsonl  b0fe873\n"
        "B: b.json  2026-11-24 00:00  dev.jsonl  b0fe873\n"
        "3 questions in both; left out: 1 only in A, 1 only in B, 1 put otherwise in B"
    )


def test_an_id_that_stands_for_another_question_is_no_pair() -> None:
    other = replace(AFTER[0], facts_found=(True,))  # another number of facts, seen also where texts are held out
    matched = match(run(*BEFORE, held_out=True), run(other, *AFTER[1:], held_out=True))
    assert (len(matched.pairs), matched.reworded) == (5, 1)


def test_runs_with_no_question_in_common_cannot_be_compared() -> None:
    says = r"^the two runs have no question in common \(A: dev\.jsonl, B: test\.jsonl\)$"
    with pytest.raises(CaseError, match=says):
        match(run(*BEFORE[:3]), run(*AFTER[3:], dataset="test.jsonl"))
