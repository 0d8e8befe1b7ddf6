"""Claims from a JSONL file, verdicts into another: `tutor check --batch`.

Rows in: {"id", "claim"}, a claim being one statement, judged as it stands. Rows out: {"id", ...} as Judgement.as_row
says. A row that claims nothing gets a verdict too, for the format knows no fourth; "passed_over" then says what the row
is, and the confidence is no more than even. How a file is worked off, and what becomes of malformed rows, is in
app/rows.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.check.pieces import CheckError, Kind, pieces
from app.check.plainly import is_fragment, is_opinion, is_question, is_written_in_english, looks_like_code
from app.check.report import ChecksClaims
from app.rows import Wording, encodable, parse_object, work_file

_MOST = 5_000  # characters of one claim; a whole text is for `tutor check --file`
_EVEN = 0.5  # the most that is given for the confidence of a verdict on what claims nothing
#: What a row that holds no claim may be, the first that fits.
_TOLD: tuple[tuple[Kind, Callable[[str], bool]], ...] = (
    (Kind.CODE, looks_like_code),
    (Kind.FOREIGN, lambda text: not is_written_in_english(text)),
    (Kind.QUESTION, is_question),
    (Kind.OPINION, is_opinion),
    (Kind.FRAGMENT, is_fragment),
)
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
        return lambda row: _verdict(row.claim, checker)

    return work_file(claims, out, _each_once(), begin, say=say, wording=_WORDING)


def _each_once() -> Callable[[str], Row]:
    """`parse_row`, which takes an id only once: of two verdicts under one id nobody could tell whose they are."""
    seen: set[str | int] = set()

    def parse(line: str) -> Row:
        row = parse_row(line)
        if row.id in seen:
            raise ValueError(f"an earlier row has the id {json.dumps(row.id, ensure_ascii=False)} too")
        seen.add(row.id)
        return row

    return parse


def _verdict(claim: str, checker: ChecksClaims) -> dict[str, Any]:
    row = checker.check(claim).as_row()
    kind = passed_over(claim)
    return row if kind is None else {**row, "confidence": min(row["confidence"], _EVEN), "passed_over": kind}


def passed_over(claim: str) -> Kind | None:
    """What a row is that holds no claim, as in a text it would be passed over; None if it holds one."""
    try:
        pieces(claim)
    except CheckError:
        return next((kind for kind, is_one in _TOLD if is_one(claim)), Kind.FRAGMENT)
    return None
