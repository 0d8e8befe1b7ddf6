"""A text taken apart for checking: its claims, and what is passed over with the reason why.

Reads plain text and light Markdown, in English. Sentences are made into claims by parts.py: one that says several
things becomes several claims where that is safe. Whether a claim is so is for checker.py to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.check.parts import Part, Speaker, parts
from app.check.plainly import is_fragment, is_opinion, is_question, is_written_in_english, looks_like_code
from ingest.documents import BlockKind, Document, Source, Span
from ingest.errors import TutorError
from ingest.markdown_blocks import parse_markdown
from ingest.outline import Piece as Block
from ingest.sentences import sentence_spans

MOST = 100_000  # characters that are checked in one go
_LONGEST = 1_000  # characters of a sentence that are checked; beyond it the text is no prose


class CheckError(TutorError):
    """A text that cannot be checked."""


class Kind(StrEnum):
    """What a piece of a text is; all but the first are passed over."""

    CLAIM = "claim"
    QUESTION = "question"
    OPINION = "opinion"
    HEADING = "heading"
    FRAGMENT = "fragment"
    TABLE = "table"
    CODE = "code"
    REFERENCE = "reference"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the text that was given: where it stands there, what it is, and, for a claim, the statement to check.

    `statement` is the text of the span without its markup, on one line; where the part of a sentence, or a sentence
    that begins with "he" or "it", does not say what it is about, that is put in.
    """

    span: Span
    kind: Kind
    statement: str


#: What is said of a text that has no claim in it, by what it has.
_NO_CLAIM = {
    Kind.QUESTION: "A question claims nothing. Ask it in the chat, or write what you think the answer is.",
    Kind.OPINION: "That is an opinion, and sources cannot settle it. Write a statement of fact.",
    Kind.HEADING: "There is only a heading. Write a whole sentence.",
    Kind.FRAGMENT: "That is no whole sentence. Write one that states something.",
    Kind.TABLE: "That is a table, and tables are not checked. Say in sentences what it says.",
    Kind.CODE: "That is code, which is not checked. Write a sentence.",
    Kind.REFERENCE: "That is a list of references, which claims nothing. Write a sentence.",
    Kind.FOREIGN: "That is not English, the language that is checked. Write it in English.",
}
_REFERENCES = re.compile(r"(?:references|bibliography|works cited|literature|further reading)[:.]?", re.IGNORECASE)
_BLOCKS = {
    BlockKind.HEADING: Kind.HEADING,
    BlockKind.TABLE: Kind.TABLE,
    BlockKind.REFERENCE: Kind.REFERENCE,
    BlockKind.NAVIGATION: Kind.FRAGMENT,
}


def pieces(text: str) -> tuple[Piece, ...]:
    """The pieces of a text, in order; they do not overlap.

    Raises:
        CheckError: the text is empty, too long, or holds nothing that can be checked.
    """
    if not text.strip():
        raise CheckError("There is nothing to check. Give a sentence, a paragraph or an essay.")
    if len(text) > MOST:
        raise CheckError(f"The text has {len(text):,} characters; at most {MOST:,} are checked at once. Give a part.")
    found = tuple(_Reading(text).pieces())
    if not any(piece.kind is Kind.CLAIM for piece in found):
        raise CheckError(_no_claim(found))
    return found


def _no_claim(found: Sequence[Piece]) -> str:
    kinds = list(dict.fromkeys(piece.kind for piece in found))
    if not kinds:
        return "There is nothing to check: no words. Give a sentence, a paragraph or an essay."
    return _NO_CLAIM[kinds[0]] if len(kinds) == 1 else "There is no claim in it. Write a statement of fact."


class _Reading:
    """One text, read from its beginning to its end."""

    def __init__(self, text: str) -> None:
        parsed = parse_markdown(text)
        source = Source(id="text", title="", path=Path("text.md"))
        self._text = text
        self._blocks = parsed.pieces
        self._document = Document(source, text, "", (), (), parsed.marks)
        self._speaker = Speaker()

    def pieces(self) -> Iterator[Piece]:
        """All of its pieces."""
        references = False
        for block in self._blocks:
            plain = self._plain(block.span)
            if not any(character.isalnum() for character in plain):
                continue
            heads = bool(_REFERENCES.fullmatch(plain))
            references = heads or (references and block.kind is not BlockKind.HEADING)
            kind = self._kind(block, plain)
            if kind is not None or references:
                self._speaker = Speaker()
                yield Piece(block.span, Kind.HEADING if heads else kind or Kind.REFERENCE, plain)
            else:
                yield from self._prose(block.span)

    def _kind(self, block: Block, plain: str) -> Kind | None:
        """What a block is that is passed over whole."""
        if block.kind is BlockKind.CODE:
            return None if self._pasted_prose(block, plain) else Kind.CODE
        if block.kind is BlockKind.PARAGRAPH and self._text[block.span.start : block.span.end].count("\t") > 1:
            return Kind.TABLE  # cells that were copied out of a spreadsheet
        return _BLOCKS.get(block.kind)

    def _pasted_prose(self, block: Block, plain: str) -> bool:
        """Whether "code" is a paragraph that was indented: Markdown takes one for the other."""
        fenced = self._text[: block.span.start].rstrip(" \t").endswith(("```\n", "~~~\n")) or re.search(
            r"(?:```|~~~)[^\n]*\n\s*\Z", self._text[: block.span.start]
        )
        return not fenced and not looks_like_code(plain)

    def _plain(self, span: Span) -> str:
        return " ".join(self._document.plain(span).split())

    def _prose(self, block: Span) -> Iterator[Piece]:
        for span in sentence_spans(self._text, block.start, block.end):
            sentence = self._plain(span)
            if not any(character.isalnum() for character in sentence):
                continue
            kind = _passed_over(sentence)
            if kind is not None:
                yield Piece(span, kind, sentence)
                continue
            for part in parts(sentence, self._speaker):
                yield Piece(self._place(span, sentence, part), Kind.CLAIM, part.statement)
            self._speaker = self._speaker.after(sentence)

    def _place(self, span: Span, sentence: str, part: Part) -> Span:
        """Where a part of a sentence stands in the text: its markup and white space belong to the parts around it."""
        if part.start == 0 and part.end == len(sentence):
            return span
        letters = [
            at
            for visible in self._document.visible(span)
            for at in range(visible.start, visible.end)
            if not self._text[at].isspace()
        ]
        first = sum(1 for letter in sentence[: part.start] if not letter.isspace())
        last = sum(1 for letter in sentence[: part.end] if not letter.isspace())
        return Span(letters[first] if first else span.start, letters[last - 1] + 1 if last < len(letters) else span.end)


def _passed_over(sentence: str) -> Kind | None:
    if len(sentence) > _LONGEST or looks_like_code(sentence):
        return Kind.CODE
    if not is_written_in_english(sentence):
        return Kind.FOREIGN
    if is_question(sentence):
        return Kind.QUESTION
    if is_opinion(sentence):
        return Kind.OPINION
    if is_fragment(sentence):
        return Kind.FRAGMENT
    return None
