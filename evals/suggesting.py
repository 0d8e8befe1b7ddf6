"""`python -m evals.suggesting`: the questions that are suggested under the answers of the development half.

Prints each question with its suggestions, to be read and judged by a person, and how many get three, two, one and
none. What is counted by itself is only their number; whether they are good questions, a program cannot say.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from evals.cases import DATASETS, read_cases
from evals.fresh import fresh_settings
from ingest.errors import TutorError


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit status."""
    args = _parser().parse_args(argv)
    try:
        return _print(args)
    except TutorError as error:
        print(f"evals: {error}", file=sys.stderr)
        return 2


def _print(args: argparse.Namespace) -> int:
    from app.build import build_tutor
    from app.suggesting import suggest

    asked = _questions(args)
    counts: Counter[int] = Counter()
    seconds = []
    with fresh_settings(args.index) as settings:
        tutor = build_tutor(settings)
        for question in asked:
            answer = tutor.ask(question)
            begun = perf_counter()
            found = suggest(answer, tutor)
            seconds.append(perf_counter() - begun)
            counts[len(found)] += 1
            print(f"{question}{'  (refused)' if answer.refused else ''}", *(f"    {one}" for one in found), sep="\n")
    shares = ", ".join(f"{counts[number]} get {number}" for number in (3, 2, 1, 0))
    print(f"{len(asked)} questions: {shares}; {sorted(seconds)[len(seconds) // 2]:.2f} s, median")
    return 0


def _questions(args: argparse.Namespace) -> list[str]:
    """The questions to be asked: lines of a file, or a seeded sample of the development half without follow-ups."""
    if args.questions:
        try:
            lines = args.questions.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise TutorError(f"{args.questions}: cannot be read ({error.strerror}). Give another file.") from error
        asked = [line.strip() for line in lines if line.strip()]
    else:
        asked = [case.question for case in read_cases(DATASETS / "dev.jsonl") if not case.history]
    chosen = sorted(random.Random(args.seed).sample(range(len(asked)), min(args.limit, len(asked))))
    return [asked[i] for i in chosen]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.suggesting", description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--limit", type=int, default=60, metavar="N", help="at most so many, at random (60)")
    add("--seed", type=int, default=1, metavar="S", help="of the sample (1)")
    add("--index", type=Path, metavar="DIR", help="an index you have, not a fresh one of the bundled sources")
    add("--questions", type=Path, metavar="FILE", help="other questions, one a line")
    return parser


if __name__ == "__main__":
    sys.exit(main())
