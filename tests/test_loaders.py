"""Loading: the bundled sources with all their traps, a small text for each rule, and bad files."""

from __future__ import annotations

import hashlib
import os
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ingest.loaders
from ingest.documents import BlockKind, Document, Source
from ingest.errors import SourceError
from ingest.loaders import LOADERS, load, parse

SOURCES = Path(ingest.loaders.__file__).parent / "sources"
K = BlockKind
KNOWN = ", ".join(LOADERS)


def read(text: str, suffix: str = ".txt") -> Document:
    path = Path("x" + suffix)
    return parse(text.encode(), path, Source("x", "", path))


def outline(document: Document) -> list[tuple[str, str]]:
    """Each block's kind and what a reader sees of it."""
    return [(str(block.kind), document.plain(block.span)) for block in document.blocks]


def bundled(name: str) -> Document:
    path = SOURCES / f"{name}.txt"
    return load(path, Source(name, "", path))


@pytest.fixture(scope="module")
def kim() -> Document:
    return bundled("kim2026")


@pytest.fixture(scope="module")
def loc() -> Document:
    return bundled("loc")


# --- the bundled sources ------------------------------------------------------------------------------


def test_text_is_the_file_exactly(kim: Document, loc: Document) -> None:
    for document in (kim, loc):
        data = document.source.path.read_bytes()
        assert document.text.encode() == data
        assert document.sha256 == hashlib.sha256(data).hexdigest()
    assert "Kim Ch'il-sŏng" in loc.text
    assert "고려사람" in kim.text


def test_kim_sections(kim: Document) -> None:
    assert [(section.level, section.title) for section in kim.sections] == [
        (1, "False Narratives and the Reality of History: The Deportation of Soviet Koreans in 1937"),
        (2, "Abstract"),
        (2, "Keywords"),
        (2, "Author Details"),
        (2, "1. Introduction"),
        (2, "2. Historiography of the Korean deportation"),
        (2, "3. Early history of the deportation of Soviet Koreans"),
        (2, "4. False narratives about the causes of Korean deportation and historical reality"),
        (2, "5. The false narrative of spontaneity: Deportation and its systematic organization"),
        (2, "6. Misrepresentations about human casualties and the reality of human losses from deportation"),
        (2, "7. Narratives about the unexpected arrival of deported Koreans in Kazakhstan and Uzbekistan"),
        (2, "References"),
    ]
    assert kim.source.title == kim.sections[0].title


def test_kim_front_matter(kim: Document) -> None:
    assert [kim.plain(block.span)[:40] for block in kim.blocks if block.kind is K.FRONT_MATTER] == [
        "Working Paper No. 52",
        "German Kim",
        "Institute of Asian Studies, and Departme",
        "Translated by Ekaterina Pesegova",
        "Researching Internal Displacement",
        "4 June 2026",
    ]


def test_kim_kinds(kim: Document) -> None:
    counts = {kind: sum(block.kind is kind for block in kim.blocks) for kind in K}
    assert {kind: count for kind, count in counts.items() if count} == {
        K.HEADING: 12,
        K.FRONT_MATTER: 6,
        K.PARAGRAPH: 55,
        K.CAPTION: 1,
        K.REFERENCE: 21,
        K.FOOTNOTE: 2,
    }


@pytest.mark.parametrize(
    "across",
    [
        "in their general books and individual publications",
        "of the Korean population through collectivization and",
        "abandoned by the Koreans and settling accounts with them was specified",
    ],
)
def test_a_paragraph_cut_by_a_page_break_is_one_block(kim: Document, across: str) -> None:
    assert sum(across in kim.plain(block.span) for block in kim.blocks) == 1


def test_kim_caption_is_known_by_its_credit(kim: Document) -> None:
    (caption,) = (block for block in kim.blocks if block.kind is K.CAPTION)
    assert kim.plain(caption.span) == (
        "Route of the deportation of Koreans in the Soviet Union in 1937. Wikimedia Commons"
    )


def test_kim_link_with_escaped_brackets(kim: Document) -> None:
    (block,) = (block for block in kim.blocks if "Terror" in kim.text[block.span.start : block.span.end])
    assert "the Great Purge (Terror) [1936-1937], and the prelude" in kim.plain(block.span)


def test_kim_shows_no_markup(kim: Document) -> None:
    shown = " ".join(kim.plain(block.span) for block in kim.blocks)
    assert not any(sign in shown for sign in ("](", "*", "\\"))


def test_kim_footnotes_know_their_callers(kim: Document) -> None:
    notes = [block for block in kim.blocks if block.kind is K.FOOTNOTE]
    around = [kim.text[n.caller.start - 12 : n.caller.end + 1] for n in notes if n.caller]
    assert around == [" Khabarovsk,¹ ", "atriotic War²,"]


