"""Web pages: what a reader sees of them in which blocks, what is left out, and files that are no pages."""

from __future__ import annotations

import codecs
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mangled import assert_sound

from ingest.documents import Document, MarkKind, Source
from ingest.errors import SourceError, TutorError
from ingest.loaders import parse

Rows = list[tuple[str, str]]


def read(page: str | bytes, name: str = "x.html") -> Document:
    data = page.encode() if isinstance(page, str) else page
    return parse(data, Path(name), Source("x", "", Path(name)))


def outline(document: Document) -> Rows:
    """Each block's kind and what a reader sees of it."""
    return [(str(block.kind), document.plain(block.span)) for block in document.blocks]


def marks(document: Document) -> list[tuple[str, str, str]]:
    return [
        (str(mark.kind), document.text[mark.inner.start : mark.inner.end], mark.target)
        for mark in document.marks
        if mark.kind is not MarkKind.MARKER
    ]


@pytest.mark.parametrize(
    ("page", "rows"),
    [
        ("<p>One.\n   Two.<p>Three.", [("paragraph", "One. Two."), ("paragraph", "Three.")]),
        ("loose <div>in <b>a</b> div</div> tail", [("paragraph", t) for t in ("loose", "in a div", "tail")]),
        ("a<br>b", [("paragraph", "a b")]),
        ("a<br> <br>b", [("paragraph", "a"), ("paragraph", "b")]),
        ("<p>soft&shy;ly&nbsp;&hellip; z\u200bero</p>", [("paragraph", "softly … zero")]),
        ("<p>1 &lt; 2 &amp; 3 &#8212; 4</p>", [("paragraph", "1 < 2 & 3 — 4")]),
        ("<p>m<sup>2</sup>, H<sub>2</sub>O, 1<sup>st</sup></p>", [("paragraph", "m², H₂O, 1st")]),
        ("<p>So <math><mi>E</mi><mo>=</mo><msup><mi>c</mi><mn>2</mn></msup></math>.", [("paragraph", "So E=c².")]),
        ("<p>He said <q>no</q>.</p>", [("paragraph", "He said “no”.")]),
        ("<p>un<b>bel</b>iev<i>able</i></p>", [("paragraph", "unbelievable")]),
        ("<p>old <del>gone</del><ins>new</ins></p>", [("paragraph", "old new")]),
        ("<p><ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>字</p>", [("paragraph", "漢字")]),
        ("<h1>A</h1><h3> B <i>c</i></h3><p>x", [("heading", "A"), ("heading", "B c"), ("paragraph", "x")]),
        ("<div role=heading aria-level=3>H</div><p>x", [("heading", "H"), ("paragraph", "x")]),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", [("list_item", "a"), ("list_item", "b"), ("list_item", "c")]),
        ("<ol start=3><li>a<li>b</ol>", [("list_item", "3. a"), ("list_item", "4. b")]),
        ("<ol type=i reversed><li>a<li>b</ol>", [("list_item", "ii. a"), ("list_item", "i. b")]),
        ("<ol type=A><li value=27>a</ol>", [("list_item", "AA. a")]),
        ("<ul><li><p>a</p><p>more</p></ul>", [("list_item", "a"), ("list_item", "more")]),
        ("<dl><dt>T<dt>U<dd>means<dd>or</dl>", [("list_item", "T, U: means"), ("list_item", "or")]),
        ("<dl><dt>T?</dt><dd><p>Yes.</p></dd></dl>", [("list_item", "T? Yes.")]),
        ("<pre>\n\n  a\n\tb </pre>", [("code", "a b")]),
        (
            "<figure><img alt='A map'><figcaption>Map 1</figcaption></figure>",
            [("caption", "A map"), ("caption", "Map 1")],
        ),
        ("<figure><img alt='Map'><figcaption>Map</figcaption></figure>", [("caption", "Map")]),
        ("<p>See <img alt='the seal' src=x.png> here", [("paragraph", "See the seal here")]),
        ("<p>x</p><img alt='IMG_1.jpg'><img>", [("paragraph", "x")]),
        ("<blockquote><p>quoted</blockquote>", [("paragraph", "quoted")]),
        ("<details><summary>More</summary>inside</details>", [("paragraph", "More"), ("paragraph", "inside")]),
    ],
)
def test_blocks(page: str, rows: Rows) -> None:
    assert outline(read(page)) == rows


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        (
            "<tr><th>Region<th>Farms<tr><td>North<td>28<tr><td>South<td>3",
            [("table", "Region: North; Farms: 28"), ("table", "Region: South; Farms: 3")],
        ),
        (
            "<caption>Farms</caption><thead><tr><td>Region<td>Farms</thead><tbody><tr><td>North<td></table>",
            [("caption", "Farms"), ("table", "Region: North")],
        ),
        ("<tr><th>Born<td>1900<tr><th>Died<td>1980", [("table", "Born: 1900"), ("table", "Died: 1980")]),
        ("<tr><td>Born<td>in May<tr><td>Died<td>in June", [("table", "Born: in May"), ("table", "Died: in June")]),
        ("<tr><td>a<td>b<td>c<tr><td>d<td>e<td>f", [("table", "a; b; c"), ("table", "d; e; f")]),
        (
            "<tr><td>Name<td>Year<tr><td>Ann<td>1900<tr><td>Bob<td>1901",
            [("table", "Name: Ann; Year: 1900"), ("table", "Name: Bob; Year: 1901")],
        ),
        (
            "<tr><th rowspan=2>Region<th colspan=2>1937<tr><th>Farms<th>Men<tr><th>North<td>28<td>5",
            [("table", "Region: North; 1937 Farms: 28; 1937 Men: 5")],
        ),
        (
            "<tr><th>Year<th>What<th>Who<tr><td rowspan=2>1937<td>left<td>Ann<tr><td>came<td>Bob",
            [("table", "Year: 1937; What: left; Who: Ann"), ("table", "Year: 1937; What: came; Who: Bob")],
        ),
        (
            "<tr><th>Region<th>Farms<tr><td colspan=2>Soviet<tr><td>North<td>28",
            [("table", "Soviet; Region: North; Farms: 28")],
        ),
        (
            "<tr><th>Crop<th>Note<tr><td><ul><li>rice<li>wheat</ul><td><p>Grown.</p><p>Sold.</p>",
            [("table", "Crop: rice, wheat; Note: Grown. Sold.")],
        ),
        ("<tr><td>menu<td><h2>Title</h2>text", [("paragraph", "menu"), ("heading", "Title"), ("paragraph", "text")]),
        ("<tr><td>only<tr><td>one column", [("paragraph", "only"), ("paragraph", "one column")]),
        (
            "<tr><td>a<td><table><tr><td>b<td>c<tr><td>d<td>e</table>",
            [("paragraph", "a"), ("table", "b: c"), ("table", "d: e")],
        ),
    ],
)
def test_tables(table: str, rows: Rows) -> None:
    assert outline(read(f"<table>{table}</table>")) == rows


