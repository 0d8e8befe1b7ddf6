"""Statements that cannot both be true."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.disagreement import conflict_with, conflict_within
from ingest.documents import Block, BlockKind, Document, Passage, Section, Source, Span
from vectorstore.search import Hit, SentenceScore


def sentence(text: str) -> SentenceScore:
    span = Span(0, len(text))
    document = Document(
        Source(str(hash(text)), "A", Path("a.txt")),
        text,
        "",
        (Block(BlockKind.PARAGRAPH, span),),
        (Section("", 1, span, None),),
    )
    return SentenceScore(Hit(Passage(document.id, span, "", (span,)), document, 0.0), span, text)


TOTAL = "As of May 5, 1938, a total of 16,453 families had been settled in Uzbekistan."


@pytest.mark.parametrize(
    ("other", "note"),
    [
        ("As of May 5, 1938, there were 16,307 Korean families in Uzbekistan.",
         "The sources disagree here: 16,453 families and 16,307 Korean families."),
        ("As of 5 May 1938, there were 16,307 families in Uzbekistan.",
         "The sources disagree here: 16,453 families and 16,307 families."),
        ("As of May 5, 1938, there were 16,453 families in Uzbekistan.", None),  # the same
        ("As of May 6, 1938, there were 16,307 families in Uzbekistan.", None),  # another day
        ("As of May 5, 1938, there were 16,307 families in Kazakhstan.", None),  # another place
        ("As of May 5, 1938, there were 211 farms in Uzbekistan.", None),  # another thing
        ("As of May 5, 1938, Uzbekistan was warm.", None),
    ],
)  # fmt: skip
def test_two_numbers_of_one_thing(other: str, note: str | None) -> None:
    found = conflict_with(sentence(TOTAL), [sentence(TOTAL), sentence(other)])
    assert (found.note if found else None) == note


@pytest.mark.parametrize(
    ("text", "disagrees"),
    [
        ("It is to begin on October 25 and be completed by October 15.", True),
        ("It is to start on 25 October and end on 15 October.", True),
        ("It is to begin on October 5 and be completed by October 15.", False),
        ("It began on October 25; the harvest was completed by October 15.", False),
    ],
)
def test_an_end_before_its_beginning(text: str, disagrees: bool) -> None:
    assert (conflict_within(sentence(text)) is not None) is disagrees