def test_kim_reference_list(kim: Document) -> None:
    entries = [kim.plain(block.span) for block in kim.blocks if block.kind is K.REFERENCE]
    assert entries[0].startswith("Archives of the President")
    assert entries[5].startswith("ALDAZHUMANOV K.")
    assert entries[-1].startswith("STEPHAN, J.")


def test_loc(loc: Document) -> None:
    assert [(str(block.kind), loc.plain(block.span)[:22]) for block in loc.blocks] == [
        ("navigation", "Skip to Main Content"),
        ("heading", "Soviet Korean Biograph"),
        ("heading", "Historical Background"),
        ("paragraph", "Notice: The freely acc"),
        ("caption", "Image of Kim Ch'il-sŏn"),
        ("caption", "Biography of Kim Ch'il"),
        ("paragraph", "In September 1945, Sov"),
        ("paragraph", "Among the Soviet Korea"),
        ("paragraph", "In the mid-1950s, Kim "),
        ("paragraph", "The first victim of th"),
        ("paragraph", "This collection of bio"),
    ]
    assert [(section.level, section.title) for section in loc.sections] == [
        (1, ""),
        (1, "Soviet Korean Biographies in the Korean Collection of the Library of Congress"),
        (2, "Historical Background"),
    ]


# --- rules of plain text ------------------------------------------------------------------------------

PROSE = "This is a paragraph of running text that is long enough to be one, and it ends like one."
PLAIN = {
    "no structure": (PROSE, [("paragraph", PROSE)]),
    "title and prose": (f"The Title\n\n{PROSE}", [("heading", "The Title"), ("paragraph", PROSE)]),
    "windows line breaks": (
        f"The Title\r\n\r\n{PROSE[:40]}\r\n{PROSE[41:]}\r\n",
        [("heading", "The Title"), ("paragraph", f"{PROSE[:40]} {PROSE[41:]}")],
    ),
    "short lines alone": ("buy milk\n\ncall Bob", [("paragraph", "buy milk"), ("paragraph", "call Bob")]),
    "a heading needs text": ("ABSTRACT", [("paragraph", "ABSTRACT")]),
    "numbered headings": (
        f"1. Start\n\n{PROSE}\n\n2. Middle\n\n2.1 Inside\n\n{PROSE}\n\n3. End\n\n{PROSE}",
        [
            ("heading", "1. Start"),
            ("paragraph", PROSE),
            ("heading", "2. Middle"),
            ("heading", "2.1 Inside"),
            ("paragraph", PROSE),
            ("heading", "3. End"),
            ("paragraph", PROSE),
        ],
    ),
    "numbered list": (
        f"{PROSE}\n\n1. Apples\n\n2. Pears\n\n{PROSE}",
        [("paragraph", PROSE), ("list_item", "1. Apples"), ("list_item", "2. Pears"), ("paragraph", PROSE)],
    ),
    "numbered lines of one block": (
        "Bring:\n1. Apples\n2. Pears\n   from home",
        [("paragraph", "Bring:"), ("list_item", "1. Apples"), ("list_item", "2. Pears from home")],
    ),
    "bullets": (
        "Bring:\n- apples\n- pears",
        [("paragraph", "Bring:"), ("list_item", "apples"), ("list_item", "pears")],
    ),
    "a dash in a paragraph": (
        "A new human community\n- the people -\nwas formed.",
        [("paragraph", "A new human community - the people - was formed.")],
    ),
    "out of sequence": (
        f"{PROSE}\n\n7. Lucky\n\n{PROSE}",
        [("paragraph", PROSE), ("heading", "7. Lucky"), ("paragraph", PROSE)],
    ),
    "underlined": (
        f"Title\n=====\n{PROSE}",
        [("heading", "Title"), ("navigation", "====="), ("paragraph", PROSE)],
    ),
    "capitals": (
        f"{PROSE}\n\nTHE SECOND PART\n\n{PROSE}",
        [("paragraph", PROSE), ("heading", "THE SECOND PART"), ("paragraph", PROSE)],
    ),
    "known heading in one block": (f"Abstract\n{PROSE}", [("heading", "Abstract"), ("paragraph", PROSE)]),
    "references to the next heading": (
        f"Works Cited\n\nLEE 1992\n\nNational Archives\n\nNotes\n\n{PROSE}",
        [
            ("heading", "Works Cited"),
            ("reference", "LEE 1992"),
            ("reference", "National Archives"),
            ("heading", "Notes"),
            ("paragraph", PROSE),
        ],
    ),
    "contents": (
        f"Contents\n\n1. Start\n2. End\n\n1. Start\n\n{PROSE}\n\n2. End\n\n{PROSE}",
        [
            ("heading", "Contents"),
            ("navigation", "1. Start"),
            ("navigation", "2. End"),
            ("heading", "1. Start"),
            ("paragraph", PROSE),
            ("heading", "2. End"),
            ("paragraph", PROSE),
        ],
    ),
    "web page": (
        f"Home > News > Korea\n\nMenu\n\n{PROSE}\n\nShare this page\n\nBack to top",
        [
            ("navigation", "Home > News > Korea"),
            ("heading", "Menu"),  # directly before prose it may as well be its heading
            ("paragraph", PROSE),
            ("navigation", "Share this page"),
            ("navigation", "Back to top"),
        ],
    ),
    "captions": (
        f"{PROSE}\n\nFigure 2: The route\n\nMap of the route\n\n{PROSE}",
        [
            ("paragraph", PROSE),
            ("caption", "Figure 2: The route"),
            ("caption", "Map of the route"),
            ("paragraph", PROSE),
        ],
    ),
    "page number": (
        f"{PROSE}\n\n12\n\n{PROSE}",
        [("paragraph", PROSE), ("navigation", "12"), ("paragraph", PROSE)],
    ),
    "page break before a name": (
        f"{PROSE} {PROSE} All of this was done by\n\nStalin and no one else.",
        [("paragraph", f"{PROSE} {PROSE} All of this was done by Stalin and no one else.")],
    ),
    "form feed": (f"{PROSE[:-1]}\n\f\nand goes on.", [("paragraph", f"{PROSE[:-1]} and goes on.")]),
}


