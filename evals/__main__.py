"""`python -m evals`: asks the questions of a dataset, prints a table, and writes the run's record.

    python -m evals [--split dev]           the tutor and the baselines; the record goes to TUTOR_HOME/runs
    python -m evals --markdown              the README's table: the main figures
    python -m evals --details               and the differences, the kinds of questions, refusals, the confidence
    python -m evals --compare A.json B.json what changed between two records; asks nothing
    python -m evals --llm ollama:qwen3:4b   answers that a chat model writes beside them, and what checking did
    python -m evals --floor --no-baseline   exit 1 if a figure is below its floor (floor.py)
    python -m evals squad FILE.json ...     questions of a SQuAD-format file (squad.py)
    python -m evals support                 is what no source says caught? (support.py)
    python -m evals conflicts               are statements said to conflict that do not? (conflicts.py)
    python -m evals check                   are verdicts on claims right? (check.py)
    python -m evals cards                   how many cards to learn from, and are they good? (cards.py)
    python -m evals quiz                    how many items for quizzes, and are they good? (quiz.py)
    python -m evals grading                 are short answers graded as by a teacher? (grading.py)
    python -m evals timeline                does the timeline hold what is dated? (timeline.py)
    python -m evals names                   are names found whole, and what are they names of? (names.py)
    python -m evals formats FILE.json ...   is as much right from PDF, DOCX, EPUB, HTML as from text? (formats.py)
    python -m evals peers [FILE.json ...]   time, size and memory beside LangChain and LlamaIndex (peers.py)

Exit 2 and one line on a mistake, 130 on Ctrl-C. The test half is looked at in totals only: nothing here shows a row
of it. Tune on `--split dev`.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from app.mode import Mode
from evals import compare, progress
from evals.baseline import BASELINES, BaselineMissing
from evals.cases import DATASETS, TOTALS_ONLY, CaseError, read_cases
from evals.floor import below, read_floors
from evals.fresh import fresh_settings
from evals.lying import LyingModel
from evals.measures import scored
from evals.records import Heading, check_target, read, write
from evals.report import NOTES, details, failures, show, summary, wrong
from evals.runner import Responder, TutorResponder, run
from evals.written import WrittenResponder, checked, lies, make_model, sample
from ingest.documents import Document
from ingest.errors import IndexUnavailable, TutorError

if TYPE_CHECKING:
    from app.tutor import Tutor
    from vectorstore.embedding import Embedder

HELD_OUT = DATASETS / "test.jsonl"

#: What else is measured, each by the module of its name: those whose figures a page shows, and the others.
_TIMED = frozenset({"support", "check"})
_OTHERS = frozenset({"squad", "conflicts", "cards", "quiz", "grading", "timeline", "names", "formats", "peers"})


@dataclass(frozen=True)
class Bench:
    """What the responders are made of: one index, its documents, and an embedder."""

    tutor: Tutor
    documents: Mapping[str, Document]
    embedder: Embedder


MakeBench = Callable[[Path | None], AbstractContextManager[Bench]]
Clock = Callable[[], datetime]


def main(
    argv: Sequence[str] | None = None, bench: MakeBench | None = None, now: Clock = lambda: datetime.now(UTC)
) -> int:
    """Runs the command and returns its exit status. `bench` makes what is evaluated, given --index."""
    argv = list(sys.argv[1:] if argv is None else argv)
    try:
        if argv and argv[0] in _TIMED:
            return int(import_module(f"evals.{argv[0]}").main(argv[1:], now, _commit))
        if argv and argv[0] in _OTHERS:
            return int(import_module(f"evals.{argv[0]}").main(argv[1:]))
        args = _parser().parse_args(argv)
        if args.compare:
            return _compare(args)
        return _evaluate(args, bench or _bench, shlex.join(["python", "-m", "evals", *argv]), now)
    except TutorError as error:
        print(f"evals: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nevals: stopped; no record was written", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evals",
        description="Ask questions with known answers.",
        epilog="python -m evals squad FILE.json asks those of a SQuAD-format file, python -m evals support measures the"
        " check of sentences against passages, python -m evals check verdicts on claims,"
        " python -m evals conflicts how many conflicts of the sources are none,"
        " python -m evals cards how many cards to learn from there are,"
        " python -m evals quiz how many items for quizzes,"
        " python -m evals grading whether short answers are graded as by a teacher,"
        " python -m evals timeline whether the dated events are found,"
        " python -m evals formats whether other formats are read as well as text; each has its own --help.",
    )
    add = parser.add_argument
    add("--split", choices=("dev", "test"), default="test", help="which half of the questions (test)")
    add("--cases", type=Path, metavar="FILE", help="questions of your own, in the datasets' format")
    add("--index", type=Path, metavar="DIR", help="an index you have, not a fresh one of the bundled sources")
    baselines = parser.add_mutually_exclusive_group()
    baselines.add_argument(
        "--baseline",
        action="append",
        nargs="?",
        choices=BASELINES,
        help="beside the tutor: this baseline, or all of them (what is done anyway); may be repeated",
    )
    baselines.add_argument("--no-baseline", action="store_true", help="leave the baselines out")
    add(
        "--llm",
        action="append",
        default=[],
        metavar="MODEL",
        help="also answers that a chat model writes; lying:0.3 lies",
    )
    add("--mode", type=Mode, choices=list(Mode)[1:], default=Mode.SIMPLE, help="how it is to write (simple)")
    add("--sample", type=_count, metavar="N", help="only so many of the questions, drawn by the seed")
    add("--json", type=Path, metavar="FILE", help="write the record here, not into TUTOR_HOME/runs")
    add("--compare", type=Path, nargs=2, metavar=("A", "B"), help="what changed from one record to another")
    add("--floor", action="store_true", help="exit 1 if a figure of the tutor is below its floor (floor.toml)")
    add("--wrong", action="store_true", help="list the questions that went wrong (not of the test half)")
    add("--details", action="store_true", help="also print differences, kinds of questions, refusals, confidence")
    add("--markdown", action="store_true", help="print the main figures only, as Markdown for a README")
    add("--seed", type=int, default=1, metavar="N", help="of the intervals' random draws (1)")
    return parser


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of questions")
    return int(text)


def _compare(args: argparse.Namespace) -> int:
    a, b = map(read, args.compare)
    head, figures, changed = compare.comparison(a, b, tuple(args.compare), args.seed)
    show([head, figures, "\n".join(compare.NOTES), changed], markdown=args.markdown)
    return 0


def _evaluate(args: argparse.Namespace, make_bench: MakeBench, command: str, now: Clock) -> int:
    path: Path = args.cases or DATASETS / f"{args.split}.jsonl"
    held_out = path.resolve() == HELD_OUT.resolve()
    if args.wrong and held_out:
        raise CaseError(TOTALS_ONLY)
    cases = sample(read_cases(path), args.sample, args.seed)
    floors = read_floors(path.stem) if args.floor else ()
    made = now()
    folder = _folder(args.json)

    with make_bench(args.index) as bench:
        models = [make_model(name, bench.tutor, args.seed) for name in args.llm]
        writers = [WrittenResponder(bench.tutor, model, args.mode) for model in models]
        responders: list[Responder] = [TutorResponder(bench.tutor), *writers, *_baselines(args, bench)]
        records = [run(r, cases, bench.documents, progress.questions(r.name)) for r in responders]
        about = _about(bench.embedder)
        documents = bench.documents

    systems = [scored(record, args.seed) for record in records]
    title = f"{path.name}: {len(cases)} questions, {sum(case.answerable for case in cases)} answerable"
    heading = Heading(made, command, path.name, held_out, about, args.seed)
    written: Path = args.json or folder / heading.file
    write(written, heading, systems, cases, documents)
    failed_ones = (failures(record.responder, [row.error for row in record.rows]) for record in records)
    blocks = [
        summary(title, systems, args.seed, main=args.markdown),
        "\n".join([*NOTES, *filter(None, failed_ones)]),
        *(details(systems, args.seed) if args.details else ()),
        *(checked(record, args.seed) for record in records[1 : 1 + len(models)]),
        *(
            lies(record, model.replies, args.seed)
            for record, model in zip(records[1:], models, strict=False)
            if isinstance(model, LyingModel)
        ),
        *([wrong(cases, records[0])] if args.wrong else ()),
    ]
    show(blocks, markdown=args.markdown)
    print(f"wrote {written}", file=sys.stderr)
    failed = below(records[0], floors, args.seed)
    for line in failed.values():
        print(f"evals: {line}", file=sys.stderr)
    return 1 if failed else 0


def _folder(file: Path | None) -> Path:
    """Where the record will go: the folder of `file`, which must be there, or the tutor's own for runs, made."""
    if file:
        check_target(file)
        return file.parent
    from app.settings import Settings

    folder = Settings.read(os.environ).home / "runs"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TutorError(
            f"{folder}: cannot be made ({error.strerror}). Set TUTOR_HOME, or give --json FILE."
        ) from error
    return folder


