"""Where the words of a PDF stand on its pages, the pages as pictures, and what the app makes of both."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pdf_writer import Page, Text, column, pdf
from PIL import Image

from app.ui.page_image import pages_html
from ingest.documents import Document, Source, Span
from ingest.errors import SourceError
from ingest.loaders import load
from ingest.pdf.places import Box, PagePicture, has_pages, pictures

#: Lines of type whose letters are 5 points wide: the first begins at 60, its base 700 points from the top.
FIRST, SECOND = "The commission counted all of the families that had gov-", "ernment papers with them. So it was."
WORDS_ON_A_PAGE = "It was said that the page lies on its side, but it does not always."
FILE = pdf(
    [Page([Text("The roads", 60, 80, 16), Text(FIRST, 60, 700)]), Page([Text(SECOND, 60, 100)])], labels="0 <</S/r>>"
)


@pytest.fixture
def document(tmp_path: Path) -> Document:
    path = tmp_path / "roads & paths.pdf"
    path.write_bytes(FILE)
    return load(path, Source("roads", "", path))


def found(document: Document, words: str) -> tuple[PagePicture, ...]:
    start = document.text.index(words)
    return pictures(document.source.path, document.sha256, document.text, Span(start, start + len(words)))


def test_words_stand_where_they_are_printed(document: Document) -> None:
    (page,) = found(document, "counted all")
    assert (page.number, page.label, page.width, page.height) == (0, "i", 595.0, 842.0)
    (box,) = page.boxes
    left = 60 + 5 * FIRST.index("counted")
    assert (box.left, box.right) == pytest.approx((left, left + 5 * len("counted all")), abs=0.5)
    assert (box.top, box.bottom) == pytest.approx((691.3, 702.5), abs=2)


def test_a_picture_shows_the_words_in_their_box(document: Document) -> None:
    (page,) = found(document, "counted all")
    image = Image.open(io.BytesIO(page.png)).convert("L")
    assert image.size == pytest.approx((595 * 110 / 72, 842 * 110 / 72), abs=1)
    scale = image.width / page.width
    box = page.boxes[0]
    inside = image.crop(tuple(round(scale * edge) for edge in (box.left, box.top, box.right, box.bottom)))
    beside = image.crop(tuple(round(scale * edge) for edge in (box.left, box.top - 30, box.right, box.bottom - 30)))
    assert (min(inside.getdata()) < 100, min(beside.getdata()) > 250) == (True, True)


def test_words_over_a_page_break_are_on_both_pages(document: Document) -> None:
    pages = found(document, "had government papers")
    assert [(page.number, page.label, len(page.boxes)) for page in pages] == [(0, "i", 1), (1, "ii", 1)]
    starts = [page.boxes[0].left for page in pages]
    assert starts == pytest.approx([60 + 5 * FIRST.index("had"), 60], abs=0.5)


def test_a_passage_of_two_lines_has_a_box_for_each(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(pdf([Page(column(f"{FIRST[:-4]} a {SECOND}", 60, 100, 50))]))
    (page,) = found(load(path, Source("x", "", path)), "families that had a ernment papers with them.")
    assert [round(box.bottom - page.boxes[0].bottom) for box in page.boxes] == [0, 12]


@pytest.mark.parametrize(
    ("rotate", "size", "corner"),
    [
        (0, (595, 842), (60, 97)),
        (90, (842, 595), (745, 60)),
        (180, (595, 842), (535, 745)),
        (270, (842, 595), (97, 535)),
    ],
)
def test_words_of_a_turned_page_stand_where_it_is_shown(
    tmp_path: Path, rotate: int, size: tuple[int, int], corner: tuple[int, int]
) -> None:
    """`corner` is where the first letter, at 60 points from the left and its middle 97 from the top, comes to lie."""
    path = tmp_path / "x.pdf"
    path.write_bytes(pdf([Page(column(WORDS_ON_A_PAGE, 60, 100, 60), rotate=rotate)]))
    (page,) = found(load(path, Source("x", "", path)), "It")
    (box,) = page.boxes
    assert (page.width, page.height) == size
    assert box.left - 8 < corner[0] < box.right + 8
    assert box.top - 8 < corner[1] < box.bottom + 8


def test_a_file_that_is_another_now_shows_no_page(document: Document) -> None:
    path = document.source.path
    with pytest.raises(SourceError, match="was read by another version of this program; ingest it again"):
        pictures(path, document.sha256, document.text + "x", Span(0, 4))
    path.write_bytes(FILE + b"\n")
    with pytest.raises(SourceError, match="has changed since it was ingested; ingest it again to see its pages"):
        found(document, "counted")
    path.unlink()
    with pytest.raises(SourceError, match="cannot be read any more: No such file"):
        found(document, "counted")


def test_only_pdfs_have_pages(document: Document, tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("No pages. None at all.")
    assert (has_pages(document), has_pages(load(path, Source("x", "", path)))) == (True, False)


def test_the_html_of_two_pages_is_safe_and_leads_from_one_to_the_other() -> None:
    pages = (
        PagePicture(3, "<4>", b"one", 200.0, 400.0, (Box(20.0, 40.0, 120.0, 60.0),)),
        PagePicture(4, "5", b"two", 200.0, 400.0, ()),
    )
    assert pages_html(pages, 'A "<b>"', "It's so") == (
        '<div class="pages" role="region" tabindex="0" aria-label="Pages of A &quot;&lt;b&gt;&quot;">'
        '<figure id="sheet-3"><figcaption>Page &lt;4&gt; · the words go on here: '
        '<a href="#sheet-4" data-to="sheet-4">Page 5</a></figcaption><div class="sheet">'
        '<img alt="Page &lt;4&gt; of A &quot;&lt;b&gt;&quot;, as it is printed. Marked: It&#x27;s so" '
        'src="data:image/png;base64,b25l">'
        '<span class="box" style="left:10.00%;top:10.00%;width:50.00%;height:5.00%"></span></div></figure>'
        '<figure id="sheet-4"><figcaption>Page 5 · the words go on here: '
        '<a href="#sheet-3" data-to="sheet-3">Page &lt;4&gt;</a></figcaption><div class="sheet">'
        '<img alt="Page 5 of A &quot;&lt;b&gt;&quot;, as it is printed. Marked: It&#x27;s so" '
        'src="data:image/png;base64,dHdv"></div></figure></div>'
    )
