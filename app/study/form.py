"""What can be wrong with the form of a card, whoever made it: checked against the text of its source.

Says nothing of whether a card is worth learning; that is for a reader (evals/datasets/cards_judged.jsonl).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum

from app.study.card import BLANK, Card, CardKind
from app.study.cloze import given_away, trivial
from app.study.shown import shown_text
from ingest.documents import Document, Span
from vectorstore.words import without_locators


class Fault(StrEnum):
    """One thing that is wrong with a card."""

    NO_SOURCE = "its source is not there"
    NOT_EXACT = "its citation is not the text of the source there"
    NOT_CUT = "what it shows is not what the source says there"
    ANSWER_NOT_CITED = "its answer is not in the cited words"
    GIVEN_AWAY = "its answer stands in the prompt"
    BLANKS = "its prompt has not one blank"
    TRIVIAL = "its answer is not worth asking"
    SEVERAL = "another card has the same prompt with another answer"
    TWICE = "there is another card of its id"


def faults(cards: Iterable[Card], documents: Mapping[str, Document]) -> dict[str, tuple[Fault, ...]]:
    """What is wrong with each card that has a fault, by its id."""
    found: dict[str, list[Fault]] = defaultdict(list)
    answers: dict[tuple[str, str], set[str]] = defaultdict(set)
    ids: set[str] = set()
    everything = list(cards)
    for card in everything:
        answers[card.citation.source_id, card.prompt].add(card.answer)
    for card in everything:
        found[card.id] += _of_card(card, documents.get(card.citation.source_id))
        if len(answers[card.citation.source_id, card.prompt]) > 1:
            found[card.id].append(Fault.SEVERAL)
        if card.id in ids:
            found[card.id].append(Fault.TWICE)
        ids.add(card.id)
    return {name: tuple(dict.fromkeys(some)) for name, some in found.items() if some}


def _of_card(card: Card, document: Document | None) -> list[Fault]:
    if document is None:
        return [Fault.NO_SOURCE]
    found: list[Fault] = []
    span, quote = card.citation.span, card.citation.quote
    if span.end > len(document.text) or document.text[span.start : span.end] != quote:
        return [Fault.NOT_EXACT]
    if card.kind is CardKind.CLOZE:
        found += _of_cloze(card, document, span)
    if card.kind in (CardKind.CLOZE, CardKind.QUESTION) and given_away(card.answer, card.prompt):
        found.append(Fault.GIVEN_AWAY)
    if card.kind is not CardKind.WRITTEN and card.answer not in document.plain(span):
        found.append(Fault.ANSWER_NOT_CITED)
    if trivial(card.answer):
        found.append(Fault.TRIVIAL)
    return found


def _of_cloze(card: Card, document: Document, span: Span) -> list[Fault]:
    if card.prompt.count(BLANK) != 1:
        return [Fault.BLANKS]
    shown = shown_text(document, span)
    if card.prompt.replace(BLANK, card.answer) != shown or without_locators(shown) != shown:
        return [Fault.NOT_CUT]
    return []
