"""Plain text taken apart: paragraphs, headings, front matter, captions, footnotes, web-page navigation.

Plain text says nothing about its structure, so it is read from how it is set: blank lines, short lines
without a full stop, numbers that run through the document, words that head sections everywhere. Every rule
is about form; what a document is about plays no part. Each rule is a row or a small predicate.

A paragraph that a page break cut in two (the first half ends without a full stop, the second begins in
lower case) is joined again here, because everything later relies on whole sentences.

Left to others: what reference lists and footnotes mean (outline.py), links and emphasis (markup.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.documents import BlockKind, Mark, MarkKind, Span
from ingest.markup import inline_marks
from ingest.outline import (
    CONTENTS_HEADINGS,
    FOOTNOTE,
    REFERENCE_HEADINGS,
    Parsed,
    Piece,
    footnote_marker,
    heading_key,
    retire_zones,
)

_HARD_WRAP = 120  # a block with a longer line is not hard-wrapped: its line breaks are meant
_CUT_MINIMUM = 60  # a shorter piece without a full stop is a line of its own, not half a paragraph
_HEADING_LIMIT = 120
_TITLE_LIMIT = 300
_FRONT_LIMIT = 20  # lines of author, date and affiliation before the text starts

_LINE = re.compile(r"[^\r\n\f\v\u2028\u2029]+|\r\n|[\r\n\f\v\u2028\u2029]")
_BULLET = re.compile(r"(?:[-*+•◦▪‣·–]|\([a-z0-9]{1,3}\)|[a-z]\))[ \t]+(?=\S)")
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,3})[.)]?[ \t]+(?=[\"'“‘(\[*_]*[^\W\d_])")
_UNDERLINE = re.compile(r"[=~-]{3,}")
_CLOSERS = "\"'”’»)]*_⁰¹²³⁴⁵⁶⁷⁸⁹ "
_DANGLING = re.compile(
    r"\b(?:a|an|and|are|as|at|by|for|from|in|into|is|of|on|or|that|the|their|through|to|was|were|which|with)$"
)

#: Lines that belong to a web page or a printed page and not to the text. The second column: certain from
#: the words alone; otherwise the line could as well head the paragraph that follows it.
_NAVIGATION: tuple[tuple[str, bool], ...] = (
    (r"(skip|jump) to .{1,40}|skip navigation", True),
    (r"(back|return|go) to (the )?top( of (the )?page)?|top of page", True),
    (r"(open|close|main|site|toggle) (menu|navigation|nav)", True),
    (r"(share|print|e-?mail|save|cite|bookmark) this( page| article| item)?", True),
    (r"log ?(in|out|on)|sign (in|up|out)( .{1,30})?|create (an )?account|my account", True),
    (r"(read|show|load|view|see) (more|less|all)|(next|previous|prev) (page|article|post|chapter)", True),
    (r"(privacy|cookie) (policy|notice|settings|preferences)|terms (of|and) \w+( of use)?", True),
    (r"accept( all)?( cookies)?|reject( all)?( cookies)?|(this|our) site uses cookies.{0,200}", True),
    (r"accessibility|we use cookies.{0,200}|all rights reserved\.?|subscribe( now| to .{1,40})?", True),
    (r"[^>›»]{1,40}(\s[>›»]\s[^>›»]{1,60}){2,}|home\s[>›»/|]\s.{1,80}", True),
    (r"(page\s)?\d{1,3}(\s(of|/)\s\d{1,4})?|[-–—]\s?\d{1,4}\s?[-–—]|.{1,80}(\.\s?){4,}\s*\d{1,4}", True),
    (r"home|menu|search|share|print|e-?mail|next|previous|prev|register|download( pdf)?|navigation", False),
    (r"about( us)?|contact( us)?|help|login|news|follow us.{0,20}|related (articles|links|content)", False),
)
_NAVIGATION_ROWS = tuple((re.compile(pattern, re.IGNORECASE), certain) for pattern, certain in _NAVIGATION)

_KNOWN_HEADINGS = (
    frozenset(
        re.split(
            r",\s+",
            """abbreviations, about the author, about the authors, abstract, acknowledgement,
            acknowledgements, acknowledgment, acknowledgments, afterword, analysis, annex, appendices,
            appendix, author details, author information, authors, background, biography, chronology,
            conclusion, conclusions, conflict of interest, conflicts of interest, data availability,
            discussion, endnotes, epilogue, executive summary, footnotes, foreword, funding,
            further reading, glossary, highlights, index, introduction, key points, key words, keywords,
            limitations, literature review, materials and methods, method, methodology, methods, notes,
            notes on contributors, overview, postscript, preface, prologue, recommendations,
            related work, results, results and discussion, summary, timeline""",
        )
    )
    | REFERENCE_HEADINGS
    | CONTENTS_HEADINGS
)
_CHAPTER = re.compile(r"(?:chapter|part|book|appendix|annex)\s+(?:\d+|[IVXLC]+|[A-Z])\b[.:]?(?:\s.*)?", re.IGNORECASE)

#: Lines that tell by whom, when and under what number; and lines that tell where.
_BYLINE = re.compile(
    r"""by\s.+ | .*@.* | (?:https?://|www\.|doi\b).* | .*\b(?:ISBN|ISSN|DOI)\b.*
      | (?:translated|edited|written|published|compiled|prepared|submitted|reviewed)\s(?:by|on|in|at)\b.*
      | (?:published|date|updated|last\supdated|version|volume|vol\.|issue|author)\b.*
      | .*\b(?:paper|report|memorandum|series)\s(?:no|number)\b.*
      | (?:©|\(c\)|copyright).*
      | (?:\d{1,2}\s)?(?:january|february|march|april|may|june|july|august|september|october|november
        |december)\b.{0,12} | \d{1,4}[-/.]\d{1,2}[-/.]\d{1,4} | (?:1[5-9]|20)\d\d""",
    re.IGNORECASE | re.VERBOSE,
)
_AFFILIATION = re.compile(
    r".*\b(?:university|institute|department|faculty|college|academy|press|division)\b.*",
    re.IGNORECASE | re.DOTALL,
)

_HASHES = re.compile(r"(#{1,6})[ \t]+\S")
_BOLD = re.compile(r"(\*\*|__)(?!\s)(?:(?!\1).)+(?<!\s)\1", re.DOTALL)

_PICTURE = r"(?:image|photo(?:graph)?|picture|portrait|map|figure|fig\.|plate|illustration|chart|diagram|table)"
_CAPTION = re.compile(
    rf"""{_PICTURE}\s(?:of|from|showing)\b.*[^.!?]   # an unfinished sentence about a picture
       | {_PICTURE}\s?(?:\d+|[A-Z])(?:\.\d+)*[.:)–—].*
       | (?:(?:photo|image|picture)?\s?(?:credits?|courtesy)|(?:photo|image|picture)\sby)\b.*
       | .*[.!?]\s\[[^\]]+\]\([^()]*\)               # a line, then a link alone: the credit""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_CAPTION_LIMIT = 400
