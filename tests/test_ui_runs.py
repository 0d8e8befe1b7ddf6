"""The Evaluation page's records: read whole or named in one line, and what changed between two."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.ui.runs import (
    Bin,
    Fact,
    Figure,
    KindFigures,
    Moves,
    Outcome,
    Quote,
    Refusals,
    Row,
    Run,
    RunError,
    Said,
    System,
    moves,
    read_run,
    read_runs,
)
from ingest.documents import Span

Json = dict[str, Any]


def record(**changes: Any) -> Json:
    """A record of one question, as JSON. It has fields that the page does not read."""
    row = {
        "id": "a",
        "kind": "factoid",
        "answerable": True,
        "near_miss": False,
        "outcome": "answered",
        "right": False,
        "confidence": 1,
        "error": "",
        "question": "Anna?",
        "history": ["Who?"],
        "facts": [{"wordings": ["bees", "a bee"], "found": True}],
        "evidence": [{"source": "town", "start": 0, "end": 4, "quote": "Anna"}],
        "sentences": [{"text": "Anna keeps bees.", "citations": [1]}],
        "citations": [
            {"n": 1, "source": "town", "section": "Trades", "start": 0, "end": 16, "quote": "Anna keeps ..."}
        ],
        "seconds": 0.1,
    }
    system = {
        "name": "tutor",
        "figures": [{"key": "hit@5", "label": "hit@5, %", "n": 1, "value": 1.0, "low": None, "high": None}],
        "by_kind": [{"kind": "factoid", "n": 1, "figures": {"right": 0.0, "refused": None}}],
        "refusals": [{"group": "answerable", "n": 1, "refused": 0}],
        "calibration": [{"low": 0.9, "high": 1, "n": 1, "stated": 1, "right": 0, "right_low": 0, "right_high": 0.95}],
        "rows": [row],
    }
    head = {
        "format": 1,
        "made": "2026-11-24T06:40:12+00:00",
        "command": "python -m evals",
        "dataset": "dev.jsonl",
        "held_out": False,
        "questions": 1,
        "answerable": 1,
        "about": {"commit": "abc"},
        "seed": 1,
        "systems": [system],
    }
    return head | changes


def saved(path: Path, content: Json) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


ROW = Row(
    id="a",
    kind="factoid",
    answerable=True,
    outcome=Outcome.ANSWERED,
    right=False,
    confidence=1.0,
    question="Anna?",
    history=("Who?",),
    facts=(Fact(("bees", "a bee"), True),),
    evidence=(Quote("town", 0, 4, "Anna"),),
    sentences=(Said("Anna keeps bees.", (1,)),),
    citations=(Quote("town", 0, 16, "Anna keeps ...", n=1, section="Trades"),),
)


def test_a_record_becomes_a_run(tmp_path: Path) -> None:
    run = read_run(saved(tmp_path / "x.json", record()))
    assert run == Run(
        format=1,
        made=datetime(2026, 11, 24, 6, 40, 12, tzinfo=UTC),
        command="python -m evals",
        dataset="dev.jsonl",
        held_out=False,
        questions=1,
        answerable=1,
        about={"commit": "abc"},
        systems=(
            System(
                name="tutor",
                figures=(Figure("hit@5", "hit@5, %", 1, 1.0, None, None),),
                by_kind=(KindFigures("factoid", 1, {"right": 0.0, "refused": None}),),
                refusals=(Refusals("answerable", 1, 0),),
                calibration=(Bin(0.9, 1.0, 1, 1.0, 0.0, 0.0, 0.95),),
                rows=(ROW,),
            ),
        ),
    )
    assert run.tutor.rows[0].citations[0].span == Span(0, 16)
    assert run.label(UTC) == "24 Nov 2026, 06:40 · development questions"


@pytest.mark.parametrize(
    ("path", "value", "what"),
    [
        (["format"], 2, "format: Input should be 1"),
        (["made"], "2026-11-24T06:40:12", "made: Input should have timezone info"),
        (["held_out"], "no", "held_out: Input should be a valid boolean"),
        (["systems"], [], "systems: Tuple should have at least 1 item after validation, not 0"),
        (["systems", 0, "rows", 0, "id"], 7, "systems[0].rows[0].id: Input should be a valid string"),
        (["systems", 0, "rows", 0, "confidence"], float("nan"), "confidence: Input should be a finite number"),
        (["systems", 0, "rows", 0, "outcome"], "lost", "outcome: Input should be 'answered', 'false_refusal', 're"),
        (["systems", 0, "rows", 0, "facts", 0, "wordings"], [], "facts[0].wordings: Tuple should have at least 1"),
        (["systems", 0, "rows", 0, "evidence", 0, "end"], -1, "evidence[0]: Value error, not a span: 0..-1"),
        (["systems", 0, "refusals", 0, "n"], -1, "refusals[0].n: Input should be greater than or equal to 0"),
        (["systems", 0, "figures", 0, "digits"], 7, "figures[0].digits: Input should be less than or equal to 6"),
    ],
)
def test_a_damaged_record_is_named_with_the_place(tmp_path: Path, path: list[Any], value: Any, what: str) -> None:
    content = record()
    holder: Any = content
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    with pytest.raises(RunError) as caught:
        read_run(saved(tmp_path / "x.json", content))
    assert str(caught.value).startswith("x.json is left out, for it is no record of an evaluation (")
    assert what in str(caught.value)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "it is not JSON"),
        (b'{"format": 1', "it is not JSON"),
        (b"\xff\xfe", "it is not JSON"),
        (b"[" * 100_000, "it is not JSON"),
        (b"[]", "Input should be an object"),
        (b"{}", "format: Field required"),
    ],
)
def test_what_is_no_record_is_one_line(tmp_path: Path, content: bytes, what: str) -> None:
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(RunError) as caught:
        read_run(tmp_path / "x.json")
    assert str(caught.value) == f"x.json is left out, for it is no record of an evaluation ({what})."


def test_a_folder_of_runs_the_newest_first_and_the_damaged_named(tmp_path: Path) -> None:
    saved(tmp_path / "b.json", record(made="2026-11-01T00:00:00+00:00"))
    saved(tmp_path / "a.json", record(made="2026-11-01T00:00:00-01:00"))  # an hour later
    (tmp_path / "c.json").write_text("{", encoding="utf-8")
    (tmp_path / "d.json").mkdir()
    (tmp_path / "notes.txt").write_text("no record", encoding="utf-8")
    found = read_runs(tmp_path)
    assert list(found.runs) == ["a.json", "b.json"]
    assert found.problems == (
        "d.json: cannot be read (Is a directory).",
        "c.json is left out, for it is no record of an evaluation (it is not JSON).",
    )
    assert read_runs(tmp_path / "none").runs == {}
    assert read_runs(tmp_path / "notes.txt").problems == (
        f"{tmp_path / 'notes.txt'}: cannot be read (Not a directory).",
    )


def test_a_record_that_changes_is_read_again(tmp_path: Path) -> None:
    saved(tmp_path / "a.json", record())
    assert read_runs(tmp_path).runs["a.json"].command == "python -m evals"
    saved(tmp_path / "a.json", record(command="python -m evals --seed 12"))
    assert read_runs(tmp_path).runs["a.json"].command == "python -m evals --seed 12"


def test_only_the_newest_files_are_read(tmp_path: Path) -> None:
    for n in range(62):
        saved(tmp_path / f"{n:02}.json", record())
    found = read_runs(tmp_path)
    assert (len(found.runs), "61.json" in found.runs, "01.json" in found.runs) == (60, True, False)
    assert found.problems == (f"Only the newest 60 of 62 runs are listed; the others are in {tmp_path}.",)


def test_what_moved_between_two_runs() -> None:
    made: Callable[..., System] = lambda **right: System(  # noqa: E731
        "tutor", (), (), (), (), tuple(Row(i, "list", True, Outcome.ANSWERED, r, 0.5) for i, r in right.items())
    )
    before = made(a=True, b=False, c=True, d=False, gone=True)
    after = made(new=True, d=True, c=False, b=False, a=True)
    assert moves(before, after) == Moves(shared=4, gained=("d",), lost=("c",))
    assert moves(before, before) == Moves(shared=5, gained=(), lost=())
