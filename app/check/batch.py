"""Claims from a JSONL file, verdicts into another: `tutor check --batch`.

Rows in: {"id", "claim"}, a claim being one statement, judged as it stands. Rows out: {"id", ...} as
Judgement.as_row says. How a file is worked off, and what becomes of malformed rows, is in app/rows.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.check.report import ChecksClaims
from app.rows import Wording, encodable, parse_object, work_file

_MOST = 5_000  # characters of one claim; a whole text is for `tutor check --file`
_WORDING = Wording(rows="claims", results="verdicts", done="checked")


@dataclass(frozen=True, slots=True)
class Row:
    """One claim of a batch."""

    id: str | int
    claim: str


def parse_row(line: str) -> Row:
    """The claim in one line of JSON.

    Raises:
        ValueError: with what is wrong with it.
    """
    data = parse_object(line, "claim")
    claim = data["claim"]
    if not any(character.isalnum() for character in claim):
        raise ValueError("the claim is empty")
    if not encodable(claim):
        raise ValueError("the claim holds half a character (a lone surrogate)")
    if len(claim) > _MOST:
        raise ValueError(f"the claim has {len(claim):,} characters; at most {_MOST:,} are one statement")
    return Row(data["id"], claim)


def check_file(claims: Path, out: Path, make_checker: Callable[[], ChecksClaims], say: Callable[[str], None]) -> int:
    """Check every row of a file; returns 0, or 1 if rows were left out.

    Raises:
        BatchError: the claims cannot be read, or the verdicts cannot be written.
    """

    def begin() -> Callable[[Row], dict[str, Any]]:
        checker = make_checker()
        return lambda row: checker.check(row.claim).as_row()

    return work_file(claims, out, parse_row, begin, say=say, wording=_WORDING)