_CREDIT_LIMIT = 250


@dataclass(frozen=True, slots=True)
class _Segment:
    """Lines that belong together, and what they were found to be; None: not found out yet.

    `group` counts the blocks that blank lines part. `text` is the canonical text of the segment.
    """

    span: Span
    text: str
    group: int
    kind: BlockKind | None = None
    level: int = 0

    @property
    def one_line(self) -> bool:
        return "\n" not in self.text and "\r" not in self.text

    @property
    def finished(self) -> bool:
        """Whether it ends in a mark that ends a sentence or announces something."""
        return self.text.rstrip(_CLOSERS)[-1:] in (".", "!", "?", "…", ":", ";", "。")

    @property
    def prose(self) -> bool:
        return self.kind is None and (len(self.text) >= 200 or (self.finished and len(self.text) >= 40))


def parse_plain(text: str) -> Parsed:
    """Take plain text apart. Raises nothing; text without any sign of structure is all paragraphs."""
    segments = _join_page_breaks(text, _navigation(_segments(text)))
    segments = _front(_captions(_strong(segments)))
    segments = _weak_headings(segments)
    pieces = [Piece(seg.kind or BlockKind.PARAGRAPH, seg.span, seg.level) for seg in segments]
    marks: list[Mark] = []
    for piece in pieces:
        marker = footnote_marker(text, piece.span) + _bullet_marker(text, piece)
        begin = marker[0].inner.start if marker else piece.span.start
        marks += marker + inline_marks(text, begin, piece.span.end, markdown=False)
    return Parsed(text, tuple(retire_zones(text, pieces)), tuple(marks))


