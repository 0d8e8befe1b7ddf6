"""Tables out of rows made by hand, and the command that prints them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.answer import Answer, Citation, Refusal, Sentence, Turn
from evals.__main__ import Bench, main
from evals.cases import Kind
from evals.metrics import Outcome
from evals.report import Table, by_kind, failures, summary
from evals.runner import Record, Row
from ingest.documents import Document, Section, Source, Span
from vectorstore.embedding import WordEmbedder


def row(case_id: str, right: bool, **more: Any) -> Row:
    marks = {
        "kind": Kind.FACTOID,
        "outcome": Outcome.ANSWERED,
        "confidence": 0.5,
        "hit_at_1": right,
        "hit_at_5": right,
        "all_at_5": right,
        "reciprocal_rank": float(right),
        "facts": (right, True),
        "facts_in_first_sentence": (right, True),
        "cites_evidence": right,
        "citation_precision": float(right),
        "words": 10,
    }
    return Row(id=case_id, answerable=True, near_miss=False, **{**marks, **more})


def unanswerable(case_id: str, outcome: Outcome, near_miss: bool, confidence: float) -> Row:
    return Row(case_id, Kind.UNANSWERABLE, False, near_miss, outcome, confidence)


OURS = Record(
    "tutor",
    (
        row("1", True),
        row("2", True),
        row("3", True, kind=Kind.LIST),
        row("4", False, outcome=Outcome.FALSE_REFUSAL, citation_precision=None, words=0, kind=Kind.LIST),
        unanswerable("5", Outcome.REFUSED, True, 0.1),
        unanswerable("6", Outcome.INVENTED, False, 0.5),
    ),
)
THEIRS = Record(
    "baseline",
    (
        row("1", True, words=20),
        row("2", False, words=20),
        row("3", False, words=20, kind=Kind.LIST),
        row("4", False, words=20, kind=Kind.LIST),
        unanswerable("5", Outcome.INVENTED, True, 0.5),
        unanswerable("6", Outcome.INVENTED, False, 0.5),
    ),
)


def test_the_summary() -> None:
    table = summary("six", [OURS, THEIRS], seed=1)
    assert (table.title, table.header) == ("six", ("", "n", "tutor", "baseline", "tutor − baseline"))
    figures = {line[0]: (line[1], *(cell.partition(" ")[0] for cell in line[2:])) for line in table.rows}
    assert figures == {
        "hit@1, %": ("4", "75", "25", "+50"),
        "hit@5, %": ("4", "75", "25", "+50"),
        "all evidence@5, %": ("4", "75", "25", "+50"),
        "mean reciprocal rank": ("4", "0.75", "0.25", "+0.50"),
        "words in the top 5": ("4", "0", "0", "+0"),
        "all facts, %": ("4", "75", "25", "+50"),
        "share of facts, %": ("4", "88", "62", "+25"),
        "all facts in one sentence, %": ("4", "75", "25", "+50"),
        "evidence cited, %": ("4", "75", "25", "+50"),
        "citation precision, %": ("3", "100", "25", "+67"),  # of 1, 2, 3, where both count: 1 and 1/3
        "words an answer": ("4", "8", "20", "-12"),
        "refusal recall, %": ("2", "50", "0", "+50"),
        "refusal recall, near misses, %": ("1", "100", "0", "+100"),
        "false refusals, %": ("4", "25", "0", "+25"),
        "AUROC of the confidence": ("6", "0.75", "0.50", "+0.25"),
    }
    cells = {line[0]: line[2:] for line in table.rows}
    assert cells["citation precision, %"][0] == "100 [100–100]"
    assert cells["hit@1, %"] == ("75 [25–100]", "25 [0–75]", "+50 [+0 to +100]")


def test_the_same_seed_gives_the_same_table() -> None:
    assert summary("six", [OURS, THEIRS], seed=3) == summary("six", [OURS, THEIRS], seed=3)


def test_a_measure_that_no_question_is_for_is_a_dash() -> None:
    table = summary("one", [Record("tutor", OURS.rows[:1]), Record("baseline", THEIRS.rows[:1])], seed=1)
    cells = {line[0]: line[1:] for line in table.rows}
    assert cells["refusal recall, %"] == ("0", "–", "–", "–")
    assert cells["AUROC of the confidence"] == ("1", "–", "–", "–")


def test_by_kind() -> None:
    assert by_kind(OURS) == Table(
        "By kind: tutor",
        ("", "n", "hit@5, %", "all facts, %", "evidence cited, %", "refused, %"),
        (
            ("factoid", "2", "100", "100", "100", "0"),
            ("list", "2", "50", "50", "50", "50"),
            ("unanswerable", "2", "–", "–", "–", "50"),
        ),
    )


def test_a_table_as_text_and_as_markdown() -> None:
    table = Table("Two", ("", "n"), (("hit@1", "7"), ("words", "12")))
    assert table.as_text() == "Two\n        n\nhit@1   7\nwords  12"
    assert table.as_markdown() == "**Two**\n\n|  | n |\n| --- | ---: |\n| hit@1 | 7 |\n| words | 12 |"


def test_failures_are_counted_by_their_type() -> None:
    rows = (row("1", False, error="ValueError: x"), row("2", False, error="KeyError: y"), *OURS.rows[2:])
    assert failures(Record("tutor", rows)) == "tutor: 2 of 6 questions failed: ValueError (1), KeyError (1)"
    assert failures(OURS) == ""


# ----------------------------------------------------------------- the command

TEXT = "Anna keeps bees. Boris sells salt. Clara paints old doors. Dmitri mends clocks."
TOWN = Document(
    Source("town", "The Town", Path("town.txt")), TEXT, "0", (), (Section("", 1, Span(0, len(TEXT)), None),)
)
CASES = [
    {
        "id": "anna",
        "kind": "factoid",
        "question": "What does Anna keep?",
        "facts": [["bees"]],
        "evidence": [{"source": "town", "quote": "Anna keeps bees."}],
        "answerable": True,
    },
    {
        "id": "clara",
        "kind": "factoid",
        "question": "What does Clara paint?",
        "facts": [["doors"], ["red"]],
        "evidence": [{"source": "town", "quote": "Clara paints old doors."}],
        "answerable": True,
    },
    {"id": "king", "kind": "unanswerable", "question": "Who is the king?", "answerable": False},
]


class TownTutor:
    """Knows two answers, one of them half."""

    def sources(self) -> tuple[Source, ...]:
        return (TOWN.source,)

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        span = {"Anna": Span(0, 16), "Clara": Span(35, 58)}.get(question.split()[2])
        if span is None:
            return Answer(question, question, (), (), 0.0, Refusal.NOT_FOUND, "The sources do not say.")
        quote = TEXT[span.start : span.end]
        citation = Citation(1, "town", "The Town", "", span, quote)
        return Answer(question, question, (Sentence(quote, (1,)),), (citation,), 0.8)


@contextmanager
def town(index: Path | None) -> Iterator[Bench]:
    tutor: Any = TownTutor()
    yield Bench(tutor, {"town": TOWN}, WordEmbedder(["anna", "bees", "clara", "doors"]))


@contextmanager
def never(index: Path | None) -> Iterator[Bench]:
    raise AssertionError("the work began before the mistake was found")
    yield


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "town.jsonl"
    path.write_text("\n".join(map(json.dumps, CASES)), "utf-8")
    return path


def test_a_run_prints_its_tables_and_what_went_wrong(
    cases: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_json = tmp_path / "run.json"
    assert main(["--cases", str(cases), "--wrong", "--json", str(run_json)], town) == 0
    out, err = capsys.readouterr()
    assert out.startswith("town.jsonl: 3 questions, 2 answerable\n")
    assert "all facts, % 2 50 [0–100] 50 [0–100] +0 [+0 to +0] " in " ".join(out.split()) + " "
    assert "By kind: tutor\n" in out
    assert "By kind: baseline\n" in out
    assert out.endswith(
        """\
