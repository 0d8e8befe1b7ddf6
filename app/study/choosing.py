"""Which gaps become cards: those with one right answer that are worth knowing, few of a sentence, none twice."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

from app.details import dates, numbers
from app.study.card import Asked
from app.study.cloze import Gap
from app.study.shown import Shown
from vectorstore.words import FUNCTION_WORDS, stem, terms, words

_PEOPLES = re.compile(r"(?:ans|s)$")
#: Behind a person's name: only what was written tells who it was.
_SOME_WORK = re.compile(r"[’']s? (?:book|monograph|article|essay|paper|study|thesis|dissertation|novel)\b(?:,? )?")
#: Before a place: where somebody happens to live now.
_NOW_IN = re.compile(r"\b(?:currently|presently|now) (?:\w+ )?in (?:the )?$")
_ABBREVIATED = re.compile(r"[”\"]? \(([A-ZÀ-Þ]{2,8})\)")
_PARTLY = re.compile(r"(?:mid|early|late)[- ]", re.IGNORECASE)
_FULL_NAME = re.compile(r"[A-ZÀ-Þ][\w.’'-]*(?: [A-ZÀ-Þ][\w.’'-]*)+")
_OF_SENTENCE = 3  # cards of one sentence, and
_OF_KIND = {Asked.NUMBER: 3}  # of one kind in it; 2 of any other
_OF_ANSWER = 4  # cards with one name for an answer
_EVERYWHERE = 3.5  # times that share: so common a name is never asked for
_TOPIC = 0.03  # the share of sentences from which a name is what the documents are about
_RIVAL = 0.6  # the weighted share of a prompt that another sentence has to hold to make another answer right
_COMMON = 400  # sentences with a word that names no sentence
_ALIKE = 0.6  # the share of the shorter one's words from which two prompts with one answer are one card
_WORTH = {Asked.NUMBER: 3.0, Asked.DATE: 2.8, Asked.PERSON: 2.9, Asked.NAME: 2.4, Asked.PLACE: 2.2, Asked.TERM: 2.6}


@dataclass(frozen=True, slots=True)
class _Known:
    """A sentence: its words' stems and all its words, folded."""

    place: tuple[str, int]
    stems: frozenset[str]
    words: frozenset[str]