def _bullet_marker(text: str, piece: Piece) -> list[Mark]:
    match = _BULLET.match(text, piece.span.start, piece.span.end) if piece.kind is BlockKind.LIST_ITEM else None
    if match is None or match[0][0].isalnum() or match[0][0] == "(":  # "(a)" says something
        return []
    return [Mark(MarkKind.MARKER, Span(match.start(), match.end() + 1), Span(match.end(), match.end() + 1))]


# --- lines into segments ------------------------------------------------------------------------------


def _groups(text: str) -> Iterator[list[Span]]:
    """The lines between blank lines, without the white space around them."""
    lines: list[Span] = []
    broken = True  # the line before has ended
    for match in _LINE.finditer(text):
        line = match[0]
        if line[0] in "\r\n\f\v\u2028\u2029":
            if broken and lines:
                yield lines
                lines = []
            broken = True
            continue
        start = match.start() + len(line) - len(line.lstrip())
        end = start + len(line.strip())
        if start < end:
            lines.append(Span(start, end))
            broken = False
    if lines:
        yield lines


def _segments(text: str) -> list[_Segment]:
    """The groups of lines, parted further where a line visibly begins something of its own."""
    found: list[_Segment] = []
    for group, lines in enumerate(_groups(text)):
        texts = [text[line.start : line.end] for line in lines]
        hard = any(len(line) > _HARD_WRAP for line in texts)
        kinds = dict.fromkeys(_list_lines(texts), BlockKind.LIST_ITEM)
        if _is_underlined(texts):
            kinds |= {0: BlockKind.HEADING, 1: BlockKind.NAVIGATION}
        begins = {0, *kinds, *(i + 1 for i in kinds if kinds[i] is not BlockKind.LIST_ITEM)}
        for i, line in enumerate(texts):
            if hard or FOOTNOTE.match(line):
                begins.add(i)
            if i == 0 and _is_known(line):
                begins.add(1)
        cuts = [*sorted(begins - {len(lines)}), len(lines)]
        for first, after in pairwise(cuts):
            span = Span(lines[first].start, lines[after - 1].end)
            kind = kinds.get(first)
            level = 2 if kind is BlockKind.HEADING else 0
            found.append(_Segment(span, text[span.start : span.end], group, kind, level))
    return found


def _is_underlined(lines: Sequence[str]) -> bool:
    """Whether the first line is a heading because the second draws a rule under it."""
    return (
        len(lines) > 1
        and len(lines[0]) <= _HEADING_LIMIT
        and lines[0][-1] not in ".;,"
        and _UNDERLINE.fullmatch(lines[1]) is not None
    )


def _list_lines(lines: Sequence[str]) -> list[int]:
    """The lines that begin an item of a list. A dash in mid-paragraph is only a dash."""
    bullets = [i for i, line in enumerate(lines) if _BULLET.match(line)]
    return sorted({*(bullets if bullets[:1] == [0] or len(bullets) > 1 else ()), *_running_numbers(lines)})


def _running_numbers(lines: Sequence[str]) -> set[int]:
    """The lines that begin with 1, 2, 3, ...: two or more make a list."""
    found: list[int] = []
    for i, line in enumerate(lines):
        match = _NUMBERED.match(line)
        if match and match[1] == str(len(found) + 1):
            found.append(i)
    return set(found) if len(found) > 1 else set()


def _is_known(line: str) -> bool:
    return len(line) <= 60 and line[-1] not in ".,;" and heading_key(line) in _KNOWN_HEADINGS


def _join_page_breaks(text: str, segments: list[_Segment]) -> list[_Segment]:
    """Paragraphs that were cut in mid-sentence, made whole."""
    done: list[_Segment] = []
    for segment in segments:
        before = done[-1] if done else None
        if before and before.group != segment.group and _is_cut(before, segment):
            span = Span(before.span.start, segment.span.end)
            done[-1] = _Segment(span, text[span.start : span.end], segment.group, before.kind)
        else:
            done.append(segment)
    return done


