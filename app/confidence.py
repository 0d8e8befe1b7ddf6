"""How sure an answer is, and when there is none: a logistic model over five figures of a draft.

The figures: how far the best sentence's cosine and coverage reach, how much of the question's weight lies on
words that occur nowhere, whether the best sentence holds the kind of thing asked for, and how clearly it leads.
The weights are fitted on SQuAD articles (`python -m evals.fit`), the threshold is set on the development
questions (evals/NOTES.md). A reader that is trained to see near misses is a later part; this sees questions
about something else.
"""

from __future__ import annotations

import math
import re

import numpy as np
from numpy.typing import NDArray

from app.question import Question
from app.ranking import Ranked, holds
from vectorstore.search import Searcher
from vectorstore.words import FUNCTION_WORDS, fold, stem, terms, words

COLUMNS = ("cosine", "coverage", "unknown", "kind_missing", "lead", "bias")
WEIGHTS = (3.8, 1.5, -3.1, -0.4, 1.0, -3.0)
THRESHOLD = 0.1
OVERVIEW = 0.8  # of what a source says at its beginning, to who asks what it is about; not fitted


def evidence(question: Question, ranked: Ranked, searcher: Searcher) -> NDArray[np.float64]:
    """The figures of one draft, in the order of COLUMNS, shape (len(COLUMNS),)."""
    top = ranked.sentences[0]
    return np.asarray(
        [
            max(s.cosine for s in ranked.sentences[:5]),
            float(max(ranked.coverage[:3])),
            unknown_share(question, searcher),
            float(holds(question.wanted, top.text) is False),
            _lead(ranked),
            1.0,
        ]
    )


def _lead(ranked: Ranked) -> float:
    """How far the chance of the first lies above an even one, 0..1: 0 for a sentence without a rival."""
    even = 1.0 / len(ranked.sentences)
    return (float(ranked.chances[0]) - even) / (1.0 - even) if even < 1.0 else 0.0


def unknown_share(question: Question, searcher: Searcher) -> float:
    """The share of the question's weight (idf) that lies on names and numbers that no source has, 0..1.

    An ordinary word that is missing says little: the sources may put it differently.
    """
    asked = dict.fromkeys(terms(question.text))
    weights = {term: searcher.lexical.idf(term) for term in asked}
    total = sum(weights.values())
    strange = {stem(word) for word in _particular(question) if word not in searcher.spelling}
    return sum(w for t, w in weights.items() if t in strange) / total if total else 1.0


def _particular(question: Question) -> set[str]:
    """The names and numbers of a question, folded."""
    found = re.findall(r"(?<=\S\s)[^\W\d_a-z][\w'’-]+|\d[\d.,]*", question.text)
    return {word for name in found for word in words(name)}


def confidence(figures: NDArray[np.float64]) -> float:
    """The chance, 0..1, that the sources answer the question and the draft holds the answer."""
    return 1.0 / (1.0 + math.exp(-float(figures @ np.asarray(WEIGHTS))))


def missing_words(question: Question, searcher: Searcher) -> tuple[str, ...]:
    """The words and numbers of the question, as typed, that carry meaning and occur in no source."""
    typed = [re.sub(r"['’]s$", "", word) for word in question.unknown]
    numbers = [number for number in re.findall(r"\d[\d.,]*\d|\d", question.text) if number not in searcher.spelling]
    return tuple(dict.fromkeys([*(word for word in typed if fold(word) not in FUNCTION_WORDS), *numbers]))
