"""Datasets are read whole or not at all: what a row may be, and what a malformed one is called."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evals.cases import DATASETS, Case, CaseError, Kind, Place, Quote, locate, read_cases
from ingest.documents import Document, Section, Source, Span

GOOD: dict[str, Any] = {
    "id": "x-1",
    "kind": "list",
    "question": "And what else?",
    "history": ["What did they grow?"],
    "facts": [["corn", "maize"], ["kenaf"]],
    "evidence": [{"source": "a", "quote": "corn and kenaf"}],
    "near": [],
    "answerable": True,
    "note": "inline",
}


def dataset(folder: Path, *lines: str) -> Path:
    path = folder / "cases.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def document(text: str) -> Document:
    source = Source("a", "A", Path("a.txt"))
    return Document(source, text, "0", (), (Section("", 1, Span(0, len(text)), None),))


def test_a_row_becomes_a_case(tmp_path: Path) -> None:
    near = {**GOOD, "id": "x-2", "kind": "unanswerable", "answerable": False, "facts": [], "evidence": []}
    near |= {"near": [{"source": "a", "quote": "corn"}], "note": "", "history": []}
    cases = read_cases(dataset(tmp_path, json.dumps(GOOD), "", json.dumps(near)))
    assert cases == (
        Case(
            id="x-1",
            kind=Kind.LIST,
            question="And what else?",
            answerable=True,
            history=("What did they grow?",),
            facts=(("corn", "maize"), ("kenaf",)),
            evidence=(Quote("a", "corn and kenaf"),),
            note="inline",
        ),
        Case(
            id="x-2",
            kind=Kind.UNANSWERABLE,
            question="And what else?",
            answerable=False,
            near=(Quote("a", "corn"),),
        ),
    )
    assert [case.near_miss for case in cases] == [False, True]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"kind": "riddle"}, "kind is 'riddle'; it must be one of factoid, "),
        ({"question": " "}, "question must be a text that is not empty"),
        ({"question": None}, "question must be a text that is not empty"),
        ({"id": 7}, "id must be a text that is not empty"),
        ({"history": "What?"}, "history must be a list"),
        ({"history": [""]}, "history must be a text that is not empty"),
        ({"facts": ["corn"]}, "facts must be a list"),
        ({"facts": [[]]}, "facts: a fact needs one accepted wording or more"),
        ({"facts": []}, "an answerable question needs facts and evidence"),
        ({"evidence": []}, "an answerable question needs facts and evidence"),
        ({"evidence": ["corn"]}, "evidence must be a list of objects with source and quote"),
        ({"evidence": [{"source": "a"}]}, "quote must be a text that is not empty"),
        ({"answerable": "yes"}, "answerable must be true or false"),
        ({"answerable": False}, "a question without an answer can have no facts and no evidence"),
        ({"anwser": 1}, "unknown field 'anwser'"),
    ],
)
def test_a_malformed_row_is_named_by_file_and_line(tmp_path: Path, change: dict[str, Any], says: str) -> None:
    path = dataset(tmp_path, json.dumps(GOOD), json.dumps({**GOOD, "id": "x-2", **change}))
    with pytest.raises(CaseError) as error:
        read_cases(path)
    assert str(error.value).startswith(f"{path}:2: {says}")


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (['{"id": "x-1",'], ":1: not JSON: "),
        (["[]"], ":1: not a JSON object"),
        ([json.dumps(GOOD), "", json.dumps(GOOD)], ":3: the id 'x-1' is used twice"),
        ([""], ": holds no case."),
    ],
)
def test_a_malformed_file(tmp_path: Path, lines: list[str], says: str) -> None:
    path = dataset(tmp_path, *lines)
    with pytest.raises(CaseError) as error:
        read_cases(path)
    assert str(error.value).startswith(f"{path}{says}")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="cannot be read as a dataset"):
        read_cases(tmp_path / "none.jsonl")


def test_evidence_is_found_at_its_first_place_or_named() -> None:
    case = Case("x-1", Kind.LIST, "?", True, facts=(("corn",),), evidence=(Quote("a", "corn"),))
    assert locate(case, {"a": document("They grew corn, corn.")}) == (Place("a", Span(10, 14)),)
    with pytest.raises(CaseError, match=r"x-1: evidence 1 is not in 'a' word for word"):
        locate(case, {"a": document("They grew Corn.")})
    with pytest.raises(CaseError, match=r"x-1: evidence 1 is of 'a'; the index has: b"):
        locate(case, {"b": document("They grew corn.")})


@pytest.mark.parametrize("split", ["dev", "test"])
def test_the_datasets_can_be_read(split: str) -> None:
    cases = read_cases(DATASETS / f"{split}.jsonl")
    assert {case.kind for case in cases} == set(Kind)
    assert any(case.near_miss for case in cases)
