"""Passages to choose among: which one answers a question, or bears a statement out?

What is asked is a question of the bank, or is made of a cited sentence in another form than it has there: a part of it,
a question about it, or its beginning put last. A passage is a window of one to three sentences. The wrong ones are
nearest in meaning and words, but the check of claims (support.py) says of none that it bears the sentence out, and none
has the answer in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from app.answer import Citation
from app.check.parts import Speaker, parts
from app.clauses import ENDS, lowered, read, tidy
from app.details import dates, numbers
from app.proposing import questions
from app.spelt import spelt
from app.study.card import Asked, Card, CardKind
from app.study.item import Option
from app.study.items.known import Known
from app.study.items.sorts import content
from app.study.shown import PROSE, shown_text, stands_alone
from app.support import Cosines, Judge, Support, Told, looks_back
from ingest.documents import Span
from vectorstore.words import leans_back, words

_SHORTEST, _LONGEST = 25, 90  # words of a passage
_ALIKE = 1.6  # times that passages differ in length at most
_SAYS = 0.72  # the cosine of two sentences from which the one may say what the other does
_COVERS = 0.45  # the share of a statement's words from which a sentence may say it
_TRIED = 80  # sentences, the nearest, around which passages are cut
_MOST = 10  # wrong passages of a card
_TEMPTING = 0.42  # how near a passage comes to a statement, from which one has to read it
_STATED = 7  # words of a statement, and
_LEFT_OUT = 4  # of the sentence, that a part of it leaves out
_TURNED = 25  # of one that is the whole sentence with its beginning put last


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage to choose, and how near it comes to the right one, 0..1."""

    option: Option
    near: float


@dataclass(frozen=True, slots=True)
class Search:
    """What evidence is looked for, the passage that has it, and others that have not, the nearest first. `answer` is
    that of the question, or the cited sentence as it is shown."""

    prompt: str
    asked: Asked
    answer: str
    right: Option
    wrong: tuple[Passage, ...]

    def tempts(self, passage: Passage) -> bool:
        """Whether a wrong passage may be taken for the right one: it has something of the kind that is asked for; for a
        statement, much of its words or meaning."""
        if self.asked is Asked.STATEMENT:
            return passage.near >= _TEMPTING
        if self.asked is Asked.NUMBER:
            return any(not 1000 <= number.value < 2100 for number in numbers(passage.option.text))
        return self.asked is not Asked.DATE or bool(dates(passage.option.text))


class Evidence:
    """Makes searches for evidence.

    Args:
        known: all sentences.
    """

    def __init__(self, known: Known) -> None:
        self._known = known

    def of(self, card: Card, judge: Judge) -> Search | None:
        """The search for what a card cites; None where nothing can be asked, or it has no readable passage. `judge`
        says of a passage whether it bears a sentence out."""
        row = self._known.row(card.citation.source_id, card.citation.span)
        if row < 0 or self._known.sentences[row].passage.kind not in PROSE:
            return None
        asked = _asked(card, self._known.sentences[row].text, judge.is_name)
        right = self._window(row, _SHORTEST)
        if asked is None or right is None:
            return None
        prompt, kind, answer = asked
        wrong = tuple(self._wrong(card, prompt, row, right, judge))
        return Search(prompt, kind, answer, self._option(right), wrong)

    def _wrong(self, card: Card, prompt: str, row: int, right: range, judge: Judge) -> Iterator[Passage]:
        """The passages that do not bear a card out, the nearest first."""
        alike, told = self._known.vectors @ self._known.vectors[row], self._known.shares(prompt)
        best = max(told.get(one, 0.0) for one in right) or 1.0
        near = {r: 0.5 * float(cosine) + 0.5 * told.get(r, 0.0) / best for r, cosine in enumerate(alike)}
        size = self._size(right)
        found: list[Passage] = []
        taken = [right]
        for one in sorted(near, key=lambda r: -near[r])[:_TRIED]:
            window = self._window(one, size)
            if window is None or any(set(window) & set(other) for other in taken):
                continue
            if not size / _ALIKE <= self._size(window) <= size * _ALIKE or self._may_say(card, row, window, told):
                continue
            if self._bears_out(row, window, alike, judge):
                continue
            taken.append(window)
            found.append(Passage(self._option(window), min(1.0, max(0.0, near[one]))))
            if len(found) == _MOST:
                break
        yield from found

    def _may_say(self, card: Card, row: int, window: range, told: Mapping[int, float]) -> bool:
        """Whether a passage may answer the question of a card, or have a sentence that says what the cited one does.
        `told` is each sentence's share of the prompt."""
        alike = self._known.vectors[list(window)] @ self._known.vectors[row]
        if float(alike.max()) >= _SAYS:
            return True
        if card.kind is CardKind.QUESTION:
            return self._answers(card, list(window))
        return self._known.best(window, told) >= _COVERS

    def _bears_out(self, row: int, window: range, alike: Cosines, judge: Judge) -> bool:
        """Whether the check of claims says that a passage bears the cited sentence out."""
        sentences = self._known.sentences
        told = Told(tuple(sentences[one].text for one in window), sentences[window[0]].passage.section, frozenset({0}))
        return judge.judge(sentences[row].text, told, alike[list(window)]).outcome is Support.SUPPORTED

    def _answers(self, card: Card, rows: list[int]) -> bool:
        if card.asked is Asked.NUMBER:
            return bool(self._known.with_number(card.answer).intersection(rows))
        if card.asked is Asked.DATE:
            return bool(self._known.with_date(card.answer).intersection(rows))
        there = spelt(" ".join(self._known.sentences[one].text for one in rows))
        return all(word in there for word in content(card.answer))

    def _window(self, row: int, least: int) -> range | None:
        """The sentences around one that make a readable passage of so many words or a few more; None if none do."""
        first = last = row
        if leans_back(self._known.sentences[row].text) and self._joins(row - 1, row):
            first -= 1
        while self._size(range(first, last + 1)) < least * 0.8:
            if self._joins(last, last + 1) and self._size(range(first, last + 2)) <= _LONGEST:
                last += 1
            elif self._joins(first - 1, first) and self._size(range(first - 1, last + 1)) <= _LONGEST:
                first -= 1
            else:
                break
        found = range(first, last + 1)
        kinds = {self._known.sentences[one].passage.kind for one in found}
        readable = kinds <= PROSE and len(found) <= 3 and not re.match(r"\d+\.\s", self._known.sentences[first].text)
        return found if readable and self._size(found) <= _LONGEST else None

    def _joins(self, one: int, other: int) -> bool:
        """Whether two rows are neighbours in one passage."""
        sentences = self._known.sentences
        return 0 <= one < other < len(sentences) and sentences[one].passage.id == sentences[other].passage.id

    def _size(self, window: range) -> int:
        return sum(len(self._known.sentences[one].text.split()) for one in window)

    def _option(self, window: range) -> Option:
        first, last = self._known.sentences[window[0]], self._known.sentences[window[-1]]
        span = Span(first.span.start, last.span.end)
        return Option(shown_text(first.document, span), Citation.of(first.document, first.passage.section, span))