LETTER = "It rained for a week in the north, and the trains that were to leave\nstood still until the end of May."


def test_lines_that_are_set_as_they_are_may_be_text() -> None:
    letter = f"Dear Ann,\n\n{LETTER}\n\n{LETTER}\n \n<b>{LETTER}</b>\n"
    told = ("paragraph", " ".join(LETTER.split()))
    assert outline(read(f"<pre>{letter}</pre>")) == [("paragraph", "Dear Ann,"), told, told, told]
    code = 'for (i = 0; i < 10; i++) {\n    print("It rained for a week in the north. It did.", i);\n}\n\n' * 5
    assert [kind for kind, _ in outline(read(f"<pre>{code}</pre>"))] == ["code"]


def test_a_long_row_is_parted_and_each_part_says_whose_it_is() -> None:
    long = "word " * 120
    page = f"<table><tr><th>Name<th>First<th>Second<tr><td>Ann<td>{long}<td>{long}</table>"
    assert [text[:17] for _, text in outline(read(page))] == ["Name: Ann; First:", "Name: Ann; Second"]


def test_inline_markup_becomes_marks() -> None:
    document = read(
        "<p>A <b>bold <i>word</i></b>, <code>x = 1</code>, <a href=' https://x.org/a?b '>a <em>link</em></a>, "
        "<a href='javascript:alert(1)'>js</a>, <a href=other.html>near</a>, <a href='data:text/html,x'>data</a></p>"
        "<b>one<div>two</div></b>"
    )
    assert marks(document) == [
        ("strong", "bold word", ""),
        ("emphasis", "word", ""),
        ("code", "x = 1", ""),
        ("link", "a link", "https://x.org/a?b"),
        ("emphasis", "link", ""),
        ("strong", "one", ""),
        ("strong", "two", ""),
    ]
    assert document.text.startswith("A bold word, x = 1, a link, js, near, data\n\n")


