"""The bundled questions and claims hold, and the checker that says so can tell a bad row of each sort."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.check.verdict import Verdict
from evals.cases import DATASETS, Case, Kind, Quote
from evals.claims import Change, Claim
from evals.validate import HALVES, LEAST, RARE, Half, counts, main, problems, read_half, read_texts

SOURCES = Path(__file__).resolve().parents[1] / "ingest" / "sources"
FIELDS = {
    "": {"id", "kind", "question", "history", "facts", "evidence", "near", "answerable", "note"},
    "claims_": {"id", "claim", "verdict", "change", "evidence", "near", "wrong", "right", "note"},
    "hard_claims_": {"id", "claim", "verdict", "change", "evidence", "near", "wrong", "right", "note"},
}
#: What the contradicted hard claims of a half have wrong, by the first word of their note.
KINDS = {"verb": 4, "role": 4, "quantifier": 3, "cause": 3, "order": 2, "number": 3, "date": 2, "name": 3}

# ---------------------------------------------------------------- the bundled datasets


@pytest.fixture(scope="module")
def bundled() -> dict[str, Half]:
    return {name: read_half(DATASETS, name) for name in HALVES}


def test_the_bundled_datasets_have_no_problems(bundled: dict[str, Half]) -> None:
    assert problems(bundled, read_texts(SOURCES)) == ()


def test_there_are_as_many_as_promised(bundled: dict[str, Half]) -> None:
    total = sum((counts(half) for half in bundled.values()), start=counts(Half()))
    assert total["questions"] >= 300
    assert total["unanswerable"] >= 50
    assert 2 * total["near misses"] >= total["unanswerable"]
    assert total["claims"] == 320
    assert total["hard claims"] == 120


@pytest.mark.parametrize("half", HALVES)
def test_the_hard_claims_are_wrong_in_each_way(bundled: dict[str, Half], half: str) -> None:
    claims = [claim for claim in bundled[half].hard if claim.verdict is Verdict.CONTRADICTED]
    assert Counter(claim.note.split()[0] for claim in claims) == KINDS


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("prefix", FIELDS)
def test_every_row_has_every_field(prefix: str, half: str) -> None:
    lines = (DATASETS / f"{prefix}{half}.jsonl").read_text(encoding="utf-8").splitlines()
    assert [row["id"] for row in map(json.loads, lines) if set(row) != FIELDS[prefix]] == []


def test_the_sources_are_compared_byte_for_byte() -> None:
    assert read_texts(SOURCES) == {name: (SOURCES / f"{name}.txt").read_bytes().decode() for name in ("kim2026", "loc")}


# ---------------------------------------------------------------- the checker

TEXTS = {
    "a": "Koreans grew rice. Koreans sold corn. Koreans left Vladivostok. Koreans sang songs. Koreans came in 1937."
    "\n\nKoreans were not asked.",
    "b": "Stalin chose Kim. The navy had ships.",
}
RICE, CORN, LEFT, SANG, CAME = (
    Quote("a", f"Koreans {what}.")
    for what in ("grew rice", "sold corn", "left Vladivostok", "sang songs", "came in 1937")
)
CHOSE, NAVY = Quote("b", "Stalin chose Kim."), Quote("b", "The navy had ships.")

GOOD = {
    "dev": Half(
        (Case("dev-001", Kind.PARAPHRASE, "What did Koreans raise?", True, (), (("rice",),), (RICE,)),),
        (
            Claim("claim-dev-001", "They sold maize.", Verdict.SUPPORTED, None, (CORN,)),
            Claim(
                "claim-dev-002", "They came in 1938.", Verdict.CONTRADICTED, Change.DATE, (CAME,), (), "1938", "1937"
            ),
        ),
        (Claim("hard-dev-001", "They made music.", Verdict.SUPPORTED, None, (SANG,)),),
    ),
    "test": Half(
        (
            Case("test-001", Kind.BOTH_SOURCES, "Who left, who chose?", True, (), (("Kim",),), (LEFT, CHOSE)),
            Case("test-002", Kind.UNANSWERABLE, "How many ships?", False, near=(NAVY,)),
        ),
        (Claim("claim-test-001", "The navy had five ships.", Verdict.NOT_IN_SOURCES, near=(NAVY,)),),
    ),
}


def test_good_rows_have_no_problems_and_are_counted() -> None:
    assert problems(GOOD, TEXTS, least={}) == ()
    assert counts(GOOD["dev"]) == {
        "questions": 1,
        "paraphrase": 1,
        "claims": 2,
        "supported": 1,
        "contradicted": 1,
        "date": 1,
        "hard claims": 1,
        "hard, supported": 1,
    }
    assert counts(GOOD["test"]) == {
        "questions": 2,
        "both_sources": 1,
        "unanswerable": 1,
        "near misses": 1,
        "claims": 1,
        "not_in_sources": 1,
        "not in sources, but near": 1,
    }


NOT_VERBATIM = "is not in its source word for word; copy it from there"


@pytest.mark.parametrize(
    ("row", "change", "problem"),
    [
        ("dev-001", {"id": "dev-1"}, "the id is not dev- and three digits; number it so"),
        ("claim-dev-001", {"id": "dev-002"}, "the id is not claim-dev- and three digits; number it so"),
        ("hard-dev-001", {"id": "claim-dev-009"}, "the id is not hard-dev- and three digits; number it so"),
        ("hard-dev-001", {"evidence": (Quote("a", "grew  rice"),)}, f"evidence 1 {NOT_VERBATIM}"),
        ("dev-001", {"evidence": (RICE, Quote("a", "Koreans  sang songs."))}, f"evidence 2 {NOT_VERBATIM}"),
        ("claim-dev-001", {"evidence": (Quote("c", CORN.text),)}, f"evidence 1 {NOT_VERBATIM}"),
        ("test-002", {"near": (Quote("b", "the navy had ships."),)}, f"near 1 {NOT_VERBATIM}"),
        (
            "dev-001",
            {"history": ("And then?",)},
            "a follow_up has a history and no other kind has; change the kind or the history",
        ),
        (
            "dev-001",
            {"kind": Kind.FOLLOW_UP},
            "a follow_up has a history and no other kind has; change the kind or the history",
        ),
        (
            "test-002",
            {"kind": Kind.LIST},
            "answerable is false for the kind unanswerable, and for no other; change one of the two",
        ),
        (
            "dev-001",
            {"near": (RICE,)},
            "near is for questions without an answer; move its quotes to evidence or drop them",
        ),
        (
            "test-001",
            {"evidence": (CHOSE,)},
            "both_sources needs evidence of each source; add some or change the kind",
        ),
        (
            "dev-001",
            {"facts": (("corn", "rice"), ("ric", "songs"))},
            "fact 2 has no wording that stands in the evidence; add one, or the sentence that states it",
        ),
        (
            "dev-001",
            {"question": "What came, and who has eaten RICES?"},
            "word 7 of the question is rare and stands in the evidence; use another",
        ),
        ("claim-dev-002", {"wrong": "1939"}, "wrong does not stand in the claim; copy it from there"),
        (
            "claim-dev-002",
            {"wrong": "came"},
            "wrong stands in the evidence too; choose words that only the claim has",
        ),
        ("claim-dev-002", {"right": "193"}, "right does not stand in the evidence; copy it from there"),
        (
            "claim-dev-002",
            {"right": "came in"},
            "right stands in the claim too; choose words that only the evidence has",
        ),
        (
            "test-002",
            {"question": "what did  KOREANS raise"},
            "asks or says the same as dev-001; reword it or drop it",
        ),
        (
            "claim-test-001",
            {"claim": "they sold maize"},
            "asks or says the same as claim-dev-001; reword it or drop it",
        ),
        (
            "test-002",
            {"near": (Quote("a", "grew rice"),)},
            "uses a sentence of dev-001, which is in the other half; choose another",
        ),
        (
            "claim-test-001",
            {"near": (Quote("a", "asked."), Quote("a", "1937."))},
            "uses a sentence of claim-dev-002, which is in the other half; choose another",
        ),
        (
            "test-002",
            {"near": (SANG,)},
            "uses a sentence of hard-dev-001, which is in the other half; choose another",
        ),
        ("hard-dev-001", {"claim": "they sold maize"}, "asks or says the same as claim-dev-001; reword it or drop it"),
    ],
)
def test_a_bad_row_has_exactly_its_problem(row: str, change: Mapping[str, Any], problem: str) -> None:
    bad = {
        name: Half(
            tuple(replace(case, **change) if case.id == row else case for case in half.questions),
            tuple(replace(claim, **change) if claim.id == row else claim for claim in half.claims),
            tuple(replace(claim, **change) if claim.id == row else claim for claim in half.hard),
        )
        for name, half in GOOD.items()
    }
    assert bad != GOOD
    assert problems(bad, TEXTS, least={}) == (f"{change.get('id', row)}: {problem}",)


@pytest.mark.parametrize(("sentences", "rare"), [(RARE, True), (RARE + 1, False)])
def test_a_word_is_rare_in_five_sentences_and_not_in_six(sentences: int, rare: bool) -> None:
    texts = {"a": "\n\n".join(f"The farm has {number} cows." for number in range(sentences))}
    case = Case(
        "dev-001", Kind.PARAPHRASE, "Whose farming?", True, (), (("0",),), (Quote("a", "The farm has 0 cows."),)
    )
    assert bool(problems({"dev": Half((case,))}, texts, least={})) == rare


def test_too_few_rows_are_named_by_half_and_kind() -> None:
    least = {"paraphrase": 1, "date": 2, "near misses": 1}
    assert problems(GOOD, TEXTS, least) == (
        "dev: 1 of 2 rows: date; write more of them",
        "dev: 0 of 1 rows: near misses; write more of them",
        "test: 0 of 1 rows: paraphrase; write more of them",
        "test: 0 of 2 rows: date; write more of them",
    )
    assert set(LEAST) > {*Kind, *Verdict, *Change}


# ---------------------------------------------------------------- the command


def test_the_command_prints_the_counts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split() == ["dev", "test"]
    assert [line.rsplit(None, 2)[0] for line in lines] == list(LEAST)
    assert "contradicted                88    28" in lines


def test_the_command_lists_the_problems(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in DATASETS.glob("*.jsonl"):
        lines = path.read_text(encoding="utf-8").splitlines()
        if path.name == "claims_test.jsonl":
            lines[-1] = lines[-1].replace('"claim-test-', '"claim-dev-')
        (tmp_path / path.name).write_text("\n".join(lines), encoding="utf-8")
    assert main([str(tmp_path)]) == 1
    assert capsys.readouterr().out == "claim-dev-080: the id is not claim-test- and three digits; number it so\n"


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none")]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"evals: {tmp_path / 'none' / 'dev.jsonl'}: cannot be read as a dataset")
    assert err.count("\n") == 1
