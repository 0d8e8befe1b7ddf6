"""Question cards from the question bank of the bundled sources (bank.toml).

The bank was written by reading the sources; each question names the words that answer it and the sentence that they
stand in. That the tutor answers each from that sentence is asserted by tests/test_study_bank.py. A source that is not
indexed, or whose file is another one than the bank was written from, makes no cards.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.answer import Citation
from app.study.card import Asked, Card, CardKind, card_id
from ingest.documents import Span
from vectorstore.records import Record

BANK = Path(__file__).with_name("bank.toml")


@dataclass(frozen=True, slots=True)
class BankQuestion:
    """A question, the words of `quote` that answer it, and the sentence `quote` of a source, verbatim."""

    source_id: str
    question: str
    answer: str
    asked: Asked
    quote: str


@dataclass(frozen=True, slots=True)
class Bank:
    """The questions, and the sha256 of the file of each source that they are about."""

    questions: tuple[BankQuestion, ...]
    hashes: Mapping[str, str]


def read_bank(path: Path = BANK) -> Bank:
    """The bank that comes with the tutor, or another in its format.

    Raises:
        ValueError, KeyError: the file is none.
    """
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return Bank(
        tuple(
            BankQuestion(row["source"], row["question"], row["answer"], Asked(row["asked"]), row["quote"])
            for row in data["question"]
        ),
        dict(data["sources"]),
    )


def bank_cards(records: Mapping[str, Record], bank: Bank | None = None) -> tuple[Card, ...]:
    """The cards of the questions on indexed documents that are as they were when the questions were written."""
    bank = bank or read_bank()
    cards = []
    for row in bank.questions:
        record = records.get(row.source_id)
        if record is None or record.document.sha256 != bank.hashes[row.source_id]:
            continue
        document = record.document
        start = document.text.find(row.quote)
        if start < 0:
            continue
        span = Span(start, start + len(row.quote))
        passage = next((p for p in record.passages if p.span.contains(span)), None)
        section = passage.section if passage else document.section_at(start).title
        name = card_id(CardKind.QUESTION, document.id, row.question, row.answer)
        citation = Citation.of(document, section, span)
        cards.append(Card(name, CardKind.QUESTION, row.asked, row.question, row.answer, citation))
    return tuple(cards)
