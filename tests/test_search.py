"""Search over a handful of sentences, with an embedder and weights that can be worked out on paper."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from math import log, sqrt
from pathlib import Path

import bm25s
import numpy as np
import pytest
from langchain_core.retrievers import BaseRetriever

from ingest.pipeline import ingest
from vectorstore.embedding import Vectors, WordEmbedder
from vectorstore.lexical import Bag, Lexical
from vectorstore.retriever import HybridRetriever
from vectorstore.search import Fusion, Result, Searcher
from vectorstore.store import Store
from vectorstore.words import terms

WORDS = WordEmbedder(["rice", "cotton", "train"])
HALF = 1 / sqrt(2)


def searcher(tmp_path: Path, fusion: Fusion | None = None, suffix: str = "txt", **files: str) -> Searcher:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.{suffix}").write_text(text, encoding="utf-8")
    store = Store(tmp_path / "index", WORDS)
    with store.writing():
        ingest([folder], store)
    return Searcher(store, WORDS, fusion or Fusion())


def scores(result: Result) -> dict[str, float]:
    return {hit.passage.source_id: hit.score for hit in result.hits}


FILES = {"a": "Rice. Cotton.", "b": "Cotton grew.", "c": "A train."}

#: BM25 of a text of common length, as a share: idf cancels where there is one word, 0.6 of it is full marks.
K1, B = 1.2, 0.75


def okapi(count: int, length: float, mean: float) -> float:
    return count / (count + K1 * (1 - B + B * length / mean))


@pytest.mark.parametrize(
    ("fusion", "expected"),
    [
        # The passage "Rice. Cotton." has the vector (1, 1, 0) / sqrt 2; "A train." is at right angles to rice.
        (Fusion(1.0, 0.0, 0.0, 0.0), {"a": HALF}),
        # Its first sentence is the query itself.
        (Fusion(0.0, 1.0, 0.0, 0.0), {"a": 1.0}),
        (Fusion(0.5, 0.5, 0.0, 0.0), {"a": 0.5 * HALF + 0.5}),
        # Words are counted with the section's title, which these have none of: lengths 2, 2 and 1.
        (Fusion(0.0, 0.0, 1.0, 0.0), {"a": min(1.0, okapi(1, 2, 5 / 3) / 0.6)}),
        # Sentences are of lengths 1, 1, 2 and 1.
        (Fusion(0.0, 0.0, 0.0, 1.0), {"a": min(1.0, okapi(1, 1, 5 / 4) / 0.6)}),
        (
            Fusion(0.5, 0.5, 0.4, 0.2),
            {
                "a": 0.5 * HALF
                + 0.5
                + 0.4 * min(1.0, okapi(1, 2, 5 / 3) / 0.6)
                + 0.2 * min(1.0, okapi(1, 1, 5 / 4) / 0.6)
            },
        ),
    ],
)
def test_fusion(tmp_path: Path, fusion: Fusion, expected: dict[str, float]) -> None:
    found = scores(searcher(tmp_path, fusion, **FILES).search("rice", k=3))
    assert found == {name: pytest.approx(expected.get(name, 0.0), abs=1e-5) for name in "abc"}
    assert next(iter(found)) == "a"


def test_idf_and_shares_by_hand() -> None:
    lexical = Lexical(["rice cotton", "cotton", "train"])
    assert lexical.idf("cotton") == pytest.approx(log(4 / 2.5))
    assert lexical.idf("wheat") == pytest.approx(log(4 / 0.5))
    assert lexical.scores("wheat").tolist() == [0.0, 0.0, 0.0]
    whole = 0.6 * (lexical.idf("rice") + lexical.idf("wheat"))
    assert lexical.shares("rice or wheat") == pytest.approx(lexical.scores("rice") / whole)
    assert lexical.shares("rice").max() <= 1.0
    assert ("rice" in lexical, "wheat" in lexical) == (True, False)
    assert Lexical([]).scores("rice").tolist() == []
    assert Lexical(["?"]).shares("rice").tolist() == [0.0]


def test_the_scores_are_bm25s_own() -> None:
    texts = ["rice cotton rice", "cotton", "train to the rice", "", "wheat, wheat, wheat and a cotton train"]
    rows = [terms(text) for text in texts]
    vocabulary = {term: place for place, term in enumerate(sorted({term for row in rows for term in row}))}
    theirs = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    theirs.index(([[vocabulary[term] for term in row] for row in rows], dict(vocabulary)), show_progress=False)
    for ours in (Lexical(texts), Lexical(Bag.joined([Bag.of(texts[:2]), Bag.of([]), Bag.of(texts[2:])]))):
        for query in ("rice", "cotton train", "wheat rice rice"):
            assert ours.scores(query) == pytest.approx(theirs.get_scores(terms(query)), abs=1e-6)


def test_coverage_by_hand() -> None:
    lexical = Lexical(["rice cotton rice", "cotton", "train"])
    rice, cotton, wheat = map(lexical.idf, ("rice", "cotton", "wheat"))
    covered = lexical.coverage("rice, cotton or wheat: rice?")
    assert covered == pytest.approx(np.asarray([rice + cotton, cotton, 0.0]) / (rice + cotton + wheat))
    assert lexical.coverage("").tolist() == [0.0, 0.0, 0.0]
    assert Lexical(["?"]).coverage("rice").tolist() == [0.0]


def test_sources_narrow_the_search(tmp_path: Path) -> None:
    search = searcher(tmp_path, **FILES).search
    assert list(scores(search("cotton", k=9)))[:2] == ["b", "a"]
    assert list(scores(search("cotton", k=9, sources=["a"]))) == ["a"]
    assert set(scores(search("cotton", k=9, sources=["a", "c"]))) == {"a", "c"}
    assert scores(search("cotton", sources=["nobody"])) == {}
    assert len(search("cotton", k=1).hits) == 1


def test_the_sentences_of_a_result(tmp_path: Path) -> None:
    result = searcher(tmp_path, **FILES).search("rice", k=1)
    assert [(s.text, s.hit.passage.id, s.cosine) for s in result.sentences] == [
        ("Rice.", "a:0-13", pytest.approx(1.0)),
        ("Cotton.", "a:0-13", pytest.approx(0.0)),
    ]


def test_an_empty_index(tmp_path: Path) -> None:
    empty = Searcher(Store(tmp_path / "index", WORDS), WORDS)
    assert (empty.empty, empty.search("rice")) == (True, Result("rice", (), ()))


def test_a_footnote_is_found_by_the_words_that_call_it(tmp_path: Path) -> None:
    text = "# Work\n\nMany grew rice.[^1]\n\n# Travel\n\nOthers left.\n\n[^1]: See the archive."
    found = searcher(tmp_path, suffix="md", a=text).search("rice", k=9)
    called, footnote, other = found.hits
    assert (called.text, footnote.plain, other.text) == ("Many grew rice.[^1]", "See the archive.", "Others left.")
    assert footnote.score > 0.9
    assert other.score < 0.1


def test_the_langchain_retriever(tmp_path: Path) -> None:
    hybrid = searcher(tmp_path, **FILES)
    retriever = HybridRetriever(searcher=hybrid, k=2)
    assert isinstance(retriever, BaseRetriever)
    found = retriever.invoke("coton")  # respelt before it is searched
    assert [document.metadata["source"] for document in found] == ["b", "a"]
    assert found[0].metadata == {
        "source": "b",
        "title": "b",
        "section": "",
        "start": 0,
        "end": 12,
        "score": hybrid.search("cotton").hits[0].score,
    }
    for document in found:
        text = hybrid.records[document.metadata["source"]].document.text
        assert text[document.metadata["start"] : document.metadata["end"]] == document.page_content


def test_several_searches_at_once_give_what_one_by_one_gives(tmp_path: Path) -> None:
    search = searcher(tmp_path, **FILES)
    queries = ["cotton", "rice or a train", "nothing known"]
    results, vectors = search.search_each(queries, k=2)
    assert results == [search.search(query, k=2) for query in queries]
    assert vectors.tolist() == WORDS.embed(queries).tolist()
    assert search.search_each([])[0] == []


def test_several_searches_of_an_empty_index(tmp_path: Path) -> None:
    results, vectors = Searcher(Store(tmp_path / "index", WORDS), WORDS).search_each(["rice", "train"])
    assert results == [Result("rice", (), ()), Result("train", (), ())]
    assert vectors.tolist() == WORDS.embed(["rice", "train"]).tolist()


def test_the_vectors_of_passages_are_those_that_were_embedded(tmp_path: Path) -> None:
    search = searcher(tmp_path, **FILES)
    a, b = (next(hit for hit in search.search("cotton", k=9).hits if hit.passage.source_id == name) for name in "ab")
    expected = WORDS.embed(["Rice.", "Cotton.", "Cotton grew."])
    assert search.vectors([a, b]) == pytest.approx(expected)
    assert search.vectors([b, a]) == pytest.approx(expected[[2, 0, 1]])
    assert search.vectors([b, b]) == pytest.approx(expected[[2, 2]])


class Counted(Store):
    """A store that counts what sentences it is asked for."""

    asked = 0

    def sentence_vectors(self, names: Sequence[str]) -> Vectors:
        self.asked += len(names)
        return super().sentence_vectors(names)


def test_vectors_are_fetched_once_also_by_many_threads(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for n in range(40):
        (folder / f"{n}.txt").write_text(f"Rice {n}. Cotton {n}. A train {n}.", encoding="utf-8")
    store = Counted(tmp_path / "index", WORDS)
    with store.writing():
        ingest([folder], store)
    search = Searcher(store, WORDS)
    hits = search.search("rice cotton train", k=40).hits
    expected = np.concatenate([WORDS.embed(["Rice", "Cotton", "A train"]) for _ in hits])
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda at: search.vectors(hits[at % 30 : at % 30 + 10]), range(400)))
    assert all(np.allclose(one, expected[:30]) for one in found)
    assert np.allclose(search.vectors(hits), expected)
    once = store.asked
    search.vectors(hits)
    assert store.asked == once
