"""What is embedded and counted of a document: one Unit a passage, one a sentence, each with the words it needs.

Some texts do not say what they are about, so they are searched together with what does: a footnote with the
sentence that calls it, "It covers ..." with the sentence before, a line of keywords with its heading, a
caption and the lines before a text with what they are. Quotes never hold these additions.
"""

from __future__ import annotations

from dataclasses import dataclass

from ingest.documents import BlockKind, Document, Passage
from vectorstore.records import Record
from vectorstore.words import leans_back, search_text

#: What a caption is of.
_PICTURE = "Picture, image, photo or map"

_FRAGMENTS = frozenset({BlockKind.CAPTION, BlockKind.CODE})

#: What front matter answers without saying so: "Who wrote this paper, and when?"
_FRONT_MATTER = "Who wrote this paper: its author, institute, translator, publisher and date of publication."


@dataclass(frozen=True, slots=True)
class Unit:
    """One text with a vector: its id, `source:start-end`, and what is embedded of it."""

    id: str
    text: str


def is_fragment(kind: BlockKind, text: str) -> bool:
    """Whether a text is a caption, code, or a line of running text that never comes to a full stop."""
    return kind in _FRAGMENTS or (kind is BlockKind.PARAGRAPH and text[-1:].isalnum())


def passage_units(record: Record) -> list[Unit]:
    """One unit a passage, in order."""
    document = record.document
    return [
        Unit(passage.id, _with_context(document, passage, search_text(document, passage.span)))
        for passage in record.passages
    ]


def sentence_units(record: Record) -> list[Unit]:
    """One unit a sentence of each passage, in order."""
    document = record.document
    return [
        Unit(f"{document.id}:{span.start}-{span.end}", text)
        for passage in record.passages
        for span, text in zip(passage.sentences, sentence_texts(document, passage), strict=True)
    ]


def sentence_texts(document: Document, passage: Passage) -> list[str]:
    """What is searched of each sentence of a passage, in order.

    A sentence that begins with a word for what the one before it named ("It covers ...", "He was ...") is
    taken together with that one; in a footnote every sentence is, and the first with the sentence that calls it.
    """
    texts: list[str] = []
    before = ""
    for span in passage.sentences:
        alone = search_text(document, span)
        if is_fragment(passage.kind, alone):
            label = _PICTURE if passage.kind is BlockKind.CAPTION else passage.section
            alone = f"{label}: {alone}" if label else alone
        if not before:
            text = _with_context(document, passage, alone)
        else:
            text = f"{before} {alone}" if leans_back(alone) or passage.caller else alone
        texts.append(text)
        before = alone
    return texts


def _with_context(document: Document, passage: Passage, text: str) -> str:
    if passage.caller is not None:
        return f"{search_text(document, passage.caller)} {text}"
    if passage.kind is BlockKind.FRONT_MATTER:
        return f"{_FRONT_MATTER} {text}"
    return text
