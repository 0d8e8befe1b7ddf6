"""Claims are read whole or not at all: what a row may be, and what a malformed one is called."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.check.verdict import Verdict
from evals.cases import CaseError, Quote
from evals.claims import Change, Claim, read_claims

CORN = [{"source": "a", "quote": "corn"}]
SUPPORTED: dict[str, Any] = {"id": "c-1", "claim": "They ate corn.", "verdict": "supported", "evidence": CORN}
CONTRADICTED: dict[str, Any] = {
    "id": "c-2",
    "claim": "They ate rice.",
    "verdict": "contradicted",
    "change": "name",
    "evidence": CORN,
    "near": [],
    "wrong": "rice",
    "right": "corn",
    "note": "cereals",
}
NOT_IN_SOURCES: dict[str, Any] = {"id": "c-3", "claim": "They ate out.", "verdict": "not_in_sources", "near": CORN}


def write(folder: Path, *rows: dict[str, Any]) -> Path:
    path = folder / "claims.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_rows_become_claims(tmp_path: Path) -> None:
    corn = (Quote("a", "corn"),)
    assert read_claims(write(tmp_path, SUPPORTED, CONTRADICTED, NOT_IN_SOURCES)) == (
        Claim("c-1", "They ate corn.", Verdict.SUPPORTED, evidence=corn),
        Claim(
            "c-2",
            "They ate rice.",
            Verdict.CONTRADICTED,
            change=Change.NAME,
            evidence=corn,
            wrong="rice",
            right="corn",
            note="cereals",
        ),
        Claim("c-3", "They ate out.", Verdict.NOT_IN_SOURCES, near=corn),
    )


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({**SUPPORTED, "verdict": "true"}, "verdict is 'true'; it must be one of supported, contradicted, "),
        ({**SUPPORTED, "verdict": None}, "verdict must be a text that is not empty"),
        ({**SUPPORTED, "claim": ""}, "claim must be a text that is not empty"),
        ({**SUPPORTED, "id": 1}, "id must be a text that is not empty"),
        ({**SUPPORTED, "note": 1}, "note must be a text that is not empty"),
        ({**SUPPORTED, "evidence": []}, "a claim that is supported needs evidence"),
        ({**SUPPORTED, "evidence": "corn"}, "evidence must be a list"),
        ({**SUPPORTED, "change": "name", "near": CORN}, "a claim that is supported must leave change, near empty"),
        ({**CONTRADICTED, "change": "colour"}, "change is 'colour'; it must be empty or one of number, date, "),
        ({**CONTRADICTED, "change": "", "right": ""}, "a claim that is contradicted needs change, right"),
        ({**CONTRADICTED, "near": CORN}, "a claim that is contradicted must leave near empty"),
        ({**NOT_IN_SOURCES, "evidence": CORN}, "a claim that is not_in_sources must leave evidence empty"),
        ({**SUPPORTED, "instead": "corn"}, "unknown field 'instead'"),
    ],
)
def test_a_malformed_row_is_named_by_file_and_line(tmp_path: Path, row: dict[str, Any], says: str) -> None:
    path = write(tmp_path, {**SUPPORTED, "id": "c-0"}, row)
    with pytest.raises(CaseError) as error:
        read_claims(path)
    assert str(error.value).startswith(f"{path}:2: {says}")


def test_a_file_without_claims(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"claims\.jsonl: holds no claim\. Each line is one JSON object\."):
        read_claims(write(tmp_path))
