"""Measures and tables out of rows made by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from evals.cases import Case, Kind, Quote
from evals.figures import Measure
from evals.measures import MEASURES, Refusals, bins, refusals, scored
from evals.metrics import Interval, Outcome
from evals.report import (
    Table,
    by_kind,
    calibrated,
    details,
    differences,
    failures,
    refused,
    show,
    summary,
    wrong,
)
from evals.runner import Record, Row


def row(case_id: str, right: bool, **more: Any) -> Row:
    marks = {
        "kind": Kind.FACTOID,
        "outcome": Outcome.ANSWERED,
        "confidence": 0.5,
        "hit_at_1": right,
        "hit_at_5": right,
        "all_at_5": right,
        "ndcg_at_10": float(right),
        "reciprocal_rank": float(right),
        "facts_found": (right, True),
        "facts_in_first_sentence": (right, True),
        "cites_evidence": right,
        "evidence_share": float(right),
        "citation_recall": float(right),
        "citation_precision": float(right) / 2,
        "words": 10,
        "seconds": 0.5,
    }
    return Row(id=case_id, answerable=True, near_miss=False, **{**marks, **more})


def unanswerable(case_id: str, outcome: Outcome, near_miss: bool, confidence: float) -> Row:
    return Row(case_id, Kind.UNANSWERABLE, False, near_miss, outcome, confidence, seconds=0.1)


NOT_STATED: dict[str, Any] = {"citation_recall": None, "citation_precision": None, "words": 0}
OURS = Record(
    "tutor",
    (
        row("1", True, span_f1=0.8, facts_found=(True,)),
        row("2", True, confidence=0.9),
        row("3", True, kind=Kind.LIST),
        row("4", False, outcome=Outcome.FALSE_REFUSAL, kind=Kind.LIST, **NOT_STATED),
        unanswerable("5", Outcome.REFUSED, True, 0.1),
        unanswerable("6", Outcome.INVENTED, False, 0.5),
    ),
)
THEIRS = Record(
    "bm25",
    (
        row("1", True, words=20, span_f1=0.2, facts_found=(True,)),
        row("2", False, words=20),
        row("3", False, words=20, kind=Kind.LIST),
        row("4", False, words=20, kind=Kind.LIST),
        unanswerable("5", Outcome.INVENTED, True, 0.5),
        unanswerable("6", Outcome.INVENTED, False, 0.5),
    ),
)
BOTH = [scored(OURS, seed=1), scored(THEIRS, seed=1)]


def first_words(table: Table, start: int) -> dict[str, tuple[str, ...]]:
    return {line[0]: (*line[1:start], *(cell.partition(" ")[0] for cell in line[start:])) for line in table.rows}


def test_the_summary_and_the_differences() -> None:
    table, apart = summary("six", BOTH, seed=1), differences(BOTH, seed=1)
    assert (table.title, table.header) == ("six", ("", "n", "tutor", "bm25"))
    assert (apart.title, apart.header) == ("Paired differences", ("", "tutor − bm25"))
    figures, changes = first_words(table, 2), first_words(apart, 1)
    assert {name: (*cells, *changes[name]) for name, cells in figures.items()} == {
        "hit@1, %": ("4", "75", "25", "+50"),
        "hit@5, %": ("4", "75", "25", "+50"),
        "all evidence@5, %": ("4", "75", "25", "+50"),
        "nDCG@10": ("4", "0.75", "0.25", "+0.50"),
        "mean reciprocal rank": ("4", "0.75", "0.25", "+0.50"),
        "words in the top 5": ("4", "0", "0", "+0"),
        "all facts, %": ("4", "75", "25", "+50"),
        "share of facts, %": ("4", "88", "62", "+25"),
        "all facts in the first sentence, %": ("4", "75", "25", "+50"),
        "span F1, %": ("1", "80", "20", "+60"),
        "a citation on the evidence, %": ("4", "75", "25", "+50"),
        "share of the evidence cited, %": ("4", "75", "25", "+50"),
        "citation recall, %": ("3", "100", "25", "+67"),  # of 1, 2, 3, where both count: 1 and 1/3
        "citation precision, %": ("3", "50", "12", "+33"),
        "right (all facts, evidence cited), %": ("4", "75", "25", "+50"),
        "words an answer": ("4", "8", "20", "-12"),
        "refusal recall, %": ("2", "50", "0", "+50"),
        "refusal recall, near misses, %": ("1", "100", "0", "+100"),
        "false refusals, %": ("4", "25", "0", "+25"),
        "refusal recall at 10 % false refusals, %": ("6", "50", "0", "+50"),
        "the same, near misses, %": ("5", "100", "0", "+100"),
        "AUROC, answerable or not": ("6", "0.81", "0.50", "+0.31"),  # of 8 pairs 5 above, 3 ties
        "AUROC, right or wrong": ("6", "0.78", "0.50", "+0.28"),  # of 9 pairs 5 above, 4 ties
        "expected calibration error, %": ("6", "3", "33", "-30"),
        "seconds an answer, median": ("6", "0.500", "0.500", "+0.000"),
        "seconds an answer, 95th percentile": ("6", "0.500", "0.500", "+0.000"),
    }
    cells = {line[0]: line[2:] for line in table.rows}
    assert cells["citation recall, %"][0] == "100 [100–100]"
    assert cells["hit@1, %"] == ("75 [25–100]", "25 [0–75]  ")  # the paired difference may be 0
    assert cells["words an answer"][1] == "20 [20–20] *"
    assert dict(apart.rows)["hit@1, %"] == "+50 [+0 to +100]"


def test_the_same_seed_gives_the_same_tables() -> None:
    def printed(seed: int) -> list[Table]:
        both = [scored(OURS, seed), scored(THEIRS, seed)]
        return [summary("six", both, seed), *details(both, seed)]

    assert printed(3) == printed(3)
    titles = ["six", "Paired differences", "By kind: tutor", "Refused", "Confidence: tutor"]
    assert [table.title for table in printed(3)] == titles
    assert [table.title for table in details([scored(OURS, 3)], 3)] == titles[2:]  # nothing to differ from


def test_the_main_measures_are_a_table_for_a_readme() -> None:
    whole, main = summary("six", BOTH, seed=1), summary("six", BOTH, seed=1, main=True)
    assert [row for row in whole.rows if row in main.rows] == list(main.rows)
    assert [row[0] for row in main.rows] == [measure.label for measure in MEASURES if measure.main]
    assert 10 <= len(main.rows) <= 14


def test_a_measure_that_no_question_is_for_is_a_dash() -> None:
    ours, theirs = (replace(record, rows=record.rows[1:2]) for record in (OURS, THEIRS))
    one = [scored(ours, 1), scored(theirs, 1)]
    cells = {line[0]: line[1:] for line in summary("one", one, 1).rows}
    assert cells["refusal recall, %"] == ("0", "–", "–  ")
    assert cells["span F1, %"] == ("0", "–", "–  ")
    assert cells["AUROC, answerable or not"] == ("1", "–", "–  ")
    assert dict(differences(one, 1).rows)["AUROC, answerable or not"] == "–"


def test_a_measure_has_a_name_of_its_own() -> None:
    assert len({measure.key for measure in MEASURES}) == len({measure.label for measure in MEASURES}) == len(MEASURES)


def test_a_figure_is_shown_in_its_units() -> None:
    share = Measure("x", "x", lambda row: True, lambda row: 0.0)
    assert share.show(0.834, Interval(0.75, 0.9)) == "83 [75–90]"
    assert share.show(0.12, Interval(-0.03, 0.2), sign="+") == "+12 [-3 to +20]"
    assert replace(share, scale=1, digits=2).show(-0.001) == "0.00"
    assert share.show(float("nan")) == "–"


def test_by_kind() -> None:
    none, half, all_, both = "0 [0–0]", "50 [0–100]", "100 [100–100]", "50 [0–100]"
    assert by_kind(BOTH, seed=1) == Table(
        "By kind: tutor",
        (
            "",
            "n",
            "hit@5, %",
            "all facts, %",
            "evidence cited, %",
            "right, %",
            "refused, %",
            "bm25: right",
        ),
        (
            ("factoid", "2", all_, all_, all_, all_, none, both),
            ("list", "2", half, half, half, half, half, none),
            ("unanswerable", "2", "–", "–", "–", "–", half, "–"),
        ),
    )


def test_refusals_by_group() -> None:
    assert refusals(OURS) == (Refusals("near misses", 1, 1), Refusals("off topic", 1, 0), Refusals("answerable", 4, 1))
    assert refused(BOTH) == Table(
        "Refused",
        ("", "n", "tutor", "bm25"),
        (("near misses", "1", "1", "0"), ("off topic", "1", "0", "0"), ("answerable", "4", "1", "0")),
    )
    assert refusals(Record("tutor", OURS.rows[:4])) == (Refusals("answerable", 4, 1),)


def test_the_confidence_is_held_against_right_answers() -> None:
    found = [(one.low, one.n, one.stated, one.right) for one in bins(OURS)]
    assert found == [(0.1, 1, 0.1, 0.0), (0.5, 4, 0.5, 0.5), (0.9, 1, 0.9, 1.0)]  # a right refusal is no right answer
    assert calibrated(OURS) == Table(
        "Confidence: tutor",
        ("", "n", "stated, %", "right, %"),
        (
            ("0.1–0.2", "1", "10", "0 [0–79]"),
            ("0.5–0.6", "4", "50", "50 [15–85]"),
            ("0.9–1.0", "1", "90", "100 [21–100]"),
        ),
    )


def test_a_table_as_text_and_as_markdown() -> None:
    table = Table("Two", ("", "n"), (("hit@1", "7"), ("words", "12")))
    assert table.as_text() == "Two\n        n\nhit@1   7\nwords  12"
    assert table.as_markdown() == "**Two**\n\n|  | n |\n| --- | ---: |\n| hit@1 | 7 |\n| words | 12 |"


def test_failures_are_counted_by_their_type() -> None:
    errors = ["ValueError: x", "KeyError: y", "", ""]
    assert failures("tutor", errors) == "tutor: 2 of 4 questions failed: ValueError (1), KeyError (1)"
    assert failures("tutor", ["", ""]) == ""


def test_texts_and_tables_are_printed_apart(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = ["Text.", Table("Two", ("", "n"), (("hit@1", "7 "),))]
    show(blocks)
    show(blocks, markdown=True)
    assert capsys.readouterr().out == (
        "Text.\n\nTwo\n        n\nhit@1  7\nText.\n\n**Two**\n\n|  | n |\n| --- | ---: |\n| hit@1 | 7 |\n"
    )


def test_what_went_wrong_names_what_was_expected() -> None:
    cases = (
        Case("1", Kind.FACTOID, "Who?", True, facts=(("Anna",),), evidence=(Quote("town", "Anna\n keeps"),)),
        Case(
            "2", Kind.FOLLOW_UP, "And?", True, ("Who?",), (("Boris", "B."), ("salt",)), (Quote("town", "Boris sells"),)
        ),
        Case("3", Kind.UNANSWERABLE, "Why?", False, near=(Quote("town", "because"),)),
    )
    rows = (
        row("1", True, facts_found=(True,)),
        row("2", False, kind=Kind.FOLLOW_UP, error="ValueError: it  broke"),
        unanswerable("3", Outcome.REFUSED, True, 0.1),
    )
    assert wrong(cases, Record("tutor", rows)) == (
        "tutor: 1 of 3 went wrong\n\n"
        "2 (follow_up): Who? / And?\n"
        "  expected: Boris   (missing)\n"
        "  expected: salt\n"
        "  evidence: Boris sells\n"
        "  answered, hit@5 False, evidence cited False\n"
        "  said (0.50): ValueError: it broke"
    )
