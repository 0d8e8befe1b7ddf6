"""A Document as safe HTML: blocks, headings, inline markup and marked spans. Pure functions, no Streamlit.

Every character that comes from a source passes through `html.escape`; markup of the source is hidden, not
shown, and an address becomes a link only when it is http or https. The text of all <mark> pieces of a
highlight, joined, is `document.plain` of its span up to white space: a test asserts it for random spans.

How it looks and how it scrolls is in components.py.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from urllib.parse import urlsplit

from ingest.documents import Block, BlockKind, Document, Mark, MarkKind, Span

_BLANKS = re.compile(r"\s+")
#: Characters that readers type in one way, or leave out, and printers set in another.
_TYPED = str.maketrans({"“": '"', "”": '"', "–": "-", "—": "-", "‑": "-"} | dict.fromkeys("'’‘ʼ\xad"))

#: Block kind -> the tag and class it is shown with. Headings get their level from the section.
_TAGS: dict[BlockKind, tuple[str, str]] = {
    BlockKind.PARAGRAPH: ("p", ""),
    BlockKind.LIST_ITEM: ("li", ""),
    BlockKind.FRONT_MATTER: ("p", "front"),
    BlockKind.CAPTION: ("p", "caption"),
    BlockKind.FOOTNOTE: ("p", "footnote"),
    BlockKind.CODE: ("pre", "code"),
    BlockKind.TABLE: ("pre", "table"),
    BlockKind.REFERENCE: ("p", "reference"),
    BlockKind.NAVIGATION: ("p", "navigation"),
}
_TAG_OF_MARK: dict[MarkKind, str] = {
    MarkKind.EMPHASIS: "em",
    MarkKind.STRONG: "strong",
    MarkKind.CODE: "code",
}


class HighlightKind(StrEnum):
    """Why a span is marked; the value is its CSS class."""

    CITED = "cited"  # the sentence that a citation stands on
    EVIDENCE = "evidence"  # where an evaluation's question is answered
    HERE = "here"  # adds no look: the reader scrolls to it rather than to the first citation
    HIT = "hit"  # found by the search inside the source


@dataclass(frozen=True, slots=True)
class Highlight:
    """A span to mark. `n` numbers the hits of a search, from 0. `label` stands before the marked words."""

    span: Span
    kind: HighlightKind
    n: int = 0
    label: str = ""


@dataclass(frozen=True, slots=True)
class _Inline:
    """An inline element: the characters it holds and its tags."""

    span: Span
    opening: str
    closing: str


def render(document: Document, highlights: Sequence[Highlight] = (), within: Span | None = None) -> str:
    """The document, or the blocks of it that touch `within`, as HTML.

    Headings carry `id="at-<offset>"`, which `outline` points to. Words that belong to no block are shown as a
    paragraph of their own, so that no word of the canonical text is ever left out.
    """
    levels = {section.heading.start: section.level for section in document.sections if section.heading}
    callers = _callers(document)
    marks = sorted(document.marks, key=lambda mark: mark.outer.start)
    lights = sorted(highlights, key=lambda light: light.span)
    out: list[str] = []
    in_list = False
    labelled: set[Highlight] = set()  # those whose label has been given
    first = lit = 0  # no mark, no highlight before them reaches the block at hand
    for block, span in _tiles(document):
        if within is not None and not span.overlaps(within):
            continue
        while first < len(marks) and marks[first].outer.end <= span.start:
            first += 1
        while lit < len(lights) and lights[lit].span.end <= span.start:
            lit += 1
        here = lights[lit : bisect_left(lights, span.end, key=lambda light: light.span.start)]
        if (block.kind is BlockKind.LIST_ITEM) is not in_list:
            out.append("</ul>" if in_list else "<ul>")
            in_list = not in_list
        inlines = _inlines(marks, first, span)
        inlines += [call for call in callers if call.span.overlaps(span) and not _in_link(call, inlines)]
        blanks = block.kind not in {BlockKind.CODE, BlockKind.TABLE}
        text = "".join(_text(document, span, inlines, here, labelled=labelled, fold=blanks))
        bullet = block.kind is BlockKind.LIST_ITEM and next(document.visible(span), span).start > span.start
        out.append(_block(block, text, levels.get(block.span.start, 1), bullet))
    if in_list:
        out.append("</ul>")
    return "\n".join(out)


def outline(document: Document) -> str:
    """The headings as a list of links to them; empty if the document has none."""
    rows = [
        f'<li class="level-{min(section.level, 4)}"><a href="#at-{section.heading.start}"'
        f' data-to="at-{section.heading.start}">{html.escape(section.title)}</a></li>'
        for section in document.sections
        if section.heading is not None and section.title
    ]
    return f"<ol>{''.join(rows)}</ol>" if rows else ""


def reader_html(
    document: Document,
    highlights: Sequence[Highlight] = (),
    *,
    within: Span | None = None,
    contents: bool = False,
) -> str:
    """What the reader component shows: the text in an element that scrolls, and what belongs beside it.

    Args:
        highlights: what to mark. With hits among them there are buttons to step through them.
        within: the part to show, if not all.
        contents: whether it is the whole reader: the headings are listed, and a row leads to the marks.
    """
    name = html.escape(document.source.title)
    above, beside = "", ""
    if contents:
        rows = outline(document)
        above = _steps(document, highlights)
        if rows:
            folded = f"<details><summary>Contents</summary>{rows}</details>"
            above += f'<nav class="narrow" aria-label="Contents">{folded}</nav>'
            beside = f'<nav class="wide" aria-label="Contents">{rows}</nav>'
    return (
        f'<div class="frame">{above}<div class="body">{beside}'
        f'<div class="reading" role="region" tabindex="0" aria-label="Text of {name}">'
        f'<div class="page">{render(document, highlights, within)}</div></div></div></div>'
    )


def _steps(document: Document, highlights: Sequence[Highlight]) -> str:
    """The row above the text: what was found or is marked, and buttons to get there."""
    hits = len({light.n for light in highlights if light.kind is HighlightKind.HIT})
    if hits:
        return (
            '<div class="find" role="group" aria-label="Places found">'
            f'<span class="count" role="status" data-all="{hits}">{hits} found</span>'
            '<button type="button" data-step="-1" aria-label="Previous place">↑ Previous</button>'
            '<button type="button" data-step="1" aria-label="Next place">↓ Next</button></div>'
        )
    cited = next((light.span for light in highlights if light.kind is HighlightKind.CITED), None)
    if cited is None:
        return ""
    section = html.escape(document.section_at(cited.start).title) or "before the first heading"
    return (
        '<div class="find" role="group" aria-label="Marked place">'
        f'<span class="marked">Marked in: {section}</span>'
        '<button type="button" data-back="">Back to the mark</button></div>'
    )


def find(document: Document, query: str) -> tuple[Span, ...]:
    """Where `query` occurs in what a reader sees; case, diacritics, apostrophes and kinds of quotes,
    dashes and white space make no difference. In alphabets that part words, it begins one."""
    wanted = " ".join("".join(char for char, _ in _folded(query, 0)).split())
    if not wanted:
        return ()
    chars: list[str] = []
    places: list[int] = []
    for piece in document.visible(Span(0, len(document.text))) if document.text else ():
        for char, place in _folded(document.text[piece.start : piece.end], piece.start):
            if char == " " and chars and chars[-1] == " ":
                continue
            chars.append(char)
            places.append(place)
    haystack = "".join(chars)
    found: list[Span] = []
    begins = r"(?<![a-z0-9])" if wanted[0].isascii() and wanted[0].isalnum() else ""
    for match in re.finditer(begins + re.escape(wanted), haystack):
        end = places[match.end() - 1] + 1
        while end < len(document.text) and unicodedata.combining(document.text[end]):
            end += 1
        found.append(Span(places[match.start()], end))
    return tuple(found)


def window(document: Document, span: Span, size: int = 60_000) -> Span:
    """The part of a long document to show around `span`: at most `size` characters to either side."""
    return Span(max(0, span.start - size), min(len(document.text), span.end + size))


def remote(address: str) -> bool:
    """Whether an address may become a link: http or https with a host, nothing else."""
    if any(char.isspace() or unicodedata.category(char) == "Cc" for char in address):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme.lower() in {"http", "https"} and bool(parts.netloc)


def _folded(text: str, start: int) -> Iterator[tuple[str, int]]:
    """The characters of `text` as searched, each with the offset that it came from."""
    for place, char in enumerate(text, start):
        if char.isspace():
            yield " ", place
        elif char.isascii():
            if char != "'":
                yield char.lower(), place
        else:
            yield from ((folded, place) for folded in _folded_char(char))


def _folded_char(char: str) -> Iterator[str]:
    for part in unicodedata.normalize("NFKD", char.translate(_TYPED)):
        if not unicodedata.combining(part):
            yield from part.casefold()


def _tiles(document: Document) -> Iterator[tuple[Block, Span]]:
    """The blocks in order, each with the span it is shown for, so that all of the text is covered.

    White space after a block belongs to it, which keeps a mark that crosses blocks whole.
    """
    text, size = document.text, len(document.text)
    at = 0
    blocks = sorted(document.blocks, key=lambda block: block.span.start)
    for i, block in enumerate(blocks):
        start = max(at, block.span.start)
        if _has_words(text[at:start]):
            yield Block(BlockKind.NAVIGATION, Span(at, start)), Span(at, start)
        end = block.span.end
        if start >= end:
            continue
        following = blocks[i + 1].span.start if i + 1 < len(blocks) else size
        if end < following and not text[end:following].strip():
            end = following
        yield block, Span(start, end)
        at = end
    if _has_words(text[at:]):
        yield Block(BlockKind.NAVIGATION, Span(at, size)), Span(at, size)


def _has_words(text: str) -> bool:
    """Whether text between blocks is more than the markup of headings, rules and fences."""
    return any(char.isalnum() for char in text)


def _block(block: Block, text: str, level: int, bullet: bool) -> str:
    """One block as an element. `bullet`: the source's own bullet is hidden, so the list shows one."""
    place = block.span.start
    if block.kind is BlockKind.HEADING:
        tag = f"h{min(level + 1, 6)}"
        return f'<{tag} id="at-{place}" tabindex="-1">{text}</{tag}>'
    tag, name = _TAGS[block.kind]
    name = "bullet" if bullet else name
    attributes = f' class="{name}"' if name else ""
    if block.kind is BlockKind.FOOTNOTE:
        attributes += f' id="at-{place}" tabindex="-1"'
    if block.kind is BlockKind.CODE:  # it scrolls sideways; a table is wrapped, and has many rows to tab through
        attributes += ' tabindex="0"'
    return f"<{tag}{attributes}>{text}</{tag}>"


