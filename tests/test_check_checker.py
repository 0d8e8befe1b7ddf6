"""Verdicts on claims: over a source of our own through the real embedder, and a few over the bundled sources.

How many verdicts are right is measured by `python -m evals check`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.build import build_store
from app.check.checker import Checker, Policy
from app.check.pieces import CheckError, Kind, Piece, pieces
from app.check.verdict import Judgement, Verdict
from app.settings import Settings
from app.tutor import Tutor
from ingest.pipeline import ingest
from vectorstore.embedding import Embedder

GLASS = """\
# The glassworks of Limmared

The glassworks of Limmared was founded by Anna Brandt in 1740. In its first year it employed 28 workers and made \
9,000 bottles. The furnace was not rebuilt after the fire of 1812. Anna Brandt sold a third of her shares to Carl \
Dahl.

# The village

All of the houses of the village burned down on 3 May 1812. In the north there were 14 farms, in the south 37.
"""
#: A claim, the verdict on it, and what it has otherwise: kind, its words, the source's.
CLAIMS: tuple[tuple[str, Verdict, list[tuple[str, str, str]]], ...] = (
    ("Anna Brandt founded the Limmared glassworks in 1740.", Verdict.SUPPORTED, []),
    ("28 workers were employed at the glassworks in its first year.", Verdict.SUPPORTED, []),
    ("After the fire of 1812 the furnace was never rebuilt.", Verdict.SUPPORTED, []),
    ("Every house of the village burned down in May 1812.", Verdict.SUPPORTED, []),
    ("There were 37 farms in the south.", Verdict.SUPPORTED, []),
    ("In its first year the glassworks employed 34 workers and made 9,000 bottles.", Verdict.CONTRADICTED,
     [("number", "34", "28")]),
    ("The glassworks of Limmared was founded by Anna Brandt in 1750.", Verdict.CONTRADICTED,
     [("date", "1750", "1740")]),
    ("The glassworks of Limmared was founded by Carl Dahl in 1740.", Verdict.CONTRADICTED,
     [("name", "Carl Dahl", "Anna Brandt")]),
    ("The furnace was rebuilt after the fire of 1812.", Verdict.CONTRADICTED,
     [("negation", "", "not rebuilt")]),
    ("Only some of the houses of the village burned down on 3 May 1812.", Verdict.CONTRADICTED,
     [("negation", "Only some", "All")]),
    ("In the south there were 14 farms.", Verdict.CONTRADICTED, [("number", "14", "37")]),
    ("Carl Dahl sold a third of his shares to Anna Brandt.", Verdict.CONTRADICTED,
     [("name", "Carl … Anna", "Anna … Carl")]),
    ("The bottles were shipped to Portugal by sea.", Verdict.NOT_IN_SOURCES, [("name", "Portugal", "")]),
    ("Penguins feed on krill.", Verdict.NOT_IN_SOURCES, [("clause", "Penguins feed on krill", "")]),
)  # fmt: skip


@pytest.fixture(scope="module")
def glass(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Tutor]:
    """A tutor that knows one text."""
    folder = tmp_path_factory.mktemp("glass")
    (folder / "in").mkdir()
    (folder / "in" / "glass.md").write_text(GLASS, encoding="utf-8")
    store = build_store(Settings.read({"TUTOR_HOME": str(folder)}), embedder)
    with store.writing():
        ingest([folder / "in"], store)
    yield Tutor(store, embedder)
    store.close()


def differences(judgement: Judgement) -> list[tuple[str, str, str]]:
    return [(one.kind.value, one.said, one.instead) for one in judgement.differences]


@pytest.mark.parametrize(("claim", "verdict", "expected"), CLAIMS)
def test_a_verdict_and_what_differs(
    glass: Tutor, claim: str, verdict: Verdict, expected: list[tuple[str, str, str]]
) -> None:
    judgement = Checker(glass).check(claim)
    assert (judgement.claim, judgement.verdict, differences(judgement)) == (claim, verdict, expected)


@pytest.mark.parametrize(("claim", "verdict"), [(claim, verdict) for claim, verdict, _ in CLAIMS])
def test_what_is_cited(glass: Tutor, claim: str, verdict: Verdict) -> None:
    judgement = Checker(glass).check(claim)
    text = glass.document("glass").text
    assert 0.0 < judgement.confidence < 1.0
    assert [one.n for one in judgement.citations] == list(range(1, len(judgement.citations) + 1))
    assert bool(judgement.citations) is (verdict is not Verdict.NOT_IN_SOURCES)
    assert (judgement.nearest is not None) is (verdict is Verdict.NOT_IN_SOURCES)
    for one in (*judgement.citations, *filter(None, [judgement.nearest])):
        assert text[one.span.start : one.span.end] == one.quote


def test_a_claim_that_is_further_from_its_source_is_less_sure(glass: Tutor) -> None:
    word_for_word, loosely = Checker(glass).check_all(
        ["The furnace was not rebuilt after the fire of 1812.", "After a fire the furnace was not rebuilt."]
    )
    assert (word_for_word.verdict, loosely.verdict) == (Verdict.SUPPORTED, Verdict.SUPPORTED)
    assert word_for_word.confidence > loosely.confidence
    contradicted = Checker(glass).check(CLAIMS[5][0])
    row = contradicted.as_row()
    assert row["confidence"] == round(contradicted.confidence, 4)
    assert [quote["source"] for quote in row["quotes"]] == ["glass"]


@pytest.mark.parametrize("together", [1, 3, 64])
def test_together_as_one_by_one(glass: Tutor, together: int) -> None:
    """The vectors of a batch differ by a rounding; nothing else may."""
    claims = [claim for claim, _, _ in CLAIMS]
    alone = [Checker(glass).check(claim) for claim in claims]
    batch = list(Checker(glass, Policy(together=together)).check_all(claims))
    assert [one.as_row() | {"confidence": 0} for one in batch] == [one.as_row() | {"confidence": 0} for one in alone]
    assert [one.confidence for one in batch] == pytest.approx([one.confidence for one in alone], abs=1e-4)
    assert list(Checker(glass).check_all([])) == []


def test_an_empty_index_has_nothing(tmp_path: Path, embedder: Embedder) -> None:
    tutor = Tutor(build_store(Settings.read({"TUTOR_HOME": str(tmp_path)}), embedder), embedder)
    judgement = Checker(tutor).check("Anna Brandt founded it.")
    assert (judgement.verdict, judgement.citations, judgement.nearest) == (Verdict.NOT_IN_SOURCES, (), None)


@pytest.mark.parametrize(
    ("claim", "verdict", "expected"),
    [
        ("45,302 people were convicted of espionage for Japan in 1937.", Verdict.SUPPORTED, []),
        ("46,302 people were convicted of espionage for Japan in 1937.", Verdict.CONTRADICTED,
         [("number", "46,302", "45,302")]),
        ("In the 1960s Koreans in Tashkent built a large observatory.", Verdict.NOT_IN_SOURCES, None),
    ],
)  # fmt: skip
def test_the_bundled_sources(
    tutor: Tutor, claim: str, verdict: Verdict, expected: list[tuple[str, str, str]] | None
) -> None:
    judgement = Checker(tutor).check(claim)
    assert judgement.verdict is verdict
    assert expected is None or differences(judgement) == expected


def test_where_the_sources_disagree_both_places_are_cited(tutor: Tutor) -> None:
    """Of the families in Uzbekistan on 15 November 1938 there are two totals."""
    conflict = next(one for one in tutor.conflicts() if "16,453" in one.note)
    judgement = Checker(tutor).check("On November 15, 1938 there were 16,453 Korean families in Uzbekistan.")
    assert judgement.conflicts == (conflict.note,)
    cited = [(one.source_id, one.span) for one in judgement.citations]
    for other in conflict.places:
        assert any(source == other.source_id and span.overlaps(other.span) for source, span in cited)


# -- any text at all --------------------------------------------------------------------------------------------------

_WORDS = st.sampled_from(
    "Anna Brandt He It was not founded in 1740 , and which 28 workers never 3 May all some most ; ( ) “ ” \" ' "
    "[x](#) *so* ```\n # | \n\n 1. - ? ! . II first second no more than half of % 0 1e9 ŏ ½ \u00a0".split(" ")
)
_TEXTS = st.one_of(st.text(max_size=200), st.lists(_WORDS, max_size=40).map(" ".join))


def taken_apart(text: str) -> tuple[Piece, ...]:
    """The pieces of a text, none if it is refused; any other error is one."""
    with contextlib.suppress(CheckError):
        return pieces(text)
    return ()


@settings(max_examples=300, deadline=None)
@given(_TEXTS)
def test_any_text_comes_apart_or_is_refused(text: str) -> None:
    found = taken_apart(text)
    assert any(piece.kind is Kind.CLAIM for piece in found) is bool(found)
    assert all(piece.span.start < piece.span.end <= len(text) for piece in found)
    assert all(one.span.end <= other.span.start for one, other in pairwise(found))
    assert all(any(character.isalnum() for character in piece.statement) for piece in found)


@settings(max_examples=300, deadline=None)
@given(st.lists(_WORDS, max_size=40).map(" ".join))
def test_every_word_of_a_text_is_in_a_piece(text: str) -> None:
    found = taken_apart(text)
    rest = list(text)
    for piece in found:
        rest[piece.span.start : piece.span.end] = " " * (piece.span.end - piece.span.start)
    assert not found or not any(character.isalpha() for character in rest)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_TEXTS)
def test_any_claim_gets_a_verdict(glass: Tutor, claim: str) -> None:
    judgement = Checker(glass).check(claim)
    text = glass.document("glass").text
    assert judgement.claim == claim
    assert all(text[one.span.start : one.span.end] == one.quote for one in judgement.citations)
    assert (judgement.verdict is Verdict.NOT_IN_SOURCES) is not bool(judgement.citations)
