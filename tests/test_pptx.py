"""Presentations: what stands on the slides in which order, what is left out, and files that are none."""

from __future__ import annotations

import io
from pathlib import Path

import pptx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mangled import assert_sound, changed, shuffled, spoilt
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Cm

from ingest.documents import Document, MarkKind, Source
from ingest.errors import SourceError, TutorError
from ingest.loaders import parse

Rows = list[tuple[str, str]]
TITLE, TITLE_AND_CONTENT, SECTION, TITLE_ONLY, BLANK = 0, 1, 2, 5, 6
NAMES = nsdecls("a", "p", "r")


def saved(deck: pptx.presentation.Presentation) -> bytes:
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def read(deck: pptx.presentation.Presentation | bytes, name: str = "x.pptx") -> Document:
    data = deck if isinstance(deck, bytes) else saved(deck)
    return parse(data, Path(name), Source("x", "", Path(name)))


def outline(document: Document) -> Rows:
    return [(str(block.kind), document.plain(block.span)) for block in document.blocks]


def slide(deck: pptx.presentation.Presentation, layout: int, title: str = "", body: str = "") -> pptx.slide.Slide:
    made = deck.slides.add_slide(deck.slide_layouts[layout])
    if title:
        made.shapes.title.text = title
    if body:
        made.placeholders[1].text = body
    return made


def box(made: pptx.slide.Slide, text: str, left: int, top: int) -> None:
    made.shapes.add_textbox(Cm(left), Cm(top), Cm(5), Cm(1)).text_frame.text = text


def deck() -> pptx.presentation.Presentation:
    """A presentation with what presentations have."""
    made = pptx.Presentation()
    made.core_properties.author, made.core_properties.title = "Ann Lee", "PowerPoint Presentation"
    slide(made, TITLE, "The report", "In two parts")
    slide(
        made, TITLE_AND_CONTENT, "Trains", "It counts 39.\nIt\vleft."
    ).notes_slide.notes_text_frame.text = "Slowly.\nYes."
    slide(made, BLANK)
    box(slide(made, BLANK), "A word.", 1, 1)
    return made


def test_slides_in_their_order() -> None:
    document = read(deck())
    assert outline(document) == [
        ("heading", "The report"),
        ("front_matter", "In two parts"),
        ("heading", "Trains"),
        ("list_item", "It counts 39."),
        ("list_item", "It left."),
        ("paragraph", "Notes: Slowly."),
        ("paragraph", "Yes."),
        ("heading", "Slide 4"),
        ("paragraph", "A word."),
    ]
    assert [(section.level, section.title) for section in document.sections] == [
        (1, "The report"),
        (2, "Trains"),
        (2, "Slide 4"),
    ]
    assert [(one.words, document.text[one.start :].split("\n")[0]) for one in document.locators] == [
        ("slide 1", "The report"),
        ("slide 2", "Trains"),
        ("slide 4", "Slide 4"),
    ]
    assert (document.source.title, document.source.author, document.source.year) == ("The report", "Ann Lee", "2013")


def test_shapes_are_read_from_the_top_and_from_the_left() -> None:
    made = pptx.Presentation()
    shown = slide(made, TITLE_ONLY)
    for text, left, top in (("d", 1, 9), ("b", 1, 5), ("c", 8, 5.3), ("a", 8, 4)):
        box(shown, text, left, top)
    shown.shapes.title.text = "Title"
    group = shown.shapes.add_group_shape()
    for text, left, top in (("f", 9, 10), ("e", 1, 10)):
        group.shapes.add_textbox(Cm(left), Cm(top), Cm(2), Cm(1)).text_frame.text = text
    assert [text for _, text in outline(read(made))] == ["Title", "a", "b", "c", "d", "e", "f"]


def test_hidden_slides_come_last_and_hidden_shapes_not_at_all() -> None:
    made = pptx.Presentation()
    slide(made, TITLE_ONLY, "One").element.set("show", "0")
    two = slide(made, TITLE_ONLY, "Two")
    box(two, "unseen", 1, 9)
    box(two, "seen", 1, 11)
    two.shapes[1].element.nvSpPr.cNvPr.set("hidden", "1")
    document = read(made)
    assert outline(document) == [("heading", "Two"), ("paragraph", "seen"), ("heading", "One")]
    assert [one.words for one in document.locators] == ["slide 2", "slide 1"]


def paragraph(text: str, properties: str = "") -> str:
    return f"<a:p>{properties}<a:r><a:t>{text}</a:t></a:r></a:p>"


BODY = "<p:txBody {}><a:bodyPr/><a:lstStyle/>{}</p:txBody>"


def of(paragraphs: str, layout: int = BLANK) -> Document:
    """A slide with a text box, or its layout's body, of these paragraphs."""
    made = pptx.Presentation()
    shown = slide(made, layout)
    if layout == BLANK:
        box(shown, "x", 1, 1)
    shape = shown.shapes[-1]
    shape.element.replace(shape.element.txBody, parse_xml(BODY.format(NAMES, paragraphs)))
    return read(made)


