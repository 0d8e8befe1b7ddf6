"""`python -m evals` as it is typed: what it prints, what it writes, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from app.answer import Answer, Citation, Refusal, Sentence, Turn
from evals.__main__ import Bench, main
from evals.records import read
from ingest.documents import Passage, Source, Span
from ingest.loaders import load
from vectorstore.embedding import WordEmbedder
from vectorstore.search import Hit

TEXT = "Anna keeps bees. Boris sells salt. Clara paints old doors. Dmitri mends clocks."
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


PLACES = {"Anna": Span(0, 16), "Clara": Span(35, 58)}


class TownTutor:
    """Knows two answers, one of them half."""

    def __init__(self, knows: Sequence[str] = ("Anna", "Clara"), passages: tuple[Hit, ...] = ()) -> None:
        self._places = {name: PLACES[name] for name in knows}
        self._passages = passages

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        span = self._places.get(question.split()[2])
        if span is None:
            return Answer(question, question, (), (), 0.0, Refusal.NOT_FOUND, "The sources do not say.")
        quote = TEXT[span.start : span.end]
        citation = Citation(1, "town", "The Town", "", span, quote)
        return Answer(question, question, (Sentence(quote, (1,)),), (citation,), 0.8, passages=self._passages)


class StoppedTutor(TownTutor):
    """Is stopped at the second question, as by Ctrl-C."""

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        if "Clara" in question:
            raise KeyboardInterrupt
        return super().ask(question, history)


class Town:
    """Makes the bench that `main` evaluates."""

    def __init__(self, folder: Path) -> None:
        path = folder / "town.txt"
        path.write_text(TEXT, "utf-8")
        self.document = load(path, Source("town", "The Town", path))

    @contextmanager
    def __call__(self, index: Path | None) -> Iterator[Bench]:
        yield self.of(TownTutor())

    def of(self, tutor: Any) -> Bench:
        return Bench(tutor, {"town": self.document}, WordEmbedder(["anna", "bees", "clara", "doors"]))

    def with_tutor(self, tutor: Any) -> Any:
        @contextmanager
        def bench(index: Path | None) -> Iterator[Bench]:
            yield self.of(tutor)

        return bench


@contextmanager
def never(index: Path | None) -> Iterator[Bench]:
    raise AssertionError("the work began before the mistake was found")
    yield


def now() -> datetime:
    return datetime(2026, 11, 24, 5, 40, 12, tzinfo=UTC)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    return write_cases(tmp_path / "town.jsonl", CASES)


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that records go to."""
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "runs"


