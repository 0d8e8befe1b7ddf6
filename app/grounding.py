"""A written sentence and the numbers it cites become a Sentence that stands on exact words, or is marked.

The passages that it cites are asked first (support.py). If none of them bears it out, all the others are: where one
does, the citation is pointed there. What no passage bears out is marked, not hidden. A citation is never a whole
passage: it is the sentence of it that the written one is nearest to, with those that it was read together with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.answer import Citation, Sentence
from app.citing import Cited
from app.comparing import Missing
from app.details import Detail, dates, numbers
from app.support import Finding, Judge, Support, Told
from ingest.documents import Span
from vectorstore.search import Hit

_FEW, _SHORT = 12, 9
_ASKS = re.compile(
    r"(?:(?:and|but|so|then|now),?\s+)?(?:(?:in|on|at|to|for|from|by|with|of|about)\s+)?(?:who|whom|whose|what|which|when"
    r"|where|why|how|is|are|was|were|do|does|did|has|have|had|can|could|would|will|should|might)\b",
    re.IGNORECASE,
)
_TAG = re.compile(
    r",\s*(?:right|no|yes|correct|(?:is|are|was|were|do|does|did|has|have|had)(?:n['’]t)?\s+\w+)\?\Z", re.I
)
#: How much less like the sentence a passage that it does not cite may be than the likest one. Where the likest has
#: another number or denies it, one that merely speaks of the same things does not bear it out.
_AS_NEAR = 0.05
_MOST_CITED = 3  # citations that one sentence shows


Search = Callable[[str], Sequence[Hit]]


@dataclass(frozen=True, slots=True)
class Grounded:
    """The outcome for one sentence: None if it claims nothing; the places that it stands on, best first; whether
    these are in other passages than it cited; what they lack, if it is there in part; and, if none bears it out, how
    like it the likest passage is, 0..2."""

    outcome: Support | None
    places: tuple[tuple[Hit, Span], ...] = ()
    repointed: bool = False
    missing: tuple[Missing, ...] = ()
    likeness: float = 0.0


def ground(cited: Cited, passages: Sequence[Hit], judge: Judge, search: Search | None = None) -> Grounded:
    """Where a written sentence stands in the sources.

    Args:
        cited: its numbers are those of the passages, the first being 1.
        passages: those that the model was given.
        search: finds further ones for what none of these bears out, so that "not found" is said of all sources.
    """
    named = [passages[n - 1] for n in cited.numbers]
    if asks(cited.text):
        return _question(cited.text, named, passages, judge)
    if _claims_nothing(cited, judge):
        return Grounded(None)
    found = _ground(cited, named, passages, judge)
    if found.outcome is Support.SUPPORTED or search is None:
        return found
    further = [hit for hit in search(cited.text) if all(hit.passage is not given.passage for given in passages)]
    tries = [(hit, judge.judge(cited.text, Told.by([hit]))) for hit in further]
    likest = [one for one in _supporting(tries) if _likeness(one[1]) >= found.likeness - _AS_NEAR]
    return Grounded(Support.SUPPORTED, _places(likest[:1]), repointed=bool(named)) if likest else found


def _ground(cited: Cited, named: Sequence[Hit], passages: Sequence[Hit], judge: Judge) -> Grounded:
    """Where it stands in the passages that the model was given."""
    rest = [hit for hit in passages if hit not in named]
    tries = {id(hit): (hit, judge.judge(cited.text, Told.by([hit]))) for hit in named}
    if found := _supporting(tries.values()):
        return Grounded(Support.SUPPORTED, _places(found))
    if len(named) > 1 and (joint := judge.judge(cited.text, Told.by(named))).outcome is Support.SUPPORTED:
        return Grounded(Support.SUPPORTED, across(named, joint))
    tries |= {id(hit): (hit, judge.judge(cited.text, Told.by([hit]))) for hit in rest}
    likest = max(_likeness(finding) for _, finding in tries.values())
    if (found := _supporting(tries.values())) and _likeness(found[0][1]) >= likest - _AS_NEAR:
        return Grounded(Support.SUPPORTED, _places(found[:1]), repointed=bool(named))
    joint = judge.judge(cited.text, Told.by(passages))
    if joint.outcome is Support.SUPPORTED:
        return Grounded(Support.SUPPORTED, across(passages, joint), repointed=bool(named))
    hit, finding = max(tries.values(), key=lambda one: _nearness(one[1]))
    if finding.outcome is Support.NOT_FOUND:
        return Grounded(Support.NOT_FOUND, likeness=likest)
    return Grounded(Support.PARTLY, _places([(hit, finding)]), missing=finding.missing, likeness=likest)


def _question(text: str, named: Sequence[Hit], passages: Sequence[Hit], judge: Judge) -> Grounded:
    """A question back claims only what it takes for granted: its numbers, dates and names must stand somewhere."""
    read = list(named or passages)
    finding = judge.judge(text, Told.by(read))
    places = across(read, finding)[:1] if named else ()
    lacking = finding.missing and judge.judge(text, Told.by(passages)).missing
    lacking = tuple(one for one in lacking if one.kind not in (Detail.NEGATION, Detail.CLAUSE))
    return Grounded(Support.PARTLY if lacking else None, places, missing=lacking)


def asks(text: str) -> bool:
    """Whether a sentence is a question; "..., wasn't he?" claims something."""
    return text.endswith("?") and bool(_ASKS.match(text)) and not _TAG.search(text)


def _claims_nothing(cited: Cited, judge: Judge) -> bool:
    """Whether a sentence only leads on to what follows: "The reasons were these:"."""
    text = cited.text
    if not text.endswith(":") or cited.numbers or len(text.split()) > _SHORT:
        return False
    few = all(number.value <= _FEW for number in numbers(text))  # "the five reasons were:"
    return few and not dates(text) and not judge.names(text)


def _supporting(tries: Iterable[tuple[Hit, Finding]]) -> list[tuple[Hit, Finding]]:
    found = [one for one in tries if one[1].outcome is Support.SUPPORTED]
    return sorted(found, key=lambda one: -_likeness(one[1]))


def _nearness(finding: Finding) -> tuple[bool, float]:
    return finding.outcome is not Support.NOT_FOUND, _likeness(finding)


def _likeness(finding: Finding) -> float:
    return finding.cosine + finding.coverage


def _places(found: Sequence[tuple[Hit, Finding]]) -> tuple[tuple[Hit, Span], ...]:
    places = [place for hit, finding in found for place in across([hit], finding)]
    return tuple(dict.fromkeys(places))[:_MOST_CITED]


def across(hits: Sequence[Hit], finding: Finding) -> tuple[tuple[Hit, Span], ...]:
    """The sentences that a finding over some passages was read from, the nearest first; neighbours are one place."""
    rows = [(hit, span) for hit in hits for span in hit.passage.sentences]
    if finding.nearest < 0:
        return ()
    groups = [[finding.region[0]]] if finding.region else [[finding.nearest]]
    for before, after in pairwise(finding.region):
        if after == before + 1 and rows[before][0] is rows[after][0]:
            groups[-1].append(after)
        else:
            groups.append([after])
    groups.sort(key=lambda group: finding.nearest not in group)
    return tuple((rows[g[0]][0], Span(rows[g[0]][1].start, rows[g[-1]][1].end)) for g in groups)


def remark(missing: Sequence[Missing]) -> str:
    """What the passages lack, in words for a reader."""
    return "; ".join(dict.fromkeys(_remark(one) for one in missing))


def _remark(missing: Missing) -> str:
    if not missing.said:
        return f"the source says “{missing.instead}”"
    if missing.kind is Detail.CLAUSE:
        return f"nothing there says “{missing.said}”"
    if missing.kind is Detail.NEGATION and not missing.instead:
        return f"the source does not say “{missing.said}”"
    if missing.instead:
        return f"the source says “{missing.instead}”, not “{missing.said}”"
    return f"“{missing.said}” is not there"


class Footing:
    """The citations of an answer, numbered as they come up, each place once."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, Span], int] = {}
        self.citations: tuple[Citation, ...] = ()

    def sentence(self, text: str, grounded: Grounded) -> Sentence:
        """The sentence with the numbers of its citations."""
        numbers = tuple(self._number(hit, span) for hit, span in grounded.places)
        return Sentence(text, numbers, grounded.outcome, remark(grounded.missing))

    def _number(self, hit: Hit, span: Span) -> int:
        place = (hit.passage.source_id, span)
        if place not in self._numbers:
            self._numbers[place] = n = len(self._numbers) + 1
            self.citations = (*self.citations, Citation.at(hit, span, n))
        return self._numbers[place]