def _is_cut(before: _Segment, after: _Segment) -> bool:
    joinable = (None, BlockKind.LIST_ITEM)
    if before.kind not in joinable or after.kind is not None or before.finished:
        return False
    if len(before.text) < _CUT_MINIMUM or FOOTNOTE.match(after.text):
        return False
    begins_low = after.text.lstrip("\"'“‘(*_[")[:1].islower()
    dangles = len(before.text) > _HARD_WRAP and _DANGLING.search(before.text) is not None
    return begins_low or (dangles and not _NUMBERED.match(after.text) and not _is_known(after.text))


# --- what the form of a segment alone says ------------------------------------------------------------


def _navigation(segments: list[_Segment]) -> list[_Segment]:
    done = []
    for i, segment in enumerate(segments):
        heads_prose = i + 1 < len(segments) and segments[i + 1].prose
        found = (
            segment.kind is None
            and len(segment.text) <= _CREDIT_LIMIT
            and any(
                pattern.fullmatch(segment.text) is not None and (certain or not heads_prose)
                for pattern, certain in _NAVIGATION_ROWS
            )
        )
        done.append(replace(segment, kind=BlockKind.NAVIGATION) if found else segment)
    return done


def _hashes(text: str) -> int:
    """The level that leading `#` give, else 0."""
    match = _HASHES.match(text)
    return len(match[1]) if match else 0


def _bold_only(text: str) -> bool:
    return len(text) <= _TITLE_LIMIT and _BOLD.fullmatch(text) is not None


def _chapter(text: str) -> bool:
    return len(text) <= 100 and text[-1] not in ".,;" and _CHAPTER.fullmatch(text) is not None


def _capitals(text: str) -> bool:
    letters = sum(char.isalpha() for char in text[:101])
    return len(text) <= 100 and letters >= 5 and text.isupper() and text[-1] not in ".,;:"


@dataclass(frozen=True, slots=True)
class _Form:
    """A form that makes a heading. Inside a reference list some prove nothing: entries look so too."""

    test: Callable[[str], bool]
    level: Callable[[str], int] = lambda _: 2
    one_line: bool = True
    among_references: bool = True

    def level_of(self, segment: _Segment, in_references: bool) -> int:
        """The level that the form gives the segment; 0 if it is not of this form."""
        if (self.one_line and not segment.one_line) or (in_references and not self.among_references):
            return 0
        return self.level(segment.text) if self.test(segment.text) else 0


_FORMS = (
    _Form(lambda text: _hashes(text) > 0, level=_hashes),
    _Form(_bold_only, one_line=False),
    _Form(_is_known),
    _Form(_chapter),
    _Form(_capitals, among_references=False),
)


def _strong(segments: list[_Segment]) -> list[_Segment]:
    """Footnotes, numbered headings and lists, and the headings of `_FORMS`."""
    numbered = _numbered_headings(segments)
    done: list[_Segment] = []
    in_references = False
    for i, segment in enumerate(segments):
        found = segment
        if segment.kind is None and FOOTNOTE.match(segment.text):
            found = replace(segment, kind=BlockKind.FOOTNOTE)
        elif i in numbered:
            level = numbered[i]
            found = replace(segment, kind=BlockKind.HEADING if level else BlockKind.LIST_ITEM, level=level)
        elif segment.kind is None:
            levels = (form.level_of(segment, in_references) for form in _FORMS)
            if level := next(filter(None, levels), 0):
                found = replace(segment, kind=BlockKind.HEADING, level=level)
        if found.kind is BlockKind.HEADING:
            in_references = heading_key(found.text) in REFERENCE_HEADINGS
        elif in_references and found.kind is None:
            found = replace(found, kind=BlockKind.REFERENCE)
        done.append(found)
    return done


def _numbered_headings(segments: Sequence[_Segment]) -> dict[int, int]:
    """The levels of headings such as "2. Sources" and "2.1 Letters"; 0 for the items of a list.

    They are short single lines without a full stop whose numbers run through the document with text in
    between. Numbered lines that follow one another directly are a list, whatever their numbers.
    """
    numbers = {i: number for i, segment in enumerate(segments) if (number := _number(segment))}
    listed: set[int] = set()
    for i, number in numbers.items():
        if numbers.get(i + 1) == (*number[:-1], number[-1] + 1):
            listed |= {i, i + 1}
    found: dict[int, int] = {}
    path: tuple[int, ...] = ()
    for i, number in numbers.items():
        depth = len(number)
        last = path[depth - 1] if len(path) >= depth else 0
        if i in listed:
            found[i] = 0
        elif number[:-1] == path[: depth - 1] and number[-1] == last + 1:
            found[i] = 1 + depth
            path = number
    return found


