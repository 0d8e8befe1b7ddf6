"""Sentences: each case is written with "|" where one sentence ends and the next begins."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sentences import sentence_spans

CASES = {
    "plain": "It began.| It ended.| Then?| Yes!| Good.",
    "abbreviation before a name": "Dr. German Kim met Prof. Pak.| He left.",
    "circa": "It was built c. 350 BC.| It fell c. AD 30.| He left.",
    "abbreviation, number": "On train No. 505 and Nos. 7, see pp. 3-5 and p. 4, Vol. 2, Fig. 3.| Next.",
    "no number: a sentence": "He said no.| Kim left.",
    "initials": "John J. Stephan and G.V. Kan met A. Amalrik.| They spoke.",
    "initials at the end": "This was in the U.S.| The others stayed in the U.S. Army.",
    "et al.": "So (Shin et al., 2011) and Shin et al. Koreans.| End.",
    "etc. mid and end": "Bread, salt, etc. were sold.| Oil, etc.| However, no.",
    "i.e. and e.g.": "The republic, i.e. more than 10, e.g. Kim.| Yes.",
    "decimals": "It was 18.3 per thousand in 1937.| 16.3 came later.",
    "month": "On Sept. 9 and Dec. 12 they left.| In Dec.| Kim came.",
    "St.": "In St. Petersburg.| On Main St.| The house stood.",
    "closing quote": "Of the “early 1940s.”| This was noted.",
    "closing bracket": "(They left.)| Others (see Kim [1937].) stayed.| Yes.",
    "footnote marks": "At the station.¹| Then the war.[^2]| It ended.[12]| Then.",
    "markup after the stop": "He read *The Gulag.*| Then [he left.](#)| Now **stop.**| End.",
    "next begins with markup": "It fell.| [Sakhalin](#) Koreans came.| *Koryo Saram* stayed.| “So,” he said.",
    "speech goes on": "“Why?” he asked.| “Go!” they said.",
    "ellipsis": "“...to begin on October 25.”| He waited... and left.| 1... 2... 3.",
    "spaced ellipsis": "It fell . . . and rose.| Then.",
    "dash": "Instead of a Preface. – Peoples deported.| End.",
    "page reference": "(file 1208, case 26a, p.1).| As of then.",
    "citation behind the quote": "“They rose.” (Lee & Kim, 1992)| Nobody fell.",
    "date behind the stop": "It was settled. [1864-1883]| Then more.",
    "next begins with a number": "Five in Karakalpakstan.| 5,145 families were settled.",
    "page break": "In their general books\n\nand papers.| Still,\nit went on.",
    "items in one sentence": "Four periods: 1) the ban; 2) the thaw; and 3) study.| End.",
    "ordinals": "There are reasons: first, this.| Second, that.| Fifth, those.",
    "list inside": "The periods:| 1. Early migration. [1864]| 2. Japanese expansion [1894].| 3. The end.",
    "list without stops": "Steps:| 1. Open it| 2. Close it",
    "list across a page break": "So:| 1. Early.| 2. Sovietization through\n\ncollectivization.| 3. End.",
    "no list": "See Vol. 1.| Moscow printed Vol. 2.| Kim wrote it.",
    "numbers from 3 on": "It has 3.| Kim has 4.| So there.",
    "numbered title": "1. Introduction",
    "lettered item": "a. The first one.| It is long.",
    "wide stops": "그는 갔다。|다시 왔다！| 끝.",
    "no stop": "Working Paper No. 52",
    "roman numeral": "World War I. Kim left.",
    "roman numeral, then a starter": "It was World War I.| The end.",
}


@pytest.mark.parametrize("name", CASES)
def test_sentences(name: str) -> None:
    text = CASES[name].replace("|", "")
    found = [text[span.start : span.end] for span in sentence_spans(text, 0, len(text))]
    assert found == [part.strip() for part in CASES[name].split("|")]


def test_only_the_range_is_read() -> None:
    text = "No. Yes it is. But no. 5 more"
    assert [text[s.start : s.end] for s in sentence_spans(text, 3, 22)] == ["Yes it is.", "But no."]


@given(st.text(alphabet=st.sampled_from("aAé1. \n?!…[](\"'“”*)²-:한。"), max_size=80), st.integers(0, 5))
def test_sentences_tile_the_range(text: str, start: int) -> None:
    start = min(start, len(text))
    spans = sentence_spans(text, start, len(text))
    covered = "".join(text[span.start : span.end] for span in spans)
    assert re.sub(r"\s", "", covered) == re.sub(r"\s", "", text[start:])
    assert all(text[s.start : s.end] == text[s.start : s.end].strip() for s in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
