"""Everything in the sources that may be a wrong answer: names, terms, numbers and dates, each with its sort.

An answer and its wrong ones are of one sort and stand behind the same article. Which of them is wrong beyond doubt is
for distractors.py to say.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.study.card import BLANK, Asked, Card, CardKind
from app.study.cloze import values
from app.study.items.figures import Figure, Stand, date_figure, number_figure, stand
from app.study.items.known import Known
from app.study.items.sorts import TOWN, sort_of
from app.study.names.naming import Kinds, Named
from app.study.names.words import ROLES
from app.study.shown import PROSE, Shown
from ingest.documents import MarkKind, Span
from vectorstore.words import fold

_NAMED = frozenset({Asked.PERSON, Asked.PLACE, Asked.NAME})
_SURE = 2.0  # what more speaks for a person than for anything else, from which there is no doubt
_FIGURES = {Asked.NUMBER: number_figure, Asked.DATE: date_figure}
_ARTICLE = re.compile(r"\b(the|an?|to)\s(?:[“\"‘']|(?:[a-z]+ern)\s)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that a sentence names: its words there, the number of the sentence (known.py), its sort, the article or
    "to" before it ("" if there is neither), and its value if it is a figure. `entity` is the number of what is named,
    -1 of what has none; `sure` whether it is of its kind beyond doubt."""

    text: str
    asked: Asked
    row: int
    sort: str
    article: str
    figure: Figure | None = None
    entity: int = -1
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Asking:
    """What a card asks for, and how it stands in its sentence, `text`: `at` is where; `stand` is of a figure."""

    card: Card
    right: Candidate
    text: str
    at: Span
    stand: Stand


class Candidates:
    """All candidates of the sources.

    Args:
        known: the sentences.
        kinds: of their names.
    """

    def __init__(self, known: Known, kinds: Kinds) -> None:
        self._known = known
        self._kinds = kinds
        self._found: dict[tuple[Asked, str], list[Candidate]] = defaultdict(list)
        self._named: dict[int, list[Candidate]] = defaultdict(list)  # by the sentence
        seen: set[tuple[str, str, str, int]] = set()
        named = list(self._names())
        towns = {one.entity for one in named if one.sort == TOWN and self._is_place(one)}
        named = [one for one in named if one.sort != TOWN or one.entity in towns]
        for one in (*self._figures_and_terms(), *named):
            if one.entity >= 0:
                self._named[one.row].append(one)
            key = (fold(one.text), one.sort, one.article, one.entity)
            if one.sort and one.sure and key not in seen and known.sentences[one.row].passage.kind in PROSE:
                seen.add(key)
                self._found[one.asked, one.sort].append(one)

    def names(self, row: int) -> list[str]:
        """The names in a sentence."""
        return [phrase.text for phrase in self._kinds.phrases(self._known.sentences[row].text)]

    def like(self, asking: Asking) -> list[Candidate]:
        """The candidates of the sort that a card asks for, itself among them; behind the same article where the card
        shows it."""
        right = asking.right
        found = self._found[right.asked, right.sort]
        if right.asked is Asked.TERM or (asking.card.kind is CardKind.CLOZE and right.figure is None):
            return [one for one in found if one.article == right.article]
        return found

    def asking(self, card: Card) -> Asking | None:
        """What a card asks for; None where that cannot be told, or is of no sort."""
        row = self._known.row(card.citation.source_id, card.citation.span)
        if row < 0:
            return None
        shown = self._known.sentences[row]
        before = card.prompt.partition(BLANK)[0] if card.kind is CardKind.CLOZE else None
        start = len(before) if before is not None else _place(shown.text, card.answer)
        if shown.text[start : start + len(card.answer)] != card.answer or start < 0:
            return None
        at = Span(start, start + len(card.answer))
        right = self._right(card, shown, row, at)
        if right is None or not right.sort or not (right.sure or card.kind is CardKind.QUESTION):
            return None
        return Asking(card, right, shown.text, at, stand(shown.text, at) if right.figure else Stand())

    def _right(self, card: Card, shown: Shown, row: int, at: Span) -> Candidate | None:
        if card.asked in _FIGURES or card.asked is Asked.TERM:
            return self._candidate(card.asked, shown, row, at)
        if card.asked is Asked.NAME and _is_title(shown, card.answer):
            return Candidate(card.answer, Asked.NAME, row, "title", "")
        for one in self._named[row]:
            if one.text == card.answer and one.asked is card.asked:
                exact = self._candidate(card.asked, shown, row, at)
                return replace(exact, entity=one.entity, sure=one.sure) if _is_whole(shown.text, at) else None
        return None

    def _candidate(self, asked: Asked, shown: Shown, row: int, at: Span) -> Candidate:
        text = shown.text[at.start : at.end]
        article = _ARTICLE.search(shown.text[: at.start])
        if asked in _FIGURES:
            figure = _FIGURES[asked](text)
            return Candidate(text, asked, row, figure.shape if figure else "", "", figure)
        sort = sort_of(text, asked, shown.text[at.end :])
        if sort == TOWN and (article or text.isupper()):
            sort = ""  # "the Temple", "AD": no town
        return Candidate(text, asked, row, sort, article[1].lower() if article else "")

    def _figures_and_terms(self) -> Iterator[Candidate]:
        for row, shown in enumerate(self._known.sentences):
            for gap in values(shown):
                if gap.asked is Asked.NAME:
                    if _is_title(shown, gap.answer):
                        yield Candidate(gap.answer, Asked.NAME, row, "title", "")
                else:
                    yield self._candidate(gap.asked, shown, row, gap.span)

    def _is_place(self, one: Candidate) -> bool:
        """Whether something is said to be in it, or it stands in a row of such."""
        text = self._known.sentences[one.row].text
        start = max(0, _place(text, one.text))
        return bool(_LOCATING.search(text[:start])) and not re.match(r"['’]", text[start + len(one.text) :])

    def _names(self) -> Iterator[Candidate]:
        numbers: dict[Named, int] = {}
        for row, shown in enumerate(self._known.sentences):
            for phrase in self._kinds.phrases(shown.text):
                kind, named = self._kinds.of(phrase), self._kinds.named(phrase)
                if kind is not None and named is not None and _is_whole(shown.text, phrase.span):
                    one = self._candidate(kind, shown, row, phrase.span)
                    sure = named.margin >= (_SURE if kind is Asked.PERSON else _SURE / 2)
                    yield replace(one, entity=numbers.setdefault(named, len(numbers)), sure=sure)