NOTES: list[tuple[str, Rows, list[str]]] = [
    (  # as pandoc writes them
        "<p>In 1937<a href='#fn1' class='footnote-ref' id='fnref1' role='doc-noteref'><sup>1</sup></a> it rained.</p>"
        "<section role='doc-endnotes'><hr><ol><li id='fn1'><p>Hard.<a href='#fnref1' role='doc-backlink'>↩︎</a></p>"
        "</li></ol></section>",
        [("paragraph", "In 1937¹ it rained."), ("footnote", "¹ Hard.")],
        ["1937¹"],
    ),
    (  # as Wikipedia writes them
        "<p>It rained.<sup id='cite_ref-1'><a href='#cite_note-1'>[1]</a></sup></p><h2>Notes</h2><ol><li "
        "id='cite_note-1'><b><a href='#cite_ref-1'>^</a></b> <span>Hard.</span></li></ol>",
        [("paragraph", "It rained.[1]"), ("heading", "Notes"), ("footnote", "[1] Hard.")],
        ["ned.[1]"],
    ),
    (  # as a word processor of the nineties writes them
        "<p>It rained<sup><a href='#_1' name='b1'>1</a></sup>.</p><p><a name='_1' href='#b1'>1</a>. Hard.</p>",
        [("paragraph", "It rained¹."), ("footnote", "¹ Hard.")],
        ["ined¹"],
    ),
    (  # as Sphinx writes them
        "<p>It rained. <a class='footnote-reference brackets' href='#n' id='b'>1</a></p><dl class='footnote brackets'>"
        "<dt class='label' id='n'><span class='brackets'>1</span></dt><dd><p>Hard.</p></dd></dl>",
        [("paragraph", "It rained.¹"), ("footnote", "¹ Hard.")],
        ["ned.¹"],
    ),
    (
        "<p>It rained <a epub:type='noteref' href='#n'>*</a>.</p><aside epub:type='footnote' id='n'>* Hard.</aside>",
        [("paragraph", "It rained *."), ("footnote", "* Hard.")],
        ["ned *"],
    ),
    (  # a bibliography is none
        "<p>It rained <a href='#r1'>[1]</a>.</p><h2>References</h2><p id='r1'>[1] Kim, 2026.</p><p>Lee, 2020.</p>",
        [
            ("paragraph", "It rained [1]."),
            ("heading", "References"),
            ("reference", "[1] Kim, 2026."),
            ("reference", "Lee, 2020."),
        ],
        [],
    ),
    (  # nor is a place in the text
        "<p>See <sup><a href='#s2'>2</a></sup>.</p><div id='s2'><h2>Second</h2><p>Text.</p></div>",
        [("paragraph", "See 2."), ("heading", "Second"), ("paragraph", "Text.")],
        [],
    ),
]


