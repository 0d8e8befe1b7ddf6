"""What the items of an index are made of: its cards, their wrong answers, the passages for and against each.

Made once for each state of the index, and each part of it when it is first asked for. What is drawn into a quiz is
quiz.py's affair.
"""

from __future__ import annotations

import hashlib
import random
import re
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from app.study.card import Asked, Card, CardKind
from app.study.cards import deck
from app.study.item import Difficulty, Item, ItemKind, Option
from app.study.items import difficulty
from app.study.items.distractors import Distractors, Rival
from app.study.items.evidence import Evidence, Passage, Search
from app.study.items.figures import date_figure, number_figure
from app.study.items.known import Known
from app.study.items.sorts import content, may_be_one
from app.study.names.naming import Kinds
from app.support import Judge
from ingest.documents import Span
from vectorstore.words import words

if TYPE_CHECKING:
    from app.tutor import Tutor
    from vectorstore.search import Searcher

OPTIONS = 4  # of an item; FEWEST if no more can be had
FEWEST = 3
_SAID, _TERM = 4, 2  # words of a short answer at most, and of one that is no name or figure
_LIST = re.compile(r",(?! ?\d)|\band\b")
_LEVELS = tuple(Difficulty)


class Pool:
    """The items that can be made of an index as it is now."""

    def __init__(self, tutor: Tutor) -> None:
        searcher = tutor.searcher()
        conflicts = tutor.conflicts()
        places = [place for conflict in conflicts for place in conflict.places]
        self._disputed = {(place.source_id, place.span) for place in places}
        self.known = Known(searcher)
        kinds = Kinds((s.text for s in self.known.sentences), searcher.spelling.is_name)
        figures = [
            searcher.records[place.source_id].document.text[span.start : span.end]
            for place in places
            for span in place.figures
        ]
        self._distractors = Distractors(self.known, kinds, figures)
        self._evidence = Evidence(self.known)
        self.cards = tuple(card for card in deck(tutor) if _can_be_asked(card, self._disputed))
        self._rivals: dict[str, tuple[Rival, ...]] = {}
        self._searches: dict[str, Search | None] = {}
        self._right_too: dict[tuple[str, str], bool] = {}

    def item(self, card: Card, kind: ItemKind, level: Difficulty, chance: random.Random, tutor: Tutor) -> Item | None:
        """An item that asks for what a card does, as difficult as is wished or as may be; None if there is none."""
        if kind is ItemKind.SHORT:
            return self._short(card)
        if kind is ItemKind.CHOICE:
            return self._choice(card, level, chance, tutor)
        return self._look(card, level, chance, tutor)

    def rivals(self, card: Card, judge: Judge) -> tuple[Rival, ...]:
        """The wrong answers of a card, the nearest first."""
        if card.id not in self._rivals:
            self._rivals[card.id] = self._distractors.of(card, judge)
        return self._rivals[card.id]

    def search(self, card: Card, tutor: Tutor) -> Search | None:
        """The search for what a card cites."""
        if card.id not in self._searches:
            self._searches[card.id] = self._evidence.of(card, tutor.judge())
        return self._searches[card.id]

    def _short(self, card: Card) -> Item | None:
        said = content(card.answer)
        most = _TERM if card.asked is Asked.TERM else _SAID
        if not 1 <= len(words(card.answer)) <= most or _LIST.search(card.answer):
            return None
        if card.asked is Asked.DATE:
            rows = self.known.with_date(card.answer)
        elif card.asked is Asked.NUMBER:
            rows = self.known.with_number(card.answer)
        else:
            rows = self.known.with_name(said)
        level = difficulty.of_answer(card, len(rows))
        name = _item_id(card, ItemKind.SHORT, card.prompt, ())
        return Item(name, ItemKind.SHORT, card.asked, level, card.prompt, card.answer, card.citation)

    def _choice(self, card: Card, level: Difficulty, chance: random.Random, tutor: Tutor) -> Item | None:
        judge = tutor.judge()
        rivals = list(self.rivals(card, judge))
        while len(rivals) >= FEWEST - 1:
            taken = difficulty.pick(rivals, level, OPTIONS - 1, chance, _may_stand_together)
            if len(taken) < FEWEST - 1:
                return None
            right_too = self._also_right(card, taken, judge)
            if not right_too:
                right = Option(card.answer, card.citation)
                options = [right, *(Option(rival.text, rival.citation) for rival in taken)]
                degree = difficulty.of_options(ItemKind.CHOICE, taken)
                item = Item("", ItemKind.CHOICE, card.asked, degree, card.prompt, card.answer, card.citation)
                return _with_options(item, card, options, chance)
            rivals = [rival for rival in rivals if rival not in right_too]
        return None

    def _also_right(self, card: Card, rivals: Sequence[Rival], judge: Judge) -> list[Rival]:
        """Those of some wrong answers that make the cited sentence one which the sources bear out."""
        for rival in rivals:
            if (card.id, rival.text) not in self._right_too:
                self._right_too[card.id, rival.text] = self._distractors.right_too(card, rival, judge)
        return [rival for rival in rivals if self._right_too[card.id, rival.text]]

    def _look(self, card: Card, level: Difficulty, chance: random.Random, tutor: Tutor) -> Item | None:
        if (card.citation.source_id, card.citation.span) in self._disputed:
            return None
        search = self.search(card, tutor)
        if search is None:
            return None
        taken: list[Passage] = difficulty.pick(search.wrong, level, OPTIONS - 1, chance, lambda one, other: True)
        if not any(map(search.tempts, taken)):
            tempting = [passage for passage in search.wrong if search.tempts(passage)]
            taken = [*taken[: OPTIONS - 2], *tempting[:1]] if tempting else []
        if len(taken) < FEWEST - 1:
            return None
        options = [search.right, *(passage.option for passage in taken)]
        degree = difficulty.of_options(ItemKind.EVIDENCE, taken)
        item = Item("", ItemKind.EVIDENCE, search.asked, degree, search.prompt, search.answer, card.citation)
        return _with_options(item, card, options, chance)


