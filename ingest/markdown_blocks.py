"""Markdown taken apart: markdown-it-py finds the blocks, and this module finds them again in the text.

A parser reports lines; a citation needs characters. Each block's lines are searched for its content, and
what stands before the content (bullets, ">") is hidden by Marks, so that the block reads as its author
meant and still quotes exactly. Footnotes and link definitions, which are not CommonMark's blocks, are taken
from the paragraphs they look like. A leading YAML block is navigation: shown, never answered from.

Left to others: what reference lists and footnotes mean (outline.py), links and emphasis (markup.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingest.documents import BlockKind, Mark, MarkKind, Span
from ingest.markup import inline_marks, reference_label
from ingest.outline import FOOTNOTE, Parsed, Piece, footnote_marker, retire_zones

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n\w[\w -]*:.*?\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_DEFINITION = re.compile(r"\[(?!\^)([^\[\]]+)\]:\s*<?([^\s>]+)>?(?:\s+[\"'(].*)?")
_ORDERED = re.compile(r"\d{1,9}[.)]")
_RULER = re.compile(r"[>\s|:-]*-[\s|:-]*")
_COMMENT = re.compile(r"(?:<!--.*?-->\s*)+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Lines:
    """Where each line starts and ends (without its line break), numbered as the parser numbers them."""

    text: str
    spans: tuple[tuple[int, int], ...]

    def stripped(self, first: int, after: int) -> Span | None:
        """Lines `first` to `after` (exclusive) without white space around them; None if nothing is left."""
        rows = self.spans[first:after]
        if not rows:
            return None
        start, end = rows[0][0], rows[-1][1]
        raw = self.text[start:end]
        start, end = start + len(raw) - len(raw.lstrip()), end - len(raw) + len(raw.rstrip())
        return Span(start, end) if start < end else None


@dataclass(frozen=True, slots=True)
class _Found:
    """A piece and what is hidden in it; `inline` is where its own text starts, None if it holds no markup."""

    piece: Piece
    markers: tuple[Mark, ...] = ()
    inline: int | None = None


def parse_markdown(text: str) -> Parsed:
    """Take Markdown apart. Raises nothing: every text is valid Markdown."""
    head = _FRONT_MATTER.match(text)
    offset = head.end() if head else 0
    lines = _Lines(text, tuple(_line_spans(text, offset)))
    parser = MarkdownIt("commonmark").enable("table").disable(["reference", "inline"])
    found = list(_blocks(parser.parse(text[offset:]), lines))
    if head:
        found.insert(0, _Found(Piece(BlockKind.NAVIGATION, Span(0, len(head[0].rstrip())))))
    references = dict(_definitions(text, found))
    marks: list[Mark] = []
    for item in found:
        marks += item.markers
        if item.inline is not None:
            end = item.piece.span.end
            marks += inline_marks(text, item.inline, end, markdown=True, references=references)
    return Parsed(text, tuple(retire_zones(text, [item.piece for item in found])), tuple(marks))


def _line_spans(text: str, offset: int) -> Iterator[tuple[int, int]]:
    for match in _LINE.finditer(text, offset):
        yield match.start(), match.end() - len(match[0]) + len(match[0].rstrip("\r\n"))


def _blocks(tokens: Sequence[Token], lines: _Lines) -> Iterator[_Found]:
    """The blocks of the parser's tokens, in order."""
    within: list[Token] = []
    for token in tokens:
        if token.nesting == 1:
            within.append(token)
        elif token.nesting == -1:
            within.pop()
        if token.type == "inline" and within and within[-1].type in ("paragraph_open", "heading_open"):
            heading = within[-1].type == "heading_open"
            in_list = any(outer.type == "list_item_open" for outer in within)
            kind = BlockKind.HEADING if heading else BlockKind.LIST_ITEM if in_list else BlockKind.PARAGRAPH
            yield from _text(token, kind, int(within[-1].tag[1]) if heading else 0, lines)
        elif token.type in ("fence", "code_block", "html_block", "tr_open") and token.map:
            head = any(outer.type == "thead_open" for outer in within)
            yield from _raw(token, head, lines)


