"""`python -m evals grading`: the rows are well-formed and of other places in each half, and what is printed of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.study.item import Outcome
from app.tutor import Tutor
from evals.cases import CaseError
from evals.grading import Result, accuracy, harm, main, rows_of, share, wrong
from evals.short_answers import Row, bundled_item, read_rows

R, P, W = Outcome.RIGHT, Outcome.PARTLY, Outcome.WRONG
ITEM = {"source": "kim2026", "start": 1, "end": 2, "asked": "date", "answer": "1937", "prompt": "When?"}
ROW = {"id": "a", "item": ITEM, "given": "1937", "outcome": "right", "kind": "exact"}


def test_the_halves_are_large_enough_and_of_other_places() -> None:
    dev, test = (read_rows(rows_of(split)) for split in ("dev", "test"))
    assert len(dev) >= 400
    assert len(test) >= 250
    places = [
        {(row.item.get("source"), row.item.get("start"), row.item.get("question")) for row in half}
        for half in (dev, test)
    ]
    assert places[0] & places[1] == set()
    assert {row.outcome for row in test} == {R, P, W}


def test_every_row_about_the_sources_has_its_item(tutor: Tutor) -> None:
    for split in ("dev", "test"):
        for row in read_rows(rows_of(split)):
            if not row.file:
                item = bundled_item(row, tutor)
                assert item.answer == row.item["answer"]
                assert tutor.document(item.citation.source_id).text.find(item.citation.quote) >= 0


@pytest.mark.parametrize(
    "row",
    [
        {**ROW, "outcome": "skipped"},
        {**ROW, "outcome": "good"},
        {**ROW, "given": ""},
        {**ROW, "note": ""},
        {**ROW, "item": {**ITEM, "nth": 0}},
        {key: value for key, value in ROW.items() if key != "kind"},
        [],
    ],
    ids=["skipped", "no outcome", "nothing given", "more", "prompt and gap", "less", "no object"],
)
def test_rows_that_are_none(row: object, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(f"{json.dumps(ROW | {'id': 'b'})}\n{json.dumps(row)}\n", encoding="utf-8")
    with pytest.raises(CaseError, match="row 2 is no answer of a student"):
        read_rows(path)


def test_ids_are_there_once(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(f"{json.dumps(ROW)}\n{json.dumps(ROW)}\n", encoding="utf-8")
    with pytest.raises(CaseError, match="row 2 has the id of an earlier one"):
        read_rows(path)


def test_a_place_that_a_source_does_not_have(tutor: Tutor) -> None:
    gap = {"source": "kim2026", "start": 1274, "end": 1469, "asked": "date", "answer": "1937", "nth": 0}
    with pytest.raises(CaseError, match="x: its answer does not stand in its sentence"):
        bundled_item(Row("x", gap, "1937", R, "exact"), tutor)


def result(outcome: Outcome, graded: Outcome, cosine: Outcome, kind: str = "near") -> Result:
    return Result(Row("a", ITEM, "1938", outcome, kind), graded, "The source has: 1937.", cosine)


def test_what_is_printed() -> None:
    results = [result(R, R, W), result(W, R, W), result(W, W, R), result(P, P, P, "half")]
    table = accuracy("dev", results)
    assert table.title == "4 short answers (dev): graded as by the teacher, %"
    assert [row[:2] for row in table.rows] == [("near", "3"), ("half", "1"), ("of sources", "4"), ("all", "4")]
    assert table.rows[-1] == ("all", "4", "75.0 [30–95]", "50.0 [15–85]")
    assert harm(results).rows == (
        ("wrong answers graded right", "2", "50.0 [9–91]", "50.0 [9–91]"),
        ("right answers graded wrong", "1", "0.0 [0–79]", "100.0 [21–100]"),
    )
    assert wrong(results) == ["a near: wrong, graded right: 1938 (The source has: 1937.)"]


def test_no_share_of_nothing() -> None:
    assert share([]) == "–"


def test_rows_of_the_test_half_are_not_shown() -> None:
    with pytest.raises(CaseError, match="totals only"):
        main(["--split", "test", "--wrong"])