def write_cases(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return path


def test_a_run_prints_its_tables_and_what_went_wrong_and_writes_its_record(
    town: Town, cases: Path, runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--cases", str(cases), "--wrong", "--details"], town, now) == 0
    out, err = capsys.readouterr()
    assert out.startswith("town.jsonl: 3 questions, 2 answerable\n")
    header, hit_at_1 = out.splitlines()[1:3]
    assert header.split() == ["n", "tutor", "bm25", "embeddings", "langchain"]
    assert hit_at_1.split() == ["hit@1,", "%", "2", "0", "[0–0]", *["100", "[100–100]", "*"] * 3]  # it names no passage
    titles = ["Paired differences", "By kind: tutor", "Refused", "Confidence: tutor"]
    assert [line for line in out.splitlines() if line in titles] == titles
    assert max(map(len, out.splitlines())) <= 180
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
    path = runs / "2026-11-24T05-40-12Z-town.json"
    progress = "".join(f"{name}: 3 of 3 questions\n" for name in ("tutor", "bm25", "embeddings", "langchain"))
    assert err == f"{progress}wrote {path}\n"

    run = read(path)
    assert (run.heading.made, run.heading.dataset, run.heading.held_out) == (now(), "town.jsonl", False)
    assert run.heading.command == f"python -m evals --cases {cases} --wrong --details"
    assert set(run.heading.about) == {"koryo-tutor", "embedder", "commit"}
    assert run.heading.about["embedder"] == "words"
    assert [record.responder for record in run.records] == ["tutor", "bm25", "embeddings", "langchain"]
    assert [row.right for row in run.tutor.rows] == [True, False, True]


@pytest.mark.parametrize(
    ("arguments", "systems"),
    [
        ([], ["tutor", "bm25", "embeddings", "langchain"]),
        (["--baseline"], ["tutor", "bm25", "embeddings", "langchain"]),
        (["--baseline", "langchain", "--baseline"], ["tutor", "bm25", "embeddings", "langchain"]),
        (["--no-baseline"], ["tutor"]),
        (["--baseline", "bm25"], ["tutor", "bm25"]),
        (["--baseline", "langchain", "--baseline", "bm25", "--baseline", "bm25"], ["tutor", "langchain", "bm25"]),
    ],
)
def test_baselines_are_chosen(
    arguments: list[str], systems: list[str], cases: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "run.json"
    assert main(["--cases", str(cases), "--json", str(path), "--markdown", *arguments], Town(tmp_path), now) == 0
    assert [record.responder for record in read(path).records] == systems
    out, err = capsys.readouterr()
    assert f"|  | n | {' | '.join(systems)} |\n" in out
    assert out.count("| --- |") == 1
    assert [line.split(" | ")[0] for line in out.splitlines() if line.startswith("| ")][2] == "| hit@5, %"
    assert err.endswith(f"\nwrote {path}\n")


def test_a_baseline_whose_library_is_missing_is_left_out(
    town: Town, cases: Path, runs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "langchain_text_splitters", None)  # as if it were not installed
    assert main(["--cases", str(cases)], town, now) == 0
    err = capsys.readouterr().err
    assert err.startswith(
        "evals: the baseline langchain is left out: it needs langchain-text-splitters "
        "(pip install langchain-text-splitters)\ntutor: 3 of 3 questions\n"
    )
    (path,) = runs.iterdir()
    assert [record.responder for record in read(path).records] == ["tutor", "bm25", "embeddings"]


def test_two_records_are_compared(town: Town, cases: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = str(tmp_path / "a.json"), str(tmp_path / "b.json")
    run = ["--cases", str(cases), "--no-baseline", "--json"]
    assert main([*run, a], town, now) == 0
    assert main([*run, b], town.with_tutor(TownTutor(knows=["Anna"])), now) == 0
    capsys.readouterr()
    assert main(["--compare", a, b], never) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith(f"A: {a}  2026-11-24 05:40  town.jsonl")
    assert "\n3 questions in both\n" in out
    words = next(line for line in out.splitlines() if line.startswith("words an answer"))
    assert words.split()[3:5] == ["2", "4"]
    assert out.endswith(
        """\
fixed: 0

broken: 0

other marks: 1
  clara (factoid): What does Clara paint?
    refused no → yes, facts 1 → 0, evidence cited 1.00 → 0.00, citation precision 1.00 → –
"""
    )


def test_the_gate_on_the_command_line(
    town: Town, tmp_path: Path, runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dev = write_cases(tmp_path / "dev.jsonl", CASES)  # the floors of dev count, by its name
    gate = ["--cases", str(dev), "--no-baseline", "--floor"]
    found = Hit(Passage("town", Span(0, len(TEXT)), "", ()), town.document, 1.0)
    assert main(gate, town.with_tutor(TownTutor(passages=(found,))), now) == 0
    assert "evals: " not in capsys.readouterr().err

    assert main(gate, town.with_tutor(TownTutor(passages=())), now) == 1
    failed = [line for line in capsys.readouterr().err.splitlines() if line.startswith("evals: ")]
    assert any(line.startswith("evals: hit@5, %: 0 [0–0] is below its floor of ") for line in failed)
    assert not any("all facts, %" in line for line in failed)  # 50 [0–100]
    assert len(list(runs.iterdir())) == 1  # the record is written all the same


def test_ctrl_c_leaves_nothing_half_written(
    town: Town, cases: Path, runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--cases", str(cases)], town.with_tutor(StoppedTutor()), now) == 130
    out, err = capsys.readouterr()
    assert (out, err) == ("", "\nevals: stopped; no record was written\n")
    assert list(runs.iterdir()) == []


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["--wrong"], "evals: the test half is looked at in totals only; --wrong works with --split dev\n"),
        (["--cases", "none.jsonl"], "evals: none.jsonl: cannot be read as a dataset ("),
        (["--split", "dev", "--json", "no/folder/run.json"], "evals: no/folder/run.json: there is no such folder"),
        (["--split", "dev", "--json", "."], "evals: .: there is no such folder for a file. Make it, or give --json "),
        (["--compare", "none.json", "none.json"], "evals: none.json: cannot be read (No such file or directory)."),
        (["--compare", "pyproject.toml", "none.json"], "evals: pyproject.toml: cannot be read (it is not JSON)."),
    ],
)
def test_a_mistake_is_one_line_before_any_work(
    argv: list[str], says: str, runs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(argv, never) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(says)
    assert err.count("\n") == 1


def test_questions_without_floors_have_no_gate(cases: Path, runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--cases", str(cases), "--floor"], never) == 2
    assert capsys.readouterr().err.endswith("has no floors for 'town'; there are some for dev, test.\n")


def test_a_home_that_cannot_be_made_is_named(
    cases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path / "file" / "home"))
    assert main(["--cases", str(cases)], never) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"evals: {tmp_path}/file/home/runs: cannot be made (")
    assert err.endswith("). Set TUTOR_HOME, or give --json FILE.\n")


def test_the_test_half_cannot_be_listed_under_another_name(capsys: pytest.CaptureFixture[str]) -> None:
    held_out = ROOT / "evals" / "datasets" / ".." / "datasets" / "test.jsonl"
    assert main(["--cases", str(held_out), "--wrong"], never) == 2
    assert "in totals only" in capsys.readouterr().err


def test_squad_has_a_command_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["squad", "no/such/file.json"], never) == 2
    assert "no/such/file.json" in capsys.readouterr().err


def test_importing_the_command_loads_nothing_heavy() -> None:
    heavy = ["torch", "sentence_transformers", "chromadb", "streamlit", "langchain_core", "numpy"]
    code = f"import sys, evals.__main__; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
