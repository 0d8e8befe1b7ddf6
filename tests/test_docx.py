"""Word documents: what a reader sees of them in which blocks, what is left out, and files that are none."""

from __future__ import annotations

import io
import time
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st
from mangled import assert_sound, changed, shuffled, spoilt

from ingest.documents import Document, MarkKind, Source
from ingest.errors import SourceError, TutorError
from ingest.loaders import parse

Rows = list[tuple[str, str]]
NAMES = nsdecls("w", "r", "wp", "m") + (
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def saved(document: docx.document.Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def read(document: docx.document.Document | bytes, name: str = "x.docx") -> Document:
    data = document if isinstance(document, bytes) else saved(document)
    return parse(data, Path(name), Source("x", "", Path(name)))


def of(xml: str, *, styles: str = "", parts: dict[str, str] | None = None) -> Document:
    """A document whose body is `xml`, with further styles, and parts by what they are to the document."""
    document = docx.Document()
    for element in parse_xml(f"<w:body {NAMES}>{xml}</w:body>"):
        document.element.body.insert(len(document.element.body) - 1, element)
    for element in parse_xml(f"<w:styles {NAMES}>{styles}</w:styles>"):
        document.styles.element.append(element)
    for kind, content in (parts or {}).items():
        part = docx.opc.part.Part(
            docx.opc.packuri.PackURI(f"/word/{kind}.xml"),
            f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml",
            content.encode(),
            document.part.package,
        )
        document.part.relate_to(part, f"{OFFICE}/{kind}")
    return read(document)


def outline(document: Document) -> Rows:
    """Each block's kind and what a reader sees of it."""
    return [(str(block.kind), document.plain(block.span)) for block in document.blocks]


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(inside: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside if inside.startswith('<') else run(inside)}</w:p>"


def essay() -> docx.document.Document:
    """A document with what documents have."""
    document = docx.Document()
    document.core_properties.title, document.core_properties.author = "Rain", "Ann Lee"
    document.add_heading("The report", 0)
    document.add_heading("Trains", 1)
    paragraph = document.add_paragraph("It counts ")
    paragraph.add_run("39").bold = True
    paragraph.add_run(" eche")
    paragraph.add_run("lons.")
    document.add_paragraph("   ")
    document.add_heading("Farms", 2)
    document.add_paragraph("One thing.", style="List Bullet")
    document.add_paragraph("Another.", style="List Number")
    document.add_paragraph("A third.", style="List Number")
    table = document.add_table(3, 2)
    texts = ("Region", "Farms", "North", "28", "South", "3")
    for cell, text in zip((c for row in table.rows for c in row.cells), texts, strict=True):
        cell.text = text
    document.add_paragraph("Table 1. Farms", style="Caption")
    document.add_paragraph("Two\nlines\tand a tab.")
    return document


def test_a_document_in_its_order() -> None:
    document = read(essay())
    assert outline(document) == [
        ("heading", "The report"),
        ("heading", "Trains"),
        ("paragraph", "It counts 39 echelons."),
        ("heading", "Farms"),
        ("list_item", "One thing."),
        ("list_item", "1. Another."),
        ("list_item", "2. A third."),
        ("table", "Region: North; Farms: 28"),
        ("table", "Region: South; Farms: 3"),
        ("caption", "Table 1. Farms"),
        ("paragraph", "Two lines and a tab."),
    ]
    assert [(section.level, section.title) for section in document.sections] == [
        (1, "The report"),
        (1, "Trains"),
        (2, "Farms"),
    ]
    assert [(str(m.kind), document.text[m.inner.start : m.inner.end]) for m in document.marks] == [
        ("strong", "39"),
        ("marker", "O"),
    ]
    assert document.text.endswith("Two\nlines and a tab.")
    assert (document.source.title, document.source.author) == ("The report", "Ann Lee")


def style(name: str, inside: str = "", kind: str = "paragraph", id_: str = "s1", based: str = "") -> str:
    base = f'<w:basedOn w:val="{based}"/>' if based else ""
    return f'<w:style w:type="{kind}" w:styleId="{id_}"><w:name w:val="{name}"/>{base}{inside}</w:style>'


S1 = '<w:pStyle w:val="s1"/>'


@pytest.mark.parametrize(
    ("styles", "properties", "kind", "level"),
    [
        (style("heading 3"), S1, "heading", 3),
        (style("Überschrift 2"), S1, "heading", 2),
        (style("Заголовок 1"), S1, "heading", 1),
        (style("제목 2"), S1, "heading", 2),
        (style("Mine", '<w:pPr><w:outlineLvl w:val="1"/></w:pPr>'), S1, "heading", 2),
        (style("Mine", based="s2") + style("heading 4", id_="s2"), S1, "heading", 4),
        (style("Mine", based="s1"), S1, "paragraph", 0),
        ("", '<w:outlineLvl w:val="0"/>', "heading", 1),
        ("", '<w:outlineLvl w:val="9"/>', "paragraph", 0),
        (style("Title"), S1, "heading", 1),
        (style("Subtitle"), S1, "front_matter", 0),
        (style("caption"), S1, "caption", 0),
        (style("Source Code"), S1, "code", 0),
        (style("toc 2"), S1, "navigation", 0),
        (style("TOC Heading", based="s2") + style("heading 1", id_="s2"), S1, "navigation", 0),
        (style("List Bullet 3"), S1, "list_item", 0),
        ("", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>', "paragraph", 0),
    ],
)
def test_what_styles_make_of_a_paragraph(styles: str, properties: str, kind: str, level: int) -> None:
    document = of(p("Words", properties) + p("Other words."), styles=styles)
    assert outline(document)[0] == (kind, "Words")
    assert [section.level for section in document.sections if section.heading] == ([level] if level else [])


def test_without_styles_bold_lines_are_headings() -> None:
    bold = p(run("Trains", "<w:b/>"))
    assert outline(of(bold + p("They left."))) == [("heading", "Trains"), ("paragraph", "They left.")]
    assert outline(of(bold + bold)) == [("paragraph", "Trains")] * 2
    styled = p("A", '<w:outlineLvl w:val="0"/>')
    assert outline(of(styled + bold + p("They left.")))[1] == ("paragraph", "Trains")


HIDING = style("Mine", "<w:rPr><w:vanish/></w:rPr>", "character")


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ("<w:ins><w:r><w:t>put in</w:t></w:r></w:ins>", "put in"),
        ("<w:moveTo><w:r><w:t>moved</w:t></w:r></w:moveTo>", "moved"),
        ("<w:del><w:r><w:delText>out</w:delText></w:r></w:del>" + run("x"), "x"),
        ("<w:moveFrom><w:r><w:t>gone</w:t></w:r></w:moveFrom>" + run("x"), "x"),
        ("<w:hyperlink><w:r><w:t>a link</w:t></w:r></w:hyperlink>", "a link"),
        ("<w:sdt><w:sdtContent><w:r><w:t>a field</w:t></w:r></w:sdtContent></w:sdt>", "a field"),
        ("<w:commentRangeStart w:id='1'/>" + run("x") + "<w:r><w:commentReference w:id='1'/></w:r>", "x"),
        (run("hidden", "<w:vanish/>") + run("x"), "x"),
        (run("hidden", '<w:rStyle w:val="s1"/>') + run("x"), "x"),
        (run("seen", '<w:vanish w:val="0"/>') + run("x"), "seenx"),
        (run("km") + run("2", '<w:vertAlign w:val="superscript"/>'), "km²"),
        (run("H") + run("2", '<w:vertAlign w:val="subscript"/>') + run("O"), "H₂O"),
        (run("non") + "<w:r><w:noBreakHyphen/></w:r>" + run("stop"), "non-stop"),
        ("<w:r><w:ruby><w:rt><w:r><w:t>kan</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>漢</w:t></w:r></w:rubyBase>"
         "</w:ruby></w:r>", "漢"),
        ("<m:oMath><m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>b</m:t></m:r></m:den></m:f></m:oMath>",
         "a/b"),
        (
            "<w:r><w:fldChar w:fldCharType='begin'/><w:instrText> PAGE </w:instrText><w:fldChar "
            "w:fldCharType='separate'/><w:t>12</w:t><w:fldChar w:fldCharType='end'/></w:r>" + run(" x"),
            "12 x",
        ),
        ("<w:r><w:fldChar w:fldCharType='begin'/><w:instrText>X</w:instrText></w:r>", ""),
    ],
)  # fmt: skip
def test_what_is_read_of_a_paragraph(inside: str, said: str) -> None:
    assert outline(of(p(inside) + p("The end."), styles=HIDING)) == [
        *([("paragraph", said)] if said else []),
        ("paragraph", "The end."),
    ]


def test_a_deleted_paragraph_mark_joins_two() -> None:
    document = of(p("One ", "<w:rPr><w:del/></w:rPr>") + p("paragraph."))
    assert outline(document) == [("paragraph", "One paragraph.")]


def test_boxes_stand_behind_the_paragraph_that_they_are_set_on() -> None:
    box = f"<w:txbxContent>{p('boxed')}</w:txbxContent>"
    inside = (
        f"{run('x')}<w:r><mc:AlternateContent><mc:Choice><wps:txbx>{box}</wps:txbx></mc:Choice><mc:Fallback><w:pict>"
        f"{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert outline(of(p(inside))) == [("paragraph", "x"), ("paragraph", "boxed")]


def test_pictures_are_their_descriptions() -> None:
    drawing = '<w:r><w:drawing><wp:inline><wp:docPr id="1" name="Picture 1" descr="{}"/></wp:inline></w:drawing></w:r>'
    document = of(p(drawing.format("A map of the north")) + p(run("See ") + drawing.format("the seal") + run("here.")))
    assert outline(document) == [("caption", "A map of the north"), ("paragraph", "See the seal here.")]
    assert {mark.kind for mark in document.marks} == {MarkKind.IMAGE}


def test_links_are_marks_and_scripts_are_none() -> None:
    document = docx.Document()
    for target in ("https://x.org/a", "javascript:alert(1)"):
        key = document.part.relate_to(target, f"{OFFICE}/hyperlink", is_external=True)
        link = f'<w:p {NAMES}>{run("See ")}<w:hyperlink r:id="{key}">{run("this", "<w:b/>")}</w:hyperlink></w:p>'
        document.element.body.insert(0, parse_xml(link))
    field = "<w:r><w:fldChar w:fldCharType='{}'/></w:r>"
    document.element.body.insert(
        0,
        parse_xml(
            f'<w:p {NAMES}>{field.format("begin")}<w:r><w:instrText>HYPERLINK "https://y.org"</w:instrText></w:r>'
            f"{field.format('separate')}{run('that')}{field.format('end')}{run(' end')}</w:p>"
        ),
    )
    found = read(document)
    assert outline(found) == [("paragraph", "that end"), ("paragraph", "See this"), ("paragraph", "See this")]
    assert [(found.text[m.inner.start : m.inner.end], m.target) for m in found.marks if m.kind is MarkKind.LINK] == [
        ("that", "https://y.org"),
        ("this", "https://x.org/a"),
    ]


def test_a_table_of_contents_is_navigation() -> None:
    begin = "<w:r><w:fldChar w:fldCharType='begin'/><w:instrText>TOC \\o</w:instrText></w:r>"
    field = p(begin + "<w:r><w:fldChar w:fldCharType='separate'/></w:r>" + run("Trains 1"))
    end = p(run("Farms 2") + "<w:r><w:fldChar w:fldCharType='end'/></w:r>")
    wrapped = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{p('Contents')}</w:sdtContent></w:sdt>"
    )
    assert outline(of(wrapped + field + p("More 1") + end + p("Text."))) == [
        ("navigation", "Contents"),
        ("navigation", "Trains 1"),
        ("navigation", "More 1"),
        ("paragraph", "Farms 2"),
        ("paragraph", "Text."),
    ]


def numbered(level: int) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>'


def test_numbers_are_counted_as_word_counts_them() -> None:
    kinds = (
        ("decimal", "%1."),
        ("lowerLetter", "(%2)"),
        ("upperRoman", "%1.%3"),
        ("bullet", "o"),
        ("bullet", " "),
    )
    levels = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="{1 + 2 * (i == 1)}"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for i, (kind, text) in enumerate(kinds)
    )
    document = docx.Document()
    numbering = document.part.numbering_part.element
    numbering.insert(0, parse_xml(f'<w:abstractNum {NAMES} w:abstractNumId="77">{levels}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {NAMES} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    wanted = [
        (0, "1. x"),
        (1, "(c) x"),
        (1, "(d) x"),
        (0, "2. x"),
        (1, "(c) x"),
        (2, "2.I x"),
        (3, "• x"),
        (4, "x"),
        (0, "3. x"),
    ]
    for level, _ in wanted:
        body = document.element.body
        body.insert(len(body) - 1, parse_xml(p("x", numbered(level)).replace("<w:p>", f"<w:p {NAMES}>", 1)))
    found = read(document)
    assert [found.text[block.span.start : block.span.end] for block in found.blocks] == [text for _, text in wanted]
    assert {str(block.kind) for block in found.blocks} == {"list_item"}


def cell(text: str, about: str = "") -> str:
    return f"<w:tc><w:tcPr>{about}</w:tcPr>{text if text.startswith('<w:p') else p(text)}</w:tc>"


def row(*cells: str, about: str = "") -> str:
    inside = "".join(one if one.startswith("<w:tc") else cell(one) for one in cells)
    return f"<w:tr><w:trPr>{about}</w:trPr>{inside}</w:tr>"


DOWN, GOES_ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
HEAD = row("Region", "Crop", about="<w:tblHeader/>")


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        (HEAD + row("North", "rice"), [("table", "Region: North; Crop: rice")]),
        (
            row(cell(p(run("Region", "<w:b/>"))), cell(p(run("Crop", "<w:b/>")))) + row("North", "rice"),
            [("table", "Region: North; Crop: rice")],
        ),
        (row("Born", "in May") + row("Died", "in June"), [("table", "Born: in May"), ("table", "Died: in June")]),
        (
            HEAD + row(cell("North", DOWN), "rice") + row(cell("", GOES_ON), "wheat"),
            [("table", "Region: North; Crop: rice"), ("table", "Region: North; Crop: wheat")],
        ),
        (
            HEAD + row(cell("All of it", '<w:gridSpan w:val="2"/>')) + row("North", "rice"),
            [("table", "All of it; Region: North; Crop: rice")],
        ),
        (HEAD + row("x", "y", about="<w:del/>") + row("North", "rice"), [("table", "Region: North; Crop: rice")]),
        (
            HEAD + row("North", cell(p("Rice.") + p("Wheat."))),
            [("table", "Region: North; Crop: Rice. Wheat.")],
        ),
        (row(cell(p("A box.") + p("Two lines."))), [("paragraph", "A box."), ("paragraph", "Two lines.")]),
        (
            row("beside", f"<w:tc><w:tbl>{HEAD}{row('North', 'rice')}</w:tbl></w:tc>") + row("below", ""),
            [("paragraph", "beside"), ("table", "Region: North; Crop: rice"), ("paragraph", "below")],
        ),
    ],
)
def test_tables(rows: str, wanted: Rows) -> None:
    assert outline(of(f"<w:tbl>{rows}</w:tbl>")) == wanted