tutor: 1 of 3 went wrong

clara (factoid): What does Clara paint?
  expected: doors
  expected: red   (missing)
  evidence: Clara paints old doors.
  answered, hit@5 False, evidence cited True
  said (0.80): Clara paints old doors. [1]
"""
    )
    assert err == "tutor: 3 of 3 questions\nbaseline: 3 of 3 questions\n"

    assert main(["--cases", str(cases), "--no-baseline", "--against", str(run_json), "--markdown"], town) == 0
    out, _ = capsys.readouterr()
    assert "|  | n | tutor | before | tutor − before |\n" in out
    assert "| all facts, % | 2 | 50 [0–100] | 50 [0–100] | +0 [+0 to +0] |\n" in out
    assert "baseline" not in out


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["--wrong"], "evals: the test half is looked at in totals only; --wrong works with --split dev\n"),
        (["--cases", "none.jsonl"], "evals: none.jsonl: cannot be read as a dataset ("),
        (["--split", "dev", "--against", "none.json"], "evals: none.json: cannot be read ("),
        (
            ["--split", "dev", "--json", "no/folder/run.json"],
            "evals: no/folder/run.json: there is no such fold",
        ),
    ],
)
def test_a_mistake_is_one_line_before_any_work(argv: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv, never) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(says)
    assert err.count("\n") == 1


def test_the_test_half_cannot_be_listed_under_another_name(capsys: pytest.CaptureFixture[str]) -> None:
    held_out = Path(__file__).parent.parent / "evals" / "datasets" / ".." / "datasets" / "test.jsonl"
    assert main(["--cases", str(held_out), "--wrong"], never) == 2
    assert "in totals only" in capsys.readouterr().err


def test_importing_the_command_loads_nothing_heavy() -> None:
    heavy = ["torch", "sentence_transformers", "chromadb", "streamlit", "langchain_core", "numpy"]
    code = f"import sys, evals.__main__; print([m for m in {heavy} if m in sys.modules])"
    root = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
