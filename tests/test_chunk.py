"""Passages: what shares one, what stands alone, and that they are whole sentences at exact places."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ingest.chunk
from ingest.chunk import LONGEST_SENTENCE, chunk
from ingest.documents import BlockKind, Document, Passage, Source, Span
from ingest.loaders import load, parse

SOURCES = Path(ingest.chunk.__file__).parent / "sources"
A = "The first paragraph is long enough to be prose. It has two sentences."
B = "The second paragraph is long enough to be prose. It has two sentences."


def read(text: str, suffix: str = ".txt") -> Document:
    path = Path("x" + suffix)
    return parse(text.encode(), path, Source("x", "", path))


def shown(document: Document, max_chars: int = 1000) -> list[tuple[str, str]]:
    """Each passage's section and what a reader sees of it."""
    return [(passage.section, document.plain(passage.span)) for passage in chunk(document, max_chars)]


@pytest.fixture(scope="module", params=["kim2026", "loc"])
def bundled(request: pytest.FixtureRequest) -> Document:
    path = SOURCES / f"{request.param}.txt"
    return load(path, Source(request.param, "", path))


@pytest.fixture(scope="module")
def kim() -> Document:
    path = SOURCES / "kim2026.txt"
    return load(path, Source("kim2026", "", path))


# --- the bundled sources ------------------------------------------------------------------------------


def test_passages_are_whole_sentences_of_all_content_once(bundled: Document) -> None:
    passages = chunk(bundled)
    for passage in passages:
        assert passage.span == Span(passage.sentences[0].start, passage.sentences[-1].end)
        gaps = pairwise(passage.sentences)
        assert all(bundled.text[a.end : b.start].isspace() for a, b in gaps)
    content = [
        block
        for block in bundled.blocks
        if block.kind not in (BlockKind.HEADING, BlockKind.REFERENCE, BlockKind.NAVIGATION)
    ]
    covered = " ".join(bundled.plain(passage.span) for passage in passages)
    assert covered == " ".join(bundled.plain(block.span) for block in content)
    assert max(len(passage.span) for passage in passages) <= 1000
    assert len({passage.id for passage in passages}) == len(passages)


def test_no_sentence_is_a_stray_piece(bundled: Document) -> None:
    pieces = [bundled.plain(sentence) for passage in chunk(bundled) for sentence in passage.sentences]
    assert [piece for piece in pieces if piece[0].islower()] == []
    assert [piece for piece in pieces if len(piece) < 30] == []


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("In parallel, scholars from Kazakhstan", "resettlement and settlement of deported Koreans."),
        ("4. Sovietization of the Korean population", "the Cultural Revolution [1928-1931]."),
        ("Thirdly, the procedure", "settling accounts with them was specified."),
        ("1. Early migration", "settlement of Primorye. [1864-1883]"),
        ("6. The turning point", "the prelude to the deportation of Koreans."),
        ("In Kazakhstan, as of December 1, 1938,", "file 1208, inventory 1, case 26a, p. 103)."),
        ("Thus, in his article The Korean Minority", "(Stephan, 1970)."),
        ("The number of deaths during the transport,", "case 23, pp.3-5 and case 109, p.66)."),
        ("Firstly, this concerns the deadlines:", "be completed by October 15 [1937].”"),
        ("The lower-level troikas", "culture, education, etc."),
        ("Fifth, the deported Koreans", "(Kim, 1989)."),
        ("From this, followed", "(Aldazhumanov et al., 1998)."),
    ],
)
def test_kim_has_the_sentence(kim: Document, start: str, end: str) -> None:
    sentences = [kim.plain(sentence) for passage in chunk(kim) for sentence in passage.sentences]
    assert [s.endswith(end) for s in sentences if s.startswith(start)] == [True]


def test_kim_front_matter_is_one_passage_cited_as_one(kim: Document) -> None:
    first = chunk(kim)[0]
    assert (first.kind, len(first.sentences)) == (BlockKind.FRONT_MATTER, 1)
    plain = kim.plain(first.sentences[0])
    assert plain.startswith("Working Paper No. 52 German Kim Institute")
    assert plain.endswith("Researching Internal Displacement 4 June 2026")


