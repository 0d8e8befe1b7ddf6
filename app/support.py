"""Does this passage support this sentence? Asked of every written sentence, and by Check of every claim.

Two questions. Do the passages speak of the same thing: the nearest of their sentences is found by meaning and by
shared words (`Policy` says how near it must be). And does every detail stand there too: each number with what it
counts, each date, each name in any of its spellings, and what is denied or not. A sentence whose topic is there
and whose details all are is supported; one with a detail that is not, partly; else it is not found.

No model is trained for this: what it cannot see is a verb that says something else of the same things.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np

from app.comparing import Missing, Roughly, clauses_missing, missing
from app.details import Detail, Name, names, phrases
from app.spelt import Spelt, spelt
from app.wording import PERSON_PRONOUN
from vectorstore.embedding import Embedder, Vectors
from vectorstore.search import Hit
from vectorstore.spelling import Spelling
from vectorstore.words import covered, leans_back, stem, terms, without_locators, words

Cosines = np.ndarray[tuple[int], np.dtype[np.float32]]
Shares = np.ndarray[tuple[int], np.dtype[np.float64]]

_REMEMBERED = 500  # sentences whose vectors are kept, for a written answer is judged against the same passages

_ROUGHLY = Roughly()

_NAMED_KIND = re.compile(r"\b[^\W\d_a-z]\w+ (?=(\w{4,})\b)")  # "Ottoman empire"

_BEFORE = 3  # sentences that a pronoun may look back

_IT = re.compile(r"\b(?:it|its|they|them|their|this|these|the (?:latter|former|same))\b", re.IGNORECASE)

_AROUND = 4  # sentences before and after one that are taken to be about the same

_COMPOUND = re.compile(r"[,;:—]|\b(?:and|but|while|whereas|who|which)\b")  # a statement that may have several parts


class Support(StrEnum):
    """How far a passage bears out a sentence."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    NOT_FOUND = "not found"


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome for one sentence.

    `nearest` is the index of the passage sentence that says most of it, -1 if there was none; `region` those that
    were read for the details, that one among them, ascending; `cosine` and `coverage` say how near that is, each
    up to 1; `missing` are the details that are not there.
    """

    outcome: Support
    nearest: int = -1
    region: tuple[int, ...] = ()
    cosine: float = 0.0
    coverage: float = 0.0
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What passages say: their sentences, plain, in order, and what a reader of them knows besides. `begins` are the
    indices of those that a passage begins with; none if they are all of one."""

    sentences: tuple[str, ...]
    about: str = ""
    begins: frozenset[int] = frozenset()

    @staticmethod
    def by(hits: Iterable[Hit]) -> Told:
        """What some passages say, under their headings and in the name of their authors."""
        sentences: list[str] = []
        about: list[str] = []
        begins: list[int] = []
        for hit in hits:
            source = hit.document.source
            begins.append(len(sentences))
            sentences += (hit.document.plain(span) for span in hit.passage.sentences)
            about += (hit.passage.section, source.title, source.author, *source.aliases)
        return Told(tuple(sentences), ". ".join(dict.fromkeys(filter(None, about))), frozenset(begins))


@dataclass(frozen=True, slots=True)
class Policy:
    """When a passage speaks of the same thing. Set on the development claims (evals/NOTES.md)."""

    cosine: float = 6.0
    coverage: float = 2.0
    bias: float = -3.9
    common: float = 0.15  # a name in so large a share of the sentences tells nothing apart
    whole: float = 0.75  # of a statement: what the nearest sentence covers if it is said there whole
    more: float = 0.1  # what another sentence must add to that
    tried: int = 3  # sentences that may be the one that says it
    unmistakable: float = 1.6  # cosine and coverage together, from which the likest sentence is the one that says it
    nearly: float = 0.25  # how much less like it than the likest they may be, cosine and coverage together
    but_for: float = 0.75  # of a statement without the names that are not there: from which it is a copy but for them
    copied: float = 0.7  # terms that two sentences share, of all that they have, from which one is a copy of the other


