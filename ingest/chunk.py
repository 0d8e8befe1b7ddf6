"""A Document becomes Passages: runs of whole sentences of one section, ready to be embedded and cited.

A paragraph is a passage if it fits; a longer one is parted at sentence ends into pieces of similar length.
Only what is too short to stand alone is joined: short neighbours, lists with the line that introduces them,
the lines before the text (which are cited as one). Headings, references and navigation make no passages.

Left to others: what the blocks are (loaders.py), where sentences end (sentences.py), embedding.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.documents import NOT_CONTENT, Block, BlockKind, Document, Passage, Span
from ingest.sentences import sentence_spans

MAX_CHARS = 1000
SHORT_CHARS = 250  # a paragraph under this is joined to a neighbour under this
LONGEST_SENTENCE = 4000  # more characters without a sentence end are no sentence and are cut at white space

#: Kinds whose blocks are cited whole: a line of these is no sentence, but it is one thing.
_WHOLE = frozenset({BlockKind.FRONT_MATTER, BlockKind.CAPTION, BlockKind.CODE, BlockKind.TABLE})

#: Pairs of kinds that share a passage when both fit; a pair of paragraphs must be short as well.
_JOINED = frozenset(
    {
        (BlockKind.FRONT_MATTER, BlockKind.FRONT_MATTER),
        (BlockKind.PARAGRAPH, BlockKind.PARAGRAPH),
        (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM),
        (BlockKind.LIST_ITEM, BlockKind.LIST_ITEM),
        (BlockKind.TABLE, BlockKind.TABLE),
    }
)


@dataclass(frozen=True, slots=True)
class _Part:
    """A block's sentences, or several blocks' once joined; `last` is the last of the blocks."""

    kind: BlockKind
    last: Block
    section: int
    sentences: tuple[Span, ...]
    caller: Span | None = None

    @property
    def span(self) -> Span:
        return Span(self.sentences[0].start, self.sentences[-1].end)


def chunk(document: Document, max_chars: int = MAX_CHARS) -> tuple[Passage, ...]:
    """The passages of a document, in its order.

    `max_chars` counts characters of the canonical text. A single sentence that is longer stays whole, up to
    LONGEST_SENTENCE. A footnote's passage belongs to the section of the sentence that calls it.

    Raises:
        ValueError: max_chars is less than 1.
    """
    if max_chars < 1:
        raise ValueError(f"max_chars must be at least 1, not {max_chars}")
    starts = [section.span.start for section in document.sections]
    content = [block for block in document.blocks if block.kind not in NOT_CONTENT]
    parts = [
        _Part(
            block.kind,
            block,
            _section_at(starts, block.span.start),
            _sentences(document, block),
            block.caller,
        )
        for block in content
    ]
    everything = [sentence for part in parts for sentence in part.sentences]
    called = [_called(part, everything, starts) for part in parts]
    return tuple(
        Passage(
            document.id,
            Span(piece[0].start, piece[-1].end),
            document.sections[part.section].title,
            tuple(piece),
            part.kind,
            part.caller,
        )
        for part in _join(document, called, max_chars)
        for piece in _balanced(part.sentences, max_chars)
    )


def _section_at(starts: Sequence[int], offset: int) -> int:
    """The innermost section at `offset`: the one that began last, as each ends where the next may begin."""
    return max(bisect_right(starts, offset) - 1, 0)


def _sentences(document: Document, block: Block) -> tuple[Span, ...]:
    span = block.span
    found = [span] if block.kind in _WHOLE else sentence_spans(document.text, span.start, span.end)
    return tuple(piece for sentence in found for piece in _cut(document.text, sentence))


def _cut(text: str, sentence: Span) -> Iterator[Span]:
    """The sentence, in pieces of at most LONGEST_SENTENCE that end at white space where there is some."""
    start = sentence.start
    while sentence.end - start > LONGEST_SENTENCE:
        stop = start + LONGEST_SENTENCE
        end = next((i for i in range(stop, start, -1) if text[i].isspace()), stop)
        begin = end
        while text[begin].isspace():  # a sentence ends in no white space, so this ends before it does
            begin += 1
        while text[end - 1].isspace():
            end -= 1
        yield Span(start, end)
        start = begin
    yield Span(start, sentence.end)


def _called(part: _Part, sentences: Sequence[Span], starts: Sequence[int]) -> _Part:
    """A footnote, moved to the sentence that calls it; any other part as it is."""
    if part.caller is None:
        return part
    index = bisect_right(sentences, part.caller.start, key=lambda sentence: sentence.start) - 1
    holds = index >= 0 and sentences[index].contains(part.caller)
    caller = sentences[index] if holds else part.caller
    return _Part(part.kind, part.last, _section_at(starts, caller.start), part.sentences, caller)


def _join(document: Document, parts: Iterable[_Part], max_chars: int) -> Iterator[_Part]:
    """Neighbours that belong together, as one part each."""
    held: _Part | None = None
    for part in parts:
        if held is not None and _belong(document, held, part, max_chars):
            both = held.sentences + part.sentences
            if part.kind is BlockKind.FRONT_MATTER:  # author, institute, date: each says what the others are of
                both = (Span(both[0].start, both[-1].end),)
            held = _Part(held.kind, part.last, held.section, both)
            continue
        if held is not None:
            yield held
        held = part
    if held is not None:
        yield held


def _belong(document: Document, held: _Part, part: _Part, max_chars: int) -> bool:
    """Whether the next part joins those held: a pair that may, in one section, that fits."""
    first, second = held.span, part.span
    pair = (held.last.kind, part.kind)
    if held.section != part.section or pair not in _JOINED or second.end - first.start > max_chars:
        return False
    longer = max(len(held.last.span), len(second))
    if pair == (BlockKind.PARAGRAPH, BlockKind.PARAGRAPH) and longer >= SHORT_CHARS:
        return False
    return document.text[first.end : second.start].isspace()  # nothing that is no content stands between


def _balanced(sentences: Sequence[Span], max_chars: int) -> list[list[Span]]:
    """The sentences in as few runs of at most `max_chars` as they need, and those of similar length."""
    runs = _packed(sentences, max_chars)
    low, high = 1, max_chars
    while low < high:  # the smallest limit that needs no more runs
        middle = (low + high) // 2
        if len(_packed(sentences, middle)) <= len(runs):
            high = middle
        else:
            low = middle + 1
    return _packed(sentences, high)


def _packed(sentences: Sequence[Span], limit: int) -> list[list[Span]]:
    runs: list[list[Span]] = []
    for sentence in sentences:
        if runs and sentence.end - runs[-1][0].start <= limit:
            runs[-1].append(sentence)
        else:
            runs.append([sentence])
    return runs