@pytest.mark.parametrize(("page", "rows", "callers"), NOTES)
def test_footnotes(page: str, rows: Rows, callers: list[str]) -> None:
    document = read(page)
    assert outline(document) == rows
    called = [block.caller for block in document.blocks if block.caller]
    assert [document.text[span.start - 4 : span.end] for span in called] == callers


PROSE = "It rained in the north for a week, and the trains stood still."


@pytest.mark.parametrize(
    ("page", "rows"),
    [
        ("<script>x()</script><style>p{}</style><p>a<noscript>n</noscript>", [("paragraph", "a")]),
        ("<template><p>t</p></template><p>a<svg><text>s</text></svg>", [("paragraph", "a")]),
        ("<p onclick='x()'>a</p><p hidden>b</p><p aria-hidden=true>c</p>", [("paragraph", "a")]),
        ("<p style='color:red; display: none'>b</p><p>a</p>", [("paragraph", "a")]),
        ("<form><button>Go</button><input value=x><select><option>o</select>text</form>", [("paragraph", "text")]),
        ("<h2>Head<a class=headerlink href='#h'>¶</a></h2><p>a", [("heading", "Head"), ("paragraph", "a")]),
        ("<nav>Home</nav><p>a", [("navigation", "Home"), ("paragraph", "a")]),
        ("<a href='#c'>Skip to content</a><p>a", [("navigation", "Skip to content"), ("paragraph", "a")]),
        ("<div role=navigation>Home</div><p>a", [("navigation", "Home"), ("paragraph", "a")]),
        (
            "<div id=cookie-bar>We use cookies.<a>OK</a></div><p>a",
            [("navigation", "We use cookies.OK"), ("paragraph", "a")],
        ),
        (
            "<table class=menu><tr><td><a href=x>A</a><td><a href=y>B</a><tr><td><a>C</a></table><p>a",
            [("navigation", "A: B"), ("navigation", "C"), ("paragraph", "a")],
        ),
        ("<p>a</p><footer>Copyright</footer>", [("paragraph", "a"), ("navigation", "Copyright")]),
        ("<article><p>a</p><footer>Signed</footer></article>", [("paragraph", "a"), ("paragraph", "Signed")]),
        (
            "<div class=navfooter><a href=x.html>Next</a> Chapter 14. Commerce</div><p>a",
            [("navigation", "Next Chapter 14. Commerce"), ("paragraph", "a")],
        ),
        ("<div title=footer><p>12</p></div><p>a", [("navigation", "12"), ("paragraph", "a")]),
        (
            "<title>Rain</title><p class=title>Rain</p><h1>One</h1><p>a",
            [("heading", "Rain"), ("heading", "One"), ("paragraph", "a")],
        ),
        ("<header>Site</header><p>a", [("navigation", "Site"), ("paragraph", "a")]),
        (
            "<header><h1>Title</h1><p>Ann</p></header><p>a",
            [("heading", "Title"), ("front_matter", "Ann"), ("paragraph", "a")],
        ),
        (
            "<ul><li><a href=#a>A</a><li><a href=#b>B</a><li><a href=#c>C</a></ul><p>a",
            [("navigation", "A"), ("navigation", "B"), ("navigation", "C"), ("paragraph", "a")],
        ),
        ("<a href=#a>A</a><br><a href=#b>B</a><br><a href=#c>C</a><p>a", [("navigation", "A B C"), ("paragraph", "a")]),
        (
            "<a href=#a>A</a>, <a href=#b>B</a> and <a href=#c>C</a><p>a",
            [("paragraph", "A, B and C"), ("paragraph", "a")],
        ),
        (
            "<ul><li><a href=a.html>A</a><li><a href=b.html>B</a><li><a href=c.html>C</a></ul><p>a",
            [("list_item", "A"), ("list_item", "B"), ("list_item", "C"), ("paragraph", "a")],
        ),
        (
            f"<div>beside</div><main><h1>T</h1><p>{PROSE}</p></main><div>below</div>",
            [("navigation", "beside"), ("heading", "T"), ("paragraph", PROSE), ("navigation", "below")],
        ),
        (f"<main>short</main><p>{PROSE}</p>", [("paragraph", "short"), ("paragraph", PROSE)]),
        (f"<div class=sidebar>{PROSE}</div><p>a", [("paragraph", PROSE), ("paragraph", "a")]),
        (
            f"<div class=sidebar><a href=x.html>{PROSE}</a></div><p>a",
            [("navigation", PROSE), ("paragraph", "a")],
        ),
        (f"<aside>{PROSE}</aside><p>a", [("paragraph", PROSE), ("paragraph", "a")]),
        ("<nav><p>all there is</p></nav>", [("paragraph", "all there is")]),
    ],
)
def test_what_is_around_the_text(page: str, rows: Rows) -> None:
    assert outline(read(page)) == rows


