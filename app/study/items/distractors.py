"""Wrong answers for a card, drawn from the same sources: of the same sort, and none that is also right.

In doubt one is left out. It is if it may mean the right answer or a part of it (sorts.py, figures.py), stands beside it
in the cited sentence, is one of the figures that the sources disagree about, or stands in a sentence that has much of
the prompt's words or is much like the cited one: that sentence may make it right. Whether the check of claims
(support.py) says so too is asked of the few that are taken when a quiz is drawn (`right_too`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.answer import Citation
from app.spelt import spelt
from app.study.card import BLANK, Asked, Card, CardKind
from app.study.items.candidates import Asking, Candidate, Candidates
from app.study.items.figures import excludes
from app.study.items.known import Known
from app.study.items.sorts import content, may_be_one
from app.study.names.naming import Kinds
from app.support import Judge, Support, Told
from vectorstore.words import fold

#: From what share of a prompt's words, and from what cosine to the cited sentence, a sentence may make another answer
#: right: a number elsewhere counts something else, as a rule.
_TOLD = {Asked.NUMBER: 0.35}
_LIKE = {Asked.NUMBER: 0.7}
_OTHERS = (0.28, 0.62)
_READ = 3  # sentences, the likest, whose passages are read for a claim
_MEANT = frozenset({Asked.PLACE, Asked.NAME, Asked.TERM})  # of which the words say what they are
_MEANING = 0.4  # what that weighs
_LIKELY = 0.4  # how near a land, a name or a term comes at least, to be believed in the place of another
_LENGTH = 2.0  # times that options differ in length at most


@dataclass(frozen=True, slots=True)
class Rival:
    """A wrong answer: its words, where they stand in the sources, how near it comes, 0..1, and the sentences that name
    it (known.py)."""

    text: str
    citation: Citation
    near: float
    rows: tuple[int, ...] = ()


class Distractors:
    """Draws wrong answers.

    Args:
        known: all sentences.
        kinds: of their names.
        disputed: the figures that the sources disagree about, as they stand there.
    """

    def __init__(self, known: Known, kinds: Kinds, disputed: Iterable[str] = ()) -> None:
        self._known = known
        self._candidates = Candidates(known, kinds)
        self._disputed = frozenset(map(fold, disputed))

    def of(self, card: Card, judge: Judge) -> tuple[Rival, ...]:
        """The wrong answers of a card, the nearest first; `judge` says how like names are in meaning."""
        asking = self._candidates.asking(card)
        if asking is None or _one_sided(asking):
            return ()
        told = self._known.shares(card.prompt.replace(BLANK, " "))
        alike = self._known.vectors @ self._known.vectors[asking.right.row]
        there = spelt(f"{card.prompt} {asking.text}")
        beside = self._candidates.names(asking.right.row) if asking.right.figure is None else []
        found: dict[str, Rival] = {}
        for one in self._candidates.like(asking):
            if not self._differs(asking, one) or any(word in there for word in content(one.text)):
                continue
            if any(may_be_one(one.text, name) for name in beside):
                continue
            rows = self._rows(one)
            share, cosine = self._known.best(rows, told), max((float(alike[row]) for row in rows), default=0.0)
            share, cosine = share / _TOLD.get(card.asked, _OTHERS[0]), cosine / _LIKE.get(card.asked, _OTHERS[1])
            if share < 1 and cosine < 1:
                near, place = self._near(asking, one, share, cosine), self._known.sentences[one.row].citation
                rival = Rival(one.text, place, near, tuple(sorted(rows, key=lambda row: (-float(alike[row]), row))))
                if fold(one.text) not in found or found[fold(one.text)].near < rival.near:
                    found[fold(one.text)] = rival
        kept = list(found.values())
        if card.asked in _MEANT and kept:
            cosines = judge.cosines(card.answer, [rival.text for rival in kept])
            kept = [_weighed(rival, float(cosine)) for rival, cosine in zip(kept, cosines, strict=True)]
            likely = asking.right.sort == "country" or card.asked is not Asked.PLACE
            kept = [rival for rival in kept if not likely or rival.near >= _LIKELY]
        return tuple(sorted(kept, key=lambda rival: (-rival.near, rival.text)))

    def right_too(self, card: Card, rival: Rival, judge: Judge) -> bool:
        """Whether the cited sentence, with a wrong answer in the place of the right one, is borne out by a passage that
        names the wrong one."""
        here = self._known.row(card.citation.source_id, card.citation.span)
        claim = _with(card, self._known.sentences[here].text, rival.text)
        alike = self._known.vectors @ self._known.vectors[here]  # the claim differs from it by a detail only
        for rows in dict.fromkeys(self._known.around(row) for row in rival.rows[:_READ]):
            sentences = tuple(self._known.sentences[row].text for row in rows)
            told = Told(sentences, self._known.sentences[rows[0]].passage.section, frozenset({0}))
            finding = judge.judge(claim, told, alike[list(rows)])
            if finding.outcome is Support.SUPPORTED and {rows[n] for n in finding.region} & set(rival.rows):
                return True
        return False

    def _differs(self, asking: Asking, one: Candidate) -> bool:
        """Whether a candidate is something else than what is asked for, and looks no more or less like an answer."""
        right = asking.right
        if right.figure and one.figure:
            return excludes(right.figure, one.figure, asking.stand) and fold(one.text) not in self._disputed
        longer, shorter = (size(len(right.text), len(one.text)) for size in (max, min))
        return (
            (one.entity != right.entity or one.entity < 0)
            and longer <= _LENGTH * shorter + 4
            and not may_be_one(right.text, one.text)
        )

    def _rows(self, one: Candidate) -> frozenset[int]:
        """The sentences that name a candidate."""
        if one.asked is Asked.DATE:
            return self._known.with_date(one.text)
        if one.asked is Asked.NUMBER:
            return self._known.with_number(one.text)
        if one.asked is Asked.PERSON:
            return self._known.with_name(content(one.text)[-1:])
        return self._known.with_name(content(one.text))

    def _near(self, asking: Asking, one: Candidate, share: float, cosine: float) -> float:
        """How near a wrong answer comes: in value, by the section that it is of, and by what is told with it."""
        mine, other = asking.card.citation, self._known.sentences[one.row]
        place = 0.5 * (mine.source_id == other.document.id) + 0.5 * (mine.section == other.passage.section)
        told = 0.5 * share + 0.5 * max(0.0, cosine)
        if asking.right.figure and one.figure:
            return 0.5 * asking.right.figure.near(one.figure) + 0.25 * place + 0.25 * told
        return 0.4 * place + 0.6 * told


def _weighed(rival: Rival, cosine: float) -> Rival:
    """A wrong answer with what it has in common with the right one by its meaning: two republics, two towns."""
    return replace(rival, near=(1 - _MEANING) * rival.near + _MEANING * min(1.0, max(0.0, cosine)))


def _one_sided(asking: Asking) -> bool:
    """Whether all wrong answers would lie on one side of the right one, which a reader of the prompt may tell."""
    return asking.stand.follows is not None and asking.card.kind is CardKind.CLOZE


def _with(card: Card, text: str, answer: str) -> str:
    """The cited sentence, `text` as it is shown, with another answer in the place of the right one."""
    if card.kind is CardKind.CLOZE:
        return card.prompt.replace(BLANK, answer)
    return text.replace(card.answer, answer, 1)