def _baselines(args: argparse.Namespace, bench: Bench) -> Iterator[Responder]:
    """The baselines that are asked for; one whose library is missing is left out, which is said."""
    named = args.baseline or [None]
    names = () if args.no_baseline else BASELINES if None in named else dict.fromkeys(named)
    for name in names:
        try:
            yield BASELINES[name](bench.documents, bench.embedder)
        except BaselineMissing as error:
            print(f"evals: {error}", file=sys.stderr)


def _about(embedder: Embedder) -> dict[str, str]:
    """What was evaluated: our version and commit, and the model. The commit is "" outside a clone."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        installed = version("koryo-tutor")
    except PackageNotFoundError:
        installed = ""
    return {"koryo-tutor": installed, "embedder": embedder.name, "commit": _commit()}


def _commit() -> str:
    import subprocess

    root = Path(__file__).resolve().parent.parent
    if not (root / ".git").exists():
        return ""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"],
            cwd=root,
            capture_output=True,
            encoding="utf-8",
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


@contextmanager
def _bench(index: Path | None) -> Iterator[Bench]:
    """The tutor over `index`, or over a fresh index of the bundled sources that is deleted afterwards."""
    from app.build import build_embedder, build_tutor
    from vectorstore.folder import exists

    if index and not exists(index):
        raise IndexUnavailable(f"{index}: there is no index. Leave --index out to evaluate the bundled sources.")
    with fresh_settings(index) as settings:
        tutor = build_tutor(settings)
        documents = {source.id: tutor.document(source.id) for source in tutor.sources()}
        yield Bench(tutor, documents, build_embedder(settings))


if __name__ == "__main__":
    sys.exit(main())
