"""What is counted of a document when it goes in is kept, and is what would be counted anew; rows are found by place."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.documents import Document, Span
from ingest.pipeline import ingest
from vectorstore.counts import NO_COUNTS, VERSION, Counts
from vectorstore.embedding import WordEmbedder
from vectorstore.search import Searcher
from vectorstore.spelling import Spelling
from vectorstore.store import Store
from vectorstore.table import Table
from vectorstore.units import sentence_units

WORDS = WordEmbedder(["rice", "cotton", "train"])
FILES = {
    "a": "Rice grew near Posyet. Cotton did not; it froze.\n\nThe train left.",
    "b": "# Train\n\nKim Ch'il-sŏng wrote of rice, 36,442 tons of it.\n\n- cotton\n- rice",
    "c": "Cotton.",
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    (tmp_path / "in").mkdir()
    for name, text in FILES.items():
        (tmp_path / "in" / f"{name}.md").write_text(text)
    store = Store(tmp_path / "index", WORDS)
    with store.writing():
        ingest([tmp_path / "in"], store)
    return store


def kept(store: Store) -> Path:
    (folder,) = store.folder.glob(f"content-*/counts-{VERSION}")
    return folder


def same(one: Counts, other: Counts) -> bool:
    bags = [(one.passages, other.passages), (one.sentences, other.sentences)]
    alike = [
        mine.vocabulary == theirs.vocabulary
        and mine.ids.tolist() == theirs.ids.tolist()
        and mine.lengths.tolist() == theirs.lengths.tolist()
        for mine, theirs in bags
    ]
    return all(alike) and one.written == other.written


def test_they_come_back_as_they_were(store: Store) -> None:
    assert sorted(path.name for path in kept(store).iterdir()) == ["a.npz", "b.npz", "c.npz"]
    for source_id, record in store.records.items():
        counts = Counts.of(record)
        back = Counts.parse(counts.dump(record.fingerprint), record.fingerprint)
        assert back is not None
        assert same(back, counts)
        assert same(store.counts(source_id), counts)
    assert Counts.parse(counts.dump("another"), "this") is None


@pytest.mark.parametrize("harm", [b"", b"PK garbage", None, b"\x93NUMPY" + bytes(99)])
def test_what_is_lost_or_damaged_is_counted_anew(store: Store, harm: bytes | None) -> None:
    path = kept(store) / "a.npz"
    if harm is None:
        path.unlink()
    else:
        path.write_bytes(harm)
        with pytest.raises(NO_COUNTS):
            Counts.parse(harm, store.records["a"].fingerprint)
    assert same(store.counts("a"), Counts.of(store.records["a"]))
    assert {hit.passage.source_id for hit in Searcher(store, WORDS).search("rice", k=2).hits} == {"a", "b"}


def test_the_next_write_counts_what_an_older_version_did_not(store: Store) -> None:
    (kept(store) / "a.npz").unlink()
    with store.writing():
        store.remove("c")
    assert sorted(path.name for path in kept(store).iterdir()) == ["a.npz", "b.npz"]


def test_an_index_opens_without_reading_its_texts(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(document: Document, span: Span) -> str:
        raise AssertionError(f"{document.id} {span} was read")

    monkeypatch.setattr(Document, "plain", read)
    searcher = Searcher(store, WORDS)
    assert (searcher.empty, "posyet" in searcher.spelling) == (False, True)


def test_merged_counts_spell_as_the_texts_do(store: Store, documents: dict[str, Document]) -> None:
    texts = [document.plain(Span(0, len(document.text))) for document in documents.values()]
    for known in ((), frozenset({"kolhoz", "rayon"})):
        whole, merged = Spelling(texts, known), Searcher(store, WORDS).spelling
        assert merged.correct("Who is Kim Chil Sung of Posiet?").text == "Who is Kim Ch'il-sŏng of Posyet?"
        assert whole.correct("Was Ejov in Posiet?").text == "Was Yezhov in Posyet?"


def test_rows_by_place(store: Store) -> None:
    records = store.records
    table = Table(records)
    units = [unit for record in records.values() for unit in sentence_units(record)]
    assert [table.name(row) for row in range(len(table.owner))] == [unit.id for unit in units]
    assert [table.text(row) for row in range(len(table.owner))] == [unit.text for unit in units]
    assert [table.sentence_named(unit.id) for unit in units] == list(range(len(units)))
    passages = [passage for record in records.values() for passage in record.passages]
    assert [table.passage_named(passage.id) for passage in passages] == list(range(len(passages)))
    assert [table.document(row).id for row in range(len(passages))] == [one.source_id for one in passages]
    assert table.sentences_of([1, 0]).tolist() == [row for row, owner in enumerate(table.owner) if owner < 2]
    assert table.sentences_of([]).tolist() == []
    first = passages[0]
    for offset, row in ((first.span.start, 0), (first.span.end - 1, 0), (10_000, None)):
        assert table.passage_at("a", offset) == row
    assert (table.passage_at("nobody", 0), table.passage_named("a:0-1"), table.sentence_at("a", 1)) == (
        None,
        None,
        None,
    )