@pytest.mark.parametrize("name", PLAIN)
def test_plain_text(name: str) -> None:
    text, expected = PLAIN[name]
    assert outline(read(text)) == expected


def test_a_power_calls_no_footnote() -> None:
    document = read(f"The area is 5 km² in all.² {PROSE}\n\n² A note on it.")
    (note,) = (block for block in document.blocks if block.kind is K.FOOTNOTE)
    assert note.caller is not None
    assert note.caller.start == document.text.index(".²") + 1


# --- Markdown -----------------------------------------------------------------------------------------

MARKDOWN = """\
---
title: ignored
---
# The *Title*

Words in **bold
over lines** with `code *x*`.[^1] See [it][R].

Second
------

- first
  goes on
- second
  1. nested

> quoted
> on *and
> on*

| Year | Total |
|------|------:|
| 1937 | 171 |

```python
x = 1
```

<!-- comment -->

[R]: http://ref
[^1]: The *note*
   goes on.

## References

- Kim 1999

### Archives

File 1.
"""


def test_markdown() -> None:
    document = read(MARKDOWN, ".md")
    assert outline(document) == [
        ("navigation", "--- title: ignored ---"),
        ("heading", "The Title"),
        ("paragraph", "Words in bold over lines with code *x*.[^1] See it."),
        ("heading", "Second"),
        ("list_item", "first goes on"),
        ("list_item", "second"),
        ("list_item", "1. nested"),
        ("paragraph", "quoted on and on"),
        ("table", "| Year | Total |"),
        ("table", "| 1937 | 171 |"),
        ("code", "x = 1"),
        ("navigation", "<!-- comment -->"),
        ("navigation", "R: http://ref"),
        ("footnote", "The note goes on."),
        ("heading", "References"),
        ("reference", "Kim 1999"),
        ("heading", "Archives"),
        ("reference", "File 1."),
    ]
    assert [(section.level, section.title) for section in document.sections] == [
        (1, ""),
        (1, "The Title"),
        (2, "Second"),
        (2, "References"),
        (3, "Archives"),
    ]
    assert document.source.title == "The Title"
    (note,) = (block for block in document.blocks if block.kind is K.FOOTNOTE)
    assert note.caller is not None
    assert document.text[note.caller.start : note.caller.end] == "[^1]"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("```python\nx = 1\n```", ["x = 1"]),
        ("```\nx = 1\ny = 2", ["x = 1\ny = 2"]),  # never closed: all of the rest
        ("> ~~~\n> x = 1\n> ~~~", ["> x = 1"]),
        ("```\n```", []),
        ("    x = 1", ["x = 1"]),
    ],
)
def test_markdown_code(text: str, code: list[str]) -> None:
    document = read(text, ".md")
    assert [document.text[block.span.start : block.span.end] for block in document.blocks] == code


def test_markdown_with_windows_line_breaks_has_the_same_outline() -> None:
    assert outline(read(MARKDOWN.replace("\n", "\r\n"), ".md")) == outline(read(MARKDOWN, ".md"))


