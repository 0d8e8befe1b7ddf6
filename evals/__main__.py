"""`python -m evals`: asks the questions of a dataset and prints one table; exit 2 and one line on a mistake.

The test half is looked at in totals only: nothing here shows a row of it. Tune on `--split dev`.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from evals.cases import DATASETS, Case, read_cases
from evals.report import NOTES, by_kind, failures, summary
from evals.runner import Progress, Record, Responder, TutorResponder, read_records, run, write_records
from ingest.documents import Document
from ingest.errors import IndexUnavailable, TutorError

if TYPE_CHECKING:
    from app.tutor import Tutor
    from vectorstore.embedding import Embedder

HELD_OUT = DATASETS / "test.jsonl"


@dataclass(frozen=True)
class Bench:
    """What the responders are made of: one index, its documents, and an embedder."""

    tutor: Tutor
    documents: Mapping[str, Document]
    embedder: Embedder


MakeBench = Callable[[Path | None], AbstractContextManager[Bench]]


def main(argv: Sequence[str] | None = None, bench: MakeBench | None = None) -> int:
    """Runs the command and returns its exit status. `bench` makes what is evaluated, given --index."""
    args = _parser().parse_args(argv)
    try:
        _evaluate(args, bench or _bench)
    except TutorError as error:
        print(f"evals: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals", description="Ask questions with known answers.")
    add = parser.add_argument
    add("--split", choices=("dev", "test"), default="test", help="which half of the questions (test)")
    add("--cases", type=Path, metavar="FILE", help="questions of your own, in the datasets' format")
    add("--index", type=Path, metavar="DIR", help="an index you have, not a fresh one of the bundled sources")
    add("--no-baseline", action="store_true", help="leave LangChain's tutorial pipeline out")
    add("--against", type=Path, metavar="FILE", help="show the difference to the run in this --json file")
    add("--json", type=Path, metavar="FILE", help="write every question's marks here")
    add("--wrong", action="store_true", help="list the questions that went wrong (not of the test half)")
    add("--markdown", action="store_true", help="print the tables as Markdown")
    add("--seed", type=int, default=1, metavar="N", help="of the intervals' random draws (1)")
    return parser


def _evaluate(args: argparse.Namespace, make_bench: MakeBench) -> None:
    path: Path = args.cases or DATASETS / f"{args.split}.jsonl"
    held_out = path.resolve() == HELD_OUT.resolve()
    if args.wrong and held_out:
        raise TutorError("the test half is looked at in totals only; --wrong works with --split dev")
    cases = read_cases(path)
    before = _before(args.against) if args.against else ()
    if args.json and not args.json.resolve().parent.is_dir():
        raise TutorError(f"{args.json}: there is no such folder. Make it, or give --json another file.")

    with make_bench(args.index) as bench:
        responders: list[Responder] = [TutorResponder(bench.tutor)]
        if not args.no_baseline:
            from evals.baseline import Baseline

            responders.append(Baseline(bench.documents, bench.embedder))
        records = [run(r, cases, bench.documents, _progress(r.name)) for r in responders]

    title = f"{path.name}: {len(cases)} questions, {sum(case.answerable for case in cases)} answerable"
    tables = [summary(title, [*records, *before], args.seed), *(by_kind(record) for record in records)]
    blocks = [table.as_markdown() if args.markdown else table.as_text() for table in tables]
    blocks.insert(1, "\n".join([*NOTES, *filter(None, map(failures, records))]))
    print("\n\n".join(blocks))
    if args.wrong:
        print("\n" + _wrong(cases, records[0]))
    if args.json:
        write_records(args.json, records, texts=not held_out)


@contextmanager
def _bench(index: Path | None) -> Iterator[Bench]:
    """The tutor over `index`, or over a fresh index of the bundled sources that is deleted afterwards."""
    from app.build import build_embedder, build_tutor
    from app.settings import Settings
    from vectorstore.store import exists

    if index and not exists(index):
        raise IndexUnavailable(f"{index}: there is no index. Leave --index out to evaluate the bundled sources.")
    with tempfile.TemporaryDirectory(prefix="tutor-evals-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        settings = replace(Settings.read(os.environ), home=home, index=index or home / "index")
        if index is None:
            print("indexing the bundled sources ...", file=sys.stderr)
        tutor = build_tutor(settings)
        documents = {source.id: tutor.document(source.id) for source in tutor.sources()}
        yield Bench(tutor, documents, build_embedder(settings))


def _before(path: Path) -> tuple[Record, ...]:
    """The tutor's record of an earlier run, under a name of its own."""
    for record in read_records(path):
        if record.responder == TutorResponder.name:
            return (replace(record, responder="before"),)
    raise TutorError(f"{path}: holds no run of the tutor. Give --against a file that --json wrote.")


def _progress(name: str) -> Progress:
    """A counter on stderr: one line that is written over in a terminal, every 25th question in a log."""
    terminal = sys.stderr.isatty()

    def show(done: int, total: int) -> None:
        if terminal or done % 25 == 0 or done == total:
            end = "\r" if terminal and done < total else "\n"
            print(f"{name}: {done} of {total} questions", end=end, file=sys.stderr, flush=True)

    return show


def _wrong(cases: Sequence[Case], record: Record) -> str:
    """The questions that the record's rows got wrong, with what was expected and what was said."""
    lines = []
    for case, row in zip(cases, record.rows, strict=True):
        if row.right:
            continue
        earlier = "".join(f"{turn} / " for turn in case.history)
        lines += ["", f"{case.id} ({case.kind}): {earlier}{case.question}"]
        if case.answerable:
            for wordings, found in zip(case.facts, row.facts, strict=True):
                lines += [f"  expected: {wordings[0]}{'' if found else '   (missing)'}"]
            lines += [f"  evidence: {' '.join(quote.text.split())}" for quote in case.evidence]
            lines += [f"  {row.outcome.value}, hit@5 {row.hit_at_5}, evidence cited {row.cites_evidence}"]
        else:
            lines += [f"  expected: a refusal{'; near: ' + case.near[0].text if case.near else ''}"]
        lines += [f"  said ({row.confidence:.2f}): {row.error or ' '.join(row.text.split())}"]
    count = sum(not row.right for row in record.rows)
    return "\n".join([f"{record.responder}: {count} of {len(record.rows)} went wrong", *lines])


if __name__ == "__main__":
    sys.exit(main())
