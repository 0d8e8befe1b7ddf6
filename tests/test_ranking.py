"""Which sentence answers: the kind of thing that is asked for, and how far shared words are trusted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.confidence import COLUMNS, evidence
from app.question import understand
from app.ranking import Ranked, holds, rank
from app.tutor import Tutor
from app.wording import Wanted
from vectorstore.search import Fusion, Result, SentenceScore


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (Wanted.NUMBER, "more than 70 articles", True),
        (Wanted.NUMBER, "In 1937, 36,442 families were sent", True),
        (Wanted.NUMBER, "a third of them", True),
        (Wanted.NUMBER, "in the late 19th century, and again in 1937", False),
        (Wanted.NUMBER, "on September 21, 1937, in the third stage", False),
        (Wanted.NUMBER, "Memorandum No. 516", False),
        (Wanted.LABEL, "Memorandum No. 516", True),
        (Wanted.LABEL, "516 families", False),
        (Wanted.YEAR, "516 families", False),
        (Wanted.YEAR, "in 1937", True),
        (Wanted.DURATION, "it took three weeks", True),
        (Wanted.DURATION, "three families", False),
        (Wanted.ANY, "three families", None),
    ],
)
def test_a_sentence_holds_what_is_asked_for(kind: Wanted, text: str, expected: bool | None) -> None:
    assert holds(kind, text) is expected


@pytest.mark.parametrize(("coverage", "trust"), [(0.0, 0.0), (0.2, 0.0), (0.3, 0.5), (0.4, 1.0), (1.0, 1.0)])
def test_few_shared_words_are_chance(coverage: float, trust: float) -> None:
    assert Fusion(paraphrased=0.2, worded_alike=0.4).trust(coverage) == pytest.approx(trust)


@pytest.mark.parametrize(("trust", "first"), [(1.0, "The author brought a towel."), (0.0, "Kim wrote it in prison.")])
def test_meaning_decides_where_words_are_not_to_be_trusted(tutor: Tutor, trust: float, first: str) -> None:
    """Of two sentences one shares a word with the question, the other is nearer in meaning."""
    searcher = tutor.searcher()
    hit = replace(searcher.search("author").hits[0], score=0.3)
    pair = (("The author brought a towel.", 0.2), ("Kim wrote it in prison.", 0.3))
    sentences = tuple(SentenceScore(hit, hit.passage.sentences[0], text, cosine) for text, cosine in pair)
    ranked = rank("author", Wanted.ANY, Result("author", (hit,), sentences, trust), searcher)
    assert ranked.sentences[0].text == first


@pytest.mark.parametrize(
    ("chances", "lead"), [([1.0], 0.0), ([0.5, 0.5], 0.0), ([0.9, 0.1], 0.8), ([0.4, 0.2, 0.2, 0.2], 0.2)]
)
def test_a_sentence_leads_as_far_as_it_is_above_an_even_chance(tutor: Tutor, chances: list[float], lead: float) -> None:
    """The only sentence of a small collection is first without having won anything."""
    searcher = tutor.searcher()
    sentences = (searcher.search("author").sentences[0],) * len(chances)
    rising = np.linspace(0.5, 0.1, len(chances))
    figures = evidence(
        understand("author", [], searcher.spelling),
        Ranked(sentences, rising, np.asarray(chances), np.zeros(len(chances))),
        searcher,
    )
    assert figures[COLUMNS.index("lead")] == pytest.approx(lead)
