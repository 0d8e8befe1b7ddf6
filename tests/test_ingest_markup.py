"""Inline markup: what is hidden, what is shown, and that no two hidden pieces overlap."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.documents import Mark, MarkKind, Span
from ingest.markup import inline_marks


def shown(text: str, markdown: bool, references: dict[str, str] | None = None) -> str:
    """What a reader sees of `text`."""
    hidden: set[int] = set()
    for mark in inline_marks(text, 0, len(text), markdown, references or {}):
        hidden |= set(range(mark.outer.start, mark.inner.start)) | set(range(mark.inner.end, mark.outer.end))
    return "".join(char for i, char in enumerate(text) if i not in hidden)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the [Khrushchev Thaw](#) and", "the Khrushchev Thaw and"),
        (r"the [Great Purge \(Terror\)](#) [1936-1937]", "the Great Purge (Terror) [1936-1937]"),
        ("*perestroika*'s end", "perestroika's end"),
        ("**False\nReality in 1937**", "False\nReality in 1937"),
        ("([Coox](#), 1968)", "(Coox, 1968)"),
        ("*a [link](x) in emphasis*", "a link in emphasis"),
        ("[a *word* here](x)", "a word here"),
        ("*left [out* of](x)", "*left out* of"),  # emphasis does not cross a link's edge
        ("[outer [inner](x)](y)", "[outer inner](y)"),  # links hold no links
        ("![a map](map.png)", "a map"),
        ("[![a map](map.png)](page)", "a map"),
        ("[text](a(b)c 'title')", "text"),
        ("[](http://x)", "http://x"),
        ("[]()", "[]()"),
        ("***both***", "both"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("[1864-1883] and [Soviet] (sic)", "[1864-1883] and [Soviet] (sic)"),
        ("a note[^1](x)", "a note[^1](x)"),
        ("[unfinished](", "[unfinished]("),
        ("**open", "**open"),
    ],
)
@pytest.mark.parametrize("markdown", [False, True])
def test_what_a_reader_sees(text: str, expected: str, markdown: bool) -> None:
    assert shown(text, markdown) == expected


@pytest.mark.parametrize(
    ("text", "plain", "markdown"),
    [
        ("snake_case and _word_", "snake_case and _word_", "snake_case and word"),
        ("`code *x*` end", "`code x` end", "code *x* end"),
        ("a``b`c``d", "a``b`c``d", "ab`cd"),
        (r"1\. \*not\*", r"1\. \*not\*", "1. *not*"),
        ("<https://x.org>", "<https://x.org>", "https://x.org"),
        ("2*3*4", "2*3*4", "234"),  # CommonMark has it so; plain text is read with more care
        ("see [the act][1] and [Act]", "see [the act][1] and [Act]", "see the act and Act"),
    ],
)
def test_plain_text_is_read_with_more_care(text: str, plain: str, markdown: str) -> None:
    references = {"1": "http://a", "act": "http://b"}
    assert (shown(text, False), shown(text, True, references)) == (plain, markdown)


def test_marks_have_exact_places_and_targets() -> None:
    assert inline_marks(r"x [a \(b\)](#c)", 0, 15, markdown=False) == [
        Mark(MarkKind.LINK, Span(2, 15), Span(3, 10), "#c"),
        Mark(MarkKind.ESCAPE, Span(5, 7), Span(6, 7)),
        Mark(MarkKind.ESCAPE, Span(8, 10), Span(9, 10)),
    ]


def test_nothing_outside_the_range_counts() -> None:
    assert inline_marks("*a *b* c*", 3, 6, markdown=True) == [Mark(MarkKind.EMPHASIS, Span(3, 6), Span(4, 5))]


@given(st.text(alphabet="ab *_`[]()!\\<>#\n^", max_size=60), st.booleans())
def test_hidden_pieces_never_overlap(text: str, markdown: bool) -> None:
    marks = inline_marks(text, 0, len(text), markdown, {"a": "x"})
    hidden = sorted(
        piece
        for mark in marks
        for piece in ((mark.outer.start, mark.inner.start), (mark.inner.end, mark.outer.end))
        if piece[0] < piece[1]
    )
    assert all(mark.outer.contains(mark.inner) and mark.outer.end <= len(text) for mark in marks)
    assert all(before[1] <= after[0] for before, after in pairwise(hidden))