def _number(segment: _Segment) -> tuple[int, ...]:
    """(2, 1) for "2.1 Letters"; () for a segment that could not be a numbered heading."""
    text = segment.text
    match = _NUMBERED.match(text)
    if match is None or segment.kind is not None or not segment.one_line or len(text) > _HEADING_LIMIT:
        return ()
    titled = text[match.end() :].lstrip("\"'“‘(*_[")[:1].isupper()
    ended = text.rstrip(_CLOSERS)[-1:] in (".", ",", ";", ":", "…")
    return tuple(int(part) for part in match[1].split(".")) if titled and not ended else ()


def _captions(segments: list[_Segment]) -> list[_Segment]:
    """Captions by form, and the short line set directly under one: its credit."""
    done: list[_Segment] = []
    for segment in segments:
        before = done[-1] if done else None
        form = segment.one_line and len(segment.text) <= _CAPTION_LIMIT and _CAPTION.fullmatch(segment.text)
        credit = (
            before is not None
            and before.kind is BlockKind.CAPTION
            and before.group == segment.group
            and len(segment.text) <= _CREDIT_LIMIT
        )
        found = segment.kind is None and (form or credit)
        done.append(replace(segment, kind=BlockKind.CAPTION) if found else segment)
    return done


# --- what the neighbourhood says ----------------------------------------------------------------------


def _front(segments: list[_Segment]) -> list[_Segment]:
    """The title and the lines between it and the text.

    They are the short lines that the document begins with, provided that prose or a heading follows. The
    last of them, directly before prose, heads it unless it tells who, where or when.
    """
    run: list[int] = []
    follower: _Segment | None = None
    for i, segment in enumerate(segments):
        if segment.kind is BlockKind.NAVIGATION:
            continue
        title = not run and segment.kind is BlockKind.HEADING and not _is_known(segment.text)
        if (segment.kind is not None and not title) or segment.prose or len(segment.text) > _TITLE_LIMIT:
            follower = segment
            break
        run.append(i)
    heads = (None, BlockKind.HEADING)
    if not run or follower is None or follower.kind not in heads or len(run) > _FRONT_LIMIT:
        return segments
    opening = segments[run[0]]
    if opening.kind is BlockKind.HEADING and (_NUMBERED.match(opening.text) or _chapter(opening.text)):
        return segments
    done = list(segments)
    for i in run:
        done[i] = replace(segments[i], kind=BlockKind.FRONT_MATTER)
    first, last = segments[run[0]], segments[run[-1]]
    titled = _could_head(first, _TITLE_LIMIT) and not _BYLINE.fullmatch(first.text)
    if titled or first.kind is BlockKind.HEADING:
        done[run[0]] = replace(first, kind=BlockKind.HEADING, level=1)
    about_author = _BYLINE.fullmatch(last.text) or _AFFILIATION.fullmatch(last.text)
    if len(run) > 1 and follower.kind is None and not about_author and _could_head(last, _HEADING_LIMIT):
        done[run[-1]] = replace(last, kind=BlockKind.HEADING, level=2)
    return done


def _could_head(segment: _Segment, limit: int) -> bool:
    """Whether it looks like a heading: short, capitalised, unfinished."""
    text = segment.text
    last = text.rstrip(_CLOSERS)[-1:]
    if len(text) > limit or not last or last in ".,;:…" or _DANGLING.search(text):
        return False
    words = re.findall(r"[^\W\d_][\w'’-]*", text)
    if not words or not words[0][0].isupper():
        return False
    long = [word for word in words if len(word) > 3] or words
    titled = sum(word[0].isupper() for word in long) >= 0.6 * len(long)
    return titled or len(words) <= 8


def _weak_headings(segments: list[_Segment]) -> list[_Segment]:
    """A short unfinished line that stands directly before prose heads it."""
    done = list(segments)
    for i, (segment, following) in enumerate(pairwise(segments)):
        line = segment.kind is None and segment.one_line
        if line and following.prose and _could_head(segment, _HEADING_LIMIT):
            done[i] = replace(segment, kind=BlockKind.HEADING, level=2)
    return done