@pytest.mark.parametrize(
    ("paragraphs", "layout", "rows"),
    [
        (paragraph("plain"), BLANK, [("paragraph", "plain")]),
        (paragraph("x", "<a:pPr><a:buChar char='o'/></a:pPr>"), BLANK, [("list_item", "x")]),
        (paragraph("x"), TITLE_AND_CONTENT, [("list_item", "x")]),
        (paragraph("x", "<a:pPr><a:buNone/></a:pPr>"), TITLE_AND_CONTENT, [("paragraph", "x")]),
        (
            "".join(paragraph("x", f"<a:pPr lvl='{n}'><a:buAutoNum type='{kind}'/></a:pPr>") for n, kind in
                    ((0, "arabicPeriod"), (1, "alphaLcParenR"), (1, "alphaLcParenR"), (0, "arabicPeriod"))),
            BLANK,
            [("list_item", "1. x"), ("list_item", "a) x"), ("list_item", "b) x"), ("list_item", "2. x")],
        ),
        (
            paragraph("x", "<a:pPr><a:buAutoNum type='romanUcParenBoth' startAt='4'/></a:pPr>"),
            BLANK,
            [("list_item", "(IV) x")],
        ),
        ("<a:p><a:r><a:t>a</a:t></a:r><a:br/><a:r><a:t>b</a:t></a:r></a:p>", BLANK, [("paragraph", "a b")]),
        ("<a:p><a:r><a:t>m</a:t></a:r><a:r><a:rPr baseline='30000'/><a:t>2</a:t></a:r></a:p>", BLANK,
         [("paragraph", "m²")]),
        ("<a:p><a:fld id='f' type='slidenum'><a:t>7</a:t></a:fld><a:r><a:t>x</a:t></a:r></a:p>", BLANK,
         [("paragraph", "x")]),
        ("<a:p/><a:p><a:r><a:t> </a:t></a:r></a:p>" + paragraph("x"), BLANK, [("paragraph", "x")]),
    ],
)  # fmt: skip
def test_paragraphs(paragraphs: str, layout: int, rows: Rows) -> None:
    assert outline(of(paragraphs, layout))[1:] == rows


def test_emphasis_and_links_are_marks() -> None:
    made = pptx.Presentation()
    box(shown := slide(made, BLANK), "See ", 1, 1)
    line = shown.shapes[0].text_frame.paragraphs[0]
    for text, bold, address in (("this", True, "https://x.org"), (" and ", None, ""), ("that", None, "javascript:x()")):
        run = line.add_run()
        run.text, run.font.bold = text, bold
        if address:
            run.hyperlink.address = address
    document = read(made)
    assert [(m.kind, document.text[m.inner.start : m.inner.end], m.target) for m in document.marks] == [
        (MarkKind.LINK, "this", "https://x.org"),
        (MarkKind.STRONG, "this", ""),
    ]


def test_tables_keep_their_heads() -> None:
    made = pptx.Presentation()
    table = slide(made, BLANK).shapes.add_table(3, 3, Cm(1), Cm(1), Cm(9), Cm(3)).table
    for number, text in enumerate(("Region", "Crop", "Farms", "North", "rice", "28", "", "wheat", "3")):
        table.cell(number // 3, number % 3).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    assert outline(read(made))[1:] == [
        ("table", "Region: North; Crop: rice; Farms: 28"),
        ("table", "Region: North; Crop: wheat; Farms: 3"),
    ]


def test_charts_are_rows_and_pictures_their_descriptions() -> None:
    made = pptx.Presentation()
    data = CategoryChartData()
    data.categories = ["1936", "1937"]
    data.add_series("Farms", (28, 4.1))
    data.add_series("Men", (5, None))
    shown = slide(made, BLANK)
    place = (Cm(1), Cm(1), Cm(9), Cm(5))
    chart = shown.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *place, data).chart
    chart.chart_title.text_frame.text = "Farms and men"
    picture = io.BytesIO(bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef"
        "0000000049454e44ae426082"
    ))  # fmt: skip
    shown.shapes.add_picture(picture, Cm(1), Cm(9)).element.nvPicPr.cNvPr.set("descr", "A map of the north")
    assert outline(read(made))[1:] == [
        ("caption", "Farms and men"),
        ("table", "1936; Farms: 28; Men: 5"),
        ("table", "1937; Farms: 4.1"),
        ("caption", "A map of the north"),
    ]


def test_layouts_that_head_others_are_of_the_first_level() -> None:
    made = pptx.Presentation()
    slide(made, SECTION, "Part one")
    slide(made, TITLE_AND_CONTENT, "Detail", "Text.")
    assert [(section.level, section.title) for section in read(made).sections] == [(1, "Part one"), (2, "Detail")]


# -- what is none, or too much ---------------------------------------------------------------------------------------


DECK = saved(deck())
TWO = "ppt/slides/slide2.xml"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7", "is no .pptx, whatever its ending says. Save it as .pptx."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
            "has a password, or is an old .ppt. Save it as .pptx without a password.",
        ),
        (
            changed(DECK, TWO, lambda data: data[:99]),
            "cannot be read as a PowerPoint presentation. Save it anew as .pptx.",
        ),
        (
            changed(DECK, TWO, lambda data: b'<!DOCTYPE x [<!ENTITY a "b">]>' + data),
            "declares entities in its XML, which PowerPoint never does. Save it anew.",
        ),
        (saved(pptx.Presentation()), "holds only white space; put text in it or remove it"),
    ],
)
def test_what_cannot_be_read_is_one_line(data: bytes, said: str) -> None:
    with pytest.raises(SourceError) as raised:
        read(data)
    assert str(raised.value) == f"x.pptx {said}"


PARTS = (TWO, "ppt/presentation.xml", "ppt/slideLayouts/slideLayout2.xml", "ppt/notesSlides/notesSlide1.xml",
         "[Content_Types].xml", "ppt/_rels/presentation.xml.rels", "ppt/slides/_rels/slide2.xml.rels")  # fmt: skip


@given(st.integers(0, 2**32), st.sampled_from(("", *PARTS)), st.booleans())
@settings(max_examples=100, deadline=5000)
def test_any_change_of_a_presentation_is_read_or_refused_in_one_line(seed: int, part: str, formed: bool) -> None:
    change = shuffled if formed else spoilt
    data = changed(DECK, part, lambda data: change(data, seed)) if part else spoilt(DECK, seed)
    try:
        document = read(data)
    except TutorError:
        return
    assert_sound(document)
