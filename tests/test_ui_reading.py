"""The reader: marks are exact, tags nest, nothing of a source becomes HTML, search finds what is typed."""

from __future__ import annotations

import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ui.reading import Highlight, HighlightKind, find, outline, reader_html, remote, render, window
from ingest.catalog import read_catalog
from ingest.documents import Document, Source, Span
from ingest.loaders import load, parse

SOURCES = Path(__file__).resolve().parent.parent / "ingest" / "sources"
DOCUMENTS = {source.id: load(source.path, source) for source in read_catalog(SOURCES)}


class _Strict(HTMLParser):
    """Fails where tags do not nest; collects the marked text and the elements with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.marked = ""
        self.text = ""
        self.elements: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if "mark" in self.open:
            self.marked += data


def parsed(html: str) -> _Strict:
    """The HTML, read strictly."""
    parser = _Strict()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    return parser


def folded(text: str) -> str:
    """Text with white space folded to single blanks."""
    return " ".join(text.split())


def markdown(text: str) -> Document:
    """A Markdown document made of `text`."""
    path = Path("x.md")
    return parse(text.encode(), path, Source("x", "X", path))


def marked(document: Document, span: Span) -> str:
    """The text of all marks when `span` is cited."""
    return folded(parsed(render(document, [Highlight(span, HighlightKind.CITED)])).marked)


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_the_mark_is_exactly_the_span(name: str, data: st.DataObject) -> None:
    document = DOCUMENTS[name]
    start = data.draw(st.integers(0, len(document.text) - 1))
    end = data.draw(st.integers(start + 1, min(len(document.text), start + 3000)))
    span = Span(start, end)
    assert marked(document, span) == document.plain(span)


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_the_whole_document_is_shown_and_can_be_marked(name: str) -> None:
    document = DOCUMENTS[name]
    whole = Span(0, len(document.text))
    assert marked(document, whole) == document.plain(whole) == folded(parsed(render(document)).text)


INLINE = "# Head *one*\n\nA *b **c** [d](http://e.example/?a=1&b=2)* f\\*g `h<i>` ![alt](x.png) [j](#)\n\n- k\n- l\n"


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_marks_nest_with_inline_markup(data: st.DataObject) -> None:
    document = markdown(INLINE)
    block = data.draw(st.sampled_from(document.blocks)).span
    start = data.draw(st.integers(block.start, block.end - 1))
    span = Span(start, data.draw(st.integers(start + 1, block.end)))
    assert marked(document, span) == document.plain(span)


def test_inline_markup_is_shown_as_what_it_means() -> None:
    html = render(markdown(INLINE))
    assert html == (
        f'<h2 id="at-{markdown(INLINE).blocks[0].span.start}" tabindex="-1">Head <em>one</em> </h2>\n'
        '<p>A <em>b <strong>c</strong> <a href="http://e.example/?a=1&amp;b=2" target="_blank" '
        'rel="noopener noreferrer">d</a></em> f*g <code>h&lt;i&gt;</code> <span class="image">alt</span> '
        '<span class="link">j</span> </p>\n'
        '<ul>\n<li class="bullet">k </li>\n<li class="bullet">l </li>\n</ul>'
    )


HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(1)>",
    "[press](javascript:alert(1)) [press](JaVaScRiPt:alert(1)) [data](data:text/html,x) [x](vbscript:x)",
    '[quote](http://a.example/"onmouseover="alert(1)) &lt;script&gt; "\' </mark></div>',
    "![<b>alt</b>](http://tracker.example/pixel.png)",
    "# <iframe src=//x.example>\n\n```\n</pre><script>1</script>\n```\n",
    "| <b>a</b> | b |\n|---|---|\n| c | <svg onload=alert(1)> |",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_a_source_becomes_html(text: str) -> None:
    document = markdown(text)
    html = reader_html(document, [Highlight(Span(0, len(text)), HighlightKind.CITED)], contents=True)
    allowed = {
        "div",
        "nav",
        "details",
        "summary",
        "ol",
        "ul",
        "li",
        "a",
        "span",
        "button",
        "p",
        "pre",
        "code",
    }
    allowed |= {"mark", "em", "strong", "h2", "h3"}
    for tag, attributes in parsed(html).elements:
        assert tag in allowed
        assert not any(name.startswith("on") or name in ("src", "style") for name in attributes)
        href = attributes.get("href") or "#"
        assert href.startswith(("#at-", "http://")) or href == "#"


def test_a_title_is_escaped() -> None:
    path = Path("x.md")
    document = parse(b"Text.", path, Source("x", '"><script>alert(1)</script>', path))
    assert "<script" not in reader_html(document, contents=True)


@pytest.mark.parametrize(
    ("address", "opens"),
    [
        ("http://a.example/b", True),
        ("HTTPS://a.example", True),
        ("#", False),
        ("", False),
        ("javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("http:", False),
        ("//a.example", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("http://[bad", False),
    ],
)
def test_which_addresses_become_links(address: str, opens: bool) -> None:
    assert remote(address) is opens


def test_a_footnote_is_one_press_from_its_caller() -> None:
    elements = parsed(render(DOCUMENTS["kim2026"])).elements
    calls = [attributes["data-to"] for tag, attributes in elements if attributes.get("class") == "call"]
    notes = [attributes["id"] for tag, attributes in elements if attributes.get("class") == "footnote"]
    assert len(calls) == 2
    assert calls == notes


def test_a_paragraph_cut_by_a_page_break_is_one() -> None:
    document = DOCUMENTS["kim2026"]
    assert "settling accounts with them was specified" in folded(parsed(render(document)).text)
    paragraph = next(part for part in render(document).split("\n") if "settling accounts with" in part)
    assert "them was specified" in paragraph


def test_headings_are_listed_in_order_and_lead_to_the_text() -> None:
    document = DOCUMENTS["kim2026"]
    rows = parsed(outline(document))
    anchors = {attributes.get("id") for _, attributes in parsed(render(document)).elements}
    targets = [attributes["data-to"] for tag, attributes in rows.elements if tag == "a"]
    assert "1. Introduction" in rows.text
    assert targets
    assert set(targets) <= anchors


@pytest.mark.parametrize(
    ("query", "count", "first"),
    [
        ("Kim Ch'il-sŏng", 3, "Kim Ch'il-sŏng"),
        ("kim chil-song", 3, "Kim Ch'il-sŏng"),
        ("KORYOIN", 1, "Koryŏin"),
        ("politically  and\nmorally", 1, "politically and morally"),
        ('"politically', 1, "“politically"),
        ("orean", 0, ""),  # "Korean" has it, no word begins with it
        ("xyzzy", 0, ""),
        ("", 0, ""),
        (" ' ", 0, ""),
    ],
)
def test_search_inside_a_source(query: str, count: int, first: str) -> None:
    document = DOCUMENTS["loc"]
    hits = find(document, query)
    assert len(hits) == count
    assert [document.plain(span) for span in hits[:1]] == ([first] if first else [])


def test_search_sees_through_markup() -> None:
    document = DOCUMENTS["kim2026"]
    (hit,) = find(document, "Mikhail Gorbachev's perestroika")
    assert document.plain(hit) == "Mikhail Gorbachev's perestroika"
    assert marked(document, hit) == "Mikhail Gorbachev's perestroika"


def test_search_inside_words_of_a_script_that_does_not_part_them() -> None:
    document = DOCUMENTS["kim2026"]
    assert document.text.count("사람") == len(find(document, "사람")) > 0


def test_hits_are_numbered_and_marked() -> None:
    document = DOCUMENTS["loc"]
    hits = [Highlight(span, HighlightKind.HIT, n) for n, span in enumerate(find(document, "purge"))]
    numbers = [a["data-hit"] for tag, a in parsed(render(document, hits)).elements if tag == "mark"]
    assert numbers == ["0", "1"]


def test_a_part_of_a_long_document_holds_the_mark() -> None:
    document = DOCUMENTS["kim2026"]
    span = Span(30_000, 30_100)
    part = render(document, [Highlight(span, HighlightKind.CITED)], within=window(document, span, 1_000))
    assert folded(parsed(part).marked) == document.plain(span)
    assert len(part) < len(render(document)) / 4


def test_a_paragraph_of_many_marks_is_shown_in_bounded_time() -> None:
    path = Path("x.html")
    document = parse(b"<p>" + b"<i>a</i> <b>c</b>" * 10_000, path, Source("x", "", path))
    began = time.process_time()
    found = parsed(render(document))
    assert time.process_time() - began < 10  # a walk over all marks for each of them takes a minute
    assert [tag for tag, _ in found.elements].count("em") == 10_000


def test_a_web_page_is_shown_without_what_could_run() -> None:
    path = Path("x.html")
    page = (
        "<script>run()</script><p onclick='run()'>A <b>bold</b> <a href='javascript:run()'>word</a>, "
        "<a href='https://x.org/?a=1&amp;b=2'>far</a>, <img src=x onerror='run()' alt='&lt;img onerror=run()&gt;'></p>"
    )
    shown = parsed(render(parse(page.encode(), path, Source("x", "", path))))
    assert shown.elements == [
        ("p", {}),
        ("strong", {}),
        ("a", {"href": "https://x.org/?a=1&b=2", "target": "_blank", "rel": "noopener noreferrer"}),
        ("span", {"class": "image"}),
    ]
    assert shown.text == "A bold word, far, <img onerror=run()>"