def note(kind: str, number: int, text: str, about: str = "") -> str:
    return f'<w:{kind} w:id="{number}"{about}>{p(text)}</w:{kind}>'


def call(kind: str, number: int) -> str:
    return f'<w:r><w:{kind}Reference w:id="{number}"/></w:r>'


def test_notes_stand_at_the_end_and_know_their_calls() -> None:
    feet = (
        note("footnote", 0, "---", ' w:type="separator"') + note("footnote", 7, "A foot.") + note("footnote", 3, "B.")
    )
    document = of(
        p(run("It rained in 1937") + call("footnote", 3) + run(", hard") + call("endnote", 2) + run("."))
        + p(run("So.") + call("footnote", 7) + call("footnote", 99)),
        parts={
            "footnotes": f"<w:footnotes {NAMES}>{feet}</w:footnotes>",
            "endnotes": f"<w:endnotes {NAMES}>{note('endnote', 2, 'An end.')}</w:endnotes>",
        },
    )
    assert outline(document) == [
        ("paragraph", "It rained in 1937¹, hard[i]."),
        ("paragraph", "So.²"),
        ("footnote", "¹ B."),
        ("footnote", "[i] An end."),
        ("footnote", "² A foot."),
    ]
    called = [block.caller for block in document.blocks if block.caller]
    assert [document.text[span.start - 4 : span.end] for span in called] == [
        "1937¹",
        "hard[i]",
        " So.²"[1:] and "\nSo.²",
    ]


