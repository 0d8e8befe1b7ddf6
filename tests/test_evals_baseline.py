"""LangChain's tutorial pipeline, with an embedder whose scores can be worked out on paper: words that texts share."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from evals.baseline import BASELINES, CHUNKS_KEPT, BaselineMissing, LangChain
from ingest.documents import Document, Section, Source, Span
from vectorstore.embedding import WordEmbedder

EMBEDDER = WordEmbedder(["anna", "bees", "boris", "salt", "clara", "doors", "paints"])
TOWN = """The Town

Anna keeps bees. The bees of Anna are black.

Boris sells salt. Clara paints doors. Clara sleeps."""
FARM = "Nobody lives here."


def document(source_id: str, text: str) -> Document:
    source = Source(source_id, source_id.title(), Path(f"{source_id}.txt"))
    return Document(source, text, "0", (), (Section("", 1, Span(0, len(text)), None),))


def baseline(**texts: str) -> LangChain:
    return LangChain({source_id: document(source_id, text) for source_id, text in texts.items()}, EMBEDDER)


def test_the_three_nearest_sentences_are_the_answer_each_cited() -> None:
    answer = baseline(town=TOWN, farm=FARM).answer("Which doors does Clara paint for Anna?", [])
    # Cosines with (anna, clara, doors): 2/3 for the doors, 1/sqrt(3) for the sleep, 1/sqrt(6) for the bees.
    assert answer.text == "Clara paints doors. [1] Clara sleeps. [2] Anna keeps bees. [3]"
    assert [(c.n, c.source_id, c.source_title) for c in answer.citations] == [(n, "town", "Town") for n in (1, 2, 3)]
    assert [TOWN[c.span.start : c.span.end] for c in answer.citations] == [c.quote for c in answer.citations]
    assert [hit.text for hit in answer.passages] == [TOWN, FARM]
    assert answer.passages[0].score == answer.confidence
    # The chunk has anna 2, bees 2, boris, salt, clara 2, doors, paints: (2 + 2 + 1) / (sqrt(16) * sqrt(3)).
    assert round(answer.confidence, 4) == round(5 / (4 * 3**0.5), 4)


def test_it_never_refuses() -> None:
    answer = baseline(town=TOWN).answer("Who is the king?", [])
    assert (answer.refused, len(answer.sentences), answer.confidence) == (False, 3, 0.0)


def test_a_follow_up_is_asked_with_the_turn_before_it() -> None:
    answer = baseline(town=TOWN).answer("And who sells salt?", ["Tell me of Clara.", "Tell me of Boris."])
    assert answer.understood == "Tell me of Boris. And who sells salt?"
    assert answer.sentences[0].text == "Boris sells salt."


def test_ten_chunks_are_kept_and_no_sentence_of_their_overlaps_is_said_twice() -> None:
    text = " ".join(f"Anna keeps the bees that have number {n}." for n in range(200))
    answer = baseline(town=text).answer("Anna, bees?", [])
    spans = [hit.passage.span for hit in answer.passages]
    assert len(spans) == CHUNKS_KEPT
    assert all(len(span) <= 1000 for span in spans)
    assert [text[s.start : s.end] for s in spans] == [hit.text for hit in answer.passages]
    cited = [c.span for c in answer.citations]
    assert len(cited) == 3
    assert not any(a.overlaps(b) for i, a in enumerate(cited) for b in cited[:i])


def test_the_baselines_go_by_their_names() -> None:
    documents = {"farm": document("farm", FARM)}
    assert [name for name in BASELINES if BASELINES[name](documents, EMBEDDER).name != name] == []
    assert list(BASELINES) == ["bm25", "embeddings", "langchain"]


def test_a_missing_library_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "langchain_text_splitters", None)  # as if it were not installed
    with pytest.raises(BaselineMissing, match=r"^the baseline langchain is left out: .* \(pip install langchain-text-"):
        baseline(town=TOWN)
