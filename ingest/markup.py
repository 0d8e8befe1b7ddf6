"""Inline markup with exact offsets: links, images, emphasis, code spans and escapes become Marks.

The method is CommonMark's (https://spec.commonmark.org/0.31.2/#phase-2-inline-structure): brackets on a
stack, runs of `*` and `_` paired by the rule of flanking. It is written out here because parsers report
what the text means but not at which character it stands, and a citation needs the character.

Plain text that carries some markup is read with more care than Markdown: `*` counts only at the edge of
a word, `_` and backticks not at all, and a backslash only inside the text of a link.

Left to others: finding blocks (plain_blocks.py, markdown_blocks.py). HTML and entities stay as they are.
"""

from __future__ import annotations

import re
import string
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from ingest.documents import Mark, MarkKind, Span

_NO_REFERENCES: Mapping[str, str] = MappingProxyType({})

_TOKEN = re.compile(
    rf"""(?P<escape> \\[{re.escape(string.punctuation)}] )
       | (?P<tick>   `+ )
       | (?P<auto>   <[a-zA-Z][a-zA-Z0-9+.-]{{1,31}}:[^\s<>]*> )
       | (?P<open>   !?\[ )
       | (?P<close>  \] )
       | (?P<run>    \*+ | _+ )""",
    re.VERBOSE,
)
_TICKS = re.compile("`+")

#: What follows the `]` of an inline link: an address, balanced to one level, and perhaps a title.
_DESTINATION = re.compile(
    r"""\( \s*
        (?P<target> <[^<>\n]*> | (?: \\. | [^\s()\\] | \( (?: \\. | [^\s()\\] )* \) )* )
        (?: \s+ (?: "[^"]*" | '[^']*' | \([^()]*\) ) )?
        \s* \)""",
    re.VERBOSE,
)
_LABEL = re.compile(r"\[([^\[\]]{0,999})\]")


@dataclass(slots=True)
class _Run:
    """A run of `*` or `_`: what is left of it stands at `start`, `count` characters long."""

    char: str
    start: int
    count: int
    length: int
    opens: bool
    closes: bool

    def pairs_with(self, closer: _Run) -> bool:
        """Whether this run can open what `closer` closes, CommonMark's rule of three included."""
        if not (self.opens and self.count and self.char == closer.char):
            return False
        if not (self.closes or closer.opens):
            return True
        return (self.length + closer.length) % 3 != 0 or self.length % 3 == closer.length % 3 == 0


@dataclass(slots=True)
class _Bracket:
    """An opening bracket that waits for its `]`, with the number of runs and escapes seen before it."""

    start: int
    inner: int
    image: bool
    runs: int
    escapes: int
    active: bool = True


def inline_marks(
    text: str, start: int, end: int, markdown: bool, references: Mapping[str, str] = _NO_REFERENCES
) -> list[Mark]:
    """The inline markup of `text[start:end]`, in order of position; the hidden pieces never overlap.

    Args:
        text: the whole text.
        start: where to begin to read.
        end: where to stop.
        markdown: whether the text is Markdown throughout, or plain text in which some markup may occur.
        references: the addresses of Markdown's reference links, by label (see `reference_label`).
    """
    reader = _Reader(text, start, end, markdown, references)
    return sorted(reader.read(), key=lambda mark: (mark.outer.start, -mark.outer.end))


def reference_label(label: str) -> str:
    """A label as CommonMark compares them: case folded, white space collapsed."""
    return " ".join(label.casefold().split())