def paged(pages: int, marks: int) -> Document:
    """A document whose program counted `pages`, with so many of its marks of page breaks."""
    mark = "<w:r><w:lastRenderedPageBreak/></w:r>"
    document = docx.Document()
    for number in range(marks + 1):
        xml = p((mark if number else "") + run(f"Page {number + 1}.")).replace("<w:p>", f"<w:p {NAMES}>", 1)
        document.element.body.insert(number, parse_xml(xml))
    return read(
        changed(saved(document), "docProps/app.xml", lambda _: b"<Properties><Pages>%d</Pages></Properties>" % pages)
    )


def test_pages_are_known_where_word_has_marked_all_of_them() -> None:
    document = paged(3, 2)
    assert [(one.words, document.text[one.start :][:7]) for one in document.locators] == [
        ("p. 1", "Page 1."),
        ("p. 2", "Page 2."),
        ("p. 3", "Page 3."),
    ]
    assert paged(5, 2).locators == () == paged(1, 0).locators


def test_lines_of_code_are_one_block() -> None:
    document = of(p("x = 1", S1) + p("  y", S1) + p("Text."), styles=style("Source Code"))
    assert [(str(b.kind), document.text[b.span.start : b.span.end]) for b in document.blocks] == [
        ("code", "x = 1\n  y"),
        ("paragraph", "Text."),
    ]


