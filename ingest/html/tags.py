"""What the tags of web pages mean: which are blocks, emphasis, or nothing that a reader sees.

Left to others: putting the meanings together (walk.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any

from ingest.documents import BlockKind, MarkKind
from ingest.html.tree import ancestors, names_of, opening

BLOCKS = frozenset(
    """address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol optgroup p plaintext pre
    search section summary table tbody td tfoot th thead tr ul xmp""".split()
)
LEFT_OUT = frozenset(
    """applet area audio base basefont button canvas col colgroup datalist del embed frame frameset head iframe input
    link map meta noembed noframes noscript object optgroup option param progress meter rp rt rtc script select source
    style svg template textarea title track video annotation annotation-xml""".split()
)
MARKS: Mapping[str, MarkKind] = {
    "b": MarkKind.STRONG,
    "strong": MarkKind.STRONG,
    "i": MarkKind.EMPHASIS,
    "em": MarkKind.EMPHASIS,
    "cite": MarkKind.EMPHASIS,
    "dfn": MarkKind.EMPHASIS,
    "var": MarkKind.EMPHASIS,
    "code": MarkKind.CODE,
    "kbd": MarkKind.CODE,
    "samp": MarkKind.CODE,
    "tt": MarkKind.CODE,
}
_PRE = frozenset({"pre", "listing", "xmp", "plaintext"})
FRONT = frozenset({"author", "byline", "date", "dateline", "subtitle", "pubdate"})
_EDITING = frozenset({"headerlink", "mw-editsection", "anchorjs-link", "visually-hidden", "sr-only"})
_UNSEEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
PERMALINK = re.compile(r"[¶#§🔗⚓]?")
_PAGE_LABEL = re.compile(r"(?:page|pg|p)?[\s._-]*([\divxlc]+)\s*\.?", re.IGNORECASE)
_MOST_HIDDEN = 500  # characters that may be hidden from screen readers only because they are said otherwise
FEWEST_LINKS = 3  # within the page, of what is a table of contents
LONGEST_FRONT = 200
LONGEST_TERM = 200
LONGEST_ALT = 1_000
BLANK_LINE = re.compile(r"\n[ \t]*\n")
_SENTENCES = re.compile(r"[^\W\d_].{60,}[.!?:][\"'”’)\]]*", re.DOTALL)  # begins as one, ends as one, and is not short
_ENOUGH = 20_000  # characters to judge by
_FEWEST_PARAGRAPHS = 3
MOST_FRONT = 12  # blocks in which who and when may be said
EARLY = frozenset({BlockKind.HEADING, BlockKind.FRONT_MATTER, BlockKind.NAVIGATION, BlockKind.CAPTION})
FILE_NAME = re.compile(r"\S+\.(?:png|jpe?g|gif|svg|webp|avif|bmp|tiff?)", re.IGNORECASE)
_NEVER_HIDDEN = frozenset({"html", "body", "main", "article"})
MEANINGS = {"li": "item", "dt": "term", "dd": "item", "figcaption": "caption", "caption": "caption"} | (
    dict.fromkeys(("ul", "ol", "dl", "menu", "dir"), "list") | dict.fromkeys(_PRE, "pre")
)
#: What a block is if it is in something of this meaning; the first row that fits counts.
KINDS = (
    ("around", BlockKind.NAVIGATION),
    ("note", BlockKind.FOOTNOTE),
    ("heading", BlockKind.HEADING),
    ("pre", BlockKind.CODE),
    ("caption", BlockKind.CAPTION),
    ("list", BlockKind.LIST_ITEM),
    ("term", BlockKind.LIST_ITEM),
    ("front", BlockKind.FRONT_MATTER),
)
#: What begins no text that could follow a term in its line.
NO_MEANING = frozenset({"ul", "ol", "dl", "/dl", "table", "figure", "h1", "h2", "h3", "h4", "h5", "h6", *_PRE})


def web_address(href: str | None) -> str:
    """An address that leads somewhere from anywhere; "" for places in the page, files beside it, scripts and data."""
    address = "".join((href or "").split())
    return address if re.match(r"https?://|mailto:", address, re.IGNORECASE) else ""


def page_number(text: str) -> str:
    """The number of a printed page as a mark or a list of pages says it, "Page xii" or "12"; "" if it says none."""
    match = _PAGE_LABEL.fullmatch(text.strip())
    return match[1] if match else ""


def page_label(element: Any) -> str:
    """The number of the printed page that begins at a mark; "" if it says none."""
    texts = (element.get("aria-label"), element.get("title"), opening(element, 40), element.get("id"))
    return next(filter(None, (page_number(text or "") for text in texts)), "")


def heading_level(element: Any, tag: str) -> int:
    """The level of a heading; 0 for anything else."""
    if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
        return int(tag[1])
    if element.get("role") == "heading":
        level = element.get("aria-level") or "2"
        return min(int(level), 6) if re.fullmatch("[1-9]", level) else 2
    return 0


def first_line(element: Any, title: str) -> Any:
    """The first block in an element that says a title: then it is the heading. Else the element itself."""
    for inner in islice(element.iter(), 50):
        if inner.tag in BLOCKS and " ".join(opening(inner, len(title) + 50).split()) == title:
            return inner
    return element


def is_explained(term: Any) -> bool:
    """Whether the meaning of a term follows it, perhaps behind some more terms."""
    for outer in ancestors(term):
        if outer.tag != "dt":
            break
        term = outer
    return any(element.tag == "dd" for element in islice(term.itersiblings("dt", "dd"), 5))


def is_prose(pre: Any) -> bool:
    """Whether what is set line by line is no code but text, as in letters and RFCs: its paragraphs are sentences."""
    groups = [group.strip() for group in BLANK_LINE.split(opening(pre, _ENOUGH))]
    said = [group for group in groups if _SENTENCES.fullmatch(group)]
    whole = sum(map(len, groups))
    return len(said) >= _FEWEST_PARAGRAPHS and sum(map(len, said)) >= 0.6 * whole


def is_hidden(element: Any) -> bool:
    if not element.attrib or element.tag in _NEVER_HIDDEN:
        return False
    if element.get("hidden") is not None or (element.tag == "dialog" and element.get("open") is None):
        return True
    if names_of(element) & _EDITING or _UNSEEN_STYLE.search(element.get("style") or ""):
        return True
    return element.get("aria-hidden") == "true" and len(opening(element, _MOST_HIDDEN)) <= _MOST_HIDDEN
