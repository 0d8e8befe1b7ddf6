"""Claims held against the sources: the Checker finds the passages and gives the verdict.

A claim is supported if the passages nearest to it bear it out (support.py). If they do not, it is contradicted where
one of their sentences says the same but for a detail, and has another one in its place (rivals.py). Else it is not in
the sources. How like a sentence is to a claim is measured without the details that it lacks: "Bob signed it" is no
less about the signing when Ann did.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from app.answer import Citation
from app.check.rivals import rival, without
from app.check.verdict import Difference, Judgement, Verdict
from app.comparing import Missing
from app.details import Detail
from app.grounding import across
from app.support import Cosines, Finding, Judge, Support, Told, meant
from vectorstore.words import leans_back, without_locators

if TYPE_CHECKING:
    from app.conflicts.values import Place
    from app.tutor import Tutor
    from vectorstore.search import Hit, Searcher


_STANDS_FOR = re.compile(r"\b(?:it|he|she|they)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Policy:
    """When a sentence says the same but for a detail. Set on development claims (evals/NOTES.md)."""

    passages: int = 5  # that are read for a claim
    pool: int = 15  # of passages that each ranking names before they are scored
    sentences: int = 5  # of them, the likest, that may contradict it
    worth: float = 0.5  # cosine and coverage together, details and all, from which a sentence is looked at
    alike: float = 1.25  # cosine and coverage together, details apart, from which two sentences say the same
    counted: float = 0.8  # the same, where only numbers and dates differ
    denied: float = 0.85  # the same, where one denies what the other says
    details: int = 2  # that it may have otherwise
    together: int = 64  # claims whose vectors are made at once


#: Verdict -> bias, weight of the cosine, weight of the coverage: the chance that it is right, by logistic regression
#: on development claims (evals/NOTES.md).
_SURE: Mapping[Verdict, tuple[float, float, float]] = {
    Verdict.SUPPORTED: (-3.86, 4.90, 2.82),
    Verdict.CONTRADICTED: (0.17, 2.45, 0.65),
    Verdict.NOT_IN_SOURCES: (5.39, -5.53, -4.79),
}


def _confidence(verdict: Verdict, cosine: float, coverage: float) -> float:
    bias, by_cosine, by_coverage = _SURE[verdict]
    return 1.0 / (1.0 + math.exp(-(bias + by_cosine * cosine + by_coverage * coverage)))


class Checker:
    """Checks claims against all that a tutor's index holds."""

    def __init__(self, tutor: Tutor, policy: Policy | None = None) -> None:
        self._tutor = tutor
        self._policy = policy or Policy()

    def check(self, claim: str) -> Judgement:
        """The verdict on one claim, a sentence.

        Raises:
            IndexUnavailable: the index has been damaged or taken away.
        """
        return next(self.check_all([claim]))

    def check_all(self, claims: Sequence[str]) -> Iterator[Judgement]:
        """The verdicts on claims, in order, as they come; quicker than one by one.

        Raises:
            IndexUnavailable: as `check`.
        """
        step = self._policy.together
        for some in (claims[at : at + step] for at in range(0, len(claims), step)):
            searcher, found = self._tutor.steady(partial(self._search, some))
            judge = self._tutor.judge()
            for claim, (hits, cosines) in zip(some, found, strict=True):
                yield self._with_conflicts(_Case(claim, hits, cosines, judge, self._policy).judgement(), searcher)

    def _search(self, claims: Sequence[str]) -> _Found:
        """The passages for each claim, all from one state of the index."""
        searcher = self._tutor.searcher()
        spelt = [searcher.respell(claim).text for claim in claims]
        results, vectors = searcher.search_each(spelt, k=self._policy.passages, pool=self._policy.pool)
        pairs = zip(results, vectors, strict=True)
        return searcher, [(result.hits, _cosines(searcher, result.hits, vector)) for result, vector in pairs]

    def _with_conflicts(self, judgement: Judgement, searcher: Searcher) -> Judgement:
        """The judgement, with what the sources say otherwise themselves of the figures that it turns on."""
        citations, notes = list(judgement.citations), []
        said = " ".join([judgement.claim, *(one.instead for one in judgement.differences)])
        for citation in judgement.citations:
            document = searcher.records[citation.source_id].document
            for conflict in self._tutor.conflicts_at(citation.source_id, citation.span):
                if not any(_names(said, document.text, place, citation) for place in conflict.places):
                    continue
                notes.append(conflict.note)
                for place in conflict.places:
                    hit = searcher.hit(place.source_id, place.span)
                    known = any(c.source_id == place.source_id and c.span.overlaps(place.span) for c in citations)
                    if hit is not None and not known:
                        citations.append(Citation.at(hit, place.span, len(citations) + 1))
        return replace(judgement, citations=tuple(citations), conflicts=tuple(dict.fromkeys(notes)))


def _names(said: str, text: str, place: Place, citation: Citation) -> bool:
    """Whether what is said has one of the figures of a place that is cited."""
    if place.source_id != citation.source_id or not place.span.overlaps(citation.span):
        return False
    return any(re.search(rf"(?<!\w){re.escape(text[f.start : f.end])}(?!\w)", said) for f in place.figures)


