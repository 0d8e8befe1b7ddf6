"""One score alone, with texts whose scores can be worked out on paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.alone import PASSAGES_LISTED, PASSAGES_READ, Alone, Cosine, bm25_alone, embeddings_alone
from ingest.documents import Document, Source
from ingest.loaders import load
from vectorstore.embedding import WordEmbedder

EMBEDDER = WordEmbedder(["anna", "bees", "boris", "salt", "clara", "doors", "paints", "keeps"])
TOWN = """Anna keeps bees, and the bees of Anna are black.

Boris sells salt. Clara paints doors. Clara sleeps.
"""


@pytest.fixture
def town(tmp_path: Path) -> dict[str, Document]:
    return {"town": write(tmp_path, TOWN)}


def write(folder: Path, text: str) -> Document:
    path = folder / "town.txt"
    path.write_text(text, "utf-8")
    return load(path, Source("town", "The Town", path))


@pytest.mark.parametrize("name", ["bm25", "embeddings"])
def test_the_sentences_best_by_the_score_are_the_answer_each_cited(name: str, town: dict[str, Document]) -> None:
    alone = bm25_alone(town) if name == "bm25" else embeddings_alone(town, EMBEDDER)
    answer = alone.answer("Which doors does Clara paint?", [])
    assert alone.name == name
    assert [s.text for s in answer.sentences][:2] == ["Clara paints doors.", "Clara sleeps."]
    assert [s.citations for s in answer.sentences] == [(1,), (2,), (3,)]
    assert [TOWN[c.span.start : c.span.end] for c in answer.citations] == [c.quote for c in answer.citations]
    assert answer.confidence == answer.passages[0].score
    assert 0 < answer.confidence <= 1
    assert not answer.refused


def test_the_confidence_of_the_embeddings_is_the_best_cosine(town: dict[str, Document]) -> None:
    answer = embeddings_alone(town, EMBEDDER).answer("Clara", [])
    # One passage holds all: anna 2, keeps, bees 2, boris, salt, clara 2, paints, doors; 2 / sqrt(4 * 3 + 5).
    assert (len(answer.passages), round(answer.confidence, 4)) == (1, round(2 / 17**0.5, 4))


def test_it_never_refuses_and_a_cosine_below_nought_is_no_confidence(town: dict[str, Document]) -> None:
    for alone in (bm25_alone(town), embeddings_alone(town, EMBEDDER)):
        answer = alone.answer("Who is the king?", [])
        assert (answer.refused, len(answer.sentences), answer.confidence) == (False, 3, 0.0)
    vectors = EMBEDDER.embed(["anna", "boris"])
    cosine = Cosine(vectors, lambda text: -EMBEDDER.embed([text])[0])
    assert (cosine.scores("anna").tolist(), cosine.shares("anna").tolist()) == ([-1.0, 0.0], [0.0, 0.0])


def test_a_follow_up_is_asked_with_the_turn_before_it(town: dict[str, Document]) -> None:
    answer = bm25_alone(town).answer("And who sells?", ["Tell me of Clara.", "Tell me of salt."])
    assert (answer.understood, answer.sentences[0].text) == ("Tell me of salt. And who sells?", "Boris sells salt.")


def test_sentences_are_chosen_from_the_five_best_passages_of_ten_listed(tmp_path: Path) -> None:
    text = "\n\n".join(
        f"Section {n}\n\n{'Anna keeps number ' + str(n) + ' of the bees. ' + 'Filler words. ' * 60}" for n in range(20)
    )
    document = write(tmp_path, text)

    class ByPlace:
        """The later the text, the better."""

        def __init__(self, texts: object) -> None:
            import numpy as np

            self._scores = np.arange(len(list(texts)), dtype=np.float32)  # type: ignore[call-overload]

        def scores(self, query: str) -> object:
            return self._scores

        def shares(self, query: str) -> object:
            return self._scores / len(self._scores)

    answer = Alone("by place", {"town": document}, ByPlace).answer("?", [])  # type: ignore[arg-type]
    starts = [hit.passage.span.start for hit in answer.passages]
    assert (len(starts), starts) == (PASSAGES_LISTED, sorted(starts, reverse=True))
    read = [hit.passage.span for hit in answer.passages[:PASSAGES_READ]]
    assert all(any(span.contains(c.span) for span in read) for c in answer.citations)
    assert next(c.span.end for c in answer.citations) == max(span.end for span in read)
