"""Work that goes on behind the pages: an answer that is being written, and questions to ask next being looked for.

A page only reads how far a job is, so that no rerun loses it. The jobs are the server's, known by the conversation
and the question they belong to: a page that is loaded anew finds its own again. How an answer is written is the
tutor's affair (app/writing.py), how it is shown that of exchange.py.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

from app.answer import Answer
from app.mode import Mode
from app.writing import Writing
from ingest.errors import TutorError

_LOG = logging.getLogger(__name__)

_MOST_KEPT = 64  # jobs and lists of questions that have ended
_UNEXPECTED = "Something went wrong in writing that should not have; the server's log says what."
_STANDS = "The answer in the sources' words stands."

Kept = TypeVar("Kept")
Write = Callable[[threading.Event], Iterator[Writing]]


class WritingJob:
    """An answer on its way, in a thread of its own.

    Args:
        quoted: the answer that stands already.
        mode: how the model is to answer.
        model: its name.
        write: writes until the event is set; its last `Writing` is done.
        keep: told the last one before it can be read here; False if it could not be kept.
    """

    def __init__(
        self, quoted: Answer, mode: Mode, model: str, write: Write, keep: Callable[[Writing], bool] = lambda last: False
    ) -> None:
        self._quoted = quoted
        self._write = write
        self._keep = keep
        self._stop = threading.Event()
        self._latest = Writing(replace(quoted, sentences=(), citations=(), notes=(), mode=mode, model=model))
        self.kept = False
        self._thread = threading.Thread(target=self._run, name="write-answer", daemon=True)
        self._thread.start()

    @property
    def latest(self) -> Writing:
        """How far it is."""
        return self._latest

    @property
    def done(self) -> bool:
        """Whether `latest` is the last."""
        return self._latest.done

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._stop.is_set()

    def stop(self) -> None:
        """End it soon; what is checked by then stays."""
        self._stop.set()

    def wait(self, seconds: float | None = None) -> Writing:
        """`latest`, once it is done or the seconds have passed."""
        self._thread.join(seconds)
        return self._latest

    def _run(self) -> None:
        last = Writing(self._quoted, done=True, fault=f"{_UNEXPECTED} {_STANDS}")
        try:
            for writing in self._write(self._stop):
                if writing.done:
                    last = writing
                else:
                    self._latest = writing
        except TutorError as error:
            last = Writing(self._quoted, done=True, fault=f"{error} {_STANDS}")
        except Exception:
            _LOG.exception("an answer could not be written")
        try:
            self.kept = self._keep(last)
        except Exception:
            _LOG.exception("a written answer could not be kept")
        self._latest = last


class Background:
    """The server's jobs, each under a name of its own. Safe to use from several threads."""

    def __init__(self) -> None:
        self._jobs: dict[Hashable, WritingJob] = {}
        self._questions: dict[Hashable, Future[tuple[str, ...]]] = {}
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="suggest")

    def job(self, name: Hashable) -> WritingJob | None:
        """The job of a name, running or ended."""
        return self._jobs.get(name)

    def begin(self, name: Hashable, make: Callable[[], WritingJob]) -> WritingJob:
        """The running job of a name; a new one if there is none."""
        with self._lock:
            job = self._jobs.get(name)
            if job is None or job.done:
                self._jobs.pop(name, None)
                _forget(self._jobs, lambda job: job.done)
                job = self._jobs[name] = make()
            return job

    def stop(self, belongs: Callable[[Hashable], bool]) -> None:
        """Stop the jobs whose names `belongs` says yes to."""
        for name, job in list(self._jobs.items()):
            if belongs(name):
                job.stop()

    def questions(self, name: Hashable, find: Callable[[], tuple[str, ...]]) -> Future[tuple[str, ...]]:
        """The questions of a name, on their way or found; one search runs at a time."""
        with self._lock:
            if name not in self._questions:
                _forget(self._questions, lambda future: future.done())
                self._questions[name] = self._pool.submit(find)
            return self._questions[name]


def _forget(kept: dict[Hashable, Kept], ended: Callable[[Kept], bool]) -> None:
    """Drop the oldest that have ended, so that a server that runs for weeks does not hold them all."""
    over = len(kept) - _MOST_KEPT
    for name in [name for name, one in kept.items() if ended(one)][: max(over + 1, 0)]:
        del kept[name]