def _can_be_asked(card: Card, disputed: set[tuple[str, Span]]) -> bool:
    figure = card.asked in (Asked.NUMBER, Asked.DATE)
    place = (card.citation.source_id, card.citation.span)
    return card.kind in (CardKind.CLOZE, CardKind.QUESTION) and not (figure and place in disputed)


def _may_stand_together(one: Rival, other: Rival) -> bool:
    """Whether two wrong answers are two: no figure twice, no name and a part of it."""
    figures = [date_figure(text) or number_figure(text) for text in (one.text, other.text)]
    if figures[0] and figures[1]:
        return figures[0].low != figures[1].low
    return not may_be_one(one.text, other.text)


def _with_options(item: Item, card: Card, options: list[Option], chance: random.Random) -> Item:
    """An item with options, the first of which is right, in order: figures ascend, others as chance has it."""
    right = options[0]
    chance.shuffle(options)
    if item.kind is ItemKind.CHOICE:
        figures = {option.text: date_figure(option.text) or number_figure(option.text) for option in options}
        values = {text: figure.low for text, figure in figures.items() if figure}
        if len(values) == len(options):
            options.sort(key=lambda option: values[option.text])
    name = _item_id(card, item.kind, item.prompt, options)
    return replace(item, id=name, options=tuple(options), right=options.index(right))


def _item_id(card: Card, kind: ItemKind, prompt: str, options: Sequence[Option]) -> str:
    """The same for the same question with the same options, in whatever order: 16 hexadecimal digits."""
    said = "\0".join([kind, card.id, prompt, *sorted(option.text for option in options)])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


_POOLS: WeakKeyDictionary[Searcher, Pool] = WeakKeyDictionary()
_LOCK = threading.Lock()


def pool_of(tutor: Tutor) -> Pool:
    """The pool of what is indexed now.

    Raises:
        IndexUnavailable: the index has been damaged or taken away.
    """
    searcher = tutor.searcher()
    with _LOCK:
        made = _POOLS.get(searcher)
        if made is None:
            made = _POOLS[searcher] = Pool(tutor)
        return made
