"""How far long work is, on stderr. The Evaluation page reads these lines (app/ui/running.py)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evals.runner import Progress
    from ingest.pipeline import Progress as IngestProgress


def questions(name: str) -> Progress:
    """A counter of questions: one line that is written over in a terminal, every 25th question in a log."""
    terminal = sys.stderr.isatty()

    def show(done: int, total: int) -> None:
        if terminal or done % 25 == 0 or done == total:
            end = "\r" if terminal and done < total else "\n"
            print(f"{name}: {done} of {total} questions", end=end, file=sys.stderr, flush=True)

    return show


def tenths(name: str) -> Callable[[IngestProgress], None]:
    """An ingest in tenths of its bytes, a line each."""
    shown = -1

    def show(progress: IngestProgress) -> None:
        nonlocal shown
        tenth = 10 * progress.done // progress.total
        if tenth > shown:
            shown = tenth
            print(f"{name}: {10 * tenth} %", file=sys.stderr, flush=True)

    return show
