"""Lists in running text, on handmade documents and on the bundled ones."""

from __future__ import annotations

from pathlib import Path

from ingest.chunk import chunk
from ingest.documents import Document, Source
from ingest.lists import find_lists
from ingest.loaders import load


def lists_of(document: Document) -> list[tuple[str | None, list[str]]]:
    """The beginning of the introduction and of every item."""
    found = find_lists(document, chunk(document))
    return [
        (document.plain(one.intro)[:20] if one.intro else None, [document.plain(item)[:14] for item in one.items])
        for one in found
    ]


def from_text(tmp_path: Path, text: str) -> Document:
    file = tmp_path / "a.txt"
    file.write_text(text, encoding="utf-8")
    return load(file, Source("a", "A", file))


def test_words_digits_and_nesting(tmp_path: Path) -> None:
    text = (
        "There were two causes. First, the rain fell for days. It was cold. Second, the river rose at night. "
        "Then came the repairs. 1. The dam was built by hand. 2. The road was laid in stone. "
        "First, nothing else happened at all."
    )
    assert lists_of(from_text(tmp_path, text)) == [
        ("There were two cause", ["First, the rai", "Second, the ri"]),
        ("Then came the repair", ["1. The dam was", "2. The road wa"]),
    ]


def test_an_item_that_shares_the_introduction(tmp_path: Path) -> None:
    text = "The reasons were these: first, the rain fell for days. Second, the river rose at night."
    (one,) = find_lists(document := from_text(tmp_path, text), chunk(document))
    assert one.intro == one.items[0]
    assert one.all_spans() == one.items


def test_a_second_without_a_first_is_no_list(tmp_path: Path) -> None:
    assert lists_of(from_text(tmp_path, "Second, the river rose. Third, it fell again.")) == []


def test_the_lists_of_the_paper(documents: dict[str, Document]) -> None:
    paper = documents["kim2026"]
    sizes = {(intro or "")[:14]: len(items) for intro, items in lists_of(paper)}
    assert sizes["The secondary "] == 5  # "first, ... Fifth" in one paragraph, other sentences between
    assert sizes["The Far Easter"] == 6  # "1. ... 6. ..." across a page break
    assert sizes["The directive,"] == 4  # "Firstly ... Fourthly" across a page break