def _raw(token: Token, head: bool, lines: _Lines) -> Iterator[_Found]:
    """Code, HTML and the rows of tables; a table's head takes the ruler under it along, hidden."""
    first, after = token.map or (0, 0)
    if token.type == "fence":
        start, end = lines.spans[min(after, len(lines.spans)) - 1]
        fence = lines.text[start:end].strip("> \t")
        closed = fence.startswith(token.markup) and set(fence) == set(token.markup) and after - first > 1
        first, after = first + 1, after - 1 if closed else after
    span = lines.stripped(first, after)
    if span is None:
        return
    if token.type == "tr_open":
        ruler = _ruler(lines, after) if head else None
        whole = Span(span.start, ruler.end) if ruler else span
        markers = (Mark(MarkKind.MARKER, whole, span),) if ruler else ()
        yield _Found(Piece(BlockKind.TABLE, whole), markers, span.start if not ruler else None)
        return
    kind = BlockKind.PARAGRAPH if token.type == "html_block" else BlockKind.CODE
    if kind is BlockKind.PARAGRAPH and _COMMENT.fullmatch(lines.text, span.start, span.end):
        kind = BlockKind.NAVIGATION
    yield _Found(Piece(kind, span))


def _ruler(lines: _Lines, number: int) -> Span | None:
    """The line, if it is the ruler under a table's head."""
    line = lines.stripped(number, number + 1)
    return line if line and _RULER.fullmatch(lines.text, line.start, line.end) else None


def _text(token: Token, kind: BlockKind, level: int, lines: _Lines) -> Iterator[_Found]:
    """A heading, paragraph or item: one piece, or several where footnotes or definitions begin."""
    rows = _content_rows(token, lines)
    if not rows:
        return
    starts = [i for i, (_, begin, end) in enumerate(rows) if _begins_own(lines.text[begin:end])]
    cuts = sorted({0, *starts}) if kind is not BlockKind.HEADING else [0]
    for first, after in pairwise([*cuts, len(rows)]):
        part = rows[first:after]
        raw, begin, _ = part[0]
        prefix = lines.text[raw:begin]
        start = raw if kind is BlockKind.LIST_ITEM and first == 0 and prefix.strip() else begin
        span = Span(start, part[-1][2])
        hidden = [(raw, begin) for raw, begin, _ in part[1:] if lines.text[raw:begin].strip()]
        inline = begin
        if start < begin and _ORDERED.match(prefix):  # the number of an item is worth seeing
            inline = start
        elif start < begin:
            hidden.insert(0, (start, begin))
        markers = [Mark(MarkKind.MARKER, Span(a, b + 1), Span(b, b + 1)) for a, b in hidden]
        content = lines.text[begin : part[0][2]]
        piece_kind = kind
        if kind is not BlockKind.HEADING and FOOTNOTE.match(content):
            piece_kind = BlockKind.FOOTNOTE
            note = footnote_marker(lines.text, span)
            markers += note
            inline = note[0].inner.start if note else inline
        elif kind is not BlockKind.HEADING and _DEFINITION.fullmatch(content):
            piece_kind = BlockKind.NAVIGATION
        yield _Found(Piece(piece_kind, span, level), tuple(markers), inline)


def _begins_own(line: str) -> bool:
    return FOOTNOTE.match(line) is not None or _DEFINITION.fullmatch(line) is not None


def _content_rows(token: Token, lines: _Lines) -> list[tuple[int, int, int]]:
    """For each line of the content: where the line starts, where its content starts, and where it ends."""
    rows: list[tuple[int, int, int]] = []
    first = (token.map or [0, 0])[0]
    for number, content in enumerate(token.content.split("\n"), start=first):
        shown = content.strip()
        if number >= len(lines.spans) or not shown:
            continue
        start, end = lines.spans[number]
        at = lines.text.find(shown, start, end)
        line = lines.text[start:end]
        raw = start + len(line) - len(line.lstrip())
        if at < 0:  # the parser rewrote it (a tab, a character it forbids): the whole line stands for it
            at, shown = raw, line.strip()
        if shown:
            rows.append((raw, at, at + len(shown)))
    return rows


def _definitions(text: str, found: Iterable[_Found]) -> Iterator[tuple[str, str]]:
    """The labels and addresses of reference links."""
    for item in found:
        span = item.piece.span
        match = _DEFINITION.fullmatch(text, span.start, span.end)
        if match and item.piece.kind is BlockKind.NAVIGATION:
            yield reference_label(match[1]), match[2]
