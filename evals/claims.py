"""Claims for a checker of claims to judge: one JSON object a line, read into Claim values.

A claim is a sentence as a student would write it, with the verdict that the sources give on it. Reading questions
is in cases.py, whether a folder of both keeps its promises in validate.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.check.verdict import Verdict
from evals.cases import Quote, check_fields, quotes_of, read_rows, text_of


class Change(StrEnum):
    """The one thing that a contradicted claim has wrong."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    NEGATION = "negation"


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence and the verdict on it.

    `evidence` is where the sources state it, or state otherwise. Of a contradicted claim, `wrong` are its words
    that are not so and `right` the words of the evidence in their place. `near` is set on claims that are not in
    the sources: places that look as if they decided.
    """

    id: str
    claim: str
    verdict: Verdict
    change: Change | None = None
    evidence: tuple[Quote, ...] = ()
    near: tuple[Quote, ...] = ()
    wrong: str = ""
    right: str = ""
    note: str = ""


def read_claims(path: Path) -> tuple[Claim, ...]:
    """The claims of a JSONL file, in its order. Blank lines are skipped.

    Raises:
        CaseError: the file cannot be read or holds no claim, or a row is malformed: the line is named.
    """
    return read_rows(path, "claim", _claim)


def _claim(row: Mapping[str, Any]) -> Claim:
    """One row of the file. Messages name fields, never what they hold: the test half stays unread."""
    check_fields(row, _FIELDS)
    verdict = text_of(row, "verdict")
    if verdict not in set(Verdict):
        raise ValueError(f"verdict is {verdict!r}; it must be one of {', '.join(Verdict)}")
    change = _optional(row, "change")
    if change not in {"", *Change}:
        raise ValueError(f"change is {change!r}; it must be empty or one of {', '.join(Change)}")
    filled = {field for field in _DEPENDENT if row.get(field)}
    needs, may = _BY_VERDICT[Verdict(verdict)]
    if missing := sorted(needs - filled):
        raise ValueError(f"a claim that is {verdict} needs {', '.join(missing)}")
    if extra := sorted(filled - needs - may):
        raise ValueError(f"a claim that is {verdict} must leave {', '.join(extra)} empty")
    return Claim(
        id=text_of(row, "id"),
        claim=text_of(row, "claim"),
        verdict=Verdict(verdict),
        change=Change(change) if change else None,
        evidence=quotes_of(row, "evidence"),
        near=quotes_of(row, "near"),
        wrong=_optional(row, "wrong"),
        right=_optional(row, "right"),
        note=_optional(row, "note"),
    )


_FIELDS = frozenset({"id", "claim", "verdict", "change", "evidence", "near", "wrong", "right", "note"})
#: For each verdict, the fields that its claims must fill and those they may; the rest of these stays empty.
_BY_VERDICT: Mapping[Verdict, tuple[frozenset[str], frozenset[str]]] = {
    Verdict.SUPPORTED: (frozenset({"evidence"}), frozenset()),
    Verdict.CONTRADICTED: (frozenset({"evidence", "change", "wrong", "right"}), frozenset()),
    Verdict.NOT_IN_SOURCES: (frozenset(), frozenset({"near"})),
}
_DEPENDENT = ("evidence", "near", "change", "wrong", "right")


def _optional(row: Mapping[str, Any], field: str) -> str:
    return text_of(row, field) if row.get(field) else ""