def _cosines(searcher: Searcher, hits: Sequence[Hit], vector: Cosines) -> Cosines:
    return np.asarray(searcher.vectors(hits) @ vector) if hits else np.zeros(0, dtype=np.float32)


#: The search, and for each claim its passages and how like it each of their sentences is.
_Found: TypeAlias = "tuple[Searcher, list[tuple[Sequence[Hit], Cosines]]]"


@dataclass(frozen=True, slots=True)
class _Rivalled:
    """A sentence that says the same as a claim but for some details, and has others in their place."""

    place: int
    cosine: float
    coverage: float
    differences: tuple[Difference, ...]


class _Case:
    """One claim and the passages that were found for it."""

    def __init__(self, claim: str, hits: Sequence[Hit], cosines: Cosines, judge: Judge, policy: Policy) -> None:
        self._claim = claim
        self._stated = without_locators(claim)
        self._hits = hits
        self._rows = [(hit, span) for hit in hits for span in hit.passage.sentences]
        self._told = Told.by(hits)
        self._cosines = cosines
        self._judge = judge
        self._policy = policy

    def judgement(self) -> Judgement:
        """The verdict, with the places that decide it."""
        finding = self._judge.judge(self._claim, self._told, self._cosines)
        if finding.outcome is Support.SUPPORTED:
            sure = _confidence(Verdict.SUPPORTED, finding.cosine, finding.coverage)
            return Judgement(self._claim, Verdict.SUPPORTED, sure, self._cited(finding))
        if found := self._contradiction():
            hit, span = self._rows[found.place]
            cited = (Citation.at(hit, span, 1),)
            sure = _confidence(Verdict.CONTRADICTED, found.cosine, found.coverage)
            return Judgement(self._claim, Verdict.CONTRADICTED, sure, cited, differences=found.differences)
        nearest = Citation.at(*self._rows[finding.nearest], 1) if finding.nearest >= 0 else None
        lacking = tuple(Difference(one.kind, one.said) for one in finding.missing if one.said)
        sure = _confidence(Verdict.NOT_IN_SOURCES, finding.cosine, finding.coverage)
        return Judgement(self._claim, Verdict.NOT_IN_SOURCES, sure, nearest=nearest, differences=lacking)

    def _cited(self, finding: Finding) -> tuple[Citation, ...]:
        """The places that a finding was read from."""
        places = across(self._hits, finding)
        return tuple(Citation.at(hit, span, n) for n, (hit, span) in enumerate(places, start=1))

    def _contradiction(self) -> _Rivalled | None:
        """The sentence likest to the claim that contradicts it, if one does."""
        told = [without_locators(text) or text for text in self._told.sentences]
        likeness = self._cosines + self._judge.covers(self._stated, told)
        likest = np.argsort(-likeness, kind="stable")[: self._policy.sentences]
        worth = [int(place) for place in likest if likeness[place] >= self._policy.worth]
        found = [one for place in worth if (one := self._rivalled(place, told))]
        return max(found, key=lambda one: one.cosine + one.coverage, default=None)

    def _rivalled(self, place: int, told: Sequence[str]) -> _Rivalled | None:
        text = told[place]
        begins = self._told.begins
        region = f"{told[place - 1]} {text}" if place not in begins and leans_back(text) else text
        about = f"{self._told.about} {meant(self._stated, place, told, begins)}"
        missing = self._judge.missing(self._stated, text, region, about)
        if not 0 < len(missing) <= self._policy.details:
            return None
        if any(one.kind is Detail.NAME for one in missing) and self._may_stand_for(text):
            return None  # "it" may be what the claim names: better no verdict than a wrong accusation
        differences = [self._difference(one, text) for one in missing]
        if not all(differences):
            return None
        rest = without(self._stated, [one.said for one in missing if one.kind is not Detail.NEGATION])
        anchored = float(self._judge.covers(rest, [region])[0])
        cosine = float(self._cosines[place])
        if cosine + anchored < max(self._alike(one.kind) for one in missing):
            return None
        return _Rivalled(place, cosine, anchored, tuple(one for one in differences if one))

    def _alike(self, kind: Detail) -> float:
        if kind is Detail.NEGATION:
            return self._policy.denied
        return self._policy.counted if kind in (Detail.NUMBER, Detail.DATE) else self._policy.alike

    def _may_stand_for(self, told: str) -> bool:
        """Whether a sentence has a pronoun before any name: for whom it stands was said before."""
        pronoun, named = _STANDS_FOR.search(told), self._judge.names(told)
        return pronoun is not None and (not named or pronoun.start() < named[0].span.start)

    def _difference(self, missing: Missing, told: str) -> Difference | None:
        """What the sentence has in the place of a detail; None if it has nothing there."""
        if missing.kind is Detail.NEGATION:
            return Difference(missing.kind, missing.said, missing.instead)
        instead = rival(missing, self._stated, told, self._judge.is_name) or missing.instead
        return Difference(missing.kind, missing.said, instead) if instead else None
