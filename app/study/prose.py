"""The sentences of a document that a reader learns from, each as it is seen, with the way back to its offsets.

Tables, code, reference lists and navigation are left out: what is counted, dated and named there is no prose.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from app.conflicts.reading import Reading
from ingest.documents import NOT_CONTENT, BlockKind, Document, Span
from vectorstore.records import Record
from vectorstore.words import blank_locators

_UNREAD = NOT_CONTENT | {BlockKind.CODE, BlockKind.TABLE}
_LONGEST = 4000  # characters: what has more is no sentence
#: Footnote marks, "[citation needed]", ".:4–5" and addresses: nothing of it is said.
_NOISE = re.compile(
    r"\[[^\]]{0,40}\b(?:needed|note \d+|\d{1,3})\]|(?<=[.,;)])(?::\d+(?:[-–]\d+)*)+|[¹²³⁴-⁹⁰]+"
    r"|\b(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+\.[\w.]+"
)


def prose(record: Record) -> Iterator[Reading]:
    """The sentences of a document, in order."""
    document = record.document
    blocks = [block.span.start for block in document.blocks]
    order = 0
    for passage in record.passages:
        if passage.kind in _UNREAD:
            continue
        for span in passage.sentences:
            order += 1
            if len(span) <= _LONGEST:
                yield _reading(document, span, order, max(bisect_right(blocks, span.start) - 1, 0))


def sections(record: Record) -> dict[Span, str]:
    """The title of the section that each sentence of a document belongs to; a footnote's is that of its caller."""
    return {span: passage.section for passage in record.passages for span in passage.sentences}


def _reading(document: Document, span: Span, order: int, block: int) -> Reading:
    pieces = tuple(document.visible(span))
    text = re.sub(r"\s", " ", "".join(document.text[piece.start : piece.end] for piece in pieces))
    text = _NOISE.sub(lambda match: " " * len(match.group()), blank_locators(text))
    return Reading(document.id, span, text, pieces, order, block, document.blocks[block].kind)
