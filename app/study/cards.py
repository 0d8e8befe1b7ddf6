"""Cards made from indexed documents, without a model: sentences of the sources with one thing left out; and the deck.

Which sentences stand by themselves is in shown.py, what can be left out of one in cloze.py, which of that is worth
asking in choosing.py. When cards are shown is the schedule's affair.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from app.study.bank import bank_cards
from app.study.card import Asked, Card, CardKind, card_id
from app.study.choosing import Choice
from app.study.cloze import Gap, gaps
from app.study.names.naming import Kinds
from app.study.shown import shown_sentences, stands_alone
from ingest.documents import Span
from vectorstore.records import Record
from vectorstore.words import fold

if TYPE_CHECKING:
    from app.conflicts.values import Conflict
    from app.tutor import Tutor
    from vectorstore.search import Searcher


def make_cards(
    records: Mapping[str, Record], is_name: Callable[[str], bool], conflicts: Iterable[Conflict] = ()
) -> tuple[Card, ...]:
    """The cloze cards of some documents, in order of source and place.

    Args:
        records: the documents by their ids.
        is_name: tells of a folded word whether it is a name in the sources (Spelling.is_name).
        conflicts: statements of the documents that cannot both be true: of these no number or date is asked.
    """
    sentences = [shown for record in records.values() for shown in shown_sentences(record) if shown.text]
    kinds = Kinds((shown.text for shown in sentences), is_name)
    disputed = {(place.source_id, place.span) for conflict in conflicts for place in conflict.places}
    alone = (shown for shown in sentences if stands_alone(shown.text))
    found = (
        gap
        for shown in alone
        for gap in gaps(shown, kinds)
        if gap.asked not in (Asked.NUMBER, Asked.DATE) or (shown.document.id, shown.span) not in disputed
    )
    return tuple(map(_card, Choice(sentences).choose(found)))


def _card(gap: Gap) -> Card:
    name = card_id(CardKind.CLOZE, gap.shown.document.id, gap.prompt, gap.answer)
    return Card(name, CardKind.CLOZE, gap.asked, gap.prompt, gap.answer, gap.shown.citation)


_DECKS: WeakKeyDictionary[Searcher, tuple[Card, ...]] = WeakKeyDictionary()
_LOCK = threading.Lock()


def deck(tutor: Tutor) -> tuple[Card, ...]:
    """All cards of what is indexed now, in order of source and place; made once for each state of the index.

    Raises:
        IndexUnavailable: the index has been damaged or taken away.
    """
    searcher = tutor.searcher()
    with _LOCK:
        made = _DECKS.get(searcher)
        if made is None:
            clozes = make_cards(searcher.records, searcher.spelling.is_name, tutor.conflicts())
            made = _DECKS[searcher] = together(bank_cards(searcher.records), clozes)
        return made


def together(questions: Sequence[Card], clozes: Sequence[Card]) -> tuple[Card, ...]:
    """Question and cloze cards in order of source and place. What a question asks of a sentence, no cloze card asks."""
    asked = defaultdict(set)
    for card in questions:
        asked[_place(card)].add(fold(card.answer))
    kept = [card for card in clozes if not any(_same(card.answer, other) for other in asked[_place(card)])]
    return tuple(sorted([*questions, *kept], key=_place))


def _place(card: Card) -> tuple[str, Span]:
    return card.citation.source_id, card.citation.span


def _same(answer: str, other: str) -> bool:
    return fold(answer) in other or other in fold(answer)
