"""`python -m evals conflicts`: what is counted, what a reader's judgements are held against, and planted numbers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.conflicts.finding import find_conflicts
from evals.__main__ import main
from evals.cases import CaseError
from evals.conflicts import JUDGED, Collection, as_record, bundled, name_of, planted, read_judged

CAMPUS = "In 1939 the Rhine carried {} steamers."
ARTICLE = (CAMPUS.format(120), "It flows to the north.", CAMPUS.format(140))


@pytest.fixture
def squad(tmp_path: Path) -> Path:
    """A SQuAD-format file of one article that disagrees with itself."""
    question = {"id": "q", "question": "Where?", "answers": [{"text": "north", "answer_start": 16}]}
    paragraphs = [{"context": text, "qas": [question] if "north" in text else []} for text in ARTICLE]
    path = tmp_path / "squad.json"
    path.write_text(json.dumps({"data": [{"title": "The_Rhine", "paragraphs": paragraphs}]}))
    return path


def test_what_is_found_is_counted_and_listed(squad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["conflicts", "--squad", str(squad), "--list"]) == 0
    table, *listed = capsys.readouterr().out.strip().split("\n\n")
    assert [line.split("  ")[0] for line in table.splitlines()] == [
        "Conflicts found",
        "",
        "the bundled sources",
        "squad.json",
    ]
    sources, article = (line.split()[-8:] for line in table.splitlines()[-2:])
    assert sources[1:4] + sources[5:] == ["2", "2", "1", "5", "0", "0"]  # numbers, sum, order; right, wrong, not judged
    assert article == ["3", "1", "0", "0", "333.3", "0", "0", "1"]
    record = as_record("The_Rhine", ARTICLE)
    (conflict,) = find_conflicts([record])
    name = name_of(conflict, Collection("squad.json", (record,)))
    assert listed[-1].splitlines() == [
        f"{name} numbers not judged: The source disagrees with itself here: 120 steamers and 140 steamers.",
        f"  The_Rhine (120): {ARTICLE[0]}",
        f"  The_Rhine (140): {ARTICLE[2]}",
    ]


def test_numbers_that_were_changed_are_found(squad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["conflicts", "--squad", str(squad), "--planted"]) == 0
    assert capsys.readouterr().out.strip().splitlines()[-1].split("  ")[-1].strip() == "0"


def test_one_number_a_sentence_is_changed() -> None:
    record = as_record(
        "a", ["In 1939 the Rhine carried 1,204 steamers.", "It has 12 ports and 47 bridges.", "It is long."]
    )
    made = planted(record, seed=1)
    before, after = (one.document.text.split("\n\n") for one in (record, made.record))
    assert [len(a) == len(b) and a != b for a, b in zip(before, after, strict=True)] == [True, True, False, False]
    assert [record.document.text[span.start : span.end] for span in (*made.dated, *made.undated)] == before[:2]
    assert planted(record, seed=1) == made
    assert {planted(record, seed).record.document.text for seed in range(9)} != {made.record.document.text}


def test_a_judgement_is_of_a_conflict_that_is_found() -> None:
    sources = bundled()
    names = {name_of(conflict, sources) for conflict in find_conflicts(sources.records)}
    rows = [json.loads(line) for line in JUDGED.read_text(encoding="utf-8").splitlines()]
    assert {row["place"] for row in rows if row["article"] in ("kim2026", "loc")} == names
    assert all(list(row) == ["id", "article", "kind", "place", "true", "reason"] for row in rows)
    assert [row["id"] for row in rows] == [f"conflict-{n:03}" for n in range(1, len(rows) + 1)]


ROW = {"kind": "sum", "place": "x", "true": True, "reason": "so"}


@pytest.mark.parametrize(
    "lines",
    [
        ["{"],
        ["[]"],
        [json.dumps({**ROW, "kind": "other"})],
        [json.dumps({**ROW, "true": "yes"})],
        [json.dumps({**ROW, "reason": " "})],
        [json.dumps({"kind": "sum"})],
        [json.dumps(ROW), json.dumps(ROW)],
    ],
)
def test_what_is_no_judgement_is_said(tmp_path: Path, lines: list[str]) -> None:
    path = tmp_path / "judged.jsonl"
    path.write_text("\n".join(lines))
    with pytest.raises(CaseError, match=rf"judged.jsonl, line {len(lines)} is no judgement of a conflict"):
        read_judged(path)


def test_a_file_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["conflicts", "--squad", str(tmp_path / "none.json")]) == 2
    assert "none.json cannot be read" in capsys.readouterr().err