class Judge:
    """Holds sentences against passages.

    Args:
        embedder: for the meaning.
        spelling: of the sources: which words are names there.
        idf: how telling a term is, log(N / n) where n of N sentences have it.
        policy: the limits; Policy() if None.
    """

    def __init__(
        self, embedder: Embedder, spelling: Spelling, idf: Callable[[str], float], policy: Policy | None = None
    ) -> None:
        self._embedder = embedder
        self._spelling = spelling
        self._idf = idf
        self._policy = policy or Policy()
        self._vectors: dict[str, Vectors] = {}  # of the sentences that were embedded last
        self._last = ("", "")  # a statement and how the sources spell it

    def judge(self, sentence: str, passages: Told, cosines: Cosines | None = None) -> Finding:
        """Whether passages support a sentence.

        `cosines`, one for each of their sentences, are how like it these are in meaning, where that is known.
        """
        stated = without_locators(sentence)
        told = [without_locators(text) or text for text in passages.sentences]
        if not terms(stated) or not told:
            return Finding(Support.NOT_FOUND)
        whole = [place for place, text in enumerate(told) if _same(stated, text)]
        if whole:
            return Finding(Support.SUPPORTED, whole[0], (whole[0],), 1.0, 1.0)
        if cosines is None:
            cosines = self.cosines(stated, told)
        likeness = cosines + self.covers(stated, told)
        best = int(np.argmax(likeness))
        tried = [place for place in np.argsort(-likeness, kind="stable")[: self._policy.tried] if likeness[place] > 0]
        nearly = self._policy.nearly if likeness[best] < self._policy.unmistakable else 0.0
        tried = [int(place) for place in tried if likeness[place] >= likeness[best] - nearly]
        findings = [self._read(stated, place, told, passages, float(cosines[place])) for place in tried or [best]]
        return next((one for one in findings if one.outcome is Support.SUPPORTED), findings[0])

    def _read(self, stated: str, nearest: int, told: Sequence[str], passages: Told, cosine: float) -> Finding:
        """What comes of it if one sentence is taken to be the one that says it."""
        places = self._region(stated, told, nearest, passages.begins)
        region = " ".join(told[i] for i in places)
        coverage = float(self.covers(stated, [region])[0])
        about = f"{passages.about} {meant(stated, nearest, told, passages.begins)}"
        missing = self.missing(stated, told[nearest], region, about)
        around = [told[i] for i in range(len(told)) if any(abs(i - place) <= _AROUND for place in places)]
        missing += clauses_missing(stated, " ".join([*around, passages.about]))
        policy = self._policy
        near = policy.cosine * cosine + policy.coverage * coverage + policy.bias > 0
        outcome = Support.NOT_FOUND if not near else Support.PARTLY if missing else Support.SUPPORTED
        return Finding(outcome, nearest, places, cosine, coverage, missing)

    def is_name(self, word: str) -> bool:
        """Whether a folded word that begins a sentence is a name."""
        return self._spelling.is_name(word)

    def weights(self, text: str) -> dict[str, float]:
        """The terms of a text and how telling each is."""
        return {term: self._idf(term) for term in terms(text)}

    def covers(self, stated: str, told: Sequence[str]) -> Shares:
        """The share, 0..1, of a statement's terms that each of some texts has, telling ones counting more."""
        weights = self.weights(stated)
        return np.asarray([covered(weights, _terms(text)) for text in told])

    def names(self, text: str) -> list[Name]:
        """The names in a text, but for those that are everywhere in the sources."""
        return [name for name in names(text, self._spelling.is_name) if not self._common(name.word)]

    def cosines(self, stated: str, told: Sequence[str]) -> Cosines:
        """How like a text each of some others is in meaning: shape (len(told),), each from -1 to 1."""
        texts = list(dict.fromkeys([stated, *told]))
        known = self._vectors if len(self._vectors) + len(texts) <= _REMEMBERED else {}
        if new := [text for text in texts if text not in known]:
            known = {**known, **dict(zip(new, self._embedder.embed(new), strict=True))}
            self._vectors = known
        return np.asarray([known[text] @ known[stated] for text in told])

    def _region(self, stated: str, told: Sequence[str], nearest: int, begins: frozenset[int]) -> tuple[int, ...]:
        """Where the details may stand: the nearest sentence; the one before it, if it leans on that; and, if the
        nearest leaves out part of a statement that has several, the one that has most of the rest."""
        weights = self.weights(stated)
        chosen = {nearest}
        if nearest and nearest not in begins and (leans_back(told[nearest]) or PERSON_PRONOUN.search(told[nearest])):
            chosen.add(nearest - 1)
        there = _terms(told[nearest])
        cover = covered(weights, there)
        if cover < self._policy.whole and _COMPOUND.search(stated):
            gains = [covered(weights, there | _terms(text)) - cover for text in told]
            best = int(np.argmax(gains))
            if gains[best] >= self._policy.more and self._tells(stated, told[best], there):
                chosen.add(best)
        return tuple(sorted(chosen))

    def _tells(self, stated: str, other: str, there: frozenset[str]) -> bool:
        """Whether a sentence has more of a statement than names: what Bob did elsewhere bears out no "and Bob"."""
        named = {stem(word) for name in names(stated, self._spelling.is_name) for word in words(name.word)}
        return bool((_terms(stated) & _terms(other)) - there - named)

    def missing(self, stated: str, nearest: str, told: str, about: str) -> tuple[Missing, ...]:
        """The details of a statement that are not in `told`, the nearest sentence with those read together with it;
        `about` is known besides."""
        found = [
            *missing(stated, nearest, told, _ROUGHLY, self.is_name),
            *self._names_missing(stated, nearest, (told, about)),
        ]
        return tuple({(one.kind, one.said): one for one in reversed(found)}.values())[::-1]  # each once

    def _names_missing(self, stated: str, nearest: str, told: Sequence[str]) -> list[Missing]:
        is_name, there = self._spelling.is_name, [spelt(text) for text in told]
        lacking = self._lacking(stated, there)
        if lacking and len(other := self._lacking(respelt := self._respelt(stated), there)) < len(lacking):
            stated, lacking = respelt, other
        mine = spelt(stated)
        theirs = [name for name in names(nearest, is_name) if not self._common(name.word) and name.word not in mine]
        instead = _phrase(nearest, theirs) if theirs and lacking else ""
        if not lacking and self._copied(stated, nearest):
            lacking, instead = self._swapped(stated, nearest)
        return [Missing(Detail.NAME, said, instead) for said in _shown(stated, lacking)]

    def _respelt(self, stated: str) -> str:
        if stated != self._last[0]:
            self._last = stated, self._spelling.correct(stated).text
        return self._last[1]

    def _copied(self, stated: str, nearest: str) -> bool:
        mine, theirs = _terms(stated), _terms(nearest)
        if len(mine & theirs) >= self._policy.copied * len(mine | theirs):
            return True
        put_in = [name.word for name in names(stated, self._spelling.is_name) if name.word not in spelt(nearest)]
        rest = {
            term: w
            for term, w in self.weights(stated).items()
            if term not in {stem(p) for n in put_in for p in words(n)}
        }
        return len(rest) >= 3 and covered(rest, theirs) >= self._policy.but_for

    def _swapped(self, stated: str, nearest: str) -> tuple[list[Name], str]:
        """The names of a copy that stand in the place of others; here even a name that is everywhere counts."""
        is_name, mine, theirs = self._spelling.is_name, spelt(stated), spelt(nearest)
        put_in = [name for name in names(stated, is_name) if name.word not in theirs]
        left_out = [name for name in names(nearest, is_name) if name.word not in mine]
        return (put_in, _phrase(nearest, left_out)) if put_in and left_out else ([], "")

    def _lacking(self, stated: str, there: Sequence[Spelt]) -> list[Name]:
        found = names(stated, self._spelling.is_name)
        return [n for n in found if not self._common(n.word) and not any(n.word in text for text in there)]

    def _common(self, word: str) -> bool:
        return self._idf(stem(word)) < -math.log(self._policy.common)