def _callers(document: Document) -> list[_Inline]:
    """The marks in the running text that call a footnote, as links to it."""
    return [
        _Inline(block.caller, f'<a class="call" href="#at-{place}" data-to="at-{place}">', "</a>")
        for block in document.blocks
        if block.caller is not None and (place := block.span.start) >= 0
    ]


def _in_link(call: _Inline, inlines: Sequence[_Inline]) -> bool:
    """Whether a footnote's caller stands in a link already: links hold no links."""
    return any(item.opening.startswith("<a ") and item.span.overlaps(call.span) for item in inlines)


def _inlines(marks: Sequence[Mark], first: int, span: Span) -> list[_Inline]:
    """The inline elements in `span`, outermost first. `marks` are sorted; those before `first` lie before."""
    found: list[_Inline] = []
    for at in range(first, len(marks)):
        mark = marks[at]
        if mark.outer.start >= span.end:
            break
        if not mark.outer.overlaps(span):
            continue
        if mark.kind is MarkKind.LINK:
            found.append(_link(mark))
        elif mark.kind is MarkKind.IMAGE:
            found.append(_Inline(mark.inner, '<span class="image">', "</span>"))
        elif tag := _TAG_OF_MARK.get(mark.kind):
            found.append(_Inline(mark.inner, f"<{tag}>", f"</{tag}>"))
    return found