class Choice:
    """Chooses among the gaps of some sentences.

    Args:
        sentences: all sentences of the documents, also those that make no card.
    """

    def __init__(self, sentences: Sequence[Shown]) -> None:
        self._sentences = sentences
        self._known = [
            _Known((s.document.id, s.span.start), frozenset(terms(s.text)), frozenset(words(s.text))) for s in sentences
        ]
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        self._count: Counter[str] = Counter()
        for row, known in enumerate(self._known):
            for term in known.stems:
                self._by_stem[term].append(row)
            self._count.update(known.words)
        self._texts: dict[str, int] = {}
        for row, sentence in enumerate(sentences):
            self._texts.setdefault(sentence.text, row)
        self._row = {known.place: row for row, known in enumerate(self._known)}

    def choose(self, gaps: Iterable[Gap]) -> list[Gap]:
        """The gaps to ask for, in their order."""
        kept: list[Gap] = []
        by_answer: dict[str, list[frozenset[str]]] = defaultdict(list)
        by_sentence: dict[tuple[str, int], list[Gap]] = defaultdict(list)
        for gap in gaps:
            if self._fits(gap):
                by_sentence[_place(gap)].append(gap)
        for all_of in by_sentence.values():
            chosen: list[Gap] = []
            for gap in sorted(all_of, key=self._worth, reverse=True):
                stems = frozenset(terms(gap.rest))
                answer = " ".join(words(gap.answer))
                twice = any(len(stems & other) >= _ALIKE * min(len(stems), len(other)) for other in by_answer[answer])
                of_kind = sum(other.asked is gap.asked for other in chosen)
                if (
                    twice
                    or of_kind >= _OF_KIND.get(gap.asked, 2)
                    or len(by_answer[answer]) >= _OF_ANSWER
                    or len(chosen) >= _OF_SENTENCE
                ):
                    continue
                chosen.append(gap)
                by_answer[answer].append(stems)
            kept += sorted(chosen, key=lambda gap: gap.span)
        return kept

    def _fits(self, gap: Gap) -> bool:
        row = self._row[_place(gap)]
        if self._texts[gap.shown.text] != row:
            return False  # the same sentence elsewhere
        return self._worth_knowing(gap) and not _is_aside(gap) and not self.rivals(gap)

    def _worth_knowing(self, gap: Gap) -> bool:
        """Whether the answer is not what every other sentence is about, or the prompt says when or how many."""
        if gap.asked is Asked.NUMBER:
            return True
        content = [word for word in words(gap.answer) if word not in FUNCTION_WORDS]
        most = max(4.0, _TOPIC * len(self._known))
        if gap.asked is Asked.NAME and _PEOPLES.search(gap.answer):
            most = _TOPIC * len(self._known)
            return all(self._count[word] <= max(4.0, most) for word in content)
        rare = any(self._count[word] <= most for word in content)
        known = all(self._count[word] <= _EVERYWHERE * most for word in content)
        named = gap.asked in (Asked.PLACE, Asked.PERSON, Asked.NAME)
        return rare or (named and known and _says_when_or_many(gap.rest))

    def _worth(self, gap: Gap) -> float:
        rare = max((self._idf(stem(word)) for word in words(gap.answer) if word not in FUNCTION_WORDS), default=0.0)
        return _WORTH[gap.asked] + 0.2 * rare

    def _idf(self, term: str) -> float:
        return log((len(self._known) + 1) / (len(self._by_stem.get(term, ())) + 0.5))

    def rivals(self, gap: Gap) -> list[int]:
        """Other sentences that say nearly what the prompt says, of another answer."""
        here = self._row[_place(gap)]
        answer = frozenset(word for word in words(gap.answer) if word not in FUNCTION_WORDS)
        near = [
            row
            for row, share in self.shares(gap.rest).items()
            if row != here and share >= _RIVAL and not answer <= self._known[row].words
        ]
        return [row for row in near if _answers_too(self._sentences[row].text, gap)]

    def shares(self, text: str) -> dict[int, float]:
        """The sentences that have words of a text, by their index, with their share of these, 0..1, telling ones
        counting more. A word that very many have does not name them."""
        weights = {term: self._idf(term) for term in frozenset(terms(text))}
        whole = sum(weights.values()) or 1.0
        held: dict[int, float] = defaultdict(float)
        for term, weight in weights.items():
            for row in self._by_stem[term] if len(self._by_stem[term]) <= _COMMON else ():
                held[row] += weight / whole
        return held


def _is_aside(gap: Gap) -> bool:
    """Whether a gap asks for what is beside the matter: who wrote the document, whose book it was without its title,
    where somebody lives now, when an extract was dated; or for what nothing settles ("by mid-1937") or what brackets
    give away."""
    text, span = gap.shown.text, gap.span
    if any(name in text for name in _FULL_NAME.findall(gap.shown.document.source.author)):
        return True
    short = _ABBREVIATED.match(text, span.end)
    if short and short[1] == "".join(re.findall(r"\b[A-ZÀ-Þ]", gap.answer)):
        return True
    if gap.asked is Asked.DATE:
        before = text[: span.start].lower()
        return before == "dated " or bool(before.endswith("by ") and _PARTLY.match(gap.answer))
    if gap.asked is Asked.PLACE:
        return bool(_NOW_IN.search(text[: span.start]))
    if gap.asked is not Asked.PERSON or not (work := _SOME_WORK.match(text, span.end)):
        return False
    titles = ("“", '"', *(inner for _, inner in gap.shown.marked))
    return not any(text.startswith(title, work.end()) for title in titles)


def _answers_too(text: str, gap: Gap) -> bool:
    """Whether a sentence has something of the kind that a gap asks for."""
    if gap.asked is Asked.NUMBER:
        behind = {stem(word) for word in words(gap.shown.text[gap.span.end :])[:4]}
        return any(behind.intersection(number.counted) for number in numbers(text))
    return gap.asked is not Asked.DATE or bool(dates(text))


def _says_when_or_many(text: str) -> bool:
    """Whether a text has a number of something, or a date that is no bare year."""
    return any(date.day or date.month or date.decade for date in dates(text)) or any(
        number.counted and number.value > 9 for number in numbers(text)
    )


def _place(gap: Gap) -> tuple[str, int]:
    return gap.shown.document.id, gap.shown.span.start
