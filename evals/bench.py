"""`python -m evals.bench`: what Tutor.ask costs above embedding the question, and checking an essay in answers.

All in one warm process; what is compared is timed by turns, so that a busy machine slows both. Only the ratios mean
anything on another machine.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from evals.fresh import fresh_settings
from ingest.errors import TutorError

if TYPE_CHECKING:
    from app.check.checker import Checker

BOUND = 4.0
ESSAY_BOUND = 60.0  # warm answers
ESSAY_WORDS = 2_000
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


@dataclass(frozen=True, slots=True)
class Checking:
    """The median of the seconds that a warm answer takes, and that checking an essay does."""

    asking: float
    essay: float
    claims: int

    @property
    def ratio(self) -> float:
        """How many answers the essay takes."""
        return self.essay / self.asking

    @property
    def lines(self) -> str:
        """What is printed."""
        verdict = "within" if self.ratio <= ESSAY_BOUND else "above"
        return (
            f"an essay of {ESSAY_WORDS:,} words        {self.essay:8.2f} s, median, {self.claims} claims\n"
            f"in warm answers               {self.ratio:8.2f}, {verdict} the bound of {ESSAY_BOUND:g}"
        )


def essay(sentences: Iterable[str], words: int = ESSAY_WORDS) -> str:
    """Sentences in paragraphs of ten, as many as make that many words."""
    taken: list[str] = []
    for sentence in sentences:
        if sum(len(one.split()) for one in taken) >= words:
            break
        taken.append(sentence)
    return "\n\n".join(" ".join(taken[at : at + 10]) for at in range(0, len(taken), 10))


def measure_checking(
    questions: Sequence[str], ask: Callable[[str], object], check: Callable[[], int], repeats: int = REPEATS
) -> Checking:
    """An essay checked between rounds of questions, after one of each that is not counted; `check` says of how many
    claims it was."""
    answers: list[float] = []
    essays: list[float] = []
    claims = 0
    for round_ in range(repeats + 1):
        for question in questions:
            begun = perf_counter()
            ask(question)
            if round_:
                answers.append(perf_counter() - begun)
        begun = perf_counter()
        claims = check()
        if round_:
            essays.append(perf_counter() - begun)
    return Checking(median(answers), median(essays), claims)


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


def _checked(text: str, checker: Checker) -> int:
    from app.check.pieces import pieces
    from app.check.report import check_all

    return sum(item.judgement is not None for item in check_all(pieces(text), checker))


def main() -> int:
    """Measures over the development questions and prints; exit 2 and one line on a mistake."""
    from app.build import build_embedder, build_tutor
    from app.check.checker import Checker
    from evals.cases import DATASETS, read_cases
    from evals.claims import read_claims

    try:
        questions = [case.question for case in read_cases(DATASETS / "dev.jsonl") if not case.history]
        with fresh_settings() as settings:
            tutor, embedder = build_tutor(settings), build_embedder(settings)
            print(f"{len(questions)} questions, {REPEATS} times each ...", file=sys.stderr)
            print(measure(questions, lambda text: embedder.embed([text]), tutor.ask).lines)
            text = essay(claim.claim for claim in read_claims(DATASETS / "claims_dev.jsonl"))
            print(measure_checking(questions[:40], tutor.ask, lambda: _checked(text, Checker(tutor))).lines)
    except TutorError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