@pytest.mark.parametrize(
    "data",
    [
        "<p>Łódź</p>".encode(),
        "\ufeff<p>Łódź</p>".encode(),
        codecs.BOM_UTF16_LE + "<p>Łódź</p>".encode("utf-16-le"),
        '<meta charset="iso-8859-2"><p>Łódź</p>'.encode("iso-8859-2"),
        b"<meta http-equiv=Content-Type content='text/html; charset=windows-1250'>" + "<p>Łódź</p>".encode("cp1250"),
        '<?xml version="1.0" encoding="ISO-8859-2"?><html><p>Łódź</p></html>'.encode("iso-8859-2"),
        "<meta charset=utf-16><p>Łódź</p>".encode(),
        "<meta charset=base64><p>Łódź</p>".encode(),
        "<meta charset=no-such><p>Łódź</p>".encode(),
    ],
)
def test_encodings(data: bytes) -> None:
    assert outline(read(data)) == [("paragraph", "Łódź")]


def test_without_any_word_on_it_a_page_is_windows_1252() -> None:
    assert outline(read(b"<p>\x93caf\xe9\x94</p>")) == [("paragraph", "“café”")]


def test_xhtml_closes_what_html_leaves_open() -> None:
    page = (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://x/xhtml11.dtd">'
        '<html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script src="x"/></head>'
        '<body><p><a id="p1"/>It&nbsp;rained&eacute;.</p><p>B &amp; C</p></body></html>'
    )
    assert outline(read(page, "x.xhtml")) == [("paragraph", "It rainedé."), ("paragraph", "B & C")]
    assert outline(read("<p>not <b>well</p>", "x.xhtml")) == [("paragraph", "not well")]


@pytest.mark.parametrize(
    ("head", "title", "author", "year"),
    [
        ("<title>Rain – A Site</title><h1>Rain</h1>", "Rain", "", ""),
        ("<title>Rain</title><h1>Home</h1>", "Rain", "", ""),
        ("<title>-</title><h1>Snow</h1>", "Snow", "", ""),
        ("<title>Untitled</title><h1>Snow</h1>", "Snow", "", ""),
        (
            "<meta name=citation_title content=Hail><meta name=author content='Ann Lee'><meta name=author content=Bob>"
            "<meta name=date content='12 May 1998'><title>x</title>",
            "Hail",
            "Ann Lee; Bob",
            "1998",
        ),
    ],
)
def test_about(head: str, title: str, author: str, year: str) -> None:
    source = read(f"<html><head>{head}</head><body>{head[head.find('<h1>') :] if '<h1>' in head else ''}<p>a").source
    assert (source.title, source.author, source.year) == (title, author, year)


def test_page_numbers_of_the_printed_book() -> None:
    document = read(
        "<p><span epub:type=pagebreak id=page_1></span>One. <span role=doc-pagebreak aria-label='Page 2'></span>Two."
    )
    assert [(one.words, document.text[one.start :]) for one in document.locators] == [
        ("p. 1", "One. Two."),
        ("p. 2", "Two."),
    ]