# --- files --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        "Kim Ch'il-sŏng.".encode(),
        b"\xef\xbb\xbf" + "Kim Ch'il-sŏng.".encode(),
        b"\xff\xfe" + "Kim Ch'il-sŏng.".encode("utf-16-le"),
        b"\xfe\xff" + "Kim Ch'il-sŏng.".encode("utf-16-be"),
    ],
    ids=["utf-8", "utf-8 with mark", "utf-16 little", "utf-16 big"],
)
@pytest.mark.parametrize("suffix", [".txt", ".text", ".md", ".markdown", ".TXT"])
def test_encodings(tmp_path: Path, data: bytes, suffix: str) -> None:
    path = tmp_path / f"notes{suffix}"
    path.write_bytes(data)
    document = load(path, Source("notes", "", path))
    assert (document.text, document.source.title) == ("Kim Ch'il-sŏng.", "notes")


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.txt", None, "{path} does not exist; check the path"),
        ("a.xyz", b"%PDF", f"{{path}} is of no known format (.xyz); known are {KNOWN}"),
        ("a", b"text", f"{{path}} is of no known format (no suffix); known are {KNOWN}"),
        ("a.txt", b"", "{path} is empty; put text in it or remove it"),
        ("a.txt", b" \r\n\t\n", "{path} holds only white space; put text in it or remove it"),
        ("a.txt", b"\xef\xbb\xbf", "{path} holds only white space; put text in it or remove it"),
        ("a.txt", b"caf\xe9", "{path} is not UTF-8 at byte 3; save it as UTF-8"),
        ("a.txt", b"\xef\xbb\xbfcaf\xe9", "{path} is not UTF-8 at byte 6; save it as UTF-8"),
        ("a.txt", b"\xff\xfea\x00b", "{path} is not UTF-16-LE at byte 4; save it as UTF-8"),
        ("a.txt", b"ab\x00c", "{path} is binary (byte 2 is zero); save it as text in UTF-8"),
        (
            "a.md",
            b"\xff\xfea\x00\x00\x00",
            "{path} is binary (it holds null characters); save it as text in UTF-8",
        ),
    ],
)
def test_bad_files(tmp_path: Path, name: str, data: bytes | None, message: str) -> None:
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(SourceError) as caught:
        load(path, Source("a", "", path))
    assert str(caught.value) == message.format(path=path)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is a folder, not a file"):
        load(tmp_path, Source("a", "", tmp_path))


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    os.mkfifo(path)
    with pytest.raises(SourceError, match="is not a regular file"):
        load(path, Source("a", "", path))


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(ingest.loaders.MAX_BYTES + 1)
    with pytest.raises(SourceError, match=r"is too large \(50 MB, at most 50 MB\)"):
        load(path, Source("a", "", path))


def test_a_path_that_the_system_refuses() -> None:
    path = Path("a" * 300 + ".txt")
    with pytest.raises(SourceError, match=r"a\.txt cannot be read: File name too long"):
        load(path, Source("a", "", path))


# --- every text ---------------------------------------------------------------------------------------

PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "# A",
                "- b",
                "1. C",
                "2. D",
                "**e**",
                "Abstract",
                "References",
                "¹ f",
                "g¹ h.",
                "[^1]: i",
                "j[^1]",
            ),
            *("> k", "    l", "[m](n)", "---", "===", "| a | b |", "|---|---|", "```", PROSE),
            *("\n", "\r\n", "\f", " ", "\t"),
        ]
    ),
    max_size=14,
)


@given(
    st.one_of(PIECES.map("\n".join), PIECES.map("".join), st.text(max_size=60)),
    st.sampled_from([".txt", ".md"]),
)
def test_blocks_and_marks_are_in_order_and_in_range(text: str, suffix: str) -> None:
    try:
        document = read(text, suffix)
    except (SourceError, UnicodeEncodeError):
        return
    spans = [block.span for block in document.blocks]
    assert all(before.end <= after.start for before, after in pairwise(spans))
    assert all(text[span.start : span.end].strip() == text[span.start : span.end] for span in spans)
    hidden = document.hidden
    assert all(before.end <= after.start for before, after in pairwise(hidden))
    assert not hidden or hidden[-1].end <= len(text)
    starts = [section.span.start for section in document.sections]
    assert starts == sorted(starts)
    assert all(section.span.end <= len(text) for section in document.sections)


@settings(deadline=None)  # a PDF is read in a process of its own
@given(st.binary(max_size=80), st.sampled_from([*LOADERS]))
def test_random_bytes_load_or_raise_a_source_error(data: bytes, suffix: str) -> None:
    path = Path("x" + suffix)
    try:
        document = parse(data, path, Source("x", "", path))
    except SourceError as error:
        lines = str(error).splitlines()
    else:
        lines = [str(path)] if document.text and document.sections else []
    assert [str(path) in line for line in lines] == [True]