_LONGER_BEFORE = re.compile(r"(?:[’']s?|\b(?:[Kk]ing|[Qq]ueen|[Dd]uke) of) [“\"]?$|[A-Z][\w’'-]* $|-$")
_TITLE = re.compile(rf"\b(?:{'|'.join(map(str.title, ROLES))})\.? $")
_LONGER_BEHIND = re.compile(
    r" (?!(?:[A-Z]\w+ )*(?:and|or)\b)[A-Z]|[-/]\w| of (?:the )?[A-Z]| and [A-Z]\w+ [A-Z]|, [A-Z]\w+(?: [A-Z]\w+)? [a-z]"
)


def _is_whole(text: str, at: Span) -> bool:
    """Whether a name stands by itself: no part of a longer one, of a title, or of what belongs to somebody."""
    before = text[: at.start]
    first = re.search(r"(?:^|[.!?] )[“\"]?[A-Z][\w’'-]* $", before)  # "Dated May ...", "In Rome"
    cut = _LONGER_BEFORE.search(before) and not _TITLE.search(before) and not first
    return not cut and not _LONGER_BEHIND.match(text[at.end :])


_LOCATING = re.compile(
    r"\b(?:in|at|near|around|cit(?:y|ies) of|towns? of|capital,?)(?: the)? (?:[A-Z][\w’'-]*,? (?:and |or )?){0,8}$"
)


def _place(text: str, part: str) -> int:
    """Where a part of a text stands as whole words, -1 if nowhere."""
    match = re.search(rf"(?<!\w){re.escape(part)}(?![\w-])", text)
    return match.start() if match else -1


def _is_title(shown: Shown, text: str) -> bool:
    """Whether a text is the title of a work in its sentence: set off, of several words, most of them capitalised."""
    marks = (mark for mark in shown.document.marks if shown.span.contains(mark.outer))
    words = text.split()
    return (
        2 <= len(words) <= 10
        and sum(word[0].isupper() for word in words) * 2 >= len(words)
        and any(mark.kind is MarkKind.EMPHASIS and shown.document.plain(mark.inner) == text for mark in marks)
    )
