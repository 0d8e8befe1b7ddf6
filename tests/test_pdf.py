"""PDFs: the text that is made of them, its blocks, headings and pages. The files are made by pdf_writer.py.

Words are in test_pdf_words.py, limits, faults and hostile files in test_pdf_faults.py, places and pictures in
test_pdf_places.py.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from pdf_writer import Page, Text, column, pdf

from ingest.documents import BlockKind, Document, Source
from ingest.loaders import load, parse
from ingest.outline import Parsed
from ingest.pdf.layout import lay_out

X = Path("x.pdf")
LEFT, RIGHT = 60.0, 310.0  # where two columns of 40 letters, 200 points, begin
FILL = "so the men went on and on along the river until they saw the town in the east and made a camp there"


def read(*pages: Page, **options: object) -> Parsed:
    return lay_out(pdf(pages, **options), X).parsed  # type: ignore[arg-type]


def blocks(parsed: Parsed) -> list[tuple[str, str]]:
    return [(str(piece.kind), parsed.text[piece.span.start : piece.span.end]) for piece in parsed.pieces]


def texts(parsed: Parsed) -> list[str]:
    return [text for _, text in blocks(parsed)]


# --- lines into paragraphs ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "paragraphs"),
    [
        (column(f"One goes here and {FILL}.", LEFT, 100, 60), 1),
        ([*column(f"One, {FILL}.", LEFT, 100, 60), *column(f"Two, {FILL}.", LEFT, 160, 60)], 2),  # more room
        ([*column(f"One, {FILL}.", LEFT, 100, 60), *column(f"Two, {FILL}.", LEFT, 124, 60, indent=12)], 2),  # set in
        (
            [*column(f"One, {FILL} for long.", LEFT, 100, 60), *column(f"Two, {FILL}.", LEFT, 136, 60)],
            2,
        ),  # a short line
    ],
)
def test_a_paragraph_ends_where_its_setting_says_so(lines: list[Text], paragraphs: int) -> None:
    assert len(blocks(read(Page(lines)))) == paragraphs


def test_a_paragraph_over_a_page_break_is_one_block_with_two_pages() -> None:
    parsed = read(
        Page(column("The commission counted all of the families that had been brought to the", LEFT, 700, 60)),
        Page(column("northern farms before the winter. It was done.", LEFT, 100, 60)),
        labels="0 <</S/r/St 12>> 1 <</S/D>>",
    )
    whole = (
        "The commission counted all of the families that had been brought to the northern farms before the winter. "
        "It was done."
    )
    assert blocks(parsed) == [("paragraph", whole)]
    assert [(page.label, page.start) for page in parsed.locators] == [("xii", 0), ("1", whole.index("northern"))]


def test_a_figure_between_the_halves_of_a_paragraph_is_put_behind_it() -> None:
    parsed = read(
        Page(column(f"At first {FILL} and it was long before the", LEFT, 650, 60)),
        Page(
            [
                *column("Figure 1. The camp in the east.", LEFT, 100, 60, size=8),
                *column(f"others came. Then {FILL}.", LEFT, 200, 60),
            ]
        ),
    )
    assert [kind for kind, _ in blocks(parsed)] == ["paragraph", "caption"]
    assert "long before the others came." in texts(parsed)[0]


# --- columns ------------------------------------------------------------------------------------------


def two_columns(left: str, right: str, *, by_rows: bool = False) -> list[Text]:
    """Two columns under a title that goes over both."""
    sides = column(left, LEFT, 120, 40), column(right, RIGHT, 120, 40)
    rows = [text for pair in zip(*sides, strict=False) for text in pair]
    return [
        Text("A title that goes over both columns of it", 120, 80, 16),
        *(rows if by_rows else [*sides[0], *sides[1]]),
    ]


def test_two_columns_are_read_one_after_the_other() -> None:
    left = f"Left it begins, {FILL}, and {FILL}, and then the column"
    right = f"goes on right at the top, {FILL}. So it ends there, {FILL}."
    assert texts(read(Page(two_columns(left, right)))) == [
        "A title that goes over both columns of it",
        f"{left} {right}",
    ]


def test_a_wide_heading_parts_the_columns_above_and_below_it() -> None:
    texts_of = [
        *column(f"One, {FILL}, {FILL}.", LEFT, 100, 40),
        *column(f"Two, {FILL}, {FILL}.", RIGHT, 100, 40),
        Text("This heading goes over both of the columns", 100, 260, 14),
        *column(f"Three, {FILL}, {FILL}.", LEFT, 300, 40),
        *column(f"Four, {FILL}, {FILL}.", RIGHT, 300, 40),
    ]
    assert [text.split(",")[0][:12] for text in texts(read(Page(texts_of)))] == [
        "One",
        "Two",
        "This heading",
        "Three",
        "Four",
    ]


# --- what belongs to the page -------------------------------------------------------------------------


def test_running_heads_and_page_numbers_are_left_out() -> None:
    pages = [
        Page(
            [
                Text(str(n), LEFT if n % 2 == 0 else 500, 40),
                Text("A HISTORY OF ROADS" if n % 2 == 0 else "Chapter two", 200, 40),
                *column(f"Part {n} says that {FILL}.", LEFT, 90, 56 + n),
                Text(f"Page {n} of 6", 280, 800, 8),
            ]
        )
        for n in range(1, 7)
    ]
    assert texts(read(*pages)) == [f"Part {n} says that {FILL}." for n in range(1, 7)]


def test_headings_that_differ_in_their_number_alone_are_no_running_heads() -> None:
    pages = [
        Page([Text(f"4.{n} The {n}.x releases", LEFT, 60, 14), *column(f"It is {n}, {FILL}.", LEFT, 90, 60)])
        for n in (3, 6)
    ]
    assert [text for kind, text in blocks(read(*pages)) if kind == "heading"] == [
        "4.3 The 3.x releases",
        "4.6 The 6.x releases",
    ]


def test_a_footnote_knows_the_sentence_that_calls_it() -> None:
    lines = column(f"They came in the autumn. {FILL.capitalize()}.", LEFT, 100, 60)
    end = LEFT + 5 * len(lines[-1].words)
    notes = [Text("1", LEFT, 697, 5), *column("See the letter of 12 October, file 1208.", LEFT + 4, 700, 60, size=8)]
    document = parse(pdf([Page([*lines, Text("1", end, lines[-1].y - 4, 6), *notes])]), X, Source("x", "", X))
    assert [(block.kind, document.plain(block.span)[:17]) for block in document.blocks] == [
        (BlockKind.PARAGRAPH, "They came in the "),
        (BlockKind.FOOTNOTE, "¹ See the letter "),
    ]
    caller = document.blocks[1].caller
    assert caller is not None
    assert document.text[caller.start - 6 : caller.end] == "there.¹"


def test_letters_that_are_raised_or_lowered_stay_in_their_line() -> None:
    parts = [
        Text("In Bib", LEFT, 100),
        Text("T", LEFT + 30, 100),
        Text("E", LEFT + 35, 103),
        Text("X of 30 km", LEFT + 40, 100),
    ]
    page = Page(
        [*parts, Text("2", LEFT + 90, 96, 6), Text("it is said", LEFT + 98, 100), *column(f"As {FILL}.", LEFT, 130, 60)]
    )
    assert texts(read(page))[0] == "In BibTEX of 30 km² it is said"


def test_notes_at_the_end_are_notes_too() -> None:
    notes = [
        text
        for n, words in enumerate(["See the letter.", "See the list."], 1)
        for text in (Text(str(n), LEFT, 196 + 12 * n, 6), Text(words, LEFT + 4, 200 + 12 * n))
    ]
    parsed = read(Page([*column(f"So {FILL}.", LEFT, 100, 60), *notes]))
    assert blocks(parsed)[1:] == [("footnote", "¹ See the letter."), ("footnote", "² See the list.")]


# --- structure ----------------------------------------------------------------------------------------


def levels(document: Document) -> list[tuple[int, str]]:
    return [(section.level, section.title) for section in document.sections if section.heading]


def headed() -> list[Text]:
    """A title, a name, and headings of two sizes, the smaller bold."""
    return [
        Text("The roads of the north", LEFT, 80, 20),
        Text("Ann Author, 4 June 2019", LEFT, 110, 11),
        Text("Where they went", LEFT, 150, 14),
        *column(f"One, {FILL}.", LEFT, 180, 60),
        Text("By river", LEFT, 230, 10, "bold"),
        *column(f"Two, {FILL}.", LEFT, 250, 60),
        Text("Why they went", LEFT, 310, 14),
        *column(f"Three, {FILL}.", LEFT, 340, 60),
    ]


def test_headings_by_their_size_and_weight() -> None:
    document = parse(pdf([Page(headed())]), X, Source("x", "", X))
    assert levels(document) == [
        (1, "The roads of the north"),
        (2, "Where they went"),
        (3, "By river"),
        (2, "Why they went"),
    ]
    assert (document.source.title, document.source.year) == ("The roads of the north", "2019")
    assert document.plain(document.blocks[1].span) == "Ann Author, 4 June 2019"
    assert document.blocks[1].kind is BlockKind.FRONT_MATTER


def test_the_outline_of_the_file_gives_the_levels() -> None:
    lines = [
        Text("Part one", LEFT, 80),
        Text("How it began", LEFT, 110),
        *column(f"One, {FILL}.", LEFT, 130, 60),
        Text("How it ended", LEFT, 190),
        *column(f"Two, {FILL}.", LEFT, 210, 60),
    ]
    outline = [("Part one", 1, 0), ("1.1 How it began", 2, 0), ("1.2 How it ended", 2, 0), ("Not there", 1, 0)]
    document = parse(pdf([Page(lines)], outline=outline), X, Source("x", "", X))
    assert levels(document) == [(1, "Part one"), (2, "How it began"), (2, "How it ended")]


def test_a_list_is_items() -> None:
    lines = [
        *column(f"There were reasons, {FILL}:", LEFT, 100, 60),
        *column("1. One was the way, which was long and went through places that were not known.", LEFT, 140, 60),
        *column("2. Another was the cold.", LEFT, 164, 60),
        Text("•", LEFT, 190),
        *column("A bullet that is set apart from its words and goes over two lines of type.", LEFT + 15, 190, 50),
    ]
    assert [kind for kind, _ in blocks(read(Page(lines)))] == ["paragraph", "list_item", "list_item", "list_item"]


@pytest.mark.parametrize(
    ("lines", "kinds"),
    [
        (["It has a list of services that are called by invoke-rc.", "d. Invoking others may fail."], ["paragraph"]),
        (["There were reasons to go there that were good.", "a. One of the reasons was the road there, which was good.",
          "b. Another was the cold of the winters."], ["paragraph", "list_item", "list_item"]),
    ],
)  # fmt: skip
def test_a_letter_begins_an_item_where_a_list_is(lines: list[str], kinds: list[str]) -> None:
    page = Page([Text(line, LEFT, 100 + 12 * i) for i, line in enumerate(lines)])
    assert [kind for kind, _ in blocks(read(page))] == kinds


def test_a_table_is_rows_that_name_their_columns() -> None:
    rows = [
        ("Region", "Families", "Persons"),
        ("North", "12", "57"),
        ("The far south", "140", "702"),
        ("East", "33", "160"),
    ]
    cells = [Text(cell, LEFT + 110 * i, 200 + 14 * j, 10) for j, row in enumerate(rows) for i, cell in enumerate(row)]
    page = Page(
        [*column(f"As the table has it, {FILL}.", LEFT, 100, 60), Text("Table 1: Families", LEFT, 180, 9), *cells]
    )
    assert blocks(read(page))[1:] == [
        ("caption", "Table 1: Families"),
        ("table", "Region: North; Families: 12; Persons: 57"),
        ("table", "Region: The far south; Families: 140; Persons: 702"),
        ("table", "Region: East; Families: 33; Persons: 160"),
    ]


def test_a_table_in_small_type_at_the_foot_is_a_table_and_no_footnotes() -> None:
    rows = [("Year", "Mean"), ("2015", "28.3"), ("1998", "28.3"), ("2010", "28.1")]
    cells = [Text(cell, LEFT + 64 * i, 640 + 20 * j, 11.5) for j, row in enumerate(rows) for i, cell in enumerate(row)]
    assert blocks(read(Page([*column(f"So {FILL}.", LEFT, 100, 40, size=18), *cells])))[1:] == [
        ("table", "Year: 2015; Mean: 28.3"),
        ("table", "Year: 1998; Mean: 28.3"),
        ("table", "Year: 2010; Mean: 28.1"),
    ]


def test_a_footnote_of_short_pieces_keeps_its_number() -> None:
    notes = [
        Text("15", LEFT, 696, 5),
        *(Text(word, LEFT + x, 700, 8) for word, x in [("Some", 6), ("such", 32), ("of the men", 58)]),
    ]
    page = Page([*column(f"So {FILL}.", LEFT, 100, 60), *notes])
    assert blocks(read(page))[1:] == [("footnote", "¹⁵ Some such of the men")]


@pytest.mark.parametrize(
    ("words", "block"),
    [
        ("12 The list of them.", ("footnote", "¹² The list of them.")),
        ("3. The list of them.", ("footnote", "³ The list of them.")),
        ("3 1998 it was lost.", ("footnote", "³ 1998 it was lost.")),
        ("2015 was a warm year.", ("paragraph", "2015 was a warm year.")),
        ("28.3 was what they had.", ("paragraph", "28.3 was what they had.")),
        ("28 300 of them had it.", ("paragraph", "28 300 of them had it.")),
        ("15 28", ("paragraph", "15 28")),
    ],
)
def test_the_mark_of_a_footnote_is_no_part_of_a_number(words: str, block: tuple[str, str]) -> None:
    page = Page([*column(f"So {FILL}.", LEFT, 100, 60), Text(words, LEFT, 700, 8)])
    assert blocks(read(page))[1:] == [block]


def test_wide_gaps_of_justified_lines_are_no_table() -> None:
    rows = ["these are lines", "that were set", "to one width"]
    lines: list[Text] = []
    for j, row in enumerate(rows):
        gap, x = (120 - 5 * sum(map(len, row.split()))) / 2, LEFT
        for word in row.split():
            lines.append(Text(word, x, 100 + 12 * j))
            x += 5 * len(word) + gap
    assert blocks(read(Page(lines))) == [("paragraph", " ".join(rows))]


def test_a_table_of_contents_is_no_content() -> None:
    """The last of its entries goes over two lines."""
    entries = [
        "One " + ". " * 30 + "1",
        "Two " + ". " * 30 + "2",
        "Three is a name that goes",
        "on here " + ". " * 30 + "3",
    ]
    rows = [
        Text(entry, LEFT, 110 + 14 * n) for n, entry in enumerate([*entries[:2], "A " + ". " * 30 + "2", *entries[2:]])
    ]
    parsed = read(Page([Text("Contents", LEFT, 80, 14), *rows]), Page(column(f"So {FILL}.", LEFT, 100, 60)))
    assert [kind for kind, _ in blocks(parsed)] == ["heading", *["navigation"] * 5, "paragraph"]


# --- what the file says of itself ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"Title": "The roads", "Author": "Ann", "CreationDate": "D:20190604"}, ("The roads", "Ann", "2019")),
        ({"Title": "Microsoft Word - roads final.doc", "Author": "user1"}, ("", "", "")),
        ({"Title": "roads_v2.pdf", "Author": "C:\\Users\\ann"}, ("", "", "")),
        ({"Title": "untitled", "Author": "unknown", "CreationDate": "D:20190604"}, ("", "", "")),
        ({"Title": "The roads", "CreationDate": "D:20190604"}, ("The roads", "", "")),
        ({}, ("", "", "")),
    ],
)
def test_title_author_and_year(about: dict[str, str], said: tuple[str, str, str]) -> None:
    parsed = read(Page(column(f"So {FILL}.", LEFT, 100, 60)), about=about)
    assert (parsed.title, parsed.author, parsed.year) == said


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_page_that_lies_on_its_side_is_read_from_that_side(rotate: int) -> None:
    page = Page(column(f"So {FILL}.", LEFT, 100, 60), rotate=rotate)
    assert texts(read(page)) == [f"So {FILL}."]


def test_a_stamp_at_the_edge_is_not_read() -> None:
    stamp = b"BT /body 10 Tf 0 1 -1 0 30 300 Tm (A stamp on its side) Tj ET"
    assert texts(read(Page(column(f"So {FILL}.", LEFT, 100, 60), content=stamp))) == [f"So {FILL}."]


def test_pieces_are_in_order_and_parted_by_white_space() -> None:
    parsed = read(Page(headed()), Page(two_columns(f"L {FILL}", f"R {FILL}")))
    for before, after in pairwise(parsed.pieces):
        assert parsed.text[before.span.end : after.span.start].isspace()
    assert all(
        parsed.text[p.span.start : p.span.end] == parsed.text[p.span.start : p.span.end].strip() for p in parsed.pieces
    )


# --- real files: tests/files/README.md ----------------------------------------------------------------


def prose(name: str) -> tuple[list[str], Document]:
    """The paragraphs of a file, quotation marks as typewriters have them."""
    path = Path(__file__).parent / "files" / name
    document = load(path, Source("x", "", path))
    found = [document.plain(b.span) for b in document.blocks if b.kind is BlockKind.PARAGRAPH and len(b.span) > 60]
    return [text.translate(str.maketrans("“”’", '""\'')) for text in found], document


def test_the_same_text_set_by_two_programs_is_the_same() -> None:
    """Two columns, running heads and feet; one breaks words, the other does not and sets paragraphs apart."""
    (office, document), (tex, _) = prose("normans-libreoffice.pdf"), prose("normans-latex.pdf")
    assert levels(document) == [(1, "Normans"), (2, "The Normans Norman Nourmands"), (2, "The Descendants Of Rollo")]
    assert [len(text) for text in office] == [742, 1427, 349, 961, 673, 538]
    assert [text.replace("Norðmaðr", "Nordmadr") for text in office] == tex
    assert [locator.label for locator in document.locators] == ["1", "2"]
