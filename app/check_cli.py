"""`tutor check`: a text, a file or a batch of claims held against the sources.

What is a claim is for check/pieces.py to say, what becomes of it for check/checker.py; what is said of it here is
worded in check/words.py.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.settings import Settings
from ingest.errors import TutorError

if TYPE_CHECKING:
    from app.check.pieces import Piece
    from app.check.report import Checked, ChecksClaims
    from app.tutor import Tutor
    from ingest.documents import Document

_SERVED = "http://127.0.0.1:8501/"  # where `tutor serve` opens a quote of an exported report
_MANY = 50  # claims between two lines on how far it is


class CheckCommandError(TutorError):
    """Options of `tutor check` that do not go together, or a report that cannot be written."""


def add_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], make_tutor: Callable[[Settings], Tutor]
) -> None:
    """Add `check`; `make_tutor` makes the tutor whose sources it asks."""
    check = commands.add_parser(
        "check",
        help="say of each claim of a text whether the sources support it, contradict it or do not say",
        description="Say of each claim of a text whether the sources support it, contradict it or do not say.",
    )
    check.add_argument(
        "text",
        nargs="*",
        metavar="TEXT",
        help="the text; - reads it from stdin; a name that ends in .txt, .md or .docx is that file",
    )
    check.add_argument("--file", type=Path, metavar="FILE", help="a .txt, .md or .docx file to check")
    check.add_argument("--json", action="store_true", help="the whole report as JSON")
    check.add_argument(
        "--export", type=Path, metavar="REPORT", help="also write the report: .md is Markdown, .html a page"
    )
    check.add_argument("--batch", type=Path, metavar="CLAIMS.jsonl", help='check rows {"id", "claim"}, one a line')
    check.add_argument("--out", type=Path, metavar="VERDICTS.jsonl", help="where the rows of --batch go")
    check.set_defaults(run=lambda options, settings: run(options, lambda: _bench(make_tutor(settings))))


@dataclass(frozen=True, slots=True)
class Bench:
    """What claims are checked by, and the documents that it reads, by id."""

    checker: ChecksClaims
    documents: Mapping[str, Document]


def _bench(tutor: Tutor) -> Bench:
    from app.check.checker import Checker

    return Bench(Checker(tutor), {key: record.document for key, record in tutor.searcher().records.items()})


def run(options: argparse.Namespace, make_bench: Callable[[], Bench]) -> int:
    """Check what the options name; returns the exit status.

    Args:
        make_bench: called only once there is something to check, for it may take a while.

    Raises:
        CheckCommandError: the options do not go together.
        CheckError: there is nothing in it to check.
    """
    given = [name for name in ("text", "file", "batch") if getattr(options, name)]
    if len(given) != 1:
        both = "Give one of the three" if given else "Give something to check"
        raise CheckCommandError(f'{both}: tutor check "TEXT", tutor check --file FILE, or tutor check --batch FILE.')
    if options.batch is not None:
        return _batch(options, make_bench)
    if options.out is not None:
        raise CheckCommandError("--out goes with --batch. A report of a text is written by --export REPORT.md")
    return _text(options, make_bench)


def _batch(options: argparse.Namespace, make_bench: Callable[[], Bench]) -> int:
    from app.check.batch import check_file

    if options.out is None:
        raise CheckCommandError("--batch needs --out VERDICTS.jsonl, where the verdicts go.")
    if options.json or options.export:
        raise CheckCommandError("--json and --export are for a text. A batch writes its rows to --out.")
    return check_file(options.batch, options.out, lambda: make_bench().checker, _say)


def _text(options: argparse.Namespace, make_bench: Callable[[], Bench]) -> int:
    from app.check.export import writer
    from app.check.pieces import pieces
    from app.check.printing import report_lines
    from app.check.report import Report
    from app.check.words import summary

    title, text = _read(options)
    found = pieces(text)  # a mistake is said before the model is loaded
    write = writer(options.export) if options.export else None
    bench = make_bench()
    items, stopped = [], False
    try:
        for item in _watched(found, bench.checker):
            items.append(item)
    except KeyboardInterrupt:
        stopped = True
    report = Report(title, text, tuple(items), stopped)
    if options.json:
        readable = sys.stdout.encoding.lower().startswith("utf")
        print(json.dumps(report.as_row(), ensure_ascii=not readable, indent=2))
    else:
        print("\n".join(report_lines(report, bench.documents)))
    if write is not None:
        _write(options.export, write(report, bench.documents, base=_SERVED))
    if options.json:
        _say(summary(report))
    return 130 if stopped else 0


def _read(options: argparse.Namespace) -> tuple[str, str]:
    """What the text is called, and the text."""
    from app.check.files import names_file, read_text
    from app.check.words import title_of

    words: Sequence[str] = options.text
    path: Path | None = options.file
    if path is None and len(words) == 1 and words[0] != "-" and names_file(words[0]):
        path = Path(words[0])
    if path is not None:
        return path.name, read_text(path)
    if list(words) == ["-"]:
        return "Standard input", _stdin()
    return title_of(" ".join(words)), " ".join(words)


def _stdin() -> str:
    from app.check.pieces import CheckError

    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CheckError(f"What came from stdin is not UTF-8 (byte {error.start}).") from None


def _watched(found: Sequence[Piece], checker: ChecksClaims) -> Iterator[Checked]:
    """The checked pieces as they come; of many, stderr is told how far it is."""
    from app.check.pieces import Kind
    from app.check.report import check_all

    total, done = sum(piece.kind is Kind.CLAIM for piece in found), 0
    terminal = sys.stderr.isatty()
    for item in check_all(found, checker):
        yield item
        done += item.judgement is not None
        if item.judgement is None:
            continue
        if terminal and total > 1:
            print(f"\r\033[K{done} of {total} claims checked", end="\n" * (done == total), file=sys.stderr, flush=True)
        elif not terminal and done % _MANY == 0:
            _say(f"{done} of {total} claims checked")


def _write(path: Path, text: str) -> None:
    from vectorstore.records import write_atomically

    try:
        write_atomically(path, text)
    except OSError as error:
        raise CheckCommandError(
            f"{path} cannot be written: {error.strerror}. Name a file in a folder you can write."
        ) from error
    _say(f"Written: {path}")


def _say(line: str) -> None:
    print(line, file=sys.stderr)
