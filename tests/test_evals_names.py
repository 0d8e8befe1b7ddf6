"""`python -m evals names`: the lists are well-formed, halves share no sentence, and what is counted of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.study.card import Asked
from evals.cases import CaseError
from evals.names import HALVES, Listed, Tally, collections, read_listed, tally, told_of, wrong
from ingest.documents import Document, Span

PERSON, PLACE, NAME = Asked.PERSON, Asked.PLACE, Asked.NAME
ROWS = (
    Listed("a", Span(0, 50), (("The Mill", NAME), ("Ulm", PLACE), ("Ulm", PLACE))),
    Listed("a", Span(50, 90), (("Anna Lee", PERSON),)),
    Listed("gone", Span(0, 9), (("Ulm", PLACE),)),
)
TOLD = {"a": [(4, "Mill", NAME), (20, "Ulm", PLACE), (30, "Ulm", PERSON), (50, "Anna", PERSON), (90, "Don", PLACE)]}


def test_names_are_counted_where_their_source_is_there() -> None:
    assert tally(ROWS, TOLD) == Tally(listed=4, found=4, whole=3, right=2)
    assert list(wrong(ROWS, TOLD)) == [
        "a 0: listed Ulm (place), told Ulm (person)",
        "a 50: listed Anna Lee (person), told Anna (person)",
    ]


def test_the_lists_are_of_the_sources(documents: dict[str, Document]) -> None:
    dev, test = (read_listed(path) for path in HALVES.values())
    assert {(row.source, row.span) for row in dev}.isdisjoint((row.source, row.span) for row in test)
    rows = [row for row in (*dev, *test) if row.source in documents]
    assert len(rows) == 26
    for row in rows:
        said = documents[row.source].plain(row.span).replace("’", "'")
        assert [name for name, _ in row.names if name.replace("’", "'") not in said] == []


def test_the_names_of_the_bundled_sources_are_told() -> None:
    found = tally(
        [row for path in HALVES.values() for row in read_listed(path)], told_of(iter([next(collections(set()))]))
    )
    assert found.whole >= 0.85 * max(found.listed, found.found)
    assert found.right >= 0.95 * found.whole


@pytest.mark.parametrize(
    "row", ["[]", '{"source": "a"}', '{"source": "a", "start": 0, "end": 3, "names": [["b", "x"]]}']
)
def test_a_row_that_is_none(row: str, tmp_path: Path) -> None:
    path = tmp_path / "names.jsonl"
    path.write_text(row, encoding="utf-8")
    with pytest.raises(CaseError, match="row 1 lists no names of a sentence"):
        read_listed(path)
