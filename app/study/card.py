"""A Card: something to learn, with the place in the sources that it is cut from. Values only; who makes them is in
cards.py, when they are shown is schedule.py's affair."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from app.answer import Citation


class CardKind(StrEnum):
    """How a card came to be."""

    CLOZE = "cloze"  # a sentence of a source with words left out
    QUESTION = "question"  # of the question bank of the bundled sources
    SAVED = "saved"  # a cited sentence of a chat
    WRITTEN = "written"  # by a chat model, and borne out by its citation


#: Cards that are kept as they were made; the others are made anew from the sources.
OWN = frozenset({CardKind.SAVED, CardKind.WRITTEN})


class Asked(StrEnum):
    """The kind of thing that a card asks for; quizzes draw wrong answers of the same kind."""

    NUMBER = "number"
    DATE = "date"
    PERSON = "person"
    PLACE = "place"
    NAME = "name"  # of an organisation, a document, a people
    TERM = "term"
    STATEMENT = "statement"  # a whole sentence


@dataclass(frozen=True, slots=True)
class Card:
    """Something to learn.

    `prompt` is what is shown first: a question, or a sentence with BLANK in the place of `answer`. What is shown of
    a source is sliced from it (without its markup); `citation` is the sentence, exact.
    """

    id: str
    kind: CardKind
    asked: Asked
    prompt: str
    answer: str
    citation: Citation

    @property
    def section(self) -> str:
        """The title of the section that it is of."""
        return self.citation.section


#: Stands in the place of the words that a cloze card asks for.
BLANK = "_____"


def card_id(kind: CardKind, source_id: str, prompt: str, answer: str) -> str:
    """The same for the same card whenever it is made: 16 hexadecimal digits."""
    return hashlib.sha256("\0".join([kind, source_id, prompt, answer]).encode()).hexdigest()[:16]