@pytest.mark.parametrize(
    ("title", "author", "wanted"),
    [
        ("Rain", "Ann Lee", ("Rain", "Ann Lee", "2013")),
        ("Microsoft Word - Document1", "Administrator", ("x", "", "")),
        ("", "", ("x", "", "")),
    ],
)
def test_about(title: str, author: str, wanted: tuple[str, str, str]) -> None:
    document = docx.Document()
    document.core_properties.title, document.core_properties.author = title, author
    document.add_paragraph("It rained.")
    source = read(document).source
    assert (source.title, source.author, source.year) == wanted


# -- what is none, or too much ---------------------------------------------------------------------------------------

BODY = "word/document.xml"
UNREADABLE = "cannot be read as a Word document. Save it anew as .docx, or as text."


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7", "is no .docx, whatever its ending says. Save it as .docx or as text."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
            "has a password, or is an old .doc. Save it as .docx without a password.",
        ),
        (changed(saved(essay()), BODY, lambda data: data[:500]), UNREADABLE),
        (
            changed(saved(essay()), BODY, lambda data: b'<!DOCTYPE x [<!ENTITY a "b">]>' + data),
            "declares entities in its XML, which Word never does. Save it anew.",
        ),
        (
            changed(saved(essay()), BODY, lambda data: data.replace(b"<w:body>", b"<w:body>" + b"<w:sdt>" * 500)),
            UNREADABLE,
        ),
        (saved(docx.Document()), "holds only white space; put text in it or remove it"),
    ],
)
def test_what_cannot_be_read_is_one_line(data: bytes, said: str) -> None:
    with pytest.raises(SourceError) as raised:
        read(data)
    assert str(raised.value) == f"x.docx {said}"