# -- what is no page, or too much ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("x.html", b"%PDF-1.7 ...", "is a PDF, whatever its ending says; name it .pdf"),
        ("x.html", b"PK\x03\x04...", "is a packed file, whatever its ending says; name it what it is"),
        ("x.htm", b"a\0b", "is binary (byte 1 is zero); save it as HTML in UTF-8"),
        ("x.html", b"<script>document.write(1)</script>", "shows no text; a page that a script fills"),
        ("x.html", b" \n ", "holds nothing that could be read as a page; put text in it or remove it"),
        (
            "x.xhtml",
            b'<!DOCTYPE h [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><html><p>&b;</p></html>',
            "declares entities, which no page needs; save it without them",
        ),
        (
            "x.xhtml",
            b'<!DOCTYPE h [<!ENTITY a SYSTEM "file:///etc/passwd">]><html><p>&a;</p></html>',
            "declares entities, which no page needs; save it without them",
        ),
        ("x.html", b"<div>" * 3000 + b"deep", "nests its tags more than 2,000 deep; save it anew from a browser"),
        ("x.html", b"<b>" * 1_600_000, "has more than 1,500,000 tags; split it"),
    ],
)
def test_what_cannot_be_read_is_one_line(name: str, data: bytes, said: str) -> None:
    with pytest.raises(SourceError, match=re.escape(said)) as raised:
        read(data, name)
    assert str(raised.value).startswith(f"{name} ") and "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 1900 + "deep",
        "<ul><li>" * 900 + "deep",
        "<table><tr><td>" * 400 + "deep",
        "<b>" * 1500 + "deep" + "<p>x" * 1500,
        "<p " + "a" * 1_000_000 + "=1 title='" + "x" * 1_000_000 + "'>deep",
        "<a href='https://x/" + "y" * 1_000_000 + "'>deep</a>",
        "<table><tr><td colspan=1000000 rowspan=1000000>deep" + "<tr><td>x" * 5000 + "</table>",
        "<p>deep" + "<sup><a href=#n id=r>1</a></sup>" * 5_000 + "<p id=n>note",
        "<math>" + "<mrow>" * 1800 + "<mi>deep",
        "<nav>" * 300 + "deep" + "</nav>" * 300,
    ],
)
def test_extremes_are_read_in_bounded_time_and_size(page: str) -> None:
    began = time.monotonic()
    document = read(page)
    assert "deep" in document.text
    assert len(document.text) < 20 * len(page) + 1000
    assert time.monotonic() - began < 20


_TAGS = "p div b a ul ol li dl dt dd table tr td th caption pre h1 h2 sup br img nav main header footer aside q".split()
_PART = st.one_of(
    st.text(max_size=8),
    st.sampled_from([f"<{tag}>" for tag in _TAGS] + [f"</{tag}>" for tag in _TAGS]),
    st.sampled_from(
        """<a href='#n'> <li id=n> <sup><a href=#n>1</a></sup> <p id=n> <td colspan=3> <td rowspan=2> <p hidden> &amp;
        &#0; <!-- --> <![CDATA[ <?x <!DOCTYPE <script> <aside role=doc-footnote id=n> <img alt=x> <svg> <main>
        <ol start=-5 reversed> <div class=cookie> <span epub:type=pagebreak title=4> \ud800 \0""".split()
    ),
)


@given(st.lists(_PART, max_size=30), st.sampled_from(["x.html", "x.xhtml"]))
@settings(max_examples=300, deadline=2000)
def test_any_page_is_read_or_refused_in_one_line(parts: list[str], name: str) -> None:
    try:
        document = read("".join(parts).encode("utf-8", "surrogatepass"), name)
    except TutorError:
        return
    assert_sound(document)
