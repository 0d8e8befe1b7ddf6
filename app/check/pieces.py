"""A text taken apart for checking: its claims, and what is passed over with the reason why.

Reads English, and plain text or light Markdown. Whether a claim is so is for checker.py to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.grounding import asks
from ingest.documents import Span
from ingest.errors import TutorError
from ingest.sentences import sentence_spans

MOST = 100_000  # characters that are checked in one go


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
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the text that was given: where it stands there, what it is, and, for a claim, the statement to check.

    `statement` is the text of the span, on one line, or a part of a compound sentence made whole by its subject.
    """

    span: Span
    kind: Kind
    statement: str


def pieces(text: str) -> tuple[Piece, ...]:
    """The pieces of a text, in order; they do not overlap.

    Raises:
        CheckError: the text is empty, too long, or holds nothing that can be checked.
    """
    if not text.strip():
        raise CheckError("There is nothing to check. Give a sentence, a paragraph or an essay.")
    if len(text) > MOST:
        raise CheckError(f"The text has {len(text):,} characters; at most {MOST:,} are checked at once. Give a part.")
    found = []
    for span in sentence_spans(text, 0, len(text)):
        sentence = " ".join(text[span.start : span.end].split())
        found.append(Piece(span, Kind.QUESTION if asks(sentence) else Kind.CLAIM, sentence))
    return tuple(found)
