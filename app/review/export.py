"""Where people and the tutor disagree, as rows for the evaluation.

Two kinds of rows. `reviewed_rows` are all disagreements, with what is known and what is not (a file reviewed_*.jsonl,
whose keys stand in evals/datasets/README.md). `claim_rows` are those that make a claim with a sure verdict, in the
format of claims_*.jsonl. Of these there are few: who says that a passage does not support a sentence has not said that
no other does, and "partly" does not say which part is wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.review.pairs import Kind, Verdict
from app.review.store import Review

_NUMBER = re.compile(r"claim-dev-(\d{3})")
_FIRST = 901  # of a claim's number where the dataset is not at hand; the dataset's own are lower

Row = dict[str, Any]

_NOTES: Mapping[tuple[Kind, Verdict], str] = {
    (Kind.WRITTEN, Verdict.SUPPORTED): "the check was too strict; a claim row can be made of it",
    (Kind.WRITTEN, Verdict.PARTLY): "say which part the passage does not have before a claim is made of it",
    (Kind.WRITTEN, Verdict.NOT): "only this passage was judged: see whether another one says so, or says otherwise",
    (Kind.QUOTED, Verdict.SUPPORTED): "it answers, and the tutor was less sure",
    (Kind.QUOTED, Verdict.PARTLY): "say what is missing before a question is made of it",
    (Kind.QUOTED, Verdict.NOT): "it does not answer; see whether the sources do",
}
_DIVIDED = "reviewers are of two minds: settle it first"


def reviewed_rows(reviews: Iterable[Review]) -> tuple[Row, ...]:
    """A row for every pair of which a reviewer said something else than the tutor did, with what each of them said."""
    return tuple(_reviewed(group) for group in _groups(reviews))


def claim_rows(reviews: Iterable[Review], taken: Iterable[str] = ()) -> tuple[Row, ...]:
    """The disagreements that are claims with a sure verdict: all who judged a written sentence said that its passage
    supports it, and the check did not.

    Args:
        taken: the ids of a dataset that they are to be added to; theirs go on from the last one.
    """
    numbers = [int(found[1]) for name in taken if (found := _NUMBER.fullmatch(name))]
    sure = [group for group in _groups(reviews) if _sure(group)]
    return tuple(_claim(group, n) for n, group in enumerate(sure, start=max(numbers, default=_FIRST - 1) + 1))


def lines(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as JSONL."""
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def _groups(reviews: Iterable[Review]) -> list[list[Review]]:
    """The judgements of each pair that somebody disagreed with the tutor on, in the order of the first."""
    pairs: dict[str, list[Review]] = {}
    for review in reviews:
        pairs.setdefault(review.pair.id, []).append(review)
    return [group for group in pairs.values() if any(review.disagrees for review in group)]


def _verdict(group: Sequence[Review]) -> Verdict | None:
    """What all who judged a pair say of it; None if they differ."""
    said = {review.judged for review in group}
    return said.pop() if len(said) == 1 else None


def _sure(group: Sequence[Review]) -> bool:
    return group[0].pair.kind is Kind.WRITTEN and _verdict(group) is Verdict.SUPPORTED


def _reviewed(group: Sequence[Review]) -> Row:
    last = group[-1]
    pair, verdict = last.pair, _verdict(group)
    return {
        "id": f"review-{pair.id}",
        "kind": pair.kind,
        "question": pair.understood,
        "claim": pair.sentence,
        "evidence": [{"source": pair.source, "quote": pair.quote, "start": pair.start, "end": pair.end}],
        "human": {review.reviewer: review.judged for review in group},
        "blind": all(review.blind for review in group),
        "automatic": last.automatic.verdict,
        "reason": last.automatic.reason,
        "model": pair.model,
        "from": f"{last.drawn}: {pair.origin}",
        "note": _NOTES[pair.kind, verdict] if verdict else _DIVIDED,
    }


def _claim(group: Sequence[Review], number: int) -> Row:
    pair, automatic = group[-1].pair, group[-1].automatic
    who = ", ".join(review.reviewer for review in group)
    why = f" ({automatic.reason})" if automatic.reason else ""
    return {
        "id": f"claim-dev-{number:03}",
        "claim": pair.sentence,
        "verdict": "supported",
        "change": "",
        "evidence": [{"source": pair.source, "quote": pair.quote}],
        "near": [],
        "wrong": "",
        "right": "",
        "note": f"review-{pair.id}: {who} found it supported, the check {automatic.verdict}{why}; see that the "
        "evidence is whole, and that it belongs to this half",
    }
