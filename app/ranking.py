"""Which sentences answer: a linear ranker over what search knows and what the wording shows.

`features` turns a question and the sentences of a search result into a matrix, `WEIGHTS` scores its rows.
The weights are fitted by `python -m evals.fit` on SQuAD articles (listwise softmax; Cao et al., 2007) and
committed as numbers, each with a meaning, nothing to load. The last two are set by hand. Where a question is put
in words of its own (`Result.trust`), what words are shared says little: meaning takes over.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from app.wording import Wanted
from ingest.documents import BlockKind, Passage
from vectorstore.search import Result, Searcher, SentenceScore
from vectorstore.units import is_fragment
from vectorstore.words import covered, leans_back, stem, terms, without_locators, words

#: name of each column -> weight.
WEIGHTS: dict[str, float] = {
    "cosine": 5.5,  # of the sentence's vector
    "passage": 6.4,  # fused score of its passage
    "coverage": 2.5,  # share of the question's terms in the sentence, weighted by idf, as far as words are trusted
    "context": 2.5,  # the same, with the sentence before it
    "kind": 0.9,  # it holds the kind of thing that is asked for (a date, a number, ...)
    "kind_missing": -1.0,  # it does not
    "bigrams": 2.0,  # share of the question's pairs of neighbouring words, as far as words are trusted
    "leans_back": -0.3,  # it begins with a word for something that the sentence before it names
    "fragment": -4.0,  # it is a caption or the like, no sentence
    "cosine_alone": 2.0,  # the cosine again, as far as words are not trusted
}

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_NUMBER_WORDS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundreds?|thousands?"
    "|millions?|billions?|half|thirds?(?= of\\b)|quarters?|dozens?|single|both|several"
)
_NUMBER = rf"\d|\b(?:{_NUMBER_WORDS})\b"
#: Digits that count nothing: days, years, "No. 516", "19th".
_UNCOUNTED = re.compile(
    rf"\b(?:{_MONTHS}) \d{{1,2}}\b|\b\d{{1,2}} (?:{_MONTHS})\b|(?<![\d,.])(?:1[5-9]|20)\d\ds?(?![\d,]\d)\b|\bNo\. ?\S+"
    r"|\b\d+(?:st|nd|rd|th)\b"
)
_HOLDS: dict[Wanted, re.Pattern[str]] = {
    Wanted.YEAR: re.compile(r"\b(?:1\d|20)\d\d\b"),
    Wanted.DATE: re.compile(rf"\b(?:1\d|20)\d\ds?\b|\b(?:{_MONTHS}|spring|summer|autumn|fall|winter|centur\w+)\b"),
    Wanted.NUMBER: re.compile(_NUMBER, re.IGNORECASE),
    Wanted.LABEL: re.compile(r"\b(?:No|Nr|no)\. ?\d|№|#\d|\b[Nn]umber \d"),
    Wanted.DURATION: re.compile(
        rf"(?=.*(?:{_NUMBER})).*\b(?:year|month|week|day|hour|minute|decade|centur)\w*",
        re.IGNORECASE | re.DOTALL,
    ),
    Wanted.PERSON: re.compile(r"(?<=[\w,”\"'] )[A-Z][\w'’-]+|[A-Z][\w'’-]+ [A-Z]"),
    Wanted.PLACE: re.compile(r"(?<=[\w,”\"'] )[A-Z][\w'’-]+"),
    Wanted.REASON: re.compile(
        r"\b(?:because|since|due to|in order to|so that|as a result|therefore|thus|caus\w+|reason\w*|led to|owing"
        r"|purpose|result\w*|to (?:avoid|prevent|ensure|help|eliminate|end|aid)|intended|aim\w*|so as|believ\w+)\b",
        re.IGNORECASE,
    ),
    Wanted.DEFINITION: re.compile(
        r"\b(?:consist\w*|compris\w+|composed of|made up of|(?:is|was|are|were) (?:an?|the)|known as|called|so-called"
        r"|refers? to|means?|defin\w+)\b",
        re.IGNORECASE,
    ),
}

_PICTURE_WORDS = frozenset("pictur imag photo photograph portrait map caption figur".split())  # stems


@dataclass(frozen=True)
class Ranked:
    """The sentences of a result, best first. `scores` (higher is better) and `chances` (they add up to 1)."""

    sentences: tuple[SentenceScore, ...]
    scores: NDArray[np.float64]
    chances: NDArray[np.float64]
    coverage: NDArray[np.float64]  # the column of `features`

    def with_gains(self, gains: NDArray[np.float64]) -> Ranked:
        """The ranking after adding to the scores; `gains` has shape (len(sentences),)."""
        scores = self.scores + gains
        return Ranked(self.sentences, scores, _softmax(scores), self.coverage).sorted()

    def sorted(self) -> Ranked:
        """The same, best first; the first of two that are equal stays the first."""
        order = np.argsort(-self.scores, kind="stable")
        sentences = tuple(self.sentences[i] for i in order)
        return Ranked(sentences, self.scores[order], self.chances[order], self.coverage[order])


def _softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    chances = np.exp(scores - scores.max(initial=-np.inf))
    return np.asarray(chances / (chances.sum() or 1.0))


def holds(wanted: Wanted, text: str) -> bool | None:
    """Whether a text has the kind of thing that is asked for; None if any kind would do."""
    pattern = _HOLDS.get(wanted)
    if wanted is Wanted.NUMBER:
        text = _UNCOUNTED.sub("", text)
    return None if pattern is None else bool(pattern.search(text))


def features(text: str, wanted: Wanted, result: Result, searcher: Searcher) -> NDArray[np.float64]:
    """One row a sentence of the result, one column a weight: shape (len(result.sentences), len(WEIGHTS)).

    The sentences are in reading order, those of one passage next to each other.
    """
    sentences, trust = result.sentences, result.trust
    idf = {term: searcher.lexical.idf(term) for term in terms(text)}
    pairs = set(pairwise(stem(w) for w in words(text)))
    rows: list[list[float]] = []
    before: frozenset[str] = frozenset()
    for i, sentence in enumerate(sentences):
        mine = _term_set(sentence.text)
        same = i > 0 and sentences[i - 1].hit.passage is sentence.hit.passage
        around = mine | before if same else mine
        passage = sentence.hit.passage
        plain = sentence.plain
        kind = holds(wanted, without_locators(plain))
        rows.append(
            [
                sentence.cosine,
                sentence.hit.score,
                trust * covered(idf, mine),
                trust * covered(idf, around),
                float(kind is True),
                float(kind is False),
                trust * len(pairs & _pair_set(sentence.text)) / (len(pairs) or 1),
                float(leans_back(plain)),
                float(is_fragment(passage.kind, plain) and not _asks_for(passage, idf)),
                (1.0 - trust) * sentence.cosine,
            ]
        )
        before = mine
    return np.asarray(rows, dtype=np.float64).reshape(len(sentences), len(WEIGHTS))


def rank(text: str, wanted: Wanted, result: Result, searcher: Searcher) -> Ranked:
    """The sentences of a result in the order in which they seem to answer."""
    matrix = features(text, wanted, result, searcher)
    scores = matrix @ np.asarray(list(WEIGHTS.values()))
    coverage = matrix[:, list(WEIGHTS).index("coverage")]
    return Ranked(result.sentences, scores, _softmax(scores), coverage).sorted()


def _asks_for(passage: Passage, asked: Collection[str]) -> bool:
    """Whether a question is about fragments of this kind: "what is in the picture?", "keywords of the paper"."""
    if passage.kind is BlockKind.CAPTION:
        return not _PICTURE_WORDS.isdisjoint(asked)
    title = _term_set(passage.section)
    return bool(title) and len(title & set(asked)) >= len(title) / 2


@lru_cache(maxsize=50_000)
def _term_set(text: str) -> frozenset[str]:
    return frozenset(terms(text))


@lru_cache(maxsize=50_000)
def _pair_set(text: str) -> frozenset[tuple[str, str]]:
    return frozenset(pairwise(stem(w) for w in words(text)))
