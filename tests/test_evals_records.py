"""The record of a run as a file: what stands in it, what a held-out one keeps to itself, and what reads it back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from app.answer import Answer, Citation, Refusal, Sentence
from app.support import Support
from app.ui.runs import read_run
from evals.cases import Case, CaseError, Kind, Place, Quote, locate
from evals.measures import scored
from evals.records import Heading, as_json, read, write
from evals.runner import Record, failed, score
from ingest.documents import Document, Section, Source, Span

TEXT = "Anna keeps bees. Boris sells salt."
TOWN = Document(
    Source("town", "The Town", Path("town.txt")), TEXT, "0", (), (Section("", 1, Span(0, len(TEXT)), None),)
)
DOCUMENTS = {"town": TOWN}
CASES = (
    Case(
        id="anna",
        kind=Kind.FOLLOW_UP,
        question="And she?",
        answerable=True,
        history=("Who sells?",),
        facts=(("bees", "a bee"), ("honey",)),
        evidence=(Quote("town", "Anna keeps bees."),),
        note="either will do",
    ),
    Case("boris", Kind.UNANSWERABLE, "Since when?", False, near=(Quote("town", "Boris sells"),)),
    Case("clara", Kind.FACTOID, "Clara?", True, facts=(("salt",),), evidence=(Quote("town", "salt"),)),
)
ANNA = Answer(
    question="And she?",
    understood="And Anna?",
    sentences=(Sentence("Anna keeps bees.", (1,)),),
    citations=(Citation(1, "town", "The Town", "1. Trades", Span(0, 16), "Anna keeps bees."),),
    confidence=0.71,
    notes=("The sources disagree.",),
)
BORIS = Answer("Since when?", "Since when?", (), (), 0.1, Refusal.NOT_FOUND, "The sources don't say.")
HEADING = Heading(
    made=datetime(2026, 11, 24, 6, 40, 12, 999, tzinfo=timezone(timedelta(hours=1))),
    command="python -m evals --split dev",
    dataset="dev.jsonl",
    held_out=False,
    about={"koryo-tutor": "0.1.0", "embedder": "words", "commit": ""},
    seed=1,
)


def record(name: str = "tutor") -> Record:
    rows = (
        score(CASES[0], locate(CASES[0], DOCUMENTS), ANNA),
        score(CASES[1], [], BORIS),
        failed(CASES[2], ValueError("no salt in Clara?")),
    )
    return Record(name, rows)


def written(heading: Heading = HEADING) -> dict[str, Any]:
    values = as_json(heading, [scored(record(), 1), scored(record("bm25"), 1)], CASES, DOCUMENTS)
    return json.loads(json.dumps(values, allow_nan=False))  # type: ignore[no-any-return]


def test_the_head_of_a_record_and_the_name_of_its_file() -> None:
    run = written()
    assert {key: value for key, value in run.items() if key != "systems"} == {
        "format": 1,
        "made": "2026-11-24T06:40:12+01:00",
        "command": "python -m evals --split dev",
        "dataset": "dev.jsonl",
        "held_out": False,
        "questions": 3,
        "answerable": 2,
        "about": {"koryo-tutor": "0.1.0", "embedder": "words", "commit": ""},
        "seed": 1,
    }
    assert [system["name"] for system in run["systems"]] == ["tutor", "bm25"]
    assert HEADING.file == "2026-11-24T05-40-12Z-dev.json"


def test_the_totals_of_a_record() -> None:
    system = written()["systems"][0]
    figures = {figure["key"]: figure for figure in system["figures"]}
    assert figures["evidence cited"] == {
        "key": "evidence cited",
        "label": "a citation on the evidence, %",
        "n": 2,
        "value": 0.5,
        "low": 0.0,
        "high": 1.0,
        "scale": 100,
        "digits": 0,
    }
    nothing_counts = figures["span F1"] | {"n": 0, "value": None, "low": None, "high": None}
    only_boris = as_json(HEADING, [scored(Record("tutor", record().rows[1:2]), 1)], CASES[1:2], DOCUMENTS)
    assert nothing_counts in only_boris["systems"][0]["figures"]
    assert system["by_kind"][1] == {
        "kind": "follow_up",
        "n": 1,
        "figures": {"hit@5": 0.0, "all facts": 0.0, "evidence cited": 1.0, "right": 0.0, "refused": 0.0},
        "intervals": {
            "hit@5": [0.0, 0.0],
            "all facts": [0.0, 0.0],
            "evidence cited": [1.0, 1.0],
            "right": [0.0, 0.0],
            "refused": [0.0, 0.0],
        },
    }
    assert system["by_kind"][2]["intervals"]["hit@5"] == [None, None]
    assert system["by_kind"][2]["figures"] == {
        "hit@5": None,
        "all facts": None,
        "evidence cited": None,
        "right": None,
        "refused": 1.0,
    }
    assert system["refusals"] == [
        {"group": "near misses", "n": 1, "refused": 1},
        {"group": "answerable", "n": 2, "refused": 0},
    ]
    assert [(one["low"], one["n"], one["stated"], one["right"]) for one in system["calibration"]] == [
        (0.0, 1, 0.0, 0.0),
        (0.1, 1, 0.1, 0.0),
        (0.7, 1, 0.71, 0.0),
    ]


MARKS = {
    "id": "anna",
    "kind": "follow_up",
    "answerable": True,
    "near_miss": False,
    "outcome": "answered",
    "right": False,
    "confidence": 0.71,
    "hit_at_1": False,
    "hit_at_5": False,
    "all_at_5": False,
    "ndcg_at_10": 0.0,
    "reciprocal_rank": 0.0,
    "context_words": 0,
    "facts_found": [True, False],
    "facts_in_first_sentence": [True, False],
    "span_f1": None,
    "cites_evidence": True,
    "evidence_share": 1.0,
    "citation_recall": 1.0,
    "citation_precision": 1.0,
    "words": 6,
    "seconds": 0.0,
    "error": "",
    "written": False,
    "gave_way": False,
    "claims": 0,
    "marked": 0,
    "repointed": 0,
    "dropped": 0,
}
QUOTED = {"source": "town", "start": 0, "end": 16, "quote": "Anna keeps bees."}


def test_a_row_has_all_that_was_asked_said_and_expected() -> None:
    anna, boris, clara = written()["systems"][0]["rows"]
    assert anna == MARKS | {
        "question": "And she?",
        "history": ["Who sells?"],
        "understood": "And Anna?",
        "note": "either will do",
        "reason": "",
        "notes": ["The sources disagree."],
        "sentences": [{"text": "Anna keeps bees.", "citations": [1]}],
        "citations": [{"n": 1, "section": "1. Trades", **QUOTED}],
        "facts": [{"wordings": ["bees", "a bee"], "found": True}, {"wordings": ["honey"], "found": False}],
        "evidence": [QUOTED],
        "near": [],
    }
    assert (boris["reason"], boris["near"]) == (
        "The sources don't say.",
        [{"source": "town", "start": 17, "end": 28, "quote": "Boris sells"}],
    )
    assert (clara["error"], clara["sentences"], clara["citations"]) == ("ValueError: no salt in Clara?", [], [])


def test_a_held_out_record_says_nothing_of_the_questions() -> None:
    run = written(replace(HEADING, held_out=True))
    for system in run["systems"]:
        assert [set(row) for row in system["rows"]] == [set(MARKS)] * 3
        assert system["rows"][0] == MARKS
        assert system["rows"][2]["error"] == "ValueError"
    text = json.dumps(run)
    assert [word for word in ("she", "Anna", "bees", "salt", "Boris", "don't", "honey", "Trades") if word in text] == []


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "new" / "run.json"
    systems = [scored(record(), 1), scored(record("bm25"), 1)]
    for held_out in (False, True):
        write(path, replace(HEADING, held_out=held_out), systems, CASES, DOCUMENTS)
        run = read(path)
        assert run.heading == replace(HEADING, held_out=held_out, made=HEADING.made.replace(microsecond=0))
        forgotten = [replace(row, answer=None) for row in record().rows]
        if held_out:
            forgotten[2] = replace(forgotten[2], error="ValueError")
        assert [(r.responder, list(r.rows)) for r in run.records] == [("tutor", forgotten), ("bm25", forgotten)]
        assert run.tutor == run.records[0]
    assert [file.name for file in path.parent.iterdir()] == ["run.json"]  # and no half of one


def test_a_record_has_its_questions_unless_it_is_held_out(tmp_path: Path) -> None:
    for held_out, questions in (
        (False, {"anna": "And she?", "boris": "Since when?", "clara": "Clara?"}),
        (True, {}),
    ):
        write(tmp_path / "run.json", replace(HEADING, held_out=held_out), [scored(record(), 1)], CASES, DOCUMENTS)
        assert read(tmp_path / "run.json").questions == questions


@pytest.mark.parametrize("held_out", [False, True])
def test_the_evaluation_page_reads_it(tmp_path: Path, held_out: bool) -> None:
    write(tmp_path / "run.json", replace(HEADING, held_out=held_out), [scored(record(), 1)], CASES, DOCUMENTS)
    run = read_run(tmp_path / "run.json")
    assert (run.made, run.held_out, run.questions, run.answerable) == (
        HEADING.made.replace(microsecond=0),
        held_out,
        3,
        2,
    )
    assert [(row.id, row.right) for row in run.systems[0].rows] == [
        ("anna", False),
        ("boris", True),
        ("clara", False),
    ]


def spoilt(change: Callable[[dict[str, Any]], object]) -> str:
    run = written()
    change(run)
    return json.dumps(run)


def first(run: Mapping[str, Any]) -> dict[str, Any]:
    return run["systems"][0]["rows"][0]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "cannot be read (it is not JSON). Name a record that python -m evals wrote."),
        ("[]", "is not a record that python -m evals wrote (list indices must be integers or slices, not str)."),
        ('{"tutor": []}', "is not a record that python -m evals wrote (no 'format')."),
        (
            spoilt(lambda run: run.update(format=2)),
            "is not a record that python -m evals wrote (its format is 2, not 1).",
        ),
        (spoilt(lambda run: run.pop("made")), "is not a record that python -m evals wrote (no 'made')."),
        (spoilt(lambda run: run.update(made="2026-11-24")), "is not a record that python -m evals wrote (made has no"),
        (
            spoilt(lambda run: run.update(systems=[])),
            "is not a record that python -m evals wrote (a run without answers).",
        ),
        (spoilt(lambda run: first(run).pop("outcome")), "is not a record that python -m evals wrote (no 'outcome')."),
        (
            spoilt(lambda run: first(run).update(outcome="lost")),
            "is not a record that python -m evals wrote (outcome is",
        ),
        (
            spoilt(lambda run: first(run).update(hit_at_1=1)),
            "is not a record that python -m evals wrote (hit_at_1 is 1).",
        ),
        (
            spoilt(lambda run: first(run).update(words="6")),
            "is not a record that python -m evals wrote (words is '6').",
        ),
        (
            spoilt(lambda run: first(run).update(facts_found=[1])),
            "is not a record that python -m evals wrote (facts_found",
        ),
        (
            spoilt(lambda run: first(run).update(facts_found=[])),
            "is not a record that python -m evals wrote (an answerabl",
        ),
        (
            spoilt(lambda run: first(run).update(id="boris")),
            "is not a record that python -m evals wrote (an id that is",
        ),
    ],
)
def test_a_file_that_is_no_record_is_one_line(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(content, "utf-8")
    with pytest.raises(CaseError) as raised:
        read(path)
    assert str(raised.value).startswith(f"{path}: {says}")
    assert "\n" not in str(raised.value)


def test_files_that_cannot_be_read_or_written_are_named(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"none\.json: cannot be read \(No such file or directory\)\. Name a record"):
        read(tmp_path / "none.json")
    (tmp_path / "file").write_text("")
    with pytest.raises(CaseError, match=r"run\.json: cannot be written \(.*\)\. Give --json another file\."):
        write(tmp_path / "file" / "run.json", HEADING, [scored(record(), 1)], CASES, DOCUMENTS)


def test_evidence_is_where_the_quote_stands() -> None:
    assert locate(CASES[2], DOCUMENTS) == (Place("town", Span(29, 33)),)
    assert HEADING.made.astimezone(UTC).hour == 5


def test_of_a_written_answer_each_sentence_has_its_outcome() -> None:
    sentence = Sentence("Anna keeps ten bees.", (1,), Support.PARTLY, "“ten” is not there")
    answer = replace(ANNA, sentences=(sentence,), model="m")
    rows = (score(CASES[0], (), answer),)
    (row,) = as_json(HEADING, [scored(Record("m", rows), 1)], CASES[:1], DOCUMENTS)["systems"][0]["rows"]
    assert (row["written"], row["claims"], row["sentences"]) == (
        True,
        1,
        [{"text": "Anna keeps ten bees.", "citations": (1,), "support": "partly", "remark": "“ten” is not there"}],
    )
