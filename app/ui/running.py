"""An evaluation as a process of the server: started, watched, stopped. One at a time; any session may look.

It is `python -m evals` in a process of its own, so that no page waits for it and a restart of the server loses
nothing but the run in progress. What it says on stderr is its progress; the record it writes is a file, read by
runs.py.
"""

from __future__ import annotations

import atexit
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from app.settings import Settings

_ROOT = Path(__file__).resolve().parents[2]  # where `-m evals` is found, installed or not
_COUNTED = re.compile(r"(.+): (\d{1,9}) of (\d{1,9}) questions")
_LONGEST_LINE = 300
_SYSTEMS = 4  # the tutor and the baselines that evals runs beside it; only the scale of the progress bar
_NICENESS = 10  # pages are served before questions are asked


class State(StrEnum):
    """Where the server's evaluation stands."""

    IDLE = "idle"  # none was started since the server was
    RUNNING = "running"
    STOPPED = "stopped"  # by the button
    FAILED = "failed"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known of the evaluation now.

    `n` counts the runs of this server, so that an end can be told from the end before it. `what` is asked; `stage`
    says in words what is being done, `share` how much of all is; `wrote` is the name of the record.
    """

    state: State = State.IDLE
    n: int = 0
    what: str = ""
    stage: str = ""
    systems: tuple[str, ...] = ()  # those that were asked so far
    share: float = 0.0
    seconds: float = 0.0
    message: str = ""
    wrote: str = ""

    @property
    def running(self) -> bool:
        """Whether there is a process."""
        return self.state is State.RUNNING


def heard(progress: Progress, line: str) -> Progress:
    """The progress after one line of stderr. A line that says nothing of it is kept: it may be the last word.

    >>> now = heard(Progress(State.RUNNING), "tutor: 25 of 100 questions")
    >>> now.stage, now.share
    ('tutor: 25 of 100 questions', 0.0625)
    """
    line = line.strip()[:_LONGEST_LINE]
    counted = _COUNTED.fullmatch(line)
    if counted is not None and int(counted[3]) > 0:
        systems = tuple(dict.fromkeys((*progress.systems, counted[1])))
        share = (len(systems) - 1 + int(counted[2]) / int(counted[3])) / _SYSTEMS
        return replace(progress, stage=line, systems=systems, share=min(1.0, share))
    if line.startswith("wrote "):
        return replace(progress, wrote=Path(line.removeprefix("wrote ")).name)
    if line.startswith("indexing "):
        return replace(progress, stage=line.rstrip(" ."))
    return replace(progress, message=line) if line else progress


def ended(progress: Progress, status: int, *, stopped: bool) -> Progress:
    """The progress after the process has ended with an exit status."""
    if stopped and status != 0:
        return replace(progress, state=State.STOPPED, message="")
    if status == 0:
        return replace(progress, state=State.DONE, message="")
    if progress.message.startswith("evals: "):
        return replace(progress, state=State.FAILED, message=progress.message.removeprefix("evals: "))
    last = f": {progress.message}" if progress.message else "."
    return replace(progress, state=State.FAILED, message=f"The run ended with status {status}{last}")


def command(split: str, options: str = "") -> tuple[str, ...]:
    """The command that runs one half of the questions, "dev" or "test", and what is to be added to it."""
    return (sys.executable, "-m", "evals", "--split", split, *options.split())


def environment(settings: Settings, environ: Mapping[str, str]) -> dict[str, str]:
    """The process's environment: ours, with folders that mean the same from wherever it runs."""
    return {
        **environ,
        "TUTOR_HOME": str(settings.home),
        "TUTOR_INDEX": str(settings.index),
        "TUTOR_MODEL": settings.model,
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8",
    }


class Evaluation:
    """The server's one evaluation. A process that is asked to end has `patience` seconds to do so, each time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, patience: float = 5.0) -> None:
        self._clock = clock
        self._patience = patience
        self._lock = threading.Lock()
        self._progress = Progress()
        self._process: subprocess.Popen[str] | None = None
        self._began = 0.0
        self._stopping = False
        atexit.register(self.stop)

    def start(self, arguments: Sequence[str], environ: Mapping[str, str], what: str) -> bool:
        """Start a run; False if one is on its way. One that cannot be started has failed, and says so."""
        with self._lock:
            if self._progress.running:
                return False
            self._began, self._stopping = self._clock(), False
            self._progress = Progress(State.RUNNING, self._progress.n + 1, what, stage="starting")
            try:
                self._process = subprocess.Popen(
                    arguments,
                    cwd=_ROOT,
                    env=dict(environ),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    encoding="utf-8",
                    errors="replace",
                )
            except OSError as error:
                failed = f"{arguments[0]} cannot be started ({error.strerror})."
                self._progress = replace(self._progress, state=State.FAILED, message=failed)
                return True
            if hasattr(os, "setpriority"):
                with suppress(OSError):
                    os.setpriority(os.PRIO_PROCESS, self._process.pid, _NICENESS)
            threading.Thread(target=self._watch, args=(self._process,), name="evaluation", daemon=True).start()
        return True

    def stop(self) -> None:
        """Stop the run, if there is one, and wait until it has ended: seconds at most."""
        with self._lock:
            process = self._process if self._progress.running else None
            self._stopping = process is not None
        if process is None:
            return
        # An interrupt lets it delete its temporary index; the others are for one that does not listen.
        asks = [lambda: process.send_signal(signal.SIGINT)] if os.name == "posix" else []
        for ask in (*asks, process.terminate, process.kill):
            ask()
            try:
                process.wait(self._patience)
            except subprocess.TimeoutExpired:
                continue
            return

    def progress(self) -> Progress:
        """How far it is."""
        with self._lock:
            if not self._progress.running:
                return self._progress
            stage = "stopping" if self._stopping else self._progress.stage
            return replace(self._progress, stage=stage, seconds=self._clock() - self._began)

    def _watch(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None
        with process.stderr:
            for line in process.stderr:
                with self._lock:
                    self._progress = heard(self._progress, line)
        status = process.wait()
        with self._lock:
            last = replace(self._progress, seconds=self._clock() - self._began)
            self._progress = ended(last, status, stopped=self._stopping)