def test_kim_footnotes_belong_to_the_sentences_that_call_them(kim: Document) -> None:
    notes = [passage for passage in chunk(kim) if passage.kind is BlockKind.FOOTNOTE]
    found = [(kim.plain(note.span)[:8], note.section[:2], kim.plain(note.caller)[:41]) for note in notes if note.caller]
    assert found == [
        ("¹ On Sep", "6.", "The number of deaths during the transport"),
        ("² The te", "6.", "It is known that, during the difficult in"),
    ]


def test_kim_references_and_navigation_are_in_no_passage(bundled: Document) -> None:
    text = " ".join(bundled.plain(passage.span) for passage in chunk(bundled))
    assert not any(words in text for words in ("Skip to Main Content", "London: Macmillan", "Studia Orientalia"))


# --- the rules ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "suffix", "passages"),
    [
        (f"{A}\n\n{B}", ".txt", [("", f"{A} {B}")]),  # both short
        (f"{A}\n\n{B * 4}", ".txt", [("", A), ("", B * 4)]),  # one is long
        (f"# T\n\n{A}\n\n## U\n\n{B}", ".md", [("T", A), ("U", B)]),  # two sections
        (f"{A}\n\n---\n\n{B}", ".md", [("", A), ("", B)]),  # a rule between
        ("Bring:\n- one\n- two", ".txt", [("", "Bring: one two")]),
        (f"{A * 5}\n\n- one\n- two", ".md", [("", f"{A * 5} one two")]),
        ("| a | b |\n|---|---|\n| 1 | 2 |", ".md", [("", "| a | b | | 1 | 2 |")]),
        (f"{A}\n\nMap of it\n\n{B}", ".txt", [("", A), ("", "Map of it"), ("", B)]),
        ("A[^1] calls.\n\n[^1]: The note.", ".md", [("", "A[^1] calls."), ("", "The note.")]),
        ("# Only\n\n## Headings", ".md", [("", "Only"), ("", "Headings")]),  # better than nothing
    ],
)
def test_what_shares_a_passage(text: str, suffix: str, passages: list[tuple[str, str]]) -> None:
    assert shown(read(text, suffix)) == passages


def test_a_long_paragraph_is_parted_evenly() -> None:
    text = " ".join(f"Sentence number {number} is here." for number in range(10, 22))
    sizes = [len(passage.sentences) for passage in chunk(read(text), max_chars=200)]
    assert sizes == [6, 6]


def test_a_long_sentence_stays_whole() -> None:
    text = "A short one. " + "Word " * 300 + "end. Another."
    assert [len(passage.sentences) for passage in chunk(read(text), max_chars=500)] == [1, 1, 1]


def test_a_text_without_sentences_is_cut_at_white_space() -> None:
    passages = chunk(read("word " * 2000))
    assert [len(passage.span) for passage in passages] == [3999, 3999, 1999]
    unbroken = chunk(read("x" * (LONGEST_SENTENCE + 5)))
    assert [len(passage.span) for passage in unbroken] == [LONGEST_SENTENCE, 5]


def test_max_chars_must_be_positive() -> None:
    with pytest.raises(ValueError, match="max_chars must be at least 1, not 0"):
        chunk(read(A), max_chars=0)


def test_a_passage_knows_its_place() -> None:
    assert chunk(read("# T\n\nOne. Two.", ".md")) == (Passage("x", Span(5, 14), "T", (Span(5, 9), Span(10, 14))),)


PIECES = st.lists(
    st.sampled_from(
        ["# A", "- b", "1. C", "2. D", A, B * 5, "References", "¹ f", "g¹ h.", "> k", "| a |", "|---|", "\n"]
    ),
    min_size=1,
    max_size=14,
)


@given(PIECES.map("\n".join), st.sampled_from([".txt", ".md"]), st.integers(1, 400))
def test_passages_of_any_text(text: str, suffix: str, max_chars: int) -> None:
    if not text.strip():
        return
    document = read(text, suffix)
    passages = chunk(document, max_chars)
    for passage in passages:
        assert len(passage.sentences) == 1 or len(passage.span) <= max_chars
        pairs = pairwise(passage.sentences)
        assert all(text[a.end : b.start].isspace() for a, b in pairs)
    starts = [passage.span.start for passage in passages]
    assert starts == sorted(starts)