class _Reader:
    """One pass over the tokens of a range. Each handler returns where the next token is looked for."""

    def __init__(self, text: str, start: int, end: int, markdown: bool, references: Mapping[str, str]) -> None:
        self.text, self.start, self.end = text, start, end
        self.markdown, self.references = markdown, references
        self.marks: list[Mark] = []
        self.escapes: list[Mark] = []
        self.runs: list[_Run] = []
        self.brackets: list[_Bracket] = []

    def read(self) -> list[Mark]:
        handlers: dict[str, Callable[[int, int], int]] = {
            "escape": self._escape,
            "open": self._open,
            "close": self._close,
            "run": self._run,
        }
        if self.markdown:
            handlers |= {"tick": self._tick, "auto": self._auto}
        at = self.start
        while token := _TOKEN.search(self.text, at, self.end):
            handler = handlers.get(token.lastgroup or "")
            at = handler(token.start(), token.end()) if handler else token.end()
        self.marks += _pair(self.runs)
        return self.marks + self.escapes if self.markdown else self.marks

    def _escape(self, begin: int, after: int) -> int:
        self.escapes.append(Mark(MarkKind.ESCAPE, Span(begin, after), Span(begin + 1, after)))
        return after

    def _tick(self, begin: int, after: int) -> int:
        same = self._ticks.get(after - begin, [])
        later = bisect_left(same, after)
        if later == len(same):
            return after
        close = same[later]
        end = close + after - begin
        self.marks.append(Mark(MarkKind.CODE, Span(begin, end), Span(after, close)))
        return end

    @cached_property
    def _ticks(self) -> dict[int, list[int]]:
        """Where the runs of backticks start, by their length."""
        found: dict[int, list[int]] = {}
        for match in _TICKS.finditer(self.text, self.start, self.end):
            found.setdefault(len(match[0]), []).append(match.start())
        return found

    def _auto(self, begin: int, after: int) -> int:
        target = self.text[begin + 1 : after - 1]
        self.marks.append(Mark(MarkKind.LINK, Span(begin, after), Span(begin + 1, after - 1), target))
        return after

    def _open(self, begin: int, after: int) -> int:
        image = self.text[begin] == "!"
        self.brackets.append(_Bracket(begin, after, image, len(self.runs), len(self.escapes)))
        return after

    def _close(self, begin: int, after: int) -> int:
        bracket = self.brackets.pop() if self.brackets else None
        link = self._link(bracket, begin) if bracket and bracket.active else None
        if bracket is None or link is None:
            return after
        self.marks += [*_pair(self.runs[bracket.runs :]), link]
        del self.runs[bracket.runs :]
        if not self.markdown:
            self.marks += self.escapes[bracket.escapes :]
            del self.escapes[bracket.escapes :]
        if not bracket.image:  # links hold no links
            for outer in self.brackets:
                outer.active = outer.image
        return link.outer.end

    def _link(self, bracket: _Bracket, close: int) -> Mark | None:
        """The link or image whose text ends at `close`, if an address follows or its label has one."""
        if self.text.startswith("^", bracket.inner):  # a footnote's mark
            return None
        kind = MarkKind.IMAGE if bracket.image else MarkKind.LINK
        shown = (bracket.inner, close)
        if inline := _DESTINATION.match(self.text, close + 1, self.end):
            if shown[0] == shown[1]:  # no text: a reader sees the address
                shown = inline.span("target")
            if shown[0] == shown[1]:
                return None
            address = inline["target"].strip("<>")
            return Mark(kind, Span(bracket.start, inline.end()), Span(*shown), address)
        label = _LABEL.match(self.text, close + 1, self.end)
        name = reference_label((label and label[1]) or self.text[bracket.inner : close])
        if name not in self.references or shown[0] == shown[1]:
            return None
        after = label.end() if label else close + 1
        return Mark(kind, Span(bracket.start, after), Span(*shown), self.references[name])

    def _run(self, begin: int, after: int) -> int:
        """What a run of delimiters can do, judged by its neighbours: CommonMark's left and right flanking."""
        char = self.text[begin]
        left = self.text[begin - 1] if begin > self.start else " "
        right = self.text[after] if after < self.end else " "
        left_mark, right_mark = _is_punctuation(left), _is_punctuation(right)
        opens = not right.isspace() and (not right_mark or left.isspace() or left_mark)
        closes = not left.isspace() and (not left_mark or right.isspace() or right_mark)
        if not self.markdown:
            opens, closes = opens and not left.isalnum(), closes and not right.isalnum()
        elif char == "_":
            opens, closes = opens and (not closes or left_mark), closes and (not opens or right_mark)
        if self.markdown or char == "*":
            self.runs.append(_Run(char, begin, after - begin, after - begin, opens, closes))
        return after


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


def _pair(runs: list[_Run]) -> list[Mark]:
    """The emphasis that `runs` make: each closer takes the nearest opener that fits."""
    marks: list[Mark] = []
    bottom: dict[tuple[str, bool, int], int] = {}  # below this no opener fits: keeps the search linear
    waiting: list[_Run] = []
    for closer in runs:
        key = (closer.char, closer.opens, closer.length % 3)
        while closer.closes and closer.count:
            floor = bottom.get(key, 0)
            fits = (i for i in range(len(waiting) - 1, floor - 1, -1) if waiting[i].pairs_with(closer))
            index = next(fits, None)
            if index is None:
                bottom[key] = len(waiting)
                break
            opener = waiting[index]
            del waiting[index + 1 :]
            bottom = {name: min(depth, len(waiting)) for name, depth in bottom.items()}
            width = 2 if opener.count > 1 and closer.count > 1 else 1
            opener.count -= width
            begin = opener.start + opener.count
            kind = MarkKind.STRONG if width == 2 else MarkKind.EMPHASIS
            inner = Span(begin + width, closer.start)
            closer.start += width
            closer.count -= width
            marks.append(Mark(kind, Span(begin, closer.start), inner))
            if not opener.count:
                waiting.pop()
        if closer.opens and closer.count:
            waiting.append(closer)
    return marks