def _link(mark: Mark) -> _Inline:
    if not remote(mark.target):
        return _Inline(mark.inner, '<span class="link">', "</span>")
    address = html.escape(mark.target, quote=True)
    return _Inline(mark.inner, f'<a href="{address}" target="_blank" rel="noopener noreferrer">', "</a>")


def _text(
    document: Document,
    span: Span,
    inlines: Sequence[_Inline],
    highlights: Sequence[Highlight],
    *,
    labelled: set[Highlight],
    fold: bool,
) -> Iterator[str]:
    """The visible characters of `span`, with elements opened and closed so that they always nest."""
    here = [light for light in highlights if light.span.overlaps(span)]
    spans = [item.span for item in inlines] + [light.span for light in here]
    edges = {edge for edged in spans for edge in (edged.start, edged.end)}
    cuts = sorted(edge for edge in edges if span.start < edge < span.end)
    stack: list[_Inline] = []
    coming = sorted(range(len(inlines)), key=lambda at: inlines[at].span.start, reverse=True)
    entered: list[int] = []  # the inlines that have begun and not ended, by their place, which is their nesting
    for piece in document.visible(span):
        inside = cuts[bisect_right(cuts, piece.start) : bisect_left(cuts, piece.end)]
        bounds = [piece.start, *inside, piece.end]
        for start, end in pairwise(bounds):
            while coming and inlines[coming[-1]].span.start <= start:
                entered.append(coming.pop())
            entered = sorted(at for at in entered if start < inlines[at].span.end)
            now = [inlines[at] for at in entered]
            kept = 0
            while kept < min(len(stack), len(now)) and stack[kept] is now[kept]:
                kept += 1
            yield from (item.closing for item in reversed(stack[kept:]))
            yield from (item.opening for item in now[kept:])
            stack = now
            text = document.text[start:end].replace("\0", "\ufffd")
            shown = html.escape(_BLANKS.sub(" ", text) if fold else text)
            lights = [light for light in here if light.span.start <= start < light.span.end]
            yield f"{_mark_tag(lights, labelled)}{shown}</mark>" if lights else shown
            labelled.update(lights)
    yield from (item.closing for item in reversed(stack))


def _mark_tag(lights: Sequence[Highlight], labelled: set[Highlight]) -> str:
    names = " ".join(sorted({light.kind.value for light in lights}))
    labels = dict.fromkeys(light.label for light in lights if light.label and light not in labelled)
    number = next((f' data-hit="{light.n}"' for light in lights if light.kind is HighlightKind.HIT), "")
    label = f' data-label="{html.escape(", ".join(labels))}"' if labels else ""
    return f'<mark class="{names}"{number}{label}>'
