"""`tutor feedback`: what users thought of answers, listed, and made into rows of the evaluation.

What a row is made of is in feedback.py, where feedback is kept in history.py.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.settings import Settings
from ingest.errors import TutorError

if TYPE_CHECKING:
    from app.conversation import Feedback
    from app.feedback import Row


class FeedbackFileError(TutorError):
    """A file for evaluation rows that cannot be read or written, or has the row already."""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `feedback` and what belongs to it."""
    feedback = commands.add_parser("feedback", help="what users thought of answers; makes evaluation rows of it")
    feedback.add_argument("--json", action="store_true", help="all of it as JSON, with the answers")
    feedback.set_defaults(run=_list)
    actions = feedback.add_subparsers(metavar="ACTION")

    case = actions.add_parser("case", help="one as an evaluation row")
    case.add_argument("id", type=int, metavar="ID")
    case.add_argument("--out", type=Path, metavar="FILE.jsonl", help="append it to a file instead of printing it")
    case.set_defaults(run=_case)

    export = actions.add_parser("export", help="all as evaluation rows, into a new file")
    export.add_argument("file", type=Path, metavar="FILE.jsonl")
    export.set_defaults(run=_export)

    delete = actions.add_parser("delete", help="delete one")
    delete.add_argument("id", type=int, metavar="ID")
    delete.set_defaults(run=_delete)


def _list(options: argparse.Namespace, settings: Settings) -> int:
    found = _kept(settings)
    if options.json:
        readable = sys.stdout.encoding.lower().startswith("utf")
        print(json.dumps([_as_row(feedback) for feedback in found], ensure_ascii=not readable, indent=2))
        return 0
    for feedback in found:
        reason = f"  ({_flat(feedback.reason)})" if feedback.reason else ""
        print(f"{feedback.id:4d}  {feedback.mark:4s}  {_flat(feedback.question)}{reason}")
    if not found:
        print("There is no feedback yet.", file=sys.stderr)
    return 0


def _case(options: argparse.Namespace, settings: Settings) -> int:
    from app.feedback import as_case
    from app.history import Gone

    feedback = next((one for one in _kept(settings) if one.id == options.id), None)
    if feedback is None:
        raise Gone(f"There is no feedback {options.id}. List what there is: tutor feedback")
    row = as_case(feedback)
    if options.out is None:
        print(_line(row))
    else:
        _append(options.out, row)
    _say_left(row)
    return 0


def _export(options: argparse.Namespace, settings: Settings) -> int:
    from app.feedback import as_case
    from app.history import Gone

    rows = [as_case(feedback) for feedback in reversed(_kept(settings))]
    if not rows:
        raise Gone("There is no feedback yet, so nothing was written.")
    try:
        with options.file.open("x", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{_line(row)}\n" for row in rows)
    except FileExistsError:
        raise FeedbackFileError(f"{options.file} is there already. Name a new file, or move it away.") from None
    except OSError as error:
        raise FeedbackFileError(f"{options.file} cannot be written: {error.strerror}.") from error
    for row in rows:
        _say_left(row)
    drafts = sum(row.draft for row in rows)
    print(f"{len(rows)} written, {drafts} of them drafts: {options.file}", file=sys.stderr)
    return 0


def _delete(options: argparse.Namespace, settings: Settings) -> int:
    from app.build import build_history, history_path
    from app.history import Gone

    if not history_path(settings).exists():
        raise Gone(f"There is no feedback {options.id}. List what there is: tutor feedback")
    build_history(settings).delete_feedback(options.id)
    print(f"Feedback {options.id} is deleted.", file=sys.stderr)
    return 0


def _kept(settings: Settings) -> Sequence[Feedback]:
    """All feedback, newest first; makes no file where there is none."""
    from app.build import build_history, history_path

    if not history_path(settings).exists():
        return ()
    history = build_history(settings)
    try:
        return history.feedback()
    finally:
        history.close()


def _append(path: Path, row: Row) -> None:
    """Add a row to a dataset, which is made if it is not there."""
    name = row.fields["id"]
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        if any(_id(line) == name for line in text.split("\n")):
            raise FeedbackFileError(f"{path} has a row {name} already. Take that out first, or name another file.")
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(("" if not text or text.endswith("\n") else "\n") + _line(row) + "\n")
    except UnicodeDecodeError as error:
        raise FeedbackFileError(f"{path} is not UTF-8 (byte {error.start}). Name another file.") from None
    except OSError as error:
        raise FeedbackFileError(f"{path} cannot be written: {error.strerror}.") from error


def _id(line: str) -> Any:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row.get("id") if isinstance(row, dict) else None


def _line(row: Row) -> str:
    return json.dumps(row.fields, ensure_ascii=False)


def _say_left(row: Row) -> None:
    what = "is a draft" if row.draft else "is proposed"
    print(f"tutor: {row.fields['id']} {what}: {row.left}.", file=sys.stderr)


def _as_row(feedback: Feedback) -> dict[str, Any]:
    row = asdict(feedback)
    return {**row, "given": feedback.given.isoformat(), "answer": json.loads(feedback.answer)}


def _flat(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
