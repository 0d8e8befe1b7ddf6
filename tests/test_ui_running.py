"""A run that the page starts: what its lines mean, how it ends, and that it can be stopped."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.settings import Settings
from app.ui.running import Evaluation, Progress, State, command, ended, environment, heard

RUNNING = Progress(State.RUNNING, 1, "dev")


def listened(*lines: str) -> Progress:
    progress = RUNNING
    for line in lines:
        progress = heard(progress, line)
    return progress


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["indexing the bundled sources ...\n"], {"stage": "indexing the bundled sources"}),
        (
            ["tutor: 25 of 100 questions"],
            {"stage": "tutor: 25 of 100 questions", "systems": ("tutor",), "share": 1 / 16},
        ),
        (
            ["tutor: 100 of 100 questions", "bm25: 50 of 100 questions"],
            {"stage": "bm25: 50 of 100 questions", "systems": ("tutor", "bm25"), "share": 3 / 8},
        ),
        (
            [f"{name}: 9 of 9 questions" for name in "abcde"],  # more than are expected
            {"stage": "e: 9 of 9 questions", "systems": tuple("abcde"), "share": 1.0},
        ),
        (["wrote /home/x/runs/2026-dev.json"], {"wrote": "2026-dev.json"}),
        (["evals: no such file", ""], {"message": "evals: no such file"}),
        (["tutor: 0 of 0 questions"], {"message": "tutor: 0 of 0 questions"}),
        (["x" * 999], {"message": "x" * 300}),
    ],
)
def test_what_a_line_says(lines: list[str], expected: dict[str, object]) -> None:
    assert listened(*lines) == replace(RUNNING, **expected)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "stopped", "said", "state", "message"),
    [
        (0, False, "a warning", State.DONE, ""),
        (0, True, "", State.DONE, ""),  # it had ended before it was asked to stop
        (130, True, "evals: stopped", State.STOPPED, ""),
        (2, False, "evals: no such file", State.FAILED, "no such file"),
        (1, False, "KeyError: 'x'", State.FAILED, "The run ended with status 1: KeyError: 'x'"),
        (-9, False, "", State.FAILED, "The run ended with status -9."),
    ],
)
def test_how_a_run_ends(status: int, stopped: bool, said: str, state: State, message: str) -> None:
    assert ended(replace(RUNNING, message=said), status, stopped=stopped) == replace(
        RUNNING, state=state, message=message
    )


def test_the_command_and_its_environment(tmp_path: Path) -> None:
    assert command("dev") == (sys.executable, "-m", "evals", "--split", "dev")
    assert command("test", "--no-baseline  --seed 2")[3:] == ("--split", "test", "--no-baseline", "--seed", "2")
    settings = Settings(tmp_path, tmp_path / "index", "words")
    env = environment(settings, {"PATH": "/bin", "TUTOR_HOME": "relative"})
    assert env["PATH"] == "/bin"
    assert (env["TUTOR_HOME"], env["TUTOR_INDEX"], env["TUTOR_MODEL"]) == (
        str(tmp_path),
        str(tmp_path / "index"),
        "words",
    )


@pytest.fixture
def evaluation() -> Iterator[Evaluation]:
    made = Evaluation(patience=0.5)
    yield made
    made.stop()


def after(evaluation: Evaluation) -> Progress:
    """The progress once the run has ended."""
    deadline = time.monotonic() + 30
    while evaluation.progress().running:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return replace(evaluation.progress(), seconds=0.0)


def script(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", f"import sys, time\nsay = lambda x: print(x, file=sys.stderr, flush=True)\n{code}")


def test_a_run_from_start_to_end(evaluation: Evaluation) -> None:
    assert evaluation.progress() == Progress()
    assert evaluation.start(script("say('tutor: 9 of 9 questions'); say('wrote /x/a.json')"), os.environ, "dev")
    assert after(evaluation) == Progress(
        State.DONE, 1, "dev", "tutor: 9 of 9 questions", ("tutor",), 0.25, 0.0, "", "a.json"
    )
    assert evaluation.start(script("say('evals: no'); sys.exit(2)"), os.environ, "test")
    assert after(evaluation) == Progress(State.FAILED, 2, "test", "starting", message="no")


def test_one_run_at_a_time_and_it_is_stopped(evaluation: Evaluation) -> None:
    evaluation.stop()  # there is none
    deaf = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); say('indexing x'); time.sleep(60)"
    assert evaluation.start(script(deaf), os.environ, "dev")
    assert not evaluation.start(script(""), os.environ, "test")
    while evaluation.progress().stage != "indexing x":
        time.sleep(0.02)
    evaluation.stop()
    assert after(evaluation) == Progress(State.STOPPED, 1, "dev", "indexing x")
    assert evaluation.start(script(""), os.environ, "test")
    assert after(evaluation).state is State.DONE


def test_a_command_that_is_not_there_is_a_failed_run(evaluation: Evaluation, tmp_path: Path) -> None:
    missing = str(tmp_path / "none")
    assert evaluation.start((missing,), os.environ, "dev")
    assert evaluation.progress().message == f"{missing} cannot be started (No such file or directory)."
