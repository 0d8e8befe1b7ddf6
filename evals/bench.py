"""`python -m evals.bench`: what Tutor.ask costs above embedding the question, in one warm process.

Both are timed on the same questions, one after the other, so that a busy machine slows both. Only the ratio
means anything on another machine.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from evals.fresh import fresh_settings
from ingest.errors import TutorError

BOUND = 4.0
REPEATS = 3


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two medians, in seconds."""

    embedding: float
    asking: float

    @property
    def ratio(self) -> float:
        """How many times as long asking takes."""
        return self.asking / self.embedding

    @property
    def lines(self) -> str:
        """What is printed."""
        verdict = "within" if self.ratio <= BOUND else "above"
        return (
            f"embedding the question alone  {1000 * self.embedding:8.2f} ms, median\n"
            f"Tutor.ask                     {1000 * self.asking:8.2f} ms, median\n"
            f"ratio                         {self.ratio:8.2f}, {verdict} the bound of {BOUND:g}"
        )


def compare(embedding: Sequence[float], asking: Sequence[float]) -> Comparison:
    """The medians of two series of seconds.

    Raises:
        ValueError: a series is empty, or embedding took no time.
    """
    if not embedding or not asking or median(embedding) <= 0:
        raise ValueError("nothing was timed")
    return Comparison(median(embedding), median(asking))


def measure(
    questions: Sequence[str], embed: Callable[[str], object], ask: Callable[[str], object], repeats: int = REPEATS
) -> Comparison:
    """Both timed on every question in turn, after one round that is not counted."""
    seconds: dict[Callable[[str], object], list[float]] = {embed: [], ask: []}
    for round_ in range(repeats + 1):
        for question in questions:
            for work, times in seconds.items():
                begun = perf_counter()
                work(question)
                if round_:
                    times.append(perf_counter() - begun)
    return compare(seconds[embed], seconds[ask])


def main() -> int:
    """Measures over the development questions and prints; exit 2 and one line on a mistake."""
    from app.build import build_embedder, build_tutor
    from evals.cases import DATASETS, read_cases

    try:
        questions = [case.question for case in read_cases(DATASETS / "dev.jsonl") if not case.history]
        with fresh_settings() as settings:
            tutor, embedder = build_tutor(settings), build_embedder(settings)
            print(f"{len(questions)} questions, {REPEATS} times each ...", file=sys.stderr)
            print(measure(questions, lambda text: embedder.embed([text]), tutor.ask).lines)
    except TutorError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
