"""Items that ask for evidence: which of some passages answers a question, or bears a statement out?

The passage is a window of one to three sentences of a source. Who puts a quiz together is quiz.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.study.card import Asked, Card, CardKind
from app.study.item import Option
from app.study.shown import citation_of
from ingest.documents import Span

if TYPE_CHECKING:
    from vectorstore.search import Hit, Searcher

_WORDS = 90  # of a passage to choose
_SHORTEST = 25  # words that a passage has if there are more sentences around


def asks_for_evidence(card: Card) -> bool:
    """Whether a card's prompt can be asked for its evidence."""
    return card.kind is CardKind.QUESTION and card.asked is not Asked.STATEMENT


def passages(card: Card, searcher: Searcher) -> tuple[Option, ...]:
    """The passage that answers the question of a card, and then those that come near but do not."""
    right = searcher.hit(card.citation.source_id, card.citation.span)
    if right is None:
        return ()
    found = [Option(*_window(right, card.citation.span))]
    for hit in searcher.search(card.prompt, k=12).hits:
        if hit.passage.id == right.passage.id or not hit.passage.sentences:
            continue
        if card.answer.casefold() in hit.plain.casefold():
            continue
        found.append(Option(*_window(hit, hit.passage.sentences[0])))
    return tuple(found)


def _window(hit: Hit, span: Span):  # type: ignore[no-untyped-def]
    sentences = hit.passage.sentences
    at = next((n for n, one in enumerate(sentences) if one.overlaps(span)), 0)
    first = last = at
    while len(hit.document.plain(Span(sentences[first].start, sentences[last].end)).split()) < _SHORTEST:
        if last + 1 < len(sentences):
            last += 1
        elif first:
            first -= 1
        else:
            break
    whole = Span(sentences[first].start, sentences[last].end)
    return hit.document.plain(whole), citation_of(hit.document, hit.passage.section, whole)