@lru_cache(maxsize=20_000)
def _terms(text: str) -> frozenset[str]:
    return frozenset(terms(text))


def looks_back(text: str) -> bool:
    """Whether a sentence has a word for what the sentences before it name: "it", "they", "the latter"."""
    return bool(leans_back(text) or PERSON_PRONOUN.search(text) or _IT.search(text))


def meant(stated: str, place: int, told: Sequence[str], begins: frozenset[int]) -> str:
    """What a sentence may mean by "it", or by "the empire" where the statement has "the Ottoman Empire": the sentences
    of its passage before it; "" if it has no such word."""
    text = told[place]
    short = any(re.search(rf"\bthe {noun}\b", text, re.IGNORECASE) for noun in _NAMED_KIND.findall(stated))
    if not (short or looks_back(text)):
        return ""
    first = max((begin for begin in begins if begin <= place), default=0)
    return " ".join(told[max(first, place - _BEFORE) : place])


def _same(stated: str, told: str) -> bool:
    """Whether a text says another word for word, and little else: "that they were spies was made up" does not say
    that they were spies."""
    mine, theirs = words(stated), words(told)
    return len(mine) >= 0.9 * len(theirs) and f" {' '.join(mine)} " in f" {' '.join(theirs)} "


def _shown(text: str, found: Iterable[Name]) -> list[str]:
    """The names as they stand in a text, neighbours joined."""
    return [text[span.start : span.end] for span in phrases(text, found)]


def _phrase(text: str, found: Sequence[Name]) -> str:
    """The names as they stand in a text, if they are one phrase."""
    shown = _shown(text, found)
    return shown[0] if len(shown) == 1 else ""
