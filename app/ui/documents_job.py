"""What is done to the documents behind the pages: one thing after another in a thread of the server, for all sessions.

The thread never calls Streamlit; a page looks how far its own jobs are. The index has one writer, so a second upload
waits for the first, and both wait for another process. What is done is app/documents.py's affair.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.documents import Removed, Result, Work
from ingest.errors import TutorError
from ingest.pipeline import Progress

_LOG = logging.getLogger(__name__)

_UNEXPECTED = "Something went wrong here that should not have; the server's log says what."


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a job: a result for each file, or what was removed, or neither."""

    results: tuple[Result, ...] = ()
    removed: Removed | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a job is: what is being done in words, and the share of it; what came of it, or what went wrong."""

    stage: str = "waiting its turn"
    share: float = 0.0
    done: Done | None = None
    fault: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.done is not None or bool(self.fault)


class Job:
    """Something that is done, or will be. `label` says what: "Adding 2 documents"."""

    def __init__(self, label: str, action: Callable[[Work], Done]) -> None:
        self.label = label
        self._action = action
        self._standing = Standing()
        self._over = threading.Event()

    @property
    def standing(self) -> Standing:
        """How far it is now."""
        return self._standing

    def wait(self, seconds: float | None = None) -> Standing:
        """`standing`, once it is over or the seconds have passed."""
        self._over.wait(seconds)
        return self._standing

    def run(self, make: Callable[[Callable[[Progress], None], Callable[[], None]], Work]) -> None:
        """Do it; whatever goes wrong is told in a line."""
        try:
            self._at("getting ready")
            done = self._action(make(self._progress, lambda: self._at("waiting for another process that writes")))
            self._standing = replace(self._standing, done=done, share=1.0)
        except TutorError as error:
            self._standing = replace(self._standing, fault=str(error))
        except Exception:
            _LOG.exception("a job on the documents failed: %s", self.label)
            self._standing = replace(self._standing, fault=_UNEXPECTED)
        self._over.set()

    def _at(self, stage: str) -> None:
        self._standing = replace(self._standing, stage=stage)

    def _progress(self, progress: Progress) -> None:
        share = progress.done / max(progress.total, 1)
        self._standing = replace(self._standing, stage=f"reading {progress.label}", share=share)


class Jobs:
    """The server's jobs, done in the order in which they were asked for."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[Job] = queue.Queue()
        threading.Thread(target=self._work, name="documents", daemon=True).start()

    def ask(self, label: str, action: Callable[[Work], Done]) -> Job:
        """Have something done as soon as what was asked for before is."""
        job = Job(label, action)
        self._waiting.put(job)
        return job

    def _work(self) -> None:
        while True:
            self._waiting.get().run(_work)


def _work(progress: Callable[[Progress], None], waiting: Callable[[], None]) -> Work:
    from app.build import build_embedder
    from app.settings import Settings

    settings = Settings.read(os.environ)
    return Work(settings, build_embedder(settings), progress, waiting)
