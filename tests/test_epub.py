"""Books: their pages in reading order, their contents as headings, notes across pages, and files that are none."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mangled import assert_sound, shuffled, spoilt

from ingest.documents import Document, Source
from ingest.errors import SourceError, TutorError
from ingest.loaders import parse

Rows = list[tuple[str, str]]
CONTAINER = '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
ABOUT = """<metadata xmlns:dc="d" xmlns:opf="o"><dc:title>Rain</dc:title><dc:creator>Ann Lee</dc:creator>
<dc:creator opf:role="ill">Bob</dc:creator><dc:date opf:event="modification">2026-01-01</dc:date>
<dc:date>1998-05-01</dc:date></metadata>"""
PAGE = "application/xhtml+xml"


def page(body: str, head: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "x.dtd">'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
        f"<head><title/>{head}</head><body>{body}</body></html>"
    )


def opf(items: str, spine: str, about: str = ABOUT, guide: str = "") -> str:
    return (
        f'<package xmlns="http://www.idpf.org/2007/opf">{about}<manifest>{items}</manifest><spine>{spine}</spine>'
        f"<guide>{guide}</guide></package>"
    )


def item(name: str, kind: str = PAGE, about: str = "") -> str:
    return f'<item id="{name}" href="{name}" media-type="{kind}" {about}/>'


def ref(name: str, about: str = "") -> str:
    return f'<itemref idref="{name}" {about}/>'


def packed(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def book(pages: dict[str, str], more: dict[str, str | bytes] | None = None, **opf_parts: str) -> bytes:
    """A book of these pages in this order; `opf_parts` replace parts of its package."""
    said = {"items": "".join(map(item, pages)), "spine": "".join(map(ref, pages))} | opf_parts
    parts = {"mimetype": "application/epub+zip", "META-INF/container.xml": CONTAINER, "OEBPS/book.opf": opf(**said)}
    return packed({**parts, **{f"OEBPS/{name}": content for name, content in pages.items()}, **(more or {})})


def read(data: bytes, name: str = "x.epub") -> Document:
    return parse(data, Path(name), Source("x", "", Path(name)))


def outline(document: Document) -> Rows:
    return [(str(block.kind), document.plain(block.span)) for block in document.blocks]


ONE, TWO = page("<h1>One</h1><p>It rained.</p>"), page("<h1>Two</h1><p>It&nbsp;stopped.</p>")
BOTH = [("heading", "One"), ("paragraph", "It rained."), ("heading", "Two"), ("paragraph", "It stopped.")]


def test_pages_in_their_order_and_what_the_book_says_of_itself() -> None:
    document = read(book({"1.xhtml": ONE, "2.xhtml": TWO}))
    assert outline(document) == BOTH
    assert (document.source.title, document.source.author, document.source.year) == ("Rain", "Ann Lee", "1998")


@pytest.mark.parametrize(
    ("spine", "rows"),
    [
        (ref("2.xhtml") + ref("1.xhtml"), BOTH[2:] + BOTH[:2]),
        (ref("1.xhtml", 'linear="no"') + ref("2.xhtml"), BOTH[2:] + BOTH[:2]),
        ("", BOTH),
        (ref("1.xhtml") + ref("no.xhtml") + ref("2.xhtml") + ref("1.xhtml"), BOTH),
    ],
)
def test_the_spine_says_the_order(spine: str, rows: Rows) -> None:
    assert outline(read(book({"1.xhtml": ONE, "2.xhtml": TWO}, spine=spine))) == rows


def test_contents_and_covers_are_left_out() -> None:
    nav = page("<nav epub:type='toc'><ol><li><a href='1.xhtml'>One</a></li></ol></nav>")
    pages = {"cover.xhtml": page("<p>Cover</p>"), "nav.xhtml": nav, "1.xhtml": ONE, "2.xhtml": TWO}
    items = "".join(item(name, PAGE, 'properties="nav"' if name == "nav.xhtml" else "") for name in pages)
    guide = '<reference type="cover" href="cover.xhtml"/>'
    assert outline(read(book(pages, items=items, guide=guide))) == BOTH


NAV = page(
    "<nav epub:type='toc'><ol><li><a href='1.xhtml'>First</a></li><li><a href='t/2.xhtml#b'>Second <i>part</i></a></li>"
    "<li><a href='t/2.xhtml#c'>Third</a></li></ol></nav><nav epub:type='page-list'><ol><li><a href='1.xhtml#p'>Page 9"
    "</a></li></ol></nav>"
)
NCX = (
    '<!DOCTYPE ncx PUBLIC "-//NISO//DTD ncx 2005-1//EN" "x.dtd"><ncx xmlns="n"><navMap><navPoint><navLabel><text>First'
    '</text></navLabel><content src="1.xhtml"/><navPoint><navLabel><text>Second part</text></navLabel><content '
    'src="t/2.xhtml#b"/></navPoint></navPoint><navPoint><navLabel><text>Third</text></navLabel><content '
    'src="t/2.xhtml#c"/></navPoint></navMap><pageList><pageTarget><navLabel><text>9</text></navLabel><content '
    'src="1.xhtml#p"/></pageTarget></pageList></ncx>'
)


@pytest.mark.parametrize(
    "contents",
    [("nav.xhtml", NAV, PAGE, 'properties="nav"'), ("toc.ncx", NCX, "application/x-dtbncx+xml", "")],
)
def test_chapters_without_headings_get_those_of_the_contents(contents: tuple[str, str, str, str]) -> None:
    name, content, kind, about = contents
    pages = {
        "1.xhtml": page("<p>It <i id='p'>rained</i>.</p>"),
        "t/2.xhtml": page("<p>Text.</p><div id='b'><p>More.</p></div><div id='c'><p>Third</p><p>End.</p></div>"),
    }
    items = "".join(map(item, pages)) + item(name, kind, about)
    document = read(book(pages, {f"OEBPS/{name}": content}, items=items))
    assert outline(document) == [
        ("heading", "First"),
        ("paragraph", "It rained."),
        ("paragraph", "Text."),
        ("heading", "Second part"),
        ("paragraph", "More."),
        ("heading", "Third"),
        ("paragraph", "End."),
    ]
    assert [(one.words, document.text[one.start :][:6]) for one in document.locators] == [("p. 9", "rained")]


def test_notes_may_stand_in_a_page_of_their_own() -> None:
    one = page("<h1>One</h1><p>It rained<a epub:type='noteref' id='r' href='n.xhtml#n1'>1</a>.</p>")
    notes = page("<aside epub:type='footnote' id='n1'><p><a href='1.xhtml#r'>1</a>. Hard.</p></aside>")
    document = read(book({"1.xhtml": one, "n.xhtml": notes, "2.xhtml": TWO}))
    assert outline(document) == [
        ("heading", "One"),
        ("paragraph", "It rained¹."),
        ("footnote", "¹ Hard."),
        *BOTH[2:],
    ]
    (caller,) = [block.caller for block in document.blocks if block.caller]
    assert document.text[caller.start - 3 : caller.end] == "ned¹"


# -- what is none, or too much ---------------------------------------------------------------------------------------


def encrypted(place: str, how: str) -> dict[str, str | bytes]:
    return {
        "META-INF/encryption.xml": f'<encryption xmlns:e="x"><e:EncryptedData><e:EncryptionMethod Algorithm="{how}"/>'
        f'<e:CipherData><e:CipherReference URI="{place}"/></e:CipherData></e:EncryptedData></encryption>'
    }


AES = "http://www.w3.org/2001/04/xmlenc#aes128-cbc"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7", "x.epub is no .epub, whatever its ending says. Export it anew as .epub."),
        (packed({"a": b"x"}), "x.epub is no .epub, but another file that is packed. Export it anew as .epub."),
        (
            packed({"META-INF/container.xml": CONTAINER}),
            "x.epub lacks its part 'OEBPS/book.opf'. Export it anew as .epub.",
        ),
        (packed({"META-INF/container.xml": b"no"}), "x.epub is not well-formed; export it anew"),
        (
            packed({"META-INF/container.xml": b"<container/>"}),
            "x.epub does not say where its package is. Export it anew as .epub.",
        ),
        (book({}, items=item("1.xhtml")), "x.epub lists no page that it holds. Export it anew as .epub."),
        (
            book({"1.xhtml": ONE}, encrypted("OEBPS/1.xhtml", AES)),
            "x.epub is protected (DRM), so its text cannot be read. Use a copy without protection.",
        ),
        (
            book({"1.xhtml": page("<img src='1.png'/>")}),
            "x.epub shows no text: its pages are pictures. A book of scanned pages cannot be read",
        ),
        (
            book({"1.xhtml": "<!DOCTYPE html [<!ENTITY a 'b'>]><html><body>&a;</body></html>"}),
            "x.epub, OEBPS/1.xhtml declares entities, which no page needs; save it without them",
        ),
        (
            book({"1.xhtml": "<html><body>" + "<div>" * 3000 + "x"}),
            "x.epub, OEBPS/1.xhtml nests its tags more than 2,000 deep; save it anew from a browser",
        ),
        (
            book({f"{n}.xhtml": "<p>" * 400_000 for n in range(4)}),
            "x.epub has more than 1,500,000 tags; split it",
        ),
        (
            packed({"META-INF/container.xml": CONTAINER, "../../etc/cron.d/x": b"x"}),
            "x.epub holds a part named '../../etc/cron.d/x', which leads out of it. Export it anew as .epub.",
        ),
    ],
)
def test_what_cannot_be_read_is_one_line(data: bytes, said: str) -> None:
    with pytest.raises(SourceError) as raised:
        read(data)
    assert str(raised.value) == said


def test_a_damaged_table_of_contents_is_done_without() -> None:
    items = item("1.xhtml") + item("toc.ncx", "application/x-dtbncx+xml")
    for content in ("", "no", "<ncx><navMap>", "<!DOCTYPE ncx [<!ENTITY a 'b'>]><ncx/>"):
        data = book({"1.xhtml": ONE}, {"OEBPS/toc.ncx": content}, items=items)
        assert outline(read(data)) == BOTH[:2]


def test_a_package_with_a_slip_in_its_xml_is_read() -> None:
    about = "<metadata><title>A & B</title></metadata>"
    document = read(book({"1.xhtml": ONE}, about=about))
    assert (outline(document), document.source.title) == (BOTH[:2], "A B")


@pytest.mark.parametrize(
    ("place", "how"), [("OEBPS/font.otf", AES), ("OEBPS/1.xhtml", "http://www.idpf.org/2008/embedding")]
)
def test_disguised_fonts_protect_no_text(place: str, how: str) -> None:
    assert outline(read(book({"1.xhtml": ONE}, encrypted(place, how)))) == BOTH[:2]


ITEMS = item("1.xhtml") + item("2.xhtml") + item("toc.ncx", "application/x-dtbncx+xml")
TABLE = "<table><tr><th>a</th><td>b</td></tr></table>"
PARTS: dict[str, str | bytes] = {
    "META-INF/container.xml": CONTAINER,
    "OEBPS/book.opf": opf(ITEMS, ref("1.xhtml") + ref("2.xhtml")),
    "OEBPS/1.xhtml": page(f"<p>It rained<a href='2.xhtml#n'><sup>1</sup></a>.</p>{TABLE}"),
    "OEBPS/2.xhtml": page("<p id='n'>1 Hard.</p><ul><li>x</li></ul>"),
    "OEBPS/toc.ncx": NCX,
}


@given(st.integers(0, 2**32), st.sampled_from(("", *PARTS)), st.booleans())
@settings(max_examples=300, deadline=5000)
def test_any_change_of_a_book_is_read_or_refused_in_one_line(seed: int, part: str, formed: bool) -> None:
    change = shuffled if formed and part.endswith(("xml", "opf")) else spoilt
    content = str(PARTS.get(part, "")).encode()
    data = packed({**PARTS, part: change(content, seed)}) if part else spoilt(packed(PARTS), seed)
    try:
        document = read(data)
    except TutorError:
        return
    assert_sound(document)
