"""Pages, slides, rows and times: found for a place, said in words, kept by the index."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.answer import Citation
from ingest.documents import Block, BlockKind, Document, Locator, LocatorKind, Section, Source, Span
from vectorstore.records import Record, dump, parse

TEXT = "Ann came. Bob left. Cid stayed."


def document(*locators: Locator) -> Document:
    span = Span(0, len(TEXT))
    source = Source("log", "A log", Path("log.pdf"))
    blocks = (Block(BlockKind.PARAGRAPH, span),)
    return Document(source, TEXT, "0", blocks, (Section("May", 1, span, None),), (), locators)


PAGES = (Locator(LocatorKind.PAGE, "xii", 0), Locator(LocatorKind.PAGE, "1", 10))


@pytest.mark.parametrize(
    ("locators", "span", "where"),
    [
        ((), Span(0, 9), ""),
        (PAGES, Span(0, 9), "p. xii"),
        (PAGES, Span(10, 19), "p. 1"),
        (PAGES, Span(20, 31), "p. 1"),
        (PAGES, Span(5, 19), "pp. xii–1"),
        (PAGES[1:], Span(0, 9), ""),
        ((Locator(LocatorKind.SLIDE, "3", 0),), Span(0, 9), "slide 3"),
        ((Locator(LocatorKind.ROW, "2", 0), Locator(LocatorKind.ROW, "3", 10)), Span(0, 19), "row 2–3"),
        ((Locator(LocatorKind.TIME, "0:01:23", 0),), Span(0, 9), "at 0:01:23"),
    ],
)
def test_a_place_has_the_locator_it_begins_and_ends_in(locators: tuple[Locator, ...], span: Span, where: str) -> None:
    assert document(*locators).where(span) == where


def test_a_citation_says_section_and_page() -> None:
    cited = Citation.of(document(*PAGES), "May", Span(10, 19))
    assert (cited.locator, cited.place, cited.quote) == ("p. 1", "May · p. 1", "Bob left.")


def test_the_index_keeps_locators_and_reads_records_that_have_none() -> None:
    record = Record(document(*PAGES), (), "f")
    assert parse(dump(record)).document.locators == PAGES
    older = dump(Record(document(), (), "f")).replace('"locators": [], ', "")
    assert '"locators"' not in older
    assert parse(older).document.locators == ()