def test_much_nested_and_long_documents_are_read_in_bounded_time() -> None:
    began = time.monotonic()
    nested = "<w:tbl><w:tr><w:tc>" * 60 + p("deep") + "<w:p/></w:tc></w:tr></w:tbl>" * 60
    assert outline(of(nested)) == [("paragraph", "deep")]
    wide = row(*[cell("x", '<w:gridSpan w:val="999999999"/><w:vMerge w:val="restart"/>')] * 50)
    many = wide + row(*[cell("", GOES_ON)] * 50) * 60
    assert len(of(f"<w:tbl>{many}</w:tbl>").text) < 20_000
    assert len(of(p(run("x ", "<w:b/>") + run("y ")) * 2_000).blocks) == 2_000
    assert time.monotonic() - began < 30


ESSAY = saved(essay())
PARTS = (
    "word/document.xml",
    "word/styles.xml",
    "word/numbering.xml",
    "[Content_Types].xml",
    "word/_rels/document.xml.rels",
)


@given(st.integers(0, 2**32), st.sampled_from(("", *PARTS)), st.booleans())
@settings(max_examples=100, deadline=5000)
def test_any_change_of_a_document_is_read_or_refused_in_one_line(seed: int, part: str, formed: bool) -> None:
    change = shuffled if formed else spoilt
    data = changed(ESSAY, part, lambda data: change(data, seed)) if part else spoilt(ESSAY, seed)
    try:
        document = read(data)
    except TutorError:
        return
    assert_sound(document)