def _asked(card: Card, text: str, is_name: Callable[[str], bool]) -> tuple[str, Asked, str] | None:
    """What is asked of a cited sentence: the prompt, its kind, and the answer."""
    if card.kind is CardKind.QUESTION:
        return card.prompt, card.asked, card.answer
    if _HANGS.search(text):
        return None
    for make in (_part, lambda one: _question(one, is_name), _clause, _turned):
        if prompt := make(text):
            return prompt, Asked.STATEMENT, text
    return None


#: Questions that more than one passage may answer.
_VAGUE = re.compile(r"What do the sources say|\bthe [a-z]+\?$|^Who (?:is|was) [A-Z]")
#: Sentences of which a part says something else than the whole.
_HANGS = re.compile(r"\b[Tt]he (?:more|less|sooner) [^,]+, the\b|\bfollowing\b[^.]*:|\b(?:only|not) [^.]*\bbut\b")


def _question(text: str, is_name: Callable[[str], bool]) -> str:
    """A question that a sentence answers, "" if there is none that one passage alone answers."""
    return next((one for one in questions(text, is_name) if not _VAGUE.search(one)), "")


_ODD = re.compile(r"[“”\"]|\bhowever\b")


def _is_whole(said: str) -> bool:
    """Whether a part of a sentence is understood by itself."""
    return stands_alone(said) and not looks_back(said) and not _ODD.search(said)


def _part(text: str) -> str:
    """The longest part of a sentence that says something by itself; "" if there is none."""
    found = [part.statement for part in parts(tidy(text), Speaker())]
    alone = [one for one in found if len(one.split()) >= _STATED and _is_whole(one)]
    return max(alone, key=len, default="") if len(found) > 1 else ""


def _clause(text: str) -> str:
    """The beginning of a sentence up to where another clause begins; "" if that is not certain to be whole."""
    whole = tidy(text)
    for end in ENDS.finditer(whole):
        said = f"{whole[: end.start()].rstrip(' ,')}."
        left = len(whole.split()) - len(said.split())
        if left < _LEFT_OUT or len(said.split()) < _STATED or re.match(r",? ?[A-Z\d]", whole[end.start() :]):
            continue  # "in Lebanon, New Hampshire"
        if read(said) and _is_whole(said):
            return said
    return ""


def _turned(text: str) -> str:
    """A sentence with its beginning put last: "In 1934, Ann left." -> "Ann left in 1934." """
    clause = read(tidy(text))
    if clause is None or len(clause.lead) != 1 or re.search(r"[;:–—“”]", clause.rest):
        return ""
    turned = f"{clause.subject} {clause.verb} {clause.rest} {lowered(clause.lead[0])}."
    return f"{turned[0].upper()}{turned[1:]}" if _STATED <= len(words(turned)) <= _TURNED else ""
