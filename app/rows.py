"""A JSONL file of rows worked off into another: what `tutor batch` and `tutor check --batch` have in common.

A malformed row is reported by its line number and left out, the rest is done. The results appear under their name
only when all are written; a run that is stopped leaves those it has in OUT.partial, and OUT as it was. What a row
holds and what is done with it are for batch.py and check/batch.py to say.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from ingest.errors import TutorError

Say = Callable[[str], None]


class BatchError(TutorError):
    """A batch file that cannot be read or written at all."""


class Identified(Protocol):
    """A row: what is made of it goes by its id."""

    @property
    def id(self) -> str | int: ...


Row = TypeVar("Row", bound=Identified)
Work = Callable[[Row], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Wording:
    """What the rows, what is made of them, and having made it are called."""

    rows: str  # "questions"
    results: str  # "answers"
    done: str  # "answered"


def parse_object(line: str, text: str) -> dict[str, Any]:
    """The object in one line of JSON, with an "id" and the string that `text` names.

    Raises:
        ValueError: with what is wrong with it.
    """
    try:
        data: Any = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON ({error})") from None
    if not isinstance(data, dict):
        raise ValueError("not a JSON object")
    for key in ("id", text):
        if key not in data:
            raise ValueError(f'no "{key}"')
    if not isinstance(data["id"], str | int) or isinstance(data["id"], bool) or not isinstance(data[text], str):
        raise ValueError(f'"id" must be a string or a whole number, "{text}" a string')
    if isinstance(data["id"], str) and not encodable(data["id"]):
        raise ValueError('"id" holds half a character (a lone surrogate)')
    return data


def encodable(text: str) -> bool:
    """Whether a text can be written as UTF-8: it holds no half of a character."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def read_rows(path: Path, parse: Callable[[str], Row], say: Say) -> tuple[list[Row], int]:
    """The rows of a file, and how many were left out; `say` is told which and why.

    Raises:
        BatchError: the file cannot be read, or is not UTF-8.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise BatchError(f"{path} is not UTF-8 (byte {error.start}). Save it as UTF-8.") from None
    except OSError as error:
        raise BatchError(f"{path} cannot be read: {error.strerror}.") from error
    rows: list[Row] = []
    bad = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            rows.append(parse(line))
        except ValueError as error:
            bad += 1
            say(f"tutor: {path}, line {number}: {str(error).rstrip('.')}. Left out.")
    return rows, bad


def work_file(
    path: Path, out: Path, parse: Callable[[str], Row], begin: Callable[[], Work[Row]], *, say: Say, wording: Wording
) -> int:
    """Work off every row of a file; returns 0, or 1 if rows were left out.

    Args:
        parse: a line to a row; raises ValueError with what is wrong with it.
        begin: called once, if there are rows: gives what makes a JSON-ready mapping of each.

    Raises:
        BatchError: the rows cannot be read, or the results cannot be written.
    """
    rows, bad = read_rows(path, parse, say)
    if out.is_dir():
        raise BatchError(f"{out} is a folder. Name a file for the {wording.results}.")
    if out.exists() and out.samefile(path):
        raise BatchError(f"{out} is the file of the {wording.rows}. Name another one for the {wording.results}.")
    _write(rows, out, begin, say, wording)
    say(f"{len(rows)} {wording.done}, {bad} left out: {out}")
    return 1 if bad else 0


def _write(rows: Sequence[Row], out: Path, begin: Callable[[], Work[Row]], say: Say, wording: Wording) -> None:
    partial = out.with_name(out.name + ".partial")
    done = 0
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            work = begin() if rows else None
            for row in rows:
                assert work is not None
                file.write(json.dumps({"id": row.id, **work(row)}, ensure_ascii=False) + "\n")
                done += 1
                if done % 50 == 0:
                    file.flush()
                    say(f"{done} of {len(rows)} {wording.done}")
        partial.replace(out)
    except OSError as error:
        raise BatchError(f"{out} cannot be written: {error.strerror}.") from error
    finally:
        if not done:
            with suppress(OSError):  # it could not be made; that is being said already
                partial.unlink(missing_ok=True)
        elif partial.exists():
            say(f"tutor: {done} of {len(rows)} {wording.results} are in {partial}.")
