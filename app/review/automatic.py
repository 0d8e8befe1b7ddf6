"""What the tutor itself says of a pair: its check of a written sentence, its certainty of a quoted one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.answer import Answer, Certainty
from app.grounding import remark
from app.review.pairs import Kind, Pair, Verdict
from app.support import Judge, Support, Told

if TYPE_CHECKING:
    from vectorstore.search import Searcher

_CHECKED: Mapping[Support, Verdict] = {
    Support.SUPPORTED: Verdict.SUPPORTED,
    Support.PARTLY: Verdict.PARTLY,
    Support.NOT_FOUND: Verdict.NOT,
}
_CERTAIN: Mapping[Certainty, Verdict] = {
    Certainty.HIGH: Verdict.SUPPORTED,
    Certainty.MEDIUM: Verdict.PARTLY,
    Certainty.LOW: Verdict.NOT,
}


@dataclass(frozen=True, slots=True)
class Automatic:
    """The tutor's verdict on a pair, and why, in words; "" where there is no more to say."""

    verdict: Verdict
    reason: str = ""


def automatic(pair: Pair, searcher: Searcher, judge: Judge) -> Automatic:
    """The tutor's verdict on a pair, to hold against a person's.

    Of a written sentence it is the check of it against the passage of this citation alone. That a quoted sentence
    stands in its passage says nothing; what the tutor claims there is how well it answers: a strong, fair or weak
    match, which the chat shows under the answer. The check is made all the same, and said if it fails.

    Raises:
        KeyError: the source is not indexed.
    """
    finding = judge.judge(pair.sentence, _told(pair, searcher))
    if pair.kind is Kind.WRITTEN:
        verdict = _CHECKED[finding.outcome]
        return Automatic(
            verdict, "" if verdict is Verdict.SUPPORTED else _why(finding.outcome, remark(finding.missing))
        )
    certainty = Answer("", "", (), (), pair.confidence).certainty
    reason = f"the tutor called its answer {certainty.value.partition(':')[0]}"
    if finding.outcome is not Support.SUPPORTED:
        reason += f"; and {_why(finding.outcome, remark(finding.missing))}"
    return Automatic(_CERTAIN[certainty], reason)


def _told(pair: Pair, searcher: Searcher) -> Told:
    """The passage of the citation; the cited words alone, where the sources have been cut anew and none holds them."""
    hit = searcher.hit(pair.source, pair.span)
    if hit is not None:
        return Told.by([hit])
    document = searcher.records[pair.source].document
    return Told((document.plain(pair.span),), document.source.title)


def _why(outcome: Support, lacking: str) -> str:
    return "nothing in the passage speaks of this" if outcome is Support.NOT_FOUND else lacking
