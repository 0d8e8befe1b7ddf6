"""Claims held against the sources: the Checker finds the passages and gives the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.answer import Citation
from app.check.verdict import Difference, Judgement, Verdict
from app.support import Support, Told

if TYPE_CHECKING:
    from app.tutor import Tutor

_PASSAGES = 5


class Checker:
    """Checks claims against all that a tutor's index holds."""

    def __init__(self, tutor: Tutor) -> None:
        self._tutor = tutor

    def check(self, claim: str) -> Judgement:
        """The verdict on one claim, a sentence.

        Raises:
            IndexUnavailable: the index has been damaged or taken away.
        """
        hits = self._tutor.searcher().search(claim, k=_PASSAGES).hits
        finding = self._tutor.judge().judge(claim, Told.by(hits))
        places = [(hit, span) for hit in hits for span in hit.passage.sentences]
        if finding.nearest < 0:
            return Judgement(claim, Verdict.NOT_IN_SOURCES, 0.5)
        hit, span = places[finding.nearest]
        cited = Citation.at(hit, span, 1)
        differences = tuple(Difference(one.kind, one.said, one.instead) for one in finding.missing)
        if finding.outcome is Support.SUPPORTED:
            return Judgement(claim, Verdict.SUPPORTED, 0.5, (cited,))
        if finding.outcome is Support.PARTLY:
            return Judgement(claim, Verdict.CONTRADICTED, 0.5, (cited,), differences=differences)
        return Judgement(claim, Verdict.NOT_IN_SOURCES, 0.5, nearest=cited, differences=differences)
