"""What the Study page and the Chat share of studying: the one file, the user's time, and the cards of the sources.

What is kept and when cards come again is app/study's affair.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

import streamlit as st

from app.answer import Answer, Citation
from app.settings import Settings
from app.study.card import Asked, Card, CardKind, card_id
from app.study.store import StudyFile
from app.study.zone import machine_zone, named_zone
from ingest.documents import Document

if TYPE_CHECKING:
    from app.tutor import Tutor

#: Gives the time now in a zone, as `datetime.now` does.
Clock = Callable[[tzinfo], datetime]


@st.cache_resource(show_spinner=False)
def file() -> StudyFile:
    """The server's one file of what is studied.

    Raises:
        TutorError: it cannot be used.
    """
    from app.build import build_study

    return build_study(Settings.read(os.environ))


def zone() -> tzinfo:
    """The zone of the user's browser; of this machine, if that does not say."""
    return named_zone(st.context.timezone) or machine_zone()


def cards_of(tutor: Tutor) -> Sequence[Card]:
    """The cards that the sources give.

    Raises:
        TutorError: they cannot be read.
    """
    from app.study.cards import deck

    return deck(tutor)


def saved_card(answer: Answer, citation: Citation, documents: Mapping[str, Document]) -> Card:
    """The card of a cited sentence: it asks the question that was asked, and answers with the sentence."""
    document = documents.get(citation.source_id)
    span = citation.span
    there = document is not None and document.text[span.start : span.end] == citation.quote
    said = document.plain(span) if document is not None and there else " ".join(citation.quote.split())
    name = card_id(CardKind.SAVED, citation.source_id, answer.understood, said)
    return Card(name, CardKind.SAVED, Asked.STATEMENT, answer.understood, said, citation)
